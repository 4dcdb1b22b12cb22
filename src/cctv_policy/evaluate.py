"""Subjects × rules → findings. Owns the expected matrix: a cell without a verdict is an error.

Rules answer codes and values; the sentences stay in the catalogue. Waivers are laid on last and
never hide the original outcome (spec §1.1, §3.11).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence

from cctv_policy.engine import Engine
from cctv_policy.errors import EvaluationError
from cctv_policy.model import Cause, Finding, Json, Outcome, ParamUse, Rule
from cctv_policy.subjects import RuleInput
from cctv_policy.waivers import Waivers

NO_VERDICT = {"code": "no_verdict", "values": {}}


def evaluate(
    inputs: Iterable[RuleInput], rules: Sequence[Rule], *, engine: Engine, waivers: Waivers
) -> list[Finding]:
    """Judge every input by every rule for its kind.

    Raises EvaluationError if there is no rule, no subject, or a rule set and subjects that do not
    meet: a run that judges nothing is never clean. EngineError passes through.
    """
    if not rules:
        raise EvaluationError(
            "沒有任何有效的規則，什麼都沒有判定 (no rule is in force; nothing was judged)",
            where="規定套件 regulation pack",
            fix="以 --pack 選擇另一套件 (choose another pack with --pack)",
        )
    findings: list[Finding] = []
    subjects = 0
    for item in inputs:
        subjects += 1
        findings += _judge(item, rules, engine, waivers)
    if not subjects:
        raise EvaluationError(
            "沒有可以判定的對象 (there is nothing to judge)",
            where="inventory",
            fix="在清冊加入錄影主機 (add a recorder)",
        )
    if not findings:
        raise EvaluationError(
            "有效的規則沒有一條適用於任何對象，什麼都沒有判定 "
            "(no rule in force applies to any subject; nothing was judged)",
            fix="檢查規定套件 (check the pack)",
        )
    return findings


def _judge(
    item: RuleInput, rules: Sequence[Rule], engine: Engine, waivers: Waivers
) -> Iterator[Finding]:
    expected = [rule for rule in rules if item.subject.kind in rule.subjects]
    if not expected:
        return
    needs = {rule.id: list(rule.needs) for rule in expected}
    verdicts = engine.verdicts({**item.document, "rules": needs})
    for rule in expected:
        yield _finding(item, rule, verdicts.get(rule.id), waivers)


def _finding(
    item: RuleInput, rule: Rule, verdict: Mapping[str, Json] | None, waivers: Waivers
) -> Finding:
    answer = verdict or {"outcome": Outcome.ERROR, "causes": [NO_VERDICT], "notes": []}
    outcome = Outcome(answer["outcome"])
    causes, notes = _causes(answer["causes"]), _causes(answer["notes"])
    waiver = waivers.covering(rule.id, item.subject.id, outcome)
    return Finding(
        rule=rule,
        subject=item.subject,
        outcome=Outcome.WAIVED if waiver else outcome,
        raw_outcome=outcome,
        causes=causes,
        notes=notes,
        params=_params(item, rule, causes),
        evidence=tuple(ref for fact in rule.needs for ref in item.refs.get(fact, ())),
        waiver=waiver,
        fingerprint=_fingerprint(rule, item, causes),
    )


def _params(item: RuleInput, rule: Rule, causes: tuple[Cause, ...]) -> tuple[ParamUse, ...]:
    """The parameters as they were used: of the areas of the channels that the causes name."""
    channels = {str(cause.values["ch"]) for cause in causes if "ch" in cause.values}
    areas = [item.by_channel[ch] for ch in sorted(channels) if ch in item.by_channel]
    used = [uses[name] for name in rule.params for uses in (areas or [item.params]) if name in uses]
    return tuple(use for i, use in enumerate(used) if use not in used[:i])


def _causes(answer: Sequence[Mapping[str, Json]]) -> tuple[Cause, ...]:
    causes = [Cause(code=c["code"], values=c.get("values") or {}) for c in answer]
    return tuple(sorted(causes, key=lambda c: (c.code, repr(sorted(c.values.items())))))


def _fingerprint(rule: Rule, item: RuleInput, causes: tuple[Cause, ...]) -> str:
    codes = ",".join(sorted({cause.code for cause in causes}))
    text = f"{rule.id}|{item.subject.kind}|{item.subject.id}|{codes}"
    return hashlib.sha256(text.encode()).hexdigest()


def exit_code(findings: Sequence[Finding]) -> int:
    """0 clean · 1 a violation · 2 only unknown or error. Waived and not applicable are clean."""
    outcomes = {finding.outcome for finding in findings}
    if Outcome.FAIL in outcomes:
        return 1
    return 2 if outcomes & {Outcome.UNKNOWN, Outcome.ERROR} else 0
