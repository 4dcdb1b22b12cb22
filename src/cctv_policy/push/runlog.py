"""The log of a push: one file a run, a JSON line an event, safe to commit; it holds no secret.

`push-log/<run id>.jsonl`. The first line says what was asked for; then a line a device each time
one ends, so the last line of a device is how it stands; then verdicts, and the end. A line is on
disk before the next device's is written.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TextIO

from cctv_policy.errors import PushError, UsageError
from cctv_policy.model import Json
from cctv_policy.push.results import DeviceEnded, DeviceResult

FOLDER = "push-log"
_ID = re.compile(r"[0-9]{8}T[0-9]{6}-[0-9a-f]{6}")


@dataclass(slots=True)
class RunLog:
    """An open log; `write` appends."""

    path: Path
    _stream: TextIO

    def write(self, event: str, **values: Json) -> None:
        """One line, on disk when this returns."""
        self._stream.write(json.dumps({"event": event, **values}, ensure_ascii=False) + "\n")
        self._stream.flush()
        os.fsync(self._stream.fileno())

    def device(self, result: DeviceResult, at: str) -> None:
        """How one device ended, with the steps in words; scripts are not repeated."""
        plan = result.plan
        self.write(
            "device",
            recorder=result.recorder,
            at=at,
            ended=result.ended.value,
            reason=result.reason,
            detail=result.detail,
            seconds=result.seconds,
            steps=[{"id": s.id, "ended": s.ended, "zh": s.zh, "en": s.en} for s in result.steps],
            plan=[
                {
                    "id": s.id,
                    "before": asdict(s.before),
                    "after": asdict(s.after),
                    "destroys": [asdict(gone) for gone in s.destroys],
                }
                for s in (plan.steps if plan else ())
            ],
            refusals=[
                {"id": r.id, "zh": r.why.zh, "en": r.why.en}
                for r in (plan.refusals if plan else ())
            ],
        )


@contextmanager
def opened(root: Path, run_id: str, *, resume: bool) -> Iterator[RunLog]:
    """The run's log, locked: a run has one process. UsageError, PushError."""
    path = _path(root, run_id)
    if resume and not path.is_file():
        raise UsageError(
            f"沒有這次執行 (no run {run_id})", where=str(path.parent), fix="cctv-policy push status"
        )
    try:
        path.parent.mkdir(exist_ok=True)
        stream = path.open("a", encoding="utf-8")
    except OSError as error:
        raise PushError(
            f"無法寫入紀錄，未變更任何設備 (no log can be written: {error.strerror})",
            where=str(path),
        ) from None
    with stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise PushError(
                "這次推送仍在進行，未變更任何設備 (this run is still at work)",
                where=str(path),
                fix="等它結束；仍要中止請在該終端機按 Ctrl-C (wait for its end)",
            ) from None
        yield RunLog(path, stream)


def latest(root: Path) -> str | None:
    """The newest run's id."""
    names = sorted(p.stem for p in (root / FOLDER).glob("*.jsonl") if _ID.fullmatch(p.stem))
    return names[-1] if names else None


def read(root: Path, run_id: str) -> list[Json]:
    """Every event of a run. A last line that is cut off (a power cut) is left out."""
    path = _path(root, run_id)
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError):
        raise UsageError(
            f"沒有這次執行 (no run {run_id})", where=str(path.parent), fix="cctv-policy push status"
        ) from None
    events: list[Json] = []
    for number, line in enumerate(lines[:-1], 1):
        try:
            events.append(json.loads(line))
        except ValueError:
            raise PushError(
                "不是推送紀錄的內容 (not a line of a push log)", where=f"{path}:{number}"
            ) from None
    return events


def standing(events: list[Json]) -> Mapping[str, Json]:
    """Recorder → its last `device` event; those of the first line without one are not touched."""
    found: dict[str, Json] = {}
    for event in events:
        if event["event"] == "run":
            untouched = {"ended": DeviceEnded.SKIPPED.value, "reason": "not_reached", "detail": ""}
            for recorder in event["targets"]:
                found.setdefault(recorder, {"recorder": recorder, "steps": [], **untouched})
        elif event["event"] == "device":
            found[event["recorder"]] = event
    return found


def _path(root: Path, run_id: str) -> Path:
    if not _ID.fullmatch(run_id):
        raise UsageError(
            f"沒有這次執行 ({run_id!r} is no run's id)",
            fix="cctv-policy push status 會列出 (names them)",
        )
    return root / FOLDER / f"{run_id}.jsonl"
