"""The spec's §7 cases as files: tests/cases/<case>.yaml → the expected verdicts, on each engine.

A file says what differs from a healthy school (tests/district.py) and, under `expect`, the spec's
verdicts by rule number. `causes`, `notes`: the exact codes; `values`: found among the causes and
notes; `params`: the values cited. `of` names the subject (default: the recorder); `of: school` is
the worst of the school. tests/record_files.py says how a case describes records; with `commits` the
folder is a git repository (tests/district.py).
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from cctv_policy import pipeline
from cctv_policy.model import Finding, Run, worst
from tests import district
from tests.district import District

CASES = sorted((Path(__file__).parent / "cases").glob("*.yaml"))


def steps(path: Path) -> list[dict[str, Any]]:
    """The steps of a case: `steps` laid over what they share, or the file as the only one."""
    data = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    return [{**data, **step} for step in data.pop("steps", [{}])]


def _cells(run: Run, number: int, of: str) -> list[Finding]:
    found = [f for f in run.findings if f.rule.number == number]
    if of == "school":
        return [f for f in found if f.subject.site == district.SITE]
    return [f for f in found if f.subject.id in (of, f"{district.SITE}/{of}")]


def _compare(cells: list[Finding], outcome: str, wanted: dict[str, Any]) -> None:
    told = [(f.subject.id, f.outcome.value, f.causes, f.notes) for f in cells]
    assert cells, "there is no such finding"
    assert worst([f.outcome for f in cells]) == outcome, told
    for kind in ("causes", "notes"):
        codes = {cause.code for f in cells for cause in getattr(f, kind)}
        assert kind not in wanted or codes == set(wanted[kind]), told
    said = [cause.values for f in cells for cause in (*f.causes, *f.notes)]
    for key, value in wanted.get("values", {}).items():
        assert value in [values.get(key) for values in said], told
    for name, value in wanted.get("params", {}).items():
        assert [p.value for f in cells for p in f.params if p.name == name] == [value], told


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case_has_the_expected_verdicts(
    path: Path, tmp_path: Path, judging: dict[str, Any]
) -> None:
    for number, step in enumerate(steps(path)):
        built = District.of(step)
        run = pipeline.judge(built.write(tmp_path / str(number)), as_of=built.as_of, **judging)
        for wanted in step["expect"]:
            for key, outcome in wanted.items():
                if rule := re.fullmatch(r"R(\d+)", key):
                    cells = _cells(run, int(rule[1]), wanted.get("of", district.NVR))
                    _compare(cells, outcome, wanted)
