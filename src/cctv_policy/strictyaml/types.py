"""Field types: text from the file becomes a value because the schema says so, never by its looks.

Use them in frozen dataclasses or pydantic models bound with `bind`; `X | None` admits `null`.
No message repeats the value it refuses.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Annotated, Any, NoReturn, TypeVar

from pydantic import BeforeValidator, Strict, WithJsonSchema
from pydantic_core import PydanticCustomError

T = TypeVar("T")

_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.[0-9]{1,6})?)?"
    r"(?:Z|[+-]([0-9]{2}):([0-9]{2}))"
)
_PERIOD = re.compile(r"P(?:[1-9][0-9]{0,3}[YMWD]|T[1-9][0-9]{0,3}[HM])")
_INTEGER = re.compile(r"0|[1-9][0-9]{0,9}")
_ROC = re.compile(r"民國|年|^0?[0-9]{2,3}[-/.]|^[0-9]{7}$")
_MAX_OFFSET_HOURS = 14  # the widest offset in use


def refuse(code: str, what: str, fix: str = "") -> NoReturn:
    """Refuse a value from inside a field type; becomes a Fault with the value's line."""
    raise PydanticCustomError(code, "{what}", {"what": what, "fix": fix})


def text_of(value: Any, what: str = "text") -> str:
    """`value` if it is text from the file; lists, mappings and null are refused."""
    if not isinstance(value, str):
        kind = {dict: "a mapping", list: "a list", type(None): "null"}.get(type(value), "a value")
        refuse("wrong_type", f"{kind} where {what} belongs")
    return value


def _integer(value: Any) -> int:
    text = text_of(value, "an integer")
    if not _INTEGER.fullmatch(text):
        refuse("bad_integer", "not a plain integer", "write ASCII digits without sign or leading 0")
    return int(text)


def _bool(value: Any) -> bool:
    text = text_of(value, "true or false")
    if text not in ("true", "false"):
        refuse("bad_bool", "neither true nor false", "write true or false")
    return text == "true"


def _date(value: Any) -> dt.date:
    return _day(text_of(value, "a date"))


@lru_cache(maxsize=1024)  # a record says the same day many times
def _day(text: str) -> dt.date:
    found = _DATE.fullmatch(text)
    year = int(found[1]) if found else 0
    if not found or year < 2000:
        plain = "write it like 2026-03-01"
        hint = "AD = ROC year + 1911, e.g. 2026-03-01 for 民國115年3月1日"
        refuse("bad_date", "not YYYY-MM-DD from 2000 on", hint if _ROC.search(text) else plain)
    try:
        return dt.date(year, int(found[2]), int(found[3]))
    except ValueError:
        refuse("bad_date", "there is no such day in the calendar", "correct the month or the day")


def _datetime(value: Any) -> dt.datetime:
    return _moment(text_of(value, "a date and time"))


@lru_cache(maxsize=1024)
def _moment(text: str) -> dt.datetime:
    found = _TIME.fullmatch(text)
    if not found:
        refuse("bad_time", "not YYYY-MM-DDTHH:MM with an offset", "e.g. 2026-03-01T08:30+08:00")
    _day(found[1])
    if found[4] == "60":
        refuse("bad_time", "a leap second", "write second 59")
    if found[2] == "24":
        refuse("bad_time", "hour 24", "write 00:00 of the next day")
    hours, minutes = int(found[5] or 0), int(found[6] or 0)
    if minutes > 59 or (hours, minutes) > (_MAX_OFFSET_HOURS, 0):
        refuse("bad_time", "no place on Earth has that offset", "Taiwan is +08:00")
    try:
        return dt.datetime.fromisoformat(text)
    except ValueError:
        refuse("bad_time", "there is no such time of day", "from 00:00 to 23:59")


def _period(value: Any) -> str:
    text = text_of(value, "a period")
    if not _PERIOD.fullmatch(text):
        refuse("bad_period", "not one number and unit", "e.g. P14D, P1M, P1Y, PT24H")
    return text


def _line(value: Any) -> str:
    text = text_of(value)
    if not text or text != text.strip() or "\n" in text or len(text) > 500:
        refuse("bad_text", "must be one line of 1 to 500 characters without spaces around it")
    return text


def _paragraph(value: Any) -> str:
    text = text_of(value)
    if not text.strip() or len(text) > 10_000:
        refuse("bad_text", "must be text of 1 to 10,000 characters")
    return text


def matching(pattern: str, *, code: str, what: str, fix: str = "") -> Callable[[Any], str]:
    """A check that the whole text matches `pattern`; `what` says the form in words."""
    compiled = re.compile(pattern)

    def check(value: Any) -> str:
        text = text_of(value)
        if not compiled.fullmatch(text):
            refuse(code, what, fix)
        return text

    return check


def int_between(low: int, high: int) -> Callable[[int], int]:
    """A check to add to `Int` with AfterValidator."""

    def check(value: int) -> int:
        if not low <= value <= high:
            refuse("out_of_range", f"must be from {low} to {high}")
        return value

    return check


def _not_from_file(_: Any) -> NoReturn:
    refuse("unknown_field", "the loader fills this in", "delete the field")


Str = Annotated[str, BeforeValidator(_line)]
"""One line of text, 1–500 characters."""
Paragraph = Annotated[str, BeforeValidator(_paragraph)]
"""Text that may have line breaks, 1–10,000 characters."""
Int = Annotated[int, Strict(), BeforeValidator(_integer, json_schema_input_type=int)]
"""0 or more, at most 10 ASCII digits."""
Bool = Annotated[bool, Strict(), BeforeValidator(_bool, json_schema_input_type=bool)]
"""`true` or `false`, nothing else."""
IsoDate = Annotated[
    dt.date, Strict(), BeforeValidator(_date), WithJsonSchema({"type": "string", "format": "date"})
]
"""YYYY-MM-DD, AD 2000 or later."""
IsoDateTime = Annotated[
    dt.datetime,
    Strict(),
    BeforeValidator(_datetime),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""ISO 8601 with offset, to the minute at least."""
Period = Annotated[
    str,
    BeforeValidator(_period),
    WithJsonSchema({"type": "string", "pattern": f"^{_PERIOD.pattern}$"}),
]
"""One ISO 8601 unit, kept as text: `P14D`, `P1Y`, `PT24H`."""
Filled = BeforeValidator(_not_from_file)
"""Marks a field the loader fills in; a file that has it is refused."""
