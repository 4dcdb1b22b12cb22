"""Observations of one device → one answer per fact, or the reason why there is none (spec §1.3).

Everything that keeps a fact from being used is decided here, before any rule: an unknown shape is
`malformed`, an old answer `stale`, one from later than the run `future`, doors that disagree
`contradictory`, an empty list where emptiness proves nothing `empty`. A rule never sees such a
value.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from ipaddress import ip_address
from typing import cast

from pydantic import ValidationError

from cctv_policy.facts import FACTS, NEAR_TOLERANCE, SAFEST_FIRST, FactSpec, Merge
from cctv_policy.model import EvidenceRef, Json
from cctv_policy.state import Observation, StateDocument

DOORS = ("ssh", "local", "snmp", "probe", "login_probe", "manual", "vault", "inventory")
"""Best first: who is near the device is heard before who wrote about it."""

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
    one fact only the latest counts, also when it is "cannot tell"; two different latest answers
    contradict each other. The order of `said` is of no importance.
    """
    latest: dict[str, dict[str, list[Said]]] = {}
    for document, observation in said:
        doors = latest.setdefault(observation.fact, {})
        before = doors.setdefault(observation.door, [])
        newer = not before or _instant(observation.at) > _instant(before[0][1].at)
        if newer:
            before[:] = []
        if newer or _instant(observation.at) == _instant(before[0][1].at):
            before.append((document, observation))
    return {
        name: _join_one(FACTS[name], _ranked(doors), as_of, max_age)
        for name, doors in latest.items()
        if name in FACTS
    }


def _ranked(doors: Mapping[str, Sequence[Said]]) -> list[Sequence[Said]]:
    """The doors' answers, best door first."""
    return list(doors.values()) if len(doors) == 1 else sorted(doors.values(), key=_rank)


def _rank(said: Sequence[Said]) -> tuple[int, str]:
    door = said[0][1].door
    return (DOORS.index(door) if door in DOORS else len(DOORS), door)


_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


@lru_cache(maxsize=4096)
def _instant(text: str) -> datetime:
    """The instant, or the epoch for one that cannot be read (which makes the answer stale)."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return _EPOCH
    return instant if instant.tzinfo else _EPOCH


def _join_one(
    spec: FactSpec,
    said: Sequence[Sequence[Said]],
    as_of: datetime,
    max_age: Mapping[str, timedelta],
) -> Fact:
    answers = [_of_one_door(spec, door, as_of, max_age[spec.max_age_param]) for door in said]
    good = sorted((a for a in answers if not a.code), key=lambda a: a.partial)  # whole ones first
    refs = tuple(a.ref for a in (good or answers))
    if not good:
        worst = min(answers, key=_gravity)
        return Fact(name=spec.name, value=None, code=worst.code, detail=worst.detail, refs=refs)
    joined = _merge(spec, good)
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


def _of_one_door(
    spec: FactSpec, said: Sequence[Said], as_of: datetime, max_age: timedelta
) -> _Answer:
    """The door's answer; `contradictory` if it gave different ones at the same moment."""
    answers = [_answer(spec, s, as_of, max_age) for s in said]
    if len(answers) == 1:
        return answers[0]
    first = min(answers, key=lambda a: (a.partial, a.ref.source, a.ref.digest))
    if all((a.value, a.code) == (first.value, first.code) for a in answers):
        return first
    return replace(first, value=None, code="contradictory", detail=first.ref.door)


def _answer(spec: FactSpec, said: Said, as_of: datetime, max_age: timedelta) -> _Answer:
    document, o = said
    at = _instant(o.at)
    code, detail = "", o.detail
    if document.collected_at and at > _instant(document.collected_at) + FUTURE_TOLERANCE:
        code, detail = "malformed", f"{o.at} is later than its document"
    elif (code := _untimely(at, as_of, max_age)) != "":
        detail = o.at
    elif o.unknown is not None:
        code = o.unknown.value
    else:
        try:
            spec.check(o.value)
            code, detail = _looked_at(spec, o, as_of, max_age) or (code, detail)
        except ValidationError as error:
            code, detail = "malformed", _where_malformed(error)
    ref = EvidenceRef(
        fact=o.fact, source=o.source, door=o.door, collected_at=o.at, digest=document.digest
    )
    return _Answer(value=o.value, code=code, detail=detail, partial=o.partial, ref=ref, at=at)


