"""What a push says of a device: in zh-TW or in English, with a code, and what to do next."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cctv_policy.push.results import DeviceEnded, DeviceResult, StepResult
from cctv_policy.push.words import NEXT, REASONS, done, status

HELD = DeviceResult(
    recorder="nvr-1", ended=DeviceEnded.LOCKED, reason="lock",
    detail="run 20261127T100000-abcdef, for at most 312 s\n",
)  # fmt: skip
FAILED = DeviceResult(
    recorder="nvr-1", ended=DeviceEnded.FAILED, reason="step", detail="hardening.ntp exit code 1",
    steps=(StepResult(id="hardening.ntp", ended="failed", zh="無法啟動", en="does not start"),),
)  # fmt: skip


def lines(result: DeviceResult, lang: str) -> list[str]:
    return list(done([result], {"nvr-1": "(測試國小, 10.0.0.1)"}, {}, {}, lang))[:-1]


def test_a_locked_device_names_the_run_and_how_to_go_on() -> None:
    head, then = lines(HELD, "zh-TW")
    assert "推送編號 20261127T100000-abcdef，最多再 312 秒；lock" in head
    assert "push apply --resume" in then and "稍候幾分鐘" in then
    head, then = lines(HELD, "en")
    assert "(lock run 20261127T100000-abcdef, for at most 312 s)" in head
    assert "if that run died" in then


def test_in_chinese_no_step_is_said_in_english() -> None:
    text = "\n".join(lines(FAILED, "zh-TW"))
    assert "無法啟動" in text and "exit code" not in text and "（步驟沒有成功；step）" in text
    assert "does not start" in "\n".join(lines(FAILED, "en"))


def test_devices_that_were_not_begun_name_the_first_one() -> None:
    skipped = DeviceResult(
        recorder="nvr-2", ended=DeviceEnded.SKIPPED, reason="canary", detail="nvr-1"
    )
    assert "（同型號的第一台沒有成功：nvr-1；canary）" in lines(skipped, "zh-TW")[0]
    assert "did not end well: nvr-1)" in lines(skipped, "en")[0]


def test_the_standing_of_a_run_says_what_next() -> None:
    event = {"ended": "skipped", "reason": "not_reached", "detail": "", "steps": []}
    head, then = status({"nvr-1": event}, "zh-TW")
    assert head == "nvr-1: 未執行（尚未輪到；not_reached）" and "--limit" in then


@pytest.mark.parametrize("ended", [e for e in DeviceEnded if e in NEXT])
def test_what_to_do_next_is_in_the_documents_too(ended: DeviceEnded) -> None:
    text = (Path(__file__).parents[2] / "docs/push.md").read_text("utf-8")
    assert f"`{ended.value}`" in text


def test_every_sentence_has_both_languages() -> None:
    for text in (*REASONS.values(), *NEXT.values()):
        assert re.search(r"[\u4e00-\u9fff]", text.zh) and text.en.isascii()
