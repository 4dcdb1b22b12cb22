"""The words every stage shares: outcomes, subjects, rules, findings, runs.

Imports nothing of ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

Json = Any  # a JSON value: dict, list, str, int, float, bool or None


class Outcome(StrEnum):
    """What a rule says of a subject (spec §1.1); `waived` and `error` are laid on by the tool."""

    PASS = "pass"
    FAIL = "fail"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"
    WAIVED = "waived"
    ERROR = "error"


WORST_FIRST = (
    Outcome.ERROR,
    Outcome.FAIL,
    Outcome.UNKNOWN,
    Outcome.WAIVED,
    Outcome.PASS,
    Outcome.NOT_APPLICABLE,
)
"""Order of aggregation over a school or a district (spec §1.1), worst first."""


def worst(outcomes: list[Outcome]) -> Outcome:
    """The outcome of a group: the worst member; a group of nothing is an error, never clean."""
    return min(outcomes, key=WORST_FIRST.index, default=Outcome.ERROR)


class Severity(StrEnum):
    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"


class SubjectKind(StrEnum):
    """What a rule may be asked about."""

    RECORDER = "recorder"
    CAMERA = "camera"
    SITE = "site"
    WAIVER = "waiver"
    SCHOOL_RECORDS = "school_records"
    """A school's record keeping as a whole; only where there are records."""
    REPOSITORY = "repository"
    """The git repository that all records are in; only where there are records."""
    ACCESS_REQUEST = "access_request"
    AGENCY_REQUEST = "agency_request"
    REGISTER_ENTRY = "register_entry"
    KEPT_COPY = "kept_copy"
    LEGAL_HOLD = "legal_hold"
    INSPECTION = "inspection"
    FAULT_REPAIR = "fault_repair"
    CUSTODIAN_ROSTER = "custodian_roster"
    HANDOVER = "handover"
    INCIDENT = "incident"


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One sentence in both languages; zh-TW first."""

    zh: str
    en: str

    def get(self, lang: str) -> str:
        """The sentence in `lang` (`zh-TW` or `en`)."""
        return self.en if lang == "en" else self.zh


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One thing to judge: `facts` is the rule input's `subject` and `evidence` (see
    subjects.py).
    """

    kind: SubjectKind
    id: str
    site: str
    facts: Mapping[str, Json]
    source: str = ""
    """File the subject is declared in, relative to the district's repository."""
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One sentence a rule may answer, and what to do about it, in both languages."""

    text: Text
    fix: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of the catalogue, read from its METADATA (see catalog.py)."""

    id: str
    number: int
    title: Text
    clause: str
    basis: str
    """N stated in the document, V derived from it, S statute, O other jurisdictions (spec §2)."""
    classes: tuple[str, ...]
    """Check classes D, R, H, T (spec §1.2)."""
    severity: Severity
    subjects: tuple[SubjectKind, ...]
    needs: tuple[str, ...]
    """Facts without which the verdict is `unknown` (see facts.py)."""
    params: tuple[str, ...]
    """Parameters of the regulation pack that the rule reads."""
    reasons: Mapping[str, Reason]
    notes: Mapping[str, Text]
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRef:
    """Where one fact came from. `digest` is the SHA-256 of the state document's canonical JSON."""

    fact: str
    source: str
    door: str
    collected_at: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ParamUse:
    """A parameter as it was used, and who says so."""

    name: str
    value: Json
    pack: str
    effective_from: str
    confidence: str
    text_seen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """One thing a rule saw: a reason code of its METADATA and the values that fill its sentence."""

    code: str
    values: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiverUse:
    """The waiver that covers a finding."""

    id: str
    expires_on: str
    approved_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One cell of the rule × subject matrix."""

    rule: Rule
    subject: Subject
    outcome: Outcome
    raw_outcome: Outcome
    """Before waivers; equal to `outcome` when none applies."""
    causes: tuple[Cause, ...]
    """Why; for `fail` and `unknown` at least one, worst outcome's causes only."""
    notes: tuple[Cause, ...]
    params: tuple[ParamUse, ...]
    evidence: tuple[EvidenceRef, ...]
    waiver: WaiverUse | None = None
    fingerprint: str = ""
    """Stable over runs: SHA-256 of rule, subject and cause codes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Everything a report says; every format renders this and nothing else."""

    run_id: str
    as_of: datetime
    engine: str
    engine_version: str
    policy_digest: str
    pack: str
    pack_version: str
    pack_title: Text
    cautions: tuple[Text, ...]
    """What a reader must know beside the findings: texts not seen, rules not built, files
    unusable.
    """
    input_digest: str
    tool_version: str
    sites: Mapping[str, Text]
    findings: tuple[Finding, ...]

    def counts(self) -> dict[Outcome, int]:
        """How many cells ended how; every outcome is present, zeros too."""
        return {o: sum(f.outcome is o for f in self.findings) for o in Outcome}


SCHEMA = "cctv-policy/run/1"
