"""調閱登記簿 as PDF and ODS: every value, no formula, no personal number."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import fields

import pytest
from odfdo import Document

from cctv_policy.errors import FormError
from cctv_policy.forms.fonts import FormFonts
from cctv_policy.forms.ods import register_ods
from cctv_policy.forms.register import COLUMNS, Register, RegisterLine, render_register
from tests.forms import pdf, samples


def table(ods: bytes) -> list[list[str]]:
    return [
        ["" if value is None else str(value) for value in row]
        for row in Document(io.BytesIO(ods)).body.tables[0].get_values()
    ]


def content(ods: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(ods)) as archive:
        return archive.read("content.xml").decode()


def test_the_book_has_its_columns_and_every_value_in_order(fonts: FormFonts) -> None:
    made = render_register(samples.register(3), fonts)
    text = pdf.text(made)
    assert text.startswith("調閱登記簿" + "".join(COLUMNS))
    assert (
        "1115年3月4日8時30分至115年3月4日9時5分REQ-115-0001物品遺失校門口大班教室"
        "115年3月1日8時30分至115年3月1日9時0分測試堃𠮷（監護人）陪同測試操作測試調閱有畫面"
        "115年3月4日9時30分15秒"
    ) in text
    assert "作廢：重複登記" in text
    assert text.endswith("範例國小115年第1頁，共1頁")


def test_the_columns_stand_on_every_page(fonts: FormFonts) -> None:
    made = render_register(samples.register(60), fonts)
    count = pdf.pages(made)
    assert count > 2
    for page in range(1, count + 1):
        assert "".join(COLUMNS) in pdf.text_of_page(made, page)
    assert all(f"REQ-115-{no:04}" in pdf.text(made) for no in range(1, 61))


def test_a_book_without_lines_is_a_sheet_to_be_filled(fonts: FormFonts) -> None:
    made = render_register(Register(), fonts)
    assert pdf.text(made) == "調閱登記簿" + "".join(COLUMNS) + "第1頁，共1頁"


def test_every_font_of_the_book_is_embedded(fonts: FormFonts) -> None:
    assert all(
        embedded for _, embedded, _ in pdf.fonts_of(render_register(samples.register(), fonts))
    )


def test_the_types_have_no_place_for_a_national_id_or_a_telephone() -> None:
    names = {field.name for kind in (Register, RegisterLine) for field in fields(kind)}
    assert not [name for name in names if re.search("phone|id_number|national|identity", name)]


def test_the_spreadsheet_has_the_same_values() -> None:
    rows = table(register_ods(samples.register(3)))
    assert rows[0][0] == "範例國小　115年"
    assert rows[1] == list(COLUMNS)
    assert rows[2][:4] == [
        "1",
        "115年3月4日8時30分\n至115年3月4日9時5分",
        "REQ-115-0001",
        "物品遺失",
    ]
    assert rows[3][-1] == "作廢：重複登記"
    assert len(rows) == 5


@pytest.mark.parametrize(
    "text", ["=1+1", "+886", "-1", "@SUM(A1)", "=HYPERLINK('x')", "007", "TRUE"]
)
def test_a_cell_that_looks_like_a_formula_or_a_number_is_text(text: str) -> None:
    ods = register_ods(Register(lines=(samples.line(1, viewer=text, viewer_category=""),)))
    assert table(ods)[1][6] == text
    assert "table:formula" not in content(ods)
    assert set(re.findall(r'office:value-type="(\w+)"', content(ods))) == {"string"}


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\n=", " ="])
def test_b36_no_cell_of_a_book_is_ever_a_formula(sign: str) -> None:
    """Every column that a person can write into, the caption too."""
    text = f"{sign}1+1"
    words = dict.fromkeys(("source", "purpose", "viewer", "escort", "operator"), text)
    words |= dict.fromkeys(("viewer_category", "action", "result", "void_reason"), text)
    lines = tuple(samples.line(n, cameras=(text,), **words) for n in range(1, 4))
    said = content(register_ods(Register(caption=text, lines=lines)))
    assert "formula" not in said
    assert "office:value=" not in said
    assert set(re.findall(r'office:value-type="(\w+)"', said)) == {"string"}


def test_markup_and_spaces_in_a_cell_are_text() -> None:
    text = "<text:p>&amp;  兩格"
    ods = register_ods(Register(lines=(samples.line(1, purpose=text),)))
    assert table(ods)[1][3] == text


def test_a_control_character_is_refused_in_the_spreadsheet_too() -> None:
    with pytest.raises(FormError) as error:
        register_ods(Register(lines=(samples.line(1, escort="甲\x07"),)))
    assert error.value.where == "lines[1].escort"


def test_a_rebuilt_book_is_the_same_file(fonts: FormFonts) -> None:
    book = samples.register(20)
    assert render_register(book, fonts) == render_register(book, fonts)
    first = register_ods(book)
    assert first == register_ods(book)
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert archive.infolist()[0].filename == "mimetype"
        assert archive.infolist()[0].compress_type == zipfile.ZIP_STORED
        assert {part.date_time[0] for part in archive.infolist()} == {1980}
