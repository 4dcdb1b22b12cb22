"""四(三)、八 保全、事件、豁免: `hold …`, `incident …`, `waiver new`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from cctv_policy.clerk import choices, lists
from cctv_policy.clerk.action import Action, Part, Work, changed, fresh, open_only, split
from cctv_policy.clerk.answers import (
    Choice,
    Day,
    Line,
    Moment,
    Number,
    Paragraph,
    Ref,
    Span,
    WrongAnswer,
    YesNo,
)
from cctv_policy.clerk.copies import REVIEW_QUESTIONS, review
from cctv_policy.clerk.office import Office
from cctv_policy.clerk.question import Answers, ask
from cctv_policy.model import Text
from cctv_policy.records import Read

_UNASKED: dict[str, Any] = {"optional": True, "asked": False}


def _in_half_a_year(office: Office, _: Answers) -> str:
    return (office.today + timedelta(days=180)).isoformat()


_HOLD = (
    ask("basis", "保全依據", Choice(of=choices.HOLD_BASES)),
    ask("citation", "法條、案號或文號", Line(least=4)),
    ask("case_ref", "案由（個資）", Paragraph(), secret=True, optional=True),
    ask("opened_on", "開始日", Day(), default=lists.TODAY),
    lists.person("approved_by", "核准人", "approve_principal", "approve_unit_head"),
    ask("camera", "保全的攝影機", lists.CAMERAS, path="-", many=True),
    ask("window", "保全的時段", Span(), path="-", many=True),
    ask("copy", "已複製的留存複本", Ref(kinds=("KEP",)), path="copies", many=True, optional=True),
    ask("locked_on_device", "主機上是否已鎖定不覆寫", YesNo()),
    ask("review_on", "下次檢視日", Day(future=True), default=_in_half_a_year),
    ask("minimum_until", "法定最短保存至", Day(future=True), **_UNASKED),
)


def _hold(work: Work) -> Sequence[Part]:
    data, clear = split(_HOLD, work.answers)
    data["opened_by"] = work.office.person
    where = {c.id: (c.recorder, c.ch) for c in work.office.cameras}
    data["scope"] = [
        {"device_id": where[camera][0], "ch": where[camera][1], **window}
        for camera in work.answers["camera"]
        for window in work.answers["window"]
    ]
    return [Part(id=work.take("HLD"), data=data, clear=clear)]


_RELEASE = (
    ask("released_on", "解除日", Day(), default=lists.TODAY),
    lists.person("released_by", "核准解除人", "approve_principal", "approve_unit_head"),
    ask("why", "解除理由", Line(help="勿填姓名"), path="release_reason"),
)


def _release(work: Work) -> Sequence[Part]:
    data, _ = split(_RELEASE, work.answers)
    return [changed(work, data)]


def _serious(answers: Answers) -> bool:
    return answers.get("serious_consequence") is True


_INCIDENT = (
    ask("type", "事件類別", Choice(of=choices.INCIDENTS)),
    ask("discovered_at", "發現時間", Moment(), default=lists.NOW),
    ask("occurred", "發生的起訖時間", Span(), path="-", optional=True),
    ask(
        "source",
        "相關案號",
        Ref(kinds=("REQ", "AGY", "KEP", "REG", "INS", "FLT")),
        optional=True,
    ),
    ask("description", "經過", Paragraph(), secret=True),
    ask("persons", "相關人員", Paragraph(), secret=True, optional=True),
    ask("serious_consequence", "是否致生嚴重後果", YesNo()),
    lists.person("assessed_by", "判定人", when=_serious, default=lists.me),
    ask("hold", "保全案號", Ref(kinds=("HLD",)), **_UNASKED),
)


def _incident(work: Work) -> Sequence[Part]:
    data, clear = split(_INCIDENT, work.answers)
    if occurred := work.answers.get("occurred"):
        data |= {"occurred_from": occurred["from"], "occurred_to": occurred["to"]}
    return [Part(id=work.take("INC"), data=data, clear=clear)]


def _with(name: str) -> Any:
    return lambda answers: name in answers


_LEVELS = (("1", "一級"), ("2", "二級"), ("3", "三級"), ("4", "四級"))
_UPDATE = (
    ask("action", "已採取的措施", Line(help="勿填姓名"), path="-", optional=True),
    ask("cyber_level", "資安事件等級", Choice(of=_LEVELS), path="cyber_event.level", **_UNASKED),
    ask("cyber_at", "資安通報時間", Moment(), path="cyber_event.reported_at", **_UNASKED),
    ask("cyber_no", "資安通報編號", Line(), path="cyber_event.report_no", **_UNASKED),
    ask("affected", "個資受影響人數", Number(), path="pdpa.affected_count", **_UNASKED),
    ask(
        "special",
        "是否含特種個資",
        YesNo(),
        path="pdpa.special_category",
        when=_with("affected"),
        default=lists.fixed("否"),
    ),
    ask("notified_on", "通知當事人日", Day(), path="pdpa.notified_on", **_UNASKED),
    ask("notified_how", "通知方式", Line(), path="pdpa.method", **_UNASKED),
    ask(
        "authority_at", "通報主管機關時間", Moment(), path="pdpa.authority_reported_at", **_UNASKED
    ),
    ask("route", "究責途徑", Choice(of=choices.ROUTES), path="accountability.route", **_UNASKED),
    ask("body", "審議單位", Line(), path="accountability.body", when=_with("route")),
    ask("regulation", "依據規定", Line(), path="accountability.regulation", when=_with("route")),
    ask("decided_on", "議決日", Day(), path="accountability.decided_on", **_UNASKED),
    ask(
        "decision",
        "議決內容",
        Paragraph(),
        path="accountability.decision",
        secret=True,
        when=_with("decided_on"),
    ),
    ask("hold", "保全案號", Ref(kinds=("HLD",)), **_UNASKED),
)


def _update(work: Work) -> Sequence[Part]:
    data, later = split(_UPDATE, work.answers)
    assert work.before is not None  # noqa: S101
    old = work.before.data
    if "action" in work.answers:
        one = {"at": work.at, "by": work.office.person, "what": work.answers["action"]}
        data["actions"] = [*old.get("actions", ()), one]
    merged = {k: _over(old.get(k), v) for k, v in data.items()}
    return [changed(work, merged, later)]


def _over(old: Any, new: Any) -> Any:
    return {**old, **new} if isinstance(old, Mapping) and isinstance(new, Mapping) else new


def _open(_: Office, read: Read) -> None:
    open_only(read)


_CLOSE = (ask("closed_on", "結案日", Day(), default=lists.TODAY),)


class _Last(Day):
    """A day at most 180 days after the start (rule 65)."""

    def read(self, text: str, office: Office, so_far: Mapping[str, Any]) -> str:
        day = super().read(text, office, so_far)
        first = date.fromisoformat(so_far["starts_on"])
        if (date.fromisoformat(day) - first).days > 180:
            raise WrongAnswer("豁免最長180日 (at most 180 days)")
        return day


_WAIVER = (
    ask("rule_id", "規則代號（cctv-policy rules 可查）", Line()),
    ask("subject", "對象（主機、攝影機或 學校/案號）", Line(), path="subjects", many=True),
    ask("why", "理由", Line(least=4), path="reason"),
    ask("risk", "風險", Choice(of=choices.RISKS)),
    ask("measure", "替代措施", Line(least=4), path="compensating", many=True),
    lists.person("requested_by", "申請人", default=lists.me),
    lists.person("approved_by", "核准人", "approve_principal", "approve_district"),
    ask(
        "approved_role",
        "核准人身分",
        Choice(of=(("principal", "校(園)長"), ("district", "教育局"))),
    ),
    ask("approved_on", "核准日", Day(), default=lists.TODAY),
    ask("starts_on", "開始日", Day(future=True), default=lists.TODAY),
    ask("expires_on", "到期日", _Last(future=True)),
    ask("renewal_of", "展延何案", Ref(kinds=("WVR",)), **_UNASKED),
)

ACTIONS = (
    Action(
        noun="hold",
        verb="new",
        title=Text(zh="保全影像", en="a legal hold"),
        questions=_HOLD,
        make=_hold,
    ),
    Action(
        noun="hold",
        verb="review",
        title=Text(zh="檢視是否仍須保全", en="a review of a hold"),
        questions=REVIEW_QUESTIONS,
        make=review,
        about=("HLD",),
        ready=_open,
    ),
    Action(
        noun="hold",
        verb="release",
        title=Text(zh="解除保全", en="the release of a hold"),
        questions=_RELEASE,
        make=_release,
        about=("HLD",),
        ready=_open,
    ),
    Action(
        noun="incident",
        verb="new",
        title=Text(zh="事件通報", en="an incident"),
        questions=_INCIDENT,
        make=_incident,
    ),
    Action(
        noun="incident",
        verb="update",
        title=Text(zh="補登措施、通報或究責", en="what was done, told and decided"),
        questions=_UPDATE,
        make=_update,
        about=("INC",),
        ready=_open,
    ),
    Action(
        noun="incident",
        verb="close",
        title=Text(zh="結案", en="close an incident"),
        questions=_CLOSE,
        make=lambda work: [changed(work, work.answers)],
        about=("INC",),
        ready=_open,
    ),
    Action(
        noun="waiver",
        verb="new",
        title=Text(zh="申請豁免", en="a waiver"),
        questions=_WAIVER,
        make=fresh("WVR", _WAIVER),
    ),
)
