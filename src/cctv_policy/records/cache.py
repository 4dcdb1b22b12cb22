"""What reading a school's year gave, kept under the git folder; losing it costs only time.

A row is believed if the checker's version, the folder's tree id and the row's own checksum are
right. Whatever else is found there is thrown away and read from git again.
"""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pydantic

import cctv_policy

_TABLE = (
    "CREATE TABLE IF NOT EXISTS folder (path TEXT PRIMARY KEY, tree TEXT, files INTEGER,"
    " kinds TEXT, faults BLOB, listing BLOB, data_sum TEXT, sum TEXT, data BLOB)"
)
_COLUMNS = "path, tree, files, kinds, faults, listing, data_sum, sum"
_BUSY = (
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
)
"""Trouble that says nothing against the file: another run writes, or there is no room."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One folder as it was read; its texts are kept beside (`Cache.data`)."""

    path: str
    tree: str
    """Git's id of the folder: the same id, the same bytes in every file below."""
    files: int
    kinds: str
    """Prefixes of its records, with spaces between."""
    faults: bytes
    """JSON: for each fault whether it is of the file alone, and its six parts."""
    listing: bytes
    """JSON: for each placed file its name, blob id, SHA-256, whether it has a value, and how many
    bytes of the texts are its own."""
    data_sum: str
    """SHA-256 of the texts."""


class Cache:
    """Rows of one version of the readers; a broken file is started anew."""

    def __init__(self, file: Path, *, allow: Collection[str] = ()) -> None:
        self._file = file
        self._version = f"{code_digest()} {','.join(sorted(allow))}"

    def rows(self) -> dict[str, Row]:
        """Every sound row by its folder's path."""
        for _ in range(2):
            try:
                with contextlib.closing(self._open()) as base:
                    return self._rows(base)
            except (sqlite3.DatabaseError, OSError) as error:
                if _busy(error):
                    break
                self._remove()
        return {}

    def data(self, row: Row) -> bytes | None:
        """The texts of a row; None, and no row any more, if they are not there as they were kept.

        Not if another run has put a newer row there meanwhile: that one stays.
        """
        ask = "SELECT data FROM folder WHERE path = ? AND tree = ?"
        try:
            with contextlib.closing(sqlite3.connect(self._file, timeout=2)) as base:
                found = base.execute(ask, (row.path, row.tree)).fetchone()
        except (sqlite3.DatabaseError, OSError) as error:
            if not _busy(error):
                self._remove()
            return None
        data = found[0] if found else None
        if isinstance(data, bytes) and hashlib.sha256(data).hexdigest() == row.data_sum:
            return data
        if found:
            self.forget([row.path])
        return None

    def keep(self, row: Row, data: bytes) -> bool:
        """Put a row in place of the one of the same folder; whether that could be done."""
        values = (row.path, row.tree, row.files, row.kinds, row.faults, row.listing, row.data_sum)
        add = "INSERT OR REPLACE INTO folder VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
        with contextlib.suppress(sqlite3.DatabaseError, OSError):
            with contextlib.closing(self._open()) as base, base:
                base.execute(add, (*values, self._sum(*values), data))
            return True
        return False

    def forget(self, paths: Collection[str]) -> None:
        """Drop the rows of folders that are no more."""
        rows = [(path,) for path in paths]
        with (
            contextlib.suppress(sqlite3.DatabaseError, OSError),
            contextlib.closing(self._open()) as base,
            base,
        ):
            base.executemany("DELETE FROM folder WHERE path = ?", rows)

    def _open(self) -> sqlite3.Connection:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        base = sqlite3.connect(self._file, timeout=2)
        try:
            base.execute("PRAGMA synchronous = OFF")
            base.execute("CREATE TABLE IF NOT EXISTS meta (version TEXT)")
            found = base.execute("SELECT version FROM meta").fetchone()
            with base:
                if found is None or found[0] != self._version:
                    for table in ("reading", "folder"):  # `reading` is what older versions wrote
                        base.execute(f"DROP TABLE IF EXISTS {table}")
                    base.execute("DELETE FROM meta")
                    base.execute("INSERT INTO meta VALUES (?)", (self._version,))
                base.execute(_TABLE)
        except BaseException:  # Ctrl-C too: nobody else would close it
            base.close()
            raise
        return base

    def _rows(self, base: sqlite3.Connection) -> dict[str, Row]:
        found = {}
        for *values, told in base.execute(f"SELECT {_COLUMNS} FROM folder"):  # noqa: S608 - ours
            if self._sum(*values) == told:
                path, tree, files, kinds, faults, listing, data_sum = values
                found[path] = Row(
                    path=path,
                    tree=tree,
                    files=files,
                    kinds=kinds,
                    faults=faults,
                    listing=listing,
                    data_sum=data_sum,
                )
        return found

    def _sum(self, *values: object) -> str:
        """Checksum of a row and of the version that wrote it."""
        digest = hashlib.sha256(self._version.encode())
        for value in values:
            data = value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")
            digest.update(b"%d " % len(data) + data)
        return digest.hexdigest()

    def _remove(self) -> None:
        for file in (self._file, self._file.with_name(f"{self._file.name}-journal")):
            with contextlib.suppress(OSError):
                file.unlink()


def _busy(error: Exception) -> bool:
    return getattr(error, "sqlite_errorcode", None) in _BUSY or isinstance(error, OSError)


@cache
def code_digest() -> str:
    """Digest of everything that decides how a file is read: our source, and pydantic's version."""
    digest = hashlib.sha256(f"{cctv_policy.__version__} {pydantic.VERSION}".encode())
    folder = Path(cctv_policy.__file__).parent
    for file in sorted(folder.rglob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()
