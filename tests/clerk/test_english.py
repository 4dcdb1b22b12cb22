"""Each question has an English line, and each refusal English words behind the zh-TW."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from cctv_policy import clerk, cli
from cctv_policy.clerk.english import _SAID
from cctv_policy.clerk.registry import ACTIONS

QUESTIONS = {q.name: q for action in ACTIONS for q in action.questions}
FOLDER = Path(clerk.__file__).parent
ENGLISH = re.compile(r"\([A-Za-z][^()]*\)")


def test_every_question_has_a_line_in_english() -> None:
    for question in QUESTIONS.values():
        assert question.english.isascii() and len(question.english) > 1, question.name


def test_no_english_is_kept_for_a_question_that_is_gone() -> None:
    assert _SAID.keys() <= QUESTIONS.keys()


def _refusals() -> list[tuple[str, str]]:
    """(file:line, text) of each WrongAnswer and of each `said` and `none` of a reader."""
    found = []
    for file in sorted(FOLDER.glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            texts = [k.value for k in node.keywords if k.arg in ("said", "none")]
            texts += node.args if name in ("WrongAnswer", "refuse") else []
            for text in texts:
                said = "".join(
                    str(part.value)
                    for part in ast.walk(text)
                    if isinstance(part, ast.Constant) and isinstance(part.value, str)
                )
                if re.search(r"[\u4e00-\u9fff]", said):
                    found.append((f"{file.name}:{node.lineno}", said))
    return found


@pytest.mark.parametrize(("where", "said"), _refusals())
def test_a_refusal_says_it_in_english_too(where: str, said: str) -> None:
    assert ENGLISH.search(said), where


def test_help_of_a_clerks_command_has_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.run(["inspection", "new", "--help"])
    shown = re.sub(r"\s+", " ", capsys.readouterr().out)
    assert "監視主機是否正常運作 does the recorder work?" in shown
