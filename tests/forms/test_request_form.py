"""附錄1: rule 57's labels in order, every value, long and strange text."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from cctv_policy.errors import FormError
from cctv_policy.forms.fonts import FormFonts
from cctv_policy.forms.request import RequestForm, Window, render_request, render_request_blank
from tests.forms import pdf, samples

LABELS = [
    "監視器攝錄資料調閱申請單",
    "申請人",
    "申請日期",
    "民國",
    "身分證號",
    "聯絡電話",
    "與當事人關係",
    "調閱單位",
    "攝影機",
    "地點",
    "調閱監視",
    "畫面時段",
    "至",
    "申請事由：",
    "申請人",
    "監錄系統管理承辦人",
    "監錄系統管理處室主管",
    "校(園)長",
    "1.影像資料僅供申請目的之使用，不得另行複製傳閱散佈播放，並應遵守「個人資料保護法」之規定，"
    "以維護當事人之隱私權益。若未遵守相關法律而衍生之爭議，由申請人自行負責。",
    "2.監視器攝錄資料調閱申請單至少應保存一年。",
]
"""Spec rule 57, word for word."""


def assert_in_order(parts: list[str], text: str) -> None:
    at = 0
    for part in parts:
        found = text.find(part, at)
        assert found >= 0, f"{part} is not after {text[max(0, at - 20) : at]!r}"
        at = found + len(part)


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def test_the_blank_form_has_every_label_in_order_and_nothing_else(fonts: FormFonts) -> None:
    text = pdf.text(render_request_blank(fonts))
    assert_in_order(LABELS, text)
    for label in LABELS:
        text = text.replace(label, "", 1)
    assert set(text) <= set("年月日時分")
    assert text.count("年") == 3


def test_the_blank_form_is_one_page(fonts: FormFonts) -> None:
    assert pdf.pages(render_request_blank(fonts)) == 1


def test_the_filled_form_has_every_label_and_every_value(fonts: FormFonts) -> None:
    form = samples.request()
    made = render_request(form, fonts)
    text = pdf.text(made)
    assert_in_order(LABELS, text)
    assert_in_order(
        [
            *("申請人測試堃𠮷申請日期民國115年3月2日", "身分證號A100000001"),
            *("聯絡電話02-0000-0000#12", "父母（甲生）", "三年二班"),
            *("校門口（example-cam-1）", "大班教室", "115年3月1日8時30分至115年3月1日9時0分"),
            squeezed(form.reason),
            *("測試堃𠮷115年3月2日", "承辦測試115年3月2日", "主管測試115年3月3日代理"),
            *("校長測試115年3月4日", "範例國小", "REQ-115-0001", "第1頁，共1頁"),
        ],
        text,
    )
    assert pdf.pages(made) == 1


def test_every_font_is_embedded_and_can_be_read_back(fonts: FormFonts) -> None:
    used = pdf.fonts_of(render_request(samples.request(), fonts))
    assert {name.split("+")[1] for name, _, _ in used} == {"TW-Kai-98_1", "TW-Kai-Ext-B-98_1"}
    assert all(embedded and unicode for _, embedded, unicode in used)


@pytest.mark.parametrize("length", [700, 1500, 6000])
def test_a_long_reason_is_whole_and_stands_before_the_signatures(
    length: int, fonts: FormFonts
) -> None:
    reason = samples.long_text(length)
    made = render_request(samples.request(reason=reason, reference=""), fonts)
    text = re.sub(r"第\d頁，共\d頁", "", pdf.text(made))
    assert_in_order([reason, *LABELS[14:]], text)
    assert pdf.pages(made) == {700: 1, 1500: 2, 6000: 4}[length]


@pytest.mark.parametrize("length", range(650, 1300, 50))
def test_signatures_and_notes_stay_on_one_page(length: int, fonts: FormFonts) -> None:
    made = render_request(samples.request(reason=samples.long_text(length)), fonts)
    last = pdf.text_of_page(made, pdf.pages(made))
    assert_in_order([*LABELS[14:]], last)


def test_newlines_of_the_reason_are_kept(fonts: FormFonts) -> None:
    made = render_request(samples.request(reason="第一行\r\n第二行\n\n第四行"), fonts)
    found = pdf.text_lines(made)
    assert [row for row in found if row.startswith("第") and row.endswith("行")] == [
        *("第一行", "第二行", "第四行")
    ]


@pytest.mark.parametrize("field", ["applicant", "id_number", "phone", "relation", "unit", "reason"])
def test_markup_is_printed_as_it_was_typed(field: str, fonts: FormFonts) -> None:
    text = pdf.text(render_request(samples.request(**{field: samples.MARKUP}), fonts))
    assert squeezed(samples.MARKUP) in text


@pytest.mark.parametrize("name", ["堃", "𠮷", "峯", "喆", "Müller-Ōta", "Paláng"])
def test_rare_names_are_printed(name: str, fonts: FormFonts) -> None:
    assert f"申請人{name}申請日期" in pdf.text(
        render_request(samples.request(applicant=name), fonts)
    )


@pytest.mark.parametrize("letter", ["W", "Ω", "Ж", "Ō"])
@pytest.mark.parametrize(
    ("field", "fit"), [("applicant", 35), ("phone", 25), ("unit", 25), ("reason", 90)]
)
def test_a_word_without_breaks_stays_in_its_cell(
    field: str, fit: int, letter: str, fonts: FormFonts
) -> None:
    made = render_request(samples.request(**{field: letter * 180}), fonts)
    lines = [line.replace("\u200b", "") for line in pdf.text_lines(made)]
    assert max(len(run) for line in lines for run in re.findall(f"{letter}+", line)) <= fit
    assert sum(line.count(letter) for line in lines) == 180


def test_many_cameras_and_periods_flow_to_the_next_page(fonts: FormFonts) -> None:
    cameras = tuple(f"測試鏡頭{n}" for n in range(1, 61))
    windows = tuple(
        Window(
            start=samples.WINDOW.start + timedelta(days=n),
            end=samples.WINDOW.end + timedelta(days=n),
        )
        for n in range(30)
    )
    made = render_request(samples.request(cameras=cameras, windows=windows), fonts)
    text = pdf.text(made)
    assert_in_order([*cameras, "115年3月30日8時30分至115年3月30日9時0分", *LABELS[13:]], text)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        *(("甲\u202e乙", "U+202E"), ("甲\u200b乙", "U+200B"), ("甲\x00乙", "U+0000")),
        *(("甲\x1b[31m", "U+001B"), ("甲\t乙", "U+0009"), ("שלום", "U+05E9"), ("سلام", "U+0633")),
        *(("٣", "U+0663"), ("甲\ud842乙", "U+D842"), ("甲\u2028乙", "U+2028")),
        *(("甲\U0010fffd", "U+10FFFD"), ("甲\u0378", "U+0378"), ("甲\U0001f600", "U+1F600")),
        ("葛\U000e0100", "U+E0100"),
    ],
)
def test_what_would_not_appear_as_typed_is_refused_by_number(
    text: str, number: str, fonts: FormFonts
) -> None:
    with pytest.raises(FormError) as error:
        render_request(samples.request(reason=text), fonts)
    assert f"{number}" in error.value.what
    assert error.value.where == "reason"
    assert "甲" not in str(error.value)


def test_a_period_that_ends_before_it_begins_is_refused(fonts: FormFonts) -> None:
    window = Window(start=samples.at(3, 1, 9), end=samples.at(3, 1, 8))
    with pytest.raises(FormError):
        render_request(RequestForm(windows=(window,)), fonts)


def test_a_day_before_the_roc_is_refused(fonts: FormFonts) -> None:
    with pytest.raises(FormError):
        render_request(RequestForm(applied_on=date(115, 3, 1)), fonts)


def test_the_same_form_is_the_same_file(fonts: FormFonts) -> None:
    assert render_request(samples.request(), fonts) == render_request(samples.request(), fonts)


def test_the_file_tells_nothing_but_the_forms_name(fonts: FormFonts) -> None:
    made = render_request(samples.request(), fonts)
    assert b"/CreationDate" not in made
    assert b"/Author" not in made
    assert "測試".encode("utf-16-be") not in made
