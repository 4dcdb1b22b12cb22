"""五(一) 調閱申請: `request new|view|withdraw|close`. Approving is in approve.py."""

from __future__ import annotations

import hashlib
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
from cctv_policy.clerk.office import Office
from cctv_policy.clerk.question import Answers, Question
from cctv_policy.errors import ClerkError
from cctv_policy.model import Text
from cctv_policy.records import RecordId, parse_id, record_path
from cctv_policy.records.access import AccessRequest

LONG_H = 24
"""Longer spans want a reason (rule 28; the pack's `max_window_hours` judges)."""


def _represented(answers: Answers) -> bool:
    return answers.get("applicant_category") in ("guardian", "legal_representative")


def _on_roster(answers: Answers) -> bool:
    return answers.get("applicant_category") in ("teacher", "staff", "worker")


def _long(answers: Answers) -> bool:
    return any(_hours(window) > LONG_H for window in answers.get("window", ()))


def _hours(window: Mapping[str, str]) -> float:
    start, end = (datetime.fromisoformat(window[k]) for k in ("from", "to"))
    return (end - start) / timedelta(hours=1)


_NEW = (
    Question(name="applicant_category", label="申請人身分", reader=Choice(of=choices.CATEGORIES)),
    Question(name="applicant_name", label="申請人", reader=Line(limit=80), secret=True),
    lists.person("applicant", "申請人的人員代號（在名冊中才填）", when=_on_roster, optional=True),
    Question(name="applied_on", label="申請日期", reader=Day(), default=lists.TODAY),
    Question(
        name="id_kind",
        label="證號種類",
        reader=Choice(of=choices.ID_KINDS),
        default=lists.fixed("national"),
    ),
    Question(name="id_number", label="身分證號", reader=IdNumber(), secret=True),
    Question(name="phone", label="聯絡電話", reader=Phone(), secret=True),
    Question(
        name="relation_to_subject",
        label="與當事人關係",
        reader=Choice(of=choices.RELATIONS),
        default=lists.fixed("self"),
    ),
    Question(
        name="relation_detail",
        label="關係說明",
        reader=Line(),
        secret=True,
        when=lambda a: a.get("relation_to_subject") == "other",
    ),
    Question(
        name="subject_ref",
        label="當事人",
        reader=Line(limit=80),
        secret=True,
        when=lambda a: a.get("relation_to_subject") != "self",
    ),
    Question(
        name="proof_type",
        path="representation.proof_type",
        label="代理關係證明文件",
        reader=Choice(of=choices.PROOFS),
        when=_represented,
    ),
    lists.person(
        "verified_by",
        "證明文件查驗人",
        path="representation.verified_by",
        when=_represented,
        default=lists.me,
    ),
    Question(
        name="verified_on",
        path="representation.verified_on",
        label="查驗日期",
        reader=Day(),
        when=_represented,
        default=lists.TODAY,
    ),
    Question(
        name="custody_checked",
        path="representation.custody_checked",
        label="是否已查證親權（監護權）",
        reader=YesNo(),
        when=_represented,
    ),
    Question(name="requesting_unit", label="調閱單位", reader=Line(help="班級或處室，勿填姓名")),
    Question(
        name="camera", path="cameras", label="攝影機地點", reader=lists.CAMERA_PLACES, many=True
    ),
    Question(name="window", path="windows", label="調閱監視畫面時段", reader=Span(), many=True),
    Question(
        name="justification",
        path="-",
        label="時段超過24小時的理由",
        reader=Line(least=4),
        secret=True,
        when=_long,
    ),
    Question(
        name="incident_on",
        label="事件發生或知悉日",
        reader=Day(),
        optional=True,
        asked=False,
    ),
    Question(
        name="reason",
        label="申請事由",
        reader=Paragraph(least=10, help="敘明涉及的個人權益"),
        secret=True,
    ),
    Question(
        name="necessity_confirmed",
        path="-",
        label="是否為維護個人權益所必要",
        reader=YesNo(),
    ),
    Question(
        name="notice_accepted",
        path="-",
        label="申請人是否已閱讀附註並了解個資告知事項",
        reader=YesNo(),
    ),
    Question(
        name="signature",
        path="applicant_signed.method",
        label="申請人簽章方式",
        reader=Choice(of=choices.METHODS),
        default=lists.fixed("paper"),
    ),
    Question(
        name="signed_at",
        path="applicant_signed.at",
        label="申請人簽章時間",
        reader=Moment(),
        default=lists.NOW,
    ),
    Question(
        name="scan",
        path="applicant_signed.scan_sha256",
        label="已簽申請單掃描檔",
        reader=Digest(),
        when=lambda a: a.get("signature") == "paper",
    ),
    Question(
        name="art10",
        path="art10.claimed",
        label="依個資法第10條請求",
        reader=YesNo(),
        optional=True,
        asked=False,
    ),
)


