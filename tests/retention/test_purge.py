"""B28 and the destruction itself: what is refused, what is destroyed, proven, resumed."""

import fcntl
import os
import shutil
import signal
import sys
from datetime import date, timedelta

import pytest

from cctv_policy.errors import DestructionError, RecordError, SealingError
from cctv_policy.records import load_records, record_path
from cctv_policy.records.cases import Destruction
from cctv_policy.records.check import check_change
from cctv_policy.retention import purge, refusals, verify
from cctv_policy.sealing import custody, unseal
from cctv_policy.sealing.shares import copy_missing
from tests.records.people import approval, entry
from tests.records.samples import SITE, sample
from tests.retention.office import (
    BATCH,
    DST,
    NOW,
    WINDOW,
    WITNESSES,
    Office,
    destruction,
    old_request,
    reopened,
)
from tests.sealing.store import block, holder

CLOSED_CASES = ("held", "case_open", "copy_kept")


def codes(office, now=NOW, witnesses=WITNESSES, record_id=DST) -> set[str]:
    return {f.code for f in refusals(office.school(now), record_id, witnesses)}


def refused(office, **more) -> set[str]:
    """The codes with which the purge itself refuses; nothing must have changed."""
    before = office.listing()
    with pytest.raises(DestructionError) as caught:
        office.purge(**more)
    assert office.listing() == before
    return {getattr(r, "code", str(r)) for r in caught.value.refusals}


def hold(**changes):
    scope = [{"device_id": "nvr-1", "ch": "3", **WINDOW}]
    return sample("HLD", scope=scope, copies=None) | changes


def test_an_approved_destruction_removes_every_key_and_says_so(tmp_path):
    office = Office(tmp_path)
    assert codes(office) == set()
    done = office.purge()
    assert office.keys_of("REQ-114-0001") == office.keys_of("REG-114-0001") == [0, 0]
    assert sum(office.keys_of("CUS-115-0001")) == 2  # nobody else's key
    certificate = done.certificate
    assert {k.split(" ")[0] for k in certificate.keys} == {"REQ-114-0001", "REG-114-0001"}
    assert certificate.replicas == ("office-a", "office-b")
    assert [b.split(" ")[0] for b in certificate.batches] == [BATCH]  # nothing else was in it
    assert not [n for names in office.listing() for n in names if BATCH in n]
    base = office.repo.head()
    head = office.repo.commit(DST, at="2026-03-03T14:00:00+08:00")
    assert check_change(office.repo.folder, base, head, now=NOW) == []
    records = load_records(office.repo.folder)
    (seen,) = verify(office.keystore, records)
    assert seen.good and seen.proof.looked == ("office-a", "office-b")
    found = custody(office.keystore, records)
    assert not [w for w in found.lost if w.site == SITE] and found.undead == []


def test_the_certificate_is_added_and_no_word_of_the_list_changes(tmp_path):
    office = Office(tmp_path, created_at="2026-03-03T08:00+08:00")  # to the minute, as people write
    target = office.repo.folder / record_path(DST, SITE)
    before = target.read_text().splitlines()
    office.purge()
    after = target.read_text().splitlines()
    assert set(before) - set(after) == set()
    base = office.repo.head()
    head = office.repo.commit(DST, at="2026-03-03T14:00:00+08:00")
    assert check_change(office.repo.folder, base, head, now=NOW) == []


def test_after_the_destruction_nobody_opens_it_and_the_record_is_untouched(tmp_path):
    office = Office(tmp_path)
    record = office.school().records.records[SITE, "REQ-114-0001"]
    before = record.sha256
    unseal(office.keystore, record.value, holder(tmp_path))
    office.purge()
    office.repo.commit(DST)
    after = office.school().records.records[SITE, "REQ-114-0001"]
    assert after.sha256 == before
    with pytest.raises(SealingError) as caught:
        unseal(office.keystore, after.value, holder(tmp_path))
    assert caught.value.code == "sealed_no_wrap"


