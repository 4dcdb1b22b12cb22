"""Faults of pack files: each is named with file, line and key, all at once, never a traceback."""

import shutil
from pathlib import Path

import pytest

from cctv_policy.errors import PackError
from cctv_policy.packfile import load_packs, load_parameters

TABLE = """\
retention_min: {kind: period, stricter: larger, nullable: true, zh: 最短, en: shortest, rules: [R1]}
count: {kind: count, stricter: smaller, zh: 數, en: count}
switch: {kind: switch, stricter: true, zh: 須, en: switch}
word: {kind: word, stricter: order, choices: [pass, fail], zh: 判, en: word}
words: {kind: words, stricter: union, choices: [a, b], zh: 詞, en: words}
free: {kind: text, stricter: specific, zh: 字, en: text}
cidrs: {kind: private_cidrs, stricter: intersection, zh: 網, en: networks}
labels: {kind: labelled_cidrs, stricter: union, zh: 標, en: labels}
"""
GOOD = """\
pack: one
version: "1"
title: {zh: 包, en: pack}
source: {title: 文件, confidence: high, text_seen: true}
"""


def folder(tmp_path: Path, body: str = "", head: str = GOOD, table: str = TABLE) -> Path:
    (tmp_path / "parameters.yaml").write_text(table, encoding="utf-8")
    (tmp_path / "one.yaml").write_text(head + body, encoding="utf-8")
    return tmp_path


def test_a_good_pack_is_read_as_written(tmp_path: Path) -> None:
    body = """\
extends: [base]
selector: {city: x, area_type: [a, b]}
clauses:
  - {id: 一, text: 文, rules: [R1]}
params:
  retention_min:
    - {value: P2W, effective_from: 2026-01-01, source: 別的, confidence: low, text_seen: false}
    - {value: null, note: 備註}
  count: [{value: 3}]
  switch: [{value: true}]
  labels: [{value: {x: [10.0.0.0/8]}}]
rules: {R1: on, R2: off}
"""
    pack = load_packs(folder(tmp_path, body), known_rules={"R1", "R2"})["one"]
    assert pack.selector.city == ("x",)
    assert pack.selector.area_type == ("a", "b")
    assert pack.selector.rank == 4
    first, second = pack.params["retention_min"]
    assert (first.value, first.source, first.confidence, first.text_seen) == (
        "P14D",
        "別的",
        "low",
        False,
    )
    assert (second.value, second.source, second.confidence, second.text_seen, second.note) == (
        None,
        "文件",
        "high",
        True,
        "備註",
    )
    assert pack.params["count"][0].value == 3
    assert pack.params["switch"][0].value is True
    assert pack.rules == {"R1": True, "R2": False}


def entry(name: str, value: str) -> str:
    return f"params:\n  {name}: [{{value: {value}}}]\n"


