"""The device tells files without a hole as one; every channel must amount to the same as before."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cctv_policy.drivers.framing import CannotTell
from cctv_policy.drivers.recordings import (
    DAY,
    WEEK,
    Take,
    is_footage,
    named_start,
    parse_listing,
    survey,
)
from cctv_policy.drivers.script import compose, piece

AWKS = [
    command
    for command in ("awk", "mawk", "gawk", "original-awk", "busybox awk")
    if shutil.which(command.split()[0])
]
"""The device's is one of these; the lab's recorders run what Debian installs."""
ZONES = {"+0800": 8.0, "+0000": 0.0, "-0330": -3.5}
NOW = 1795315200
"""2026-11-22 02:40 UTC."""


FOLD = piece("fold")


def fold(listing: str, *, zone: str = "+0800", awk: str = "awk", footage: str = "cat") -> str:
    """What the script makes of a listing; `footage` is what lists it."""
    head = f'footage() {{ {footage}; }}\nawk() {{ command {awk} "$@"; }}\n'
    head += f"now={NOW} zone={zone} LC_ALL=C\nexport LC_ALL\n"
    done = subprocess.run(
        ["sh", "-c", f"{head}{FOLD}folded x"], input=listing.encode(), capture_output=True
    )
    return done.stdout.decode() + (f" rc {done.returncode}" if done.returncode else "")


def told(takes: list[Take]) -> str:
    return "".join(f"{t.end:.10f}/{t.size}/{t.path}//" for t in takes)


NAMES = (
    "%Y%m%d-%H%M%S.mp4",
    "1-01-%Y%m%d%H%M%S.mp4",
    "2-01-%Y%m%d%H%M%S.mp4",
    "20261301-%Y-%m-%dT%H-%M-%S.MKV",
    "7%Y%m%d%H%M%S.mp4",
    "%Y%m%d%H%M%S-20.jpg",
    "%Y%m%d%H%M%S.mp4.thumb",
    "%Y%m%d 1234567.mp4",
    "校門%Y%m%d_%H%M%S.mp4",
    "clip.mp4",
    "index.m3u8",
)
FOLDERS = ("", "ch1/", "ch2/", "校門 1/", "20261120/", "2026-11-20/", "a/20261119/", "12345/")
PAUSES = st.sampled_from([0.0, 0.5, 120.0, 299.0, 300.0, 301.0, 4000.0, -30.0])
LENGTHS = st.sampled_from([10.0, 60.0, 60.0, 600.0, 600.0, 3600.0, 21600.0, -3600.0])
ODD = st.sampled_from([21601.0, -3601.0, 90_000.0])
SIZES = st.sampled_from([40_000_000, 9_000_000_000, 1024, 1023, 48, 0])
YOUNG = (4000, 301, 300, -40, -89, -90, -91, -99, -100, -101)
LATEST = (*YOUNG, -3600, -2 * DAY, -9 * DAY, -400 * DAY)


@st.composite
def archives(draw: st.DrawFn) -> tuple[str, list[Take]]:
    """Some stretches of recording in few folders and with few kinds of names, in no order."""
    zone = draw(st.sampled_from(sorted(ZONES)))
    local = timezone(timedelta(hours=ZONES[zone]))
    folders = draw(st.lists(st.sampled_from(FOLDERS), min_size=1, max_size=2))
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=2))
    found: dict[str, Take] = {}
    for _ in range(draw(st.integers(1, 3))):
        folder, name = draw(st.sampled_from(folders)), draw(st.sampled_from(names))
        usual, size = draw(LENGTHS), draw(SIZES)
        end = NOW + draw(st.sampled_from(LATEST)) + 0.0
        for pause in draw(st.lists(PAUSES, min_size=2, max_size=30)):
            length = usual if draw(st.integers(0, 40)) else draw(ODD)
            path = folder + datetime.fromtimestamp(end - length, local).strftime(name)
            found[path] = Take(end, size if draw(st.integers(0, 9)) else draw(SIZES), path)
            end -= max(length, 10) + pause
    return zone, draw(st.permutations(list(found.values())))


LANES = (
    *(re.compile(re.escape(folder)) for folder in FOLDERS),
    re.compile(r"[^/]*/?0*1-[^/]*?-\d{4}\d{2}\d{2}\d{2}\d{2}\d{2}\.\w+$"),
    re.compile(r"[^/]*/?0*2-[^/]*?-\d{4}\d{2}\d{2}\d{2}\d{2}\d{2}\.\w+$"),
)
"""How drivers tell channels apart: by folder, and by patterns of motion's file names."""


