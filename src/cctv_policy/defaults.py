"""The factory passwords we know, and whether a given secret is one of them. Logs in nowhere.

The list is `data/default_credentials.csv` (vendor, OEM family, account, password, kind, source).
A `static` row is a literal password; a `derived` row is one that is computed from the unit
(`{MAC}`) or printed on its label (`{VERIFICATION_CODE}`, `{CLOUDKEY}`).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

LIST = Path(__file__).parent / "data" / "default_credentials.csv"


class Kind(StrEnum):
    """In which way a secret is a factory password (rule 8)."""

    EMPTY = "empty"
    EQUALS_ACCOUNT = "equals_account"
    VENDOR = "vendor"
    """Listed for this vendor and account."""
    OTHER_VENDOR = "other_vendor"
    """Listed for another vendor or account: changed from one factory password to another."""
    LABEL = "label"
    """Computed from this unit or printed on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Why a secret counts as a factory password. Never carries the secret.

    `proven` is False when only the shape fits (a label password whose MAC we do not know).
    """

    kind: Kind
    proven: bool = True
    vendor: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Entry:
    """One row of the list."""

    vendor: str
    oem_family: str
    account: str
    password: str
    derived: bool
    source: str


@cache
def entries() -> tuple[Entry, ...]:
    """Every row of the list, in file order."""
    with LIST.open(encoding="utf-8", newline="") as file:
        return tuple(
            Entry(
                vendor=row["vendor"],
                oem_family=row["oem_family"],
                account=row["username"],
                password=row["password"],
                derived=row["kind"] == "derived",
                source=row["source"],
            )
            for row in csv.DictReader(file)
        )


@cache
def _static() -> dict[str, tuple[Entry, ...]]:
    found: dict[str, tuple[Entry, ...]] = {}
    for entry in entries():
        if not entry.derived and entry.password:
            found[entry.password] = (*found.get(entry.password, ()), entry)
    return found


def _words(name: str) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z0-9]+", name.casefold()))


@cache
def of_vendor(vendor: str | None) -> tuple[Entry, ...]:
    """The rows of a vendor, found by any word of its listed name or by its OEM family."""
    words = _words(vendor or "")
    return tuple(
        e
        for e in entries()
        if words
        and (_words(e.vendor) <= words or words <= _words(e.vendor) or e.oem_family in words)
    )


def knows(vendor: str | None) -> bool:
    """Whether the list has this vendor: only then is 'not in the list' worth something (rule 8)."""
    return bool(of_vendor(vendor))


def has_label_password(vendor: str | None, account: str) -> bool:
    """Whether units of this vendor leave the factory with a password of their own for `account`."""
    return any(e.derived and _same(e.account, account) for e in of_vendor(vendor))


def _same(listed: str, account: str) -> bool:
    return not listed or listed.casefold() == account.casefold()


def is_factory(
    vendor: str | None, account: str, secret: str, *, macs: Iterable[str] = ()
) -> Match | None:
    """How `secret` is a factory password of `account`, or None when the list does not say so.

    Empty, equal to the account's name, listed for this vendor, computed from one of `macs` or of
    the shape of the vendor's label, or listed for anybody. None proves nothing for a vendor that
    `knows` does not have.
    """
    if not secret:
        return Match(kind=Kind.EMPTY)
    if secret.casefold() == account.casefold():
        return Match(kind=Kind.EQUALS_ACCOUNT)
    own = of_vendor(vendor)
    listed = _static().get(secret, ())
    for entry in listed:
        if entry in own and _same(entry.account, account):
            return Match(kind=Kind.VENDOR, vendor=entry.vendor, source=entry.source)
    for entry in own:
        if entry.derived and _same(entry.account, account):
            proven = _label(entry.password, secret, macs)
            if proven is not None:
                return Match(
                    kind=Kind.LABEL, proven=proven, vendor=entry.vendor, source=entry.source
                )
    if listed:
        return Match(kind=Kind.OTHER_VENDOR, vendor=listed[0].vendor, source=listed[0].source)
    return None


_LABEL_SHAPES = {"{MAC}": r"[0-9A-F]{12}", "{VERIFICATION_CODE}": r"[A-Z]{6}"}


def _label(pattern: str, secret: str, macs: Iterable[str]) -> bool | None:
    """True if `secret` is this unit's label, False if it only looks like one, None if neither."""
    plain = re.sub(r"[^0-9A-Fa-f]", "", secret).upper()
    known = [re.sub(r"[^0-9A-Fa-f]", "", mac).upper() for mac in macs]
    if pattern == "{MAC}" and known:
        return True if plain in known else None
    shape = _LABEL_SHAPES.get(pattern)
    return False if shape and re.fullmatch(shape, secret) else None


DEFAULT_COMMUNITIES = ("public", "private")
"""Communities that SNMP agents are delivered with."""
