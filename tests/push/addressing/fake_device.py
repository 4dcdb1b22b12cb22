"""A device that loses questions and answers at chosen moments, on a clock of its own.

A fake, because no real device can be told to lose exactly the third answer; what a real one does is
in tests/lab/test_readdress_lab.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from cctv_policy.drivers.framing import CannotTell
from cctv_policy.push.model import Script
from cctv_policy.push.session import Done
from cctv_policy.state import Why

OLD, NEW = "10.77.9.1", "10.77.9.2"


@dataclass(slots=True)
class FakeDevice:
    """Session and device in one. `lost` holds numbers of calls: n loses the question (nothing
    happens), -n the answer (it happens, nobody hears of it)."""

    lost: frozenset[int] = frozenset()
    machine: str = "m1"
    gateway: str = "answers"
    rival: bool = False
    stranger: Why | None = None
    """What a login on the new address meets instead of this device."""
    deaf_after: float | None = None
    """From this second on nobody answers."""
    prepare_fails: str = ""
    at: float = 0
    address: str = OLD
    host: str = OLD
    state: str = "none"
    move_id: str = ""
    reason: str = ""
    prepared: bool = False
    rollback_at: float | None = None
    apply_at: float | None = None
    applied: bool = False
    calls: int = 0
    verbs: list[str] = field(default_factory=list)

    # --- time

    def now(self) -> datetime:
        return datetime(2026, 11, 27, tzinfo=UTC) + timedelta(seconds=self.at)

    def sleep(self, seconds: float) -> None:
        self.at += seconds
        self.happen()

    def happen(self) -> None:
        """What the device does by itself until now, in order."""
        if self.apply_at is not None and self.at >= self.apply_at and self.state == "pending":
            self.address, self.applied, self.apply_at = NEW, True, None
        if self.rollback_at is not None and self.at >= self.rollback_at:
            self.roll_back("timer")

    def roll_back(self, reason: str) -> None:
        if self.state == "pending":
            self.state, self.reason, self.address, self.applied = "rolled_back", reason, OLD, False
        self.rollback_at = None

    # --- session

    def reconnect(self, host: str, *, within_s: float) -> None:
        self.host = host
        end = self.at + within_s
        while True:
            self.sleep(0.2)
            if host == NEW and self.stranger:
                raise CannotTell(self.stranger)
            if host == self.address and not self.deaf():
                return
            if self.at >= end:
                raise CannotTell(Why.NO_ROUTE)

    def deaf(self) -> bool:
        return self.deaf_after is not None and self.at >= self.deaf_after

    def run(self, script: Script) -> Done:
        self.calls += 1
        self.sleep(0.4)
        if self.host != self.address or self.calls in self.lost or self.deaf():
            self.sleep(2)
            raise CannotTell(Why.NO_ANSWER)
        done = self.verb(script)
        self.sleep(0.1)
        if -self.calls in self.lost or (self.host != self.address):
            raise CannotTell(Why.NO_ANSWER)
        return done

    def verb(self, script: Script) -> Done:
        word = re.findall(r"cctv-readdress (\w+)(?: (\S+))?", script.sh.splitlines()[0])
        if "cctv-readdress prepare" in script.sh:
            verb, argument = "prepare", re.findall(r"id=(\w+)", script.sh)[0]
        else:
            verb, argument = word[0]
        self.verbs.append(verb)
        rc, lines = getattr(self, f"do_{verb}")(argument)
        return Done(rc=rc, text="\n".join(lines))

    # --- the program

    def do_prepare(self, move_id: str) -> tuple[int, Iterable[str]]:
        if self.prepare_fails:
            return 1, [f"failed={self.prepare_fails}"]
        self.move_id, self.prepared = move_id, True
        return 0, [f"machine={self.machine}"]

    def do_arm(self, seconds: str) -> tuple[int, Iterable[str]]:
        self.state, self.rollback_at = "pending", self.at + int(seconds)
        return 0, []

    def do_start(self, _: str) -> tuple[int, Iterable[str]]:
        if self.state != "pending":
            return 1, ["failed=not_armed"]
        self.apply_at = self.at + 0.5
        return 0, []

    def do_prove(self, _: str) -> tuple[int, Iterable[str]]:
        if self.state != "pending":
            return 1, ["failed=no_move"]
        found = [f"machine={self.machine}", f"address={self.address}/16"]
        if self.applied:
            found += ["applied=yes", f"gateway={self.gateway}"]
        return 0, found + (["rival=yes"] if self.rival else [])

    def do_confirm(self, _: str) -> tuple[int, Iterable[str]]:
        if self.state != "pending":
            return 1, ["failed=not_pending"]
        self.state, self.rollback_at = "confirmed", None
        return 0, []

    def do_give_up(self, reason: str) -> tuple[int, Iterable[str]]:
        if self.state != "pending":
            return 1, ["failed=not_pending"]
        self.apply_at, self.rollback_at = None, self.at + 1
        self.reason = reason
        return 0, []

    def do_status(self, _: str) -> tuple[int, Iterable[str]]:
        found = [f"machine={self.machine}", f"state={self.state}", f"address={self.address}/16"]
        named = self.state != "none"
        return 0, found + ([f"id={self.move_id}", f"reason={self.reason}"] if named else [])