def compare(takes: list[Take], *, zone: str, awk: str, length: float | None) -> None:
    whole, folded = parse_listing(told(takes)), parse_listing(fold(told(takes), zone=zone, awk=awk))
    local = timezone(timedelta(hours=ZONES[zone]))
    assert len(folded) <= len(whole)
    for lane in LANES:
        mine, theirs = ([t for t in ts if lane.match(t.path)] for ts in (whole, folded))
        assert bool(mine) == bool(theirs)
        assert any(is_footage(t.path) for t in mine) == any(is_footage(t.path) for t in theirs)
        for now in (NOW, NOW + 0.75):
            spans = [survey(ts, now=now, zone=local, length_s=length) for ts in (mine, theirs)]
            assert spans[0] == spans[1]


@pytest.mark.parametrize("awk", AWKS)
@settings(max_examples=100, deadline=None)
@given(archive=archives(), length=st.sampled_from([None, 60.0, 3600.0]))
def test_a_folded_list_amounts_to_the_same_as_the_whole_one(
    awk: str, archive: tuple[str, list[Take]], length: float | None
) -> None:
    zone, takes = archive
    compare(takes, zone=zone, awk=awk, length=length)


def named(end: float, length: float = 600, name: str = NAMES[0], folder: str = "ch1/") -> Take:
    start = datetime.fromtimestamp(end - length, timezone(timedelta(hours=8)))
    return Take(end, 40_000_000, folder + start.strftime(name))


