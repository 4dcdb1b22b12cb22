"""The fault fleet: what can be wrong with evidence, as data (tests/fault_fleet/*.yaml).

An entry is a description of a district (tests/district.py) and of what happens to its files:
`every`: laid over every answer · `documents`: further state files · `text`: pairs to replace in the
state file, `envelope`: its own fields, `cut`: so many bytes are left, `file`: its whole content,
`nested`: so many brackets. `rules` are the numbers of the rules that must not pass, `of` whom.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from cctv_policy import state
from tests import district
from tests.district import District

FOLDER = Path(__file__).parent / "fault_fleet"


def load() -> list[dict[str, Any]]:
    """Every fault of every file."""
    yaml = YAML(typ="safe")
    paths = sorted(FOLDER.glob("*.yaml"))
    return [fault for path in paths for fault in yaml.load(path.read_text(encoding="utf-8"))]


def write(fault: Mapping[str, Any], root: Path) -> District:
    """Make the district with its fault below `root`."""
    built = District.of(fault)
    if every := fault.get("every"):
        built.evidence = {
            device: {
                o.fact: {**every, "raw": o.value}
                for o in built.observations()
                if o.device == device
            }
            for device in (district.NVR, district.SITE)
        }
    built.write(root)
    for number, further in enumerate(fault.get("documents", [])):
        other = replace(built, evidence=further["evidence"])
        said = [o for o in other.observations() if o.fact in other.evidence.get(o.device, {})]
        document = other.document(target=f"copy-{number}", observations=tuple(said))
        state.write(document, root / "state")
    _spoil(root / "state" / district.SITE / f"{district.NVR}.json", fault)
    return built


def _spoil(path: Path, fault: Mapping[str, Any]) -> None:
    text = path.read_text(encoding="utf-8")
    for old, new in fault.get("text", []):
        assert old in text, old
        text = text.replace(old, new)
    if "envelope" in fault:
        text = json.dumps(json.loads(text) | fault["envelope"])
    text = "[" * fault.get("nested", 0) or fault.get("file", text)
    path.write_bytes(text.encode()[: fault.get("cut")])
