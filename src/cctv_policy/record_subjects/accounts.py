"""Accounts on devices beside the roster and handovers (三(二), 四(二)) as the rules see them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from cctv_policy.evidence import Fact
from cctv_policy.model import Json
from cctv_policy.periods import local_date
from cctv_policy.record_subjects.desk import Desk, days, in_force
from cctv_policy.record_subjects.devices import Devices
from cctv_policy.records.people import Handover, RosterEntry
from cctv_policy.records.upkeep import FaultRepair

_HANDS_ON = ("manage", "operate")
OWN_CLOCK = ("vault", "inventory", "manual")
"""Doors that tell the day of a change by a person's calendar, not by the device's clock."""


def admin_facts(desk: Desk, devices: Devices) -> dict[str, Json]:
    """The fact `admins`: every account of every device in use, and who of the roster has it."""
    told, silent = [], []
    for device in devices.all:
        found = devices.fact(device.id, "accounts")
        if found is None:
            silent.append(device.id)
            continue
        asked = devices.asked(found)
        told += [
            {
                "device": device.id,
                "account": account["name"],
                "realm": account["realm"],
                "role": account["role"],
                "enabled": account["enabled"],
                **_owned(desk, device.id, account, asked),
            }
            for account in found.value
        ]
    return {
        "roster_told": bool(desk.roster),
        "unreadable": len(desk.unreadable("CUS")),
        "devices": sum(1 for _ in devices.all),
        "accounts": told,
        "silent": silent,
    }


def _owned(desk: Desk, device: str, account: Json, asked: datetime) -> dict[str, Json]:
    """Who has an account: persons of the roster on the day it was seen, or the managed secrets."""
    day = local_date(asked)
    owners = [e for e in desk.roster if in_force(e, day) and _names(e, device, account)]
    vendors = [e for e in owners if e.employment == "contractor"]
    return {
        "owners": len({e.person for e in owners}),
        "service": _is_service(desk, device, account["name"]),
        "vendor": bool(vendors),
        "window_open": any(_open(fault, device, asked) for fault in desk.all(FaultRepair)),
    }


def _names(entry: RosterEntry, device: str, account: Json) -> bool:
    """An entry names an account by its name, or as `realm:name` where realms share one."""
    words = (account["name"], f"{account['realm']}:{account['name']}")
    return any(a.device_id == device and a.account in words for a in entry.accounts)


def _is_service(desk: Desk, device: str, name: str) -> bool:
    """Whether the inventory declares it: the account that collects, or one of role `service`."""
    for recorder in desk.school.recorders if desk.school else ():
        if recorder.id == device:
            declared = {a.account for a in recorder.accounts if a.role == "service"}
            return name in declared or bool(recorder.connect and recorder.connect.user == name)
    return False


def _open(fault: FaultRepair, device: str, at: datetime) -> bool:
    """Whether a repair lets its vendor in at that time."""
    if fault.device_id != device or fault.access_from is None:
        return False
    return fault.access_from <= at and (fault.access_to is None or at <= fault.access_to)


def leaver_facts(desk: Desk, devices: Devices, h: Handover) -> dict[str, Json]:
    """The fact `leaver` of a handover: each account the leaver had, as last seen."""
    entries = [e for e in desk.roster if e.person == h.from_person]
    had = {(a.device_id, a.account) for e in entries for a in e.accounts}
    had |= {(a.device_id, a.account) for a in h.accounts_disabled}
    return {
        "person": h.from_person,
        "temporary": h.reason == "leave",
        "departed_on": h.departed_on.isoformat(),
        "hands_on": any(f in _HANDS_ON for e in entries for f in e.functions),
        "accounts": [
            one for device, name in sorted(had) for one in _left(desk, devices, h, device, name)
        ],
    }


def _left(
    desk: Desk, devices: Devices, h: Handover, device: str, name: str
) -> Iterator[dict[str, Json]]:
    """One account of a leaver: whether it is open, and whether its password is a new one."""
    found = devices.fact(device, "accounts")
    usual = {"device": device, "account": name, "told": False, "after_days": 0}
    usual |= {"open": False, "goes_on": False, "changed": None}
    if found is None:
        yield usual
        return
    usual |= {"told": True, "after_days": days(h.departed_on, local_date(devices.asked(found)))}
    same = [a for a in found.value if name in (a["name"], f"{a['realm']}:{a['name']}")]
    for account in same:
        others = [e for e in desk.roster if e.person != h.from_person]
        goes_on = any(in_force(e, desk.today) and _names(e, device, account) for e in others)
        yield usual | {
            "open": account["enabled"] is not False,
            "goes_on": goes_on,
            "changed": _changed_since(devices, device, found, account, h),
        }
    if not same:
        yield usual


def _changed_since(
    devices: Devices, device: str, found: Fact, account: Json, h: Handover
) -> bool | None:
    """Whether the password was changed on the day of departure or later; None if unknown."""
    changed = account.get("last_password_change")
    if changed is None:
        return None
    own_clock = any(ref.door in OWN_CLOCK for ref in found.refs)
    offset = timedelta() if own_clock else devices.offset(device) or timedelta()
    return local_date(datetime.fromisoformat(changed) - offset) >= h.departed_on
