"""One clerk's command at a time in one folder.

The system drops the lock when its process ends, however it ends: a lock file that a killed process
or a power cut left behind holds nobody up. What stands in it (process and boot) is only for the
message; network drives that ignore locks are caught by the file's own `never over another`.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

from cctv_policy.errors import ClerkError

WAIT_S = 10.0
_BOOT = Path("/proc/sys/kernel/random/boot_id")
_PAUSE_S = 0.05


@contextlib.contextmanager
def locked(file: Path, *, wait_s: float = WAIT_S) -> Iterator[None]:
    """Hold `file` locked; ClerkError if another process does not let go in time."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        fix = "請檢查資料夾權限與磁碟空間"
        raise ClerkError(f"無法鎖定：{error.strerror}", where=str(file), fix=fix) from None
    try:
        _take(handle, file, wait_s)
        with contextlib.suppress(OSError):  # the disk is full: the lock holds all the same
            os.ftruncate(handle, 0)
            os.pwrite(handle, f"{os.getpid()} {boot_id()}\n".encode(), 0)
        yield
    finally:
        os.close(handle)


def _take(handle: int, file: Path, wait_s: float) -> None:
    until = time.monotonic() + wait_s
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                said = os.pread(handle, 20, 0).decode("ascii", "replace").split(" ")[0]
                what = f"另一個指令正在寫入（程序 {said or '不明'}）"
                raise ClerkError(what, where=str(file), fix="等它結束後再試一次") from None
            time.sleep(_PAUSE_S)
        else:
            return


def boot_id() -> str:
    """Which start of this machine it is; `-` where the system does not say."""
    try:
        return _BOOT.read_text(encoding="ascii").strip()
    except OSError:
        return "-"
