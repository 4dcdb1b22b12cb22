"""The whole path on real recorders: inventory → scan → verdicts, against PLANTED."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from .lab import ssh_key
from .recorders import PLANTED, Street
from .roles.common import AUDIT
from .street import district

pytestmark = pytest.mark.lab


@pytest.fixture(scope="module")
def scanned(street: Street, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The JSON report of one `cctv-policy scan` of the street, run as a district would run it."""
    root = district(street, tmp_path_factory.mktemp("district"), key=ssh_key(AUDIT))
    result = subprocess.run(
        [
            sys.executable,
            "-m",
            "cctv_policy",
            "scan",
            "--root",
            str(root),
            "--secrets",
            str(root / "secrets"),
            "--format",
            "json",
            "--all",
        ],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": os.environ.get("PYTHONPATH", "")},
    )
    assert result.returncode == 1, result.stderr
    (Path(root) / "report.json").write_text(result.stdout)
    report: dict[str, Any] = json.loads(result.stdout)
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
