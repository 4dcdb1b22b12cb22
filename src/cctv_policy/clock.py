"""A recorder's clock as the rules see it: may ages be judged by it, is its zone the right one.

Rego compares no zone names: `Asia/Taipei`, `+08:00` and `CST-8` are the same clock on the wall.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from cctv_policy.model import Json
from cctv_policy.periods import Period
from cctv_policy.scope import Scope

_HOURS, _MINUTES = r"(\d|[01]\d|2[0-3])", r"([0-5]\d)"
_OFFSET = re.compile(rf"([+-]){_HOURS}(?::?{_MINUTES})?", re.ASCII)
_POSIX = re.compile(
    rf"(?!UTC|GMT)(?:[A-Z]{{3,5}}|<[+-]?\d+>)([+-]?){_HOURS}(?::{_MINUTES})?(?::[0-5]\d)?([A-Z<].*)?",
    re.ASCII,
)
"""POSIX TZ as ONVIF and many recorders tell it: `CST-8` is east of Greenwich. `UTC+8` and `GMT+8`
are left out: menus mean east by it, POSIX west."""


def clock_facts(offset_s: int | None, tz: str | None, scope: Scope) -> dict[str, Json]:
    """What rules 16, 17, 19 and 23 ask of the clock.

    `usable`: the offset is known and small enough to correct the device's times by (spec §1.3).
    `zone`: `same` as the pack's, `other`, `unreadable`, or None if not told. `dst`: whether the
    zone has summer time this year; None if not known.
    """
    limit = Period.parse(scope.value("clock_max_offset_for_retention")).average_seconds
    facts: dict[str, Json] = {"usable": offset_s is not None and abs(offset_s) <= limit}
    if tz is None:
        return facts | {"zone": None, "dst": None}
    told = read_zone(tz)
    if told is None:
        return facts | {"zone": "unreadable", "dst": None}
    zone, summer_time = told
    wanted = ZoneInfo(scope.value("timezone"))
    year = [datetime(scope.as_of.year, month, 15, tzinfo=UTC) for month in range(1, 13)]
    same = all(at.astimezone(zone).utcoffset() == at.astimezone(wanted).utcoffset() for at in year)
    summer_time = summer_time or any(at.astimezone(zone).dst() for at in year)
    return facts | {"zone": "same" if same else "other", "dst": summer_time}


def read_zone(text: str) -> tuple[tzinfo, bool] | None:
    """A zone from a name, an offset or POSIX TZ, and whether that text itself has summer time."""
    if match := _OFFSET.fullmatch(text):
        return _fixed(match[1] == "-", match[2], match[3]), False
    if match := _POSIX.fullmatch(text):
        return _fixed(match[1] != "-", match[2], match[3]), bool(match[4])
    try:
        return ZoneInfo(text), False
    except (KeyError, ValueError, OSError):  # not a key of the zone database, or no key at all
        return None


def _fixed(west: bool, hours: str, minutes: str | None) -> tzinfo:
    offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
    return timezone(-offset if west else offset)
