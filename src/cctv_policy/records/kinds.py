"""The kinds of record: model, sealed fields, legal changes of status, and what may change later.

A field is *lifecycle* if it may be added, or a list of it grow, after the record was first written.
Every other field is substance: approvals are given to it, and changing it voids them (rule 29).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cctv_policy.model import Text
from cctv_policy.records import access, cases, people, upkeep
from cctv_policy.records.common import Header
from cctv_policy.records.ids import Prefix, Role

Steps = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of record."""

    prefix: Prefix
    slug: str
    """The kind's name in file names and messages."""
    title: Text
    model: type[Header]
    sealed: tuple[str, ...] = ()
    """✱ fields that must be sealed when the record is written."""
    sealed_optional: tuple[str, ...] = ()
    """✱ fields that may be; `[]` stands for any index."""
    sealed_later: tuple[str, ...] = ()
    """✱ fields that are added as the case goes on."""
    lifecycle: tuple[str, ...] = ()
    once: tuple[str, ...] = ()
    """Lifecycle fields that are set once and never changed."""
    statuses: Steps = field(default_factory=dict)
    """Status → the statuses that may follow it."""
    closed: str | None = None
    """The field that, once set, freezes all but `amendments`."""
    chain: tuple[Role, ...] = ()
    """Whose approvals the kind takes, in order (§3.1; a waiver or roster entry: two)."""
    needs_chain: tuple[str, ...] = ()
    """Statuses that a record has only with its whole chain approved."""

    @property
    def starred(self) -> tuple[str, ...]:
        """Every field of the kind that may only occur sealed."""
        return (*self.sealed, *self.sealed_optional, *self.sealed_later)


_REQUEST: Steps = {
    "draft": ("submitted", "withdrawn"),
    "submitted": ("approved", "rejected", "withdrawn"),
    "approved": ("viewed", "not_found", "withdrawn"),
    "viewed": ("closed",),
    "not_found": ("closed",),
    "rejected": ("closed",),
    "withdrawn": ("closed",),
    "closed": (),
}
_AGENCY: Steps = {
    "received": ("consented", "refused", "withdrawn"),
    "consented": ("viewed", "not_found", "withdrawn"),
    "refused": ("closed",),
    "withdrawn": ("closed",),
    "viewed": ("closed",),
    "not_found": ("closed",),
    "closed": (),
}
_ASSET: Steps = {
    "in_use": ("in_storage", "under_repair", "disposed"),
    "in_storage": ("in_use", "under_repair", "disposed"),
    "under_repair": ("in_use", "in_storage", "disposed"),
    "disposed": (),
}

