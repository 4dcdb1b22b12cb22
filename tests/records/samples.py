"""One right record of every kind, as data. Persons, numbers and hashes are invented."""

from __future__ import annotations

import copy
import hashlib
from typing import Any

from cctv_policy.records import Read, parse_path, read_file, record_path
from cctv_policy.strictyaml import dump

SITE = "pingxi-es"
HASH = hashlib.sha256(b"sample").hexdigest()
KEY_ID = HASH[:32]


def sealed(*fields: str) -> dict[str, Any]:
    """A sealed block; the ciphertext is a stand-in."""
    return {
        "alg": "aes-256-gcm-siv",
        "key_id": KEY_ID,
        "batch": "2027-03-1",
        "fields": list(fields),
        "data": "AAAAAAAAAAAAAAAAAAAAAA==",
    }


def header(record_id: str, created_at: str = "2026-03-02T09:00:00+08:00") -> dict[str, Any]:
    return {
        "schema_version": "1",
        "id": record_id,
        "site_id": SITE,
        "created_at": created_at,
        "created_by": "P-0001",
    }


WINDOW = {"from": "2026-03-01T10:00+08:00", "to": "2026-03-01T10:30+08:00"}
SPAN = {"camera_id": "cam-3", **WINDOW}
UNDERTAKING = {"signed_on": "2026-01-05", "sha256": HASH}

