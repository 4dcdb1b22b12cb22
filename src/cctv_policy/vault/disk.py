"""The few file operations a vault is written with, each of which may fail or be the last one.

Tests put a disk of their own in here: one that loses what was not synced, tears what was half
written, and is full, read-only or broken at any step.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

from cctv_policy.errors import VaultError

LOCK_S = 30.0


class Disk(Protocol):
    """File operations; OSError as the kernel says."""

    def read(self, path: Path) -> bytes:
        """The whole file."""
        ...

    def create(self, path: Path, data: bytes) -> None:
        """A new file of the owner alone, synced; FileExistsError if it is there."""
        ...

    def replace(self, source: Path, target: Path) -> None:
        """Rename over `target`."""
        ...

    def sync_folder(self, folder: Path) -> None:
        """Make renames in the folder durable."""
        ...

    def remove(self, path: Path) -> None:
        """Delete a file; none there is fine."""
        ...

    def locked(self, path: Path) -> AbstractContextManager[None]:
        """Hold the lock file `path` against every other process of this machine."""
        ...


class OsDisk:
    """The real one."""

    def read(self, path: Path) -> bytes:
        return path.read_bytes()

    def create(self, path: Path, data: bytes) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        handle = os.open(path, flags, 0o600)
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(handle, rest) :]
            os.fsync(handle)
        finally:
            os.close(handle)

    def replace(self, source: Path, target: Path) -> None:
        source.replace(target)

    def sync_folder(self, folder: Path) -> None:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def remove(self, path: Path) -> None:
        path.unlink(missing_ok=True)

    @contextmanager
    def locked(self, path: Path) -> Iterator[None]:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            end = time.monotonic() + LOCK_S
            while True:
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > end:
                        raise VaultError(
                            "另一個程序正鎖住金庫 (another process keeps the vault locked)",
                            where=str(path),
                            fix="see which one: fuser " + str(path),
                        ) from None
                    time.sleep(0.02)
            yield
        finally:
            os.close(handle)
