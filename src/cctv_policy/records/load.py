"""A repository to its records: every file is read, every fault of every file is data.

Read are git objects of one commit (or the index), never the working tree. A plain folder without
git can be read too; then nothing is known of its history.
"""

from __future__ import annotations

import contextlib
import gc
import json
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from cctv_policy.errors import GitError
from cctv_policy.gitobjects import Entry, Repository
from cctv_policy.model import Text
from cctv_policy.records.approval import Approval
from cctv_policy.records.cache import Cache, Kept, to_json
from cctv_policy.records.common import Header
from cctv_policy.records.ids import ROOT, Place, Prefix, parse_path
from cctv_policy.records.kinds import KINDS, Kind
from cctv_policy.records.pii import number_in
from cctv_policy.records.read import read_file, value_of
from cctv_policy.strictyaml import Fault, register
from cctv_policy.strictyaml.loader import LIMITS

register(
    {
        "bad_mode": Text(
            zh="不是一般檔案(連結、子模組或可執行檔)",
            en="not an ordinary file (a link, a submodule or an executable)",
        ),
        "name_clash": Text(
            zh="檔名只有大小寫或字元形式不同", en="names that differ only in case or character form"
        ),
    }
)

IGNORED = ("README.md", ".gitattributes", ".gitkeep")
"""Names that may lie anywhere below `records/`."""
_MODE = "100644"


@dataclass(frozen=True, kw_only=True)
class Stored:
    """One record or approval as it is stored. `value` and `data` are made when first asked for."""

    path: str
    place: Place
    oid: str
    """Blob id; empty in a folder without git."""
    sha256: str
    """Of the file's bytes."""
    faults: tuple[Fault, ...]
    ok: bool
    """Whether there is a value."""
    json: bytes = field(repr=False)
    """`data` as UTF-8: of a hundred thousand records this is most of what is held in memory."""

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
        found: dict[str, Any] = json.loads(self.json)
        return found

    @cached_property
    def value(self) -> Header | Approval | None:
        """The record or approval; None if its form is wrong."""
        return value_of(dict(self.data), self.place) if self.ok else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Numbers of one school, kind and year that no file has."""

    site: str
    prefix: Prefix
    year: int
    missing: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSet:
    """Every record of a repository at one commit. Ids are unique within a school."""

    rev: str | None
    """The commit; None for the index or a plain folder."""
    repository: Repository | None
    """None for a plain folder: what history says is unknown."""
    records: Mapping[tuple[str, str], Stored]
    """(school, id) → record, in order of path; with faulty ones, unless their place is wrong."""
    approvals: Mapping[tuple[str, str], tuple[Stored, ...]]
    """(school, id) → its approvals in order of their steps."""
    faults: tuple[Fault, ...]
    """Every fault of every file, by path and line."""
    files: int
    """How many files were looked at."""

    def of(self, prefix: Prefix, site: str | None = None) -> Iterator[Stored]:
        """The records of one kind, of one school or of all."""
        for stored in self.records.values():
            if stored.place.id.prefix == prefix and site in (None, stored.site):
                yield stored

    def gaps(self) -> list[Gap]:
        """Numbers that are missing below the highest one (spec rule 44, `sequence_gap`)."""
        seen: dict[tuple[str, Prefix, int], set[int]] = {}
        for stored in self.records.values():
            record = stored.place.id
            seen.setdefault((stored.site, record.prefix, record.year), set()).add(record.number)
        found = []
        for (site, prefix, year), numbers in sorted(seen.items()):
            missing = tuple(n for n in range(1, max(numbers)) if n not in numbers)
            if missing:
                found.append(Gap(site=site, prefix=prefix, year=year, missing=missing))
        return found


def load_records(
    repo: Path,
    rev: str = "HEAD",
    *,
    index: bool = False,
    allow: Collection[str] = (),
    quarantine: Mapping[str, str] | None = None,
) -> RecordSet:
    """The records below `records/` of the repository or plain folder `repo`.

    With `index`, what is staged for the next commit. `allow` holds identity numbers that are known
    to be synthetic. GitError if `repo` is a repository that cannot be read as asked.
    """
    try:
        repository = Repository.open(repo, quarantine=quarantine)
    except GitError as error:
        if error.code == "no_repository" and repo.is_dir():
            return load_folder(repo, allow)
        raise
    with _uncollected():
        return _loaded(repository, None if index else repository.resolve(rev), allow)


def load_latest(repo: Path) -> RecordSet:
    """The records at HEAD, or of a plain folder; before the first commit, what is staged."""
    try:
        return load_records(repo)
    except GitError as error:
        if error.code != "no_commits":
            raise
        return load_records(repo, index=True)


@contextlib.contextmanager
def _uncollected() -> Iterator[None]:
    """No search for cycles meanwhile: reading makes none, and with 100,000 records held each search
    walks them all.
    """
    on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if on:
            gc.enable()


def _loaded(repository: Repository, commit: str | None, allow: Collection[str]) -> RecordSet:
    """The records of a commit, or of the index if there is none."""
    entries = repository.index(ROOT) if commit is None else repository.tree(commit, ROOT)
    faults: list[Fault] = []
    places = dict(_placed(entries, faults, allow))
    cache = Cache(repository.common_dir / "cctv-policy" / "records.sqlite", allow=allow)
    try:
        stored = _read(repository, places, cache, allow)
    finally:
        cache.close()
    return _set(stored, faults, files=len(entries), rev=commit, repository=repository)


def _placed(
    entries: Sequence[Entry], faults: list[Fault], allow: Collection[str]
) -> Iterator[tuple[str, tuple[Entry, Place]]]:
    """Entries that are ordinary files at a record's place; a fault for each other one."""
    faults += _clashes([entry.path for entry in entries], allow)
    seen: set[str] = set()
    for entry in entries:
        if entry.path in seen:
            faults.append(_fault(entry.path, "merge_conflict", "not merged yet", allow))
            continue
        seen.add(entry.path)
        place = parse_path(entry.path)
        if entry.mode != _MODE:
            what = f"mode {entry.mode}, must be {_MODE}"
            faults.append(_fault(entry.path, "bad_mode", what, allow))
        elif place:
            yield entry.path, (entry, place)
        elif entry.path.rsplit("/", 1)[-1] not in IGNORED:
            faults.append(_fault(entry.path, "bad_path", "no record belongs here", allow))


