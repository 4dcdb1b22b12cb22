"""What happens at a made-up school: its roster, ledger, inspections, requests, incidents.

Each function writes records into a Story as the document asks; `changes` lays something else over
a record, which is how a violation is planted. Names, numbers and reasons are invented.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from cctv_policy.calendars import quarter
from cctv_policy.identity import checksum_ok
from cctv_policy.inventory import Camera, Recorder, School
from cctv_policy.periods import Period, period_end
from cctv_policy.scaffold.story import Record, Story, clock, key_print, merged, stamp

NAMES = ("王小明", "陳小美", "林大同", "李雅婷", "張志豪", "黃淑芬", "吳家豪", "劉怡君")
IDENTITY = "F123456784"
"""A number reserved for examples; its check digit is right."""
NO_CHANGES: Mapping[str, Any] = {}
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What was looked at: cameras with their places, and a span of footage."""

    cameras: tuple[Camera, ...]
    start: datetime
    end: datetime

    @property
    def window(self) -> Record:
        """As records write it."""
        return {"from": stamp(self.start), "to": stamp(self.end)}


Job = tuple[str, str, str, list[str]]
"""Person, title, office, functions."""


def roster(
    story: Story,
    since: date,
    *,
    accounts: Mapping[str, Sequence[Record]],
    also: Sequence[Job] = (),
) -> None:
    """The school's four people, and `also` others, from `since` on; `accounts` by person."""
    s = story.staff
    jobs: tuple[Job, ...] = (
        (s.custodian, "事務組長", "總務處", ["manage", "operate", "approve_officer"]),
        (s.head, "總務主任", "總務處", ["repair", "approve_unit_head", "escort"]),
        (s.principal, "校長", "校長室", ["approve_principal"]),
        (s.escort, "學務組長", "學務處", ["escort"]),
        *also,
    )
    at = clock(since, 8)
    entries = [
        roster_entry(story, person, title, office, functions, since, accounts.get(person, ()))
        for person, title, office, functions in jobs
    ]
    story.commit(at, *entries, message="roster")


def roster_entry(
    story: Story,
    person: str,
    title: str,
    office: str,
    functions: Sequence[str],
    since: date,
    accounts: Sequence[Record] = (),
    **changes: Any,
) -> Record:
    """One line of the roster."""
    ident = story.new_id("CUS", since)
    name = NAMES[int(person[2:]) % len(NAMES)]
    return merged(
        {
            **story.header(ident, clock(since, 8)),
            "person": person,
            "title": title,
            "office": office,
            "functions": list(functions),
            "from": since.isoformat(),
            "accounts": list(accounts) or None,
            "git_identity": {"key_fpr": key_print(story.key_of(person))},
            "undertaking": undertaking(since, person),
            "training_on": since.isoformat(),
            "employment": "school",
            "sealed": story.sealed(ident, since, name=name),
        },
        changes,
    )


def policy(story: Story, adopted: date, pack: str, version: str, **changes: Any) -> str:
    """The school's own rules."""
    ident = story.new_id("POL", adopted)
    record = {
        **story.header(ident, clock(adopted, 10)),
        "title": "監視錄影系統管理具體作法",
        "version": "1.0",
        "adopted_by": story.staff.principal,
        "adopted_on": adopted.isoformat(),
        "effective_from": adopted.isoformat(),
        "sha256": digest(ident),
        "pack_id": pack,
        "pack_version": version,
        "local_measures": ["校門口公告錄影", "主機置於上鎖機櫃"],
    }
    story.commit(clock(adopted, 10), merged(record, changes))
    return ident


def ledger(story: Story, school: School, day: date, *, but: Iterable[str] = ()) -> None:
    """One entry for every recorder and camera of the school, except those of `but`."""
    devices: list[Recorder | Camera] = []
    for recorder in school.recorders:
        if recorder.status != "decommissioned":
            devices += [recorder, *recorder.cameras]
    entries = [asset(story, d, day) for d in devices if d.id not in set(but)]
    story.commit(clock(day, 11), *entries, message="ledger")


