"""Viewing sessions (五(四)): what each is asked, its register line, its place in the case."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from cctv_policy.clerk import choices, lists
from cctv_policy.clerk.action import Part, Work, split
from cctv_policy.clerk.answers import Choice, Line, Span
from cctv_policy.clerk.office import Office
from cctv_policy.clerk.question import ask
from cctv_policy.errors import ClerkError
from cctv_policy.records import RecordId, parse_id, record_path

_RARE: dict[str, Any] = {"many": True, "optional": True, "asked": False}

SESSION = (
    ask("session", "調閱起訖時間", Span(), path="-"),
    lists.person("escort", "陪同人", path="-"),
    lists.person("operator", "操作人", default=lists.me),
    ask("place", "調閱地點", Line(), path="-", default=lists.fixed("總務處")),
    ask("viewer", "調閱人（實際觀看者）", Line(limit=80), secret=True),
    ask("purpose_code", "事由類別", Choice(of=choices.PURPOSES)),
    ask("result", "結果", Choice(of=choices.RESULTS), default=lists.fixed("seen")),
    ask("device_log_ref", "主機操作紀錄編號", Line(), path="device_log_refs", **_RARE),
    ask("camera", "實際調閱的攝影機", lists.CAMERAS, path="camera_ids", **_RARE),
    ask("window", "實際調閱的時段", Span(), path="windows", **_RARE),
)
"""Of requests and of agencies; cameras and spans are those of the case unless told otherwise."""


def register_line(
    work: Work,
    source: str,
    cameras: Sequence[str],
    windows: Sequence[Any],
    category: str,
    action: str = "view",
) -> Part:
    """The line of 調閱登記簿 that belongs to one session; its hash chains it to the line before."""
    line = work.take("REG")
    data, clear = split(SESSION, work.answers)
    parts = parse_id(line)
    assert parts is not None  # noqa: S101 - made by numbers.py
    session = work.answers["session"]
    usual: dict[str, Any] = {
        "no": parts.number,
        "session_start": session["from"],
        "session_end": session["to"],
        "source": source,
        "camera_ids": list(cameras),
        "windows": list(windows),
        "viewer_category": category,
        "escort": work.answers["escort"],
        "action": action,
        "entered_at": work.at,
        "prev_hash": previous_hash(work, parts),
    }
    return Part(id=line, data=usual | data, clear=clear)


def previous_hash(work: Work, line: RecordId) -> str:
    """SHA-256 of the file of the line before; of nothing for the first of a year."""
    if line.number == 1:
        return hashlib.sha256(b"").hexdigest()
    before = str(RecordId(prefix="REG", year=line.year, number=line.number - 1))
    data = work.previous(record_path(before, work.office.site))
    if data is None:
        raise ClerkError(
            f"找不到前一行 {before}，無法接續登記簿 (the register's line before is missing here)",
            fix="先取得同事的最新紀錄：git pull",
        )
    return hashlib.sha256(data).hexdigest()


def viewing(work: Work, line: str) -> dict[str, Any]:
    """The session as the case keeps it."""
    answers = work.answers
    said = {
        "start": answers["session"]["from"],
        "end": answers["session"]["to"],
        "escort": answers["escort"],
        "place": answers["place"],
        "register": line,
        "device_log_refs": answers.get("device_log_ref"),
    }
    return {name: value for name, value in said.items() if value}


def kept_of(office: Office, source: str) -> str | None:
    """The newest kept copy of a case; None if there is none."""
    found = [str(r.place.id) for r in office.every("KEP") if r.data.get("source") == source]
    return found[-1] if found else None


def status_after(result: str, before: str) -> str:
    """The case's status after a session with this result."""
    if before == "viewed":
        return before
    return {"seen": "viewed", "not_found": "not_found"}.get(result, before)
