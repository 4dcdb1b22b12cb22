"""A repository to its records: every file is read, every fault of every file is data.

Read are git objects of one commit (or the index), never the working tree. A plain folder without
git can be read too; then nothing is known of its history. What was read once is kept by the tree
id of its folder (cache.py).
"""

from __future__ import annotations

import contextlib
import gc
import os
from collections.abc import (
    Callable,
    Collection,
    ItemsView,
    Iterator,
    Mapping,
    Sequence,
    ValuesView,
)
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from cctv_policy.errors import GitError
from cctv_policy.gitobjects import Entry, Repository
from cctv_policy.records.cache import Cache, Row
from cctv_policy.records.folder import (
    MODE,
    Folder,
    Key,
    Reading,
    Stored,
    clashes,
    placed,
    plain_name,
    read_bytes,
    row_of,
    shown_path,
)
from cctv_policy.records.ids import ROOT, Place, Prefix, folder_of
from cctv_policy.records.outline import Outline, listed, outline, staged
from cctv_policy.strictyaml import Fault
from cctv_policy.strictyaml.loader import LIMITS

T = TypeVar("T")
Listing = Mapping[str, Sequence[Entry]]
"""Folder → its files in order of path."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Numbers of one school, kind and year that no file has."""

    site: str
    prefix: Prefix
    year: int
    missing: tuple[int, ...]


class Shelf(Mapping[Key, T]):
    """What lies in many folders, each listed when something of it is first asked for."""

    def __init__(
        self, folders: Mapping[str, Folder], of: Callable[[Folder], Mapping[Key, T]]
    ) -> None:
        self._folders, self._of = folders, of

    @cached_property
    def _all(self) -> dict[Key, T]:
        return {key: one for f in self._folders.values() for key, one in self._of(f).items()}

    def __getitem__(self, key: Key) -> T:
        site, record = key
        folder = self._folders.get(f"{ROOT}/{site}/{record[4:].partition('-')[0]}")
        if folder is None:
            raise KeyError(key)
        return self._of(folder)[key]

    def __iter__(self) -> Iterator[Key]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    def items(self) -> ItemsView[Key, T]:
        return self._all.items()

    def values(self) -> ValuesView[T]:
        return self._all.values()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSet:
    """Every record of a repository at one commit. Ids are unique within a school."""

    rev: str | None
    """The commit; None for the index or a plain folder."""
    repository: Repository | None
    """None for a plain folder: what history says is unknown."""
    folders: Mapping[str, Folder]
    """Path → the records of a school and year, in order of path."""
    records: Mapping[Key, Stored]
    """(school, id) → record, in order of path; with faulty ones, unless their place is wrong."""
    approvals: Mapping[Key, tuple[Stored, ...]]
    """(school, id) → its approvals in order of their steps."""
    faults: tuple[Fault, ...]
    """Every fault of every file, by path and line."""
    files: int
    """How many files were looked at."""

    def of(self, prefix: Prefix, site: str | None = None) -> Iterator[Stored]:
        """The records of one kind, of one school or of all."""
        for folder in self.folders.values():
            if prefix in folder.prefixes and site in (None, folder.path.split("/")[1]):
                found = folder.records.items()
                yield from (one for (_, id_), one in found if id_.startswith(prefix))

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
        return _Load(repository, None if index else repository.resolve(rev), allow).run()


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


class _Load:
    """One loading of a commit, or of the index if there is none."""

    def __init__(self, repository: Repository, rev: str | None, allow: Collection[str]) -> None:
        self.repository, self.rev, self.allow = repository, rev, allow
        self.cache = Cache(repository.common_dir / "cctv-policy" / "records.sqlite", allow=allow)
        self.kept_texts = lru_cache(maxsize=16)(self.texts)
        """Of few folders only: all of them are most of what a repository weighs."""

    def run(self) -> RecordSet:
        found = outline(self.repository, self.rev) if self.rev else staged(self.repository)
        rows = self.cache.rows()
        folders: dict[str, Folder | None] = {
            path: self.kept(row) if (row := rows.get(path)) and row.tree == tree else None
            for path, tree in found.folders.items()
        }
        wanted = [path for path, folder in folders.items() if folder is None]
        known = {path: rows[path] for path in wanted if path in rows}
        for folder in self.read(found, wanted, known):
            folders[folder.path] = folder
        if len(rows) > 2 * len(folders):
            self.cache.forget(rows.keys() - folders.keys())
        whole = {path: folder for path, folder in folders.items() if folder}
        faults = _loose(found.loose, whole, self.listed, self.allow)
        return _set(whole, faults, len(found.loose), rev=self.rev, repository=self.repository)

    def listed(self, folders: Collection[str]) -> Listing:
        return listed(self.repository, self.rev, folders)

    def read(
        self, found: Outline, wanted: Sequence[str], known: Mapping[str, Row]
    ) -> Iterator[Folder]:
        """Each wanted folder, from what is known of its files and from the blobs of the others."""
        listing = self.listed(wanted)
        old = {
            path: {(entry.oid, entry.path) for entry, _ in self.kept(row).placed()}
            for path, row in known.items()
        }
        faults: dict[str, list[Fault]] = {path: [] for path in listing}
        places = {
            path: list(placed(entries, faults[path], self.allow))
            for path, entries in listing.items()
        }
        blobs = self.repository.blobs(
            entry.oid
            for path, pairs in places.items()
            for entry, _ in pairs
            if (entry.oid, entry.path) not in old.get(path, ())
        )
        for path, pairs in places.items():
            row = known.get(path)
            again = {(r.oid, r.path): r for r in self.kept(row).readings()} if row else {}
            readings = [
                again.get((entry.oid, entry.path))
                or read_bytes(next(blobs)[1], entry, place, self.allow)
                for entry, place in pairs
            ]
            tree, files = found.folders[path], len(listing[path])
            yield self.keep(path, tree, readings, faults[path], files=files)

    def keep(
        self,
        path: str,
        tree: str,
        readings: Sequence[Reading],
        faults: Sequence[Fault],
        *,
        files: int,
    ) -> Folder:
        row, texts = row_of(path, tree, readings, faults, files=files)
        if tree and all(r.keepable for r in readings) and self.cache.keep(row, texts):
            return self.kept(row)
        return Folder(row=row, texts=lambda: texts)

    def kept(self, row: Row) -> Folder:
        """A folder whose texts lie in the cache."""
        return Folder(row=row, texts=lambda: self.kept_texts(row))

    def texts(self, row: Row) -> bytes:
        """The texts of a row; should the cache have lost them meanwhile, read once more."""
        found = self.cache.data(row)
        if found is not None:
            return found
        names = list(Folder(row=row, texts=bytes).placed())
        blobs = self.repository.blobs(entry.oid for entry, _ in names)
        return b"".join(
            read_bytes(data, entry, place, self.allow).data
            for (entry, place), (_, data) in zip(names, blobs, strict=True)
        )


