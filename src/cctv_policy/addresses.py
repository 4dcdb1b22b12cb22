"""Which class an address belongs to (spec §1.4; 三(一): no recorder on a public address).

The explicit table replaces the `is_private`-like flags of `ipaddress` and netaddr, which change
with versions and call Teredo private. netaddr only parses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from netaddr import INET_PTON, AddrFormatError, IPAddress, IPNetwork


class AddressClass(StrEnum):
    """Rows of the table; A3.1-no-public-ip decides by these alone."""

    PRIVATE = "private"
    LOOPBACK = "loopback"
    LINKLOCAL4 = "linklocal4"
    LINKLOCAL6 = "linklocal6"
    CGNAT = "cgnat"
    UNSET = "unset"
    TRANSITION_PUBLIC = "transition_public"
    SPECIAL = "special"
    PUBLIC = "public"
    MALFORMED = "malformed"


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressPolicy:
    """What a regulation says of addresses: `allowed_private_cidrs` and the informational labels."""

    allowed_private_cidrs: tuple[str, ...]
    labels: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One judged address: `normalised` is empty when malformed and the inner IPv4 when mapped."""

    text: str
    normalised: str
    klass: AddressClass
    labels: tuple[str, ...] = ()
    reason: str = ""
    """Why, where the class alone does not say it: `evidence_error`, `special_range`, `6to4`, …"""


PRIVATE_RANGES = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
"""The widest an allow-list may be; a pack may narrow it, never widen it."""

_BEFORE_TRANSITION = (
    ("127.0.0.0/8", AddressClass.LOOPBACK),
    ("::1/128", AddressClass.LOOPBACK),
    ("fe80::/10", AddressClass.LINKLOCAL6),
    ("169.254.0.0/16", AddressClass.LINKLOCAL4),
    ("100.64.0.0/10", AddressClass.CGNAT),
    ("0.0.0.0/32", AddressClass.UNSET),
    ("::/128", AddressClass.UNSET),
)
_TRANSITION = (
    ("2002::/16", "6to4"),
    ("2001::/32", "teredo"),
    ("64:ff9b::/96", "nat64"),
    ("192.88.99.0/24", "6to4_relay"),
)
_SPECIAL = (
    "192.0.0.0/24",
    "192.0.2.0/24",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "2001:db8::/32",
    "3fff::/20",
    "100::/64",
    "5f00::/16",
    "fec0::/10",
    "ff00::/8",
    "2001:10::/28",
    "2001:20::/28",
)

_Range = tuple[int, int, int]


@lru_cache(maxsize=1024)
def _range(cidr: str) -> _Range:
    network = IPNetwork(cidr)
    return network.version, int(network.first), int(network.last)


_MAPPED = _range("::ffff:0:0/96")
_GLOBAL_UNICAST = _range("2000::/3")
_PRIVATE = tuple(_range(cidr) for cidr in PRIVATE_RANGES)
_EARLY_TABLE = tuple((_range(cidr), klass) for cidr, klass in _BEFORE_TRANSITION)
_TRANSITION_TABLE = tuple((_range(cidr), reason) for cidr, reason in _TRANSITION)
_SPECIAL_TABLE = tuple(_range(cidr) for cidr in _SPECIAL)
_COMPATIBLE = _range("::/96")
_TRANSLATED = _range("::ffff:0:0:0/96")
_NAT64_LOCAL = _range("64:ff9b:1::/48")

_ZONE = re.compile(r"%[0-9A-Za-z_.:-]+\Z")
_V4_TAIL = re.compile(r"(?:\A|:)((?:0|[1-9][0-9]{0,2})(?:\.(?:0|[1-9][0-9]{0,2})){3})\Z")
_WORD = 0xFFFF_FFFF


def classify(text: str, policy: AddressPolicy) -> Address:
    """The class of one address as a device reports it; first match of the table wins.

    Parsing is strict: leading zeros, shorthand, CIDR, ports, brackets, names and surrounding space
    are `malformed` (`evidence_error`). `%zone` is stripped and `::ffff:a.b.c.d` unwrapped. Whether
    a lone link-local or unset address matters depends on the others: see `without_ignored`.
    """
    parsed = _parse(text)
    if parsed is None:
        return Address(
            text=text, normalised="", klass=AddressClass.MALFORMED, reason="evidence_error"
        )
    version, value = parsed
    klass, reason = _classify(version, value, policy)
    labels: tuple[str, ...] = ()
    if klass in (AddressClass.PUBLIC, AddressClass.TRANSITION_PUBLIC):
        labels = _labels(version, value, policy)
    return Address(
        text=text,
        normalised=str(IPAddress(value, version)),
        klass=klass,
        labels=labels,
        reason=reason,
    )


def classify_all(texts: Iterable[str], policy: AddressPolicy) -> tuple[Address, ...]:
    """Every address of a device, in order."""
    return tuple(classify(text, policy) for text in texts)


