"""What listings tell: missing, single, extra, damaged keys; holders who left; drills; copies."""

from datetime import date

import pytest

from cctv_policy.errors import SealingError
from cctv_policy.records import load_records
from cctv_policy.sealing import custody, load_identity, open_keystore
from cctv_policy.sealing.drill import drill, last_drill, write_drill
from cctv_policy.sealing.shares import copy_missing, rewrap
from cctv_policy.strictyaml import dump
from tests.records.samples import SITE, sample
from tests.sealing.store import BATCH, block, district, holder, keystore_data, make

TODAY = date(2026, 6, 1)


@pytest.fixture
def store(tmp_path):
    return district(tmp_path, sample("REQ"), sample("REG"))


def seen(keystore, **more):
    return custody(keystore, load_records(keystore.root), **more)


def codes(keystore, **more) -> set[str]:
    return {fault.code for fault in seen(keystore, **more).faults()}


def name_of(keystore, record_id="REQ-115-0001") -> str:
    (wrap,) = seen(keystore).of(SITE, record_id)
    return wrap.name


def test_an_honest_keystore_has_no_fault(store):
    found = seen(store[0], read=True)
    # the roster entry of the district has a stand-in block, and no key
    lost = [w.record_id for w in found.lost]
    assert (lost, found.single, found.extra, found.leavers) == (["CUS-115-0001"], [], [], [])
    assert found.lost[0].site == "ntpc-edu"
    assert found.recipients(SITE) == ("P-0001", "P-0003", "P-0009")


def test_a_lost_key_is_told_and_where_one_copy_is_left(store, tmp_path):
    keystore = store[0]
    keystore.replicas[0].delete(name_of(keystore))
    assert [w.record_id for w in seen(keystore).single] == ["REQ-115-0001"]
    keystore.replicas[1].delete(name_of(keystore))
    assert "REQ-115-0001" in [w.record_id for w in seen(keystore).lost]
    fault = next(f for f in seen(keystore).faults() if "REQ" in f.path)
    assert (fault.code, fault.path) == ("sealed_no_wrap", f"records/{SITE}/115/REQ-115-0001.yaml")


def test_of_a_replica_that_is_away_nothing_is_claimed(store, tmp_path):
    keystore = store[0]
    (tmp_path / "store-b").rename(tmp_path / "away")
    found = seen(keystore)
    assert (found.online, found.offline, found.single) == (("office-a",), ("office-b",), [])
    assert "replica_offline" in codes(keystore)


def test_a_folder_that_is_another_keystore_is_away(store, tmp_path):
    (tmp_path / "store-b" / "KEYSTORE").write_text("cctv-policy/keystore/1\nother\noffice-b\n")
    assert seen(store[0]).offline == ("office-b",)


def test_a_key_of_no_record_and_a_damaged_key_are_told(store, tmp_path):
    keystore = store[0]
    block(keystore, "REQ-115-0009")
    (tmp_path / "store-a" / name_of(keystore)).write_bytes(b"torn")
    assert {"sealed_extra_wrap", "sealed_wrap_damaged"} <= codes(keystore, read=True)


def test_a_leaver_keeps_no_share_and_a_newcomer_gets_one(store, tmp_path):
    keystore = store[0]
    (tmp_path / "new").mkdir()
    data = keystore_data(tmp_path / "keys")
    newcomer = keystore_data(tmp_path / "new" / "keys")["holders"][0]
    data["holders"][0] = newcomer | {"name": "new-custodian", "person": "P-0004"}
    (keystore.root / "keystore.yaml").write_text(dump(data))
    keystore = open_keystore(keystore.root)
    assert {"sealed_leaver", "sealed_holder_missing"} <= codes(keystore)
    assert seen(keystore).recipients(SITE) == ("P-0003", "P-0009")
    with pytest.raises(SealingError) as caught:  # the newcomer cannot let himself in
        list(rewrap(keystore, load_identity(tmp_path / "new" / "keys" / "custodian")))
    assert caught.value.code == "sealed_not_holder"
    changes = list(rewrap(keystore, holder(tmp_path, "district")))
    assert [(c.share.holder, c.added) for c in changes] == [
        ("new-custodian", True),
        ("custodian", False),
    ]
    assert seen(keystore).recipients(SITE) == ("P-0003", "P-0004", "P-0009")
    assert list(rewrap(keystore, holder(tmp_path, "district"))) == []
    person = keystore.settings.holders[0]
    identity = load_identity(tmp_path / "new" / "keys" / "custodian")
    records = load_records(keystore.root)
    assert drill(keystore, records, person, identity, on=TODAY).passed
    assert not drill(keystore, records, person, holder(tmp_path), on=TODAY).passed


def test_a_drill_opens_the_oldest_and_the_newest_block_and_is_written_down(store, tmp_path):
    keystore = store[0]
    records = load_records(keystore.root)
    custodian = keystore.settings.holders[0]
    result = drill(keystore, records, custodian, holder(tmp_path), on=TODAY)
    assert result.passed and len(result.opened) == 2
    write_drill(keystore.root, result)
    assert last_drill(keystore.root, "custodian") == TODAY
    assert last_drill(keystore.root, "principal") is None


def test_a_drill_with_another_holders_key_fails(store, tmp_path):
    keystore = store[0]
    records = load_records(keystore.root)
    custodian = keystore.settings.holders[0]
    result = drill(keystore, records, custodian, holder(tmp_path, "principal"), on=TODAY)
    assert not result.passed and "sealed_not_holder" in result.failed[0]
    write_drill(keystore.root, result)
    assert last_drill(keystore.root, "custodian") is None


def test_a_lost_replica_is_filled_again_from_the_other(store, tmp_path):
    keystore = store[0]
    before = _names(keystore, 1)
    (tmp_path / "store-b").rename(tmp_path / "dead")
    keystore.replicas[1].create()
    assert "sealed_one_copy" in codes(keystore)
    copied = list(copy_missing(seen(keystore)))
    assert {label for label, _ in copied} == {"office-b"}
    assert _names(keystore, 1) == before
    assert list(copy_missing(seen(keystore))) == []


def _names(keystore, index) -> set[str]:
    replica = keystore.replicas[index]
    return {*replica.names("wraps"), *replica.names("periods")}


def test_a_batch_that_was_killed_half_way_is_made_anew(tmp_path):
    keystore = make(tmp_path)
    keystore.replicas[0].put(f"periods/{SITE}/{BATCH}/custodian.0123456789abcdef.age", b"torn")
    keystore.new_batch(SITE, BATCH)
    shares = [list(keystore.shares(r)) for r in keystore.replicas]
    assert len(shares[0]) == 3 and shares[0] == shares[1]


def test_a_batch_published_on_one_replica_only_is_finished(tmp_path):
    keystore = make(tmp_path, BATCH)
    keystore.replicas[1].delete(f"periods/{SITE}/{BATCH}/public")
    keystore.public_file(SITE, BATCH).unlink()
    assert keystore.new_batch(SITE, BATCH) is not None
    keystore.public_key(SITE, BATCH)
    assert keystore.new_batch(SITE, BATCH) is None
