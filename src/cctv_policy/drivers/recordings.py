"""From the files of an archive to what a channel holds: oldest, newest, gaps, bytes a day. Pure.

Only finished files count. The end of a file is its time of last change; its start is in its name
where the name has a full date and time. Where name and time of change contradict each other (a copy
put back, a clock that jumped) the span says so and the times that would rest on it are None. A
device tells files without a hole between them as one; that changes none of this.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import lru_cache
from typing import NamedTuple

from cctv_policy.drivers.framing import CannotTell
from cctv_policy.state import Why

DAY = 86_400
WEEK = 7 * DAY
GAP_S = 300
"""Holes shorter than this are the pause between two files."""
MOST_GAPS = 1000
SMALLEST = 1024
"""Bytes: an mp4 that is being written has 48, a failed one 0."""
SETTLED_S = 90
"""The newest file may still grow until it has been left alone for this long."""
LONGEST_FILE_S = 6 * 3600
AHEAD_S = 300
"""A change later than the device's own clock by more than this is a clock that jumped."""
SHORTEST_FOR_RATE_S = 6 * 3600
NAME_AHEAD_S = 3600
"""A name may be later than the time of change by this: the clock was set while recording."""

VIDEO = frozenset(
    (".mp4", ".mkv", ".avi", ".mov", ".flv", ".webm", ".mpg", ".mpeg", ".ts", ".m4v", ".h264")
)
PICTURE = frozenset((".jpg", ".jpeg", ".png", ".ppm", ".webp"))

_IN_NAME = re.compile(
    r"(?<!\d)((?:19|20)\d\d)[-_.]?([01]\d)[-_.]?([0-3]\d)[-_/T .]?"
    r"([0-2]\d)[-_.:h]?([0-5]\d)[-_.:m]?([0-5]\d)(?!\d)",
    re.ASCII,
)
_HOURS = {f"{hour:02}": hour * 3600 for hour in range(24)}
_SIXTIETHS = {f"{number:02}": number for number in range(60)}


class Take(NamedTuple):
    """One file, or a run of files without a hole that the device told as one (sh/fold.sh).

    A run lies in one folder and one week of UNIX time (they begin on Thursdays, UTC); its files'
    names differ in their date and time only, and each fits its time of change.
    """

    end: float
    """Time of the last change (UNIX seconds), of the last file."""
    size: int
    """Bytes of all."""
    path: str
    """Below the folder that was listed; of the first file."""
    files: int = 1
    first: float | None = None
    """Time of the last change of a run's first file."""

    @property
    def first_end(self) -> float:
        """When its first file, or the file that it is, was finished."""
        return self.end if self.first is None else self.first


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """What one channel holds. Times are UNIX seconds by the device's clock."""

    files: int
    oldest: float | None
    newest: float | None
    gaps: tuple[tuple[float, float], ...] | None
    bytes_total: int
    bytes_a_day: float | None
    doubtful: bool = False
    """Names and times of change contradict each other, or files lie in the device's future."""
    cut_short: bool = False
    """More gaps than are listed; the longest are."""


def parse_listing(text: str) -> list[Take]:
    """Of records `end/bytes/path//` and, for runs, `first end,last end,number/bytes/first path//`.

    CannotTell (odd_output) if a record is not of that form.
    """
    *records, rest = text.strip("\n").split("//")
    if rest.strip():
        raise CannotTell(Why.ODD_OUTPUT, "the list of files is cut off")
    try:
        parts = [record.split("/", 2) for record in records if record]
        return [
            _run(end, size, path) if "," in end else Take(float(end), int(size), path)
            for end, size, path in parts
        ]
    except ValueError:
        raise CannotTell(Why.ODD_OUTPUT, "the list of files is not readable") from None


def _run(ends: str, size: str, path: str) -> Take:
    first, last, files = ends.split(",")
    return Take(float(last), int(size), path, int(files), float(first))


def is_footage(path: str) -> bool:
    """By its ending; what else lies in the folder (a database, an index) is not counted."""
    ending = _ending(path)
    return ending in VIDEO or ending in PICTURE


def _ending(path: str) -> str:
    return path[path.rfind(".") :].lower()


def named_start(path: str, zone: timezone) -> float | None:
    """The last full date and time in a path, as UNIX seconds; None if there is none."""
    found = _IN_NAME.findall(path)
    if not found:
        return None
    year, month, day, hour, minute, second = found[-1]
    midnight = _midnight(year, month, day, zone)
    if midnight is None or hour not in _HOURS:
        return None
    return midnight + _HOURS[hour] + _SIXTIETHS[minute] * 60 + _SIXTIETHS[second]


