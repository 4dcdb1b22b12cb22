"""Sealing and opening: what was sealed opens for holders only, unchanged, in its place only."""

import base64
from dataclasses import replace
from datetime import date

import pytest

from cctv_policy.errors import SealingError
from cctv_policy.records import Header, Sealed
from cctv_policy.sealing import load_identity, seal, unseal
from cctv_policy.secretstore import Secret
from tests.records.samples import SITE, read, sample
from tests.sealing.store import CLEAR, holder, make, revealed

DAY = date(2026, 3, 2)
BATCH = "2027-03-1"


@pytest.fixture
def keystore(tmp_path):
    return make(tmp_path, BATCH)


def sealed_for(keystore, record_id="REQ-115-0001", clear=CLEAR, **more) -> Sealed:
    return seal(keystore, site=SITE, record_id=record_id, clear=clear, on=DAY, **more)


def request(block: Sealed, **changes) -> Header:
    record = read(sample("REQ")).value
    assert isinstance(record, Header)
    return replace(record, sealed=block, **changes)


def code(action, *args, **kwargs) -> str:
    with pytest.raises(SealingError) as caught:
        action(*args, **kwargs)
    return caught.value.code


@pytest.mark.parametrize("name", ["custodian", "principal", "district"])
def test_every_holder_opens_what_was_sealed(keystore, tmp_path, name):
    opened = unseal(keystore, request(sealed_for(keystore)), holder(tmp_path, name))
    assert revealed(opened) == revealed(CLEAR)


def test_the_same_value_sealed_twice_differs_everywhere(keystore):
    one, two = sealed_for(keystore), sealed_for(keystore)
    assert one.key_id != two.key_id
    assert one.data[:64] != two.data[:64]
    same_tail = base64.b64decode(one.data)[-64:] == base64.b64decode(two.data)[-64:]
    assert not same_tail


def test_the_length_of_short_values_is_hidden(keystore):
    short = sealed_for(keystore, clear={"reason": Secret("a")})
    longer = sealed_for(keystore, clear={"reason": Secret("調閱" * 30)})
    assert len(short.data) == len(longer.data)


def test_both_replicas_hold_the_key_before_the_block_is_given(keystore):
    block = sealed_for(keystore)
    for replica in keystore.replicas:
        assert [w.key_id for w in keystore.wraps(replica)] == [block.key_id]


def test_a_later_block_has_a_key_of_its_own(keystore, tmp_path):
    first = sealed_for(keystore)
    later = sealed_for(keystore, clear={"decision_reason": Secret("無關")}, later=True)
    record = replace(request(first), sealed_later=later)
    assert revealed(unseal(keystore, record, holder(tmp_path), later=True)) == {
        "decision_reason": "無關"
    }
    swapped = replace(record, sealed=later, sealed_later=first)
    assert code(unseal, keystore, swapped, holder(tmp_path)) == "sealed_broken"


@pytest.mark.parametrize("at", [0, 11, 12, 100, -1])
def test_a_flipped_byte_is_refused(keystore, tmp_path, at):
    block = sealed_for(keystore)
    data = bytearray(base64.b64decode(block.data))
    data[at] ^= 1
    record = request(replace(block, data=base64.b64encode(data).decode()))
    assert code(unseal, keystore, record, holder(tmp_path)) == "sealed_broken"


def test_a_block_moved_to_another_record_is_refused(keystore, tmp_path):
    block = sealed_for(keystore)
    other = replace(request(block), id="REQ-115-0002")
    assert code(unseal, keystore, other, holder(tmp_path)) == "sealed_no_wrap"
    for replica in keystore.replicas:  # even with the key put beside it
        name = f"wraps/{SITE}/{BATCH}/REQ-115-0001.{block.key_id}.age"
        replica.put(name.replace("0001.", "0002."), replica.get(name))
    assert code(unseal, keystore, other, holder(tmp_path)) == "sealed_broken"


def test_another_batch_is_refused(keystore, tmp_path):
    keystore.new_batch(SITE, "2027-04-1")
    block = sealed_for(keystore)
    record = request(replace(block, batch="2027-04-1"))
    assert code(unseal, keystore, record, holder(tmp_path)) == "sealed_no_wrap"
    for replica in keystore.replicas:
        name = f"wraps/{SITE}/{BATCH}/REQ-115-0001.{block.key_id}.age"
        replica.put(name.replace("-03-", "-04-"), replica.get(name))
    assert code(unseal, keystore, record, holder(tmp_path)) == "sealed_wrap_damaged"


