"""How packs merge: levels, dates, stricter wins, overrides, contradictions (spec §1.6, §4.3)."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from cctv_policy.errors import PackError
from cctv_policy.levels import Place
from cctv_policy.packs import Pack
from cctv_policy.periods import TAIPEI
from cctv_policy.regulation import Regulation, load_packs, resolve

SHIPPED = Path(__file__).parent.parent / "policies" / "regulations"
DAY = date(2026, 3, 1)
TABLE = """
retention_kind:
  {kind: word, stricter: specific, choices: [exact], nullable: true, zh: 型態, en: kind}
retention_min: {kind: period, stricter: larger, nullable: true, zh: 最短, en: shortest}
retention_max: {kind: period, stricter: smaller, nullable: true, zh: 最長, en: longest}
exact_tolerance: {kind: period, stricter: smaller, nullable: true, zh: 容許, en: tolerance}
max_by_justification: {kind: switch, stricter: false, nullable: true, zh: 理由, en: justified}
offset: {kind: count, stricter: smaller, nullable: true, unit: s, zh: 誤差, en: offset}
needed: {kind: switch, stricter: true, nullable: true, zh: 須, en: needed}
verdict:
  {kind: word, stricter: order, choices: [pass, unknown, fail], nullable: true, zh: 判, en: v}
