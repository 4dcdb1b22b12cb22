"""What a push tells of the rules before and after: a camera does not speak for its recorder."""

from __future__ import annotations

from dataclasses import replace

from cctv_policy import pipeline
from cctv_policy.model import Outcome, Subject, SubjectKind
from cctv_policy.push.verdicts import Verdicts, by_recorder, changed
from tests.report.district import finding
from tests.sample import INVENTORY

SCHOOL, RECORDER, CAMERA = next(INVENTORY.cameras())
RULES = pipeline.load_policies(INVENTORY.district.pack).catalog.rules
RULE = RULES["A4.1-transport-hardening"]


def judged(of_recorder: Outcome, of_camera: Outcome) -> Verdicts:
    subject = Subject(kind=SubjectKind.RECORDER, id=RECORDER.id, site=SCHOOL.id, facts={})
    recorder = finding(RULE, subject, of_recorder)
    eye = replace(subject, kind=SubjectKind.CAMERA, id=CAMERA.id)
    camera = finding(RULE, eye, of_camera)
    return by_recorder([recorder, camera], INVENTORY, [RECORDER.id])


def test_a_recorder_that_was_made_right_is_told_beside_its_unknown_camera() -> None:
    before = judged(Outcome.FAIL, Outcome.UNKNOWN)
    after = judged(Outcome.PASS, Outcome.UNKNOWN)
    assert after == {
        RECORDER.id: {RULE.id: Outcome.PASS, f"{RULE.id} {CAMERA.id}": Outcome.UNKNOWN}
    }
    assert changed(before, after) == {RECORDER.id: [(RULE.id, Outcome.FAIL, Outcome.PASS)]}


def test_a_camera_that_was_made_right_is_told_by_its_id() -> None:
    (told,) = changed(
        judged(Outcome.PASS, Outcome.FAIL), judged(Outcome.PASS, Outcome.PASS)
    ).values()
    assert told == [(f"{RULE.id} {CAMERA.id}", Outcome.FAIL, Outcome.PASS)]


def test_recorders_nobody_asked_for_are_not_told() -> None:
    other = next(r for _, r in INVENTORY.recorders() if r.id != RECORDER.id)
    subject = Subject(kind=SubjectKind.RECORDER, id=other.id, site=SCHOOL.id, facts={})
    assert by_recorder([finding(RULE, subject)], INVENTORY, [RECORDER.id]) == {RECORDER.id: {}}
