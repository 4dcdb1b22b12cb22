"""The one way in which keys are destroyed. It needs an approved destruction and two witnesses,
asks for every hold itself, and never runs by itself.

refusals → journal on every replica → keys, then batches → proof by listing → certificate. It may
be killed anywhere: run again it goes on. Nothing is certified before every replica has been listed.
"""

from __future__ import annotations

import contextlib
import fcntl
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from cctv_policy.errors import DestructionError, RecordError
from cctv_policy.model import Text
from cctv_policy.periods import local_date
from cctv_policy.records import Header, parse_path, path_of, read_file, write_again
from cctv_policy.records.cases import Certificate, Destruction
from cctv_policy.records.chain import Roster, chains_of
from cctv_policy.records.people import RosterEntry
from cctv_policy.retention.journal import Journal, begin
from cctv_policy.retention.obstacles import School
from cctv_policy.retention.plan import MOST, classes_of
from cctv_policy.retention.proof import prove
from cctv_policy.retention.terms import last_day
from cctv_policy.sealing import Keystore, Wrap
from cctv_policy.sealing.custody import blocks, certified
from cctv_policy.sealing.replica import MARKER
from cctv_policy.sealing.settings import month_of
from cctv_policy.strictyaml import Fault, register

register(
    {
        "not_a_shred": Text(zh="銷毀方式不是銷毀金鑰", en="its method is not crypto_shred"),
        "not_approved": Text(
            zh="銷毀紀錄未經校長及教育局核准",
            en="the principal and the district have not both approved it",
        ),
        "done_already": Text(zh="已銷毀", en="it is done already"),
        "too_early": Text(zh="未到可銷毀日", en="before its own first day"),
        "wrong_day": Text(
            zh="可銷毀日早於依規定算出的日期", en="`eligible_from` is before the computed day"
        ),
        "no_witness": Text(
            zh="監毀人不足二人或不在名冊", en="not two witnesses of the list who are in the roster"
        ),
        "edited": Text(zh="工作目錄的檔案與已提交的不同", en="the file was edited, not committed"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Purged:
    """A destruction that was carried out and proven."""

    path: Path
    """The destruction's file, now with its certificate; commit it."""
    certificate: Certificate


def refusals(school: School, destruction_id: str, witnesses: Sequence[str]) -> list[Fault]:
    """Every reason why this destruction may not be carried out now; none: it may."""
    stored = school.records.records.get((school.site, destruction_id))
    record = stored.value if stored else None
    if stored is None or not isinstance(record, Destruction):
        return [Fault(path=f"{school.site}/{destruction_id}", line=0, code="no_record")]
    found = [*stored.faults]
    for code, what in (*_formal(school, record), *_witnessed(school, record, witnesses)):
        found.append(Fault(path=stored.path, line=0, code=code, what=what))
    for target in record.targets:
        found += school.obstacles(target, _classes(school, record, target))
    return sorted(set(found))


def _classes(school: School, record: Destruction, target: str) -> tuple[str, ...]:
    keys = [w for w in blocks(school.records) if (w.site, w.record_id) == (school.site, target)]
    return classes_of(keys, record.archive_retention_class)


def _formal(school: School, record: Destruction) -> Iterator[tuple[str, str]]:
    if record.method != "crypto_shred":
        yield "not_a_shred", record.method
    if record.certificate is None and record.done_on is not None:
        yield "done_already", f"on {record.done_on}, without a certificate"
    if school.records.rev is None:
        yield "edited", "there is no commit to go by"
    if len(record.targets) > MOST:
        yield "too_many", f"{len(record.targets)} targets, at most {MOST}; split the list"
    if not chains_of(school.records)[school.site, record.id].complete:
        yield "not_approved", ""
    if school.today < max(record.eligible_from, record.approved_on):
        yield "too_early", f"not before {max(record.eligible_from, record.approved_on)}"
    for target in record.targets:
        stored = school.records.records.get((school.site, target))
        if stored is None or not isinstance(stored.value, Header):
            continue
        last = last_day(stored.value, _classes(school, record, target), school.minimums)
        if last is not None and record.eligible_from <= last:
            yield "wrong_day", f"{target} must exist through {last}"


def _witnessed(
    school: School, record: Destruction, witnesses: Sequence[str]
) -> Iterator[tuple[str, str]]:
    roster = Roster(entries=tuple(school.all(RosterEntry)))
    named = [w for w in dict.fromkeys(witnesses) if w in record.supervised_by]
    present = [w for w in named if roster.of(w, school.site, school.today)]
    if len(present) < 2:
        wanted = ", ".join(dict.fromkeys(record.supervised_by))
        yield "no_witness", f"two of {wanted} must be there, in the roster of that day"


def purge(
    keystore: Keystore,
    school: School,
    destruction_id: str,
    *,
    witnesses: Sequence[str],
    now: datetime,
) -> Purged:
    """Destroy the keys of an approved destruction's targets on every replica, prove it, and write
    the certificate into its record. Run again after a crash it goes on where it was; after the
    end it removes what a restored backup brought back.

    DestructionError with every refusal, and nothing is touched; SealingError `replica_offline`:
    what is gone stays gone, nothing is claimed, run it again when the replica is there.
    """
    where = f"{school.site}/{destruction_id}"
    if found := refusals(school, destruction_id, witnesses):
        fix = "nothing was touched; correct what is said here"
        what = "the destruction is refused 不可銷毀"
        raise DestructionError(what, where=where, fix=fix, refusals=found)
    record = school.records.records[school.site, destruction_id].value
    assert isinstance(record, Destruction)  # noqa: S101 - refusals looked
    _unedited(school, destruction_id)
    keystore.check()
    with _alone(keystore):
        journal = begin(
            keystore, school.site, record.id, lambda: _journal(keystore, school, record)
        )
        _delete(keystore, journal)
        return _certify(keystore, school, record, journal, witnesses, now)


@contextlib.contextmanager
def _alone(keystore: Keystore) -> Iterator[None]:
    """Hold every replica's lock; DestructionError if another destruction runs."""
    with contextlib.ExitStack() as stack:
        for replica in keystore.replicas:
            stream = stack.enter_context((replica.folder / MARKER).open("r+b"))
            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                what, fix = "another destruction is running", "wait until it has ended"
                raise DestructionError(what, where=replica.label, fix=fix) from None
        yield


def _unedited(school: School, destruction_id: str) -> None:
    """RecordError if the file in the working tree says something that was not approved."""
    stored = school.records.records[school.site, destruction_id]
    place = parse_path(stored.path)
    assert place is not None  # noqa: S101 - it was stored under that path
    file = school.root / stored.path
    read = read_file(file.read_bytes(), path=stored.path, place=place)
    given = read.value
    if isinstance(given, Destruction) and stored.value != given:
        given = replace(given, done_on=None, certificate=None)  # a run that was killed at its end
    if given != stored.value:
        fix = "commit it or take the change back, then try again"
        raise RecordError(
            "檔案有修改但尚未提交 (it was edited and not committed)", where=str(file), fix=fix
        )


def _journal(keystore: Keystore, school: School, record: Destruction) -> Journal:
    """All keys of the targets, in git or only on a replica, and the batches that end with them."""
    wanted = tuple(blocks(school.records))
    gone = {*certified(school.records, wanted)}
    listed = {w for r in keystore.replicas for w in keystore.wraps(r, school.site)}
    targets = set(record.targets)
    ours = {w for w in wanted if w.site == school.site}
    keys = {w for w in ours | listed if w.record_id in targets}
    batches = []
    for batch in sorted({w.batch for w in keys}):
        left = {w for w in (ours - gone) | listed if w.batch == batch} - keys
        if not left and _is_past(batch, school.today):
            public = keystore.public_key(school.site, batch)
            batches.append((batch, public))
    ordered = sorted(keys, key=lambda w: w.name)
    return Journal(
        site=school.site, destruction=record.id, keys=tuple(ordered), batches=tuple(batches)
    )


def _is_past(batch: str, today: date) -> bool:
    """Whether nothing is sealed for the batch any more: its month of sealing is over."""
    return month_of(batch) < today.replace(day=1)


def _delete(keystore: Keystore, journal: Journal) -> None:
    for wrap in journal.keys:
        for replica in keystore.replicas:
            replica.delete(wrap.name)
    for batch, _ in journal.batches:
        for replica in keystore.replicas:
            for name in replica.names(f"periods/{journal.site}/{batch}"):
                replica.delete(name)


def _certify(
    keystore: Keystore,
    school: School,
    record: Destruction,
    journal: Journal,
    witnesses: Sequence[str],
    now: datetime,
) -> Purged:
    proof = prove(keystore, school.site, record.targets, [b for b, _ in journal.batches])
    if not proof.complete:
        what = "keys are left; nothing is certified"
        fix = "mount every replica and run it again"
        left = [*proof.offline, *(f"{label}: {name}" for label, name in proof.left)]
        raise DestructionError(what, where=record.id, fix=fix, refusals=left)
    if record.certificate is not None:
        return Purged(path=school.root / path_of(record), certificate=record.certificate)
    certificate = Certificate(
        at=now,
        witnesses=tuple(dict.fromkeys(witnesses)),
        replicas=proof.looked,
        keys=tuple(dict.fromkeys(_fingerprint(w) for w in journal.keys)),
        batches=tuple(f"{batch} {public}" for batch, public in journal.batches),
    )
    done = replace(record, done_on=local_date(now), certificate=certificate)
    before = school.records.records[school.site, record.id].data
    return Purged(path=write_again(school.root, done, kept=before), certificate=certificate)


def _fingerprint(wrap: Wrap) -> str:
    return f"{wrap.record_id} {wrap.key_id}"
