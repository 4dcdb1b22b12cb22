"""One push over a fleet in which a tenth fails in many ways: each named, the others done, resumed.

24 machines always; 200 with CCTV_SOAK=1. The product as it is: its own aspects and its own worker.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.soak import SOAK

from .lab import LAN, Host
from .pushfleet import QUICK, SLOW, STRANGER, STRANGER_HASH, Fault, build, connections, folder

pytestmark = pytest.mark.lab
COUNT, FAILING = (200, 20) if SOAK else (24, 9)
FAULTS = SLOW if SOAK else QUICK
ONLY = ("--only", "hardening", "--only", "credentials", "--disable-unknown-accounts")
STEPS = {"hardening.ntp", "hardening.telnet", f"credentials.off.os.{STRANGER}"}


def push(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `cctv-policy push …` there."""
    verb, *rest = arguments
    where = ["--root", str(root), "--lang", "en"]
    if verb != "status":
        where += ["--secrets", str(root / "secrets")]
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "cctv_policy", "push", verb, *where, *rest],
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent"},
    )
    print(f"{verb} {' '.join(rest)}: exit {done.returncode}, {time.monotonic() - began:.0f} s")
    return done


def devices(root: Path, run_id: str) -> dict[str, dict[str, Any]]:
    """How each device of a run stands, from its log."""
    lines = (root / "push-log" / f"{run_id}.jsonl").read_text().splitlines()
    events = [json.loads(line) for line in lines]
    return {e["recorder"]: e for e in events if e["event"] == "device"}


def newest(root: Path) -> str:
    return max(path.stem for path in (root / "push-log").glob("*.jsonl"))


def is_done(host: Host) -> bool:
    """The time service, telnet and the account, as the host's own disk shows them."""
    etc = host.root / "etc"
    return (
        f"server {LAN.controller} iburst" in (etc / "chrony/chrony.conf").read_text()
        and not (etc / "systemd/system/sockets.target.wants/telnet.socket").exists()
        and f"{STRANGER}:!{STRANGER_HASH}:" in (etc / "shadow").read_text()
    )


def planted(hosts: tuple[Host, ...]) -> dict[str, Fault]:
    """Name → fault: each way in turn, spread over the whole fleet; the first host is sound."""
    step = len(hosts) // FAILING
    chosen = hosts[step - 1 :: step][:FAILING]
    found = {host.name: FAULTS[n % len(FAULTS)] for n, host in enumerate(chosen)}
    for host in chosen:
        found[host.name].plant(host)
    return found


def test_a_tenth_fails_in_many_ways_and_resume_finishes(lab: None, tmp_path: Path) -> None:
    began = time.monotonic()
    hosts = build(COUNT)
    print(f"{COUNT} hosts in {time.monotonic() - began:.0f} s")
    by_name = {host.name: host for host in hosts}
    root = folder(hosts, tmp_path)
    faults = planted(hosts)
    sound = [host for host in hosts if host.name not in faults]

    first = hosts[0].name
    before = {host.name: connections(host) for host in hosts[1:]}
    limited = push(root, "apply", "--yes", "--limit", first, *ONLY)
    assert limited.returncode == 0 and is_done(hosts[0]), limited.stdout + limited.stderr
    assert {host.name: connections(host) for host in hosts[1:]} == before

    done = push(root, "apply", "--yes", *ONLY)
    print(done.stdout[-3000:], done.stderr[-3000:])
    run_id = newest(root)
    ends = devices(root, run_id)
    told = {name: (e["ended"], e["reason"]) for name, e in ends.items()}
    assert {n: told[n] for n in faults} == {n: (f.ended, f.reason) for n, f in faults.items()}
    assert told[first] == ("as_wanted", "")
    assert {told[host.name] for host in sound[1:]} == {("changed", "")}
    assert done.returncode == 1
    report = done.stdout.partition("total: ")[2].partition("total: ")[0]
    for name, fault in faults.items():
        (line,) = (each for each in report.splitlines() if each.startswith(f"{name} "))
        assert fault.reason in line and fault.said in line, line
        if fault.reason == "step":
            litter = "ls -d /etc/chrony/*.cctv-*"
            assert by_name[name].exec(litter, check=False).returncode, f"{name}: left behind"
    assert all(is_done(host) for host in sound)

    for name, fault in faults.items():
        fault.repair(by_name[name])
    before = {host.name: connections(host) for host in sound}
    unlike = push(root, "apply", "--yes", "--resume", run_id, "--only", "retention")
    assert unlike.returncode == 64 and "--only" in unlike.stderr
    one = next(iter(faults))
    partly = push(root, "apply", "--yes", "--resume", run_id, "--limit", one, "--limit", first)
    assert partly.returncode == 0, partly.stdout + partly.stderr
    assert [n for n in faults if devices(root, run_id)[n]["ended"] == "changed"] == [one]
    assert push(root, "status", run_id).returncode == 1

    resumed = push(root, "apply", "--yes", "--resume", run_id)
    assert resumed.returncode == 0, resumed.stdout + resumed.stderr
    assert {host.name: connections(host) for host in sound} == before
    assert {e["ended"] for e in devices(root, run_id).values()} <= {"changed", "as_wanted"}
    assert all(is_done(host) for host in hosts)

    again = push(root, "plan", "--json", *ONLY)
    assert again.returncode == 0, again.stdout[-2000:]
    assert {r["ended"] for r in json.loads(again.stdout)} == {"as_wanted"}
