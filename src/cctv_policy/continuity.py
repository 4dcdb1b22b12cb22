"""When recording must run (parameter `continuity_window`), and how much of a gap lies in it."""

from __future__ import annotations

from datetime import datetime, time, timedelta, tzinfo

OPENS, CLOSES, REST_DAY = time(7), time(19), 6
"""`opening_hours`: no document read so far says which, so the widest usual ones (Monday to
Saturday, 07:00 to 19:00, public holidays too): too wide may ask for too much, never too little."""


def owed_seconds(start_s: int, end_s: int, window: str, zone: tzinfo) -> int:
    """Seconds between two epoch seconds in which recording must run; 0 if they are reversed.

    `window` is the parameter's value; anything but `opening_hours` means around the clock.
    """
    if window != "opening_hours":
        return max(0, end_s - start_s)
    start, end = (datetime.fromtimestamp(s, zone) for s in (start_s, end_s))
    owed, day = 0, start.date()
    while day <= end.date():
        if day.weekday() != REST_DAY:
            opens, closes = (datetime.combine(day, t, zone) for t in (OPENS, CLOSES))
            lost = min(end, closes) - max(start, opens)
            owed += max(0, int(lost.total_seconds()))
        day += timedelta(days=1)
    return owed
