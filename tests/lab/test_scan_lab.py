"""The whole path on real recorders: inventory → scan → verdicts, against PLANTED."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from cctv_policy import pipeline
from cctv_policy.report import FORMATS

from .archive import TAIPEI
from .lab import ssh_key
from .recorders import PLANTED, Street
from .roles.common import AUDIT
from .street import district

pytestmark = pytest.mark.lab


@dataclass(frozen=True, kw_only=True)
class Scan:
    """One `cctv-policy scan` of the street, run as a district would run it."""

    root: Path
    stdout: str
    stderr: str
    argv: frozenset[str]
    """Command lines of the scan and of every child it ever had."""


@pytest.fixture(scope="module")
def scan(street: Street, tmp_path_factory: pytest.TempPathFactory) -> Scan:
    """With `-vvv`, so that everything the tool and its libraries say is on stderr."""
    root = district(street, tmp_path_factory.mktemp("district"), key=ssh_key(AUDIT))
    places = ["--root", str(root), "--secrets", str(root / "secrets")]
    command = [sys.executable, "-m", "cctv_policy", "scan", *places]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": os.environ.get("PYTHONPATH", "")}
    seen: set[str] = set()
    with (root / "out").open("w") as out, (root / "err").open("w") as err:
        process = subprocess.Popen(
            [*command, "--format", "json", "--all", "-vvv"], stdout=out, stderr=err, env=environment
        )
        deadline = time.monotonic() + 240
        while process.poll() is None and time.monotonic() < deadline:
            seen |= _command_lines(process.pid)
            time.sleep(0.02)
        code = process.poll()
    stdout, stderr = (root / "out").read_text(), (root / "err").read_text()
    assert code == 1, stderr[-2000:]
    return Scan(root=root, stdout=stdout, stderr=stderr, argv=frozenset(seen))


def _command_lines(pid: int) -> set[str]:
    """Command lines of a process and its descendants."""
    found: set[str] = set()
    with suppress(OSError):
        found.add(Path(f"/proc/{pid}/cmdline").read_text(errors="replace"))
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found |= _command_lines(int(child))
    return found


@pytest.fixture(scope="module")
def scanned(scan: Scan) -> dict[str, Any]:
    """The scan's JSON report."""
    report: dict[str, Any] = json.loads(scan.stdout)
    return report


def _failed(report: dict[str, Any]) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """(rule, recorder) → causes of the fails of the recorder or of a camera behind it."""
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for result in report["results"]:
        if result["outcome"] == "fail":
            device = result["subject"]["id"].split("-cam")[0]
            found.setdefault((result["rule"], device), []).extend(result["causes"])
    return found


@pytest.mark.parametrize(
    "planted", PLANTED, ids=lambda f: f"{f.device}-{f.rule}-{f.channel or 'device'}"
)
def test_every_planted_fault_is_found(planted: Any, scanned: dict[str, Any]) -> None:
    failed = _failed(scanned)
    causes = failed.get((planted.rule, planted.device))
    assert causes, sorted(failed)
    if planted.channel is not None:
        assert planted.channel in {c["values"].get("ch") for c in causes}, causes


def test_the_healthy_recorders_have_no_fail(scanned: dict[str, Any]) -> None:
    fails = [
        (r["rule"], r["subject"]["id"], r["causes"])
        for r in scanned["results"]
        if r["outcome"] in ("fail", "error") and "-good" in r["subject"]["id"]
    ]
    assert not fails


def test_nothing_is_left_unknown_on_the_healthy_recorders(scanned: dict[str, Any]) -> None:
    unknown = {
        (r["rule"], r["subject"]["id"]): [c["text"]["en"] for c in r["causes"]]
        for r in scanned["results"]
        if r["outcome"] == "unknown" and r["subject"]["id"].endswith("-good")
    }
    assert not unknown


def test_nothing_is_found_on_a_broken_recorder_that_was_not_planted(
    scanned: dict[str, Any],
) -> None:
    planted = {(fault.rule, fault.device) for fault in PLANTED}
    surprising = {
        cell: causes
        for cell, causes in _failed(scanned).items()
        if cell not in planted and cell[1].endswith("-broken")
    }
    assert not surprising


def test_no_secret_of_the_street_is_anywhere(street: Street, scan: Scan) -> None:
    """Not in output, -vvv, state, any report, nor any command line (the canary of the spine)."""
    secrets = {"camera password": street.camera_password}
    for recorder in street.recorders:
        for name in ("admin_password", "snmp_auth", "snmp_priv", "database"):
            secrets[f"{recorder.name} {name}"] = getattr(recorder.secrets, name)
    key = ssh_key(AUDIT).read_text().splitlines()
    secrets |= {f"line {n} of the key": line for n, line in enumerate(key[1:-1], 1)}
    places = {"stdout": scan.stdout, "stderr": scan.stderr, "argv": "\n".join(scan.argv)}
    for path in (scan.root / "state").rglob("*.json"):
        places[str(path)] = path.read_text()
    judged = pipeline.judge(scan.root, as_of=datetime.now(TAIPEI))
    for name, report in FORMATS.items():
        for lang in ("zh-TW", "en"):
            places[name + lang] = report.render(judged, lang=lang, everything=True)
    assert len(places) == 3 + 10 + 2 * len(FORMATS)
    assert "DEBUG:paramiko" in scan.stderr
    assert scan.argv
    leaks = [(s, place) for place, text in places.items() for s, v in secrets.items() if v in text]
    assert not leaks
