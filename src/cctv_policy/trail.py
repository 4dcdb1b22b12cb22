"""What recorders' logs said of playback and export, kept over collections: one file a target.

A recorder forgets its log after days; a quarter is reconciled from what was collected meanwhile.
`<site>/<target>.trail.jsonl` is only appended to. A line is an event or a span that a log covered,
in the device's own time with the clock offset measured when it was told, so that the same event is
the same line whenever it is collected. It holds account names and no token and no address.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cctv_policy.errors import StateError
from cctv_policy.model import Json
from cctv_policy.state import StateDocument

KINDS = ("playback", "export")


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Somebody played or took away footage; instants are corrected by the clock offset."""

    kind: str
    at: datetime
    account: str | None
    ch: str | None
    start: datetime | None
    end: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """All that is known of one recorder's playback."""

    acts: tuple[Act, ...] = ()
    covers: tuple[tuple[datetime, datetime], ...] = ()
    """Spans of which everything is known, in order, joined where they touch."""
    broken: int = 0
    """Lines that cannot be read: what they said is lost."""


def lines_of(document: StateDocument) -> list[str]:
    """What one collection adds; nothing if its log, events or clock could not be told whole."""
    told = {o.fact: o for o in document.observations if o.device == document.target}
    parts = [told.get(name) for name in ("log", "events", "time.offset_s")]
    if any(o is None or o.unknown or o.partial for o in parts):
        return []
    log, events, offset = (o.value for o in parts if o is not None)
    if not log.get("covers_from") or not log.get("covers_to"):
        return []
    lines: list[dict[str, Json]] = [
        {"covers": [log["covers_from"], log["covers_to"]], "offset_s": offset}
    ]
    for event in events:
        if event["type"] in KINDS:
            lines.append({"event": event, "offset_s": offset})
    return [json.dumps(line, ensure_ascii=False, sort_keys=True) for line in lines]


def append(document: StateDocument, folder: Path) -> None:
    """Add what a document tells to its target's trail; StateError if it cannot be written."""
    lines = lines_of(document)
    if not lines:
        return
    path = folder / document.site / f"{document.target}.trail.jsonl"
    try:
        known = {_key(line) for line in _lines(path)}
        new = [line for line in lines if _key(line) not in known]
        if not new:
            return
        with path.open("a", encoding="utf-8") as file:
            if file.tell() and not path.read_bytes().endswith(b"\n"):
                file.write("\n")  # an earlier run was stopped in the middle of a line
            file.write("".join(f"{line}\n" for line in new))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        what = f"無法寫入調閱軌跡 (the trail of playback cannot be written: {error.strerror})"
        raise StateError(what, where=str(path), fix="檢查資料夾 (check the folder)") from None


def _key(line: str) -> str:
    """A line without the offset: the same event told twice is one."""
    try:
        data = json.loads(line)
    except ValueError:
        return line
    if not isinstance(data, dict):
        return line
    return json.dumps({k: v for k, v in data.items() if k != "offset_s"}, sort_keys=True)


def _lines(path: Path) -> list[str]:
    if not path.is_file():
        return []
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def read(folder: Path, documents: Iterable[StateDocument]) -> dict[str, Trail]:
    """The trail of each target of the documents: what was kept, and what they tell themselves."""
    found: dict[str, Trail] = {}
    for document in documents:
        kept = _lines(folder / document.site / f"{document.target}.trail.jsonl")
        unique = {_key(line): line for line in [*kept, *lines_of(document)]}
        if unique:
            found[document.target] = _trail(list(unique.values()))
    return found


def _trail(lines: Sequence[str]) -> Trail:
    acts: list[Act] = []
    covers: list[tuple[datetime, datetime]] = []
    broken = 0
    for line in lines:
        try:
            data = json.loads(line)
            offset = timedelta(seconds=data["offset_s"])
            if "event" in data:
                acts.append(_act(data["event"], offset))
            else:
                start, end = (datetime.fromisoformat(text) - offset for text in data["covers"])
                covers.append((start, end))
        except (ValueError, KeyError, TypeError, AttributeError):
            broken += 1
    acts.sort(key=lambda act: act.at)
    return Trail(acts=tuple(acts), covers=tuple(_joined(covers)), broken=broken)


def _act(event: Mapping[str, Json], offset: timedelta) -> Act:
    def corrected(text: str | None) -> datetime | None:
        return datetime.fromisoformat(text) - offset if text else None

    return Act(
        kind=event["type"],
        at=datetime.fromisoformat(event["at"]) - offset,
        account=event["account"],
        ch=event.get("ch"),
        start=corrected(event.get("start")),
        end=corrected(event.get("end")),
    )


def _joined(spans: Iterable[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    joined: list[tuple[datetime, datetime]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def uncovered(
    covers: Sequence[tuple[datetime, datetime]], start: datetime, end: datetime
) -> list[tuple[datetime, datetime]]:
    """The parts of a span that no log covers."""
    left: list[tuple[datetime, datetime]] = []
    at = start
    for since, until in covers:
        if since > at:
            left.append((at, min(since, end)))
        at = max(at, until)
        if at >= end:
            break
    if at < end:
        left.append((at, end))
    return [(a, b) for a, b in left if a < b]
