"""A recorder's channels as the rules see them: corrected times, what is owed, what must be gone.

四(三) and 四(四) are judged per channel (spec I1), so each channel carries the parameters of its
own area.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from cctv_policy.continuity import owed_seconds
from cctv_policy.inventory import Camera, Recorder
from cctv_policy.model import Json
from cctv_policy.periods import DayCount, Period, keep_until, midnight, retention_seconds
from cctv_policy.scope import Scope


def channel_facts(
    told: list[dict[str, Json]],
    recorder: Recorder,
    scopes: Mapping[str, Scope],
    *,
    offset_s: int,
    told_at: datetime,
    observed_reset: datetime | None,
) -> list[dict[str, Json]]:
    """Rule facts of every channel that the inventory or the recorder knows.

    `scopes` holds one Scope an area id, and the school's own under "". `offset_s` is device clock
    minus true time; it is taken off every instant the device reported. `told_at` is when the
    recorder was asked (true time): its newest footage is as old as it was then. A channel of the
    inventory that the recorder does not have is there with `absent: true` and nothing else known.
    """
    by_ch = {camera.ch: camera for camera in recorder.cameras}
    known = {channel["ch"]: channel for channel in told}
    reset = _reset(recorder, observed_reset)
    terms: dict[str, dict[str, Json]] = {}
    facts = []
    for ch in sorted(by_ch.keys() | known.keys()):
        camera = by_ch.get(ch)
        area = camera.area if camera else ""
        scope = scopes[area]
        channel = known.get(ch)
        offset = timedelta(seconds=offset_s)
        one = _one(ch, channel, camera, recorder, scope, reset, offset)
        if area not in terms:
            terms[area] = _terms(scope)
        facts.append(one | terms[area] | _ages(one, scope, told_at))
    return facts


_TERMS = (
    "capacity_margin_days",
    "gap_tolerance_min",
    "max_by_justification",
    "motion_mode_allowed",
    "newest_max_age_min",
)


def _terms(scope: Scope) -> dict[str, Json]:
    """What the channel's area asks of it, as numbers and as words for people."""
    return {name: scope.values.get(name) for name in _TERMS} | {
        "required_at": _shown(scope.required_from, scope),
        "lawful_at": _shown(scope.lawful_since, scope),
        "max_days": _whole_days(scope.value("retention_max"), scope),
        "justified_s": None,
    }


def _whole_days(period: str | None, scope: Scope) -> int | None:
    if period is None:
        return None
    return retention_seconds(Period.parse(period), as_of=scope.as_of) // 86_400


def _ages(one: dict[str, Json], scope: Scope, told_at: datetime) -> dict[str, Json]:
    """How long ago the footage is from: days held, lag of the newest, day the oldest must go."""
    oldest_s, newest_s, asked_s = one["oldest_s"], one["newest_s"], int(told_at.timestamp())
    now_s, maximum = int(scope.as_of.timestamp()), scope.value("retention_max")
    due = None
    if oldest_s is not None and maximum and oldest_s <= now_s:
        oldest = datetime.fromtimestamp(oldest_s, scope.as_of.tzinfo)
        due = keep_until(oldest, Period.parse(maximum), day_count=DayCount.CALENDAR)
    return {
        "held_days": _days(oldest_s, now_s),
        "told_days": _days(oldest_s, asked_s),
        "newest_age_s": None if newest_s is None else _age(newest_s, asked_s, scope),
        "overdue_on": due and due.date().isoformat(),
    }


def _days(since_s: int | None, until_s: int) -> int | None:
    return None if since_s is None else (until_s - since_s) // 86_400


def _age(newest_s: int, asked_s: int, scope: Scope) -> int:
    """Seconds of owed recording since the newest footage; negative if it lies in the future."""
    age = asked_s - newest_s
    return age if age < 0 else _owed(newest_s, asked_s, scope)


def _owed(start_s: int, end_s: int, scope: Scope) -> int:
    window = scope.values.get("continuity_window", "24x7")
    return owed_seconds(start_s, end_s, window, ZoneInfo(scope.value("timezone")))


def _shown(instant: datetime | None, scope: Scope) -> str | None:
    """An instant to the minute in the pack's time zone."""
    if instant is None:
        return None
    return instant.astimezone(ZoneInfo(scope.value("timezone"))).strftime("%Y-%m-%d %H:%M")