chain: {kind: words, stricter: specific, nullable: true, zh: 鏈, en: chain}
banned: {kind: words, stricter: union, nullable: true, zh: 禁, en: banned}
who: {kind: words, stricter: intersection, nullable: true, zh: 誰, en: who}
cidrs: {kind: private_cidrs, stricter: intersection, nullable: true, zh: 網段, en: networks}
labels: {kind: labelled_cidrs, stricter: union, nullable: true, zh: 標籤, en: labels}
"""
HEAD = """
pack: {id}
version: "1"
title: {{zh: 包, en: pack}}
source: {{title: 文件, doc_no: "7", confidence: high, text_seen: true}}
"""


def write(folder: Path, table: str = TABLE, **packs: str) -> Path:
    (folder / "parameters.yaml").write_text(table, encoding="utf-8")
    for name, body in packs.items():
        text = HEAD.format(id=name) + body
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def regulation(tmp_path: Path) -> Any:
    def build(head: str, **packs: str) -> Regulation:
        return resolve(load_packs(write(tmp_path, **packs)), head)

    return build


@pytest.fixture(scope="module")
def shipped() -> dict[str, Pack]:
    return load_packs(SHIPPED)


def params(**values: str) -> str:
    return "params:\n" + "".join(f"  {k}: [{{value: {v}}}]\n" for k, v in values.items())


PARENT = params(
    retention_min="P14D",
    retention_max="P1Y",
    offset="60",
    needed="false",
    verdict="unknown",
    chain="[a, b]",
    banned="[x, y]",
    who="[a, b, c]",
    cidrs="[10.0.0.0/8, 192.168.0.0/16]",
    labels="{one: [10.0.0.0/8]}",
)


@pytest.mark.parametrize(
    ("name", "value", "holds", "cited"),
    [
        ("retention_min", "P30D", "P30D", "child"),
        ("retention_min", "P7D", "P14D", "parent"),
        ("retention_min", "null", "P14D", "parent"),
        ("retention_max", "P6M", "P6M", "child"),
        ("retention_max", "P2Y", "P1Y", "parent"),
        ("retention_max", "P12M", "P1Y", "child"),  # the same length: the narrower is cited
        ("offset", "30", 30, "child"),
        ("offset", "61", 60, "parent"),
        ("needed", "true", True, "child"),
        ("verdict", "fail", "fail", "child"),
        ("verdict", "pass", "unknown", "parent"),
        ("chain", "[c]", ["c"], "child"),
        ("banned", "[z]", ["x", "y", "z"], "child"),
        ("who", "[b, d]", ["b"], "child"),
        ("who", "[a, b]", ["a", "b"], "child"),
        ("cidrs", "[10.1.0.0/16]", ["10.1.0.0/16"], "child"),
        ("cidrs", "[192.168.0.0/16, 172.16.0.0/12]", ["192.168.0.0/16"], "child"),
        (
            "labels",
            "{two: [10.1.0.0/16]}",
            {"one": ["10.0.0.0/8"], "two": ["10.1.0.0/16"]},
            "child",
        ),
    ],
)
def test_between_documents_the_stricter_value_holds(
    regulation: Any, name: str, value: str, holds: Any, cited: str
) -> None:
    child = "extends: [parent]\n" + params(**{name: value})
    found = regulation("child", parent=PARENT, child=child).param(name, on=DAY)
    assert (found.value, found.pack) == (holds, cited)
    assert found.notes == (("override_ignored",) if cited == "parent" else ())
    assert found.ignored == (("child",) if cited == "parent" else ())
    assert found.source == "文件 7"


def test_lists_with_nothing_in_common_are_refused(regulation: Any) -> None:
    with pytest.raises(PackError, match="nothing in common"):
        regulation("child", parent=PARENT, child="extends: [parent]\n" + params(who="[z]")).param(
            "who", on=DAY
        )


def test_a_document_replaces_the_product_s_default_in_either_direction(regulation: Any) -> None:
    base = "defaults: true\n" + params(offset="60", needed="true")
    child = "extends: [base]\n" + params(offset="300")
    asked = regulation("child", base=base, child=child)
    assert asked.param("offset", on=DAY).value == 300
    assert asked.param("offset", on=DAY).notes == ()
    assert asked.param("needed", on=DAY).pack == "base"


def test_an_override_may_not_loosen_even_a_default(regulation: Any) -> None:
    base = "defaults: true\n" + params(offset="60", chain="[a]")
    asked = regulation("base", base=base)
    loose = asked.with_overrides({"offset": "300", "chain": ["b"]}, where="s.yaml", school="s")
    assert loose.param("offset", on=DAY, school="s").value == 60
    assert loose.param("offset", on=DAY, school="s").notes == ("override_ignored",)
    assert loose.param("chain", on=DAY, school="s").value == ["a"]
    tight = asked.with_overrides({"offset": 30}, where="s.yaml", school="s")
    assert tight.param("offset", on=DAY, school="s").value == 30
    assert tight.param("offset", on=DAY, school="s").pack == "override:s"
    assert tight.param("offset", on=DAY, school="t").value == 60
    assert asked.param("offset", on=DAY, school="s").value == 60


def test_a_dated_override_starts_on_its_day(regulation: Any) -> None:
    tight = regulation("parent", parent=PARENT).with_overrides(
        {"retention_min": {"value": "P20D", "effective_from": "2026-03-01", "note": "決議"}},
        where="s.yaml",
        school="s",
    )
    assert tight.timeline("retention_min", school="s") == (
        (None, "P14D"),
        (date(2026, 3, 1), "P20D"),
    )
    assert tight.timeline("retention_min") == ((None, "P14D"),)


def test_a_camera_s_override_is_narrower_than_its_school_s(regulation: Any) -> None:
    asked = (
        regulation("parent", parent=PARENT)
        .with_overrides({"retention_min": "P20D"}, where="s.yaml", school="s")
        .with_overrides({"retention_min": "P25D"}, where="s.yaml", camera="c")
    )
    assert asked.param("retention_min", on=DAY, school="s", camera="c").value == "P25D"
    assert asked.param("retention_min", on=DAY, school="s", camera="d").value == "P20D"


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        ({"retention": "P20D"}, "no parameter `retention`"),
        ({"retention_min": "20 days"}, "override of `retention_min`"),
        ({"retention_min": "P400D"}, "longer than retention_max P1Y"),
        ({"retention_max": "P7D"}, "longer than retention_max P7D"),
    ],
)
def test_an_impossible_override_stops_the_run(
    regulation: Any, overrides: dict[str, str], message: str
) -> None:
    asked = regulation("parent", parent=PARENT)
    with pytest.raises(PackError, match=message):
        asked.with_overrides(overrides, where="schools/s.yaml", school="s")


def test_the_latest_entry_that_has_begun_and_not_ended_holds(regulation: Any) -> None:
    dated = """
params:
  offset:
    - {value: 1, effective_from: 2026-01-01}
    - {value: 3, effective_from: 2026-03-01, effective_to: 2026-03-31}
    - {value: 2, effective_from: 2026-02-01}
"""
    asked = regulation("one", one=dated)
    assert asked.timeline("offset") == (
        (date(2026, 1, 1), 1),
        (date(2026, 2, 1), 2),
        (date(2026, 3, 1), 3),
        (date(2026, 4, 1), 2),
    )
    found = [asked.param("offset", on=date(2026, month, day)).value for month, day in DAYS]
    assert found == [1, 2, 2, 3, 3, 2]
    assert asked.param("offset", on=date(2025, 12, 31)).value is None
    assert asked.param("offset", on=DAY).effective_from == DAY


DAYS = [(1, 31), (2, 1), (2, 28), (3, 1), (3, 31), (4, 1)]


def test_inside_one_document_the_more_specific_entry_holds(regulation: Any) -> None:
    body = """
