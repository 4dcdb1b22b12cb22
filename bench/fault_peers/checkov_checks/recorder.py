"""The four rules as Checkov's Python checks on JSON, as carefully as its idiom lets one write them.

Every observation of a fact has to hold, the fact has to be there, lists must not be empty,
comparisons are positive (`is False`, never `not`), and evidence must not be older than a week.
"""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from typing import Any

from checkov.common.models.enums import CheckCategories, CheckResult
from checkov.json_doc.base_json_check import BaseJsonCheck
from checkov.json_doc.enums import BlockType

AS_OF = datetime.fromisoformat("2026-11-22T10:00:00+08:00")
PRIVATE = re.compile(r"(10\.|192\.168\.|172\.(1[6-9]|2[0-9]|3[01])\.|f[cd])")


class UntoldError(Exception):
    """The fact is missing or old."""


def values(document: dict[str, Any], fact: str) -> list[Any]:
    """Every answer to one fact of the recorder."""
    found = [o for o in document["observations"] if o["device"] == "nvr" and o["fact"] == fact]
    if not found or any(datetime.fromisoformat(o["at"]) < AS_OF - timedelta(days=7) for o in found):
        raise UntoldError(fact)
    return [o["value"] for o in found]


def no_public_address(document: dict[str, Any]) -> bool:
    """Rule 5."""
    interfaces = [i for value in values(document, "interfaces") for i in value]
    addresses = [a["address"] for i in interfaces for a in i["addresses"]]
    return bool(addresses) and all(PRIVATE.match(a) for a in addresses)


def no_default_password(document: dict[str, Any]) -> bool:
    """Rule 8."""
    accounts = [a for value in values(document, "accounts") for a in value]
    return bool(accounts) and all(a["is_default_password"] is False for a in accounts)


def retention(document: dict[str, Any]) -> bool:
    """Rule 16."""
    channels = [c for value in values(document, "channels") for c in value]
    limit = AS_OF - timedelta(days=14)
    return bool(channels) and all(datetime.fromisoformat(c["oldest_at"]) <= limit for c in channels)


def clock(document: dict[str, Any]) -> bool:
    """Rule 23."""
    return (
        all(abs(offset) <= 60 for offset in values(document, "time.offset_s"))
        and all(ntp is True for ntp in values(document, "time.ntp_enabled"))
        and all(zone == "Asia/Taipei" for zone in values(document, "time.tz"))
    )


class Rule(BaseJsonCheck):
    """One rule on the whole document."""

    def __init__(self, number: int, holds: Any) -> None:
        super().__init__(
            name=f"rule {number}",
            id=f"CKV_CCTV_{number}",
            categories=[CheckCategories.CONVENTION],
            supported_entities=["*"],
            block_type=BlockType.DOCUMENT,
        )
        self.holds = holds

    def scan_entity_conf(self, conf: Any, entity_type: str) -> tuple[CheckResult, Any]:  # noqa: ARG002
        """An answer that cannot be read does not hold."""
        try:
            passed = self.holds(json.loads(json.dumps(conf, default=str)))
        except (UntoldError, KeyError, TypeError, ValueError, AttributeError):
            passed = False
        return (CheckResult.PASSED if passed else CheckResult.FAILED), conf


check5 = Rule(5, no_public_address)
check8 = Rule(8, no_default_password)
check16 = Rule(16, retention)
check23 = Rule(23, clock)
