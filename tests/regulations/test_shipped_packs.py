"""The packs we ship: complete against the document, sourced, and as the stored pages say."""

import json
import re
from datetime import date
from pathlib import Path

import jsonschema
import pytest
from ruamel.yaml import YAML
from tests.district import District

from cctv_policy import pipeline
from cctv_policy.packfile import load_packs
from cctv_policy.packs import Clause, Pack
from cctv_policy.regulation import resolve

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
FOLDER = ROOT / "policies" / "regulations"
SPEC = tuple((HERE / "rule_ids.txt").read_text(encoding="utf-8").split())
BUILT = tuple(path.name for path in (ROOT / "policies" / "cctv" / "rules").iterdir())
RULES = tuple(dict.fromkeys((*SPEC, *BUILT)))
STATED = tuple(rule for rule in SPEC if not rule.startswith("O"))
DAY = date(2026, 11, 22)
PACKS = load_packs(FOLDER, known_rules=RULES)
DOCUMENT = PACKS["tw-ntpc-school"]
NUMERALS = "一二三四五六七八"


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def document_parts() -> dict[str, str]:
    """The document by clause: 一 … 八(二), 附錄1, 附錄2."""
    text = (HERE / "source.zh-TW.txt").read_text(encoding="utf-8")
    text = text.replace("[bookmark: _GoBack]", "")
    body, rest = text.split("\n附錄1\n")
    first, second = rest.split("\n附錄2\n")
    parts = {"附錄1": first, "附錄2": second}
    chapter = ""
    for line in body.splitlines()[1:]:
        if match := re.match(rf"([{NUMERALS}])、(.*)", line):
            chapter = match[1]
            parts[chapter] = match[2]
        elif match := re.match(rf"\(([{NUMERALS}])\)(.*)", line):
            parts[f"{chapter}({match[1]})"] = match[2]
    return parts


def test_every_clause_of_the_document_is_in_its_pack_and_no_other() -> None:
    assert {c.id for c in DOCUMENT.clauses} == set(document_parts())
    assert len(DOCUMENT.clauses) == 25


@pytest.mark.parametrize(
    "clause", [c for c in DOCUMENT.clauses if c.id[0] != "附"], ids=lambda c: c.id
)
def test_a_clause_is_quoted_word_for_word(clause: Clause) -> None:
    assert squeezed(clause.text) == squeezed(document_parts()[clause.id])


@pytest.mark.parametrize("clause", DOCUMENT.clauses[-2:], ids=lambda c: c.id)
def test_a_form_is_quoted_line_for_line(clause: Clause) -> None:
    wanted = [squeezed(line) for line in document_parts()[clause.id].splitlines()]
    quoted = [squeezed(line) for line in clause.text.splitlines()]
    assert set(quoted) == set(filter(None, wanted))


def test_all_65_rules_of_the_catalogue_are_judged_under_the_document() -> None:
    rules = resolve(PACKS, "tw-ntpc-school", known_rules=RULES).rules
    assert len(STATED) == 65
    assert {name for name, use in rules.items() if use.on} == set(STATED)
    unclaused = {name for name, use in rules.items() if not use.clauses}
    assert unclaused == {"W-waiver-valid"}


def test_rules_cite_the_clause_they_are_named_after() -> None:
    rules = resolve(PACKS, "tw-ntpc-school").rules
    for name, use in rules.items():
        if match := re.match(r"A(\d)(?:\.(\d))?-", name):
            chapter, item = NUMERALS[int(match[1]) - 1], int(match[2] or 0)
            wanted = f"{chapter}({NUMERALS[item - 1]})" if item > 0 else chapter
            if name != "A5.5-external-person":  # the document has no clause for them
                assert wanted in use.clause_ids, name


def test_every_optional_rule_is_off_under_the_document() -> None:
    rules = resolve(PACKS, "tw-ntpc-school").rules
    assert not [name for name, use in rules.items() if name.startswith("O") and use.on]


@pytest.mark.parametrize("pack", PACKS.values(), ids=lambda p: p.id)
def test_every_value_has_a_source_and_a_confidence(pack: Pack) -> None:
    for name, entries in pack.params.items():
        for entry in entries:
            assert entry.source, name
            assert entry.confidence in ("high", "medium", "low"), name
            assert entry.text_seen or entry.confidence != "high", name


@pytest.mark.parametrize("pack", [p for p in PACKS.values() if not p.defaults], ids=lambda p: p.id)
def test_every_document_maps_its_clauses(pack: Pack) -> None:
    assert pack.clauses or pack.selector.area_type


@pytest.mark.parametrize("name", PACKS)
def test_every_pack_resolves_and_answers_every_parameter(name: str) -> None:
    regulation = resolve(PACKS, name, known_rules=RULES)
    for parameter in regulation.table:
        regulation.param(parameter, on=DAY)


