"""What files amount to: oldest, newest, gaps, days that fit; and the files that must not count."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cctv_policy.drivers.framing import CannotTell
from cctv_policy.drivers.recordings import (
    DAY,
    MOST_GAPS,
    Span,
    Take,
    days_that_fit,
    is_footage,
    named_start,
    parse_listing,
    survey,
)

TAIPEI = timezone(timedelta(hours=8))
NOW = datetime(2026, 11, 22, 10, 0, 30, tzinfo=TAIPEI).timestamp()
MB = 1_000_000


def name(epoch: float) -> str:
    return f"{datetime.fromtimestamp(epoch, TAIPEI):ch1/%Y%m%d-%H%M%S}.mp4"


def hours(count: int, *, until: float = NOW - 600, length: float = 3600) -> list[Take]:
    """`count` files of an hour each without a hole, the last one finished ten minutes ago."""
    ends = [until - n * length for n in range(count)][::-1]
    return [Take(end, 40 * MB, name(end - length)) for end in ends]


def look(takes: list[Take], length: float | None = 3600) -> Span:
    return survey(takes, now=NOW, zone=TAIPEI, length_s=length)


def test_a_continuous_archive_has_a_start_an_end_and_no_gap() -> None:
    span = look(hours(48))
    assert span.oldest == pytest.approx(NOW - 600 - 48 * 3600, abs=1)
    assert span.newest == NOW - 600 and span.gaps == () and not span.doubtful
    assert span.bytes_a_day == pytest.approx(24 * 40 * MB, rel=0.01)


def test_a_hole_is_told_from_the_end_of_one_file_to_the_start_of_the_next() -> None:
    takes = hours(48)
    del takes[20:23]
    (gap,) = look(takes).gaps or ()
    assert gap[1] - gap[0] == pytest.approx(3 * 3600, abs=1)
    assert gap[0] == takes[19].end


def test_a_pause_of_less_than_five_minutes_is_no_gap() -> None:
    takes = hours(10)
    late = [Take(t.end + 240, t.size, name(t.end + 240 - 3600)) for t in takes[5:]]
    assert look([*takes[:5], *(t for t in late if t.end < NOW)]).gaps == ()


@pytest.mark.parametrize("size", [0, 48, 1023])
def test_empty_and_unfinished_files_are_no_footage(size: int) -> None:
    takes = hours(5)
    broken = [Take(NOW - 200, size, name(NOW - 300))]
    assert look([*takes, *broken]) == look(takes)
    assert look(broken).oldest is None and look(broken).files == 0


def test_the_file_that_still_grows_does_not_count() -> None:
    takes = hours(5)
    growing = Take(NOW - 5, 10 * MB, name(NOW - 600))
    assert look([*takes, growing]).newest == takes[-1].end


def test_a_file_from_the_future_makes_the_answer_doubtful_and_is_not_the_newest() -> None:
    takes = hours(5)
    ahead = Take(NOW + 3 * DAY, 40 * MB, name(NOW + 3 * DAY - 3600))
    span = look([*takes, ahead])
    assert span.newest == takes[-1].end and span.doubtful


def test_names_that_contradict_the_times_of_change_leave_the_times_open() -> None:
    copied = [Take(NOW - 3600, t.size, t.path) for t in hours(100)]
    span = look(copied)
    assert span.oldest is None and span.newest is None and span.gaps is None and span.doubtful
    assert span.files == 100


def test_one_old_file_under_a_new_time_of_change_is_noticed() -> None:
    old = Take(NOW - 40 * DAY, 40 * MB, name(NOW - 400 * DAY))
    assert look([old, *hours(24)]).doubtful


def test_one_file_put_back_among_hundreds_is_noticed() -> None:
    takes = hours(300)
    takes[123] = Take(takes[123].end, takes[123].size, name(NOW - 400 * DAY))
    assert look(takes).doubtful


def test_files_that_overlap_leave_no_gap_between_them() -> None:
    takes = hours(5)
    short = [Take(t.end - 1800, MB, name(t.end - 1860)) for t in takes]
    assert look([*takes, *short]).gaps == ()


def test_a_clock_set_by_ten_minutes_is_no_contradiction() -> None:
    shifted = [Take(t.end, t.size, name(t.end - 3600 + 600)) for t in hours(24)]
    assert not look(shifted).doubtful


def test_names_without_a_time_are_judged_by_their_time_of_change() -> None:
    plain = [Take(t.end, t.size, f"ch1/{n}.mp4") for n, t in enumerate(hours(24))]
    span = look(plain)
    assert span.oldest == pytest.approx(plain[0].end - 3600) and span.gaps == ()


def test_pictures_older_than_the_videos_are_the_oldest_footage() -> None:
    picture = Take(NOW - 500 * DAY, 90_000, "ch1/01-20250710100000-00.jpg")
    assert look([picture, *hours(24)]).oldest == picture.end


def test_other_files_are_no_footage() -> None:
    assert not is_footage("motion.db") and not is_footage("ch1/index.m3u8")
    assert is_footage("A.MP4") and is_footage("x/y.jpg")


def test_more_gaps_than_can_be_told_are_cut_to_the_longest() -> None:
    takes = [Take(NOW - n * 900, MB, f"{n}.mp4") for n in range(1, 2 * MOST_GAPS)]
    span = look(takes, length=10)
    assert span.cut_short and len(span.gaps or ()) == MOST_GAPS


@pytest.mark.parametrize(("days", "in_it"), [(6, True), (7, True), (15, False), (300, False)])
def test_the_rate_is_that_of_the_last_one_to_two_weeks(days: int, in_it: bool) -> None:
    takes = [*hours(20 * 24), Take(NOW - days * 86_400, 10_000_000 * MB, "ch1/large.mp4")]
    rate = look(takes).bytes_a_day
    assert rate is not None and (rate > 1000 * 40 * MB) is in_it


def test_less_than_six_hours_give_no_rate() -> None:
    assert look(hours(5)).bytes_a_day is None and look(hours(7)).bytes_a_day is not None


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("20261122/1-01-20261122100000.mp4", "2026-11-22T10:00:00"),
        ("Camera1/2026-11-22/10-00-00.mp4", "2026-11-22T10:00:00"),
        ("2026-11-22T10:00:00.mkv", "2026-11-22T10:00:00"),
        ("ch1/20261122-100000.mp4", "2026-11-22T10:00:00"),
        ("clip-20261322100000.mp4", None),
        ("clip-20261122.mp4", None),
        ("1234202611221000001.mp4", None),
        ("x.mp4", None),
    ],
)
def test_a_full_date_and_time_in_a_name_is_read(path: str, expected: str | None) -> None:
    found = named_start(path, TAIPEI)
    text = None if found is None else f"{datetime.fromtimestamp(found, TAIPEI):%Y-%m-%dT%H:%M:%S}"
    assert text == expected


@pytest.mark.parametrize(
    "text", ["17000.5/12", "abc/12/x.mp4//", "1.0/x/y.mp4//", "1.0,2.0/9/y.mp4//"]
)
def test_a_broken_list_of_files_is_odd_output(text: str) -> None:
    with pytest.raises(CannotTell):
        parse_listing(text)


def test_names_with_spaces_line_ends_and_other_scripts_are_read() -> None:
    text = "1.5/2048/a b/校門 1.mp4//2.5/4096/c\nd.mp4//\n"
    assert parse_listing(text) == [Take(1.5, 2048, "a b/校門 1.mp4"), Take(2.5, 4096, "c\nd.mp4")]


def test_a_run_of_files_is_read() -> None:
    text = "1.5,900.25,15/30720/ch1/x.mp4//"
    assert parse_listing(text) == [Take(900.25, 30720, "ch1/x.mp4", 15, 1.5)]


@given(st.text(alphabet="0123456789.,/ abc\n", max_size=60))
@settings(max_examples=200, deadline=None)
def test_no_list_of_files_raises_anything_else(text: str) -> None:
    with suppress(CannotTell):
        survey(parse_listing(text), now=NOW, zone=UTC)


def test_days_that_fit_share_the_volume_and_round_down() -> None:
    gigabyte = 10**9
    fit = {"size": 100 * gigabyte, "free": 60 * gigabyte, "held": 40 * gigabyte}
    assert days_that_fit(**fit, rates=[2.0 * gigabyte, 1.1 * gigabyte]) == 32
    assert days_that_fit(**fit, rates=[2.0 * gigabyte], usable=0.95) == 47
    assert days_that_fit(**fit, rates=[2.0 * gigabyte, None]) is None
    assert days_that_fit(**fit, rates=[]) is None


def test_holes_in_sparse_files_do_not_make_a_volume_larger() -> None:
    assert days_that_fit(size=100, free=90, held=10_000, rates=[1.0]) == 100


def test_138240_files_are_judged_in_a_few_seconds() -> None:
    """16 channels, one file a minute, six days."""
    records = []
    for channel in range(16):
        for n in range(8640):
            end = NOW - 600 - n * 60
            records.append(f"{end:.10f}/4000000/ch{channel}/{name(end - 60)[4:]}//")
    started = time.process_time()
    takes = parse_listing("".join(records))
    for channel in range(16):
        span = survey(
            [t for t in takes if t.path.startswith(f"ch{channel}/")], now=NOW, zone=TAIPEI
        )
        assert span.files == 8640 and span.gaps == ()
    assert time.process_time() - started < 6
