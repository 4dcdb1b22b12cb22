"""Retention never destroys what must be kept: the decision on any archive, and the real cleaner.

Archives with holds, gaps, leap days, clocks that ran ahead (times in the future) and behind.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cctv_policy.push.kinds.scripts import change, quote
from cctv_policy.push.kinds.tmpfiles import _LINE, _plain, aged, tmpfiles_path
from cctv_policy.push.kinds.window import (
    Piece,
    Room,
    Shelf,
    decide,
    going,
    held_by,
    held_ends,
    most,
    need,
)
from cctv_policy.push.model import Hold, Retention

DAY = 86_400
LEAP = datetime(2024, 2, 29, 12, tzinfo=UTC).timestamp()
NOWS = st.sampled_from([LEAP, LEAP + 365 * DAY, LEAP + 366 * DAY, 1_795_740_000.0])
AGES = st.floats(min_value=-40, max_value=800, allow_nan=False)


@st.composite
def retentions(draw: st.DrawFn) -> Retention:
    low = draw(st.integers(0, 40))
    high = draw(st.none() | st.integers(max(low, 1), 400))
    days = draw(st.integers(max(low, 1), 400 if high is None else high))
    return Retention(ch=draw(st.sampled_from(["1", "2"])), days=days, min_days=low, max_days=high)


@st.composite
def shelves(draw: st.DrawFn) -> tuple[Shelf, float]:
    now = draw(NOWS)
    pieces = []
    for age in draw(st.lists(AGES, max_size=30)):
        named = draw(st.none() | AGES)
        pieces.append(
            Piece(
                ch=draw(st.sampled_from(["1", "2", "other"])),
                end=now - age * DAY,
                size=draw(st.integers(0, 10**9)),
                named=None if named is None else now - named * DAY,
                held=draw(st.booleans()),
            )
        )
    wanted = tuple(draw(st.lists(retentions(), min_size=1, max_size=2)))
    current = draw(st.integers(0, 500))
    return Shelf(where="x", current=current, wanted=wanted, pieces=tuple(pieces)), now


@settings(max_examples=500, deadline=None)
@given(shelves(), st.booleans(), st.none() | st.integers(0, 500))
def test_no_decision_destroys_held_young_or_lawful_footage(
    given_: tuple[Shelf, float], allow: bool, fits: int | None
) -> None:
    shelf, now = given_
    room = Room(size=10**12, channels=2, bytes_a_day=1e9, days=fits)
    found = decide(shelf, now=now, room=room, allow_shorter=allow, zone=UTC)
    if found.days == shelf.current:
        return  # nothing is changed
    least = max(want.min_days for want in shelf.wanted)
    assert found.days >= least
    limits = [limit for want in shelf.wanted if (limit := most(want)) is not None]
    assert not limits or found.days <= min(limits)
    for piece in going(shelf.pieces, found.days, now=now):
        assert not piece.held
        assert piece.end < now - least * DAY
        assert piece.named is None or piece.named < now - least * DAY
        # What the present window takes already is no loss of ours.
        if not allow and not 0 < shelf.current <= found.days:
            assert limits and piece.end < now - min(limits) * DAY
    if not allow and 0 < found.days < shelf.current:
        assert limits and found.days == min(limits)  # only what the law forbids to keep
    if found.days > shelf.current > 0 and fits is not None:
        assert fits >= found.days or found.days == min(limits)


@given(retentions())
def test_a_window_has_margins_where_the_law_leaves_room(want: Retention) -> None:
    days, limit = need(want), most(want)
    assert days >= want.min_days
    if want.max_days is None or want.max_days >= want.min_days + 2:
        assert days > want.min_days
        assert limit is None or limit < (want.max_days or 0)


@pytest.mark.skipif(
    not shutil.which("systemd-tmpfiles") or os.geteuid() != 0, reason="needs root and tmpfiles"
)
@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.floats(min_value=-30, max_value=500, allow_nan=False), min_size=1, max_size=40),
    st.lists(st.tuples(st.floats(0, 450), st.floats(0, 60)), max_size=3),
    st.integers(2, 60),
    st.sampled_from(["ch1", "a b", "p%d", "br[1]", 'q"q', "st*r", "b\\s"]),
)
@example([400.0, 20.0, 15.0, -3.0], [(405.0, 10.0)], 16, "br[1]")
def test_the_real_cleaner_keeps_what_is_held_or_young_and_takes_the_rest(
    ages: list[float], spans: list[tuple[float, float]], days: int, name: str
) -> None:
    """systemd-tmpfiles itself, with the lines that a push writes, on files of any age."""
    now = time.time()
    holds = [
        Hold(
            ref=f"h{n}",
            ch="1",
            start=(datetime.now(UTC) - timedelta(days=first)).isoformat(),
            end=(datetime.now(UTC) - timedelta(days=max(0.0, first - length))).isoformat(),
        )
        for n, (first, length) in enumerate(spans)
    ]
    with TemporaryDirectory() as place:
        folder = Path(place) / name
        (folder / "day").mkdir(parents=True)
        for number, age in enumerate(ages):
            file = folder / "day" / f"{name}-{number}.mp4"
            file.write_bytes(b"x")
            os.utime(file, (now - age * DAY, now - age * DAY))
        lines = _held_lines(folder, holds, Path(place) / "hold.conf")
        config = Path(place) / "rules.conf"
        config.write_text(f"{lines}e {tmpfiles_path(str(folder))} - - - m:{days}d\n")
        subprocess.run(
            ["systemd-tmpfiles", "--clean", str(config)], check=True, capture_output=True
        )
        kept = held_ends(holds, "1", [int(now - age * DAY) for age in ages], 3600.0)
        for number, age in enumerate(ages):
            there = (folder / "day" / f"{name}-{number}.mp4").exists()
            held = int(now - age * DAY) in kept
            if held or age < days - 0.01:
                assert there, (age, held)
            elif age > days + 0.01 and not _near(holds, now - age * DAY):
                assert not there, age


@pytest.mark.skipif(
    not shutil.which("systemd-tmpfiles") or os.geteuid() != 0, reason="needs root and tmpfiles"
)
def test_a_long_file_that_began_during_a_hold_is_kept(tmp_path: Path) -> None:
    """Files of three hours, though the recorder writes short ones today; ten minutes are held."""
    now = time.time()
    moments = [datetime.fromtimestamp(now - 100 * DAY + minutes * 60, UTC) for minutes in (0, 10)]
    hold = Hold(ref="h", ch="1", start=moments[0].isoformat(), end=moments[1].isoformat())
    folder = tmp_path / "ch1"
    folder.mkdir()
    for hours in (-1, 2, 5):
        file = folder / f"{hours}.mp4"
        file.write_bytes(b"x")
        os.utime(file, (now - 100 * DAY + hours * 3600,) * 2)
    lines = _held_lines(folder, [hold], tmp_path / "hold.conf")
    config = tmp_path / "rules.conf"
    config.write_text(f"{lines}e {folder} - - - m:16d\n")
    subprocess.run(["systemd-tmpfiles", "--clean", str(config)], check=True, capture_output=True)
    assert [file.name for file in folder.iterdir()] == ["2.mp4"]


def _near(holds: list[Hold], end: float) -> bool:
    """Within two seconds of a hold's edge: both answers are right."""
    return held_by(holds, "1", end - 2, 3604.0) or held_by(holds, "1", end + 2, 3604.0)


def _held_lines(folder: Path, holds: list[Hold], place: Path) -> str:
    """As the device writes them: by hold_files of sh/change.sh."""
    parts = ["hold_begin\n"]
    for hold in holds:
        start, end = (int(datetime.fromisoformat(t).timestamp()) for t in (hold.start, hold.end))
        where = quote(str(folder))
        parts.append(f"hold_files '# hold {hold.ref}' {where} '.*' {start} {end} 3600\n")
    parts.append(f"hold_end {quote(str(place))}\n")
    done = subprocess.run(["sh", "-s"], input=change(*parts).sh, text=True, capture_output=True)
    assert done.returncode == 0, done.stderr
    return place.read_text()


@given(st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), min_size=1, max_size=12))
def test_a_rule_that_was_written_is_read_again(name: str) -> None:
    path = "/srv/" + name.replace("/", "_").strip()
    line = f"e {tmpfiles_path(path)} - - - m:9d"
    match = _LINE.match(line)
    assert match and _plain(match["path"]) == path
    assert aged(line, "m:16d") == f"e {tmpfiles_path(path)} - - - m:16d"
