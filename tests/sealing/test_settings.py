"""keystore.yaml: every fault with its line, and who may open what."""

from datetime import date

import pytest

from cctv_policy.errors import SealingError
from cctv_policy.sealing import load_settings
from cctv_policy.strictyaml import dump
from tests.records.samples import SITE
from tests.sealing.store import keystore_data


def faults(folder, data) -> list[tuple[str, int, str]]:
    (folder / "keystore.yaml").write_text(data if isinstance(data, str) else dump(data))
    with pytest.raises(SealingError) as caught:
        load_settings(folder)
    text = str(caught.value)
    assert all(str(fault) in text for fault in caught.value.faults)
    return [(f.code, f.line, f.key) for f in caught.value.faults]


def test_a_good_file_is_read(tmp_path):
    (tmp_path / "keystore.yaml").write_text(dump(keystore_data(tmp_path / "keys")))
    settings = load_settings(tmp_path)
    assert [h.name for h in settings.holders_of(SITE)] == ["custodian", "principal", "district"]
    assert [h.name for h in settings.holders_of("other-es")] == ["district"]
    assert settings.batch("REQ", date(2026, 12, 31)) == "2027-12-1"


def test_no_file(tmp_path):
    with pytest.raises(SealingError) as caught:
        load_settings(tmp_path)
    assert caught.value.faults[0].code == "no_keystore"


@pytest.mark.parametrize(
    ("change", "code", "key"),
    [
        ({"replicas": []}, "too_few", "replicas"),
        ({"holders": []}, "too_few", "holders"),
        ({"id": "Not An Id"}, "bad_id", "id"),
        ({"extra": "x"}, "unknown_field", "extra"),
        ({"classes": [{"kind": "INC", "years": "2"}]}, "bad_choice", "classes[0].years"),
        ({"classes": [{"kind": "XXX", "years": "1"}]}, "bad_choice", "classes[0].kind"),
    ],
)
def test_a_fault_has_its_place(tmp_path, change, code, key):
    data = keystore_data(tmp_path / "keys") | change
    found = faults(tmp_path, data)
    assert (code, key) in [(c, k) for c, _, k in found]
    assert all(line for _, line, _ in found)


@pytest.mark.parametrize(
    "key", ["", "age1abc", "AGE-SECRET-KEY-1ABC", "ssh-rsa AAAA", "ssh-ed25519 AAAA", "age1 age1"]
)
def test_what_is_no_public_key_is_refused_and_not_repeated(tmp_path, key):
    data = keystore_data(tmp_path / "keys")
    data["holders"][1]["recipient"] = key
    assert [(c, k) for c, _, k in faults(tmp_path, data)] == [
        ("bad_recipient", "holders[1].recipient")
    ]


def test_two_replicas_on_one_folder_are_one(tmp_path):
    data = keystore_data(tmp_path / "keys")
    data["replicas"][1]["path"] = "../x/../store-a"
    assert [c for c, _, _ in faults(tmp_path, data)] == ["same_twice"]


def test_one_key_for_two_holders_is_one_holder(tmp_path):
    data = keystore_data(tmp_path / "keys")
    data["holders"][2]["recipient"] = data["holders"][1]["recipient"] + " another comment"
    assert [(c, k) for c, _, k in faults(tmp_path, data)] == [
        ("same_twice", "holders[2].recipient")
    ]


def test_a_school_with_one_holder_is_refused(tmp_path):
    data = keystore_data(tmp_path / "keys")
    data["holders"] = [data["holders"][0], data["holders"][1] | {"schools": ["other-es"]}]
    assert {c for c, _, _ in faults(tmp_path, data)} == {"sealed_no_recipients"}
