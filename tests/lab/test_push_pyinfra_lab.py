"""The deploys under pyinfra's own command: --dry shows the plan, then it is carried out."""

from __future__ import annotations

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
REPOSITORY = Path(__file__).resolve().parents[2]
DEPLOY = """\
from pathlib import Path
from cctv_policy.push import aspects
from cctv_policy.push.deploy import push
from tests.push.clock_aspect import ClockAspect

aspects.ASPECTS = (ClockAspect(),)
push(Path(__file__).resolve().parent.parent, "hardening")
"""


def folder(hosts: list[Host], root: Path) -> Path:
    """A district's repository with the deploy of the small aspect."""
    nvrs = [Nvr(id=h.name, host=h.address, host_key=h.host_key) for h in hosts]
    keys = {"lab/audit": ssh_key(AUDIT).read_text(), "lab/push": ssh_key(PUSH).read_text()}
    district(root, nvrs, keys)
    text = (REPOSITORY / "inventory/pyinfra_inventory.py").read_text()
    (root / "inventory/pyinfra_inventory.py").write_text(text)
    (root / "deploys").mkdir()
    (root / "deploys/clock.py").write_text(DEPLOY)
    return root


def pyinfra(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`pyinfra … inventory/pyinfra_inventory.py deploys/clock.py` in that repository."""
    command = [
        str(Path(sys.executable).with_name("pyinfra")), *arguments, "--limit", "recorders",
        "inventory/pyinfra_inventory.py", "deploys/clock.py",
    ]  # fmt: skip
    return subprocess.run(
        command,
        cwd=root,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(REPOSITORY),
            "CCTV_SSH_KEYS": str(root / "secrets"),
            "HOME": str(root),
        },
        stdin=subprocess.DEVNULL,
    )


def test_dry_shows_the_plan_then_it_is_done_and_a_second_run_changes_nothing(
    bare_host: Callable[..., Host], tmp_path: Path
) -> None:
    hosts = [bare_host(), bare_host()]
    for host in hosts:
        host.exec("ln -sfn /usr/share/zoneinfo/UTC /etc/localtime; echo Etc/UTC > /etc/timezone")
    root = folder(hosts, tmp_path)

    dry = pyinfra(root, "--dry")
    assert dry.returncode == 0, dry.stdout + dry.stderr
    assert "Etc/UTC → Asia/Taipei" in dry.stdout + dry.stderr
    assert {h.exec("cat /etc/timezone").stdout for h in hosts} == {"Etc/UTC\n"}

    done = pyinfra(root, "-y")
    assert done.returncode == 0, done.stdout + done.stderr
    assert {h.exec("cat /etc/timezone").stdout for h in hosts} == {"Asia/Taipei\n"}
    assert all(h.exec("test -e /run/cctv-policy-push", check=False).returncode for h in hosts)

    again = pyinfra(root, "-y")
    assert again.returncode == 0, again.stdout + again.stderr
    assert "hardening.timezone" not in again.stdout + again.stderr