def asset(story: Story, device: Recorder | Camera, day: date, **changes: Any) -> Record:
    """One entry of the property ledger."""
    ident = story.new_id("AST", day)
    is_camera = isinstance(device, Camera)
    bought = day if is_camera else device.commissioned_on  # type: ignore[union-attr]
    return merged(
        {
            **story.header(ident, clock(day, 11)),
            "asset_no": f"3140403-12-{ident[-4:]}",
            "class": "property",
            "name": "網路攝影機" if is_camera else "網路錄影主機",
            "brand": device.brand or "Axis",
            "model": device.model or "-",
            "serial": f"SAMPLE-{device.id}",
            "device_id": device.id,
            "quantity": 1,
            "acquired_on": bought.isoformat(),
            "amount_twd": 12000 if is_camera else 45000,
            "useful_life_years": 5,
            "source": "purchase",
            "location": device.place or "總務處",
            "keeper": story.staff.custodian,
            "status": "in_use",
            "origin_brand_country": "TW",
        },
        changes,
    )


def inspection(story: Story, day: date, recorders: Sequence[Recorder], **changes: Any) -> str:
    """A quarter's inspection of the given recorders, all in order."""
    ident = story.new_id("INS", day)
    record = {
        **story.header(ident, clock(day, 16)),
        "inspected_on": day.isoformat(),
        "quarter": quarter(day).label,
        "recorder_ids": [r.id for r in recorders],
        "host_ok": True,
        "recording_ok": True,
        "retention_ok": True,
        "video_clear": True,
        "inspector": story.staff.custodian,
        "rechecker": story.staff.head,
    }
    story.commit(clock(day, 16), merged(record, changes))
    return ident


def fault(story: Story, found: date, recorder: Recorder, ch: str, **changes: Any) -> str:
    """A fault that was reported at once and repaired two days later."""
    ident = story.new_id("FLT", found)
    record = {
        **story.header(ident, clock(found, 9)),
        "found_on": found.isoformat(),
        "found_by": story.staff.custodian,
        "device_id": recorder.id,
        "channels": [ch],
        "symptom_code": "image_unclear",
        "reported_at": stamp(clock(found, 9)),
        "storage_replaced": False,
        "credential_reset": False,
    }
    story.commit(clock(found, 9), merged(record, changes))
    if "repaired_at" in changes or "interim_measure" in changes:
        return ident
    mended = found + 2 * _DAY
    later = {"repaired_at": stamp(clock(mended, 15)), "closed_by": story.staff.custodian}
    story.commit(clock(mended, 15), merged(story.read(ident), later))
    return ident


def request(
    story: Story,
    day: date,
    seen: Seen,
    *,
    approved: bool = True,
    viewed: bool = True,
    closed: bool = True,
    first: Mapping[str, Any] = NO_CHANGES,
    roles: Mapping[str, Mapping[str, Any]] = NO_CHANGES,
    line: Mapping[str, Any] = NO_CHANGES,
    copy: Mapping[str, Any] | None = NO_CHANGES,
    last: Mapping[str, Any] = NO_CHANGES,
) -> str:
    """A teacher's request: applied and approved on `day`, viewed the next, closed after that.

    `first` changes it as written, `roles` the approvals (None: not given), `line` the register
    (None: no line), `copy` the kept copy (None: none made), `last` its last version.
    """
    ident = story.new_id("REQ", day)
    story.commit(clock(day, 9), merged(_request(story, ident, day, seen), first))
    if not approved:
        return ident
    chain = {"officer": story.staff.custodian, "unit_head": story.staff.head}
    chain["principal"] = story.staff.principal
    for hour, (role, person) in enumerate(chain.items(), 10):
        given = roles.get(role, NO_CHANGES)
        if given is None:
            continue
        more = {"at": clock(day, hour), **given}
        who = str(more.pop("person", person))
        story.approve(ident, role, who, more.pop("at"), **more)  # type: ignore[arg-type]
    story.commit(clock(day, 13), merged(story.read(ident), {"status": "approved"}))
    if viewed:
        _view(story, ident, day + _DAY, seen, line=line, copy=copy, last=last, closed=closed)
    return ident


