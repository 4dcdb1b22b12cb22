"""What one destruction is going to destroy: the same file on every replica before the first key
goes, kept for good. It names ids, batches and hashes; no key and no personal data.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from cctv_policy.errors import DestructionError, SealingError
from cctv_policy.sealing import Keystore, Wrap


@dataclass(frozen=True, slots=True, kw_only=True)
class Journal:
    """One destruction's list."""

    site: str
    destruction: str
    keys: tuple[Wrap, ...]
    batches: tuple[tuple[str, str], ...]
    """(batch, public key) of batches of which nothing is left."""

    @property
    def name(self) -> str:
        return name_of(self.site, self.destruction)

    def render(self) -> bytes:
        data = {
            "schema": "cctv-policy/destruction/1",
            "site": self.site,
            "destruction": self.destruction,
            "keys": [[w.batch, w.record_id, w.key_id] for w in self.keys],
            "batches": [list(b) for b in self.batches],
        }
        return (json.dumps(data, indent=1) + "\n").encode()


def name_of(site: str, destruction: str) -> str:
    """Where a journal lies in a replica."""
    return f"destroyed/{site}/{destruction}.json"


def begin(keystore: Keystore, site: str, destruction: str, make: Callable[[], Journal]) -> Journal:
    """The journal that was begun, or a new one; in either case it stands on every replica now.

    The first key goes only after all replicas have it, so one that is torn or missing somewhere
    says that nothing went yet.
    """
    name = name_of(site, destruction)
    found = [load(r.get(name), site, destruction) for r in keystore.replicas]
    known = [j for j in found if j is not None]
    if any(j != known[0] for j in known):
        what, fix = "the replicas hold different journals", "one is no copy of the other"
        raise DestructionError(what, where=name, fix=fix)
    agreed = known[0] if known else make()
    for replica, there in zip(keystore.replicas, found, strict=True):
        if there is None:
            replica.delete(name)
            replica.put(name, agreed.render())
    return agreed


def load(data: bytes | None, site: str, destruction: str) -> Journal | None:
    """The journal in `data`; None if there is none or it is torn."""
    try:
        read = json.loads(data or b"")
        named = read["site"], read["destruction"]
        keys = tuple(
            Wrap(site=site, batch=batch, record_id=record_id, key_id=key)
            for batch, record_id, key in read["keys"]
        )
        batches = tuple((batch, public) for batch, public in read["batches"])
    except (ValueError, KeyError, TypeError):
        return None
    if named != (site, destruction):
        what, where = "the journal is another destruction's", name_of(site, destruction)
        raise SealingError(what, code="replica_failed", where=where)
    return Journal(site=site, destruction=destruction, keys=keys, batches=batches)
