"""What git says about the records: when each came, what was done to it later, what is gone (六).

Every commit is looked at, merges against each parent. Without the full history nothing is known:
then `known` is False and rules of class H are unknown, never pass (spec §0.10). What was looked at
once is kept under the git folder, so that the next run walks new commits only (store.py).
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from cctv_policy.errors import GitError
from cctv_policy.gitobjects import Repository
from cctv_policy.history.life import Event, Key, RecordHistory
from cctv_policy.history.store import Lives, Store
from cctv_policy.history.walk import Walk
from cctv_policy.model import Text
from cctv_policy.records.cache import code_digest
from cctv_policy.records.folder import shown_path
from cctv_policy.records.ids import ROOT, Prefix
from cctv_policy.records.load import RecordSet
from cctv_policy.records.pii import number_in
from cctv_policy.strictyaml import Fault, register

__all__ = ["Event", "History", "Key", "Lives", "RecordHistory", "read_history"]

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
    },
    {
        "history_rewritten": "bring the old commits back from another clone; never push by force",
        "sequence_gap": "bring the missing record back, or write the void one down",
        "clock_wrong": "set the clocks; nothing else can be done about that commit",
    },
)


def _nothing() -> Lives:
    return Lives(Store.open(None, ""), {})


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What is known of all records' history up to `rev`."""

    known: bool
    why: str = ""
    """Why it is not known: no_git, no_commits, shallow, partial, corrupt."""
    rev: str | None = None
    records: Lives = field(default_factory=_nothing)
    """Every record there ever was."""
    gaps: Mapping[tuple[str, Prefix, int], tuple[int, ...]] = field(default_factory=dict)
    """(school, kind, ROC year) → numbers below the highest that no commit ever had."""
    lost: Mapping[str, tuple[Key, ...]] = field(default_factory=dict)
    """Commit that an earlier audit saw and that is not in this history → records that went."""
    faults: tuple[Fault, ...] = ()
    """Rewritten history, personal data in any commit, message, branch or file name."""


def read_history(
    records: RecordSet, *, checkpoint: str | None = None, allow: Collection[str] = ()
) -> History:
    """The history of a loaded record set.

    What the main branch had when it was audited last, it must still have: if not, history was
    rewritten (B23). `checkpoint` is one more such commit. `allow` holds identity numbers known to
    be synthetic.
    """
    repository = records.repository
    if repository is None:
        return History(known=False, why="no_git")
    if repository.shallow or repository.partial:
        return History(known=False, why="shallow" if repository.shallow else "partial")
    try:
        rev = records.rev or repository.resolve("HEAD")
        store = _walked(repository, rev, allow)
        lost = {rev: tuple(keys) for rev, keys in store.lost().items()}
        if checkpoint and not _has(repository, checkpoint, rev):
            lost.setdefault(checkpoint, ())
        faults = [*store.faults(), *_branches(repository, allow), *map(_rewritten, lost)]
    except GitError as error:
        return History(known=False, why=error.code)
    return History(
        known=True,
        rev=rev,
        records=Lives(store, _destroyed(records)),
        gaps=store.gaps(),
        lost=lost,
        faults=tuple(sorted(set(faults))),
    )


def _walked(repository: Repository, rev: str, allow: Collection[str]) -> Store:
    """The lives of all records up to `rev`; kept if it is the end of the main branch."""
    file = repository.common_dir / "cctv-policy" / "history.sqlite"
    store = Store.open(file, f"{_digest()} {','.join(sorted(allow))}")
    base = store.rev
    if base == rev:
        return store
    on_main = rev == _main(repository)
    if not on_main:
        store = store.copy()
    goes_on = base is not None and _has(repository, base, rev)
    walk = Walk(repository, store.get if goes_on else lambda _: None, allow)
    walk.run(rev, without=[base] if goes_on and base else [])
    seen, before = store.seen, store.keys() if not goes_on else set()
    try:
        store.keep(rev, walk.lives, walk.found, anew=not goes_on)
    except sqlite3.OperationalError:  # another run writes, or there is no room
        store = store.copy()
        store.keep(rev, walk.lives, walk.found, anew=not goes_on)
    if on_main and not goes_on:
        back = [old for old in store.lost() if _has(repository, old, rev)]
        store.find(back)
        if seen and not back and not _has(repository, seen, rev):
            store.lose(seen, sorted(before - walk.lives.keys()))
    return store


def _main(repository: Repository) -> str | None:
    """The end of the branch that records are accepted on, as far as this clone has it."""
    refs = repository.refs()
    told = repository.default_branch()
    names = [told] if told else ["refs/heads/main", "refs/heads/master", repository.branch() or ""]
    return next((refs[name] for name in names if name in refs), None)


def _has(repository: Repository, old: str, rev: str) -> bool:
    return repository.has(old) and repository.is_ancestor(old, rev)


@cache
def _digest() -> str:
    """Digest of everything that decides what a walk finds."""
    digest = hashlib.sha256(code_digest().encode())
    for file in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()


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


def _rewritten(old: str) -> Fault:
    what = f"the commit audited before ({old[:12]}) is not in this history"
    fix = "find out who pushed by force; compare with another clone"
    return Fault(path=ROOT, line=0, code="history_rewritten", what=what, fix=fix)
