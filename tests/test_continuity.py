"""How much of a gap lies in the hours that must be recorded."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from cctv_policy.continuity import owed_seconds

ZONE = ZoneInfo("Asia/Taipei")
HOUR = 3600


def owed(start: str, end: str, window: str = "opening_hours") -> int:
    at = [
        int(datetime.fromisoformat(f"2026-11-{text}:00+08:00").timestamp()) for text in (start, end)
    ]
    return owed_seconds(*at, window, ZONE)


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("20T08:00", "20T11:00", 3),  # a Friday morning
        ("20T05:00", "20T08:00", 1),  # opens at 7
        ("20T18:00", "20T23:00", 1),  # closes at 19
        ("19T19:00", "20T07:00", 0),  # the night
        ("20T18:00", "21T08:00", 2),  # over night into Saturday
        ("21T18:00", "23T08:00", 2),  # Sunday rests
        ("22T00:00", "22T23:59", 0),
        ("16T00:00", "23T00:00", 72),  # six days of twelve hours
        ("20T11:00", "20T08:00", 0),  # reversed
    ],
)
def test_only_opening_hours_are_owed(start: str, end: str, hours: int) -> None:
    assert owed(start, end) == hours * HOUR


@pytest.mark.parametrize("window", ["24x7", "anything else"])
def test_every_hour_is_owed_around_the_clock(window: str) -> None:
    assert owed("21T18:00", "23T08:00", window) == 38 * HOUR
    assert owed("23T08:00", "21T18:00", window) == 0
