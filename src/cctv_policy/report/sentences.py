"""Causes and notes → sentences. Total: whatever a rule answers, something true is shown.

A template is filled by `{identifier}` only: no format specification, no attribute, and a value that
contains braces is not looked at again.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping

from cctv_policy.facts import LABELS
from cctv_policy.model import Cause, Finding, Json, Text
from cctv_policy.report.layout import clean
from cctv_policy.report.words import say

_FIELD = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")
_EMPTY = re.compile(r"（）| ?\(\)")
_DEEPEST = 12


def plain(value: object, text: Callable[[str], str] = clean, depth: int = 0) -> Json:
    """Anything as a JSON value that encodes: odd types and non-finite numbers become text.

    `text` makes strings safe; it is given every string, also the keys.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if value.bit_length() <= 256 else hex(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, str):
        return text(value)
    if depth < _DEEPEST and isinstance(value, Mapping):
        return {text(str(k)): plain(v, text, depth + 1) for k, v in value.items()}
    if depth < _DEEPEST and isinstance(value, list | tuple):
        return [plain(v, text, depth + 1) for v in value]
    if depth < _DEEPEST and isinstance(value, set | frozenset):
        return sorted((plain(v, text, depth + 1) for v in value), key=str)
    return text(str(value))


def compact(value: object) -> str:
    """A value on one line as JSON; text stands bare."""
    value = plain(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def shown(value: object, lang: str) -> str:
    """A value inside a sentence: lists by commas, nothing as a word, the rest as JSON."""
    value = plain(value)
    if value is None:
        return say("no_value", lang)
    if isinstance(value, list):
        return ("、" if lang != "en" else ", ").join(shown(v, lang) for v in value)
    return compact(value)


def pairs(values: Mapping[str, Json]) -> str:
    """Values by name on one line."""
    return ", ".join(f"{clean(str(k))}={compact(v)}" for k, v in values.items())


def fill(template: str, values: Mapping[str, Json], lang: str) -> tuple[str, bool]:
    """The template with its values, and whether each name had one; a missing name stays.

    Brackets around an empty value go with it.
    """
    whole = True

    def value(match: re.Match[str]) -> str:
        nonlocal whole
        if match[1] not in values:
            whole = False
            return match[0]
        named = values[match[1]]
        if match[1] == "fact" and isinstance(named, str) and named in LABELS:
            return LABELS[named].get(lang)
        return shown(named, lang)

    text = clean(_FIELD.sub(value, template))
    return re.sub(r" {2,}", " ", _EMPTY.sub("", text)).strip(), whole


def coded(cause: Cause) -> str:
    """A cause without a sentence: its code and its values."""
    values = pairs(cause.values)
    return f"{clean(cause.code)} ({values})" if values else clean(cause.code)


def seen(finding: Finding, cause: Cause, lang: str) -> str:
    """What was seen; a code that nobody words, or a missing value, shows code and values."""
    reason = finding.rule.reasons.get(cause.code)
    return _told(reason.text if reason else None, cause, lang)


def to_do(finding: Finding, cause: Cause, lang: str) -> str:
    """What to do about it; empty where nobody says."""
    reason = finding.rule.reasons.get(cause.code)
    return fill(reason.fix.get(lang), cause.values, lang)[0] if reason else ""


def noted(finding: Finding, note: Cause, lang: str) -> str:
    """A note's sentence, or its code and values."""
    return _told(finding.rule.notes.get(note.code), note, lang)


def _told(template: Text | None, cause: Cause, lang: str) -> str:
    if template is None:
        return coded(cause)
    text, whole = fill(template.get(lang), cause.values, lang)
    return text if text and whole else f"{text} [{coded(cause)}]".strip()


def title(finding: Finding, lang: str) -> str:
    """The rule's title."""
    return clean(finding.rule.title.get(lang))
