"""Recorders move to another address over real SSH, and are back on the old one whatever goes wrong.

CCTV_SOAK=1 is the long form: 30 moves and every failure twice on each network system.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cctv_policy.inventory import load_inventory
from cctv_policy.push.addressing import program
from cctv_policy.push.addressing.results import MoveState
from cctv_policy.push.crew import Crew, Settings
from cctv_policy.push.device import Order
from cctv_policy.push.model import Refusal, Wanted
from cctv_policy.push.planning import fingerprint
from cctv_policy.push.results import DeviceEnded
from tests.soak import SOAK

from .lab import WAN, Host, run, ssh_key
from .netcfg import Nic
from .readdress import FAULTS, GRACE_S, SYSTEMS, TIMER_S, Mover, mover
from .roles import common

pytestmark = pytest.mark.lab

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


PUBLIC = {"pub1": ("networkd", "163.20.77.61", "10.78.0.61"),
          "pub2": ("ifupdown", "163.20.77.62", "10.78.0.62")}  # fmt: skip
SCHOOL = """\
schema: cctv-policy/inventory/1
id: lab-es
name: {zh: 測, en: test}
moe_code: "999990"
city: ntpc
site_type: elementary
areas: [{id: campus, type: campus, name: {zh: 校園, en: campus}}]
address_ranges: [10.78.0.0/16]
recorders:
"""
ENTRY = """\
  # moved by hand in 2024, still public
  - id: %(name)s
    driver: segment
    status: in_use
    commissioned_on: 2024-08-20
    connect:
      host: %(old)s   # TANet
      user: cctv-audit
      key: lab/audit
      host_keys: [%(key)s]
      push: {user: cctv-push, key: lab/push}
    probes: {hosts: [%(old)s]}
    baseline:
      network: {system: %(system)s, interface: eth0, address: %(new)s, prefix: 16,
                gateway: 10.78.0.1}
    cameras: [{id: %(name)s-cam, ch: 1, area: campus, place: gate}]
"""


@pytest.fixture
def public_hosts(lab: None) -> Iterator[dict[str, Host]]:
    """Two recorders on public addresses; their router has the new network too."""
    run("ip", "addr", "replace", "10.78.0.1/16", "dev", WAN.name)
    hosts = {}
    for name, (system, old, _) in PUBLIC.items():
        nic = Nic(switch="wan", address=f"{old}/24", gateway=WAN.controller)
        recorder = common.Recorder(
            name=name, kind="segment", nics=(nic,), streams=(), system=system
        )  # type: ignore[arg-type]
        hosts[name] = recorder.host(common.layer(recorder))
        hosts[name].start()
    for host in hosts.values():
        host.ready()
    yield hosts
    for host in hosts.values():
        host.stop()


@pytest.fixture
def district(public_hosts: dict[str, Host], tmp_path: Path) -> Path:
    """The district's folder with both in one school."""
    (tmp_path / "inventory/schools").mkdir(parents=True)
    (tmp_path / "inventory/district.yaml").write_text(
        "schema: cctv-policy/inventory/1\nid: lab\nname: {zh: 區, en: district}\n"
        "pack: tw-ntpc-school\n",
        encoding="utf-8",
    )
    entries = [
        ENTRY % {"name": name, "system": system, "old": old, "new": new,
                 "key": public_hosts[name].host_key}
        for name, (system, old, new) in PUBLIC.items()
    ]  # fmt: skip
    school = tmp_path / "inventory/schools/lab-es.yaml"
    school.write_text(SCHOOL + "".join(entries), encoding="utf-8")
    folder = tmp_path / "secrets" / "lab"
    folder.mkdir(parents=True, mode=0o700)
    folder.parent.chmod(0o700)
    (folder / "push").touch(mode=0o600)
    (folder / "push").write_text(ssh_key(common.PUSH).read_text())
    return tmp_path


def orders(root: Path) -> list[Order]:
    """Addressing alone, for every recorder of the inventory as it is now."""
    inventory = load_inventory(root / "inventory")
    return [
        Order(wanted=Wanted(school=s, recorder=r, retention=()), only=("addressing",))
        for s, r in inventory.recorders()
    ]


def test_a_push_moves_a_school_off_its_public_addresses_one_by_one(
    public_hosts: dict[str, Host], district: Path
) -> None:
    file = district / "inventory/schools/lab-es.yaml"
    before = file.read_text(encoding="utf-8")
    asked = orders(district)
    settings = Settings(
        root=district, secrets=district / "secrets", run_id="run1", concurrency=10,
    )  # fmt: skip
    with Crew(settings, [o.wanted.recorder for o in asked]) as crew:
        plans = {r.recorder: r.plan for r in crew.each(asked)}
        assert all(plan and len(plan.steps) == 1 for plan in plans.values()), plans
        assert file.read_text(encoding="utf-8") == before, "a plan writes nothing"
        approved = [
            replace(o, approved=fingerprint(plan))
            for o in asked
            if (plan := plans[o.wanted.recorder.id])
        ]
        results = list(crew.each(approved))
    assert [r.ended for r in results] == [DeviceEnded.CHANGED] * 2, results
    for name, (_, old, new) in PUBLIC.items():
        addresses = public_hosts[name].exec("ip -o -4 addr show dev eth0 scope global").stdout
        assert f" {new}/16 " in addresses
        assert old not in addresses
    after = file.read_text(encoding="utf-8")
    moved = before
    for _, old, new in PUBLIC.values():
        moved = moved.replace(f"host: {old}", f"host: {new}").replace(f"[{old}]", f"[{new}]")
    assert after == moved, "only the addresses, comments and all"
    asked = orders(district)
    with Crew(settings, [o.wanted.recorder for o in asked]) as crew:
        assert [r.ended for r in crew.each(asked)] == [DeviceEnded.AS_WANTED] * 2


def test_the_command_line_says_who_moved_and_who_is_back(
    public_hosts: dict[str, Host], district: Path
) -> None:
    file = district / "inventory/schools/lab-es.yaml"
    text = file.read_text(encoding="utf-8")
    last = text.rindex("gateway: 10.78.0.1}")
    file.write_text(text[:last] + "gateway: 10.78.250.250}" + text[last + 19 :], encoding="utf-8")
    audit = district / "secrets/lab/audit"
    audit.touch(mode=0o600)
    audit.write_text(ssh_key(common.AUDIT).read_text())
    done = subprocess.run(
        (
            sys.executable, "-m", "cctv_policy", "push", "apply", "--yes", "--only", "addressing",
            "--rollback", "30", "--lang", "en", "--root", str(district),
            "--secrets", str(district / "secrets"),
        ),
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    print(done.stdout, done.stderr)
    assert done.returncode == 1
    assert "moved from 163.20.77.61/24 to 10.78.0.61/16, confirmed" in done.stdout
    assert "inventory/schools/lab-es.yaml:16 connect.host" in done.stdout
    assert "rolled back, still on 163.20.77.62/24" in done.stdout
    assert "the gateway does not answer" in done.stdout
    after = file.read_text(encoding="utf-8")
    assert "host: 10.78.0.61   # TANet" in after
    assert "host: 163.20.77.62   # TANet" in after
