"""What records share: the header, the sealed block, places and times (spec §3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, with_config

from cctv_policy.records.fields import (
    Base64,
    Batch,
    Channel,
    Id,
    KeyId,
    Person,
    RegRef,
    SealedName,
    Sha256,
    Site,
)
from cctv_policy.strictyaml import STRICT, Bool, IsoDateTime, Str

Method = Literal["digital", "paper"]


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """One later correction; the only change a closed record takes (spec rule 46)."""

    at: IsoDateTime
    by: Person
    field: Str
    old_hash: Sha256
    new: Str
    reason: Str


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """All personal data of a record in one ciphertext (spec ✱); the record's key is not in git.

    `fields` names what is inside, so that completeness can be judged without the key.
    """

    alg: Literal["aes-256-gcm-siv"]
    key_id: KeyId
    batch: Batch
    """The destruction batch whose key wraps this record's key."""
    fields: Annotated[tuple[SealedName, ...], Field(min_length=1)]
    data: Base64
    """Nonce and ciphertext, bound to the record, the batch and `fields` (sealing/block.py)."""


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The common header of every record."""

    schema_version: Literal["1"]
    id: Str
    """Each kind narrows this to its own prefix."""
    site_id: Site
    created_at: IsoDateTime
    created_by: Person
    amendments: tuple[Amendment, ...] = ()


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A span of footage. Whether it is too long is a rule's matter (spec rule 28)."""

    from_: Annotated[IsoDateTime, Field(alias="from")]
    to: IsoDateTime


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class CameraPlace:
    """A camera and where it hangs, as Appendix 1 asks."""

    camera_id: Id
    place: Str


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class CameraWindow:
    """A camera and a span of its footage."""

    camera_id: Id
    from_: Annotated[IsoDateTime, Field(alias="from")]
    to: IsoDateTime


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelWindow:
    """A channel of a device and a span of its footage; no open end."""

    device_id: Id
    ch: Channel
    from_: Annotated[IsoDateTime, Field(alias="from")]
    to: IsoDateTime


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Viewing:
    """One viewing session (五(四))."""

    start: IsoDateTime
    end: IsoDateTime
    escort: Person
    place: Str
    register: RegRef
    device_log_refs: tuple[Str, ...] = ()


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class PaperRef:
    """The paper original; scans are never in git, only their hash."""

    no: Str
    sha256: Sha256
    typed_at: IsoDateTime | None = None
    explanation: Str | None = None
    """Why it was typed late (spec rule 50)."""


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """That somebody signed, and how; a paper signature is known by the hash of its scan."""

    at: IsoDateTime
    method: Method
    scan_sha256: Sha256 | None = None


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """A yes or no and who gave it."""

    confirmed: Bool
    by: Person
