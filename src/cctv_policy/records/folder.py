"""The records of one school and year: read from bytes once, then from what was kept of it.

What is held is a listing; a record's data is fetched when it is first asked for. A repository of a
hundred thousand records is checked without holding them.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from pydantic_core import from_json, to_json

from cctv_policy.gitobjects import Entry
from cctv_policy.model import Text
from cctv_policy.records.approval import Approval
from cctv_policy.records.cache import Row
from cctv_policy.records.common import Header
from cctv_policy.records.ids import PREFIXES, Place, parse_path
from cctv_policy.records.kinds import KINDS, Kind
from cctv_policy.records.pii import number_in
from cctv_policy.records.read import read_file, value_of
from cctv_policy.strictyaml import Fault, register

register(
    {
        "bad_mode": Text(
            zh="不是一般檔案(連結、子模組或可執行檔)",
            en="not an ordinary file (a link, a submodule or an executable)",
        ),
        "name_clash": Text(
            zh="檔名只有大小寫或字元形式不同", en="names that differ only in case or character form"
        ),
    },
    {
        "bad_mode": "put an ordinary file there: `git update-index --chmod=-x`, no link",
        "name_clash": "give the file the name of its id, in ASCII; `git mv` the other",
        "bad_path": "move it to records/SCHOOL/ROC YEAR/ID.yaml, or out of records/",
        "unreadable": "`git fsck`, then restore the file from another clone",
    },
)

IGNORED = ("README.md", ".gitattributes", ".gitkeep")
"""Names that may lie anywhere below `records/`."""
MODE = "100644"

Key = tuple[str, str]
"""School and record id."""


@dataclass(frozen=True, kw_only=True)
class Stored:
    """One record or approval as it is stored. `value` and `data` are made when first asked for."""

    path: str
    """A record's place, never anything else."""
    oid: str
    """Blob id; empty in a folder without git."""
    sha256: str
    """Of the file's bytes."""
    faults: tuple[Fault, ...]
    ok: bool
    """Whether there is a value."""
    texts: Callable[[], bytes] = field(repr=False)
    """The JSON of all files of the folder, one after the other."""
    span: slice = field(repr=False)
    """Where this file's is in it."""

    @cached_property
    def place(self) -> Place:
        place = parse_path(self.path)
        if place is None:
            raise ValueError("not a record's place")
        return place

    @property
    def kind(self) -> Kind:
        return KINDS[self.place.id.prefix]

    @property
    def id(self) -> str:
        return str(self.place.id)

    @property
    def site(self) -> str:
        return self.place.site

    @cached_property
    def data(self) -> Mapping[str, Any]:
        """What the file says, every scalar as text; empty if it is not strict YAML."""
        found: dict[str, Any] = from_json(self.texts()[self.span])
        return found

    @cached_property
    def value(self) -> Header | Approval | None:
        """The record or approval; None if its form is wrong."""
        return value_of(dict(self.data), self.place) if self.ok else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One placed file as it was read."""

    path: str
    oid: str
    sha256: str
    """Empty if it could not be read."""
    ok: bool
    faults: tuple[Fault, ...]
    data: bytes
    """JSON of what it says."""

    @property
    def keepable(self) -> bool:
        """Whether it may lie in a cache: it was readable, and holds no personal data."""
        return bool(self.sha256) and all(f.code != "pii_in_clear" for f in self.faults)


@dataclass(frozen=True, kw_only=True)
class Folder:
    """The records and approvals of one school and year, listed when first asked for."""

    row: Row
    texts: Callable[[], bytes] = field(repr=False)
    """The JSON of all files, one after the other."""

    @property
    def path(self) -> str:
        return self.row.path

    @property
    def prefixes(self) -> list[str]:
        """Of the kinds of record that lie here."""
        return self.row.kinds.split()

    @cached_property
    def faults(self) -> list[Fault]:
        """Of every file, and of files that do not belong here."""
        return [fault for _, fault in self._told()]

    def _told(self) -> Iterator[tuple[bool, Fault]]:
        for alone, path, line, code, key, what, fix in from_json(self.row.faults):
            yield alone, Fault(path=path, line=line, code=code, key=key, what=what, fix=fix)

    @cached_property
    def records(self) -> dict[Key, Stored]:
        """In order of path."""
        _, site, _ = self.path.split("/")
        cut = len(self.path) + 1
        names = ((s.path[cut:], s) for s in self._stored)
        return {(site, name[: -len(".yaml")]): s for name, s in names if "/" not in name}

    @cached_property
    def approvals(self) -> dict[Key, tuple[Stored, ...]]:
        """Of each record in order of their steps."""
        found: dict[Key, tuple[Stored, ...]] = {}
        for one in self._stored:  # paths are in order, so steps are
            if "/approvals/" in one.path:
                key = (one.site, one.id)
                found[key] = (*found.get(key, ()), one)
        return found

    @cached_property
    def _stored(self) -> list[Stored]:
        own: dict[str, tuple[Fault, ...]] = {}
        for alone, fault in self._told():
            if alone:
                own[fault.path] = (*own.get(fault.path, ()), fault)
        found, start = [], 0
        for name, oid, sha256, ok, size in from_json(self.row.listing):
            path, span = f"{self.path}/{name}", slice(start, start + size)
            start += size
            found.append(
                Stored(
                    path=path,
                    oid=oid,
                    sha256=sha256,
                    faults=own.get(path, ()),
                    ok=ok,
                    texts=self.texts,
                    span=span,
                )
            )
        return found

    def placed(self) -> Iterator[tuple[Entry, Place]]:
        """Every file that lies at a record's place."""
        for one in self._stored:
            yield Entry(mode=MODE, oid=one.oid, path=one.path), one.place

    def readings(self) -> Iterator[Reading]:
        """Every file as it was read."""
        texts = self.texts()
        for s in self._stored:
            yield Reading(
                path=s.path,
                oid=s.oid,
                sha256=s.sha256,
                ok=s.ok,
                faults=s.faults,
                data=texts[s.span],
            )


