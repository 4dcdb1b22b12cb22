"""Records → one rule input per record, and one per school that keeps any (spec §1.2, class R).

Waivers alone are no record keeping: a school that has nothing else is not asked for its registers.

A subject's id is `<school>/<record id>`, since ids are unique within a school only. A record that
cannot be read is a subject too: its facts carry the reason. No personal data is in any fact.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cctv_policy.history import History
from cctv_policy.inventory import Inventory
from cctv_policy.model import Json, Subject, SubjectKind
from cctv_policy.record_subjects import (
    accounts,
    agencies,
    cases,
    copies,
    footage,
    keys,
    past,
    people,
    reconcile,
    requests,
    sessions,
    upkeep,
)
from cctv_policy.record_subjects.desk import Desk
from cctv_policy.record_subjects.devices import Devices
from cctv_policy.record_subjects.keys import Holder
from cctv_policy.records import RecordSet, Stored
from cctv_policy.records.chain import Chain, chains_of
from cctv_policy.records.people import RosterEntry
from cctv_policy.scope import Scope, Scopes
from cctv_policy.state import StateDocument
from cctv_policy.strictyaml import Fault
from cctv_policy.subjects import RuleInput, said_by_device
from cctv_policy.trail import Trail

Made = Callable[["Table", Stored, Any], dict[str, Json]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What the records of a district are judged beside."""

    inventory: Inventory
    documents: Sequence[StateDocument]
    """What devices told."""
    trails: Mapping[str, Trail]
    """What recorders' logs said of playback, over all collections."""
    history: History
    holders: Sequence[Holder] | None
    """Who holds keys to sealed data; None without a readable keystore.yaml."""
    printed: Mapping[str, Json]
    """The facts `form_request` and `form_inspection`."""
    ask: footage.Ask
    """Judges a recorder's rule input by some rules."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """What one school's records are judged beside."""

    desk: Desk
    devices: Devices
    past: past.Past
    playback: reconcile.Playback
    beside: Beside


_KINDS: Mapping[str, tuple[SubjectKind, tuple[str, ...], Made]] = {
    "REQ": (
        SubjectKind.ACCESS_REQUEST,
        (*requests.FACTS, "secured"),
        lambda t, s, r: (
            requests.facts(t.desk, s, r, log=reconcile.session_log(t.playback, r))
            | {"secured": footage.secured_facts(t.desk, t.devices, r)}
        ),
    ),
    "AGY": (
        SubjectKind.AGENCY_REQUEST,
        (*agencies.FACTS, "secured"),
        lambda t, _, r: (
            agencies.facts(t.desk, r) | {"secured": footage.secured_facts(t.desk, t.devices, r)}
        ),
    ),
    "REG": (
        SubjectKind.REGISTER_ENTRY,
        ("register",),
        lambda t, _, r: {"register": sessions.line_facts(t.desk, r)},
    ),
    "KEP": (
        SubjectKind.KEPT_COPY,
        ("copy",),
        lambda t, _, r: {"copy": copies.copy_facts(t.desk, r)},
    ),
    "INS": (
        SubjectKind.INSPECTION,
        ("inspection", "repair", "entered", "that_day"),
        lambda t, _, r: (
            upkeep.inspection_facts(t.desk, r)
            | past.entry_facts(t.desk, t.past, r)
            | {"that_day": footage.consistent_facts(t.desk, t.devices, r, t.beside.ask)}
        ),
    ),
    "FLT": (
        SubjectKind.FAULT_REPAIR,
        ("repair",),
        lambda t, _, r: {"repair": upkeep.repair_facts(t.desk, r)},
    ),
    "CUS": (
        SubjectKind.CUSTODIAN_ROSTER,
        ("entry",),
        lambda t, _, r: {"entry": people.roster_facts(t.desk, r)},
    ),
    "HND": (
        SubjectKind.HANDOVER,
        ("handover", "leaver"),
        lambda t, _, r: {
            "handover": people.handover_facts(r),
            "leaver": accounts.leaver_facts(t.desk, t.devices, r),
        },
    ),
    "HLD": (
        SubjectKind.LEGAL_HOLD,
        ("hold", "held"),
        lambda t, _, r: {
            "hold": copies.hold_facts(t.desk, r),
            "held": footage.held_facts(t.desk, t.devices, r),
        },
    ),
    "INC": (
        SubjectKind.INCIDENT,
        ("incident", "secured"),
        lambda t, _, r: {
            "incident": cases.incident_facts(t.desk, r),
            "secured": footage.secured_facts(t.desk, t.devices, r),
        },
    ),
}
"""Prefix → the kind of subject, its facts, and how they are made. Waivers are in waivers.py."""


