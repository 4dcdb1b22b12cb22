"""Care for the devices (四, 七): inspections, faults, the ledger, written policies (§3.5, 3.6,
3.10, 3.12).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, with_config

from cctv_policy.records.common import Header, PaperRef, Sealed, Window
from cctv_policy.records.fields import (
    AstRef,
    Channel,
    FltRef,
    FoundBy,
    Id,
    InsRef,
    Mac,
    Natural,
    Person,
    PolRef,
    Quarter,
    Sha256,
)
from cctv_policy.strictyaml import STRICT, Bool, Int, IsoDate, IsoDateTime, Period, Str


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Oldest:
    """The oldest footage the inspector saw on a channel."""

    recorder: Id
    ch: Channel
    at: IsoDateTime


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class ClockError:
    """How far the recorder's clock was off, in whole seconds."""

    seconds: Int
    direction: Literal["ahead", "behind"]


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection(Header):
    """保養紀錄, Appendix 2 (§3.5). The printed third column is recording_ok AND retention_ok."""

    id: InsRef
    inspected_on: IsoDate
    quarter: Quarter
    recorder_ids: Annotated[tuple[Id, ...], Field(min_length=1)]
    host_ok: Bool
    recording_ok: Bool
    retention_ok: Bool
    video_clear: Bool
    observed_oldest: tuple[Oldest, ...] = ()
    clock_offset: ClockError | None = None
    inspector: Person
    rechecker: Person | None = None
    faults: tuple[FltRef, ...] = ()
    device_evidence_ref: Sha256 | None = None
    paper_ref: PaperRef | None = None
    sealed: Sealed | None = None


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class OldDisk:
    """What became of a disk with footage on it."""

    serial: Str
    method: Literal["overwrite", "degauss", "shred", "crypto_erase"]
    witness: Person
    on: IsoDate


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class FaultRepair(Header):
    """故障報修 (§3.6)."""

    id: FltRef
    found_on: IsoDate
    found_by: FoundBy
    device_id: Id
    channels: tuple[Channel, ...] = ()
    symptom_code: Literal[
        "no_power",
        "no_recording",
        "disk_failed",
        "camera_offline",
        "image_unclear",
        "clock_wrong",
        "retention_short",
        "intrusion",
        "other",
    ]
    reported_at: IsoDateTime
    vendor: Str | None = None
    access_from: IsoDateTime | None = None
    access_to: IsoDateTime | None = None
    interim_measure: Str | None = None
    repaired_at: IsoDateTime | None = None
    data_lost: Window | None = None
    storage_replaced: Bool
    old_disk_disposal: OldDisk | None = None
    credential_reset: Bool
    cost_twd: Int | None = None
    closed_by: Person | None = None
    sealed: Sealed | None = None


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class AssetEntry(Header):
    """財產列帳 (§3.10)."""

    id: AstRef
    asset_no: Str
    class_: Annotated[
        Literal["property", "non_consumable", "leased", "donated"], Field(alias="class")
    ]
    name: Str
    brand: Str
    model: Str
    oem: Str | None = None
    serial: Str
    mac: tuple[Mac, ...] = ()
    device_id: Id | None = None
    quantity: Natural
    acquired_on: IsoDate
    amount_twd: Int
    useful_life_years: Int
    source: Literal["purchase", "donation", "transfer", "lease"]
    contract_no: Str | None = None
    location: Str
    keeper: Person
    status: Literal["in_use", "in_storage", "under_repair", "disposed"]
    disposed_on: IsoDate | None = None
    disposal_no: Str | None = None
    data_erased_by: Person | None = None
    data_erased_on: IsoDate | None = None
    origin_brand_country: Str
    last_stocktake_on: IsoDate | None = None


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionReason:
    """Why footage of an area is kept longer than usual (§1.6, other jurisdictions)."""

    area: Id
    value: Period
    reason: Str
    approved_by: Person
    dpia_ref: Str | None = None


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyDocument(Header):
    """作法: the school's own written policy (§3.12)."""

    id: PolRef
    title: Str
    version: Str
    adopted_by: Person
    adopted_on: IsoDate
    effective_from: IsoDate
    sha256: Sha256
    pack_id: Str
    pack_version: Str
    local_measures: tuple[Str, ...] = ()
    retention_justification: tuple[RetentionReason, ...] = ()
