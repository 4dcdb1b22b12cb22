"""What is planted in the year: one plant a rule, each at a school of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cctv_policy.inventory import School
from cctv_policy.records import record_path
from cctv_policy.scaffold import chapters as ch
from cctv_policy.scaffold import keeping
from cctv_policy.scaffold.story import Story, clock, merged, stamp
from cctv_policy.strictyaml import dump
from tests import district as healthy
from tests.year.district import (
    DAY,
    FIRST,
    PACK,
    Act,
    Plant,
    before,
    roster,
    visits,
    window,
)

LATE = 30
"""Days ago that a case of its own is told, after everything that is in order."""


def case(days: int = LATE, **changes: Any) -> Act:
    """One request more, with something wrong."""

    def told(story: Story, school: School) -> None:
        ch.request(story, before(days), window(school, days + 2), **changes)

    return told


def letter(days: int = LATE, **changes: Any) -> Act:
    """One letter of an agency, with something wrong."""

    def told(story: Story, school: School) -> None:
        ch.agency(story, before(days), window(school, days + 2), **changes)

    return told


def incident(kind: str, days: int = 40, **changes: Any) -> Act:
    """An incident with something wrong."""

    def told(story: Story, _: School) -> None:
        ch.incident(story, before(days), kind, **changes)

    return told


def camera(*, number: int, **changes: Any) -> list[dict[str, Any]]:
    """The channel of a school's camera."""
    return [healthy.channel(camera_id=f"cam-{number:02}", **changes)]


def _roster(change: Mapping[int, Mapping[str, Any]], accounts: bool = True) -> Act:
    """Everybody, with something changed at the given entries (from 0)."""

    def told(story: Story, school: School) -> None:
        devices = [d for r in school.recorders for d in (r, *r.cameras)]
        named = [{"device_id": d.id, "account": "admin"} for d in devices] if accounts else []
        roster(story, school, named, change)

    return told


def _inspected(last: Mapping[str, Any]) -> Act:
    """Every quarter inspected, the last time with something wrong."""

    def told(story: Story, school: School) -> None:
        *days, latest = visits()
        for day in days:
            ch.inspection(story, day, school.recorders)
        ch.inspection(story, latest, school.recorders, **last)

    return told


def _policy(days: int = 0, **changes: Any) -> Act:
    """The school's rules, so many days before its records begin."""

    def told(story: Story, _: School) -> None:
        ch.policy(story, FIRST - days * DAY, PACK, "1", **changes)

    return told


def _skipped(story: Story, school: School) -> None:
    """A number of the register that nobody ever saw."""
    story.new_id("REG", before(LATE))
    case()(story, school)


def _old_rejected(story: Story, school: School) -> None:
    ch.rejected(story, before(395), window(school, 397))


def _escort_is_applicant(story: Story, school: School) -> None:
    case(first={"applicant": story.staff.escort})(story, school)


def _custody_unchecked(story: Story, school: School) -> None:
    day = before(LATE)
    block = story.sealed(
        "REQ-115-0005",
        day,
        applicant_name=ch.NAMES[0],
        id_number=ch.IDENTITY,
        phone="0900000000",
        reason="查明經過",
        subject_ref="四年甲班學生",
    )
    first = {
        "applicant_category": "legal_representative",
        "relation_to_subject": "parent",
        "representation": {
            "proof_type": "household_register",
            "verified_by": story.staff.custodian,
            "verified_on": day.isoformat(),
            "custody_checked": False,
        },
    }
    case(first={**first, "sealed": block})(story, school)


def _inspected_yesterday(story: Story, school: School) -> None:
    ch.inspection(story, before(1), school.recorders)


def _principal_left(story: Story, school: School) -> None:
    s = story.staff
    named = [{"device_id": school.recorders[0].id, "account": "principal"}]
    nvrs = school.recorders
    keeping.handover(story, before(10), s.principal, s.head, nvrs, named, witness=s.escort)


def _whole_week(story: Story, school: School) -> None:
    seen = window(school, LATE + 9)
    week = ch.Seen(cameras=seen.cameras, start=seen.start, end=seen.start + 6 * DAY)
    ch.request(story, before(LATE), week)


def _missed(story: Story, school: School) -> None:
    days = visits()
    for day in (*days[:1], *days[2:]):
        ch.inspection(story, day, school.recorders)


def _typed_late(story: Story, school: School) -> None:
    """The last inspection but one was typed 20 days after."""
    late = visits()[-2]
    for day in visits():
        ch.inspection(story, day, school.recorders)
        if day == late:
            written = story.changes.pop()
            story.write(clock(late + 20 * DAY, 16), written.files, message=written.message)


