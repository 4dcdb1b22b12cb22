"""Recorders move to another address over real SSH, and are back on the old one whatever goes wrong.

CCTV_SOAK=1 is the long form: 30 moves and every failure twice on each network system.
"""

from __future__ import annotations

import json
import os
import statistics
from collections.abc import Callable

import pytest

from cctv_policy.push.addressing import program
from cctv_policy.push.addressing.results import MoveState
from cctv_policy.push.model import Refusal

from .lab import Host
from .readdress import FAULTS, GRACE_S, SYSTEMS, TIMER_S, Mover, mover

pytestmark = pytest.mark.lab

SOAK = os.environ.get("CCTV_SOAK") == "1"
MOVES = 30 if SOAK else 3
ROUNDS = 2 if SOAK else 1


def settled(at: Mover) -> None:
    """The host has come up on the system that has its address (a lease or a profile takes time)."""
    at.host.wait_for("systemctl is-system-running --wait | grep -qx 'running\\|degraded'")


@pytest.mark.parametrize("system", SYSTEMS)
def test_moves_are_confirmed_and_failures_lead_back(
    bare_host: Callable[..., Host], system: str
) -> None:
    at, intruder = mover(bare_host(system)), bare_host()
    settled(at)
    reconnects = [move_once(at) for _ in range(MOVES)]
    back = {name: [fail_once(at, name, intruder) for _ in range(ROUNDS)] for name in FAULTS}
    figures = {
        "system": system,
        "confirmed": f"{len(reconnects)}/{MOVES}",
        "reconnect_s": [round(f(reconnects), 2) for f in (min, statistics.median, max)],
        "back_s": {name: [round(s, 1) for s in seconds] for name, seconds in back.items()},
    }
    print(json.dumps(figures))
    assert all(s <= TIMER_S + GRACE_S for seconds in back.values() for s in seconds), figures
    move_once(at)


def move_once(at: Mover) -> float:
    """One confirmed move; a plan made afterwards is empty. Seconds until the first login."""
    wanted = at.wanted(at.target())
    result = at.go(at.step(wanted))
    assert result.state is MoveState.MOVED, result
    assert result.reconnect_s is not None
    assert at.plan(wanted) == []
    assert "cctv-readdress" not in at.config(), "the boot unit has gone"
    return result.reconnect_s


def fail_once(at: Mover, name: str, intruder: Host) -> float:
    """One failure; afterwards every file is as before, to the byte. Seconds until back."""
    old, before = at.session.host, at.config()
    seconds = FAULTS[name](at, intruder)
    assert at.session.host == old
    assert at.config() == before, name
    assert at.state()["state"] == ("rolled_back",), name
    addresses = at.host.exec("ip -o -4 addr show dev eth0 scope global").stdout
    assert [line.split()[3] for line in addresses.splitlines()] == [f"{old}/16"], name
    return seconds


def test_an_address_in_use_is_refused_and_nothing_is_written(
    bare_host: Callable[..., Host],
) -> None:
    at, other = mover(bare_host("networkd")), bare_host()
    settled(at)
    before = at.config()
    (refusal,) = at.plan(at.wanted(other.address))
    assert isinstance(refusal, Refusal)
    assert refusal.id == "addressing.taken"
    move = at.step(at.wanted(at.target()))
    other.exec(f"ip addr add {move.new} dev eth0")
    result = at.go(move)
    assert result.state is MoveState.REFUSED
    assert result.why and "another host" in result.why.en
    assert at.config() == before


def test_files_changed_since_the_plan_are_not_touched(bare_host: Callable[..., Host]) -> None:
    at = mover(bare_host("networkd"))
    settled(at)
    move = at.step(at.wanted(at.target()))
    at.host.exec("echo '# by hand' >> /etc/systemd/network/10-eth0.network")
    before = at.config()
    result = at.go(move)
    assert result.state is MoveState.REFUSED
    assert result.why and "plan again" in result.why.en
    assert at.config() == before


def test_a_pending_move_refuses_the_next(bare_host: Callable[..., Host]) -> None:
    at = mover(bare_host("networkd"))
    settled(at)
    move = at.step(at.wanted(at.target()))
    assert at.session.run(program.prepare(move, "first")).rc == 0
    assert at.session.run(program.call("arm", "15")).rc == 0
    (refusal,) = at.plan(at.wanted(at.target()))
    assert isinstance(refusal, Refusal)
    assert refusal.id == "addressing.pending"
    assert at.go(move).state is MoveState.REFUSED
    at.host.wait_for("grep -q state=rolled_back /var/lib/cctv-policy/readdress/last", timeout=30)
    assert at.session.run(program.call("confirm")).rc != 0, "too late"
