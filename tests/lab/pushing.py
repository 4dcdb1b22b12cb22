"""Plan and apply on lab hosts past network and SSH: the scripts of a push, as root inside."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from cctv_policy.drivers.framing import Answer, Reply, cut
from cctv_policy.inventory import Account, Baseline, Camera
from cctv_policy.inventory import Recorder as Nvr
from cctv_policy.push import script
from cctv_policy.push.model import Aspect, Plan, Retention, Script, Wanted
from cctv_policy.push.planning import make_plan
from cctv_policy.push.session import Done
from tests.push.districts import school_of

from .lab import LAN, Host
from .roles.common import Recorder

MARK = "@@lab"


def wanted(recorder: Recorder, host: Host, *, days: int = 16, **changes: object) -> Wanted:
    """The baseline of a lab recorder: its managed login, the lab's clock, days of footage."""
    first = "ch" if recorder.kind == "segment" else ""
    nvr = Nvr(
        id=recorder.name,
        driver=recorder.kind,
        status="in_use",
        commissioned_on=date(2024, 8, 20),
        accounts=(
            Account(account=recorder.secrets.admin_user, role="admin", secret="lab/admin"),
        ),
        baseline=Baseline(retention_days=days, ntp=(LAN.controller,), timezone="Asia/Taipei"),
        cameras=tuple(
            Camera(id=f"{recorder.name}-cam{n}", ch=f"{first}{n}", area="campus", place="gate",
                   address=stream.address)
            for n, stream in enumerate(recorder.streams, start=1)
        ),
    )  # fmt: skip
    school = school_of(nvr, id="lab")
    kept = tuple(
        Retention(ch=camera.ch, days=days, min_days=14, max_days=365) for camera in nvr.cameras
    )
    return replace(Wanted(school=school, recorder=nvr, retention=kept), **changes)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """One lab recorder with the aspects that are tried on it."""

    recorder: Recorder
    host: Host
    aspects: Sequence[Aspect]

    def reply(self, wanted: Wanted) -> Reply:
        """One snapshot. It must be whole."""
        text = script.snapshot(MARK, self.aspects, wanted)
        asked = time.time()
        said = self.host.exec("sh -s", stdin=text).stdout
        reply = cut(Answer(text=said, mark=MARK, asked_at=asked, first_at=time.time()))
        assert reply.complete, said[-500:]
        return reply

    def plan(self, wanted: Wanted) -> Plan:
        """What would be done."""
        return make_plan(self.reply(wanted), wanted, self.aspects)

    def run(self, action: Script) -> Done:
        """Carry out one step's script."""
        secrets = dict.fromkeys(action.secrets, self.recorder.secrets.admin_password)
        text = script.step(MARK, action, secrets)
        now = time.time()
        said = self.host.exec("sh -s", stdin=text, check=False).stdout
        return script.ended(cut(Answer(text=said, mark=MARK, asked_at=now, first_at=now)), secrets)

    def apply(self, wanted: Wanted) -> Plan:
        """Plan, do every step (each must succeed), return the plan."""
        plan = self.plan(wanted)
        for step in plan.steps:
            assert isinstance(step.action, Script)
            done = self.run(step.action)
            assert done.rc == 0, (step.id, done.text)
        return plan


def save(reply_text: str, folder: Path) -> None:
    """Keep a snapshot's answer as a case for tests without a lab."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "reply.txt").write_text(reply_text)
