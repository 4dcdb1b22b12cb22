"""附錄2: rule 58's columns, fifteen rows a sheet, the days of the parameter."""

from __future__ import annotations

import itertools

import pytest

from cctv_policy.errors import FormError
from cctv_policy.forms.fonts import FormFonts
from cctv_policy.forms.inspection import (
    InspectionBook,
    InspectionRow,
    render_inspection,
    render_inspection_blank,
)
from tests.forms import pdf, samples

NOTE = "備註：管理單位應定期(每季)檢查監錄系統運作狀況，發現故障，立即報修。"


def head(days: int) -> str:
    return (
        "檢查日期監視主機是否正常運作"
        f"錄影監材是否正常運轉(影像資料保存{days}日以上)視訊是否清晰保養檢(複)查人備考"
    )


@pytest.mark.parametrize("days", [14, 30, 180])
def test_the_blank_sheet_is_the_official_one_with_the_days_of_the_parameter(
    days: int, fonts: FormFonts
) -> None:
    made = render_inspection_blank(retention_days=days, fonts=fonts)
    row = "年月日" + "□是□否" * 3
    assert pdf.text(made) == "監視錄影系統保養紀錄簿" + head(days) + row * 15 + NOTE
    assert pdf.pages(made) == 1


@pytest.mark.parametrize(("count", "sheets"), [(0, 1), (1, 1), (15, 1), (16, 2), (30, 2), (31, 3)])
def test_a_book_has_fifteen_rows_a_sheet(count: int, sheets: int, fonts: FormFonts) -> None:
    made = render_inspection([samples.inspections(count)], retention_days=14, fonts=fonts)
    assert pdf.pages(made) == sheets
    for page in range(1, sheets + 1):
        text = pdf.text_of_page(made, page)
        assert text.count("是□否") + text.count("是■否") == 45
        assert head(14) in text
        assert NOTE in text
        assert "範例國小" in text


def test_every_value_stands_in_its_row(fonts: FormFonts) -> None:
    made = render_inspection([samples.inspections(5)], retention_days=14, fonts=fonts)
    text = pdf.text(made)
    for row in (
        "111年1月5日■是□否■是□否■是□否檢查測試",
        "111年4月5日■是□否■是□否■是□否檢查測試複查：複查測試",
        "111年7月5日■是□否□是■否■是□否檢查測試保存不足，已報修FLT-115-0001",
        "111年10月5日■是□否■是□否■是□否檢查測試複查：總務處總務主任",
        "112年1月5日■是□否■是□否□是□否檢查測試",
    ):
        assert row in text


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("複查測試", ["複查：複查測試"]),
        ("總務處 總務主任", ["複查：總務處", "總務主任"]),
        ("司徒複查測試", ["複查：", "司徒複查測試"]),
        ("P-0001", ["複查：P-0001"]),
    ],
)
def test_a_name_or_title_of_the_rechecker_is_not_broken(
    name: str, lines: list[str], fonts: FormFonts
) -> None:
    book = InspectionBook(rows=(InspectionRow(inspector="檢查測試", rechecker=name),))
    made = render_inspection([book], retention_days=14, fonts=fonts)
    shown = [line.replace(" ", "") for line in pdf.text_lines(made)]
    assert [line for line in lines if any(line in one for one in shown)] == lines


@pytest.mark.parametrize(("one", "other"), list(itertools.product([True, False, None], repeat=2)))
def test_the_second_column_is_yes_only_if_both_answers_are(
    one: bool | None, other: bool | None
) -> None:
    row = InspectionRow(recording_ok=one, retention_ok=other)
    expected = False if False in (one, other) else None if None in (one, other) else True
    assert row.recorded_and_kept is expected


def test_books_of_several_recorders_are_one_file(fonts: FormFonts) -> None:
    books = [InspectionBook(caption=f"測試主機{n}") for n in (1, 2, 3)]
    made = render_inspection(books, retention_days=14, fonts=fonts)
    assert [f"測試主機{n}" in pdf.text_of_page(made, n) for n in (1, 2, 3)] == [True] * 3
    assert pdf.pages(made) == 3


def test_long_remarks_grow_their_row_and_are_whole(fonts: FormFonts) -> None:
    remarks = samples.long_text(400)
    book = InspectionBook(rows=(InspectionRow(remarks=remarks),) * 2)
    made = render_inspection([book], retention_days=14, fonts=fonts)
    assert pdf.text(made).replace(head(14), "").count(remarks) == 2
    assert NOTE in pdf.text_of_page(made, pdf.pages(made))
    assert all(head(14) in pdf.text_of_page(made, n + 1) for n in range(pdf.pages(made)))


def test_no_book_and_no_retention_are_refused(fonts: FormFonts) -> None:
    with pytest.raises(FormError):
        render_inspection([], retention_days=14, fonts=fonts)
    with pytest.raises(FormError):
        render_inspection_blank(retention_days=0, fonts=fonts)


def test_the_fault_names_book_row_and_field(fonts: FormFonts) -> None:
    rows = (InspectionRow(), InspectionRow(remarks="甲\u202e"))
    books = [InspectionBook(), InspectionBook(rows=rows)]
    with pytest.raises(FormError) as error:
        render_inspection(books, retention_days=14, fonts=fonts)
    assert error.value.where == "books[2].rows[2].remarks"


def test_the_same_books_are_the_same_file(fonts: FormFonts) -> None:
    books = [samples.inspections(17)]
    first, second = (render_inspection(books, retention_days=14, fonts=fonts) for _ in range(2))
    assert first == second
