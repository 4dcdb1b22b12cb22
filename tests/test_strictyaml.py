"""Strict YAML: cases are files under yaml_cases/; both parsers must give the same answer."""

from __future__ import annotations

import datetime as dt
import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from pydantic import AfterValidator, with_config

from cctv_policy.strictyaml import (
    SENTENCES,
    STRICT,
    Bool,
    Document,
    Fault,
    Filled,
    Int,
    IsoDate,
    IsoDateTime,
    Limits,
    Period,
    Str,
    StrictModel,
    bind,
    dump,
    int_between,
    parse,
)
from cctv_policy.strictyaml.canonical import read_canonical
from cctv_policy.strictyaml.loader import HAS_C, LIMITS, parse_pure
from cctv_policy.strictyaml.prefilter import decode
from tests.soak import drawn

CASES = Path(__file__).parent / "yaml_cases"
FUZZ = drawn(short=150, long=20_000, suppress_health_check=[HealthCheck.too_slow])


def pure(data: bytes, *, path: str, limits: Limits = LIMITS) -> Document | list[Fault]:
    text = decode(data, path=path, max_bytes=limits.max_bytes)
    return text if isinstance(text, list) else parse_pure(text, path=path, limits=limits)


PARSERS = {"as_installed": parse, "without_c": pure}


def expected(folder: str) -> list[Any]:
    """`name: code@line …` of every line, as pytest parameters."""
    lines = (CASES / folder / "expected.txt").read_text(encoding="utf-8").splitlines()
    pairs = [line.split(":", 1) for line in lines]
    return [pytest.param(name, want.split(), id=name) for name, want in pairs]


def codes(faults: Document | list[Fault]) -> list[str]:
    assert isinstance(faults, list), "nothing was refused"
    return [f"{f.code}@{f.line}" for f in faults]


def read(folder: str, name: str) -> bytes:
    return (CASES / folder / f"{name}.case").read_bytes()


@pytest.mark.parametrize("parser", PARSERS.values(), ids=PARSERS)
@pytest.mark.parametrize(("name", "want"), expected("refused"))
def test_hostile_file_is_refused_with_code_and_line(
    name: str, want: list[str], parser: Any
) -> None:
    assert codes(parser(read("refused", name), path="f.yaml")) == want


@pytest.mark.parametrize("parser", PARSERS.values(), ids=PARSERS)
@pytest.mark.parametrize("name", sorted(p.stem for p in (CASES / "read").glob("*.case")))
def test_scalars_stay_the_text_they_are(name: str, parser: Any) -> None:
    document = parser(read("read", name), path="f.yaml")
    assert isinstance(document, Document), document
    assert document.data == json.loads((CASES / "read" / f"{name}.json").read_text("utf-8"))


@pytest.mark.parametrize("folder", ["refused", "bound"])
def test_every_case_file_is_in_the_table(folder: str) -> None:
    files = {p.stem for p in (CASES / folder).glob("*.case")}
    assert files == {p.values[0] for p in expected(folder)}


LAUGHS = b"a: [" + b"[" * 60_000
BIG = {
    "bytes": (b"a: " + b"x" * 70_000 + b"\n", "too_big@0"),
    "nodes": (b"a: [" + b"x, " * 2_500 + b"x]\n", "too_many@1"),
    "nodes_block": (b"a:\n" + b"- x\n" * 2_500, "too_many@1999"),
    "depth": (b"a: " + b"[" * 20 + b"]" * 20 + b"\n", "too_deep@1"),
    "open_brackets": (LAUGHS, "too_deep@1"),
    "open_braces": (b"a: " + b"{a: " * 15_000, "too_deep@1"),
    "block_depth": (b"".join(b" " * i + b"a:\n" for i in range(200)), "too_deep@9"),
}


@pytest.mark.parametrize("parser", PARSERS.values(), ids=PARSERS)
@pytest.mark.parametrize(("data", "want"), BIG.values(), ids=BIG)
def test_costly_file_is_refused_in_half_a_second(data: bytes, want: str, parser: Any) -> None:
    start = time.process_time()
    assert codes(parser(data, path="f.yaml")) == [want]
    assert time.process_time() - start < 0.5


def test_limits_are_a_parameter() -> None:
    data = BIG["nodes"][0]
    assert isinstance(parse(data, path="f.yaml", limits=Limits(max_nodes=5_000)), Document)


@pytest.mark.parametrize(
    ("name", "word"),
    [("b07-big5", "Big5"), ("b07-utf16", "UTF-16"), ("b07-bom", "BOM"), ("b07-bom-inside", "BOM")],
)
def test_encoding_is_named(name: str, word: str) -> None:
    faults = parse(read("refused", name), path="f.yaml")
    assert isinstance(faults, list)
    assert word in faults[0].what


