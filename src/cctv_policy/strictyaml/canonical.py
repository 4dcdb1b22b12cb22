"""The short cut for files as our own writer leaves them: no YAML parser is needed to read those.

It gives what the parser's events give, or nothing: whatever is not plainly of that form (escapes,
comments, flow, blank lines, a field twice, a limit near) is left to the parser, faults as well.
"""

from __future__ import annotations

import re
from typing import Any

_ROW = re.compile(
    r"( *)(- )?(?:([A-Za-z_][A-Za-z0-9_-]{0,62}):(?: |$))?"
    r'(?:"([^"\\]*)"|([0-9][0-9-]*|true|false|null))?'
)
_NO_KEY = frozenset(("null", "true", "false", "yes", "no"))

Path = tuple[str | int, ...]


def read_canonical(
    text: str, *, max_nodes: int, max_depth: int
) -> tuple[dict[str, Any], dict[Path, int]] | None:
    """The mapping in decoded `text` and the line of every path; None: ask the parser."""
    rows = text.split("\n")
    if rows.pop() or not rows or len(rows) * 3 >= max_nodes:  # a row is three nodes at most
        return None
    root: dict[str, Any] = {}
    lines: dict[Path, int] = {(): 1}
    stack: list[tuple[int, Any, Path]] = [(0, root, ())]
    opened: str | None = None
    for number, row in enumerate(rows, 1):
        found = _ROW.fullmatch(row)
        if found is None:
            return None
        spaces, dash, key, quoted, plain = found.groups()
        indent = len(spaces)
        outer, node, where = stack[-1]
        if opened is not None:
            if indent != outer + 2:
                return None
            child: Any = [] if dash else {}
            node[opened] = child
            node, where, opened = child, (*where, opened), None
            stack.append((indent, node, where))
        else:
            while indent < outer:
                stack.pop()
                outer, node, where = stack[-1]
            if indent != outer:
                return None
        if (dash is not None) != (type(node) is list):
            return None
        if dash:
            where = (*where, len(node))
            lines[where] = number
            if key is None:
                if quoted is None and plain is None:
                    return None
                node.append(_value(quoted, plain))
                continue
            item: dict[str, Any] = {}
            node.append(item)
            node = item
            stack.append((indent + 2, node, where))
        if key is None or key in node or key.lower() in _NO_KEY or len(stack) > max_depth:
            return None
        lines[*where, key] = number
        if quoted is None and plain is None:
            opened = key
            node[key] = None  # taken, so that it cannot come twice
        else:
            node[key] = _value(quoted, plain)
    return None if opened is not None else (root, lines)


def _value(quoted: str | None, plain: str | None) -> str | None:
    if quoted is not None:
        return quoted
    return None if plain == "null" else plain
