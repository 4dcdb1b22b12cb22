"""How many devices are at work at a time, and what becomes of those whose worker dies.

The workers here are programs of a few lines that speak the crew's own language.
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import pytest

from cctv_policy.inventory import Connect, Name, Recorder
from cctv_policy.inventory.model import PushAccount
from cctv_policy.push import crew
from cctv_policy.push.crew import Crew, Settings
from cctv_policy.push.device import Order
from cctv_policy.push.model import Wanted
from cctv_policy.push.results import DeviceEnded
from tests.push.districts import school_of

HONEST = """
import json, os, sys, time
open_ = os.open(sys.argv[1], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
sys.stdin.readline()
for line in sys.stdin:
    name = json.loads(line)["wanted"]["recorder"]["id"]
    os.write(open_, f"begin {name}\\n".encode())
    time.sleep(0.02)
    os.write(open_, f"end {name}\\n".encode())
    print(json.dumps({"recorder": name, "ended": "as_wanted", "reason": "", "detail": "",
                      "plan": None, "steps": [], "seconds": 0.0}), flush=True)
"""
DYING = "import sys; sys.stdin.readline(); sys.stdin.readline()"
BABBLING = DYING + "; import time; print('{', flush=True); time.sleep(600)"
NAME = Name(zh="測", en="test")


def order(number: int) -> Order:
    recorder = Recorder(
        id=f"n{number}",
        driver="segment",
        status="in_use",
        commissioned_on=date(2024, 8, 1),
        connect=Connect(
            host="192.0.2.1",
            user="a",
            key="k",
            host_keys=("ssh-ed25519 AAAA",),
            push=PushAccount(user="p", key="k"),
        ),
    )
    school = school_of(recorder)
    return Order(wanted=Wanted(school=school, recorder=recorder, retention=()))


def crew_of(program: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int) -> Crew:
    """Six devices, two a worker."""
    monkeypatch.setattr(crew, "HOSTS_A_WORKER", 2)
    monkeypatch.setattr(crew, "WORKER", (sys.executable, "-c", program, str(tmp_path / "log")))
    settings = Settings(root=tmp_path, secrets=None, run_id="r", concurrency=size)
    return Crew(settings, [order(n).wanted.recorder for n in range(6)])


def test_devices_at_a_time_are_counted_over_all_workers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with crew_of(HONEST, tmp_path, monkeypatch, 1) as workers:
        results = list(workers.each([order(n) for n in (0, 2, 4, 1, 3, 5)]))
    assert [r.recorder for r in results] == ["n0", "n2", "n4", "n1", "n3", "n5"]
    lines = (tmp_path / "log").read_text().split()
    assert lines[::2] == ["begin", "end"] * 6


@pytest.mark.parametrize("size", [1, 2, 10])
@pytest.mark.parametrize("program", [DYING, BABBLING])
def test_a_worker_that_dies_or_babbles_leaves_no_device_without_a_word(
    program: str, size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with crew_of(program, tmp_path, monkeypatch, size) as workers:
        results = list(workers.each([order(n) for n in range(6)]))
    assert sorted(r.recorder for r in results) == [f"n{n}" for n in range(6)]
    assert {r.ended for r in results} == {DeviceEnded.UNKNOWN}
    assert {r.reason for r in results} == {"worker_died"}
