"""A year in the life of a district: every violation planted once, judged in one `check`.

Schools 1 … n have one plant each (planted.py); the last ones are in order. What fails must be what
was planted and what cannot but follow from it, and nothing else.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from cctv_policy.records import PREFIXES, load_records
from cctv_policy.retention import verify
from cctv_policy.sealing import open_keystore
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
ONLY_FOLLOWS = {24}
"""Who is not eligible is from outside, for whom rule 43 has words of its own: never alone."""
CANNOT_FAIL = {
    54: "the duty of care is attested by people: without that it is unknown",
    57: "compares the program's own form with the appendix: breaks with the program only",
    58: "compares the program's own book with the appendix: breaks with the program only",
}
ALLOWED_UNKNOWN = {
    42: "these recorders tell no log of playback",
    51: "no evidence was collected on the days of the inspections",
}
LAWFUL = {
    ("HLD", 21): 4,
    ("HLD", 22): 2,
    ("HND", 14): 2,
    ("HND", 15): 2,
    ("KEP", 20): 10,
    ("KEP", 37): 6,
    ("KEP", 38): 10,
    ("", 4): 2,
    ("", 47): 1,
}
"""(kind of record, rule) → how many pass at two schools in order; one of them deletes the files of
what it destroyed (rule 47)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One line of the report."""

    rule: int
    site: str
    kind: str
    subject: str
    outcome: str
    codes: tuple[str, ...]
    """Of its causes."""

    @property
    def record(self) -> str:
        """The kind of record it is about, e.g. `HLD`; empty for other subjects."""
        prefix = self.subject.partition("/")[2][:3]
        return prefix if prefix in PREFIXES else ""


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The district's folder."""
    root = tmp_path_factory.mktemp("year") / "district"
    build(root, PLANTS, SCHOOLS)
    return root


@pytest.fixture(scope="module")
def results(district: Path) -> list[Result]:
    """The one check, as a user types it in the district's folder, read from its report."""
    report = district.parent / "report.json"
    command = [str(Path(sys.executable).with_name("cctv-policy")), "check", "--format", "json"]
    done = subprocess.run(
        [*command, "--as-of", AS_OF.isoformat(), "--output", str(report)],
        cwd=district,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, "")
    data = json.loads(report.read_text(encoding="utf-8"))
    numbers = {rule["id"]: rule["number"] for rule in data["rules"]}
    return [
        Result(
            rule=numbers[one["rule"]],
            site=one["subject"]["site"],
            kind=one["subject"]["kind"],
            subject=one["subject"]["id"],
            outcome=one["outcome"],
            codes=tuple(cause["code"] for cause in one["causes"]),
        )
        for one in data["results"]
    ]


def expected() -> set[tuple[str, int]]:
    """(school, rule) of all that must fail; the school is empty for the district's own."""
    wanted = set()
    for number, plant in enumerate(PLANTS, 1):
        for rule in (plant.rule, *FOLLOWS.get(plant.rule, {})):
            wanted.add(("" if rule in OF_THE_DISTRICT else site(number), rule))
    return wanted


def test_what_is_planted_is_found_and_nothing_else(results: list[Result]) -> None:
    found: dict[tuple[str, int], list[str]] = {}
    for one in results:
        if one.outcome == "fail":
            said = f"{one.subject}: {', '.join(one.codes)}"
            found.setdefault((one.site, one.rule), []).append(said)
    assert {key: found[key] for key in found.keys() - expected()} == {}
    assert expected() - found.keys() == set()


def test_everything_else_is_in_order_or_unknown_for_a_reason(results: list[Result]) -> None:
    open_ = [
        one
        for one in results
        if one.outcome not in {"pass", "not_applicable", "fail"} and one.rule not in ALLOWED_UNKNOWN
    ]
    assert open_ == []


def test_every_rule_is_planted_or_cannot_fail() -> None:
    planted = [plant.rule for plant in PLANTS]
    followed = {rule for follows in FOLLOWS.values() for rule in follows}
    numbers = {rule.number for rule in policies(PACK).rules}
    assert numbers == set(range(1, 66))
    assert numbers - set(planted) == CANNOT_FAIL.keys() | ONLY_FOLLOWS
    assert followed >= ONLY_FOLLOWS
    assert len(planted) == len(set(planted))


def test_a_school_without_a_plant_is_judged_by_most_rules(results: list[Result]) -> None:
    last = {one.rule for one in results if one.site == site(SCHOOLS)}
    assert len(last) > 50


def test_lawful_holds_handovers_copies_and_destructions_pass_at_ordinary_schools(
    results: list[Result],
) -> None:
    passed = Counter(
        (one.record, one.rule)
        for one in results
        if one.site in {site(SCHOOLS), site(SCHOOLS - 1)} and one.outcome == "pass"
    )
    assert {key: passed[key] for key in LAWFUL} == LAWFUL


def test_the_old_requests_keys_are_gone_and_the_certificates_verify(district: Path) -> None:
    found = verify(open_keystore(district), load_records(district))
    assert len(found) == SCHOOLS
    assert all(one.good for one in found)


def test_a_whole_year_of_every_kind_of_record_is_in_git(
    district: Path, results: list[Result]
) -> None:
    records = load_records(district)
    assert {one.place.id.prefix for one in records.records.values()} == set(PREFIXES)
    assert len({one.site for one in results} - {""}) == SCHOOLS >= 30
