"""A record as it is about to be written: its data, checked, in canonical form.

What a clerk writes has passed the same reader as the hook and CI: a file that they would refuse is
never written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cctv_policy.clerk.words import fault_words
from cctv_policy.errors import ClerkError
from cctv_policy.records import Read, parse_path, read_file, record_path
from cctv_policy.records.change import objections
from cctv_policy.records.common import Header
from cctv_policy.records.style import styled
from cctv_policy.strictyaml import dump


class Unfit(ClerkError):  # noqa: N818 - a verdict on the answers, not an error of the tool
    """The answers contradict each other or the rules of the record; other answers may do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One file to be written. `old` is what it replaces, None for a new file."""

    path: str
    data: bytes
    old: bytes | None = None
    read: Read


def new_draft(data: Mapping[str, Any]) -> Draft:
    """A new record; ClerkError with every fault."""
    return _draft(record_path(str(data["id"]), str(data["site_id"])), data, None)


def changed_draft(before: Read, old: bytes, data: Mapping[str, Any], *, approved: bool) -> Draft:
    """The next version of a record; ClerkError if it may not be changed so."""
    draft = _draft(before.path, data, old)
    against = objections(before.kind, before.data, draft.read.data, approved=approved)
    if against:
        details = [fault_words(o.code, o.key) for o in against]
        raise ClerkError(
            f"{before.place.id} 不可以這樣更改 (may not be changed so)", details=details
        )
    return draft


def _draft(path: str, data: Mapping[str, Any], old: bytes | None) -> Draft:
    place = parse_path(path)
    assert place is not None  # noqa: S101 - made by record_path
    read = read_file(dump(data).encode(), path=path, place=place)
    if read.faults or not isinstance(read.value, Header):
        details = [fault_words(f.code, f.key, f.what) for f in read.faults]
        raise Unfit(f"{place.id} 內容不合規定，未寫入任何檔案", details=details)
    text = dump(styled(read.data, read.value)).encode()
    read = read_file(text, path=path, place=place)
    return Draft(path=path, data=text, old=old, read=read)


def header(record_id: str, site: str, at: str, by: str) -> dict[str, Any]:
    """The fields that every record begins with."""
    return {
        "schema_version": "1",
        "id": record_id,
        "site_id": site,
        "created_at": at,
        "created_by": by,
    }
