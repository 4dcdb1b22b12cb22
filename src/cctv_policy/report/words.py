"""The reports' own words, zh-TW first: labels, outcomes, severities, and the gate's reasons.

Sentences of rules are not here: they come from each rule's METADATA (model.Rule).
"""

from __future__ import annotations

from collections.abc import Mapping

from cctv_policy.model import Outcome, Reason, Severity, SubjectKind, Text


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


def _gap(zh: str, en: str, fix_zh: str, fix_en: str) -> Reason:
    return Reason(text=_t(zh, en), fix=_t(fix_zh, fix_en))


_AGAIN = ("重新收集證據", "collect the evidence again")
_FACT = "證據 {fact} "

GAPS: Mapping[str, Reason] = {
    "no_verdict": _gap(
        "規則沒有給出判定",
        "the rule gave no verdict",
        "這是工具或規則的錯誤，請回報",
        "this is a fault of the tool or the rule; report it",
    ),
    "missing": _gap("沒有證據 {fact}", "there is no evidence of {fact}", *_AGAIN),
    "stale": _gap(_FACT + "已過期", "the evidence of {fact} is too old", *_AGAIN),
    "future": _gap(
        _FACT + "的時間在判定時點之後",
        "the evidence of {fact} is from after the instant of judgement",
        "檢查收集主機的時鐘與 --as-of",
        "check the collecting machine's clock and --as-of",
    ),
    "malformed": _gap(_FACT + "格式不符", "the evidence of {fact} is not of its type", *_AGAIN),
    "contradictory": _gap(
        _FACT + "的來源互相矛盾",
        "the sources of {fact} contradict each other",
        "查明何者為真後重新收集",
        "find out which is right, then collect again",
    ),
    "partial": _gap(_FACT + "不完整", "the evidence of {fact} is incomplete", *_AGAIN),
    "empty": _gap(
        _FACT + "為空，無法證明任何事",
        "the evidence of {fact} is empty and proves nothing",
        *_AGAIN,
    ),
    "no_route": _gap(
        "無法取得 {fact}：沒有路由到設備",
        "{fact} could not be read: no route to the device",
        "檢查網路線路與路由",
        "check the network path",
    ),
    "refused": _gap(
        "無法取得 {fact}：設備拒絕連線",
        "{fact} could not be read: connection refused",
        "確認服務已啟用、埠號正確",
        "check that the service runs and the port is right",
    ),
    "filtered": _gap(
        "無法取得 {fact}：封包被過濾",
        "{fact} could not be read: the packets are filtered",
        "檢查防火牆規則",
        "check the firewall",
    ),
    "auth_refused": _gap(
        "無法取得 {fact}：登入被拒",
        "{fact} could not be read: login refused",
        "檢查帳號與保管的密碼",
        "check the account and its stored secret",
    ),
    "host_key_changed": _gap(
        "無法取得 {fact}：主機金鑰已改變",
        "{fact} could not be read: the host key has changed",
        "查明原因；確認無誤後才更新清冊中的金鑰",
        "find out why; update the pin in the inventory only when it is explained",
    ),
    "host_key_unpinned": _gap(
        "無法取得 {fact}：清冊未登載主機金鑰",
        "{fact} could not be read: no host key is pinned",
        "把主機金鑰登載於清冊",
        "pin the host key in the inventory",
    ),
    "no_answer": _gap(
        "無法取得 {fact}：設備未在時限內回應",
        "{fact} could not be read: no answer in time",
        "確認設備已開機並可連線",
        "check that the device is on and reachable",
    ),
    "odd_output": _gap(
        "無法取得 {fact}：設備的回應無法解讀",
        "{fact} could not be read: the answer makes no sense",
        "查看收集紀錄並回報",
        "look at the collection log and report it",
    ),
    "no_secret": _gap(
        "無法取得 {fact}：找不到所需的密碼",
        "{fact} could not be read: the secret is not in the vault",
        "把密碼存入保管庫",
        "put the secret into the vault",
    ),
    "not_permitted": _gap(
        "無法取得 {fact}：帳號權限不足",
        "{fact} could not be read: the account may not",
        "給予唯讀帳號所需的最小權限",
        "grant the read-only account what it needs, no more",
    ),
    "not_supported": _gap(
        "無法取得 {fact}：設備或連線方式不支援",
        "{fact} could not be read: not supported by the device or this door",
        "改用其他方式，或以人工查核表填報",
        "use another door, or a manual answer sheet",
    ),
    "not_configured": _gap(
        "無法取得 {fact}：此連線方式未設定",
        "{fact} could not be read: this door is not configured",
        "在清冊中設定連線方式",
        "configure the door in the inventory",
    ),
    "not_found": _gap("設備上找不到 {fact}", "{fact} was not found on the device", *_AGAIN),
    "locked": _gap(
        "無法取得 {fact}：帳號已鎖定",
        "{fact} could not be read: the account is locked",
        "等待解鎖後再收集，不要重試密碼",
        "wait until it unlocks; do not try passwords",
    ),
    "budget": _gap(
        "無法取得 {fact}：超過時間預算",
        "{fact} could not be read: out of time budget",
        *_AGAIN,
    ),
    "internal": _gap(
        "無法取得 {fact}：工具內部錯誤",
        "{fact} could not be read: an internal fault of the tool",
        "請回報此錯誤",
        "report this fault",
    ),
}
"""What the gate, the doors and the evaluation say for every rule alike (evidence.py, state.Why)."""
