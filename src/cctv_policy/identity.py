"""ROC identity numbers (spec §5.4): normalise, kind, checksum; and finding them in text.

Nothing here prints or raises a value: a number is personal data (PDPA art. 2). A valid checksum is
no proof of identity, it only catches most typing errors.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

IdKind = Literal["national", "ui_new", "ui_old", "passport", "other"]
KINDS: tuple[IdKind, ...] = ("national", "ui_new", "ui_old", "passport", "other")

OLD_UNTIL = date(2030, 12, 31)
"""Last day on which an old resident number is accepted (it stops on 民國120-01-01)."""

_LETTERS = {letter: 10 + n for n, letter in enumerate("ABCDEFGHJKLMNPQRSTUVXYWZIO")}
_WEIGHTS = (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1)
_PATTERNS: dict[IdKind, re.Pattern[str]] = {
    "national": re.compile(r"[A-Z][12][0-9]{8}"),
    "ui_new": re.compile(r"[A-Z][89][0-9]{8}"),
    "ui_old": re.compile(r"[A-Z][A-D][0-9]{8}"),
    "passport": re.compile(r"[A-Z0-9]{5,20}"),
    "other": re.compile(r"[A-Z0-9][A-Z0-9./-]{1,39}"),
}
_CHECKED: tuple[IdKind, ...] = ("national", "ui_new", "ui_old")
_SEPARATORS = re.compile(r"[\s\u002d\u2010-\u2015\u2212\ufe63\uff0d]")
_IN_TEXT = re.compile(
    r"(?<![A-Za-z0-9])[A-Za-z][ -]?[1289A-Da-d][ -]?[0-9](?:[ -]?[0-9]){7}(?![A-Za-z0-9])"
)
_MOBILE = re.compile(
    r"(?<![0-9A-Za-z+.-])(?:\+?886[ -]?|0)9[0-9]{2}[ -]?[0-9]{3}[ -]?[0-9]{3}(?![0-9A-Za-z])"
)
_LANDLINE = re.compile(
    r"(?<![0-9A-Za-z+.:-])(?:\(0[2-8][0-9]?\) ?|0[2-8][0-9]?-)"
    r"[0-9]{3,4}[ -]?[0-9]{3,4}(?![0-9A-Za-z-])"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One identity number or telephone number in a text; the value itself is not kept."""

    kind: Literal["national", "ui_new", "ui_old", "phone"]
    start: int
    end: int
    checksum_ok: bool
    """Always True for a telephone number, which has none."""

    @property
    def masked(self) -> str:
        """What a message may say in place of the value."""
        return "0***" if self.kind == "phone" else "*" * 10


def normalise(text: str) -> str:
    """Full-width characters become ASCII, letters upper case; spaces and hyphens go."""
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", text)).upper()


def kind_of(text: str) -> IdKind | None:
    """The kind whose pattern a normalised number has, of the three with a checksum; else None."""
    return next((k for k in _CHECKED if _PATTERNS[k].fullmatch(text)), None)


def checksum_ok(text: str) -> bool:
    """Whether a normalised number is one of the three kinds and its check digit is right."""
    kind = kind_of(text)
    if kind is None:
        return False
    second = str(_LETTERS[text[1]] % 10) if kind == "ui_old" else text[1]
    digits = [*divmod(_LETTERS[text[0]], 10), int(second), *map(int, text[2:])]
    return sum(d * w for d, w in zip(digits, _WEIGHTS, strict=True)) % 10 == 0


def fault_of(text: str, kind: IdKind, *, as_of: date) -> str | None:
    """Why a number entered as `kind` is not acceptable, as a word, or None if it is.

    `form`: not the pattern of its kind. `checksum`: wrong check digit. `old_number`: an old
    resident number after 2030-12-31. Passports and other papers have no checksum.
    """
    number = normalise(text)
    if not _PATTERNS[kind].fullmatch(number):
        return "form"
    if kind not in _CHECKED:
        return None
    if not checksum_ok(number):
        return "checksum"
    if kind == "ui_old" and as_of > OLD_UNTIL:
        return "old_number"
    return None


def find(text: str, *, allow: Collection[str] = ()) -> Iterator[Hit]:
    """Identity and telephone numbers in `text`, in order of kind and place.

    `allow` holds normalised numbers that are known to be synthetic. Positions are those of the
    NFKC form of `text`, which differs from `text` only where full-width characters are used.
    """
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    for match in _IN_TEXT.finditer(plain):
        number = normalise(match[0])
        kind = kind_of(number)
        if kind in ("national", "ui_new", "ui_old") and number not in allow:
            ok = checksum_ok(number)
            yield Hit(kind=kind, start=match.start(), end=match.end(), checksum_ok=ok)
    mobile = "09" in plain or "886" in plain
    for pattern in (_MOBILE, _LANDLINE) if mobile else (_LANDLINE,):
        for match in pattern.finditer(plain):
            if normalise(match[0]) not in allow:
                yield Hit(kind="phone", start=match.start(), end=match.end(), checksum_ok=True)


_BETWEEN = b" -\t\n\r\x0b\x0c"
_FORMS = bytes.maketrans(b"0123456789ABCDabcd", b"0" * 10 + b"A" * 8)
_AREA_CODE = re.compile(rb"0[2-8][0-9]{6}")


def may_hold(text: str) -> bool:
    """Whether the text of a whole file could hold a number in one of its values or comments.

    Cheap, and never a false no: line breaks count as spaces, and an escape sequence as a yes.
    """
    if "\\" in text:
        return True
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    tight = plain.encode("utf-8", "replace").translate(None, _BETWEEN)
    forms = tight.translate(_FORMS)
    if not (
        b"0" * 9 in forms  # an identity number or a mobile telephone
        or b"A" + b"0" * 8 in forms  # a resident's old number
        or b"(0" in tight
        or _AREA_CODE.search(tight)
    ):
        return False
    return next(find(" ".join(text.split())), None) is not None
