"""What a clerk types → what a record says. Pure; every refusal says what to type instead.

A reader takes one line of text and gives the value as it stands in a record: text, true or false, a
number, or a small mapping. No message repeats what was typed: it may be personal data.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from cctv_policy import identity, rocdate
from cctv_policy.clerk.office import Office
from cctv_policy.periods import TAIPEI
from cctv_policy.records import parse_id
from cctv_policy.strictyaml.prefilter import banned_character

Options = Sequence[tuple[str, str]]
"""(what the record says, what the screen says)"""


class WrongAnswer(Exception):  # noqa: N818 - a verdict on what was typed, not an error of the tool
    """Why an answer cannot be used: zh-TW, then English in brackets."""


class Reader(Protocol):
    """One kind of answer."""

    def read(self, text: str, office: Office, so_far: Mapping[str, Any]) -> Any:
        """The value, or WrongAnswer."""

    def options(self, office: Office, so_far: Mapping[str, Any]) -> Options:
        """What may be chosen; empty for free text."""

    def hint(self) -> str:
        """How to type it, in a few words; may be empty."""

    def echo(self, value: Any) -> str:
        """The value as it was understood, where that is worth saying; else empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Free:
    """Common to all readers: nothing to choose from, nothing to say."""

    help: str = ""

    def options(self, office: Office, so_far: Mapping[str, Any]) -> Options:
        return ()

    def hint(self) -> str:
        return self.help

    def echo(self, value: Any) -> str:
        return ""


def clean(text: str, *, limit: int, lines: bool = False) -> str:
    """Text as a file may hold it: NFC, no control characters, not too long."""
    plain = unicodedata.normalize("NFC", text).strip()
    if not plain:
        raise WrongAnswer("不可空白 (must not be empty)")
    if bad := banned_character(plain):
        raise WrongAnswer(
            f"含有不允許的字元（{bad}），請重新輸入 (a character that is not allowed)"
        )
    if not lines and "\n" in plain:
        raise WrongAnswer("只能是一行文字 (one line only)")
    if len(plain) > limit:
        raise WrongAnswer(f"太長：最多 {limit} 個字 (too long)")
    return plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Line(Free):
    """One line of text; `least` characters at least, and of `form` if that is given."""

    least: int = 1
    limit: int = 500
    form: str = ""
    said: str = ""
    """What `form` demands, in words."""

    def read(self, text: str, office: Office, so_far: Mapping[str, Any]) -> str:
        plain = clean(text, limit=self.limit)
        if len(plain) < self.least:
            raise WrongAnswer(f"太短：至少 {self.least} 個字 (too short)")
        if self.form and not re.fullmatch(self.form, plain):
            raise WrongAnswer(self.said)
        return plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph(Free):
    """Text that may have line breaks (only from a file)."""

    least: int = 1

    def read(self, text: str, office: Office, so_far: Mapping[str, Any]) -> str:
        plain = clean(text, limit=10_000, lines=True)
        if len(plain) < self.least:
            raise WrongAnswer(f"太短：請敘明，至少 {self.least} 個字 (too short: say more)")
        return plain


_DATE_FIX = "請輸入如 115/03/01、民國115年3月1日 或 2026-03-01"
_DATE_WRONG = {
    "format": f"看不懂的日期；{_DATE_FIX} (not a date)",
    "year": f"年份不合理（民國年與西元年混用？）；{_DATE_FIX} (ROC and AD years mixed up?)",
    "impossible": "沒有這一天，請查對月曆 (there is no such day)",
}


def read_day(text: str, today: date) -> date:
    """A day in either calendar, or 今天 / 昨天."""
    plain = rocdate.normalise(text)
    if plain in ("今天", "今日", "today"):
        return today
    if plain in ("昨天", "昨日", "yesterday"):
        return date.fromordinal(today.toordinal() - 1)
    try:
        return rocdate.parse(plain, as_of=today)
    except rocdate.RocDateError as error:
        raise WrongAnswer(_DATE_WRONG[error.code]) from None


def both_calendars(day: date) -> str:
    """民國115年3月1日（2026-03-01）"""
    return f"{rocdate.to_words(day)}（{day.isoformat()}）"


@dataclass(frozen=True, slots=True, kw_only=True)
class Day(Free):
    """A day; ISO in the record."""

    future: bool = False
    """Whether it may lie after today."""

    def read(self, text: str, office: Office, so_far: Mapping[str, Any]) -> str:
        day = read_day(text, office.today)
        if not self.future and day > office.today:
            raise WrongAnswer(
                f"日期在未來（今天是{rocdate.to_words(office.today)}） (a day to come)"
            )
        return day.isoformat()

    def hint(self) -> str:
        return self.help or "如 115/03/01"

    def echo(self, value: str) -> str:
        return both_calendars(date.fromisoformat(value))


