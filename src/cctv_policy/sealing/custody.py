"""What the replicas' listings say about the records of a commit: nothing is decrypted.

Which key is where, which is missing, destroyed or left over; who holds shares of which batch.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cctv_policy.records import RecordSet, record_path
from cctv_policy.records.cases import Destruction
from cctv_policy.sealing.block import key_id
from cctv_policy.sealing.keystore import Keystore, Share, Wrap, share_of
from cctv_policy.strictyaml import Fault

BLOCKS = ("sealed", "sealed_later")


@dataclass(frozen=True, slots=True, kw_only=True)
class Custody:
    """Labels of replicas stand for where something was found."""

    keystore: Keystore
    offline: tuple[str, ...]
    """Replicas that could not be listed: of them nothing is known."""
    online: tuple[str, ...]
    wanted: tuple[Wrap, ...]
    """The keys of all sealed blocks."""
    found: Mapping[Wrap, frozenset[str]]
    """Every key on any replica."""
    certified: Mapping[Wrap, str]
    """Keys whose destruction a certificate claims, with its id."""
    shares: Mapping[Share, frozenset[str]]
    damaged: tuple[tuple[str, Wrap], ...] = ()

    def on(self, wrap: Wrap) -> frozenset[str]:
        """The replicas that hold a key."""
        return self.found.get(wrap, frozenset())

    def of(self, site: str, record_id: str) -> tuple[Wrap, ...]:
        """The keys that a record needs."""
        return tuple(w for w in self.wanted if w.site == site and w.record_id == record_id)

    @property
    def lost(self) -> list[Wrap]:
        """Keys on no replica though no certificate says so; certain only if none is offline."""
        return [w for w in self.wanted if not self.on(w) and w not in self.certified]

    @property
    def single(self) -> list[Wrap]:
        """Keys that some replica that is online lacks."""
        return [w for w in self.wanted if 0 < len(self.on(w)) < len(self.online)]

    @property
    def undead(self) -> list[Wrap]:
        """Keys that are still there though a certificate says they are gone."""
        return [w for w in self.found if w in self.certified]

    @property
    def extra(self) -> list[Wrap]:
        """Keys that no record at this commit names: of another branch, or of a try that failed."""
        known = {*self.wanted, *self.certified}
        return [w for w in self.found if w not in known]

    def owed(self) -> Iterator[Share]:
        """The shares there must be: every batch on a replica × every holder of its school."""
        for site, batch in sorted({(s.site, s.batch) for s in self.shares}):
            for holder in self.keystore.settings.holders_of(site):
                yield share_of(holder, site, batch)

    @property
    def leavers(self) -> list[Share]:
        """Shares of persons, or of keys, that keystore.yaml does not name any more (rule 60)."""
        owed = set(self.owed())
        return sorted((s for s in self.shares if s not in owed), key=lambda s: s.name)

    @property
    def without_share(self) -> list[Share]:
        """Shares that some replica lacks."""
        everywhere = frozenset(self.online)
        return [s for s in self.owed() if self.shares.get(s, frozenset()) < everywhere]

    def recipients(self, site: str) -> tuple[str, ...]:
        """The persons of keystore.yaml who hold a share of any batch of a school."""
        holders = {h.name: h.person for h in self.keystore.settings.holders}
        owed = set(self.owed())
        held = {s.holder for s in self.shares if s.site == site and s in owed}
        return tuple(sorted({holders[name] for name in held}))

    def faults(self) -> list[Fault]:
        """Everything that is wrong, as one line each."""
        return sorted(self._faults())

    def _faults(self) -> Iterator[Fault]:
        for label in self.offline:
            fix = "mount it and try again; of its keys nothing is known"
            yield _fault(f"keystore/{label}", "replica_offline", "", fix)
        for w in self.lost:
            what = f"key {w.key_id}" + (" (not on the replicas that answer)" * bool(self.offline))
            fix = "restore it from a backup of a keystore; without it the record is lost"
            yield _fault(record_path(w.record_id, w.site), "sealed_no_wrap", what, fix)
        for w in self.single:
            missing = ", ".join(sorted(set(self.online) - self.on(w)))
            what, fix = f"key {w.key_id} is not in {missing}", "`cctv-policy keys copy`"
            yield _fault(record_path(w.record_id, w.site), "sealed_one_copy", what, fix)
        for w in self.undead:
            what = f"key {w.key_id} in {', '.join(sorted(self.on(w)))}; see {self.certified[w]}"
            fix = f"`cctv-policy destroy run {self.certified[w]}` again, with every replica mounted"
            yield _fault(record_path(w.record_id, w.site), "sealed_not_gone", what, fix)
        for label, w in self.damaged:
            what, fix = f"{w.name} in {label}", "restore it from the other replica"
            yield _fault(record_path(w.record_id, w.site), "sealed_wrap_damaged", what, fix)
        for w in self.extra:
            what = f"{w.name} in {', '.join(sorted(self.on(w)))}"
            fix = "leave it if the record is on another branch; else `cctv-policy keys discard`"
            yield _fault(f"keystore/{w.site}", "sealed_extra_wrap", what, fix)
        fix = "`cctv-policy keys rewrap`"
        for s in self.leavers:
            yield _fault(f"keystore/{s.site}", "sealed_leaver", f"{s.holder}, batch {s.batch}", fix)
        for s in self.without_share:
            what = f"{s.holder}, batch {s.batch}"
            yield _fault(f"keystore/{s.site}", "sealed_holder_missing", what, fix)


def custody(keystore: Keystore, records: RecordSet, *, read: bool = False) -> Custody:
    """What every replica that is there holds for `records`. With `read` each key file is read and
    compared with the hash in its name.
    """
    online = [r for r in keystore.replicas if r.online()]
    found: dict[Wrap, set[str]] = {}
    shares: dict[Share, set[str]] = {}
    damaged = []
    for replica in online:
        for w in keystore.wraps(replica):
            found.setdefault(w, set()).add(replica.label)
            if read and key_id(replica.get(w.name) or b"") != w.key_id:
                damaged.append((replica.label, w))
        for s in keystore.shares(replica):
            shares.setdefault(s, set()).add(replica.label)
    wanted = tuple(blocks(records))
    return Custody(
        keystore=keystore,
        offline=tuple(r.label for r in keystore.replicas if r not in online),
        online=tuple(r.label for r in online),
        wanted=wanted,
        found={w: frozenset(labels) for w, labels in found.items()},
        certified=certified(records, wanted),
        shares={s: frozenset(labels) for s, labels in shares.items()},
        damaged=tuple(damaged),
    )


def blocks(records: RecordSet) -> Iterator[Wrap]:
    """The key that every sealed block of every record names, readable or not."""
    for (site, record_id), stored in records.records.items():
        for name in BLOCKS:
            block = stored.data.get(name)
            if not isinstance(block, dict):
                continue
            batch, key = block.get("batch"), block.get("key_id")
            if isinstance(batch, str) and isinstance(key, str):
                yield Wrap(site=site, batch=batch, record_id=record_id, key_id=key)


def certified(records: RecordSet, wanted: tuple[Wrap, ...]) -> dict[Wrap, str]:
    """The keys that certificates of the same school say are gone, with the destruction's id.

    A certificate names a key without its batch; one of no block is a record deleted since.
    """
    known = {(w.site, w.record_id, w.key_id): w for w in wanted}
    gone: dict[Wrap, str] = {}
    for stored in records.of("DST"):
        record = stored.value
        if not isinstance(record, Destruction) or record.certificate is None:
            continue
        for key in record.certificate.keys:
            record_id, _, fingerprint = key.partition(" ")
            if wrap := known.get((stored.site, record_id, fingerprint)):
                gone[wrap] = record.id
    return gone


def _fault(path: str, code: str, what: str, fix: str = "") -> Fault:
    return Fault(path=path, line=0, code=code, what=what, fix=fix)
