"""What git says, as the rules of 六 and 七(一) and PDPA 18 see it (spec §1.2, class H).

Without the whole history each of these facts has a gap with the reason, so its rules are unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from cctv_policy.history import History, Key, RecordHistory
from cctv_policy.model import Json
from cctv_policy.periods import Period, local_date, period_end
from cctv_policy.record_subjects.desk import Desk, days
from cctv_policy.records import RecordSet
from cctv_policy.records.cases import Destruction, Incident
from cctv_policy.records.upkeep import Inspection

FACTS = ("requests_kept", "register_kept", "changes", "deletions")
"""Of a school's record keeping."""
_REQUESTS, _REGISTER = ("REQ", "AGY"), ("REG",)
_SHORT = 12
_REASONS = ("no_git", "no_commits", "shallow", "partial")
"""Why history may be unknown, as the gate says it; anything else git complains of is `corrupt`."""


@dataclass(frozen=True, kw_only=True)
class Past:
    """The history of a whole repository, sorted by school once."""

    history: History
    troubled: Mapping[str, tuple[RecordHistory, ...]] = field(default_factory=dict)
    """School → records that were deleted or changed as none may be."""
    entered: Mapping[Key, date] = field(default_factory=dict)
    """Inspection → day of its first commit."""

    @classmethod
    def of(cls, history: History) -> Past:
        """Sort a history."""
        troubled: dict[str, list[RecordHistory]] = {}
        for life in history.records.troubled():
            troubled.setdefault(life.site, []).append(life)
        return cls(
            history=history,
            troubled={site: tuple(lives) for site, lives in troubled.items()},
            entered={
                (life.site, life.id): local_date(life.first_at)
                for life in history.records.of("INS")
            },
        )

    @property
    def sites(self) -> set[str]:
        """Schools that had records at some time; waivers alone are no record keeping."""
        keys = (key for keys in self.history.lost.values() for key in keys)
        lost = {site for site, record_id in keys if not record_id.startswith("WVR-")}
        gaps = {site for site, prefix, _ in self.history.gaps if prefix != "WVR"}
        return {*self.troubled, *lost, *gaps}

    def gaps(self, *names: str) -> dict[str, Json]:
        """The reason why nothing is known, for each fact; none if history is known."""
        if self.history.known:
            return {}
        why = self.history.why if self.history.why in _REASONS else "corrupt"
        return {n: {"code": why, "values": {"fact": n, "detail": "git"}} for n in names}


def past_facts(desk: Desk, past: Past) -> dict[str, Json]:
    """The facts of FACTS; nothing where history is not known."""
    if not past.history.known:
        return {}
    return {
        "requests_kept": _kept(desk, past, _REQUESTS),
        "register_kept": _kept(desk, past, _REGISTER),
        "changes": {"done": _changes(desk, past), "rewritten": [], "clocks": []},
        "deletions": [_deletion(desk, life) for life in _deleted(desk, past)],
    }


def _kept(desk: Desk, past: Past, prefixes: tuple[str, ...]) -> dict[str, Json]:
    """Records of some kinds that are gone, empty or skipped before their term was over."""
    lives = [life for life in past.troubled.get(desk.site, ()) if life.id.split("-")[0] in prefixes]
    gone = [
        (life, local_date(life.deleted_at), _last_day(desk, life))
        for life in lives
        if life.deleted_at
    ]
    gaps = past.history.gaps.items()
    return {
        "asked": bool(lives) or any(id_.split("-")[0] in prefixes for id_ in desk.ids),
        "lost": [
            {
                "id": life.id,
                "commit": (life.deleted_in or "")[:_SHORT],
                "on": on.isoformat(),
                "until": last.isoformat() if last else "",
            }
            for life, on, last in gone
            if life.anchors and (last is None or on <= last)
        ],
        "no_term": [life.id for life, *_ in gone if not life.anchors],
        "blanked": [b for life in lives if not life.deleted_at for b in _blanked(desk, life)],
        "skipped": [
            f"{prefix}-{year}-{number:04}"
            for (site, prefix, year), missing in gaps
            if site == desk.site and prefix in prefixes
            for number in missing
        ],
        "rewritten": [
            {"id": id_, "commit": commit[:_SHORT]}
            for commit, keys in past.history.lost.items()
            for site, id_ in keys
            if site == desk.site and id_.split("-")[0] in prefixes
        ],
    }


