"""One replica of the keystore: a folder outside git in which a file is written once and deleted
once.

    KEYSTORE                                        whose replica this is
    wraps/<site>/<batch>/<record id>.<key id>.age   a record's key, for the batch's public key
    periods/<site>/<batch>/public                   that public key
    periods/<site>/<batch>/<holder>.<tag>.age       its secret, for one holder
    destroyed/<site>/<record id>.json               the journal of a destruction

A folder without the right KEYSTORE is offline: an unmounted disk must never look like "all gone".
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cctv_policy.errors import SealingError

MARKER = "KEYSTORE"
_NAME = re.compile(r"(?:[A-Za-z0-9][A-Za-z0-9._-]*/)*[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Replica:
    """A replica at `folder`; every method raises SealingError where the folder is not one."""

    label: str
    keystore: str
    folder: Path

    @property
    def _says(self) -> bytes:
        return f"cctv-policy/keystore/1\n{self.keystore}\n{self.label}\n".encode()

    def create(self) -> bool:
        """Make the folder a replica; False if it is one already. It must be empty before."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if (self.folder / MARKER).exists():
                self.check()
                return False
            if any(self.folder.iterdir()):
                fix = "name an empty folder in keystore.yaml"
                raise self._error("the folder holds something else", "replica_failed", fix)
            self._write(self.folder / MARKER, self._says)
        except OSError as error:
            raise self._failed(error) from None
        return True

    def check(self) -> None:
        """SealingError `replica_offline` unless the folder is this replica."""
        try:
            found = (self.folder / MARKER).read_bytes()
        except OSError:
            found = b""
        if found != self._says:
            fix = "mount it, or correct keystore.yaml; a new one is made by `keys init`"
            raise self._error("the replica is not there", "replica_offline", fix)

    def online(self) -> bool:
        """Whether the folder is this replica."""
        try:
            self.check()
        except SealingError:
            return False
        return True

    def put(self, name: str, data: bytes) -> None:
        """Write a new file, durable, and read it back; never over one that is there."""
        self.check()
        target = self._path(name)
        try:
            self._folders(target.parent)
            self._write(target, data)
            found = target.read_bytes()
        except FileExistsError:
            fix = "nothing is ever written over a key; see `keys verify`"
            raise self._error(f"{name} is there already", "replica_failed", fix) from None
        except OSError as error:
            raise self._failed(error) from None
        if found != data:
            raise self._error(f"{name} was not read back as written", "replica_failed", "")

    def get(self, name: str) -> bytes | None:
        """A file's content; None if the replica does not have it."""
        self.check()
        try:
            return self._path(name).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise self._failed(error) from None

    def written_at(self, name: str) -> float | None:
        """When a file was written, in epoch seconds; None if the replica does not have it."""
        self.check()
        try:
            return self._path(name).stat().st_mtime
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise self._failed(error) from None

    def names(self, under: str) -> list[str]:
        """Every file below a folder, as names from the replica's top, sorted."""
        self.check()
        try:
            return sorted(self._walk(self._path(under)))
        except OSError as error:
            raise self._failed(error) from None

    def delete(self, name: str) -> bool:
        """Overwrite and remove a file, durable; False if it was gone. A disk may keep old blocks
        all the same: that is what destroying the batch's secret is for.
        """
        self.check()
        target = self._path(name)
        try:
            handle = os.open(target, os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError as error:
            raise self._failed(error) from None
        try:
            with os.fdopen(handle, "wb", buffering=0) as stream:
                stream.write(bytes(os.fstat(handle).st_size))
                os.fsync(handle)
            target.unlink()
            _sync(target.parent)
        except OSError as error:
            raise self._failed(error) from None
        return True

    def _walk(self, folder: Path) -> Iterator[str]:
        if not folder.is_dir():
            return
        for here, _, files in os.walk(folder, onerror=_raise):
            for file in files:
                yield (Path(here) / file).relative_to(self.folder).as_posix()

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise ValueError("no name of a keystore file")
        return self.folder / name

    def _folders(self, folder: Path) -> None:
        missing = []
        while not folder.is_dir():
            missing.append(folder)
            folder = folder.parent
        for one in reversed(missing):
            with contextlib.suppress(FileExistsError):
                one.mkdir(mode=0o700)
            _sync(one.parent)

    def _write(self, target: Path, data: bytes) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        handle = os.open(target, flags, 0o600)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(handle)
        except OSError:
            with contextlib.suppress(OSError):
                target.unlink()
            raise
        _sync(target.parent)

    def _failed(self, error: OSError) -> SealingError:
        fix = "make room or give permission, then try again"
        return self._error(f"failed: {error.strerror}", "replica_failed", fix)

    def _error(self, what: str, code: str, fix: str) -> SealingError:
        where = f"keystore replica {self.label} ({self.folder})"
        return SealingError(what, code=code, where=where, fix=fix)


def _raise(error: OSError) -> None:
    raise error


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
