"""The workers of a run: started for at most 200 devices each, given orders, listened to."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from cctv_policy.inventory import Recorder
from cctv_policy.inventory.hosts import pins
from cctv_policy.push import wire
from cctv_policy.push.device import Order
from cctv_policy.push.results import DeviceEnded, DeviceResult

HOSTS_A_WORKER = 200
WORKER = (sys.executable, "-m", "cctv_policy.push.worker")
_DIED = "the worker ended without a word of this device; run again, it reads what is"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What every worker of a run is told."""

    root: Path
    secrets: Path | None
    vault: Path | None = None
    identity: Path | None = None
    run_id: str
    concurrency: int
    options: Mapping[str, str] = field(default_factory=dict)
    """For those who carry out moves and rotations; see the command line."""
    verbose: int = 0


class Crew:
    """A context manager: workers start with it and are gone after it."""

    def __init__(self, settings: Settings, recorders: Iterable[Recorder]) -> None:
        self._settings = settings
        self._recorders = [r for r in recorders if r.connect and r.connect.push]
        self._folder = tempfile.TemporaryDirectory(prefix="cctv-push-")
        self._workers: list[subprocess.Popen[str]] = []
        self._of: dict[str, subprocess.Popen[str]] = {}
        self._dead: set[subprocess.Popen[str]] = set()
        self._said: queue.SimpleQueue[DeviceResult | subprocess.Popen[str]] = queue.SimpleQueue()

    def __enter__(self) -> Crew:
        for i in range(0, len(self._recorders), HOSTS_A_WORKER):
            self._start(i // HOSTS_A_WORKER, self._recorders[i : i + HOSTS_A_WORKER])
        return self

    def _start(self, number: int, recorders: Sequence[Recorder]) -> None:
        known = Path(self._folder.name) / f"known_hosts.{number}"
        known.write_text(pins(recorders), encoding="utf-8")
        settings = self._settings
        worker = subprocess.Popen(
            WORKER,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            start_new_session=True,  # Ctrl-C is ours to pass on, gently
        )
        self._workers.append(worker)
        self._of |= {recorder.id: worker for recorder in recorders}
        first = {
            "root": str(settings.root.resolve()),
            "secrets": _whole(settings.secrets),
            "vault": _whole(settings.vault),
            "identity": _whole(settings.identity),
            "options": {**_options(settings), "devices": str(len(self._recorders))},
            "run_id": settings.run_id,
            "concurrency": settings.concurrency,
            "verbose": settings.verbose,
            "known_hosts": str(known),
            "hosts": [_host(recorder) for recorder in recorders],
        }
        _say(worker, first)
        threading.Thread(target=self._listen, args=(worker,), daemon=True).start()

    def _listen(self, worker: subprocess.Popen[str]) -> None:
        assert worker.stdout is not None  # noqa: S101 - a pipe was asked for
        for line in worker.stdout:
            try:
                self._said.put(wire.unpack(DeviceResult, json.loads(line)))
            except (ValueError, TypeError, KeyError):  # half a line of one that was killed
                worker.kill()  # if it lives, nobody can know which device it spoke of
                break
        self._said.put(worker)

    @property
    def at_once(self) -> int:
        """How many devices at a time, over all workers."""
        return self._settings.concurrency

    def each(self, orders: Sequence[Order]) -> Iterator[DeviceResult]:
        """Every order's result, as they end. A worker that dies leaves `unknown` behind."""
        left = deque(orders)
        begun: set[str] = set()
        while left or begun:
            while left and len(begun) < self.at_once:
                order = left.popleft()
                begun.add(order.wanted.recorder.id)
                self._give(order)
            said = self._said.get()
            if isinstance(said, DeviceResult):
                if said.recorder in begun:
                    begun.discard(said.recorder)
                    yield said
                continue
            self._dead.add(said)
            for recorder in sorted(r for r in begun if self._of[r] is said):
                begun.discard(recorder)
                yield DeviceResult(
                    recorder=recorder,
                    ended=DeviceEnded.UNKNOWN,
                    reason="worker_died",
                    detail=_DIED,
                )

    def _give(self, order: Order) -> None:
        worker = self._of[order.wanted.recorder.id]
        _say(worker, wire.pack(order))
        if worker in self._dead:
            self._said.put(worker)

    def stop(self) -> None:
        """Begin nothing more; what runs comes to its end."""
        for worker in self._workers:
            with suppress(OSError):
                worker.send_signal(signal.SIGTERM)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for worker in self._workers:
            with suppress(OSError):
                if worker.stdin:
                    worker.stdin.close()
            if kind is not None:
                worker.kill()
            worker.wait()
            if worker.stdout:
                worker.stdout.close()
        self._folder.cleanup()


def _options(settings: Settings) -> dict[str, str]:
    files = {"vault": _whole(settings.vault), "identity": _whole(settings.identity)}
    return {**settings.options, **{name: path for name, path in files.items() if path}}


def _whole(path: Path | None) -> str | None:
    return str(path.resolve()) if path else None


def _host(recorder: Recorder) -> dict[str, object]:
    connect = recorder.connect
    assert connect is not None and connect.push is not None  # noqa: S101 - asked by Crew
    return {
        "name": recorder.id,
        "host": connect.host,
        "port": connect.port,
        "user": connect.push.user,
    }


def _say(worker: subprocess.Popen[str], what: object) -> None:
    """A worker that has died is noticed by its listener."""
    assert worker.stdin is not None  # noqa: S101 - a pipe was asked for
    with suppress(BrokenPipeError):
        worker.stdin.write(json.dumps(what, ensure_ascii=False) + "\n")
        worker.stdin.flush()


def default_concurrency() -> int:
    """Devices at a time: most of a push is waiting for devices."""
    return min(50, 25 * (os.cpu_count() or 1))
