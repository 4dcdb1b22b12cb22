"""Every action of every subject, in the order of `--help`."""

from __future__ import annotations

from cctv_policy.clerk import copies, requests
from cctv_policy.clerk.action import Action
from cctv_policy.model import Text

NOUNS: dict[str, Text] = {
    "request": Text(zh="調閱申請", en="access requests 調閱申請"),
    "copy": Text(zh="留存複本", en="kept copies 留存複本"),
}
"""Noun → what it is."""

ACTIONS: tuple[Action, ...] = (*requests.ACTIONS, *copies.ACTIONS)
