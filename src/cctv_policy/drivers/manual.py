"""Answer sheets: what a person saw on a box nobody can log in to, and on a school's router.

A sheet is strict YAML with answers in the shapes of facts.py (docs/collect.md shows one). Its
answers are as old as `answered_on`, so they age like any evidence. `null` means: could not tell.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Annotated, Any, Literal, cast

from pydantic import BeforeValidator, ValidationError, with_config

from cctv_policy.drivers.base import Context, Reading
from cctv_policy.facts import FACTS
from cctv_policy.inventory import Recorder, School
from cctv_policy.inventory.fields import Id, RelativePath
from cctv_policy.model import Json, Text
from cctv_policy.state import Door, Observation, Why
from cctv_policy.strictyaml import (
    STRICT,
    Document,
    Fault,
    IsoDate,
    IsoDateTime,
    Limits,
    Str,
    bind,
    matching,
    parse,
    register,
    shown,
)

LIMITS = Limits(max_depth=12)
TAIPEI = timezone(timedelta(hours=8))
"""Taiwan has no daylight saving; a day without an hour is a day there."""

register(
    {
        "unknown_fact": Text(zh="沒有這個事實項目", en="there is no such fact"),
        "bad_answer": Text(zh="答案不合這個事實的格式", en="the answer has not this fact's shape"),
        "other_subject": Text(zh="答案卷寫的是別的設備", en="the sheet is about another device"),
    }
)

Digest = Annotated[
    str,
    BeforeValidator(matching(r"[0-9a-f]{64}", code="bad_text", what="SHA-256 in hex, lower case")),
]


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceItem:
    """What the answers rest on: a photo, a scan or a printout, named by its hash."""

    kind: Literal["photo", "scan", "printout", "screen", "document"]
    sha256: Digest
    note: Str | None = None


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One recorder's answers."""

    schema: Literal["cctv-policy/answers/1"]
    recorder: Id
    answered_by: Str
    """Person id, never a name (spec §1.7)."""
    answered_on: IsoDate
    answers: dict[str, Any]
    cameras: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Answers about single cameras, by camera id."""
    evidence: tuple[EvidenceItem, ...] = ()
    signature: RelativePath | None = None
    """Detached signature over this file, beside it."""


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class RouterSheet:
    """What somebody read off a school's router."""

    schema: Literal["cctv-policy/router/1"]
    site: Id
    checked_by: Str
    checked_at: IsoDateTime
    port_forwards: tuple[dict[str, Any], ...]
    dmz_host: Str | None
    static_nat: tuple[dict[str, Any], ...]
    evidence: tuple[EvidenceItem, ...] = ()
    signature: RelativePath | None = None


class Manual:
    """The driver for recorders that only a person can look at."""

    kind = "manual"

    def capabilities(self) -> frozenset[str]:
        """Every fact a person can read off; what the sheet does not answer stays missing."""
        return frozenset(FACTS) - {"exposure.router", "sockets", "events"}

    def read(self, recorder: Recorder, context: Context) -> Reading:
        """The answers of `recorder.answers` as observations of the day they were given."""
        start = context.monotonic()
        if recorder.answers is None:
            return _unusable(
                [recorder.id], "answers", Why.NOT_CONFIGURED, "no answer sheet", context
            )
        loaded = _load(context.root, recorder.answers, Sheet)
        if isinstance(loaded, Why):
            return _unusable(
                [recorder.id], recorder.answers, loaded, f"{recorder.answers} not found", context
            )
        if isinstance(loaded, list):
            return _unusable(
                [recorder.id], recorder.answers, Why.ODD_OUTPUT, _told(loaded), context
            )
        document, sheet = loaded
        if sheet.recorder != recorder.id:
            fault = document.fault("other_subject", ("recorder",), f"expected {recorder.id}")
            return _unusable([recorder.id], recorder.answers, Why.ODD_OUTPUT, str(fault), context)
        observations = tuple(_observations(document, sheet, recorder))
        bad = sum(o.unknown is Why.ODD_OUTPUT for o in observations)
        strangers = sorted(set(sheet.cameras) - {camera.id for camera in recorder.cameras})
        remarks = [f"{bad} answers not usable"] if bad else []
        remarks += [
            f"not a camera of this recorder: {document.path}:{document.line_of(('cameras', name))}"
            for name in strangers
        ]
        door = Door(
            door="manual",
            outcome="ok",
            detail="; ".join(remarks),
            seconds=context.monotonic() - start,
        )
        return Reading(doors=(door,), observations=observations)


def _load(root: Path, name: str, model: type[Any]) -> tuple[Document, Any] | list[Fault] | Why:
    try:
        data = (root / name).read_bytes()
    except OSError:
        return Why.NOT_FOUND
    document = parse(data, path=name, limits=LIMITS)
    if isinstance(document, list):
        return document
    bound = bind(document, model)
    return bound if isinstance(bound, list) else (document, bound)