def test_a_changed_list_of_fields_is_refused(keystore, tmp_path):
    block = sealed_for(keystore)
    record = request(replace(block, fields=block.fields[:-1]))
    assert code(unseal, keystore, record, holder(tmp_path)) == "sealed_broken"


def test_a_missing_key_is_told(keystore, tmp_path):
    block = sealed_for(keystore)
    for replica in keystore.replicas:
        assert replica.delete(f"wraps/{SITE}/{BATCH}/REQ-115-0001.{block.key_id}.age")
    assert code(unseal, keystore, request(block), holder(tmp_path)) == "sealed_no_wrap"


def test_one_replica_is_enough_to_open(keystore, tmp_path):
    block = sealed_for(keystore)
    (tmp_path / "store-a").rename(tmp_path / "away")
    assert revealed(unseal(keystore, request(block), holder(tmp_path))) == revealed(CLEAR)


def test_a_damaged_key_is_taken_from_the_other_replica(keystore, tmp_path):
    block = sealed_for(keystore)
    name = f"wraps/{SITE}/{BATCH}/REQ-115-0001.{block.key_id}.age"
    (tmp_path / "store-a" / name).write_bytes(b"x")
    assert revealed(unseal(keystore, request(block), holder(tmp_path))) == revealed(CLEAR)
    (tmp_path / "store-b" / name).write_bytes(b"")
    assert code(unseal, keystore, request(block), holder(tmp_path)) == "sealed_wrap_damaged"


def test_a_stranger_opens_nothing(keystore, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    make(tmp_path / "elsewhere")
    stranger = load_identity(tmp_path / "elsewhere" / "keys" / "custodian")
    block = sealed_for(keystore)
    assert code(unseal, keystore, request(block), stranger) == "sealed_not_holder"


@pytest.mark.parametrize("gone", ["store-a", "store-b"])
def test_nothing_is_sealed_while_a_replica_is_away(keystore, tmp_path, gone):
    (tmp_path / gone).rename(tmp_path / "away")
    assert code(sealed_for, keystore) == "replica_offline"
    (tmp_path / gone).mkdir()  # the mount point without the disk
    assert code(sealed_for, keystore) == "replica_offline"
    (tmp_path / gone).rmdir()
    (tmp_path / "away").rename(tmp_path / gone)
    assert not [w for r in keystore.replicas for w in keystore.wraps(r)]


def test_a_key_that_one_replica_does_not_take_is_taken_back(keystore, tmp_path):
    sealed_for(keystore)
    shelf = tmp_path / "store-b" / "wraps" / SITE / BATCH
    for file in shelf.iterdir():
        file.unlink()
    shelf.rmdir()
    shelf.write_text("in the way")
    assert code(sealed_for, keystore, record_id="REQ-115-0002") == "replica_failed"
    assert [w.record_id for w in keystore.wraps(keystore.replicas[0])] == ["REQ-115-0001"]


def test_without_a_batch_nothing_is_sealed(keystore):
    sealing = {"site": SITE, "record_id": "REQ-115-0001", "clear": CLEAR}
    assert code(seal, keystore, **sealing, on=date(2026, 4, 1)) == "sealed_no_batch"


def test_a_public_key_put_into_git_by_somebody_else_is_refused(keystore):
    keystore.new_batch(SITE, "2027-04-1")
    other = keystore.public_file(SITE, "2027-04-1").read_text()
    keystore.public_file(SITE, BATCH).write_text(other)
    assert code(sealed_for, keystore) == "sealed_batch_differs"


def test_the_class_of_a_kind_is_in_its_batch(tmp_path):
    keystore = make(tmp_path, "2031-03-5", classes=[{"kind": "INC", "years": "5"}])
    clear = {"description": Secret("遭翻拍")}
    block = seal(keystore, site=SITE, record_id="INC-115-0001", clear=clear, on=DAY)
    assert block.batch == "2031-03-5"


def test_secrets_show_themselves_nowhere(keystore, tmp_path):
    opened = unseal(keystore, request(sealed_for(keystore)), holder(tmp_path))
    shown = repr(opened) + str(holder(tmp_path)) + repr(keystore)
    for value in revealed(CLEAR).values():
        assert value not in shown
    assert "SECRET" not in shown
