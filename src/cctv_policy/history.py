"""What git says about the records: when each came, what was done to it later, what is gone (六).

Every commit is looked at, merges against each parent. Without the full history nothing is known:
then `known` is False and rules of class H are unknown, never pass (spec §0.10).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cctv_policy.errors import GitError
from cctv_policy.gitobjects import Change, Commit, Repository
from cctv_policy.model import Text
from cctv_policy.records.change import objections
from cctv_policy.records.ids import ROOT, Place, Prefix, parse_path
from cctv_policy.records.kinds import KINDS
from cctv_policy.records.load import RecordSet, shown_path
from cctv_policy.records.pii import clear_in_text, number_in
from cctv_policy.strictyaml import Document, Fault, parse, register

register(
    {
        "history_rewritten": Text(
            zh="版本歷史遭改寫(與先前稽核點不連續)",
            en="history was rewritten since the last audit",
        ),
        "sequence_gap": Text(zh="編號不連續", en="numbers are missing in a sequence"),
        "clock_wrong": Text(
            zh="提交時間早於前一版本一天以上",
            en="a commit is dated a day or more before its parent",
        ),
    }
)

Key = tuple[str, str]
"""(school, record id)."""
_DAY = 86_400


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
    destruction: str | None = None
    """The destruction record that lists it (rule 47)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What is known of all records' history up to `rev`."""

    known: bool
    why: str = ""
    """Why it is not known: no_git, shallow, partial, corrupt."""
    rev: str | None = None
    records: Mapping[Key, RecordHistory] = field(default_factory=dict)
    """Every record there ever was."""
    gaps: Mapping[tuple[str, Prefix, int], tuple[int, ...]] = field(default_factory=dict)
    """(school, kind, ROC year) → numbers below the highest that no commit ever had."""
    faults: tuple[Fault, ...] = ()
    """Rewritten history, personal data in any commit, message, branch or file name."""


@dataclass(slots=True)
class _Life:
    place: Place
    first: Commit
    last: Commit
    versions: int = 0
    present: bool = True
    approved: bool = False
    events: list[Event] = field(default_factory=list)
    deleted: Commit | None = None


def read_history(
    records: RecordSet, *, checkpoint: str | None = None, allow: Collection[str] = ()
) -> History:
    """The history of a loaded record set.

    `checkpoint` is a commit that an earlier audit saw: if it is not in this history, history was
    rewritten (B23). `allow` holds identity numbers known to be synthetic.
    """
    repository = records.repository
    if repository is None:
        return History(known=False, why="no_git")
    if repository.shallow or repository.partial:
        return History(known=False, why="shallow" if repository.shallow else "partial")
    try:
        rev = records.rev or repository.resolve("HEAD")
        walk = _Walk(repository, allow)
        walk.run(rev)
        faults = [
            *walk.faults,
            *_branches(repository, allow),
            *_rewritten(repository, rev, checkpoint),
        ]
    except GitError as error:
        return History(known=False, why=error.code)
    destroyed = _destroyed(records)
    lives = {key: _told(life, destroyed.get(key)) for key, life in walk.lives.items()}
    return History(
        known=True,
        rev=rev,
        records=lives,
        gaps=_gaps(lives.values()),
        faults=tuple(sorted(set(faults))),
    )