def _reset(recorder: Recorder, observed: datetime | None) -> tuple[date, str | None] | None:
    """The last time the storage was emptied: what is declared, or what the device itself shows."""
    declared = recorder.storage_reset
    if declared and (observed is None or observed.date() <= declared.on + timedelta(days=1)):
        return declared.on, declared.ref
    if observed is None or observed.date() <= recorder.commissioned_on + timedelta(days=1):
        return None
    return observed.date(), None


def _start(
    camera: Camera | None, recorder: Recorder, reset: tuple[date, str | None] | None
) -> tuple[date, str, str | None]:
    """The day from which this channel can have footage, what happened then, the record of it."""
    events: list[tuple[date, str, str | None]] = [
        (recorder.commissioned_on, "commissioned", "commissioning")
    ]
    if camera and camera.added_on:
        events.append((camera.added_on.on, "added", camera.added_on.ref))
    if reset:
        events.append((reset[0], "reset", reset[1]))
    return max(events, key=lambda event: event[0])


def _one(
    ch: str,
    channel: dict[str, Json] | None,
    camera: Camera | None,
    recorder: Recorder,
    scope: Scope,
    reset: tuple[date, str | None] | None,
    offset: timedelta,
) -> dict[str, Json]:
    started_on, event, ref = _start(camera, recorder, reset)
    told = channel or {}
    return {
        "ch": ch,
        "camera": camera.id if camera else told.get("camera_id"),
        "area": camera.area if camera else "",
        "absent": channel is None,
        "listed": camera is not None,
        "enabled": told.get("enabled"),
        "mode": told.get("mode"),
        "wrapped": told.get("wrapped"),
        "signal": told.get("signal"),
        "oldest_at": told.get("oldest_at"),
        "oldest_s": _seconds(told.get("oldest_at"), offset),
        "newest_at": told.get("newest_at"),
        "newest_s": _seconds(told.get("newest_at"), offset),
        "configured_days": told.get("configured_days"),
        "projected_days": told.get("projected_days"),
        "start_on": started_on.isoformat(),
        "start_s": int(midnight(started_on).timestamp()),
        "start_event": event,
        "start_ref": ref,
        "gaps": _gaps(told.get("gaps"), offset, scope),
        "locked": _locked(told.get("locked_files"), offset),
        "required_s": _instant(scope.required_from),
        "strict_s": _instant(scope.strict_from),
        "lawful_s": _instant(scope.lawful_since),
        "min_days": scope.min_days,
        "retention_min": scope.value("retention_min"),
        "retention_max": scope.value("retention_max"),
    }


def _seconds(text: str | None, offset: timedelta) -> int | None:
    return None if text is None else int((datetime.fromisoformat(text) - offset).timestamp())


def _instant(instant: datetime | None) -> int | None:
    return None if instant is None else int(instant.timestamp())


def _gaps(
    gaps: list[dict[str, Json]] | None, offset: timedelta, scope: Scope
) -> list[dict[str, Json]] | None:
    """Gaps with the seconds of owed recording in them (`owed_s`).

    Time before the owed footage does not count: what was recorded then may have been deleted
    lawfully, so that an old leftover stands apart.

    `real_s` is what remains of them if the clock's present lead came from a jump inside the gap.
    """
    if gaps is None:
        return None
    facts: list[dict[str, Json]] = []
    for gap in gaps:
        start, end = _seconds(gap["start"], offset), _seconds(gap["end"], offset)
        assert start is not None and end is not None  # noqa: S101 - the fact's type has both
        since = _instant(scope.required_from)
        owed = _owed(start if since is None else max(start, since), end, scope)
        facts.append(
            {
                "start": gap["start"],
                "end": gap["end"],
                "minutes": (end - start) // 60,
                "start_s": start,
                "end_s": end,
                "owed_s": owed,
                "real_s": max(0, owed - max(0, int(offset.total_seconds()))),
                "ref": (gap.get("ref") or "").strip() or None,
            }
        )
    return facts


def _locked(files: list[dict[str, Json]] | None, offset: timedelta) -> list[dict[str, Json]] | None:
    if files is None:
        return None
    return [
        {
            "recorded_at": file["recorded_at"],
            "recorded_s": _seconds(file["recorded_at"], offset),
            "held": False,
        }
        for file in files
    ]
