"""The lock that a run leaves on a device: who holds it, for how long, and who may take it."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from cctv_policy.model import Text
from cctv_policy.push.device import LEASE_MARGIN_S, LOCK, UNLOCK, lock_script
from cctv_policy.push.model import Plan, Script, Step

PLACE = "/run/cctv-policy-push"
TITLE = Text(zh="步", en="step")


def plan(*seconds: int) -> Plan:
    """Steps that may take so long."""
    steps = tuple(
        Step(
            id=f"hardening.{n}", aspect="hardening", title=TITLE, rules=(),
            before=TITLE, after=TITLE,
            action=Script(sh="true", timeout_s=timeout),
        )
        for n, timeout in enumerate(seconds)
    )  # fmt: skip
    return Plan(recorder="nvr-1", steps=steps, refusals=())


@dataclass(frozen=True)
class Device:
    """The scripts as a device runs them, with another folder for the lock."""

    lock: Path

    def run(self, text: str, run_id: str, *seconds: int) -> subprocess.CompletedProcess[str]:
        script = lock_script(text, run_id, plan(*seconds)).sh.replace(PLACE, str(self.lock))
        return subprocess.run(
            ["sh", "-s"], input=script, capture_output=True, text=True, check=False
        )

    @property
    def who(self) -> list[str]:
        return (self.lock / "who").read_text().split()

    def leave(self, run_id: str, seconds: int) -> None:
        """The lock of a run that ended without a word, with so much of its lease left."""
        self.lock.mkdir()
        up = int(float(Path("/proc/uptime").read_text().split()[0]))
        (self.lock / "who").write_text(f"{run_id} {up + seconds}\n")


@pytest.fixture
def device(tmp_path: Path) -> Device:
    return Device(tmp_path / "lock")


def test_one_run_at_a_time_and_the_other_is_told_who_and_how_long(device: Device) -> None:
    assert device.run(LOCK, "one", 60, 60).returncode == 0
    held = device.run(LOCK, "two", 60)
    assert held.returncode == 75
    words = held.stdout.split()
    assert words[:2] == ["run", "one,"]
    assert LEASE_MARGIN_S + 100 < int(words[-2]) <= LEASE_MARGIN_S + 120
    assert device.who[0] == "one"


def test_a_run_gives_back_its_own_lock_only(device: Device) -> None:
    device.run(LOCK, "one")
    device.run(UNLOCK, "two")
    assert device.who[0] == "one"
    device.run(UNLOCK, "one")
    assert not device.lock.exists()


def test_a_killed_runs_lock_is_waited_for_and_then_taken(device: Device) -> None:
    device.leave("dead", 30)
    assert device.run(LOCK, "next").returncode == 75
    (device.lock / "who").unlink()
    device.lock.rmdir()
    device.leave("dead", -1)
    assert device.run(LOCK, "next").returncode == 0
    assert device.who[0] == "next"


def test_a_run_that_goes_on_takes_its_own_lock_back(device: Device) -> None:
    device.leave("one", 600)
    assert device.run(LOCK, "one").returncode == 0


@pytest.mark.parametrize("left", [None, "", "one", "one soon", "one 5; touch /tmp/x"])
def test_a_lock_cut_off_while_it_was_written_holds_nobody_up(
    device: Device, left: str | None
) -> None:
    device.lock.mkdir()
    if left is not None:
        (device.lock / "who").write_text(left)
    done = device.run(LOCK, "next")
    assert done.returncode == 0, done.stdout + done.stderr
    assert device.who[0] == "next"


def test_of_runs_that_come_in_the_same_moment_one_gets_it(device: Device) -> None:
    device.leave("dead", -1)
    runs = []
    for number in range(20):
        text = lock_script(LOCK, f"run{number}", plan(60)).sh.replace(PLACE, str(device.lock))
        runs.append(subprocess.Popen(["sh", "-c", text], stdout=subprocess.DEVNULL))
    codes = [run.wait(60) for run in runs]
    assert sorted(codes) == [0] + [75] * 19
    assert device.who[0] == f"run{codes.index(0)}"
