"""What one field cannot say: conditional fields and contradictions inside one record (spec §3).

Only what makes the record itself wrong. Whether what happened was allowed, or in time, is judged
by the rules: an honest record of a violation has no fault here.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cctv_policy.periods import Period, last_lawful_day, local_date
from cctv_policy.records import access, cases, people, upkeep
from cctv_policy.records.common import (
    CameraWindow,
    ChannelWindow,
    Header,
    Sealed,
    Signed,
    Viewing,
    Window,
)
from cctv_policy.records.kinds import Kind
from cctv_policy.strictyaml import Document, Fault

Path = tuple[str | int, ...]
Span = Window | CameraWindow | ChannelWindow

YEAR = Period.parse("P1Y")
_VAGUE = {"依法", "依法令", "依法辦理", "依規定"}


class Checker:
    """Collects the faults of one record."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.faults: list[Fault] = []

    def add(self, code: str, where: Path, what: str, fix: str = "") -> None:
        self.faults.append(self.document.fault(code, where, what, fix))

    def needs(self, record: Any, case: bool, names: Sequence[str], why: str) -> None:
        """In this case each of `names` must be there."""
        for name in names if case else ():
            if getattr(record, name) in (None, ()):
                self.add("required_when", (name,), f"`{name}` is required {why}")

    def together(self, record: Any, names: Sequence[str]) -> None:
        """All of `names` or none."""
        given = [name for name in names if getattr(record, name) is not None]
        for name in names if given else ():
            if name not in given:
                self.add("required_when", (name,), f"`{name}` belongs to `{given[0]}`")

    def order(
        self, where: Path, first: Any, second: Any, what: str, *, strict: bool = False
    ) -> None:
        """`first` is not after `second` (with `strict`: before); a day is compared with a day."""
        if first is None or second is None:
            return
        if isinstance(first, dt.datetime) != isinstance(second, dt.datetime):
            first, second = _day(first), _day(second)
        if first > second or (strict and first == second):
            self.add("date_order", where, what)


def _day(value: Any) -> dt.date:
    return local_date(value) if isinstance(value, dt.datetime) else value


def record_faults(document: Document, kind: Kind, record: Header) -> list[Fault]:
    """Every contradiction inside one bound record."""
    check = Checker(document)
    _sealed(check, kind, record)
    own = _OWN.get(kind.prefix)
    if own:
        own(check, record)
    for i, amendment in enumerate(record.amendments):
        at: Path = ("amendments", i, "at")
        check.order(at, record.created_at, amendment.at, "amended before it was written")
    return check.faults


def _sealed(check: Checker, kind: Kind, record: Header) -> None:
    """Whether each block names the fields it must and only fields it may hold."""
    blocks: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
        ("sealed", kind.sealed, kind.sealed_optional),
        ("sealed_later", (), kind.sealed_later),
    )
    for name, required, optional in blocks:
        block: Sealed | None = getattr(record, name, None)
        if block is None:
            continue
        known = {*required, *optional}
        for wanted in required:
            if wanted not in block.fields:
                check.add("sealed_missing", (name, "fields"), f"`{wanted}` must be sealed")
        for i, given in enumerate(block.fields):
            general = re.sub(r"\[[0-9]+\]", "[]", given)
            if general not in known or given in block.fields[:i]:
                fix = f"known here: {', '.join(sorted(known))}"
                what = "named twice or no field of this block"
                check.add("sealed_unknown", (name, "fields", i), what, fix)


def _has(record: Any, name: str) -> bool:
    blocks = (getattr(record, "sealed", None), getattr(record, "sealed_later", None))
    return any(block is not None and name in block.fields for block in blocks)


def _wants(check: Checker, record: Any, case: bool, name: str, why: str) -> None:
    if case and not _has(record, name):
        block = "sealed_later" if hasattr(record, "sealed_later") else "sealed"
        check.add("sealed_missing", (block, "fields"), f"`{name}` must be sealed {why}")


