"""The forms' templates as text, without the typesetter: cheap to ask what a form says."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_TEMPLATES = Path(__file__).parent / "templates"

ROWS_A_SHEET = 15
"""Of the inspection book, as the paper has it (附錄2)."""


@cache
def source(template: str) -> str:
    """The common head and the template, as one source: nothing is read while typesetting."""
    parts = [_TEMPLATES / "common.typ", _TEMPLATES / f"{template}.typ"]
    return "\n".join(part.read_text("utf-8") for part in parts)
