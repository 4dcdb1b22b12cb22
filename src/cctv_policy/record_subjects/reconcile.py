"""Playback on recorders beside the register (五(四), spec rule 42): log ↔ register ↔ requests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from cctv_policy.calendars import QuarterScheme, quarter
from cctv_policy.inventory import Recorder
from cctv_policy.model import Json
from cctv_policy.periods import local_date, midnight
from cctv_policy.record_subjects.desk import Desk, shown
from cctv_policy.record_subjects.devices import Devices
from cctv_policy.records.access import AccessRequest, RegisterEntry
from cctv_policy.records.upkeep import FaultRepair, Inspection
from cctv_policy.trail import Act, Trail, uncovered

_COPIES = ("copy_agency", "copy_kept", "art10_copy")
_LAG = timedelta(hours=1)
"""A log's end may be this much before the moment the recorder was asked."""


@dataclass(frozen=True)
class Playback:
    """What a school's recorders logged, and what answers for it."""

    desk: Desk
    devices: Devices
    trails: Mapping[str, Trail]

    @cached_property
    def tolerance(self) -> timedelta:
        return timedelta(minutes=self.desk.scope.value("match_tolerance_min"))

    @cached_property
    def since(self) -> datetime:
        """The start of the quarter before this one: what is reconciled."""
        scheme = QuarterScheme(self.desk.scope.value("quarter_scheme"))
        now = quarter(self.desk.today, scheme)
        before = quarter(now.first - timedelta(days=1), scheme)
        return midnight(before.first)

    def recorders(self) -> list[Recorder]:
        """Recorders in use."""
        recorders = self.desk.school.recorders if self.desk.school else ()
        return [r for r in recorders if r.in_use]

    def camera(self, recorder: Recorder, ch: str | None) -> str | None:
        """The camera on a channel; None if the log names none."""
        return self.devices.camera(recorder.id, ch) if ch else None

    def line_of(self, recorder: Recorder, act: Act) -> RegisterEntry | None:
        """The line of the register that answers for a playback or an export."""
        camera = self.camera(recorder, act.ch)
        for line in self.desk.lines.values():
            if line.void is not None and line.void.void:
                continue
            start, end = line.session_start - self.tolerance, line.session_end + self.tolerance
            shows = camera is None or camera in line.camera_ids
            copies = act.kind == "playback" or line.action in _COPIES
            if start <= act.at <= end and shows and copies:
                return line
        return None

    def kept_by(self, recorder: Recorder, act: Act) -> str | None:
        """The kept copy that an export made: the school's own copy needs no line of its own."""
        camera = self.camera(recorder, act.ch)
        for copy in self.desk.copies:
            near = abs(copy.made_at - act.at) <= self.tolerance
            if near and (camera is None or camera in copy.camera_ids):
                return copy.id
        return None

    def exempt(self, recorder: Recorder, act: Act) -> bool:
        """Whether an inspection or a repair answers for a playback; for an export none does."""
        allowed = self.desk.scope.value("exempt") or ()
        if act.kind != "playback":
            return False
        inspected = "inspection_ref" in allowed and any(
            recorder.id in i.recorder_ids and i.inspected_on == local_date(act.at)
            for i in self.desk.all(Inspection)
        )
        return inspected or (
            "maintenance_ref" in allowed
            and any(
                f.device_id == recorder.id
                and f.access_from is not None
                and f.access_from <= act.at <= (f.access_to or self.desk.as_of)
                for f in self.desk.all(FaultRepair)
            )
        )

    def acts(self) -> Iterator[tuple[Recorder, Act]]:
        """What is reconciled, of all recorders."""
        for recorder in self.recorders():
            for act in self.trails.get(recorder.id, Trail()).acts:
                if self.since <= act.at <= self.desk.as_of:
                    yield recorder, act


def playback_facts(playback: Playback) -> dict[str, Json]:
    """The fact `playback` of a school."""
    desk = playback.desk
    unmatched = [
        _told(recorder, act)
        for recorder, act in playback.acts()
        if playback.line_of(recorder, act) is None
        and not (act.kind == "export" and playback.kept_by(recorder, act))
        and not playback.exempt(recorder, act)
    ]
    return {
        "recorders": [_covered(playback, recorder) for recorder in playback.recorders()],
        "unmatched": unmatched,
        "untraced": sorted(_untraced(playback)),
        "unreadable": len(desk.unreadable("REG")),
    }


def _told(recorder: Recorder, act: Act) -> dict[str, Json]:
    return {
        "type": act.kind,
        "recorder": recorder.id,
        "ch": act.ch or "–",
        "at": shown(act.at),
        "account": act.account or "–",
    }


def _covered(playback: Playback, recorder: Recorder) -> dict[str, Json]:
    """How far a recorder's log goes over what is reconciled."""
    trail = playback.trails.get(recorder.id, Trail())
    log = playback.devices.facts(recorder.id).get("log")
    start = max(playback.since, midnight(recorder.commissioned_on))
    asked = playback.devices.asked(log) if log else playback.desk.as_of
    gaps = uncovered(trail.covers, start, min(asked, playback.desk.as_of) - _LAG)
    return {
        "recorder": recorder.id,
        "logs": bool(trail.covers),
        "why": (log.code if log else "missing") or "",
        "broken": trail.broken,
        "gaps": [{"from": shown(a), "to": shown(b)} for a, b in gaps if trail.covers],
    }


def _untraced(playback: Playback) -> Iterator[str]:
    """Lines of the register of which a log that covers them shows nothing."""
    cameras = playback.devices.places
    for line in playback.desk.lines.values():
        if line.result != "seen" or line.session_start < playback.since:
            continue
        start = line.session_start - playback.tolerance
        end = line.session_end + playback.tolerance
        recorders = {cameras[c][0].id for c in line.camera_ids if c in cameras}
        covers = [playback.trails[r].covers for r in recorders if r in playback.trails]
        if not covers or any(uncovered(c, start, end) for c in covers):
            continue
        if not any(r.id in recorders and start <= a.at <= end for r, a in playback.acts()):
            yield line.id


def session_log(playback: Playback, request: AccessRequest) -> dict[str, Json]:
    """What the logs say of the viewings of a request (rule 31): exports that are no kept copy."""
    cameras = {c.camera_id for c in request.cameras}
    places = playback.devices.places
    recorders = {places[c][0].id for c in cameras if c in places}
    compared, exports = bool(request.viewing) and bool(recorders), []
    for viewing in request.viewing:
        start, end = viewing.start - playback.tolerance, viewing.end + playback.tolerance
        trails = [playback.trails.get(r, Trail()) for r in recorders]
        compared &= not any(uncovered(t.covers, start, end) for t in trails)
        exports += [
            shown(act.at)
            for recorder, act in playback.acts()
            if recorder.id in recorders and act.kind == "export" and start <= act.at <= end
            if not playback.kept_by(recorder, act)
        ]
    return {"log_compared": compared, "exports": exports}
