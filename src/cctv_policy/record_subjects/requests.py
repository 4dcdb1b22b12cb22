"""An access request (Appendix 1) as the rules of 五(一) and PDPA 10 see it."""

from __future__ import annotations

from datetime import timedelta

from cctv_policy.identity import OLD_UNTIL
from cctv_policy.model import Json
from cctv_policy.periods import local_date
from cctv_policy.record_subjects.desk import ROLE_FUNCTIONS, Desk, days, epoch, shown
from cctv_policy.record_subjects.service import footage_age
from cctv_policy.record_subjects.sessions import kept_facts, register_facts, session_facts
from cctv_policy.records import Stored
from cctv_policy.records.access import AccessRequest, Article10
from cctv_policy.records.approval import Approval
from cctv_policy.records.digest import substance_sha256

FACTS = ("request", "approvals", "sessions", "register", "kept", "copies_out", "art10")
_REPRESENTED = ("guardian", "legal_representative")
_GRANTED = ("approved", "viewed", "not_found")


def facts(desk: Desk, stored: Stored, r: AccessRequest, *, log: dict[str, Json]) -> dict[str, Json]:
    """Every fact of one request; `log` is what recorders logged during its viewings."""
    given = desk.approved(r.id)
    return {
        "request": _request(desk, r, given),
        "approvals": approval_facts(desk, stored, given, applicant=r.applicant)
        | {
            "stage": stage(r, given),
            "signed_s": epoch(r.applicant_signed.at),
            "emergency_incident": _same_day_incident(desk, r),
        },
        "sessions": session_facts(desk, r),
        "register": register_facts(desk, r),
        "kept": kept_facts(desk, r),
        "copies_out": _copies_out(desk, r) | log,
        "art10": _article10(desk, r.art10),
    }


def stage(r: AccessRequest, given: list[Approval]) -> str:
    """Where the request is: draft, pending, granted, rejected or withdrawn.

    A closed one was granted if footage was viewed or everybody who was asked approved.
    """
    if r.viewing or r.status in _GRANTED:
        return "granted"
    if r.status in ("draft", "rejected", "withdrawn"):
        return r.status
    if r.status == "submitted":
        return "pending"
    if any(a.decision == "reject" for a in given):
        return "rejected"
    return "granted" if given else "withdrawn"


