"""School years, semesters, quarters and working days (spec §1.5)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cctv_policy.calendars import (
    QuarterScheme,
    WorkCalendar,
    owed_quarters,
    quarter,
    school_year,
    semester,
)

SCHOOL = QuarterScheme.SCHOOL_YEAR


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("asked", "scheme", "label", "first", "last"),
    [
        ("2026-01-01", QuarterScheme.CALENDAR, "2026Q1", "2026-01-01", "2026-03-31"),
        ("2026-06-30", QuarterScheme.CALENDAR, "2026Q2", "2026-04-01", "2026-06-30"),
        ("2026-12-31", QuarterScheme.CALENDAR, "2026Q4", "2026-10-01", "2026-12-31"),
        ("2026-08-01", SCHOOL, "SY115Q1", "2026-08-01", "2026-10-31"),
        ("2026-07-31", SCHOOL, "SY114Q4", "2026-05-01", "2026-07-31"),
        ("2027-01-31", SCHOOL, "SY115Q2", "2026-11-01", "2027-01-31"),
        ("2028-02-29", SCHOOL, "SY116Q3", "2028-02-01", "2028-04-30"),
    ],
)
def test_quarters(asked: str, scheme: QuarterScheme, label: str, first: str, last: str) -> None:
    term = quarter(day(asked), scheme)
    assert (term.label, term.first, term.last) == (label, day(first), day(last))
    assert day(asked) in term


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.sampled_from(QuarterScheme))
def test_quarters_follow_each_other_without_a_gap(asked: date, scheme: QuarterScheme) -> None:
    term = quarter(asked, scheme)
    following = quarter(term.last + timedelta(days=1), scheme)
    assert asked in term
    assert following.first == term.last + timedelta(days=1)
    assert 88 <= (term.last - term.first).days <= 91


@pytest.mark.parametrize(
    ("commissioned", "labels"),
    [
        ("2026-03-01", ["2026Q1", "2026Q2"]),  # 30 days remain
        ("2026-03-02", ["2026Q2"]),  # 29 remain (I11)
        ("2026-04-15", ["2026Q2"]),
        ("2026-07-01", []),
    ],
)
def test_the_first_quarter_is_owed_if_thirty_days_remain(
    commissioned: str, labels: list[str]
) -> None:
    owed = owed_quarters(day(commissioned), day("2026-06-30"))
    assert [term.label for term in owed] == labels


@pytest.mark.parametrize(
    ("asked", "year", "half"),
    [
        ("2026-07-31", "114", "114-2"),
        ("2026-08-01", "115", "115-1"),
        ("2027-01-31", "115", "115-1"),
        ("2027-02-01", "115", "115-2"),
    ],
)
def test_school_years_and_semesters(asked: str, year: str, half: str) -> None:
    assert school_year(day(asked)).label == year
    assert semester(day(asked)).label == half
    assert day(asked) in school_year(day(asked))
    assert day(asked) in semester(day(asked))


WORK = WorkCalendar.of(
    day("2025-01-01"),
    day("2025-12-31"),
    holidays=[day("2025-01-27"), day("2025-01-28"), day("2025-01-29"), day("2025-01-30")],
    make_up_days=[day("2025-02-08")],
)


def test_working_days_skip_weekends_and_holidays_but_not_make_up_days() -> None:
    assert WORK.add(day("2025-01-24"), 1) == day("2025-01-31")
    assert WORK.add(day("2025-02-07"), 1) == day("2025-02-08")
    assert WORK.add(day("2025-02-07"), 0) == day("2025-02-07")
    assert WORK.on_or_after(day("2025-01-25")) == day("2025-01-31")
    assert WORK.on_or_before(day("2025-01-30")) == day("2025-01-24")
    assert WORK.on_or_after(day("2025-02-08")) == day("2025-02-08")


def test_a_day_outside_the_calendar_is_never_guessed() -> None:
    with pytest.raises(ValueError, match="calendar"):
        WORK.add(day("2025-12-31"), 1)
    with pytest.raises(ValueError, match="calendar"):
        WORK.is_working_day(day("2024-12-31"))
