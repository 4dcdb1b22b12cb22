"""sarif: SARIF 2.1.0 for code scanning and archives.

What is in order (pass, n/a) is only written with `everything`: GitHub shows every result as an open
alert, whatever its kind (microsoft/PSRule#955). The counts of all verdicts are always there.

| outcome | kind | level | besides |
|---|---|---|---|
| pass | pass | none | |
| fail | fail | error, warning or note by severity | |
| unknown | open; review where only a person can settle the rule (class H, not D) | none | |
| not_applicable | notApplicable | none | |
| waived | that of the raw outcome | that of the raw outcome | a suppression |
| error | open | none | a notification; the invocation did not succeed |

A level other than none belongs to kind fail alone (SARIF §3.27.10).
"""

from __future__ import annotations

import json
import re
from urllib.parse import quote

from cctv_policy.evidence import CANNOT_BE_USED
from cctv_policy.model import Finding, Json, Outcome, Rule, Run, Severity
from cctv_policy.report.detail import (
    QUIET,
    fingerprint,
    labelled,
    message,
    site_name,
    unique,
    waived,
)
from cctv_policy.report.layout import clean
from cctv_policy.report.markdown import escaped
from cctv_policy.report.sentences import pairs, plain, title
from cctv_policy.report.words import BASES, OUTCOMES, SEVERITIES, say
from cctv_policy.state import Why

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
BASE = "%SRCROOT%"
_LEVELS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.INFO: "note",
}
_SECURITY = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "2.5",
    Severity.INFO: "0.0",
}
_EVERY_RULES = {*Why, *CANNOT_BE_USED, "missing", "partial", "no_verdict"}
"""Reasons of the gate; their advice is about evidence and does not explain a rule."""
_KINDS = {
    Outcome.PASS: "pass",
    Outcome.FAIL: "fail",
    Outcome.UNKNOWN: "open",
    Outcome.NOT_APPLICABLE: "notApplicable",
    Outcome.WAIVED: "open",
    Outcome.ERROR: "open",
}


