"""Values to canonical YAML: one way to write a document, so that equal data are equal bytes."""

from __future__ import annotations

import datetime as dt
import json
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from cctv_policy.strictyaml.prefilter import banned_character

_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}")
_RESERVED = {"null", "true", "false", "yes", "no"}


def dump(mapping: Mapping[str, Any]) -> str:
    """Canonical YAML of `mapping`; `parse` reads it back equal, every scalar as its text.

    Text is always quoted, integers, dates, booleans and null are plain. Insertion order is kept.
    Raises ValueError for what no file of ours may hold (control characters, text that is not NFC).
    """
    if not mapping:
        return "{}\n"
    return "\n".join(_mapping(mapping, 0)) + "\n"


def _mapping(mapping: Mapping[str, Any], depth: int) -> list[str]:
    lines: list[str] = []
    for key, value in mapping.items():
        lines += _entry(f"{'  ' * depth}{_key(key)}:", value, depth + 1)
    return lines


def _sequence(items: list[Any], depth: int) -> list[str]:
    lines: list[str] = []
    for item in items:
        if isinstance(item, Mapping | list | tuple) and item:
            inner = _block(item, depth + 1)
            first = inner[0].lstrip(" ")
            lines += [f"{'  ' * depth}- {first}", *inner[1:]]
        else:
            lines.append(f"{'  ' * depth}- {_scalar(item)}")
    return lines


def _block(value: Any, depth: int) -> list[str]:
    if isinstance(value, Mapping):
        return _mapping(value, depth)
    return _sequence(list(value), depth)


def _entry(head: str, value: Any, depth: int) -> list[str]:
    if isinstance(value, Mapping | list | tuple) and value:
        return [head, *_block(value, depth)]
    return [f"{head} {_scalar(value)}"]


def _key(key: str) -> str:
    if _PLAIN_KEY.fullmatch(key) and key.lower() not in _RESERVED:
        return key
    return _quoted(key)


def _scalar(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, dt.datetime | dt.date):
        return f'"{value.isoformat()}"' if isinstance(value, dt.datetime) else value.isoformat()
    if isinstance(value, Mapping):
        return "{}"
    if isinstance(value, list | tuple):
        return "[]"
    if isinstance(value, str):
        return _quoted(value)
    raise ValueError(f"cannot write a {type(value).__name__}")


def _quoted(text: str) -> str:
    if bad := banned_character(text):
        raise ValueError(f"text with {bad} cannot be written")
    if not unicodedata.is_normalized("NFC", text):
        raise ValueError("text that is not NFC cannot be written")
    return json.dumps(text, ensure_ascii=False)