@pytest.mark.parametrize(
    ("body", "line", "message"),
    [
        ("colour: red\n", 5, "unknown_field: colour"),
        (entry("retention", "P14D"), 6, "no parameter retention"),
        (entry("retention_min", "14"), 6, "not an ISO 8601"),
        (entry("count", "-1"), 6, "a whole number"),
        (entry("count", "1.5"), 6, "a whole number"),
        (entry("count", "null"), 6, "null is not allowed"),
        (entry("switch", "yes"), 6, "true or false"),
        (entry("word", "maybe"), 6, "one of pass, fail"),
        (entry("words", "a"), 6, "a list belongs here"),
        (entry("words", "[a, c]"), 6, "one of a, b"),
        (entry("words", "[a, a]"), 6, "the same entry twice"),
        (entry("free", "[a]"), 6, "one line of text"),
        (entry("cidrs", "[]"), 6, "at least one network"),
        (entry("cidrs", "[163.20.0.0/16]"), 6, "only networks inside"),
        (entry("cidrs", "[10.0.0.1/8]"), 6, "host bits zero"),
        (entry("cidrs", "[10.0.0.1]"), 6, "a network such as"),
        (entry("labels", "[a]"), 6, "a mapping of label"),
        (entry("labels", "{a: [nonsense]}"), 6, "a network such as"),
        ("clauses:\n  - {id: 一}\n", 6, "either rules, or procedural"),
        ("clauses:\n  - {id: 一, rules: [R1], procedural: x}\n", 6, "either rules, or"),
        ("clauses:\n  - {id: 一, rules: [R1]}\n  - {id: 一, rules: [R1]}\n", 7, "there already"),
        ("clauses:\n  - {id: 一, rules: [R9]}\n", 6, "no rule R9"),
        ("rules: {R9: on}\n", 5, "no rule R9"),
        ("rules:\n  R1: maybe\n", 6, "bad_choice"),
        (
            "params:\n  count:\n    - {value: 1}\n    - {value: 2}\n",
            8,
            "two values from the same date",
        ),
        (
            "params:\n  count:\n"
            "    - {value: 1, effective_from: 2026-02-01, effective_to: 2026-01-31}\n",
            7,
            "ends before it begins",
        ),
        (
            "params:\n  count:\n    - {value: 1, effective_from: 115-02-01}\n",
            7,
            "effective_from",
        ),
        ("version: 2\n", 5, "duplicate_key"),
    ],
)
def test_a_fault_is_named_with_its_line(tmp_path: Path, body: str, line: int, message: str) -> None:
    with pytest.raises(PackError) as caught:
        load_packs(folder(tmp_path, body), known_rules={"R1"})
    assert f"one.yaml:{line}: " in str(caught.value)
    assert message in str(caught.value)
    assert "docs/packs.md" in caught.value.fix


def test_every_fault_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    where = folder(tmp_path, entry("count", "x") + "rules: {R9: on}\n")
    (where / "two.yaml").write_text("pack: two\n", encoding="utf-8")
    with pytest.raises(PackError) as caught:
        load_packs(where, known_rules={"R1"})
    text = str(caught.value)
    assert text.count("one.yaml") == 2
    assert text.count("two.yaml") == 3  # version, title, source


def test_the_file_is_called_like_the_pack(tmp_path: Path) -> None:
    with pytest.raises(PackError, match=r"the file is one\.yaml"):
        load_packs(folder(tmp_path, head=GOOD.replace("pack: one", "pack: other")))


def test_a_broken_file_is_a_fault_not_a_traceback(tmp_path: Path) -> None:
    for number, text in enumerate(("", "- a\n", "pack: [\n", "\ttab\n", "a: &x 1\n")):
        where = tmp_path / str(number)
        where.mkdir()
        with pytest.raises(PackError, match=r"one\.yaml"):
            load_packs(folder(where, head=text))


def test_a_missing_folder_or_table_is_named(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="cannot be read"):
        load_packs(tmp_path / "none")
    (tmp_path / "parameters.yaml").write_text(TABLE, encoding="utf-8")
    with pytest.raises(PackError, match="no regulation pack found"):
        load_packs(tmp_path)


def test_the_table_of_parameters_is_checked_too(tmp_path: Path) -> None:
    wrong = "x: {kind: number, stricter: larger, zh: 字, en: x}\ny: {kind: count, rules: [R9]}\n"
    (tmp_path / "parameters.yaml").write_text(wrong, encoding="utf-8")
    with pytest.raises(PackError) as caught:
        load_parameters(tmp_path)
    assert "parameters.yaml:1" in str(caught.value)
    assert "parameters.yaml:2" in str(caught.value)
    with pytest.raises(PackError, match="no rule R1"):
        load_packs(folder(tmp_path), known_rules={"R2"})


def test_a_district_adds_its_own_packs_but_cannot_replace_ours(tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    ours.mkdir()
    theirs.mkdir()
    folder(ours)
    mine = GOOD.replace("one", "mine") + "extends: [one]\n" + entry("count", "3")
    (theirs / "mine.yaml").write_text(mine, encoding="utf-8")
    assert set(load_packs(ours, theirs)) == {"one", "mine"}
    shutil.copy(ours / "one.yaml", theirs)
    assert set(load_packs(ours, theirs)) == {"one", "mine"}
    (theirs / "one.yaml").write_text(f"{GOOD}# changed\n", encoding="utf-8")
    with pytest.raises(PackError, match="one is already in"):
        load_packs(ours, theirs)
