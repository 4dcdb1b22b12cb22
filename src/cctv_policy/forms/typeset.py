"""One template and its data become one PDF: same input, same bytes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from typst import TypstError

from cctv_policy.errors import FormError
from cctv_policy.forms.fonts import FormFonts

_TEMPLATES = Path(__file__).parent / "templates"


def typeset(template: str, data: dict[str, object], fonts: FormFonts) -> bytes:
    """The PDF of `templates/<template>.typ`; FormError if a character has no glyph.

    The data goes in as JSON text, never as source: markup in it is only text.
    """
    source = _source(template)
    fonts.require("".join(filter(str.isprintable, source)), f"{template}.typ")
    for field, text in _texts(data, ""):
        fonts.require(text, field)
    inputs = {"data": json.dumps(data, ensure_ascii=False), "fonts": json.dumps(fonts.families)}
    try:
        pdf = fonts.compiler.compile(source.encode(), format="pdf", sys_inputs=inputs)
    except TypstError as error:
        raise FormError(f"the form cannot be set: {error.message}", where=template) from error
    if not isinstance(pdf, bytes):
        raise FormError("the typesetter made no PDF", where=template)
    return pdf


@cache
def _source(template: str) -> str:
    """The common head and the template, as one source: nothing is read while typesetting."""
    parts = [_TEMPLATES / "common.typ", _TEMPLATES / f"{template}.typ"]
    return "\n".join(part.read_text("utf-8") for part in parts)


def _texts(value: object, field: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield field, value
    elif isinstance(value, list):
        for n, item in enumerate(value, 1):
            yield from _texts(item, f"{field}[{n}]")
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _texts(item, f"{field}.{name}" if field else name)
