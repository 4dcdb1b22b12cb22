"""R14: one canary for each model, and a breaker."""

from __future__ import annotations

from cctv_policy.rotation import Fleet, State

FLEET = Fleet(devices={"a1": "A", "a2": "A", "a3": "A", "b1": "B", "b2": "B"})


def test_one_device_of_each_model_goes_first() -> None:
    assert FLEET.ready({}) == ("a1", "b1")


def test_siblings_follow_the_canary_of_their_model_only() -> None:
    assert FLEET.ready({"a1": State.ROTATED}) == ("a2", "a3", "b1")
    assert FLEET.held_back({"a1": State.ROTATED}) == ("b2",)


def test_a_canary_that_was_away_is_replaced_by_the_next_one() -> None:
    assert FLEET.ready({"a1": State.UNREACHABLE}) == ("a2", "b1")


def test_a_canary_that_failed_holds_its_model_back() -> None:
    for state in (State.DECLINED, State.BAD_PROFILE, State.UNKNOWN, State.LOCKED):
        ended = {"a1": state}
        assert FLEET.ready(ended) == ("b1",)
        assert FLEET.held_back(ended) == ("a2", "a3", "b2")


def test_the_breaker_opens_at_the_second_alarm() -> None:
    ended = {"a1": State.UNKNOWN, "b1": State.LOCKED}
    assert FLEET.ready(ended) == () and "a1, b1" in FLEET.stopped(ended)


def test_the_breaker_opens_at_more_than_two_in_a_hundred() -> None:
    fleet = Fleet(devices={f"d{n}": "M" for n in range(300)}, most_alarms=10)
    ended = {f"d{n}": State.ROTATED for n in range(98)}
    assert not fleet.stopped(ended | {"d98": State.UNKNOWN, "d99": State.UNKNOWN})
    assert fleet.stopped(ended | {f"d{n}": State.UNKNOWN for n in (97, 98, 99)})


def test_ordinary_failures_do_not_open_it() -> None:
    fleet = Fleet(devices={f"d{n}": "M" for n in range(30)})
    ended = {"d0": State.ROTATED} | {f"d{n}": State.UNREACHABLE for n in range(1, 20)}
    assert len(fleet.ready(ended)) == 10
