"""Records as subjects: what cannot be read never passes, nothing personal gets out, HEAD counts."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from cctv_policy import pipeline
from cctv_policy.model import Outcome, Run, SubjectKind
from cctv_policy.record_subjects.sessions import without
from cctv_policy.report.detail import place
from cctv_policy.report.text import finding
from cctv_policy.strictyaml import dump
from tests import district, record_files
from tests.corpus import policies
from tests.district import District
from tests.records.repo import Repo

MARCH = datetime.fromisoformat("2026-03-20T10:00:00+08:00")
RECORD_KINDS = set(SubjectKind) - {
    SubjectKind.SITE,
    SubjectKind.RECORDER,
    SubjectKind.CAMERA,
    SubjectKind.WAIVER,
}


def judged(root: Path, base: str = "", **described: Any) -> Run:
    built = District.of({"as_of": MARCH.isoformat(), "base": base, **described})
    return pipeline.judge(built.write(root), as_of=MARCH)


def of_records(run: Run) -> dict[str, dict[str, Outcome]]:
    """Subject id → rule id → outcome, of records only."""
    found: dict[str, dict[str, Outcome]] = {}
    for f in run.findings:
        if f.subject.kind in RECORD_KINDS:
            found.setdefault(f.subject.id, {})[f.rule.id] = f.outcome
    return found


def test_a_district_without_records_has_no_such_subjects(tmp_path: Path) -> None:
    assert of_records(judged(tmp_path)) == {}


def test_waivers_alone_are_no_record_keeping(tmp_path: Path) -> None:
    run = judged(tmp_path, records={"WVR-115-0001": {"subjects": ["nvr"]}})
    assert of_records(run) == {}
    assert {f.subject.id for f in run.findings} >= {"WVR-115-0001"}


def test_every_kind_that_a_rule_asks_about_can_be_a_subject() -> None:
    rules = policies("tw-ntpc-school").catalog.rules.values()
    assert {kind for rule in rules for kind in rule.subjects} == set(SubjectKind)


def test_b16_a_period_before_the_camera_is_told_with_file_line_and_what_to_do(
    tmp_path: Path,
) -> None:
    run = judged(tmp_path, "access", recorder={"commissioned_on": "2026-03-02"})
    (found,) = [f for f in run.findings if f.rule.number == 28 and f.outcome is Outcome.FAIL]
    shown = finding(found, lang="zh-TW", columns=200)
    assert place(found) == f"records/{district.SITE}/115/REQ-115-0001.yaml:1"
    assert "早於攝影機 cam-1 的主機啟用日 2026-03-02" in shown
    assert "更正時段" in shown
    english = finding(found, lang="en", columns=200)
    assert "before 2026-03-02" in english and "correct the period" in english


EXTRA: dict[str, dict[str, Any]] = {
    name: {} for name in ("HND-115-0001", "HLD-115-0001", "INC-115-0001", "FLT-115-0001")
}


@pytest.mark.parametrize("text", ["", "id: [", 'schema_version: "1"\n', "\x00", "- a\n"])
def test_a_file_that_cannot_be_read_never_passes(tmp_path: Path, text: str) -> None:
    """Every record at once: their rules are unknown or fail, and the run goes on."""
    described = {"as_of": MARCH.isoformat(), "base": "access", "records": EXTRA}
    files = District.of(described).write(tmp_path) / "records"
    chosen = sorted(p for p in files.rglob("*.yaml") if p.parent.name == "115")
    for path in chosen:
        path.write_text(text, encoding="utf-8")
    found = of_records(pipeline.judge(tmp_path, as_of=MARCH))
    school = found.pop(f"{district.SITE}/records")
    found.pop("repository")
    assert found.keys() == {f"{district.SITE}/{path.stem}" for path in chosen}
    for subject, outcomes in found.items():
        assert set(outcomes.values()) <= {Outcome.UNKNOWN, Outcome.FAIL}, (subject, outcomes)
    assert Outcome.PASS not in (school["A3.0-custodian-designated"], school["A1-policy-adopted"])


def test_nothing_of_the_sealed_block_or_of_free_text_is_in_a_fact(tmp_path: Path) -> None:
    run = judged(
        tmp_path,
        "access",
        records={
            "REQ-115-0001": {"requesting_unit": "CANARY-unit", "phone": "0912345678"},
            "KEP-115-0001": {"location": "CANARY-place"},
            "CUS-115-0004": {"title": "CANARY-title"},
            "INC-115-0001": {"description": "CANARY-text"},
        },
    )
    said = [
        json.dumps([f.subject.facts, [c.values for c in (*f.causes, *f.notes)]], default=str)
        for f in run.findings
        if f.subject.kind in RECORD_KINDS
    ]
    assert said
    for text in said:
        assert "CANARY" not in text
        assert "0912345678" not in text
        assert "AAAAAAAA" not in text


def test_records_of_a_repository_are_those_of_its_head(tmp_path: Path) -> None:
    built = District.of({"as_of": MARCH.isoformat(), "base": "access"})
    built.write(tmp_path)
    repo = Repo(tmp_path)
    repo.git("add", "-A")
    before = of_records(pipeline.judge(tmp_path, as_of=MARCH))  # nothing committed: what is staged
    repo.commit()
    path = tmp_path / "records" / district.SITE / "115" / "REQ-115-0001.yaml"
    path.write_text("broken", encoding="utf-8")
    after = of_records(pipeline.judge(tmp_path, as_of=MARCH))
    history = {"A6-request-kept", "A6-register-kept", "A6-record-immutable"}
    history |= {"A6-destruction-procedure", "P-no-plaintext-pii"}
    for outcomes in (*before.values(), *after.values()):
        for rule in history & outcomes.keys():
            del outcomes[rule]  # before the first commit nothing is known of them
    assert before == after
    assert after[f"{district.SITE}/REQ-115-0001"]["A5.1-approval-chain"] is Outcome.PASS


def test_a_school_that_the_inventory_does_not_know_is_judged_all_the_same(tmp_path: Path) -> None:
    District.of({"as_of": MARCH.isoformat()}).write(tmp_path)
    files = record_files.files({"base": "access"}, "other-es")
    for name, content in files.items():
        path = tmp_path / "records" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dump(content), encoding="utf-8")
    found = of_records(pipeline.judge(tmp_path, as_of=MARCH))
    assert found["other-es/REQ-115-0001"]["A5.1-approval-chain"] is Outcome.PASS
    assert found["other-es/records"]["A7.1-inspection-quarterly"] is Outcome.NOT_APPLICABLE


def test_a_waiver_covers_the_record_of_its_school_only(tmp_path: Path) -> None:
    waived = f"{district.SITE}/REQ-115-0001"
    run = judged(
        tmp_path,
        "access",
        records={
            "REQ-115-0001": {"necessity_confirmed": {"confirmed": False}},
            "WVR-115-0001": {
                "rule_id": "A5.1-necessity-stated",
                "subjects": [waived],
                "approved_on": "2026-03-01",
                "starts_on": "2026-03-02",
            },
        },
    )
    assert of_records(run)[waived]["A5.1-necessity-stated"] is Outcome.WAIVED


def minute(number: int) -> datetime:
    return datetime.fromisoformat(f"2026-03-01T10:{number:02}:00+08:00")


@pytest.mark.parametrize(
    ("given", "rest"),
    [
        ([], [(0, 30)]),
        ([(0, 30)], []),
        ([(0, 10), (10, 30)], []),
        ([(0, 10), (11, 30)], [(10, 11)]),
        ([(5, 10)], [(0, 5), (10, 30)]),
        ([(0, 29)], [(29, 30)]),
        ([(1, 40)], [(0, 1)]),
        ([(30, 40)], [(0, 30)]),
    ],
)
def test_what_copies_leave_out(given: list[tuple[int, int]], rest: list[tuple[int, int]]) -> None:
    wanted = [("cam-1", minute(0), minute(30))]
    copies = [("cam-1", minute(a), minute(b)) for a, b in given]
    assert without(wanted, copies) == [("cam-1", minute(a), minute(b)) for a, b in rest]
    assert without(wanted, [("cam-2", minute(0), minute(30))]) == wanted
