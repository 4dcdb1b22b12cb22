"""Observations of one device → one answer per fact, or the reason why there is none (spec §1.3).

Everything that keeps a fact from being used is decided here, before any rule: an unknown shape is
`malformed`, an old answer `stale`, one from later than the run `future`, doors that disagree
`contradictory`, an empty list where emptiness proves nothing `empty`. A rule never sees such a
value.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from pydantic import ValidationError

from cctv_policy.facts import FACTS, NEAR_TOLERANCE, SAFEST_FIRST, FactSpec, Merge
from cctv_policy.model import EvidenceRef, Json
from cctv_policy.state import Observation, StateDocument

FUTURE_TOLERANCE = timedelta(minutes=5)
"""An answer collected later than `as_of` by more than this proves nothing about it (spec §1.3)."""

CANNOT_BE_USED = ("contradictory", "malformed", "future", "stale", "empty")
"""Codes of this module, gravest first; the others are the doors' own (state.Why)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One fact of one device after joining its doors.

    `code` is empty when the value is whole; otherwise it says why it cannot be relied on, and
    `value` is None, except for `partial`, where the value is real but not all of it.
    """

    name: str
    value: Json
    code: str
    detail: str
    refs: tuple[EvidenceRef, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    value: Json
    code: str
    detail: str
    partial: bool
    ref: EvidenceRef
    at: datetime


Said = tuple[StateDocument, Observation]


def join(
    said: Iterable[Said], *, as_of: datetime, max_age: Mapping[str, timedelta]
) -> dict[str, Fact]:
    """Join what all doors said of one device.

    `max_age` gives the age limit for each name in FactSpec.max_age_param. Facts that nobody
    mentioned are absent from the answer; the gate calls them `missing`. Of one door's answers to
    one fact only the latest counts, also when it is "cannot tell".
    """
    latest: dict[str, dict[str, Said]] = {}
    for document, observation in said:
        doors = latest.setdefault(observation.fact, {})
        before = doors.get(observation.door)
        if before is None or _instant(observation.at) >= _instant(before[1].at):
            doors[observation.door] = (document, observation)
    return {
        name: _join_one(FACTS[name], list(doors.values()), as_of, max_age)
        for name, doors in latest.items()
        if name in FACTS
    }


_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def _instant(text: str) -> datetime:
    """The instant, or the epoch for one that cannot be read (which makes the answer stale)."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return _EPOCH
    return instant if instant.tzinfo else _EPOCH


def _join_one(
    spec: FactSpec, said: Sequence[Said], as_of: datetime, max_age: Mapping[str, timedelta]
) -> Fact:
    answers = [_answer(spec, s, as_of, max_age[spec.max_age_param]) for s in said]
    good = [a for a in answers if not a.code]
    refs = tuple(a.ref for a in (good or answers))
    if not good:
        worst = min(answers, key=_gravity)
        return Fact(name=spec.name, value=None, code=worst.code, detail=worst.detail, refs=refs)
    joined = _merge(spec, [a.value for a in good])
    if joined is _CONTRADICTION:
        told = "; ".join(f"{a.ref.door} ({a.ref.source})" for a in good)
        return Fact(name=spec.name, value=None, code="contradictory", detail=told, refs=refs)
    if spec.empty_is_unknown and joined == []:
        return Fact(name=spec.name, value=None, code="empty", detail=good[0].ref.source, refs=refs)
    if all(a.partial for a in good):
        return Fact(name=spec.name, value=joined, code="partial", detail=good[0].detail, refs=refs)
    return Fact(name=spec.name, value=joined, code="", detail="", refs=refs)


def _gravity(answer: _Answer) -> int:
    return CANNOT_BE_USED.index(answer.code) if answer.code in CANNOT_BE_USED else 99


def _answer(spec: FactSpec, said: Said, as_of: datetime, max_age: timedelta) -> _Answer:
    document, o = said
    at = _instant(o.at)
    code, detail = "", o.detail
    if at > as_of + FUTURE_TOLERANCE:
        code, detail = "future", o.at
    elif at < as_of - max_age:
        code, detail = "stale", o.at
    elif o.unknown is not None:
        code = o.unknown.value
    else:
        try:
            spec.check(o.value)
        except ValidationError as error:
            code, detail = "malformed", _where_malformed(error)
    ref = EvidenceRef(
        fact=o.fact, source=o.source, door=o.door, collected_at=o.at, digest=document.digest
    )
    return _Answer(value=o.value, code=code, detail=detail, partial=o.partial, ref=ref, at=at)


def _where_malformed(error: ValidationError) -> str:
    first = error.errors(include_input=False, include_url=False)[0]
    return f"{'.'.join(map(str, first['loc'])) or 'value'}: {first['msg']}"


_CONTRADICTION = object()


def _merge(spec: FactSpec, values: list[Json]) -> Json:
    """Join usable values by the fact's rule; `_CONTRADICTION` if they cannot both be true."""
    if len(values) == 1 and spec.merge is not Merge.ACCOUNTS:
        return values[0]
    match spec.merge:
        case Merge.FIRST:
            return values[0]
        case Merge.EQUAL:
            return values[0] if all(v == values[0] for v in values) else _CONTRADICTION
        case Merge.NEAR:
            close = max(values) - min(values) <= NEAR_TOLERANCE
            return values[0] if close else _CONTRADICTION
        case Merge.UNION:
            return _union(values)
        case Merge.WORST:
            return _worst(spec.name, values)
        case Merge.ADDRESSES:
            return _addresses(values)
        case Merge.ACCOUNTS:
            return _accounts([account for value in values for account in value])


def _union(values: list[Json]) -> list[Json]:
    joined: list[Json] = []
    for entry in (entry for value in values for entry in value):
        if entry not in joined:
            joined.append(entry)
    return joined


def _worst(name: str, values: list[Json]) -> Json:
    if order := SAFEST_FIRST.get(name):
        return max(values, key=order.index)
    if isinstance(values[0], dict):
        return {key: _any_true([v.get(key) for v in values]) for key in values[0]}
    return any(values)


def _any_true(values: list[Json]) -> bool | None:
    return True if True in values else False if False in values else None


def _addresses(values: list[Json]) -> Json:
    """The most detailed list, if all doors name the same usable addresses (link-local aside)."""
    sets = [
        {
            address["address"].split("%")[0].lower()
            for interface in value
            for address in interface["addresses"]
            if not address["address"].lower().startswith(("fe80:", "127.", "::1"))
        }
        for value in values
    ]
    return values[0] if all(s == sets[0] for s in sets) else _CONTRADICTION


def _accounts(accounts: list[dict[str, Json]]) -> Json:
    """Union by realm and name. A proven default wins; told beats None; the later change wins."""
    joined: dict[tuple[str, str], dict[str, Json]] = {}
    for account in accounts:
        key = (account.get("realm", "device"), account["name"])
        before = joined.setdefault(key, dict(account))
        if before is not account:
            _join_account(before, account)
    return [joined[key] for key in sorted(joined)]


def _join_account(into: dict[str, Json], other: dict[str, Json]) -> None:
    verdicts = (into.get("is_default_password"), other.get("is_default_password"))
    if verdicts[0] is not True and (verdicts[1] is True or verdicts[0] is None):
        into["is_default_password"] = verdicts[1]
        into["check_method"] = other.get("check_method")
    if other.get("enabled") is True:
        into["enabled"] = True
    changes = [
        c for c in (into.get("last_password_change"), other.get("last_password_change")) if c
    ]
    into["last_password_change"] = cast("Json", max(changes, key=_instant, default=None))
    for key, value in other.items():
        if into.get(key) is None:
            into[key] = value
