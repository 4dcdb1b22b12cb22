"""In which order many devices are rotated, and when to stop. Pure.

One device of each model goes first, alone; its siblings follow once it is done. The fleet stops
after two alarming outcomes, or more than 2 % of the devices; what was not begun stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cctv_policy.rotation.states import State

MOST_ALARMS = 2
MOST_SHARE = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """Devices of one run: id → model (whatever devices of the same behaviour share)."""

    devices: Mapping[str, str]
    most_alarms: int = MOST_ALARMS
    most_share: float = MOST_SHARE

    def ready(self, ended: Mapping[str, State]) -> tuple[str, ...]:
        """Devices that may be begun, given how others ended; none once the breaker is open.

        Leave out those that are running. A model whose first device alarms or is not done gets a
        second canary only for outcomes that say nothing about the model (it was away).
        """
        if self.stopped(ended):
            return ()
        return tuple(
            device
            for device, model in self.devices.items()
            if device not in ended
            and (self._cleared(model, ended) or self._canary(model, ended) == device)
        )

    def stopped(self, ended: Mapping[str, State]) -> str:
        """Why the breaker is open; `` while it is closed."""
        alarms = sorted(device for device, state in ended.items() if state.alarming)
        if len(alarms) >= self.most_alarms or (
            len(ended) >= 1 / self.most_share and len(alarms) > self.most_share * len(ended)
        ):
            return f"stopped after {len(alarms)} of {len(ended)}: {', '.join(alarms)}"
        return ""

    def held_back(self, ended: Mapping[str, State]) -> tuple[str, ...]:
        """Devices that were not begun because the canary of their model was not done."""
        waiting = set(self.ready(ended))
        return tuple(d for d in self.devices if d not in ended and d not in waiting)

    def _cleared(self, model: str, ended: Mapping[str, State]) -> bool:
        return any(
            self.devices.get(device) == model and state.done and not state.alarming
            for device, state in ended.items()
        )

    def _canary(self, model: str, ended: Mapping[str, State]) -> str | None:
        """The first of its model not tried yet, unless one failed in a way that concerns all."""
        for device, its_model in self.devices.items():
            if its_model != model:
                continue
            if device not in ended:
                return device
            if ended[device] not in _SAYS_NOTHING:
                return None
        return None


_SAYS_NOTHING = frozenset(
    {State.UNREACHABLE, State.BUSY, State.NOT_READY, State.NO_SECRET, State.WRONG_DEVICE}
)