HOUR = [NOW - 3600 - n * 600.0 for n in range(6)]
EDGES = {
    "two cameras in one folder": [named(e, name=n, folder="") for e in HOUR for n in NAMES[1:3]],
    "a file put back": [*map(named, HOUR), named(HOUR[2] + 1, 21_601)],
    "a file that begins before the one that ended before it": [
        *map(named, HOUR),
        named(HOUR[4] + 1, 5000),
    ],
    "a file longer than a file may be": [named(NOW - 30_000, 21_600), named(NOW - 8_399, 21_601)],
    "a hole of 299 s": [*map(named, HOUR), named(HOUR[-1] - 600 - 299)],
    "a hole of 300 s": [*map(named, HOUR), named(HOUR[-1] - 600 - 300)],
    "finished 89 s ago": [*map(named, HOUR), named(NOW - 89, 3300)],
    "finished 91 s ago": [*map(named, HOUR), named(NOW - 91, 3300)],
    "from the future": [*map(named, HOUR), named(NOW + 301)],
    "held for a year": [*map(named, HOUR), named(NOW - 400 * DAY)],
    "over the end of a week": [named(NOW // WEEK * WEEK + 6000 - n * 600) for n in range(30)],
    "three weeks": [named(NOW - 600 - n * 3600, 3600) for n in range(500)],
}


@pytest.mark.parametrize("edge", EDGES)
def test_the_edges_amount_to_the_same(edge: str) -> None:
    compare(EDGES[edge], zone="+0800", awk="awk", length=None)


@pytest.mark.parametrize("awk", AWKS)
def test_sixteen_days_without_a_hole_are_a_record_a_week(awk: str) -> None:
    taipei = timezone(timedelta(hours=8))
    ends = [NOW - 600 - n * 60 for n in range(16 * 1440)]
    starts = [datetime.fromtimestamp(end - 60, taipei) for end in ends]
    takes = [
        Take(end, 4_000_000, f"ch1/{start:%Y%m%d-%H%M%S}.mp4")
        for end, start in zip(ends, starts, strict=True)
    ]
    folded = parse_listing(fold(told(takes), awk=awk))
    assert len(folded) == 3 and sum(t.files for t in folded) == 16 * 1440
    assert sum(t.size for t in folded) == 16 * 1440 * 4_000_000


DIGITS = "-?".join(["(19|20)[0-9]{2}", "[01][0-9]", "[0-3][0-9]"])
CLOCK = ":?".join(["[0-2][0-9]", "[0-5][0-9]", "[0-5][0-9]"])


@given(st.from_regex(f"[0-9]?{DIGITS}[T/ ]?{CLOCK}[0-9]?", fullmatch=True))
@settings(max_examples=150, deadline=None)
def test_the_device_reads_the_same_time_in_a_name(text: str) -> None:
    """Two files that end a second after the time in their name are one, by the device's reading."""
    start = named_start(f"{text}.mp4", UTC)
    end = start + 1 if start is not None and 86_400 < start < NOW - 300 else NOW - 400.0
    takes = [Take(end, 2048, f"{text}.mp4"), Take(end, 2048, f"{text}.mp4")]
    folded = parse_listing(fold(told(takes), zone="+0000"))
    assert len(folded) == (1 if start is not None and end == start + 1 else 2)


@pytest.mark.parametrize("footage", ["cat; return 77", "return 78", "cat; return 1"])
def test_the_code_of_the_listing_is_the_section_s(footage: str) -> None:
    listing = "1795000000.5/2048/x.mp4//"
    out = fold(listing, footage=footage)
    code = footage.rsplit(" ", 1)[1]
    assert out == (listing if "cat" in footage else "") + f" rc {code}"


@pytest.mark.parametrize("awk", ["kill -9 0 #", "false", "no-such-command"])
def test_a_list_that_could_not_be_folded_is_no_answer(awk: str) -> None:
    killed = "sh -c 'head -c 30; kill -9 $$'" if awk.startswith("kill") else awk
    out = fold(told([Take(NOW - 900, 2048, f"{n}.mp4") for n in range(9)]), awk=killed)
    with pytest.raises(CannotTell):
        parse_listing(out)


def test_without_awk_the_list_comes_whole(tmp_path: Path) -> None:
    listing = told([Take(NOW - 900 - n, 2048, f"{n}.mp4") for n in range(9)])
    cat, sh = shutil.which("cat"), shutil.which("sh")
    assert cat and sh
    (tmp_path / "cat").symlink_to(cat)
    script = f"PATH={tmp_path}\nfootage() {{ cat; }}\n{FOLD}folded x"
    done = subprocess.run([sh, "-c", script], input=listing, capture_output=True, text=True)
    assert (done.stdout, done.stderr, done.returncode) == (listing, "", 0)


@pytest.mark.skipif(not AWKS, reason="no awk here")
def test_the_whole_script_folds_by_the_clock_that_it_told(tmp_path: Path) -> None:
    end = (datetime.now(UTC).timestamp() // DAY) * DAY - 3600
    taipei = {**os.environ, "TZ": "UTC-8"}
    for number in range(12):
        take = tmp_path / named(end - number * 600).path
        take.parent.mkdir(exist_ok=True)
        take.write_bytes(bytes(2048))
        os.utime(take, (end - number * 600,) * 2)
    script = compose("segment", "@@here", {"archive": str(tmp_path), "plain": "1", "no-sudo": "1"})
    done = subprocess.run(["sh", "-s"], input=script, capture_output=True, text=True, env=taipei)
    listing = done.stdout.split(f"@@here files {tmp_path}\n")[1].split("\n@@here")[0]
    assert [take.files for take in parse_listing(listing)] == [12]