def test_approvals_of_destroyed_records_still_verify(tmp_path):
    office = Office(tmp_path, approve=False)
    for role, person, hour in (("officer", "P-0001", 9), ("unit_head", "P-0002", 10)):
        at = f"2026-02-03T{hour:02}:00:00+08:00"
        path, data = approval(office.repo.folder, role, person, at=at, record_id="REQ-114-0001")
        office.repo.write(path, data)
    office.repo.commit("approvals")
    office.approve()
    office.purge()
    office.repo.commit(DST)
    (seen,) = verify(office.keystore, load_records(office.repo.folder))
    assert seen.unsigned == () and seen.good


def test_b28_before_its_day_nothing_goes(tmp_path):
    late = {"closed_on": "2025-03-03"}  # must exist through 2026-03-03
    office = Office(tmp_path, targets=["REQ-114-0002"], approve=False)
    office.add(old_request(2, **late))
    office.approve()
    assert refused(office) == {"not_due", "wrong_day"}
    assert codes(office, now=NOW + timedelta(days=1)) == {"wrong_day"}


def test_b28_without_a_list_nothing_goes(tmp_path):
    office = Office(tmp_path)
    assert refused(office, record_id="DST-115-0009") == {"no_record"}


def test_b28_without_both_approvals_nothing_goes(tmp_path):
    office = Office(tmp_path, approve=False)
    assert refused(office) == {"not_approved"}


def test_b28_a_list_changed_after_it_was_approved_is_not_approved(tmp_path):
    office = Office(tmp_path)
    office.add(old_request(2))
    office.propose(destruction("REQ-114-0001", "REG-114-0001", "REQ-114-0002"))
    assert refused(office) == {"not_approved"}


@pytest.mark.parametrize(
    ("record", "code"),
    [
        (hold(), "held"),
        (hold(review_on="2026-03-02"), "held"),  # an overdue review ends no hold
        (sample("INC", source="REQ-114-0001"), "case_open"),
        (sample("KEP", source="REQ-114-0001", recorded_on="2026-03-01"), "copy_kept"),
    ],
)
def test_b28_what_is_held_or_open_or_copied_stays(tmp_path, record, code):
    office = Office(tmp_path, record)
    assert code in refused(office) <= set(CLOSED_CASES)


def test_a_hold_of_another_time_protects_nothing(tmp_path):
    assert codes(Office(tmp_path, sample("HLD"))) == set()
    released = {"released_on": "2026-03-02", "released_by": "P-0003", "release_reason": "結案"}
    (tmp_path / "other").mkdir()
    assert codes(Office(tmp_path / "other", hold(**released))) == set()


def test_a_hold_that_is_not_merged_yet_protects_too(tmp_path):
    office = Office(tmp_path)
    office.repo.git("checkout", "-qb", "hold")
    office.add(hold())
    office.repo.git("checkout", "-q", "main")
    assert refused(office) == {"hold_elsewhere"}


def test_a_hold_that_is_not_committed_yet_protects_too(tmp_path):
    office = Office(tmp_path)
    office.repo.put(hold())
    assert refused(office) == {"hold_elsewhere"}


def test_a_record_that_cannot_be_read_may_be_a_hold(tmp_path):
    office = Office(tmp_path)
    office.repo.write(f"records/{SITE}/115/HLD-115-0001.yaml", "torn: [")
    office.repo.commit("torn")
    assert refused(office) == {"unreadable_blocks"}


@pytest.mark.parametrize("witnesses", [(), ("P-0001",), ("P-0001", "P-0001"), ("P-0001", "P-0003")])
def test_two_witnesses_of_the_list_must_be_there(tmp_path, witnesses):
    assert codes(Office(tmp_path), witnesses=witnesses) == {"no_witness"}


def test_a_witness_who_left_is_none(tmp_path):
    office = Office(tmp_path, supervised_by=["P-0001", "P-0005"])
    assert codes(office, witnesses=("P-0001", "P-0005")) == {"no_witness"}


def test_the_class_of_the_destruction_counts_too(tmp_path):
    office = Office(tmp_path, archive_retention_class="3")
    assert refused(office) == {"not_due", "wrong_day"}


