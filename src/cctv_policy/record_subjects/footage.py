"""Footage on recorders beside requests, holds and inspections (四(四), 五(三), 七(一))."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from cctv_policy.model import Json
from cctv_policy.record_subjects.desk import Desk, epoch, hold_active, names, shown
from cctv_policy.record_subjects.devices import Devices, Held
from cctv_policy.record_subjects.requests import stage
from cctv_policy.record_subjects.sessions import Piece, copied, pieces, without
from cctv_policy.records.access import AccessRequest, AgencyRequest, KeptCopy
from cctv_policy.records.cases import Incident, LegalHold
from cctv_policy.records.upkeep import Inspection

_COPY_WITHIN = timedelta(days=1)
_NOT_FILMED = ("exposure", "password_default", "pii_in_git", "lost_footage")
"""Incidents that no footage could show, or whose footage is what was lost."""


def held_facts(desk: Desk, devices: Devices, hold: LegalHold) -> dict[str, Json]:
    """The fact `held` of a hold: each piece of its scope, where it still is."""
    named = [c for c in desk.copies if c.hold == hold.id or c.id in hold.copies]
    live = [c for c in named if c.disposal is None]
    return {
        "active": hold_active(hold, desk.today),
        "pieces": [_held(devices, hold, n, live) for n in range(len(hold.scope))],
        "destroyed": names(
            c.id
            for c in named
            if c.disposal and c.disposal.destroyed_on >= hold.opened_on and c not in live
        ),
        "unreadable": names(c for c in hold.copies if c in set(desk.unreadable("KEP"))),
        "lost": names(c for c in hold.copies if c not in desk.ids),
        "copies": len(live),
        "copy_due": desk.as_of - hold.created_at > _COPY_WITHIN,
    }


def _held(devices: Devices, hold: LegalHold, n: int, live: Sequence[KeptCopy]) -> dict[str, Json]:
    part = hold.scope[n]
    camera = devices.camera(part.device_id, part.ch)
    told = devices.held(part.device_id, part.ch)
    wanted: list[Piece] = [(camera or "", part.from_, part.to)]
    rest = without(wanted, [p for c in live for p in copied(c)]) if camera else wanted
    return {
        "n": n + 1,
        "device": part.device_id,
        "ch": part.ch,
        "from": shown(part.from_),
        "copied": not rest,
        "told": told is not None,
        "on_device": told is not None and _still_there(told, [p[1] for p in rest]),
    }


def _still_there(told: Held, starts: Sequence[datetime]) -> bool:
    """Whether footage from these instants on has not been overwritten, or a locked file has it."""
    oldest = min([told.oldest, *told.locked])
    return all(oldest <= start for start in starts)


def secured_facts(
    desk: Desk, devices: Devices, case: AccessRequest | AgencyRequest | Incident
) -> dict[str, Json]:
    """The fact `secured`: what was asked for and lies in no copy, and when it is overwritten."""
    holds = [h for h in desk.holds.values() if h.id == getattr(case, "hold", None)]
    ids = {c for h in holds for c in h.copies}
    made = [c for c in desk.copies if c.source == case.id or c.id in ids]
    made += [c for c in desk.copies if c.hold in {h.id for h in holds} and c not in made]
    asked, received = _asked_for(desk, case)
    if isinstance(case, Incident):  # it names no cameras: any copy or hold is somebody's choice
        rest = [] if made or holds else asked
    else:
        rest = without(asked, [p for c in made for p in copied(c)])
    return {
        "pending": _pending(desk, case),
        "preserved": not rest and bool(made or holds),
        "rest": [_threat(desk, devices, piece, received) for piece in rest],
    }


def _pending(desk: Desk, case: AccessRequest | AgencyRequest | Incident) -> bool:
    """Whether the footage must be secured: asked for and neither refused nor withdrawn."""
    if isinstance(case, AccessRequest):
        return stage(case, desk.approved(case.id)) in ("pending", "granted")
    if isinstance(case, AgencyRequest):
        refused = case.decision is not None and case.decision.result == "refuse"
        return not refused and case.status not in ("refused", "withdrawn")
    return case.type not in _NOT_FILMED and bool(case.occurred_from or case.hold)


def _asked_for(
    desk: Desk, case: AccessRequest | AgencyRequest | Incident
) -> tuple[list[Piece], datetime]:
    if isinstance(case, AccessRequest):
        return pieces(case), case.created_at
    if isinstance(case, AgencyRequest):
        return pieces(case), case.created_at
    start = case.occurred_from
    if start is None:
        return [], case.discovered_at
    end = max(case.occurred_to or start, start + timedelta(minutes=1))
    recorders = desk.school.recorders if desk.school else ()
    cameras = [c.id for r in recorders if r.in_use for c in r.cameras]
    return [(camera, start, end) for camera in cameras], case.discovered_at


def _threat(desk: Desk, devices: Devices, piece: Piece, received: datetime) -> dict[str, Json]:
    """When a piece of footage is overwritten, by how long its channel keeps footage now."""
    camera, start, _ = piece
    place = devices.places.get(camera)
    told = devices.held(place[0].id, place[1]) if place else None
    found: dict[str, Json] = {"camera": camera, "from": shown(start), "told": told is not None}
    if told is None:
        return found | {"eta": "", "left_s": 0, "received_late": False}
    eta = start + told.keeps
    return found | {
        "eta": shown(eta),
        "left_s": epoch(eta) - epoch(desk.as_of),
        "received_late": received > eta,
    }


RETENTION, CONTINUITY = "A4.3-retention-min", "A4.3-continuous-operation"
Ask = Callable[[Mapping[str, Json], Sequence[str]], Mapping[str, str]]
"""A rule input and ids of rules → their outcomes."""


def consistent_facts(desk: Desk, devices: Devices, i: Inspection, ask: Ask) -> dict[str, Json]:
    """The fact `that_day` of an inspection: how the rules on continuity and retention judge each
    recorder by what it told near that day, as of then.
    """
    window = desk.scope.value("match_window_days")
    told = []
    for name in i.recorder_ids:
        recorder = devices.recorder(name)
        document = recorder and devices.on_day(recorder, i.inspected_on, window)
        outcomes = ask(document, (RETENTION, CONTINUITY)) if document else {}
        told.append(
            {
                "recorder": name,
                "told": document is not None,
                "retention": outcomes.get(RETENTION, ""),
                "continuity": outcomes.get(CONTINUITY, ""),
            }
        )
    return {
        "recording_ok": i.recording_ok and i.host_ok,
        "retention_ok": i.retention_ok,
        "on": i.inspected_on.isoformat(),
        "recorders": told,
    }
