"""The chain of approvals of one record: who signed what, with whose key, in which office, when.

A valid signature is not an approval yet. The key must be that of the person the file names, on
that day, in the roster that was accepted *before* (五(一), spec rule 29; measured: stock
verification accepts a leaver's key on a backdated commit).
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cctv_policy.model import Text
from cctv_policy.periods import local_date
from cctv_policy.records.access import AccessRequest
from cctv_policy.records.approval import Approval
from cctv_policy.records.digest import substance_sha256
from cctv_policy.records.folder import Stored
from cctv_policy.records.ids import STEPS, Place
from cctv_policy.records.kinds import Kind
from cctv_policy.records.load import RecordSet
from cctv_policy.records.people import RosterEntry
from cctv_policy.records.sshsig import SignatureRefused, verify
from cctv_policy.strictyaml import Fault, register

register(
    {
        "approval_missing": Text(zh="缺少應有的核准", en="an approval is missing"),
        "approval_order": Text(zh="核准順序或時間不符", en="approvals out of order"),
        "approval_closed": Text(zh="駁回後不可再核准", en="an approval after a rejection"),
        "wrong_step": Text(zh="此類紀錄無此核准階段", en="this kind of record has no such step"),
        "wrong_role": Text(zh="當日不具該職務", en="did not hold that office on that day"),
        "wrong_person": Text(zh="金鑰屬於他人", en="the key is another person's"),
        "unknown_key": Text(zh="名冊中無此金鑰", en="the key is not in the roster"),
        "key_expired": Text(zh="金鑰當日無效(已離職或未到職)", en="the key was not valid then"),
        "no_deputy": Text(zh="代理未登錄於名冊", en="no such deputy in the roster"),
        "self_approval": Text(zh="申請人不得自行核准", en="the applicant approves"),
        "future_time": Text(zh="時間在未來", en="a time in the future"),
        "late_receipt": Text(
            zh="簽署時間與收到時間相差過大", en="signed too long before it was received"
        ),
        "signature_malformed": Text(zh="簽章格式錯誤", en="not an SSH signature"),
        "signature_trailing": Text(zh="簽章後有多餘資料", en="data after the signature"),
        "signature_namespace": Text(zh="簽章用途不符", en="signed for another purpose (namespace)"),
        "signature_hash": Text(zh="簽章雜湊演算法不符", en="another hash algorithm than SHA-512"),
        "signature_key_type": Text(zh="不接受此種金鑰", en="only Ed25519 keys are accepted"),
        "signature_certificate": Text(zh="不接受憑證金鑰", en="certificate keys are not accepted"),
        "signature_presence": Text(
            zh="硬體金鑰未經觸碰確認", en="the hardware key was not touched"
        ),
        "signature_mismatch": Text(zh="簽章與內容不符", en="not what was signed"),
    },
    {
        "approval_missing": "ask who has not approved yet: `cctv-policy approve`",
        "approval_order": "ask for the approvals anew, in the order of their steps",
        "approval_closed": "a rejected request ends; make a new one",
        "wrong_step": "remove that file; this kind is approved by others",
        "wrong_role": "let whoever holds the office in the roster (CUS) approve",
        "wrong_person": "sign with the own key, as the roster (CUS) names it",
        "unknown_key": "enter the key in the roster (CUS) first, in a change of its own",
        "key_expired": "let somebody approve who is in the roster (CUS) today",
        "no_deputy": "enter `deputy_of` in the roster (CUS) first, in a change of its own",
        "self_approval": "let the deputy approve (`acting_for`)",
        "future_time": "set the clock of that computer and sign again",
        "late_receipt": "sign again and push within seven days",
        "signature_malformed": "sign again with `cctv-policy approve`",
        "signature_trailing": "sign again with `cctv-policy approve`",
        "signature_namespace": "sign again with `cctv-policy approve`",
        "signature_hash": "sign again with `cctv-policy approve`",
        "signature_key_type": "sign with an Ed25519 key: `ssh-keygen -t ed25519`",
        "signature_certificate": "sign with the key itself, not with its certificate",
        "signature_presence": "sign again and touch the key when it blinks",
        "signature_mismatch": "take the change back, or ask for the approvals anew",
    },
)

RECEIPT_DAYS = 7
"""How long before its first receipt an approval may have been signed."""
_SKEW = dt.timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """Who held which office with which key, as far as it was accepted."""

    entries: tuple[RosterEntry, ...] = ()

    def of(self, person: str, site: str, day: dt.date) -> list[RosterEntry]:
        """The entries of a person that hold at a school on a day."""
        return [e for e in self.entries if e.person == person and _serves(e, site) and _on(e, day)]

    def holds(self, person: str, function: str, site: str, day: dt.date) -> bool:
        """Whether a person had that function there on that day."""
        return any(function in e.functions for e in self.of(person, site, day))

    def owners(self, key: str) -> list[RosterEntry]:
        """Every entry with this key, of any time."""
        return [e for e in self.entries if e.git_identity and e.git_identity.key_fpr == key]


def _serves(entry: RosterEntry, site: str) -> bool:
    """An entry counts at its own school; the district's approvers count everywhere."""
    return entry.site_id == site or "approve_district" in entry.functions


