"""What the files of `deploys/` call: the same plan and the same steps under pyinfra's own command.

`pyinfra inventory/pyinfra_inventory.py deploys/baseline.py`, with `--dry` to see the plan. Secrets
come from CCTV_SSH_KEYS (a folder, also of the SSH keys), CCTV_VAULT (vault.yaml) and the
environment, as in the inventory file.
"""

from __future__ import annotations

import os
import time
import uuid
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path

from pyinfra import logger
from pyinfra.api.host import Host
from pyinfra.api.state import State
from pyinfra.context import ctx_host, ctx_state

from cctv_policy.drivers.framing import CannotTell
from cctv_policy.periods import TAIPEI
from cctv_policy.push.device import LOCK, UNLOCK, chosen, lock_script
from cctv_policy.push.device import carry_out as carry_out_step
from cctv_policy.push.facts import Snapshot
from cctv_policy.push.model import AspectName, Plan, Step, Wanted
from cctv_policy.push.operations import Work, carry_out
from cctv_policy.push.planning import make_plan
from cctv_policy.push.pyinfra_session import READ_S, PyinfraSession, new_mark
from cctv_policy.push.script import snapshot
from cctv_policy.push.session import Ended, Tools
from cctv_policy.push.targets import Request, targets
from cctv_policy.vault import stores


def push(root: Path, *only: AspectName) -> None:
    """Plan the current host and add an operation for each step; a file of `deploys/` calls it."""
    host: Host = ctx_host.get()
    state: State = ctx_state.get()
    wanted = _wanted(root).get(host.name)
    if wanted is None:
        logger.warning(f"{host.print_prefix}no push account in the inventory: not touched")
        return
    plan = _plan(host, wanted, only)
    if plan is None:
        state.fail_hosts({host})
        return
    for refusal in plan.refusals:
        logger.warning(f"{host.print_prefix}× {refusal.id}: {refusal.why.zh} {refusal.why.en}")
    if plan.steps:
        _add(Deploy(host, wanted, plan, tools(root), only))


def _add(deploy: Deploy) -> None:
    host: Host = ctx_host.get()
    carry_out(name="push: lock", work=deploy.lock)
    for number, step in enumerate(deploy.plan.steps):
        title = _title(step)
        with _told_apart(host, number, title):
            carry_out(name=title, work=deploy.step(step))
    carry_out(name="push: read back", work=deploy.read_back)


@contextmanager
def _told_apart(host: Host, number: int, title: str) -> Iterator[None]:
    """Hosts share pyinfra's operation only where the title is the same.

    pyinfra knows an operation by its line and loop alone, and of several titles it shows one.
    """
    before = list(host.loop_position)
    host.loop_position += [number, zlib.crc32(title.encode())]
    try:
        yield
    finally:
        host.loop_position = before


def _title(step: Step) -> str:
    """pyinfra's line of an operation: the step as a diff."""
    count = len(step.destroys)
    lost = f" ! 將永久刪除 {count} 項影像 (destroys {count} recordings)" if count else ""
    before, after = step.before, step.after
    told = f"{before.zh} → {after.zh}"
    if (before.en, after.en) != (before.zh, after.zh):
        told += f" ({before.en} → {after.en})"
    text = f"{step.id}: {step.title.zh} {step.title.en}: {told}{lost}"
    return " ".join(text.split())


class Deploy:
    """The plan of one host and the three kinds of work on it."""

    def __init__(
        self, host: Host, wanted: Wanted, plan: Plan, tools: Tools, only: Iterable[AspectName]
    ) -> None:
        self.wanted = wanted
        self.plan = plan
        self._tools = tools
        self._only = tuple(only)
        connect = wanted.recorder.connect
        assert connect is not None  # noqa: S101 - wanted_of asks for it
        self._session = PyinfraSession(host, connect, tools)

    def lock(self, host: Host) -> bool:
        """No two runs on one device."""
        done = self._session.run(lock_script(LOCK, self._tools.run_id, self.plan))
        return done.rc == 0 or _say(host, f"另一次推送進行中 (another run is at work): {done.text}")

    def step(self, step: Step) -> Work:
        """One step."""

        def work(host: Host) -> bool:
            outcome = carry_out_step(self._session, step, self.wanted, self._tools)
            if outcome.ended is Ended.DONE:
                return True
            why = f"{outcome.why.zh} {outcome.why.en}" if outcome.why else ""
            if outcome.ended is Ended.FAILED:
                self._unlock()
            return _say(host, f"{step.id}: {outcome.ended} {why}")

        return work

    def read_back(self, host: Host) -> bool:
        """What was set must be there."""
        aspects = chosen(self._only)
        try:
            after = make_plan(self._session.read(self.wanted, aspects), self.wanted, aspects)
            self._unlock()
        except CannotTell as problem:
            return _say(host, f"無法讀回 (read back): {problem.why} {problem.detail}")
        left = ", ".join(step.id for step in after.steps)
        return not left or _say(host, f"讀回的結果與計畫不同 (read back: not as wanted): {left}")

    def _unlock(self) -> None:
        self._session.run(lock_script(UNLOCK, self._tools.run_id, self.plan))


def _say(host: Host, text: str) -> bool:
    logger.error(f"{host.print_prefix}{text}")
    return False


def _plan(host: Host, wanted: Wanted, only: Iterable[AspectName]) -> Plan | None:
    aspects, mark = chosen(tuple(only)), new_mark()
    script = snapshot(mark, aspects, wanted)
    reply = host.get_fact(Snapshot, mark=mark, _stdin=script, _timeout=READ_S)
    if reply is None:
        _say(
            host,
            "設備沒有回應讀取；推送帳號可用 sudo 嗎？"
            " (the device did not answer the snapshot; may the push account use sudo?)",
        )
        return None
    return make_plan(reply, wanted, aspects)


@cache
def _wanted(root: Path) -> dict[str, Wanted]:
    """Read once for all hosts."""
    return dict(targets(Request(root=root), now=_now(), lang="en").wanted)


@cache
def tools(root: Path) -> Tools:
    """One run for all hosts."""
    folder, vault = (_path(name) for name in ("CCTV_SSH_KEYS", "CCTV_VAULT"))
    return Tools(
        store=stores(folder=folder, vault=vault, identity=None, environ=os.environ),
        root=root,
        run_id=f"{_now():%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:6]}",
        now=_now,
        sleep=time.sleep,  # gevent's, under pyinfra's command
        options={"vault": str(vault.resolve())} if vault else {},
    )


def _path(variable: str) -> Path | None:
    value = os.environ.get(variable)
    return Path(value) if value else None


def _now() -> datetime:
    """The clock is read here: pyinfra's own command is the command line, and hands none in."""
    return datetime.now(TAIPEI)
