"""The spec's §7 cases as files: tests/cases/<case>.yaml → the expected verdicts, on each engine."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from cctv_policy import pipeline
from cctv_policy.model import Finding, Run
from tests import district
from tests.district import District

CASES = sorted((Path(__file__).parent / "cases").glob("*.yaml"))


def _read(path: Path) -> list[dict[str, Any]]:
    """The steps of a case: one document with `steps`, or the document itself as the only step."""
    data = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    return [{**data, **step} for step in data.pop("steps", [{}])]


def _built(step: dict[str, Any]) -> District:
    as_of = datetime.fromisoformat(step.get("as_of", district.AS_OF.isoformat()))
    cameras = [district.camera(**changes) for changes in step.get("cameras", [{}])]
    recorder = district.inventory_recorder(cameras=cameras) | step.get("recorder", {})
    return District(
        as_of=as_of,
        pack=step.get("pack", "tw-ntpc-school"),
        school=step.get("school", {}),
        recorders=[_dated(recorder, as_of), *step.get("more_recorders", [])],
        evidence={
            device: {fact: _value(fact, value, as_of) for fact, value in facts.items()}
            for device, facts in step.get("evidence", {}).items()
        },
    )


def _value(fact: str, value: Any, as_of: datetime) -> Any:
    """Short forms: channels, accounts, interfaces and the router say only what differs."""
    value = _dated(value, as_of)
    if fact == "channels" and isinstance(value, list):
        return [district.channel(as_of, **changes) for changes in value]
    if fact == "accounts" and isinstance(value, list):
        return [district.account(as_of, **changes) for changes in value]
    if fact == "exposure.router" and isinstance(value, dict) and "unknown" not in value:
        return district.router(as_of, **value) if "at" not in value else value
    if fact == "interfaces" and isinstance(value, list):
        return [
            entry if isinstance(entry, dict) and "addresses" in entry and isinstance(entry["addresses"][:1], list) and entry["addresses"] and isinstance(entry["addresses"][0], dict)
            else district.interface(*entry["addresses"], **{k: v for k, v in entry.items() if k != "addresses"})
            for entry in value
        ]
    return value


def _dated(value: Any, as_of: datetime) -> Any:
    """`ago: {days: 3}` anywhere stands for that instant; `day_ago: 3` for that date."""
    if isinstance(value, dict):
        if set(value) == {"ago"}:
            return (as_of - timedelta(**value["ago"])).isoformat()
        if set(value) == {"day_ago"}:
            return (as_of - timedelta(days=value["day_ago"])).date().isoformat()
        return {key: _dated(inner, as_of) for key, inner in value.items()}
    if isinstance(value, list):
        return [_dated(inner, as_of) for inner in value]
    return value


def _cell(run: Run, rule: str, subject: str) -> Finding:
    return next(f for f in run.findings if f.rule.id == rule and f.subject.id == subject)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case_has_the_expected_verdicts(
    path: Path, tmp_path: Path, judging: dict[str, Any]
) -> None:
    for number, step in enumerate(_read(path)):
        built = _built(step)
        root = built.write(tmp_path / str(number))
        run = pipeline.judge(root, as_of=built.as_of, **judging)
        for wanted in step["expect"]:
            found = _cell(run, wanted["rule"], wanted.get("subject", district.NVR))
            told = (found.outcome, [c.code for c in found.causes], [n.code for n in found.notes])
            assert found.outcome == wanted["outcome"], told
            assert {"causes": set(wanted.get("causes", []))}.items() and set(
                wanted.get("causes", [])
            ) <= {c.code for c in found.causes}, told
            assert set(wanted.get("notes", [])) <= {n.code for n in found.notes}, told
            for key, value in wanted.get("values", {}).items():
                assert any(str(c.values.get(key)) == str(value) for c in found.causes), found.causes
