"""Care for the devices (七): inspections, faults, the ledger, as the rules see them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

from cctv_policy.calendars import QuarterScheme, owed_quarters
from cctv_policy.inventory import Camera, Recorder
from cctv_policy.model import Json
from cctv_policy.periods import Period, local_date, owed_since
from cctv_policy.record_subjects.desk import Desk, days
from cctv_policy.record_subjects.devices import Devices
from cctv_policy.record_subjects.service import not_yet_there
from cctv_policy.records.upkeep import AssetEntry, FaultRepair, Inspection

_ANSWERS = ("host_ok", "recording_ok", "retention_ok", "video_clear")
_DAY = timedelta(days=1)


def inspection_facts(desk: Desk, i: Inspection) -> dict[str, Json]:
    """The facts `inspection` and `repair` of one inspection."""
    noes = [name for name in _ANSWERS if not getattr(i, name)]
    return {
        "inspection": {
            "present": sorted({"inspected_on", "recorder_ids", "inspector", *_ANSWERS}),
            "in_future": i.inspected_on > desk.today,
            "not_yet_there": not_yet_there(desk.school, i.recorder_ids, i.inspected_on),
            "inspector": i.inspector,
            "inspector_known": (
                bool(desk.entries(i.inspector, i.inspected_on)) if desk.roster else None
            ),
            "rechecked": i.rechecker is not None,
        },
        "repair": _NO_FAULT
        | {
            "noes": noes,
            "unreported": bool(noes) and not i.faults,
            "lost_reports": sorted(set(i.faults) - desk.ids),
        },
    }


_NO_FAULT: dict[str, Json] = {
    "noes": [],
    "unreported": False,
    "lost_reports": [],
    "report_weekdays": 0,
    "report_on": "",
    "repaired": True,
    "open_days": 0,
    "interim": False,
}


def repair_facts(desk: Desk, f: FaultRepair) -> dict[str, Json]:
    """The fact `repair` of one fault."""
    reported = local_date(f.reported_at)
    until = local_date(f.repaired_at) if f.repaired_at else desk.today
    return _NO_FAULT | {
        "noes": [f.symptom_code],
        "report_weekdays": _weekdays(f.found_on, reported),
        "report_on": reported.isoformat(),
        "repaired": f.repaired_at is not None,
        "open_days": days(f.found_on, until),
        "interim": f.interim_measure is not None,
    }


def _weekdays(since: date, until: date) -> int:
    """Mondays to Fridays after one day up to another; holidays count as working days here."""
    return sum((since + n * _DAY).weekday() < 5 for n in range(1, max(0, days(since, until)) + 1))


def inspected_facts(desk: Desk) -> dict[str, Json]:
    """The fact `inspections` of a school: each owed quarter of each recorder in use.

    Quarters whose records need not be kept any more are not asked for.
    """
    held = desk.all(Inspection)
    scheme = QuarterScheme(desk.scope.value("quarter_scheme"))
    least = desk.scope.value("first_quarter_min_days")
    keep = Period.parse(desk.scope.value("inspection_record_retention_min"))
    oldest = local_date(owed_since(desk.as_of, keep))
    quarters, gap = [], 0
    recorders = desk.school.recorders if desk.school else ()
    for recorder in recorders:
        if not recorder.in_use:
            continue
        on = sorted(i.inspected_on for i in held if recorder.id in i.recorder_ids)
        owed = owed_quarters(
            recorder.commissioned_on, desk.today, scheme, first_quarter_min_days=least
        )
        for term in owed:
            if term.last >= oldest:
                quarters.append(
                    {
                        "recorder": recorder.id,
                        "quarter": term.label,
                        "running": term.last >= desk.today,
                        "done": any(day in term and day <= desk.today for day in on),
                    }
                )
        past = [day for day in on if oldest <= day <= desk.today]
        steps = pairwise([*past, desk.today])
        gap = max([gap, *(days(a, b) for a, b in steps)])
    return {
        "any": bool(held),
        "unreadable": len(desk.unreadable("INS")),
        "quarters": quarters,
        "gap_days": gap,
    }


def ledger_facts(desk: Desk, network: Devices) -> dict[str, Json]:
    """The fact `ledger` of a school: devices and entries that do not meet, and what was seen on
    the network beside both.

    An entry for several pieces of one brand and model stands for so many devices without their own.
    """
    entries = desk.all(AssetEntry)
    live = [e for e in entries if e.status != "disposed"]
    gone = {e.device_id for e in entries if e.status == "disposed" and e.device_id}
    own = {e.device_id for e in live if e.device_id}
    devices: dict[str, Recorder | Camera] = {}
    for recorder in desk.school.recorders if desk.school else ():
        if recorder.status != "decommissioned":
            devices[recorder.id] = recorder
            devices |= {camera.id: camera for camera in recorder.cameras}
    spare = {e.id: e.quantity - (e.device_id is not None) for e in live if e.quantity > 1}
    unlisted = []
    for name in sorted(devices.keys() - own):
        device = devices[name]
        stands = next((e for e in live if spare.get(e.id, 0) > 0 and _like(e, device)), None)
        if stands:
            spare[stands.id] -= 1
        else:
            unlisted.append(name)
    return {
        "told": bool(entries),
        "unreadable": len(desk.unreadable("AST")),
        "unlisted": unlisted,
        "disposed_in_use": sorted((gone - own) & devices.keys()),
        "without_device": sorted(
            e.id
            for e in live
            if e.status == "in_use" and e.device_id and e.device_id not in devices
        ),
        "consumables": [
            {"id": e.id, "unit_twd": e.amount_twd // e.quantity, "life_years": e.useful_life_years}
            for e in live
            if e.class_ == "non_consumable"
        ],
        "more_than_found": sorted(id for id, left in spare.items() if left > 0),
        **_on_the_network(network, entries),
    }


def _on_the_network(network: Devices, entries: Sequence[AssetEntry]) -> dict[str, Json]:
    """Devices that were seen: written off by their MAC, or neither in inventory nor ledger."""
    live = {mac.lower() for e in entries if e.status != "disposed" for mac in e.mac}
    gone = {m.lower(): e.id for e in entries if e.status == "disposed" for m in e.mac}
    seen = network.seen()
    known = network.addresses()
    told = [(s["address"], (s.get("mac") or "").lower()) for s in seen or ()]
    told += [(name, mac) for name, mac in network.macs()]
    return {
        "looked": seen is not None,
        "retired_online": [
            {"address": address, "entry": gone[mac]}
            for address, mac in sorted(set(told))
            if mac in gone and mac not in live
        ],
        "seen_unlisted": sorted(
            {a for a, mac in told if a not in known and mac not in live and mac not in gone}
        ),
    }


def _like(entry: AssetEntry, device: Recorder | Camera) -> bool:
    """Whether an entry for several pieces may mean this device: same brand, same model if told."""
    same = (device.brand or "").casefold() == entry.brand.casefold()
    return same and device.model in (None, entry.model)
