"""A broken recorder of each kind with old footage, the district that pushes to them, its commands.

What the tests of a whole push share (test_push_whole_lab.py): one session of the lab for all.
"""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cctv_policy.secretstore import Secret
from cctv_policy.strictyaml import dump
from cctv_policy.vault import Entry, Vault, open_vault

from ..records.samples import SAMPLES
from . import broken
from .archive import PIECE_BYTES, TAIPEI, Archive, Old
from .lab import Host, ssh_key
from .recorders import Street
from .roles.common import AUDIT, PUSH, Recorder

REPOSITORY = Path(__file__).resolve().parents[2]
DEPLOYS = ("baseline.py", "rotate_credentials.py", "readdress.py")
OLD = {"lawful": 40, "free": 400, "held": 401, "by_hand": 402}
"""Days ago, an hour each: may be kept, must go, under a legal hold, held on the recorder itself."""
PLANTED = f"SELECT Id FROM Events WHERE DiskSpace = {PIECE_BYTES} ORDER BY StartDateTime"  # noqa: S608
COMMUNITY = "canary-Read-4b19"
BY_PYINFRA = "motion4"
"""Pushed by pyinfra's own command; the others by ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class District:
    """Its folder, the vault's private key, and the SSH keys as pyinfra wants them."""

    root: Path
    key: Path
    keys: Path
    said: list[str] = field(default_factory=list, repr=False)
    """All that its commands have printed."""

    def vault(self) -> Vault:
        """Anew, as each run opens it."""
        return open_vault(self.root / "vault.yaml", identity=self.key, environ={})

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """`cctv-policy …` in the district's folder."""
        return self._noted(
            self._command(*arguments), capture_output=True, text=True, timeout=900, check=False,
            stdin=subprocess.DEVNULL, env=self._environment(),
        )  # fmt: skip

    def asked(self, between: Callable[[], None], *arguments: str) -> tuple[int, str]:
        """The same by a person at a terminal, who does something before saying yes."""
        person, terminal = pty.openpty()
        run = subprocess.Popen(
            self._command(*arguments), stdin=terminal, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, env=self._environment(),
        )  # fmt: skip
        assert run.stdout is not None
        said = b""
        while b"Carry this out?" not in said:
            more = os.read(run.stdout.fileno(), 65536)
            assert more, said.decode()
            said += more
        between()
        os.write(person, b"yes\n")
        said += run.stdout.read()
        os.close(person), os.close(terminal)
        self.said.append(said.decode())
        return run.wait(60), said.decode()

    def _noted(self, command: list[str], **how: Any) -> subprocess.CompletedProcess[str]:
        done: subprocess.CompletedProcess[str] = subprocess.run(command, **how)
        self.said.extend((done.stdout, done.stderr))
        return done

    def _command(self, *arguments: str) -> list[str]:
        return [
            sys.executable, "-m", "cctv_policy", *arguments, "--root", str(self.root),
            "--vault", str(self.root / "vault.yaml"), "--lang", "en",
        ]  # fmt: skip

    def _environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "HOME": "/nonexistent",
            "CCTV_POLICY_IDENTITY": str(self.key),
        }

    def pyinfra(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """pyinfra's own command with all deploys."""
        return self._noted(
            [str(Path(sys.executable).with_name("pyinfra")), *arguments, "--limit", "recorders",
             "inventory/pyinfra_inventory.py", *(f"deploys/{name}" for name in DEPLOYS)],
            cwd=self.root, capture_output=True, text=True, timeout=900, check=False,
            stdin=subprocess.DEVNULL,
            env={**self._environment(), "CCTV_SSH_KEYS": str(self.keys),
                 "CCTV_VAULT": str(self.root / "vault.yaml"), "HOME": str(self.keys)},
        )  # fmt: skip

    def git(self, *arguments: str) -> bytes:
        """git in the district's folder."""
        who = ("-c", "user.name=lab", "-c", "user.email=lab@example.org")
        return subprocess.run(
            ["git", "-C", str(self.root), *who, *arguments], check=True, capture_output=True
        ).stdout

    def files(self) -> Mapping[str, bytes]:
        """Everything in the folder but git's own."""
        return {
            str(path.relative_to(self.root)): path.read_bytes()
            for path in sorted(self.root.rglob("*"))
            if path.is_file() and ".git" not in path.parts
        }


def build() -> Street:
    """motion, motionEye, ZoneMinder and segments, each on a network system of its own."""
    old = tuple(Old(channel=1, days_ago=days) for days in OLD.values())

    def more(recorder: Recorder) -> Recorder:
        return replace(recorder, retention_days=None, archive=Archive(old=old))

    street = broken.build(range(4, 8), more)
    for recorder in street.recorders:
        _hold_by_hand(recorder, street.hosts[recorder.name])
    host = street.hosts["segment7"]
    host.exec(f"echo 'rocommunity {COMMUNITY}' >>/etc/snmp/snmpd.conf; systemctl restart snmpd")
    return street


def archive(recorder: Recorder, host: Host) -> list[str]:
    """Planted footage that is there, oldest first: paths, or ids of events with their files."""
    if recorder.kind == "zoneminder":
        there = host.exec("mysql -N zm", stdin=PLANTED).stdout.split()
        files = host.exec("find /var/cache/zoneminder/events -name '*-video.mp4'").stdout
        return [id_ for id_ in there if f"/{id_}-video.mp4" in files]
    (disk,) = host.layer.disks
    listed = host.exec(
        f"find {disk.path} -type f -size {PIECE_BYTES}c -printf '%T@ %p\\n' | sort -n"
    )
    return [line.split(" ", 1)[1] for line in listed.stdout.splitlines()]


def _hold_by_hand(recorder: Recorder, host: Host) -> None:
    """As a person protects footage on the recorder, without a record of it."""
    if recorder.kind == "zoneminder":
        host.exec("mysql zm", stdin="UPDATE Events SET Archived = 1 ORDER BY Id LIMIT 1")
        return
    oldest = archive(recorder, host)[0]
    if recorder.kind == "motioneye":
        host.exec(f"chattr +i {oldest}")
    else:
        host.exec(f"echo 'x {oldest}' >/etc/tmpfiles.d/by-hand.conf")


def hold(street: Street, found: District) -> None:
    """A legal hold on the `held` hour of every recorder, staged in git."""
    for site, part in (("north-es", 0), ("south-es", 1)):
        scope = [_span(recorder) for recorder in street.recorders[part::2]]
        path = found.root / f"records/{site}/115/HLD-115-0001.yaml"
        path.parent.mkdir(parents=True)
        record = SAMPLES["HLD"] | {"site_id": site, "scope": scope, "copies": []}
        path.write_text(dump(record))
    found.git("add", "records")


def _span(recorder: Recorder) -> dict[str, str]:
    """Ten minutes in that hour, which is one file: longer than the recorders are set to write."""
    start = datetime.now(TAIPEI) - timedelta(days=OLD["held"]) + timedelta(minutes=20)
    ch = "ch1" if recorder.kind == "segment" else "1"
    times = (start, start + timedelta(minutes=10))
    texts = [time.isoformat(timespec="minutes") for time in times]
    return {"device_id": recorder.name, "ch": ch, "from": texts[0], "to": texts[1]}


def district(street: Street, place: Path) -> District:
    """A repository with inventory, deploys, and a vault that knows every secret."""
    root, keys = place / "district", place / "keys"
    key = broken.district(street, root, _community)
    for name in ("inventory/pyinfra_inventory.py", *(f"deploys/{name}" for name in DEPLOYS)):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text((REPOSITORY / name).read_text())
    for recorder in street.recorders:
        for name, account in (("ssh", AUDIT), ("push", PUSH)):
            path = keys / "street" / recorder.name / name
            path.parent.mkdir(parents=True, exist_ok=True)
            keys.chmod(0o700)
            path.touch(mode=0o600)
            path.write_text(ssh_key(account).read_text())
    found = District(root=root, key=key, keys=keys)
    entry = Entry().with_pending(Secret(COMMUNITY)).promoted("2026-08-03T10:00:00+08:00")
    found.vault().write("street/segment7/community", entry)
    (root / ".gitignore").write_text("key-*.txt\nstate/\n")
    found.git("init", "-q")
    found.git("add", "-A")
    found.git("commit", "-q", "-m", "The district")
    return found


def _community(entry: dict[str, Any]) -> dict[str, Any]:
    """One recorder has SNMP v2c, with a community that the vault knows."""
    if entry["driver"] != "segment":
        return entry
    return entry | {"snmp": {"version": "v2c", "community": f"street/{entry['id']}/community"}}