def _loose(
    entries: Sequence[Entry],
    folders: Mapping[str, Folder],
    listed: Callable[[Collection[str]], Listing],
    allow: Collection[str],
) -> list[Fault]:
    """Faults of files that lie in no folder of a school's year."""
    faults: list[Fault] = []
    if list(placed(entries, faults, allow)):
        raise AssertionError("a record's place is in a folder")
    homes = {plain_name("/".join(entry.path.split("/", 3)[:3])) for entry in entries}
    twins = listed(sorted(homes & folders.keys()))
    paths = [e.path for e in entries] + [e.path for found in twins.values() for e in found]
    return [*faults, *clashes(sorted(paths), allow)] if twins else faults


def _set(
    folders: Mapping[str, Folder],
    faults: Sequence[Fault],
    loose: int,
    *,
    rev: str | None,
    repository: Repository | None,
) -> RecordSet:
    own = [fault for folder in folders.values() for fault in folder.faults]
    return RecordSet(
        rev=rev,
        repository=repository,
        folders=folders,
        records=Shelf(folders, lambda folder: folder.records),
        approvals=Shelf(folders, lambda folder: folder.approvals),
        faults=tuple(sorted({*faults, *own})),
        files=loose + sum(folder.row.files for folder in folders.values()),
    )


def load_here(root: Path, allow: Collection[str] = ()) -> RecordSet:
    """The records as their files lie here. What git knows to be as in HEAD is not read anew.

    GitError if `root` is a repository that cannot be read.
    """
    try:
        committed = load_records(root, allow=allow)
    except GitError as error:
        if error.code == "no_commits":
            return load_folder(root, allow)
        raise
    repository = committed.repository
    if repository is None or repository.bare:
        return committed
    touched = repository.touched(ROOT)
    if any(path.endswith("/") for path in touched):  # git does not look into these
        return load_folder(root, allow)
    if not touched:
        return replace(committed, rev=None, repository=None)
    changed = {folder_of(path) for path in touched}
    known = {path: f for path, f in committed.folders.items() if path not in changed}
    return load_folder(root, allow, known)


def load_folder(
    root: Path, allow: Collection[str] = (), known: Mapping[str, Folder] = MappingProxyType({})
) -> RecordSet:
    """The records of a folder without git, read from its files; links are not followed.

    `known` are folders that need not be read.
    """
    listing: dict[str, list[Entry]] = {}
    for entry in sorted(_walk(root / ROOT, ROOT), key=lambda entry: entry.path):
        listing.setdefault(folder_of(entry.path) or "", []).append(entry)
    loose = listing.pop("", [])
    folders = {
        path: known.get(path) or _read_folder(root, path, found, allow)
        for path, found in listing.items()
    }
    faults = _loose(loose, folders, lambda homes: {h: listing[h] for h in homes}, allow)
    return _set(folders, faults, len(loose), rev=None, repository=None)


def _read_folder(root: Path, path: str, entries: Sequence[Entry], allow: Collection[str]) -> Folder:
    faults: list[Fault] = []
    readings = []
    for entry, place in placed(entries, faults, allow):
        try:
            readings.append(_read_file(root, entry, place, allow))
        except OSError as error:
            what = error.strerror or "cannot be read"
            lost = shown_path(entry.path, allow)
            faults.append(Fault(path=lost, line=0, code="unreadable", what=what))
    row, texts = row_of(path, "", readings, faults, files=len(entries))
    return Folder(row=row, texts=lambda: texts)


def _read_file(root: Path, entry: Entry, place: Place, allow: Collection[str]) -> Reading:
    with (root / entry.path).open("rb") as stream:
        data = stream.read(LIMITS.max_bytes + 1)
    return read_bytes(data, entry, place, allow)


def _walk(folder: Path, name: str) -> Iterator[Entry]:
    try:
        with os.scandir(folder) as found:
            children = list(found)
    except OSError:
        return
    for child in children:
        path = f"{name}/{child.name}"
        if child.is_symlink():
            yield Entry(mode="120000", oid="", path=path)
        elif child.is_dir():
            yield from _walk(folder / child.name, path)
        else:
            yield Entry(mode=MODE if child.is_file() else "special", oid="", path=path)
