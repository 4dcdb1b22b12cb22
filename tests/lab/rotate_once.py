"""One rotation in a process of its own that kills itself (SIGKILL) at the N-th thing it does.

    python -m tests.lab.rotate_once < job.json

A thing is whatever Python audits (opening, renaming and removing files, sockets, processes) and
both sides of every script that goes to the recorder. `kill_at` 0: it only counts, and prints how
many there were.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from cctv_policy.inventory import Connect
from cctv_policy.push.credentials.accounts import Target
from cctv_policy.push.credentials.execute import rotate_target
from cctv_policy.push.model import Script, Wanted
from cctv_policy.push.session import Done, Tools
from cctv_policy.push.wire import unpack
from cctv_policy.secretstore import EnvironmentStore, Secret
from cctv_policy.vault.agefile import FileVault
from cctv_policy.vault.keys import read_keys

from .archive import TAIPEI
from .roles.common import PUSH
from .ssh_session import SshSession

AUDITED = ("open", "os.rename", "os.remove", "socket.", "fcntl.flock", "os.truncate")


class Countdown:
    """Ends the process at the N-th thing."""

    def __init__(self, kill_at: int) -> None:
        self.kill_at, self.seen, self.on = kill_at, 0, False

    def audited(self, event: str, arguments: tuple[object, ...]) -> None:
        """Files below /usr and of Python are no steps of ours."""
        if not self.on or not event.startswith(AUDITED):
            return
        if event == "open" and str(arguments[0]).endswith((".py", ".pyc", ".so")):
            return
        self.tick()

    def tick(self) -> None:
        self.seen += 1
        if self.seen == self.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)


class Counted(SshSession):
    """Both sides of every script are steps."""

    def __init__(self, connect: Connect, countdown: Countdown) -> None:
        super().__init__(connect)
        self.countdown = countdown

    def run(self, wanted: Script, values: Mapping[str, Secret] | None = None) -> Done:
        self.countdown.tick()
        done = super().run(wanted, values)
        self.countdown.tick()
        return done


def main() -> None:
    """Rotate once."""
    job = json.load(sys.stdin)
    keys = read_keys(Path(job["key"]))
    vault = FileVault([Path(p) for p in job["copies"]], job["recipients"], keys)
    connect = Connect(
        host=job["address"], user=PUSH, key="lab/push/ssh", host_keys=(job["host_key"],)
    )
    tools = Tools(
        store=EnvironmentStore({}), root=Path(job["root"]), run_id="kill", options={},
        now=lambda: datetime.now(TAIPEI), sleep=time.sleep,
    )  # fmt: skip
    countdown = Countdown(job["kill_at"])
    sys.addaudithook(countdown.audited)
    target, wanted = unpack(Target, job["target"]), unpack(Wanted, job["wanted"])
    countdown.on = True
    report = rotate_target(Counted(connect, countdown), target, wanted, vault, tools)
    countdown.on = False
    print(json.dumps({"state": report.state.value, "steps": countdown.seen}))


if __name__ == "__main__":
    main()