def render(run: Run, *, lang: str, everything: bool = False, **_: object) -> str:
    """The run as a SARIF log in one language; `everything` adds results for pass and n/a."""
    chosen = [f for f in run.findings if everything or f.outcome not in QUIET]
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(run, chosen, lang)]}
    return json.dumps(plain(log, _lines), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _lines(text: str) -> str:
    """Clean, but with the line ends of our own Markdown."""
    return "\n".join(clean(line) for line in text.split("\n"))


def _message(text: str) -> str:
    """Text of a SARIF message, in which single braces would be placeholders (SARIF §3.11.5)."""
    return text.replace("{", "{{").replace("}", "}}")


def _run(run: Run, chosen: list[Finding], lang: str) -> dict[str, Json]:
    by_id = {f.rule.id: f.rule for f in run.findings}
    rules = sorted(by_id.values(), key=lambda r: (r.number, r.id))
    index = {rule.id: i for i, rule in enumerate(rules)}
    version = run.tool_version
    return {
        "tool": {
            "driver": {
                "name": "cctv-policy",
                "version": version,
                **({"semanticVersion": version} if _SEMVER.fullmatch(version) else {}),
                "language": "en" if lang == "en" else "zh-TW",
                "rules": [_rule(rule, lang) for rule in rules],
            },
        },
        "automationDetails": {"id": f"cctv-policy/{run.pack}/{run.run_id}"},
        "language": "en" if lang == "en" else "zh-TW",
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {BASE: {"description": {"text": "the district's repository"}}},
        "invocations": [_invocation(run, lang)],
        "results": [_result(run, f, index[f.rule.id], lang) for f in chosen],
        "properties": {
            "as_of": run.as_of.isoformat(),
            "engine": {"name": run.engine, "version": run.engine_version},
            "policy_digest": run.policy_digest,
            "pack": {"id": run.pack, "version": run.pack_version},
            "input_digest": run.input_digest,
            "counts": {outcome.value: n for outcome, n in run.counts().items()},
        },
    }


_SEMVER = re.compile(r"(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}", re.ASCII)


def _invocation(run: Run, lang: str) -> dict[str, Json]:
    """Success means that every verdict was reached; what was not is named."""
    errors = [f for f in run.findings if f.outcome is Outcome.ERROR]
    notices = [
        {
            "level": "error",
            "message": {"text": _message(_sentence(f, lang))},
            "associatedRule": {"id": f.rule.id},
        }
        for f in errors
    ]
    notices += [
        {"level": "warning", "message": {"text": _message(c.get(lang))}} for c in run.cautions
    ]
    if not run.findings:
        notices.append({"level": "error", "message": {"text": say("nothing", lang)}})
    return {
        "executionSuccessful": bool(run.findings) and not errors,
        "toolExecutionNotifications": notices,
    }


def _rule(rule: Rule, lang: str) -> dict[str, Json]:
    named = clean(rule.title.get(lang)) or rule.id
    basis = BASES.get(rule.basis)
    full = f"{rule.clause} {named}" + (f" ({basis.get(lang)})" if basis else "")
    own = [r for code, r in rule.reasons.items() if code not in _EVERY_RULES]
    steps = unique(clean(r.fix.get(lang)) for r in own)
    return {
        "id": rule.id,
        "name": _pascal(rule.id),
        "shortDescription": {"text": _message(named)},
        "fullDescription": {"text": _message(full)},
        "help": {
            "text": _message("\n".join([full, *(f"- {step}" for step in steps)])),
            "markdown": _message(
                "\n".join([f"**{escaped(full)}**", "", *(f"- {escaped(step)}" for step in steps)])
            ),
        },
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {
            "number": rule.number,
            "clause": rule.clause,
            "basis": rule.basis,
            "classes": list(rule.classes),
            "severity": rule.severity.value,
            "security-severity": _SECURITY[rule.severity],
            "params": list(rule.params),
            "source": rule.source,
            "tags": ["security", "cctv", *([rule.clause] if rule.clause else [])],
        },
    }


def _pascal(rule_id: str) -> str:
    """`A3.1-no-public-ip` → `NoPublicIp`, the readable name that SARIF asks for."""
    words = rule_id.split("-")[1:] or [rule_id]
    return "".join(word[:1].upper() + word[1:] for word in words)


def kind(f: Finding) -> str:
    """SARIF's word for the verdict before waivers."""
    if f.raw_outcome is Outcome.UNKNOWN and "H" in f.rule.classes and "D" not in f.rule.classes:
        return "review"
    return _KINDS[f.raw_outcome]


def _sentence(f: Finding, lang: str) -> str:
    return clean(f"{f.rule.clause} {title(f, lang)} - {f.subject.id}: {message(f, lang)}")


def _result(run: Run, f: Finding, index: int, lang: str) -> dict[str, Json]:
    level = _LEVELS[f.rule.severity] if kind(f) == "fail" else "none"
    return {
        "ruleId": f.rule.id,
        "ruleIndex": index,
        "kind": kind(f),
        "level": level,
        "message": {
            "text": _message(_sentence(f, lang)),
            "markdown": _message(_markdown(f, lang)),
        },
        "locations": [_location(f)],
        "partialFingerprints": {"cctvPolicy/v1": fingerprint(f)},
        "suppressions": _suppressions(f, lang),
        "properties": {
            "outcome": f.outcome.value,
            "raw_outcome": f.raw_outcome.value,
            "severity": SEVERITIES[f.rule.severity].get(lang),
            "school": site_name(run, f.subject.site, lang),
            "causes": [f"{c.code}({pairs(c.values)})" for c in f.causes],
            "params": {p.name: p.value for p in f.params},
            "evidence": [
                {"fact": e.fact, "door": e.door, "collected_at": e.collected_at, "digest": e.digest}
                for e in f.evidence
            ],
        },
    }


def _markdown(f: Finding, lang: str) -> str:
    verdict = OUTCOMES[f.outcome].get(lang)
    head = f"**{verdict}** {escaped(f'{f.rule.clause} {f.rule.id} {title(f, lang)}')}"
    return "\n".join([head, "", *(f"- {k}: {escaped(text)}" for k, text in labelled(f, lang))])


def _location(f: Finding) -> dict[str, Json]:
    """The subject as a logical location, and where its file declares it if that is known."""
    subject = f.subject
    logical = {
        "name": subject.id,
        "fullyQualifiedName": f"{subject.site}/{subject.kind.value}/{subject.id}",
        "kind": "resource",
    }
    path = clean(subject.source.replace("\\", "/")).lstrip("/")
    if not path:
        return {"logicalLocations": [logical]}
    physical: dict[str, Json] = {"artifactLocation": {"uri": quote(path), "uriBaseId": BASE}}
    if subject.line is not None and subject.line >= 1:
        physical["region"] = {"startLine": subject.line}
    return {"physicalLocation": physical, "logicalLocations": [logical]}


def _suppressions(f: Finding, lang: str) -> list[Json]:
    """Waived results are suppressed from outside; an empty list says that the others are not."""
    if f.waiver is None or f.outcome is not Outcome.WAIVED:
        return []
    properties = {"waiver": f.waiver.id, "expires_on": f.waiver.expires_on}
    return [
        {
            "kind": "external",
            "status": "accepted",
            "justification": waived(f, lang),
            "properties": properties,
        }
    ]