def record_inputs(records: RecordSet, beside: Beside, scopes: Scopes) -> Iterator[RuleInput]:
    """Every record of every school, every school that keeps or kept records, the repository."""
    schools = {school.id: school for school in beside.inventory.schools}
    before = past.Past.of(beside.history)
    said = said_by_device(beside.documents)
    staff = [s.value for s in records.of("CUS") if isinstance(s.value, RosterEntry)]
    stored: dict[str, list[Stored]] = {site: [] for site in before.sites}
    for one in records.records.values():
        stored.setdefault(one.site, []).append(one)
    chains: dict[str, dict[str, Chain]] = {}
    for (site, id_), chain in chains_of(records).items():
        chains.setdefault(site, {})[id_] = chain
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
            chains=chains.get(site, {}),
            signers=staff,
            scope=scopes.school(school)[""] if school else scopes.district(),
            school=school,
        )
        devices = Devices(school=school, said=said, scope=desk.scope)
        table = Table(
            desk=desk,
            devices=devices,
            playback=reconcile.Playback(desk, devices, beside.trails),
            past=before,
            beside=beside,
        )
        if site in before.sites or any(one.place.id.prefix != "WVR" for one in desk.stored):
            yield _book(table)
        for one in desk.stored:
            if one.place.id.prefix in _KINDS:
                yield _record(table, one)
    if any(not key[1].startswith("WVR-") for key in records.records) or before.sites:
        yield _repository(records, before, beside.printed, scopes.district())


def _record(table: Table, stored: Stored) -> RuleInput:
    kind, names, made = _KINDS[stored.place.id.prefix]
    facts = made(table, stored, stored.value) if stored.value is not None else {}
    gaps = table.past.gaps("entered") if kind is SubjectKind.INSPECTION else {}
    if stored.faults:
        gaps |= {
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
    desk, name = table.desk, f"{table.desk.site}/{stored.id}"
    return _input(desk.scope, kind, name, desk.site, facts, gaps, stored.path, line)


def _said(fault: Fault) -> str:
    """A fault in a few words: line, field, code; never a value of the file."""
    return f"{fault.line}: {fault.key or '-'} {fault.code}"


def _book(table: Table) -> RuleInput:
    """A school's record keeping as a whole."""
    desk, before = table.desk, table.past
    facts: dict[str, Json] = {
        "register": sessions.book_facts(desk),
        "custodians": people.custodian_facts(desk),
        "inspections": upkeep.inspected_facts(desk),
        "ledger": upkeep.ledger_facts(desk, table.devices),
        "policy": cases.policy_facts(desk),
        "admins": accounts.admin_facts(desk, table.devices),
        "playback": reconcile.playback_facts(table.playback),
        "sealing": keys.sealing_facts(desk, table.beside.holders),
        **past.past_facts(desk, before),
    }
    kind = SubjectKind.SCHOOL_RECORDS
    path = f"records/{desk.site}"
    gaps = before.gaps(*past.FACTS)
    return _input(desk.scope, kind, f"{desk.site}/records", desk.site, facts, gaps, path, None)


def _repository(
    records: RecordSet, before: past.Past, printed: Mapping[str, Json], scope: Scope
) -> RuleInput:
    """The repository as a whole."""
    scan = scope.value("scan_history") is not False
    facts, gaps = past.repository_facts(records, before, scan=scan)
    kind = SubjectKind.REPOSITORY
    return _input(scope, kind, kind.value, "", {**facts, **printed}, gaps, "records", None)


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
    document: dict[str, Json] = {
        "as_of_s": int(scope.as_of.timestamp()),
        "subject": {"kind": kind.value, "id": name, "site": site},
        "facts": facts,
        "gaps": gaps,
        "params": scope.values,
    }
    subject = Subject(kind=kind, id=name, site=site, facts=document, source=path, line=line)
    return RuleInput(subject=subject, document=document, refs={}, params=scope.uses)
