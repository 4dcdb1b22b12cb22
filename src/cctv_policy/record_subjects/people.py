"""Persons (三, 四(一), 四(二)) as the rules see them: roster entries, handovers, the roster."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from cctv_policy.model import Json
from cctv_policy.periods import Period, period_end
from cctv_policy.record_subjects.desk import Desk, days, in_force
from cctv_policy.records.people import Handover, RosterEntry
from cctv_policy.records.upkeep import PolicyDocument

_HANDS_ON = ("manage", "operate", "repair", "escort")
FUNCTIONS = ("manage", "operate", "repair")
_DAY = timedelta(days=1)


def roster_facts(desk: Desk, e: RosterEntry) -> dict[str, Json]:
    """The fact `entry`."""
    months = desk.scope.value("renew_months")
    renewed = e.undertaking.signed_on
    due = None if not months else period_end(renewed, Period(months=months))
    return {
        "person": e.person,
        "has_access": bool(e.accounts) or any(f in _HANDS_ON for f in e.functions),
        "active": in_force(e, desk.today),
        "signed_late_days": max(0, days(e.from_, renewed)),
        "renewal_overdue_days": max(0, days(due, desk.today)) if due else 0,
    }


def handover_facts(h: Handover) -> dict[str, Json]:
    """The fact `handover`."""
    ack, refused = h.confidentiality_ack, h.ack_refused
    return {
        "person": h.from_person,
        "temporary": h.reason == "leave",
        "signed": ack is not None,
        "signed_after_days": days(h.departed_on, ack.signed_on) if ack else 0,
        "refused": refused is not None,
        "notice_after_days": days(h.departed_on, refused.sent_on) if refused else 0,
    }


def custodian_facts(desk: Desk) -> dict[str, Json]:
    """The fact `custodians`: holders of each function, days without, changes without handover."""
    now = [e for e in desk.roster if in_force(e, desk.today)]
    adopted = min((p.adopted_on for p in desk.all(PolicyDocument)), default=None)
    since = adopted or min((e.from_ for e in desk.roster), default=None)
    handed = {h.from_person for h in desk.all(Handover)}
    left = [e for e in desk.roster if _left(desk, e)]
    return {
        "told": bool(desk.roster),
        "unreadable": len(desk.unreadable("CUS")),
        "functions": {
            name: {
                "holders": sum(name in e.functions for e in now),
                "school": sum(name in e.functions and e.employment == "school" for e in now),
            }
            for name in FUNCTIONS
        },
        "gap_days": _longest_gap(desk, since) if since else 0,
        "without_handover": sorted({e.person for e in left} - handed),
        "without_deputy": sorted(
            {
                h.from_person
                for h in desk.all(Handover)
                if h.reason == "leave" and not _has_deputy(desk, h)
            }
        ),
    }


def _left(desk: Desk, e: RosterEntry) -> bool:
    """Whether a custodian's time has ended and no later entry goes on with it."""
    if e.to is None or e.to >= desk.today or not any(f in FUNCTIONS for f in e.functions):
        return False
    return not any(o.person == e.person and o.from_ > e.from_ for o in desk.roster)


def _has_deputy(desk: Desk, h: Handover) -> bool:
    return any(e.deputy_of == h.from_person and in_force(e, h.departed_on) for e in desk.roster)


def _longest_gap(desk: Desk, since: date) -> int:
    """The longest stretch of days since then on which nobody managed the system."""
    spans = [(e.from_, e.to or desk.today) for e in desk.roster if "manage" in e.functions]
    return max(_gaps(spans, since, desk.today), default=0)


def _gaps(spans: Iterable[tuple[date, date]], first: date, last: date) -> Iterable[int]:
    covered = first - _DAY
    for start, end in sorted(spans):
        if start > last:
            break
        yield max(0, days(covered, start) - 1)
        covered = max(covered, end)
    yield max(0, days(covered, last))
