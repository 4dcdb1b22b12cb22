"""Reports: goldens, validators of others, and what no value in a run may break."""

from __future__ import annotations

import json
import os
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema
import junitparser
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cctv_policy import catalog
from cctv_policy.evidence import CANNOT_BE_USED
from cctv_policy.model import (
    Cause,
    EvidenceRef,
    Finding,
    Outcome,
    ParamUse,
    Reason,
    Run,
    Severity,
    SubjectKind,
    Text,
    WaiverUse,
)
from cctv_policy.report import FORMATS
from cctv_policy.report import json as json_format
from cctv_policy.report.detail import gravest
from cctv_policy.report.layout import clean, pad, width, wrap
from cctv_policy.report.sentences import fill, plain, seen
from cctv_policy.report.words import SYMBOLS
from cctv_policy.state import Why

from . import district

HERE = Path(__file__).parent
SUFFIX = {"text": "txt", "junit": "xml", "markdown": "md"}
"""How a golden file ends where that is not the format's name."""
SARIF = json.loads((HERE.parent / "schemas" / "sarif-schema-2.1.0.json").read_bytes())
RUN = json.loads((HERE.parents[1] / "schemas" / "run.schema.json").read_bytes())
sarif_valid = jsonschema.Draft4Validator(SARIF).validate
run_valid = jsonschema.Draft202012Validator(RUN).validate


def show(name: str, run: Run, lang: str = "zh-TW", **more: object) -> str:
    return FORMATS[name].render(run, lang=lang, **more)  # type: ignore[arg-type]


# -- goldens -------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["zh-TW", "en"])
@pytest.mark.parametrize("name", sorted(FORMATS))
def test_report_is_the_golden_one(name: str, lang: str) -> None:
    """UPDATE_GOLDENS=1 writes them anew; read the diff before you commit it."""
    golden = HERE / "golden" / f"district.{lang}.{SUFFIX.get(name, name)}"
    told = show(name, district.run(), lang, everything=name == "sarif")
    if os.environ.get("UPDATE_GOLDENS"):
        golden.write_text(told, encoding="utf-8")
    assert told == golden.read_text(encoding="utf-8")


# -- text ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("columns", [40, 60, 80, 100, 200])
@pytest.mark.parametrize("lang", ["zh-TW", "en"])
def test_text_fits_the_terminal(columns: int, lang: str) -> None:
    lines = show("text", district.run(), lang, width=columns).splitlines()
    assert max(map(width, lines)) <= columns


def test_columns_line_up_under_wide_characters() -> None:
    lines = show("text", district.run()).splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("條文"))
    head = lines[start + 1]
    columns = [width(head[: match.start()]) for match in re.finditer("#", head)]
    for row in lines[start + 3 : start + 6]:
        at = [width(row[: m.start()]) for m in re.finditer(r"[✓✗?!w-][PFUEWN]\d*|\.(?= |$)", row)]
        assert at == columns


def test_no_symbol_is_of_ambiguous_width() -> None:
    used = "".join(SYMBOLS.values())
    assert not [c for c in used if unicodedata.east_asian_width(c) == "A"]


def test_schools_that_are_in_order_are_counted_and_can_be_listed() -> None:
    short, long = (show("text", district.run(), everything=e) for e in (False, True))
    assert "石碇國民小學" not in short
    assert "未列出 1 校" in short
    assert "石碇國民小學" in long
    assert "未列出" not in long


def test_top_shows_the_gravest_and_one_of_each_rule_first() -> None:
    run = district.run()
    loud = [f for f in run.findings if f.outcome not in (Outcome.PASS, Outcome.NOT_APPLICABLE)]
    text = show("text", run, top=2)
    assert f"待處理事項  {len(loud)}  （以下為最嚴重的 2 項" in text
    shown = gravest(loud, 2)
    assert {f.outcome for f in shown} <= {Outcome.ERROR, Outcome.FAIL}
    assert len({f.rule.id for f in shown}) == 2
    assert "最嚴重" not in show("text", run, top=len(loud))


