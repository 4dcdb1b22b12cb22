"""What the rules say of each recorder: collected again and judged, before and after a push."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from pathlib import Path

from cctv_policy import pipeline
from cctv_policy.collect import collect
from cctv_policy.inventory import Inventory, load_inventory
from cctv_policy.model import Finding, Outcome, SubjectKind
from cctv_policy.secretstore import SecretStore

Verdicts = Mapping[str, Mapping[str, Outcome]]
"""Recorder id → rule id → outcome; a camera's is `<rule id> <camera id>`."""


def collect_and_judge(
    root: Path,
    recorders: Collection[str],
    *,
    store: SecretStore,
    now: Callable[[], datetime],
    run_id: str,
) -> Verdicts:
    """Ask these recorders again and judge. The evidence is written to `root/state` as ever."""
    inventory = load_inventory(root / "inventory", as_of=now().date())
    collect(
        inventory,
        store=store,
        out=root / "state",
        root=root,
        now=now,
        run_id=run_id,
        only=recorders,
    )
    judged = pipeline.judge(root, as_of=now().replace(microsecond=0), run_id=run_id)
    return by_recorder(judged.findings, inventory, recorders)


def by_recorder(
    findings: Iterable[Finding], inventory: Inventory, recorders: Collection[str]
) -> Verdicts:
    """The findings of recorders and cameras, by recorder; a camera's rule has its id behind it.

    What a push did to a recorder must not be hidden by a camera that nobody can ask.
    """
    owner = {camera.id: recorder.id for _, recorder, camera in inventory.cameras()}
    found: dict[str, dict[str, Outcome]] = {recorder: {} for recorder in recorders}
    for finding in findings:
        subject = finding.subject
        if subject.kind is SubjectKind.RECORDER and subject.id in found:
            found[subject.id][finding.rule.id] = finding.outcome
        elif subject.kind is SubjectKind.CAMERA and owner.get(subject.id) in found:
            found[owner[subject.id]][f"{finding.rule.id} {subject.id}"] = finding.outcome
    return found


def changed(before: Verdicts, after: Verdicts) -> dict[str, list[tuple[str, Outcome, Outcome]]]:
    """Recorder → (rule, before, after) where they differ, in order of rule."""
    return {
        recorder: [
            (rule, was, after[recorder][rule])
            for rule, was in sorted(rules.items())
            if rule in after.get(recorder, {}) and after[recorder][rule] is not was
        ]
        for recorder, rules in before.items()
    }
