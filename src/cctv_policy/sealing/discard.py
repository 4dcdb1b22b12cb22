"""Keys of no record: of a try that failed, or of a number that was given up. They may be removed.

A key that any version of any record names is never one of them, whatever the branch: to destroy
such a key is to destroy a record, and that has its own procedure (retention/purge.py).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cctv_policy.errors import SealingError
from cctv_policy.gitobjects import Repository
from cctv_policy.records.ids import ROOT
from cctv_policy.sealing.custody import Custody
from cctv_policy.sealing.keystore import Keystore, Wrap
from cctv_policy.strictyaml.loader import LIMITS

REST = timedelta(days=31)
"""So long a key may belong to a record that another clone has not shared yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leftover:
    """A key that no record at this commit names."""

    wrap: Wrap
    named: bool
    """Whether something in git, or a file that is not committed yet, names it."""
    rested: bool
    """Whether every copy is older than REST."""

    @property
    def removable(self) -> bool:
        return self.rested and not self.named


def leftovers(found: Custody, *, now: datetime) -> list[Leftover]:
    """Every leftover key. SealingError if a replica is away, GitError without a repository, and
    SealingError `history_unknown` where git has not the whole history.
    """
    keystore = found.keystore
    keystore.check()
    extra = sorted(found.extra, key=lambda w: w.name)
    known = _named(keystore.root, {w.key_id for w in extra}) if extra else frozenset()
    return [
        Leftover(
            wrap=w,
            named=w.key_id in known,
            rested=all(
                at is None or now - datetime.fromtimestamp(at, now.tzinfo) > REST
                for at in (replica.written_at(w.name) for replica in keystore.replicas)
            ),
        )
        for w in extra
    ]


def discard(keystore: Keystore, given: Sequence[Leftover]) -> Iterator[Wrap]:
    """Remove those that may go from every replica, and look that they are gone."""
    keystore.check()
    for left in given:
        if not left.removable:
            continue
        for replica in keystore.replicas:
            replica.delete(left.wrap.name)
            if replica.get(left.wrap.name) is not None:
                what = f"{left.wrap.name} is still there"
                raise SealingError(what, code="replica_failed", where=replica.label)
        yield left.wrap


def _named(root: Path, keys: Collection[str]) -> frozenset[str]:
    """Which keys some object in git names, reachable or not, or a file below records/."""
    repository = Repository.open(root)
    if repository.shallow or repository.partial:
        what = "this clone has not the whole history: a key may belong to a version it lacks"
        fix = "`git fetch --unshallow`, or work in a full clone"
        raise SealingError(what, code="history_unknown", where=str(root), fix=fix)
    pattern = re.compile("|".join(sorted(map(re.escape, keys))).encode())
    seen: set[str] = set()
    for text in _texts(root, repository):
        seen.update(key.decode() for key in pattern.findall(text))
    return frozenset(seen)


def _texts(root: Path, repository: Repository) -> Iterable[bytes]:
    """Everything that may be a version of a record: nothing bigger is ever read as one."""
    for _, data in repository.blobs(repository.every_blob(at_most=LIMITS.max_bytes)):
        if data is None:
            what, fix = "an object of git cannot be read", "`git fsck`; work in another clone"
            raise SealingError(what, code="history_unknown", where=str(root), fix=fix)
        yield data
    for file in sorted((root / ROOT).rglob("*")):
        if file.is_file() and not file.is_symlink():
            yield file.read_bytes()
