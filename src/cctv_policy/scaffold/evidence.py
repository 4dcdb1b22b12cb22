"""The sample district as it was recorded once: inventory, evidence, waivers, answer sheets.

Every date is moved so that the evidence was collected at the moment asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

from cctv_policy import bundle
from cctv_policy.errors import UsageError

RECORDED = datetime.fromisoformat("2026-11-22T10:00:00+08:00")
"""When the sample's evidence was collected (tests/sample.py)."""

_MOMENT = re.compile(
    r"(?<![\d-])(\d{4}-\d\d-\d\d)(T\d\d:\d\d(?::\d\d(?:\.\d+)?)?[+-]\d\d:\d\d)?(?![\d-])"
)
_FOLDERS = {"evidence/recorded": "state", "evidence": "evidence", "records": "records"}
"""Where a folder of the sample belongs in a district; the rest is its inventory."""


def write_sample(root: Path, now: datetime) -> None:
    """Write the sample as a district's folder below `root`: inventory, evidence, state, records.

    All dates are moved so that the evidence was collected `now`. UsageError if `root` holds files.
    """
    try:
        if root.is_dir() and any(root.iterdir()):
            raise UsageError(
                "資料夾不是空的 (the folder is not empty)",
                where=str(root),
                fix="請指定新的資料夾 (name a new folder)",
            )
        for path, text in _sample():
            target = root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(moved(text, now), encoding="utf-8")
    except OSError as error:
        raise UsageError(
            f"無法寫入範例 (cannot write the sample: {error.strerror})",
            where=str(error.filename or root),
        ) from None


def _sample() -> Iterator[tuple[str, str]]:
    """Path in a district's folder and text of every file of the sample."""
    sample = bundle.folder("inventory")
    for path in sorted(p for p in sample.rglob("*") if p.suffix in (".yaml", ".json")):
        name = path.relative_to(sample).as_posix()
        for folder, place in _FOLDERS.items():
            if name.startswith(f"{folder}/"):
                yield f"{place}{name.removeprefix(folder)}", path.read_text(encoding="utf-8")
                break
        else:
            yield f"inventory/{name}", path.read_text(encoding="utf-8")


def moved(text: str, now: datetime) -> str:
    """The text with every instant moved by the time since `RECORDED`, every day by whole days."""
    shift = now - RECORDED
    days = timedelta(days=(now.astimezone(RECORDED.tzinfo).date() - RECORDED.date()).days)

    def later(match: re.Match[str]) -> str:
        try:
            if match[2]:
                return (datetime.fromisoformat(match[0]) + shift).isoformat()
            return (date.fromisoformat(match[0]) + days).isoformat()
        except ValueError:  # digits that only look like a date
            return match[0]

    return _MOMENT.sub(later, text)
