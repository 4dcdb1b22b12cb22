"""What ZoneMinder's database says of monitors, events, filters and users. Pure: TSV → values.

The rows are those of `sh/zoneminder.sh`: the first column names the kind. Hashes of passwords are
compared and dropped in `judge`; camera logins in cameras.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from cctv_policy import defaults
from cctv_policy.drivers.channels import Mode
from cctv_policy.drivers.framing import CannotTell
from cctv_policy.drivers.recordings import DAY, MOST_GAPS, SHORTEST_FOR_RATE_S, WEEK, Span
from cctv_policy.state import Why

Rows = Mapping[str, list[list[str]]]
MODES: Mapping[str, Mode] = {
    "Record": "continuous",
    "Mocord": "continuous",
    "Modect": "motion",
    "Nodect": "motion",
    "Monitor": "off",
    "None": "off",
}
_UNITS_D = {"day": 1.0, "week": 7.0, "month": 30.0, "year": 365.0, "hour": 1 / 24}


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """The events of one monitor on one day and storage; times are UNIX seconds."""

    monitor: str
    storage: str
    day: str
    first: float | None
    last: float | None
    finished: int
    size: int
    seconds: int


def rows(text: str) -> dict[str, list[list[str]]]:
    """TSV by the first column. CannotTell if the questions were not answered."""
    found = rows_of(text)
    if "total" not in found or "config" not in found:
        raise CannotTell(Why.ODD_OUTPUT, "the database did not answer all questions")
    return found


def rows_of(text: str) -> dict[str, list[list[str]]]:
    """TSV by the first column."""
    found: dict[str, list[list[str]]] = {}
    for line in text.splitlines():
        kind, *values = line.split("\t")
        found.setdefault(kind, []).append([_plain(v) for v in values])
    return found


_ESCAPES = {r"\t": "\t", r"\n": "\n", r"\0": "\0", r"\\": "\\"}


def _plain(text: str) -> str:
    return re.sub(r"\\[tn0\\]", lambda m: _ESCAPES[m[0]], text)


def days(table: Rows) -> list[Day]:
    """The rows `day`."""
    return [
        Day(
            monitor=r[0],
            storage=r[1],
            day=r[2],
            first=float(r[3]) if r[3] else None,
            last=float(r[4]) if r[4] else None,
            finished=int(r[5]),
            size=int(r[6]),
            seconds=int(r[7]),
        )
        for r in table.get("day", [])
    ]


def span(monitor: str, found: Sequence[Day], gaps: Rows) -> Span:
    """What one monitor holds, of finished events only."""
    own = [d for d in found if d.monitor == monitor and d.finished]
    if not own:
        return Span(files=0, oldest=None, newest=None, gaps=(), bytes_total=0, bytes_a_day=None)
    holes = [(float(r[1]), float(r[2])) for r in gaps.get("gap", []) if r[0] == monitor]
    newest = max(d.last for d in own if d.last is not None)
    week = [d for d in own if d.last is not None and d.last > newest - WEEK]
    seconds = sum(d.seconds for d in week)
    rate = sum(d.size for d in week) * DAY / seconds if seconds >= SHORTEST_FOR_RATE_S else None
    return Span(
        files=sum(d.finished for d in own),
        oldest=min(d.first for d in own if d.first is not None),
        newest=newest,
        gaps=tuple(sorted(holes[:MOST_GAPS])),
        bytes_total=sum(d.size for d in own),
        bytes_a_day=rate,
        cut_short=len(holes) > MOST_GAPS or len(gaps.get("gap", [])) > 5000,
    )


def purge(table: Rows, monitor: str) -> tuple[int, float]:
    """Of filters that delete in the background: days kept (0: no limit), usable share of disk."""
    kept, usable = [], 1.0
    for _, delete, background, query in table.get("filter", []):
        if (delete, background) != ("1", "1"):
            continue
        terms = _terms(query)
        if not all(_fits(term, monitor) for term in terms):
            continue
        for attr, op, value in terms:
            if attr in ("StartDateTime", "DateTime", "StartDate", "Date", "EndDateTime", "EndDate"):
                age = _age_days(value)
                if op in ("<", "<=") and age is not None:
                    kept.append(age)
            elif attr == "DiskPercent" and op in (">", ">="):
                usable = min(usable, float(value) / 100)
    return (int(min(kept)) if kept else 0), usable


def _terms(query: str) -> list[tuple[str, str, str]]:
    try:
        terms = json.loads(query).get("terms", [])
    except (ValueError, AttributeError):
        return []
    return [(str(t.get("attr")), str(t.get("op")), str(t.get("val"))) for t in terms]


def _fits(term: tuple[str, str, str], monitor: str) -> bool:
    """Whether a filter's term lets events of this monitor through."""
    attr, op, value = term
    if attr in ("MonitorId", "Monitor"):
        named = re.split(r"[,\s]+", value.strip("[]"))
        return (monitor in named) == (op in ("=", "IN", "=[]"))
    return True


def _age_days(value: str) -> float | None:
    match = re.fullmatch(r"-\s*(\d+)\s*(hour|day|week|month|year)s?", value.strip())
    return int(match[1]) * _UNITS_D[match[2]] if match else None


def judge(account: str, stored: str) -> tuple[bool | None, str | None]:
    """Whether a user's password is a factory password, and how we know. `stored` is dropped here.

    bcrypt is slow on purpose, so only ZoneMinder's own factory passwords and the account's own name
    are tried.
    """
    if stored in ("empty", "factory"):
        return True, "device_hash"
    if not re.match(r"\$2[aby]\$", stored):
        return None, None
    import bcrypt

    listed = {e.password for e in defaults.entries() if e.vendor == "ZoneMinder" and not e.derived}
    for word in sorted({account, *listed} - {""}):
        if bcrypt.checkpw(word.encode(), re.sub(r"^\$2y", "$2b", stored).encode()):
            return True, "device_hash"
    return False, "device_hash"


def logins(table: Rows) -> Iterator[tuple[float, str, str]]:
    """Logins of the log table: UNIX time, kind of event, account."""
    for at, message in table.get("login", []):
        match = re.match(r"Login (successful|denied) for user \"?'?([^\"'\s]+)", message)
        if match:
            kind = "login" if match[1] == "successful" else "login_failed"
            yield float(at), kind, match[2]
