"""Who can open sealed data, and what is not sealed (PDPA 18), as rule 60 sees it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from cctv_policy.model import Json
from cctv_policy.record_subjects.desk import Desk, days, in_force
from cctv_policy.records.people import Handover, RosterEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """One person who can open sealed data, as keystore.yaml names them."""

    name: str
    person: str
    schools: tuple[str, ...]
    """Empty: every school."""


def sealing_facts(desk: Desk, holders: Sequence[Holder] | None) -> dict[str, Json]:
    """The fact `sealing` of a school; `holders` is None without a readable keystore.yaml."""
    plain = [
        {"id": stored.id, "field": fault.key or "–", "line": fault.line}
        for stored in desk.stored
        for fault in stored.faults
        if fault.code == "pii_in_clear"
    ]
    sealed = any("sealed" in s.data or "sealed_later" in s.data for s in desk.stored)
    return {
        "plain": plain,
        "unreadable": [s.id for s in desk.stored if s.value is None and not s.data],
        "sealed": sealed,
        "keystore": holders is not None,
        "roster_told": bool(desk.roster),
        "holders": [
            {"holder": h.name, "person": h.person, **_place(desk, h.person)}
            for h in holders or ()
            if not h.schools or desk.site in h.schools
        ],
    }


def _place(desk: Desk, person: str) -> dict[str, Json]:
    """Whether a holder of keys is in some roster today, and for how many days no longer."""
    entries = [e for e in desk.signers if e.person == person]
    left = _left_on(desk, entries, person)
    active = any(in_force(e, desk.today) for e in entries) and left is None
    gone = 0 if active or left is None else max(0, days(left, desk.today))
    return {"known": bool(entries), "active": active, "gone_days": gone}


def _left_on(desk: Desk, entries: Sequence[RosterEntry], person: str) -> date | None:
    """The day on which a person left: by a handover that no later entry follows, or the roster."""
    departed = [
        h.departed_on
        for h in desk.all(Handover)
        if h.from_person == person and h.reason != "leave" and h.departed_on <= desk.today
        if not any(e.from_ > h.departed_on for e in entries)
    ]
    if departed:
        return max(departed)
    ended = [e.to for e in entries if e.to is not None and e.to <= desk.today]
    active = any(in_force(e, desk.today) for e in entries)
    return None if active or not ended else max(ended)