def _told(faults: list[Fault]) -> str:
    more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    return f"{faults[0]}{more}"


def _unusable(
    devices: list[str], source: str, why: Why, detail: str, context: Context, fact: str = ""
) -> Reading:
    at = context.now().isoformat()
    facts = [fact] if fact else sorted(Manual().capabilities())
    return Reading(
        doors=(Door(door="manual", outcome=why.value, detail=detail),),
        observations=tuple(
            Observation(
                device=device,
                fact=f,
                unknown=why,
                detail=detail,
                source=source,
                door="manual",
                at=at,
            )
            for device in devices
            for f in facts
        ),
    )


def _day(day: date) -> str:
    """The start of the day: an answer is never taken for younger than it is."""
    return datetime(day.year, day.month, day.day, tzinfo=TAIPEI).isoformat()


def _observations(document: Document, sheet: Sheet, recorder: Recorder) -> Iterator[Observation]:
    at = _day(sheet.answered_on)
    cameras = {camera.id for camera in recorder.cameras}
    for fact, tree in sheet.answers.items():
        yield _observation(document, ("answers", fact), recorder.id, fact, tree, at)
    for camera, answers in sheet.cameras.items():
        for fact, tree in answers.items():
            where = ("cameras", camera, fact)
            if camera in cameras:
                yield _observation(document, where, camera, fact, tree, at)


def _observation(
    document: Document, where: tuple[str, ...], device: str, fact: str, tree: Any, at: str
) -> Observation:
    source = f"{document.path}:{document.line_of(where)}"
    value: Json = None
    unknown: Why | None = None
    detail = ""
    if fact not in Manual().capabilities():
        unknown, detail = Why.ODD_OUTPUT, str(document.fault("unknown_fact", where, ""))
    elif tree is None:
        unknown, detail = Why.NOT_FOUND, "answered: could not be told"
    else:
        try:
            value = _marked(fact, FACTS[fact].from_text(tree))
        except ValidationError as error:
            unknown, detail = Why.ODD_OUTPUT, str(_fault(document, where, error))
    return Observation(
        device=device,
        fact=fact if fact in FACTS else shown(fact),
        value=value,
        unknown=unknown,
        detail=detail,
        source=source,
        door="manual",
        at=at,
    )


def _fault(document: Document, where: tuple[str, ...], error: ValidationError) -> Fault:
    """The first thing wrong with an answer, on its line, without its value."""
    first = error.errors(include_input=False, include_url=False, include_context=False)[0]
    steps: tuple[str | int, ...] = where
    for step in first["loc"]:
        if (*steps, step) in document.lines:
            steps = (*steps, step)
    return document.fault("bad_answer", steps, first["type"].replace("_", " "))


def _marked(fact: str, value: Json) -> Json:
    """A told password state says by which way it was told."""
    if fact != "accounts":
        return value
    accounts = cast("list[dict[str, Json]]", value)
    return [
        {**a, "check_method": a["check_method"] or "manual"}
        if a["is_default_password"] is not None
        else a
        for a in accounts
    ]


def read_router(school: School, context: Context) -> Reading:
    """The router sheet of a school, as `exposure.router` of the site: of all its devices."""
    start = time.monotonic()
    devices = [school.id]
    source = school.router or "router"
    if school.router is None:
        return Reading(
            doors=(Door(door="manual", outcome=Why.NOT_CONFIGURED.value),), observations=()
        )
    loaded = _load(context.root, school.router, RouterSheet)
    if isinstance(loaded, Why):
        return _unusable(devices, source, loaded, f"{source} not found", context, "exposure.router")
    if isinstance(loaded, list):
        return _unusable(devices, source, Why.ODD_OUTPUT, _told(loaded), context, "exposure.router")
    document, sheet = loaded
    if sheet.site != school.id:
        fault = document.fault("other_subject", ("site",), f"expected {school.id}")
        return _unusable(devices, source, Why.ODD_OUTPUT, str(fault), context, "exposure.router")
    keys = ("checked_at", "port_forwards", "dmz_host", "static_nat")
    tree: Mapping[str, Any] = {key: document.data[key] for key in keys}
    at = sheet.checked_at.isoformat()
    seen = _router_observation(document, tree, school.id, at)
    door = Door(door="manual", outcome="ok", seconds=time.monotonic() - start)
    return Reading(doors=(door,), observations=(seen,))


def _router_observation(
    document: Document, tree: Mapping[str, Any], device: str, at: str
) -> Observation:
    source = f"{document.path}:1"
    try:
        value = FACTS["exposure.router"].from_text(dict(tree))
    except ValidationError as error:
        return Observation(
            device=device,
            fact="exposure.router",
            unknown=Why.ODD_OUTPUT,
            detail=str(_fault(document, (), error)),
            source=source,
            door="manual",
            at=at,
        )
    return Observation(
        device=device, fact="exposure.router", value=value, source=source, door="manual", at=at
    )


DRIVER = Manual()
