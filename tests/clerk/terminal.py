"""A person at a real terminal: a pseudo-terminal with the command as a process of its own."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from tests.clerk.desk import SOURCE, Office

TIME_LIMIT_S = 60.0
MAIN = """
import os, sys
from datetime import datetime

def watch(event, args):
    if event in ("subprocess.Popen", "os.exec", "os.posix_spawn", "os.system"):
        os.write(int(log), repr((event, args, dict(os.environ))).encode() + b"\\n")

if log := os.environ.pop("WATCH", ""):
    sys.addaudithook(watch)
from cctv_policy import cli
from cctv_policy.cli import shared
shared.now = lambda: datetime.fromisoformat("{now}")
cli.main(sys.argv[1:])
"""
"""The command at the time `{now}`. `WATCH=<fd>` writes down every child: argv and environment."""


class Person:
    """Types, and reads what the screen says."""

    def __init__(
        self,
        office: Office,
        *words: str,
        env: Mapping[str, str] | None = None,
        watch: int | None = None,
    ) -> None:
        controller, terminal = pty.openpty()
        self.controller = controller
        self.screen = b""
        self.seen = 0
        surroundings = {**os.environ, "PYTHONPATH": str(SOURCE), **(env or {})}
        if watch is not None:
            surroundings["WATCH"] = str(watch)
        self.argv = [sys.executable, "-c", MAIN.format(now=office.now), *words]
        self.argv += ["--root", str(office.root)]
        self.process = subprocess.Popen(
            self.argv,
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
            env=surroundings,
            pass_fds=() if watch is None else (watch,),
        )
        os.close(terminal)

    @property
    def cmdline(self) -> bytes:
        """What any user of the machine can see of the process."""
        return Path(f"/proc/{self.process.pid}/cmdline").read_bytes()

    def expect(self, text: str) -> None:
        """Wait until the screen shows `text` after what was expected before."""
        until = time.monotonic() + TIME_LIMIT_S
        wanted = text.encode()
        while wanted not in self.screen[self.seen :]:
            if not self._more(until):
                shown = self.screen[self.seen :].decode("utf-8", "replace")
                raise AssertionError(f"{text!r} never came; the screen says:\n{shown}")
        self.seen = self.screen.index(wanted, self.seen) + len(wanted)

    def type(self, line: str | bytes) -> None:
        data = line if isinstance(line, bytes) else line.encode()
        os.write(self.controller, data + b"\n")

    def answer(self, question: str, line: str | bytes) -> None:
        """Wait for a question and its prompt, then type."""
        self.expect(question)
        self.expect("> ")
        self.type(line)

    def end(self) -> int:
        """The exit code; the screen is complete then."""
        while self._more(time.monotonic() + TIME_LIMIT_S):
            pass
        os.close(self.controller)
        return self.process.wait(TIME_LIMIT_S)

    def _more(self, until: float) -> bool:
        ready, _, _ = select.select([self.controller], [], [], max(0, until - time.monotonic()))
        if not ready:
            self.process.kill()
            return False
        try:
            data = os.read(self.controller, 4096)
        except OSError:  # the other side is gone
            return False
        self.screen += data
        return bool(data)