SAMPLES: dict[str, dict[str, Any]] = {
    "REQ": {
        **header("REQ-115-0001"),
        "status": "submitted",
        "applicant_category": "teacher",
        "applied_on": "2026-03-02",
        "id_kind": "national",
        "id_checksum_ok": {"ok": True, "by": "P-0001", "at": "2026-03-02T09:00+08:00"},
        "relation_to_subject": "self",
        "requesting_unit": "四年甲班",
        "cameras": [{"camera_id": "cam-3", "place": "操場東側"}],
        "windows": [WINDOW],
        "necessity_confirmed": {"confirmed": True, "by": "P-0001"},
        "notice_accepted": {
            "accepted": True,
            "at": "2026-03-02T08:55+08:00",
            "text_sha256": HASH,
        },
        "applicant_signed": {"at": "2026-03-02T08:56+08:00", "method": "digital"},
        "sealed": sealed("applicant_name", "id_number", "phone", "reason"),
    },
    "AGY": {
        **header("AGY-115-0001"),
        "status": "received",
        "agency_name": "新北市政府警察局瑞芳分局",
        "agency_type": "police",
        "kind": "request",
        "letter_no": "新北警瑞刑字第1150000001號",
        "letter_date": "2026-03-01",
        "received_on": "2026-03-02",
        "letter_form": "electronic",
        "letter_sha256": HASH,
        "legal_basis": "刑事訴訟法第230條",
        "scope": [SPAN],
        "access_mode": "copy",
        "sealed": sealed("purpose", "use", "officer_name"),
    },
    "REG": {
        **header("REG-115-0001", "2026-03-03T10:00:00+08:00"),
        "no": 1,
        "session_start": "2026-03-03T09:00+08:00",
        "session_end": "2026-03-03T09:20+08:00",
        "source": "REQ-115-0001",
        "purpose_code": "rights",
        "camera_ids": ["cam-3"],
        "windows": [WINDOW],
        "viewer_category": "teacher",
        "escort": "P-0002",
        "operator": "P-0001",
        "action": "view",
        "result": "seen",
        "entered_at": "2026-03-03T10:00+08:00",
        "prev_hash": hashlib.sha256(b"").hexdigest(),
        "sealed": sealed("viewer"),
    },
    "KEP": {
        **header("KEP-115-0001", "2026-03-03T10:00:00+08:00"),
        "source": "REQ-115-0001",
        "camera_ids": ["cam-3"],
        "windows": [WINDOW],
        "recorded_on": "2026-03-01",
        "made_at": "2026-03-03T09:30+08:00",
        "made_by": "P-0001",
        "sha256": HASH,
        "format": "mp4",
        "bytes": 123456,
        "location": "學務處保險櫃",
        "encrypted": True,
        "key_id": "media-115-01",
        "custodian": "P-0001",
        "access_list": ["P-0001", "P-0003"],
        "review_on": "2026-09-01",
        "destroy_by": "2027-03-01",
    },
    "INS": {
        **header("INS-115-0001", "2026-03-31T16:00:00+08:00"),
        "inspected_on": "2026-03-31",
        "quarter": "2026Q1",
        "recorder_ids": ["nvr-1"],
        "host_ok": True,
        "recording_ok": True,
        "retention_ok": True,
        "video_clear": True,
        "observed_oldest": [{"recorder": "nvr-1", "ch": "1", "at": "2026-03-10T00:00+08:00"}],
        "clock_offset": {"seconds": 12, "direction": "behind"},
        "inspector": "P-0001",
        "rechecker": "P-0002",
        "device_evidence_ref": HASH,
        "sealed": sealed("remarks"),
    },
    "FLT": {
        **header("FLT-115-0001"),
        "found_on": "2026-03-02",
        "found_by": "scanner",
        "device_id": "nvr-1",
        "channels": ["3"],
        "symptom_code": "image_unclear",
        "reported_at": "2026-03-02T09:00+08:00",
        "storage_replaced": False,
        "credential_reset": False,
    },
    "CUS": {
        **header("CUS-115-0001"),
        "person": "P-0001",
        "title": "事務組長",
        "office": "總務處",
        "functions": ["manage", "operate", "approve_officer"],
        "from": "2026-01-05",
        "git_identity": {"key_fpr": "SHA256:" + "A" * 43},
        "undertaking": UNDERTAKING,
        "employment": "school",
        "sealed": sealed("name"),
    },
    "HND": {
        **header("HND-115-0001", "2026-08-01T09:00:00+08:00"),
        "from_person": "P-0001",
        "to_person": "P-0004",
        "reason": "transferred",
        "effective_on": "2026-08-01",
        "departed_on": "2026-08-01",
        "confidentiality_ack": UNDERTAKING,
        "items": {
            "keys": ["機櫃鑰匙 1 支"],
            "media": [],
            "kept_copies": ["KEP-115-0001"],
            "open_requests": [],
            "holds": [],
            "passwords_rotated": [{"device_id": "nvr-1", "at": "2026-08-01T08:00+08:00"}],
        },
        "accounts_disabled": [],
        "git_recipient_removed_at": "2026-08-01T08:30+08:00",
        "witness": "P-0003",
    },
    "HLD": {
        **header("HLD-115-0001"),
        "basis": "statute",
        "citation": "性別平等教育法第22條",
        "opened_on": "2026-03-02",
        "opened_by": "P-0001",
        "approved_by": "P-0003",
        "scope": [{"device_id": "nvr-1", "ch": "3", **WINDOW}],
        "copies": ["KEP-115-0001"],
        "locked_on_device": False,
        "review_on": "2026-09-01",
    },
    "INC": {
        **header("INC-115-0001"),
        "type": "refilming",
        "discovered_at": "2026-03-02T08:00+08:00",
        "serious_consequence": False,
        "sealed": sealed("description"),
    },
    "AST": {
        **header("AST-115-0001"),
        "asset_no": "3140403-12-1",
        "class": "property",
        "name": "網路錄影主機",
        "brand": "VIVOTEK",
        "model": "ND9441",
        "serial": "SAMPLE-0001",
        "mac": ["00:11:22:aa:bb:cc"],
        "device_id": "nvr-1",
        "quantity": 1,
        "acquired_on": "2024-05-01",
        "amount_twd": 45000,
        "useful_life_years": 5,
        "source": "purchase",
        "location": "總務處",
        "keeper": "P-0001",
        "status": "in_use",
        "origin_brand_country": "TW",
    },
    "WVR": {
        **header("WVR-115-0001"),
        "rule_id": "A3.1-no-public-ip",
        "subjects": ["nvr-1"],
        "reason": "防火牆汰換中",
        "risk": "medium",
        "compensating": ["僅允許校內網段"],
        "requested_by": "P-0001",
        "approved_by": "P-0003",
        "approved_role": "principal",
        "approved_on": "2026-03-01",
        "starts_on": "2026-03-02",
        "expires_on": "2026-06-30",
    },
    "DST": {
        **header("DST-115-0001"),
        "targets": ["REQ-114-0001", "REG-114-0001"],
        "eligible_from": "2026-02-01",
        "archive_retention_class": "1",
        "list_no": "115-01",
        "approval_no": "新北教檔字第1150000009號",
        "approved_on": "2026-02-15",
        "approver": "P-0003",
        "method": "crypto_shred",
        "supervised_by": ["P-0001", "P-0002"],
        "done_on": "2026-03-01",
    },
    "POL": {
        **header("POL-115-0001"),
        "title": "監視錄影系統管理具體作法",
        "version": "1.0",
        "adopted_by": "P-0003",
        "adopted_on": "2026-01-05",
        "effective_from": "2026-02-01",
        "sha256": HASH,
        "pack_id": "tw-ntpc-school",
        "pack_version": "1",
        "local_measures": ["校門口公告錄影"],
    },
}


def sample(prefix: str, **changes: Any) -> dict[str, Any]:
    """A fresh copy of one kind's sample; a changed field of None is left out."""
    data = copy.deepcopy(SAMPLES[prefix]) | changes
    return {name: value for name, value in data.items() if value is not None}


def read(data: dict[str, Any] | bytes, path: str | None = None) -> Read:
    """Read data as the file it would be."""
    if isinstance(data, dict):
        path = path or record_path(str(data["id"]), str(data["site_id"]))
        data = dump(data).encode()
    path = path or record_path("REQ-115-0001", SITE)
    place = parse_path(path)
    assert place is not None
    return read_file(data, path=path, place=place)