def _spans(check: Checker, where: Path, spans: Sequence[Span]) -> None:
    for i, span in enumerate(spans):
        check.order((*where, i, "to"), span.from_, span.to, "ends before it starts", strict=True)


def _viewings(check: Checker, viewings: Sequence[Viewing]) -> None:
    for i, viewing in enumerate(viewings):
        at: Path = ("viewing", i, "end")
        check.order(at, viewing.start, viewing.end, "ends before it starts", strict=True)


def _signed(check: Checker, where: Path, signed: Signed) -> None:
    if signed.method == "paper" and signed.scan_sha256 is None:
        check.add("required_when", where, "a paper signature needs `scan_sha256`")


def _request(check: Checker, r: access.AccessRequest) -> None:
    represented = r.applicant_category in ("guardian", "legal_representative")
    check.needs(r, represented, ["representation"], "for guardians and representatives")
    _wants_now(check, r, r.relation_to_subject != "self", "subject_ref", "unless `self`")
    _wants_now(check, r, r.relation_to_subject == "other", "relation_detail", "for `other`")
    _wants(check, r, r.status == "rejected", "decision_reason", "when rejected")
    check.needs(r, r.status == "closed", ["closed_on"], "when closed")
    if r.status in ("draft", "submitted", "approved") and r.closed_on:
        check.add("forbidden_when", ("closed_on",), f"not closed while {r.status}")
    check.needs(r, r.status == "viewed", ["viewing", "outcome"], "when viewed")
    check.order(("applied_on",), r.applied_on, r.created_at, "applied after it was written down")
    check.order(("closed_on",), r.applied_on, r.closed_on, "closed before it was applied for")
    _spans(check, ("windows",), r.windows)
    for i, window in enumerate(r.windows):
        where: Path = ("windows", i, "to")
        check.order(where, _day(window.to), r.applied_on, "later than the day of application")
    _viewings(check, r.viewing)
    _signed(check, ("applicant_signed", "scan_sha256"), r.applicant_signed)
    if r.art10:
        _article10(check, r.art10)


def _wants_now(check: Checker, record: Any, case: bool, name: str, why: str) -> None:
    if case and not _has(record, name):
        check.add("sealed_missing", ("sealed", "fields"), f"`{name}` must be sealed {why}")


def _article10(check: Checker, a: access.Article10) -> None:
    def need(name: str, why: str) -> None:
        if getattr(a, name) is None:
            check.add("required_when", ("art10", name), f"`{name}` is required {why}")

    if a.claimed:
        need("received_on", "for a request under PDPA art. 10")
    if a.outcome is not None:
        need("decided_on", "with an outcome")
        need("approved_by", "with an outcome")
    if a.outcome == "refused":
        need("refusal_ground", "for a refusal (PDPA art. 10)")
    if a.extended_until is not None:
        need("extension_reason", "with an extension (PDPA art. 13)")
    where = ("art10", "decided_on")
    check.order(where, a.received_on, a.decided_on, "decided before it was received")


def _agency(check: Checker, r: access.AgencyRequest) -> None:
    lettered = r.letter_form != "none"
    names = ["letter_no", "letter_date", "letter_sha256", "legal_basis"]
    check.needs(r, lettered, names, "with a letter")
    if r.legal_basis is not None and (len(r.legal_basis) < 4 or r.legal_basis in _VAGUE):
        check.add("bad_basis", ("legal_basis",), "name the law and its article")
    decided = r.status in ("consented", "refused", "viewed", "not_found")
    check.needs(r, decided and r.kind == "request", ["decision"], f"when {r.status}")
    check.needs(r, r.status == "closed", ["closed_on"], "when closed")
    check.together(r, ["reply_no", "reply_date"])
    check.order(("received_on",), r.letter_date, r.received_on, "received before its date")
    if r.decision:
        at: Path = ("decision", "at")
        check.order(at, r.received_on, r.decision.at, "decided before it was received")
        _wants(check, r, True, "decision.reason", "with a decision")
    if r.copy:
        _wants(check, r, True, "copy.recipient", "with a copy")
        _wants(check, r, True, "copy_necessity", "with a copy")
    _spans(check, ("scope",), r.scope)
    _viewings(check, r.viewing)