def _new(work: Work) -> Sequence[Part]:
    answers = work.answers
    data, clear = split(_NEW, answers)
    me = work.office.person
    if "art10" in data:
        data["art10"]["received_on"] = data["applied_on"]
    if "justification" in answers:
        for n, window in enumerate(answers["window"]):
            if _hours(window) > LONG_H:
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


NEW = Action(
    noun="request",
    verb="new",
    title=Text(zh="新增調閱申請（附錄1）", en="a new access request (Appendix 1)"),
    questions=_NEW,
    make=_new,
)


SESSION = (
    Question(name="session", path="-", label="調閱起訖時間", reader=Span()),
    lists.person("escort", "陪同人", path="-"),
    lists.person("operator", "操作人", default=lists.me),
    Question(
        name="place", path="-", label="調閱地點", reader=Line(), default=lists.fixed("總務處")
    ),
    Question(name="viewer", label="調閱人（實際觀看者）", reader=Line(limit=80), secret=True),
    Question(name="purpose_code", label="事由類別", reader=Choice(of=choices.PURPOSES)),
    Question(
        name="result",
        label="結果",
        reader=Choice(of=choices.RESULTS),
        default=lists.fixed("seen"),
    ),
    Question(
        name="device_log_ref",
        path="device_log_refs",
        label="主機操作紀錄編號",
        reader=Line(),
        many=True,
        optional=True,
        asked=False,
    ),
)
"""What every viewing session is asked (五(四)), of requests and of agencies."""

SEEN_CAMERAS = Question(
    name="camera",
    path="camera_ids",
    label="實際調閱的攝影機",
    reader=lists.CAMERAS,
    many=True,
    optional=True,
    asked=False,
)
SEEN_WINDOWS = Question(
    name="window",
    path="windows",
    label="實際調閱的時段",
    reader=Span(),
    many=True,
    optional=True,
    asked=False,
)

_VIEW = (
    *SESSION,
    SEEN_CAMERAS,
    SEEN_WINDOWS,
    Question(
        name="copies_released",
        path="-",
        label="交付申請人的複製份數（校內人員不得複製）",
        reader=Number(),
        default=lists.fixed("0"),
    ),
    Question(
        name="screenshots", path="-", label="截圖張數", reader=Number(), default=lists.fixed("0")
    ),
    Question(
        name="kept_copy",
        path="-",
        label="留存複本案號",
        reader=Ref(kinds=("KEP",)),
        optional=True,
        asked=False,
    ),
)


def register_line(
    work: Work, source: str, cameras: Sequence[str], windows: Sequence[Any], category: str
) -> Part:
    """The line of 調閱登記簿 that belongs to one session; its hash chains it to the line before."""
    line = work.take("REG")
    data, clear = split((*SESSION, SEEN_CAMERAS, SEEN_WINDOWS), work.answers)
    parts = parse_id(line)
    assert parts is not None  # noqa: S101 - made by numbers.py
    session = work.answers["session"]
    usual: dict[str, Any] = {
        "no": parts.number,
        "session_start": session["from"],
        "session_end": session["to"],
        "source": source,
        "camera_ids": list(cameras),
        "windows": list(windows),
        "viewer_category": category,
        "escort": work.answers["escort"],
        "action": "view",
        "entered_at": work.at,
        "prev_hash": previous_hash(work, parts),
    }
    return Part(id=line, data=usual | data, clear=clear)


