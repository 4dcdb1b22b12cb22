"""The matrix of rules and subjects is complete, or the run says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest

from cctv_policy import pipeline
from cctv_policy.errors import EvaluationError
from cctv_policy.evaluate import evaluate, exit_code
from cctv_policy.model import Finding, Json, Outcome, Subject, SubjectKind
from cctv_policy.subjects import RuleInput
from cctv_policy.waivers import Waivers
from tests import corpus, district
from tests.district import District

NO_WAIVERS = Waivers(files=(), today=date(2026, 11, 22), max_days=180, approvals=())
RULES = corpus.policies("tw-ntpc-school").rules


class Says:
    """An engine that answers what it was given, whatever is asked."""

    name = "says"
    version = "1"

    def __init__(self, answer: Mapping[str, Json]) -> None:
        self.answer = answer

    def verdicts(self, document: Mapping[str, Json]) -> Mapping[str, Json]:
        return self.answer

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        return None


def _input(kind: SubjectKind = SubjectKind.RECORDER) -> RuleInput:
    subject = Subject(kind=kind, id="nvr", site="s", facts={})
    return RuleInput(subject=subject, document={}, refs={}, params={})


def test_no_rule_no_subject_and_no_meeting_are_errors() -> None:
    engine = Says({})
    with pytest.raises(EvaluationError, match="no rule"):
        evaluate([_input()], [], engine=engine, waivers=NO_WAIVERS)
    with pytest.raises(EvaluationError, match="nothing to judge"):
        evaluate([], RULES, engine=engine, waivers=NO_WAIVERS)
    only_sites = [rule for rule in RULES if rule.subjects == (SubjectKind.SITE,)]
    with pytest.raises(EvaluationError, match="no rule in force applies"):
        evaluate([_input()], only_sites, engine=engine, waivers=NO_WAIVERS)


def test_a_cell_without_a_verdict_is_an_error_and_others_stand() -> None:
    good = {"outcome": "pass", "causes": [], "notes": []}
    findings = evaluate(
        [_input()], RULES, engine=Says({"A3.1-no-public-ip": good}), waivers=NO_WAIVERS
    )
    expected = {rule.id for rule in RULES if SubjectKind.RECORDER in rule.subjects}
    assert {f.rule.id for f in findings} == expected
    for f in findings:
        wanted = Outcome.PASS if f.rule.id == "A3.1-no-public-ip" else Outcome.ERROR
        assert f.outcome is wanted
        assert wanted is Outcome.PASS or [c.code for c in f.causes] == ["no_verdict"]
    assert exit_code(findings) == 2


def test_a_verdict_nobody_asked_for_is_no_finding() -> None:
    answer = {"Z-not-asked": {"outcome": "fail", "causes": [], "notes": []}}
    findings = evaluate([_input()], RULES, engine=Says(answer), waivers=NO_WAIVERS)
    assert "Z-not-asked" not in {f.rule.id for f in findings}


@pytest.fixture(scope="module")
def findings(tmp_path_factory: pytest.TempPathFactory) -> list[Finding]:
    built = District(evidence={"nvr": {"time.offset_s": 120}})
    root = built.write(tmp_path_factory.mktemp("run"))
    return list(pipeline.judge(root, as_of=built.as_of).findings)


def test_every_rule_meets_every_subject_of_its_kind(findings: list[Finding]) -> None:
    subjects = {
        SubjectKind.SITE: [district.SITE],
        SubjectKind.RECORDER: [district.NVR],
        SubjectKind.CAMERA: [district.CAMERA],
    }
    expected = {(r.id, s) for r in RULES for kind in r.subjects for s in subjects.get(kind, [])}
    assert {(f.rule.id, f.subject.id) for f in findings} == expected
    assert len(findings) == len(expected)


def test_a_finding_cites_evidence_and_parameters(findings: list[Finding]) -> None:
    clock = next(f for f in findings if f.rule.id == "C-clock-sync")
    assert clock.outcome is clock.raw_outcome is Outcome.FAIL
    assert {ref.fact for ref in clock.evidence} == {"time.offset_s", "time.tz"}
    assert all(len(ref.digest) == 64 and ref.door == "ssh" for ref in clock.evidence)
    assert {p.name: p.value for p in clock.params}["clock_max_offset_s"] == 60
    assert exit_code(findings) == 1


def test_fingerprints_are_stable_and_tell_cells_apart(
    findings: list[Finding], tmp_path: Path
) -> None:
    assert len({f.fingerprint for f in findings}) == len(findings)
    built = District(evidence={"nvr": {"time.offset_s": 130}})
    again = pipeline.judge(built.write(tmp_path), as_of=built.as_of).findings
    assert [f.fingerprint for f in again] == [f.fingerprint for f in findings]


@pytest.mark.parametrize(
    ("outcomes", "code"),
    [
        (["pass", "not_applicable", "waived"], 0),
        (["pass", "unknown"], 2),
        (["error"], 2),
        (["unknown", "fail", "error"], 1),
    ],
)
def test_exit_codes(findings: list[Finding], outcomes: list[str], code: int) -> None:
    told: Any = [replace(findings[0], outcome=Outcome(o)) for o in outcomes]
    assert exit_code(told) == code
