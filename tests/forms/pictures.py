"""The stored pictures. `python -m tests.forms.pictures` draws them again: look at each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from cctv_policy.forms.fonts import FormFonts, load_fonts
from cctv_policy.forms.inspection import render_inspection, render_inspection_blank
from cctv_policy.forms.register import Register, render_register
from cctv_policy.forms.request import render_request, render_request_blank
from tests.forms import pdf, samples

FOLDER = Path(__file__).parent / "pictures"


def _long(fonts: FormFonts) -> bytes:
    return render_request(samples.request(reason=samples.long_text(1500)), fonts)


PICTURES: dict[str, tuple[Callable[[FormFonts], bytes], int]] = {
    "request-blank": (render_request_blank, 1),
    "request-filled": (lambda fonts: render_request(samples.request(), fonts), 1),
    "request-700": (
        lambda fonts: render_request(samples.request(reason=samples.long_text(700)), fonts),
        1,
    ),
    "request-1500-page-1": (_long, 1),
    "request-1500-page-2": (_long, 2),
    "inspection-blank": (
        lambda fonts: render_inspection_blank(retention_days=14, fonts=fonts),
        1,
    ),
    "inspection-filled": (
        lambda fonts: render_inspection([samples.inspections(6)], retention_days=30, fonts=fonts),
        1,
    ),
    "register-blank": (lambda fonts: render_register(Register(), fonts), 1),
    "register-filled": (lambda fonts: render_register(samples.register(8), fonts), 1),
}
"""Name → what draws it, and which page is shown."""


def draw() -> None:
    fonts = load_fonts()
    FOLDER.mkdir(exist_ok=True)
    for name, (render, page) in PICTURES.items():
        pdf.save_png(pdf.picture(render(fonts), page), FOLDER / f"{name}.png")


if __name__ == "__main__":
    draw()
