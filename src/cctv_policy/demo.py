"""`cctv-policy demo`: this machine and the sample district, judged by the embedded engine.

The sample is an inventory with evidence and waivers that were recorded once. Every date in it is
moved so that it was collected just now; the report says so. `--into` leaves the moved sample as a
district's folder, for `cctv-policy check --root` and its real exit codes.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

from cctv_policy import bundle, pipeline, state
from cctv_policy.collect import collect
from cctv_policy.errors import UsageError
from cctv_policy.inventory import Area, Camera, Inventory, Name, Recorder, School, load_inventory
from cctv_policy.model import Run, Text
from cctv_policy.secretstore import EnvironmentStore

RECORDED = datetime.fromisoformat("2026-11-22T10:00:00+08:00")
"""When the sample's evidence was collected (tests/sample.py)."""

HERE = "here"

_MOMENT = re.compile(
    r"(?<![\d-])(\d{4}-\d\d-\d\d)(T\d\d:\d\d(?::\d\d(?:\.\d+)?)?[+-]\d\d:\d\d)?(?![\d-])"
)
_FOLDERS = {"evidence/recorded": "state", "evidence": "evidence", "records": "records"}
"""Where a folder of the sample belongs in a district; the rest is its inventory."""


def run(now: datetime) -> Run:
    """Judge the demo as of `now`; needs no network, no root and no server, and leaves no file."""
    now = now.replace(microsecond=0)
    with tempfile.TemporaryDirectory(prefix="cctv-policy-demo-") as folder:
        root = Path(folder)
        write_sample(root, now)
        inventory = load_inventory(root / "inventory")
        here = _this_machine(inventory)
        collect(
            replace(inventory, schools=(here,)),
            store=EnvironmentStore({}),
            out=root / "state",
            root=root,
            now=lambda: now,
            run_id="demo",
        )
        documents, broken = state.read_all(root / "state")
        judged = pipeline.judge_evidence(
            replace(inventory, schools=(here, *inventory.schools)),
            documents,
            broken,
            pipeline.load_policies(inventory.district.pack),
            root=root,
            as_of=now,
        )
    notice = Text(
        zh=f"示範：只有「{here.name.zh}」是實際檢查；各校與其證據均屬虛構，日期已移至今天",
        en=f"demo: only “{here.name.en}” was really looked at; the schools and their evidence are "
        "made up, with their dates moved to today",
    )
    return replace(judged, cautions=(notice, *judged.cautions))


def write_sample(root: Path, now: datetime) -> None:
    """Write the sample as a district's folder below `root`: inventory, evidence, state, records.

    All dates are moved so that the evidence was collected `now`. UsageError if `root` holds files.
    """
    try:
        if root.is_dir() and any(root.iterdir()):
            raise UsageError("the folder is not empty", where=str(root), fix="name a new folder")
        for path, text in _sample():
            target = root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(moved(text, now), encoding="utf-8")
    except OSError as error:
        raise UsageError(
            f"cannot write the sample: {error.strerror}", where=str(error.filename or root)
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


def _this_machine(inventory: Inventory) -> School:
    """A school that consists of the machine the demo runs on, as a recorder with one camera."""
    name = Name(zh="這台電腦", en="this machine")
    camera = Camera(id=f"{HERE}-cam-1", ch="1", area="campus", place="-", site=HERE, recorder=HERE)
    recorder = Recorder(
        id=f"{HERE}-nvr",
        driver="local",
        status="in_use",
        commissioned_on=date(2024, 8, 1),
        cameras=(camera,),
        site=HERE,
    )
    return School(
        schema="cctv-policy/inventory/1",
        id=HERE,
        name=name,
        moe_code="000000",
        city=inventory.schools[0].city,
        site_type="elementary",
        areas=(Area(id="campus", type="campus", name=name),),
        recorders=(recorder,),
    )
