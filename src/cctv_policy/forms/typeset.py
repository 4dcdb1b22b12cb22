"""One template and its data become one PDF: same input, same bytes."""

from __future__ import annotations

import json
from collections.abc import Iterator

from typst import TypstError

from cctv_policy.errors import FormError
from cctv_policy.forms.fonts import FormFonts
from cctv_policy.forms.source import source


def typeset(template: str, data: dict[str, object], fonts: FormFonts) -> bytes:
    """The PDF of `templates/<template>.typ`; FormError if a character has no glyph.

    The data goes in as JSON text, never as source: markup in it is only text.
    """
    text = source(template)
    fonts.require("".join(filter(str.isprintable, text)), f"{template}.typ")
    for field, value in _texts(data, ""):
        fonts.require(value, field)
    inputs = {"data": json.dumps(data, ensure_ascii=False), "fonts": json.dumps(fonts.families)}
    try:
        pdf = fonts.compiler.compile(text.encode(), format="pdf", sys_inputs=inputs)
    except TypstError as error:
        raise FormError(
            f"表單無法排版 (the form cannot be set: {error.message})", where=template
        ) from error
    if not isinstance(pdf, bytes):
        raise FormError("排版程式沒有產生 PDF (the typesetter made no PDF)", where=template)
    return pdf


def _texts(value: object, field: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield field, value
    elif isinstance(value, list):
        for n, item in enumerate(value, 1):
            yield from _texts(item, f"{field}[{n}]")
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _texts(item, f"{field}.{name}" if field else name)
