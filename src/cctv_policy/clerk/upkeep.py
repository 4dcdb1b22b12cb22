"""七 檢查與報修: `inspection new|recheck`, `fault new|repair|close`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from cctv_policy.calendars import quarter
from cctv_policy.clerk import choices, lists
from cctv_policy.clerk.action import Action, Part, Work, changed, open_only, split
from cctv_policy.clerk.answers import (
    Choice,
    Day,
    Digest,
    Line,
    Moment,
    Number,
    Offered,
    Paragraph,
    Ref,
    Span,
    YesNo,
    both_calendars,
)
from cctv_policy.clerk.evidence import Seen, seen
from cctv_policy.clerk.office import Office
from cctv_policy.clerk.question import Answers, Question, ask
from cctv_policy.errors import ClerkError
from cctv_policy.model import Text
from cctv_policy.records import Read

_BOXES = ("host_ok", "recording_ok", "retention_ok", "video_clear")
_UNASKED: dict[str, Any] = {"optional": True, "asked": False}


class _Recorder(Offered):
    """A recorder, read together with what its last evidence says."""

    def read(self, text: str, office: Office, so_far: Mapping[str, Any]) -> Any:
        recorder = super().read(text, office, so_far)
        return {"id": recorder, "seen": seen(office, recorder)}

    def echo(self, value: Mapping[str, Any]) -> str:
        found: Seen | None = value["seen"]
        if found is None:
            return "沒有設備證據，請逐項現場檢查 (no evidence: look yourself)"
        day = both_calendars(date.fromisoformat(found.collected_at[:10]))
        said = f"設備證據 {day}，SHA-256 {found.digest[:12]}…；已有答案的欄位按 Enter 即同意"
        return f"{said} (evidence; Enter agrees)"


def _suggest(box: str) -> Any:
    def suggest(_: Office, answers: Answers) -> str | None:
        found: Seen | None = answers["recorder"]["seen"]
        if found is None or box not in found.boxes:
            return None
        return "是" if found.boxes[box] else "否"

    return suggest


def _any_no(answers: Answers) -> bool:
    return any(answers.get(box) is False for box in _BOXES)


_NEW: tuple[Question, ...] = (
    ask("recorder", "受檢主機", _Recorder(among=lists.RECORDERS.among), path="-"),
    ask("inspected_on", "檢查日期", Day(), default=lists.TODAY),
    ask("host_ok", "監視主機是否正常運作", YesNo(), suggest=_suggest("host_ok")),
    ask("recording_ok", "錄影監材是否正常運轉", YesNo(), suggest=_suggest("recording_ok")),
    ask("retention_ok", "影像資料是否保存14日以上", YesNo(), suggest=_suggest("retention_ok")),
    ask("video_clear", "視訊是否清晰（請看畫面）", YesNo()),
    lists.person("inspector", "保養檢查人", default=lists.me),
    lists.person("rechecker", "複查人", optional=True),
    ask(
        "fault",
        "故障報修單（答「否」的項目須先以 fault new 報修）",
        Ref(kinds=("FLT",)),
        path="faults",
        many=True,
        when=_any_no,
    ),
    ask("remarks", "備考", Paragraph(), secret=True, optional=True),
    ask("paper_no", "紙本編號", Line(), path="paper_ref.no", **_UNASKED),
    ask("paper", "紙本掃描檔", Digest(), path="paper_ref.sha256", **_UNASKED),
    ask(
        "late", "補登原因（檢查後超過14日才登錄）", Line(), path="paper_ref.explanation", **_UNASKED
    ),
)


def _new(work: Work) -> Sequence[Part]:
    data, clear = split(_NEW, work.answers)
    data["quarter"] = quarter(date.fromisoformat(data["inspected_on"])).label
    chosen = work.answers["recorder"]
    data["recorder_ids"] = [chosen["id"]]
    if "paper_ref" in data:
        data["paper_ref"]["typed_at"] = work.at
    found: Seen | None = chosen["seen"]
    if found is not None and _same_day(found, data["inspected_on"]):
        data["device_evidence_ref"] = found.digest
        data |= _measured(found)
    return [Part(id=work.take("INS"), data=data, clear=clear)]


def _same_day(found: Seen, inspected_on: str) -> bool:
    """Evidence of the inspection's day or the day before or after (rule 51)."""
    taken, looked = date.fromisoformat(found.collected_at[:10]), date.fromisoformat(inspected_on)
    return abs((taken - looked).days) <= 1


