"""JSON Schemas for editors, generated from the dataclasses the loader binds to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from cctv_policy.inventory.model import District, School

_BASE = "https://json-schema.org/draft/2020-12/schema"
FILES: dict[str, type[Any]] = {
    "inventory-district.schema.json": District,
    "inventory-school.schema.json": School,
}


def render_schemas() -> dict[str, str]:
    """File name → JSON text of every inventory schema."""
    return {name: _render(name, model) for name, model in FILES.items()}


def _render(name: str, model: type[Any]) -> str:
    schema = {"$schema": _BASE, "$id": name, **TypeAdapter(model).json_schema()}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def write_schemas(folder: Path) -> None:
    """Write every schema into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in render_schemas().items():
        (folder / name).write_text(text, encoding="utf-8")
