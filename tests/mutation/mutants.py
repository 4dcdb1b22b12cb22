"""Small wrong changes to Rego text, one at a time: what a slip of the pen would make of a rule."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

COMPARISONS = {
    " == ": [" != "],
    " != ": [" == "],
    " < ": [" <= ", " > "],
    " <= ": [" < ", " >= "],
    " > ": [" >= ", " < "],
    " >= ": [" > ", " <= "],
    " & ": [" | "],
    " | ": [" & "],
    " + ": [" - "],
    " * ": [" + "],
}
_NUMBER = re.compile(r"(?<![\w\".])\d+(?![\w\".])")
_TEXT = re.compile(r'"([^"]*)"')
_SET = re.compile(
    r"[{\[]((?:\"[^\"]*\"|null|true|false|\d+)(?:, (?:\"[^\"]*\"|null|true|false|\d+))+)[}\]]"
)
_MINUS = re.compile(r"\((\(?[\w.]+(?: - [\w.]+\))?) - [\w.]+\)")
_BODY = re.compile(r"^\t+(?!\")")


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """One changed line of one file."""

    path: str
    line: int
    kind: str
    was: str
    now: str

    def apply(self, text: str) -> str:
        """The file with the change."""
        lines = text.split("\n")
        assert lines[self.line].strip() == self.was
        indent = lines[self.line][: len(lines[self.line]) - len(lines[self.line].lstrip())]
        lines[self.line] = indent + self.now
        return "\n".join(lines)


def of(root: Path) -> list[Mutant]:
    """Every mutant of the Rego below `root`, tests left out."""
    found = []
    for path in sorted(root.rglob("*.rego")):
        if not path.name.endswith("_test.rego"):
            found += list(_of_file(path.relative_to(root).as_posix(), path.read_text("utf-8")))
    return found


def _of_file(path: str, text: str) -> Iterator[Mutant]:
    for number, line in enumerate(text.split("\n")):
        code = line.strip()
        if not code or code.startswith(("#", "package", "import")):
            continue
        seen = {code}
        for kind, now in _of_line(line, code):
            if now not in seen:
                seen.add(now)
                yield Mutant(path=path, line=number, kind=kind, was=code, now=now)


def _of_line(line: str, code: str) -> Iterator[tuple[str, str]]:
    for old, others in COMPARISONS.items():
        for at in _outside_texts(code, old):
            for other in others:
                yield "operator", code[:at] + other + code[at + len(old) :]
    for match in _NUMBER.finditer(code):
        if not _inside_text(code, match.start()):
            for step in (1, -1):
                number = str(int(match[0]) + step)
                yield "number", code[: match.start()] + number + code[match.end() :]
    for old, new in (("true", "false"), ("false", "true")):
        for at in _outside_texts(code, old):
            yield "boolean", code[:at] + new + code[at + len(old) :]
    for match in _TEXT.finditer(code):
        if match[1]:
            yield "text", f'{code[: match.start()]}"{match[1]}_"{code[match.end() :]}'
    for match in _SET.finditer(code):
        members = match[1].split(", ")
        for i in range(len(members)):
            rest = ", ".join(members[:i] + members[i + 1 :])
            yield "member", code[: match.start(1)] + rest + code[match.end(1) :]
    for match in _MINUS.finditer(code):
        yield "minus", code[: match.start()] + match[1] + code[match.end() :]
    if code.startswith('"') and code.endswith(","):
        yield "member", ""
    yield from _of_condition(line, code)


def _of_condition(line: str, code: str) -> Iterator[tuple[str, str]]:
    """Conditions taken away or turned round, in a body and behind a one-line `if`."""
    head, found, condition = code.partition(" if ")
    if found and condition != "{":
        if condition.startswith("not "):
            yield "negation", f"{head} if {condition.removeprefix('not ')}"
        elif not condition.startswith("some "):
            yield "negation", f"{head} if not {condition}"
            yield "condition", f"{head} if true"
    in_body = _BODY.match(line) and not code.endswith(("{", "(", "[", ","))
    if not in_body or code[0] in '}])"' or found:
        return
    if code.startswith("not "):
        yield "negation", code.removeprefix("not ")
    elif ":=" not in code and not code.startswith("some "):
        yield "negation", f"not {code}"
    yield "condition", "true"


def _outside_texts(code: str, part: str) -> Iterator[int]:
    at = code.find(part)
    while at >= 0:
        if not _inside_text(code, at):
            yield at
        at = code.find(part, at + 1)


def _inside_text(code: str, at: int) -> bool:
    return code[:at].count('"') % 2 == 1 or code[:at].count("`") % 2 == 1
