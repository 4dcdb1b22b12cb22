"""One approval of one record: a file that is added once and never changed (五(一), Appendix 1).

Two approvers never touch the same file, so their work merges; nothing signed is written again. The
signature is verified in records/chain.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, with_config

from cctv_policy.records.common import Method
from cctv_policy.records.fields import AnyRef, Base64, Person, Sha256, Site
from cctv_policy.records.ids import Role
from cctv_policy.strictyaml import STRICT, Document, Fault, IsoDateTime


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """What one person said to one record in one role."""

    schema_version: Literal["1"]
    id: AnyRef
    """The record it is about."""
    site_id: Site
    role: Role
    person: Person
    acting_for: Person | None = None
    """The absent holder of the role when a deputy signs (代理)."""
    decision: Literal["approve", "reject"]
    at: IsoDateTime
    method: Method
    scan_sha256: Sha256 | None = None
    """Paper: the hash of the scanned sheet."""
    attested_by: Person | None = None
    """Paper: the custodian whose key signs that the sheet says this."""
    request_sha256: Sha256
    """Digest of the record's substance (records/chain.py)."""
    prev: tuple[Sha256, ...] = ()
    """SHA-256 of the earlier approval files of this record, in order of their steps."""
    signature: Annotated[Base64, Field(max_length=8_000)]
    """SSHSIG without its armour; `ssh-keygen -Y verify` reads it once armoured."""


def approval_faults(document: Document, approval: Approval) -> list[Fault]:
    """Contradictions inside one approval."""
    found: list[Fault] = []
    paper = approval.method == "paper"
    for name in ("scan_sha256", "attested_by"):
        given = getattr(approval, name) is not None
        if paper and not given:
            what = f"`{name}` is required for a paper approval"
            found.append(document.fault("required_when", (name,), what))
        elif given and not paper:
            what = f"`{name}` belongs to paper approvals only"
            found.append(document.fault("forbidden_when", (name,), what))
    if approval.acting_for == approval.person:
        found.append(document.fault("same_person", ("acting_for",), "acting for oneself"))
    return found