def _register(check: Checker, r: access.RegisterEntry) -> None:
    number = int(r.id.rsplit("-", 1)[1])
    if r.no != number:
        check.add("id_mismatch", ("no",), "the number of the line is not that of its id")
    where = ("session_end",)
    check.order(where, r.session_start, r.session_end, "ends before it starts", strict=True)
    check.order(("entered_at",), r.session_start, r.entered_at, "entered before the session")
    _spans(check, ("windows",), r.windows)


def _kept_copy(check: Checker, r: access.KeptCopy) -> None:
    check.needs(r, r.encrypted, ["key_id"], "for an encrypted copy")
    check.order(("made_at",), r.recorded_on, r.made_at, "made before it was recorded")
    _spans(check, ("windows",), r.windows)
    if r.hold is None and r.destroy_by != last_lawful_day(r.recorded_on, YEAR):
        day = last_lawful_day(r.recorded_on, YEAR)
        what = f"one year from `recorded_on` ends on {day} (spec §1.5)"
        check.add("computed_value", ("destroy_by",), what, f"write {day}, or name the hold")
    if r.disposal:
        where = ("disposal", "destroyed_on")
        on = r.disposal.destroyed_on
        check.order(where, r.disposal.approved_on, on, "destroyed before it was approved")
        if r.disposal.approved_by == r.disposal.witness:
            check.add("same_person", ("disposal", "witness"), "approver and witness")


def quarter_of(day: dt.date) -> str:
    """The calendar quarter of a day, `2026Q1`."""
    return f"{day.year}Q{(day.month + 2) // 3}"


def school_quarter_of(day: dt.date) -> str:
    """The quarter of the school year (§1.5: Aug–Oct is Q1) that starts in that calendar year."""
    months = (day.month - 8) % 12
    return f"{day.year - (day.month < 8)}Q{months // 3 + 1}"


def _inspection(check: Checker, r: upkeep.Inspection) -> None:
    if r.quarter not in (quarter_of(r.inspected_on), school_quarter_of(r.inspected_on)):
        what = f"that day is in {quarter_of(r.inspected_on)}"
        check.add("bad_quarter", ("quarter",), what)
    if r.rechecker == r.inspector:
        check.add("same_person", ("rechecker",), "inspector and re-checker")
    bad = not (r.host_ok and r.recording_ok and r.retention_ok and r.video_clear)
    check.needs(r, bad, ["faults"], "when an answer is no (附錄2 備註)")
    check.order(("inspected_on",), r.inspected_on, r.created_at, "later than the record")


def _fault_repair(check: Checker, r: upkeep.FaultRepair) -> None:
    check.needs(r, r.credential_reset or r.storage_replaced, ["repaired_at"], "after such a repair")
    check.together(r, ["access_from", "access_to"])
    order = check.order
    order(("access_to",), r.access_from, r.access_to, "ends before it starts", strict=True)
    order(("reported_at",), r.found_on, r.reported_at, "reported before it was found")
    order(("repaired_at",), r.reported_at, r.repaired_at, "repaired before it was reported")
    check.needs(r, r.access_from is not None, ["vendor"], "with a vendor's access")
    if r.data_lost:
        where = ("data_lost", "to")
        order(where, r.data_lost.from_, r.data_lost.to, "ends before it starts", strict=True)


def _asset(check: Checker, r: upkeep.AssetEntry) -> None:
    gone = r.status == "disposed"
    check.needs(r, gone, ["disposed_on", "disposal_no"], "when disposed of")
    leased = r.source == "lease" or r.class_ == "leased"
    check.needs(r, leased, ["contract_no"], "for leased equipment")
    check.together(r, ["data_erased_by", "data_erased_on"])
    order = check.order
    order(("disposed_on",), r.acquired_on, r.disposed_on, "disposed of before it was acquired")