def rejected(story: Story, day: date, seen: Seen) -> str:
    """A request that the head of the unit turns down; it is kept all the same (rule 44)."""
    ident = request(story, day, seen, approved=False)
    story.approve(ident, "officer", story.staff.custodian, clock(day, 10))
    story.approve(ident, "unit_head", story.staff.head, clock(day, 11), decision="reject")
    why = story.sealed_later(ident, day, decision_reason="申請範圍與個人權益無關")
    end = {"status": "rejected", "sealed_later": why}
    story.commit(clock(day, 12), merged(story.read(ident), end))
    closed = {"status": "closed", "closed_on": (day + _DAY).isoformat()}
    story.commit(clock(day + _DAY, 9), merged(story.read(ident), closed))
    return ident


def agency(
    story: Story,
    day: date,
    seen: Seen,
    *,
    first: Mapping[str, Any] = NO_CHANGES,
    last: Mapping[str, Any] = NO_CHANGES,
    line: Mapping[str, Any] = NO_CHANGES,
    copy: Mapping[str, Any] | None = NO_CHANGES,
) -> str:
    """A police letter: consented on `day`, copied out the next day, replied to after that."""
    ident = story.new_id("AGY", day)
    scope = [{"camera_id": c.id, **seen.window} for c in seen.cameras]
    record = {
        **story.header(ident, clock(day, 9)),
        "status": "received",
        "agency_name": "虛構警察分局",
        "agency_type": "police",
        "kind": "request",
        "letter_no": f"虛構警刑字第{ident[4:7]}{ident[-4:]}號",
        "letter_date": (day - _DAY).isoformat(),
        "received_on": day.isoformat(),
        "letter_form": "electronic",
        "letter_sha256": digest(ident),
        "legal_basis": "刑事訴訟法第230條",
        "scope": scope,
        "access_mode": "copy",
        "sealed": story.sealed(
            ident, day, purpose="偵辦竊盜案", use="比對出入人員", officer_name="周大偉"
        ),
    }
    story.commit(clock(day, 9), merged(record, first))
    decision = {"by": story.staff.principal, "at": stamp(clock(day, 11)), "result": "consent"}
    story.approve(ident, "principal", story.staff.principal, clock(day, 11))
    given = {"status": "consented", "decision": decision}
    story.commit(clock(day, 12), merged(story.read(ident), given))
    out = day + _DAY
    copied = {
        "sha256": digest(ident, "copy"),
        "bytes": 48_000_000,
        "media_id": f"DVD-{ident[4:]}",
        "handed_at": stamp(clock(out, 9, 30)),
        "receipt_sha256": digest(ident, "receipt"),
        "camera_ids": [c.id for c in seen.cameras],
        "windows": [seen.window],
    }
    fields = {
        "decision__reason": "依法協助偵查",
        "copy_necessity": "作為證據使用",
        "copy__recipient": "周大偉",
    }
    end = {
        "copy": copied,
        "reply_no": f"虛構總字第{ident[4:7]}{ident[-4:]}號",
        "reply_date": (out + _DAY).isoformat(),
        "sealed_later": story.sealed_later(ident, out, **fields),
    }
    of_agency = {"viewer_category": "agency", "purpose_code": "law_enforcement"}
    whole = merged(end, last)
    _view(story, ident, out, seen, line={**of_agency, **line}, copy=copy, last=whole, closed=True)
    return ident


def _request(story: Story, ident: str, day: date, seen: Seen) -> Record:
    s = story.staff
    clear = {
        "applicant_name": NAMES[int(ident[-1]) % len(NAMES)],
        "id_number": IDENTITY,
        "phone": "0900000000",
        "reason": "學生書包於課後遺失，為查明經過需調閱出入口畫面",
    }
    return {
        **story.header(ident, clock(day, 9)),
        "status": "submitted",
        "applicant_category": "teacher",
        "applied_on": day.isoformat(),
        "id_kind": "national",
        "id_checksum_ok": {
            "ok": checksum_ok(IDENTITY),
            "by": s.custodian,
            "at": stamp(clock(day, 9)),
        },
        "relation_to_subject": "self",
        "requesting_unit": "四年甲班",
        "cameras": [{"camera_id": c.id, "place": c.place} for c in seen.cameras],
        "windows": [seen.window],
        "necessity_confirmed": {"confirmed": True, "by": s.custodian},
        "notice_accepted": {
            "accepted": True,
            "at": stamp(clock(day, 8, 55)),
            "text_sha256": digest("notice"),
        },
        "applicant_signed": {"at": stamp(clock(day, 8, 56)), "method": "digital"},
        "sealed": story.sealed(ident, day, **clear),
    }


