"""JSON Schemas for editors: one a kind of YAML file, from the classes that files are bound to.

`python -m cctv_policy.schemas` in the source tree writes them into `schemas/`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from cctv_policy.inventory import District, School
from cctv_policy.packfile import load_parameters
from cctv_policy.packschema import pack_schema
from cctv_policy.records import Approval
from cctv_policy.records.kinds import KINDS
from cctv_policy.sealing import Settings
from cctv_policy.vault.config import VaultConfig

MODELS: Mapping[str, Any] = {
    "inventory-district": District,
    "inventory-school": School,
    **{f"record-{kind.slug}": kind.model for kind in KINDS.values()},
    "record-approval": Approval,
    "keystore": Settings,
    "vault": VaultConfig,
}
"""Kind of file, as its schema is called → its class."""
_BASE = "https://json-schema.org/draft/2020-12/schema"


def render(regulations: Path) -> dict[str, str]:
    """File name → JSON text of every schema; a pack's parameters are those of `regulations`."""
    found = {name: TypeAdapter(model).json_schema() for name, model in MODELS.items()}
    found["regulation"] = pack_schema(load_parameters(regulations))
    return {f"{name}.schema.json": _text(f"{name}.schema.json", s) for name, s in found.items()}


def _text(name: str, schema: Mapping[str, Any]) -> str:
    whole = {"$schema": _BASE, "$id": name, **schema}
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def write(folder: Path, regulations: Path) -> None:
    """Write every schema into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in render(regulations).items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1] if len(sys.argv) > 1 else "schemas"), Path("policies/regulations"))
