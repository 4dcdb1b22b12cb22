"""Faults in a clerk's words: what is wrong in zh-TW, with the field's name."""

from __future__ import annotations

from cctv_policy.strictyaml import sentence


def fault_words(code: str, key: str = "", what: str = "") -> str:
    """`closed_on：缺少必填欄位 (what in English) [code]`"""
    head = f"{key}：" if key else ""
    tail = f"（{what}）" if what else ""
    return f"{head}{sentence(code, 'zh-TW')}{tail} [{code}]"
