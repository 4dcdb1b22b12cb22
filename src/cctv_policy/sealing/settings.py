"""`keystore.yaml` of a district: where keys lie, who holds them, how long each kind is kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import pyrage
from pydantic import BeforeValidator, Field, WithJsonSchema, with_config

from cctv_policy.errors import SealingError
from cctv_policy.inventory.fields import Id
from cctv_policy.records import Prefix
from cctv_policy.records.fields import Person, Site
from cctv_policy.sealing import codes  # noqa: F401 - registers the codes
from cctv_policy.strictyaml import STRICT, Document, Fault, Str, bind, parse, refuse, text_of

__all__ = ["FILE", "Holder", "KindClass", "Place", "Settings", "load_settings", "recipient"]

FILE = "keystore.yaml"
Years = Literal["1", "3", "5", "10", "15", "20", "25", "30", "permanent"]


def recipient(text: str) -> Any:
    """pyrage's recipient for an age or ssh-ed25519 public key; ValueError for anything else."""
    try:
        if text.startswith("age1"):
            return pyrage.x25519.Recipient.from_str(text)
        if text.startswith("ssh-ed25519 "):
            return pyrage.ssh.Recipient.from_str(text)
    except pyrage.RecipientError:
        pass
    raise ValueError("no age or ssh-ed25519 public key")


def _recipient(value: Any) -> str:
    text = text_of(value, "a public key")
    try:
        recipient(text)
    except ValueError:
        fix = "age1… as age-keygen prints it, or the line of an ssh-ed25519 .pub file"
        refuse("bad_recipient", "no age or ssh-ed25519 public key", fix)
    return text


PublicKey = Annotated[str, BeforeValidator(_recipient), WithJsonSchema({"type": "string"})]


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One replica of the keystore: a folder outside git, each in another office."""

    label: Id
    path: Str
    """Absolute, or from the folder of keystore.yaml."""


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """One person who can open sealed data."""

    name: Id
    person: Person
    role: Literal["custodian", "head", "principal", "district"]
    recipient: PublicKey
    schools: tuple[Site, ...] = ()
    """Empty: every school."""


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class KindClass:
    """How many years a kind is kept after closing, by the school's 檔案保存年限區分表."""

    kind: Prefix
    years: Years


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The whole file."""

    schema: Literal["cctv-policy/keystore/1"]
    id: Id
    """Stands in every replica too: a folder that is something else is never taken for one."""
    replicas: Annotated[tuple[Place, ...], Field(min_length=2)]
    holders: Annotated[tuple[Holder, ...], Field(min_length=2)]
    classes: tuple[KindClass, ...] = ()
    """Kinds that are kept longer than one year."""

    def holders_of(self, site: str) -> tuple[Holder, ...]:
        """Who can open what is sealed for a school."""
        return tuple(h for h in self.holders if not h.schools or site in h.schools)

    def years_of(self, prefix: str) -> Years:
        """The class of a kind: one year unless the file says otherwise."""
        return next((c.years for c in self.classes if c.kind == prefix), "1")

    def batch(self, prefix: str, on: dt.date) -> str:
        """The destruction batch of what is sealed on a day: the month in which it may end."""
        years = self.years_of(prefix)
        year = on.year if years == "permanent" else on.year + int(years)
        return f"{year}-{on.month:02}-{years}"


def month_of(batch: str) -> dt.date:
    """The first day of the month in which blocks of a batch were sealed."""
    year, month, years = batch.split("-")
    return dt.date(int(year) - (int(years) if years.isdigit() else 0), int(month), 1)


def load_settings(root: Path) -> Settings:
    """`keystore.yaml` in a district's folder; SealingError with every fault and its line."""
    try:
        data = (root / FILE).read_bytes()
    except OSError as error:
        code = "no_keystore" if isinstance(error, FileNotFoundError) else "unreadable"
        raise _error(root, [Fault(path=FILE, line=0, code=code, fix="see docs/keys.md")]) from None
    document = parse(data, path=FILE)
    if isinstance(document, list):
        raise _error(root, document)
    bound = bind(document, Settings)
    if isinstance(bound, list):
        raise _error(root, bound)
    if faults := list(_contradictions(document, bound, root)):
        raise _error(root, faults)
    return bound


def _error(root: Path, faults: Sequence[Fault]) -> SealingError:
    what = f"{len(faults)} fault(s) in {FILE}"
    fix = "correct the lines below; no key was touched"
    code, found = "keystore_faulty", sorted(faults)
    return SealingError(what, code=code, where=str(root), fix=fix, faults=found)


def _contradictions(document: Document, s: Settings, root: Path) -> Iterable[Fault]:
    lists = (
        ("replicas", "label", [p.label for p in s.replicas]),
        ("replicas", "path", [str((root / p.path).resolve()) for p in s.replicas]),
        ("holders", "name", [h.name for h in s.holders]),
        ("holders", "recipient", [" ".join(h.recipient.split()[:2]) for h in s.holders]),
        ("classes", "kind", [c.kind for c in s.classes]),
    )
    for part, name, values in lists:
        for i, value in enumerate(values):
            if value in values[:i]:
                yield document.fault("same_twice", (part, i, name), f"`{name}` as in another")
    for i, holder in enumerate(s.holders):
        for site in holder.schools:
            if len(s.holders_of(site)) < 2:
                what = f"{site} has one holder only: a lost key would lose its records"
                where = ("holders", i, "schools")
                yield document.fault("sealed_no_recipients", where, what, "name a second one")
