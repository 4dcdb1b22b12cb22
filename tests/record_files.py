"""Record files of a test's district: a healthy set by name, and what a case changes in it.

In a case file `base` names the set; `records` says per record id what differs (a mapping is merged,
anything else replaces, null takes away: a field, or a whole record), `approvals` the same per
record id and role, and `changed` what was changed after the approvals were given.
"""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from cctv_policy.records import STEPS, Approval, approval_path, parse_id, record_path
from cctv_policy.records.chain import payload
from cctv_policy.records.digest import substance_sha256
from cctv_policy.records.kinds import KINDS
from cctv_policy.records.sshsig import sign
from cctv_policy.strictyaml import Document, dump, parse
from tests.records.people import key_fpr, key_of
from tests.records.samples import HASH, sample, sealed

WINDOW = {"from": "2026-03-01T10:00+08:00", "to": "2026-03-01T10:30+08:00"}


def _person(number: int, title: str, *functions: str) -> dict[str, Any]:
    person = f"P-{number:04}"
    return {
        "person": person,
        "title": title,
        "functions": list(functions),
        "from": "2026-01-06",
        "git_identity": {"key_fpr": key_fpr(person)},
    }


_ROSTER: dict[str, dict[str, Any]] = {
    "CUS-115-0001": _person(1, "事務組長", "manage", "operate", "approve_officer"),
    "CUS-115-0002": _person(2, "總務主任", "repair", "approve_unit_head", "escort"),
    "CUS-115-0003": _person(3, "校長", "approve_principal"),
    "CUS-115-0004": _person(4, "學務組長", "escort"),
    "CUS-115-0009": _person(9, "教育局承辦人", "approve_district"),
}
_SERVED: dict[str, dict[str, Any]] = {
    "REQ-115-0001": {
        "status": "closed",
        "cameras": [{"camera_id": "cam-1", "place": "校門口"}],
        "viewing": [
            {
                "start": "2026-03-03T09:00+08:00",
                "end": "2026-03-03T09:20+08:00",
                "escort": "P-0004",
                "place": "總務處",
                "register": "REG-115-0001",
            }
        ],
        "outcome": {"copies_released": 0, "screenshots": 0, "kept_copy": "KEP-115-0001"},
        "closed_on": "2026-03-04",
    },
    "REG-115-0001": {"camera_ids": ["cam-1"], "escort": "P-0004"},
    "KEP-115-0001": {
        "camera_ids": ["cam-1"],
        "made_at": "2026-03-04T08:30+08:00",
        "review_on": "2026-08-30",
    },
}
_LETTER: dict[str, dict[str, Any]] = {
    "AGY-115-0001": {
        "status": "viewed",
        "scope": [{"camera_id": "cam-1", **WINDOW}],
        "decision": {"by": "P-0003", "at": "2026-03-03T08:00+08:00", "result": "consent"},
        "reply_no": "新北測總字第1150000002號",
        "reply_date": "2026-03-04",
        "viewing": [
            {
                "start": "2026-03-03T09:00+08:00",
                "end": "2026-03-03T09:20+08:00",
                "escort": "P-0004",
                "place": "總務處",
                "register": "REG-115-0001",
            }
        ],
        "copy": {
            "sha256": HASH,
            "bytes": 123456,
            "media_id": "DVD-115-01",
            "handed_at": "2026-03-03T09:30+08:00",
            "receipt_sha256": HASH,
            "camera_ids": ["cam-1"],
            "windows": [WINDOW],
        },
        "kept_copy": "KEP-115-0001",
        "sealed_later": sealed("decision.reason", "copy_necessity", "copy.recipient"),
    },
    "REG-115-0001": {
        "camera_ids": ["cam-1"],
        "escort": "P-0004",
        "source": "AGY-115-0001",
        "viewer_category": "agency",
        "purpose_code": "law_enforcement",
    },
    "KEP-115-0001": {
        "camera_ids": ["cam-1"],
        "source": "AGY-115-0001",
        "review_on": "2026-08-30",
    },
}
_CARE: dict[str, dict[str, Any]] = {
    "INS-115-0001": {
        "recorder_ids": ["nvr"],
        "observed_oldest": [],
        "device_evidence_ref": None,
    },
    "AST-115-0001": {"device_id": "nvr", "brand": "Supermicro"},
    "AST-115-0002": {"device_id": "cam-1", "brand": "Axis", "amount_twd": 8000},
    "POL-115-0001": {},
}
BASES: dict[str, dict[str, dict[str, Any]]] = {
    "": {},
    "roster": _ROSTER,
    "access": _ROSTER | _SERVED,
    "agency": _ROSTER | _LETTER,
    "care": _ROSTER | _CARE,
}
_CHAINS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "REQ": (
        ("officer", "P-0001", "2026-03-02T10:00+08:00"),
        ("unit_head", "P-0002", "2026-03-02T11:00+08:00"),
        ("principal", "P-0003", "2026-03-02T12:00+08:00"),
    ),
    "AGY": (("principal", "P-0003", "2026-03-03T08:00+08:00"),),
    "DST": (
        ("principal", "P-0003", "2026-03-10T10:00+08:00"),
        ("district", "P-0009", "2026-03-10T11:00+08:00"),
    ),
}


