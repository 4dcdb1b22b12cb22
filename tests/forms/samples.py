"""Invented people and days for the forms; ids are the synthetic ones of the tests."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

from cctv_policy.forms.inspection import InspectionBook, InspectionRow
from cctv_policy.forms.register import Register, RegisterLine
from cctv_policy.forms.request import RequestForm, Signature, Window

SENTENCE = "這是測試用的事由文字，說明當天的經過，全部是虛構的內容。"
MARKUP = '*需* _底_ #import "x" $x$ `碼` <b>粗</b> \\LaTeX{} @參照 = 標題 -- // /* [括] ~'
TAIPEI = timezone(timedelta(hours=8))


def at(month: int, day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, second, tzinfo=TAIPEI)


WINDOW = Window(start=at(3, 1, 8, 30), end=at(3, 1, 9))


def long_text(length: int) -> str:
    """Exactly `length` characters, whose last two differ from all others."""
    return (SENTENCE * (length // len(SENTENCE) + 1))[: length - 2] + "終了"


def request(**changes: object) -> RequestForm:
    fields: dict[str, object] = {
        "applicant": "測試堃𠮷",
        "applied_on": date(2026, 3, 2),
        "id_number": "A100000001",
        "phone": "02-0000-0000 #12",
        "relation": "父母（甲生）",
        "unit": "三年二班",
        "cameras": ("校門口（example-cam-1）", "大班教室"),
        "windows": (WINDOW,),
        "reason": f"虛構：甲生的腳踏車在校門口被碰倒。\n峯 喆 {MARKUP}",
        "applicant_signature": Signature(name="測試堃𠮷", on=date(2026, 3, 2)),
        "officer_signature": Signature(name="承辦測試", on=date(2026, 3, 2)),
        "unit_head_signature": Signature(name="主管測試", on=date(2026, 3, 3), note="代理"),
        "principal_signature": Signature(name="校長測試", on=date(2026, 3, 4)),
        "reference": "範例國小　REQ-115-0001",
    }
    return RequestForm(**{**fields, **changes})  # type: ignore[arg-type]


def inspections(count: int) -> InspectionBook:
    return InspectionBook(
        caption="範例國小　總務處機櫃",
        rows=tuple(
            InspectionRow(
                inspected_on=date(2022 + n // 4, 1 + n % 4 * 3, 5),
                host_ok=True,
                recording_ok=True,
                retention_ok=n != 2,
                video_clear=None if n == 4 else True,
                inspector="檢查測試",
                rechecker=("複查測試", "總務處 總務主任")[n // 2 % 2] if n % 2 else "",
                remarks="保存不足，已報修 FLT-115-0001" if n == 2 else "",
            )
            for n in range(count)
        ),
    )


def line(no: int, **changes: object) -> RegisterLine:
    fields: dict[str, object] = {
        "no": no,
        "start": at(3, 4, 8, 30),
        "end": at(3, 4, 9, 5),
        "source": f"REQ-115-{no:04}",
        "purpose": "物品遺失",
        "cameras": ("校門口", "大班教室"),
        "windows": (WINDOW,),
        "viewer": "測試堃𠮷",
        "viewer_category": "監護人",
        "escort": "陪同測試",
        "operator": "操作測試",
        "action": "調閱",
        "result": "有畫面",
        "entered_at": at(3, 4, 9, 30, 15),
    }
    return RegisterLine(**{**fields, **changes})  # type: ignore[arg-type]


def register(count: int = 3) -> Register:
    lines = [line(no) for no in range(1, count + 1)]
    lines[1] = line(2, void_reason="重複登記")
    return Register(caption="範例國小　115年", lines=tuple(lines))