def _clashes(paths: Sequence[str], allow: Collection[str]) -> Iterator[Fault]:
    """Names that some file systems take for the same, names not in NFC, names of persons."""
    seen: dict[str, str] = {}
    for path in dict.fromkeys(paths):
        if path.isascii():
            plain = path.lower()
        else:
            plain = unicodedata.normalize("NFC", path).casefold()
            if not unicodedata.is_normalized("NFC", path):
                yield _fault(path, "name_clash", "the name is not in NFC form", allow)
        if seen.setdefault(plain, path) != path:
            yield _fault(path, "name_clash", "another name differs only in case", allow)
        if not parse_path(path) and (what := number_in(path, allow=allow)):
            yield _fault(path, "pii_in_clear", f"{what} in the name", allow)


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


def _read(
    repository: Repository,
    places: Mapping[str, tuple[Entry, Place]],
    cache: Cache,
    allow: Collection[str],
) -> list[Stored]:
    """Every placed file, from the cache or from its blob."""
    known = cache.all()
    wanted = {(entry.oid, path) for path, (entry, _) in places.items()}
    new: dict[tuple[str, str], Kept] = {}
    missing = sorted(wanted - known.keys())
    paths: dict[str, list[str]] = {}
    for oid, path in missing:
        paths.setdefault(oid, []).append(path)
    for oid, data in repository.blobs(paths):
        for path in paths[oid]:
            place = places[path][1]
            new[oid, path] = _reading(data, path, place, allow)
    readable = ((o, p, kept) for (o, p), kept in new.items() if _keepable(kept))
    stale = {oid for oid, _ in known.keys() - wanted} if len(known) > 2 * len(wanted) else set()
    if new or stale:
        cache.keep(readable, drop=stale - {oid for oid, _ in wanted})
    return [
        _stored(path, entry.oid, place, known.get((entry.oid, path)) or new[entry.oid, path])
        for path, (entry, place) in places.items()
    ]


