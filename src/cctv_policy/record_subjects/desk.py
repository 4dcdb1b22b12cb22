"""One school's records on one desk: by kind and id, with the roster asked by day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import TypeVar

from cctv_policy.inventory import School
from cctv_policy.periods import TAIPEI, local_date
from cctv_policy.records import Header, Stored
from cctv_policy.records.access import AccessRequest, AgencyRequest, KeptCopy, RegisterEntry
from cctv_policy.records.approval import Approval
from cctv_policy.records.cases import Incident, LegalHold
from cctv_policy.records.chain import Chain
from cctv_policy.records.people import RosterEntry
from cctv_policy.scope import Scope

R = TypeVar("R", bound=Header)

ROLE_FUNCTIONS = {
    "officer": "approve_officer",
    "unit_head": "approve_unit_head",
    "principal": "approve_principal",
    "district": "approve_district",
}


def shown(instant: datetime) -> str:
    """An instant to the minute, as a report says it."""
    return instant.astimezone(TAIPEI).strftime("%Y-%m-%d %H:%M")


def epoch(instant: datetime) -> int:
    """Whole epoch seconds."""
    return int(instant.timestamp())


def days(since: date, until: date) -> int:
    """Days from one date to a later one."""
    return (until - since).days


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What every record of the school may be compared with."""

    site: str
    stored: tuple[Stored, ...]
    approvals: Mapping[str, tuple[Stored, ...]]
    """Record id → its approval files in order of their steps."""
    gaps: Mapping[str, tuple[int, ...]]
    """`REG-115` → numbers that no file has."""
    chains: Mapping[str, Chain]
    """Record id → its verified chain of approvals, for kinds that take them."""
    signers: Sequence[RosterEntry]
    """The rosters of all schools: the district's approvers sign for each."""
    scope: Scope
    school: School | None
    """None for a school that the inventory does not know."""

    @property
    def today(self) -> date:
        return self.scope.today

    @property
    def as_of(self) -> datetime:
        return self.scope.as_of

    def all(self, model: type[R]) -> list[R]:
        """The readable records of one kind, in order of their ids."""
        return [s.value for s in self.stored if isinstance(s.value, model)]

    def unreadable(self, prefix: str) -> list[str]:
        """Ids of the kind whose files cannot be read."""
        return [s.id for s in self.stored if s.place.id.prefix == prefix and s.value is None]

    @cached_property
    def roster(self) -> list[RosterEntry]:
        return self.all(RosterEntry)

    @cached_property
    def lines(self) -> dict[str, RegisterEntry]:
        return {line.id: line for line in self.all(RegisterEntry)}

    @cached_property
    def copies(self) -> list[KeptCopy]:
        return self.all(KeptCopy)

    @cached_property
    def holds(self) -> dict[str, LegalHold]:
        return {hold.id: hold for hold in self.all(LegalHold)}

    @cached_property
    def incidents(self) -> list[Incident]:
        return self.all(Incident)

    @cached_property
    def cases(self) -> dict[str, AccessRequest | AgencyRequest | Incident]:
        """What a register line or a kept copy may be about, by id."""
        found: list[AccessRequest | AgencyRequest | Incident] = [
            *self.all(AccessRequest),
            *self.all(AgencyRequest),
            *self.incidents,
        ]
        return {record.id: record for record in found}

    @cached_property
    def files(self) -> dict[str, Stored]:
        """Every file by the id of its place, readable or not."""
        return {stored.id: stored for stored in self.stored}

    def chain_complete(self, record_id: str) -> bool:
        """Whether everybody who must approve the record did, and every signature counts."""
        chain = self.chains.get(record_id)
        return chain is not None and chain.complete

    @cached_property
    def ids(self) -> frozenset[str]:
        """Ids of all files, readable or not."""
        return frozenset(s.id for s in self.stored)

    def entries(self, person: str, day: date) -> list[RosterEntry]:
        """The person's entries of the roster in force on a day."""
        return [e for e in self.roster if e.person == person and in_force(e, day)]

    def holds_function(self, person: str, function: str, day: date) -> bool | None:
        """Whether the person had the function then; None where there is no roster to ask."""
        if not self.roster:
            return None
        return any(function in e.functions for e in self.entries(person, day))

    def deputises(self, person: str, absent: str, day: date) -> bool:
        """Whether the roster names the person as deputy of the absent one on that day."""
        return any(e.deputy_of == absent for e in self.entries(person, day))

    def escort_roles(self, person: str, day: date) -> list[str]:
        """What a person is to the school on a day: `school_staff`, `contractor` or nothing."""
        roles = {"school": "school_staff", "contractor": "contractor"}
        return sorted({roles[e.employment] for e in self.entries(person, day)})

    def approved(self, record_id: str) -> list[Approval]:
        """The readable approval files of a record."""
        files = self.approvals.get(record_id, ())
        return [s.value for s in files if isinstance(s.value, Approval)]


def in_force(entry: RosterEntry, day: date) -> bool:
    """Whether a roster entry covers a day."""
    return entry.from_ <= day and (entry.to is None or day <= entry.to)


def hold_active(hold: LegalHold, day: date) -> bool:
    """Whether a hold protects on a day; a review that is overdue does not end it."""
    return hold.opened_on <= day and (hold.released_on is None or day < hold.released_on)


def still_open(case: AccessRequest | AgencyRequest | Incident, day: date) -> bool:
    """Whether a case had begun and was not closed on a day."""
    begun = local_date(case.created_at) <= day
    return begun and (case.closed_on is None or day < case.closed_on)


def names(values: Iterable[str]) -> str:
    """Ids in a sentence."""
    return ", ".join(sorted(values))
