"""One pass over commits, then one reading of the blobs that changed something.

A walk goes on from lives that an earlier walk left; every commit is compared with every parent.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from cctv_policy.errors import GitError
from cctv_policy.gitobjects import Change, Commit, Repository
from cctv_policy.history.life import ANCHORS, Key, Life, moment
from cctv_policy.records.change import objections
from cctv_policy.records.folder import shown_path
from cctv_policy.records.ids import parse_path
from cctv_policy.records.kinds import KINDS
from cctv_policy.records.pii import clear_in_text, number_in
from cctv_policy.strictyaml import Document, Fault, parse

T = TypeVar("T")
Pair = tuple[Life, Commit, Change, bool]
"""A record, the commit that changed it, how, and whether it was approved before."""

_DAY = 86_400
_AT_ONCE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A fault of history, and the blob it is in, if it is in one."""

    fault: Fault
    blob: str = ""


class Walk:
    """The commits that a repository has since others were walked."""

    def __init__(
        self, repository: Repository, known: Callable[[Key], Life | None], allow: Collection[str]
    ) -> None:
        self.repository, self.known, self.allow = repository, known, allow
        self.lives: dict[Key, Life] = {}
        """Those that these commits touched."""
        self.found: list[Found] = []
        self.pairs: list[Pair] = []
        self.blobs: dict[str, tuple[str, str]] = {}
        """Blob → where it was first seen: path and commit."""

    def run(self, rev: str, *, without: Sequence[str] = ()) -> None:
        """Walk from `rev` back to what is reachable from `without`; GitError if objects lack."""
        commits: Iterable[Commit] = self.repository.commits(rev, without=without)
        times: dict[str, int] = {}
        if without:  # then there are few, and parents among what is not walked
            commits = list(commits)
            before = {p for commit in commits for p in commit.parents}
            times = self.repository.times(sorted(before - {c.oid for c in commits}))
        for commit in commits:
            times[commit.oid] = commit.committed_at
            if any(times.get(p, 0) - commit.committed_at >= _DAY for p in commit.parents):
                self.add(commit, "clock_wrong", "its clock, or its parent's, was wrong")
            if what := number_in(commit.message, allow=self.allow):
                self.add(commit, "pii_in_clear", f"{what} in the message")
            for change in commit.changes:
                self.take(commit, change)
        self.read_blobs()

    def add(self, commit: Commit, code: str, what: str, path: str = "") -> None:
        place = f"{path}@{commit.oid[:12]}" if path else f"commit {commit.oid[:12]}"
        self.found.append(Found(fault=Fault(path=place, line=0, code=code, what=what)))

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
        life = self.lives.get(key) or self.known(key)
        if life is None and place.role is None:
            life = Life(place=place, first=moment(commit), last=moment(commit))
        if life is None:
            return
        self.lives[key] = life
        if place.role is not None:
            self.approval(life, commit, change)
        else:
            self.version(life, commit, change)

    def approval(self, life: Life, commit: Commit, change: Change) -> None:
        life.approved = True
        if change.status != "A" and not (commit.is_merge and change.status == "D"):
            life.event("approval_changed", commit, (change.path.rsplit("/", 1)[1],))

    def version(self, life: Life, commit: Commit, change: Change) -> None:
        if change.status == "D" and commit.is_merge:
            life.dropped = life.dropped or moment(commit)
            life.gone = life.gone or change.old
        elif change.status == "D":
            life.present, life.deleted, life.gone = False, moment(commit), change.old
        elif change.status == "A":
            if not life.present and not commit.is_merge:
                life.event("number_reused", commit)
            life.present = life.present or not commit.is_merge
            life.versions += not commit.is_merge
            life.last = moment(commit)
        else:
            self.pairs.append((life, commit, change, life.approved))
            life.versions += not commit.is_merge
            life.last = moment(commit)

    def read_blobs(self) -> None:
        """Judge what versions changed, and look for personal data in every blob there was."""
        pairs = sorted(self.pairs, key=lambda p: (p[0].place.site, str(p[0].place.id)))  # stable
        for some in _batches(pairs):
            self.judge(some, self.texts(oid for _, _, c, _ in some for oid in (c.old, c.new)))
        for ended in _batches([life for life in self.lives.values() if life.gone]):
            texts = self.texts(life.gone for life in ended)
            for life in ended:
                last = texts[life.gone]
                life.anchors = {name: str(last[name]) for name in ANCHORS if last.get(name)}
        for oid, data in self.repository.blobs(list(self.blobs)):
            self.look(oid, data)

    def texts(self, oids: Iterable[str]) -> dict[str, dict[str, object]]:
        """What these blobs say; nothing where they are not strict YAML."""
        found: dict[str, dict[str, object]] = {}
        for oid, data in self.repository.blobs(dict.fromkeys(oids)):
            document = parse(self.look(oid, data), path="")
            found[oid] = document.data if isinstance(document, Document) else {}
        return found

    def look(self, oid: str, data: bytes | None) -> bytes:
        """Look for personal data in a blob, once."""
        if data is None:
            raise GitError("缺少物件 (an object is missing)", code="corrupt")
        path, first = self.blobs.pop(oid, ("", ""))
        if path and (what := clear_in_text(data, path, allow=self.allow)):
            place = f"{shown_path(path, self.allow)}@{first[:12]}"
            fault = Fault(path=place, line=0, code="pii_in_clear", what=what)
            self.found.append(Found(fault=fault, blob=oid))
        return data

    def judge(self, pairs: Sequence[Pair], texts: dict[str, dict[str, object]]) -> None:
        for life, commit, change, approved in pairs:
            kind = KINDS[life.place.id.prefix]
            old, new = texts[change.old], texts[change.new]
            found = objections(kind, old, new, approved=approved, merged=commit.is_merge)
            for code in sorted({o.code for o in found}):
                life.event(code, commit, tuple(o.key for o in found if o.code == code and o.key))


def _batches(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """Some at a time: the texts of a hundred thousand records do not fit beside each other."""
    for start in range(0, len(items), _AT_ONCE):
        yield items[start : start + _AT_ONCE]
