"""Both engines say the same: on every case and fault, and on inputs that hypothesis generates
(generated.py): from evidence of any shape, and rule inputs changed field by field.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from cctv_policy import pipeline
from cctv_policy.engine import Engine, open_engine
from cctv_policy.engine.base import GRADES
from cctv_policy.errors import EngineError
from cctv_policy.inventory import Inventory, load_inventory
from cctv_policy.model import Json, Outcome, SubjectKind
from tests import corpus, district, generated, opa
from tests.district import District
from tests.soak import SOAK, drawn

pytestmark = pytest.mark.opa
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


@pytest.fixture(scope="module")
def schools(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[District, Inventory]]:
    """A healthy school under each pack, and one whose recorder is on the shelf."""
    built = [District(pack=pack, school=school, evidence=SEEN) for pack, school in PACKS.items()]
    built.append(District(recorders=[district.inventory_recorder(status="in_storage")]))
    found = []
    for number, each in enumerate(built):
        root = each.write(tmp_path_factory.mktemp(f"school-{number}"))
        found.append((each, load_inventory(root / "inventory", as_of=each.as_of.date())))
    return found


def _inputs(built: District, inventory: Inventory) -> Iterator[dict[str, Json]]:
    """The rule input of every subject, as a run asks it."""
    run = pipeline.judge_evidence(
        inventory, [built.document()], [], corpus.policies(built.pack),
        root=Path("/nonexistent"), as_of=built.as_of,
    )  # fmt: skip
    found: dict[str, dict[str, Json]] = {}
    for finding in run.findings:
        document = found.setdefault(finding.subject.id, {**finding.subject.facts, "rules": {}})
        document["rules"][finding.rule.id] = list(finding.rule.needs)
    yield from found.values()


def _settled(examples: int) -> Callable[[Any], Any]:
    """The same examples each time; the long form draws four times as many, from its seed."""
    return drawn(
        short=examples, long=examples * 4, derandomize=not SOAK, database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip


@pytest.mark.soak
def test_on_evidence_of_any_shape(
    engines: tuple[Engine, Engine], schools: list[tuple[District, Inventory]]
) -> None:
    """2,100 inputs and more: recorder, camera and site of 900 schools."""
    asked: Counter[str] = Counter()

    @_settled(900)
    @given(st.sampled_from(range(len(schools))), generated.evidence())
    def agree(number: int, evidence: dict[str, Any]) -> None:
        built, inventory = schools[number]
        for document in _inputs(replace(built, evidence=evidence), inventory):
            verdicts = _compare(engines, document, document["subject"])
            assert verdicts is not None, "evidence of no shape stops an engine"
            asked.update(verdict["outcome"] for verdict in verdicts.values())
            asked["inputs"] += 1

    agree()
    print(dict(asked))
    assert asked["inputs"] >= 2000
    assert all(asked[outcome] > 500 for outcome in ("pass", "fail", "unknown")), asked


@pytest.mark.soak
def test_on_changed_devices(
    engines: tuple[Engine, Engine], schools: list[tuple[District, Inventory]]
) -> None:
    """Healthy schools, cases and faults, changed at their boundaries."""
    healthy = [document for school in schools for document in _inputs(*school)]
    cases = [a.document for a in corpus.load() if a.document["subject"]["kind"] in DEVICES]
    seen: Counter[tuple[str, str]] = Counter()
    stopped = 0

    @_settled(1500)
    @given(generated.changed(healthy) | generated.changed(cases))
    def agree(document: dict[str, Json]) -> None:
        nonlocal stopped
        verdicts = _compare(engines, document, document["subject"])
        stopped += verdicts is None
        seen.update((rule, verdict["outcome"]) for rule, verdict in (verdicts or {}).items())

    agree()
    print(f"{seen.total()} verdicts, {stopped} inputs that stop both engines")
    assert stopped <= seen.total() // 100  # fields that no type allows to be null
    assert _reached(seen, DEVICE_RULES, ("pass", "fail", "unknown")) > 0.9


NEVER_FAIL = {"A7.3-duty-of-care", "F1-appendix1-print"}
"""Attested by people only; of the product itself, whose form has every line."""


@pytest.mark.soak
def test_on_changed_records(engines: tuple[Engine, Engine]) -> None:
    """Each record of each case, changed; records that many cases share count once."""
    records = [a.document for a in corpus.load() if a.document["subject"]["kind"] not in DEVICES]
    asked = list({json.dumps(one, sort_keys=True): one for one in records}.values())
    seen: Counter[tuple[str, str]] = Counter()

    @_settled(1500)
    @given(generated.changed(asked))
    def agree(document: dict[str, Json]) -> None:
        verdicts = _compare(engines, document, document["subject"])
        seen.update((rule, verdict["outcome"]) for rule, verdict in (verdicts or {}).items())

    agree()
    print(f"{seen.total()} verdicts")
    rules = {rule for rule, _ in seen} - NEVER_FAIL
    assert _reached(seen, rules, ("pass", "fail")) > 0.75  # empty lists stay empty


def _reached(
    seen: Counter[tuple[str, str]], rules: Collection[str], outcomes: Sequence[str]
) -> float:
    """The share of verdicts that the inputs led to; the corpus leads to all of them."""
    cells = [(rule, outcome) for rule in rules for outcome in outcomes]
    return sum(cell in seen for cell in cells) / len(cells)