params:
  retention_min:
    - {value: P60D, effective_from: 2026-01-01}
    - {value: P10D, selector: {area_type: yard}}
    - {value: P5D, selector: {camera: [c1, c2]}}
"""
    asked = regulation("one", one=body)
    assert asked.param("retention_min", on=DAY).value == "P60D"
    assert asked.param("retention_min", on=DAY, area_type="yard").value == "P10D"
    assert asked.param("retention_min", on=DAY, area_type="yard", camera="c2").value == "P5D"
    assert asked.param("retention_min", on=DAY, area_type="hall").value == "P60D"


def test_a_pack_for_another_city_is_refused_not_dropped(regulation: Any) -> None:
    asked = regulation("one", one="selector: {city: ntpc}\n" + PARENT)
    assert asked.param("retention_min", on=DAY, city="ntpc").value == "P14D"
    assert asked.param("retention_min", on=DAY).value == "P14D"
    with pytest.raises(PackError, match="not made for city=tpe"):
        asked.param("retention_min", on=DAY, city="tpe")


def test_an_area_pack_refines_its_parent_and_nobody_else(regulation: Any) -> None:
    kids = "extends: [city]\nselector: {city: ntpc, area_type: kids}\n"
    packs = {
        "land": params(retention_min="P7D"),
        "city": "extends: [land]\nselector: {city: ntpc}\n" + params(retention_min="P14D"),
        "kids": kids + params(retention_min="P30D"),
    }
    asked = regulation("city", **packs)
    assert asked.param("retention_min", on=DAY, area_type="kids").value == "P30D"
    assert asked.param("retention_min", on=DAY, city="ntpc", site_type="kids").value == "P30D"
    campus = Place(site_type="kids", area_type="campus")
    assert asked.param("retention_min", on=DAY, **campus).value == "P30D"
    assert asked.param("retention_min", on=DAY, area_type="campus").value == "P14D"
    assert asked.param("retention_min", on=DAY).value == "P14D"
    assert [pack.id for pack in regulation("land", **packs).packs] == ["land"]
    direct = regulation("kids", **packs)
    assert direct.param("retention_min", on=DAY).value == "P30D"
    assert direct.param("retention_min", on=DAY, area_type="campus").value == "P14D"


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ({"retention_min": "P14D", "retention_max": "P1Y"}, "min_max"),
        ({"retention_min": "P14D"}, "min_only"),
        ({"retention_max": "PT72H"}, "max_only"),
        ({"offset": "1"}, "none"),
        ({"retention_min": "P14D", "retention_max": "P2W", "retention_kind": "exact"}, "exact"),
    ],
)
def test_the_kind_of_retention_follows_from_what_is_set(
    regulation: Any, values: dict[str, str], kind: str
) -> None:
    assert regulation("one", one=params(**values)).retention(on=DAY).kind == kind


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"retention_min": "P15D", "retention_max": "P14D"}, "longer than retention_max"),
        ({"retention_min": "P3D", "retention_max": "PT71H"}, "longer than retention_max"),
        ({"retention_kind": "exact", "retention_min": "P7D", "retention_max": "P14D"}, "differ"),
        ({"retention_kind": "exact", "retention_min": "P7D"}, "differ"),
    ],
)
def test_a_contradiction_refuses_to_start(
    regulation: Any, values: dict[str, str], message: str
) -> None:
    with pytest.raises(PackError, match=message):
        regulation("one", one=params(**values))


def test_a_contradiction_of_a_later_day_or_one_area_refuses_to_start_too(regulation: Any) -> None:
    late = """
params:
  retention_max: [{value: P20D}]
  retention_min: [{value: P14D}, {value: P30D, effective_from: 2030-01-01}]
"""
    with pytest.raises(PackError, match="on 2030-01-01"):
        regulation("one", one=late)
    with pytest.raises(PackError, match="area_type=yard"):
        regulation(
            "one", one=late.replace("effective_from: 2030-01-01", "selector: {area_type: yard}")
        )


def test_a_mandatory_parameter_that_nobody_sets_refuses_to_start(tmp_path: Path) -> None:
    table = TABLE + "must: {kind: count, stricter: larger, zh: 必, en: must}\n"
    packs = load_packs(write(tmp_path, table=table, one=PARENT))
    with pytest.raises(PackError, match="no pack sets `must`"):
        resolve(packs, "one")


def test_rules_come_from_clauses_and_switches(regulation: Any) -> None:
    parent = """
clauses:
  - {id: 一, rules: [R1, R2]}
  - {id: 二, procedural: heading}
rules: {R3: on, R4: off}
"""
    child = """
