"""Footage of the past, as sparse files: what was recorded, when, on which channel.

Pure: gives the hours that exist; the roles turn them into names of their recorder.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

TAIPEI = timezone(timedelta(hours=8), "CST")
PIECE = timedelta(hours=1)
PIECE_BYTES = 40 * 10**6  # about 90 kbit/s, what the lab's cameras send


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """``hours`` without footage on one channel, beginning ``days_ago``."""

    channel: int
    days_ago: float
    hours: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Old:
    """One forgotten piece of footage on a channel."""

    channel: int
    days_ago: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """``days`` of hourly pieces up to now on every channel, with what is missing or too old.

    ``ended`` says how many hours ago a channel stopped (camera gone, disk full).
    """

    days: float = 16
    gaps: tuple[Gap, ...] = ()
    old: tuple[Old, ...] = ()
    ended: tuple[tuple[int, float], ...] = ()

    def pieces(self, channel: int, now: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Start and end of each piece, oldest first, in true time (Asia/Taipei)."""
        now = now.astimezone(TAIPEI).replace(microsecond=0)
        for old in self.old:
            if old.channel == channel:
                start = now - timedelta(days=old.days_ago)
                yield start, start + PIECE
        end = now - timedelta(hours=dict(self.ended).get(channel, 0))
        missing = [
            (now - timedelta(days=gap.days_ago), timedelta(hours=gap.hours))
            for gap in self.gaps
            if gap.channel == channel
        ]
        start = now - timedelta(days=self.days)
        while start + PIECE <= end:
            if not any(since <= start < since + lasting for since, lasting in missing):
                yield start, start + PIECE
            start += PIECE
