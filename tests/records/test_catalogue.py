"""The catalogue of bad input, B1 to B36: where each case is tried."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parent.parent
BAD, LOAD, CHECK = "records/test_bad_input.py", "records/test_load.py", "records/test_check.py"
SHARE, PURGE, GIT = "clerk/test_share.py", "retention/test_purge.py", "test_gitobjects.py"
HISTORY, FORM, BOOK = "test_history.py", "forms/test_request_form.py", "forms/test_register_form.py"

WHERE: dict[str, dict[str, str]] = {
    **{f"B{n}": {BAD: f'"B{n}-'} for n in (*range(1, 16), 17, 18, 27, 30)},
    "B16": {
        BAD: "test_b16_",
        "records/test_read.py": "test_contradictions_are_found_at_their_field",
        "cases/T52.yaml": "28: ",
        "cases/B16-before-camera.yaml": "28: ",
        "test_record_subjects.py": "test_b16_",
    },
    "B19": {LOAD: "test_b19_", CHECK: "test_attack_11_"},
    "B20": {GIT: "test_b20_", HISTORY: "test_b20_"},
    "B21": {LOAD: "test_b21_", GIT: "test_b21_"},
    "B22": {HISTORY: "test_b22_", CHECK: "test_attack_01_"},
    "B23": {HISTORY: "test_b23_", CHECK: "test_attack_16_b23_"},
    "B24": {"records/test_sshsig.py": "test_b24_", CHECK: "test_b24_every_defect"},
    "B25": {CHECK: "test_b25_"},
    "B26": {CHECK: "b26_"},
    "B28": {PURGE: "test_b28_", CHECK: "test_b28_"},
    "B29": {SHARE: "test_b29_", CHECK: "test_b29_", "records/test_write.py": "test_b29_"},
    "B31": {SHARE: "test_b31_", "records/test_write.py": "test_b31_"},
    "B32": {SHARE: "test_b32_"},
    "B33": {"clerk/test_terminal.py": "test_b33_", "test_cli.py": "whatever_the_locale"},
    "B34": {SHARE: "test_b34_", HISTORY: "test_b34_"},
    "B35": {FORM: "test_markup_is_printed_as_it_was_typed", "forms/test_fonts.py": "test_"},
    "B36": {BOOK: "test_b36_"},
}
"""Case → file below tests/ → how its tests there begin (or their ids, in a table of cases)."""
ALSO = {
    "B1": {"test_strictyaml.py": "test_costly_file_is_refused_in_half_a_second"},
    "B4": {"test_strictyaml.py": "test_duplicate_key_names_both_lines"},
    "B8": {"clerk/test_ledger.py": "test_b08_", "scaffold/test_init.py": "test_b08_"},
    "B7": {"test_strictyaml.py": "test_encoding_is_named"},
    "B11": {"test_strictyaml.py": "test_scalars_stay_the_text_they_are"},
    "B14": {"test_rocdate.py": "test_every_written_form_is_read"},
    "B17": {"records/test_ids.py": "test_b17_", "clerk/test_ledger.py": "test_b17_"},
    "B18": {"records/test_ids.py": "test_b18_", LOAD: "test_b18_"},
    "B24": {CHECK: "test_b24_a_revoked_key"},
    "B26": {CHECK: "test_b26_a_role_that_was_vacant"},
    "B36": {BOOK: "test_a_cell_that_looks_like_a_formula"},
    "B27": {
        HISTORY: "test_b27_",
        CHECK: "test_b27_",
        "sealing/test_seal.py": "test_a_flipped_byte_is_refused",
    },
    "B30": {LOAD: "test_b30_"},
    "B35": {FORM: "test_what_would_not_appear_as_typed_is_refused_by_number"},
}


def test_every_case_is_somewhere() -> None:
    assert sorted(WHERE, key=lambda b: int(b[1:])) == [f"B{n}" for n in range(1, 37)]


@pytest.mark.parametrize(
    ("case", "file", "name"),
    [(c, f, n) for table in (WHERE, ALSO) for c, files in table.items() for f, n in files.items()],
)
def test_the_tests_of_a_case_exist(case: str, file: str, name: str) -> None:
    text = (TESTS / file).read_text("utf-8")
    if not file.endswith(".py") or name.startswith('"'):
        assert name in text.replace('f"', '"'), case
    else:
        assert re.search(rf"^def \w*{name}", text, re.MULTILINE), case
