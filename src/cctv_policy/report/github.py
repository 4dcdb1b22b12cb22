"""github: workflow commands that GitHub Actions turns into annotations on files."""

from __future__ import annotations

from cctv_policy.model import Finding, Outcome, Run, Severity
from cctv_policy.report.detail import loud, message, site_name, unique, urgency
from cctv_policy.report.layout import clean
from cctv_policy.report.sentences import title, to_do
from cctv_policy.report.words import OUTCOMES, say

SHOWN = 10
"""Annotations of one level that GitHub shows for a step; it drops the others silently."""

_SHOWN_OUTCOMES = (Outcome.FAIL, Outcome.UNKNOWN, Outcome.ERROR)
_LEVELS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "notice",
    Severity.INFO: "notice",
}


def render(run: Run, *, lang: str, **_: object) -> str:
    """One command a line, worst first; a summary leads, and says when GitHub will drop some."""
    chosen = sorted((f for f in loud(run) if f.outcome in _SHOWN_OUTCOMES), key=urgency)
    levels = [_level(f) for f in chosen]
    summary = ", ".join(f"{OUTCOMES[o].get(lang)} {n}" for o, n in run.counts().items())
    if not run.findings:
        return _command("error", {"title": "cctv-policy"}, say("nothing", lang)) + "\n"
    if any(levels.count(level) > SHOWN for level in set(levels)):
        summary += f"\n{say('limit', lang)}"
    lines = [_command("notice", {"title": "cctv-policy"}, summary)]
    return "\n".join([*lines, *(_annotation(run, f, lang) for f in chosen)]) + "\n"


def _level(f: Finding) -> str:
    """A violation by its severity; what could not be judged is a warning, a fault an error."""
    if f.outcome is Outcome.FAIL:
        return _LEVELS[f.rule.severity]
    return "error" if f.outcome is Outcome.ERROR else "warning"


def _annotation(run: Run, f: Finding, lang: str) -> str:
    where = {"file": clean(f.subject.source)}
    if f.subject.source and f.subject.line is not None:
        where["line"] = str(f.subject.line)
    verdict = OUTCOMES[f.outcome].get(lang)
    where["title"] = clean(f"{verdict} {f.rule.clause} {f.rule.id} {title(f, lang)}")
    school = f"{site_name(run, f.subject.site, lang)} {clean(f.subject.id)}"
    steps = unique(to_do(f, cause, lang) for cause in f.causes)
    text = "\n".join([f"{school}: {message(f, lang)}", *(f"→ {step}" for step in steps)])
    return _command(_level(f), where, text)


def _command(name: str, properties: dict[str, str], text: str) -> str:
    told = ",".join(f"{key}={_property(value)}" for key, value in properties.items() if value)
    return f"::{name} {told}::{_data(text)}"


def _data(text: str) -> str:
    """The escaping of the Actions runner for a message."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """The escaping of the Actions runner for a property."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
