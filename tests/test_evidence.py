"""How the answers of several doors become one, or the reason why there is none."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from cctv_policy.evidence import Fact, Said, join
from cctv_policy.state import Observation, StateDocument, Why
from tests import district
from tests.district import AS_OF, District, ago

AGES = {"evidence_max_age_days": timedelta(days=7), "router_max_age_days": timedelta(days=92)}


def say(fact: str, value: Any = None, **changes: Any) -> Said:
    told = {"device": "nvr", "source": "test", "door": "ssh", "at": ago(hours=1)} | changes
    document: StateDocument = District().document(collected_at="", observations=())
    return document, Observation(fact=fact, value=value, **told)


def joined(*said: Said) -> Fact:
    """The fact, after checking that the order of the answers is of no weight."""
    found = [join(order, as_of=AS_OF, max_age=AGES) for order in permutations(said)]
    facts = [next(iter(one.values())) for one in found]
    assert len({repr((f.value, f.code)) for f in facts}) == 1
    return facts[0]


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        ({"days": 7}, ""),
        ({"days": 7, "seconds": 1}, "stale"),
        ({"minutes": -5}, ""),
        ({"minutes": -5, "seconds": -1}, "future"),
    ],
)
def test_age_at_its_boundaries(amount: dict[str, float], code: str) -> None:
    assert joined(say("time.offset_s", 0, at=ago(AS_OF, **amount))).code == code


@pytest.mark.parametrize(("days", "code"), [(92, ""), (92.001, "stale"), (-0.01, "future")])
def test_a_router_sheet_ages_by_the_look(days: float, code: str) -> None:
    sheet = district.router(checked_at=ago(days=days))
    assert joined(say("exposure.router", sheet)).code == code


def test_an_answer_later_than_its_document_is_malformed() -> None:
    document = District().document(collected_at=ago(days=3), observations=())
    said = (document, say("time.offset_s", 0)[1])
    assert joined(said).code == "malformed"


def test_the_latest_answer_of_a_door_counts_also_when_it_cannot_tell() -> None:
    old, new = say("time.offset_s", 0, at=ago(days=2)), say("time.offset_s", 3)
    assert joined(old, new).value == 3
    silent = say("time.offset_s", unknown=Why.NO_ANSWER)
    assert joined(old, silent).code == "no_answer"


def test_one_door_that_says_two_things_at_once_contradicts_itself() -> None:
    said = say("time.offset_s", 0), say("time.offset_s", 1)
    assert joined(*said).code == "contradictory"
    assert joined(say("time.offset_s", 1), say("time.offset_s", 1, source="other")).value == 1


def test_another_door_fills_in_and_the_gravest_reason_is_told() -> None:
    refused = say("time.tz", unknown=Why.REFUSED)
    assert joined(refused, say("time.tz", "Asia/Taipei", door="snmp")).value == "Asia/Taipei"
    assert joined(refused, say("time.tz", 8, door="snmp")).code == "malformed"


def test_a_whole_answer_goes_before_a_partial_one() -> None:
    part = say("storage", [], partial=True)
    whole = say("storage", [{"mount": "/", "size_bytes": 1, "free_bytes": 0, "state": "ok"}])
    other = whole[0], say("storage", whole[1].value, door="manual")[1]
    fact = joined(part, other)
    assert (fact.value, fact.code) == (whole[1].value, "")
    assert joined(say("channels", [district.channel()], partial=True)).code == "partial"


@pytest.mark.parametrize(
    ("fact", "one", "other", "value"),
    [
        ("services.telnet", False, True, True),
        ("services.http_auth", "digest", "none", "none"),
        ("services.rtsp_auth", "absent", "basic", "basic"),
        ("device.brand", "QEMU", "Hikvision", "QEMU / Hikvision"),
        ("device.brand", "Axis", "Axis", "Axis"),
        ("device.model", "A", "B", "A"),
        ("exposure.tunnels", ["a"], ["a", "b"], ["a", "b"]),
        ("time.offset_s", 0, 10, 0),
        ("time.offset_s", 0, 11, None),
        ("time.tz", "UTC", "Asia/Taipei", None),
        (
            "services.snmp",
            {"v1": False, "v2c": None, "v3": None, "community_default": False},
            {"v1": None, "v2c": True, "v3": None, "community_default": False},
            {"v1": False, "v2c": True, "v3": None, "community_default": False},
        ),
    ],
)
def test_two_doors(fact: str, one: Any, other: Any, value: Any) -> None:
    found = joined(say(fact, one), say(fact, other, door="snmp"))
    assert found.value == value
    assert found.code == ("" if value is not None else "contradictory")


@pytest.mark.parametrize(
    ("one", "other", "code"),
    [
        (["10.1.1.5", "fe80::1%eth0"], ["10.1.1.5", "127.0.0.1"], ""),
        (["2001:DB8::1"], ["2001:db8:0:0::1"], ""),
        (["10.1.1.5"], ["10.1.1.5", "163.20.1.9"], "contradictory"),
    ],
)
def test_two_doors_tell_addresses(one: list[str], other: list[str], code: str) -> None:
    said = [
        say("interfaces", [district.interface(*told)], door=door)
        for told, door in ((one, "ssh"), (other, "snmp"))
    ]
    assert joined(*said).code == code


def test_an_interface_that_only_one_door_calls_down_is_a_contradiction() -> None:
    down = [district.interface("163.20.1.9", admin_up=False)]
    up = [district.interface("163.20.1.9")]
    assert joined(say("interfaces", down), say("interfaces", up, door="snmp")).code != ""


@pytest.mark.parametrize(
    ("earlier", "later", "code"),
    [
        (20, 17, ""),  # three days between the answers: the oldest footage moved on
        (20, 16.1, ""),
        (20, 15.9, "contradictory"),
        (20, 20.9, ""),
        (20, 21.1, "contradictory"),
    ],
)
def test_two_doors_tell_footage(earlier: float, later: float, code: str) -> None:
    """Days that the oldest footage is old, as of the later answer for both."""
    sheet = [district.channel(oldest_at=ago(days=earlier))]
    read = [district.channel(oldest_at=ago(days=later))]
    said = say("channels", sheet, door="manual", at=ago(days=3, hours=1)), say("channels", read)
    assert joined(*said).code == code


@pytest.mark.parametrize(
    ("one", "other", "wanted"),
    [
        (
            {"is_default_password": False},
            {"is_default_password": True},
            {"is_default_password": True},
        ),
        (
            {"is_default_password": None},
            {"is_default_password": False},
            {"is_default_password": False},
        ),
        ({"enabled": False}, {"enabled": True}, {"enabled": True}),
        ({"role": "viewer"}, {"role": "admin"}, {"role": None}),
        ({"role": None}, {"role": "admin"}, {"role": "admin"}),
        ({"probe": "refused"}, {"probe": "accepted"}, {"probe": "accepted"}),
        ({"factory_label": None}, {"factory_label": True}, {"factory_label": True}),
        ({"shared_with": 0}, {"shared_with": 2}, {"shared_with": 2}),
    ],
)
def test_two_doors_tell_an_account(
    one: dict[str, Any], other: dict[str, Any], wanted: dict[str, Any]
) -> None:
    found = joined(
        say("accounts", [district.account(**one)]),
        say("accounts", [district.account(**other)], door="login_probe"),
    )
    (account,) = found.value
    assert {key: account[key] for key in wanted} == wanted


def test_what_nobody_knows_is_no_fact() -> None:
    assert join([say("weather", "fine")], as_of=AS_OF, max_age=AGES) == {}