def _measured(found: Seen) -> dict[str, Any]:
    data: dict[str, Any] = {}
    if found.oldest:
        data["observed_oldest"] = [
            {"recorder": found.recorder, "ch": ch, "at": at} for ch, at in found.oldest
        ]
    if found.offset_s is not None:
        direction = "ahead" if found.offset_s >= 0 else "behind"
        data["clock_offset"] = {"seconds": abs(found.offset_s), "direction": direction}
    return data


_RECHECK = (lists.person("rechecker", "複查人", default=lists.me),)


def _not_rechecked(_: Office, read: Read) -> None:
    if "rechecker" in read.data:
        raise ClerkError(f"{read.place.id} 已複查 (is rechecked already)")


_FAULT = (
    ask("found_on", "發現日期", Day(), default=lists.TODAY),
    lists.person("found_by", "發現人", default=lists.me),
    ask("device_id", "故障設備", lists.DEVICES),
    ask("symptom_code", "故障情形", Choice(of=choices.SYMPTOMS)),
    ask("detail", "情形說明", Paragraph(), secret=True, optional=True),
    ask("reported_at", "報修時間", Moment(), default=lists.NOW),
    ask("vendor", "維修廠商", Line(), optional=True),
    ask("interim_measure", "替代措施", Line(), optional=True),
    ask("channel", "頻道", Line(), path="channels", many=True, **_UNASKED),
)


def _fault(work: Work) -> Sequence[Part]:
    data, clear = split(_FAULT, work.answers)
    usual = {"storage_replaced": False, "credential_reset": False}
    return [Part(id=work.take("FLT"), data=data | usual, clear=clear)]


def _replaced(answers: Answers) -> bool:
    return answers.get("storage_replaced") is True


_REPAIR = (
    ask("repaired_at", "修復時間", Moment(), default=lists.NOW),
    ask("vendor", "維修廠商", Line(), optional=True),
    ask("access", "廠商登入設備的起訖時間", Span(), path="-", optional=True),
    ask("storage_replaced", "是否更換硬碟", YesNo()),
    ask("disk_serial", "舊硬碟序號", Line(), path="old_disk_disposal.serial", when=_replaced),
    ask(
        "disk_method",
        "舊硬碟處理方式",
        Choice(of=choices.DISPOSALS),
        path="old_disk_disposal.method",
        when=_replaced,
    ),
    lists.person("disk_witness", "監毀人", path="old_disk_disposal.witness", when=_replaced),
    ask("disk_on", "處理日期", Day(), path="old_disk_disposal.on", when=_replaced),
    ask("lost", "遺失影像的起訖時間", Span(), path="data_lost", optional=True),
    ask("credential_reset", "密碼是否被重設", YesNo()),
    ask("cost_twd", "維修費用（元）", Number(), optional=True),
)


def _repair(work: Work) -> Sequence[Part]:
    data, _ = split(_REPAIR, work.answers)
    if access := work.answers.get("access"):
        data |= {"access_from": access["from"], "access_to": access["to"]}
    return [changed(work, data)]


def _repaired(_: Office, read: Read) -> None:
    open_only(read)
    if "repaired_at" not in read.data:
        raise ClerkError(
            f"{read.place.id} 尚未登記修復 (is not repaired yet)",
            fix="先登記修復：cctv-policy fault repair",
        )


ACTIONS = (
    Action(
        noun="inspection",
        verb="new",
        title=Text(zh="登記保養檢查（附錄2）", en="an inspection (Appendix 2)"),
        questions=_NEW,
        make=_new,
    ),
    Action(
        noun="inspection",
        verb="recheck",
        title=Text(zh="登記複查人", en="who checked it again"),
        questions=_RECHECK,
        make=lambda work: [changed(work, work.answers)],
        about=("INS",),
        ready=_not_rechecked,
    ),
    Action(
        noun="fault",
        verb="new",
        title=Text(zh="故障報修", en="a fault and its report"),
        questions=_FAULT,
        make=_fault,
    ),
    Action(
        noun="fault",
        verb="repair",
        title=Text(zh="登記修復", en="the repair"),
        questions=_REPAIR,
        make=_repair,
        about=("FLT",),
        ready=lambda _, read: open_only(read),
    ),
    Action(
        noun="fault",
        verb="close",
        title=Text(zh="結案", en="close a fault"),
        questions=(),
        make=lambda work: [changed(work, {"closed_by": work.office.person})],
        about=("FLT",),
        ready=_repaired,
    ),
)