def _keepable(kept: Kept) -> bool:
    """Whether a reading may lie in the cache: it was readable, and holds no personal data."""
    return bool(kept.sha256) and '"pii_in_clear"' not in kept.faults


def _reading(data: bytes | None, path: str, place: Place, allow: Collection[str]) -> Kept:
    if data is None:
        lost = [[0, "unreadable", "", "the object is missing or damaged", "run `git fsck`"]]
        return Kept(sha256="", faults=to_json(lost), ok=False, data=b"{}")
    read = read_file(data, path=path, place=place, allow=allow)
    faults = [[f.line, f.code, f.key, f.what, f.fix] for f in read.faults]
    ok = read.value is not None
    text = to_json(read.data).encode()
    return Kept(sha256=read.sha256, faults=to_json(faults) if faults else "", ok=ok, data=text)


def _stored(path: str, oid: str, place: Place, kept: Kept) -> Stored:
    rows = json.loads(kept.faults) if kept.faults else ()
    return Stored(
        path=path,
        place=place,
        oid=oid,
        sha256=kept.sha256,
        faults=tuple(
            Fault(path=path, line=line, code=code, key=key, what=what, fix=fix)
            for line, code, key, what, fix in rows
        ),
        ok=kept.ok,
        json=kept.data,
    )


def _set(
    stored: Sequence[Stored],
    faults: Sequence[Fault],
    *,
    files: int,
    rev: str | None,
    repository: Repository | None,
) -> RecordSet:
    records: dict[tuple[str, str], Stored] = {}
    approvals: dict[tuple[str, str], tuple[Stored, ...]] = {}
    for one in sorted(stored, key=lambda s: s.path):
        key = (one.site, one.id)
        if one.place.role is None:
            records[key] = one
        else:  # paths are sorted, so steps are in order
            approvals[key] = (*approvals.get(key, ()), one)
    orphans = [
        Fault(path=one.path, line=0, code="missing_file", what=f"there is no record {one.id}")
        for key in approvals.keys() - records.keys()
        for one in approvals[key]
    ]
    own = [fault for one in stored for fault in one.faults]
    return RecordSet(
        rev=rev,
        repository=repository,
        records=records,
        approvals=approvals,
        faults=tuple(sorted([*faults, *own, *orphans])),
        files=files,
    )


def load_folder(folder: Path, allow: Collection[str] = ()) -> RecordSet:
    """The records of a folder without git, read from its files; links are not followed."""
    faults: list[Fault] = []
    stored: list[Stored] = []
    entries = list(_walk(folder, folder / ROOT))
    for path, (entry, place) in _placed(entries, faults, allow):
        try:
            with (folder / entry.path).open("rb") as stream:
                data = stream.read(LIMITS.max_bytes + 1)
        except OSError as error:
            faults.append(_fault(path, "unreadable", error.strerror or "cannot be read", allow))
            continue
        stored.append(_stored(path, "", place, _reading(data, path, place, allow)))
    return _set(stored, faults, files=len(entries), rev=None, repository=None)


def _walk(root: Path, folder: Path) -> Iterator[Entry]:
    try:
        children = sorted(folder.iterdir())
    except OSError:
        return
    for child in children:
        path = child.relative_to(root).as_posix()
        if child.is_symlink():
            yield Entry(mode="120000", oid="", path=path)
        elif child.is_dir():
            yield from _walk(root, child)
        else:
            yield Entry(mode=_MODE if child.is_file() else "special", oid="", path=path)
