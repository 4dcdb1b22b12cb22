"""A year in the life of a district: every violation planted once, judged in one `check`.

Schools 1 … n have one plant each (planted.py); the last ones are in order. What fails must be what
was planted and what cannot but follow from it, and nothing else.
"""

from __future__ import annotations

from collections import Counter

import pytest

from cctv_policy import pipeline
from cctv_policy.model import Outcome, Run
from tests.corpus import policies
from tests.year.district import AS_OF, PACK, build, site
from tests.year.planted import PLANTS

IN_ORDER = 3
"""Schools where nothing is planted."""
SCHOOLS = len(PLANTS) + IN_ORDER
OF_THE_DISTRICT = {59}
"""Rules whose subject is the repository: their findings name no school."""
FOLLOWS: dict[int, dict[int, str]] = {
    7: {53: "a device that the inventory does not know is in no ledger either"},
    20: {38: "a copy kept beyond its year has a review beyond what is allowed"},
    36: {39: "footage that was not copied is overwritten by now"},
    43: {24: "who is from outside is not eligible either"},
    44: {47: "a request deleted too early was deleted without a destruction record"},
    45: {41: "a number that is missing in the register is skipped in its lines"},
    51: {17: "an inspection can only differ from a recorder that is wrong"},
    56: {12: "misuse that nobody reviewed was followed up by nobody"},
}
"""Planted rule → what fails at the same school with it, and why that cannot be avoided."""
CANNOT_FAIL = {
    54: "the duty of care is attested by people: without that it is unknown",
    57: "compares the program's own form with the appendix: breaks with the program only",
    58: "compares the program's own book with the appendix: breaks with the program only",
}
ALLOWED_UNKNOWN = {
    42: "these recorders tell no log of playback",
    51: "no evidence was collected on the days of the inspections",
}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The one check."""
    root = tmp_path_factory.mktemp("year")
    build(root, PLANTS, SCHOOLS)
    return pipeline.judge(root, as_of=AS_OF)


def expected() -> set[tuple[str, int]]:
    """(school, rule) of all that must fail; the school is empty for the district's own."""
    wanted = set()
    for number, plant in enumerate(PLANTS, 1):
        for rule in (plant.rule, *FOLLOWS.get(plant.rule, {})):
            wanted.add(("" if rule in OF_THE_DISTRICT else site(number), rule))
    return wanted


def failing(run: Run) -> dict[tuple[str, int], list[str]]:
    """(school, rule) → subjects and causes of what fails."""
    found: dict[tuple[str, int], list[str]] = {}
    for f in run.findings:
        if f.outcome is Outcome.FAIL:
            said = f"{f.subject.id}: {', '.join(c.code for c in f.causes)}"
            found.setdefault((f.subject.site, f.rule.number), []).append(said)
    return found


def test_what_is_planted_is_found_and_nothing_else(run: Run) -> None:
    found = failing(run)
    assert {key: found[key] for key in found.keys() - expected()} == {}
    assert expected() - found.keys() == set()


def test_everything_else_is_in_order_or_unknown_for_a_reason(run: Run) -> None:
    open_ = Counter(
        (f.rule.number, f.subject.id, f.outcome.value, *(c.code for c in f.causes))
        for f in run.findings
        if f.outcome not in {Outcome.PASS, Outcome.NOT_APPLICABLE, Outcome.FAIL}
        and f.rule.number not in ALLOWED_UNKNOWN
    )
    assert open_ == Counter()


def test_every_rule_is_planted_or_cannot_fail() -> None:
    broken = {plant.rule for plant in PLANTS}
    followed = {rule for follows in FOLLOWS.values() for rule in follows}
    numbers = {rule.number for rule in policies(PACK).rules}
    assert numbers - broken - followed == CANNOT_FAIL.keys()
    assert len(broken) == len(PLANTS)


def test_the_schools_without_a_plant_are_judged_by_most_rules(run: Run) -> None:
    last = {f.rule.number for f in run.findings if f.subject.site == site(SCHOOLS)}
    assert len(last) > 45


def test_a_whole_year_is_in_git(run: Run) -> None:
    kinds = Counter(f.subject.kind.value for f in run.findings)
    assert len({f.subject.site for f in run.findings} - {""}) == SCHOOLS >= 30
    assert len(kinds) > 10
