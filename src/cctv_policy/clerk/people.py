"""三、四(二) 名冊與交接: `roster add|end`, `handover new`. A changed roster comes alone."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cctv_policy.clerk import choices, lists
from cctv_policy.clerk.action import Action, Part, Work, changed, split
from cctv_policy.clerk.answers import (
    Choice,
    Day,
    Digest,
    Free,
    Line,
    Moment,
    Options,
    Ref,
    WrongAnswer,
    YesNo,
)
from cctv_policy.clerk.office import TITLES, Office
from cctv_policy.clerk.question import Answers, ask
from cctv_policy.errors import ClerkError
from cctv_policy.model import Text
from cctv_policy.records import Read
from cctv_policy.records.sshsig import fingerprint_of_line

_FUNCTIONS: Options = tuple((name, title.zh) for name, title in TITLES.items())
_UNASKED: dict[str, Any] = {"optional": True, "asked": False}


class KeyFingerprint(Free):
    """A public key file, its one line, or the fingerprint itself."""

    def read(self, text: str, office: Office, so_far: Mapping[str, Any]) -> str:  # noqa: ARG002
        plain = text.strip()
        if re.fullmatch(r"SHA256:[A-Za-z0-9+/]{43}", plain):
            return plain
        try:
            line = plain if " " in plain else Path(plain).expanduser().read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            raise WrongAnswer("讀不到公鑰檔；也可輸入 SHA256:… 指紋 (no such key file)") from None
        found = fingerprint_of_line(line)
        if found is None:
            raise WrongAnswer(
                "不是 Ed25519 公鑰（ssh-ed25519 或 sk-ssh-ed25519） (not an Ed25519 key)"
            )
        return found

    def hint(self) -> str:
        return "公鑰檔（.pub）路徑或 SHA256:… 指紋"


def _next_person(office: Office, _: Answers) -> str:
    """The first person id after all that any school's roster here uses."""
    taken = [0]
    for path in (office.root / "records").glob("*/*/CUS-*.yaml"):
        found = re.search(r'^person: "P-([0-9]{4,6})"$', path.read_text("utf-8", "replace"), re.M)
        taken.append(int(found[1]) if found else 0)
    return f"P-{max(taken) + 1:04}"


_PERSON = Line(
    form=r"P-[0-9]{4,6}", said="人員代號格式為 P- 加 4 至 6 位數字 (P- and 4 to 6 digits)"
)
_ADD = (
    ask("person", "人員代號（同一人調職時沿用）", _PERSON, default=_next_person),
    ask("name", "姓名", Line(limit=80), secret=True),
    ask("title", "職稱", Line()),
    ask("office", "處室", Line()),
    ask("function", "職務", Choice(of=_FUNCTIONS), path="functions", many=True),
    ask("since", "到職日", Day(future=True), path="from", default=lists.TODAY),
    lists.person("deputy_of", "代理何人", optional=True),
    ask("key", "簽章公鑰", KeyFingerprint(), path="git_identity.key_fpr", optional=True),
    ask("undertaking_on", "保密切結簽署日", Day(), path="undertaking.signed_on"),
    ask("undertaking", "保密切結掃描檔", Digest(), path="undertaking.sha256"),
    ask("training_on", "教育訓練日", Day(), optional=True),
    ask(
        "employment",
        "身分",
        Choice(of=choices.EMPLOYMENTS),
        default=lists.fixed("school"),
    ),
)


def _add(work: Work) -> Sequence[Part]:
    data, clear = split(_ADD, work.answers)
    return [Part(id=work.take("CUS"), data=data, clear=clear)]


_END = (ask("until", "離職日（最後一日）", Day(future=True), path="to", default=lists.TODAY),)


def _not_ended(_: Office, read: Read) -> None:
    if "to" in read.data:
        raise ClerkError(f"{read.place.id} 已登記離職日，不可更改 (the entry has ended already)")


_ENTRIES: dict[str, Any] = {"many": True, "optional": True}
_HANDOVER = (
    lists.person("from_person", "移交人"),
    lists.person("to_person", "接收人"),
    ask("cause", "事由", Choice(of=choices.LEAVING), path="reason"),
    ask("effective_on", "交接日", Day(), default=lists.TODAY),
    ask("departed_on", "離職日", Day(future=True), default=lists.TODAY),
    ask("signed", "移交人是否簽署保密切結", YesNo(), path="-"),
    ask(
        "ack_on",
        "簽署日",
        Day(),
        path="confidentiality_ack.signed_on",
        when=lambda a: a.get("signed") is True,
        default=lists.TODAY,
    ),
    ask(
        "ack",
        "保密切結掃描檔",
        Digest(),
        path="confidentiality_ack.sha256",
        when=lambda a: a.get("signed") is True,
    ),
    ask(
        "notice_no",
        "拒簽通知文號",
        Line(),
        path="ack_refused.notice_no",
        when=lambda a: a.get("signed") is False,
    ),
    ask(
        "notice_on",
        "通知發出日",
        Day(),
        path="ack_refused.sent_on",
        when=lambda a: a.get("signed") is False,
    ),
    ask("key_item", "移交的鑰匙", Line(), path="items.keys", **_ENTRIES),
    ask("medium", "移交的媒體", Line(), path="items.media", **_ENTRIES),
    ask("kept_copy", "移交的留存複本", Ref(kinds=("KEP",)), path="items.kept_copies", **_ENTRIES),
    ask(
        "request", "未結的調閱案", Ref(kinds=("REQ", "AGY")), path="items.open_requests", **_ENTRIES
    ),
    ask("hold", "保全案", Ref(kinds=("HLD",)), path="items.holds", **_ENTRIES),
    ask("rotated", "已更換密碼的主機", lists.RECORDERS, path="-", **_ENTRIES),
    ask("disabled", "已停用其帳號的主機", lists.RECORDERS, path="-", **_ENTRIES),
    ask("account", "停用的帳號名稱", Line(), path="-", when=lambda a: bool(a.get("disabled"))),
    ask(
        "removed_at",
        "取消其金鑰保管的時間",
        Moment(),
        path="git_recipient_removed_at",
        default=lists.NOW,
    ),
    lists.person("witness", "監交人"),
)
_LISTS = ("keys", "media", "kept_copies", "open_requests", "holds")


def _handover(work: Work) -> Sequence[Part]:
    answers = work.answers
    data, _ = split(_HANDOVER, answers)
    items = {name: data.get("items", {}).get(name, []) for name in _LISTS}
    rotated = [{"device_id": d, "at": work.at} for d in answers.get("rotated", ())]
    data["items"] = items | {"passwords_rotated": rotated}
    data["accounts_disabled"] = [
        {"device_id": d, "account": answers["account"], "at": work.at}
        for d in answers.get("disabled", ())
    ]
    return [Part(id=work.take("HND"), data=data)]


ACTIONS = (
    Action(
        noun="roster",
        verb="add",
        title=Text(zh="名冊登錄一人一職", en="one person in one office"),
        questions=_ADD,
        make=_add,
    ),
    Action(
        noun="roster",
        verb="end",
        title=Text(zh="登記離職日", en="the last day in an office"),
        questions=_END,
        make=lambda work: [changed(work, {"to": work.answers["until"]})],
        about=("CUS",),
        ready=_not_ended,
    ),
    Action(
        noun="handover",
        verb="new",
        title=Text(zh="交接", en="a handover"),
        questions=_HANDOVER,
        make=_handover,
    ),
)
