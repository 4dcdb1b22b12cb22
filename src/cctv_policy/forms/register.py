"""調閱登記簿, the book of 五(四): a derived view of the register's records, never edited.

The types hold no national ID and no telephone number, so neither can reach the book.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cctv_policy.forms.fonts import FormFonts
from cctv_policy.forms.request import Window
from cctv_policy.forms.text import clock_words, plain, printable_fields
from cctv_policy.forms.typeset import typeset

TITLE = "調閱登記簿"
COLUMNS = (
    "登記序號",
    "調閱起訖時間",
    "申請案號",
    "事由類別",
    "攝影機地點",
    "調閱監視畫面時段",
    "調閱人",
    "陪同人",
    "操作人",
    "調閱方式",
    "結果",
    "登記時間",
    "備註",
)
BLANK_LINES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterLine:
    """One session. Codes (purpose, action, result) come in the words to be printed."""

    no: int
    start: datetime
    end: datetime
    source: str
    purpose: str
    cameras: tuple[str, ...]
    windows: tuple[Window, ...]
    viewer: str
    viewer_category: str
    escort: str
    operator: str
    action: str
    result: str
    entered_at: datetime
    void_reason: str = ""
    """Of a cancelled number, which stays in the book."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """The lines of one school and ROC year, in the order of their numbers."""

    caption: str = ""
    lines: tuple[RegisterLine, ...] = ()


def cells(line: RegisterLine, field: str) -> list[str]:
    """The line as the texts of `COLUMNS`; FormError for what cannot be printed."""
    said = {name: str(text) for name, text in printable_fields(line, field).items()}
    cameras = [plain(camera, f"{field}.cameras") for camera in line.cameras]
    who = [said["viewer"], f"（{said['viewer_category']}）" if line.viewer_category else ""]
    return [
        said["no"],
        _period(line.start, line.end),
        said["source"],
        said["purpose"],
        "\n".join(cameras),
        "\n".join(_period(window.start, window.end) for window in line.windows),
        "\n".join(filter(None, who)),
        said["escort"],
        said["operator"],
        said["action"],
        said["result"],
        said["entered_at"],
        f"作廢：{said['void_reason']}" if line.void_reason else "",
    ]


def render_register(register: Register, fonts: FormFonts) -> bytes:
    """The book as PDF, landscape, its head on every page; without lines a sheet to be filled."""
    rows: list[object] = [
        cells(line, f"lines[{n}]") for n, line in enumerate(register.lines, 1)
    ] or [[""] * len(COLUMNS)] * BLANK_LINES
    data: dict[str, object] = {
        "title": TITLE,
        "caption": plain(register.caption, "caption"),
        "columns": list(COLUMNS),
        "rows": rows,
        "void": [bool(line.void_reason) for line in register.lines],
    }
    return typeset("register", data, fonts)


def _period(start: datetime, end: datetime) -> str:
    return f"{clock_words(start)}\n至{clock_words(end)}"
