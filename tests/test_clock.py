"""Which zones are the same clock on the wall, and which offset can be corrected."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from cctv_policy.clock import clock_facts
from cctv_policy.packfile import load_packs
from cctv_policy.regulation import resolve
from cctv_policy.scope import Scopes

REGULATION = resolve(load_packs(Path("policies/regulations")), "tw-ntpc-school")
AS_OF = datetime.fromisoformat("2026-11-22T08:00:00+08:00")


def judged(offset_s: int | None, tz: str | None) -> dict[str, Any]:
    return clock_facts(offset_s, tz, Scopes.of(REGULATION, AS_OF, ()).district())


@pytest.mark.parametrize(
    ("offset_s", "usable"),
    [(0, True), (86_400, True), (-86_400, True), (86_401, False), (-86_401, False), (None, False)],
)
def test_an_offset_up_to_the_limit_can_be_corrected(offset_s: int | None, usable: bool) -> None:
    assert judged(offset_s, None) == {"usable": usable, "zone": None, "dst": None}


@pytest.mark.parametrize(
    "tz",
    [
        "Asia/Taipei",
        "ROC",
        "Asia/Shanghai",
        "Etc/GMT-8",
        "+08:00",
        "+0800",
        "+08",
        "+8",
        "CST-8",
        "CST-8:00:00",
        "CST-08:00",
        "<+08>-8",
    ],
)
def test_names_of_the_same_clock(tz: str) -> None:
    assert judged(0, tz) == {"usable": True, "zone": "same", "dst": False}


@pytest.mark.parametrize(
    "tz", ["UTC", "GMT", "Asia/Tokyo", "+09:00", "-08:00", "+08:30", "CST8", "CST+8", "CST-8:30"]
)
def test_other_clocks(tz: str) -> None:
    assert judged(0, tz) == {"usable": True, "zone": "other", "dst": False}


def test_summer_time_is_seen_in_name_and_in_posix() -> None:
    assert judged(0, "Europe/Paris") == {"usable": True, "zone": "other", "dst": True}
    assert judged(0, "CST-8CDT,M4.1.0,M10.5.0") == {"usable": True, "zone": "same", "dst": True}


@pytest.mark.parametrize(
    "tz", ["", "GMT+8", "UTC+8", "UTC+08:00", "Asia", "../etc/passwd", "台北", "+25:00", "CST-8 x"]
)
def test_what_cannot_be_read_or_may_mean_two_things(tz: str) -> None:
    assert judged(0, tz) == {"usable": True, "zone": "unreadable", "dst": None}
