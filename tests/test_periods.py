"""Spec §1.5 and §1.6: the measured examples, boundaries, and what must hold for every date."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cctv_policy.periods import (
    TAIPEI,
    DayCount,
    Period,
    deletion_lawful_from,
    keep_until,
    last_lawful_day,
    lawful_since,
    local_date,
    owed_since,
    period_end,
    required_from,
    retention_seconds,
    strict_margin,
)

P = Period.parse


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TAIPEI)


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("P14D", Period(days=14)),
        ("P2W", Period(days=14)),
        ("P1Y", Period(months=12)),
        ("P3M", Period(months=3)),
        ("P1Y6M", Period(months=18)),
        ("P1M10D", Period(months=1, days=10)),
        ("PT72H", Period(seconds=259_200)),
        ("PT1H30M", Period(seconds=5_400)),
        ("P1DT12H", Period(days=1, seconds=43_200)),
        ("P0D", Period()),
    ],
)
def test_iso_periods_are_read_and_printed(text: str, period: Period) -> None:
    assert P(text) == period
    assert P(str(period)) == period


@pytest.mark.parametrize(
    "text",
    [
        "",
        "P",
        "PT",
        "14D",
        "P14",
        "P-1D",
        "P1.5D",
        "p14d",
        "P1MT1H",
        "PT1D",
        "P1D2W",
        "P１D",
        "P1DT",
    ],
)
def test_other_texts_are_no_period(text: str) -> None:
    with pytest.raises(ValueError, match="P"):
        P(text)


def test_a_number_is_no_period() -> None:
    with pytest.raises(ValueError, match="ISO 8601"):
        P(14)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("event", "period", "end"),
    [
        ("2023-02-28", "P1Y", "2024-02-29"),  # measured (§1.5); replace and +365 d say 02-28
        ("2024-02-28", "P1Y", "2025-02-28"),
        ("2024-02-29", "P1Y", "2025-02-28"),
        ("2025-12-31", "P1Y", "2026-12-31"),
        ("2026-03-10", "P1Y", "2027-03-10"),
        ("2026-01-30", "P1M", "2026-02-28"),  # no 31 February: the month's last day
        ("2026-01-28", "P1M", "2026-02-28"),
        ("2026-01-27", "P1M", "2026-02-27"),
        ("2026-01-31", "P1M", "2026-02-28"),  # a whole calendar month
        ("2026-11-30", "P3M", "2027-02-28"),
        ("2026-12-15", "P1M", "2027-01-15"),
        ("2026-08-01", "P14D", "2026-08-15"),
        ("2026-08-01", "P2W", "2026-08-15"),
        ("2024-02-28", "P1D", "2024-02-29"),
        ("2026-01-30", "P1M2D", "2026-03-02"),
    ],
)
def test_a_period_ends_as_the_civil_code_says(event: str, period: str, end: str) -> None:
    assert period_end(day(event), P(period)) == day(end)
    assert deletion_lawful_from(day(event), P(period)) == day(end) + timedelta(days=1)
    assert last_lawful_day(day(event), P(period)) == day(end)


def test_hours_have_no_last_day() -> None:
    with pytest.raises(ValueError, match="hours"):
        period_end(day("2026-01-01"), P("PT72H"))


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        owed_since(datetime(2026, 1, 1), P("P14D"))  # noqa: DTZ001


def test_the_local_day_is_taipei_s() -> None:
    assert local_date(datetime(2026, 7, 31, 16, tzinfo=UTC)) == day("2026-08-01")


def test_rolling_days_are_whole_days_of_hours() -> None:
    assert owed_since(at("2026-03-15T10:00"), P("P14D")) == at("2026-03-01T10:00")
    assert keep_until(at("2026-03-01T10:00"), P("P14D")) == at("2026-03-15T10:00")


def test_calendar_days_keep_a_day_through_the_end_of_the_fourteenth_after_it() -> None:
    count = DayCount.CALENDAR
    kept = keep_until(at("2026-03-01T00:01"), P("P14D"), day_count=count)
    assert kept == at("2026-03-16T00:00")
    assert owed_since(at("2026-03-15T23:59"), P("P14D"), day_count=count) == at("2026-03-01T00:00")
    assert owed_since(at("2026-03-16T00:00"), P("P14D"), day_count=count) == at("2026-03-02T00:00")


def test_a_year_is_counted_by_law_under_both_day_counts() -> None:
    for count in DayCount:
        assert owed_since(at("2024-02-29T12:00"), P("P1Y"), day_count=count) == at(
            "2023-02-28T00:00"
        )


def test_footage_of_28_february_2023_is_lawful_through_29_february_2024() -> None:  # T42
    recorded = at("2023-02-28T00:00")
    assert lawful_since(at("2024-02-29T23:59"), P("P1Y")) <= recorded
    assert lawful_since(at("2024-03-01T00:00"), P("P1Y")) > recorded


def test_a_maximum_in_hours_ends_to_the_second() -> None:
    assert lawful_since(at("2026-03-15T10:00"), P("PT72H")) == at("2026-03-12T10:00")


def test_exact_retention_tolerates_a_day_more() -> None:
    tolerant = lawful_since(at("2026-03-16T10:00"), P("P14D"), tolerance=P("PT24H"))
    assert tolerant == at("2026-03-01T00:00")
    assert lawful_since(at("2026-03-16T10:00"), P("P14D")) == at("2026-03-02T00:00")


@pytest.mark.parametrize(
    ("oldest", "expected"),
    [
        ("2026-03-01T10:00", True),  # T31: exactly 14 d
        ("2026-03-01T00:00", False),
        ("2026-03-01T00:01", True),
        ("2026-03-01T10:01", False),  # not even rolling days are met
    ],
)
def test_strict_margin_lies_between_the_two_ways_to_count(oldest: str, expected: bool) -> None:
    assert strict_margin(at(oldest), at("2026-03-15T10:00"), P("P14D")) is expected


def test_retention_in_seconds() -> None:
    assert retention_seconds(P("P14D")) == 1_209_600
    assert retention_seconds(P("PT72H")) == 259_200
    with pytest.raises(ValueError, match="as of"):
        retention_seconds(P("P1M"))
    # on 31 March the 28th of February is still inside one month: 31 days and a half
    assert retention_seconds(P("P1M"), as_of=at("2026-03-31T12:00")) == 31 * 86_400 + 43_200


KINDERGARTEN = ((None, P("P14D")), (day("2026-08-01"), P("P30D")))


@pytest.mark.parametrize(
    ("as_of", "required"),
    [
        ("2026-07-31T10:00", "2026-07-17T10:00"),  # T46
        ("2026-07-31T23:59", "2026-07-17T23:59"),
        ("2026-08-01T00:00", "2026-07-18T00:00"),
        ("2026-08-10T10:00", "2026-07-18T00:00"),  # T47
        ("2026-08-17T00:00", "2026-07-18T00:00"),
        ("2026-08-17T00:01", "2026-07-18T00:01"),
        ("2026-09-15T10:00", "2026-08-16T10:00"),
    ],
)
def test_a_rising_minimum_grows_day_by_day(as_of: str, required: str) -> None:
    assert required_from(at(as_of), KINDERGARTEN) == at(required)


def test_elementary_footage_is_not_touched_by_the_rise() -> None:  # T48
    timeline = [(None, P("P14D"))]
    assert required_from(at("2026-09-15T10:00"), timeline) == at("2026-09-01T10:00")


def test_successive_rises_never_ask_for_footage_that_was_lawfully_gone() -> None:
    timeline = [*KINDERGARTEN, (day("2026-08-06"), P("P90D"))]
    assert required_from(at("2026-08-06T00:00"), timeline) == at("2026-07-18T00:00")
    assert required_from(at("2026-10-15T00:00"), timeline) == at("2026-07-18T00:00")
    assert required_from(at("2026-10-17T00:00"), timeline) == at("2026-07-19T00:00")


def test_a_fall_frees_at_once_and_a_later_rise_starts_from_there() -> None:
    timeline = [(None, P("P30D")), (day("2026-05-01"), P("P7D")), (day("2026-05-03"), P("P30D"))]
    assert required_from(at("2026-05-01T00:00"), timeline) == at("2026-04-24T00:00")
    assert required_from(at("2026-05-20T00:00"), timeline) == at("2026-04-26T00:00")


def test_nothing_is_owed_before_the_first_rule_or_without_a_minimum() -> None:
    timeline = [(day("2026-05-01"), P("P14D")), (day("2026-06-01"), None)]
    assert required_from(at("2026-04-30T23:59"), timeline) is None
    assert required_from(at("2026-05-02T00:00"), timeline) == at("2026-05-01T00:00")
    assert required_from(at("2026-06-01T00:00"), timeline) is None
    assert required_from(at("2026-06-01T00:00"), []) is None


def test_a_minimum_that_returns_asks_only_for_what_came_after() -> None:
    timeline = [(None, P("P14D")), (day("2026-05-01"), None), (day("2026-06-01"), P("P14D"))]
    assert required_from(at("2026-06-03T12:00"), timeline) == at("2026-06-01T00:00")


dates = st.dates(min_value=date(2000, 3, 1), max_value=date(2100, 1, 1))
instants = st.datetimes(
    min_value=datetime(2001, 3, 1),  # noqa: DTZ001
    max_value=datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=st.just(TAIPEI),
)
whole = st.builds(Period, months=st.integers(0, 24), days=st.integers(0, 60), seconds=st.just(0))


@given(dates, whole)
def test_later_events_never_end_earlier(event: date, period: Period) -> None:
    assert period_end(event, period) <= period_end(event + timedelta(days=1), period)


@given(dates, st.integers(1, 5))
def test_a_year_ends_on_the_same_day_or_by_leap_day_next_to_it(event: date, years: int) -> None:
    end = period_end(event, Period(months=12 * years))
    naive = event + timedelta(days=round(365.25 * years))
    assert abs((end - naive).days) <= 1


@given(instants, whole, st.sampled_from(DayCount))
def test_owed_since_is_the_inverse_of_keep_until(
    as_of: datetime, period: Period, count: DayCount
) -> None:
    since = owed_since(as_of, period, day_count=count)
    assert keep_until(since, period, day_count=count) >= as_of
    before = since - timedelta(microseconds=1)
    assert keep_until(before, period, day_count=count) <= as_of


@given(instants, st.lists(st.tuples(dates, st.integers(1, 100)), min_size=1, max_size=5))
def test_what_is_owed_never_exceeds_the_minimum_in_force(
    as_of: datetime, steps: list[tuple[date, int]]
) -> None:
    timeline = sorted({start: Period(days=days) for start, days in steps}.items())
    since = required_from(as_of, timeline)
    in_force = [period for start, period in timeline if start <= local_date(as_of)]
    if not in_force:
        assert since is None
    else:
        assert since is not None
        assert owed_since(as_of, in_force[-1]) <= since <= as_of


@given(instants, st.timedeltas(timedelta(0), timedelta(days=50)))
def test_required_footage_never_reaches_further_back_as_time_goes_on(
    as_of: datetime, later: timedelta
) -> None:
    first = required_from(as_of, KINDERGARTEN)
    second = required_from(as_of + later, KINDERGARTEN)
    assert first is not None
    assert second is not None
    assert first <= second