def _broken_fault(story: Story, school: School) -> None:
    recorder = school.recorders[0]
    ch.fault(story, before(60), recorder, recorder.cameras[0].ch, repaired_at=None)


def _change(story: Story, prefix: str, changes: Mapping[str, Any]) -> None:
    ident = f"{prefix}-115-0001"
    story.commit(clock(before(20), 10), merged(story.read(ident), changes))


def _deleted(ident: str, days: int = 20) -> Act:
    def told(story: Story, school: School) -> None:
        path = record_path(ident, school.id)
        story.write(clock(before(days), 10), {path: None}, message=ident)

    return told


def _register_changed(story: Story, _: School) -> None:
    _change(story, "REG", {"operator": story.staff.head})


def _hold(**changes: Any) -> Act:
    def told(story: Story, school: School) -> None:
        recorder = school.recorders[0]
        given = {"copies": [], **changes}
        copies = given.pop("copies")
        keeping.hold(story, before(15), recorder, window(school, 17), copies, **given)

    return told


def _held_gone(story: Story, school: School) -> None:
    keeping.hold(story, before(LATE), school.recorders[0], window(school, LATE + 2), [])


def _left(**changes: Any) -> Act:
    """The escort, who had an account, leaves; the head of the unit takes over."""

    def told(story: Story, school: School) -> None:
        s = story.staff
        nvr = school.recorders[0]
        named = [{"device_id": nvr.id, "account": "escort"}]
        keeping.handover(story, before(20), s.escort, s.head, [nvr], named, **changes)
        entry = story.read("CUS-114-0004")
        ended = {"to": before(20).isoformat(), "accounts": named}
        story.commit(clock(before(20), 10), merged(entry, ended))

    return told


def _plain_number(story: Story, school: School) -> None:
    text = f"note: {ch.IDENTITY}\n"
    story.write(clock(before(20), 9), {"notes.txt": text.encode()}, message="notes")


def _waiver(story: Story, school: School) -> None:
    day = before(LATE)
    record = {
        **story.header(story.new_id("WVR", day), clock(day, 9)),
        "rule_id": "A3.1-no-public-ip",
        "subjects": [school.recorders[0].id],
        "reason": "防火牆汰換中",
        "risk": "medium",
        "compensating": ["僅允許校內網段"],
        "requested_by": story.staff.custodian,
        "approved_by": story.staff.principal,
        "approved_role": "principal",
        "approved_on": day.isoformat(),
        "starts_on": day.isoformat(),
        "expires_on": before(-700).isoformat(),
    }
    data = dump(record).encode()
    story.write(clock(day, 9), {record_path(record["id"], school.id): data}, message=record["id"])


def _serious(kind: str) -> Act:
    def told(story: Story, _: School) -> None:
        ch.incident(
            story,
            before(150),
            kind,
            serious_consequence=True,
            assessed_by=story.staff.principal,
        )

    return told


REJECTED = "REQ-115-0004"
"""Every school's request that was turned down."""
_LETTER = ("letter_no", "letter_date", "letter_sha256", "legal_basis")
_REFUSED = {"notice_no": "虛構總字第1150000003號", "sent_on": before(1).isoformat()}
LOG = {
    "covers_from": "2025-09-01T00:00:00+08:00",
    "covers_to": healthy.ago(hours=1),
}
TAKEN = {"type": "export", "at": healthy.ago(days=27), "account": "admin", "ch": "1"}