def test_schools_stand_in_the_order_of_the_run() -> None:
    turned = dict(reversed(district.SITES.items()))
    lines = show("text", district.run(sites=turned), everything=True).splitlines()
    rows = [x.split()[0] for x in lines if x.split()[:1] and x.split()[0] in names(turned)]
    assert rows[: len(turned)] == names(turned)


def names(sites: Mapping[str, Text]) -> list[str]:
    return [text.zh for text in sites.values()]


def test_school_without_a_verdict_is_shown() -> None:
    sites = district.SITES | {"tw-new": Text(zh="新學校", en="New School")}
    row = next(x for x in show("text", district.run(sites=sites)).splitlines() if "新學校" in x)
    assert row.split() == ["新學校", *"....."]


def test_hundreds_of_schools_and_rules_still_fit() -> None:
    rules = [
        district.rule(n, f"A{n}-rule-with-a-long-name-{n}", f"第{n}", "規則" * 9, "rule " * 9)
        for n in range(65)
    ]
    sites = {f"s{i}": Text(zh="學校" * (i % 20), en=f"school {i}") for i in range(300)}
    findings = [
        district.finding(
            r, district.subject(s, f"nvr-{s}"), Outcome.FAIL if i % 50 == 0 else Outcome.PASS
        )
        for i, s in enumerate(sites)
        for r in rules
    ]
    told = show("text", district.run(sites=sites, findings=tuple(findings)))
    assert max(map(width, told.splitlines())) <= 100
    assert "未列出 294 校" in told


def test_nothing_judged_is_not_clean() -> None:
    run = district.run(findings=())
    assert "這不是「符合」" in show("text", run)
    assert "這不是「符合」" in show("markdown", run)
    assert show("github", run).startswith("::error ")
    sarif = json.loads(show("sarif", run))
    assert sarif["runs"][0]["invocations"][0]["executionSuccessful"] is False
    sarif_valid(sarif)
    run_valid(json.loads(show("json", run)))


def test_colour_only_when_asked() -> None:
    run = district.run()
    assert "\x1b" not in show("text", run)
    painted = show("text", run, colour=True)
    assert re.sub(r"\x1b\[[0-9;]*m", "", painted) == show("text", run)


def test_device_cannot_drive_the_terminal() -> None:
    evil = "\x1b]0;pwned\x07\x9b2J\u202egnp.exe\ud800\n== 假學校"
    cause = Cause(code="public_address", values={"interface": evil, "address": "", "labels": []})
    bad = district.finding(
        district.PUBLIC, district.subject("tw-pingxi", "x"), Outcome.FAIL, causes=(cause,)
    )
    told = show("text", district.run(findings=(bad,)))
    assert "\\x1b]0;pwned\\x07\\x9b2J\\u202egnp.exe\\ud800 == 假學校" in told.replace(
        "\n", ""
    ).replace(" " * 12, "")


# -- sentences -----------------------------------------------------------------------------------


def test_template_fills_names_only_and_once() -> None:
    values = {"a": "{b}", "b": "B", "__class__": "no"}
    assert fill("{a} {b} {a.real} {a!r} {0} {} {{b}}", values, "en") == (
        "{b} B {a.real} {a!r} {0} {} {B}",
        True,
    )


def test_missing_value_and_unknown_code_show_code_and_values() -> None:
    at = district.subject("s", "x")
    short = Cause(code="offset", values={"max_s": 60})
    strange = Cause(code="new_code", values={"ch": "1", "days": None})
    f = district.finding(district.CLOCK, at, Outcome.FAIL, causes=(short, strange))
    assert seen(f, short, "zh-TW") == "時間誤差 {offset_s} 秒，超過 60 秒 [offset (max_s=60)]"
    assert seen(f, strange, "zh-TW") == "new_code (ch=1, days=null)"


def test_brackets_around_nothing_go() -> None:
    assert fill("已過期（{detail}）", {"detail": ""}, "zh-TW") == ("已過期", True)
    assert fill("stale ({detail})", {"detail": ""}, "en") == ("stale", True)
    assert fill("stale ({detail})", {"detail": "2026"}, "en") == ("stale (2026)", True)


