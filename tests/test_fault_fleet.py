"""Whatever is wrong with the evidence, no rule that it concerns passes; whatever keeps a run from
judging ends it with a message and a code of its own.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cctv_policy import pipeline
from cctv_policy.model import Outcome
from tests import district, faults
from tests.district import District

FAULTS = faults.load()


def test_there_are_enough_faults_and_each_is_named_once() -> None:
    names = [fault["name"] for fault in FAULTS]
    assert len(set(names)) == len(names) >= 60


def test_the_healthy_district_passes(tmp_path: Path, judging: dict[str, Any]) -> None:
    """Else the faults would prove nothing."""
    built = District()
    run = pipeline.judge(built.write(tmp_path), as_of=built.as_of, **judging)
    passed = {(f.rule.number, f.subject.id) for f in run.findings if f.outcome is Outcome.PASS}
    recorder = {(n, district.NVR) for n in (5, 6, 8, 13, 16, 17, 18, 19, 23, 64)}
    camera = {(n, district.CAMERA) for n in (5, 6, 8, 13, 64)}
    assert passed == recorder | camera | {(7, district.SITE)}, [
        (f.rule.number, f.subject.id, f.outcome.value, f.causes) for f in run.findings
    ]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: str(fault["name"]))
def test_a_fault_never_passes(
    fault: dict[str, Any], tmp_path: Path, judging: dict[str, Any]
) -> None:
    built = faults.write(fault, tmp_path)
    run = pipeline.judge(tmp_path, as_of=built.as_of, **judging)
    cells = {
        f.rule.number: f
        for f in run.findings
        if f.subject.id == fault.get("of", district.NVR) and f.rule.number in fault["rules"]
    }
    assert cells.keys() == set(fault["rules"])
    for number, cell in cells.items():
        assert cell.outcome in (Outcome.FAIL, Outcome.UNKNOWN), (number, cell.outcome)
        assert cell.causes, number


@pytest.mark.parametrize("why", list(pipeline.state.Why))
def test_a_door_that_could_not_tell_never_passes(why: pipeline.state.Why, tmp_path: Path) -> None:
    """Each reason, for every fact of a recorder at once."""
    built = District()
    built.evidence = {
        district.NVR: {
            o.fact: {"unknown": why.value} for o in built.observations() if o.device == "nvr"
        }
    }
    run = pipeline.judge(built.write(tmp_path), as_of=built.as_of)
    cells = [f for f in run.findings if f.subject.id == district.NVR and f.rule.needs]
    judged = [f for f in cells if f.rule.id != "C-banned-vendor"]  # the inventory names the brand
    assert {f.outcome for f in judged} <= {Outcome.UNKNOWN, Outcome.NOT_APPLICABLE}
    assert all(
        why.value in {c.code for c in f.causes} for f in judged if f.outcome is Outcome.UNKNOWN
    )


def _empty(root: Path) -> None:
    (root / "inventory" / "schools" / f"{district.SITE}.yaml").unlink()


def _no_inventory(root: Path) -> None:
    (root / "inventory" / "district.yaml").unlink()


def _unknown_pack(root: Path) -> None:
    path = root / "inventory" / "district.yaml"
    path.write_text(path.read_text().replace("tw-ntpc-school", "tw-atlantis"))


def _no_state(root: Path) -> None:
    (root / "state" / district.SITE / f"{district.NVR}.json").unlink()


def _nothing(_: Path) -> None:
    return None


REFUSED: dict[str, tuple[Callable[[Path], None], list[str], int]] = {
    "an empty inventory": (_empty, [], 64),
    "no inventory": (_no_inventory, [], 64),
    "a pack in the inventory that nobody knows": (_unknown_pack, [], 64),
    "a pack on the command line that nobody knows": (_nothing, ["--pack", "tw-atlantis"], 64),
    "an engine that is down": (
        _nothing,
        ["--engine", "opa", "--opa-url", "http://127.0.0.1:9"],
        70,
    ),
    "an engine beyond this machine without TLS": (
        _nothing,
        ["--engine", "opa", "--opa-url", "http://192.0.2.1:8181"],
        70,
    ),
    "no moment to judge for": (_nothing, ["--as-of", "never"], 64),
    "no evidence at all": (_no_state, [], 2),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_run_that_cannot_judge_ends_with_a_message(name: str, tmp_path: Path) -> None:
    spoil, arguments, code = REFUSED[name]
    root = District().write(tmp_path)
    spoil(root)
    done = _run("check", root, *arguments)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    if code > 2:
        assert len(done.stderr.strip().splitlines()[0]) > 20
        assert re.search(r"[\u4e00-\u9fff].*\([^)]*[a-z]{3}", done.stderr)  # zh-TW first, English
        assert done.stdout == ""


@pytest.mark.parametrize("name", [n for n, (_, _, code) in REFUSED.items() if code > 2])
def test_a_scan_that_could_not_judge_asks_no_device(name: str, tmp_path: Path) -> None:
    spoil, arguments, code = REFUSED[name]
    root = District().write(tmp_path)
    [state] = (root / "state").rglob("*.json")
    before = state.read_bytes()
    spoil(root)
    done = _run("scan", root, *arguments)
    assert (done.returncode, state.read_bytes()) == (code, before), done.stderr
    assert "collected" not in done.stderr


def _run(
    command: str, root: Path, *arguments: str, **environment: str
) -> subprocess.CompletedProcess[str]:
    as_of = () if "--as-of" in arguments else ("--as-of", district.AS_OF.isoformat())
    return subprocess.run(
        [sys.executable, "-m", "cctv_policy", command, "--root", str(root), *as_of, *arguments],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_without_the_policies_folder_nothing_is_judged(tmp_path: Path) -> None:
    """A copy of the package alone, as a broken installation has it."""
    package = tmp_path / "site" / "cctv_policy"
    package.parent.mkdir()
    package.symlink_to(Path(pipeline.__file__).parent)
    moved = tmp_path / "site"
    done = subprocess.run(
        [sys.executable, "-c", _WITHOUT, str(District().write(tmp_path / "district"))],
        env=os.environ | {"PYTHONPATH": str(moved)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 70, done.stderr
    assert "policies" in done.stderr
    assert "Traceback" not in done.stderr


_WITHOUT = """
import sys
from pathlib import Path
from cctv_policy import bundle
bundle._PACKAGE = Path("/nonexistent/a/b")
from cctv_policy.cli import main
sys.exit(main(["check", "--root", sys.argv[1], "--as-of", "2026-11-22T10:00:00+08:00"]))
"""
