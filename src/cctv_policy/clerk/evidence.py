"""What the last evidence of a recorder says about the boxes of 附錄2 (七(一)).

A box is filled from a verdict only: pass is 是, fail is 否. Evidence that is stale, missing or
contradictory leaves it empty; somebody has to look. Whether the picture is clear no evidence says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from cctv_policy import pipeline, state
from cctv_policy.clerk.office import Office
from cctv_policy.errors import CctvPolicyError, StateError
from cctv_policy.model import Json, Outcome

BOXES = {
    "host_ok": ("A4.3-continuous-operation", "C-clock-sync"),
    "recording_ok": ("A4.3-continuous-operation",),
    "retention_ok": ("A4.3-retention-min",),
}
"""Box → the rules that must all pass for 是; one that fails is 否."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What is known of one recorder."""

    recorder: str
    digest: str
    """Of the state document, as a finding cites it."""
    collected_at: str
    boxes: Mapping[str, bool]
    offset_s: int | None
    oldest: tuple[tuple[str, str], ...]
    """(channel, ISO time) of the oldest footage."""


def seen(office: Office, recorder: str) -> Seen | None:
    """The evidence of one recorder, judged for now; None without any."""
    folder = office.state or office.root / "state"
    files = sorted((folder / office.site).glob("*.json"))
    documents, broken = [], []
    for file in files:
        try:
            documents.append(state.read(file, root=folder))
        except StateError as error:
            broken.append(error)
    own = next((d for d in documents if d.target == recorder), None)
    if own is None:
        return None
    inventory = replace(office.inventory, schools=(office.school,))
    try:
        policies = pipeline.load_policies(
            inventory.district.pack, packs=office.root / "policies" / "regulations"
        )
        run = pipeline.judge_evidence(
            inventory, documents, broken, policies, root=office.root, as_of=office.now
        )
    except CctvPolicyError:
        return None  # what cannot be judged fills no box
    mine = {recorder, *(c.id for r in office.recorders if r.id == recorder for c in r.cameras)}
    outcomes: dict[str, list[Outcome]] = {}
    for finding in run.findings:
        if finding.subject.id in mine:
            outcomes.setdefault(finding.rule.id, []).append(finding.raw_outcome)
    facts = {o.fact: o.value for o in own.observations if o.device == recorder and o.value}
    return Seen(
        recorder=recorder,
        digest=own.digest,
        collected_at=own.collected_at,
        boxes={
            name: box for name, rules in BOXES.items() if (box := _box(outcomes, rules)) is not None
        },
        offset_s=_offset(facts.get("time.offset_s")),
        oldest=_oldest(facts.get("channels")),
    )


def _box(outcomes: Mapping[str, list[Outcome]], rules: tuple[str, ...]) -> bool | None:
    found = [o for rule in rules for o in outcomes.get(rule, [Outcome.UNKNOWN])]
    if Outcome.FAIL in found:
        return False
    return True if found and set(found) == {Outcome.PASS} else None


def _offset(value: Json) -> int | None:
    return round(value) if isinstance(value, int | float) else None


def _oldest(value: Json) -> tuple[tuple[str, str], ...]:
    rows = value if isinstance(value, list) else []
    found = []
    for row in rows:
        if isinstance(row, dict) and isinstance(row.get("oldest_at"), str):
            found.append((str(row["ch"]), str(row["oldest_at"])))
    return tuple(found)
