"""Whether a text speaks of a listed maker (rule 64)."""

from __future__ import annotations

import pytest

from cctv_policy.vendors import makers, names

LISTED = ["Hikvision", "海康威視", "Dahua", "大華", "TP-Link", "vivo", "3S 安防", "V380"]


def _named(text: str) -> list[str]:
    return [listed for listed in LISTED if names(text, listed)]


@pytest.mark.parametrize(
    "text",
    [
        "vivotek",
        "avtech",
        "hik",
        "dahuatech",
        "link tp",
        "tp",
        "大同",
        "3s",
        "威視海康",
        "v390",
        "",
    ],
)
def test_another_maker_is_not_named(text: str) -> None:
    assert _named(text) == []


@pytest.mark.parametrize(
    ("text", "listed"),
    [
        ("hikvision", "Hikvision"),
        ("hikvision digital technology", "Hikvision"),
        ("hangzhou hikvision", "Hikvision"),
        ("by hikvision (ds-7608)", "Hikvision"),
        ("hikvision_tw", "Hikvision"),
        ("hik-vision", "Hikvision"),
        ("tp-link", "TP-Link"),
        ("tp link", "TP-Link"),
        ("tplink", "TP-Link"),
        ("tp_link tapo", "TP-Link"),
        ("tplink technologies", "TP-Link"),
        ("大華", "大華"),
        ("浙江大華股份", "大華"),
        ("大華 nvr", "大華"),
        ("台灣 3s 安防", "3S 安防"),
        ("v380 pro", "V380"),
    ],
)
def test_the_maker_is_named_however_it_is_written(text: str, listed: str) -> None:
    assert _named(text) == [listed]


def test_each_source_is_compared_in_any_case() -> None:
    facts = {
        "device.brand": "本地牌",
        "device.model": "DAHUA IPC-HFW",
        "device.mac": ["44:19:B6:00:00:01"],
    }
    params = {"banned_brands": LISTED, "suspect_brands": ["本地"], "banned_ouis": ["44:19:b6"]}
    assert makers(facts, params) == {
        "brand": {"text": "本地牌", "banned": [], "suspect": ["本地"]},
        "model": {"text": "DAHUA IPC-HFW", "banned": ["Dahua"], "suspect": []},
        "mac": {"text": "44:19:B6:00:00:01", "banned": ["44:19:b6"], "suspect": []},
    }
