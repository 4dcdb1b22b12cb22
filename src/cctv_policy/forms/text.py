"""What may be printed: text that appears on paper exactly as it was written (design B35)."""

from __future__ import annotations

import unicodedata
from dataclasses import fields, is_dataclass
from datetime import date, datetime

from cctv_policy.errors import FormError

_REFUSED_CATEGORIES = {
    "Cc": "a control character",
    "Cf": "an invisible character",
    "Cs": "half of a character",
    "Zl": "a line separator",
    "Zp": "a paragraph separator",
}
_RIGHT_TO_LEFT = {"R", "AL", "AN"}


def plain(text: str, field: str) -> str:
    """The text with `\\r\\n` and `\\r` as newlines.

    FormError for characters that are invisible, change the order of others, or control a
    terminal: a form must read the same on the screen of the clerk and on paper. Private-use
    characters pass: the CNS 11643 fonts hold rare names there.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    for char in text:
        if char == "\n":
            continue
        reason = _REFUSED_CATEGORIES.get(unicodedata.category(char))
        if reason is None and unicodedata.bidirectional(char) in _RIGHT_TO_LEFT:
            reason = "a character written from right to left"
        if reason is not None:
            raise FormError(
                f"文字含有 U+{ord(char):04X} (the text holds U+{ord(char):04X}, {reason})",
                where=field,
                fix="請去掉後重新輸入 (type the text again without it)",
            )
    return text


def printable(value: object, field: str) -> object:
    """A form's value as JSON-ready data: texts made plain, days and times as ROC words.

    Raises FormError for text that `plain` refuses and for days before the ROC.
    """
    if isinstance(value, str):
        return plain(value, field)
    if isinstance(value, datetime):
        return clock_words(value, field)
    if isinstance(value, date):
        return day_words(value, field)
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, tuple | list):
        return [printable(item, f"{field}[{n}]") for n, item in enumerate(value, 1)]
    if is_dataclass(value):
        return printable_fields(value, field)
    raise TypeError(f"{field}: {type(value).__name__} cannot be printed")


def printable_fields(form: object, field: str = "") -> dict[str, object]:
    """`printable` of every field of a dataclass, under the fields' names."""
    assert is_dataclass(form)  # noqa: S101
    return {f.name: printable(getattr(form, f.name), _join(field, f.name)) for f in fields(form)}


def day_words(day: date, field: str = "") -> str:
    """115年3月1日, without the era: the form prints 民國 where the official one does."""
    return f"{_roc_year(day, field)}年{day.month}月{day.day}日"


def clock_words(moment: datetime, field: str = "") -> str:
    """115年3月1日8時30分 of the wall clock given; seconds only if there are any."""
    seconds = f"{moment.second}秒" if moment.second else ""
    return f"{day_words(moment, field)}{moment.hour}時{moment.minute}分{seconds}"


def _roc_year(day: date, field: str) -> int:
    if day.year < 1912:
        raise FormError(
            f"{day:%Y} 早於民國元年 ({day:%Y} is before the first year of the ROC)", where=field
        )
    return day.year - 1911


def _join(field: str, name: str) -> str:
    return f"{field}.{name}" if field else name
