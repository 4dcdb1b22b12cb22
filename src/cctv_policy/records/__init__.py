"""Records of people and deeds: 14 kinds of YAML in git, read strictly (spec §3)."""

from cctv_policy.records.approval import Approval
from cctv_policy.records.common import Amendment, Header, Sealed
from cctv_policy.records.folder import Stored
from cctv_policy.records.ids import (
    PREFIXES,
    STEPS,
    Place,
    Prefix,
    RecordId,
    Role,
    approval_path,
    parse_id,
    parse_path,
    record_path,
)
from cctv_policy.records.kinds import KINDS, Kind, substance
from cctv_policy.records.load import Gap, RecordSet, load_latest, load_records
from cctv_policy.records.read import Read, read_file
from cctv_policy.records.write import as_data, path_of, render, write_again, write_new

__all__ = [
    "KINDS",
    "PREFIXES",
    "STEPS",
    "Amendment",
    "Approval",
    "Gap",
    "Header",
    "Kind",
    "Place",
    "Prefix",
    "Read",
    "RecordId",
    "RecordSet",
    "Role",
    "Sealed",
    "Stored",
    "approval_path",
    "as_data",
    "load_latest",
    "load_records",
    "parse_id",
    "parse_path",
    "path_of",
    "read_file",
    "record_path",
    "render",
    "substance",
    "write_again",
    "write_new",
]
