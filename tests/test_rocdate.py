"""ROC dates: exactly the forms of spec §1.5, and nothing else."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cctv_policy.rocdate import RocDateError, parse, parse_iso, parse_roc, to_short, to_words

AS_OF = date(2026, 11, 22)


@pytest.mark.parametrize(
    "text",
    [
        "民國115年3月1日",
        "115年3月1日",
        "115/03/01",
        "115.3.1",
        "115-03-01",
        "1150301",
        "民國115年03月01日",
        "１１５／０３／０１".replace("／", "/"),
        "民國\u3000115\u3000年\u30003\u3000月\u30001\u3000日",
        "\u3000115/3/1 ",
        "１１５０３０１",
    ],
)
def test_every_written_form_is_read(text: str) -> None:
    assert parse_roc(text, as_of=AS_OF) == date(2026, 3, 1)
    assert parse(text, as_of=AS_OF) == date(2026, 3, 1)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("89/12/31", "year"),
        ("117/01/01", "year"),
        ("12/03/01", "year"),
        ("2026/03/01", "format"),  # AD in a ROC field
        ("2026年3月1日", "format"),
        ("20260301", "format"),
        ("990301", "format"),  # six digits: YYMMDD or ROC?
        ("112-02-29", "impossible"),
        ("115/13/01", "impossible"),
        ("1150230", "impossible"),
        ("115/03-01", "format"),
        ("115/3", "format"),
        ("115 / 03 / 01", "format"),
        ("民國115/03/01", "format"),
        ("", "format"),
        ("一一五年三月一日", "format"),
        ("١١٥/٠٣/٠١", "format"),  # digits, but not the ones we read
    ],
)
def test_other_texts_are_refused(text: str, code: str) -> None:
    with pytest.raises(RocDateError) as caught:
        parse_roc(text, as_of=AS_OF)
    assert caught.value.code == code


def test_next_year_is_the_last_that_is_read() -> None:
    assert parse_roc("116/12/31", as_of=AS_OF) == date(2027, 12, 31)
    assert parse_roc("90/1/1", as_of=AS_OF) == date(2001, 1, 1)


@pytest.mark.parametrize(
    ("text", "code"),
    [("0115-03-01", "year"), ("1999-12-31", "year"), ("2026-02-29", "impossible")],
)
def test_roc_typed_into_an_iso_field_is_refused(text: str, code: str) -> None:
    with pytest.raises(RocDateError) as caught:
        parse_iso(text)
    assert caught.value.code == code


@pytest.mark.parametrize("text", ["2026-3-1", "2026/03/01", "115-03-01", "2026-03-01T00:00"])
def test_other_texts_are_no_iso_date(text: str) -> None:
    with pytest.raises(RocDateError):
        parse_iso(text)


def test_parse_reads_both_calendars() -> None:
    assert parse("2026-03-01", as_of=AS_OF) == parse("115-03-01", as_of=AS_OF)
    with pytest.raises(RocDateError, match="ROC year"):
        parse("0115-03-01", as_of=AS_OF)


def test_dates_are_printed_as_on_the_forms() -> None:
    assert to_words(date(2026, 3, 1)) == "民國115年3月1日"
    assert to_short(date(2026, 3, 1)) == "115/03/01"
    with pytest.raises(ValueError, match="ROC"):
        to_words(date(1911, 12, 31))


@given(st.dates(date(2001, 1, 1), date(2027, 12, 31)))
def test_printing_and_reading_agree(day: date) -> None:
    assert parse_roc(to_words(day), as_of=AS_OF) == day
    assert parse_roc(to_short(day), as_of=AS_OF) == day
    assert parse_iso(day.isoformat()) == day
