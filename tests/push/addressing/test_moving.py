"""The controller's half of a move: what it says is what the device is, whatever gets lost."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cctv_policy.push.addressing.moving import Journey, Timing, carry_out, move_id
from cctv_policy.push.addressing.results import MoveResult, MoveState, sentence, why
from cctv_policy.push.model import Move
from cctv_policy.state import Why

from .fake_device import NEW, OLD, FakeDevice

MOVE = Move(
    interface="eth0", old=f"{OLD}/16", new=f"{NEW}/16", system="networkd", edits=(),
    gateway="10.77.0.1", ula=None, old_gateway="10.77.0.1",
)  # fmt: skip
TIMING = Timing(timer_s=30, grace_s=30)


def carried_out(
    device: FakeDevice, *, occupied: bool = False, heard: list[str] | None = None
) -> MoveResult:
    journey = Journey(
        move_id=move_id("run", "r1"),
        door_old=OLD,
        door_new=NEW,
        now=device.now,
        sleep=device.sleep,
        occupied=lambda _: occupied,
        timing=TIMING,
        tell=heard.append if heard is not None else lambda _: None,
    )
    return carry_out(device, MOVE, journey)


def test_a_good_move_is_armed_before_it_starts_and_read_back_after() -> None:
    device, heard = FakeDevice(), list[str]()
    result = carried_out(device, heard=heard)
    assert (result.state, result.why) == (MoveState.MOVED, None)
    assert device.verbs[:3] == ["prepare", "arm", "start"]
    assert device.verbs[-2:] == ["confirm", "status"]
    assert device.host == NEW
    assert heard == ["prepared", "armed", "started", "connected", "proven", "confirmed"]


def test_an_address_that_answers_already_is_refused_before_anything() -> None:
    device = FakeDevice()
    assert carried_out(device, occupied=True).state is MoveState.REFUSED
    assert device.verbs == []


@pytest.mark.parametrize("code", ["changed_since_plan", "invalid_config", "taken", "disk"])
def test_what_the_device_refuses_changes_nothing(code: str) -> None:
    device = FakeDevice(prepare_fails=code)
    result = carried_out(device)
    assert (result.state, result.why) == (MoveState.REFUSED, why(code))
    assert device.state == "none"


@pytest.mark.parametrize(
    ("device", "code"),
    [
        (FakeDevice(gateway="silent"), "gateway"),
        (FakeDevice(rival=True), "taken"),
        (FakeDevice(stranger=Why.HOST_KEY_CHANGED), "identity_key"),
        (FakeDevice(stranger=Why.NO_ROUTE), "no_login"),
        (FakeDevice(stranger=Why.AUTH_REFUSED), "no_login"),
    ],
)
def test_what_is_not_proven_is_rolled_back_and_said(device: FakeDevice, code: str) -> None:
    result = carried_out(device)
    assert (result.state, result.why) == (MoveState.ROLLED_BACK, why(code))
    assert device.address == device.host == OLD
    assert result.back_s is not None
    assert result.back_s <= TIMING.timer_s + 10


def test_a_device_with_another_identity_is_never_confirmed() -> None:
    device = FakeDevice()

    class Swapped(FakeDevice):
        def do_prove(self, argument: str):  # type: ignore[no-untyped-def]
            self.machine = "m2"
            return super().do_prove(argument)

    device = Swapped()
    assert carried_out(device).state is not MoveState.MOVED
    assert "confirm" not in device.verbs


def test_a_refused_login_is_not_tried_again() -> None:
    device = FakeDevice(stranger=Why.AUTH_REFUSED)
    tries: list[str] = []
    once = FakeDevice.reconnect

    class Counting(FakeDevice):
        def reconnect(self, host: str, *, within_s: float) -> None:
            if host == NEW:
                tries.append(host)
            once(self, host, within_s=within_s)

    device = Counting(stranger=Why.AUTH_REFUSED)
    carried_out(device)
    assert len(tries) == 1


def test_a_device_that_is_gone_is_unreachable() -> None:
    result = carried_out(FakeDevice(deaf_after=3))
    assert (result.state, result.why) == (MoveState.UNREACHABLE, why("lost"))


def test_a_confirmation_whose_answer_is_lost_is_a_move() -> None:
    device = FakeDevice()
    carried_out(device)
    confirm = device.verbs.index("confirm") + 1
    again = FakeDevice(lost=frozenset({-confirm}))
    assert carried_out(again).state is MoveState.MOVED
    assert again.state == "confirmed"


@settings(max_examples=300, deadline=None)
@given(lost=st.frozensets(st.integers(-14, 14).filter(bool), max_size=6))
def test_whatever_gets_lost_the_report_is_the_truth(lost: frozenset[int]) -> None:
    device = FakeDevice(lost=lost)
    result = carried_out(device)
    device.sleep(TIMING.timer_s)
    if result.state is MoveState.MOVED:
        assert (device.state, device.address) == ("confirmed", NEW)
    else:
        assert device.address == OLD
        assert device.state in ("none", "rolled_back")
    if result.state is MoveState.ROLLED_BACK:
        assert device.state == "rolled_back"
    assert result.state is not MoveState.UNREACHABLE


def test_every_end_has_a_sentence_in_both_languages() -> None:
    for state in MoveState:
        result = MoveResult(state=state, old=OLD, new=NEW, why=why("gateway"), back_s=12.3)
        told = sentence(result)
        assert OLD in told.zh
        assert OLD in told.en
    assert why("something new").en == "the move failed (something new)"
