"""Carries out one move: arm → apply → log in on the new address → prove → confirm → read back.

Whatever is not confirmed is waited for until the device has taken it back, and that is proven.
"""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from cctv_policy.drivers.framing import CannotTell
from cctv_policy.push.addressing import program
from cctv_policy.push.addressing.results import MoveResult, MoveState, why
from cctv_policy.push.model import Move, Script
from cctv_policy.push.session import Session
from cctv_policy.state import Why

Answers = Mapping[str, tuple[str, ...]]

_NOT_AGAIN = (Why.AUTH_REFUSED, Why.NO_SECRET, Why.HOST_KEY_UNPINNED)
"""After these another login is no use and may lock an account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Seconds. The device counts `timer_s` by its own clock, from the moment it is armed."""

    timer_s: int = 90
    margin_s: float = 3
    """So long before the timer ends, nothing is confirmed any more."""
    try_s: float = 4
    """What one login may take."""
    poll_s: float = 0.3
    grace_s: float = 60
    """How long after the timer the old address is waited for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """What a move needs beside the session: where to log in before and after, time, and an id.

    `occupied(address)`: whether anything answers there, asked from here before any change.
    `tell(event)` hears `prepared`, `armed`, `started`, `connected`, `proven`, `confirmed`,
    `waiting`.
    """

    move_id: str
    door_old: str
    door_new: str
    now: Callable[[], datetime]
    sleep: Callable[[float], None]
    occupied: Callable[[str], bool]
    timing: Timing = field(default_factory=Timing)
    tell: Callable[[str], None] = lambda _event: None


def move_id(run_id: str, recorder: str) -> str:
    """A name that is safe in units and files of the device."""
    return hashlib.sha256(f"{run_id}\n{recorder}".encode()).hexdigest()[:12]


def carry_out(session: Session, move: Move, journey: Journey) -> MoveResult:
    """The move's end; never raises for what the device does.

    `session` ends on the address where the device was proven to be.
    """
    return _Run(session, move, journey).run()


class _Refused(Exception):  # noqa: N818 - an answer
    """Nothing was changed, for the reason `code`."""


class _Run:
    """One move, step by step; `armed` is the moment from which the device may change."""

    def __init__(self, session: Session, move: Move, journey: Journey) -> None:
        self.session = session
        self.move = move
        self.journey = journey
        self.timing = journey.timing
        self.machine = ""
        self.armed: datetime | None = None
        self.connected = False
        self.shut: set[str] = set()
        self.reconnect_s: float | None = None

    def run(self) -> MoveResult:
        try:
            self._prepare()
            self._arm()
        except _Refused as refused:
            return self._result(MoveState.REFUSED, str(refused))
        except CannotTell:
            if self.armed is None:
                return self._result(MoveState.REFUSED, "no_answer")
        code = self._try_to_confirm()
        return self._settle(code) if code else self._read_back()

    def _call(self, script: Script) -> Answers:
        done = self.session.run(script)
        found = program.answers(done.text)
        if done.rc:
            raise _Refused(found.get("failed", ("no_answer",))[0])
        return found

    def _prepare(self) -> None:
        old, new = (text.partition("/")[0] for text in (self.move.old, self.move.new))
        if new != old and self.journey.occupied(new):
            raise _Refused("taken")
        found = self._call(program.prepare(self.move, self.journey.move_id))
        self.machine = found.get("machine", ("",))[0]
        if not self.machine:
            raise _Refused("identity")
        self.journey.tell("prepared")

    def _arm(self) -> None:
        self.armed = self.journey.now()
        try:
            self._call(program.call("arm", str(self.timing.timer_s)))
        except _Refused:
            self.armed = None
            raise
        self.journey.tell("armed")

    def _since(self) -> float:
        assert self.armed is not None  # noqa: S101 - only asked after arming
        return (self.journey.now() - self.armed).total_seconds()

    def _left(self) -> float:
        return self.timing.timer_s - self.timing.margin_s - self._since()

    def _try_to_confirm(self) -> str:
        """ "" when confirmed, else why not; whatever happens, the device is armed."""
        try:
            self._call(program.call("start"))
            self.journey.tell("started")
        except _Refused as refused:
            return str(refused)
        except CannotTell:
            pass  # the answer may be lost because the move has begun
        started = self._since()
        code = "no_login"
        while self._left() > 0:
            try:
                self.session.reconnect(
                    self.journey.door_new, within_s=min(self.timing.try_s, max(self._left(), 1))
                )
                self.connected = True
                if self.reconnect_s is None:
                    self.reconnect_s = self._since() - started
                    self.journey.tell("connected")
                code = self._prove()
                if not code:
                    return self._confirm()
            except _Refused as refused:
                code = str(refused)
            except CannotTell as problem:
                self.connected = False
                code = code if code != "no_login" else _login_code(problem)
                if problem.why in _NOT_AGAIN:
                    self.shut.add(self.journey.door_new)
                    break
            if code in ("gateway", "identity", "taken", "not_pending"):
                break
            self.journey.sleep(self.timing.poll_s)
        return code

    def _prove(self) -> str:
        """ "" if this is the same device, on exactly the planned addresses, with a live gateway."""
        code = "address"
        while self._left() > 0:
            found = self._call(program.call("prove"))
            if found.get("machine") != (self.machine,):
                return "identity"
            if "applied" in found:
                code = self._judged(found)
                if code != "address":
                    return code
            self.journey.sleep(self.timing.poll_s)
        return code

    def _judged(self, found: Answers) -> str:
        """ "" if what the device says of itself is as planned; `address` may still come."""
        if _normal(found.get("address", ())) != self._planned():
            return "address"
        if "rival" in found:
            return "taken"
        gateway = found.get("gateway", ("silent",))[0]
        if gateway != ("answers" if self.move.gateway else "none"):
            return "gateway"
        self.journey.tell("proven")
        return ""

    def _planned(self) -> frozenset[str]:
        return _normal([self.move.new, *([self.move.ula] if self.move.ula else [])])

    def _confirm(self) -> str:
        if self._left() <= 0:
            return "timer"
        self._call(program.call("confirm"))
        self.journey.tell("confirmed")
        return ""

    def _read_back(self) -> MoveResult:
        """What the device itself says of the move, on the new address."""
        try:
            found = self._call(program.status(self.move.interface))
        except (_Refused, CannotTell):
            return self._settle("no_answer")
        here = _normal(found.get("address", ())) == self._planned()
        if here and self._own(found) == "confirmed":
            return self._result(MoveState.MOVED)
        return self._settle("address")

    def _own(self, found: Answers) -> str:
        """The state of this move in an answer of `status`; "" if it tells of another or none."""
        if found.get("machine") != (self.machine,):
            return ""
        return found.get("state", ("",))[0] if found.get("id") == (self.journey.move_id,) else ""

    def _settle(self, code: str) -> MoveResult:
        """Give up, then wait until the device itself says how the move ended."""
        if self.connected:  # else its own timer does it
            with suppress(_Refused, CannotTell):
                self._call(program.call("give_up", code))
        self.journey.tell("waiting")
        end = self.timing.timer_s + self.timing.grace_s
        doors = [self.journey.door_old, self.journey.door_new]
        turn = 0
        while self._since() < end and (left := [d for d in doors if d not in self.shut]):
            found = self._status_at(left[turn % len(left)])
            state = self._own(found)
            if state == "confirmed":
                return self._result(MoveState.MOVED)
            if state == "rolled_back":
                told = found.get("reason", ("",))[0]
                told = code if told == "timer" and code not in ("", "no_answer") else told
                return self._result(MoveState.ROLLED_BACK, told, back_s=self._since())
            if found.get("state") == ("none",) or (found and not state):
                return self._result(MoveState.REFUSED, code)
            turn += 1 if not found else 0
            self.journey.sleep(self.timing.poll_s)
        return self._result(MoveState.UNREACHABLE, "lost")

    def _status_at(self, door: str) -> Answers:
        """Empty where nobody with the pinned key answers."""
        try:
            self.session.reconnect(door, within_s=self.timing.try_s)
            found = self._call(program.status(self.move.interface))
        except CannotTell as problem:
            if problem.why in _NOT_AGAIN:
                self.shut.add(door)
            return {}
        except _Refused:
            return {}
        return found if found.get("machine") == (self.machine,) else {}

    def _result(
        self, state: MoveState, code: str = "", *, back_s: float | None = None
    ) -> MoveResult:
        return MoveResult(
            state=state,
            old=self.move.old,
            new=self.move.new,
            why=why(code) if code else None,
            reconnect_s=self.reconnect_s,
            back_s=back_s,
        )


def _normal(addresses: tuple[str, ...] | list[str]) -> frozenset[str]:
    return frozenset(str(ipaddress.ip_interface(address)) for address in addresses)


def _login_code(problem: CannotTell) -> str:
    return "identity_key" if problem.why is Why.HOST_KEY_CHANGED else "no_login"