def _untimely(at: datetime, as_of: datetime, max_age: timedelta) -> str:
    if at > as_of + FUTURE_TOLERANCE:
        return "future"
    return "stale" if at < as_of - max_age else ""


def _looked_at(
    spec: FactSpec, o: Observation, as_of: datetime, max_age: timedelta
) -> tuple[str, str] | None:
    """What is wrong with the day somebody looked, where the value itself says it."""
    if spec.name != "exposure.router":
        return None
    told: str = o.value["checked_at"]
    code = _untimely(_instant(told), as_of, max_age)
    return (code, told) if code else None


def _where_malformed(error: ValidationError) -> str:
    first = error.errors(include_input=False, include_url=False)[0]
    return f"{'.'.join(map(str, first['loc'])) or 'value'}: {first['msg']}"


_CONTRADICTION = object()


def _merge(spec: FactSpec, answers: Sequence[_Answer]) -> Json:
    """Join usable values by the fact's rule; `_CONTRADICTION` if they cannot both be true."""
    values = [a.value for a in answers]
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
        case Merge.TEXTS:
            return " / ".join(_union([[v] for v in values]))
        case Merge.WORST:
            return _worst(spec.name, values)
        case Merge.ADDRESSES:
            return _addresses(values)
        case Merge.CHANNELS:
            agree = all(_same_footage(answers[0], other) for other in answers[1:])
            return values[0] if agree else _CONTRADICTION
        case Merge.ACCOUNTS:
            return _accounts([account for value in values for account in value])


_DRIFT = timedelta(days=1)


def _same_footage(one: _Answer, other: _Answer) -> bool:
    """Whether two answers can be of one recorder: the oldest footage moves on with time."""
    earlier, later = sorted((one, other), key=lambda a: a.at)
    before, after = ({c["ch"]: c for c in a.value} for a in (earlier, later))
    if before.keys() != after.keys():
        return False
    for ch in before:
        old, new = before[ch]["oldest_at"], after[ch]["oldest_at"]
        if old is None or new is None:
            continue
        moved = _instant(new) - _instant(old)
        if not -_DRIFT <= moved <= later.at - earlier.at + _DRIFT:
            return False
    return True


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
    """The best door's list, if all name the same addresses in use (link-local aside)."""
    sets = [
        {
            _spelled(address["address"])
            for interface in value
            if interface["admin_up"] is not False
            for address in interface["addresses"]
        }
        - {""}
        for value in values
    ]
    return values[0] if all(s == sets[0] for s in sets) else _CONTRADICTION


def _spelled(address: str) -> str:
    """One spelling an address; empty for loopback and link-local ones."""
    try:
        ip = ip_address(address.split("%")[0])
    except ValueError:
        return address
    return "" if ip.is_loopback or ip.is_link_local else str(ip)


def _accounts(accounts: list[dict[str, Json]]) -> Json:
    """Union by realm and name. A proven default wins; told beats None; the later change wins."""
    joined: dict[tuple[str, str], dict[str, Json]] = {}
    for account in accounts:
        key = (account.get("realm", "device"), account["name"])
        before = joined.setdefault(key, dict(account))
        if before is not account:
            _join_account(before, account)
    return [joined[key] for key in sorted(joined)]


_PROBES = (None, "refused", "locked", "accepted")
"""Gravest last."""


def _join_account(into: dict[str, Json], other: dict[str, Json]) -> None:
    roles = {r.lower() for r in (into.get("role"), other.get("role")) if r}
    default = (into.get("is_default_password"), other.get("is_default_password"))
    if default[0] is not True and (default[1] is True or default[0] is None):
        into["is_default_password"] = default[1]
        into["check_method"] = other.get("check_method")
    for name in ("enabled", "factory_label"):
        if other.get(name) is True:
            into[name] = True
    into["probe"] = max(into.get("probe"), other.get("probe"), key=_PROBES.index)
    changes = [
        c for c in (into.get("last_password_change"), other.get("last_password_change")) if c
    ]
    into["last_password_change"] = cast("Json", max(changes, key=_instant, default=None))
    into["shared_with"] = max(
        (n for n in (into.get("shared_with"), other.get("shared_with")) if n is not None),
        default=None,
    )
    for key, value in other.items():
        if into.get(key) is None:
            into[key] = value
    if len(roles) > 1:
        into["role"] = None  # which of the two is not known: it may be the administrator's
