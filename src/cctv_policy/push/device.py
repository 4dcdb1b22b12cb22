"""One device, from connection to read-back: the same for a worker, a pyinfra deploy and a test.

read → plan → (approved?) → lock → steps → read → plan again, which must be empty → unlock
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from cctv_policy.drivers.framing import CannotTell, Reply
from cctv_policy.model import Text
from cctv_policy.push import aspects as registry
from cctv_policy.push.model import Aspect, Move, Plan, Rotation, Script, Step, Wanted
from cctv_policy.push.planning import destroyed, fingerprint, make_plan
from cctv_policy.push.results import DeviceEnded, DeviceResult, StepResult
from cctv_policy.push.said import in_chinese
from cctv_policy.push.session import Ended, Outcome, Session, Tools

LEASE_MARGIN_S = 300
_AGAIN_S = 10
"""How long a device whose line broke is asked for once more, to give it free."""
_LONG_S = 300
"""Seconds that a move or a rotation may take; a script says so itself."""

_TURN = """\
lock=/run/cctv-policy-push
exec 9>"$lock.turn"
if command -v flock >/dev/null; then flock -w 20 9; fi
"""
"""Two runs that come in the same moment look at the lock one after the other."""
LOCK = f"""{_TURN}\
read -r up _ </proc/uptime
up=${{up%%.*}}
if ! mkdir "$lock" 2>/dev/null; then
    who=somebody until=0
    read -r who until <"$lock/who" || :
    if [ "$who" != %(run)s ] && [ "$up" -lt "$until" ]; then
        printf 'run %%s, for at most %%s s\\n' "$who" $((until - up))
        exit 75
    fi
    rm -rf "$lock"
    mkdir "$lock"
fi
printf '%%s %%s\\n' %(run)s $((up + %(lease)d)) >"$lock/who"
"""
"""In /run and by the machine's uptime: a restart frees it, a wrong clock does not."""
UNLOCK = f"""{_TURN}\
read -r who _ <"$lock/who"
[ "$who" = %(run)s ] && rm -rf "$lock"
"""
_HELD = 75


class Door(Session, Protocol):
    """A session that can also read a snapshot."""

    def read(self, wanted: Wanted, aspects: Iterable[Aspect]) -> Reply:
        """The device as it is. Raises CannotTell; nothing is changed."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is asked for on one device. `approved` None: a plan only."""

    wanted: Wanted
    only: tuple[str, ...] = ()
    """Aspects; none: all."""
    approved: str | None = None
    """Fingerprint of the plan that a person approved."""
    may_destroy: tuple[str, ...] = ()
    """What that plan said it destroys."""


def chosen(only: Collection[str]) -> tuple[Aspect, ...]:
    """The aspects asked for, in the order of the registry."""
    return tuple(a for a in registry.ASPECTS if not only or a.name in only)


def plan_device(door: Door, order: Order) -> DeviceResult:
    """What would be done. Changes nothing. Raises CannotTell if the device does not answer."""
    aspects = chosen(order.only)
    plan = make_plan(door.read(order.wanted, aspects), order.wanted, aspects)
    return _result(plan, DeviceEnded.PLANNED if plan.steps else _without_steps(plan))


def apply_device(
    door: Door, order: Order, tools: Tools, *, stopping: Callable[[], bool] = lambda: False
) -> DeviceResult:
    """Do what was approved, no more. `stopping` is asked between steps; no step is cut short.

    Raises CannotTell only before anything was changed.
    """
    aspects = chosen(order.only)
    plan = make_plan(door.read(order.wanted, aspects), order.wanted, aspects)
    if not plan.steps:
        return _result(plan, _without_steps(plan))
    if _differs(plan, order):
        return _result(plan, DeviceEnded.STALE, "plan_changed", "not what was approved: plan again")
    held = door.run(lock_script(LOCK, tools.run_id, plan))
    if held.rc:
        code = DeviceEnded.LOCKED if held.rc == _HELD else DeviceEnded.FAILED
        return _result(plan, code, "lock", held.text[-200:])
    results = _carry_out(door, plan, order.wanted, tools, stopping)
    return _read_back(door, plan, order, tools, results)


def _differs(plan: Plan, order: Order) -> bool:
    more = destroyed(plan) - set(order.may_destroy)
    return fingerprint(plan) != order.approved or bool(more)


def lock_script(text: str, run_id: str, plan: Plan) -> Script:
    """LOCK or UNLOCK for a run that carries out `plan`."""
    lease = LEASE_MARGIN_S + sum(
        s.action.timeout_s if isinstance(s.action, Script) else _LONG_S for s in plan.steps
    )
    return Script(sh=text % {"run": shlex.quote(run_id), "lease": lease}, timeout_s=30)


