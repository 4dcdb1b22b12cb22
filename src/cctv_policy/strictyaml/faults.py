"""Faults: what is wrong in a file somebody wrote, as data; a sentence per code in two languages.

A fault never repeats a value of the file: the value may be a name, an identity number or a secret.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from cctv_policy.model import Text


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Fault:
    """One fault. `str(fault)` is one line that can be pasted into a ticket, zh-TW first."""

    path: str
    """File, relative to the folder that was loaded."""
    line: int
    """1-based; 0 when the fault is the whole file or a missing one."""
    code: str
    """A key of SENTENCES; stable, for tests and filters."""
    key: str = ""
    """Where in the document, e.g. `recorders[0].connect.port`."""
    what: str = ""
    """What was seen, in English, without any value from the file."""
    fix: str = ""
    """What to do about it, in English; empty: what REMEDIES says of the code."""

    def __str__(self) -> str:
        where = f"{self.path}:{self.line}" if self.line else self.path
        key = f" {self.key}:" if self.key else ""
        what = self.what or sentence(self.code, "en")
        remedy = self.fix or REMEDIES.get(self.code, "")
        fix = f" → {remedy}" if remedy else ""
        return f"{where}: {self.code}:{key} {sentence(self.code, 'zh-TW')} ({what}){fix}"


def shown(name: str) -> str:
    """`name` if it has the form of a field's or a rule's name; else `(…)`: what stands left of a
    colon by mistake may be a password, a community or a person.
    """
    return name if len(name) <= 48 and _NAME.fullmatch(name) else "(…)"


_NAME = re.compile(
    r"[A-Z]?[a-z]+(?:[._](?:[a-z]+|sha256|last4))*|sha256|art10|v(?:[346]|1|2c)"  # a field, a fact
    r"|[A-Z][0-9]{0,2}(?:\.[0-9])?(?:-[a-z0-9]{1,12})+"  # a rule
)


def sentence(code: str, lang: str) -> str:
    """What `code` means, in `lang` (`zh-TW` or `en`); an unknown code is its own sentence."""
    text = SENTENCES.get(code)
    return text.get(lang) if text else code


def register(sentences: dict[str, Text], remedies: Mapping[str, str] | None = None) -> None:
    """Add a stage's own codes, and what to do about each where that is always the same.

    A second meaning for a code is a programming error.
    """
    for code, text in sentences.items():
        if SENTENCES.setdefault(code, text) != text:
            raise ValueError(f"fault code {code!r} already has another sentence")
    REMEDIES.update(remedies or {})


SENTENCES: dict[str, Text] = {
    # the bytes
    "too_big": Text(zh="檔案太大", en="the file is too big"),
    "encoding": Text(zh="檔案不是純 UTF-8", en="the file is not plain UTF-8"),
    "line_ending": Text(
        zh="換行字元不是 LF(可能是 Windows 存檔)", en="lines do not end in LF (saved on Windows?)"
    ),
    "bad_character": Text(
        zh="含有不允許的字元(定位、控制、零寬或方向字元)",
        en="a tab, control, zero-width or direction character",
    ),
    "not_nfc": Text(zh="文字不是 Unicode NFC 正規形式", en="the text is not in Unicode NFC form"),
    "merge_conflict": Text(
        zh="留有 git 合併衝突標記", en="a git merge conflict is left in the file"
    ),
    # the structure
    "syntax": Text(zh="YAML 語法錯誤", en="this is not YAML"),
    "too_many": Text(zh="項目太多", en="too many entries"),
    "too_deep": Text(zh="巢狀層數太深", en="nested too deeply"),
    "anchor_forbidden": Text(
        zh="不可使用錨點、別名或 << 合併", en="anchors, aliases and << are not allowed"
    ),
    "tag_forbidden": Text(zh="不可使用 YAML 標籤(!…)", en="YAML tags (!…) are not allowed"),
    "directive_forbidden": Text(
        zh="不可使用 YAML 指示(%…)", en="YAML directives (%…) are not allowed"
    ),
    "duplicate_key": Text(zh="同一層有重複的欄位", en="the same field twice in one mapping"),
    "not_one_mapping": Text(
        zh="檔案必須剛好是一份「欄位: 值」文件", en="the file must be exactly one mapping"
    ),
    "bad_key": Text(zh="欄位名稱不是文字", en="a field name that is not text"),
    "empty_value": Text(
        zh="欄位沒有值(沒有值請寫 null)", en="a field without a value (write null if it has none)"
    ),
    # the schema
    "unknown_field": Text(zh="沒有這個欄位", en="there is no such field"),
    "missing_field": Text(zh="缺少必填欄位", en="a required field is missing"),
    "wrong_type": Text(zh="值的種類不對", en="the wrong kind of value"),
    "bad_text": Text(zh="文字不合格式", en="the text does not have the required form"),
    "bad_integer": Text(
        zh="不是整數(只能用半形數字,最多 10 位)",
        en="not an integer (ASCII digits only, at most 10)",
    ),
    "out_of_range": Text(zh="數字超出範圍", en="the number is out of range"),
    "bad_bool": Text(zh="只能寫 true 或 false", en="only true or false"),
    "bad_date": Text(
        zh="不是有效的西元日期 YYYY-MM-DD", en="not a valid date YYYY-MM-DD (AD, 2000 or later)"
    ),
    "bad_time": Text(
        zh="不是有效的日期時間(必須含時區)", en="not a valid date and time with a UTC offset"
    ),
    "bad_period": Text(zh="不是有效的期間(如 P14D)", en="not a valid period such as P14D"),
    "bad_choice": Text(zh="不是允許的選項", en="not one of the allowed words"),
    "bad_value": Text(zh="值不合規定", en="the value is not allowed"),
    "too_few": Text(zh="項目太少", en="too few entries"),
}
"""Every code any stage may report; stages add theirs with `register`."""
REMEDIES: dict[str, str] = {
    "bad_text": "write it in that form",
    "bad_value": "write one of the values that are allowed",
    "date_order": "correct one of the two dates",
    "id_mismatch": "correct the id; file name, folder and content say the same",
    "merge_conflict": "keep one side, remove the <<<, === and >>> lines, then `git add` the file",
    "missing_field": "add it; docs/records.md names every field",
    "missing_file": "bring the record back from git; what belongs to it is never alone",
}
"""What to do about a code where the fault itself does not say; stages add theirs."""
