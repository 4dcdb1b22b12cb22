"""What reading a file gave, kept by blob id under the git folder; losing it costs only time."""

from __future__ import annotations

import contextlib
import hashlib
import json
import sqlite3
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cctv_policy import __version__, identity, strictyaml


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One file's reading."""

    sha256: str
    faults: str
    ok: bool
    data: bytes


class Cache:
    """Readings by (blob id, path) of one version of the readers; a broken file is started anew."""

    def __init__(self, file: Path | None, *, allow: Collection[str] = ()) -> None:
        self._file = file
        self._version = f"{code_digest()} {','.join(sorted(allow))}"
        self._base = self._open()

    def _open(self) -> sqlite3.Connection | None:
        if self._file is None:
            return None
        for _ in range(2):
            try:
                self._file.parent.mkdir(parents=True, exist_ok=True)
                return _prepared(self._file, self._version)
            except sqlite3.OperationalError:
                return None  # locked, or no room: do without
            except (sqlite3.DatabaseError, OSError):
                with contextlib.suppress(OSError):
                    self._file.unlink()
        return None

    def all(self) -> dict[tuple[str, str], Kept]:
        """Everything kept."""
        if self._base is None:
            return {}
        rows = "SELECT oid, path, sha256, faults, ok, data FROM reading"
        try:
            return {
                (oid, path): Kept(sha256=sha, faults=faults, ok=bool(ok), data=data)
                for oid, path, sha, faults, ok, data in self._base.execute(rows)
            }
        except sqlite3.DatabaseError:
            self._base = None
            return {}

    def keep(self, new: Iterator[tuple[str, str, Kept]], *, drop: Collection[str]) -> None:
        """Add readings; forget those of the blob ids in `drop`."""
        if self._base is None:
            return
        add = "INSERT OR REPLACE INTO reading VALUES (?, ?, ?, ?, ?, ?)"
        rows = ((o, p, k.sha256, k.faults, k.ok, k.data) for o, p, k in new)
        with contextlib.suppress(sqlite3.DatabaseError), self._base:
            self._base.executemany(add, rows)
            self._base.executemany("DELETE FROM reading WHERE oid = ?", ((o,) for o in drop))

    def close(self) -> None:
        """Let go of the file."""
        if self._base is not None:
            self._base.close()
            self._base = None


def _prepared(file: Path, version: str) -> sqlite3.Connection:
    base = sqlite3.connect(file, timeout=2)
    try:
        base.execute("PRAGMA synchronous = OFF")
        base.execute("CREATE TABLE IF NOT EXISTS meta (version TEXT)")
        base.execute(
            "CREATE TABLE IF NOT EXISTS reading (oid TEXT, path TEXT, sha256 TEXT, faults TEXT,"
            " ok INTEGER, data BLOB, PRIMARY KEY (oid, path)) WITHOUT ROWID"
        )
        found = base.execute("SELECT version FROM meta").fetchone()
        if found is None or found[0] != version:
            with base:
                base.execute("DELETE FROM reading")
                base.execute("DELETE FROM meta")
                base.execute("INSERT INTO meta VALUES (?)", (version,))
    except BaseException:
        base.close()
        raise
    return base


@cache
def code_digest() -> str:
    """Digest of everything that decides how a file is read: tool version and readers' source."""
    digest = hashlib.sha256(__version__.encode())
    folders = [Path(__file__).parent, Path(strictyaml.__file__).parent]
    files = [f for folder in folders for f in sorted(folder.glob("*.py"))]
    for file in [*files, Path(identity.__file__)]:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def to_json(value: object) -> str:
    """Compact JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
