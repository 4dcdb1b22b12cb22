"""`verify`: every reason, one at a time, on a keystore that is otherwise in order."""

from datetime import date

import pytest

from cctv_policy.records import load_records
from cctv_policy.sealing import open_keystore, verify
from cctv_policy.strictyaml import dump
from tests.records.repo import Repo
from tests.records.samples import SITE, sample
from tests.sealing.store import BATCH, block, keystore_data, make, really_sealed

TODAY = date(2026, 3, 31)
RECORD = f"records/{SITE}/115/REQ-115-0001.yaml"
PUBLIC = f"keys/periods/{SITE}/{BATCH}.pub"


@pytest.fixture
def keystore(tmp_path):
    made = make(tmp_path, BATCH)
    commit(made, really_sealed(made, sample("REQ")))
    return made


def commit(keystore, record) -> None:
    repo = Repo(keystore.root)
    repo.put(record)
    repo.commit("record")


def faults(keystore, today=TODAY) -> list[tuple[str, str]]:
    """(code, path) of all faults; each says what to do."""
    found = verify(keystore, load_records(keystore.root), today=today).faults
    assert all(f.fix for f in found)
    return [(f.code, f.path) for f in found]


def key_name(keystore, replica=0) -> str:
    (name,) = keystore.replicas[replica].names("wraps")
    return name


def test_a_keystore_in_order_has_no_fault_from_the_month_of_sealing_on(keystore):
    assert faults(keystore, date(2026, 3, 1)) == []
    assert faults(keystore, date(2040, 1, 1)) == []


def test_a_month_to_come_is_told(keystore):
    assert faults(keystore, date(2026, 2, 28)) == [("sealed_bad_month", RECORD)]


@pytest.mark.parametrize(
    ("created", "found"),
    [
        ("2026-03-31T23:59:00+08:00", []),
        ("2026-03-31T16:00:00Z", [("sealed_bad_month", RECORD)]),  # April in Taipei
        ("2026-02-01T09:00:00+08:00", []),  # sealed later
    ],
)
def test_a_month_before_the_record_was_made_is_told(tmp_path, created, found):
    keystore = make(tmp_path, BATCH)
    sealed = block(keystore, "REQ-115-0001")
    commit(keystore, sample("REQ", created_at=created, sealed=sealed))
    assert faults(keystore) == found


def test_the_month_of_the_second_block_is_looked_at_too(tmp_path):
    keystore = make(tmp_path, BATCH, "2027-02-1")
    record = really_sealed(keystore, sample("REQ", status="rejected"))
    early = block(keystore, "REQ-115-0001", on=date(2026, 2, 28), decision_reason="不符")
    commit(keystore, record | {"sealed_later": early})
    assert faults(keystore) == [("sealed_bad_month", RECORD)]


def test_a_batch_that_never_ends_has_the_month_of_its_name(tmp_path):
    classes = [{"kind": "REQ", "years": "permanent"}]
    keystore = make(tmp_path, "2026-03-permanent", classes=classes)
    commit(keystore, really_sealed(keystore, sample("REQ")))
    assert faults(keystore) == []


def test_a_replica_that_is_away(keystore, tmp_path):
    (tmp_path / "store-b").rename(tmp_path / "away")
    assert faults(keystore) == [("replica_offline", "keystore/office-b")]


def test_a_key_in_one_replica_only(keystore):
    keystore.replicas[0].delete(key_name(keystore))
    assert faults(keystore) == [("sealed_one_copy", RECORD)]


def test_a_key_in_no_replica(keystore):
    name = key_name(keystore)
    for replica in keystore.replicas:
        replica.delete(name)
    assert faults(keystore) == [("sealed_no_wrap", RECORD)]


def test_a_damaged_key(keystore, tmp_path):
    (tmp_path / "store-a" / key_name(keystore)).write_bytes(b"torn")
    assert faults(keystore) == [("sealed_wrap_damaged", RECORD)]


def test_a_key_of_no_record(keystore):
    block(keystore, "REQ-115-0009")
    assert faults(keystore) == [("sealed_extra_wrap", f"keystore/{SITE}")]


def test_shares_do_not_follow_the_holders(keystore, tmp_path):
    data = keystore_data(tmp_path / "keys")
    other = keystore_data(tmp_path / "new" / "keys")["holders"][0]
    data["holders"][0] = other | {"name": "newcomer", "person": "P-0004"}
    (keystore.root / "keystore.yaml").write_text(dump(data))
    changed = open_keystore(keystore.root)
    assert {code for code, _ in faults(changed)} == {"sealed_leaver", "sealed_holder_missing"}


def test_a_batch_of_which_nobody_has_a_share(keystore):
    for replica in keystore.replicas:
        for name in replica.names(f"periods/{SITE}/{BATCH}"):
            replica.delete(name)
    assert faults(keystore) == [("sealed_no_shares", RECORD)]


def test_a_public_key_that_is_another_in_git(keystore):
    keystore.public_file(SITE, BATCH).write_text("age1other\n")
    assert faults(keystore) == [("sealed_batch_differs", PUBLIC)]


def test_a_public_key_that_git_lacks_is_made_again_by_what_the_message_says(keystore):
    keystore.public_file(SITE, BATCH).unlink()
    assert faults(keystore) == [("sealed_no_batch", PUBLIC)]
    keystore.new_batch(SITE, BATCH)
    assert faults(keystore) == []


def test_a_public_key_that_one_replica_lacks(keystore):
    keystore.replicas[1].delete(f"periods/{SITE}/{BATCH}/public")
    assert faults(keystore) == [("sealed_no_batch", PUBLIC)]
