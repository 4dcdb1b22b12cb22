"""The demo and its sample district: every school shows what its file promises, on any day."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from cctv_policy import demo, pipeline
from cctv_policy.errors import UsageError
from cctv_policy.evaluate import exit_code
from cctv_policy.facts import FACTS
from cctv_policy.model import Finding, Outcome, Run
from cctv_policy.report import FORMATS
from cctv_policy.scaffold import new_sample
from cctv_policy.scaffold.evidence import moved, write_sample
from cctv_policy.state import read_all
from tests import sample

EVIDENCE = sample.SAMPLE / "evidence" / "recorded"
NOW = datetime.fromisoformat("2027-02-03T09:15:00+08:00")


@cache
def judged() -> Run:
    return demo.run(NOW)


def of(site: str, run: Run | None = None) -> list[Finding]:
    return [f for f in (run or judged()).findings if f.subject.site == site]


def causes(findings: Iterable[Finding], outcome: Outcome = Outcome.FAIL) -> set[tuple[str, str]]:
    return {(f.subject.id, c.code) for f in findings if f.outcome is outcome for c in f.causes}


def test_the_script_gives_the_evidence_byte_for_byte(tmp_path: Path) -> None:
    written = {path.relative_to(tmp_path): path.read_bytes() for path in sample.write(tmp_path)}
    kept = {p.relative_to(EVIDENCE): p.read_bytes() for p in EVIDENCE.rglob("*.json")}
    assert written == kept, "run: python -m tests.sample"


def test_every_recorded_answer_has_its_facts_shape() -> None:
    documents, broken = read_all(EVIDENCE)
    assert not broken
    for document in documents:
        for o in document.observations:
            if o.unknown is None:
                FACTS[o.fact].check(o.value)


def test_every_recorder_in_use_has_evidence() -> None:
    owed = {r.id for _, r in sample.INVENTORY.recorders() if r.in_use}
    assert owed <= {path.stem for path in EVIDENCE.rglob("*.json")}


def test_all_is_well_at_qingxi() -> None:
    told = [f for f in of("qingxi-es") if f.outcome not in (Outcome.PASS, Outcome.NOT_APPLICABLE)]
    assert {(f.outcome, f.rule.number) for f in told} == {
        (Outcome.UNKNOWN, 42),  # its recorders keep no log of playback
        (Outcome.UNKNOWN, 51),  # nobody kept the evidence of the inspection days
    }
    idle = {f.rule.id for f in of("qingxi-es") if f.outcome is Outcome.NOT_APPLICABLE}
    assert "A3.2-credential-age" in idle  # the document sets no age and nobody handed over
    kinds = {f.subject.kind.value for f in of("qingxi-es") if f.outcome is Outcome.PASS}
    assert len(kinds) >= 10, "devices and records of many kinds"


def test_yunling_breaks_the_rules_on_records_too() -> None:
    found = causes(f for f in of("yunling-jh") if "/" in f.subject.id)
    codes = {"missed", "too_early", "no_copy", "repair_overdue", "overwritten", "unmapped"}
    assert {code for _, code in found} == codes


def test_haiwu_keeps_too_little_for_its_kindergarten_and_too_much_for_one_event() -> None:
    found = of("haiwu-es")
    assert causes(found) == {
        ("haiwu-nvr-1", "short_retention"),
        ("haiwu-nvr-1", "locked_overdue"),
    }
    [short] = [c for f in found for c in f.causes if c.code == "short_retention"]
    assert short.values["ch"] == "4"
    [waived] = [f for f in found if f.outcome is Outcome.WAIVED]
    assert waived.rule.id == "A4.1-transport-hardening"
    assert waived.waiver is not None and waived.waiver.id == "WVR-115-0003"
    assert waived.raw_outcome is Outcome.FAIL
    assert ("haiwu-nvr-1", "stale") in causes(found, Outcome.UNKNOWN)


def test_xiaoying_has_a_factory_password_and_nine_days() -> None:
    found = causes(of("xiaoying-kg"))
    assert ("xiaoying-nvr-1", "default_password") in found
    assert {"short_retention", "capacity_short"} <= {code for _, code in found}


def test_yunling_is_on_a_public_address_and_one_recorder_is_not_the_one_we_know() -> None:
    found = causes(of("yunling-jh"))
    for code in (
        "public_address",
        "port_forward",
        "recordings_open",
        "snmp_in_clear",
        "not_since_commissioning",
        "unexplained_gap",
        "clock_wrong",
    ):
        assert ("yunling-nvr-1", code) in found, code
    changed = causes(of("yunling-jh"), Outcome.UNKNOWN)
    assert ("yunling-nvr-2", "host_key_changed") in changed
    assert not [f for f in of("yunling-jh") if f.subject.id == "yunling-nvr-old" and f.causes == ()]


def test_zhuyu_has_a_banned_brand_without_approval_and_a_stale_sheet() -> None:
    found = causes(of("zhuyu-es"))
    assert ("zhuyu-dvr-2", "brand_banned") in found
    assert ("WVR-115-0007", "missing_approvals") in found
    assert ("zhuyu-nvr-1", "snmp_default_community") in found
    assert ("zhuyu-dvr-2", "stale") in causes(of("zhuyu-es"), Outcome.UNKNOWN)


def test_xinghe_has_holes_a_debug_port_and_a_recorder_out_of_reach() -> None:
    found = causes(of("xinghe-es"))
    for code in ("unexplained_gap", "not_recording", "no_signal", "debug_port_open"):
        assert ("xinghe-nvr-2", code) in found, code
    assert ("xinghe-nvr-3", "no_route") in causes(of("xinghe-es"), Outcome.UNKNOWN)


def test_no_other_violation_is_shown() -> None:
    """What a newcomer sees is what the schools' files promise, and nothing by accident."""
    assert {(f.subject.id, f.rule.number) for f in judged().findings if f.outcome is Outcome.FAIL
            and f.subject.site != demo.HERE} == {
        ("haiwu-nvr-1", 17),
        ("haiwu-nvr-1", 19),
        ("xiaoying-nvr-1", 8),
        ("xiaoying-nvr-1", 13),
        ("xiaoying-nvr-1", 17),
        ("xiaoying-nvr-1", 18),
        ("yunling-nvr-1", 5),
        ("yunling-nvr-1", 6),
        ("yunling-nvr-1", 8),
        ("yunling-nvr-1", 13),
        ("yunling-nvr-1", 16),
        ("yunling-nvr-1", 23),
        ("zhuyu-nvr-1", 13),
        ("zhuyu-dvr-2", 64),
        ("WVR-115-0007", 65),
        ("xinghe-nvr-2", 13),
        ("xinghe-nvr-2", 16),
        ("yunling-jh/records", 9),
        ("yunling-jh/records", 48),
        ("yunling-jh/REQ-115-0001", 30),
        ("yunling-jh/REQ-115-0002", 36),
        ("yunling-jh/REQ-115-0002", 39),
        ("yunling-jh/FLT-115-0001", 52),
    }  # fmt: skip


