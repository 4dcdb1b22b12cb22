"""`cctv-policy push` as a district runs it, against one real host, with the small aspect alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ..push.districts import Nvr, district
from .lab import Host, ssh_key
from .roles.common import AUDIT, PUSH

pytestmark = pytest.mark.lab


def push(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `cctv-policy push …` there."""
    verb, *rest = arguments
    where = ["--root", str(root), "--lang", "en"]
    if verb != "status":
        where += ["--secrets", str(root / "secrets")]
    return subprocess.run(
        [sys.executable, "-m", "tests.push.cli", "push", verb, *where, *rest],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent"},
    )


def folder(host: Host, root: Path) -> Path:
    """The district's folder with this one host."""
    nvr = Nvr(
        id="nvr-1",
        host=host.address,
        host_key=host.host_key,
        extra={"baseline": {"timezone": "Asia/Taipei"}},
    )
    keys = {"lab/audit": ssh_key(AUDIT).read_text(), "lab/push": ssh_key(PUSH).read_text()}
    return district(root, [nvr], keys)


def test_plan_apply_status_and_a_second_run(bare_host: Callable[..., Host], tmp_path: Path) -> None:
    host = bare_host()
    host.exec("ln -sfn /usr/share/zoneinfo/UTC /etc/localtime; echo Etc/UTC > /etc/timezone")
    root = folder(host, tmp_path)

    planned = push(root, "plan", "--only", "hardening")
    assert planned.returncode == 1, planned.stdout + planned.stderr
    assert "+ Asia/Taipei" in planned.stdout
    assert host.exec("cat /etc/timezone").stdout == "Etc/UTC\n"

    unasked = push(root, "apply", "--only", "hardening")
    assert unasked.returncode == 64 and "--yes" in unasked.stderr
    assert host.exec("cat /etc/timezone").stdout == "Etc/UTC\n"
    assert not (root / "push-log").exists()

    done = push(root, "apply", "--only", "hardening", "--yes")
    assert host.exec("cat /etc/timezone").stdout == "Asia/Taipei\n", done.stdout + done.stderr
    assert "C-clock-sync" in done.stdout
    print(done.stdout)
    (log,) = (root / "push-log").glob("*.jsonl")
    events = [json.loads(line) for line in log.read_text().splitlines()]
    assert [e["event"] for e in events] == ["run", "wave", "device", "verdicts", "end"]

    again = push(root, "plan", "--only", "hardening", "--json")
    (result,) = json.loads(again.stdout)
    assert result["plan"]["steps"] == [], result["plan"]
    assert push(root, "status").stdout.startswith(log.stem)
