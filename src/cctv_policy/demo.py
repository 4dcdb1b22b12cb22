"""`cctv-policy demo`: this machine and the sample district, judged by the embedded engine.

The sample is what `init --sample` leaves as a repository; here it lives in a temporary folder.
"""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from cctv_policy import pipeline, state
from cctv_policy.collect import collect
from cctv_policy.inventory import Area, Camera, Inventory, Name, Recorder, School, load_inventory
from cctv_policy.model import Run, Text
from cctv_policy.scaffold import new_sample
from cctv_policy.secretstore import EnvironmentStore

HERE = "here"


def run(now: datetime) -> Run:
    """Judge the demo as of `now`; needs no network, no root and no server, and leaves no file."""
    now = now.replace(microsecond=0)
    with tempfile.TemporaryDirectory(prefix="cctv-policy-demo-") as folder:
        root = Path(folder)
        new_sample(root, now)
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
        zh=f"示範：只有「{here.name.zh}」是實際檢查；各校與其證據、紀錄均屬虛構，日期已移至今天",
        en=f"demo: only “{here.name.en}” was really looked at; the schools, their evidence and "
        "records are made up, with their dates moved to today",
    )
    return replace(judged, cautions=(notice, *judged.cautions))


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
