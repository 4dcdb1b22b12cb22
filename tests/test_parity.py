"""Both engines say the same: on every case and fault, and on generated rule inputs.

Generated inputs start from a healthy subject; single values are replaced by what their place could
hold: null, another choice, a boundary and its neighbours (±1 s, ±1 day), another type.
"""

from __future__ import annotations

import copy
import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cctv_policy.engine import Engine, open_engine
from cctv_policy.engine.base import GRADES
from cctv_policy.errors import EngineError
from cctv_policy.model import Json, Outcome, SubjectKind
from tests import corpus, opa
from tests.district import District

pytestmark = pytest.mark.opa
INPUTS = 20_000 if os.environ.get("CCTV_SOAK") else 2_500
PACKS: dict[str, dict[str, Any]] = {
    "tw-ntpc-school": {},
    "tw-ntpc-kindergarten": {},
    "jp-koga": {"city": "koga"},
    "eu-default": {"city": "elsewhere"},
}


@pytest.fixture(scope="module")
def engines(opa_server: opa.Server) -> Iterator[tuple[Engine, Engine]]:
    catalog = corpus.policies("tw-ntpc-school").catalog
    with (
        open_engine("regorus", catalog) as ours,
        open_engine("opa", catalog, opa_server.settings) as theirs,
    ):
        yield ours, theirs


def _sorted(verdicts: Json) -> Json:
    """Causes and notes are sets: their order is of no meaning."""
    return {
        rule: {
            key: sorted(map(repr, map(_keyed, value))) if isinstance(value, list) else value
            for key, value in verdict.items()
        }
        for rule, verdict in verdicts.items()
    }


def _keyed(value: Json) -> Json:
    return sorted((k, _keyed(v)) for k, v in value.items()) if isinstance(value, dict) else value


def _compare(engines: tuple[Engine, Engine], document: Json, name: object) -> Json:
    ours, theirs = (_answer(engine, document) for engine in engines)
    assert ours == theirs, name
    if ours is not None:
        assert ours.keys() == document["rules"].keys(), name
        assert {Outcome(v["outcome"]) for v in ours.values()} <= GRADES
    return ours


def _answer(engine: Engine, document: Json) -> Json:
    """The verdicts, or None if the input stops the engine (never a silent pass)."""
    try:
        return _sorted(engine.verdicts(document))
    except EngineError:
        return None


def test_on_every_case_and_fault(engines: tuple[Engine, Engine]) -> None:
    asked = corpus.load()
    for one in asked:
        assert _compare(engines, one.document, one.name) is not None
    assert len(asked) > 500


SEEN = {"nvr": {"seen": [{"address": "192.168.10.21", "mac": None, "hint": None}]}}
DEVICES = {SubjectKind.RECORDER, SubjectKind.CAMERA, SubjectKind.SITE}
DEVICE_RULES = {
    rule.id
    for rule in corpus.policies("tw-ntpc-school").catalog.rules.values()
    if set(rule.subjects) <= DEVICES
} - {"A3.2-credential-age"}
NULLABLE = ("gaps", "locked")
BOUNDARIES = ("required_s", "strict_s", "lawful_s", "start_s", "as_of_s")


def test_on_generated_inputs(engines: tuple[Engine, Engine], tmp_path: Path) -> None:
    """Seeded: the same inputs each time, so that a difference can be looked at again."""
    healthy = [
        document
        for pack, school in PACKS.items()
        for built in [District(pack=pack, school=school, evidence=SEEN)]
        for document in corpus.documents(built, built.write(tmp_path / pack)).values()
    ]
    asked = [one.document for one in corpus.load()]
    seen: dict[tuple[str, str], int] = {}
    stopped = 0
    for number in range(INPUTS):
        chance = random.Random(number)
        document = _changed(chance.choice(healthy if number % 2 else asked), chance)
        verdicts = _compare(engines, document, f"input {number}")
        stopped += verdicts is None
        for rule, verdict in (verdicts or {}).items():
            key = (rule, verdict["outcome"])
            seen[key] = seen.get(key, 0) + 1
    assert stopped <= INPUTS // 100  # fields that no type allows to be null
    judged = {rule for rule, _ in seen if rule in DEVICE_RULES}
    for rule in judged:  # the inputs reach every verdict
        assert all(seen.get((rule, o), 0) >= 5 for o in ("pass", "fail", "unknown")), (rule, seen)


def test_on_generated_records(engines: tuple[Engine, Engine]) -> None:
    """Each record of each case, changed 8 times (soak: 80); every rule passes and fails."""
    asked = [a.document for a in corpus.load() if a.document["subject"]["kind"] not in DEVICES]
    seen: dict[str, set[str]] = {}
    for number, document in enumerate(asked * (80 if os.environ.get("CCTV_SOAK") else 8)):
        changed = _changed({**document}, random.Random(number))
        for rule, verdict in (_compare(engines, changed, f"record {number}") or {}).items():
            seen.setdefault(rule, set()).add(verdict["outcome"])
    assert all({"pass", "fail"} <= outcomes for outcomes in seen.values()), seen


def _changed(document: Json, chance: random.Random) -> Json:
    changed = copy.deepcopy(document)
    moments = _moments(changed)
    for _ in range(chance.choice([1, 1, 2, 3])):
        places = list(_places(changed["facts"])) + list(_places(changed["subject"]))
        if not places:
            break
        holder, key = chance.choice(places)
        _replace(changed, holder, key, chance, moments)
    return changed


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


def _replace(
    document: Json, holder: Any, key: Any, chance: random.Random, moments: list[int]
) -> None:
    value = holder[key]
    match value:
        case bool():
            choices: list[Json] = [not value, not value, None]
        case int() if str(key).endswith("_s") and abs(value) > 10**8:
            at = chance.choice(moments)
            choices = [at, at - 1, at + 1, at - 86_400, at + 86_400, None]
        case int():
            choices = [value - 1, value + 1, 0, -1, 10**9, 60, 61, 3600, 3601, 14, 15, None]
        case str():
            choices = [
                "",
                "public",
                "private",
                "cgnat",
                "none",
                "motion",
                "off",
                "reset",
                "x",
                None,
            ]
        case list():
            choices = [[], [*value, *copy.deepcopy(value)], value[:-1]]
            choices += [None] if key in NULLABLE else []
        case None:
            choices = [True, False, 0, 1, 400, "FLT-115-0001", "", chance.choice(moments)]
        case _:
            return  # an entry of a list, or a fact of fields: these are replaced one by one
    if holder is document["facts"] and chance.random() < 0.5:
        del holder[key]
        code = chance.choice(["stale", "missing", "partial", "refused"])
        document["gaps"][key] = {"code": code, "values": {"fact": key, "detail": ""}}
        return
    holder[key] = chance.choice(choices)
