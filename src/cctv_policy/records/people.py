"""The persons (三, 四(二)): the roster of custodians and approvers, and handovers (§3.7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, with_config

from cctv_policy.records.common import Header, Sealed
from cctv_policy.records.fields import (
    AgyRef,
    CusRef,
    Fingerprint,
    HldRef,
    HndRef,
    Id,
    KepRef,
    Person,
    ReqRef,
    Sha256,
)
from cctv_policy.strictyaml import STRICT, IsoDate, IsoDateTime, Str

Function = Literal[
    "manage",
    "operate",
    "repair",
    "escort",
    "approve_officer",
    "approve_unit_head",
    "approve_principal",
    "approve_district",
]


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceAccount:
    """An account on a device."""

    device_id: Id
    account: Str


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class GitIdentity:
    """The key a person signs with; approvals are bound to it."""

    key_fpr: Fingerprint
    login: Str | None = None


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Undertaking:
    """A signed promise of confidentiality 保密切結."""

    signed_on: IsoDate
    sha256: Sha256


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class RosterEntry(Header):
    """管理人員名冊: one person in one office for one span of time (§3.7)."""

    id: CusRef
    person: Person
    title: Str
    office: Str
    functions: Annotated[tuple[Function, ...], Field(min_length=1)]
    from_: Annotated[IsoDate, Field(alias="from")]
    to: IsoDate | None = None
    deputy_of: Person | None = None
    accounts: tuple[DeviceAccount, ...] = ()
    git_identity: GitIdentity | None = None
    undertaking: Undertaking
    training_on: IsoDate | None = None
    employment: Literal["school", "contractor"]
    sealed: Sealed


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedAck:
    """The leaver would not sign: the notice that was sent instead."""

    notice_no: Str
    sent_on: IsoDate


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Rotated:
    """A device whose passwords were changed."""

    device_id: Id
    at: IsoDateTime


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """What was handed over; an empty list says there was none."""

    keys: tuple[Str, ...]
    media: tuple[Str, ...]
    kept_copies: tuple[KepRef, ...]
    open_requests: tuple[ReqRef | AgyRef, ...]
    holds: tuple[HldRef, ...]
    passwords_rotated: tuple[Rotated, ...]


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class DisabledAccount:
    """An account of the leaver that was closed."""

    device_id: Id
    account: Str
    at: IsoDateTime


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Handover(Header):
    """交接 (§3.7): exactly one of `confidentiality_ack` and `ack_refused`."""

    id: HndRef
    from_person: Person
    to_person: Person
    reason: Literal["left", "transferred", "retired", "leave"]
    effective_on: IsoDate
    departed_on: IsoDate
    confidentiality_ack: Undertaking | None = None
    ack_refused: RefusedAck | None = None
    items: Items
    accounts_disabled: tuple[DisabledAccount, ...]
    git_recipient_removed_at: IsoDateTime
    witness: Person
