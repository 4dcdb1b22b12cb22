"""Lawful periods (spec §1.5, §1.6): Civil Code 119–123, retention and its transitions.

Pure: every instant and date is an argument; there is no clock here. Instants are
timezone-aware; a naive one raises ValueError. Days are civil days of `tz` (default Asia/Taipei,
UTC+8 without daylight saving time).
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from enum import StrEnum
from functools import lru_cache

TAIPEI = timezone(timedelta(hours=8), "Asia/Taipei")
DAY = timedelta(days=1)

_ISO = re.compile(
    r"P(?=[0-9T])(?:([0-9]+)Y)?(?:([0-9]+)M)?(?:([0-9]+)W)?(?:([0-9]+)D)?"
    r"(?:T(?=[0-9])(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+)S)?)?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A length of time as a document states it: whole months and days, or exact seconds.

    `months` counts years as twelve. `seconds` holds the part after the T of ISO 8601; months and
    seconds never occur together, since a month has no fixed length.
    """

    months: int = 0
    days: int = 0
    seconds: int = 0

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read ISO 8601 (`P14D`, `P1Y`, `P3M`, `P2W`, `PT72H`); ValueError on anything else."""
        match = _ISO.fullmatch(text) if isinstance(text, str) else None
        if match is None:
            raise ValueError(f"not an ISO 8601 period such as P14D, P1Y or PT72H: {text!r}")
        years, months, weeks, days, hours, minutes, seconds = (int(g or 0) for g in match.groups())
        period = cls(
            months=12 * years + months,
            days=7 * weeks + days,
            seconds=3600 * hours + 60 * minutes + seconds,
        )
        if period.months and period.seconds:
            raise ValueError(f"months and hours cannot be mixed in one period: {text!r}")
        return period

    @property
    def is_exact(self) -> bool:
        """Whether the length in seconds is the same at every date (no month or year in it)."""
        return self.months == 0

    @property
    def average_seconds(self) -> int:
        """Length for comparing periods with each other: a month is 1/12 of 365.2425 days."""
        return self.months * 2_629_746 + self.days * 86_400 + self.seconds

    def __str__(self) -> str:
        years, months = divmod(self.months, 12)
        hours, rest = divmod(self.seconds, 3600)
        minutes, seconds = divmod(rest, 60)
        day = [(years, "Y"), (months, "M"), (self.days, "D")]
        clock = [(hours, "H"), (minutes, "M"), (seconds, "S")]
        head = "".join(f"{n}{unit}" for n, unit in day if n)
        tail = "".join(f"{n}{unit}" for n, unit in clock if n)
        return f"P{head}{'T' + tail if tail else ''}" if head or tail else "P0D"


class DayCount(StrEnum):
    """How days of a minimum are counted (spec §1.5)."""

    ROLLING = "rolling"
    """n × 24 hours back from the moment asked about."""
    CALENDAR = "calendar"
    """Footage of day D stays through the end of D + n."""


def local_date(instant: datetime, tz: tzinfo = TAIPEI) -> date:
    """The civil date of an aware instant in `tz`."""
    return _aware(instant).astimezone(tz).date()


def midnight(day: date, tz: tzinfo = TAIPEI) -> datetime:
    """The first instant of a civil day."""
    return datetime.combine(day, time(), tz)


def period_end(event: date, period: Period) -> date:
    """Last day of a period that begins with an event (Civil Code 120 II, 121 II).

    The day of the event does not count. The end is the day before the day that corresponds to the
    first counted day; without such a day in the last month, that month's last day. ValueError for a
    period with hours, which has no last day.
    """
    if period.seconds:
        raise ValueError(f"{period} is counted in hours and has no last day")
    first = event + DAY
    year, month0 = divmod(first.year * 12 + first.month - 1 + period.months, 12)
    last_of_month = calendar.monthrange(year, month0 + 1)[1]
    if first.day > last_of_month:
        end = date(year, month0 + 1, last_of_month)
    else:
        end = date(year, month0 + 1, first.day) - DAY
    return end + timedelta(days=period.days)


def deletion_lawful_from(event: date, minimum: Period) -> date:
    """First day on which a thing kept for a minimum may go: the day after the period's end."""
    return period_end(event, minimum) + DAY


def last_lawful_day(event: date, maximum: Period) -> date:
    """Last day on which a thing with a maximum may still exist (四(四): within one year)."""
    return period_end(event, maximum)


