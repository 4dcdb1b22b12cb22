"""民國 dates (spec §1.5): read what people write, store ISO 8601, print ROC. AD = ROC + 1911."""

from __future__ import annotations

import re
from datetime import date

FIRST_ROC_YEAR = 90
"""Smaller ROC years are typing errors: no record is older than the first digital recorders."""
FIRST_AD_YEAR = 2000
"""Smaller ISO years are ROC years typed into an ISO field."""

_NARROW = str.maketrans("０１２３４５６７８９\u3000", "0123456789 ")
_WORDS = re.compile(
    r"(?:民國)?\s*([0-9]{2,3})\s*年\s*([0-9]{1,2})\s*月\s*([0-9]{1,2})\s*日", re.ASCII
)
_SEPARATED = re.compile(r"([0-9]{2,3})([/.-])([0-9]{1,2})\2([0-9]{1,2})")
_COMPACT = re.compile(r"([0-9]{3})([0-9]{2})([0-9]{2})")
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")


class RocDateError(ValueError):
    """The text is no acceptable date; `code` is `format`, `year` or `impossible`."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def normalise(text: str) -> str:
    """Full-width digits and spaces become ASCII; surrounding space goes."""
    return text.translate(_NARROW).strip()


def parse_roc(text: str, *, as_of: date) -> date:
    """Read a ROC date of a record.

    Accepts 民國115年3月1日, 115年3月1日, 115/03/01, 115.3.1, 115-03-01 and 1150301.
    RocDateError for other forms, ROC years below 90 or after next year (AD typed into a ROC
    field), and days that do not exist (112-02-29).
    """
    plain = normalise(text)
    if match := _WORDS.fullmatch(plain) or _COMPACT.fullmatch(plain):
        year, month, day = match.groups()
    elif match := _SEPARATED.fullmatch(plain):
        year, _, month, day = match.groups()
    else:
        raise RocDateError("format", f"not a ROC date such as 115/03/01: {text!r}")
    latest = as_of.year - 1911 + 1
    if not FIRST_ROC_YEAR <= int(year) <= latest:
        raise RocDateError("year", f"ROC year {year} is not between {FIRST_ROC_YEAR} and {latest}")
    return _date(int(year) + 1911, int(month), int(day), text)


def parse_iso(text: str) -> date:
    """Read an ISO 8601 date (`2026-03-01`) of a record; RocDateError for a year before 2000."""
    match = _ISO.fullmatch(normalise(text))
    if match is None:
        raise RocDateError("format", f"not an ISO date such as 2026-03-01: {text!r}")
    year, month, day = (int(part) for part in match.groups())
    if year < FIRST_AD_YEAR:
        raise RocDateError("year", f"year {year} is before {FIRST_AD_YEAR}: a ROC year?")
    return _date(year, month, day, text)


def parse(text: str, *, as_of: date) -> date:
    """Read a date of either calendar: four digits before the first dash are ISO, else ROC."""
    if _ISO.fullmatch(normalise(text)):
        return parse_iso(text)
    return parse_roc(text, as_of=as_of)


def to_words(day: date) -> str:
    """Print as on the paper forms: 民國115年3月1日; ValueError before ROC year 1."""
    return f"民國{_roc_year(day)}年{day.month}月{day.day}日"


def to_short(day: date) -> str:
    """Print for tables: 115/03/01; ValueError before ROC year 1."""
    return f"{_roc_year(day)}/{day.month:02}/{day.day:02}"


def _roc_year(day: date) -> int:
    if day.year < 1912:
        raise ValueError(f"{day} is before the first year of the ROC")
    return day.year - 1911


def _date(year: int, month: int, day: int, text: str) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise RocDateError("impossible", f"there is no such day: {text!r}") from None
