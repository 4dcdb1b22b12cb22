"""What every driver is: a way to ask one kind of recorder, without changing it.

A driver never raises for what a device does: a device that does not answer is a fact (an
observation with `unknown`). It never guesses: what could not be read is `None` or `unknown`. It
tries a credential at most once a run and stops on refusal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from cctv_policy.inventory import Recorder
from cctv_policy.secretstore import Secret as Secret
from cctv_policy.state import Door, Observation


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a driver may use: named secrets, the time, a budget in seconds for the whole device."""

    secrets: Callable[[str], Secret]
    """Value of a secret by its name; raises SecretError (with the name only)."""
    now: Callable[[], datetime]
    """The controller's clock, timezone-aware."""
    monotonic: Callable[[], float]
    budget_s: float
    defaults: Mapping[str, object]
    """Driver-wide settings from the district file."""
    root: Path = Path()
    """The district's repository: where answer sheets lie."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one door gave: how it went, and what it said."""

    doors: tuple[Door, ...]
    observations: tuple[Observation, ...]


Heard = Callable[[], Reading]
"""An answer that has been fetched: called, it is read. The device is not needed any more."""


class Driver(Protocol):
    """One kind of recorder."""

    @property
    def kind(self) -> str:
        """The name the inventory uses: `driver: <kind>`."""
        ...

    def capabilities(self) -> frozenset[str]:
        """The facts this driver can tell when all goes well (names of facts.FACTS)."""
        ...

    def read(self, recorder: Recorder, context: Context) -> Reading:
        """Ask the device, with its credentials, everything in `capabilities`. Changes nothing."""
        ...
