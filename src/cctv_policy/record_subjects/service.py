"""Since when the devices of the inventory can have pictures: no record is about an earlier time.

The inventory says what stands there now. Whether something else stood there before it does not
say, so an older picture is ruled out only where the same recorder was asked.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from cctv_policy.inventory import School
from cctv_policy.model import Json
from cctv_policy.periods import midnight


def footage_age(
    school: School | None, cameras: Collection[str], end: datetime, *, asked_on: date
) -> dict[str, Json]:
    """`before`: cameras whose recorder was in service on the day of asking, but not before `end`.

    `earlier`: those that came later than `end` otherwise: added to a recorder that was there, or
    on a recorder that is newer than the question.
    """
    before: list[Json] = []
    earlier: list[Json] = []
    for recorder in school.recorders if school else ():
        start = recorder.commissioned_on
        for camera in recorder.cameras:
            if camera.id not in cameras:
                continue
            since = max(start, camera.added_on.on) if camera.added_on else start
            if end <= midnight(start) and start <= asked_on:
                before.append({"camera": camera.id, "since": start.isoformat()})
            elif end <= midnight(since):
                earlier.append({"camera": camera.id, "since": since.isoformat()})
    return {"before": before, "earlier": earlier}


def not_yet_there(school: School | None, recorders: Collection[str], day: date) -> list[Json]:
    """Which of these recorders were not in service yet on a day, and since when they are."""
    return [
        {"recorder": r.id, "since": r.commissioned_on.isoformat()}
        for r in (school.recorders if school else ())
        if r.id in recorders and day < r.commissioned_on
    ]
