"""`approve`: one person says yes or no to a record, with a signature that anybody can verify.

Everything that the hook will ask later is asked here first, before and after signing; a refusal is
told in zh-TW with what to do. The roster of what was accepted decides, never that of the change.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from cctv_policy.clerk import gitwork
from cctv_policy.clerk.action import next_version
from cctv_policy.clerk.draft import Draft
from cctv_policy.clerk.lock import locked
from cctv_policy.clerk.office import TITLES, Office
from cctv_policy.clerk.run import Done, draft_of
from cctv_policy.clerk.strongbox import Strongbox
from cctv_policy.clerk.words import fault_words
from cctv_policy.clerk.write import desk_folder, recover, write_all
from cctv_policy.errors import ClerkError, RecordError
from cctv_policy.records import Approval, Read, Role, approval_path, parse_path, read_file, render
from cctv_policy.records.chain import Chain, File, Roster, payload, signed, verify_chain
from cctv_policy.records.digest import substance_sha256
from cctv_policy.records.ids import ROOT
from cctv_policy.records.people import RosterEntry
from cctv_policy.records.sshsig import sign_with_agent
from cctv_policy.strictyaml import Fault

_UNSIGNED = "AAAA"
_FIXES = {
    "wrong_role": "由名冊中當日具該職務者核准；代理人請加 --acting-for 被代理人代號",
    "no_deputy": "先由校長與教育局核准名冊，登錄代理關係（roster add）",
    "self_approval": "改由代理人核准（--acting-for）",
    "approval_missing": "先由前一關核准；若已核准，先取得同事的最新紀錄：git pull",
    "approval_order": "核准時間早於前一關：請校正電腦時間",
    "approval_closed": "已駁回的申請不能再核准；請另案申請",
    "wrong_step": "這類紀錄不需要這一關核准",
    "unknown_key": "名冊沒有登錄這把金鑰；以 ssh-keygen -lf 公鑰檔 核對，或更新名冊",
    "wrong_person": "請用自己的金鑰（--key），並確認 --as 是自己的代號",
    "key_expired": "這把金鑰的主人當日不在職；由現職人員核准",
    "future_time": "請校正電腦時間",
    "late_receipt": "簽署日距今超過七日；請重新核准",
    "signature_key_type": "只接受 Ed25519 金鑰：ssh-keygen -t ed25519（或 ed25519-sk 實體金鑰）",
    "signature_presence": "簽署時請觸碰實體金鑰",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """What is to be said, and how it is signed."""

    role: Role | None = None
    """None: the step that is due."""
    decision: Literal["approve", "reject"] = "approve"
    acting_for: str | None = None
    key: Path
    reason: str | None = None
    """准駁理由, sealed; needed for a rejection."""
    paper: str | None = None
    """SHA-256 of the signed sheet's scan: the office's person attests it."""
    person: str | None = None
    """On paper: who signed the sheet."""
    at: datetime | None = None
    """On paper: when."""


def approve(office: Office, record_id: str, say: Say, box: Strongbox) -> Done:
    """Write the approval, and the status that follows from it; ClerkError, and nothing is."""
    with locked(desk_folder(office) / "clerk.lock"):
        recover(office)
        record = office.read(record_id)
        earlier = office.approvals(record_id)
        role = say.role or due(record, earlier)
        approval = _unsigned(office, record, earlier, role, say)
        roster = accepted_roster(office)
        _look(office, record, earlier, approval, roster, before_signing=True)
        approval = signed(approval, _signature(say.key, payload(approval)))
        chain = _look(office, record, earlier, approval, roster, before_signing=False)
        drafts = [_file(approval), *_follows(office, record, chain, say, box)]
        paths = write_all(office, drafts)
    return Done(ids=(record_id,), paths=(*paths, *box.made), notes=(_said(record, role, chain),))


def due(record: Read, earlier: Sequence[Read]) -> Role:
    """The next step of the record's chain; ClerkError if there is none."""
    given = {read.place.role for read in earlier}
    for role in record.kind.chain:
        if role not in given:
            return role
    what = "這類紀錄不需要核准" if not record.kind.chain else "每一關都已核准"
    raise ClerkError(f"{record.place.id}：{what}")