def test_every_reason_that_any_rule_may_give_has_a_sentence() -> None:
    shared = catalog.load(HERE.parents[1] / "policies").shared_reasons
    assert shared.keys() >= {*Why, *CANNOT_BE_USED, "missing", "partial", "no_verdict"}


def test_subjects_with_the_same_findings_are_told_together() -> None:
    cause = Cause(code="offset", values={"offset_s": 90, "max_s": 60})
    alike = [
        district.finding(district.CLOCK, district.subject("s", id), Outcome.FAIL, causes=(cause,))
        for id in ("a1", "a2", "a3")
    ]
    told = show("text", district.run(findings=tuple(alike)))
    assert told.count("時間誤差 90 秒") == 1
    assert all(f"錄影主機 {id}  inventory/s.yaml:12\n" in told for id in ("a1", "a2", "a3"))


# -- formats for machines ------------------------------------------------------------------------


def test_json_holds_every_verdict_and_no_fact_or_person() -> None:
    told = show("json", district.run())
    data = json.loads(told)
    run_valid(data)
    assert len(data["results"]) == len(district.findings())
    assert "never-shown" not in told
    assert "p-0007" not in told


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_no_format_shows_facts_or_the_approver(name: str) -> None:
    told = show(name, district.run(), everything=True)
    assert "never-shown" not in told
    assert "p-0007" not in told


@pytest.mark.parametrize(
    ("outcome", "kind", "level"),
    [
        (Outcome.PASS, "pass", "none"),
        (Outcome.FAIL, "fail", "warning"),
        (Outcome.UNKNOWN, "open", "none"),
        (Outcome.NOT_APPLICABLE, "notApplicable", "none"),
        (Outcome.ERROR, "open", "none"),
    ],
)
def test_sarif_kind_and_level(outcome: Outcome, kind: str, level: str) -> None:
    f = district.finding(district.CLOCK, district.subject("s", "x"), outcome)
    log = show("sarif", district.run(findings=(f,)), everything=True)
    run = json.loads(log)["runs"][0]
    (result,) = run["results"]
    assert (result["kind"], result["level"], result["suppressions"]) == (kind, level, [])
    assert run["invocations"][0]["executionSuccessful"] is (outcome is not Outcome.ERROR)


def test_sarif_leaves_out_what_is_in_order_unless_asked() -> None:
    """GitHub would show each pass as an alert."""
    short = json.loads(show("sarif", district.run()))["runs"][0]
    long = json.loads(show("sarif", district.run(), everything=True))["runs"][0]
    for everything in (False, True):
        sarif_valid(json.loads(show("sarif", district.run(), everything=everything)))
    assert {r["kind"] for r in short["results"]} == {"fail", "open"}
    assert len(long["results"]) == len(district.findings())
    assert short["properties"]["counts"] == long["properties"]["counts"]


def test_sarif_waived_keeps_its_verdict_and_is_suppressed() -> None:
    results = json.loads(show("sarif", district.run()))["runs"][0]["results"]
    (waived,) = [r for r in results if r["suppressions"]]
    assert (waived["kind"], waived["level"]) == ("fail", "error")
    assert waived["suppressions"][0]["properties"]["waiver"] == "w-2026-003"


def test_sarif_rule_that_a_person_settles_is_for_review() -> None:
    human = replace(district.CLOCK, classes=("R", "H"))
    f = district.finding(human, district.subject("s", "x"), Outcome.UNKNOWN)
    (result,) = json.loads(show("sarif", district.run(findings=(f,))))["runs"][0]["results"]
    assert result["kind"] == "review"


