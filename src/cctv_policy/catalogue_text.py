"""The catalogue as text: which rules a regulation has, what one rule asks, which packs
there are.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from cctv_policy.errors import UsageError
from cctv_policy.model import Rule
from cctv_policy.pipeline import Policies
from cctv_policy.regulation import load_packs

_CLASSES = {
    "D": {"zh-TW": "設備狀態", "en": "device state"},
    "R": {"zh-TW": "紀錄", "en": "records"},
    "H": {"zh-TW": "git 歷史", "en": "git history"},
    "T": {"zh-TW": "人工具結", "en": "attestation"},
}


def list_rules(policies: Policies, lang: str) -> str:
    """Every clause of the regulation with its rules, or why no rule checks it."""
    built = policies.catalog.rules
    lines = [f"{policies.regulation.title.get(lang)} ({policies.regulation.id})", ""]
    for clause in policies.regulation.clauses:
        if not clause.rules:
            lines.append(f"{clause.id}\t-\tprocedural: {clause.procedural}")
        for rule_id in clause.rules:
            lines.append(f"{clause.id}\t{_row(rule_id, built.get(rule_id), lang)}")
    listed = {rule for clause in policies.regulation.clauses for rule in clause.rules}
    for rule_id, use in sorted(policies.regulation.rules.items()):
        if use.on and rule_id not in listed:
            lines.append(f"-\t{_row(rule_id, built.get(rule_id), lang)}")
    missing = len(policies.not_built)
    tail = {
        "zh-TW": f"本版本可判定 {len(policies.rules)} 條，尚有 {missing} 條未完成",
        "en": f"this version judges {len(policies.rules)} rules; {missing} are not built yet",
    }
    return "\n".join([*lines, "", tail[lang]]) + "\n"


def _row(rule_id: str, rule: Rule | None, lang: str) -> str:
    if rule is None:
        todo = {"zh-TW": "(尚未完成)", "en": "(not built yet)"}[lang]
        return f"{rule_id}\t{todo}"
    classes = "+".join(rule.classes)
    return f"{rule.number:>2} {rule_id}\t{classes}\t{rule.severity}\t{rule.title.get(lang)}"


def explain_rule(policies: Policies, wanted: str, lang: str, today: date) -> str:
    """One rule by id or number: what it asks, of whom, with what evidence and parameters."""
    rules = policies.catalog.rules
    by_number = {str(rule.number): rule for rule in rules.values()}
    rule = rules.get(wanted) or by_number.get(wanted)
    if rule is None:
        raise UsageError(
            f"這個版本沒有規則 {wanted!r} (no rule {wanted!r} in this version)",
            fix="`cctv-policy rules` 會列出規則與代號 "
            "(`cctv-policy rules` lists them with their ids)",
        )
    use = policies.regulation.rules.get(rule.id)
    clauses = use.clauses if use else ()
    lines = [
        f"{rule.id} ({rule.number}) {rule.title.get(lang)}",
        f"  {rule.severity}, {rule.clause}, " + "、".join(_CLASSES[c][lang] for c in rule.classes),
        *(f"  {clause.id} {clause.text}" for clause in clauses),
        f"  needs: {', '.join(rule.needs) or '-'}",
        f"  subjects: {', '.join(rule.subjects)}",
    ]
    for name in rule.params:
        param = policies.regulation.param(name, on=today)
        lines.append(
            f"  {name} = {param.value} ({param.pack or '-'}, {param.effective_from or '-'}, "
            f"confidence {param.confidence}, text {'seen' if param.text_seen else 'not seen'})"
        )
    lines.append("")
    lines += [
        f"  {code}: {reason.text.get(lang)}\n      → {reason.fix.get(lang)}".rstrip("→ \n")
        for code, reason in rule.reasons.items()
        if code not in policies.catalog.shared_reasons
    ]
    return "\n".join(lines) + "\n"


def list_packs(folder: Path, lang: str) -> str:
    """Every regulation pack with its title, what it extends and how sure its source is."""
    lines = []
    for pack in sorted(load_packs(folder).values(), key=lambda p: p.id):
        seen = "" if pack.source.text_seen else " *"
        extends = f" ← {', '.join(pack.extends)}" if pack.extends else ""
        lines.append(f"{pack.id} {pack.version}\t{pack.title.get(lang)}{seen}{extends}")
    note = {"zh-TW": "* 未見原文", "en": "* the text itself was not seen"}[lang]
    return "\n".join([*lines, "", note]) + "\n"
