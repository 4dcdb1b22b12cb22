"""`cctv-policy push apply --vault` with the real worker: pyinfra's connection, pinned key, vault.

A recorder whose pages ask for no login gets one, in the vault before it is on the device, and its
passwords rotate in the same run; the second run changes nothing; no secret is printed, not by -vvv.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from cctv_policy.secretstore import Secret
from cctv_policy.vault import Entry
from tests.canary import Watch
from tests.vault.files import Two, keys_of

from ..push.districts import Nvr, district
from .lab import children, ssh_key
from .roles.common import AUDIT, PUSH
from .rotating import CHECKS, OPERATOR, Built, build

pytestmark = pytest.mark.lab


def push(root: Path, key: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    verb, *rest = arguments
    return subprocess.run(
        [*PUSH_COMMAND, verb, "--root", str(root), "--vault", str(root / "vault.yaml"), *rest],
        capture_output=True, text=True, timeout=560, check=False, env=environment(key),
    )  # fmt: skip


PUSH_COMMAND = (sys.executable, "-m", "cctv_policy", "push")


def environment(key: Path) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "CCTV_POLICY_IDENTITY": str(key)}


def made(one: Built, root: Path, *, pages: bool = True) -> tuple[Two, Path]:
    """The district's folder; the vault knows the SSH keys and nothing else."""
    keys = one.recorder.secrets
    admin = {"account": keys.admin_user, "role": "admin", "secret": "lab/nvr/admin"}
    operator = {"account": OPERATOR, "role": "operator", "secret": "lab/nvr/operator"}
    nvr = Nvr(
        id="nvr-1", host=one.host.address, host_key=one.host.host_key, driver=one.recorder.kind,
        extra={"accounts": [admin, operator] if pages else [operator],
               "cameras": [{"id": "cam-1", "ch": "1", "area": "campus", "place": "gate"}]},
    )  # fmt: skip
    (root / "secrets").mkdir(mode=0o700)
    district(root, [nvr], {})
    two = Two(root)
    key = root / f"key-{two.mine[1][-8:]}.txt"
    keys_of(root, two.mine)
    (root / "vault.yaml").write_text(two.settings)
    vault = two.open()
    vault.create()
    for name, account in (("lab/audit", AUDIT), ("lab/push", PUSH)):
        secret = Secret(ssh_key(account).read_text())
        vault.write(name, Entry().with_pending(secret).promoted("2026-11-27T10:00:00+08:00"))
    return two, key


@pytest.fixture(scope="module")
def one(lab: None) -> Iterator[Built]:
    """A recorder whose pages ask for no login; its passwords are changed by the first test."""
    built = build("motion", auth=False)
    yield built
    built.host.stop()


def test_a_recorder_without_logins_gets_them_rotated_and_stays_so(
    one: Built, tmp_path: Path
) -> None:
    two, key = made(one, tmp_path)
    time.sleep(25)  # hardening wants to see footage before and after
    unasked = push(
        tmp_path, key, "apply", "--lang", "en", "--only", "hardening", "--only", "credentials"
    )
    assert unasked.returncode == 64 and "--yes" in unasked.stderr, unasked.stderr
    assert {listed.name for listed in two.open().listed()} == {"lab/audit", "lab/push"}
    watch = Watch()
    with watch.watching():
        done = push(
            tmp_path,
            key,
            "apply",
            "--yes",
            "-vvv",
            "--lang",
            "en",
            "--only",
            "hardening",
            "--only",
            "credentials",
        )
    print(done.stdout[-3000:], done.stderr[-1500:])
    vault = two.open()
    admin, operator = vault.read("lab/nvr/admin"), vault.read("lab/nvr/operator")
    assert admin.current and operator.current and not admin.pending
    assert CHECKS["motion"](one.host, admin.current.reveal())
    assert CHECKS["os"](one.host, operator.current.reveal())
    text = (tmp_path / "inventory/schools/school-1-es.yaml").read_text()
    assert text.count("rotated_on") == 2

    said = done.stdout + done.stderr + text
    said += "".join(p.read_text() for p in (tmp_path / "push-log").glob("*"))
    seen = b"\n".join(watch.seen)
    for secret in (*admin.candidates(), *operator.candidates()):
        assert secret.reveal() not in said and secret.reveal().encode() not in seen

    again = push(tmp_path, key, "plan", "--only", "credentials", "--json")
    (result,) = json.loads(again.stdout)
    assert result["plan"]["steps"] == [], result["plan"]


def test_a_rotation_whose_computer_died_is_finished_by_a_resumed_run_which_says_so(
    one: Built, tmp_path: Path
) -> None:
    two, key = made(one, tmp_path, pages=False)
    one.host.exec("rm -rf /var/lib/cctv-policy/rotated; echo operator1:Word.0001 | chpasswd")
    entry = Entry().with_pending(Secret("Word.0001")).promoted("2026-11-27T10:00:00+08:00")
    two.open().write("lab/nvr/operator", entry)
    before = one.host.exec("getent shadow operator1").stdout

    options = ("--root", str(tmp_path), "--vault", str(tmp_path / "vault.yaml"), "--yes")
    words = (*PUSH_COMMAND, "apply", *options, "--only", "credentials")
    dying = subprocess.Popen(words, env=environment(key), stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while one.host.exec("getent shadow operator1").stdout == before:
        assert dying.poll() is None and time.monotonic() < deadline
        time.sleep(0.05)
    both = (*children(dying.pid), dying.pid)  # the command and its worker, as in a power cut
    for process in both:
        os.kill(process, signal.SIGKILL)
    dying.wait()
    cut = two.open().read("lab/nvr/operator")
    assert cut.pending and CHECKS["os"](one.host, cut.pending.reveal()), "both are kept"

    (log,) = (tmp_path / "push-log").glob("*.jsonl")
    other = push(tmp_path, key, "apply", "--yes", "--only", "credentials")
    assert "另一次推送進行中" in other.stdout, other.stdout
    resumed = push(tmp_path, key, "apply", "--yes", "--only", "credentials", "--resume", log.stem)
    print(resumed.stdout[-2000:], resumed.stderr[-1000:])
    assert "上次中斷的更換已完成" in resumed.stdout
    assert "上次中斷的更換已完成" in log.read_text(encoding="utf-8")
    after = two.open().read("lab/nvr/operator")
    assert after.pending is None and after.current
    assert after.current.reveal() == cut.pending.reveal()
