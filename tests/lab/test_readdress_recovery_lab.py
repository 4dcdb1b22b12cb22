"""What docs/push.md says to do after a move was refused, taken back, or lost, done as it says.

One recorder on systemd-networkd. CCTV_SOAK=1: all of them; else three that take seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest

from cctv_policy.push.addressing import program
from cctv_policy.push.addressing.results import MoveState
from cctv_policy.push.model import Refusal, Wanted
from tests.soak import long_form_only

from . import faults
from .lab import LAN, Host, ssh_key
from .netcfg import Nic
from .readdress import ControllerDied, Mover, mover
from .roles import common

pytestmark = pytest.mark.lab
FILE = "/etc/systemd/network/10-eth0.network"
CONSOLE = f"sh {program.PROGRAM}"
"""As the documents have it typed."""


def recorder(number: int) -> Host:
    """On networkd, up."""
    ssh_key(common.AUDIT), ssh_key(common.PUSH)
    nic = Nic(switch="lan", address=f"10.77.9.{number}/16", gateway=LAN.controller)
    made = common.Recorder(
        name=f"away{number}", kind="segment", nics=(nic,), streams=(), system="networkd"
    )
    host = made.host(common.layer(made))
    host.start()
    host.ready()
    return host


@pytest.fixture(scope="module")
def at(lab: None) -> Iterator[Mover]:
    """A recorder that can be moved, and is where its inventory says."""
    found = mover(recorder(201))
    found.host.wait_for("systemctl is-system-running --wait | grep -qx 'running\\|degraded'")
    yield found
    found.host.stop()


def code(at: Mover, wanted: Wanted) -> str:
    """The one refusal of a plan, or `moves`."""
    (found,) = at.plan(wanted)
    return found.id if isinstance(found, Refusal) else "moves"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What is wrong on the device, and what the documents say to do there."""

    refused: str
    breaks: str
    repairs: str


@pytest.mark.parametrize(
    "trouble",
    [
        Trouble(
            refused="addresses",
            breaks="ip addr add 10.77.200.1/16 dev eth0",
            repairs="ip addr del 10.77.200.1/16 dev eth0",
        ),
        Trouble(
            refused="unknown_config",
            breaks=f"printf '[Route]\\nDestination=10.9.0.0/16\\n' >>{FILE}",
            repairs=f"sed -i /Route/,+1d {FILE}",
        ),
        Trouble(
            refused="no_tool",
            breaks="mv /usr/bin/systemd-run /root",
            repairs="mv /root/systemd-run /usr/bin",
        ),
        Trouble(
            refused="stacked",
            breaks="ip link add link eth0 name above type macvlan",
            repairs="ip link del above",
        ),
    ],
    ids=lambda trouble: trouble.refused,
)
def test_what_forbids_a_move_is_corrected_on_the_device(at: Mover, trouble: Trouble) -> None:
    wanted = at.wanted(at.target())
    at.host.exec(trouble.breaks)
    assert code(at, wanted) == f"addressing.{trouble.refused}"
    at.host.exec(trouble.repairs)
    assert code(at, wanted) == "moves"


@long_form_only
def test_what_forbids_a_move_is_corrected_in_the_inventory(at: Mover) -> None:
    wanted, right = at.wanted(at.target()), at.system
    at.system = "ifupdown"
    assert code(at, at.wanted(at.target())) == "addressing.other_system"
    at.system = right
    connect = wanted.recorder.connect
    assert connect is not None
    by_name = replace(wanted.recorder, connect=replace(connect, host="nvr.example.org"))
    assert code(at, replace(wanted, recorder=by_name)) == "addressing.door"
    assert code(at, wanted) == "moves"
    assert code(at, at.wanted("fd00:77::5", prefix=64, gateway=None)) == "addressing.ipv6_only"
    both = at.wanted(at.target(), ula="fd00:77::5/64")
    assert at.go(at.step(both)).state is MoveState.MOVED
    assert at.plan(both) == []
    assert "fd00:77::5/64" in at.host.exec("ip -6 -o addr show dev eth0 scope global").stdout
    home(at)


def home(at: Mover) -> None:
    """Back to an address without IPv6, by a move."""
    assert at.go(at.step(at.wanted(at.target()))).state is MoveState.MOVED


@long_form_only
def test_an_address_that_another_host_has_is_free_when_that_host_is_found(at: Mover) -> None:
    other, wanted = recorder(202), at.wanted(at.target())
    address = at.step(wanted).new
    other.exec(f"ip addr add {address} dev eth0")
    assert code(at, wanted) == "addressing.taken"
    other.exec(f"ip addr del {address} dev eth0")
    assert at.go(at.step(wanted)).state is MoveState.MOVED
    other.stop()


