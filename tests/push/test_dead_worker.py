"""What a worker's end leaves behind: real processes, devices that are not there."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cctv_policy.inventory import Connect
from cctv_policy.inventory.model import PushAccount
from cctv_policy.push import crew
from cctv_policy.push.crew import Crew, Settings
from cctv_policy.push.device import Order
from cctv_policy.push.results import DeviceEnded, DeviceResult
from cctv_policy.push.waves import Waves

from .test_waves import order

DIES = """\
import json, os, signal, sys
json.loads(sys.stdin.readline())
for line in sys.stdin:
    name = json.loads(line)["wanted"]["recorder"]["id"]
    result = json.dumps(
        {"recorder": name, "ended": "changed", "reason": "", "detail": "", "plan": None,
         "steps": [], "seconds": 0.1}
    )
    if name == "n001":
        print(result[:40], end="", flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
    print(result, flush=True)
"""
"""Takes orders as a worker does, and is killed while it tells of the second device."""


@pytest.fixture
def two_workers(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[tuple[Crew, list[Order]]]:
    """Four devices, two a worker."""
    monkeypatch.setattr(crew, "WORKER", (sys.executable, "-c", DIES))
    monkeypatch.setattr(crew, "HOSTS_A_WORKER", 2)
    connect = Connect(
        host="127.0.0.1", user="cctv-audit", key="lab/audit", host_keys=("ssh-ed25519 AAAA",),
        push=PushAccount(user="cctv-push", key="lab/push"),
    )  # fmt: skip
    orders = []
    for number in range(4):
        one = order(number)
        recorder = replace(one.wanted.recorder, connect=connect)
        orders.append(replace(one, wanted=replace(one.wanted, recorder=recorder), approved="x"))
    settings = Settings(root=tmp_path, secrets=None, run_id="run1", concurrency=2)
    with Crew(settings, [o.wanted.recorder for o in orders]) as workers:
        yield workers, orders


def ends(results: Iterator[DeviceResult]) -> dict[str, tuple[DeviceEnded, str]]:
    return {r.recorder: (r.ended, r.reason) for r in results}


CHANGED = (DeviceEnded.CHANGED, "")
DIED = (DeviceEnded.UNKNOWN, "worker_died")


def test_devices_of_a_dead_worker_are_unknown_and_the_others_go_on(
    two_workers: tuple[Crew, list[Order]],
) -> None:
    workers, orders = two_workers
    assert ends(workers.each(orders)) == {
        "n000": CHANGED, "n001": DIED, "n002": CHANGED, "n003": CHANGED,
    }  # fmt: skip


def test_what_is_asked_of_a_dead_worker_later_is_unknown_at_once(
    two_workers: tuple[Crew, list[Order]],
) -> None:
    workers, orders = two_workers
    list(workers.each(orders[1:2]))
    assert ends(workers.each([orders[0], orders[2]])) == {"n000": DIED, "n002": CHANGED}


def test_a_worker_that_dies_at_a_first_device_stops_its_model(
    two_workers: tuple[Crew, list[Order]],
) -> None:
    workers, (zero, one, two, three) = two_workers
    found = ends(Waves(workers).each([one, zero, two, three]))
    skipped = (DeviceEnded.SKIPPED, "canary")
    assert found == {"n001": DIED, "n000": skipped, "n002": skipped, "n003": skipped}
