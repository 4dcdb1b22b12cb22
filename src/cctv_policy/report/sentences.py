"""Causes and notes → sentences. Total: whatever a rule answers, something true is shown.

A template is filled by `{identifier}` only: no format specification, no attribute, and a value that
contains braces is not looked at again.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping

from cctv_policy.model import Cause, Finding, Json, Reason
from cctv_policy.report.layout import clean
from cctv_policy.report.words import GAPS, say

_FIELD = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")
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
    """The template with its values, and whether each name had one; a missing name stays."""
    whole = True

    def value(match: re.Match[str]) -> str:
        nonlocal whole
        if match[1] not in values:
            whole = False
            return match[0]
        return shown(values[match[1]], lang)

    text = clean(_FIELD.sub(value, template))
    return re.sub(r" {2,}", " ", text).strip(), whole


def coded(cause: Cause) -> str:
    """A cause without a sentence: its code and its values."""
    values = pairs(cause.values)
    return f"{clean(cause.code)} ({values})" if values else clean(cause.code)


def seen(finding: Finding, cause: Cause, lang: str) -> str:
    """What was seen; a code that nobody words, or a missing value, shows code and values."""
    reason, ours = _reason(finding, cause)
    if reason is None:
        return coded(cause)
    template = reason.text.get(lang)
    text, whole = fill(template, cause.values, lang)
    if not whole or not text:
        return f"{text} [{coded(cause)}]".strip()
    if ours:
        rest = {k: v for k, v in cause.values.items() if f"{{{k}}}" not in template}
        told = [compact(v) if k == "detail" else pairs({k: v}) for k, v in rest.items() if v != ""]
        return f"{text} ({', '.join(told)})" if told else text
    return text


def to_do(finding: Finding, cause: Cause, lang: str) -> str:
    """What to do about it; empty where nobody says."""
    reason, _ = _reason(finding, cause)
    return fill(reason.fix.get(lang), cause.values, lang)[0] if reason else ""


def noted(finding: Finding, note: Cause, lang: str) -> str:
    """A note's sentence, or its code and values."""
    text = finding.rule.notes.get(note.code)
    if text is None:
        return coded(note)
    filled, whole = fill(text.get(lang), note.values, lang)
    return filled if whole and filled else f"{filled} [{coded(note)}]".strip()


def title(finding: Finding, lang: str) -> str:
    """The rule's title."""
    return clean(finding.rule.title.get(lang))


def _reason(finding: Finding, cause: Cause) -> tuple[Reason | None, bool]:
    """The rule's own wording, else the gate's; and whether it is the gate's."""
    own = finding.rule.reasons.get(cause.code)
    return (own, False) if own is not None else (GAPS.get(cause.code), True)
