"""What holds whatever the evidence is: less evidence never passes, order is of no weight."""

from __future__ import annotations

import copy
import random
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from cctv_policy import pipeline, state
from cctv_policy.facts import FACTS
from cctv_policy.inventory import Inventory, load_inventory
from cctv_policy.model import Finding, Outcome
from cctv_policy.state import Observation, StateDocument
from tests import corpus, district, faults
from tests.district import District
from tests.test_cases import CASES, steps

Cells = dict[tuple[str, str], Finding]


def _judge(built: District, observations: list[Observation], inventory: Inventory) -> Cells:
    document = built.document(observations=tuple(observations))
    return _judged(built, [document], inventory)


def _judged(built: District, documents: list[StateDocument], inventory: Inventory) -> Cells:
    run = pipeline.judge_evidence(
        inventory,
        documents,
        [],
        corpus.policies(built.pack),
        root=Path("/nonexistent"),
        as_of=built.as_of,
    )
    return {(f.rule.id, f.subject.id): f for f in run.findings}


def _described() -> list[dict[str, Any]]:
    plain = [f for f in faults.load() if not f.keys() & {"documents", "text", "envelope"}]
    return [step for path in CASES for step in steps(path)] + plain


@pytest.fixture(scope="module", params=range(12))
def some(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A district out of the corpus, its inventory, and chance."""
    chance = random.Random(request.param)
    described = chance.choice(_described()) if request.param else {}
    built = District.of(described)
    root = built.write(tmp_path_factory.mktemp("some"))
    return built, load_inventory(root / "inventory", as_of=built.as_of.date()), chance


NOT_MISSED = {"device.oem", "device.brand", "seen", "storage.reset_at"}
"""Facts that a source may tell and none must: silence about an OEM or a reset hides nothing that a
rule asks for. (A look at the segment that failed is `partial`: test_fault_fleet.)
"""


def _worse(before: Cells, after: Cells) -> list[object]:
    """Cells that pass and did not."""
    return [
        (key, before[key].outcome, before[key].causes)
        for key, cell in after.items()
        if cell.outcome is Outcome.PASS and before[key].outcome is not Outcome.PASS
    ]


def test_taking_evidence_away_never_makes_a_cell_pass(some: Any) -> None:
    built, inventory, chance = some
    told = built.observations()
    before = _judge(built, told, inventory)
    facts = sorted({(o.device, o.fact) for o in told if o.fact not in NOT_MISSED})
    taken = [chance.sample(facts, 1) for _ in range(12)]
    taken += [[f for f in facts if chance.random() < 0.3] for _ in range(5)]
    for gone in taken:
        left = [o for o in told if (o.device, o.fact) not in gone]
        assert not _worse(before, _judge(built, left, inventory)), gone


def test_an_answer_that_could_not_be_given_never_makes_a_cell_pass(some: Any) -> None:
    built, inventory, chance = some
    told = built.observations()
    before = _judge(built, told, inventory)
    for _ in range(8):
        gone = chance.choice(told)
        if gone.fact in NOT_MISSED - {"seen"}:
            continue
        if sum((o.device, o.fact) == (gone.device, gone.fact) for o in told) > 1:
            continue  # another door still answers
        why = chance.choice([state.Why.NO_ANSWER, state.Why.AUTH_REFUSED, state.Why.ODD_OUTPUT])
        left = [replace(o, value=None, unknown=why) if o is gone else o for o in told]
        assert not _worse(before, _judge(built, left, inventory)), gone.fact


@pytest.mark.parametrize("address", ["163.20.1.5", "2001:288::5", "2002:a314:105::1"])
def test_adding_a_public_address_never_takes_a_fail_away(some: Any, address: str) -> None:
    built, inventory, _ = some
    told = built.observations()
    before = _judge(built, told, inventory)
    more = [_with_address(o, address) if o.fact == "interfaces" else o for o in told]
    after = _judge(built, more, inventory)
    for key, cell in before.items():
        if cell.outcome is Outcome.FAIL:
            assert after[key].outcome is Outcome.FAIL, key
    if any(o is not m for o, m in zip(told, more, strict=True) if o.device == district.NVR):
        assert after["A3.1-no-public-ip", district.NVR].outcome is Outcome.FAIL


def _with_address(o: Observation, address: str) -> Observation:
    """`o` with one more interface, if it is an answer that counts."""
    try:
        FACTS["interfaces"].check(o.value)
    except ValidationError:
        return o
    if o.unknown or o.at != district.ago(district.AS_OF, hours=1):
        return o
    return replace(o, value=[*o.value, district.interface(address, name="eth9")])


def _same(one: Cells, other: Cells) -> None:
    assert one.keys() == other.keys()
    for key in one:
        assert (one[key].outcome, one[key].causes, one[key].notes) == (
            other[key].outcome,
            other[key].causes,
            other[key].notes,
        ), key


def test_the_order_of_answers_documents_and_devices_is_of_no_weight(some: Any) -> None:
    built, inventory, chance = some
    told = built.observations()
    before = _judge(built, told, inventory)
    shuffled = copy.copy(told)
    chance.shuffle(shuffled)
    _same(before, _judge(built, shuffled, inventory))
    half = len(shuffled) // 2
    parts = [
        built.document(target=target, observations=tuple(part))
        for target, part in (("b", shuffled[half:]), ("a", shuffled[:half]))
    ]
    _same(before, _judged(built, parts, inventory))
    turned = replace(
        inventory,
        schools=tuple(
            replace(
                school,
                recorders=tuple(
                    replace(r, cameras=r.cameras[::-1]) for r in school.recorders[::-1]
                ),
            )
            for school in inventory.schools
        ),
    )
    _same(before, _judge(built, told, turned))


@pytest.mark.parametrize("years", [1, 20])
def test_nothing_told_long_ago_passes(some: Any, years: int) -> None:
    built, inventory, _ = some
    later = replace(built, as_of=built.as_of + timedelta(days=366 * years))
    document = built.document(observations=tuple(built.observations()))
    for (rule, subject), cell in _judged(later, [document], inventory).items():
        if rule != "C-banned-vendor":  # the brand stands in the inventory, which is of today
            assert cell.outcome is not Outcome.PASS, (rule, subject)
