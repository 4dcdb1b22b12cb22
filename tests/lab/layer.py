"""What is put on a host's disk before it boots: files, folders, links, disks.

Pure data and the one function that writes it below a root folder.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

UNITS = "/etc/systemd/system"


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file; with ``size`` a sparse one of that many bytes. ``mtime`` is a UNIX time."""

    path: str
    content: str | bytes = ""
    mode: int = 0o644
    owner: str = "root:root"
    size: int | None = None
    mtime: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dir:
    """A folder; missing parents are made with the defaults of ``mkdir``."""

    path: str
    mode: int = 0o755
    owner: str = "root:root"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A symbolic link; replaces what is there."""

    path: str
    target: str


Item = File | Dir | Link


@dataclass(frozen=True, slots=True, kw_only=True)
class Disk:
    """An ext4 disk of its own at ``path``: SNMP and df do not list the overlay root.

    ``size`` is apparent: the backing file is sparse, so 100 GB cost a few MB.
    ``full`` leaves no free block after the items are written; such a disk is small,
    for every block of it takes memory.
    """

    path: str
    full: bool = False

    @property
    def size(self) -> int:
        """Bytes."""
        return 64 * 2**20 if self.full else 100 * 10**9


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """All a role needs; layers add up with ``+``."""

    items: tuple[Item, ...] = ()
    disks: tuple[Disk, ...] = ()

    def __add__(self, other: Layer) -> Layer:
        return Layer(items=self.items + other.items, disks=self.disks + other.disks)


def enable(*units: str, target: str = "multi-user.target") -> tuple[Link, ...]:
    """Links that start units of the image at boot."""
    return tuple(
        Link(path=f"{UNITS}/{target}.wants/{unit}", target=f"/lib/systemd/system/{unit}")
        for unit in units
    )


def mask(*units: str) -> tuple[Link, ...]:
    """Links that keep units from starting."""
    return tuple(Link(path=f"{UNITS}/{unit}", target="/dev/null") for unit in units)


def unit(name: str, text: str, *, target: str = "multi-user.target") -> tuple[Item, ...]:
    """A unit file of our own, enabled."""
    path = f"{UNITS}/{name}"
    return (
        File(path=path, content=text),
        Link(path=f"{UNITS}/{target}.wants/{name}", target=path),
    )


def numbers(table: Path) -> dict[str, int]:
    """Names and ids of a passwd or group file."""
    return {f[0]: int(f[2]) for f in (line.split(":") for line in table.read_text().splitlines())}


def write(root: Path, items: tuple[Item, ...]) -> None:
    """Write the items below ``root``, in order; owners are the root's own accounts.

    Accounts that an item adds to passwd or group may own the items after it.
    """
    users, groups = numbers(root / "etc/passwd"), numbers(root / "etc/group")
    for item in items:
        path = root / item.path.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        match item:
            case Link():
                path.unlink(missing_ok=True)
                path.symlink_to(item.target)
            case Dir():
                path.mkdir(exist_ok=True)
                os.chown(path, *ids_of(item.owner, users, groups))
                path.chmod(item.mode)
            case File():
                write_file(path, item)
                if item.path in ("/etc/passwd", "/etc/group"):
                    users, groups = numbers(root / "etc/passwd"), numbers(root / "etc/group")
                os.chown(path, *ids_of(item.owner, users, groups))
                path.chmod(item.mode)
                if item.mtime is not None:
                    os.utime(path, (item.mtime, item.mtime))


def write_file(path: Path, item: File) -> None:
    """Content or a hole of ``size`` bytes; never through a link of the image."""
    if path.is_symlink():
        path.unlink()
    if item.size is not None:
        with path.open("wb") as sparse:
            sparse.truncate(item.size)
    else:
        content = item.content if isinstance(item.content, bytes) else item.content.encode()
        path.write_bytes(content)


def ids_of(owner: str, users: dict[str, int], groups: dict[str, int]) -> tuple[int, int]:
    """``"user:group"`` as numbers; KeyError names an unknown account."""
    user, _, group = owner.partition(":")
    return users[user], groups[group or user]


def fill(path: Path) -> None:
    """Leave no free byte at ``path``: one real file over all that is left."""
    with (path / "lost+found" / "ballast").open("wb", buffering=0) as ballast:
        for size in (1 << 20, 1 << 12, 1):
            with contextlib.suppress(OSError):
                while True:
                    ballast.write(bytes(size))
            os.fsync(ballast.fileno())
    assert shutil.disk_usage(path).free == 0
