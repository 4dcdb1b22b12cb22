"""The register as an ODS spreadsheet, the government's own document format (CNS 15251).

Every cell is text: what begins with = + - @ is not a formula (design B36).
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable

from odfdo import Cell, Column, Document, Paragraph, Row, Style, Table

from cctv_policy.forms.register import COLUMNS, TITLE, Register, cells
from cctv_policy.forms.text import plain

_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
"""The earliest time a zip can hold: the file tells nothing of when it was made."""


def register_ods(register: Register) -> bytes:
    """The book as ODS: the caption, the columns' names, one row a line; same input, same bytes."""
    document = Document("spreadsheet")
    document.language = "zh-TW"
    document.body.clear()
    table = Table(TITLE)
    wide = document.insert_style(Style("table-column", width="4cm"), automatic=True)
    table.append_column(Column(repeated=len(COLUMNS), style=str(wide)))
    if register.caption:
        table.append_row(_row([plain(register.caption, "caption")]))
    table.append_row(_row(COLUMNS))
    for n, line in enumerate(register.lines, 1):
        table.append_row(_row(cells(line, f"lines[{n}]")))
    document.body.append(table)
    buffer = io.BytesIO()
    document.save(buffer)
    return _timeless(buffer.getvalue())


def _row(texts: Iterable[str]) -> Row:
    row = Row()
    for text in texts:
        cell = Cell()
        cell.type = "string"
        for line in text.split("\n") if text else ():
            cell.append(Paragraph(line))
        row.append_cell(cell)
    return row


def _timeless(ods: bytes) -> bytes:
    """The same parts without the times of writing, `mimetype` first and unpacked (ODF 1.4 §3.3)."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(ods)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in sorted(old.namelist(), key=lambda name: (name != "mimetype", name)):
            part = zipfile.ZipInfo(name, _FIRST_DAY)
            packed = name != "mimetype"
            part.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
            new.writestr(part, old.read(name))
    return buffer.getvalue()
