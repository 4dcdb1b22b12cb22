"""Our own dataclasses as JSON between the command and its workers, and back.

No check of anything: both ends are this program, and pydantic's types read text from YAML files.
"""

from __future__ import annotations

import datetime as dt
import types
import typing
from collections.abc import Mapping
from dataclasses import asdict, fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any, TypeVar

from cctv_policy.model import Json

T = TypeVar("T")


def pack(value: Any) -> Json:
    """A dataclass instance as plain JSON values."""
    return _plain(asdict(value))


def _plain(value: Any) -> Json:
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, tuple | list | frozenset):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, dt.date) else value


def unpack(kind: type[T], value: Json) -> T:
    """The dataclass that `pack` was given."""
    found: T = _typed(kind, value)
    return found


def _typed(kind: Any, value: Json) -> Any:
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Annotated:
        return _typed(arguments[0], value)
    if origin in (typing.Union, types.UnionType):
        return None if value is None else _typed(_member(arguments, value), value)
    if origin is tuple:
        return tuple(_typed(arguments[0], each) for each in value)
    if origin is not None and arguments and isinstance(value, dict):
        return {key: _typed(arguments[1], each) for key, each in value.items()}
    if isinstance(kind, type) and is_dataclass(kind):
        return kind(**{name: _typed(hint, value[name]) for name, hint in _hints(kind)})
    if kind is dt.datetime or kind is dt.date:
        return kind.fromisoformat(value)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(value)
    return value


def _member(members: tuple[Any, ...], value: Json) -> Any:
    """Which member of a union: the dataclass with exactly these fields, else the only one left."""
    for member in members:
        if isinstance(member, type) and is_dataclass(member) and isinstance(value, dict):
            if {name for name, _ in _hints(member)} == value.keys():
                return member
        elif member is not type(None) and not is_dataclass(member):
            return member
    raise ValueError(f"no member fits: {sorted(value)}")


@cache
def _hints(kind: type) -> tuple[tuple[str, Any], ...]:
    hints = typing.get_type_hints(kind, include_extras=True)
    return tuple((field.name, hints[field.name]) for field in fields(kind))