def _last_day(desk: Desk, life: RecordHistory) -> date | None:
    """The last day on which the record had to be there; None while its case was not closed."""
    closed = "entered_at" if life.id.startswith("REG-") else "closed_on"
    anchor = "applied_on" if desk.scope.value("record_anchor") == "applied_on" else closed
    text = life.anchors.get(anchor) or life.anchors.get(closed)
    if not text:
        return None
    keep = Period.parse(desk.scope.value("record_retention_min"))
    try:
        return period_end(date.fromisoformat(text[:10]), keep)
    except ValueError:
        return None


def _blanked(desk: Desk, life: RecordHistory) -> Iterable[dict[str, Json]]:
    """What of a record that is still there was emptied and has not been put back."""
    stored = desk.files.get(life.id)
    if stored is None:
        return
    for event in life.events:
        if event.code == "record_emptied" and stored.value is None:
            fields = ["–"]
        elif event.code == "record_changed":
            fields = [k for k in event.keys if stored.data.get(k) in (None, "", [])]
        else:
            fields = []
        if fields:
            yield {"id": life.id, "commit": event.commit[:_SHORT], "fields": ", ".join(fields)}


_DONE = ("record_changed", "record_emptied", "bad_status", "approval_changed", "number_reused")


def _changes(desk: Desk, past: Past) -> list[dict[str, Json]]:
    return [
        {
            "id": life.id,
            "code": event.code,
            "commit": event.commit[:_SHORT],
            "on": local_date(event.at).isoformat(),
            "fields": ", ".join(event.keys) or "–",
        }
        for life in past.troubled.get(desk.site, ())
        for event in life.events
        if event.code in _DONE
    ]


def _deleted(desk: Desk, past: Past) -> list[RecordHistory]:
    return [life for life in past.troubled.get(desk.site, ()) if life.deleted_at]


def _deletion(desk: Desk, life: RecordHistory) -> dict[str, Json]:
    """One deleted record and the destruction that lists it."""
    assert life.deleted_at is not None  # noqa: S101 - only the deleted are asked for
    on = local_date(life.deleted_at)
    listed = desk.files.get(life.destruction or "")
    paper = listed.value if listed and isinstance(listed.value, Destruction) else None
    return {
        "id": life.id,
        "commit": (life.deleted_in or "")[:_SHORT],
        "on": on.isoformat(),
        "destruction": life.destruction or "",
        "readable": paper is not None,
        "approved": paper is not None and desk.chain_complete(paper.id),
        "by_principal": paper is not None
        and desk.holds_function(paper.approver, "approve_principal", paper.approved_on) is True,
        "eligible_from": paper.eligible_from.isoformat() if paper else "",
        "early": paper is not None and on < max(paper.eligible_from, paper.approved_on),
        "certified": paper is not None and paper.done_on is not None,
    }


def entry_facts(desk: Desk, past: Past, inspection: Inspection) -> dict[str, Json]:
    """The fact `entered` of an inspection: days from the inspection to its first commit."""
    if not past.history.known:
        return {}
    entered = past.entered.get((desk.site, inspection.id), desk.today)
    paper = inspection.paper_ref
    return {
        "entered": {
            "on": entered.isoformat(),
            "lag_days": days(inspection.inspected_on, entered),
            "explained": paper is not None and bool(paper.explanation),
        }
    }


def repository_facts(
    records: RecordSet, past: Past, *, scan: bool
) -> tuple[dict[str, Json], dict[str, Json]]:
    """The facts `pii` and `changes` of a whole repository, and their gaps.

    `scan`: whether all history is looked at for personal data, or the records of HEAD alone.
    """
    history = past.history
    told = [*records.faults, *(history.faults if scan else ())]
    hits = {(_place(f.path, f.line), f.what) for f in told if f.code == "pii_in_clear"}
    facts: dict[str, Json] = {
        "pii": {"hits": [{"where": where, "what": what} for where, what in sorted(hits)]}
    }
    if history.known:
        facts["changes"] = {
            "done": [],
            "rewritten": [
                {
                    "commit": commit[:_SHORT],
                    "records": len(keys),
                    "record": _excuse(records, commit),
                }
                for commit, keys in history.lost.items()
            ],
            "clocks": sorted({f.path for f in history.faults if f.code == "clock_wrong"}),
        }
    return facts, past.gaps("changes", *(["pii"] if scan else []))


def _place(path: str, line: int) -> str:
    return f"{path}:{line}" if line else path


def _excuse(records: RecordSet, commit: str) -> str:
    """The incident `pii_in_git` whose actions name the commit that was given up (rule 59)."""
    for stored in records.of("INC"):
        incident = stored.value
        if not isinstance(incident, Incident) or incident.type != "pii_in_git":
            continue
        if any(commit[:_SHORT] in action.what for action in incident.actions):
            return f"{stored.site}/{stored.id}"
    return ""
