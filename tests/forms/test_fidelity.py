"""What the appendices say is in the forms that are printed (rules 57, 58)."""

from __future__ import annotations

import pytest

from cctv_policy.forms.fidelity import inspection_lines_missing, request_lines_missing
from tests.corpus import policies

TEXTS = {c.id: c.text for c in policies("tw-ntpc-school").regulation.clauses}


def test_every_line_of_appendix_1_is_in_the_form() -> None:
    assert request_lines_missing(TEXTS["附錄1"]) == []


@pytest.mark.parametrize("days", [14, 30])
def test_every_line_of_appendix_2_is_in_the_book_whatever_the_days(days: int) -> None:
    assert inspection_lines_missing(TEXTS["附錄2"], retention_days=days) == []


def test_a_line_that_the_form_lacks_is_named() -> None:
    assert request_lines_missing("申請人\n承辦課長\n") == ["承辦課長"]
    told = inspection_lines_missing("檢查日期\n檢查時間", retention_days=14)
    assert told == ["檢查時間"]
