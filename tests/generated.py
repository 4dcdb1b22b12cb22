"""Hypothesis strategies: evidence of any shape, and rule inputs changed field by field.

`evidence` draws what doors could say of a school's devices: for some facts a value of the fact's
own type (facts.py), a value of none, an answer that could not be given, a stale or partial one, a
second one that contradicts, or none at all; the rest is healthy. `changed` draws a rule input of a
device or a record in which single values are replaced by what their place could hold: null, another
choice, a boundary and its neighbours (±1 s, ±1 day), another type, or the whole fact by a gap.
"""

from __future__ import annotations

import copy
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from hypothesis import strategies as st
from pydantic import BaseModel

from cctv_policy import facts
from cctv_policy.facts import FACTS
from cctv_policy.model import Json
from cctv_policy.state import Why
from tests import district

ADDRESSES = (
    "192.168.10.5", "10.0.0.1", "172.32.0.1", "100.64.1.1", "163.20.1.5", "140.111.34.1",
    "127.0.0.1", "169.254.1.1", "0.0.0.0", "224.0.0.1", "::1", "fe80::1", "fd00::5", "2001:288::5",
    "2002:a314:105::1", "::ffff:8.8.8.8", "not an address", "",
)  # fmt: skip
WORDS: Mapping[str, Sequence[str]] = {
    "address": ADDRESSES,
    "internal_address": ADDRESSES,
    "dmz_host": ADDRESSES,
    "ch": ("1", "2", "一"),
    "camera_id": (district.CAMERA, "cam-2", "nobody"),
    "realm": ("web", "os", "device", "camera:cam-1"),
    "role": ("admin", "user", "service"),
    "name": ("admin", "root", "eth0", "wg0", ""),
    "kind": ("motion", "ffmpeg"),
    "protocol": ("tcp", "udp"),
    "ref": ("FLT-115-0001", "HLD-115-0001", "no such"),
}
TEXTS = ("", "x", "Hikvision", "海康威視", "Axis", "Asia/Taipei", "UTC", "\u202e", "0", "null")
AGES = (0, 59, 3600, 86_400, 7 * 86_400, 14 * 86_400, 30 * 86_400, 60 * 86_400, 190 * 86_400)
NUMBERS = (0, 1, -1, 13, 14, 15, 22, 30, 60, 61, 80, 90, 400, 10**9)


def instants() -> st.SearchStrategy[str]:
    """Around the limits that rules have, to the second; also long ago and in the future."""
    ages = st.sampled_from(AGES) | st.integers(-100_000, 400 * 86_400)
    return st.builds(
        lambda age, step: (district.AS_OF - timedelta(seconds=age + step)).isoformat(),
        ages,
        st.sampled_from((-1, 0, 1)),
    )


def shape(type_: Any, field: str = "") -> st.SearchStrategy[Json]:
    """JSON values of a fact's type. Not every one is valid: a gap may end before it starts."""
    origin, args = get_origin(type_), get_args(type_)
    if type_ in (facts.Instant, facts.Filmed, facts.Day):
        return instants()
    if origin is Annotated:
        return shape(args[0], field)
    if origin in (Union, types.UnionType):
        return st.one_of(*(shape(arg, field) for arg in args))
    if origin is Literal:
        return st.sampled_from(args)
    if origin is list:
        return st.lists(shape(args[0], field), max_size=3)
    if isinstance(type_, type) and issubclass(type_, BaseModel):
        fields = type_.model_fields
        return st.fixed_dictionaries(
            {n: _field(f, n) for n, f in fields.items() if f.is_required()},
            optional={n: _field(f, n) for n, f in fields.items() if not f.is_required()},
        )
    simple: dict[Any, Callable[[], st.SearchStrategy[Json]]] = {
        type(None): st.none,
        bool: st.booleans,
        int: lambda: st.sampled_from(NUMBERS) | st.integers(0, 70_000),
        str: lambda: st.sampled_from(WORDS.get(field, TEXTS)),
    }
    return simple[type_]()


def _field(field: Any, name: str) -> st.SearchStrategy[Json]:
    """pydantic keeps an annotation and what it is annotated with apart."""
    type_ = Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation
    return shape(type_, name)


HOSTILE: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from(TEXTS),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("ab"), inner),
    max_leaves=4,
)
"""JSON of no type at all."""