def _roster(check: Checker, r: people.RosterEntry) -> None:
    approves = any(f.startswith("approve_") for f in r.functions)
    check.needs(r, approves, ["git_identity"], "for those who approve")
    check.order(("to",), r.from_, r.to, "ends before it starts")
    if r.deputy_of == r.person:
        check.add("same_person", ("deputy_of",), "nobody is his own deputy")


def _handover(check: Checker, r: people.Handover) -> None:
    if (r.confidentiality_ack is None) == (r.ack_refused is None):
        what = "exactly one of `confidentiality_ack` and `ack_refused`"
        check.add("required_when", ("confidentiality_ack",), what)
    if r.from_person == r.to_person:
        check.add("same_person", ("to_person",), "handed over to oneself")
    if r.witness in (r.from_person, r.to_person):
        check.add("same_person", ("witness",), "the witness is one of the two")


def _hold(check: Checker, r: cases.LegalHold) -> None:
    check.together(r, ["released_on", "released_by", "release_reason"])
    _spans(check, ("scope",), r.scope)
    order = check.order
    order(("released_on",), r.opened_on, r.released_on, "released before it was opened")
    order(("released_on",), r.minimum_until, r.released_on, "released before `minimum_until`")


def _incident(check: Checker, r: cases.Incident) -> None:
    check.needs(r, r.serious_consequence, ["assessed_by"], "for a serious consequence")
    order = check.order
    order(("occurred_to",), r.occurred_from, r.occurred_to, "ends before it starts")
    order(("discovered_at",), r.occurred_from, r.discovered_at, "discovered before it happened")
    decided = r.accountability is not None and r.accountability.decided_on is not None
    _wants(check, r, decided, "accountability.decision", "once decided")


def _waiver(check: Checker, r: cases.Waiver) -> None:
    order = check.order
    order(("expires_on",), r.starts_on, r.expires_on, "expires before it starts")
    for i, subject in enumerate(r.subjects):
        if "*" in subject:
            check.add("bad_value", ("subjects", i), "no wildcards", "name each subject")


def _destruction(check: Checker, r: cases.Destruction) -> None:
    order = check.order
    order(("done_on",), r.eligible_from, r.done_on, "done before it was lawful")
    order(("done_on",), r.approved_on, r.done_on, "done before it was approved")
    if len(set(r.supervised_by)) < 2:
        check.add("same_person", ("supervised_by",), "two different persons supervise")
    for i, target in enumerate(r.targets):
        if target in r.targets[:i]:
            check.add("duplicate_id", ("targets", i), "listed above")
        if target.startswith("DST-"):
            check.add("bad_value", ("targets", i), "destruction lists are kept permanently")
    if r.certificate is not None:
        _certificate(check, r, r.certificate)


def _certificate(check: Checker, r: cases.Destruction, c: cases.Certificate) -> None:
    if r.done_on != local_date(c.at):
        day = local_date(c.at)
        check.add("computed_value", ("done_on",), "not the day of the certificate", f"write {day}")
    if r.method != "crypto_shred":
        check.add("forbidden_when", ("certificate",), "keys are destroyed by crypto_shred only")
    if len(set(c.witnesses)) < 2:
        check.add("same_person", ("certificate", "witnesses"), "two different persons witness")
    for i, key in enumerate(c.keys):
        if key.split(" ")[0] not in r.targets:
            check.add("bad_value", ("certificate", "keys", i), "of a record that no target names")


_OWN: Mapping[str, Callable[[Checker, Any], None]] = {
    "REQ": _request,
    "AGY": _agency,
    "REG": _register,
    "KEP": _kept_copy,
    "INS": _inspection,
    "FLT": _fault_repair,
    "AST": _asset,
    "CUS": _roster,
    "HND": _handover,
    "HLD": _hold,
    "INC": _incident,
    "WVR": _waiver,
    "DST": _destruction,
}
