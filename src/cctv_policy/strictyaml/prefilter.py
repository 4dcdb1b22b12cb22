"""Bytes to text: everything that can be refused before a YAML parser sees the file.

Banning tabs, NEL, directives and `...` here is also what makes different YAML parsers agree.
"""

from __future__ import annotations

import re
import unicodedata

from cctv_policy.strictyaml.faults import Fault

MAX_BYTES = 64 * 1024

_BANNED = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f"  # control characters but LF
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"  # invisible
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f"  # zero width, separators, direction
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"  # fillers, selectors, specials
    "\ud800-\udfff\U000e0000-\U000e0fff]"  # lone surrogates, tag characters
)
_CONFLICT = re.compile(r"^(<{7}|>{7}|\|{7})( |$)|^={7}$", re.MULTILINE)
_SIGNS = ("<<<<<<<", ">>>>>>>", "|||||||", "=======")
_DIRECTIVE = re.compile(r"^%", re.MULTILINE)
_DOCUMENT_END = re.compile(r"^\.\.\.( |$)", re.MULTILINE)


def banned_character(text: str) -> str | None:
    """The first character of `text` that no file of ours may hold, as `U+XXXX`; else None."""
    found = _BANNED.search(text)
    return f"U+{ord(found[0]):04X}" if found else None


def decode(data: bytes, *, path: str, max_bytes: int = MAX_BYTES) -> str | list[Fault]:
    """The text of `data`, or every fault that keeps it from being read as strict YAML."""
    if len(data) > max_bytes:
        what = f"{len(data)} bytes, at most {max_bytes} are read"
        return [Fault(path=path, line=0, code="too_big", what=what, fix="split the file")]
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return [_encoding(path, line, _name_encoding(data))]
    if _looks_utf16(data):
        return [_encoding(path, 1, "UTF-16")]
    if "\ufeff" in text:
        line = text.count("\n", 0, text.index("\ufeff")) + 1
        return [_encoding(path, line, "UTF-8 with a byte order mark (BOM)")]
    return _text_faults(text, path) or text


def _text_faults(text: str, path: str) -> list[Fault]:
    found: list[Fault] = []

    def add(code: str, at: int, what: str, fix: str) -> None:
        line = text.count("\n", 0, at) + 1
        found.append(Fault(path=path, line=line, code=code, what=what, fix=fix))

    if "\r" in text:
        what = "a carriage return (CR)"
        add("line_ending", text.index("\r"), what, "save with LF line ends, e.g. run dos2unix")
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if bad := _BANNED.search(text):
        what = "a tab (U+0009)" if bad[0] == "\t" else f"character U+{ord(bad[0]):04X}"
        add("bad_character", bad.start(), what, "delete it; indent with spaces")
    if not unicodedata.is_normalized("NFC", text):
        at = next(
            (i for i, line in enumerate(text.split("\n"), 1) if _differs(line)),
            0,
        )
        what, fix = "composed and decomposed characters differ", "save the text as NFC"
        found.append(Fault(path=path, line=at, code="not_nfc", what=what, fix=fix))
    if any(sign in text for sign in _SIGNS) and (mark := _CONFLICT.search(text)):
        what = "a line of <<<<<<<, ======= or >>>>>>>"
        add("merge_conflict", mark.start(), what, "keep one side, delete the marks")
    if "%" in text and (mark := _DIRECTIVE.search(text)):
        add("directive_forbidden", mark.start(), "a line starts with %", "delete the line")
    if "..." in text and (mark := _DOCUMENT_END.search(text)):
        add("not_one_mapping", mark.start(), "a document end mark `...`", "delete the line")
    return found


def _differs(line: str) -> bool:
    return unicodedata.normalize("NFC", line) != line


def _encoding(path: str, line: int, name: str) -> Fault:
    what = f"the file looks like {name}"
    return Fault(path=path, line=line, code="encoding", what=what, fix="save as UTF-8 without BOM")


def _looks_utf16(data: bytes) -> bool:
    return len(data) >= 4 and data.count(0) * 4 >= len(data)


def _name_encoding(data: bytes) -> str:
    """A name for the message only; nothing is ever read in a guessed encoding."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or _looks_utf16(data):
        return "UTF-16"
    try:
        data.decode("cp950")
    except UnicodeDecodeError:
        return "something else than UTF-8"
    return "Big5"
