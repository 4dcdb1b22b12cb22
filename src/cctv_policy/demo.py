"""`cctv-policy demo`: this machine and the sample district, judged by the embedded engine.

The sample's evidence was recorded once; it is moved in time so that it ends now, which the report
says.
"""

from __future__ import annotations

import json
import re
import tempfile
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

from cctv_policy import bundle, pipeline, state
from cctv_policy.collect import collect
from cctv_policy.inventory import Area, Camera, Inventory, Name, Recorder, School, load_inventory
from cctv_policy.model import Json, Run, Text
from cctv_policy.secretstore import EnvironmentStore
from cctv_policy.state import StateDocument

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?[+-]\d\d:\d\d")

HERE = "this-machine"


def run(now: datetime) -> Run:
    """Judge the demo as of `now`; needs no network, no root and no server, and leaves no file."""
    sample = bundle.folder("inventory")
    inventory = load_inventory(sample)
    recorded = recorded_evidence(sample / "evidence", now)
    here = _this_machine(inventory)
    with tempfile.TemporaryDirectory() as folder:
        collect(
            replace(inventory, schools=(here,)),
            store=EnvironmentStore({}),
            out=Path(folder),
            root=Path(folder),
            now=lambda: now,
            run_id="demo",
        )
        local, broken = state.read_all(Path(folder))
    policies = pipeline.load_policies(inventory.district.pack)
    judged = pipeline.judge_evidence(
        replace(inventory, schools=(here, *inventory.schools)),
        [*local, *recorded],
        broken,
        policies,
        root=sample,
        as_of=now,
    )
    notice = Text(
        zh=f"示範：除「{here.name.zh}」外，學校與證據皆為虛構，時間已平移至今天",
        en=f"demo: all schools but “{here.name.en}” and their evidence are made up; times are "
        "moved to today",
    )
    return replace(judged, cautions=(notice, *judged.cautions))


def recorded_evidence(folder: Path, now: datetime) -> list[StateDocument]:
    """The sample's state documents, every instant in them moved so that collection ends `now`."""
    raw = [json.loads(path.read_bytes()) for path in sorted(folder.rglob("*.json"))]
    latest = max(datetime.fromisoformat(document["collected_at"]) for document in raw)
    shift = now - latest
    return [state.from_json(_moved(document, shift)) for document in raw]


def _moved(value: Json, shift: timedelta) -> Json:
    if isinstance(value, dict):
        return {key: _moved(inner, shift) for key, inner in value.items()}
    if isinstance(value, list):
        return [_moved(inner, shift) for inner in value]
    if isinstance(value, str) and _INSTANT.fullmatch(value):
        return (datetime.fromisoformat(value) + shift).isoformat()
    return value


def _this_machine(inventory: Inventory) -> School:
    """A school that consists of the machine the demo runs on, as a recorder with one camera."""
    name = Name(zh="這台電腦", en="this machine")
    camera = Camera(id=f"{HERE}-cam1", ch="1", area="campus", place="-", site=HERE, recorder=HERE)
    recorder = Recorder(
        id=HERE,
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
        moe_code="0000",
        city=inventory.schools[0].city,
        site_type="elementary",
        areas=(Area(id="campus", type="campus", name=name),),
        recorders=(recorder,),
    )