_CLOCK = re.compile(r"([01]?[0-9]|2[0-3])[:：時]([0-5][0-9])分?")
_NOW = ("現在", "now")


def read_moment(text: str, office: Office, *, day: date | None = None) -> datetime:
    """A day with hour and minute, in Taiwan time; an ISO time with its offset; or 現在.

    With `day`, the time of day alone means that day.
    """
    plain = rocdate.normalise(text).replace("\uff1a", ":")
    if plain in _NOW:
        return office.now.replace(second=0, microsecond=0)
    if re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T", plain):
        try:
            moment = datetime.fromisoformat(plain)
        except ValueError:
            raise WrongAnswer("看不懂的時間；如 2026-03-01T10:00+08:00 (not a time)") from None
        return (moment if moment.tzinfo else moment.replace(tzinfo=TAIPEI)).replace(second=0)
    head, _, tail = plain.rpartition(" ")
    clock = _CLOCK.fullmatch(tail)
    if not clock:
        raise WrongAnswer("缺少時分；請輸入如 115/03/01 10:00 (hour and minute are missing)")
    if not head and day is None:
        raise WrongAnswer("缺少日期；請輸入如 115/03/01 10:00 (the day is missing)")
    on = read_day(head, office.today) if head else day
    assert on is not None  # noqa: S101 - either it was typed or it was given
    hour, minute = int(clock[1]), int(clock[2])
    return datetime(on.year, on.month, on.day, hour, minute, tzinfo=TAIPEI)


def moment_words(moment: datetime) -> str:
    """民國115年3月1日 10:00（2026-03-01）"""
    local = moment.astimezone(TAIPEI)
    return f"{rocdate.to_words(local.date())} {local:%H:%M}（{local.date().isoformat()}）"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment(Free):
    """A point in time to the minute."""

    future: bool = False

    def read(self, text: str, office: Office, so_far: Mapping[str, Any]) -> str:
        moment = read_moment(text, office)
        if not self.future and moment > office.now:
            raise WrongAnswer(f"時間在未來（現在是 {moment_words(office.now)}） (a time to come)")
        return moment.isoformat()

    def hint(self) -> str:
        return self.help or "如 115/03/01 10:00，或「現在」"

    def echo(self, value: str) -> str:
        return moment_words(datetime.fromisoformat(value))


@dataclass(frozen=True, slots=True, kw_only=True)
class Span(Free):
    """From one moment to another: `115/03/01 10:00 至 10:30`, or two ISO times with `/`."""

    def read(self, text: str, office: Office, so_far: Mapping[str, Any]) -> dict[str, str]:
        plain = rocdate.normalise(text)
        if "T" in plain and plain.count("/") == 1:
            first, second = plain.split("/")
        else:
            parts = re.split(r"\s*(?:至|到|~|～|—)\s*", plain)
            if len(parts) != 2:
                raise WrongAnswer(
                    "請輸入起訖，如 115/03/01 10:00 至 10:30 (from and to, like that)"
                )
            first, second = parts
        start = read_moment(first, office)
        end = read_moment(second, office, day=start.astimezone(TAIPEI).date())
        if end <= start:
            raise WrongAnswer(
                "結束時間不晚於開始時間；跨過午夜請寫出第二天的日期 "
                "(it ends before it starts; past midnight, write the next day)"
            )
        return {"from": start.isoformat(), "to": end.isoformat()}

    def hint(self) -> str:
        return self.help or "如 115/03/01 10:00 至 10:30"

    def echo(self, value: Mapping[str, str]) -> str:
        first, second = (datetime.fromisoformat(value[k]) for k in ("from", "to"))
        return f"{moment_words(first)} 至 {moment_words(second)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class YesNo(Free):
    """是 or 否, nothing in between."""

    def read(self, text: str, office: Office, so_far: Mapping[str, Any]) -> bool:
        word = rocdate.normalise(text).lower()
        if word in ("是", "y", "yes", "true", "有"):
            return True
        if word in ("否", "n", "no", "false", "無", "沒有"):
            return False
        raise WrongAnswer("請回答「是」或「否」（y 或 n） (yes or no)")

    def hint(self) -> str:
        return self.help or "是／否"


