"""CPU seconds and memory of this process or of a child, and tables of them."""

from __future__ import annotations

import os
import platform
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import mean, median
from typing import Self

ROOT = Path(__file__).resolve().parents[1]


def cache() -> Path:
    """Where virtual environments of peers are kept between runs."""
    home = os.environ.get("CCTV_BENCH_CACHE")
    return Path(home) if home else Path.home() / ".cache" / "cctv-policy-bench"


def cpu() -> float:
    """CPU seconds of this process so far, all threads, without children."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def cost(work: Callable[[], object]) -> float:
    """CPU seconds of one call."""
    before = cpu()
    work()
    return cpu() - before


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """What one child cost, with every process it waited for."""

    cpu_s: float
    wall_s: float
    rss_mb: float
    """Peak of its largest single process, as of half a second before its end at the latest. (What
    the kernel tells at the end is never less than this process's own peak.)"""
    tree_mb: float
    """Peak of the whole tree, shared pages counted once (PSS, looked at every half second)."""
    code: int
    output: str


def child(
    argv: Sequence[str], *, env: Mapping[str, str] | None = None, cwd: Path | None = None
) -> Child:
    """Run a command to its end and read its resource usage from the kernel."""
    began = time.monotonic()
    process = subprocess.Popen(
        argv,
        env={**os.environ, **(env or {})},
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert process.stdout is not None
    os.set_blocking(process.stdout.fileno(), False)
    output, looked, largest, whole = b"", 0.0, 0.0, 0.0
    while True:
        pid, status, used = os.wait4(process.pid, os.WNOHANG)
        output += process.stdout.read() or b""
        if pid:
            break
        if time.monotonic() - looked > 0.5:
            now_largest, now_whole = _tree_mb(process.pid)
            largest, whole = max(largest, now_largest), max(whole, now_whole)
            looked = time.monotonic()
        time.sleep(0.02)
    return Child(
        cpu_s=used.ru_utime + used.ru_stime,
        wall_s=time.monotonic() - began,
        rss_mb=largest,
        tree_mb=whole,
        code=os.waitstatus_to_exitcode(status),
        output=output.decode("utf-8", "replace"),
    )


class Pace:
    """How fast a core is while something else runs on it.

    A processor that is shared with strangers changes its speed by half from minute to minute. A
    fixed piece of work, done thirty times a second on the same core, tells by how much: a cost
    divided by `piece_s` can be compared with one that was measured at another time.
    """

    def __init__(self, core: int) -> None:
        self._core = core
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._took: list[float] = []

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    @property
    def piece_s(self) -> float:
        """CPU seconds of the piece: the mean without the slowest twentieth (interrupts)."""
        kept = sorted(self._took)[: max(1, len(self._took) * 19 // 20)]
        return mean(kept)

    def _work(self) -> None:
        os.sched_setaffinity(0, {self._core})  # of this thread
        while not self._stop.wait(0.03):
            began = time.thread_time()
            for number in range(4_000):
                f"{number}x"
            self._took.append(time.thread_time() - began)


def _tree_mb(root: int) -> tuple[float, float]:
    """Of a process and its descendants: the peak of the largest, and what all hold now."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text()
            except OSError:
                continue
            parents[int(entry.name)] = int(stat.rpartition(")")[2].split()[1])
    tree, grown = {root}, True
    while grown:
        more = {pid for pid, parent in parents.items() if parent in tree} - tree
        tree, grown = tree | more, bool(more)
    largest, whole = 0.0, 0.0
    for pid in tree:
        try:
            largest = max(largest, _field(f"/proc/{pid}/status", "VmHWM:"))
            whole += _field(f"/proc/{pid}/smaps_rollup", "Pss:")
        except OSError:
            continue
    return largest / 1024, whole / 1024


def _field(path: str, name: str) -> float:
    lines = Path(path).read_text().splitlines()
    return next((float(line.split()[1]) for line in lines if line.startswith(name)), 0.0)


def paired(
    one: Callable[[], float], other: Callable[[], float], rounds: int
) -> tuple[float, float, float]:
    """Medians of two measurements taken in turn, and the median of their ratios.

    A machine whose speed drifts moves both; the ratio of neighbours stays.
    """
    pairs = [(one(), other()) for _ in range(rounds)]
    return (
        median(a for a, _ in pairs),
        median(b for _, b in pairs),
        median(a / b for a, b in pairs),
    )


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def conditions(*packages: str) -> str:
    """When, on what shape of machine, with which versions."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = os.getloadavg()[0]
    told = [f"{name} {version(name)}" for name in packages]
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, {memory:.0f} GiB, "
        f"load {load:.0f}, {platform.machine()}, Python {platform.python_version()}"
        + "".join(f", {each}" for each in told)
    )


def ms(seconds: float, each: int) -> str:
    """Milliseconds for one of `each`."""
    return f"{seconds / each * 1e3:.2f}"


def say(text: str) -> None:
    """Progress, on stderr: the tables alone are the output."""
    print(text, file=sys.stderr, flush=True)