@long_form_only
def test_a_lease_is_replaced_when_the_inventory_says_so(at: Mover) -> None:
    server = recorder(203)
    server.exec(
        "printf 'DHCPServer=yes\\n[DHCPServer]\\nPoolOffset=51456\\nPoolSize=5\\nEmitDNS=no\\n'"
        f" >>{FILE}; networkctl reload; networkctl reconfigure eth0"
    )
    was = at.host.exec(f"cat {FILE}").stdout
    at.host.exec(
        f"cat >{FILE}; chmod 644 {FILE}; networkctl reload; networkctl reconfigure eth0",
        stdin="[Match]\nName=eth0\n\n[Network]\nDHCP=ipv4\nIPv6AcceptRA=no\n",
    )
    told = at.host.wait_for("ip -4 -o addr show dev eth0 scope global | grep dynamic")
    leased = told.split()[3].partition("/")[0]
    at.session.reconnect(leased, within_s=10)
    target = at.target()
    assert code(at, at.wanted(target)) == "addressing.dhcp"
    wanted = at.wanted(target, replace_dhcp=True)
    assert at.go(at.step(wanted)).state is MoveState.MOVED
    assert at.plan(wanted) == [] and "DHCP=no" in at.host.exec(f"cat {FILE}").stdout, was
    server.stop()


@long_form_only
def test_a_pending_move_is_waited_for_and_planned_again(at: Mover) -> None:
    wanted = at.wanted(at.target())
    move = at.step(wanted)
    assert at.session.run(program.prepare(move, "first")).rc == 0
    assert at.session.run(program.call("arm", "3")).rc == 0
    assert code(at, wanted) == "addressing.pending"
    at.host.wait_for("grep -q state=rolled_back /var/lib/cctv-policy/readdress/last", timeout=30)
    assert at.go(at.step(wanted)).state is MoveState.MOVED


def test_whoever_pushed_died_right_after_the_confirmation(at: Mover) -> None:
    """The planned address is written into connect.host: same pinned key, nothing to do."""

    def tell(event: str) -> None:
        if event == "confirmed":
            raise ControllerDied

    wanted = at.wanted(at.target())
    with pytest.raises(ControllerDied):
        at.go(at.step(wanted), tell=tell)
    network = wanted.recorder.baseline.network
    assert network is not None
    at.session.reconnect(network.address, within_s=10)
    assert at.plan(at.wanted(network.address)) == []


@long_form_only
def test_the_console_says_how_the_last_move_ended_and_puts_the_old_files_back(at: Mover) -> None:
    old, before = at.session.host, at.config()
    move = at.step(at.wanted(at.target()))
    assert at.session.run(program.prepare(move, "second")).rc == 0
    assert at.session.run(program.call("arm", "300")).rc == 0
    assert at.session.run(program.call("start")).rc == 0
    at.host.wait_for(f"ip -4 -o addr show dev eth0 | grep -q ' {move.new} '")
    assert "state=pending" in at.host.exec(f"{CONSOLE} status").stdout
    at.host.exec(f"{CONSOLE} boot")
    assert "state=rolled_back" in at.host.exec(f"{CONSOLE} status").stdout
    assert at.config() == before
    at.host.power_cut()  # `for the next start`
    at.host.boot()
    at.session.reconnect(old, within_s=60)
    home(at)


def lost(at: Mover, then: Callable[[], object]) -> None:
    """The cable is out from the start of a move until it is called unreachable, and then `then`."""

    def tell(event: str) -> None:
        if event == "started":
            at.host.wait_for("test -e /var/lib/cctv-policy/readdress/applied")
            faults.link_down(at.host)
            then()

    result = at.go(at.step(at.wanted(at.target())), tell=tell)
    assert result.state is MoveState.UNREACHABLE, result
    assert result.why and "重新開機" in result.why.zh


@long_form_only
def test_a_device_that_was_lost_is_found_again_by_the_next_plan(at: Mover) -> None:
    old, before = at.session.host, at.config()
    lost(at, lambda: None)
    faults.link_up(at.host)
    at.session.reconnect(old, within_s=10)
    assert at.config() == before
    home(at)


@long_form_only
def test_a_device_that_stays_away_is_switched_off_and_on(at: Mover) -> None:
    old, before = at.session.host, at.config()
    lost(at, lambda: at.host.exec("systemctl stop 'cctv-readdress-rollback-*.timer'"))
    assert at.state()["state"] == ("pending",), "its own timer did not come"
    at.host.power_cut()
    at.host.boot()
    at.session.reconnect(old, within_s=60)
    assert at.config() == before and at.state()["reason"] == ("power_cut",)
    home(at)


@long_form_only
def test_a_second_system_that_writes_the_interface_is_named_and_ended(at: Mover) -> None:
    writes = "while :; do ip addr add 10.77.200.9/16 dev eth0 2>/dev/null; sleep 0.2; done"

    def tell(event: str) -> None:
        if event == "started":
            at.host.exec(f"systemd-run -q --unit=second sh -c '{writes}'")

    result = at.go(at.step(at.wanted(at.target())), tell=tell)
    assert result.state is MoveState.ROLLED_BACK, result
    assert result.why and "planned addresses" in result.why.en
    assert code(at, at.wanted(at.target())) == "addressing.addresses"
    at.host.exec("systemctl stop second; ip addr del 10.77.200.9/16 dev eth0")
    home(at)