@lru_cache(maxsize=4096)
def _midnight(year: str, month: str, day: str, zone: timezone) -> float | None:
    """Asked for every file and the same for all of a day; a fixed offset has no odd days."""
    try:
        return datetime(int(year), int(month), int(day), tzinfo=zone).timestamp()
    except ValueError:
        return None


def survey(
    takes: Iterable[Take], *, now: float, zone: timezone, length_s: float | None = None
) -> Span:
    """What the files of one channel amount to. `length_s`: how long one file is set to be."""
    videos: list[Take] = []
    pictures: list[Take] = []
    total, latest, ahead = 0, now + AHEAD_S, False
    for take in takes:
        ending = _ending(take.path) if take.size >= SMALLEST else ""
        if ending in VIDEO:
            videos.append(take)
        elif ending in PICTURE:
            pictures.append(take)
        else:
            continue
        total += take.size
        ahead = ahead or take.end > latest
    done = sorted([take for take in videos or pictures if take.end <= latest])
    if done and now - done[-1].end < SETTLED_S:
        done.pop()
    span = _survey(done, zone, length_s, doubtful=ahead, total=total)
    first = min((t.first_end for t in pictures), default=None) if videos else None
    if first is not None and span.oldest is not None and first < span.oldest:
        return _with_oldest(span, first)
    return span


def _with_oldest(span: Span, oldest: float) -> Span:
    """Pictures older than the oldest video are footage too."""
    return Span(
        files=span.files,
        oldest=oldest,
        newest=span.newest,
        gaps=span.gaps,
        bytes_total=span.bytes_total,
        bytes_a_day=span.bytes_a_day,
        doubtful=span.doubtful,
        cut_short=span.cut_short,
    )


def _survey(
    done: Sequence[Take], zone: timezone, length_s: float | None, *, doubtful: bool, total: int
) -> Span:
    if not done:
        return Span(
            files=0, oldest=None, newest=None, gaps=(), bytes_total=total, bytes_a_day=None,
            doubtful=doubtful,
        )  # fmt: skip
    files = sum([take.files for take in done])
    pieces: list[tuple[float, float]] = []
    for take in done:
        first_end, start = take.first_end, named_start(take.path, zone)
        if start is None:
            start = first_end - (length_s or 0)
        elif not -NAME_AHEAD_S <= first_end - start <= LONGEST_FILE_S:
            return Span(
                files=files, oldest=None, newest=None, gaps=None, bytes_total=total,
                bytes_a_day=None, doubtful=True,
            )  # fmt: skip
        pieces.append((min(start, first_end), take.end))
    pieces.sort()
    oldest = pieces[0][0]
    gaps = _gaps(pieces)
    longest = sorted(sorted(gaps, key=lambda g: g[0] - g[1])[:MOST_GAPS])
    return Span(
        files=files,
        oldest=oldest,
        newest=done[-1].end,
        gaps=tuple(longest),
        bytes_total=total,
        bytes_a_day=_rate(done, oldest, gaps),
        doubtful=doubtful,
        cut_short=len(gaps) > MOST_GAPS,
    )


def _gaps(pieces: Sequence[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    """The holes between pieces (start, end) that are in order of their starts."""
    found: list[tuple[float, float]] = []
    until = pieces[0][1]
    for start, end in pieces:
        if start - until >= GAP_S:
            found.append((until, start))
        until = max(until, end)
    return tuple(found)


def _rate(
    done: Sequence[Take], oldest: float, gaps: tuple[tuple[float, float], ...]
) -> float | None:
    """Bytes a day while recording, in the last whole week of UNIX time and what has come after it
    (no run of files lies across its beginning); None below six hours of footage.
    """
    newest = done[-1].end
    since = max(oldest, (newest - WEEK) // WEEK * WEEK)
    idle = sum(max(0.0, end - max(start, since)) for start, end in gaps)
    recorded = newest - since - idle
    if recorded < SHORTEST_FOR_RATE_S:
        return None
    return sum([t.size for t in done if t.end >= since]) * DAY / recorded


def days_that_fit(
    *,
    size: int,
    free: int,
    held: int,
    rates: Sequence[float | None],
    usable: float = 1.0,
) -> int | None:
    """Days of all channels that fit on a volume: (free + held) ÷ bytes a day, rounded down.

    `held`: bytes of the recordings on it (never taken as more than what is in use); `usable`: share
    of the volume at which the recorder itself starts to delete. None if any channel's rate is not
    known.
    """
    known = [rate for rate in rates if rate]
    if not known or len(known) < len(rates):
        return None
    room = free + min(held, max(size - free, 0)) - size * (1 - usable)
    return max(0, int(room / sum(known)))