def test_sarif_locations_are_relative_uris() -> None:
    at = replace(district.subject("s", "x"), source="/inventory/平 溪.yaml", line=0)
    f = district.finding(district.CLOCK, at, Outcome.FAIL)
    log = json.loads(show("sarif", district.run(findings=(f,))))
    sarif_valid(log)
    physical = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    uri = "inventory/%E5%B9%B3%20%E6%BA%AA.yaml"
    assert physical == {"artifactLocation": {"uri": uri, "uriBaseId": "%SRCROOT%"}}


def test_junit_reads_back_with_junitparser() -> None:
    run = district.run()
    xml = junitparser.JUnitXml.fromstring(show("junit", run).encode())
    counts = run.counts()
    assert xml.tests == len(run.findings)
    assert xml.failures == counts[Outcome.FAIL]
    assert xml.errors == counts[Outcome.UNKNOWN] + counts[Outcome.ERROR]
    assert xml.skipped == counts[Outcome.WAIVED] + counts[Outcome.NOT_APPLICABLE]
    assert len(list(xml)) == len(district.SITES)
    kinds = [r.type for suite in xml for case in suite for r in case.result]
    assert sorted(kinds) == sorted(
        f.outcome.value for f in run.findings if f.outcome is not Outcome.PASS
    )


def test_markdown_escapes_what_a_device_says() -> None:
    evil = "|</details><script>`@boss #1 [x](http://evil) www.evil.tw *_~"
    cause = Cause(code="public_address", values={"interface": evil, "address": "", "labels": []})
    bad = district.finding(
        district.PUBLIC, district.subject("tw-pingxi", "x"), Outcome.FAIL, causes=(cause,)
    )
    told = show("markdown", district.run(findings=(bad,)))
    assert "<script>" not in told
    assert "@boss" not in told
    assert "#1 " not in told
    assert "http://" not in told
    assert "www.evil" not in told
    assert r"\|&lt;/details&gt;" in told


def test_markdown_stays_below_the_limit_of_a_comment() -> None:
    many = tuple(
        district.finding(
            district.CLOCK,
            district.subject(f"s{i}", "x"),
            Outcome.FAIL,
            causes=(Cause(code="offset", values={"offset_s": 1, "max_s": 60}),),
        )
        for i in range(900)
    )
    told = show("markdown", district.run(findings=many))
    assert len(told) < 65_536
    assert re.search(r"另有 \d+ 項因篇幅未列", told)


def test_github_commands_cannot_be_forged() -> None:
    evil = "x\n::set-output name=a::b\r\n%0A,:"
    at = replace(district.subject("s", evil), source="a,b:c.yaml")
    f = district.finding(district.CLOCK, at, Outcome.FAIL, causes=(Cause(code=evil),))
    lines = show("github", district.run(findings=(f,))).splitlines()
    assert len(lines) == 2
    assert lines[1].startswith("::warning file=a%2Cb%3Ac.yaml,line=12,title=")
    assert "%250A" in lines[1]


def test_github_says_when_annotations_will_be_dropped() -> None:
    f = district.finding(district.CLOCK, district.subject("s", "x"), Outcome.FAIL)
    assert "10" not in show("github", district.run(findings=(f,) * 9)).splitlines()[0]
    assert "10 則" in show("github", district.run(findings=(f,) * 11)).splitlines()[0]


# -- whatever a run holds ------------------------------------------------------------------------

