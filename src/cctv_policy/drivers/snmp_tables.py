"""The tables of the standard MIBs as facts. Pure: rows in, values in the shapes of facts.py out.

A table is column → index → value, as `snmp_session.Session.walk` returns it.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from cctv_policy.model import Json

Oid = tuple[int, ...]
Value = int | bytes | str
Table = Mapping[str, Mapping[Oid, Value]]

IF_DESCR, IF_TYPE, IF_MAC, IF_ADMIN, IF_OPER = (
    f"1.3.6.1.2.1.2.2.1.{column}" for column in (2, 3, 6, 7, 8)
)
IF = (IF_DESCR, IF_TYPE, IF_MAC, IF_ADMIN, IF_OPER)
IF_NAME = "1.3.6.1.2.1.31.1.1.1.1"
IP_INDEX, IP_TYPE, IP_PREFIX, IP_ORIGIN = (f"1.3.6.1.2.1.4.34.1.{c}" for c in (3, 4, 5, 6))
IP_ADDRESS = (IP_INDEX, IP_TYPE, IP_PREFIX, IP_ORIGIN)
OLD_INDEX, OLD_MASK = (f"1.3.6.1.2.1.4.20.1.{column}" for column in (2, 3))
IP_OLD = (OLD_INDEX, OLD_MASK)
HR_TYPE, HR_DESCR, HR_UNITS, HR_SIZE, HR_USED = (
    f"1.3.6.1.2.1.25.2.3.1.{column}" for column in (2, 3, 4, 5, 6)
)
STORAGE = (HR_TYPE, HR_DESCR, HR_UNITS, HR_SIZE, HR_USED)
FS_MOUNT, FS_ACCESS = (f"1.3.6.1.2.1.25.3.8.1.{column}" for column in (2, 5))
MOUNTS = (FS_MOUNT, FS_ACCESS)

VACM_GROUP = "1.3.6.1.6.3.16.1.2.1.3"
"""Who may ask at all (RFC 3415), by security model: 1 is v1, 2 is v2c, 3 is v3."""

FIXED_DISK = "1.3.6.1.2.1.25.2.1.4"
LOOPBACK = 24
READ_ONLY = 2
_ORIGINS = {2: "static", 4: "dhcp", 5: "slaac", 6: "slaac"}  # manual, dhcp, linklayer, random
_UNICAST = (1, 2)  # and anycast; 3 is broadcast
_SYSTEM_MOUNTS = ("/dev", "/proc", "/sys", "/run", "/boot", "/snap", "/etc")
_RESERVED = 0.05
"""ext4 keeps this share for root and the MIB counts it as free: below it nothing can be said."""


class OddError(ValueError):
    """The agent said something that cannot be meant."""


@dataclass(slots=True)
class Found:
    """Addresses by interface index; `odd` names the rows that could not be read."""

    by_interface: dict[int, list[dict[str, Json]]] = field(default_factory=dict)
    odd: str = ""


def text(octets: Value) -> str:
    """Octets as text; what is not UTF-8 is replaced, trailing NULs are dropped."""
    raw = octets if isinstance(octets, bytes) else str(octets).encode()
    return raw.rstrip(b"\0").decode("utf-8", "replace").strip()


def addresses(table: Table) -> Found:
    """ipAddressTable (RFC 4293): the index holds type, length and octets of the address."""
    found = Found()
    for index, interface in table[IP_INDEX].items():
        if table[IP_TYPE].get(index, 1) not in _UNICAST:
            continue
        address = inet_address(index)
        if address is None or not isinstance(interface, int):
            found.odd = f"address row {'.'.join(map(str, index))[:60]} not understood"
            continue
        origin = table[IP_ORIGIN].get(index)
        found.by_interface.setdefault(interface, []).append(
            {
                "address": address,
                "prefixlen": _prefix(table[IP_PREFIX].get(index)),
                "origin": _origin(address, origin),
            }
        )
    return found


def _origin(address: str, origin: Value | None) -> str:
    if address.startswith("fe80:"):
        return "link"
    return _ORIGINS.get(origin, "unknown") if isinstance(origin, int) else "unknown"


def inet_address(index: Oid) -> str | None:
    """InetAddressType, length, octets (RFC 4001) as text; None for types without an address.

    Types 3 and 4 carry a four-octet zone after the address.
    """
    if len(index) < 2 or index[1] != len(index) - 2 or any(not 0 <= o <= 255 for o in index[2:]):
        return None
    kind, octets = index[0], bytes(index[2:])
    sizes = {1: (4, 0), 2: (16, 0), 3: (8, 4), 4: (20, 4)}
    if kind not in sizes or len(octets) != sizes[kind][0]:
        return None
    zone = sizes[kind][1]
    return str(ipaddress.ip_address(octets[:-zone] if zone else octets))


def _prefix(row: Value | None) -> int | None:
    """Last number of the row in ipAddressPrefixTable that the address points to; 0.0 is none."""
    last = str(row).rsplit(".", 1)[-1] if isinstance(row, str) and row != "0.0" else ""
    return int(last) if last.isdigit() and int(last) <= 128 else None


def old_addresses(table: Table) -> Found:
    """ipAddrTable: IPv4 only; the index is the address."""
    found = Found()
    for index, interface in table[OLD_INDEX].items():
        if len(index) != 4 or any(not 0 <= o <= 255 for o in index):
            found.odd = "address row not understood"
            continue
        mask = table[OLD_MASK].get(index)
        bits = int.from_bytes(mask, "big").bit_count() if isinstance(mask, bytes) else None
        row: dict[str, Json] = {
            "address": ".".join(map(str, index)),
            "prefixlen": bits,
            "origin": "unknown",
        }
        found.by_interface.setdefault(int(interface), []).append(row)
    return found


def interfaces(table: Table, names: Table, found: Found) -> list[Json]:
    """ifTable joined with the addresses; an address on an unlisted interface keeps its number."""
    numbers = {index[0] for index in table[IF_DESCR]} | set(found.by_interface)
    return [
        {
            "name": text(
                names[IF_NAME].get((n,)) or table[IF_DESCR].get((n,)) or f"if{n}".encode()
            ),
            "admin_up": _up(table[IF_ADMIN].get((n,))),
            "oper_up": _up(table[IF_OPER].get((n,))),
            "role": None,
            "mac": _mac(table[IF_MAC].get((n,))),
            "addresses": found.by_interface.get(n, []),
        }
        for n in sorted(numbers)
    ]


def _up(state: Value | None) -> bool | None:
    """up(1), down(2); testing, dormant and unknown tell nothing. lowerLayerDown(7) is down."""
    return {1: True, 2: False, 6: False, 7: False}.get(state) if isinstance(state, int) else None


def _mac(octets: Value | None) -> str | None:
    return (
        octets.hex(":") if isinstance(octets, bytes) and len(octets) == 6 and any(octets) else None
    )


def macs(table: Table) -> list[str]:
    """Hardware addresses of everything but loopbacks, sorted."""
    return sorted(
        {
            mac
            for index, octets in table[IF_MAC].items()
            if table[IF_TYPE].get(index) != LOOPBACK and (mac := _mac(octets))
        }
    )


def volumes(storage: Table, mounts: Table) -> tuple[list[Json], str]:
    """Fixed disks that may hold recordings, and which row made no sense ("" if none).

    Free space is what hrStorageTable leaves: it includes blocks kept for root, so between nothing
    and `_RESERVED` the state is not told.
    """
    access = {text(mount): mounts[FS_ACCESS].get(i) for i, mount in mounts[FS_MOUNT].items()}
    found: list[Json] = []
    odd = ""
    for index, kind in storage[HR_TYPE].items():
        mount = text(storage[HR_DESCR].get(index, b""))
        if kind != FIXED_DISK or mount.startswith(_SYSTEM_MOUNTS) or not mount:
            continue
        units, size, used = (storage[column].get(index) for column in (HR_UNITS, HR_SIZE, HR_USED))
        if not (isinstance(units, int) and isinstance(size, int) and isinstance(used, int)):
            odd = f"{mount}: size missing"
        elif units <= 0 or size <= 0 or not 0 <= used <= size:
            odd = f"{mount}: impossible size"
        else:
            found.append(_volume(mount, size * units, (size - used) * units, access.get(mount)))
    return found, odd


def _volume(mount: str, size: int, free: int, access: Value | None) -> Json:
    state: str | None = None
    if access == READ_ONLY:
        state = "read_only"
    elif free == 0:
        state = "full"
    elif free > size * _RESERVED:
        state = "ok"
    return {"mount": mount, "size_bytes": size, "free_bytes": free, "state": state}


def date_and_time(octets: bytes) -> datetime | None:
    """DateAndTime (RFC 2579); None when it has no time zone. OddError when it is no time at all."""
    if len(octets) not in (8, 11):
        raise OddError(f"DateAndTime of {len(octets)} octets")
    try:
        moment = datetime(  # noqa: DTZ001 - the zone is added below
            int.from_bytes(octets[:2], "big"),
            octets[2],
            octets[3],
            octets[4],
            octets[5],
            min(octets[6], 59),  # 60 is a leap second
            octets[7] * 100_000,
        )
        if len(octets) == 8:
            return None
        away = timedelta(hours=octets[9], minutes=octets[10])
        if octets[8:9] not in (b"+", b"-") or away > timedelta(hours=14):
            raise OddError("DateAndTime with an impossible zone")
        return moment.replace(tzinfo=timezone(away if octets[8:9] == b"+" else -away))
    except ValueError as error:
        raise OddError("DateAndTime that is no date") from error


def versions(table: Table) -> dict[str, Json] | None:
    """Which versions the agent lets in, by its own access table; None if it does not show it.

    The table counts as shown only if the v3 user who asked is in it.
    """
    models = {index[0] for index in table[VACM_GROUP] if index}
    if 3 not in models:
        return None
    clear = bool(models & {1, 2})
    return {
        "v1": 1 in models,
        "v2c": 2 in models,
        "v3": True,
        "community_default": None if clear else False,
    }
