"""Where the records of a commit or of the index lie, folder by folder of a school and a year.

Git names a folder by everything below it: a folder of the same tree id holds the same files. So
whoever knows a folder needs not list it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from cctv_policy.errors import GitError
from cctv_policy.gitobjects import TREE, Entry, Repository
from cctv_policy.records.ids import ROOT, folder_of, parse_path

FEW = 50
"""So many folders are listed one by one; for more, everything is listed and the rest left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """The folders below `records/`, and the files that lie in none of them."""

    folders: Mapping[str, str]
    """Path → tree id, in order of the paths in them; no id where the index has other files."""
    loose: Sequence[Entry]


def outline(repository: Repository, rev: str) -> Outline:
    """What the commit `rev` has below `records/`. GitError if a folder cannot be read."""
    folders: dict[str, str] = {}
    loose: list[Entry] = []
    odd = False
    above = {"": f"{rev}^{{tree}}"}
    for depth in range(3):  # the root, the schools, their years
        below: dict[str, str] = {}
        for path, entries in zip(above, repository.children(above.values()), strict=True):
            for entry in entries if depth else [e for e in entries if e.path == ROOT]:
                full = f"{path}/{entry.path}" if path else entry.path
                if entry.mode != TREE:
                    loose.append(Entry(mode=entry.mode, oid=entry.oid, path=full))
                elif depth < 2:
                    below[full] = entry.oid
                elif folder_of(f"{full}/"):
                    folders[full] = entry.oid
                else:
                    odd = True
        above = below
    if odd:
        loose = [entry for entry in repository.tree(rev, ROOT) if not folder_of(entry.path)]
    return Outline(folders=folders, loose=loose)


def staged(repository: Repository) -> Outline:
    """What the index has below `records/`; most of it is what HEAD has."""
    try:
        head = repository.resolve("HEAD")
    except GitError as error:
        if error.code != "no_commits":
            raise
        entries = repository.index(ROOT)
        folders = {folder: "" for e in entries if (folder := folder_of(e.path))}
        return Outline(folders=folders, loose=[e for e in entries if not folder_of(e.path)])
    known = outline(repository, head)
    changed = {folder_of(path) for path in repository.staged(head, ROOT)}
    folders = {**known.folders, **{folder: "" for folder in changed if folder}}
    loose = known.loose
    if None in changed:
        loose = [entry for entry in repository.index(ROOT) if not folder_of(entry.path)]
    folders = {path: folders[path] for path in sorted(folders, key=lambda path: f"{path}/")}
    return Outline(folders=folders, loose=loose)


def listed(
    repository: Repository, rev: str | None, folders: Collection[str]
) -> dict[str, list[Entry]]:
    """Every file of each folder; of the index without `rev`."""
    under: Iterable[str] = [f"{f}/" for f in folders] if len(folders) <= FEW else [ROOT]
    found: dict[str, list[Entry]] = {folder: [] for folder in folders}
    if not found:
        return found
    for entry in repository.tree(rev, *under) if rev else repository.index(*under):
        folder = folder_of(entry.path)
        if folder in found:
            found[folder].append(entry)
    return found


def rosters(repository: Repository, rev: str) -> list[Entry]:
    """Every file of the commit `rev` that lies where a roster entry belongs."""
    folders = outline(repository, rev).folders
    trees = repository.children(folders.values(), marked=b" CUS-")
    return [
        Entry(mode=entry.mode, oid=entry.oid, path=f"{folder}/{entry.path}")
        for folder, entries in zip(folders, trees, strict=True)
        for entry in entries
        if (place := parse_path(f"{folder}/{entry.path}")) and place.id.prefix == "CUS"
    ]