def test_an_edited_list_is_refused(tmp_path):
    office = Office(tmp_path)
    office.repo.put(destruction("REQ-114-0001"))
    with pytest.raises(RecordError, match="edited"):
        office.purge()
    assert sum(office.keys_of("REQ-114-0001")) == 2


@pytest.mark.parametrize("label", ["store-a", "store-b"])
def test_b28_with_a_replica_offline_nothing_goes(tmp_path, label):
    office = Office(tmp_path)
    (tmp_path / label).rename(tmp_path / "away")
    (tmp_path / label).mkdir()  # the mount point stays
    with pytest.raises(SealingError) as caught:
        office.purge()
    assert caught.value.code == "replica_offline"
    (tmp_path / label).rmdir()
    (tmp_path / "away").rename(tmp_path / label)
    assert office.keys_of("REQ-114-0001") == [1, 1]


def test_b28_a_replica_lost_half_way_claims_nothing_and_is_resumed(tmp_path, monkeypatch):
    office = Office(tmp_path)
    replica = type(office.keystore.replicas[1])
    plain, calls = replica.delete, []

    def delete(self, name):
        if self.label == "office-b" and name.startswith("wraps"):
            calls.append(name)
            if len(calls) == 2:
                (tmp_path / "store-b").rename(tmp_path / "away")
        return plain(self, name)

    monkeypatch.setattr(replica, "delete", delete)
    with pytest.raises(SealingError) as caught:
        office.purge()
    assert caught.value.code == "replica_offline"
    monkeypatch.undo()
    stored = office.school().records.records[SITE, DST].value
    assert stored.done_on is None and stored.certificate is None
    (seen,) = verify(office.keystore, load_records(office.repo.folder), only=[DST])
    assert not seen.good and seen.proof.offline == ("office-b",)
    (tmp_path / "away").rename(tmp_path / "store-b")
    office.purge()
    assert office.keys_of("REQ-114-0001") == [0, 0]


def test_a_hold_that_comes_between_stops_the_rest(tmp_path, monkeypatch):
    office = Office(tmp_path)
    replica = type(office.keystore.replicas[1])
    plain = replica.delete

    def delete(self, name):
        if name.startswith("wraps") and "REQ-114" in name:
            raise OSError("killed")
        return plain(self, name)

    monkeypatch.setattr(replica, "delete", delete)
    with pytest.raises(OSError, match="killed"):
        office.purge()
    monkeypatch.undo()
    office.add(hold())
    assert "held" in refused(office)
    assert office.keys_of("REQ-114-0001") == [1, 1]


def test_a_batch_with_a_record_left_keeps_its_secret(tmp_path):
    office = Office(tmp_path, old_request(2, closed_on="2026-02-20"))
    done = office.purge()
    assert done.certificate.batches == ()
    record = office.school().records.records[SITE, "REQ-114-0002"].value
    assert unseal(office.keystore, record, holder(tmp_path))


def test_a_key_of_an_unmerged_record_keeps_its_batch(tmp_path):
    office = Office(tmp_path)
    office.repo.git("checkout", "-qb", "other")
    office.add(old_request(7))
    office.repo.git("checkout", "-q", "main")
    assert office.purge().certificate.batches == ()


def test_keys_of_failed_tries_go_with_their_record(tmp_path):
    office = Office(tmp_path)
    block(office.keystore, "REQ-114-0001", on=date(2025, 1, 13))
    assert office.keys_of("REQ-114-0001") == [2, 2]
    office.purge()
    assert office.keys_of("REQ-114-0001") == [0, 0]


def test_a_backup_that_brings_keys_back_is_told_and_cleared(tmp_path):
    office = Office(tmp_path)
    shutil.copytree(tmp_path / "store-b", tmp_path / "backup")
    office.purge()
    office.repo.commit(DST)
    shutil.rmtree(tmp_path / "store-b")
    (tmp_path / "backup").rename(tmp_path / "store-b")
    records = load_records(office.repo.folder)
    found = custody(office.keystore, records)
    assert {w.record_id for w in found.undead} == {"REQ-114-0001", "REG-114-0001"}
    (seen,) = verify(office.keystore, records)
    assert not seen.good and seen.proof.left
    copied = {name for _, name in copy_missing(found)}
    assert not [name for name in copied if name.startswith("wraps")]
    office.purge()
    (seen,) = verify(office.keystore, records)
    assert seen.good