def _on(entry: RosterEntry, day: dt.date) -> bool:
    return entry.from_ <= day and (entry.to is None or day <= entry.to)


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One file as the chain needs it."""

    path: str
    place: Place
    sha256: str
    data: Mapping[str, Any]
    value: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One approval and what speaks against it."""

    approval: Approval
    key: str | None
    """Fingerprint; None if the signature does not verify."""
    faults: tuple[Fault, ...]

    @property
    def counts(self) -> bool:
        return not self.faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """All approvals of one record."""

    steps: tuple[Step, ...]
    complete: bool
    """Every step of the kind approved, and every one counts."""
    rejected: bool
    """A rejection that counts."""

    @property
    def faults(self) -> tuple[Fault, ...]:
        return tuple(fault for step in self.steps for fault in step.faults)


def canonical(value: Any) -> bytes:
    """The one JSON of a value: sorted keys, no spaces, UTF-8."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def payload(approval: Approval) -> bytes:
    """What is signed: everything in the approval but the signature."""
    return canonical(
        {
            "v": 1,
            "id": approval.id,
            "site": approval.site_id,
            "role": approval.role,
            "person": approval.person,
            "acting_for": approval.acting_for,
            "decision": approval.decision,
            "at": approval.at.isoformat(),
            "method": approval.method,
            "scan_sha256": approval.scan_sha256,
            "attested_by": approval.attested_by,
            "request": approval.request_sha256,
            "prev": list(approval.prev),
        }
    )


def verify_chain(
    record: File,
    approvals: Sequence[File],
    roster: Roster,
    kind: Kind,
    *,
    received: Mapping[str, dt.datetime] | None = None,
) -> Chain:
    """Judge the approvals of a record against a roster.

    `received` gives, by path, when an approval came in for the first time; only those are held
    against the clock. Files that could not be read at all are left to their own faults.
    """
    digest = substance_sha256(kind, record.data)
    applicant = record.value.applicant if isinstance(record.value, AccessRequest) else None
    steps: list[Step] = []
    earlier: list[File] = []
    for file in sorted(approvals, key=lambda f: STEPS[f.place.role or "officer"]):
        if isinstance(file.value, Approval):
            judge = _Judge(file, file.value, roster)
            judge.binding(digest, [f.sha256 for f in earlier])
            judge.order(kind, steps)
            judge.office(applicant)
            judge.signature((received or {}).get(file.path))
            steps.append(Step(approval=file.value, key=judge.key, faults=tuple(judge.faults)))
        earlier.append(file)
    good = {s.approval.role: s.approval.decision for s in steps if s.counts}
    complete = bool(kind.chain) and all(good.get(role) == "approve" for role in kind.chain)
    return Chain(steps=tuple(steps), complete=complete, rejected="reject" in good.values())


def chains_of(
    records: RecordSet, keys: Collection[tuple[str, str]] | None = None
) -> dict[tuple[str, str], Chain]:
    """(school, id) → chain of every record whose kind takes approvals, or of those in `keys`.

    The roster is the one that is accepted by now and no clock of receipt is known, so this shows
    less than `check_change` did when the approvals came in.
    """
    entries = (s.value for s in records.of("CUS"))
    roster = Roster(entries=tuple(e for e in entries if isinstance(e, RosterEntry)))
    found: dict[tuple[str, str], Chain] = {}
    for key in records.records if keys is None else keys:
        stored = records.records.get(key)
        if stored and stored.kind.chain:
            approvals = [_file_of(a) for a in records.approvals.get(key, ())]
            found[key] = verify_chain(_file_of(stored), approvals, roster, stored.kind)
    return found


def _file_of(stored: Stored) -> File:
    return File(
        path=stored.path,
        place=stored.place,
        sha256=stored.sha256,
        data=stored.data,
        value=stored.value,
    )


class _Judge:
    """What speaks against one approval."""

    def __init__(self, file: File, approval: Approval, roster: Roster) -> None:
        self.file, self.approval, self.roster = file, approval, roster
        self.day = local_date(approval.at)
        self.key: str | None = None
        self.faults: list[Fault] = []

    def add(self, code: str, what: str = "", key: str = "", fix: str = "") -> None:
        fault = Fault(path=self.file.path, line=0, code=code, key=key, what=what, fix=fix)
        self.faults.append(fault)

    def binding(self, digest: str, earlier: Sequence[str]) -> None:
        """Whether it is about this record as it is, and after these approvals."""
        place = self.file.place
        if (self.approval.id, self.approval.site_id) != (str(place.id), place.site):
            self.add("signature_mismatch", "it was signed for another record", "id")
        if self.approval.request_sha256 != digest:
            what = "the record is not what was signed (changed, or sealed anew)"
            self.add("signature_mismatch", what, "request_sha256", "ask for new approvals")
        if list(self.approval.prev) != list(earlier):
            what = "the earlier approvals are not those that were signed upon"
            self.add("signature_mismatch", what, "prev")

    def order(self, kind: Kind, steps: Sequence[Step]) -> None:
        role = self.approval.role
        if role not in kind.chain:
            self.add("wrong_step", f"steps here: {', '.join(kind.chain) or 'none'}", "role")
            return
        before = kind.chain[: kind.chain.index(role)]
        given = {s.approval.role for s in steps}
        for missing in (r for r in before if r not in given):
            self.add("approval_missing", f"`{missing}` comes before `{role}`", "role")
        if any(s.approval.at > self.approval.at for s in steps):
            self.add("approval_order", "earlier than the step before it", "at")
        if any(s.approval.decision == "reject" for s in steps):
            self.add("approval_closed", key="decision")

    def office(self, applicant: str | None) -> None:
        a = self.approval
        holder = a.acting_for or a.person
        if not self.roster.holds(holder, f"approve_{a.role}", a.site_id, self.day):
            key = "acting_for" if a.acting_for else "person"
            self.add("wrong_role", f"nobody of that id was `{a.role}` on {self.day}", key)
        if a.acting_for:
            entries = self.roster.of(a.person, a.site_id, self.day)
            if not any(e.deputy_of == a.acting_for for e in entries):
                self.add("no_deputy", key="acting_for")
        if applicant is not None and applicant in (a.person, a.attested_by):
            self.add("self_approval", key="person")

    def signature(self, received: dt.datetime | None) -> None:
        a = self.approval
        try:
            self.key = verify(a.signature, payload(a)).fingerprint
        except SignatureRefused as refused:
            self.add(refused.code, key="signature")
            return
        signer = a.attested_by or a.person
        owners = self.roster.owners(self.key)
        mine = [e for e in owners if e.person == signer and _serves(e, a.site_id)]
        if not owners:
            self.add("unknown_key", key="signature", fix="the roster (CUS) names who may sign")
        elif not mine:
            self.add("wrong_person", key="signature")
        elif not any(_on(e, self.day) for e in mine):
            self.add("key_expired", f"not valid on {self.day}", "signature")
        elif a.attested_by and not self.roster.holds(signer, "manage", a.site_id, self.day):
            self.add("wrong_role", "only a custodian attests paper", "attested_by")
        if received is not None:
            self.clock(received, mine)

    def clock(self, received: dt.datetime, mine: Iterable[RosterEntry]) -> None:
        """Dates are judged when the approval comes in: a leaver cannot sign for earlier days."""
        at = self.approval.at
        if at > received + _SKEW:
            self.add("future_time", key="at")
        old = received - at > dt.timedelta(days=RECEIPT_DAYS)
        if old and self.approval.method == "digital":
            self.add("late_receipt", f"more than {RECEIPT_DAYS} days before it came in", "at")
        today = local_date(received)
        entries = list(mine)
        if entries and not any(_on(e, today) for e in entries):
            self.add("key_expired", f"no longer valid on {today}, when it came in", "signature")


def signed(approval: Approval, signature: str) -> Approval:
    """The approval with its signature, ready to be written."""
    return replace(approval, signature=signature)
