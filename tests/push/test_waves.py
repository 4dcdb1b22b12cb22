"""The order in which a fleet is changed, and what stops it. No device: results are given."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from cctv_policy.inventory import Name, Recorder
from cctv_policy.push import wire
from cctv_policy.push.device import Order
from cctv_policy.push.model import Wanted
from cctv_policy.push.results import DeviceEnded, DeviceResult, StepResult, exit_code
from cctv_policy.push.waves import Waves
from tests.push.districts import school_of

NAME = Name(zh="測", en="test")
CHANGED, FAILED = DeviceEnded.CHANGED, DeviceEnded.FAILED
STEP = {FAILED: "failed"}
UNREACHABLE, SKIPPED = DeviceEnded.UNREACHABLE, DeviceEnded.SKIPPED


def order(number: int, model: str = "A") -> Order:
    recorder = Recorder(
        id=f"n{number:03}",
        driver="segment",
        status="in_use",
        commissioned_on=date(2024, 8, 1),
        model=model,
    )
    school = school_of(recorder)
    return Order(wanted=Wanted(school=school, recorder=recorder, retention=()))


@dataclass
class Given:
    """A crew whose devices end as told."""

    ends: Callable[[str], DeviceEnded]
    at_once: int = 1
    step: Callable[[str], str] = lambda _: "a"
    waves: list[list[str]] = field(default_factory=list)
    stopped: bool = False

    def each(self, orders: Sequence[Order]) -> Iterator[DeviceResult]:
        names = [o.wanted.recorder.id for o in orders]
        self.waves.append(names)
        for name in names:
            ended = SKIPPED if self.stopped else self.ends(name)
            steps = (StepResult(id=self.step(name), ended=STEP.get(ended, "done")),)
            yield DeviceResult(recorder=name, ended=ended, steps=steps)

    def stop(self) -> None:
        self.stopped = True


def test_one_of_each_model_then_a_twentieth_then_all() -> None:
    crew = Given(lambda _: CHANGED)
    orders = [order(n) for n in range(100)] + [order(n, "B") for n in range(100, 200)]
    results = list(Waves(crew).each(orders))
    assert [len(wave) for wave in crew.waves] == [2, 10, 188]
    assert crew.waves[0] == ["n000", "n100"]
    assert len({result.recorder for result in results}) == 200


def test_a_first_device_that_fails_stops_its_model_only() -> None:
    crew = Given(lambda name: FAILED if name == "n000" else CHANGED)
    orders = [order(n) for n in range(10)] + [order(n, "B") for n in range(10, 20)]
    ends = {r.recorder: r.ended for r in Waves(crew).each(orders)}
    assert all(ends[f"n{n:03}"] is SKIPPED for n in range(1, 10))
    assert all(ends[f"n{n:03}"] is CHANGED for n in range(10, 20))


def test_a_first_device_that_is_not_there_is_no_first_device() -> None:
    crew = Given(lambda name: UNREACHABLE if name in ("n000", "n001") else CHANGED)
    list(Waves(crew).each([order(n) for n in range(10)]))
    assert crew.waves[:3] == [["n000"], ["n001"], ["n002"]]


def test_a_model_of_whose_first_three_none_can_be_reached_is_stopped_with_a_word() -> None:
    away = {"n000": UNREACHABLE, "n001": DeviceEnded.LOCKED, "n002": UNREACHABLE}
    crew = Given(lambda name: away.get(name, CHANGED))
    orders = [order(n) for n in range(10)] + [order(n, "B") for n in range(10, 20)]
    results = {r.recorder: r for r in Waves(crew).each(orders)}
    skipped = [results[f"n{n:03}"] for n in range(3, 10)]
    assert {(r.ended, r.reason) for r in skipped} == {(SKIPPED, "none_reached")}
    assert "n000, n001, n002" in skipped[0].detail
    assert all(results[f"n{n:03}"].ended is CHANGED for n in range(10, 20)), "the other goes on"
    assert len(results) == 20


def test_the_third_device_may_be_the_first_that_can_be_reached() -> None:
    crew = Given(lambda name: UNREACHABLE if name < "n002" else CHANGED)
    results = list(Waves(crew).each([order(n) for n in range(10)]))
    assert not any(r.ended is SKIPPED for r in results) and len(results) == 10


def test_three_devices_that_are_all_of_a_model_are_simply_not_reached() -> None:
    results = list(Waves(Given(lambda _: UNREACHABLE)).each([order(n) for n in range(3)]))
    assert [r.ended for r in results] == [UNREACHABLE] * 3


def test_the_breaker_stops_when_three_and_a_tenth_broke_alike() -> None:
    crew = Given(lambda name: CHANGED if name < "n011" else FAILED)
    results = list(Waves(crew).each([order(n) for n in range(100)]))
    broken = [r for r in results if r.ended is FAILED]
    assert len(broken) == 3 and len(results) == 100
    assert sum(r.ended is SKIPPED for r in results) == 100 - 11 - 3


def halted(crew: Given, size: int = 200) -> str:
    waves = Waves(crew)
    list(waves.each([order(n) for n in range(size)]))
    return waves.halted


def test_a_tenth_that_breaks_in_six_ways_does_not_trip_the_breaker() -> None:
    def way(name: str) -> str:
        return f"step-{int(name[1:]) // 10 % 6}"

    for first in range(1, 10):
        broken = Given(lambda n, f=first: FAILED if int(n[1:]) % 10 == f else CHANGED, step=way)  # type: ignore[misc]
        assert halted(broken) == ""


def test_what_breaks_first_is_compared_with_all_that_were_begun() -> None:
    """Fifty at a time: three break at once, the others take longer and go well."""
    names = {f"n{n:03}" for n in range(12, 15)}
    assert halted(Given(lambda name: FAILED if name in names else CHANGED, at_once=50)) == ""
    assert halted(Given(lambda name: FAILED if name in names else CHANGED)) == "breaker"


def test_many_that_break_each_in_its_own_way_trip_the_breaker() -> None:
    third = Given(lambda n: FAILED if int(n[1:]) % 3 == 1 else CHANGED, step=lambda n: n)
    assert halted(third) == "breaker"


def test_devices_that_are_not_there_do_not_trip_the_breaker() -> None:
    crew = Given(lambda name: CHANGED if name < "n020" else UNREACHABLE)
    assert not any(r.ended is SKIPPED for r in Waves(crew).each([order(n) for n in range(100)]))


def test_exit_codes_name_the_gravest_end() -> None:
    def code(*ends: DeviceEnded) -> int:
        return exit_code(DeviceResult(recorder="n", ended=end) for end in ends)

    assert code(CHANGED, DeviceEnded.AS_WANTED) == 0
    assert code(CHANGED, UNREACHABLE) == 2
    assert code(CHANGED, UNREACHABLE, FAILED) == 1
    assert code(DeviceEnded.PLANNED) == 1


def test_what_travels_to_a_worker_arrives_as_it_was() -> None:
    sent = order(7)
    assert wire.unpack(Order, wire.pack(sent)) == sent
