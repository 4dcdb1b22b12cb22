"""Incidents and the school's written policy (一, 二, 四(一), 八, PDPA 12) as the rules see them."""

from __future__ import annotations

from datetime import datetime, timedelta

from cctv_policy.model import Json
from cctv_policy.periods import local_date
from cctv_policy.record_subjects.desk import Desk, days
from cctv_policy.records.cases import Incident
from cctv_policy.records.upkeep import PolicyDocument


def incident_facts(desk: Desk, i: Incident) -> dict[str, Json]:
    """The fact `incident`."""
    review, cyber, breach = i.accountability, i.cyber_event, i.pdpa
    return {
        "type": i.type,
        "serious": i.serious_consequence,
        "age_days": days(local_date(i.discovered_at), desk.today),
        "reviewed": review is not None and review.decided_on is not None,
        "review_begun": review is not None,
        "closed": i.closed_on is not None,
        "assessed": breach is not None,
        "affected": breach.affected_count if breach else 0,
        "notified": breach is not None and breach.notified_on is not None,
        "authority_told": breach is not None and breach.authority_reported_at is not None,
        "authority_minutes": _minutes(desk, i, breach.authority_reported_at if breach else None),
        "cyber": cyber is not None,
        "cyber_told": cyber is not None and cyber.reported_at is not None,
        "cyber_minutes": _minutes(desk, i, cyber.reported_at if cyber else None),
    }


def _minutes(desk: Desk, i: Incident, told: datetime | None) -> int:
    """Minutes, rounded up, from discovery to the report, or until now where none was made."""
    return -(-((told or desk.as_of) - i.discovered_at) // timedelta(minutes=1))


def policy_facts(desk: Desk) -> dict[str, Json]:
    """The fact `policy` of a school: the written policy in force today."""
    documents = desk.all(PolicyDocument)
    current = max(
        (p for p in documents if p.effective_from <= desk.today),
        key=lambda p: (p.effective_from, p.id),
        default=None,
    )
    regulation = desk.scope.regulation
    adopted = current.adopted_on if current else desk.today
    return {
        "unreadable": len(desk.unreadable("POL")),
        "in_force": current is not None,
        "id": current.id if current else "",
        "pack": current.pack_id if current else "",
        "pack_used": regulation.id,
        "measures": len(current.local_measures) if current else 0,
        "age_months": _months(adopted.year, adopted.month, desk) - (desk.today.day < adopted.day),
    }


def _months(year: int, month: int, desk: Desk) -> int:
    return (desk.today.year - year) * 12 + desk.today.month - month
