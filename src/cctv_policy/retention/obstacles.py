"""Why a record may not be destroyed on a day. In doubt it stays: what cannot be read blocks."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from cctv_policy.errors import GitError
from cctv_policy.model import Text
from cctv_policy.record_subjects.desk import hold_active
from cctv_policy.records import Header, RecordSet, parse_path
from cctv_policy.records.access import AccessRequest, AgencyRequest, KeptCopy, RegisterEntry
from cctv_policy.records.cases import Incident, LegalHold
from cctv_policy.retention.terms import Minimums, closed_day, last_day
from cctv_policy.strictyaml import Fault, register

R = TypeVar("R", bound=Header)
Span = tuple[datetime, datetime]

register(
    {
        "not_due": Text(zh="保存期限未到", en="its term is not over"),
        "never_due": Text(zh="尚未結案或永久保存", en="it is open, or kept permanently"),
        "held": Text(zh="保全中", en="a hold protects it"),
        "hold_elsewhere": Text(
            zh="另有未合併的保全紀錄", en="a hold is on its way in another branch or not committed"
        ),
        "case_open": Text(zh="相關案件尚未結案", en="a matter it belongs to is open"),
        "copy_kept": Text(zh="尚有留存複本", en="a kept copy of its footage still exists"),
        "unreadable_blocks": Text(
            zh="本校有無法讀取的紀錄，無法排除保全", en="a record that cannot be read may be a hold"
        ),
        "not_sealed": Text(zh="沒有加密區塊可銷毀", en="it has no sealed block to destroy"),
        "no_record": Text(zh="沒有此紀錄", en="there is no such record"),
    }
)


@dataclass(frozen=True, kw_only=True)
class School:
    """The records of one school at HEAD, and what may contradict them elsewhere."""

    records: RecordSet
    site: str
    root: Path
    today: date
    minimums: Minimums

    def all(self, model: type[R]) -> list[R]:
        """The readable records of one kind."""
        found = (s.value for s in self.records.records.values() if s.site == self.site)
        return [value for value in found if isinstance(value, model)]

    @cached_property
    def holds(self) -> list[LegalHold]:
        """Holds that protect today; an overdue review ends none (spec rule 19)."""
        return [h for h in self.all(LegalHold) if hold_active(h, self.today)]

    @cached_property
    def copies(self) -> list[KeptCopy]:
        return [c for c in self.all(KeptCopy) if c.disposal is None]

    @cached_property
    def open_cases(self) -> dict[str, Header]:
        cases: list[Header] = [
            *self.all(AccessRequest),
            *self.all(AgencyRequest),
            *self.all(Incident),
        ]
        return {case.id: case for case in cases if closed_day(case) is None}

    @cached_property
    def general(self) -> tuple[tuple[str, str], ...]:
        """What blocks every record of the school."""
        return (*self._unreadable(), *self._holds_elsewhere())

    def _unreadable(self) -> Iterator[tuple[str, str]]:
        for stored in self.records.records.values():
            if stored.site == self.site and stored.value is None:
                yield "unreadable_blocks", stored.id

    def _holds_elsewhere(self) -> Iterator[tuple[str, str]]:
        folder = f"records/{self.site}"
        known = {s.path for s in self.records.of("HLD", self.site)}
        seen: set[str] = set()
        for file in (self.root / folder).glob("*/HLD-*.yaml"):
            seen.add(file.relative_to(self.root).as_posix())
        repository = self.records.repository
        if repository is not None:
            for rev in sorted(set(repository.refs().values())):
                with contextlib.suppress(GitError):  # a tag of something else than a commit
                    seen |= {entry.path for entry in repository.tree(rev, folder)}
        for path in sorted(seen - known):
            place = parse_path(path)
            if place is not None and place.role is None and place.id.prefix == "HLD":
                yield "hold_elsewhere", str(place.id)

    def obstacles(self, record_id: str, classes: tuple[str, ...]) -> list[Fault]:
        """Every reason against destroying the keys of one record today; none: it may go."""
        stored = self.records.records.get((self.site, record_id))
        found = list(self.general)
        if stored is None:
            found.append(("no_record", ""))
        elif isinstance(stored.value, Header):
            found += self._against(stored.value, classes)
        path = stored.path if stored else f"{self.site}/{record_id}"
        return sorted({Fault(path=path, line=0, code=code, what=what) for code, what in found})

    def _against(self, record: Header, classes: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        last = last_day(record, classes, self.minimums)
        if last is None:
            yield "never_due", "not closed" if closed_day(record) is None else "kept permanently"
        elif self.today <= last:
            yield "not_due", f"it must exist through {last}"
        if (
            getattr(record, "sealed", None) is None
            and getattr(record, "sealed_later", None) is None
        ):
            yield "not_sealed", ""
        for hold in self.holds:
            if self._protects(hold, record):
                yield "held", hold.id
        for copy in self.copies:
            if record.id in (copy.source, copy.id):
                yield "copy_kept", copy.id
        for case in self.open_cases.values():
            if (
                getattr(record, "source", None) == case.id
                or getattr(case, "source", "") == record.id
            ):
                yield "case_open", case.id

    def _protects(self, hold: LegalHold, record: Header) -> bool:
        """Named by the record, through a kept copy, or about footage of the same time.

        Any camera: which one hung on which channel then is not asked, since a wrong answer would
        destroy evidence.
        """
        copies = {c.source for c in self.all(KeptCopy) if c.id in hold.copies or c.hold == hold.id}
        if getattr(record, "hold", None) == hold.id or record.id in copies:
            return True
        spans = list(spans_of(record))
        return any(s.from_ < until and since < s.to for s in hold.scope for since, until in spans)


def spans_of(record: Header) -> Iterator[Span]:
    """The times of footage that a record is about."""
    match record:
        case AccessRequest() | RegisterEntry() | KeptCopy():
            yield from ((w.from_, w.to) for w in record.windows)
        case AgencyRequest():
            yield from ((w.from_, w.to) for w in record.scope)
        case Incident() if record.occurred_from and record.occurred_to:
            yield record.occurred_from, record.occurred_to
