"""junit: JUnit XML for CI servers. One suite a school, one case a verdict.

fail → failure; unknown and error → error, of that type; waived and not applicable → skipped, with
the reason. There are no times: a verdict is about `as_of`, which is among the properties.
"""

from __future__ import annotations

from itertools import groupby
from xml.etree import ElementTree as ET

from cctv_policy.model import Finding, Outcome, Run
from cctv_policy.report.detail import in_order, labelled, message, site_name, waived
from cctv_policy.report.layout import clean
from cctv_policy.report.sentences import title
from cctv_policy.report.words import OUTCOMES

_TAGS = {
    Outcome.FAIL: "failure",
    Outcome.UNKNOWN: "error",
    Outcome.ERROR: "error",
    Outcome.NOT_APPLICABLE: "skipped",
    Outcome.WAIVED: "skipped",
}


def render(run: Run, *, lang: str, **_: object) -> str:
    """The run as JUnit XML in one language; UTF-8 when written to a file."""
    root = ET.Element("testsuites", {"name": "cctv-policy", **_totals(list(run.findings))})
    ordered = sorted(run.findings, key=in_order)
    groups = {s: list(fs) for s, fs in groupby(ordered, key=lambda f: f.subject.site)}
    for site in sorted({*groups, *run.sites}):
        root.append(_suite(run, site, groups.get(site, []), lang))
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _totals(findings: list[Finding]) -> dict[str, str]:
    tags = [_TAGS.get(f.outcome) for f in findings]
    return {
        "tests": str(len(findings)),
        "failures": str(tags.count("failure")),
        "errors": str(tags.count("error")),
        "skipped": str(tags.count("skipped")),
        "time": "0",
    }


def _suite(run: Run, site: str, findings: list[Finding], lang: str) -> ET.Element:
    suite = ET.Element(
        "testsuite", {"name": site_name(run, site, lang), "id": clean(site), **_totals(findings)}
    )
    _properties(
        suite,
        {
            "site": site,
            "run_id": run.run_id,
            "as_of": run.as_of.isoformat(),
            "pack": f"{run.pack} {run.pack_version}",
            "engine": f"{run.engine} {run.engine_version}",
            "policy_digest": run.policy_digest,
            "tool_version": run.tool_version,
        },
    )
    suite.extend(_case(f, lang) for f in findings)
    return suite


def _case(f: Finding, lang: str) -> ET.Element:
    subject = f.subject
    case = ET.Element(
        "testcase",
        {
            "name": clean(f"{f.rule.id}[{subject.id}]"),
            "classname": clean(f"{subject.site}.{subject.kind.value}"),
            "time": "0",
        },
    )
    if subject.source:
        case.set("file", clean(subject.source))
        if subject.line is not None:
            case.set("line", str(subject.line))
    _properties(
        case,
        {
            "clause": f.rule.clause,
            "title": title(f, lang),
            "severity": f.rule.severity.value,
            "outcome": f.outcome.value,
            "raw_outcome": f.raw_outcome.value,
        },
    )
    if tag := _TAGS.get(f.outcome):
        case.append(_result(f, tag, lang))
    return case


def _result(f: Finding, tag: str, lang: str) -> ET.Element:
    told = waived(f, lang) or message(f, lang)
    text = f"{OUTCOMES[f.outcome].get(lang)} {f.rule.clause} {title(f, lang)}: {told}"
    result = ET.Element(tag, {"type": f.outcome.value, "message": clean(text)})
    result.text = "\n".join(f"{label}  {line}" for label, line in labelled(f, lang))
    return result


def _properties(parent: ET.Element, values: dict[str, str]) -> None:
    properties = ET.SubElement(parent, "properties")
    for name, value in values.items():
        ET.SubElement(properties, "property", {"name": name, "value": clean(value)})
