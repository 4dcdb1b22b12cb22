"""What stops a stage is told in zh-TW first, in English too: no message is English alone."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import cctv_policy
from cctv_policy.collect_one import Ended
from cctv_policy.progress import WORDS

SOURCE = Path(cctv_policy.__file__).parent
CHINESE = re.compile(r"[\u3400-\u9fff]")
FILES = {path: path.read_text(encoding="utf-8") for path in sorted(SOURCE.rglob("*.py"))}


def _errors() -> set[str]:
    """CctvPolicyError and all below it, wherever they are defined; CatalogError is for whoever
    changes the tool's own rules.
    """
    bases = {
        node.name: {base.id for base in node.bases if isinstance(base, ast.Name)}
        for text in FILES.values()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.ClassDef)
    }
    found = {"CctvPolicyError"}
    while more := {name for name, above in bases.items() if above & found} - found:
        found |= more
    return found - {"CatalogError"}


NAMES = _errors()


def _words(node: ast.expr) -> str:
    return "".join(
        part.value
        for part in ast.walk(node)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    )


def english_only(source: str) -> Iterator[int]:
    """Lines that raise one of our errors with words of its own, none of them Chinese."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
            said = _words(node.args[0]) if node.func.id in NAMES else ""
            if re.search("[A-Za-z]{3}", said) and not CHINESE.search(said):
                yield node.lineno


def test_a_message_in_english_alone_is_found() -> None:
    source = 'raise UsageError(f"no such {thing}", where=path)\nraise UsageError("沒有 (none)")\n'
    assert list(english_only(source)) == [1]


def test_no_message_is_in_english_alone() -> None:
    found = [
        f"{path.relative_to(SOURCE)}:{line}"
        for path, text in FILES.items()
        for line in english_only(text)
    ]
    assert {"UsageError", "LeaseHeldError", "WrongDeviceError"} <= NAMES and found == []


def test_every_end_of_a_target_has_its_word() -> None:
    assert WORDS.keys() == set(Ended)
