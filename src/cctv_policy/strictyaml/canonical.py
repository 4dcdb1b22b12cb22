"""The short cut for files as our own writer leaves them: no YAML parser is needed to read those.

It gives what the parser's events give, or nothing: whatever is not plainly of that form (escapes,
comments, flow, blank lines, a field twice, a limit near) is left to the parser, faults as well.
"""

from __future__ import annotations

import re
from typing import Any

Path = tuple[str | int, ...]
"""Where a value stands: field names and places in lists."""

_ROW = re.compile(
    r"( *)(- )?(?:([A-Za-z_][A-Za-z0-9_-]{0,62}):(?: |(?=\n)))?"
    r'("[^"\\\n]*"|[0-9][0-9-]*|true|false|null)?\n|([^\n]+)'
)
_NO_KEY = frozenset(("null", "true", "false", "yes", "no"))


def read_canonical(
    text: str, *, max_nodes: int, max_depth: int, lines: dict[Path, int] | None = None
) -> dict[str, Any] | None:
    """The mapping in decoded `text`; None: ask the parser.

    `lines` is filled with the 1-based line of every path if it is given.
    """
    rows = _ROW.findall(text)
    if not rows or len(rows) * 3 >= max_nodes:  # a row is three nodes at most
        return None
    root: dict[str, Any] = {}
    stack: list[tuple[int, Any, Path]] = [(0, root, ())]
    outer, node, where = stack[0]
    opened = ""
    for line, (spaces, dash, key, value, other) in enumerate(rows, 1):
        if other:
            return None
        indent = len(spaces)
        if opened:
            if indent != outer + 2:
                return None
            child: Any = [] if dash else {}
            node[opened] = child
            outer, node, where, opened = indent, child, (*where, opened), ""
            stack.append((outer, node, where))
        else:
            while indent < outer:
                stack.pop()
                outer, node, where = stack[-1]
            if indent != outer:
                return None
        if bool(dash) != (type(node) is list):
            return None
        if dash:
            step = len(node)
            if lines is not None:
                lines[*where, step] = line
            if not key:
                if not value:
                    return None
                node.append(_value(value))
                continue
            item: dict[str, Any] = {}
            node.append(item)
            outer, node, where = indent + 2, item, (*where, step)
            stack.append((outer, node, where))
        if not key or key in node or key.lower() in _NO_KEY or len(stack) > max_depth:
            return None
        if lines is not None:
            lines[*where, key] = line
        if value:
            node[key] = _value(value)
        else:
            opened = key
            node[key] = None  # taken, so that it cannot come twice
    if lines is not None:
        lines[()] = 1
    return None if opened else root


def _value(text: str) -> str | None:
    if text[0] == '"':
        return text[1:-1]
    return None if text == "null" else text
