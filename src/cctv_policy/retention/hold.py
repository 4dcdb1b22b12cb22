"""What a hold would cost the recorder: footage that is locked is not overwritten, so all else is
kept for fewer days (四(三) and 四(四) together). Pure: from collected facts, nothing is changed.

Bytes a day are those measured on the recorder; a channel's share of them is taken as equal among
the channels that share a volume, since recorders do not tell more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cctv_policy.model import Json

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A channel and a span of its footage."""

    ch: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one part of the hold does to its channel's volume."""

    part: Part
    there: str
    """Whether the footage still exists: `all`, `part`, `none`, `unknown`, or `no_channel`."""
    locked_days: float | None
    """How many days of all its neighbours' recording the locked span takes the place of."""
    locked_bytes: int | None
    """None where capacity is not known or there is more than one volume."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A hold on one recorder."""

    recorder: str
    costs: tuple[Cost, ...]
    days_before: int | None
    """Days that fit now, of the channel with the fewest; None if not measured."""
    days_after: float | None
    """Days that would fit with this hold and those already there."""
    needed_days: int
    """The minimum with its margin (rules 17, 18)."""

    @property
    def enough(self) -> bool | None:
        """Whether the minimum would still be kept; None if that cannot be told."""
        return None if self.days_after is None else self.days_after >= self.needed_days


def preview(
    recorder: str,
    facts: Mapping[str, Json],
    wanted: Sequence[Part],
    held: Iterable[Part],
    *,
    needed_days: int,
) -> Preview:
    """The cost of holding `wanted` beside what is `held` already.

    `facts` are the recorder's rule facts: `channels` (channels.py) and `storage`; what is missing
    or stale is not in it, and then nothing is claimed.
    """
    channels = {str(c["ch"]): c for c in facts.get("channels") or ()}
    costs = tuple(_cost(part, channels, facts.get("storage") or []) for part in wanted)
    fit = [c["projected_days"] for c in channels.values() if c.get("projected_days") is not None]
    before = min(fit, default=None)
    spans = _union([*wanted, *held])
    days = [_share(part, channels) for part in spans]
    known = before is not None and all(d is not None for d in days)
    return Preview(
        recorder=recorder,
        costs=costs,
        days_before=before,
        days_after=max(0.0, before - sum(d or 0 for d in days)) if known and before else None,
        needed_days=needed_days,
    )


def _union(parts: Iterable[Part]) -> list[Part]:
    """The parts without what two of them share."""
    found: list[Part] = []
    for part in sorted(parts, key=lambda p: (p.ch, p.since)):
        last = found[-1] if found and found[-1].ch == part.ch else None
        if last is None or part.since > last.until:
            found.append(part)
        elif part.until > last.until:
            found[-1] = Part(ch=part.ch, since=last.since, until=part.until)
    return found


def _share(part: Part, channels: Mapping[str, Mapping[str, Json]]) -> float | None:
    """Days of recording of the whole volume that the part takes the place of."""
    channel = channels.get(part.ch)
    if channel is None or channel.get("projected_days") is None:
        return None
    fit = channel["projected_days"]
    beside = sum(1 for c in channels.values() if c.get("projected_days") == fit)
    return (part.until - part.since) / DAY / beside


def _cost(
    part: Part, channels: Mapping[str, Mapping[str, Json]], volumes: Sequence[Mapping[str, Json]]
) -> Cost:
    channel, days = channels.get(part.ch), _share(part, channels)
    size = None
    if channel is not None and days is not None and len(volumes) == 1:
        size = int(volumes[0]["size_bytes"] / max(1, channel["projected_days"]) * days)
    return Cost(part=part, there=_there(part, channel), locked_days=days, locked_bytes=size)


def _there(part: Part, channel: Mapping[str, Json] | None) -> str:
    if channel is None:
        return "no_channel"
    oldest, newest = channel.get("oldest_s"), channel.get("newest_s")
    if oldest is None or newest is None:
        return "unknown"
    since, until = part.since.timestamp(), part.until.timestamp()
    if until <= oldest or since >= newest:
        return "none"
    gaps = channel.get("gaps") or ()
    torn = any(g["start_s"] < until and since < g["end_s"] for g in gaps)
    return "part" if since < oldest or until > newest or torn else "all"
