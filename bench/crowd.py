"""A large healthy district on disk: schools with one recorder and eight cameras each."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from tests import district
from tests.district import SITE, District

from cctv_policy import state

CAMERAS = 8


def build(root: Path, recorders: int) -> Path:
    """Write `root/inventory` and `root/state`; `root`.

    The subjects of one recorder: itself, its cameras and its school.
    """
    for number in range(recorders):
        _school(root, number)
    return root


def _school(root: Path, number: int) -> None:
    site, nvr = f"s-{number}", f"nvr-{number}"
    names = [f"cam-{number}-{ch}" for ch in range(CAMERAS)]
    cameras = [
        district.camera(id=name, ch=str(ch), address=f"192.168.10.{20 + ch}")
        for ch, name in enumerate(names)
    ]
    channels = [district.channel(ch=str(ch), camera_id=name) for ch, name in enumerate(names)]
    built = District(
        school={"id": site},
        recorders=[district.inventory_recorder(id=nvr, cameras=cameras)],
        evidence={nvr: {"channels": channels}},
    )
    made = root / "making"
    built.write(made)
    schools = root / "inventory" / "schools"
    schools.mkdir(parents=True, exist_ok=True)
    (made / "inventory" / "schools" / f"{SITE}.yaml").replace(schools / f"{site}.yaml")
    if not number:
        (made / "inventory" / "district.yaml").replace(root / "inventory" / "district.yaml")
    shutil.rmtree(made)
    observations = tuple(
        replace(o, device=site if o.device == SITE else o.device) for o in built.observations()
    )
    document = built.document(target=nvr, site=site, observations=observations)
    state.write(document, root / "state")
