"""Fonts are found or asked for by name; one load serves every form; processes agree."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cctv_policy.errors import FormError
from cctv_policy.forms.fonts import FormFonts, load_fonts
from cctv_policy.forms.request import render_request
from tests.forms import pdf, samples


def test_no_fonts_is_an_error_that_names_the_packages(tmp_path: Path) -> None:
    with pytest.raises(FormError) as error:
        load_fonts([tmp_path])
    assert "TW-Kai" in str(error.value)
    assert "fonts-cns11643-kai" in str(error.value)
    assert "fonts-noto-cjk" in str(error.value)


def test_other_fonts_of_the_machine_are_never_used(tmp_path: Path, fonts: FormFonts) -> None:
    _link(fonts, "TW-Kai", tmp_path)
    only = load_fonts([tmp_path])
    assert only.families == ("TW-Kai",)
    with pytest.raises(FormError) as error:
        render_request(samples.request(), only)
    assert "U+20BB7" in error.value.what
    assert error.value.where == "applicant"
    assert "fonts-noto-cjk" in error.value.fix


def test_noto_serves_where_kai_is_absent(tmp_path: Path, fonts: FormFonts) -> None:
    _link(fonts, "Noto Serif CJK TC", tmp_path)
    made = render_request(samples.request(), load_fonts([tmp_path]))
    assert "測試堃𠮷" in pdf.text(made)
    assert all("NotoSerifCJK" in name for name, _, _ in pdf.fonts_of(made))


def test_another_process_makes_the_same_file(fonts: FormFonts) -> None:
    code = (
        "import hashlib; from tests.forms import samples;"
        "from cctv_policy.forms.fonts import load_fonts;"
        "from cctv_policy.forms.request import render_request;"
        "print(hashlib.sha256(render_request(samples.request(), load_fonts())).hexdigest())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    made = render_request(samples.request(), fonts)
    assert done.stdout.strip() == hashlib.sha256(made).hexdigest()


def test_a_second_form_costs_little(fonts: FormFonts) -> None:
    render_request(samples.request(), fonts)
    started = time.process_time()
    for n in range(5):
        render_request(samples.request(phone=f"02-0000-000{n}"), fonts)
    assert (time.process_time() - started) / 5 < 0.5


def _link(fonts: FormFonts, family: str, folder: Path) -> None:
    file = next(Path(file) for name, file, _ in fonts.faces if name == family)
    (folder / file.name).symlink_to(file)
