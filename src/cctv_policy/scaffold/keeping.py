"""What a made-up school keeps, holds, hands over and destroys; as chapters.py."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from cctv_policy.inventory import Recorder
from cctv_policy.records.ids import Role
from cctv_policy.scaffold.chapters import Seen, digest, undertaking
from cctv_policy.scaffold.story import Record, Story, clock, merged, stamp

_DAY = timedelta(days=1)


def review(story: Story, record_id: str, day: date, review_on: date, reason: str) -> None:
    """A hold or kept copy is looked at again and still needed."""
    before = story.read(record_id)
    one = {"on": day.isoformat(), "by": story.staff.custodian, "keep": True, "reason": reason}
    changes = {
        "reviews": [*before.get("reviews", ()), one],
        "review_on": review_on.isoformat(),
    }
    story.commit(clock(day, 15), merged(before, changes))


def dispose(story: Story, kept: str, day: date, **changes: Any) -> None:
    """A kept copy that is no longer needed is destroyed before a witness."""
    disposal = {
        "reason": "no_longer_needed",
        "approved_by": story.staff.principal,
        "approved_on": (day - _DAY).isoformat(),
        "method": "crypto_erase",
        "witness": story.staff.head,
        "destroyed_on": day.isoformat(),
        "proof_sha256": digest(kept, "gone"),
    }
    gone = {"disposal": merged(disposal, changes)}
    story.commit(clock(day, 14), merged(story.read(kept), gone))


def hold(
    story: Story, day: date, recorder: Recorder, seen: Seen, copies: Sequence[str], **changes: Any
) -> str:
    """A legal hold of some footage, with its copies."""
    ident = story.new_id("HLD", day)
    record = {
        **story.header(ident, clock(day, 10)),
        "basis": "statute",
        "citation": "校園霸凌防制準則第23條",
        "opened_on": day.isoformat(),
        "opened_by": story.staff.custodian,
        "approved_by": story.staff.principal,
        "scope": [
            {"device_id": recorder.id, "ch": camera.ch, **seen.window} for camera in seen.cameras
        ],
        "copies": list(copies),
        "locked_on_device": False,
        "review_on": (day + timedelta(days=120)).isoformat(),
    }
    story.commit(clock(day, 10), merged(record, changes))
    return ident


def handover(
    story: Story,
    day: date,
    leaver: str,
    follower: str,
    recorders: Sequence[Recorder],
    accounts: Sequence[Record],
    **changes: Any,
) -> str:
    """A custodian hands over: keys, passwords changed, accounts closed, duty acknowledged."""
    ident = story.new_id("HND", day)
    at = clock(day, 8)
    record = {
        **story.header(ident, clock(day, 9)),
        "from_person": leaver,
        "to_person": follower,
        "reason": "transferred",
        "effective_on": day.isoformat(),
        "departed_on": day.isoformat(),
        "confidentiality_ack": undertaking(day, ident),
        "items": {
            "keys": ["機櫃鑰匙 1 支"],
            "media": [],
            "kept_copies": [],
            "open_requests": [],
            "holds": [],
            "passwords_rotated": [{"device_id": r.id, "at": stamp(at)} for r in recorders],
        },
        "accounts_disabled": [{**account, "at": stamp(at)} for account in accounts],
        "git_recipient_removed_at": stamp(at),
        "witness": story.staff.principal,
    }
    story.commit(clock(day, 9), merged(record, changes))
    return ident


def release(story: Story, held: str, day: date, reason: str) -> None:
    """A hold ends; from then on its copies may go."""
    ended = {
        "released_on": day.isoformat(),
        "released_by": story.staff.principal,
        "release_reason": reason,
    }
    story.commit(clock(day, 15), merged(story.read(held), ended))


def leave_roster(story: Story, entry: str, day: date, district: str) -> None:
    """A roster entry ends; the principal and the district approve the change."""
    story.commit(clock(day, 10), merged(story.read(entry), {"to": day.isoformat()}))
    _approve_both(story, entry, day, district)


def destruction(
    story: Story,
    day: date,
    targets: Sequence[str],
    eligible_from: date,
    district: str,
    **changes: Any,
) -> str:
    """A list of records whose term is over, approved by the principal and the district."""
    ident = story.new_id("DST", day)
    record = {
        **story.header(ident, clock(day, 9)),
        "targets": list(targets),
        "eligible_from": eligible_from.isoformat(),
        "archive_retention_class": "1",
        "list_no": f"虛構銷字第{ident[4:7]}{ident[-4:]}號",
        "approval_no": f"虛構教字第{ident[4:7]}{ident[-4:]}號",
        "approved_on": day.isoformat(),
        "approver": district,
        "method": "crypto_shred",
        "supervised_by": [story.staff.custodian, story.staff.head],
    }
    story.commit(clock(day, 9), merged(record, changes))
    _approve_both(story, ident, day, district)
    return ident


def _approve_both(story: Story, ident: str, day: date, district: str) -> None:
    both: tuple[tuple[Role, str], ...] = (
        ("principal", story.staff.principal),
        ("district", district),
    )
    for hour, (role, person) in enumerate(both, 11):
        story.approve(ident, role, person, clock(day, hour))
