"""School years, semesters, quarters and working days (spec §1.5). Pure: days in, days out."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A named stretch of whole days: a quarter, a semester or a school year."""

    label: str
    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


class QuarterScheme(StrEnum):
    """Which quarters 七(一)'s 每季 means (spec §1.5)."""

    CALENDAR = "calendar"
    """January, April, July, October; labelled 2026Q1."""
    SCHOOL_YEAR = "school_year"
    """August, November, February, May; labelled SY115Q1 with the ROC school year."""


def quarter(day: date, scheme: QuarterScheme = QuarterScheme.CALENDAR) -> Term:
    """The quarter a day lies in."""
    shift = 7 if scheme is QuarterScheme.SCHOOL_YEAR else 0
    year, month0 = divmod(day.year * 12 + day.month - 1 - shift, 12)
    index = month0 // 3
    first_year, first0 = divmod(year * 12 + index * 3 + shift, 12)
    last_year, last0 = divmod(first_year * 12 + first0 + 2, 12)
    label = f"SY{year - 1911}Q{index + 1}" if shift else f"{year}Q{index + 1}"
    return Term(
        label=label,
        first=date(first_year, first0 + 1, 1),
        last=date(last_year, last0 + 1, calendar.monthrange(last_year, last0 + 1)[1]),
    )


def owed_quarters(
    commissioned_on: date,
    as_of: date,
    scheme: QuarterScheme = QuarterScheme.CALENDAR,
    *,
    first_quarter_min_days: int = 30,
) -> tuple[Term, ...]:
    """Quarters for which an inspection is owed, the running one last (七(一), decision I11).

    The quarter of commissioning counts if at least `first_quarter_min_days` of it remain.
    """
    term = quarter(commissioned_on, scheme)
    if (term.last - commissioned_on).days < first_quarter_min_days:
        term = quarter(term.last + DAY, scheme)
    terms = []
    while term.first <= as_of:
        terms.append(term)
        term = quarter(term.last + DAY, scheme)
    return tuple(terms)


def school_year(day: date) -> Term:
    """School year, 1 August to 31 July, labelled with its ROC year (學年學期假期辦法 2)."""
    year = day.year if day.month >= 8 else day.year - 1
    return Term(label=str(year - 1911), first=date(year, 8, 1), last=date(year + 1, 7, 31))


def semester(day: date) -> Term:
    """Semester: 1 August to 31 January (`115-1`) or 1 February to 31 July (`115-2`)."""
    whole = school_year(day)
    second = date(whole.last.year, 2, 1)
    if day < second:
        return Term(label=f"{whole.label}-1", first=whole.first, last=second - DAY)
    return Term(label=f"{whole.label}-2", first=second, last=whole.last)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkCalendar:
    """Working days of a country as data; weekends rest unless made up for (補班)."""

    first: date
    last: date
    """The stretch the calendar is known for; outside it every question raises ValueError."""
    holidays: frozenset[date]
    make_up_days: frozenset[date]

    @classmethod
    def of(
        cls, first: date, last: date, holidays: Iterable[date], make_up_days: Iterable[date] = ()
    ) -> WorkCalendar:
        """A calendar from any collections of days."""
        return cls(
            first=first,
            last=last,
            holidays=frozenset(holidays),
            make_up_days=frozenset(make_up_days),
        )

    def is_working_day(self, day: date) -> bool:
        """Whether offices work on `day`; ValueError outside the calendar, never a guess."""
        if not self.first <= day <= self.last:
            raise ValueError(f"the working-day calendar ends before it covers {day}")
        if day in self.make_up_days:
            return True
        return day.weekday() < 5 and day not in self.holidays

    def add(self, day: date, working_days: int) -> date:
        """The n-th working day after `day`, which itself does not count; n = 0 is `day`."""
        while working_days > 0:
            day += DAY
            working_days -= self.is_working_day(day)
        return day

    def on_or_after(self, day: date) -> date:
        """`day` or the next working day (Civil Code 122; only for acts owed to a person)."""
        while not self.is_working_day(day):
            day += DAY
        return day

    def on_or_before(self, day: date) -> date:
        """`day` or the last working day before it: an alarm fires before the holiday."""
        while not self.is_working_day(day):
            day -= DAY
        return day
