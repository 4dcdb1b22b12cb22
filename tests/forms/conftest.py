"""The fonts of the forms and poppler's tools: absent in CI is a failure, elsewhere a skip."""

from __future__ import annotations

import os
import shutil

import pytest

from cctv_policy.errors import FormError
from cctv_policy.forms.fonts import FAMILIES, FormFonts, load_fonts


def missing(what: str) -> None:
    """End the test: nothing can be said without `what`."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"not installed: {what}")
    pytest.skip(f"not installed: {what}")


@pytest.fixture(scope="session")
def fonts() -> FormFonts:
    """Every family, so that the pictures are the same everywhere."""
    try:
        loaded = load_fonts()
    except FormError as error:
        missing(str(error))
        raise
    if loaded.families != FAMILIES:
        missing("fonts-cns11643-kai and fonts-noto-cjk")
    return loaded


@pytest.fixture(scope="session", autouse=True)
def poppler() -> None:
    for tool in ("pdftotext", "pdftoppm", "pdffonts", "pdfinfo"):
        if shutil.which(tool) is None:
            missing(f"{tool} (poppler-utils)")