def keep_until(
    recorded_at: datetime,
    minimum: Period,
    *,
    day_count: DayCount = DayCount.ROLLING,
    tz: tzinfo = TAIPEI,
) -> datetime:
    """The instant from which footage is no longer owed; rolling days are n × 24 hours."""
    if minimum.seconds or (minimum.is_exact and day_count is DayCount.ROLLING):
        return _shift(recorded_at, _exact(minimum), tz)
    return midnight(deletion_lawful_from(local_date(recorded_at, tz), minimum), tz)


def owed_since(
    as_of: datetime,
    minimum: Period,
    *,
    day_count: DayCount = DayCount.ROLLING,
    tz: tzinfo = TAIPEI,
) -> datetime:
    """The oldest instant whose footage must still exist at `as_of`: the inverse of `keep_until`.

    Months and years have no fixed length backwards: the answer is the start of the earliest day
    whose period has not ended yet.
    """
    if minimum.seconds or (minimum.is_exact and day_count is DayCount.ROLLING):
        return _shift(as_of, -_exact(minimum), tz)
    return midnight(_earliest_running(local_date(as_of, tz), minimum), tz)


def lawful_since(
    as_of: datetime, maximum: Period, *, tolerance: Period | None = None, tz: tzinfo = TAIPEI
) -> datetime:
    """The oldest instant whose footage may still exist at `as_of` (四(四)); older is too old.

    A maximum in days, months or years ends with its last day; one in hours ends to the second.
    `tolerance` (exact only, e.g. PT24H) is granted on top (spec §1.6, kind `exact`).
    """
    moment = _shift(as_of, -_exact(tolerance), tz) if tolerance else _aware(as_of)
    return owed_since(moment, maximum, day_count=DayCount.CALENDAR, tz=tz)


def required_from(
    as_of: datetime,
    timeline: Sequence[tuple[date | None, Period | None]],
    *,
    day_count: DayCount = DayCount.ROLLING,
    tz: tzinfo = TAIPEI,
) -> datetime | None:
    """The oldest instant whose footage is owed at `as_of`, over changes of the minimum (§1.6).

    `timeline` is ordered `(effective_from, minimum)`; None as a date means "always", None as a
    minimum "nothing owed". After a rise on E footage owed on E is kept on, older footage is not:
    max(t − m₂, E − m₁), applied to each rise in turn. None when nothing is owed.
    """
    now = _aware(as_of)
    floor: datetime | None = None
    current: Period | None = None
    for start, minimum in timeline:
        if start is not None:
            begins = midnight(start, tz)
            if begins > now:
                break
            floor = _owed(begins, current, floor, day_count, tz) or begins
        current = minimum
    return _owed(now, current, floor, day_count, tz)


def strict_margin(oldest_at: datetime, as_of: datetime, minimum: Period) -> bool:
    """Whether rolling days are met but whole calendar days would not be (note `strict_margin`)."""
    rolling = owed_since(as_of, minimum)
    whole = owed_since(as_of, minimum, day_count=DayCount.CALENDAR)
    return whole < _aware(oldest_at) <= rolling


def retention_seconds(period: Period, *, as_of: datetime | None = None) -> int:
    """Seconds of footage a period asks for; one with months needs `as_of` to count back from."""
    if period.is_exact:
        return period.days * 86_400 + period.seconds
    if as_of is None:
        raise ValueError(f"{period} has no fixed length: say as of when")
    return int((_aware(as_of) - owed_since(as_of, period)).total_seconds())


def _owed(
    now: datetime,
    minimum: Period | None,
    floor: datetime | None,
    day_count: DayCount,
    tz: tzinfo,
) -> datetime | None:
    if minimum is None:
        return None
    since = owed_since(now, minimum, day_count=day_count, tz=tz)
    return since if floor is None else max(since, floor)


@lru_cache(maxsize=1024)
def _earliest_running(today: date, period: Period) -> date:
    """Earliest event day whose period has not ended before `today`."""
    year, month0 = divmod(today.year * 12 + today.month - 1 - period.months, 12)
    # Short months move an end by up to three days, so the search begins well before.
    day = date(year, month0 + 1, 1) - timedelta(days=period.days + 5)
    while period_end(day, period) < today:
        day += DAY
    return day


def _exact(period: Period) -> timedelta:
    if not period.is_exact:
        raise ValueError(f"{period} has no fixed length")
    return timedelta(days=period.days, seconds=period.seconds)


def _shift(instant: datetime, by: timedelta, tz: tzinfo) -> datetime:
    return (_aware(instant).astimezone(UTC) + by).astimezone(tz)


def _aware(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError(f"instant without a time zone: {instant.isoformat()}")
    return instant
