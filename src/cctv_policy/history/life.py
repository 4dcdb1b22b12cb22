"""The life of a record in git, as it is gathered (`Life`) and as it is told (`RecordHistory`)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from cctv_policy.gitobjects import Commit
from cctv_policy.records.ids import Place

Key = tuple[str, str]
"""(school, record id)."""

ANCHORS = ("closed_on", "applied_on", "entered_at")
"""Fields of the last version that a deleted record's term is counted from (rules 44, 45)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something a commit did to a record that no commit may do."""

    code: str
    """record_changed, record_emptied, record_deleted, bad_status, number_reused,
    approval_changed."""
    commit: str
    at: dt.datetime
    """The committer's clock."""
    keys: tuple[str, ...] = ()
    """Fields."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordHistory:
    """The life of one record in git."""

    site: str
    id: str
    first_commit: str
    first_at: dt.datetime
    """When it was first committed: the entry date of rule 50."""
    last_at: dt.datetime
    versions: int
    events: tuple[Event, ...] = ()
    deleted_in: str | None = None
    """The commit after which it is no longer there; None if it is there."""
    deleted_at: dt.datetime | None = None
    anchors: Mapping[str, str] = field(default_factory=dict)
    """Of a deleted record, those of ANCHORS that its last version had."""
    destruction: str | None = None
    """The destruction record that lists it (rule 47)."""


Moment = tuple[str, int]
"""A commit and what its committer's clock said, in epoch seconds."""


@dataclass(slots=True, kw_only=True)
class Life:
    """What is known of one record so far; a walk goes on with it commit by commit."""

    place: Place
    first: Moment
    last: Moment
    versions: int = 0
    present: bool = True
    approved: bool = False
    deleted: Moment | None = None
    dropped: Moment | None = None
    """The first merge that lacks what one of its parents had."""
    gone: str = ""
    """The blob that the deletion took away."""
    anchors: dict[str, str] = field(default_factory=dict)
    events: list[tuple[str, str, int, tuple[str, ...]]] = field(default_factory=list)

    def event(self, code: str, commit: Commit, keys: tuple[str, ...] = ()) -> None:
        """Note what a commit may not have done."""
        self.events.append((code, commit.oid, commit.committed_at, keys))

    def told(self, destruction: str | None) -> RecordHistory:
        """The life as others ask for it.

        A merge that lacks the record counts as its deletion if no ordinary commit deleted it.
        """
        ended = self.deleted or self.dropped
        gone = None if self.present and not (self.dropped and not self.deleted) else ended
        events = [
            Event(code=code, commit=oid, at=instant(at), keys=keys)
            for code, oid, at, keys in self.events
        ]
        if gone:
            events.append(Event(code="record_deleted", commit=gone[0], at=instant(gone[1])))
        return RecordHistory(
            site=self.place.site,
            id=str(self.place.id),
            first_commit=self.first[0],
            first_at=instant(self.first[1]),
            last_at=instant(self.last[1]),
            versions=self.versions,
            events=tuple(sorted(events, key=lambda e: (e.at, e.code))),
            deleted_in=gone[0] if gone else None,
            deleted_at=instant(gone[1]) if gone else None,
            anchors=self.anchors if gone else {},
            destruction=destruction,
        )


def moment(commit: Commit) -> Moment:
    """A commit with its time."""
    return (commit.oid, commit.committed_at)


def instant(seconds: int) -> dt.datetime:
    """Epoch seconds as an aware instant."""
    return dt.datetime.fromtimestamp(seconds, dt.UTC)