def read_bytes(data: bytes | None, entry: Entry, place: Place, allow: Collection[str]) -> Reading:
    """The reading of one file; None are bytes that cannot be had."""
    if data is None:
        what, fix = "the object is missing or damaged", "run `git fsck`"
        lost = Fault(path=entry.path, line=0, code="unreadable", what=what, fix=fix)
        return Reading(
            path=entry.path, oid=entry.oid, sha256="", ok=False, faults=(lost,), data=b"{}"
        )
    read = read_file(data, path=entry.path, place=place, allow=allow)
    return Reading(
        path=entry.path,
        oid=entry.oid,
        sha256=read.sha256,
        ok=read.value is not None,
        faults=read.faults,
        data=to_json(read.data),
    )


def row_of(
    path: str, tree: str, readings: Sequence[Reading], faults: Iterable[Fault], *, files: int
) -> tuple[Row, bytes]:
    """A folder's row and its texts. `faults` are those of no file alone; `files` counts all."""
    cut = len(path) + 1
    records = {r.path for r in readings if "/approvals/" not in r.path}
    orphans = [
        Fault(path=r.path, line=0, code="missing_file", what=f"there is no record {home[cut:]}")
        for r in readings
        if (home := r.path.partition("/approvals/")[0]) != r.path and f"{home}.yaml" not in records
    ]
    told = [(0, f) for f in (*faults, *orphans)] + [(1, f) for r in readings for f in r.faults]
    rows = [[alone, f.path, f.line, f.code, f.key, f.what, f.fix] for alone, f in told]
    text = b"".join(r.data for r in readings)
    lines = [[r.path[cut:], r.oid, r.sha256, r.ok, len(r.data)] for r in readings]
    kinds = {record[cut : cut + 3] for record in records}
    row = Row(
        path=path,
        tree=tree,
        files=files,
        kinds=" ".join(p for p in PREFIXES if p in kinds),
        faults=to_json(rows),
        listing=to_json(lines),
        data_sum=hashlib.sha256(text).hexdigest(),
    )
    return row, text


def placed(
    entries: Sequence[Entry], faults: list[Fault], allow: Collection[str]
) -> Iterator[tuple[Entry, Place]]:
    """Entries that are ordinary files at a record's place; a fault for each other one."""
    faults += clashes([entry.path for entry in entries], allow)
    seen: set[str] = set()
    for entry in entries:
        if entry.path in seen:
            faults.append(_fault(entry.path, "merge_conflict", "not merged yet", allow))
            continue
        seen.add(entry.path)
        place = parse_path(entry.path)
        if entry.mode != MODE:
            what = f"mode {entry.mode}, must be {MODE}"
            faults.append(_fault(entry.path, "bad_mode", what, allow))
        elif place:
            yield entry, place
        elif entry.path.rsplit("/", 1)[-1] not in IGNORED:
            faults.append(_fault(entry.path, "bad_path", "no record belongs here", allow))


def clashes(paths: Sequence[str], allow: Collection[str]) -> Iterator[Fault]:
    """Names that some file systems take for the same, names not in NFC, names of persons."""
    seen: dict[str, str] = {}
    for path in dict.fromkeys(paths):
        if not path.isascii() and not unicodedata.is_normalized("NFC", path):
            yield _fault(path, "name_clash", "the name is not in NFC form", allow)
        plain = plain_name(path)
        if seen.setdefault(plain, path) != path:
            yield _fault(path, "name_clash", "another name differs only in case", allow)
        if not parse_path(path) and (what := number_in(path, allow=allow)):
            yield _fault(path, "pii_in_clear", f"{what} in the name", allow)


def plain_name(path: str) -> str:
    """`path` as file systems see it that know neither case nor character forms."""
    return path.lower() if path.isascii() else unicodedata.normalize("NFC", path).casefold()


def shown_path(path: str, allow: Collection[str] = ()) -> str:
    """`path` as a message may show it: without what may be a person's number or name.

    No folder or file that belongs here has a name with other characters than ASCII.
    """
    parts = (
        p if _is_plain(p) and not number_in(p, allow=allow) else "(…)" for p in path.split("/")
    )
    return "/".join(parts)


def _is_plain(name: str) -> bool:
    return name.isascii() and name.isprintable()


def _fault(path: str, code: str, what: str, allow: Collection[str]) -> Fault:
    return Fault(path=shown_path(path, allow), line=0, code=code, what=what)
