"""Retention: footage is kept as long as it is owed, and no longer than the law allows.

Rules 17, 18 and 19. Nothing under a legal hold and nothing younger than the minimum is destroyed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from cctv_policy.drivers.framing import CannotTell, Reply
from cctv_policy.push.kinds import motion, motioneye, segment, shelves, zoneminder_events
from cctv_policy.push.kinds.scripts import piece
from cctv_policy.push.model import AspectName, Refusal, Step, Wanted
from cctv_policy.push.sections import named, only
from cctv_policy.state import Why


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What retention asks of one kind; `snapshot` sets `$folders`, the folders to look into."""

    snapshot: Callable[[Wanted], str]
    plan: Callable[[Reply, Wanted], Iterator[Step | Refusal]]


KINDS: Mapping[str, Kind] = {
    "motion": Kind(snapshot=motion.snapshot, plan=motion.retain),
    "motioneye": Kind(snapshot=motioneye.snapshot, plan=motioneye.retain),
    "segment": Kind(snapshot=segment.snapshot, plan=segment.retain),
    "zoneminder": Kind(snapshot=zoneminder_events.snapshot, plan=zoneminder_events.retain),
}


class RetentionAspect:
    """The aspect (model.Aspect)."""

    @property
    def name(self) -> AspectName:
        """After hardening."""
        return "retention"

    def script(self, wanted: Wanted) -> str:
        """Disks, rules and the files of its kind."""
        kind = KINDS.get(wanted.recorder.driver)
        if kind is None:
            return ""
        return named("retention", f"folders=\n{kind.snapshot(wanted)}{piece('retention')}")

    def plan(self, reply: Reply, wanted: Wanted) -> Iterable[Step | Refusal]:
        """Windows of all channels. CannotTell with a clock that makes ages meaningless."""
        kind = KINDS.get(wanted.recorder.driver)
        if kind is None:
            raise CannotTell(Why.NOT_SUPPORTED, f"no push for the driver {wanted.recorder.driver}")
        if not wanted.retention and not wanted.holds:
            return
        own = only("retention", reply)
        shelves.trusted_clock(own)
        bad = list(shelves.bad_holds(wanted))
        yield from bad
        if not bad:
            yield from kind.plan(own, wanted)
