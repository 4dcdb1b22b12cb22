"""A root shell on a lab host over real SSH, host key pinned: push's Session, one login a call."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from cctv_policy.drivers.base import Context, Secret
from cctv_policy.drivers.framing import Answer, CannotTell, Reply, cut
from cctv_policy.drivers.ssh import ask
from cctv_policy.inventory import Connect
from cctv_policy.push import script
from cctv_policy.push.model import Aspect, Script, Wanted
from cctv_policy.push.session import Done
from cctv_policy.state import Why

from .lab import Host, ssh_key
from .roles.common import PUSH


def connect_to(host: Host) -> Connect:
    """How the pushing account reaches a lab host."""
    return Connect(host=host.address, user=PUSH, key="lab/push/ssh", host_keys=(host.host_key,))


def as_root(text: str, mark: str) -> str:
    """What the pushing account's shell is told, so that root's reads `text`."""
    return f"exec sudo -n /bin/sh -s <<'{mark[2:]}'\n{text}{mark[2:]}\n"


class SshSession:
    """See push/session.py: Session."""

    def __init__(self, connect: Connect) -> None:
        self.connect = connect

    @property
    def host(self) -> str:
        return self.connect.host

    def _context(self, budget: float) -> Context:
        return Context(
            secrets=lambda _: Secret(ssh_key(PUSH).read_text()),
            now=lambda: datetime.now(UTC),
            monotonic=time.monotonic,
            budget_s=budget,
            defaults={},
        )

    def _ask(self, text: str, mark: str, budget: float) -> Answer:
        return ask(self.connect, self._context(budget), as_root(text, mark), mark)

    def run(self, wanted: Script, values: Mapping[str, Secret] | None = None) -> Done:
        mark = f"@@{secrets.token_hex(12)}"
        given = {name: value.reveal() for name, value in (values or {}).items()}
        answer = self._ask(script.step(mark, wanted, given), mark, wanted.timeout_s)
        return script.ended(cut(answer), given)

    def reconnect(self, host: str, *, within_s: float) -> None:
        self.connect = replace(self.connect, host=host)
        end = time.monotonic() + within_s
        while True:
            try:
                self._ask(":\n", "@@none", max(end - time.monotonic(), 0.5))
                return
            except CannotTell as problem:
                final = (Why.HOST_KEY_CHANGED, Why.AUTH_REFUSED)
                if problem.why in final or time.monotonic() > end:
                    raise
            time.sleep(0.2)

    def snapshot(self, aspect: Aspect, wanted: Wanted) -> Reply:
        mark = f"@@{secrets.token_hex(12)}"
        return cut(self._ask(script.snapshot(mark, [aspect], wanted), mark, 60))
