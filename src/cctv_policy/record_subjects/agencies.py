"""A public agency's request as the rules of 五(二) see it."""

from __future__ import annotations

from cctv_policy.model import Json
from cctv_policy.periods import local_date
from cctv_policy.record_subjects.desk import Desk, days, names
from cctv_policy.record_subjects.service import footage_age
from cctv_policy.record_subjects.sessions import (
    kept_facts,
    pieces,
    register_facts,
    session_facts,
    without,
)
from cctv_policy.records.access import AgencyRequest

FACTS = ("agency", "sessions", "register", "kept")
_LETTER = {
    "number": "letter_no",
    "date": "letter_date",
    "agency": "agency_name",
    "legal_basis": "legal_basis",
    "scope": "scope",
}
_SEALED = ("purpose", "use")


def facts(desk: Desk, r: AgencyRequest) -> dict[str, Json]:
    """Every fact of one request."""
    return {
        "agency": _agency(desk, r),
        "sessions": session_facts(desk, r),
        "register": register_facts(desk, r),
        "kept": kept_facts(desk, r),
    }


def _agency(desk: Desk, r: AgencyRequest) -> dict[str, Json]:
    released = [v.start for v in r.viewing] + ([r.copy.handed_at] if r.copy else [])
    first = min(released, default=None)
    refused = r.decision is not None and r.decision.result == "refuse"
    states = {name for name, key in _LETTER.items() if getattr(r, key)}
    states |= {name for name in _SEALED if name in r.sealed.fields}
    replied = r.reply_date is not None
    waited = 0
    if first is not None:
        waited = days(local_date(first), r.reply_date or desk.today)
    return {
        "type": r.agency_type,
        "compulsory": r.kind == "compulsory_order",
        "served": first is not None,
        "turned_away": first is None and (refused or r.status in ("refused", "withdrawn")),
        "consented": r.decision is not None and not refused,
        "pending": r.decision is None and first is None,
        "refused": refused,
        "decided_late": bool(r.decision and first and r.decision.at > first),
        "letter": r.letter_form != "none",
        "states": sorted(states),
        "letter_late": bool(first and r.letter_date and r.letter_date > local_date(first)),
        "replied": replied,
        "reply_days": waited,
        "copy": _copy(desk, r),
    }


def _copy(desk: Desk, r: AgencyRequest) -> dict[str, Json]:
    """The copy that was handed over, compared with the letter's scope."""
    later = r.sealed_later.fields if r.sealed_later else ()
    if r.copy is None:
        return {"made": False, "told": False, "necessity": False, "beyond": "", "before": []}
    content = [(c, w.from_, w.to) for c in r.copy.camera_ids for w in r.copy.windows]
    beyond = without(content, pieces(r))
    on = local_date(r.copy.handed_at)
    ages = [footage_age(desk.school, r.copy.camera_ids, w.to, asked_on=on) for w in r.copy.windows]
    return {
        "made": True,
        "told": bool(content),
        "necessity": "copy_necessity" in later,
        "beyond": names({camera for camera, *_ in beyond}),
        "before": [camera for age in ages for camera in age["before"]],
    }
