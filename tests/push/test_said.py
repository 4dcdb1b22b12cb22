"""A district engineer reads in zh-TW what went wrong on a device."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import cctv_policy.push
from cctv_policy.push.said import in_chinese

HOME = Path(cctv_policy.push.__file__).parent
FAIL = re.compile(r"\bfail (\"[^\"]*\"|'[^']*')")


def sentences() -> list[str]:
    """Each sentence that a script may end with, its variables filled in."""
    texts = [p.read_text("utf-8") for p in (*HOME.rglob("*.sh"), *HOME.glob("kinds/*.py"))]
    found = {words[1:-1] for text in texts for words in FAIL.findall(text)}
    filled = {re.sub(r"\$\{missing:\+ on channel\$missing\}", " on channel 1", w) for w in found}
    filled = {re.sub(r"\$\((because)\)", ": No space left on device", w) for w in filled}
    return sorted(re.sub(r"\$\{?\w+\}?|\{\w+\}", "x", w) for w in filled if w != "$1")


@pytest.mark.parametrize("english", sentences())
def test_every_sentence_of_our_scripts_has_its_own_in_chinese(english: str) -> None:
    assert re.search(r"[\u4e00-\u9fff]", in_chinese(english)), english


def test_files_are_found_to_read_sentences_from() -> None:
    assert len(sentences()) > 40


def test_what_could_not_be_put_back_is_named() -> None:
    line = "chrony.service does not start; not put back: /etc/chrony/chrony.conf"
    assert in_chinese(line) == "chrony.service 無法啟動；未能恢復：/etc/chrony/chrony.conf"
    assert in_chinese("not put back: /a /b") == "未能恢復：/a /b"


def test_the_words_of_others_stay() -> None:
    assert in_chinese("Job for x.service failed.") == "Job for x.service failed."
