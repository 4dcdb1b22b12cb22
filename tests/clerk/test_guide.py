"""Every step of the clerk's guide works as it is written, and what it makes is lawful."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import pytest

from cctv_policy import pipeline
from cctv_policy.model import Outcome
from cctv_policy.records import load_records
from tests.clerk import guide
from tests.clerk.desk import SITE, open_office


def test_every_step_of_the_guide_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    office = open_office(tmp_path, monkeypatch)
    guide.homes(office)
    monkeypatch.setenv("PYTHONPATH", os.environ.get("PYTHONPATH", ""))
    office.repo.git("config", "cctv-policy.identity", str(office.folder / "keys" / "custodian"))
    page = guide.PAGE.read_text(encoding="utf-8")
    shown = page
    for block in guide.blocks():
        screen = guide.play(office, block)
        shown = shown.replace(f"```console\n{block.body}```", f"```console\n{screen}```", 1)
    if os.environ.get("UPDATE_GOLDENS"):
        guide.PAGE.write_text(shown, encoding="utf-8")
    assert shown == page

    records = load_records(office.root)
    assert records.faults == ()
    run = pipeline.judge(office.root, as_of=datetime.fromisoformat("2026-03-05T10:00:00+08:00"))
    found = {(f.rule.number, f.subject.id): f.outcome for f in run.findings}
    for number in (24, 26, 27, 28, 29, 30, 31, 36, 40, 41):
        assert found[number, f"{SITE}/REQ-115-0001"] is Outcome.PASS, number
    assert found[49, f"{SITE}/INS-115-0001"] is Outcome.PASS
    assert office.repo.head() == office.repo.head("origin/main")
