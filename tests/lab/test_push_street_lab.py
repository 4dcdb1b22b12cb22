"""One `push apply` of hardening and retention over eight broken recorders, scanned and repeated.

Two of each kind, two of each network system. Addresses and passwords have tests of their own.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from .archive import TAIPEI, Archive, Old
from .cameras import Camera
from .lab import ssh_key
from .recorders import Street, lan, start_clock, wait_recording
from .roles import layer
from .roles.common import AUDIT, PUSH, Kind, Recorder, Stream
from .street import district

pytestmark = pytest.mark.lab
SYSTEMS = ("ifupdown", "networkd", "netplan", "nm") * 2
KINDS: tuple[Kind, ...] = ("motion", "motioneye", "zoneminder", "segment") * 2
CLOSED = ("A4.1-transport-hardening", "C-clock-sync", "A4.3-retention-min",
          "A4.3-retention-capacity", "A4.4-destroy-within-max")  # fmt: skip


@pytest.fixture(scope="module")
def broken(lab: None) -> Street:
    """All eight."""
    return build_broken(8)


def build_broken(count: int) -> Street:
    """Open pages, SNMP public, telnet, no NTP, a wrong zone, footage of 400 days ago.

    The first four are one of each kind and of each network system.
    """
    start_clock()
    ssh_key(AUDIT), ssh_key(PUSH)
    password = secrets.token_hex(8)
    rack = Camera(
        name="cam-broken",
        addresses=tuple(f"10.77.50.{n}/16" for n in range(31, 39)),
        password=password,
    )
    rack.start()
    recorders = tuple(
        Recorder(
            name=f"{kind[:2]}{number}-broken", kind=kind, nics=(lan(30 + number),),
            streams=(Stream(address=f"10.77.50.{31 + number}", path="ch1", password=password),),
            system=system, auth=False, admin_on_lan=True, ntp=False, snmp_community="public",
            telnet=True, zone="Asia/Taipei" if number < 4 else "Asia/Tokyo",
            log_folder=number < 4, open_cache=True, database_socket=True,
            retention_days=None, archive=Archive(old=(Old(channel=1, days_ago=400),)),
        )
        for number, (kind, system) in enumerate(zip(KINDS[:count], SYSTEMS, strict=False))
    )  # fmt: skip
    hosts = {}
    for recorder in recorders:
        host = recorder.host(layer(recorder, datetime.now(TAIPEI)))
        host.start()
        hosts[recorder.name] = host
    for host in hosts.values():
        host.ready()
    street = Street(recorders=recorders, cameras=(rack,), hosts=hosts, camera_password=password)
    alive = {r.name: (1,) for r in recorders if r.kind != "motion" or r.log_folder}
    wait_recording(street, alive)
    return street


def run(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`cctv-policy …` in the district's folder."""
    return subprocess.run(
        [sys.executable, "-m", "cctv_policy", *arguments, "--root", str(root),
         "--secrets", str(root / "secrets")],
        capture_output=True, text=True, timeout=900, check=False,
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent"},
    )  # fmt: skip


def test_one_apply_closes_eight_recorders_and_a_second_changes_nothing(
    broken: Street, tmp_path: Path
) -> None:
    root = district(broken, tmp_path, key=ssh_key(AUDIT), push=ssh_key(PUSH))
    only = ("--only", "hardening", "--only", "retention", "--allow-shorter")
    done = run(root, "push", "apply", "--yes", "--lang", "en", *only)
    print(done.stdout[-6000:], done.stderr[-3000:])
    again = run(root, "push", "plan", "--json", *only)
    results = json.loads(again.stdout)
    assert len(results) == 8
    left = {r["recorder"]: r["plan"] for r in results if r["ended"] != "as_wanted"}
    assert not left
    scan = run(root, "scan", "--format", "json", "--all")
    report: dict[str, Any] = json.loads(scan.stdout)
    fails = [
        (r["rule"], r["subject"]["id"], [c["text"]["en"] for c in r["causes"]])
        for r in report["results"]
        if r["outcome"] in ("fail", "error") and r["rule"] in CLOSED
    ]
    assert not fails
    text = done.stdout + done.stderr + again.stdout
    for recorder in broken.recorders:
        assert recorder.secrets.admin_password not in text
