"""A school with old records, really sealed, and a destruction on its way through the approvals."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from cctv_policy.records import load_records
from cctv_policy.retention import Purged, purge
from cctv_policy.retention.obstacles import School
from cctv_policy.sealing import Keystore, open_keystore
from tests.records.people import approval
from tests.records.repo import Repo
from tests.records.samples import SITE, header, sample
from tests.sealing.store import district, really_sealed

NOW = datetime.fromisoformat("2026-03-03T14:00:00+08:00")
MORNING = "2026-03-03T09:00:00+08:00"
WINDOW = {"from": "2025-01-10T10:00+08:00", "to": "2025-01-10T10:30+08:00"}
DST = "DST-115-0001"
BATCH = "2026-01-1"
WITNESSES = ("P-0001", "P-0002")


def old_request(number: int = 1, **changes: Any) -> dict[str, Any]:
    """A request of January 2025, closed on 2025-02-10: it must exist through 2026-02-10."""
    data = sample("REQ") | header(f"REQ-114-{number:04}", "2025-01-13T09:00:00+08:00")
    data |= {
        "status": "closed",
        "applied_on": "2025-01-13",
        "windows": [WINDOW],
        "id_checksum_ok": {"ok": True, "by": "P-0001", "at": "2025-01-13T09:00+08:00"},
        "notice_accepted": data["notice_accepted"] | {"at": "2025-01-13T08:55+08:00"},
        "applicant_signed": {"at": "2025-01-13T08:56+08:00", "method": "digital"},
        "closed_on": "2025-02-10",
    }
    return data | changes


def old_line(**changes: Any) -> dict[str, Any]:
    """A register line of the request's viewing, January 2025."""
    data = sample("REG") | header("REG-114-0001", "2025-01-20T10:00:00+08:00")
    return (
        data
        | {
            "session_start": "2025-01-20T09:00+08:00",
            "session_end": "2025-01-20T09:20+08:00",
            "entered_at": "2025-01-20T10:00+08:00",
            "source": "REQ-114-0001",
            "windows": [WINDOW],
        }
        | changes
    )


def destruction(*targets: str, **changes: Any) -> dict[str, Any]:
    wanted = list(targets or ("REQ-114-0001", "REG-114-0001"))
    data = sample("DST", targets=wanted, eligible_from="2026-02-11", done_on=None)
    return data | {"approved_on": "2026-03-02"} | changes


class Office:
    """The district of one test."""

    def __init__(self, folder: Path, *more: dict[str, Any], approve: bool = True, **dst: Any):
        self.folder = folder
        self.keystore: Keystore
        self.repo: Repo
        self.keystore, self.repo = district(folder, old_request(), old_line())
        self.add(*more)
        self.propose(destruction(**dst) if "targets" not in dst else destruction() | dst)
        if approve:
            self.approve()

    def add(self, *records: dict[str, Any]) -> None:
        self.repo.put(*(really_sealed(self.keystore, r) for r in records))
        self.repo.commit("more", at=MORNING)

    def propose(self, record: dict[str, Any]) -> None:
        self.repo.put(record)
        self.repo.commit(str(record["id"]), at=MORNING)

    def approve(self, record_id: str = DST) -> None:
        for role, person, hour in (("principal", "P-0003", 9), ("district", "P-0009", 10)):
            at = f"2026-03-03T{hour:02}:00:00+08:00"
            path, data = approval(self.repo.folder, role, person, at=at, record_id=record_id)
            self.repo.write(path, data)
        self.repo.commit(record_id, at=MORNING)

    def school(self, now: datetime = NOW) -> School:
        root = self.repo.folder
        return School(
            records=load_records(root), site=SITE, root=root, today=now.date(), minimums={}
        )

    def purge(self, record_id: str = DST, now: datetime = NOW) -> Purged:
        return purge(self.keystore, self.school(now), record_id, witnesses=WITNESSES, now=now)

    def listing(self) -> list[list[str]]:
        """Every key file on each replica, without journals."""
        return [r.names("wraps") + r.names("periods") for r in self.keystore.replicas]

    def keys_of(self, record_id: str) -> list[int]:
        """How many keys of a record each replica has."""
        return [
            sum(1 for w in self.keystore.wraps(r, SITE) if w.record_id == record_id)
            for r in self.keystore.replicas
        ]


def reopened(folder: Path) -> Office:
    """The office of a copied folder."""
    office = object.__new__(Office)
    office.folder, office.keystore = folder, open_keystore(folder / "district")
    office.repo = object.__new__(Repo)
    office.repo.folder = folder / "district"
    return office
