"""`cctv-policy push` as a district runs it, against one real host, with the small aspect alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.soak import long_form_only

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


def folder(host: Host, root: Path, *others: Host) -> Path:
    """The district's folder with these hosts, nvr-1 and so on, all of one model."""
    zone = {"baseline": {"timezone": "Asia/Taipei"}}
    nvrs = [
        Nvr(id=f"nvr-{n}", host=each.address, host_key=each.host_key, extra=zone)
        for n, each in enumerate((host, *others), 1)
    ]
    keys = {"lab/audit": ssh_key(AUDIT).read_text(), "lab/push": ssh_key(PUSH).read_text()}
    return district(root, nvrs, keys)


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


@long_form_only
def test_a_first_device_that_alone_is_broken_is_left_out_until_it_is_repaired(
    bare_host: Callable[..., Host], tmp_path: Path
) -> None:
    first, second = bare_host(), bare_host()
    for host in (first, second):
        host.exec("echo Etc/UTC > /etc/timezone")
    root = folder(first, tmp_path, second)
    secret = root / "secrets/lab/push"
    secret.rename(f"{secret}.away")
    silent = push(root, "plan", "--only", "hardening")
    assert silent.returncode == 2 and silent.stdout.count("no_secret") == 2, silent.stdout
    Path(f"{secret}.away").rename(secret)

    first.exec("mount --bind /etc/timezone /etc/timezone; mount -o remount,ro,bind /etc/timezone")
    done = push(root, "apply", "--only", "hardening", "--yes")
    assert done.returncode == 1 and "Read-only file system" in done.stdout, done.stdout
    assert "nvr-2" in done.stdout.partition("canary")[0].splitlines()[-1], done.stdout
    (log,) = (root / "push-log").glob("*.jsonl")
    others = push(root, "apply", "--yes", "--resume", log.stem, "--limit", "nvr-2")
    assert others.returncode == 0, others.stdout
    assert second.exec("cat /etc/timezone").stdout == "Asia/Taipei\n"
    assert first.exec("cat /etc/timezone").stdout == "Etc/UTC\n"

    first.exec("umount /etc/timezone")
    rest = push(root, "apply", "--yes", "--resume", log.stem)
    assert rest.returncode == 0 and "nvr-2" not in rest.stdout, rest.stdout
    assert first.exec("cat /etc/timezone").stdout == "Asia/Taipei\n"
