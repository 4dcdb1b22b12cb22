"""Which records of a school may be destroyed on a day, and why the others may not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from cctv_policy.records import Header, RecordSet
from cctv_policy.retention.obstacles import School
from cctv_policy.retention.terms import last_day
from cctv_policy.sealing.custody import blocks, certified
from cctv_policy.sealing.keystore import Wrap
from cctv_policy.strictyaml import Fault

MOST = 300
"""Records of one destruction: its file stays readable and below the limits of strictyaml."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A record that may go."""

    id: str
    eligible_from: date
    classes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What `plan` says; every sealed record that is not destroyed yet is in one of the two."""

    site: str
    due: tuple[Candidate, ...]
    blocked: tuple[tuple[str, tuple[Fault, ...]], ...]

    @property
    def eligible_from(self) -> date | None:
        """The first day on which all that is due may go; None if nothing is."""
        return max((c.eligible_from for c in self.due), default=None)


def sealed_records(records: RecordSet, site: str) -> dict[str, tuple[Wrap, ...]]:
    """Record id → the keys of its blocks, of a school's records that are not destroyed."""
    wanted = tuple(blocks(records))
    gone = certified(records, wanted)
    found: dict[str, tuple[Wrap, ...]] = {}
    for w in wanted:
        if w.site == site and w not in gone:
            found[w.record_id] = (*found.get(w.record_id, ()), w)
    return found


def classes_of(keys: Sequence[Wrap], archive_class: str | None = None) -> tuple[str, ...]:
    """The archive classes that a record was sealed under, and the destruction's own."""
    given = [w.batch.rsplit("-", 1)[1] for w in keys]
    return tuple(sorted({*given, *([archive_class] if archive_class else [])}))


def plan(school: School) -> Plan:
    """Every sealed record of a school that still has its keys: due, or blocked and by what."""
    due, blocked = [], []
    for record_id, keys in sorted(sealed_records(school.records, school.site).items()):
        classes = classes_of(keys)
        found = school.obstacles(record_id, classes)
        record = school.records.records[school.site, record_id].value
        last = last_day(record, classes, school.minimums) if isinstance(record, Header) else None
        if found or last is None:
            blocked.append((record_id, tuple(found)))
        else:
            first = last + timedelta(days=1)
            due.append(Candidate(id=record_id, eligible_from=first, classes=classes))
    return Plan(site=school.site, due=tuple(due), blocked=tuple(blocked))