def _carry_out(
    door: Door, plan: Plan, wanted: Wanted, tools: Tools, stopping: Callable[[], bool]
) -> list[StepResult]:
    """After a failure its aspect goes no further, nor does anything that could cut the line."""
    results: list[StepResult] = []
    broken: set[str] = set()
    lost = False
    for step in plan.steps:
        if lost or step.aspect in broken or (broken and step.aspect == "addressing"):
            results.append(StepResult(id=step.id, ended="not_done"))
        elif stopping():
            results.append(StepResult(id=step.id, ended="interrupted"))
        else:
            outcome = carry_out(door, step, wanted, tools)
            why = outcome.why or Text(zh="", en="")
            ended = outcome.ended.value
            results.append(StepResult(id=step.id, ended=ended, zh=why.zh, en=why.en))
            lost = outcome.ended is Ended.UNKNOWN
            if outcome.ended is not Ended.DONE:
                broken.add(step.aspect)
    return results


def carry_out(session: Session, step: Step, wanted: Wanted, tools: Tools) -> Outcome:
    """One step. What breaks is an outcome, never an exception."""
    try:
        action = step.action
        if isinstance(action, Script):
            return _run(session, action)
        if isinstance(action, Move) and registry.MOVE is not None:
            return registry.MOVE(session, step, action, wanted, tools)
        if isinstance(action, Rotation) and registry.ROTATION is not None:
            return registry.ROTATION(session, step, action, wanted, tools)
        return Outcome(ended=Ended.FAILED, why=Text(zh="沒有執行方式", en="nobody carries it out"))
    except CannotTell as problem:
        detail = f"{problem.why.value}: {problem.detail}".rstrip(": ")
        zh = in_chinese(problem.detail) or problem.why.value
        return Outcome(
            ended=Ended.UNKNOWN,
            why=Text(zh=f"結果不明（{zh}）", en=f"no word of it ({detail})"),
        )
    except Exception as error:  # a fault of ours: what else was done must still be told
        kind = type(error).__name__
        return Outcome(
            ended=Ended.UNKNOWN, why=Text(zh=f"程式錯誤（{kind}）", en=f"a fault of ours ({kind})")
        )


def _run(session: Session, script: Script) -> Outcome:
    done = session.run(script)
    if done.rc == 0:
        return Outcome(ended=Ended.DONE)
    last = next(reversed(done.text.splitlines()), "")[-300:]
    return Outcome(
        ended=Ended.FAILED,
        why=Text(zh=f"{in_chinese(last)}（結束代碼 {done.rc}）", en=f"exit code {done.rc}: {last}"),
    )


def _read_back(
    door: Door, plan: Plan, order: Order, tools: Tools, results: list[StepResult]
) -> DeviceResult:
    """What is now, by a second look: a step that says done and is not there is a failure."""
    steps = tuple(results)
    codes = {step.ended for step in steps}
    if "unknown" in codes:
        if _only_passwords(plan, steps):
            with suppress(CannotTell):
                door.reconnect(door.host, within_s=_AGAIN_S)
                door.run(lock_script(UNLOCK, tools.run_id, plan))
        return _result(plan, DeviceEnded.UNKNOWN, "step", _names(steps, "unknown"), steps)
    try:
        aspects = chosen(order.only)
        after = make_plan(door.read(order.wanted, aspects), order.wanted, aspects)
        door.run(lock_script(UNLOCK, tools.run_id, plan))
    except CannotTell as problem:
        return _result(plan, DeviceEnded.UNKNOWN, problem.why.value, problem.detail, steps)
    if "failed" in codes:
        return _result(after, DeviceEnded.FAILED, "step", _names(steps, "failed"), steps)
    if "interrupted" in codes:
        return _result(after, DeviceEnded.INTERRUPTED, "", _names(steps, "interrupted"), steps)
    if after.steps:
        still = ", ".join(step.id for step in after.steps)
        return _result(after, DeviceEnded.FAILED, "read_back", f"not as wanted: {still}", steps)
    ended = _without_steps(after)
    if ended is DeviceEnded.AS_WANTED:
        ended = DeviceEnded.CHANGED
    return _result(after, ended, "", "", steps)


def _only_passwords(plan: Plan, steps: Iterable[StepResult]) -> bool:
    """Whether all that is unknown is a password: then no step is at work on the device any more.

    Else the lock stays: it keeps other runs away until the step that nobody heard of must be over.
    """
    rotations = {step.id for step in plan.steps if isinstance(step.action, Rotation)}
    return all(step.id in rotations for step in steps if step.ended == "unknown")


def _names(steps: Iterable[StepResult], ended: str) -> str:
    return "; ".join(f"{s.id} {s.en}".strip() for s in steps if s.ended == ended)


def _without_steps(plan: Plan) -> DeviceEnded:
    if any(not refusal.unknown for refusal in plan.refusals):
        return DeviceEnded.REFUSED
    return DeviceEnded.UNKNOWN if plan.refusals else DeviceEnded.AS_WANTED


def _result(
    plan: Plan,
    ended: DeviceEnded,
    reason: str = "",
    detail: str = "",
    steps: tuple[StepResult, ...] = (),
) -> DeviceResult:
    if not reason and ended is DeviceEnded.UNKNOWN:
        reason, detail = "cannot_tell", "; ".join(r.why.en for r in plan.refusals if r.unknown)
    return DeviceResult(
        recorder=plan.recorder, ended=ended, reason=reason, detail=detail, plan=plan, steps=steps
    )
