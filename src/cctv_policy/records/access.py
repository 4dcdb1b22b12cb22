"""Who looked at footage (五): requests, agency requests, the register, kept copies (§3.1–3.4).

Fields marked ✱ in the spec are in `sealed` (written with the record) or `sealed_later` (added as
the case goes on); records/kinds.py lists them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, with_config

from cctv_policy.identity import IdKind
from cctv_policy.records.common import (
    CameraPlace,
    CameraWindow,
    Confirmed,
    Header,
    PaperRef,
    Sealed,
    Signed,
    Viewing,
    Window,
)
from cctv_policy.records.fields import (
    AgyRef,
    HldRef,
    Id,
    KepRef,
    Natural,
    Person,
    RegisterSource,
    RegRef,
    ReqRef,
    Sha256,
    SourceRef,
)
from cctv_policy.strictyaml import STRICT, Bool, Int, IsoDate, IsoDateTime, Str

Category = Literal[
    "teacher", "staff", "worker", "student", "guardian", "legal_representative", "external"
]
"""`external` is only for packs that admit it; rule 24 judges."""


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class IdCheck:
    """The result of checking the identity number at entry, so that nobody need decrypt it again."""

    ok: Bool
    by: Person
    at: IsoDateTime


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Representation:
    """How it was proved that the applicant may act for the student (rule 25)."""

    proof_type: Literal["household_register", "court_order", "id_card", "other"]
    verified_by: Person
    verified_on: IsoDate
    custody_checked: Bool


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """That the applicant took note of both notes of Appendix 1 and of PDPA art. 8."""

    accepted: Bool
    at: IsoDateTime
    text_sha256: Sha256


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Article10:
    """A data subject's request under PDPA art. 10 (rules 31, 61)."""

    claimed: Bool
    received_on: IsoDate | None = None
    decided_on: IsoDate | None = None
    extended_until: IsoDate | None = None
    extension_reason: Str | None = None
    outcome: Literal["view", "masked_copy", "refused"] | None = None
    refusal_ground: Literal["1", "2", "3"] | None = None
    approved_by: Person | None = None


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class RequestOutcome:
    """What came of it; 五(一): nothing is copied for internal applicants."""

    copies_released: Int
    screenshots: Int
    kept_copy: KepRef | None = None


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class AccessRequest(Header):
    """調閱申請, Appendix 1 (§3.1). The approvals are files of their own (records/approval.py)."""

    id: ReqRef
    status: Literal[
        "draft",
        "submitted",
        "approved",
        "rejected",
        "withdrawn",
        "viewed",
        "not_found",
        "closed",
    ]
    applicant: Person | None = None
    """Only for applicants who are in the roster: shows self-approval and self-escort."""
    applicant_category: Category
    applied_on: IsoDate
    id_kind: IdKind
    id_checksum_ok: IdCheck
    relation_to_subject: Literal[
        "self", "parent", "guardian", "legal_representative", "teacher_in_charge", "other"
    ]
    representation: Representation | None = None
    requesting_unit: Str
    cameras: Annotated[tuple[CameraPlace, ...], Field(min_length=1)]
    windows: Annotated[tuple[Window, ...], Field(min_length=1)]
    incident_on: IsoDate | None = None
    necessity_confirmed: Confirmed
    notice_accepted: Notice
    applicant_signed: Signed
    sealed: Sealed
    art10: Article10 | None = None
    viewing: tuple[Viewing, ...] = ()
    outcome: RequestOutcome | None = None
    closed_on: IsoDate | None = None
    paper_ref: PaperRef | None = None
    sealed_later: Sealed | None = None


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The school's decision on an agency's request (五(二)); its reason is sealed."""

    by: Person
    at: IsoDateTime
    result: Literal["consent", "partial", "refuse"]


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasedCopy:
    """The copy an agency took away."""

    sha256: Sha256
    bytes: Natural
    media_id: Str
    handed_at: IsoDateTime
    receipt_sha256: Sha256
    camera_ids: tuple[Id, ...] = ()
    windows: tuple[Window, ...] = ()


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyRequest(Header):
    """公務機關調閱 (§3.2)."""

    id: AgyRef
    status: Literal[
        "received", "consented", "refused", "withdrawn", "viewed", "not_found", "closed"
    ]
    agency_name: Str
    agency_type: Literal[
        "police",
        "prosecutor",
        "court",
        "education_bureau",
        "social_affairs",
        "labour",
        "other_public",
        "not_public",
    ]
    """`not_public` (insurer, law firm, company) is no agency; it is written down for rule 32."""
    kind: Literal["request", "compulsory_order"]
    letter_no: Str | None = None
    letter_date: IsoDate | None = None
    received_on: IsoDate
    received_no: Str | None = None
    letter_form: Literal["paper", "electronic", "fax", "none"]
    """`none`: they came without a letter; rule 33 fails."""
    letter_sha256: Sha256 | None = None
    legal_basis: Str | None = None
    scope: Annotated[tuple[CameraWindow, ...], Field(min_length=1)]
    access_mode: Literal["view", "copy"]
    sealed: Sealed
    decision: Decision | None = None
    reply_no: Str | None = None
    reply_date: IsoDate | None = None
    copy: ReleasedCopy | None = None
    viewing: tuple[Viewing, ...] = ()
    kept_copy: KepRef | None = None
    hold: HldRef | None = None
    closed_on: IsoDate | None = None
    paper_ref: PaperRef | None = None
    sealed_later: Sealed | None = None


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Void:
    """A cancelled line keeps its number."""

    void: Bool
    reason: Str


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterEntry(Header):
    """One line of the register 調閱登記簿 (§3.3); one line a viewing session (§1.7 I14)."""

    id: RegRef
    no: Natural
    session_start: IsoDateTime
    session_end: IsoDateTime
    source: RegisterSource
    purpose_code: Literal[
        "rights",
        "safety",
        "bullying",
        "gender_equity",
        "accident",
        "property",
        "law_enforcement",
        "judicial",
        "art10",
        "inspection",
        "maintenance",
        "other",
    ]
    camera_ids: Annotated[tuple[Id, ...], Field(min_length=1)]
    windows: Annotated[tuple[Window, ...], Field(min_length=1)]
    viewer_category: Category | Literal["agency", "custodian"]
    escort: Person
    operator: Person
    action: Literal["view", "copy_agency", "copy_kept", "art10_copy"]
    result: Literal["seen", "not_found", "device_fault"]
    device_log_refs: tuple[Str, ...] = ()
    entered_at: IsoDateTime
    prev_hash: Sha256
    """SHA-256 of the previous line's file; of nothing for the first line of a year."""
    sealed: Sealed
    void: Void | None = None


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Disposal:
    """How and why a kept copy was destroyed (五(三))."""

    reason: Literal["no_longer_needed", "max_reached", "hold_released"]
    approved_by: Person
    approved_on: IsoDate
    method: Literal["overwrite", "degauss", "shred", "crypto_erase"]
    witness: Person
    destroyed_on: IsoDate
    proof_sha256: Sha256


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A look at whether something must still be kept."""

    on: IsoDate
    by: Person
    keep: Bool
    reason: Str


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class KeptCopy(Header):
    """留存複本 (§3.4); the video itself is never in git."""

    id: KepRef
    source: SourceRef
    camera_ids: Annotated[tuple[Id, ...], Field(min_length=1)]
    windows: Annotated[tuple[Window, ...], Field(min_length=1)]
    recorded_on: IsoDate
    made_at: IsoDateTime
    made_by: Person
    sha256: Sha256
    format: Str
    bytes: Natural
    location: Str
    media_id: Str | None = None
    encrypted: Bool
    key_id: Str | None = None
    custodian: Person
    access_list: Annotated[tuple[Person, ...], Field(min_length=1)]
    hold: HldRef | None = None
    review_on: IsoDate
    reviews: tuple[Review, ...] = ()
    destroy_by: IsoDate
    disposal: Disposal | None = None