anything = st.text(max_size=12)
name = st.one_of(st.from_regex(r"[a-z_]{1,6}", fullmatch=True), anything)
value = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), anything, st.binary(max_size=3)
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(anything, inner, max_size=3),
    max_leaves=5,
)
texts = st.builds(Text, zh=anything, en=anything)
causes = st.lists(
    st.builds(
        Cause,
        code=st.one_of(st.sampled_from(["a", "b"]), anything),
        values=st.dictionaries(st.one_of(st.sampled_from(["fact", "a"]), name), value, max_size=3),
    ),
    max_size=2,
).map(tuple)
template = st.one_of(anything, st.sampled_from(["{a} 與 {b}", "{fact", "{a.b}{0}{}", "%s {a}"]))
sentence = st.builds(Text, zh=template, en=template)
rules = st.builds(
    district.rule,
    st.integers(0, 99),
    name,
    anything,
    anything,
    anything,
    basis=anything,
    classes=st.lists(st.sampled_from("DRHT"), max_size=2).map(tuple),
    severity=st.sampled_from(Severity),
    reasons=st.dictionaries(
        st.sampled_from(["a", "b"]), st.builds(Reason, text=sentence, fix=sentence), max_size=2
    ),
    notes=st.dictionaries(st.sampled_from(["a", "b"]), sentence, max_size=2),
    source=anything,
)
findings = st.builds(
    Finding,
    rule=rules,
    subject=st.builds(
        lambda **more: replace(district.subject("s", "x"), **more),
        kind=st.sampled_from(SubjectKind),
        id=anything,
        site=anything,
        source=anything,
        line=st.one_of(st.none(), st.integers(-1, 9)),
    ),
    outcome=st.sampled_from(Outcome),
    raw_outcome=st.sampled_from(Outcome),
    causes=causes,
    notes=causes,
    params=st.lists(
        st.builds(
            ParamUse,
            name=name,
            value=value,
            pack=anything,
            effective_from=anything,
            confidence=anything,
            text_seen=st.booleans(),
        ),
        max_size=1,
    ).map(tuple),
    evidence=st.lists(
        st.builds(
            EvidenceRef,
            fact=anything,
            source=anything,
            door=anything,
            collected_at=anything,
            digest=anything,
        ),
        max_size=1,
    ).map(tuple),
    waiver=st.one_of(
        st.none(), st.builds(WaiverUse, id=anything, expires_on=anything, approved_by=anything)
    ),
    fingerprint=anything,
)
runs = st.builds(
    district.run,
    run_id=anything,
    engine=anything,
    engine_version=anything,
    policy_digest=anything,
    pack=anything,
    pack_version=anything,
    pack_title=texts,
    cautions=st.lists(texts, max_size=1).map(tuple),
    tool_version=anything,
    sites=st.dictionaries(anything, texts, max_size=2),
    findings=st.lists(findings, max_size=3).map(tuple),
)
slow = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def controls(text: str) -> Iterator[str]:
    return (c for c in text if c != "\n" and unicodedata.category(c) in ("Cc", "Cf", "Cs"))


@slow
@given(run=runs, lang=st.sampled_from(["zh-TW", "en", "xx"]))
def test_any_run_renders_in_every_format(run: Run, lang: str) -> None:
    for format_name in FORMATS:
        told = show(format_name, run, lang, width=60)
        assert told.endswith("\n")
        assert not list(controls(told)), format_name
        told.encode()
    ET.fromstring(show("junit", run, lang))  # noqa: S314
    assert all(line.startswith("::") for line in show("github", run, lang).split("\n")[:-1])
    assert max(map(width, show("text", run, lang, width=60).splitlines())) <= 60


@slow
@given(run=runs)
def test_sarif_of_any_run_is_valid(run: Run) -> None:
    sarif_valid(json.loads(show("sarif", run, everything=True)))


@slow
@given(run=runs)
def test_json_of_any_run_is_valid_and_comes_back(run: Run) -> None:
    data = json.loads(show("json", run))
    run_valid(data)
    assert data == json_format.to_data(run)
    assert len(data["results"]) == len(run.findings)


@given(text=st.text(), columns=st.integers(4, 60))
def test_wrapped_lines_fit_and_lose_nothing(text: str, columns: int) -> None:
    line = clean(text)
    lines = wrap(line, columns)
    assert all(width(part) <= columns for part in lines)
    assert "".join("".join(lines).split()) == "".join(line.split())
    assert width(pad(line, columns)) == columns


@given(value=value)
def test_any_value_becomes_json(value: object) -> None:
    assert json.loads(json.dumps(plain(value), allow_nan=False)) == plain(value)


def test_value_too_big_or_too_deep_still_becomes_json() -> None:
    deep: list[object] = []
    for _ in range(500):
        deep = [deep]
    json.dumps(plain([10**5000, deep, {1, "a"}, object]))
