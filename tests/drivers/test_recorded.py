"""Recorded replies of the real software give the golden facts; broken replies never give others."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cctv_policy.drivers.framing import CannotTell
from cctv_policy.drivers.machine import Told
from cctv_policy.facts import FACTS
from cctv_policy.model import Json
from cctv_policy.state import Why
from tests.drivers.cases import HERE, KINDS, MARK, as_json, every, load

CASES = pytest.mark.parametrize("folder", every(), ids=lambda p: f"{p.parent.name}-{p.name}")
RECORDER_WIDE = (
    "interfaces", "sockets", "software", "time.tz", "uptime_s", "storage", "exposure.tunnels",
    "services.http_auth", "device.mac", "time.offset_s",
)  # fmt: skip


def told_by_fact(told: list[Told], device: str = "") -> dict[str, Told]:
    return {t.fact: t for t in told if t.device == device}


def comparable(told: Told) -> Json:
    """The value without what may be less exact in a broken reply."""
    if told.fact != "interfaces":
        return told.value
    return [{**i, "addresses": [{**a, "origin": None} for a in i["addresses"]]} for i in told.value]


def channels_of(folder: Path) -> dict[str, Json]:
    told = told_by_fact(load(folder).tell())["channels"]
    assert told.unknown is None
    return {c["ch"]: c for c in told.value}


@CASES
def test_reply_gives_the_golden_facts(folder: Path) -> None:
    golden = json.loads((folder / "facts.json").read_text(encoding="utf-8"))
    assert json.loads(json.dumps(as_json(load(folder).tell()))) == golden


@CASES
def test_every_value_has_the_type_of_its_fact_and_every_capability_is_answered_once(
    folder: Path,
) -> None:
    case = load(folder)
    told = case.tell()
    for t in told:
        if t.unknown is None:
            FACTS[t.fact].check(t.value)
    own = [t.fact for t in told if not t.device]
    assert sorted(own) == sorted(case.driver.capabilities())


@CASES
def test_no_password_or_hash_of_the_device_is_in_its_facts(folder: Path) -> None:
    case = load(folder)
    text = json.dumps(as_json(case.tell()))
    assert "Canary" not in text
    assert "$2y$" not in text and "$argon2" not in text
    assert "12345" not in text
    if folder.name in ("healthy", "login-off-old-event", "empty-password-camera-gone"):
        assert "Canary" in case.answer.text  # the test would prove nothing without


@CASES
def test_a_cut_reply_never_raises_and_never_tells_something_else(folder: Path) -> None:
    case = load(folder)
    text = case.answer.text
    full = told_by_fact(case.tell())
    step = max(1, len(text) // 150)
    for end in range(0, len(text), step):
        try:
            told = told_by_fact(case.tell(text[:end]))
        except CannotTell as problem:
            assert problem.why is Why.ODD_OUTPUT
            continue
        assert sorted(told) == sorted(case.driver.capabilities())
        for fact in RECORDER_WIDE:
            if fact in told and told[fact].unknown is None and fact != "storage":
                assert comparable(told[fact]) == comparable(full[fact]), (fact, end)
        if "channels" in told and told["channels"].unknown is None:
            whole = {c["ch"]: c for c in full["channels"].value}
            for channel in told["channels"].value:
                for key in ("oldest_at", "newest_at", "gaps", "mode", "enabled"):
                    assert channel[key] == whole[channel["ch"]][key]
                assert channel["configured_days"] in (None, whole[channel["ch"]]["configured_days"])


@CASES
def test_a_missing_section_costs_only_what_rests_on_it(folder: Path) -> None:
    case = load(folder)
    full = told_by_fact(case.tell())
    parts = case.answer.text.split(f"\n{MARK} ")
    names = {p.split()[0] for p in parts[1:] if p.split()[0] not in ("rc", "end")}
    for name in names:
        kept, skip = [parts[0]], False
        for part in parts[1:]:
            word = part.split()[0]
            skip = word == name or (skip and word == "rc")
            if not skip:
                kept.append(part)
        told = told_by_fact(case.tell(f"\n{MARK} ".join(kept)))
        assert sorted(told) == sorted(case.driver.capabilities())
        for fact in RECORDER_WIDE:
            if fact in told and told[fact].unknown is None and fact not in ("storage", "software"):
                assert comparable(told[fact]) == comparable(full[fact]), (name, fact)


@CASES
def test_noise_of_the_login_and_windows_line_ends_change_nothing(folder: Path) -> None:
    case = load(folder)
    expected = as_json(case.tell())
    noisy = "Last login: 昨天\n/etc/profile: 警告\n" + case.answer.text
    assert as_json(case.tell(noisy)) == expected
    assert as_json(case.tell(case.answer.text.replace("\n", "\r\n"))) == expected


def test_each_kind_has_a_healthy_a_broken_and_an_unprivileged_case() -> None:
    for kind in KINDS:
        names = {p.name for p in (HERE / kind).iterdir()}
        assert "healthy" in names and any(n.startswith("without") for n in names)
        assert len(names) >= 3


TELL_SETTINGS = ("motion", "motioneye", "segment", "zoneminder")
"""Kinds whose own settings name cameras and days; another may leave both unknown."""


@pytest.mark.parametrize("kind", KINDS)
def test_a_healthy_recorder_keeps_sixteen_days_without_a_gap(kind: str) -> None:
    found = channels_of(HERE / kind / "healthy")
    assert len(found) == 2
    for channel in found.values():
        assert channel["gaps"] == [] and channel["projected_days"] > 14
        told = (channel["signal"], channel["configured_days"])
        assert told == (True, 16) or (kind not in TELL_SETTINGS and set(told) <= {True, 16, None})
        assert channel["camera_id"] in ("cam-1", "cam-2")


@pytest.mark.parametrize("kind", KINDS)
def test_without_rights_a_recorder_s_footage_is_not_permitted(kind: str) -> None:
    case = next(p for p in (HERE / kind).iterdir() if p.name.startswith("without"))
    told = told_by_fact(load(case).tell())
    assert told["channels"].unknown is Why.NOT_PERMITTED
    assert told["interfaces"].unknown is None
    assert told["sockets"].unknown is None


def test_five_hours_missing_three_days_ago_are_found_on_their_channel() -> None:
    found = channels_of(HERE / "motion/public-open-clock-off")
    long = [g for g in found["2"]["gaps"] if _hours(g) > 1]
    assert len(long) == 1 and 4.5 < _hours(long[0]) < 5.5
    assert not [g for g in found["1"]["gaps"] if _hours(g) > 1]


def test_a_file_of_four_hundred_days_is_the_oldest_of_its_channel() -> None:
    assert channels_of(HERE / "segment/disk-full-default-camera")["ch2"]["oldest_at"] < "2025-11"
    assert channels_of(HERE / "zoneminder/login-off-old-event")["1"]["oldest_at"] < "2025-11"


def _hours(gap: dict[str, str]) -> float:
    from datetime import datetime

    span = datetime.fromisoformat(gap["end"]) - datetime.fromisoformat(gap["start"])
    return span.total_seconds() / 3600