def test_this_machine_comes_first_and_is_really_read() -> None:
    assert next(iter(judged().sites)) == demo.HERE
    told = {e.fact: e for f in of(demo.HERE) for e in f.evidence}
    assert told["interfaces"].door == "local"
    assert told["interfaces"].collected_at == NOW.isoformat()


@pytest.mark.parametrize("lang", ["zh-TW", "en"])
def test_the_report_says_that_the_schools_are_made_up(lang: str) -> None:
    text = FORMATS["text"].render(judged(), lang=lang)
    assert {"zh-TW": "均屬虛構", "en": "are made up"}[lang] in " ".join(text.split())


def test_verdicts_are_the_same_on_any_later_day() -> None:
    def outcomes(run: Run) -> set[tuple[str, str, str]]:
        found = [f for f in run.findings if f.subject.site != demo.HERE]
        names = ((f, f.subject.id.split("-1")[0]) for f in found)  # without the ROC year
        return {(name, f.rule.id, f.outcome.value) for f, name in names}

    first = outcomes(demo.run(sample.RECORDED + timedelta(hours=11, minutes=59)))
    assert first == outcomes(judged()) == outcomes(demo.run(NOW + timedelta(days=1200)))


def test_the_demo_takes_seconds() -> None:
    """Of CPU, git's included: other work on the machine is not the demo's."""
    before = os.times()
    demo.run(NOW)
    after = os.times()
    assert sum(after[:4]) - sum(before[:4]) < 10


def test_the_demo_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    demo.run(NOW)
    assert not list(tmp_path.iterdir())


def test_the_sample_as_a_repository_is_judged_the_same(tmp_path: Path) -> None:
    new_sample(tmp_path / "district", NOW)
    run = pipeline.judge(tmp_path / "district", as_of=NOW)
    assert exit_code(run.findings) == 1
    told = {(f.subject.id, f.rule.id, f.outcome) for f in run.findings}
    assert told == {
        (f.subject.id, f.rule.id, f.outcome)
        for f in judged().findings
        if f.subject.site != demo.HERE
    }


def test_a_folder_with_files_is_not_written_into(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(UsageError, match="not empty"):
        write_sample(tmp_path, NOW)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("at: 2026-11-22T10:00:00+08:00", "at: 2027-02-03T09:15:00+08:00"),
        ('"2026-11-21T10:00:00.250000+08:00"', '"2027-02-02T09:15:00.250000+08:00"'),
        ("on: 2026-11-22}", "on: 2027-02-03}"),
        ("2024-02-29", "2024-05-12"),
        ("AST-114-0031 163.20.240.17 1234-56-7890 2026-13-40", None),
        ("12026-11-22 2026-11-221", None),
    ],
)
def test_dates_move_and_nothing_else(text: str, after: str | None) -> None:
    assert moved(text, NOW) == (after or text)
