"""附錄2 監視錄影系統保養紀錄簿 (spec rule 58)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from cctv_policy.errors import FormError
from cctv_policy.forms.fonts import FormFonts
from cctv_policy.forms.source import ROWS_A_SHEET
from cctv_policy.forms.text import printable
from cctv_policy.forms.typeset import typeset


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectionRow:
    """One inspection; an answer that is None leaves both boxes empty."""

    inspected_on: date | None = None
    host_ok: bool | None = None
    recording_ok: bool | None = None
    retention_ok: bool | None = None
    video_clear: bool | None = None
    inspector: str = ""
    rechecker: str = ""
    remarks: str = ""

    @property
    def recorded_and_kept(self) -> bool | None:
        """The form asks in one column what a record answers in two: 是 needs both."""
        answers = (self.recording_ok, self.retention_ok)
        if False in answers:
            return False
        return None if None in answers else True


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectionBook:
    """The inspections of one book, in the order of the paper; no rows is a blank sheet."""

    caption: str = ""
    """Whose book it is, for example the school and the recorder."""
    rows: tuple[InspectionRow, ...] = ()


def render_inspection(
    books: Sequence[InspectionBook], *, retention_days: int, fonts: FormFonts
) -> bytes:
    """All books as one PDF, 15 rows a sheet, the rest of a book's last sheet left blank.

    `retention_days` is the parameter `retention_min` of the school's pack: 14 in the document.
    FormError for text that cannot be printed as written, and if there is no book.
    """
    if not books:
        raise FormError("沒有可列印的巡檢簿 (there is no inspection book to print)", where="books")
    if retention_days < 1:
        raise FormError(
            f"保存日數為 {retention_days} ({retention_days} days of retention)",
            where="retention_days",
        )
    sheets: list[object] = [
        sheet for n, book in enumerate(books, 1) for sheet in _sheets(book, f"books[{n}]")
    ]
    data: dict[str, object] = {"retention_days": retention_days, "sheets": sheets}
    return typeset("inspection", data, fonts)


def render_inspection_blank(*, retention_days: int, fonts: FormFonts) -> bytes:
    """One empty sheet, to be filled by hand."""
    return render_inspection([InspectionBook()], retention_days=retention_days, fonts=fonts)


def _sheets(book: InspectionBook, where: str) -> list[dict[str, object]]:
    rows = [_row(row, f"{where}.rows[{n}]") for n, row in enumerate(book.rows, 1)]
    rows += [_row(InspectionRow(), where)] * (-len(rows) % ROWS_A_SHEET if rows else ROWS_A_SHEET)
    caption = printable(book.caption, f"{where}.caption")
    return [
        {"caption": caption, "rows": rows[start : start + ROWS_A_SHEET]}
        for start in range(0, len(rows), ROWS_A_SHEET)
    ]


def _row(row: InspectionRow, where: str) -> dict[str, object]:
    return {
        "day": printable(row.inspected_on, f"{where}.inspected_on"),
        "answers": [row.host_ok, row.recorded_and_kept, row.video_clear],
        "inspector": printable(row.inspector, f"{where}.inspector"),
        "rechecker": printable(row.rechecker, f"{where}.rechecker"),
        "remarks": printable(row.remarks, f"{where}.remarks"),
    }
