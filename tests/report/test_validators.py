"""SARIF against the OASIS schema and JUnit through junitparser: every verdict, odd names, files."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import junitparser
import pytest

from cctv_policy.model import Cause, Finding, Outcome, Run, SubjectKind, Text, WaiverUse
from cctv_policy.report import FORMATS

from . import district
from .test_report import sarif_valid

LANGUAGES = ("zh-TW", "en")
ODD = {
    "plain": "走廊-1",
    "four bytes": "𠮷野家𫞩👩‍🏫",
    "controls": "a\x00b\x1b[31mc\x07\x85\x9f\r\nd",
    "lone surrogates": "\ud842 \udfb7x\udc80",
    "not in XML": "\ufffe\uffff\x0b\x0c",
    "direction": "gate\u202egnp.exe\u2066\u200b\ufeff",
    "markup": "]]> <!-- & ' \" </testcase> &#0; %00 ::error::",
    "long": "很" * 5000,
    "empty": "",
}
PARSED = {
    Outcome.FAIL: junitparser.Failure,
    Outcome.UNKNOWN: junitparser.Error,
    Outcome.ERROR: junitparser.Error,
    Outcome.NOT_APPLICABLE: junitparser.Skipped,
    Outcome.WAIVED: junitparser.Skipped,
}
WAIVER = WaiverUse(id="WVR-115-0003", expires_on="2027-02-28", approved_by="P-0201")


def judged(word: str) -> Run:
    """Every outcome, of a device and of the history of all records, with `word` in every text."""
    found: list[Finding] = []
    for kind, site in ((SubjectKind.RECORDER, f"site {word}"), (SubjectKind.REPOSITORY, "")):
        for outcome in Outcome:
            one = district.finding(
                district.PUBLIC,
                replace(
                    district.subject(site, f"{outcome} {word}"),
                    kind=kind,
                    source=f"records/{word}.yaml",
                ),
                outcome,
                causes=(Cause(code="public_address", values={"interface": word, "address": word}),),
            )
            if outcome is Outcome.WAIVED:
                one = replace(one, raw_outcome=Outcome.FAIL, waiver=WAIVER)
            found.append(one)
    name = Text(zh=f"國小{word}", en=f"School {word}")
    return district.run(findings=tuple(found), sites={f"site {word}": name})


def written(tmp_path: Path, name: str, run: Run, lang: str) -> Path:
    """The report as a file, as `-o` writes it."""
    file = tmp_path / name
    file.write_text(FORMATS[name].render(run, lang=lang, everything=True), encoding="utf-8")
    return file


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("odd", ODD)
def test_sarif_is_valid_for_every_verdict_and_name(odd: str, lang: str, tmp_path: Path) -> None:
    run = judged(ODD[odd])
    log = json.loads(written(tmp_path, "sarif", run, lang).read_bytes())
    sarif_valid(log)
    results = log["runs"][0]["results"]
    assert len(results) == len(run.findings)
    assert sum(bool(r["suppressions"]) for r in results) == 2
    assert all(r["message"]["text"].isprintable() for r in results)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("odd", ODD)
def test_junit_says_the_same_to_junitparser(odd: str, lang: str, tmp_path: Path) -> None:
    run = judged(ODD[odd])
    xml = junitparser.JUnitXml.fromfile(str(written(tmp_path, "junit", run, lang)))
    cases = [case for suite in xml for case in suite]
    assert len(list(xml)) == 2
    assert (xml.tests, xml.failures, xml.errors, xml.skipped) == (len(run.findings), 2, 4, 4)
    for suite in xml:
        assert (suite.tests, suite.failures, suite.errors, suite.skipped) == (6, 1, 2, 2)
    for case in cases:
        outcome = Outcome(case.name.split("[")[1].split()[0].rstrip("]"))
        assert [type(r) for r in case.result] == [PARSED[o] for o in (outcome,) if o in PARSED]
        assert all(r.type == outcome and r.message for r in case.result)
        if odd in ("plain", "markup"):
            assert ODD[odd] in case.name


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_can_be_shown_is_shown_as_it_is(lang: str, tmp_path: Path) -> None:
    run = judged("𠮷")
    for name in ("sarif", "junit"):
        assert "𠮷" in written(tmp_path, name, run, lang).read_text(encoding="utf-8")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_judged_is_valid_and_empty(lang: str, tmp_path: Path) -> None:
    for run in (district.run(findings=()), district.run(findings=(), sites={})):
        sarif_valid(json.loads(written(tmp_path, "sarif", run, lang).read_bytes()))
        xml = junitparser.JUnitXml.fromfile(str(written(tmp_path, "junit", run, lang)))
        assert (xml.tests, xml.failures, xml.errors, xml.skipped) == (0, 0, 0, 0)
        assert len(list(xml)) == len(run.sites)