@dataclass(frozen=True, slots=True, kw_only=True)
class Number(Free):
    """A whole number."""

    least: int = 0
    most: int = 9_999_999_999

    def read(self, text: str, office: Office, so_far: Mapping[str, Any]) -> int:
        plain = rocdate.normalise(text).replace(",", "")
        if not re.fullmatch(r"[0-9]{1,10}", plain):
            raise WrongAnswer("請輸入數字 (not a number)")
        if not self.least <= int(plain) <= self.most:
            raise WrongAnswer(f"數字須在 {self.least} 與 {self.most} 之間 (out of range)")
        return int(plain)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice(Free):
    """One of a fixed list."""

    of: Options

    def options(self, office: Office, so_far: Mapping[str, Any]) -> Options:
        return self.of

    def read(self, text: str, office: Office, so_far: Mapping[str, Any]) -> Any:
        return chosen(text, self.options(office, so_far))

    def echo(self, value: str) -> str:
        return dict(self.of).get(value, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered(Free):
    """One of a list that the office knows: persons, cameras, recorders, records."""

    among: Callable[[Office, Mapping[str, Any]], Options]
    none: str = ""
    """What to say when there is nothing to choose from."""

    def options(self, office: Office, so_far: Mapping[str, Any]) -> Options:
        return self.among(office, so_far)

    def read(self, text: str, office: Office, so_far: Mapping[str, Any]) -> Any:
        options = self.options(office, so_far)
        if not options:
            raise WrongAnswer(self.none or "沒有可選擇的項目 (nothing to choose from)")
        return chosen(text, options)


def chosen(text: str, options: Options) -> str:
    """The option that was typed by its code or its words."""
    plain = rocdate.normalise(text)
    for code, words in options:
        if plain in (code, words):
            return code
    codes = "、".join(code for code, _ in options[:12])
    raise WrongAnswer(
        f"不在清單中；可用：{codes}" + ("…" * (len(options) > 12)) + " (not in the list)"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone(Free):
    """A telephone number; kept as text, so that its first 0 stays."""

    def read(self, text: str, office: Office, so_far: Mapping[str, Any]) -> str:
        plain = unicodedata.normalize("NFKC", text).strip()
        if not re.fullmatch(r"\+?[0-9][0-9 ()#-]{5,19}", plain):
            raise WrongAnswer(
                "電話格式不對；如 0912-345-678 或 (02)1234-5678#12 (not a telephone number)"
            )
        return plain

    def hint(self) -> str:
        return "如 0912-345-678"


_ID_WRONG = {
    "form": "與所選證號種類的格式不符，請核對證件 (not of that kind)",
    "checksum": "檢核碼不符，請對照證件重新輸入 (the check digit is wrong)",
    "old_number": "舊式統一證號自民國120年1月1日起停用 (old resident numbers are out of use)",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class IdNumber(Free):
    """An identity number of the kind answered before (`id_kind`)."""

    def read(self, text: str, office: Office, so_far: Mapping[str, Any]) -> str:
        kind = so_far.get("id_kind", "national")
        fault = identity.fault_of(text, kind, as_of=office.today)
        if fault:
            raise WrongAnswer(_ID_WRONG[fault])
        return identity.normalise(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest(Free):
    """The SHA-256 of a paper's scan: 64 hex digits, or the path of the scanned file."""

    def read(self, text: str, office: Office, so_far: Mapping[str, Any]) -> str:
        plain = text.strip()
        if re.fullmatch(r"[0-9a-fA-F]{64}", plain):
            return plain.lower()
        found = office.digest_of(plain)
        if found is None:
            raise WrongAnswer(
                "找不到或讀不到這個掃描檔；請輸入檔案路徑或 64 位 SHA-256 (no such file)"
            )
        return found

    def hint(self) -> str:
        return "檔案路徑或 SHA-256；檔案本身不會存入 git"

    def echo(self, value: str) -> str:
        return f"SHA-256 {value[:12]}…"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ref(Free):
    """The id of a record of these kinds that exists at this school."""

    kinds: tuple[str, ...]

    def options(self, office: Office, so_far: Mapping[str, Any]) -> Options:
        return [(one, "") for kind in self.kinds for one in office.ids(kind)][-20:]

    def read(self, text: str, office: Office, so_far: Mapping[str, Any]) -> str:
        plain = rocdate.normalise(text).upper()
        parts = parse_id(plain)
        if parts is None or parts.prefix not in self.kinds:
            raise WrongAnswer(f"案號格式不對；如 {self.kinds[0]}-115-0001 (not an id of that kind)")
        if plain not in office.ids(parts.prefix):
            raise WrongAnswer("本校沒有這個案號 (this school has no such record)")
        return plain
