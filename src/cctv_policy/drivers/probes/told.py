"""An answer of a probe on its way to an observation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cctv_policy.drivers.probes.wire import Port
from cctv_policy.facts import SAFEST_FIRST
from cctv_policy.model import Json
from cctv_policy.state import Observation, Why

if TYPE_CHECKING:
    from cctv_policy.drivers.probes.web import Seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A value, or why there is none."""

    value: Json = None
    why: Why | None = None
    detail: str = ""
    source: str
    partial: bool = False

    def observation(self, device: str, fact: str, host: str, at: str) -> Observation:
        """As evidence: what was asked of which address."""
        return Observation(
            device=device,
            fact=fact,
            value=None if self.why else self.value,
            unknown=self.why,
            detail=self.detail,
            partial=self.partial,
            source=f"{host}: {self.source}",
            door="probe",
            at=at,
        )


def silent_of(host: str, ports: Sequence[int], state: Mapping[Port, Why | None]) -> set[Why]:
    """Why those of `ports` that are neither open nor refused said nothing."""
    ways = {state[(host, port)] for port in ports}
    return {why for why in ways if why is not None and why is not Why.REFUSED}


def not_told(silent: set[Why], source: str) -> Told:
    """Nothing open was seen and not every port said no."""
    return Told(why=min(silent), detail="some ports gave no answer", source=source)


def worst(seen: Sequence[Seen], silent: set[Why], source: str) -> Told:
    """The weakest login of all web surfaces; untold if one cannot be told and none is open."""
    order = SAFEST_FIRST["services.http_auth"]
    told = [s.auth for s in seen if s.auth is not None]
    weakest = max(told, key=order.index, default=None)
    odd = [s for s in seen if s.auth is None and not s.only_to_https]
    if weakest == "none" or (weakest and not odd and not silent):
        return Told(value=weakest, source=source)
    if odd:
        return Told(why=odd[0].why or Why.ODD_OUTPUT, detail=odd[0].detail, source=source)
    if silent:
        return not_told(silent, source)
    return Told(value=weakest or "absent", source=source)
