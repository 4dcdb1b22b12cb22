"""What walks found, kept in SQLite: under the git folder for the main branch, else in memory.

It is a cache, but for one thing: that the branch once had commits that its history no longer has is
remembered here until they are back. Losing the file costs time and that memory.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from cctv_policy.history.life import Key, Life, RecordHistory
from cctv_policy.history.walk import Found
from cctv_policy.records.ids import ROOT, Prefix, parse_path
from cctv_policy.strictyaml import Fault

_TABLES = (
    "CREATE TABLE IF NOT EXISTS meta (version TEXT, rev TEXT, seen TEXT)",
    "CREATE TABLE IF NOT EXISTS life (site TEXT, id TEXT, prefix TEXT, year INTEGER,"
    " number INTEGER, troubled INTEGER, data TEXT, PRIMARY KEY (site, id)) WITHOUT ROWID",
    "CREATE INDEX IF NOT EXISTS by_prefix ON life (prefix)",
    "CREATE INDEX IF NOT EXISTS by_trouble ON life (troubled) WHERE troubled",
    "CREATE TABLE IF NOT EXISTS fault (path TEXT, code TEXT, what TEXT, blob TEXT)",
    "CREATE TABLE IF NOT EXISTS lost (rev TEXT, site TEXT, id TEXT)",
)


class Store:
    """The lives of all records up to one commit."""

    def __init__(self, base: sqlite3.Connection, version: str) -> None:
        self._base = base
        for table in _TABLES:
            base.execute(table)
        found = base.execute("SELECT version FROM meta").fetchone()
        with base:
            if found is None:
                base.execute("INSERT INTO meta VALUES (?, NULL, NULL)", (version,))
            elif found[0] != version:  # other code finds other things; what was seen was seen
                self._clear()
                base.execute("UPDATE meta SET version = ?, rev = NULL", (version,))
        self._version = version

    @classmethod
    def open(cls, file: Path | None, version: str) -> Store:
        """The store in `file`; one in memory without a file, or where it cannot be used."""
        if file is not None:
            for _ in range(2):
                try:
                    file.parent.mkdir(parents=True, exist_ok=True)
                    return cls(sqlite3.connect(file, timeout=1), version)
                except sqlite3.OperationalError:
                    break  # locked, or no room: do without
                except (sqlite3.DatabaseError, OSError):
                    with contextlib.suppress(OSError):
                        file.unlink()
        return cls(sqlite3.connect(":memory:"), version)

    def copy(self) -> Store:
        """The same in memory, for a walk whose result nobody should keep."""
        memory = sqlite3.connect(":memory:")
        self._base.backup(memory)
        self._base.close()
        return Store(memory, self._version)

    @property
    def rev(self) -> str | None:
        """The commit up to which the lives go."""
        found = self._base.execute("SELECT rev FROM meta").fetchone()
        return str(found[0]) if found[0] else None

    @property
    def seen(self) -> str | None:
        """The commit up to which the main branch was walked last, by whatever version."""
        found = self._base.execute("SELECT seen FROM meta").fetchone()
        return str(found[0]) if found[0] else None

    def get(self, key: Key) -> Life | None:
        """One life."""
        row = self._base.execute("SELECT data FROM life WHERE site = ? AND id = ?", key).fetchone()
        return _life(key, row[0]) if row else None

    def keep(
        self, rev: str, lives: Mapping[Key, Life], found: Iterable[Found], *, anew: bool
    ) -> None:
        """Add what a walk found; with `anew` instead of all there was."""
        rows = ((*key, *_columns(life), _data(life)) for key, life in lives.items())
        with self._base:
            if anew:
                self._clear()
            self._base.executemany("INSERT OR REPLACE INTO life VALUES (?,?,?,?,?,?,?)", rows)
            known = {
                row[0] for row in self._base.execute("SELECT blob FROM fault WHERE blob != ''")
            }
            self._base.executemany(
                "INSERT INTO fault VALUES (?, ?, ?, ?)",
                [
                    (f.fault.path, f.fault.code, f.fault.what, f.blob)
                    for f in found
                    if f.blob not in known
                ],
            )
            self._base.execute("UPDATE meta SET rev = ?, seen = ?", (rev, rev))

    def _clear(self) -> None:
        for table in ("life", "fault"):
            self._base.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names

    def faults(self) -> list[Fault]:
        """What was found in commits and blobs."""
        rows = self._base.execute("SELECT path, code, what FROM fault")
        return [Fault(path=path, line=0, code=code, what=what) for path, code, what in rows]

    def keys(self) -> set[Key]:
        """Every record there ever was."""
        return {(site, id_) for site, id_ in self._base.execute("SELECT site, id FROM life")}

    def lose(self, rev: str, keys: Iterable[Key]) -> None:
        """Remember that the branch had `rev`, and these records with it."""
        with self._base:
            self._base.execute("INSERT INTO lost VALUES (?, '', '')", (rev,))
            self._base.executemany("INSERT INTO lost VALUES (?,?,?)", [(rev, *k) for k in keys])

    def lost(self) -> dict[str, list[Key]]:
        """Commit that history no longer has → records that went with it."""
        found: dict[str, list[Key]] = {}
        for rev, site, id_ in self._base.execute("SELECT rev, site, id FROM lost ORDER BY rev"):
            found.setdefault(rev, []).extend([(site, id_)] if id_ else [])
        return found

    def find(self, revs: Iterable[str]) -> None:
        """Forget that commits were lost: they are back."""
        with self._base:
            self._base.executemany("DELETE FROM lost WHERE rev = ?", [(rev,) for rev in revs])

    def gaps(self) -> dict[tuple[str, Prefix, int], tuple[int, ...]]:
        """(school, kind, ROC year) → numbers below the highest that no commit ever had."""
        ask = "SELECT site, prefix, year, MAX(number) AS top FROM life GROUP BY site, prefix, year"
        found = {}
        for site, prefix, year, top in self._base.execute(f"{ask} HAVING top > COUNT(*)"):
            given = "SELECT number FROM life WHERE site = ? AND prefix = ? AND year = ?"
            there = {row[0] for row in self._base.execute(given, (site, prefix, year))}
            found[site, prefix, year] = tuple(n for n in range(1, top) if n not in there)
        return found

    def lives(self, where: str = "1", *values: Any) -> Iterator[tuple[Key, Life]]:
        """Lives in order of school and id; `where` is one of our own conditions."""
        ask = f"SELECT site, id, data FROM life WHERE {where} ORDER BY site, id"  # noqa: S608
        for site, id_, data in self._base.execute(ask, values):
            yield (site, id_), _life((site, id_), data)

    def count(self) -> int:
        """How many records there ever were."""
        return int(self._base.execute("SELECT COUNT(*) FROM life").fetchone()[0])


class Lives(Mapping[Key, RecordHistory]):
    """Every record there ever was, read from the store when it is asked for."""

    def __init__(self, store: Store, destroyed: Mapping[Key, str]) -> None:
        self._store, self._destroyed = store, destroyed

    def __getitem__(self, key: Key) -> RecordHistory:
        life = self._store.get(key)
        if life is None:
            raise KeyError(key)
        return life.told(self._destroyed.get(key))

    def __iter__(self) -> Iterator[Key]:
        return iter(sorted(self._store.keys()))

    def __len__(self) -> int:
        return self._store.count()

    def troubled(self) -> Iterator[RecordHistory]:
        """Those that were deleted, or to which something was done that may not be."""
        for key, life in self._store.lives("troubled"):
            yield life.told(self._destroyed.get(key))

    def of(self, prefix: Prefix) -> Iterator[RecordHistory]:
        """Those of one kind."""
        for key, life in self._store.lives("prefix = ?", prefix):
            yield life.told(self._destroyed.get(key))


def _columns(life: Life) -> tuple[str, int, int, bool]:
    troubled = bool(life.events) or not life.present or life.dropped is not None
    return life.place.id.prefix, life.place.id.year, life.place.id.number, troubled


def _data(life: Life) -> str:
    return json.dumps(
        [
            life.first,
            life.last,
            life.versions,
            life.present,
            life.approved,
            life.deleted,
            life.dropped,
            life.gone,
            life.anchors,
            life.events,
        ],
        separators=(",", ":"),
    )


def _life(key: Key, text: str) -> Life:
    site, id_ = key
    place = parse_path(f"{ROOT}/{site}/{id_.split('-')[1]}/{id_}.yaml")
    assert place is not None  # noqa: S101 - only such places are kept
    first, last, versions, present, approved, deleted, dropped, gone, anchors, events = json.loads(
        text
    )
    return Life(
        place=place,
        first=(first[0], first[1]),
        last=(last[0], last[1]),
        versions=versions,
        present=present,
        approved=approved,
        deleted=tuple(deleted) if deleted else None,
        dropped=tuple(dropped) if dropped else None,
        gone=gone,
        anchors=anchors,
        events=[(code, oid, at, tuple(keys)) for code, oid, at, keys in events],
    )