def merged(base: Any, change: Any) -> Any:
    """`base` with `change` laid over it."""
    if not (isinstance(base, Mapping) and isinstance(change, Mapping)):
        return copy.deepcopy(change)
    both = {k: merged(base.get(k), v) for k, v in change.items()}
    return {k: v for k, v in {**base, **both}.items() if v is not None}


def files(described: Mapping[str, Any], site: str) -> dict[str, Any]:
    """Path below records/ → content, of the records that a case file describes."""
    changes = described.get("records", {})
    base = BASES[described.get("base", "")]
    found: dict[str, Any] = {
        name: content for name, content in changes.items() if name.endswith(".yaml")
    }
    ids = [*base, *(name for name in changes if name not in base and name not in found)]
    for record_id in ids:
        if changes.get(record_id, {}) is None:
            continue
        data = _record(record_id, site, base.get(record_id, {}))
        data = merged(data, changes.get(record_id, {}))
        for path, approval in _approvals(data, record_id, site, described).items():
            found[path.removeprefix("records/")] = approval
        data = merged(data, described.get("changed", {}).get(record_id, {}))
        found[record_path(record_id, site).removeprefix("records/")] = data
    return found


def _record(record_id: str, site: str, changes: Mapping[str, Any]) -> dict[str, Any]:
    parts = parse_id(record_id)
    assert parts is not None
    data = sample(parts.prefix, id=record_id, site_id=site)
    if parts.prefix == "REG":
        data["no"] = parts.number
    filled: dict[str, Any] = merged(data, changes)
    return filled


def _approvals(
    data: dict[str, Any], record_id: str, site: str, described: Mapping[str, Any]
) -> dict[str, Any]:
    """The approval files of a record; a role that the case sets to null gave none."""
    prefix = record_id[:3]
    changes = described.get("approvals", {}).get(record_id, {})
    found: dict[str, Any] = {}
    document = parse(dump(data).encode(), path=record_id)
    assert isinstance(document, Document)
    digest = substance_sha256(KINDS[prefix], document.data)
    for role, person, at in _CHAINS.get(prefix, ()):
        if changes is None or (role in changes and changes[role] is None):
            continue
        usual = {
            "schema_version": "1",
            "id": record_id,
            "site_id": site,
            "role": role,
            "person": person,
            "decision": "approve",
            "at": at,
            "method": "digital",
            "request_sha256": digest,
            "prev": [hashlib.sha256(dump(a).encode()).hexdigest() for a in found.values()],
        }
        assert role in STEPS
        given = merged(usual, changes.get(role, {}))
        found[approval_path(record_id, site, role)] = given | {"signature": _signature(given)}  # type: ignore[arg-type]
    return found


def _signature(given: dict[str, Any]) -> str:
    """The signature of whoever the approval names, or the one that the case gives.

    `signed_by` is another person whose key is used.
    """
    key = given.pop("signed_by", given.get("attested_by", given["person"]))
    if "signature" in given:
        return str(given["signature"])
    names = {f.name for f in fields(Approval)}
    known = {k: v for k, v in given.items() if k in names}
    known |= {"at": datetime.fromisoformat(given["at"]), "prev": tuple(given["prev"])}
    return sign(key_of(key), payload(Approval(**known, signature="AAAA")))
