"""附錄1 監視器攝錄資料調閱申請單 (spec rule 57)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from cctv_policy.errors import FormError
from cctv_policy.forms.fonts import FormFonts
from cctv_policy.forms.text import printable_fields
from cctv_policy.forms.typeset import typeset


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """調閱監視畫面時段, in the wall clock of the school."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """What stands in a signature cell; empty for a signature by hand."""

    name: str = ""
    on: date | None = None
    note: str = ""
    """For example 代理, or how it was signed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestForm:
    """The form's fields in its own order; whatever is empty stays blank on the paper."""

    applicant: str = ""
    applied_on: date | None = None
    id_number: str = ""
    phone: str = ""
    relation: str = ""
    unit: str = ""
    cameras: tuple[str, ...] = ()
    windows: tuple[Window, ...] = ()
    reason: str = ""
    applicant_signature: Signature = Signature()
    officer_signature: Signature = Signature()
    unit_head_signature: Signature = Signature()
    principal_signature: Signature = Signature()
    reference: str = ""
    """School and record id for the page's foot: the sheets of one form must find each other."""


def render_request(form: RequestForm, fonts: FormFonts) -> bytes:
    """The form as PDF; FormError for text that cannot be printed as written."""
    for window in form.windows:
        if window.end <= window.start:
            raise FormError("時段的結束早於開始 (a period ends before it begins)", where="windows")
    return typeset("request", printable_fields(form), fonts)


def render_request_blank(fonts: FormFonts) -> bytes:
    """The empty form, to be filled by hand."""
    return render_request(RequestForm(), fonts)
