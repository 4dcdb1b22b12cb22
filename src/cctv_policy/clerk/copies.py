"""五(三) 留存複本: `copy new|review|dispose`. The video itself is never in git."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from cctv_policy.clerk import choices, lists
from cctv_policy.clerk.action import Action, Part, Work, changed, next_version, split
from cctv_policy.clerk.answers import Choice, Day, Digest, Line, Moment, Number, Ref, Span, YesNo
from cctv_policy.clerk.office import Office
from cctv_policy.clerk.question import Answers, Question
from cctv_policy.errors import ClerkError
from cctv_policy.model import Text
from cctv_policy.periods import Period, last_lawful_day, local_date
from cctv_policy.records import Read

YEAR = Period.parse("P1Y")
REVIEW_AFTER = timedelta(days=180)
"""Rule 38's `review_kept_copy_days` of the document's pack."""


def _review_on(office: Office, _: Answers) -> str:
    return (office.today + REVIEW_AFTER).isoformat()


_NEW = (
    Question(name="source", label="來源案號", reader=Ref(kinds=("REQ", "AGY", "INC"))),
    Question(
        name="camera",
        path="-",
        label="複製的攝影機",
        reader=lists.CAMERAS,
        many=True,
        optional=True,
        asked=False,
    ),
    Question(
        name="window",
        path="-",
        label="複製的時段",
        reader=Span(),
        many=True,
        optional=True,
        asked=False,
    ),
    Question(name="made_at", label="複製時間", reader=Moment(), default=lists.NOW),
    lists.person("made_by", "複製人", default=lists.me),
    Question(name="file_sha256", path="sha256", label="影像檔", reader=Digest()),
    Question(name="bytes", label="檔案大小（位元組）", reader=Number(least=1)),
    Question(name="format", label="檔案格式", reader=Line(), default=lists.fixed("mp4")),
    Question(name="location", label="保管處所", reader=Line()),
    Question(name="media_id", label="媒體編號", reader=Line(), optional=True),
    Question(name="encrypted", label="是否加密", reader=YesNo()),
    Question(
        name="key_id",
        label="金鑰代號（不是密碼本身）",
        reader=Line(),
        when=lambda a: a.get("encrypted") is True,
    ),
    lists.person("custodian", "保管人", default=lists.me),
    lists.person("access", "可取用人員", path="access_list", many=True, default=lists.me),
    Question(name="hold", label="保全案號", reader=Ref(kinds=("HLD",)), optional=True, asked=False),
    Question(
        name="review_on",
        label="下次檢視日",
        reader=Day(future=True),
        default=_review_on,
    ),
)


def _new(work: Work) -> Sequence[Part]:
    answers, office = work.answers, work.office
    source = office.read(answers["source"])
    data, _ = split(_NEW, answers)
    cameras, windows = _asked_for(source)
    data["camera_ids"] = answers.get("camera") or cameras
    data["windows"] = answers.get("window") or windows
    if not data["camera_ids"] or not data["windows"]:
        raise ClerkError("請指明攝影機與時段（--camera、--window） (name cameras and times)")
    first = min(datetime.fromisoformat(window["from"]) for window in data["windows"])
    data["recorded_on"] = local_date(first).isoformat()
    data["destroy_by"] = last_lawful_day(local_date(first), YEAR).isoformat()
    record = work.take("KEP")
    parts = [Part(id=record, data=data)]
    named = _named_in(source, record)
    return [*parts, named] if named else parts


def _asked_for(source: Read) -> tuple[list[str], list[dict[str, Any]]]:
    """The cameras and spans of the case; none for an incident."""
    data = source.data
    if source.place.id.prefix == "AGY":
        spans = [{"from": s["from"], "to": s["to"]} for s in data["scope"]]
        cameras = list(dict.fromkeys(s["camera_id"] for s in data["scope"]))
        return cameras, [w for n, w in enumerate(spans) if w not in spans[:n]]
    return [c["camera_id"] for c in data.get("cameras", ())], list(data.get("windows", ()))


def _named_in(source: Read, record: str) -> Part | None:
    """The case's next version, which names the copy; None where it has no place for it yet."""
    if source.kind.closed and source.data.get(source.kind.closed) is not None:
        return None
    if source.place.id.prefix == "AGY":
        return next_version(source, {"kept_copy": record})
    outcome = source.data.get("outcome")
    if source.place.id.prefix == "REQ" and outcome is not None:
        return next_version(source, {"outcome": {**outcome, "kept_copy": record}})
    return None


NEW = Action(
    noun="copy",
    verb="new",
    title=Text(zh="登記留存複本", en="a kept copy"),
    questions=_NEW,
    make=_new,
)

_REVIEW = (
    Question(name="on", label="檢視日", reader=Day(), default=lists.TODAY),
    Question(name="keep", label="是否仍須保存", reader=YesNo()),
    Question(name="why", path="reason", label="理由", reader=Line(help="勿填姓名")),
    Question(
        name="review_on",
        path="-",
        label="下次檢視日",
        reader=Day(future=True),
        default=_review_on,
    ),
)


def review(work: Work) -> Sequence[Part]:
    """One more look at whether something must still be kept; also of holds."""
    assert work.before is not None  # noqa: S101
    data, _ = split(_REVIEW, work.answers)
    one = {**data, "by": work.office.person}
    reviews = [*work.before.data.get("reviews", ()), one]
    return [changed(work, {"reviews": reviews, "review_on": work.answers["review_on"]})]


REVIEW_QUESTIONS = _REVIEW
REVIEW = Action(
    noun="copy",
    verb="review",
    title=Text(zh="檢視是否仍須保存", en="a review of whether it must be kept"),
    questions=_REVIEW,
    make=review,
    about=("KEP",),
)

_DISPOSE = (
    Question(name="cause", path="reason", label="原因", reader=Choice(of=choices.DISPOSAL_REASONS)),
    lists.person("approved_by", "核准人", "approve_principal", "approve_unit_head"),
    Question(name="approved_on", label="核准日", reader=Day(), default=lists.TODAY),
    Question(name="method", label="銷毀方式", reader=Choice(of=choices.DISPOSALS)),
    lists.person("witness", "監毀人"),
    Question(name="destroyed_on", label="銷毀日", reader=Day(), default=lists.TODAY),
    Question(name="proof", path="proof_sha256", label="銷毀證明", reader=Digest()),
)


def _dispose(work: Work) -> Sequence[Part]:
    data, _ = split(_DISPOSE, work.answers)
    assert work.before is not None  # noqa: S101
    _not_held(work.office, work.before, date.fromisoformat(data["destroyed_on"]))
    return [changed(work, {"disposal": data})]


def _not_held(office: Office, copy: Read, on: date) -> None:
    """ClerkError while a hold in force names the copy, or is named by it."""
    for hold in office.every("HLD"):
        data, record = hold.data, str(hold.place.id)
        named = record == copy.data.get("hold") or str(copy.place.id) in data.get("copies", ())
        released = data.get("released_on")
        if named and (released is None or date.fromisoformat(released) > on):
            raise ClerkError(
                f"{copy.place.id} 受 {record} 保全，不可銷毀 (a hold protects it)",
                fix="先解除保全：cctv-policy hold release",
            )


DISPOSE = Action(
    noun="copy",
    verb="dispose",
    title=Text(zh="登記銷毀留存複本", en="the destruction of a kept copy"),
    questions=_DISPOSE,
    make=_dispose,
    about=("KEP",),
)

ACTIONS = (NEW, REVIEW, DISPOSE)
