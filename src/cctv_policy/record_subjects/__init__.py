"""Records → one rule input per record, and one per school that keeps any (spec §1.2, class R).

Waivers alone are no record keeping: a school that has nothing else is not asked for its registers.

A subject's id is `<school>/<record id>`, since ids are unique within a school only. A record that
cannot be read is a subject too: its facts carry the reason. No personal data is in any fact.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from cctv_policy.inventory import Inventory
from cctv_policy.model import Json, Subject, SubjectKind
from cctv_policy.record_subjects import (
    agencies,
    cases,
    copies,
    people,
    requests,
    sessions,
    upkeep,
)
from cctv_policy.record_subjects.desk import Desk
from cctv_policy.records import RecordSet, Stored
from cctv_policy.scope import Scope, Scopes
from cctv_policy.strictyaml import Fault
from cctv_policy.subjects import RuleInput

Made = Callable[[Desk, Stored, Any], dict[str, Json]]

_KINDS: Mapping[str, tuple[SubjectKind, tuple[str, ...], Made]] = {
    "REQ": (
        SubjectKind.ACCESS_REQUEST,
        requests.FACTS,
        lambda d, s, r: requests.facts(d, s, r),
    ),
    "AGY": (SubjectKind.AGENCY_REQUEST, agencies.FACTS, lambda d, _, r: agencies.facts(d, r)),
    "REG": (
        SubjectKind.REGISTER_ENTRY,
        ("register",),
        lambda d, _, r: {"register": sessions.line_facts(d, r)},
    ),
    "KEP": (
        SubjectKind.KEPT_COPY,
        ("copy",),
        lambda d, _, r: {"copy": copies.copy_facts(d, r)},
    ),
    "INS": (
        SubjectKind.INSPECTION,
        ("inspection", "repair"),
        lambda d, _, r: upkeep.inspection_facts(d, r),
    ),
    "FLT": (
        SubjectKind.FAULT_REPAIR,
        ("repair",),
        lambda d, _, r: {"repair": upkeep.repair_facts(d, r)},
    ),
    "CUS": (
        SubjectKind.CUSTODIAN_ROSTER,
        ("entry",),
        lambda d, _, r: {"entry": people.roster_facts(d, r)},
    ),
    "HND": (
        SubjectKind.HANDOVER,
        ("handover",),
        lambda _d, _s, r: {"handover": people.handover_facts(r)},
    ),
    "HLD": (
        SubjectKind.LEGAL_HOLD,
        ("hold",),
        lambda d, _, r: {"hold": copies.hold_facts(d, r)},
    ),
    "INC": (
        SubjectKind.INCIDENT,
        ("incident",),
        lambda d, _, r: {"incident": cases.incident_facts(d, r)},
    ),
}
"""Prefix → the kind of subject, its facts, and how they are made. Waivers are in waivers.py."""


def record_inputs(records: RecordSet, inventory: Inventory, scopes: Scopes) -> Iterator[RuleInput]:
    """Every record of every school, and every school that keeps records."""
    schools = {school.id: school for school in inventory.schools}
    stored: dict[str, list[Stored]] = {}
    for one in records.records.values():
        stored.setdefault(one.site, []).append(one)
    gaps: dict[str, dict[str, tuple[int, ...]]] = {}
    for gap in records.gaps():
        gaps.setdefault(gap.site, {})[f"{gap.prefix}-{gap.year}"] = gap.missing
    for site in sorted(stored):
        school = schools.get(site)
        desk = Desk(
            site=site,
            stored=tuple(stored[site]),
            approvals={
                one.id: records.approvals[site, one.id]
                for one in stored[site]
                if (site, one.id) in records.approvals
            },
            gaps=gaps.get(site, {}),
            scope=scopes.school(school)[""] if school else scopes.district(),
            school=school,
        )
        if any(one.place.id.prefix != "WVR" for one in desk.stored):
            yield _book(desk)
        for one in desk.stored:
            if one.place.id.prefix in _KINDS:
                yield _record(desk, one)


def _record(desk: Desk, stored: Stored) -> RuleInput:
    kind, names, made = _KINDS[stored.place.id.prefix]
    facts = made(desk, stored, stored.value) if stored.value is not None else {}
    gaps: dict[str, Json] = {}
    if stored.faults:
        gaps = {
            name: {"code": "malformed", "values": {"fact": name, "detail": _said(stored.faults[0])}}
            for name in names
        }
    facts["form"] = {
        "readable": stored.value is not None,
        "faults": [
            {"said": _said(f), "code": f.code, "part": f.key.split("[")[0].split(".")[0]}
            for f in stored.faults
        ],
    }
    line = stored.faults[0].line if stored.faults else 1
    return _input(desk.scope, kind, stored.id, desk.site, facts, gaps, stored.path, line)


def _said(fault: Fault) -> str:
    """A fault in a few words: line, field, code; never a value of the file."""
    return f"{fault.line}: {fault.key or '-'} {fault.code}"


def _book(desk: Desk) -> RuleInput:
    """A school's record keeping as a whole."""
    facts: dict[str, Json] = {
        "register": sessions.book_facts(desk),
        "custodians": people.custodian_facts(desk),
        "inspections": upkeep.inspected_facts(desk),
        "ledger": upkeep.ledger_facts(desk),
        "policy": cases.policy_facts(desk),
    }
    kind = SubjectKind.SCHOOL_RECORDS
    path = f"records/{desk.site}"
    return _input(desk.scope, kind, "records", desk.site, facts, {}, path, None)


def _input(
    scope: Scope,
    kind: SubjectKind,
    name: str,
    site: str,
    facts: dict[str, Json],
    gaps: dict[str, Json],
    path: str,
    line: int | None,
) -> RuleInput:
    ident = f"{site}/{name}"
    document: dict[str, Json] = {
        "as_of_s": int(scope.as_of.timestamp()),
        "subject": {"kind": kind.value, "id": ident, "site": site},
        "facts": facts,
        "gaps": gaps,
        "params": scope.values,
    }
    subject = Subject(kind=kind, id=ident, site=site, facts=document, source=path, line=line)
    return RuleInput(subject=subject, document=document, refs={}, params=scope.uses)
