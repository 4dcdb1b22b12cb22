"""五(二) 公務機關調閱: `agency new|decide|view|reply|close`. The principal approves first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cctv_policy.clerk import choices, lists
from cctv_policy.clerk.action import Action, Part, Work, changed, split, status_among
from cctv_policy.clerk.answers import Choice, Day, Digest, Line, Moment, Number, Paragraph, Span
from cctv_policy.clerk.office import Office
from cctv_policy.clerk.question import Answers, ask
from cctv_policy.clerk.sessions import SESSION, kept_of, register_line, status_after, viewing
from cctv_policy.errors import ClerkError
from cctv_policy.model import Text
from cctv_policy.records import Read
from cctv_policy.records.approval import Approval

_NO = "來文只能寫「依法」時請退請補正；須具體到條號"


def _lettered(answers: Answers) -> bool:
    return answers.get("letter_form") != "none"


_NEW = (
    ask("agency_name", "機關名稱", Line()),
    ask("agency_type", "機關類別", Choice(of=choices.AGENCY_TYPES)),
    ask("kind", "性質", Choice(of=choices.AGENCY_KINDS), default=lists.fixed("request")),
    ask("letter_form", "公文形式", Choice(of=choices.LETTER_FORMS)),
    ask("letter_no", "發文字號", Line(), when=_lettered),
    ask("letter_date", "發文日期", Day(), when=_lettered),
    ask("received_on", "收文日", Day(), default=lists.TODAY),
    ask("received_no", "收文字號", Line(), optional=True),
    ask("letter", "公文掃描檔", Digest(), path="letter_sha256", when=_lettered),
    ask("legal_basis", "法令依據", Line(least=4, help=_NO), when=_lettered),
    ask("purpose", "調閱目的", Paragraph(), secret=True),
    ask("use", "用途", Paragraph(), secret=True),
    ask("camera", "攝影機", lists.CAMERAS, path="-", many=True),
    ask("window", "時段", Span(), path="-", many=True),
    ask("access_mode", "調閱或複製", Choice(of=choices.ACCESS_MODES)),
    ask("officer_name", "機關承辦人", Line(limit=80), secret=True),
    ask("officer_badge", "職章號", Line(), secret=True, optional=True),
    ask("officer_phone", "機關承辦人電話", Line(), secret=True, optional=True),
)


def _new(work: Work) -> Sequence[Part]:
    data, clear = split(_NEW, work.answers)
    cameras, windows = work.answers["camera"], work.answers["window"]
    data["scope"] = [{"camera_id": camera, **window} for camera in cameras for window in windows]
    return [Part(id=work.take("AGY"), data={"status": "received", **data}, clear=clear)]


_DECIDE = (
    ask("result", "決定", Choice(of=choices.DECISIONS)),
    ask("reason", "理由", Paragraph(), secret=True, path="-"),
)


def _decide(work: Work) -> Sequence[Part]:
    assert work.before is not None  # noqa: S101
    approval = _principal(work.office, work.before)
    result = work.answers["result"]
    refused = result == "refuse"
    if refused == (approval.decision == "approve"):
        raise ClerkError(
            "決定與校長的簽核不一致 (not what the principal signed)",
            fix="校長駁回的選「不同意」，校長核准的選「同意」或「部分同意」",
        )
    decision = {"by": approval.person, "at": approval.at.isoformat(), "result": result}
    status = "refused" if refused else "consented"
    later = {"decision.reason": work.answers["reason"]}
    return [changed(work, {"status": status, "decision": decision}, later)]


def _principal(office: Office, read: Read) -> Approval:
    for approval in office.approvals(str(read.place.id)):
        if isinstance(approval.value, Approval):
            return approval.value
    raise ClerkError(
        f"{read.place.id} 校長尚未簽核 (the principal has not signed yet)",
        fix=f"cctv-policy approve {read.place.id}",
    )


_VIEW = (
    *SESSION,
    ask("copy_sha256", "交付複本的影像檔", Digest(), path="-", optional=True),
    ask(
        "copy_bytes",
        "複本大小（位元組）",
        Number(least=1),
        path="-",
        when=lambda a: "copy_sha256" in a,
    ),
    ask("media_id", "媒體編號", Line(), path="-", when=lambda a: "copy_sha256" in a),
    ask("handed_at", "交付時間", Moment(), path="-", when=lambda a: "copy_sha256" in a),
    ask("receipt", "簽收單掃描檔", Digest(), path="-", when=lambda a: "copy_sha256" in a),
    ask(
        "recipient",
        "領取人",
        Line(limit=80),
        path="-",
        secret=True,
        when=lambda a: "copy_sha256" in a,
    ),
    ask(
        "necessity",
        "複製必要理由",
        Paragraph(),
        path="-",
        secret=True,
        when=lambda a: "copy_sha256" in a,
    ),
)


def _view(work: Work) -> Sequence[Part]:
    before, answers = work.before, work.answers
    assert before is not None  # noqa: S101
    data, record = before.data, str(before.place.id)
    spans = [{"from": s["from"], "to": s["to"]} for s in data["scope"]]
    windows = answers.get("window") or [w for n, w in enumerate(spans) if w not in spans[:n]]
    cameras = answers.get("camera") or list(dict.fromkeys(s["camera_id"] for s in data["scope"]))
    copied = "copy_sha256" in answers
    action = "copy_agency" if copied else "view"
    line = register_line(work, record, cameras, windows, "agency", action)
    changes: dict[str, Any] = {
        "status": status_after(answers["result"], data["status"]),
        "viewing": [*data.get("viewing", ()), viewing(work, line.id)],
        "kept_copy": data.get("kept_copy") or kept_of(work.office, record),
    }
    later: dict[str, str] = {}
    if copied:
        changes["copy"] = {
            "sha256": answers["copy_sha256"],
            "bytes": answers["copy_bytes"],
            "media_id": answers["media_id"],
            "handed_at": answers["handed_at"],
            "receipt_sha256": answers["receipt"],
            "camera_ids": cameras,
            "windows": windows,
        }
        later = {"copy.recipient": answers["recipient"], "copy_necessity": answers["necessity"]}
    return [line, changed(work, changes, later)]


_REPLY = (
    ask("reply_no", "函覆字號", Line()),
    ask("reply_date", "函覆日期", Day(), default=lists.TODAY),
)
_CLOSE = (ask("closed_on", "結案日", Day(), default=lists.TODAY),)


def _obeyed(work: Work) -> Sequence[Part]:
    """A court's or prosecutor's order needs no consent (rule 34): it goes to `consented` first."""
    return [changed(work, {"status": "consented"})]


def _order_only(office: Office, read: Read) -> None:
    status_among("received", why="已處理")(office, read)
    if read.data.get("kind") != "compulsory_order":
        raise ClerkError(
            "只有法院或檢察官命令才不需校長同意 (orders of courts only)",
            fix="先請校長 cctv-policy approve，再 agency decide",
        )


ACTIONS = (
    Action(
        noun="agency",
        verb="new",
        title=Text(zh="登記機關來文", en="an agency's letter"),
        questions=_NEW,
        make=_new,
    ),
    Action(
        noun="agency",
        verb="decide",
        title=Text(zh="登記同意或不同意", en="the decision, after the principal approved"),
        questions=_DECIDE,
        make=_decide,
        about=("AGY",),
        ready=status_among("received", why="已有決定"),
    ),
    Action(
        noun="agency",
        verb="order",
        title=Text(zh="登記法院或檢察官命令", en="a compulsory order, which needs no consent"),
        questions=(),
        make=_obeyed,
        about=("AGY",),
        ready=_order_only,
    ),
    Action(
        noun="agency",
        verb="view",
        title=Text(zh="登記調閱或複製（寫入登記簿）", en="a session or a copy handed over"),
        questions=_VIEW,
        make=_view,
        about=("AGY",),
        ready=status_among(
            "consented", "viewed", why="校長同意後才可調閱（法院命令先以 agency order 登記）"
        ),
    ),
    Action(
        noun="agency",
        verb="reply",
        title=Text(zh="登記函覆", en="the letter of reply"),
        questions=_REPLY,
        make=lambda work: [changed(work, work.answers)],
        about=("AGY",),
    ),
    Action(
        noun="agency",
        verb="withdraw",
        title=Text(zh="機關撤回", en="the agency withdraws"),
        questions=(),
        make=lambda work: [changed(work, {"status": "withdrawn"})],
        about=("AGY",),
        ready=status_among("received", "consented", why="已無法撤回"),
    ),
    Action(
        noun="agency",
        verb="close",
        title=Text(zh="結案", en="close the case"),
        questions=_CLOSE,
        make=lambda work: [changed(work, {"status": "closed", **work.answers})],
        about=("AGY",),
        ready=status_among(
            "viewed", "not_found", "refused", "withdrawn", why="調閱完成、不同意或撤回後才可結案"
        ),
    ),
)
