"""NAPALM's `validate` on the recorded evidence: `python napalm_run.py FOLDER` prints JSON.

The getters return what the evidence says, the last answer of a fact as a dictionary has it; one
that cannot raises, which counts as an error of the run.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from napalm.base.base import NetworkDriver
from napalm.base.validate import compliance_report

AS_OF = datetime.fromisoformat("2026-11-22T10:00:00+08:00")
GETTERS = {5: "get_addresses", 8: "get_default_passwords", 16: "get_retention", 23: "get_clock"}
RULES = Path(__file__).with_name("validate.yml")


class Recorder(NetworkDriver):
    """A driver that reads evidence instead of a device."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.facts = {}
        for o in document["observations"]:
            if o["device"] == "nvr":
                if datetime.fromisoformat(o["at"]) < AS_OF - timedelta(days=7):
                    raise ValueError("old evidence")
                self.facts[o["fact"]] = o.get("value")

    def get_addresses(self) -> list[str]:
        """Of every interface."""
        return [a["address"] for i in self.facts["interfaces"] for a in i["addresses"]]

    def get_default_passwords(self) -> dict[str, bool]:
        """Account → whether it has one."""
        return {a["name"]: a["is_default_password"] for a in self.facts["accounts"]}

    def get_retention(self) -> dict[str, int]:
        """Channel → whole days."""
        return {
            c["ch"]: (AS_OF - datetime.fromisoformat(c["oldest_at"])).days
            for c in self.facts["channels"]
        }

    def get_clock(self) -> dict[str, Any]:
        """Offset, NTP and zone."""
        return {
            "offset_s": self.facts["time.offset_s"],
            "ntp": self.facts["time.ntp_enabled"],
            "zone": self.facts["time.tz"],
        }


def outcome(path: Path, getter: str) -> str:
    """`pass`, `fail` or `error` of one getter's validation."""
    source = [check for check in yaml.safe_load(RULES.read_text()) if getter in check]
    try:
        report = compliance_report(Recorder(json.loads(path.read_bytes())), None, source)
    except Exception:
        return "error"
    return "pass" if report["complies"] else "fail"


def main(folder: Path) -> None:
    """File name → rule → outcome."""
    told = {
        path.stem: {number: outcome(path, getter) for number, getter in GETTERS.items()}
        for path in sorted(folder.glob("*.json"))
    }
    print(json.dumps(told))


if __name__ == "__main__":
    sys.setrecursionlimit(2000)
    main(Path(sys.argv[1]))
