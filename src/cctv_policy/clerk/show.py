"""One record for one person's eyes; what was sealed is opened in memory and never written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cctv_policy.clerk import choices
from cctv_policy.clerk.office import TITLES, Office
from cctv_policy.clerk.registry import ACTIONS
from cctv_policy.clerk.strongbox import Strongbox
from cctv_policy.records import Read
from cctv_policy.records.approval import Approval
from cctv_policy.records.common import Header
from cctv_policy.records.style import styled
from cctv_policy.strictyaml import dump

_BLOCKS = ("sealed", "sealed_later")


def shown(office: Office, record_id: str, box: Strongbox | None) -> str:
    """The record as text. Without a box its clear part only, and what is sealed by name."""
    read = office.read(record_id)
    assert isinstance(read.value, Header)  # noqa: S101 - office.read made sure
    clear = {k: v for k, v in read.data.items() if k not in _BLOCKS}
    lines = [f"# {read.kind.title.zh} {record_id}（{office.school.name.zh}）"]
    status = read.data.get("status")
    if status:
        lines.append(f"# 狀態：{choices.STATUSES.get(str(status), str(status))}")
    lines += [dump(styled(clear, read.value)).rstrip("\n"), *_sealed(read, read.value, box)]
    return "\n".join([*lines, *_approvals(office, record_id), ""])


def _sealed(read: Read, record: Header, box: Strongbox | None) -> Iterator[str]:
    names = labels(read.kind.prefix)
    if box is not None:
        opened = box.open(record)
        if opened:
            yield "# 個人資料（僅顯示於此畫面）"
        for name, secret in opened.items():
            yield f"{names.get(name, name)}：{secret.reveal()}"
        return
    for block in _BLOCKS:
        value = getattr(record, block, None)
        for name in value.fields if value else ():
            yield f"{names.get(name, name)}：（已加密）"


def _approvals(office: Office, record_id: str) -> Iterator[str]:
    for read in office.approvals(record_id):
        if isinstance(read.value, Approval):
            a = read.value
            word = "核准" if a.decision == "approve" else "駁回"
            paper = "紙本 " if a.method == "paper" else ""
            deputy = f" 代理 {a.acting_for}" if a.acting_for else ""
            role = TITLES[f"approve_{a.role}"].zh.removesuffix("核准")
            yield f"# {role}：{paper}{word} {a.person}{deputy} {a.at:%Y-%m-%d %H:%M}"


def labels(prefix: str) -> Mapping[str, str]:
    """✱ field → its label on the paper form or the prompt."""
    found: dict[str, str] = {}
    for action in ACTIONS:
        for question in action.questions:
            if question.secret:
                found.setdefault(question.path or question.name, question.label)
    later = {"decision_reason": "准駁理由", "outcome.remarks": "結果備註"}
    return {**found, **later} if prefix == "REQ" else found
