"""Viewings of requests (五(一)–(四)): who stood beside, which register line, which kept copy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from cctv_policy.model import Json
from cctv_policy.periods import local_date
from cctv_policy.record_subjects.desk import Desk, days, epoch, names, shown
from cctv_policy.records.access import AccessRequest, AgencyRequest, KeptCopy, RegisterEntry
from cctv_policy.records.common import Viewing

Request = AccessRequest | AgencyRequest
Piece = tuple[str, datetime, datetime]
"""A camera and a span of its footage."""


def session_facts(desk: Desk, request: Request) -> dict[str, Json]:
    """The fact `sessions`: every viewing, with finished answers about its escort and its line."""
    internal = isinstance(request, AccessRequest)
    applicant = request.applicant if isinstance(request, AccessRequest) else None
    return {
        "group": "internal" if internal else "agency",
        "roster_told": bool(desk.roster),
        "held": [
            {
                "n": n,
                "start": shown(v.start),
                "start_s": epoch(v.start),
                "escort": v.escort,
                "escort_is_applicant": v.escort == applicant,
                "escort_roles": desk.escort_roles(v.escort, local_date(v.start)),
                **_line(desk, v),
            }
            for n, v in enumerate(request.viewing, 1)
        ],
    }


def _line(desk: Desk, viewing: Viewing) -> dict[str, Json]:
    line = desk.lines.get(viewing.register)
    return {
        "line": viewing.register,
        "line_escort_differs": line is not None and line.escort != viewing.escort,
        "outlasts_escort": line is not None
        and (line.session_start < viewing.start or line.session_end > viewing.end),
    }


def register_facts(desk: Desk, request: Request) -> dict[str, Json]:
    """The fact `register` of a request: whether each of its viewings has its own line."""
    used = Counter(v.register for v in request.viewing)
    copied = isinstance(request, AgencyRequest) and request.copy is not None
    own = [line for line in desk.lines.values() if line.source == request.id and not _void(line)]
    lines = []
    for n, viewing in enumerate(request.viewing, 1):
        line = desk.lines.get(viewing.register)
        lines.append(
            {
                "n": n,
                "line": viewing.register,
                "exists": viewing.register in desk.ids,
                "void": line is not None and _void(line),
                "of_other_case": line is not None and line.source != request.id,
                "shared": used[viewing.register] > 1,
            }
        )
    return {
        "sessions": lines,
        "copy_without_line": copied and not own,
        "accessed": bool(lines) or copied,
        "late_days": 0,
        "case_missing": False,
        "skipped": [],
    }


def line_facts(desk: Desk, line: RegisterEntry) -> dict[str, Json]:
    """The fact `register` of one line of the register."""
    late = days(local_date(line.session_end), local_date(line.entered_at))
    known = line.source == "custodian_review" or line.source in desk.ids
    return {
        "sessions": [],
        "copy_without_line": False,
        "accessed": True,
        "late_days": late,
        "case_missing": not known,
        "skipped": [],
    }


def book_facts(desk: Desk) -> dict[str, Json]:
    """The fact `register` of a school: numbers that the register skips."""
    skipped = [
        f"{series}-{number:04}"
        for series, numbers in desk.gaps.items()
        if series.startswith("REG-")
        for number in numbers
    ]
    return {
        "sessions": [],
        "copy_without_line": False,
        "accessed": bool(desk.lines) or bool(skipped) or bool(desk.unreadable("REG")),
        "late_days": 0,
        "case_missing": False,
        "skipped": skipped,
    }


def _void(line: RegisterEntry) -> bool:
    return line.void is not None and line.void.void


def pieces(request: Request) -> list[Piece]:
    """What was asked for: each camera with each span."""
    if isinstance(request, AgencyRequest):
        return [(s.camera_id, s.from_, s.to) for s in request.scope]
    return [(c.camera_id, w.from_, w.to) for c in request.cameras for w in request.windows]


def kept_facts(desk: Desk, request: Request) -> dict[str, Json]:
    """The fact `kept`: for each access, what no kept copy covers and when the copy was complete."""
    copies = sorted((c for c in desk.copies if c.source == request.id), key=lambda c: c.made_at)
    accesses: list[tuple[datetime, list[Piece]]] = []
    for viewing in request.viewing:
        line = desk.lines.get(viewing.register)
        if line is None or _void(line):
            accesses.append((viewing.start, pieces(request)))
        elif line.result == "seen":
            seen = [(c, w.from_, w.to) for c in line.camera_ids for w in line.windows]
            accesses.append((viewing.start, seen))
    if isinstance(request, AgencyRequest) and request.copy:
        accesses.append((request.copy.handed_at, pieces(request)))
    return {
        "group": "internal" if isinstance(request, AccessRequest) else "agency",
        "accesses": [
            {
                "n": n,
                "on": local_date(at).isoformat(),
                "age_days": days(local_date(at), desk.today),
                **_cover(wanted, copies, at),
            }
            for n, (at, wanted) in enumerate(accesses, 1)
        ],
    }


def _cover(wanted: Sequence[Piece], copies: Sequence[KeptCopy], at: datetime) -> dict[str, Json]:
    rest, complete = list(wanted), None
    for copy in copies:
        before = rest
        rest = without(rest, copied(copy))
        if before and not rest:
            complete = days(local_date(at), local_date(copy.made_at))
    return {"uncovered": names({camera for camera, *_ in rest}), "made_after_days": complete}


def copied(copy: KeptCopy) -> list[Piece]:
    """What a kept copy holds."""
    return [(c, w.from_, w.to) for c in copy.camera_ids for w in copy.windows]


def without(wanted: Iterable[Piece], given: Iterable[Piece]) -> list[Piece]:
    """The parts of `wanted` that no piece of `given` covers."""
    rest = list(wanted)
    for camera, start, end in given:
        left: list[Piece] = []
        for name, begin, stop in rest:
            if name != camera or end <= begin or stop <= start:
                left.append((name, begin, stop))
                continue
            if begin < start:
                left.append((name, begin, start))
            if end < stop:
                left.append((name, end, stop))
        rest = left
    return rest