def test_duplicate_key_names_both_lines() -> None:
    faults = parse(read("refused", "b04-duplicate-nested"), path="f.yaml")
    assert isinstance(faults, list)
    assert "line 2" in faults[0].what
    assert "line 4" in faults[0].what
    assert faults[0].key == "x[0].a"


def test_fault_is_one_line_for_a_ticket_in_both_languages() -> None:
    faults = parse(b"a: 1\r\n", path="schools/x.yaml")
    assert isinstance(faults, list)
    text = str(faults[0])
    assert text.startswith("schools/x.yaml:1: line_ending: 換行字元不是 LF")
    assert "(a carriage return (CR))" in text
    assert "換行" in text
    assert "dos2unix" in text
    assert "\n" not in text


def test_every_code_has_a_sentence_in_both_languages() -> None:
    for code, text in SENTENCES.items():
        assert text.zh and text.en, code
        assert not text.zh.isascii(), code
        assert text.en.isascii() or "…" in text.en, code


# binding -------------------------------------------------------------------------------------


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    text: Str


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    text: Str
    number: Int = 0
    flag: Bool = False
    day: IsoDate | None = None
    moment: IsoDateTime | None = None
    period: Period | None = None
    maybe: Str | None = None
    list: tuple[Int, ...] = ()
    choice: Literal["continuous", "motion"] = "continuous"
    child: Child | None = None
    source: Annotated[str, Filled] = ""


class SampleModel(StrictModel):
    text: Str
    number: Annotated[Int, AfterValidator(int_between(1, 9))] = 1
    child: dict[str, Int] | None = None


def bound(data: bytes, model: type[Any] = Sample) -> Any:
    document = parse(data, path="f.yaml")
    assert isinstance(document, Document), document
    return bind(document, model)


@pytest.mark.parametrize(("name", "want"), expected("bound"))
def test_schema_faults_have_code_and_line(name: str, want: list[str]) -> None:
    result = bound(read("bound", name))
    assert (codes(result) if isinstance(result, list) else []) == want


def test_text_becomes_a_value_by_its_field() -> None:
    assert bound(read("bound", "all-good")) == Sample(
        text="0912345678",
        number=14,
        flag=True,
        day=dt.date(2024, 2, 29),
        moment=dt.datetime(2026, 3, 1, 8, 30, tzinfo=dt.timezone(dt.timedelta(hours=8))),
        period="P14D",
        list=(1, 2),
        choice="motion",
        child=Child(text="a"),
    )


def test_unknown_field_gets_the_nearest_name() -> None:
    (fault,) = bound(read("bound", "b06-unknown-nested"))
    assert fault.key == "child.txt"
    assert fault.fix == "did you mean `text`?"


def test_field_filled_by_the_loader_is_not_offered() -> None:
    (fault,) = bound(b"text: a\nsourc: b\n")
    assert "source" not in fault.fix


def test_pydantic_model_binds_too() -> None:
    assert bound(b"text: a\nnumber: 9\nchild: {x: 1}\n", SampleModel) == SampleModel(
        text="a",
        number="9",  # type: ignore[arg-type]
        child={"x": "1"},  # type: ignore[dict-item]
    )
    faults = bound(b"text: a\nnumber: 10\nchild: {x: y}\nz: 1\n", SampleModel)
    assert codes(faults) == ["out_of_range@2", "bad_integer@3", "unknown_field@4"]


@pytest.mark.parametrize(
    "data",
    [
        b"text: [A123456789]\n",
        b"text: a\nday: A123456789\n",
        b"text: a\nA123456789: x\n",
        b"text: a\nchoice: A123456789\n",
        "text: a\n王小明: x\n".encode(),
        "text: a\nnumber: 王小明\n".encode(),
    ],
)
def test_fault_never_repeats_what_may_be_personal(data: bytes) -> None:
    text = " ".join(map(str, bound(data)))
    assert "A123456789" not in text
    assert "王小明" not in text


# writing and fuzzing -------------------------------------------------------------------------

