"""What is due when: copies to destroy, holds to review, terms that end, drills, footage that must
go. A list for people; nothing is done by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from cctv_policy.model import Json, Text
from cctv_policy.periods import Period, period_end
from cctv_policy.record_subjects.desk import hold_active
from cctv_policy.records import Header
from cctv_policy.records.access import KeptCopy
from cctv_policy.records.cases import Destruction, LegalHold
from cctv_policy.retention.obstacles import School
from cctv_policy.retention.plan import classes_of, sealed_records
from cctv_policy.retention.terms import last_day
from cctv_policy.sealing.drill import last_drill
from cctv_policy.sealing.settings import Settings

QUARTER = Period.parse("P3M")


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Due:
    """One thing and the last day on which it is in time (for `term_over`: the first day)."""

    on: date
    kind: str
    """A key of KINDS."""
    site: str
    subject: str


KINDS: Mapping[str, Text] = {
    "copy_destroy": Text(zh="留存複本至遲銷毀日", en="kept copy: destroy by"),
    "copy_review": Text(zh="留存複本檢討", en="kept copy: review"),
    "hold_review": Text(zh="保全檢討", en="hold: review"),
    "term_over": Text(
        zh="保存期滿，可提銷毀", en="term over: may be proposed for destruction from"
    ),
    "destruction_open": Text(
        zh="已核定銷毀尚未執行", en="destruction approved and not carried out since"
    ),
    "footage_max": Text(zh="最舊錄影屆滿一年", en="oldest footage reaches its maximum"),
    "drill": Text(zh="金鑰演練", en="key drill"),
}


def due(school: School) -> Iterator[Due]:
    """What a school's records ask for, whenever that is."""
    site = school.site
    for copy in school.all(KeptCopy):
        if copy.disposal is None:
            yield Due(on=copy.review_on, kind="copy_review", site=site, subject=copy.id)
            if not any(copy.id in h.copies or copy.hold == h.id for h in school.holds):
                yield Due(on=copy.destroy_by, kind="copy_destroy", site=site, subject=copy.id)
    for hold in school.all(LegalHold):
        if hold_active(hold, school.today):
            yield Due(on=hold.review_on, kind="hold_review", site=site, subject=hold.id)
    for order in school.all(Destruction):
        if order.done_on is None:
            start = max(order.approved_on, order.eligible_from)
            yield Due(on=start, kind="destruction_open", site=site, subject=order.id)
    yield from _terms(school)


def _terms(school: School) -> Iterator[Due]:
    listed = {t for d in school.all(Destruction) for t in d.targets}
    for record_id, keys in sealed_records(school.records, school.site).items():
        record = school.records.records[school.site, record_id].value
        if isinstance(record, Header) and record_id not in listed:
            last = last_day(record, classes_of(keys), school.minimums)
            if last is not None:
                on = last + timedelta(days=1)
                yield Due(on=on, kind="term_over", site=school.site, subject=record_id)


def drills_due(root: Path, settings: Settings, today: date) -> Iterator[Due]:
    """Each holder's next drill: a quarter after the last that passed, or today."""
    for holder in settings.holders:
        last = last_drill(root, holder.name)
        on = period_end(last, QUARTER) if last else today
        yield Due(on=on, kind="drill", site=", ".join(holder.schools) or "-", subject=holder.name)


def footage_due(site: str, recorder: str, facts: Mapping[str, Json]) -> Iterator[Due]:
    """The day on which a channel's oldest footage reaches the maximum (四(四)), if it stays."""
    for channel in facts.get("channels") or ():
        if channel.get("overdue_on"):
            on, subject = date.fromisoformat(channel["overdue_on"]), f"{recorder}/{channel['ch']}"
            yield Due(on=on, kind="footage_max", site=site, subject=subject)


def within(found: Iterable[Due], today: date, days: int) -> list[Due]:
    """What is overdue or due in the next `days`, in order of day."""
    return sorted(d for d in found if d.on <= today + timedelta(days=days))
