"""Document to model: pydantic finds every fault, this puts file, line and a hint on each."""

from __future__ import annotations

import difflib
import types
import typing
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from cctv_policy.strictyaml.canonical import Path
from cctv_policy.strictyaml.faults import Fault, shown
from cctv_policy.strictyaml.loader import Document, dotted
from cctv_policy.strictyaml.types import Filled

T = TypeVar("T")

STRICT = ConfigDict(extra="forbid")
"""For `@with_config(STRICT)` above a dataclass that a file is bound to."""

_CODES = {
    "missing": "missing_field",
    "extra_forbidden": "unknown_field",
    "unexpected_keyword_argument": "unknown_field",
    "literal_error": "bad_choice",
    "enum": "bad_choice",
    "too_short": "too_few",
    "too_long": "too_many",
}


class StrictModel(BaseModel):
    """Base for pydantic models bound to a file: no unknown fields, no coercion, frozen."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def bind(document: Document, model: type[T]) -> T | list[Fault]:
    """`document` as a `model` (dataclass or pydantic model), or every fault with its line.

    Never raises on what the file holds. A dataclass needs `@with_config(STRICT)`.
    """
    try:
        wanted: Any = model
        bound: T = _adapter(wanted).validate_python(document.data)
        return bound
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)
        inside = [d["loc"] for d in details]
        return [
            _fault(document, model, detail)
            for detail in details
            if detail["type"] != "too_short" or not _any_below(detail["loc"], inside)
        ]


def _any_below(loc: tuple[int | str, ...], others: list[tuple[int | str, ...]]) -> bool:
    """Whether something inside `loc` is wrong too: refused items make a list look too short."""
    return any(len(o) > len(loc) and o[: len(loc)] == loc for o in others)


@cache
def _adapter(model: Any) -> TypeAdapter[Any]:
    return TypeAdapter(model)


def _fault(document: Document, model: type[Any], detail: ErrorDetails) -> Fault:
    where, leaf = _located(document.data, detail["loc"])
    context = detail.get("ctx", {})
    code = _CODES.get(detail["type"], detail["type"])
    what, fix = str(context.get("what", "")), str(context.get("fix", ""))
    if code == "unknown_field" and not what:
        what, fix = _unknown(leaf, _field_names(model, where[:-1]))
    elif code == "missing_field":
        return Fault(
            path=document.path,
            line=document.line_of(where),
            code=code,
            key=dotted((*where, leaf) if leaf else where),
            what=f"`{leaf}` is required here",
        )
    elif code == "bad_choice":
        what = f"must be {context.get('expected', 'one of the allowed words')}"
    elif code == "too_few":
        what = f"at least {context.get('min_length', 1)} needed"
    elif not what:
        code, what = _shape(detail["type"])
    key = dotted(where) if code != "unknown_field" else dotted((*where[:-1], leaf))
    return Fault(
        path=document.path, line=document.line_of(where), code=code, key=key, what=what, fix=fix
    )


def _shape(kind: str) -> tuple[str, str]:
    for word, wanted in (
        ("dataclass", "a mapping"),
        ("model", "a mapping"),
        ("dict", "a mapping"),
        ("tuple", "a list"),
        ("list", "a list"),
        ("string", "text"),
    ):
        if kind.startswith(word):
            return "wrong_type", f"{wanted} belongs here"
    return "bad_value", kind.replace("_", " ")


def _located(data: Any, loc: tuple[int | str, ...]) -> tuple[Path, str]:
    """The part of pydantic's `loc` that is in the file, and the last step's name.

    `loc` also holds names of union members, which are no places in the file.
    """
    where: list[int | str] = []
    for step in loc:
        if isinstance(data, dict) and step in data:
            data = data[str(step)]
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            data = data[step]
        else:
            continue
        where.append(step)
    return tuple(where), str(loc[-1]) if loc else ""


def _unknown(name: str, known: list[str]) -> tuple[str, str]:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    if near:
        return f"no field `{shown(name)}`", f"did you mean `{near[0]}`?"
    return f"no field `{shown(name)}`", f"known here: {', '.join(known)}" if known else ""


def _field_names(model: Any, where: Path) -> list[str]:
    """The fields a file may have at `where` under `model`."""
    for step in where:
        model = _inner(model, None if isinstance(step, int) else step)
    found: list[str] = []
    for member in _members(model):
        found += [n for n, hint in _hints(member).items() if not _is_filled(hint)]
    return found


def _inner(hint: Any, name: str | None) -> Any:
    """The annotation one step inside `hint`: a field, or a list's or mapping's item."""
    for member in _members(hint):
        if name is not None and name in _hints(member):
            return _hints(member)[name]
        arguments = [a for a in typing.get_args(member) if a is not ...]
        if typing.get_origin(member) is not None and arguments:
            return arguments[-1]
    return None


def _members(hint: Any) -> list[Any]:
    """`hint` without Annotated and unions."""
    if typing.get_origin(hint) is typing.Annotated:
        return _members(typing.get_args(hint)[0])
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return [m for a in typing.get_args(hint) for m in _members(a)]
    return [hint]


def _hints(member: Any) -> dict[str, Any]:
    if is_dataclass(member) and isinstance(member, type):
        hints = typing.get_type_hints(member, include_extras=True)
        return {f.name: hints[f.name] for f in fields(member)}
    if isinstance(member, type) and issubclass(member, BaseModel):
        return {
            (info.alias or name): info.rebuild_annotation()
            for name, info in member.model_fields.items()
        }
    return {}


def _is_filled(hint: Any) -> bool:
    found = typing.get_args(hint) if typing.get_origin(hint) is typing.Annotated else ()
    return Filled in found
