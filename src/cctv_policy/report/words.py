"""The reports' own words, zh-TW first: labels, outcomes, severities.

Sentences are not here: they come from the METADATA of each rule and of the gate
(model.Rule.reasons).
"""

from __future__ import annotations

from collections.abc import Mapping

from cctv_policy.model import Outcome, Severity, SubjectKind, Text


def _t(zh: str, en: str) -> Text:
    return Text(zh=zh, en=en)


SYMBOLS: Mapping[Outcome, str] = {
    Outcome.PASS: "✓P",
    Outcome.FAIL: "✗F",
    Outcome.UNKNOWN: "?U",
    Outcome.NOT_APPLICABLE: "-N",
    Outcome.WAIVED: "wW",
    Outcome.ERROR: "!E",
}
"""Symbol and letter, so that a cell needs no colour. None is of ambiguous East Asian width."""

OUTCOMES: Mapping[Outcome, Text] = {
    Outcome.PASS: _t("符合", "pass"),
    Outcome.FAIL: _t("不符", "FAIL"),
    Outcome.UNKNOWN: _t("無法判定", "unknown"),
    Outcome.NOT_APPLICABLE: _t("不適用", "n/a"),
    Outcome.WAIVED: _t("豁免", "waived"),
    Outcome.ERROR: _t("錯誤", "error"),
}

SEVERITIES: Mapping[Severity, Text] = {
    Severity.CRITICAL: _t("重大", "critical"),
    Severity.HIGH: _t("高", "high"),
    Severity.MEDIUM: _t("中", "medium"),
    Severity.LOW: _t("低", "low"),
    Severity.INFO: _t("提示", "info"),
}

KINDS: Mapping[SubjectKind, Text] = {
    SubjectKind.RECORDER: _t("錄影主機", "recorder"),
    SubjectKind.CAMERA: _t("攝影機", "camera"),
    SubjectKind.SITE: _t("學校", "site"),
    SubjectKind.WAIVER: _t("豁免單", "waiver"),
    SubjectKind.SCHOOL_RECORDS: _t("校內紀錄", "school records"),
    SubjectKind.REPOSITORY: _t("紀錄版本庫", "records repository"),
    SubjectKind.ACCESS_REQUEST: _t("調閱申請", "access request"),
    SubjectKind.AGENCY_REQUEST: _t("公務機關調閱", "agency request"),
    SubjectKind.REGISTER_ENTRY: _t("調閱登記", "register entry"),
    SubjectKind.KEPT_COPY: _t("留存複本", "kept copy"),
    SubjectKind.LEGAL_HOLD: _t("保全", "legal hold"),
    SubjectKind.INSPECTION: _t("保養紀錄", "inspection"),
    SubjectKind.FAULT_REPAIR: _t("故障報修", "fault and repair"),
    SubjectKind.CUSTODIAN_ROSTER: _t("管理人員名冊", "roster entry"),
    SubjectKind.HANDOVER: _t("交接", "handover"),
    SubjectKind.INCIDENT: _t("事件", "incident"),
}

BASES: Mapping[str, Text] = {
    "N": _t("條文明定", "stated in the document"),
    "V": _t("由條文推得", "derived from the document"),
    "S": _t("其他法規", "statute outside the document"),
    "O": _t("其他法域", "other jurisdictions only"),
}

CONFIDENCES: Mapping[str, Text] = {
    "high": _t("高", "high"),
    "medium": _t("中", "medium"),
    "low": _t("低", "low"),
}

LABELS: Mapping[str, Text] = {
    "title": _t("校園監錄系統檢核報告", "School CCTV compliance report"),
    "pack": _t("法規包", "Pack"),
    "as_of": _t("判定時點", "As of"),
    "engine": _t("判定引擎", "Engine"),
    "policy": _t("規則版本", "Policies"),
    "input": _t("輸入摘要", "Input"),
    "tool": _t("工具", "Tool"),
    "run": _t("執行編號", "Run"),
    "caution": _t("注意", "Caution"),
    "table": _t("學校 × 條文", "School × clause"),
    "rules": _t("條文與規則", "Clauses and rules"),
    "counts": _t("統計", "Counts"),
    "findings": _t("待處理事項", "Findings"),
    "gravest": _t(
        "（以下為最嚴重的 {n} 項；--all 列出全部）",
        "(the {n} gravest follow; --all lists every one)",
    ),
    "school": _t("學校", "School"),
    "clause": _t("條文", "Clause"),
    "rule": _t("規則", "Rule"),
    "outcome": _t("判定", "Outcome"),
    "severity": _t("嚴重度", "Severity"),
    "subject": _t("對象", "Subject"),
    "cells": _t("共 {n} 項判定", "{n} verdicts in all"),
    "hidden": _t(
        "未列出 {n} 校（全部符合或不適用；--all 可列出）",
        "schools not shown: {n} (all pass or n/a; --all lists them)",
    ),
    "legend": _t(
        "數字為該判定的項數；. 表示無此項", "a number counts such verdicts; . means there is none"
    ),
    "seen": _t("所見", "Seen"),
    "param": _t("參數", "Param"),
    "evidence": _t("證據", "Evidence"),
    "fix": _t("處理", "To do"),
    "waiver": _t("豁免", "Waiver"),
    "note": _t("備註", "Note"),
    "since": _t("自 {date} 起", "since {date}"),
    "confidence": _t("可信度{level}", "confidence {level}"),
    "text_not_seen": _t("原文未見", "text not seen"),
    "text_seen": _t("已見原文", "text seen"),
    "waived_until": _t(
        "{id}，至 {date} 止（原判定：{outcome}）",
        "{id}, until {date} (verdict without it: {outcome})",
    ),
    "nothing": _t(
        "沒有任何判定：沒有可判定的對象或規則。這不是「符合」。",
        "There is no verdict at all: nothing to judge, or no rule. This is not a pass.",
    ),
    "clean": _t("沒有待處理事項。", "Nothing to do."),
    "no_reason": _t("（規則沒有說明原因）", "(the rule gave no reason)"),
    "no_value": _t("（無值）", "(no value)"),
    "more": _t(
        "另有 {n} 項因篇幅未列，請見 JSON 報告",
        "{n} more are left out for length; see the JSON report",
    ),
    "limit": _t(
        "GitHub 每個步驟每級只顯示 10 則，完整內容請見 JSON 或 SARIF 報告",
        "GitHub shows 10 of each level per step; the JSON and SARIF reports hold everything",
    ),
}


def say(key: str, lang: str, **values: object) -> str:
    """A label in `lang`, with its `{name}` filled."""
    text = LABELS[key].get(lang)
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", str(value))
    return text