SAFE = st.text(
    st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"], max_codepoint=0xA000),
    max_size=30,
).filter(lambda s: isinstance(decode(s.encode(), path=""), str))
KEYS = SAFE.filter(lambda s: s and s == s.strip() and s != "<<")
VALUES: st.SearchStrategy[Any] = st.recursive(
    SAFE | st.integers(0, 9_999_999_999) | st.booleans() | st.none() | st.dates(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=15,
)


def as_text(value: Any) -> Any:
    """What a written value reads back as."""
    if isinstance(value, dict):
        return {k: as_text(v) for k, v in value.items()}
    if isinstance(value, list):
        return [as_text(v) for v in value]
    if isinstance(value, bool):
        return str(value).lower()
    return value if value is None else str(value)


@FUZZ
@given(st.dictionaries(KEYS, VALUES, max_size=5))
def test_canonical_text_reads_back_equal(mapping: dict[str, Any]) -> None:
    limits = Limits(max_depth=30)
    text = dump(mapping)
    for parser in PARSERS.values():
        document = parser(text.encode(), path="f.yaml", limits=limits)
        assert isinstance(document, Document), (text, document)
        assert document.data == as_text(mapping)


@pytest.mark.parametrize("text", ["a\tb", "a\u202eb", "e\u0301", "\ud800", "\x00"])
def test_what_cannot_be_read_is_not_written(text: str) -> None:
    with pytest.raises(ValueError, match="cannot be written"):
        dump({"a": text})


SIGNS = ":#-?[]{},|>&*!%@`'\"\\ \n~=+.0aZ中<\t"
LONGER = ("  ", "\n- ", "\n  ", ": ", " #", "---", "...", "null", "\\x41", "\\u4e2d", "\\/")
ODD = ("\\e", "''", ">-", "\n\n", "? ", ", ", "::", "|2", "|+")
PIECES = st.sampled_from([*SIGNS, *LONGER, *ODD])
SEEDS = [(CASES / "read" / f"{p.stem}.case").read_text("utf-8") for p in CASES.glob("read/*.case")]


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A good file with a few pieces inserted, removed or overwritten."""
    text = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(1, 5))):
        at = draw(st.integers(0, len(text)))
        gone = draw(st.integers(0, 4))
        text = text[:at] + draw(PIECES | st.just("")) + text[at + gone :]
    return text


@pytest.mark.skipif(not HAS_C, reason="only one parser is installed")
@FUZZ
@given(mutated())
def test_both_parsers_agree_on_mutated_files(text: str) -> None:
    data = text.encode()
    assert parse(data, path="f.yaml") == pure(data, path="f.yaml")


@pytest.mark.parametrize(
    "text",
    [
        'a: "x"\nb:\n  c: null\n  d:\n    - 1\n    - "y"\ne:\n  - f: true\n    g:\n      h: 2026\n',
        'a:\n  - "1"\n  -\n',  # and what the short cut must leave alone
        'a:\n  - b:\n    c: "d"\n',
        "a: 1\na: 2\n",
        "a:\n",
        "a:\nb: 1\n",
        "a: 1\n  2\n",
        'a: "b"\n  c: "d"\n',
        "a: \n  b: 1\n",
        "no: 1\n",
        "a: 1",
        "a: 1\n\n",
        "a:\n- 1\n",
        "  a: 1\n",
        "a:\n  - - 1\n",
        'a: "x" \n',
        "a: 1\n- 2\n",
        "a:\n  - 1\n  b: 2\n",
        "a:\n" + "".join(f"{'  ' * n}a:\n" for n in range(1, 7)) + f"{'  ' * 7}a: 1\n",
        "a:\n" + "".join(f"{'  ' * n}a:\n" for n in range(1, 8)) + f"{'  ' * 8}a: 1\n",
        "".join(f"a{n}: 1\n" for n in range(999)),
        "".join(f"a{n}: 1\n" for n in range(1_000)),
    ],
)
def test_the_short_cut_reads_nothing_otherwise_than_the_parser(text: str) -> None:
    data = text.encode()
    assert parse(data, path="f.yaml") == pure(data, path="f.yaml")


def test_a_written_file_takes_the_short_cut() -> None:
    text = dump({"a": "x", "b": {"c": None, "d": [1, "y"]}, "e": [{"f": True, "g": {"h": "i"}}]})
    data = read_canonical(text, max_nodes=2_000, max_depth=8)
    document = parse_pure(text, path="f.yaml")
    assert isinstance(document, Document)
    assert data == document.data
    assert parse(text.encode(), path="f.yaml") == document


@FUZZ
@given(st.binary(max_size=300))
def test_no_bytes_raise(data: bytes) -> None:
    result = parse(data, path="f.yaml")
    assert isinstance(result, Document) or (result and all(f.code in SENTENCES for f in result))


@FUZZ
@given(mutated())
def test_binding_never_raises(text: str) -> None:
    document = parse(text.encode(), path="f.yaml")
    if isinstance(document, Document):
        result = bind(document, Sample)
        assert isinstance(result, Sample) or all(f.code in SENTENCES for f in result)
