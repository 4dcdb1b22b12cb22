"""Snapshots of lab recorders, `<kind>/<case>/reply.txt`, and the plans that are made of them.

The first line is JSON: when it was asked, and what the inventory knows of the recorder. The rest is
what the device printed, with `@@test` for the mark.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

from cctv_policy.drivers.framing import Answer, Reply, cut
from cctv_policy.inventory import Account, Baseline, Camera, Name, Recorder
from cctv_policy.push.model import Aspect, Plan, Retention, Wanted
from cctv_policy.push.planning import make_plan
from tests.push.districts import school_of

HERE = Path(__file__).parent
MARK = "@@test"
NTP = "10.77.0.1"
NAME = Name(zh="測", en="test")


def load(case: str) -> tuple[Reply, Wanted]:
    """A snapshot and what its recorder should be like: 16 days, a login, a time server."""
    head, _, text = (HERE / case / "reply.txt").read_text(encoding="utf-8").partition("\n")
    about = json.loads(head)
    answer = Answer(text=text, mark=MARK, asked_at=about["asked_at"], first_at=about["first_at"])
    recorder = Recorder(
        id=about["recorder"],
        driver=about["driver"],
        status="in_use",
        commissioned_on=date(2024, 8, 20),
        accounts=(Account(account="admin", role="admin", secret="lab/admin"),),
        baseline=Baseline(retention_days=16, ntp=(NTP,), timezone="Asia/Taipei"),
        cameras=tuple(
            Camera(id=f"cam{ch}", ch=ch, area="campus", place="gate") for ch in about["channels"]
        ),
    )
    school = school_of(recorder, id="lab")
    kept = tuple(Retention(ch=ch, days=16, min_days=14, max_days=365) for ch in about["channels"])
    return cut(answer), Wanted(school=school, recorder=recorder, retention=kept)


def with_recorder(wanted: Wanted, **changes: object) -> Wanted:
    """The same with a changed recorder."""
    return replace(wanted, recorder=replace(wanted.recorder, **changes))  # type: ignore[arg-type]


def plan(case: str, aspect: Aspect) -> Plan:
    """The plan of one aspect for a recorded snapshot."""
    reply, wanted = load(case)
    return make_plan(reply, wanted, (aspect,))
