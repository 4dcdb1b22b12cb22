"""Until when a record must be kept (六; §1.5, §1.7 I5, I6): from its closing, by its class."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from cctv_policy.periods import Period, local_date, period_end
from cctv_policy.records import PREFIXES, Header
from cctv_policy.records.access import AccessRequest, AgencyRequest, KeptCopy, RegisterEntry
from cctv_policy.records.cases import Incident, LegalHold, Waiver
from cctv_policy.records.people import RosterEntry
from cctv_policy.records.upkeep import AssetEntry, FaultRepair, Inspection
from cctv_policy.scope import Scope

Minimums = Mapping[str, Period]
"""Kind → the least time its records are kept; a kind that is not in it: one year."""
YEAR = Period.parse("P1Y")
PERMANENT = "permanent"


def minimums_of(scope: Scope) -> dict[str, Period]:
    """The least terms of a school's regulation, by kind."""
    names = {"INS": "inspection_record_retention_min", "INC": "incident_record_retention"}
    found: dict[str, Period] = {}
    for prefix in PREFIXES:
        text = scope.value(names.get(prefix, "record_retention_min"))
        found[prefix] = Period.parse(text) if text else YEAR
    return found


def closed_day(record: Header) -> date | None:
    """The day from which the term runs; None while the matter is open, or if it never ends.

    A handover's duty has no end date (四(二)); destructions and written policies are kept for good.
    """
    match record:
        case AccessRequest() | AgencyRequest() | Incident():
            return record.closed_on
        case RegisterEntry():
            return local_date(record.entered_at)
        case Inspection():
            return record.inspected_on
        case FaultRepair():
            return (
                local_date(record.repaired_at) if record.closed_by and record.repaired_at else None
            )
        case RosterEntry():
            return record.to
        case LegalHold():
            return record.released_on
        case KeptCopy():
            return record.disposal.destroyed_on if record.disposal else None
        case AssetEntry():
            return record.disposed_on
        case Waiver():
            return record.expires_on
    return None


def last_day(record: Header, classes: Iterable[str], minimums: Minimums) -> date | None:
    """The last day on which the record must exist; None: it is open, or kept permanently.

    `classes` are archive classes in years; the longest counts, and the regulation's minimum.
    """
    closed, wanted = closed_day(record), set(classes)
    if closed is None or PERMANENT in wanted:
        return None
    periods = [minimums.get(record.id[:3], YEAR), *(Period(months=12 * int(c)) for c in wanted)]
    return max(period_end(closed, period) for period in periods)
