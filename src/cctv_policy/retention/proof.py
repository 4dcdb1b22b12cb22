"""Proof by listing: of what was destroyed nothing is on any replica; approvals still verify."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cctv_policy.errors import DestructionError
from cctv_policy.records import RecordSet
from cctv_policy.records.cases import Destruction
from cctv_policy.records.chain import chains_of
from cctv_policy.sealing import Keystore


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What is still there; empty lists prove the destruction on the replicas in `looked`."""

    looked: tuple[str, ...]
    offline: tuple[str, ...]
    left: tuple[tuple[str, str], ...]
    """(replica, file)."""

    @property
    def complete(self) -> bool:
        return not self.offline and not self.left


def prove(
    keystore: Keystore, site: str, record_ids: Iterable[str], batches: Iterable[str]
) -> Proof:
    """List every replica for any key of the records and any share of the batches of a school."""
    ids, gone = set(record_ids), set(batches)
    looked, offline, left = [], [], []
    for replica in keystore.replicas:
        if not replica.online():
            offline.append(replica.label)
            continue
        looked.append(replica.label)
        left += [
            (replica.label, w.name)
            for w in keystore.wraps(replica, site)
            if w.record_id in ids or w.batch in gone
        ]
        for batch in sorted(gone):
            left += [(replica.label, name) for name in replica.names(f"periods/{site}/{batch}")]
    return Proof(looked=tuple(looked), offline=tuple(offline), left=tuple(left))


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """One certified destruction, looked at again."""

    site: str
    id: str
    claimed: bool
    """Whether a certificate says that it was done."""
    proof: Proof
    approved: bool
    """Whether its chain of approvals is complete and every signature verifies."""
    unsigned: tuple[str, ...]
    """Destroyed records with approvals of which one does not verify any more."""

    @property
    def good(self) -> bool:
        return self.claimed and self.proof.complete and self.approved and not self.unsigned


def verify(keystore: Keystore, records: RecordSet, *, only: Sequence[str] = ()) -> list[Verified]:
    """Every destruction that says it is done (or those named), proven again from the listings."""
    chains = chains_of(records)
    found = []
    for stored in records.of("DST"):
        record = stored.value
        named = stored.id in only or f"{stored.site}/{stored.id}" in only
        if not isinstance(record, Destruction) or not (named or (not only and record.done_on)):
            continue
        certificate = record.certificate
        batches = [b.split(" ")[0] for b in certificate.batches] if certificate else []
        ids = record.targets if record.method == "crypto_shred" else ()
        unsigned = [
            target
            for target in record.targets
            if (chain := chains.get((stored.site, target))) and chain.faults
        ]
        found.append(
            Verified(
                site=stored.site,
                id=record.id,
                claimed=certificate is not None,
                proof=prove(keystore, stored.site, ids, batches),
                approved=chains[stored.site, record.id].complete,
                unsigned=tuple(unsigned),
            )
        )
    if missing := [
        o for o in only if o not in {x for v in found for x in (v.id, f"{v.site}/{v.id}")}
    ]:
        raise DestructionError(
            "沒有這筆銷毀紀錄 (there is no such destruction)", where=", ".join(missing)
        )
    return found