PLANTS: list[Plant] = [
    Plant(rule=1, instead={"policy": None}),
    Plant(
        rule=2,
        instead={"policy": _policy(local_measures=None)},
    ),
    Plant(rule=3, instead={"roster": _roster({1: {"functions": ["approve_unit_head", "escort"]}})}),
    Plant(
        rule=5,
        evidence={
            "interfaces": [
                healthy.interface("10.66.4.5"),
                healthy.interface("163.20.1.9", name="eth1"),
            ]
        },
    ),
    Plant(rule=6, router={"dmz_host": "10.66.5.5"}),
    Plant(rule=8, evidence={"accounts": [healthy.account(is_default_password=True)]}),
    Plant(rule=9, instead={"roster": _roster({}, accounts=False)}),
    Plant(
        rule=10,
        school={"custodian_changes": [before(20).isoformat()]},
    ),
    Plant(
        rule=11,
        instead={
            "roster": _roster({3: {"undertaking": {"signed_on": before(10).isoformat()}}}),
        },
    ),
    Plant(rule=13, evidence={"services.telnet": True}),
    Plant(
        rule=16,
        evidence={
            "channels": camera(
                number=11,
                gaps=[{"start": healthy.ago(days=2, hours=3), "end": healthy.ago(days=2)}],
            )
        },
    ),
    Plant(rule=17, evidence={"channels": camera(number=12, oldest_at=healthy.ago(days=9))}),
    Plant(rule=18, evidence={"channels": camera(number=13, configured_days=7)}),
    Plant(
        rule=19,
        evidence={
            "channels": camera(number=14, locked_files=[{"recorded_at": healthy.ago(days=400)}])
        },
    ),
    Plant(rule=23, evidence={"time.offset_s": 412}),
    Plant(rule=26, act=case(first={"necessity_confirmed": {"confirmed": False}})),
    Plant(rule=29, act=case(roles={"unit_head": None})),
    Plant(rule=30, act=case(roles={"principal": {"at": clock(before(LATE - 1), 11)}})),
    Plant(rule=31, act=case(last={"outcome": {"copies_released": 1}})),
    Plant(rule=32, act=letter(first={"agency_type": "not_public", "agency_name": "虛構保險公司"})),
    Plant(rule=34, instead={"agency": letter(70, last={"reply_no": None, "reply_date": None})}),
    Plant(rule=36, act=case(copy=None)),
    Plant(rule=37, act=case(copy={"encrypted": False, "key_id": None})),
    Plant(rule=38, act=case(copy={"review_on": before(5).isoformat()})),
    Plant(rule=41, act=case(line={"entered_at": stamp(clock(before(LATE - 3), 10))})),
    Plant(rule=42, evidence={"log": LOG, "events": [TAKEN]}),
    Plant(rule=44, act=_deleted(REJECTED)),
    Plant(rule=46, act=_register_changed),
    Plant(rule=48, instead={"inspections": _missed}),
    Plant(rule=50, instead={"inspections": _typed_late}),
    Plant(rule=52, instead={"fault": _broken_fault}),
    Plant(
        rule=53,
        instead={
            "ledger": lambda s, school: ch.ledger(
                s, school, FIRST + DAY, but=[school.recorders[0].cameras[0].id]
            )
        },
    ),
    Plant(rule=55, instead={"incident": _serious("neglect")}),
    Plant(rule=56, instead={"incident": _serious("misuse")}),
    Plant(
        rule=61,
        act=case(first={"art10": {"claimed": True, "received_on": before(LATE).isoformat()}}),
    ),
    Plant(rule=62, act=case(first={"notice_accepted": {"accepted": False}})),
    Plant(
        rule=63,
        instead={
            "incident": incident(
                "leak",
                40,
                cyber_event={"level": "1", "reported_at": stamp(clock(before(40), 12))},
            )
        },
    ),
    Plant(rule=64, inventory={"brand": "Hikvision"}),
    Plant(rule=59, act=_plain_number),
    Plant(rule=22, act=_held_gone),
    Plant(rule=35, act=letter(last={"copy": {"camera_ids": ["cam-41", "cam-40"]}})),
    Plant(
        rule=20,
        instead={"early": case(390, copy={"review_on": before(-30).isoformat()})},
    ),
    Plant(rule=43, act=case(first={"applicant_category": "external"})),
    Plant(rule=4, instead={"policy": _policy(60)}),
    Plant(
        rule=7,
        evidence={"seen": [{"address": "10.66.45.77", "mac": None, "hint": "ONVIF"}]},
    ),
    Plant(rule=14, act=_left(confidentiality_ack=None, ack_refused=_REFUSED)),
    Plant(
        rule=15,
        evidence={"accounts": [healthy.account(), healthy.account(name="escort", role="viewer")]},
        act=_left(),
    ),
    Plant(rule=21, act=_hold(review_on=before(5).isoformat())),
    Plant(
        rule=25,
        act=_custody_unchecked,
    ),
    Plant(rule=27, act=case(first={"id_checksum_ok": {"ok": False}})),
    Plant(rule=28, act=_whole_week),
    Plant(rule=33, act=letter(first=dict.fromkeys(_LETTER) | {"letter_form": "none"})),
    Plant(rule=39, act=case(approved=False)),
    Plant(rule=40, act=_escort_is_applicant),
    Plant(rule=45, act=_skipped),
    Plant(
        rule=47,
        instead={"early": _old_rejected},
        act=_deleted("REQ-114-0002", 26),
    ),
    Plant(rule=49, instead={"inspections": _inspected({"inspector": "P-9999"})}),
    Plant(
        rule=51,
        evidence={"channels": camera(number=58, oldest_at=healthy.ago(days=9))},
        act=_inspected_yesterday,
    ),
    Plant(rule=60, act=_principal_left),
    Plant(rule=65, act=_waiver),
    Plant(rule=12, act=incident("misuse", 150)),
]