class _Walk:
    """One pass over all commits, then one reading of the blobs that changed something."""

    def __init__(self, repository: Repository, allow: Collection[str]) -> None:
        self.repository = repository
        self.allow = allow
        self.lives: dict[Key, _Life] = {}
        self.faults: list[Fault] = []
        self.pairs: list[tuple[_Life, Commit, Change, bool]] = []
        self.blobs: dict[str, tuple[str, str]] = {}
        """Blob → where it was first seen: path and commit."""
        self.merged_away: list[tuple[_Life, Commit]] = []

    def run(self, rev: str) -> None:
        times: dict[str, int] = {}
        for commit in self.repository.commits(rev):
            times[commit.oid] = commit.committed_at
            if any(times.get(p, 0) - commit.committed_at >= _DAY for p in commit.parents):
                self.add(commit, "clock_wrong", "its clock, or its parent's, was wrong")
            if what := number_in(commit.message, allow=self.allow):
                self.add(commit, "pii_in_clear", f"{what} in the message")
            for change in commit.changes:
                self.take(commit, change)
        self.settle_merges()
        self.read_blobs()

    def add(self, commit: Commit, code: str, what: str, path: str = "") -> None:
        place = f"{path}@{commit.oid[:12]}" if path else f"commit {commit.oid[:12]}"
        self.faults.append(Fault(path=place, line=0, code=code, what=what))

    def take(self, commit: Commit, change: Change) -> None:
        place = parse_path(change.path)
        if place is None and (what := number_in(change.path, allow=self.allow)):
            path = shown_path(change.path, self.allow)
            self.add(commit, "pii_in_clear", f"{what} in the name", path)
        if change.status != "D" and change.new_mode != "160000":
            self.blobs.setdefault(change.new, (change.path, commit.oid))
        if place is None:
            return
        key = (place.site, str(place.id))
        if place.role is not None:
            self.approval(commit, change, key)
            return
        life = self.lives.get(key)
        if life is None:
            life = self.lives[key] = _Life(place=place, first=commit, last=commit)
        self.version(life, commit, change)

    def approval(self, commit: Commit, change: Change, key: Key) -> None:
        life = self.lives.get(key)
        if life is None:
            return
        life.approved = True
        if change.status != "A" and not (commit.is_merge and change.status == "D"):
            life.events.append(_event("approval_changed", commit, (change.path.rsplit("/", 1)[1],)))

    def version(self, life: _Life, commit: Commit, change: Change) -> None:
        if change.status == "D" and commit.is_merge:
            self.merged_away.append((life, commit))
        elif change.status == "D":
            life.present, life.deleted = False, commit
        elif change.status == "A":
            if not life.present and not commit.is_merge:
                life.events.append(_event("number_reused", commit))
            life.present = life.present or not commit.is_merge
            life.versions += not commit.is_merge
            life.last = commit
        else:
            self.pairs.append((life, commit, change, life.approved))
            life.versions += not commit.is_merge
            life.last = commit

    def settle_merges(self) -> None:
        """A merge that lacks what a parent had: another branch deleted it, or the merge did."""
        for life, commit in self.merged_away:
            if life.deleted is None:
                life.present, life.deleted = False, commit
        for life in self.lives.values():
            if not life.present and life.deleted is not None:
                life.events.append(_event("record_deleted", life.deleted))

    def read_blobs(self) -> None:
        """Judge what versions changed, and look for personal data in every blob there ever was."""
        wanted = {oid for _, _, change, _ in self.pairs for oid in (change.old, change.new)}
        texts: dict[str, dict[str, object]] = {}
        for oid, data in self.repository.blobs(self.blobs):
            if data is None:
                raise GitError("an object is missing", code="corrupt")
            path, first = self.blobs[oid]
            if what := clear_in_text(data, path, allow=self.allow):
                place = f"{shown_path(path, self.allow)}@{first[:12]}"
                self.faults.append(Fault(path=place, line=0, code="pii_in_clear", what=what))
            if oid in wanted:
                document = parse(data, path=path)
                texts[oid] = document.data if isinstance(document, Document) else {}
        for life, commit, change, approved in self.pairs:
            kind = KINDS[life.place.id.prefix]
            old, new = texts.get(change.old, {}), texts.get(change.new, {})
            found = objections(kind, old, new, approved=approved, merged=commit.is_merge)
            for code in sorted({o.code for o in found}):
                keys = tuple(o.key for o in found if o.code == code and o.key)
                life.events.append(_event(code, commit, keys))


def _event(code: str, commit: Commit, keys: tuple[str, ...] = ()) -> Event:
    return Event(code=code, commit=commit.oid, at=_time(commit), keys=keys)


def _time(commit: Commit) -> dt.datetime:
    return dt.datetime.fromtimestamp(commit.committed_at, dt.UTC)


def _told(life: _Life, destruction: str | None) -> RecordHistory:
    gone = None if life.present else life.deleted
    return RecordHistory(
        site=life.place.site,
        id=str(life.place.id),
        first_commit=life.first.oid,
        first_at=_time(life.first),
        last_at=_time(life.last),
        versions=life.versions,
        events=tuple(sorted(life.events, key=lambda e: (e.at, e.code))),
        deleted_in=gone.oid if gone else None,
        deleted_at=_time(gone) if gone else None,
        destruction=destruction,
    )


def _gaps(
    lives: Collection[RecordHistory],
) -> dict[tuple[str, Prefix, int], tuple[int, ...]]:
    seen: dict[tuple[str, Prefix, int], set[int]] = {}
    for life in lives:
        place = parse_path(f"{ROOT}/{life.site}/{life.id.split('-')[1]}/{life.id}.yaml")
        if place:
            key = (life.site, place.id.prefix, place.id.year)
            seen.setdefault(key, set()).add(place.id.number)
    gaps = {k: tuple(n for n in range(1, max(v)) if n not in v) for k, v in sorted(seen.items())}
    return {key: missing for key, missing in gaps.items() if missing}


def _destroyed(records: RecordSet) -> dict[Key, str]:
    """Record → the destruction record of its school that lists it."""
    found: dict[Key, str] = {}
    for stored in records.of("DST"):
        targets = stored.data.get("targets")
        for target in targets if isinstance(targets, list) else ():
            found.setdefault((stored.site, str(target)), stored.id)
    return found


def _branches(repository: Repository, allow: Collection[str]) -> Iterator[Fault]:
    for name in repository.refs():
        if what := number_in(name, allow=allow):
            path = shown_path(name, allow)
            yield Fault(path=path, line=0, code="pii_in_clear", what=f"{what} in a branch's name")


def _rewritten(repository: Repository, rev: str, checkpoint: str | None) -> Iterator[Fault]:
    if checkpoint is None:
        return
    if not repository.has(checkpoint) or not repository.is_ancestor(checkpoint, rev):
        what = f"the commit audited before ({checkpoint[:12]}) is not in this history"
        fix = "find out who pushed by force; compare with another clone"
        yield Fault(path=str(Path(ROOT)), line=0, code="history_rewritten", what=what, fix=fix)
