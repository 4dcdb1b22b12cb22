"""One rotation in a process of its own, which may kill itself (SIGKILL) at the N-th thing it does.

A thing is whatever Python audits (opening, renaming and removing files, sockets, locks) and both
sides of every script that goes to the recorder. `kill_at` 0: it only counts. `later_s`: the kill
comes so much after that thing, so also in the midst of a script. The process is a fork: it costs
no start of an interpreter.
"""

from __future__ import annotations

import json
import os
import re
import signal
import sys
import threading
import time
import traceback
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from cctv_policy.drivers.base import Context
from cctv_policy.drivers.framing import Answer
from cctv_policy.drivers.ssh import CONNECT_S, dial, login_key, run_script
from cctv_policy.inventory import Connect
from cctv_policy.push.credentials.accounts import Target
from cctv_policy.push.credentials.execute import rotate_target
from cctv_policy.push.credentials.shell import REFUSED
from cctv_policy.push.model import Script
from cctv_policy.push.session import Done, Tools
from cctv_policy.rotation import State
from cctv_policy.secretstore import EnvironmentStore, Secret
from tests.vault.files import Two

from .archive import TAIPEI
from .rotating import Built, wanted
from .ssh_session import SshSession, as_root, connect_to

if TYPE_CHECKING:
    import paramiko

AUDITED = ("open", "os.rename", "os.remove", "socket.", "fcntl.flock", "os.truncate")
LIMIT_S = 300
_VERB = re.compile(
    r"\n(login|set|copy|advances|camera_says)[_ ]?(\w*)[^\n]*\n(?:taken\n)?}\nmain\n$"
)
_LOGINS, _CHANGES = ("login", "GetUsersResponse"), ("set", "SetUserResponse")


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What was seen of one rotation. `state` None: it was killed."""

    state: State | None
    steps: int = 0
    change: tuple[int, float] = (0, 0.0)
    """The thing at which the change's script went off, and the seconds that it took."""
    logins: str = ""
    """Of the logins that the device answered, in order: `.` taken, `x` refused."""


def a_turn(one: Built, wish: Target, two: Two, kill_at: int = 0, later_s: float = 0.0) -> Turn:
    """Rotate once. AssertionError with its traceback if the process broke by itself."""
    seen, say = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(seen)
        _rotate(one, wish, two, _Countdown(kill_at=kill_at, later_s=later_s, say=say))
    os.close(say)
    with os.fdopen(seen, encoding="utf-8") as pipe:
        logins, _, rest = pipe.read().partition("\n")
    ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if ended == -signal.SIGKILL:
        return Turn(state=None, logins=logins)
    assert ended == 0, f"{ended} {rest}"
    said = json.loads(rest)
    change = (said["change_at"], said["change_s"])
    return Turn(state=State(said["state"]), steps=said["steps"], change=change, logins=logins)


@contextmanager
def _logged_in(connect: Connect, context: Context) -> Iterator[paramiko.Transport]:
    """A line with paramiko's own reader, as pyinfra has it."""
    import paramiko

    with closing(paramiko.Transport(dial(connect, CONNECT_S))) as transport:
        transport.start_client(timeout=CONNECT_S)
        shown = transport.get_remote_server_key()
        assert f"{shown.get_name()} {shown.get_base64()}" in connect.host_keys
        transport.auth_publickey(connect.user, login_key(connect.key, context.secrets))
        yield transport


@dataclass(slots=True, kw_only=True)
class _Countdown:
    """Ends the process at the N-th thing."""

    kill_at: int
    later_s: float
    say: int
    seen: int = 0
    on: bool = False
    change: tuple[int, float] = field(default=(0, 0.0))

    def audited(self, event: str, arguments: tuple[object, ...]) -> None:
        """Python's own files are no steps of ours."""
        if not self.on or not event.startswith(AUDITED):
            return
        if event == "open" and str(arguments[0]).endswith((".py", ".pyc", ".so")):
            return
        self.tick()

    def tick(self) -> None:
        self.seen += 1
        if self.seen == self.kill_at and self.later_s:
            threading.Timer(self.later_s, os.kill, (os.getpid(), signal.SIGKILL)).start()
        elif self.seen == self.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)


class _Counted(SshSession):
    """Both sides of every script are steps; what logins came to is told at once."""

    def __init__(self, one: Built, countdown: _Countdown) -> None:
        super().__init__(connect_to(one.host))
        self.countdown = countdown
        self.line = ExitStack()
        self.transport: paramiko.Transport | None = None

    def _ask(self, text: str, mark: str, budget: float) -> Answer:
        """One connection for all scripts, as a push has it."""
        context, end = self._context(budget), time.monotonic() + budget

        def left(most: float) -> float:
            return min(most, max(end - time.monotonic(), 0.1))

        if self.transport is None:
            self.transport = self.line.enter_context(_logged_in(self.connect, context))
        return run_script(self.transport, context, as_root(text, mark), mark, left)

    def run(self, wanted: Script, values: Mapping[str, Secret] | None = None) -> Done:
        found = _VERB.search(wanted.sh)
        verb = {found[1], found[2]} if found else set()
        self.countdown.tick()
        at, since = self.countdown.seen, time.monotonic()
        done = super().run(wanted, values)
        if not verb.isdisjoint(_CHANGES):
            self.countdown.change = (at, time.monotonic() - since)
        if done.rc == REFUSED:
            os.write(self.countdown.say, b"x")
        elif done.rc == 0 and not verb.isdisjoint(_LOGINS):
            os.write(self.countdown.say, b".")
        self.countdown.tick()
        return done


def _rotate(one: Built, wish: Target, two: Two, countdown: _Countdown) -> NoReturn:
    """The child's life."""
    signal.alarm(LIMIT_S)
    try:
        vault = two.open()
        tools = Tools(
            store=EnvironmentStore({}), root=Path(two.tmp_path), run_id="kill", options={},
            now=lambda: datetime.now(TAIPEI), sleep=time.sleep,
        )  # fmt: skip
        sys.addaudithook(countdown.audited)
        session = _Counted(one, countdown)
        countdown.on = True
        report = rotate_target(session, wish, wanted(one), vault, tools)
        countdown.on = False
        said = {
            "state": report.state.value,
            "steps": countdown.seen,
            "change_at": countdown.change[0],
            "change_s": countdown.change[1],
        }
        os.write(countdown.say, f"\n{json.dumps(said)}".encode())
        os._exit(0)
    except BaseException:
        os.write(countdown.say, f"\n{traceback.format_exc()}".encode())
        os._exit(1)
