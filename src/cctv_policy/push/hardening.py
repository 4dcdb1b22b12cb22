"""Hardening: the machine and its recorder closed, its clock kept, and it still records.

Rules 13 and 23, the login of rule 8, and what keeps a recorder running (rule 16).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from cctv_policy.drivers.framing import CannotTell, Reply
from cctv_policy.push.kinds import motion, motioneye, segment, system, zoneminder
from cctv_policy.push.kinds.steps import Outcome, Recording
from cctv_policy.push.model import AspectName, Refusal, Step, Wanted
from cctv_policy.push.sections import named, only
from cctv_policy.state import Why


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What hardening asks of one kind of recorder."""

    snapshot: Callable[[Wanted], str]
    recording: Callable[[Reply], Recording]
    repair: Callable[[Reply, Wanted], Iterator[Outcome]]
    """What it needs to record at all."""
    close: Callable[[Reply, Wanted], Iterator[Outcome]]
    """Who may reach its pages, and how they log in."""


KINDS: Mapping[str, Kind] = {
    "motion": Kind(
        snapshot=motion.snapshot,
        recording=motion.recording,
        repair=motion.repair,
        close=motion.web,
    ),
    "motioneye": Kind(
        snapshot=motioneye.snapshot,
        recording=motioneye.recording,
        repair=motioneye.repair,
        close=motioneye.close,
    ),
    "zoneminder": Kind(
        snapshot=zoneminder.snapshot,
        recording=zoneminder.recording,
        repair=zoneminder.repair,
        close=zoneminder.close,
    ),
    "segment": Kind(
        snapshot=segment.snapshot,
        recording=segment.recording,
        repair=segment.repair,
        close=lambda _reply, _wanted: iter(()),
    ),
}


class Hardening:
    """The aspect (model.Aspect)."""

    @property
    def name(self) -> AspectName:
        """First: later aspects find a machine whose clock is right."""
        return "hardening"

    def script(self, wanted: Wanted) -> str:
        """The machine's sections and those of its kind."""
        kind = KINDS.get(wanted.recorder.driver)
        own = kind.snapshot(wanted) if kind else ""
        return named("hardening", system.snapshot(wanted) + own)

    def plan(self, reply: Reply, wanted: Wanted) -> Iterable[Step | Refusal]:
        """It records at all; then the machine; then its pages. Each restart must record again."""
        kind = KINDS.get(wanted.recorder.driver)
        if kind is None:
            raise CannotTell(Why.NOT_SUPPORTED, f"no push for the driver {wanted.recorder.driver}")
        own = only("hardening", reply)
        yield from kind.repair(own, wanted)
        yield from system.steps(own, wanted, kind.recording(own))
        yield from kind.close(own, wanted)
