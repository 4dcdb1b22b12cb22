"""JSON Schemas for editors, one a kind, generated from the models."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from cctv_policy.records.approval import Approval
from cctv_policy.records.kinds import KINDS

_BASE = "https://json-schema.org/draft/2020-12/schema"


def render_schemas() -> dict[str, str]:
    """File name → JSON text of every record schema."""
    models: dict[str, Any] = {
        f"record-{kind.slug}.schema.json": kind.model for kind in KINDS.values()
    }
    models["record-approval.schema.json"] = Approval
    return {name: _render(name, model) for name, model in models.items()}


def _render(name: str, model: Any) -> str:
    schema = {"$schema": _BASE, "$id": name, **TypeAdapter(model).json_schema()}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def write_schemas(folder: Path) -> None:
    """Write every schema into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in render_schemas().items():
        (folder / name).write_text(text, encoding="utf-8")