def test_two_destructions_do_not_run_at_once(tmp_path):
    office = Office(tmp_path)
    with (tmp_path / "store-a" / "KEYSTORE").open("r+b") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(DestructionError, match="another destruction"):
            office.purge()
    assert office.keys_of("REQ-114-0001") == [1, 1]


def test_a_torn_journal_says_that_nothing_went(tmp_path):
    office = Office(tmp_path)
    office.keystore.replicas[0].put(f"destroyed/{SITE}/{DST}.json", b'{"site": "ping')
    office.purge()
    assert office.keys_of("REQ-114-0001") == [0, 0]


_WRITES = {"os.remove", "os.mkdir", "os.link", "os.rename"}


def _killed_at(office, point: int) -> int | None:
    """Purge in a child that kills itself before its `point`th change of the file system.

    None: it ended before; else how many changes it had made. Reads are no points.
    """
    pid = os.fork()
    if pid == 0:
        seen = 0

        def audit(event, args):
            nonlocal seen
            writes = event == "open" and isinstance(args[2], int) and args[2] & 3
            if event in _WRITES or writes or event == "fcntl.flock":
                seen += 1
                if seen == point:
                    os.kill(os.getpid(), signal.SIGKILL)

        try:
            school = office.school()
            assert school.records.records
            sys.addaudithook(audit)
            purge(office.keystore, school, DST, witnesses=WITNESSES, now=NOW)
            os._exit(0)
        except BaseException:
            os._exit(1)
    _, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status):
        return point
    assert os.WEXITSTATUS(status) == 0
    return None


def test_b28_killed_anywhere_it_resumes_to_all_gone_and_claims_nothing_before(tmp_path):
    (tmp_path / "model").mkdir()
    Office(tmp_path / "model")
    deaths = 0
    for point in range(1, 200):
        home = tmp_path / f"p{point}"
        shutil.copytree(tmp_path / "model", home, symlinks=True)
        office = reopened(home)
        if _killed_at(office, point) is None:
            break
        deaths += 1
        path = home / "district" / office.school().records.records[SITE, DST].path
        if "certificate" in path.read_text():  # claimed: then it must be true already
            assert office.keys_of("REQ-114-0001") == office.keys_of("REG-114-0001") == [0, 0]
        done = office.purge()
        assert office.keys_of("REQ-114-0001") == office.keys_of("REG-114-0001") == [0, 0]
        assert not [n for names in office.listing() for n in names if BATCH in n]
        assert len(done.certificate.keys) == 2 and len(done.certificate.batches) == 1
        litter = [p for p in (home / "district/records").rglob(".*") if p.is_file()]
        assert len(litter) <= 1  # the certificate's own spare file, if it was killed just there
        shutil.rmtree(home)
    assert deaths > 20


def test_the_certificate_is_kept_to_by_later_changes(tmp_path):
    office = Office(tmp_path)
    done = office.purge()
    base = office.repo.commit(DST, at="2026-03-03T14:00:00+08:00")
    text = done.path.read_text()
    office.repo.write(f"records/{SITE}/115/{DST}.yaml", text.replace("office-b", "office-c"))
    head = office.repo.commit("changed", at="2026-03-03T14:00:00+08:00")
    later = NOW + timedelta(hours=1)
    found = check_change(office.repo.folder, base, head, now=later)
    assert {f.code for f in found} == {"record_changed"}


def test_a_roster_entry_is_never_lost_by_a_destruction(tmp_path):
    office = Office(tmp_path, entry("P-0005", 6, to="2026-02-28"))
    value = office.school().records.records[SITE, DST].value
    assert isinstance(value, Destruction)
    office.purge()
    assert office.keys_of("CUS-115-0006") == [1, 1]
