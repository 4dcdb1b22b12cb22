"""五(一) 調閱申請: `request new|view|withdraw|close`. Approving is in approve.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from cctv_policy.clerk import choices, lists
from cctv_policy.clerk.action import Action, Part, Work, changed, split, status_among
from cctv_policy.clerk.answers import (
    Choice,
    Day,
    Digest,
    IdNumber,
    Line,
    Moment,
    Number,
    Paragraph,
    Phone,
    Ref,
    Span,
    YesNo,
)
from cctv_policy.clerk.notice import notes_sha256
from cctv_policy.clerk.question import Answers, ask
from cctv_policy.clerk.sessions import SESSION, kept_of, register_line, status_after, viewing
from cctv_policy.model import Text
from cctv_policy.records.access import AccessRequest

LONG = timedelta(hours=24)
"""Longer spans want a reason (rule 28; the pack's `max_window_hours` judges)."""


def _represented(answers: Answers) -> bool:
    return answers.get("applicant_category") in ("guardian", "legal_representative")


def _on_roster(answers: Answers) -> bool:
    return answers.get("applicant_category") in ("teacher", "staff", "worker")


def _not_self(answers: Answers) -> bool:
    return answers.get("relation_to_subject") != "self"


def _other(answers: Answers) -> bool:
    return answers.get("relation_to_subject") == "other"


def _on_paper(answers: Answers) -> bool:
    return answers.get("signature") == "paper"


def _any_long(answers: Answers) -> bool:
    return any(_long(window) for window in answers.get("window", ()))


def _long(window: Mapping[str, str]) -> bool:
    start, end = (datetime.fromisoformat(window[k]) for k in ("from", "to"))
    return end - start > LONG


_UNASKED: dict[str, Any] = {"optional": True, "asked": False}
_NEW = (
    ask("applicant_category", "申請人身分", Choice(of=choices.CATEGORIES)),
    ask("applicant_name", "申請人", Line(limit=80), secret=True),
    lists.person("applicant", "申請人的人員代號（在名冊中才填）", when=_on_roster, optional=True),
    ask("applied_on", "申請日期", Day(), default=lists.TODAY),
    ask("id_kind", "證號種類", Choice(of=choices.ID_KINDS), default=lists.fixed("national")),
    ask("id_number", "身分證號", IdNumber(), secret=True),
    ask("phone", "聯絡電話", Phone(), secret=True),
    ask(
        "relation_to_subject",
        "與當事人關係",
        Choice(of=choices.RELATIONS),
        default=lists.fixed("self"),
    ),
    ask("relation_detail", "關係說明", Line(), secret=True, when=_other),
    ask("subject_ref", "當事人", Line(limit=80), secret=True, when=_not_self),
    ask(
        "proof_type",
        "代理關係證明文件",
        Choice(of=choices.PROOFS),
        path="representation.proof_type",
        when=_represented,
    ),
    lists.person(
        "verified_by",
        "證明文件查驗人",
        path="representation.verified_by",
        when=_represented,
        default=lists.me,
    ),
    ask(
        "verified_on",
        "查驗日期",
        Day(),
        path="representation.verified_on",
        when=_represented,
        default=lists.TODAY,
    ),
    ask(
        "custody_checked",
        "是否已查證親權（監護權）",
        YesNo(),
        path="representation.custody_checked",
        when=_represented,
    ),
    ask("requesting_unit", "調閱單位", Line(help="班級或處室，勿填姓名")),
    ask("camera", "攝影機地點", lists.CAMERA_PLACES, path="cameras", many=True),
    ask("window", "調閱監視畫面時段", Span(), path="windows", many=True),
    ask(
        "justification",
        "時段超過24小時的理由",
        Line(least=4),
        path="-",
        secret=True,
        when=_any_long,
    ),
    ask("incident_on", "事件發生或知悉日", Day(), **_UNASKED),
    ask("reason", "申請事由", Paragraph(least=10, help="敘明涉及的個人權益"), secret=True),
    ask("necessity_confirmed", "是否為維護個人權益所必要", YesNo(), path="-"),
    ask("notice_accepted", "申請人是否已閱讀附註並了解個資告知事項", YesNo(), path="-"),
    ask(
        "signature",
        "申請人簽章方式",
        Choice(of=choices.METHODS),
        path="applicant_signed.method",
        default=lists.fixed("paper"),
    ),
    ask("signed_at", "申請人簽章時間", Moment(), path="applicant_signed.at", default=lists.NOW),
    ask("scan", "已簽申請單掃描檔", Digest(), path="applicant_signed.scan_sha256", when=_on_paper),
    ask("art10", "依個資法第10條請求", YesNo(), path="art10.claimed", **_UNASKED),
)


def _new(work: Work) -> Sequence[Part]:
    answers = work.answers
    data, clear = split(_NEW, answers)
    me = work.office.person
    if "art10" in data:
        data["art10"]["received_on"] = data["applied_on"]
    if "justification" in answers:
        for n, window in enumerate(answers["window"]):
            if _long(window):
                clear[f"windows[{n}].justification"] = answers["justification"]
    data |= {
        "status": "submitted",
        "id_checksum_ok": {"ok": True, "by": me, "at": work.at},
        "necessity_confirmed": {"confirmed": answers["necessity_confirmed"], "by": me},
        "notice_accepted": {
            "accepted": answers["notice_accepted"],
            "at": work.at,
            "text_sha256": notes_sha256(),
        },
    }
    return [Part(id=work.take("REQ"), data=data, clear=clear)]


_VIEW = (
    *SESSION,
    ask(
        "copies_released",
        "交付申請人的複製份數（校內人員不得複製）",
        Number(),
        path="-",
        default=lists.fixed("0"),
    ),
    ask("screenshots", "截圖張數", Number(), path="-", default=lists.fixed("0")),
    ask("kept_copy", "留存複本案號", Ref(kinds=("KEP",)), path="-", **_UNASKED),
)


def _view(work: Work) -> Sequence[Part]:
    before, answers = work.before, work.answers
    assert before is not None and isinstance(before.value, AccessRequest)  # noqa: S101
    data = before.data
    cameras = [c["camera_id"] for c in data["cameras"]]
    record = str(before.place.id)
    line = register_line(work, record, cameras, data["windows"], data["applicant_category"])
    status = status_after(answers["result"], data["status"])
    changes: dict[str, Any] = {
        "status": status,
        "viewing": [*data.get("viewing", ()), viewing(work, line.id)],
    }
    if status == "viewed":
        told = {
            "copies_released": answers["copies_released"],
            "screenshots": answers["screenshots"],
            "kept_copy": answers.get("kept_copy") or kept_of(work.office, record),
        }
        outcome = {**data.get("outcome", {}), **told}
        changes["outcome"] = {k: v for k, v in outcome.items() if v is not None}
    return [line, changed(work, changes)]


_CLOSE = (
    ask("closed_on", "結案日", Day(), default=lists.TODAY),
    ask("remarks", "結果備註", Paragraph(), path="-", secret=True, **_UNASKED),
)


def _close(work: Work) -> Sequence[Part]:
    before, answers = work.before, work.answers
    assert before is not None  # noqa: S101
    changes: dict[str, Any] = {"status": "closed", "closed_on": answers["closed_on"]}
    kept = kept_of(work.office, str(before.place.id))
    if kept and "outcome" in before.data and "kept_copy" not in before.data["outcome"]:
        changes["outcome"] = {**before.data["outcome"], "kept_copy": kept}
    later = {"outcome.remarks": answers["remarks"]} if "remarks" in answers else {}
    return [changed(work, changes, later)]


ACTIONS = (
    Action(
        noun="request",
        verb="new",
        title=Text(zh="新增調閱申請（附錄1）", en="a new access request (Appendix 1)"),
        questions=_NEW,
        make=_new,
    ),
    Action(
        noun="request",
        verb="view",
        title=Text(zh="登記一次調閱（寫入登記簿）", en="a viewing session, with its register line"),
        questions=_VIEW,
        make=_view,
        about=("REQ",),
        ready=status_among("approved", "viewed", why="三級核准後才可調閱"),
    ),
    Action(
        noun="request",
        verb="withdraw",
        title=Text(zh="申請人撤回", en="the applicant withdraws"),
        questions=(),
        make=lambda work: [changed(work, {"status": "withdrawn"})],
        about=("REQ",),
        ready=status_among("draft", "submitted", "approved", why="已無法撤回"),
    ),
    Action(
        noun="request",
        verb="close",
        title=Text(zh="結案", en="close a request"),
        questions=_CLOSE,
        make=_close,
        about=("REQ",),
        ready=status_among(
            "viewed", "not_found", "rejected", "withdrawn", why="調閱完成、駁回或撤回後才可結案"
        ),
    ),
)