def _view(
    story: Story,
    case: str,
    day: date,
    seen: Seen,
    *,
    line: Mapping[str, Any] | None,
    copy: Mapping[str, Any] | None,
    last: Mapping[str, Any],
    closed: bool,
) -> None:
    """One escorted viewing with its register line and kept copy, then the end of the case."""
    start, end = clock(day, 9), clock(day, 9, 20)
    records: list[Record] = []
    number, before = story.last_line(day)
    register = story.new_id("REG", day)
    if line is not None:
        records.append(_line(story, register, case, seen, (start, end), (number, before), line))
    viewing: Record = {
        "start": stamp(start),
        "end": stamp(end),
        "escort": story.staff.escort,
        "place": "總務處",
        "register": register,
    }
    outcome: Record = {"copies_released": 0, "screenshots": 0}
    made: Record = {}
    if copy is not None:
        kept = story.new_id("KEP", day)
        records.append(_kept(story, kept, case, seen, day, copy))
        made = {"kept_copy": kept}
    if case.startswith("REQ"):
        told: Record = {"outcome": {**outcome, **made}}
    else:
        told = made
    viewed = {"status": "viewed", "viewing": [viewing], **told}
    after = merged(merged(story.read(case), viewed), last)
    story.commit(clock(day, 10), *records, after, message=f"{case} viewed")
    if closed:
        done = {"status": "closed", "closed_on": (day + _DAY).isoformat()}
        story.commit(clock(day + _DAY, 17), merged(story.read(case), done))


def _line(
    story: Story,
    register: str,
    case: str,
    seen: Seen,
    session: tuple[datetime, datetime],
    before: tuple[int, str],
    changes: Mapping[str, Any],
) -> Record:
    start, end = session
    record = {
        **story.header(register, end),
        "no": before[0] + 1,
        "session_start": stamp(start),
        "session_end": stamp(end),
        "source": case,
        "purpose_code": "property",
        "camera_ids": [c.id for c in seen.cameras],
        "windows": [seen.window],
        "viewer_category": "teacher",
        "escort": story.staff.escort,
        "operator": story.staff.custodian,
        "action": "view",
        "result": "seen",
        "entered_at": stamp(end + timedelta(minutes=30)),
        "prev_hash": before[1],
        "sealed": story.sealed(register, start.date(), viewer=NAMES[int(case[-1]) % len(NAMES)]),
    }
    return merged(record, changes)


def _kept(
    story: Story, kept: str, case: str, seen: Seen, day: date, changes: Mapping[str, Any]
) -> Record:
    recorded = seen.start.date()
    record = {
        **story.header(kept, clock(day, 9, 50)),
        "source": case,
        "camera_ids": [c.id for c in seen.cameras],
        "windows": [seen.window],
        "recorded_on": recorded.isoformat(),
        "made_at": stamp(clock(day, 9, 40)),
        "made_by": story.staff.custodian,
        "sha256": digest(kept),
        "format": "mp4",
        "bytes": 52_000_000,
        "location": "總務處保險櫃",
        "encrypted": True,
        "key_id": f"media-{kept[4:]}",
        "custodian": story.staff.custodian,
        "access_list": [story.staff.custodian, story.staff.principal],
        "review_on": (day + timedelta(days=150)).isoformat(),
        "destroy_by": period_end(recorded, Period.parse("P1Y")).isoformat(),
    }
    return merged(record, changes)


def incident(story: Story, day: date, kind: str, **changes: Any) -> str:
    """An incident without serious consequence, closed the next day."""
    ident = story.new_id("INC", day)
    record = {
        **story.header(ident, clock(day, 10)),
        "type": kind,
        "discovered_at": stamp(clock(day, 8)),
        "serious_consequence": False,
        "sealed": story.sealed(ident, day, description="巡查時發現，已當場制止並說明"),
    }
    story.commit(clock(day, 10), merged(record, changes))
    return ident


def undertaking(day: date, about: str) -> Record:
    return {"signed_on": day.isoformat(), "sha256": digest(about, "undertaking")}


def digest(*parts: str) -> str:
    return hashlib.sha256(" ".join(parts).encode()).hexdigest()
