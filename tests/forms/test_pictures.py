"""Pages look as they were last looked at."""

from __future__ import annotations

import pytest

from cctv_policy.forms.fonts import FormFonts
from cctv_policy.forms.request import render_request
from tests.forms import pdf, samples
from tests.forms.pictures import FOLDER, PICTURES

TOLERANCE = 12.0
"""Mean grey of a 5 mm cell: another poppler's smoothing moves it by a few, a lost character by
more (test_a_lost_character_is_seen)."""


@pytest.mark.parametrize("name", PICTURES)
def test_a_page_looks_as_stored(name: str, fonts: FormFonts) -> None:
    render, page = PICTURES[name]
    stored = FOLDER / f"{name}.png"
    assert stored.stat().st_size <= 150_000
    assert pdf.difference(pdf.picture(render(fonts), page), pdf.load_png(stored)) <= TOLERANCE


def test_a_lost_character_is_seen(fonts: FormFonts) -> None:
    changed = pdf.picture(render_request(samples.request(unit="三年二"), fonts))
    assert pdf.difference(changed, pdf.load_png(FOLDER / "request-filled.png")) > TOLERANCE


def test_pictures_that_no_test_draws_are_not_kept() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == set(PICTURES)
