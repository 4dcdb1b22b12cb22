"""Invented persons with keys, a roster of them, and the approvals they sign."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cctv_policy.records import KINDS, STEPS, Approval, approval_path, as_data, record_path
from cctv_policy.records.chain import payload, signed
from cctv_policy.records.digest import substance_sha256
from cctv_policy.records.sshsig import fingerprint, public_blob, sign
from tests.records.samples import SITE, read, sample, sealed

DISTRICT = "ntpc-edu"
FUNCTIONS: dict[str, list[str]] = {
    "P-0001": ["manage", "operate", "approve_officer"],
    "P-0002": ["approve_unit_head", "escort"],
    "P-0003": ["approve_principal"],
    "P-0004": ["escort"],
    "P-0005": ["approve_unit_head"],
    "P-0009": ["approve_district"],
}
"""P-0001 officer and custodian, P-0002 head, P-0003 principal, P-0004 deputy of the principal,
P-0005 a head who left, P-0009 the district."""


def key_of(person: str) -> Ed25519PrivateKey:
    """The same invented key for the same person every time."""
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(person.encode()).digest())


def key_fpr(person: str) -> str:
    return fingerprint(public_blob(key_of(person).public_key()))


def entry(person: str, number: int, **changes: Any) -> dict[str, Any]:
    """One roster entry."""
    data = sample(
        "CUS",
        id=f"CUS-115-{number:04}",
        person=person,
        functions=FUNCTIONS[person],
        git_identity={"key_fpr": key_fpr(person)},
    )
    data["from"] = "2026-01-05"
    if person == "P-0009":
        data["site_id"] = DISTRICT
    return data | changes


def roster() -> list[dict[str, Any]]:
    return [
        entry("P-0001", 1),
        entry("P-0002", 2),
        entry("P-0003", 3),
        entry("P-0004", 4, deputy_of="P-0003"),
        entry("P-0005", 5, to="2026-02-28"),
        entry("P-0009", 1),
    ]


def approval(
    folder: Path,
    role: str,
    person: str,
    *,
    at: str,
    record_id: str = "REQ-115-0001",
    site: str = SITE,
    key: str | None = None,
    **changes: Any,
) -> tuple[str, dict[str, Any]]:
    """Path and data of an approval of the record that lies in `folder`, signed with `key`'s key."""
    path = record_path(record_id, site)
    record = read((folder / path).read_bytes(), path)
    home = (folder / approval_path(record_id, site, role)).parent  # type: ignore[arg-type]
    step = STEPS[role]  # type: ignore[index]
    earlier = sorted(p for p in home.glob("*.yaml") if int(p.name[:2]) < step)
    given: dict[str, Any] = {
        "schema_version": "1",
        "id": record_id,
        "site_id": site,
        "role": role,
        "person": person,
        "decision": "approve",
        "at": datetime.fromisoformat(at),
        "method": "digital",
        "request_sha256": substance_sha256(KINDS[record_id[:3]], record.data),
        "prev": tuple(hashlib.sha256(p.read_bytes()).hexdigest() for p in earlier),
        "signature": "AAAA",
    }
    unsigned = Approval(**(given | changes))
    signature = sign(key_of(key or person), payload(unsigned))
    return approval_path(record_id, site, role), as_data(signed(unsigned, signature))  # type: ignore[arg-type]


__all__ = ["DISTRICT", "approval", "entry", "key_fpr", "key_of", "roster", "sealed"]