extends: [parent]
clauses: [{id: 甲, rules: [R2]}]
rules: {R1: off, R4: on, R5: off}
"""
    rules = regulation("child", parent=parent, child=child).rules
    assert {name: use.on for name, use in rules.items()} == {
        "R1": True,
        "R2": True,
        "R3": True,
        "R4": True,
        "R5": False,
    }
    assert rules["R1"].notes == ("off_ignored",)
    assert rules["R2"].clause_ids == ("甲", "一")
    assert rules["R3"].clause_ids == ()


@pytest.mark.parametrize(
    ("packs", "message"),
    [
        ({"one": "extends: [none]\n"}, "extends `none`, which is no pack"),
        ({"one": "extends: [two]\n", "two": "extends: [one]\n"}, "circle: one → two → one"),
        ({"one": "extends: [one]\n"}, "circle: one → one"),
    ],
)
def test_a_broken_family_is_named(regulation: Any, packs: dict[str, str], message: str) -> None:
    with pytest.raises(PackError, match=message):
        regulation("one", **packs)


def test_an_unknown_pack_is_named_with_those_there_are(shipped: dict[str, Pack]) -> None:
    with pytest.raises(PackError, match="known packs: base, eu-default"):
        resolve(shipped, "tw-ntpc")


def test_an_unknown_parameter_is_an_error_not_null(shipped: dict[str, Pack]) -> None:
    with pytest.raises(PackError, match="no parameter `retention`"):
        resolve(shipped, "base").param("retention", on=DAY)
    with pytest.raises(PackError, match="no parameter `retention`"):
        resolve(shipped, "base").timeline("retention")


def test_rules_of_a_chain_are_checked_against_those_known(shipped: dict[str, Pack]) -> None:
    with pytest.raises(PackError, match=r"no such rule: .*A1-policy-adopted"):
        resolve(shipped, "tw-ntpc-school", known_rules={"A3.1-no-public-ip"})


def test_the_use_of_a_parameter_names_pack_and_date(shipped: dict[str, Pack]) -> None:
    asked = resolve(shipped, "tw-ntpc-school")
    use = asked.param("retention_min", on=date(2026, 9, 1), area_type="kindergarten").use()
    assert (use.value, use.pack, use.effective_from) == (
        "P30D",
        "tw-ntpc-kindergarten",
        "2026-08-01",
    )
    assert (use.confidence, use.text_seen) == ("low", False)
    assert asked.param("retention_min", on=DAY).use().effective_from == ""


@pytest.mark.parametrize("pack", ["tw-ntpc-school", "tw-ntpc-kindergarten"])
def test_the_kindergarten_rise_and_its_transition(shipped: dict[str, Pack], pack: str) -> None:
    asked = resolve(shipped, pack)
    kids = Place(city="ntpc", site_type="elementary", area_type="kindergarten")
    campus = Place(city="ntpc", site_type="elementary", area_type="campus")

    def required(text: str, place: Place) -> datetime | None:
        return asked.required_from(datetime.fromisoformat(text).replace(tzinfo=TAIPEI), **place)

    def at(text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=TAIPEI)

    assert required("2026-07-31T10:00", kids) == at("2026-07-17T10:00")  # T46
    assert required("2026-08-10T10:00", kids) == at("2026-07-18T00:00")  # T47
    assert required("2026-09-15T10:00", kids) == at("2026-08-16T10:00")
    assert required("2026-09-15T10:00", campus) == at("2026-09-01T10:00")  # T48


def test_where_no_minimum_holds_nothing_is_owed(shipped: dict[str, Pack]) -> None:
    as_of = datetime(2026, 9, 15, 10, tzinfo=TAIPEI)
    assert resolve(shipped, "eu-default").required_from(as_of) is None


def test_cautions_name_documents_that_nobody_read(shipped: dict[str, Pack]) -> None:
    asked = resolve(shipped, "tw-ntpc-school")
    assert ["tw-k12ea" in text.en for text in asked.cautions()] == [True]
    assert any("tw-ntpc-kindergarten" in t.zh for t in asked.cautions({"tw-ntpc-kindergarten"}))


def test_the_address_policy_and_zone_come_from_the_pack(shipped: dict[str, Pack]) -> None:
    asked = resolve(shipped, "tw-ntpc-school")
    policy = asked.address_policy(on=DAY)
    assert "192.168.0.0/16" in policy.allowed_private_cidrs
    assert "163.20.0.0/16" in policy.labels["tanet"]
    assert str(asked.zone(on=DAY)) == "Asia/Taipei"
    assert str(resolve(shipped, "jp-koga").zone(on=DAY)) == "Asia/Tokyo"