def _request(desk: Desk, r: AccessRequest, given: list[Approval]) -> dict[str, Json]:
    now = stage(r, given)
    present = {*r.sealed.fields, "applied_on", "relation_to_subject", "requesting_unit"}
    present |= {"cameras", "windows", "applicant_signed"}
    if given or now != "granted":
        present.add("approvals")
    first = r.viewing[0].start if r.viewing else None
    proof = r.representation
    listed = {c.id for rec in desk.school.recorders for c in rec.cameras} if desk.school else set()
    asked = {c.camera_id for c in r.cameras}
    return {
        "stage": now,
        "found_nothing": r.status == "not_found" or _found_nothing(desk, r),
        "served": bool(r.viewing) or bool(r.outcome and r.outcome.copies_released),
        "category": r.applicant_category,
        "student_alone": r.applicant_category == "student" and proof is None,
        "represented": r.applicant_category in _REPRESENTED,
        "proof": proof is not None,
        "custody_checked": proof is not None and proof.custody_checked,
        "proof_late": bool(proof and first and proof.verified_on > local_date(first)),
        "necessity_confirmed": r.necessity_confirmed.confirmed,
        "reason_given": "reason" in r.sealed.fields,
        "present": sorted(present),
        "id_ok": r.id_checksum_ok.ok,
        "id_kind": r.id_kind,
        "id_expired": r.id_kind == "ui_old" and r.applied_on > OLD_UNTIL,
        "notice_accepted": r.notice_accepted.accepted,
        "notice_late": bool(first and r.notice_accepted.at > first),
        "unlisted": sorted(asked - listed),
        "windows": [
            {
                "n": n,
                "from": shown(w.from_),
                "to": shown(w.to),
                "minutes": -(-(w.to - w.from_) // timedelta(minutes=1)),
                "future": w.to > desk.as_of,
                "justified": f"windows[{n - 1}].justification" in r.sealed.fields,
                **footage_age(desk.school, asked, w.to, asked_on=r.applied_on),
            }
            for n, w in enumerate(r.windows, 1)
        ],
        "apply_days": None if r.incident_on is None else days(r.incident_on, r.applied_on),
    }


def _found_nothing(desk: Desk, r: AccessRequest) -> bool:
    """Whether the register says of every viewing that there was nothing to see."""
    lines = [desk.lines.get(v.register) for v in r.viewing]
    return bool(lines) and all(line and line.result == "not_found" for line in lines)


def approval_facts(
    desk: Desk, stored: Stored, given: list[Approval], *, applicant: str | None
) -> dict[str, Json]:
    """The approvals of a record, by role, with what the roster and the digest say of each."""
    digest = substance_sha256(stored.kind, stored.data)
    unreadable = len(desk.approvals.get(stored.id, ())) - len(given)
    return {
        "roster_told": bool(desk.roster),
        "unreadable": unreadable,
        "last_s": max((epoch(a.at) for a in given if a.decision == "approve"), default=None),
        "given": {
            a.role: {
                "role": a.role,
                "person": a.person,
                "deputy": a.acting_for is not None,
                "approves": a.decision == "approve",
                "at": shown(a.at),
                "at_s": epoch(a.at),
                "by_applicant": applicant is not None and applicant == a.person,
                "role_held": _role_held(desk, a),
                "of_this_text": a.request_sha256 == digest,
                "key_known": any(
                    e.git_identity for e in desk.signers if e.person == (a.attested_by or a.person)
                ),
                "signature_faults": _signature_faults(desk, stored.id, a),
            }
            for a in given
        },
    }


_OF_SIGNATURES = ("unknown_key", "wrong_person", "key_expired")


def _signature_faults(desk: Desk, record_id: str, a: Approval) -> list[str]:
    """Codes of what keeps an approval's signature from counting; a changed text is told apart."""
    chain = desk.chains.get(record_id)
    steps = [s for s in chain.steps if s.approval.role == a.role] if chain else []
    return sorted(
        {
            fault.code
            for step in steps
            for fault in step.faults
            if fault.code in _OF_SIGNATURES or fault.code.startswith("signature_")
            if fault.key != "request_sha256"
        }
    )


def _role_held(desk: Desk, a: Approval) -> bool | None:
    """Whether the roster gave the person that role on that day, in person or as deputy."""
    day, function = local_date(a.at), ROLE_FUNCTIONS[a.role]
    own = desk.holds_function(a.person, function, day)
    if a.acting_for is None or own is None:
        return own
    absent = desk.holds_function(a.acting_for, function, day)
    return bool(absent) and (own or desk.deputises(a.person, a.acting_for, day))


def _same_day_incident(desk: Desk, r: AccessRequest) -> bool:
    """Whether an incident about this request was opened on the day of its first viewing."""
    if not r.viewing:
        return False
    day = local_date(r.viewing[0].start)
    return any(i.source == r.id and local_date(i.discovered_at) == day for i in desk.incidents)


_FILMED = ("refilming", "leak")


def _copies_out(desk: Desk, r: AccessRequest) -> dict[str, Json]:
    approver = r.art10.approved_by if r.art10 else None
    decided = r.art10.decided_on if r.art10 else None
    principal = None
    if approver and decided:
        principal = desk.holds_function(approver, "approve_principal", decided)
    return {
        "viewed": bool(r.viewing),
        "told": r.outcome is not None,
        "released": r.outcome.copies_released if r.outcome else 0,
        "screenshots": r.outcome.screenshots if r.outcome else 0,
        "filmed": sorted(i.id for i in desk.incidents if i.source == r.id and i.type in _FILMED),
        "art10_masked": bool(r.art10 and r.art10.claimed and r.art10.outcome == "masked_copy"),
        "art10_approved": approver is not None,
        "art10_by_principal": principal,
    }


def _article10(desk: Desk, a: Article10 | None) -> dict[str, Json]:
    claimed = a is not None and a.claimed and a.received_on is not None
    if a is None or a.received_on is None or not claimed:
        return {"claimed": False, "decided": False, "days": 0, "extended": False, "over_days": 0}
    until = a.decided_on or desk.today
    extended = a.extended_until is not None
    return {
        "claimed": True,
        "decided": a.decided_on is not None,
        "days": days(a.received_on, until),
        "extended": extended,
        "over_days": max(0, days(a.extended_until, until)) if a.extended_until else 0,
    }