def answers(fact: str) -> st.SearchStrategy[dict[str, Any]]:
    """What a file says of one fact (see district.told)."""
    right = shape(FACTS[fact].type, fact)
    late = st.sampled_from((14, 15, 31, 200)).map(lambda days: district.ago(days=days))
    return st.one_of(
        right.map(lambda value: {"raw": value}),
        right.map(lambda value: {"raw": value}),
        st.builds(lambda value, at: {"raw": value, "at": at}, right, late),
        right.map(lambda value: {"raw": value, "partial": True}),
        right.map(lambda value: {"also": {"raw": value, "door": "snmp"}}),
        HOSTILE.map(lambda value: {"raw": value}),
        st.sampled_from(sorted(Why)).map(lambda why: {"unknown": why.value}),
        st.just({"absent": True}),
    )


def evidence() -> st.SearchStrategy[dict[str, dict[str, Any]]]:
    """Device → fact → answer, to lay over a healthy school."""
    of_device = {fact: answers(fact) for fact in FACTS if fact != "exposure.router"}
    of_camera = {f: a for f, a in of_device.items() if f in district.healthy_camera()}
    return st.fixed_dictionaries(
        {
            district.NVR: _some(of_device),
            district.CAMERA: _some(of_camera),
            district.SITE: _some({"exposure.router": answers("exposure.router")}),
        }
    )


def _some(choices: Mapping[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """Up to four of the facts."""

    @st.composite
    def drawn(draw: st.DrawFn) -> dict[str, Any]:
        names = draw(st.lists(st.sampled_from(sorted(choices)), max_size=4, unique=True))
        return {name: draw(choices[name]) for name in names}

    return drawn()


NULLABLE = ("gaps", "locked")
BOUNDARIES = ("required_s", "strict_s", "lawful_s", "start_s", "as_of_s")
CHOICES = ("", "public", "private", "cgnat", "none", "motion", "off", "reset", "x", None)


@st.composite
def changed(draw: st.DrawFn, documents: Sequence[Mapping[str, Json]]) -> dict[str, Json]:
    """One of the rule inputs with one to three values replaced."""
    document = copy.deepcopy(dict(documents[draw(st.sampled_from(range(len(documents))))]))
    moments = _moments(document)
    for _ in range(draw(st.integers(1, 3))):
        places = list(_places(document["facts"])) + list(_places(document["subject"]))
        if not places:
            break
        holder, key = places[draw(st.sampled_from(range(len(places))))]
        _replace(draw, document, holder, key, moments)
    return document


def _places(value: Json) -> Iterator[tuple[Any, Any]]:
    """Every field and list entry inside a value."""
    entries = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in list(entries):
        yield value, key
        if isinstance(inner, dict | list):
            yield from _places(inner)


def _moments(document: Json) -> list[int]:
    found = [document["as_of_s"]]
    for channel in document["facts"].get("channels") or []:
        found += [channel[name] for name in BOUNDARIES if channel.get(name) is not None]
    return found


def _replace(draw: st.DrawFn, document: Json, holder: Any, key: Any, moments: list[int]) -> None:
    choices = _choices(holder[key], key, moments, draw)
    if not choices:
        return  # an entry of a list, or a fact of fields: these are replaced one by one
    if holder is document["facts"] and draw(st.booleans()):
        del holder[key]
        code = draw(st.sampled_from(("stale", "missing", "partial", "refused")))
        document["gaps"][key] = {"code": code, "values": {"fact": key, "detail": ""}}
        return
    holder[key] = draw(st.sampled_from(choices))


def _choices(value: Json, key: Any, moments: list[int], draw: st.DrawFn) -> Sequence[Json]:
    match value:
        case bool():
            return (not value, not value, None)
        case int() if str(key).endswith("_s") and abs(value) > 10**8:
            at = draw(st.sampled_from(moments))
            return (at, at - 1, at + 1, at - 86_400, at + 86_400, None)
        case int():
            return (value - 1, value + 1, 0, -1, 10**9, 60, 61, 3600, 3601, 14, 15, None)
        case str():
            return CHOICES
        case list():
            longer: list[Json] = [[], [*value, *copy.deepcopy(value)], value[:-1]]
            return longer + ([None] if key in NULLABLE else [])
        case None:
            at = draw(st.sampled_from(moments))
            return (True, False, 0, 1, 400, "FLT-115-0001", "", at)
    return ()
