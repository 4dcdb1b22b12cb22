"""json: the whole run, every verdict of every subject. Schema: schemas/run.schema.json.

No facts of subjects and no person: a waiver is named by its id, its record says who approved it.
"""

from __future__ import annotations

import json

from cctv_policy.model import SCHEMA, Cause, Finding, Json, Rule, Run, Text
from cctv_policy.report.detail import fingerprint
from cctv_policy.report.sentences import noted, plain, seen, to_do


def render(run: Run, **_: object) -> str:
    """The run as JSON text; language-independent (both languages are in it)."""
    return json.dumps(to_data(run), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def to_data(run: Run) -> dict[str, Json]:
    """The run as JSON values."""
    rules = {f.rule.id: f.rule for f in run.findings}
    data = {
        "schema": SCHEMA,
        "run_id": run.run_id,
        "as_of": run.as_of.isoformat(),
        "engine": {"name": run.engine, "version": run.engine_version},
        "policy_digest": run.policy_digest,
        "pack": {"id": run.pack, "version": run.pack_version, "title": _text(run.pack_title)},
        "cautions": [_text(caution) for caution in run.cautions],
        "input_digest": run.input_digest,
        "tool_version": run.tool_version,
        "sites": {site: _text(name) for site, name in run.sites.items()},
        "counts": {outcome.value: n for outcome, n in run.counts().items()},
        "rules": [_rule(rule) for rule in sorted(rules.values(), key=lambda r: (r.number, r.id))],
        "results": [_result(f) for f in run.findings],
    }
    result: dict[str, Json] = plain(data)
    return result


def _text(text: Text) -> dict[str, str]:
    return {"zh-TW": text.zh, "en": text.en}


def _rule(rule: Rule) -> dict[str, Json]:
    return {
        "id": rule.id,
        "number": rule.number,
        "title": _text(rule.title),
        "clause": rule.clause,
        "basis": rule.basis,
        "classes": list(rule.classes),
        "severity": rule.severity.value,
        "source": rule.source,
    }


def _result(f: Finding) -> dict[str, Json]:
    subject = f.subject
    return {
        "rule": f.rule.id,
        "clause": f.rule.clause,
        "severity": f.rule.severity.value,
        "subject": {"kind": subject.kind.value, "id": subject.id, "site": subject.site},
        "outcome": f.outcome.value,
        "raw_outcome": f.raw_outcome.value,
        "causes": [_cause(f, cause) for cause in f.causes],
        "notes": [_note(f, note) for note in f.notes],
        "params": [
            {
                "name": p.name,
                "value": p.value,
                "pack": p.pack,
                "effective_from": p.effective_from,
                "confidence": p.confidence,
                "text_seen": p.text_seen,
            }
            for p in f.params
        ],
        "evidence": [
            {
                "fact": e.fact,
                "source": e.source,
                "door": e.door,
                "collected_at": e.collected_at,
                "digest": e.digest,
            }
            for e in f.evidence
        ],
        "location": {"file": subject.source, "line": subject.line} if subject.source else None,
        "waiver": {"id": f.waiver.id, "expires_on": f.waiver.expires_on} if f.waiver else None,
        "fingerprint": fingerprint(f),
    }


def _cause(f: Finding, cause: Cause) -> dict[str, Json]:
    return {
        "code": cause.code,
        "values": dict(cause.values),
        "text": {lang: seen(f, cause, lang) for lang in ("zh-TW", "en")},
        "fix": {lang: to_do(f, cause, lang) for lang in ("zh-TW", "en")},
    }


def _note(f: Finding, note: Cause) -> dict[str, Json]:
    return {
        "code": note.code,
        "values": dict(note.values),
        "text": {lang: noted(f, note, lang) for lang in ("zh-TW", "en")},
    }