@pytest.mark.parametrize(
    ("pack", "kind", "low", "high"),
    [
        ("tw-k12ea", "min_max", "P14D", "P1Y"),
        ("tw-ntpc-school", "min_max", "P14D", "P1Y"),
        ("tw-ntpc-kindergarten", "min_max", "P30D", "P1Y"),
        ("tw-tnn-school", "min_max", "P7D", "P1Y"),
        ("tw-txg-school", "min_max", "P14D", "P1Y"),
        ("tw-khh-kindergarten", "min_max", "P14D", "P1Y"),
        ("tw-tpe-kindergarten", "min_max", "P30D", "P1Y"),
        ("tw-infant-care", "min_only", "P30D", None),
        ("tw-nat-library", "min_max", "P1M", "P1Y"),
        ("jp-koga", "exact", "P14D", "P14D"),
        ("jp-yanagawa", "exact", "P14D", "P14D"),
        ("kr-school", "exact", "P30D", "P30D"),
        ("eu-default", "max_only", None, "PT72H"),
        ("lu-cnpd", "max_only", None, "P8D"),
        ("us-tx-sped", "min_only", "P3M", None),
        ("tw-national", "none", None, None),
    ],
)
def test_retention_by_jurisdiction(pack: str, kind: str, low: str | None, high: str | None) -> None:
    found = resolve(PACKS, pack).retention(on=DAY)
    assert (found.kind, found.minimum.value, found.maximum.value) == (kind, low, high)


def test_the_eu_maximum_may_be_exceeded_by_justification_only_there() -> None:
    eu, tw = (resolve(PACKS, p).retention(on=DAY) for p in ("eu-default", "tw-ntpc-school"))
    assert eu.max_by_justification.value is True
    assert tw.max_by_justification.value is False
    assert resolve(PACKS, "jp-koga").retention(on=DAY).tolerance.value == "PT24H"


def test_defaults_are_those_of_the_catalogue() -> None:
    regulation = resolve(PACKS, "tw-ntpc-school")
    wanted = json.loads((HERE / "catalogue_defaults.json").read_text(encoding="utf-8"))
    found = {name: regulation.param(name, on=DAY).value for name in wanted}
    assert found == wanted


def test_parameters_name_rules_that_exist() -> None:
    for parameter in DOCUMENT.table.values():
        assert set(parameter.rules) <= set(RULES), parameter.name


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda p: p.stem)
def test_the_editor_schema_accepts_what_we_ship(path: Path) -> None:
    if path.name == "parameters.yaml":
        return
    data = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    schema = json.loads((ROOT / "schemas" / "regulation.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(json.loads(json.dumps(data, default=str)), schema)


def test_the_editor_schema_refuses_a_wrong_value() -> None:
    schema = json.loads((ROOT / "schemas" / "regulation.schema.json").read_text(encoding="utf-8"))
    wrong = {
        "pack": "x",
        "version": "1",
        "title": {"zh": "x", "en": "x"},
        "source": {"title": "x", "confidence": "high", "text_seen": True},
    }
    jsonschema.validate(wrong, schema)
    for params in ({"retention_min": [{"value": 14}]}, {"retention": [{"value": "P14D"}]}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({**wrong, "params": params}, schema)


def worked_example(folder: Path) -> None:
    text = (ROOT / "docs" / "packs.md").read_text(encoding="utf-8")
    example = text.split("```yaml\n")[1].split("```")[0]
    (folder / "tw-peh-school.yaml").write_text(example, encoding="utf-8")


def test_the_worked_example_of_the_docs_is_a_pack(tmp_path: Path) -> None:
    worked_example(tmp_path)
    regulation = resolve(load_packs(FOLDER, tmp_path, known_rules=RULES), "tw-peh-school")
    assert regulation.timeline("retention_min") == (
        (date(2019, 5, 13), "P14D"),
        (date(2026, 2, 1), "P20D"),
        (date(2027, 8, 1), "P25D"),
    )
    assert regulation.param("motion_mode_allowed", on=DAY).value is False
    assert regulation.retention(on=DAY).maximum.pack == "tw-k12ea"


def test_a_district_is_judged_by_a_pack_of_its_own_folder(tmp_path: Path) -> None:
    district = District(pack="tw-peh-school", school={"city": "peh"})
    root = district.write(tmp_path)
    (own := root / "policies" / "regulations").mkdir(parents=True)
    worked_example(own)
    run = pipeline.judge(root, as_of=district.as_of)
    [found] = [f for f in run.findings if f.rule.id == "A4.3-retention-min"]
    assert [(p.value, p.pack) for p in found.params if p.name == "retention_min"] == [
        ("P20D", "tw-peh-school")
    ]


def test_the_readme_lists_every_pack() -> None:
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert not [name for name in PACKS if f"`{name}`" not in text]
