"""Who holds a lease: host, boot, process. So that the lease of a dead run can be told from a live.

Only what the kernel of this very machine says counts; about another machine nothing is known.
"""

from __future__ import annotations

import os
import socket
from pathlib import Path

_PROC = Path("/proc")


def this_process() -> str:
    """`host/boot/pid/start`: start is the process's own start time in ticks since boot."""
    pid = os.getpid()
    return f"{socket.gethostname()}/{_boot()}/{pid}/{_start(pid)}"


def is_gone(holder: str) -> bool:
    """Whether the holder was a process of this machine that runs no more."""
    parts = holder.split("/")
    if len(parts) != 4 or parts[0] != socket.gethostname() or not parts[2].isdigit():
        return False
    return parts[1] != _boot() or _start(int(parts[2])) != parts[3]


def _boot() -> str:
    return (_PROC / "sys/kernel/random/boot_id").read_text().strip()


def _start(pid: int) -> str:
    """Empty for a process that is not, or is dead and only waits to be reaped (Z, X)."""
    try:
        stat = (_PROC / str(pid) / "stat").read_text()
    except OSError:
        return ""
    words = stat.rpartition(")")[2].split()
    return "" if words[0] in "ZX" else words[19]
