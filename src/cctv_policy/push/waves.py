"""In which order a fleet is changed: one device a model, then 5 %, then all; and when to stop."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from cctv_policy.push.device import Order
from cctv_policy.push.results import BROKEN, DeviceEnded, DeviceResult

SECOND_WAVE = 0.05
CANARIES = 3
"""So many devices of a model are asked in turn until one can be reached; else the model stops."""
ALIKE_LEAST, ALIKE_SHARE = 3, 0.1
ANYHOW_LEAST, ANYHOW_SHARE = 5, 0.2
"""The run stops when so many devices, and more than this share of those begun, broke in our hands:
alike (then it is the change), or each in its own way (then it is the fleet). Of those begun, not of
those that ended: what breaks ends before what goes well.
"""


_NOT_TRIED = (DeviceEnded.UNREACHABLE, DeviceEnded.LOCKED)

Model = tuple[str, str, str]
"""Driver, brand, model."""

Way = tuple[str, ...]
"""How a device broke: its end, the reason's code, the steps that did not end well."""

_HALTED = {
    "breaker": "too many devices broke",
    "interrupted": "the run was stopped",
}


class Each(Protocol):
    """What carries out orders: `crew.Crew`."""

    @property
    def at_once(self) -> int:
        """How many orders are carried out at a time."""
        ...

    def each(self, orders: Sequence[Order]) -> Iterator[DeviceResult]: ...

    def stop(self) -> None: ...


def model_of(order: Order) -> Model:
    """Devices that a change is expected to meet alike."""
    recorder = order.wanted.recorder
    return (recorder.driver, recorder.brand or "", recorder.model or "")


@dataclass(slots=True)
class Waves:
    """One run over a fleet. `announce` is told the name of each wave and its size."""

    crew: Each
    announce: Callable[[str, int], None] = lambda _name, _size: None
    tried: int = 0
    broken: Counter[Way] = field(default_factory=Counter)
    halted: str = ""
    """Why no further wave starts: `breaker` or `interrupted`."""
    _stopped_models: dict[Model, tuple[str, str]] = field(default_factory=dict)
    """Why none of its other devices is begun: a reason, and the devices meant."""

    def each(self, orders: Sequence[Order]) -> Iterator[DeviceResult]:
        """Every order's result; devices not touched are `skipped`, with the reason."""
        models: dict[Model, list[Order]] = {}
        for order in orders:
            models.setdefault(model_of(order), []).append(order)
        yield from self._canaries(models)
        rest = [o for model, waiting in models.items() for o in self._open(model, waiting)]
        second = max(1, round(len(orders) * SECOND_WAVE))
        yield from self._wave("5 %", rest[:second])
        yield from self._wave("all", rest[second:])
        for model, (reason, detail) in self._stopped_models.items():
            for order in models[model]:
                yield _skipped(order, reason, detail)

    def _open(self, model: Model, waiting: list[Order]) -> list[Order]:
        return [] if model in self._stopped_models else waiting

    def _canaries(self, models: dict[Model, list[Order]]) -> Iterator[DeviceResult]:
        """Takes the tried devices out of `models`."""
        away: dict[Model, list[str]] = {model: [] for model in models}
        while away:
            first = {model: models[model].pop(0) for model in away if models[model]}
            of = {order.wanted.recorder.id: model for model, order in first.items()}
            away = {model: away[model] for model in first}
            for result in self._wave("canary", tuple(first.values())):
                model = of[result.recorder]
                if result.ended in _NOT_TRIED:
                    away[model].append(result.recorder)
                else:
                    del away[model]
                if result.ended in BROKEN or result.ended is DeviceEnded.STALE:
                    self._stopped_models[model] = ("canary", result.recorder)
                elif len(away.get(model, ())) == CANARIES:
                    self._stopped_models[model] = ("none_reached", ", ".join(away.pop(model)))
                yield result

    def _wave(self, name: str, orders: Sequence[Order]) -> Iterator[DeviceResult]:
        if not orders:
            return
        if self.halted:
            yield from (_skipped(order, self.halted, _HALTED[self.halted]) for order in orders)
            return
        self.announce(name, len(orders))
        for ended, result in enumerate(self.crew.each(orders), 1):
            self.tried += 1
            self._judge(result, at_work=min(self.crew.at_once, len(orders) - ended))
            yield result

    def _judge(self, result: DeviceResult, *, at_work: int) -> None:
        """Trip the breaker if too many broke by now."""
        if result.ended not in BROKEN or not result.steps:
            return
        way = _way(result)
        self.broken[way] += 1
        alike, anyhow, begun = self.broken[way], self.broken.total(), self.tried + at_work
        if (alike >= ALIKE_LEAST and alike > ALIKE_SHARE * begun) or (
            anyhow >= ANYHOW_LEAST and anyhow > ANYHOW_SHARE * begun
        ):
            self.halt("breaker")

    def halt(self, why: str) -> None:
        """Begin nothing more; steps that run come to their end."""
        self.halted = self.halted or why
        self.crew.stop()


def _way(result: DeviceResult) -> Way:
    steps = (f"{s.id} {s.ended}" for s in result.steps if s.ended not in ("done", "not_done"))
    return (result.ended.value, result.reason, *steps)


def _skipped(order: Order, reason: str, detail: str) -> DeviceResult:
    return DeviceResult(
        recorder=order.wanted.recorder.id,
        ended=DeviceEnded.SKIPPED,
        reason=reason,
        detail=detail,
    )