def _unsigned(
    office: Office, record: Read, earlier: Sequence[Read], role: Role, say: Say
) -> Approval:
    place = record.place
    if any(read.place.role == role for read in earlier):
        what = f"{place.id} 的這一關（{TITLES[f'approve_{role}'].zh}）已經簽過，核准檔不可更改"
        raise ClerkError(what)
    status = record.data.get("status")
    if status not in (None, "submitted", "received"):
        raise ClerkError(f"{place.id} 已不在簽核階段（{status}）")
    if say.decision == "reject" and place.id.prefix == "REQ" and not say.reason:
        raise ClerkError(
            "駁回須敘明理由 (a rejection needs a reason)",
            fix="互動輸入，或以 --from 檔案提供 reason",
        )
    paper = say.paper is not None
    at = (say.at if paper and say.at else office.now).replace(microsecond=0)
    return Approval(
        schema_version="1",
        id=str(place.id),
        site_id=place.site,
        role=role,
        person=(say.person if paper and say.person else office.person),
        acting_for=say.acting_for,
        decision=say.decision,
        at=at,
        method="paper" if paper else "digital",
        scan_sha256=say.paper,
        attested_by=office.person if paper else None,
        request_sha256=substance_sha256(record.kind, record.data),
        prev=tuple(read.sha256 for read in earlier),
        signature=_UNSIGNED,
    )


def accepted_roster(office: Office) -> Roster:
    """The roster of the accepted revision; of this folder where nothing was accepted yet."""
    repository = office.repository
    rev = gitwork.accepted(office.root) if repository else None
    if repository is None or rev is None:
        return Roster(entries=tuple(office.roster))
    paths = {
        entry.oid: entry.path
        for entry in repository.tree(repository.resolve(rev), ROOT)
        if (place := parse_path(entry.path)) and place.role is None and place.id.prefix == "CUS"
    }
    found = []
    for oid, data in repository.blobs(paths):
        place = parse_path(paths[oid])
        if data is not None and place is not None:
            value = read_file(data, path=paths[oid], place=place).value
            if isinstance(value, RosterEntry):
                found.append(value)
    return Roster(entries=tuple(found))


def _look(
    office: Office,
    record: Read,
    earlier: Sequence[Read],
    approval: Approval,
    roster: Roster,
    *,
    before_signing: bool,
) -> Chain:
    """The chain with the new approval; ClerkError if the hook would not count it."""
    draft = _file(approval)
    received = {draft.path: office.now}
    files = [_of(read) for read in (*earlier, draft.read)]
    chain = verify_chain(_of(record), files, roster, record.kind, received=received)
    own = [f for step in chain.steps if step.approval.role == approval.role for f in step.faults]
    if before_signing:
        own = [fault for fault in own if fault.key != "signature"]
    if own:
        what = f"{record.place.id}：這個核准不會被接受，未寫入任何檔案"
        raise ClerkError(what, details=[_explained(office, fault, approval) for fault in own])
    return chain


def _explained(office: Office, fault: Fault, approval: Approval) -> str:
    who = approval.acting_for or approval.person
    title = office.title_of(who) or "名冊中無此人"
    said = fault_words(fault.code, what=fault.what)
    fix = _FIXES.get(fault.code, "")
    return f"{said}：{who}（{title}）" + (f"\n    → {fix}" if fix else "")


def _signature(key: Path, message: bytes) -> str:
    try:
        return sign_with_agent(key, message)
    except RecordError as error:
        fix = "確認金鑰檔、通行碼與權限；實體金鑰閃爍時請觸碰"
        raise ClerkError(
            "ssh-keygen 未完成簽署 (ssh-keygen did not sign)", where=error.where, fix=fix
        ) from None


def _file(approval: Approval) -> Draft:
    path = approval_path(approval.id, approval.site_id, approval.role)
    place = parse_path(path)
    assert place is not None  # noqa: S101 - made by approval_path
    data = render(approval).encode()
    return Draft(path=path, data=data, read=read_file(data, path=path, place=place))


def _of(read: Read) -> File:
    return File(
        path=read.path, place=read.place, sha256=read.sha256, data=read.data, value=read.value
    )


def _follows(office: Office, record: Read, chain: Chain, say: Say, box: Strongbox) -> list[Draft]:
    """A request's next version, when its last approval or a rejection decides it."""
    if record.place.id.prefix != "REQ":
        return []
    if chain.rejected:
        later = {"decision_reason": say.reason or ""}
        return [draft_of(office, next_version(record, {"status": "rejected"}, later), box)]
    if chain.complete:
        return [draft_of(office, next_version(record, {"status": "approved"}), box)]
    return []


def _said(record: Read, role: Role, chain: Chain) -> str:
    title = TITLES[f"approve_{role}"].zh
    if chain.rejected:
        return f"{record.place.id}：{title}駁回，申請已登記為駁回"
    if chain.complete:
        return f"{record.place.id}：{title}完成，全部核准"
    return f"{record.place.id}：{title}完成"
