"""Kept copies and holds (五(三), 四(四)) as the rules see them."""

from __future__ import annotations

from datetime import date, datetime

from cctv_policy.model import Json
from cctv_policy.periods import DayCount, Period, keep_until, local_date, midnight
from cctv_policy.record_subjects.desk import Desk, days, hold_active, names, still_open
from cctv_policy.records.access import KeptCopy
from cctv_policy.records.cases import LegalHold


def copy_facts(desk: Desk, c: KeptCopy) -> dict[str, Json]:
    """The fact `copy`."""
    gone = c.disposal.destroyed_on if c.disposal else None
    day = gone or desk.today
    active = _holds_on(desk, c, day)
    case = desk.cases.get(c.source)
    must_go = _must_go(desk, c)
    reviewed = max([local_date(c.made_at), *(r.on for r in c.reviews)])
    return {
        "destroyed": gone is not None,
        "destroyed_on": gone and gone.isoformat(),
        "encrypted": c.encrypted,
        "custodian": c.custodian,
        "custodian_active": (bool(desk.entries(c.custodian, desk.today)) if desk.roster else None),
        "holds": names(active),
        "unreadable_hold": c.hold is not None and c.hold not in desk.holds and c.hold in desk.ids,
        "case_open": case is not None and still_open(case, day),
        "case": c.source,
        "review_overdue_days": max(0, days(c.review_on, desk.today)),
        "review_on": c.review_on.isoformat(),
        "review_ahead_days": days(reviewed, c.review_on),
        "limited": must_go is not None,
        "last_day": must_go and must_go.isoformat(),
        "over_days": max(0, days(must_go, day)) if must_go else 0,
    }


def _holds_on(desk: Desk, c: KeptCopy, day: date) -> list[str]:
    """Holds in force on a day that protect the copy: named by it, or naming it."""
    return [
        h.id
        for h in desk.holds.values()
        if (h.id == c.hold or c.id in h.copies) and hold_active(h, day)
    ]


def _must_go(desk: Desk, c: KeptCopy) -> date | None:
    """The last day on which the copy may exist without a hold; None without a maximum."""
    maximum = desk.scope.value("retention_max")
    if maximum is None:
        return None
    start: datetime = midnight(c.recorded_on)
    if desk.scope.value("max_anchor") == "completion_time":
        start = c.made_at
    until = keep_until(start, Period.parse(maximum), day_count=DayCount.CALENDAR)
    last = local_date(until)
    return date.fromordinal(last.toordinal() - 1) if until == midnight(last) else last


def hold_facts(desk: Desk, h: LegalHold) -> dict[str, Json]:
    """The fact `hold`."""
    reviewed = max([h.opened_on, *(r.on for r in h.reviews)])
    left = []
    if h.released_on is not None:
        left = [
            c.id
            for c in desk.copies
            if (c.hold == h.id or c.id in h.copies)
            and c.disposal is None
            and not _holds_on(desk, c, desk.today)
            and (last := _must_go(desk, c)) is not None
            and last < desk.today
        ]
    return {
        "basis": h.basis,
        "active": hold_active(h, desk.today),
        "review_on": h.review_on.isoformat(),
        "review_overdue_days": max(0, days(h.review_on, desk.today)),
        "review_ahead_days": days(reviewed, h.review_on),
        "released_days": days(h.released_on, desk.today) if h.released_on else 0,
        "left": names(left),
        "self_approved": h.opened_by == h.approved_by,
    }
