"""A disk that fails on demand and, when the power goes, keeps only what was synced.

A real crash cannot be had in a test, so this one models what POSIX allows: the names of a folder
are durable once the folder is synced, a file's bytes once the file is. At a power cut each step
that was not synced may or may not have reached the disk, and an unsynced file may be torn.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


class PowerCutError(BaseException):
    """The machine stops here. A BaseException: nothing may catch it and carry on."""


class FakeDisk:
    """Files in memory. `fail(step, operation, path)` may raise before an operation has effect."""

    def __init__(self, fail: Callable[[int, str, Path], None] | None = None) -> None:
        self.files: dict[Path, bytes] = {}
        self._durable: dict[Path, bytes] = {}
        self._renames: list[tuple[Path, Path]] = []
        self.fail = fail
        self.steps = 0

    def _step(self, operation: str, path: Path) -> None:
        self.steps += 1
        if self.fail:
            self.fail(self.steps, operation, path)

    def read(self, path: Path) -> bytes:
        self._step("read", path)
        if path not in self.files:
            raise FileNotFoundError(errno.ENOENT, "No such file or directory")
        return self.files[path]

    def create(self, path: Path, data: bytes) -> None:
        self._step("write", path)
        if path in self.files:
            raise FileExistsError(errno.EEXIST, "File exists")
        self.files[path] = data[: len(data) // 2]
        self._step("write on", path)
        self.files[path] = data
        self._step("fsync", path)
        self._durable[path] = data

    def replace(self, source: Path, target: Path) -> None:
        self._step("rename", target)
        self.files[target] = self.files.pop(source)
        self._renames.append((source, target))
        self._step("renamed", target)

    def sync_folder(self, folder: Path) -> None:
        self._step("sync folder", folder)
        for source, target in [r for r in self._renames if r[1].parent == folder]:
            self._durable[target] = self._durable.pop(source)
        self._renames = [r for r in self._renames if r[1].parent != folder]

    def remove(self, path: Path) -> None:
        self._step("remove", path)
        self.files.pop(path, None)
        self._durable.pop(path, None)

    @contextmanager
    def locked(self, path: Path) -> Iterator[None]:
        yield

    def after_power_cut(self, *, reached: bool) -> FakeDisk:
        """The disk after the next boot; `reached`: unsynced renames and bytes got there too."""
        again = FakeDisk()
        again.files = dict(self._durable)
        if reached:
            again.files = dict(self.files)
        else:
            for path in self.files.keys() - self._durable.keys():
                if not any(path == target for _, target in self._renames):
                    again.files[path] = self.files[path][: len(self.files[path]) // 3]
        again._durable = dict(again.files)
        return again
