"""One finding as labelled lines, the same in every format that people read."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable

from cctv_policy.model import (
    WORST_FIRST,
    EvidenceRef,
    Finding,
    Outcome,
    ParamUse,
    Run,
    Severity,
    SubjectKind,
    Text,
)
from cctv_policy.report.layout import clean
from cctv_policy.report.sentences import compact, noted, seen, title, to_do
from cctv_policy.report.words import CONFIDENCES, OUTCOMES, say

QUIET = frozenset({Outcome.PASS, Outcome.NOT_APPLICABLE})
"""Outcomes that need no line of their own in a report for people."""

_SEVERITIES = list(Severity)
_FIRST = [SubjectKind.SITE, SubjectKind.RECORDER, SubjectKind.CAMERA, SubjectKind.WAIVER]
_KINDS = [*_FIRST, *(kind for kind in SubjectKind if kind not in _FIRST)]


def urgency(finding: Finding) -> tuple[int, int, int, str]:
    """Sort key: worst outcome first, then severity, then the catalogue's order."""
    rule = finding.rule
    return (
        WORST_FIRST.index(finding.outcome),
        _SEVERITIES.index(rule.severity),
        rule.number,
        rule.id,
    )


def in_order(finding: Finding) -> tuple[str, int, str, int, str]:
    """Sort key that does not move when verdicts change: school, subject, the catalogue's order."""
    subject, rule = finding.subject, finding.rule
    return (subject.site, _KINDS.index(subject.kind), subject.id, rule.number, rule.id)


def loud(run: Run) -> list[Finding]:
    """The findings that somebody must look at, by school and subject, most urgent first in each."""
    chosen = [f for f in run.findings if f.outcome not in QUIET]
    places = {site: place for place, site in enumerate(run.sites)}
    return sorted(
        chosen,
        key=lambda f: (
            places.get(f.subject.site, len(places)),
            f.subject.site,
            _KINDS.index(f.subject.kind),
            f.subject.id,
            urgency(f),
        ),
    )


def gravest(findings: Iterable[Finding], count: int) -> list[Finding]:
    """So many findings: worst outcome first, then one of each rule before a second of any."""
    before: Counter[tuple[Outcome, str]] = Counter()
    ranked = []
    for f in sorted(findings, key=urgency):
        key = (f.outcome, f.rule.id)
        ranked.append((WORST_FIRST.index(f.outcome), before[key], urgency(f), f))
        before[key] += 1
    return [f for *_, f in sorted(ranked, key=lambda r: r[:3])[:count]]


WHOLE = Text(zh="整個儲存庫", en="the repository")
"""What findings belong to that are no school's: its history as a whole."""


def site_name(run: Run, site: str, lang: str) -> str:
    """The school's name, or its id where it has none; without a school it is the repository."""
    text = run.sites.get(site) if site else WHOLE
    return clean(text.get(lang) if text else "") or clean(site) or "-"


def fingerprint(finding: Finding) -> str:
    """The finding's own fingerprint, or the same made here."""
    if finding.fingerprint:
        return clean(finding.fingerprint)
    codes = sorted({c.code for c in finding.causes})
    key = "\0".join([finding.rule.id, finding.subject.kind, finding.subject.id, *codes])
    return hashlib.sha256(key.encode("utf-8", "backslashreplace")).hexdigest()


def message(finding: Finding, lang: str) -> str:
    """What was seen, in one line; falls back to the title where a pass has nothing to say."""
    causes = unique(seen(finding, cause, lang) for cause in finding.causes)
    if causes:
        return ("；" if lang != "en" else "; ").join(causes)
    return title(finding, lang) if finding.outcome in QUIET else say("no_reason", lang)


def labelled(finding: Finding, lang: str) -> list[tuple[str, str]]:
    """(label, text) lines: seen, parameters, evidence, to do, waiver, notes; each on one line."""
    lines = [("seen", t) for t in unique(seen(finding, c, lang) for c in finding.causes)]
    if not lines and finding.outcome not in QUIET:
        lines = [("seen", say("no_reason", lang))]
    lines += [("param", parameter(p, lang)) for p in finding.params]
    lines += [("evidence", t) for t in unique(evidence(e) for e in finding.evidence)]
    lines += [("fix", t) for t in unique(to_do(finding, c, lang) for c in finding.causes)]
    if finding.waiver is not None:
        lines.append(("waiver", waived(finding, lang)))
    lines += [("note", t) for t in unique(noted(finding, n, lang) for n in finding.notes)]
    return [(say(key, lang), text) for key, text in lines]


def parameter(use: ParamUse, lang: str) -> str:
    """`retention_min = P14D (tw-ntpc-school, since …, confidence medium, text not seen)`."""
    level = CONFIDENCES.get(use.confidence)
    source = [
        clean(use.pack),
        say("since", lang, date=clean(use.effective_from)) if use.effective_from else "",
        say("confidence", lang, level=level.get(lang) if level else clean(use.confidence)),
        say("text_seen" if use.text_seen else "text_not_seen", lang),
    ]
    told = ("，" if lang != "en" else ", ").join(part for part in source if part)
    tail = f"（{told}）" if lang != "en" else f" ({told})"
    return f"{clean(use.name)} = {compact(use.value)}{tail}"


def evidence(ref: EvidenceRef) -> str:
    """`interfaces  ssh: ip -j address  2026-11-22T08:00:00+08:00  [3f2a…]`."""
    parts = (f"{ref.fact} <- {ref.door}: {ref.source}", ref.collected_at, f"[{ref.digest[:12]}]")
    return clean("  ".join(p for p in parts if p and p != "[]"))


def waived(finding: Finding, lang: str) -> str:
    """The waiver's id, its last day and the verdict that it covers."""
    use = finding.waiver
    if use is None:
        return ""
    outcome = OUTCOMES[finding.raw_outcome].get(lang)
    return say("waived_until", lang, id=clean(use.id), date=clean(use.expires_on), outcome=outcome)


def place(finding: Finding) -> str:
    """`inventory/pingxi.yaml:12`, or nothing."""
    subject = finding.subject
    if not subject.source:
        return ""
    return clean(subject.source) + (f":{subject.line}" if subject.line else "")


def unique(texts: Iterable[str]) -> list[str]:
    """The texts in order, without empty ones and repetitions."""
    return [text for text in dict.fromkeys(texts) if text]
