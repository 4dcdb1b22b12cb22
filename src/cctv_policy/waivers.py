"""Waivers (spec §3.11): who allowed which rule not to hold for which device, why, and until when.

One YAML file a waiver, `records/**/WVR-<ROC year>-<sequence>.yaml`. A waiver that is malformed,
expired, not yet begun, or for a rule that may never be waived covers nothing; rule W-waiver-valid
reports it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from cctv_policy.model import Json, Outcome, WaiverUse
from cctv_policy.periods import local_date
from cctv_policy.records.cases import Waiver
from cctv_policy.strictyaml import Fault, bind, parse

NEVER_WAIVED = frozenset(
    {
        "A6-request-kept",
        "A6-register-kept",
        "A6-destruction-procedure",
        "P-no-plaintext-pii",
        "P-encrypted-fields",
        "W-waiver-valid",
    }
)
"""Rules 44, 45, 47, 59 and 60 (spec §3.11); a waiver does not waive the check of waivers either."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiverFile:
    """One file: the waiver, or why it is none."""

    path: str
    waiver: Waiver | None
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Waivers:
    """All waivers of a district, and the day they are looked at."""

    files: tuple[WaiverFile, ...]
    today: date
    max_days: int
    approvals: tuple[str, ...]
    """Who must have approved an exception from rule 64 (parameter `approval_levels`)."""

    def covering(self, rule: str, subject: str, outcome: Outcome) -> WaiverUse | None:
        """The waiver in force for a finding that fails or is unknown, or None."""
        if outcome not in (Outcome.FAIL, Outcome.UNKNOWN) or rule in NEVER_WAIVED:
            return None
        for file in self.files:
            waiver = file.waiver
            if (
                waiver
                and waiver.rule_id == rule
                and subject in waiver.subjects
                and self.in_force(waiver)
            ):
                return WaiverUse(
                    id=waiver.id,
                    expires_on=waiver.expires_on.isoformat(),
                    approved_by=waiver.approved_by,
                )
        return None

    def in_force(self, waiver: Waiver) -> bool:
        """Whether it has begun, has not expired, and was approved in time and not for too long."""
        return (
            waiver.starts_on <= self.today <= waiver.expires_on
            and waiver.approved_on <= self.today
            and (waiver.expires_on - waiver.starts_on).days <= self.max_days
            and not self.missing_approvals(waiver)
        )

    def missing_approvals(self, waiver: Waiver) -> list[str]:
        """For rule 64: authorities that have not approved by today; empty for other rules."""
        if waiver.rule_id != VENDOR_RULE:
            return []
        given = {a.authority for a in waiver.external_approval if a.on <= self.today}
        return [authority for authority in self.approvals if authority not in given]


VENDOR_RULE = "C-banned-vendor"


def load(folder: Path, *, as_of: datetime, max_days: int, approvals: tuple[str, ...]) -> Waivers:
    """Read every waiver below `folder` (which need not exist).

    A bad file is kept with its faults.
    """
    files = (
        [_read(p, folder) for p in sorted(folder.rglob("WVR-*.yaml"))] if folder.is_dir() else []
    )
    return Waivers(
        files=tuple(files), today=local_date(as_of), max_days=max_days, approvals=approvals
    )


def _read(path: Path, folder: Path) -> WaiverFile:
    where = f"{folder.name}/{path.relative_to(folder).as_posix()}"
    try:
        document = parse(path.read_bytes(), path=where)
    except OSError as error:
        fault = Fault(path=where, line=0, code="unreadable", what=str(error.strerror))
        return WaiverFile(path=where, waiver=None, faults=(fault,))
    bound = document if isinstance(document, list) else bind(document, Waiver)
    if isinstance(bound, list):
        return WaiverFile(path=where, waiver=None, faults=tuple(bound))
    return WaiverFile(path=where, waiver=bound)


def waiver_fact(file: WaiverFile, waivers: Waivers) -> dict[str, Json]:
    """What rule W-waiver-valid compares: finished days and booleans, no personal data."""
    if file.waiver is None:
        return {
            "readable": False,
            "faults": [f"{f.path}:{f.line} {f.code} {f.key}" for f in file.faults],
        }
    waiver = file.waiver
    return {
        "readable": True,
        "rule_id": waiver.rule_id,
        "subjects": list(waiver.subjects),
        "never_waived": waiver.rule_id in NEVER_WAIVED,
        "wildcard": any("*" in subject for subject in waiver.subjects),
        "begun": waiver.starts_on <= waivers.today,
        "expired": waiver.expires_on < waivers.today,
        "expires_on": waiver.expires_on.isoformat(),
        "approved_late": waiver.approved_on > waiver.starts_on,
        "self_approved": waiver.approved_by == waiver.requested_by,
        "days": (waiver.expires_on - waiver.starts_on).days,
        "missing_approvals": waivers.missing_approvals(waiver),
    }
