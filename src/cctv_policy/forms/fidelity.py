"""Whether the printed forms have what the document's appendices have (spec rules 57, 58).

The templates are compared with the text of the clause in the regulation pack: each of its lines
must stand in the form, whatever the space around its characters.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from cctv_policy.forms.source import source

_SPACE = re.compile(r'#h\([^)]*\)|\\n|[\s\\"#\[\]*+]')
_DAYS = '(影像資料保存" + str(data.retention_days) + "日以上)'
_BOXES = re.compile(r"[□是否\s]+")


def request_lines_missing(text: str) -> list[str]:
    """Lines of the clause 附錄1 that the printed request form does not have."""
    return _missing(source("request"), text.splitlines())


def inspection_lines_missing(text: str, *, retention_days: int) -> list[str]:
    """Lines of 附錄2 that the printed inspection book does not have; the number of days in them is
    that of the parameter.
    """
    form = source("inspection").replace(_DAYS, f"(影像資料保存{retention_days}日以上)")
    lines = [re.sub(r"\d+(?=日以上)", str(retention_days), line) for line in text.splitlines()]
    boxes = [line for line in lines if _BOXES.fullmatch(line)]
    missing = _missing(form, [line for line in lines if line not in boxes])
    answers = all(sign in form for sign in ('"是"', '"否"', "□"))
    return missing if answers or not boxes else [*missing, boxes[0]]


def _missing(form: str, lines: Sequence[str]) -> list[str]:
    printed = _SPACE.sub("", form)
    wanted = (line.strip() for line in lines)
    return [line for line in wanted if line and _SPACE.sub("", line) not in printed]
