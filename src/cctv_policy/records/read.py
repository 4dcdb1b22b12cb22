"""Bytes of one file to a record or an approval, with every fault of it; pure."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from cctv_policy.records.approval import Approval, approval_faults
from cctv_policy.records.checks import record_faults
from cctv_policy.records.common import Header
from cctv_policy.records.ids import Place
from cctv_policy.records.kinds import KINDS, Kind
from cctv_policy.records.pii import numbers_in, take_clear
from cctv_policy.strictyaml import Document, Fault, bind, parse


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """One file as read. `value` is None when its form is wrong; then `faults` says why.

    A record that contradicts itself has a value and faults.
    """

    place: Place
    path: str
    data: Mapping[str, Any]
    """What the file says, every scalar as text; empty if it is not strict YAML."""
    value: Header | Approval | None
    faults: tuple[Fault, ...]
    sha256: str

    @property
    def kind(self) -> Kind:
        return KINDS[self.place.id.prefix]


def read_file(data: bytes, *, path: str, place: Place, allow: Collection[str] = ()) -> Read:
    """The record or approval that lies at `path`; never raises on what `data` holds.

    `allow` holds identity numbers that are known to be synthetic.
    """
    digest = hashlib.sha256(data).hexdigest()
    document = parse(data, path=path)
    if isinstance(document, list):
        return Read(
            place=place, path=path, data={}, value=None, faults=tuple(document), sha256=digest
        )
    found: list[Fault] = []
    value: Header | Approval | None
    if place.role is None:
        value = _record(document, KINDS[place.id.prefix], found)
    else:
        value = _approval(document, place, found)
    found += _mismatches(document, place)
    taken = {f.key for f in found if f.code == "pii_in_clear"}
    text = data.decode("utf-8")  # parsed, so it is UTF-8
    found += [f for f in numbers_in(document, text, allow=allow) if f.key not in taken]
    return Read(
        place=place,
        path=path,
        data=document.data,
        value=value,
        faults=tuple(sorted(found)),
        sha256=digest,
    )


def value_of(data: dict[str, Any], place: Place) -> Header | Approval | None:
    """The model of data that was read before; None if its form is wrong."""
    document = Document(path="", data=data, lines={})
    if place.role is not None:
        bound = bind(document, Approval)
        return None if isinstance(bound, list) else bound
    clean, _ = take_clear(document, KINDS[place.id.prefix])
    record = bind(clean, KINDS[place.id.prefix].model)
    return None if isinstance(record, list) else record


def _record(document: Document, kind: Kind, found: list[Fault]) -> Header | None:
    clean, clear = take_clear(document, kind)
    found += clear
    bound = bind(clean, kind.model)
    if isinstance(bound, list):
        found += bound
        return None
    found += record_faults(document, kind, bound)
    return bound


def _approval(document: Document, place: Place, found: list[Fault]) -> Approval | None:
    bound = bind(document, Approval)
    if isinstance(bound, list):
        found += bound
        return None
    found += approval_faults(document, bound)
    if bound.role != place.role:
        found.append(document.fault("id_mismatch", ("role",), "not the role in the file's name"))
    return bound


def _mismatches(document: Document, place: Place) -> list[Fault]:
    """Where the file says another id or school than its path."""
    found: list[Fault] = []
    for name, wanted in (("id", str(place.id)), ("site_id", place.site)):
        given = document.data.get(name)
        if given is not None and given != wanted:
            what = f"the file lies where `{wanted}` belongs"
            fix = "numbers are never reused; move the file, or write the id of its place"
            found.append(document.fault("id_mismatch", (name,), what, fix))
    return found
