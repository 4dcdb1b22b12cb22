"""Holds, incidents, waivers, destructions (四(三), 八; §3.8, 3.9, 3.11, 3.12)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, with_config

from cctv_policy.records.access import Review
from cctv_policy.records.common import ChannelWindow, Header, Sealed
from cctv_policy.records.fields import (
    AnyRef,
    DestroyedBatch,
    DestroyedKey,
    DstRef,
    HldRef,
    Id,
    IncRef,
    KepRef,
    Person,
    WvrRef,
)
from cctv_policy.strictyaml import STRICT, Bool, Int, IsoDate, IsoDateTime, Str


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class LegalHold(Header):
    """保全／繼續保存 (§3.8)."""

    id: HldRef
    basis: Literal[
        "statute", "criminal_investigation", "other_violation", "litigation", "pdpa_claim"
    ]
    citation: Str
    opened_on: IsoDate
    opened_by: Person
    approved_by: Person
    scope: Annotated[tuple[ChannelWindow, ...], Field(min_length=1)]
    copies: tuple[KepRef, ...] = ()
    locked_on_device: Bool
    review_on: IsoDate
    reviews: tuple[Review, ...] = ()
    minimum_until: IsoDate | None = None
    released_on: IsoDate | None = None
    released_by: Person | None = None
    release_reason: Str | None = None
    sealed: Sealed | None = None


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class CyberEvent:
    """A cyber-security incident report (通報及應變辦法 4: within 1 hour)."""

    level: Literal["1", "2", "3", "4"]
    reported_at: IsoDateTime | None = None
    report_no: Str | None = None


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class PdpaBreach:
    """What PDPA art. 12 asks after a leak."""

    affected_count: Int
    special_category: Bool
    notified_on: IsoDate | None = None
    method: Str | None = None
    authority_reported_at: IsoDateTime | None = None


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One measure taken."""

    at: IsoDateTime
    by: Person
    what: Str


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Accountability:
    """The review of a serious case (八); the decision itself is sealed."""

    route: Literal["administrative", "civil", "criminal", "none"]
    body: Str
    regulation: Str
    decided_on: IsoDate | None = None


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Incident(Header):
    """事件 (§3.9)."""

    id: IncRef
    type: Literal[
        "misuse",
        "leak",
        "refilming",
        "unauthorised_access",
        "exposure",
        "password_default",
        "neglect",
        "property_loss",
        "lost_footage",
        "pii_in_git",
    ]
    discovered_at: IsoDateTime
    occurred_from: IsoDateTime | None = None
    occurred_to: IsoDateTime | None = None
    source: AnyRef | None = None
    """The record the incident is about, e.g. the request whose viewing was filmed."""
    serious_consequence: Bool
    assessed_by: Person | None = None
    cyber_event: CyberEvent | None = None
    pdpa: PdpaBreach | None = None
    actions: tuple[Action, ...] = ()
    accountability: Accountability | None = None
    hold: HldRef | None = None
    closed_on: IsoDate | None = None
    sealed: Sealed
    sealed_later: Sealed | None = None


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class ExternalApproval:
    """One approval from outside the school, as rule 64 asks (unit CISO, superior CISO, MODA)."""

    authority: Str
    no: Str
    on: IsoDate


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver(Header):
    """豁免 (§3.11); waivers.py applies it."""

    id: WvrRef
    rule_id: Str
    subjects: Annotated[tuple[Str, ...], Field(min_length=1)]
    reason: Str
    risk: Literal["low", "medium", "high", "critical"]
    compensating: Annotated[tuple[Str, ...], Field(min_length=1)]
    requested_by: Person
    approved_by: Person
    approved_role: Literal["principal", "district"]
    approved_on: IsoDate
    external_approval: tuple[ExternalApproval, ...] = ()
    starts_on: IsoDate
    expires_on: IsoDate
    renewal_of: WvrRef | None = None


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """What was proven after a destruction: by listing, these keys are on no replica any more."""

    at: IsoDateTime
    witnesses: Annotated[tuple[Person, ...], Field(min_length=2)]
    replicas: Annotated[tuple[Id, ...], Field(min_length=2)]
    keys: Annotated[tuple[DestroyedKey, ...], Field(min_length=1)]
    batches: tuple[DestroyedBatch, ...] = ()
    """Batches of which no record is left: the shares of every holder are gone too."""


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Destruction(Header):
    """銷毀 of records after their term (§3.12, Archives Act 12); kept permanently."""

    id: DstRef
    targets: Annotated[tuple[AnyRef, ...], Field(min_length=1)]
    eligible_from: IsoDate
    archive_retention_class: Literal["1", "3", "5", "10", "15", "20", "25", "30", "permanent"]
    list_no: Str
    approval_no: Str
    approved_on: IsoDate
    approver: Person
    method: Literal["crypto_shred", "media"]
    supervised_by: Annotated[tuple[Person, ...], Field(min_length=2)]
    done_on: IsoDate | None = None
    """Absent while the approved destruction is under way."""
    certificate: Certificate | None = None
    """Written with `done_on` by the destruction itself, never by hand."""
