"""How a push ended on each device, and the plan it followed. Pure data, no secrets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from cctv_policy.push.model import Plan


class DeviceEnded(StrEnum):
    """How one device ended. There is no way to be missing."""

    AS_WANTED = "as_wanted"
    """Nothing to do."""
    PLANNED = "planned"
    """There are steps, and nothing was asked for but a plan."""
    CHANGED = "changed"
    """Every step is done; a plan made afterwards is empty."""
    REFUSED = "refused"
    """What could be done is done; something else is refused, and the plan says why."""
    FAILED = "failed"
    """A step failed, or what was set was not there when read back."""
    STALE = "stale"
    """The device or its wanted state is no longer what the approved plan was made for."""
    UNKNOWN = "unknown"
    """It answered, but not enough to plan, or the line broke in a step."""
    LOCKED = "locked"
    """Another run is working on it."""
    UNREACHABLE = "unreachable"
    """Nothing was done: it could not be reached, or did not let us in."""
    INTERRUPTED = "interrupted"
    """The run was stopped before, or between, its steps."""
    SKIPPED = "skipped"
    """Not touched: the run stopped before its turn."""


FINISHED = frozenset({DeviceEnded.AS_WANTED, DeviceEnded.CHANGED})
BROKEN = frozenset({DeviceEnded.FAILED, DeviceEnded.UNKNOWN})
"""What counts against the circuit breaker: we were inside, and it went wrong."""
_WRONG = frozenset({DeviceEnded.REFUSED, DeviceEnded.FAILED, DeviceEnded.STALE})


@dataclass(frozen=True, slots=True, kw_only=True)
class StepResult:
    """One step's end: `done`, `failed`, `unknown`, or `not_done` after another one failed."""

    id: str
    ended: str
    zh: str = ""
    en: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceResult:
    """One device's end; `reason` is a code of state.Why or our own, `detail` says more."""

    recorder: str
    ended: DeviceEnded
    reason: str = ""
    detail: str = ""
    plan: Plan | None = None
    """What was to be done, or could not be."""
    steps: tuple[StepResult, ...] = ()
    seconds: float = 0.0


def exit_code(results: Iterable[DeviceResult]) -> int:
    """0 all as wanted · 1 something is refused, failed, or still to be done · 2 only unknown."""
    ended = {result.ended for result in results}
    if ended & (_WRONG | {DeviceEnded.PLANNED}):
        return 1
    return 0 if ended <= FINISHED else 2
