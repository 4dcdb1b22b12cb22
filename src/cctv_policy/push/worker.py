"""`python -m cctv_policy.push.worker`: a process of its own for pyinfra, for up to 200 devices.

JSON lines on standard input: first the settings and the hosts, then an order a line, or
`{"stop": true}`. A JSON line on standard output for each order, in the order in which they end. A
device has a greenlet; what breaks in it, breaks that device alone. SIGTERM: no step is begun any
more, steps that run come to their end.
"""

from gevent import monkey

monkey.patch_all()  # before anything else is imported: unpatched, pyinfra ignores timeouts

# ruff: noqa: E402
import json
import logging
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import gevent
from gevent.fileobject import FileObjectThread
from gevent.lock import Semaphore
from gevent.pool import Pool
from pyinfra.api.config import Config
from pyinfra.api.inventory import Inventory
from pyinfra.api.state import State

from cctv_policy.drivers.framing import CannotTell
from cctv_policy.model import Json
from cctv_policy.periods import TAIPEI
from cctv_policy.push import wire
from cctv_policy.push.device import Order, apply_device, plan_device
from cctv_policy.push.pyinfra_session import PyinfraSession
from cctv_policy.push.results import DeviceEnded, DeviceResult
from cctv_policy.push.session import Tools
from cctv_policy.state import Why
from cctv_policy.vault import stores

DEVICE_S = 3600
"""Outermost guard of one device; every call inside has a limit of its own."""


@dataclass(slots=True)
class Worker:
    """The run's state: pyinfra's, and whether to stop."""

    state: State
    tools: Tools
    turns: Semaphore
    """How many devices at a time."""
    stopping: bool = False

    def stop(self) -> None:
        """Begin nothing more."""
        self.stopping = True

    def take(self, order: Order) -> None:
        """One device, in a greenlet of its own; its result is printed."""
        with self.turns:
            started = time.monotonic()
            recorder = order.wanted.recorder.id
            if self.stopping:
                result = DeviceResult(
                    recorder=recorder, ended=DeviceEnded.SKIPPED, reason="stopped"
                )
            else:
                result = self._guarded(order)
            emit(replace(result, seconds=round(time.monotonic() - started, 3)))

    def _guarded(self, order: Order) -> DeviceResult:
        recorder = order.wanted.recorder.id
        guard = gevent.Timeout(DEVICE_S)
        guard.start()
        try:
            return self._work(order)
        except CannotTell as problem:
            odd = problem.why is Why.ODD_OUTPUT
            ended = DeviceEnded.UNKNOWN if odd else DeviceEnded.UNREACHABLE
            return DeviceResult(
                recorder=recorder, ended=ended, reason=problem.why.value, detail=problem.detail
            )
        except gevent.Timeout:
            return DeviceResult(recorder=recorder, ended=DeviceEnded.UNKNOWN, reason="budget")
        except Exception as error:  # a fault of ours must end this device only
            return DeviceResult(
                recorder=recorder,
                ended=DeviceEnded.UNKNOWN,
                reason="internal",
                detail=type(error).__name__,
            )
        finally:
            guard.close()

    def _work(self, order: Order) -> DeviceResult:
        connect = order.wanted.recorder.connect
        if connect is None:
            raise CannotTell(Why.NOT_CONFIGURED, "no `connect` in the inventory")
        host = self.state.inventory.get_host(order.wanted.recorder.id)
        session = PyinfraSession(host, connect, self.tools)
        try:
            session.connect()
            if order.approved is None:
                return plan_device(session, order)
            return apply_device(session, order, self.tools, stopping=lambda: self.stopping)
        finally:
            session.close()


def emit(result: DeviceResult) -> None:
    """One line; written at once, for the command shows progress."""
    sys.stdout.write(json.dumps(wire.pack(result), ensure_ascii=False) + "\n")
    sys.stdout.flush()


def start(settings: Json, now: Callable[[], datetime]) -> Worker:
    """pyinfra's state for the hosts of the first line."""
    hosts: list[Any] = [
        (
            host["name"],
            {
                "ssh_hostname": host["host"],
                "ssh_port": host["port"],
                "ssh_user": host["user"],
                "ssh_known_hosts_file": settings["known_hosts"],
                "ssh_strict_host_key_checking": "yes",
                "ssh_allow_agent": False,
                "ssh_look_for_keys": False,
                "ssh_config_file": os.devnull,
                "ssh_connect_retries": 0,
            },
        )
        for host in settings["hosts"]
    ]
    size = int(settings["concurrency"])
    config = Config(PARALLEL=size, CONNECT_TIMEOUT=10)
    folder, vault, identity = (
        Path(settings[name]) if settings[name] else None
        for name in ("secrets", "vault", "identity")
    )
    return Worker(
        state=State(Inventory((hosts, {})), config),
        tools=Tools(
            store=stores(folder=folder, vault=vault, identity=identity, environ=os.environ),
            root=Path(settings["root"]),
            run_id=settings["run_id"],
            now=now,
            sleep=gevent.sleep,
            options=settings["options"],
        ),
        turns=Semaphore(size),
    )


def _logging(verbose: int) -> None:
    """pyinfra's and paramiko's own words are for -vvv; results say what a person needs."""
    if verbose > 2:
        logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)
    else:
        logging.disable(logging.CRITICAL)


def main() -> None:
    """Read orders to the end of input, then wait for what is running."""
    lines = FileObjectThread(sys.stdin.buffer, "rb")
    settings = json.loads(lines.readline())
    _logging(int(settings["verbose"]))
    worker = start(settings, now=lambda: datetime.now(TAIPEI))
    gevent.signal_handler(signal.SIGTERM, worker.stop)
    pool = Pool()
    for line in lines:
        said = json.loads(line)
        if "stop" in said:
            worker.stop()
        else:
            pool.spawn(worker.take, wire.unpack(Order, said))
    pool.join()


if __name__ == "__main__":
    main()
