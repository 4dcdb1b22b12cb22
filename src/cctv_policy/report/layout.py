"""Plain text that lines up: display width with wide characters, padding, cutting, wrapping.

Nothing here trusts its input: `clean` comes first, so that a device's banner can neither drive a
terminal nor break a table, an XML file or a workflow command.
"""

from __future__ import annotations

import re
import unicodedata

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_SPACE = frozenset("\t\n\v\f\r\x85\u2028\u2029")
_NOT_LAST = frozenset("（「『【〈《([{")
_NOT_FIRST = frozenset("，。、；：！？）」』】〉》,.;:!?)]}%")
_TOKEN = re.compile(
    r"\s+|[^\s\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7ff\uf900-\ufaff\ufe30-\uffef]+|."
)


def clean(text: str) -> str:
    """One line without anything invisible: line ends become spaces, the rest is shown escaped.

    Control, format (also bidirectional), surrogate, private and unassigned characters become
    `\\xNN` or `\\uNNNN`. The result is legal in XML and encodes to UTF-8.
    """
    if text.isprintable():
        return text
    return "".join(_visible(char) for char in text)


def _visible(char: str) -> str:
    if char in _SPACE:
        return " "
    if unicodedata.category(char) not in _UNSEEN:
        return char
    code = ord(char)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def width(text: str) -> int:
    """Columns that a terminal gives the text: wide characters two, combining marks none."""
    if text.isascii():
        return len(text)
    return sum(_columns(char) for char in text)


def _columns(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def cut(text: str, columns: int) -> str:
    """The text in at most `columns` columns; `~` marks what was cut."""
    if width(text) <= columns:
        return text
    kept, used = "", 0
    for char in text:
        used += _columns(char)
        if used > columns - 1:
            break
        kept += char
    return kept + "~"


def pad(text: str, columns: int) -> str:
    """The text cut and filled to exactly `columns` columns."""
    short = cut(text, columns)
    return short + " " * (columns - width(short))


def wrap(text: str, columns: int) -> list[str]:
    """Lines of at most `columns` columns, broken at spaces and between wide characters.

    Closing punctuation starts no line and an opening bracket ends none, if it can be helped; a
    word longer than a line is cut up.
    At least one line comes back.
    """
    columns = max(columns, 4)
    lines, line = [], ""
    for token in _tokens(text, columns):
        if width(line) + width(token) <= columns:
            line += token
        elif token.isspace():
            lines.append(line.rstrip())
            line = ""
        else:
            carried = _carried(line, token)
            lines.append(line[: len(line) - len(carried)].rstrip())
            line = carried + token
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def _carried(line: str, token: str) -> str:
    """The end of the line that has to go down with what follows: an opening bracket, or the
    character before closing punctuation."""
    if len(line) < 2:
        return ""
    if line[-1] in _NOT_LAST:
        return line[-1]
    return line[-1] if token[0] in _NOT_FIRST and _columns(line[-1]) == 2 else ""


def _tokens(text: str, columns: int) -> list[str]:
    tokens = []
    for token in _TOKEN.findall(text.strip()):
        while width(token) > columns - 2:
            head = _head(token, columns - 2)
            tokens.append(head)
            token = token[len(head) :]
        tokens.append(token)
    return [t for t in tokens if t]


def _head(token: str, columns: int) -> str:
    used = 0
    for index, char in enumerate(token):
        used += _columns(char)
        if used > columns:
            return token[: max(index, 1)]
    return token
