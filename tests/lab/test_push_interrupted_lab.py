"""A push that is cut off, by whatever, leaves a device that the next run understands.

CCTV_SOAK=1: the command is killed as well.
"""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.soak import SOAK

from ..push.slow_aspect import BEGAN, GO, PLACE
from .lab import Host, children
from .test_push_cli_lab import folder

pytestmark = pytest.mark.lab
LOCK = "/run/cctv-policy-push"


def command(root: Path, verb: str, *arguments: str) -> list[str]:
    where = ["--root", str(root), "--lang", "en"]
    if verb != "status":
        where += ["--secrets", str(root / "secrets"), "--only", "hardening"]
    return [sys.executable, "-m", "tests.push.cli", "push", verb, *where, *arguments]


ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "HOME": "/nonexistent",
    "CCTV_TEST_WORKER": "slow_worker",
}


def push(root: Path, verb: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run it to its end."""
    return subprocess.run(
        command(root, verb, *arguments),
        capture_output=True, text=True, timeout=120, check=False, env=ENVIRONMENT,
    )  # fmt: skip


def begun(root: Path, host: Host) -> subprocess.Popen[str]:
    """An apply whose first step is running on the device."""
    run = subprocess.Popen(
        command(root, "apply", "--yes"),
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=ENVIRONMENT,
    )  # fmt: skip
    host.wait_for(f"test -e {BEGAN}")
    return run


def made(host: Host) -> list[str]:
    return host.exec(f"ls {PLACE} 2>/dev/null", check=False).stdout.split()


def run_id(root: Path) -> str:
    (log,) = (root / "push-log").glob("*.jsonl")
    return log.stem


@pytest.fixture
def device(bare_host: Callable[..., Host], tmp_path: Path) -> tuple[Host, Path]:
    host = bare_host()
    return host, folder(host, tmp_path)


def test_ctrl_c_lets_the_step_end_and_begins_no_other(device: tuple[Host, Path]) -> None:
    host, root = device
    run = begun(root, host)
    run.send_signal(signal.SIGINT)
    host.exec(f"touch {GO}")
    said, _ = run.communicate(timeout=60)
    assert run.returncode == 130, said
    assert made(host) == ["one"]
    assert "stopped before [hardening.two]" in said
    assert host.exec(f"test -e {LOCK}", check=False).returncode, "the lock was given back"
    status = push(root, "status")
    assert status.returncode == 1 and "stopped between steps" in status.stdout
    assert push(root, "apply", "--yes", "--resume", run_id(root)).returncode == 0
    assert made(host) == ["one", "two"]


def a_second_ctrl_c(run: subprocess.Popen[str], host: Host) -> None:
    run.send_signal(signal.SIGINT)
    host.exec("sleep 1")
    run.send_signal(signal.SIGINT)


def a_killed_worker(run: subprocess.Popen[str], _host: Host) -> None:
    for worker in children(run.pid):
        os.kill(worker, signal.SIGKILL)


def a_killed_command(run: subprocess.Popen[str], _host: Host) -> None:
    """As when the computer that pushes loses its power."""
    workers = children(run.pid)
    run.kill()
    for worker in workers:
        os.kill(worker, signal.SIGKILL)


CUTS = [(a_second_ctrl_c, 130), (a_killed_worker, 2)]
CUTS += [(a_killed_command, -9)] if SOAK else []


@pytest.mark.parametrize(("cut", "code"), CUTS)
def test_a_push_that_dies_in_a_step_keeps_others_away_and_can_be_resumed(
    device: tuple[Host, Path], cut: Callable[[subprocess.Popen[str], Host], None], code: int
) -> None:
    host, root = device
    run = begun(root, host)
    cut(run, host)
    said, _ = run.communicate(timeout=60)
    assert run.returncode == code, said
    assert "Traceback" not in said
    host.exec(f"touch {GO}")
    host.wait_for(f"test -e {PLACE}/one")  # a step that has begun goes on to its end
    first = run_id(root)
    other = push(root, "apply", "--yes")
    assert "another run is at work" in other.stdout and first in other.stdout, other.stdout
    assert other.returncode == 2 and made(host) == ["one"]
    if cut is a_killed_worker:
        assert "the worker ended without a word" in said
        host.exec(f"echo {first} 1 >{LOCK}/who")  # the time of its lease has passed
        assert push(root, "apply", "--yes").returncode == 0
    else:
        again = push(root, "apply", "--yes", "--resume", first)
        assert again.returncode == 0, again.stdout + again.stderr
    assert made(host) == ["one", "two"]
    assert host.exec(f"test -e {LOCK}", check=False).returncode


def test_a_device_that_changes_while_somebody_reads_the_plan_is_left_alone(
    device: tuple[Host, Path],
) -> None:
    host, root = device
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        command(root, "apply"), stdin=theirs, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT
    ) as run:
        assert run.stdout
        seen = ""
        while "Carry this out?" not in seen:
            seen += run.stdout.read(1)
        host.exec(f"mkdir {PLACE} && touch {PLACE}/two")
        os.write(ours, b"yes\n")
        rest, _ = run.communicate(timeout=60)
    assert run.returncode == 1
    assert "not the plan approved, untouched" in rest
    assert made(host) == ["two"]
    (event,) = [
        json.loads(line)
        for line in (root / f"push-log/{run_id(root)}.jsonl").read_text().splitlines()
        if '"event": "device"' in line
    ]
    assert (event["ended"], event["steps"]) == ("stale", [])
    host.exec(f"touch {GO}")
    again = push(root, "apply", "--yes", "--resume", run_id(root))
    assert again.returncode == 0, again.stdout + again.stderr
    assert made(host) == ["one", "two"]
