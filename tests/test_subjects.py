"""What a rule is asked: finished values of the right device, and nothing that could not be used."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cctv_policy.model import Json
from tests import corpus, district
from tests.district import AS_OF, District, ago


def asked(tmp_path: Path, **described: Any) -> dict[str, dict[str, Json]]:
    built = District.of(described)
    return corpus.documents(built, built.write(tmp_path))


def test_every_school_recorder_and_camera_is_asked_about(tmp_path: Path) -> None:
    found = asked(tmp_path)
    assert {key: d["subject"]["kind"] for key, d in found.items()} == {
        district.SITE: "site",
        district.NVR: "recorder",
        district.CAMERA: "camera",
    }
    assert {d["as_of_s"] for d in found.values()} == {int(AS_OF.timestamp())}


def test_a_fact_that_cannot_be_used_is_a_gap_and_no_value(tmp_path: Path) -> None:
    nvr = asked(tmp_path, evidence={"nvr": {"time.tz": {"raw": 8}}})["nvr"]
    assert "time.tz" not in nvr["facts"]
    assert nvr["gaps"]["time.tz"]["code"] == "malformed"
    assert nvr["gaps"]["time.tz"]["values"]["fact"] == "time.tz"


def test_a_partial_fact_is_a_value_and_a_gap(tmp_path: Path) -> None:
    nvr = asked(tmp_path, evidence={"nvr": {"accounts": {"value": [{}], "partial": True}}})["nvr"]
    assert nvr["facts"]["accounts"][0]["name"] == "admin"
    assert nvr["gaps"]["accounts"]["code"] == "partial"


def test_times_of_the_device_are_corrected_by_its_clock(tmp_path: Path) -> None:
    """An hour ahead: what the device calls 10:00 was 09:00."""
    nvr = asked(tmp_path, evidence={"nvr": {"time.offset_s": 3600}})["nvr"]
    (channel,) = nvr["facts"]["channels"]
    assert channel["oldest_s"] == int(AS_OF.timestamp()) - 20 * 86_400 - 3600
    (account,) = nvr["facts"]["accounts"]
    assert account["changed_s"] == int(AS_OF.timestamp()) - 60 * 86_400 - 3600


def test_what_is_owed_of_a_channel_comes_from_its_own_area(tmp_path: Path) -> None:
    cameras = [{}, {"id": "cam-2", "ch": "2", "area": "kindergarten", "address": "192.168.10.22"}]
    found = asked(tmp_path, cameras=cameras, pack="tw-ntpc-kindergarten")["nvr"]
    days = {c["ch"]: c["min_days"] for c in found["facts"]["channels"]}
    assert days == {"1": 14, "2": 30}


def test_a_channel_of_the_inventory_that_the_recorder_lacks_is_there(tmp_path: Path) -> None:
    cameras = [{}, {"id": "cam-2", "ch": "2", "address": "192.168.10.22"}]
    one, two = asked(tmp_path, cameras=cameras)["nvr"]["facts"]["channels"]
    assert (one["absent"], two["absent"], two["oldest_s"]) == (False, True, None)


@pytest.mark.parametrize(
    ("told", "asked_of"),
    [
        ([{"addresses": ["192.168.10.5"]}], "private"),
        ([{"addresses": ["163.20.1.9"]}], "public"),
        ([{"addresses": ["192.168.010.5"]}], "malformed"),
    ],
)
def test_addresses_come_with_their_class(tmp_path: Path, told: Any, asked_of: str) -> None:
    nvr = asked(tmp_path, evidence={"nvr": {"interfaces": told}})["nvr"]
    assert [entry["class"] for entry in nvr["facts"]["interfaces"]] == [asked_of]


def test_a_known_device_is_known_by_any_spelling_of_its_address(tmp_path: Path) -> None:
    seen = [{"address": "::ffff:192.168.10.21"}, {"address": "192.168.10.99"}]
    site = asked(tmp_path, evidence={"nvr": {"seen": seen}})[district.SITE]
    assert [entry["known"] for entry in site["facts"]["seen"]] == [True, False]


def test_coverage_counts_devices_that_told_something_fresh(tmp_path: Path) -> None:
    site = asked(tmp_path, without=[district.CAMERA])[district.SITE]
    assert {d["id"]: d["fresh"] for d in site["facts"]["coverage"]} == {
        district.NVR: True,
        district.CAMERA: False,
    }


def test_the_routers_sheet_of_the_school_is_every_devices(tmp_path: Path) -> None:
    sheet = {"dmz_host": "192.168.10.21", "checked_at": ago(days=2)}
    found = asked(tmp_path, evidence={district.SITE: {"exposure.router": sheet}})
    for device in (district.NVR, district.CAMERA):
        (dmz,) = found[device]["facts"]["exposure.router"]["dmz"]
        assert dmz["normalised"] == "192.168.10.21"
