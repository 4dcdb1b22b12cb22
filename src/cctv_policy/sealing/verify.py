"""Do keystores, records and the public keys in git fit together? Nothing is decrypted.

Beside what the listings tell (custody.py): whether each batch's month can be true of its blocks,
whether git and the replicas name the same public key, whether anybody could open a batch at all.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from cctv_policy.periods import local_date
from cctv_policy.records import Header, RecordSet, record_path
from cctv_policy.sealing.custody import BLOCKS, Custody, custody
from cctv_policy.sealing.keystore import PUBLIC, Keystore
from cctv_policy.sealing.settings import month_of
from cctv_policy.strictyaml import Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What was looked at, and everything that is wrong, by path."""

    custody: Custody
    faults: tuple[Fault, ...]


def verify(keystore: Keystore, records: RecordSet, *, today: dt.date) -> Verification:
    """Compare every replica that is there, key by key, with the records and `keys/periods/`."""
    found = custody(keystore, records, read=True)
    faults = {*found.faults(), *_months(records, today), *_shares(found), *_publics(found)}
    return Verification(custody=found, faults=tuple(sorted(faults)))


def _months(records: RecordSet, today: dt.date) -> Iterator[Fault]:
    """A block is sealed when its record is made or later, and never in a month to come."""
    for stored in records.records.values():
        if not isinstance(stored.value, Header):
            continue
        made = local_date(stored.value.created_at).replace(day=1)
        for name in BLOCKS:
            block = getattr(stored.value, name, None)
            if block is None:
                continue
            month = month_of(block.batch)
            if made <= month <= today:
                continue
            when = f"before {made:%Y-%m}, when the record was made" if month < made else "to come"
            what = f"batch {block.batch} was sealed in {month:%Y-%m}, {when}"
            fix = "compare the file with its history; report an incident if it was changed"
            yield _fault(stored.path, "sealed_bad_month", what, fix, key=f"{name}.batch")


def _shares(found: Custody) -> Iterator[Fault]:
    """Batches of which keys are there, and no share that would open them."""
    shared = {(s.site, s.batch) for s in found.shares}
    for w in sorted(found.wanted, key=lambda w: w.name):
        if found.on(w) and (w.site, w.batch) not in shared and w not in found.certified:
            away = " on the replicas that answer" * bool(found.offline)
            what = f"batch {w.batch}: no share{away}"
            fix = "restore periods/ from a backup of a keystore; without it the record is lost"
            yield _fault(record_path(w.record_id, w.site), "sealed_no_shares", what, fix)


def _publics(found: Custody) -> Iterator[Fault]:
    """The public key of each batch that a replica has: the same in git and in every replica."""
    keystore = found.keystore
    there = [r for r in keystore.replicas if r.label in found.online]
    for site, batch in sorted({(s.site, s.batch) for s in found.shares}):
        path = f"{PUBLIC}/{site}/{batch}.pub"
        published = {r.get(f"periods/{site}/{batch}/public") for r in there}
        file = keystore.public_file(site, batch)
        if None in published or not file.exists():
            fix = f"`cctv-policy keys batch --school {site} --from {month_of(batch):%Y-%m}`"
            what = "not in every replica" if file.exists() else "not in git"
            yield _fault(path, "sealed_no_batch", what, f"{fix}, and commit the file")
        elif published != {file.read_bytes().strip()}:
            what = "git and the replicas do not name the same key"
            fix = "take back the change of the file; nobody could open what is sealed for it"
            yield _fault(path, "sealed_batch_differs", what, fix)


def _fault(path: str, code: str, what: str, fix: str, key: str = "") -> Fault:
    return Fault(path=path, line=0, code=code, what=what, fix=fix, key=key)
