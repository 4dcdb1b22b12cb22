"""Kinds of parameter values: reading them from YAML, and which of two values is stricter (§1.6)."""

from __future__ import annotations

import re
from enum import StrEnum

from netaddr import AddrFormatError, IPNetwork

from cctv_policy.addresses import PRIVATE_RANGES
from cctv_policy.model import Json
from cctv_policy.periods import Period

_INTEGER = re.compile(r"0|[1-9][0-9]{0,9}")


class Kind(StrEnum):
    """What a value is; `read` returns it as JSON."""

    PERIOD = "period"
    """ISO 8601 text: P14D, P1Y, PT72H."""
    COUNT = "count"
    """A whole number, 0 or more."""
    SWITCH = "switch"
    """true or false."""
    WORD = "word"
    """One of the parameter's `choices`."""
    TEXT = "text"
    """One line of text."""
    WORDS = "words"
    """A list of distinct texts (of `choices`, if there are any); order is kept."""
    PRIVATE_CIDRS = "private_cidrs"
    """A list of networks inside RFC 1918 and fc00::/7."""
    LABELLED_CIDRS = "labelled_cidrs"
    """Label → list of networks."""


class Stricter(StrEnum):
    """Which of two values restricts more."""

    LARGER = "larger"
    SMALLER = "smaller"
    TRUE = "true"
    FALSE = "false"
    ORDER = "order"
    """The later one of the parameter's `choices`."""
    UNION = "union"
    """More members ask for more: both lists together."""
    INTERSECTION = "intersection"
    """Fewer members allow less: what both lists hold."""
    SPECIFIC = "specific"
    """Neither is stricter: the more specific document decides, an override cannot."""


def read(value: Json, kind: Kind, choices: tuple[str, ...]) -> Json:
    """`value`, as text from YAML or already typed, as JSON of `kind`; else ValueError."""
    match kind:
        case Kind.PERIOD:
            return str(Period.parse(value))
        case Kind.COUNT:
            return _count(value)
        case Kind.SWITCH:
            return _switch(value)
        case Kind.WORD:
            return _word(value, choices)
        case Kind.TEXT:
            return _word(value, ())
        case Kind.WORDS:
            return _words(value, choices)
        case Kind.PRIVATE_CIDRS:
            return _private_cidrs(value)
        case Kind.LABELLED_CIDRS:
            if not isinstance(value, dict):
                raise ValueError("a mapping of label to networks belongs here")
            return {_word(k, ()): [_cidr(c) for c in _words(v, ())] for k, v in value.items()}


def stricter_of(rule: Stricter, broad: Json, narrow: Json, choices: tuple[str, ...]) -> Json:
    """The value that holds when a broader and a narrower level both speak; neither is null.

    Equal strictness gives `narrow`, so that the more specific document is cited.
    """
    match rule:
        case Stricter.LARGER:
            return narrow if _size(narrow) >= _size(broad) else broad
        case Stricter.SMALLER:
            return narrow if _size(narrow) <= _size(broad) else broad
        case Stricter.TRUE:
            return broad or narrow
        case Stricter.FALSE:
            return broad and narrow
        case Stricter.ORDER:
            return max(narrow, broad, key=choices.index)
        case Stricter.UNION:
            return _union(broad, narrow)
        case Stricter.INTERSECTION:
            return _intersection(broad, narrow)
        case Stricter.SPECIFIC:
            return narrow


def _size(value: Json) -> int:
    return Period.parse(value).average_seconds if isinstance(value, str) else int(value)


def _union(broad: Json, narrow: Json) -> Json:
    if isinstance(broad, dict):
        return {k: _union(broad.get(k, []), narrow.get(k, [])) for k in {**broad, **narrow}}
    return [*broad, *(item for item in narrow if item not in broad)]


def _intersection(broad: list[str], narrow: list[str]) -> list[str]:
    """Common members; of networks one inside the other, the inner one."""
    return [
        *(item for item in narrow if any(_covers(other, item) for other in broad)),
        *(
            item
            for item in broad
            if item not in narrow and any(_covers(other, item) for other in narrow)
        ),
    ]


def _covers(outer: str, inner: str) -> bool:
    if "/" not in outer or "/" not in inner:
        return outer == inner
    return IPNetwork(inner) in IPNetwork(outer)


def _count(value: Json) -> int:
    text = str(value) if type(value) is int else value
    if not isinstance(text, str) or not _INTEGER.fullmatch(text):
        raise ValueError("a whole number, 0 or more, belongs here")
    return int(text)


def _switch(value: Json) -> bool:
    if isinstance(value, bool):
        return value
    if value not in ("true", "false"):
        raise ValueError("true or false belongs here")
    return bool(value == "true")


def _word(value: Json, choices: tuple[str, ...]) -> str:
    if not isinstance(value, str) or not value or value != value.strip() or "\n" in value:
        raise ValueError("one line of text belongs here")
    if choices and value not in choices:
        raise ValueError(f"one of {', '.join(choices)} belongs here")
    return value


def _words(value: Json, choices: tuple[str, ...]) -> list[str]:
    if not isinstance(value, list):
        raise ValueError("a list belongs here")
    words = [_word(item, choices) for item in value]
    if len(set(words)) != len(words):
        raise ValueError("the same entry twice")
    return words


def _cidr(text: str) -> str:
    try:
        network = IPNetwork(text)
    except (AddrFormatError, ValueError):
        network = None
    if network is None or "/" not in text or str(network.cidr) != text:
        raise ValueError("a network such as 192.168.0.0/16 belongs here, host bits zero")
    return text


def _private_cidrs(value: Json) -> list[str]:
    cidrs = [_cidr(text) for text in _words(value, ())]
    if not cidrs:
        raise ValueError("at least one network must be allowed")
    if not all(any(_covers(outer, cidr) for outer in PRIVATE_RANGES) for cidr in cidrs):
        raise ValueError(f"only networks inside {', '.join(PRIVATE_RANGES)} are private")
    return cidrs
