"""Holders come and go: the shares of every batch follow keystore.yaml; replicas are kept equal.

No record is touched. A leaver may have kept a copy of what he could open: that cannot be undone,
only noted, and his device passwords changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cctv_policy.errors import SealingError
from cctv_policy.sealing.block import key_id, wrap
from cctv_policy.sealing.custody import Custody
from cctv_policy.sealing.holder import Identity, batch_secret
from cctv_policy.sealing.keystore import Keystore, Share, Wrap, enough, share_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One share that was written or removed on every replica."""

    share: Share
    added: bool


def rewrap(keystore: Keystore, identity: Identity) -> Iterator[Change]:
    """Give every holder of keystore.yaml the shares they lack, then remove those of others.

    Batch by batch, new shares on every replica before an old one goes. SealingError where
    `identity` opens no share of a batch that needs a new one; batches before it stay done.
    """
    keystore.check()
    held: dict[tuple[str, str], set[Share]] = {}
    for replica in keystore.replicas:
        for share in keystore.shares(replica):
            held.setdefault((share.site, share.batch), set()).add(share)
    for (site, batch), shares in sorted(held.items()):
        holders = enough(keystore.settings.holders_of(site), site)
        owed = {share_of(h, site, batch): h.recipient for h in holders}
        yield from _add(keystore, identity, site, batch, owed)
        for share in sorted(shares - owed.keys(), key=lambda s: s.name):
            for replica in keystore.replicas:
                replica.delete(share.name)
            yield Change(share=share, added=False)


def _add(
    keystore: Keystore, identity: Identity, site: str, batch: str, owed: Mapping[Share, str]
) -> Iterator[Change]:
    lacking = [s for s in owed if any(replica.get(s.name) is None for replica in keystore.replicas)]
    if not lacking:
        return
    secret = batch_secret(keystore, site, batch, identity)
    for share in lacking:
        there = [d for r in keystore.replicas if (d := r.get(share.name)) is not None]
        data = there[0] if there else wrap(secret.text(), [owed[share]])
        for replica in keystore.replicas:
            if replica.get(share.name) is None:
                replica.put(share.name, data)
        yield Change(share=share, added=True)


def copy_missing(custody: Custody) -> Iterator[tuple[str, str]]:
    """Give each replica what another has and it lacks: (replica, file), as each is written.

    What a certificate or a journal says is destroyed is never copied, nor what belongs to no
    record, nor a key file whose hash is not that of its name.
    """
    keystore = custody.keystore
    keystore.check()
    doomed = {n for r in keystore.replicas for n in r.names("destroyed")}
    if doomed:
        stems = {tuple(n.removesuffix(".json").split("/")[1:]) for n in doomed}
        done = {(w.site, dst) for w, dst in custody.certified.items()}
        if open_ := sorted("/".join(s) for s in stems if tuple(s) not in done):
            what = f"a destruction is under way: {', '.join(open_)}"
            fix = "finish it first with `cctv-policy destroy run`"
            raise SealingError(what, code="replica_failed", fix=fix)
    for wrap_ in custody.single:
        if wrap_ not in custody.certified:
            yield from _copy(keystore, wrap_.name, wrap_)
    for site, batch in sorted({(s.site, s.batch) for s in custody.shares}):
        names = {n for r in keystore.replicas for n in r.names(f"periods/{site}/{batch}")}
        for name in sorted(names):
            yield from _copy(keystore, name)


def _copy(keystore: Keystore, name: str, wrap_: Wrap | None = None) -> Iterator[tuple[str, str]]:
    given = [d for r in keystore.replicas if (d := r.get(name)) is not None]
    good = [d for d in given if wrap_ is None or key_id(d) == wrap_.key_id]
    for replica in keystore.replicas if good else ():
        if replica.get(name) is None:
            replica.put(name, good[0])
            yield replica.label, name