def without_ignored(addresses: Iterable[Address]) -> tuple[Address, ...]:
    """Drop what A3.1-no-public-ip ignores (spec §1.4), over all addresses of one device.

    Loopback and IPv6 link-local always go; IPv4 link-local and unset go when a usable address
    (private, cgnat, public, transition_public) exists, else they stay: `no_usable_address`.
    """
    kept = [a for a in addresses if a.klass not in _ALWAYS_IGNORED]
    if any(a.klass in _USABLE for a in kept):
        return tuple(a for a in kept if a.klass not in _IGNORED_BESIDE_USABLE)
    return tuple(kept)


_ALWAYS_IGNORED = (AddressClass.LOOPBACK, AddressClass.LINKLOCAL6)
_IGNORED_BESIDE_USABLE = (AddressClass.LINKLOCAL4, AddressClass.UNSET)
_USABLE = (
    AddressClass.PRIVATE,
    AddressClass.CGNAT,
    AddressClass.PUBLIC,
    AddressClass.TRANSITION_PUBLIC,
)


@lru_cache(maxsize=65_536)
def _parse(text: str) -> tuple[int, int] | None:
    """Version and integer value, IPv4-mapped unwrapped; None when the text is not one address."""
    bare = _ZONE.sub("", text) if ":" in text else text
    if "." in bare and not _V4_TAIL.search(bare):
        return None
    try:
        address = IPAddress(bare, flags=INET_PTON)
    except (AddrFormatError, ValueError, TypeError):
        return None
    version, value = int(address.version), int(address)
    if _within(version, value, _MAPPED):
        return 4, value & _WORD
    return version, value


def _classify(version: int, value: int, policy: AddressPolicy) -> tuple[AddressClass, str]:
    allowed = (_range(cidr) for cidr in policy.allowed_private_cidrs)
    if any(_within(version, value, cidr) for cidr in allowed):
        return AddressClass.PRIVATE, ""
    for cidr, klass in _EARLY_TABLE:
        if _within(version, value, cidr):
            return klass, ""
    for cidr, reason in _TRANSITION_TABLE:
        if _within(version, value, cidr):
            return AddressClass.TRANSITION_PUBLIC, reason
    if any(_within(version, value, cidr) for cidr in _SPECIAL_TABLE):
        return AddressClass.SPECIAL, "special_range"
    if any(_within(version, value, cidr) for cidr in _PRIVATE):
        return AddressClass.SPECIAL, "private_not_allowed"
    embedded = _embedded(version, value)
    if embedded is not None and _is_public4(embedded[0]):
        return AddressClass.TRANSITION_PUBLIC, embedded[1]
    if version == 4 or _within(version, value, _GLOBAL_UNICAST):
        return AddressClass.PUBLIC, ""
    return AddressClass.SPECIAL, "special_range"


def _embedded(version: int, value: int) -> tuple[int, str] | None:
    """The IPv4 address an IPv6 address carries, and the mechanism that put it there."""
    if version == 4:
        return None
    if _within(6, value, _COMPATIBLE):
        return value & _WORD, "ipv4_compatible"
    if _within(6, value, _TRANSLATED):
        return value & _WORD, "ipv4_translated"
    if _within(6, value, _NAT64_LOCAL):  # RFC 6052 §2.2, /48: bits 48–63 and 72–87
        return (value >> 64 & 0xFFFF) << 16 | (value >> 40 & 0xFFFF), "nat64"
    if (value >> 32 & _WORD) in (0x0000_5EFE, 0x0200_5EFE):
        return value & _WORD, "isatap"
    if _within(6, value, _TRANSITION_TABLE[0][0]):
        return value >> 80 & _WORD, "6to4"
    if _within(6, value, _TRANSITION_TABLE[1][0]):
        return value & _WORD ^ _WORD, "teredo"
    if _within(6, value, _TRANSITION_TABLE[2][0]):
        return value & _WORD, "nat64"
    return None


def _is_public4(value: int) -> bool:
    tables = (
        *(cidr for cidr, _ in _EARLY_TABLE),
        *(cidr for cidr, _ in _TRANSITION_TABLE),
        *_SPECIAL_TABLE,
        *_PRIVATE,
    )
    return not any(_within(4, value, cidr) for cidr in tables)


def _labels(version: int, value: int, policy: AddressPolicy) -> tuple[str, ...]:
    """Labels of the address itself and of an IPv4 address inside it, sorted."""
    values = [(version, value)]
    if (inner := _embedded(version, value)) is not None:
        values.append((4, inner[0]))
    return tuple(
        sorted(
            label
            for label, cidrs in policy.labels.items()
            if any(_within(*each, _range(cidr)) for each in values for cidr in cidrs)
        )
    )


def _within(version: int, value: int, cidr: _Range) -> bool:
    return version == cidr[0] and cidr[1] <= value <= cidr[2]