def previous_hash(work: Work, line: RecordId) -> str:
    """SHA-256 of the file of the line before; of nothing for the first of a year."""
    if line.number == 1:
        return hashlib.sha256(b"").hexdigest()
    before = str(RecordId(prefix="REG", year=line.year, number=line.number - 1))
    data = work.previous(record_path(before, work.office.site))
    if data is None:
        raise ClerkError(f"找不到前一行 {before}，無法接續登記簿", fix="先更新：git pull")
    return hashlib.sha256(data).hexdigest()


def viewing(work: Work, line: str) -> dict[str, Any]:
    """The session as the request keeps it."""
    answers = work.answers
    said = {
        "start": answers["session"]["from"],
        "end": answers["session"]["to"],
        "escort": answers["escort"],
        "place": answers["place"],
        "register": line,
        "device_log_refs": answers.get("device_log_ref"),
    }
    return {name: value for name, value in said.items() if value}


def _view(work: Work) -> Sequence[Part]:
    before, answers = work.before, work.answers
    assert before is not None and isinstance(before.value, AccessRequest)  # noqa: S101
    data = before.data
    line = register_line(
        work,
        str(before.place.id),
        [c["camera_id"] for c in data["cameras"]],
        data["windows"],
        data["applicant_category"],
    )
    outcome = {
        "copies_released": answers["copies_released"],
        "screenshots": answers["screenshots"],
        "kept_copy": answers.get("kept_copy") or kept_of(work.office, str(before.place.id)),
    }
    status = {"seen": "viewed", "not_found": "not_found"}.get(answers["result"], data["status"])
    if data["status"] == "viewed":
        status = "viewed"
    changes: dict[str, Any] = {
        "status": status,
        "viewing": [*data.get("viewing", ()), viewing(work, line.id)],
    }
    if status == "viewed":
        told = {k: v for k, v in outcome.items() if v is not None}
        changes["outcome"] = {**data.get("outcome", {}), **told}
    return [line, changed(work, changes)]


def kept_of(office: Office, source: str) -> str | None:
    """The newest kept copy of a case; None if there is none."""
    found = [str(r.place.id) for r in office.every("KEP") if r.data.get("source") == source]
    return found[-1] if found else None


VIEW = Action(
    noun="request",
    verb="view",
    title=Text(zh="登記一次調閱（寫入登記簿）", en="a viewing session, with its register line"),
    questions=_VIEW,
    make=_view,
    about=("REQ",),
    ready=status_among("approved", "viewed", why="三級核准後才可調閱"),
)


_CLOSE = (
    Question(name="closed_on", label="結案日", reader=Day(), default=lists.TODAY),
    Question(
        name="remarks",
        path="-",
        label="結果備註",
        reader=Paragraph(),
        secret=True,
        optional=True,
        asked=False,
    ),
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


CLOSE = Action(
    noun="request",
    verb="close",
    title=Text(zh="結案", en="close a request"),
    questions=_CLOSE,
    make=_close,
    about=("REQ",),
    ready=status_among(
        "viewed", "not_found", "rejected", "withdrawn", why="調閱完成、駁回或撤回後才可結案"
    ),
)
WITHDRAW = Action(
    noun="request",
    verb="withdraw",
    title=Text(zh="申請人撤回", en="the applicant withdraws"),
    questions=(),
    make=lambda work: [changed(work, {"status": "withdrawn"})],
    about=("REQ",),
    ready=status_among("draft", "submitted", "approved", why="已無法撤回"),
)

ACTIONS = (NEW, VIEW, CLOSE, WITHDRAW)