_ALL = (
    Kind(
        prefix="REQ",
        slug="access-request",
        title=Text(zh="調閱申請", en="access request"),
        model=access.AccessRequest,
        sealed=("applicant_name", "id_number", "phone", "reason"),
        sealed_optional=(
            "id_last4",
            "relation_detail",
            "subject_ref",
            "windows[].justification",
        ),
        sealed_later=("decision_reason", "outcome.remarks"),
        lifecycle=(
            "status",
            "art10",
            "viewing",
            "outcome",
            "closed_on",
            "paper_ref",
            "sealed_later",
        ),
        statuses=_REQUEST,
        closed="closed_on",
        chain=("officer", "unit_head", "principal"),
        needs_chain=("approved", "viewed", "not_found"),
    ),
    Kind(
        prefix="AGY",
        slug="agency-request",
        title=Text(zh="公務機關調閱", en="agency request"),
        model=access.AgencyRequest,
        sealed=("purpose", "use", "officer_name"),
        sealed_optional=("officer_badge", "officer_phone"),
        sealed_later=("decision.reason", "copy_necessity", "copy.recipient"),
        lifecycle=(
            "status",
            "decision",
            "reply_no",
            "reply_date",
            "copy",
            "viewing",
            "kept_copy",
            "hold",
            "closed_on",
            "paper_ref",
            "sealed_later",
        ),
        statuses=_AGENCY,
        closed="closed_on",
        chain=("principal",),
        needs_chain=("consented", "viewed", "not_found"),
    ),
    Kind(
        prefix="REG",
        slug="register-entry",
        title=Text(zh="調閱登記", en="register entry"),
        model=access.RegisterEntry,
        sealed=("viewer",),
        lifecycle=("void",),
    ),
    Kind(
        prefix="KEP",
        slug="kept-copy",
        title=Text(zh="留存複本", en="kept copy"),
        model=access.KeptCopy,
        lifecycle=(
            "access_list",
            "custodian",
            "location",
            "hold",
            "review_on",
            "reviews",
            "destroy_by",
            "disposal",
        ),
        closed="disposal",
    ),
    Kind(
        prefix="INS",
        slug="inspection",
        title=Text(zh="保養紀錄", en="inspection"),
        model=upkeep.Inspection,
        sealed_optional=("remarks",),
        lifecycle=("rechecker", "faults", "paper_ref"),
    ),
    Kind(
        prefix="FLT",
        slug="fault-repair",
        title=Text(zh="故障報修", en="fault and repair"),
        model=upkeep.FaultRepair,
        sealed_optional=("detail",),
        lifecycle=(
            "vendor",
            "access_from",
            "access_to",
            "interim_measure",
            "repaired_at",
            "data_lost",
            "storage_replaced",
            "old_disk_disposal",
            "credential_reset",
            "cost_twd",
            "closed_by",
        ),
        closed="closed_by",
    ),
    Kind(
        prefix="CUS",
        slug="custodian-roster",
        title=Text(zh="管理人員名冊", en="roster entry"),
        model=people.RosterEntry,
        sealed=("name",),
        lifecycle=("to", "accounts", "training_on"),
        once=("to",),
        chain=("principal", "district"),
    ),
    Kind(
        prefix="HND",
        slug="handover",
        title=Text(zh="交接", en="handover"),
        model=people.Handover,
    ),
    Kind(
        prefix="HLD",
        slug="legal-hold",
        title=Text(zh="保全", en="legal hold"),
        model=cases.LegalHold,
        sealed_optional=("case_ref",),
        lifecycle=(
            "copies",
            "locked_on_device",
            "review_on",
            "reviews",
            "minimum_until",
            "released_on",
            "released_by",
            "release_reason",
        ),
        closed="released_on",
    ),
    Kind(
        prefix="INC",
        slug="incident",
        title=Text(zh="事件", en="incident"),
        model=cases.Incident,
        sealed=("description",),
        sealed_optional=("persons",),
        sealed_later=("accountability.decision",),
        lifecycle=(
            "occurred_from",
            "occurred_to",
            "serious_consequence",
            "assessed_by",
            "cyber_event",
            "pdpa",
            "actions",
            "accountability",
            "hold",
            "closed_on",
            "sealed_later",
        ),
        closed="closed_on",
    ),
    Kind(
        prefix="AST",
        slug="asset-entry",
        title=Text(zh="財產列帳", en="asset entry"),
        model=upkeep.AssetEntry,
        lifecycle=(
            "status",
            "device_id",
            "location",
            "keeper",
            "disposed_on",
            "disposal_no",
            "data_erased_by",
            "data_erased_on",
            "last_stocktake_on",
        ),
        statuses=_ASSET,
        closed="disposed_on",
    ),
    Kind(
        prefix="WVR",
        slug="waiver",
        title=Text(zh="豁免", en="waiver"),
        model=cases.Waiver,
        chain=("principal", "district"),
    ),
    Kind(
        prefix="DST",
        slug="destruction",
        title=Text(zh="銷毀", en="destruction"),
        model=cases.Destruction,
        lifecycle=("done_on", "certificate"),
        once=("certificate",),
        closed="done_on",
        chain=("principal", "district"),
    ),
    Kind(
        prefix="POL",
        slug="policy",
        title=Text(zh="作法", en="policy document"),
        model=upkeep.PolicyDocument,
    ),
)

KINDS: Mapping[str, Kind] = {kind.prefix: kind for kind in _ALL}
"""Prefix → kind."""


def substance(kind: Kind, data: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a record's data that approvals are given to."""
    later = {*kind.lifecycle, "amendments"}
    return {name: value for name, value in data.items() if name not in later}
