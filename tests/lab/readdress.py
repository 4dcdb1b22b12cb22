"""Moves of a lab host's address, good ones and ones that go wrong, and what they came to."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from ipaddress import IPv4Network

from cctv_policy.drivers.framing import CannotTell
from cctv_policy.inventory import Area, Baseline, Name, Network, Recorder, School
from cctv_policy.push.addressing import ADDRESSING, program
from cctv_policy.push.addressing.moving import Journey, Timing, carry_out, move_id
from cctv_policy.push.addressing.results import MoveResult
from cctv_policy.push.model import Move, Refusal, Step, Wanted

from . import faults
from .lab import LAN, Host
from .ssh_session import SshSession, connect_to

SYSTEMS = {
    "ifupdown": "ifupdown",
    "networkd": "networkd",
    "netplan": "netplan",
    "nm": "networkmanager",
}
TIMER_S = 20
GRACE_S = 10
"""The old address has to be back within the timer and these."""
NOBODY = "10.77.250.250"
CONFIG = (
    "cd /; find etc/network etc/systemd/network etc/netplan etc/NetworkManager/system-connections "
    "etc/resolv.conf etc/systemd/system -type f -exec stat -c '%n %a %u %g' {} + "
    "-exec sha256sum {} + | sort"
)
NAME = Name(zh="街", en="street")


class ControllerDied(BaseException):
    """Whoever was moving the host is gone, in the middle of it."""


@dataclass(slots=True, kw_only=True)
class Mover:
    """A host with the session to it; `targets` are addresses that are only this host's."""

    host: Host
    system: str
    session: SshSession
    targets: IPv4Network
    used: int = 0
    results: list[MoveResult] = field(default_factory=list)

    def target(self) -> str:
        """The next address never used so far."""
        self.used += 1
        return str(self.targets[self.used])

    def wanted(self, address: str, **network: object) -> Wanted:
        """The host as a recorder whose baseline has that address."""
        settings: dict[str, object] = {"prefix": 16, "gateway": LAN.controller, "dns": ()}
        wish = Network(
            system=SYSTEMS[self.system], interface="eth0", address=address, **settings | network
        )  # type: ignore[arg-type]
        recorder = Recorder(
            id=self.host.name, driver="segment", status="in_use", commissioned_on=date(2026, 1, 1),
            connect=self.session.connect, baseline=Baseline(network=wish),
        )  # fmt: skip
        area = Area(id="campus", type="campus", name=NAME)
        school = School(
            schema="cctv-policy/inventory/1", id="street-es", name=NAME, moe_code="999990",
            city="ntpc", site_type="elementary", areas=(area,), recorders=(recorder,),
        )  # fmt: skip
        return Wanted(school=school, recorder=recorder, retention=())

    def plan(self, wanted: Wanted) -> list[Step | Refusal]:
        """From a fresh snapshot."""
        return list(ADDRESSING.plan(self.session.snapshot(ADDRESSING, wanted), wanted))

    def step(self, wanted: Wanted) -> Move:
        """The one step of a plan that has no refusal."""
        (step,) = self.plan(wanted)
        assert isinstance(step, Step), step
        assert isinstance(step.action, Move)
        return step.action

    def go(
        self, move: Move, *, tell: Callable[[str], None] = lambda _: None, timer: int = TIMER_S
    ) -> MoveResult:
        """Carry out one move."""
        new = move.new.partition("/")[0]
        journey = Journey(
            move_id=move_id(f"{self.used} {time.monotonic()}", self.host.name),
            door_old=self.session.host,
            door_new=new,
            now=lambda: datetime.now(UTC),
            sleep=time.sleep,
            occupied=lambda _: False,
            timing=Timing(timer_s=timer),
            tell=tell,
        )
        result = carry_out(self.session, move, journey)
        self.results.append(result)
        return result

    def config(self) -> str:
        """Every file a move may touch: name, mode, owner, sum."""
        return self.host.exec(CONFIG).stdout

    def state(self) -> dict[str, tuple[str, ...]]:
        """What the host itself says of its last move, past the network."""
        return dict(program.answers(self.host.exec(program.status("eth0").sh).stdout))


def mover(host: Host) -> Mover:
    """For a host of the fixture bare_host: 10.77.9.N has 10.77.(20+N).0/24 to move in."""
    number = int(host.address.rpartition(".")[2])
    targets = IPv4Network(f"10.77.{20 + number}.0/24")
    session = SshSession(connect_to(host))
    return Mover(host=host, system=host.system, session=session, targets=targets)


def no_confirm(at: Mover, _intruder: Host) -> float:
    """The controller dies when all is proven; seconds until the old address answers again."""
    old = at.session.host
    armed: list[float] = []

    def tell(event: str) -> None:
        if event == "armed":
            armed.append(time.monotonic())
        if event == "proven":
            raise ControllerDied

    try:
        at.go(at.step(at.wanted(at.target())), tell=tell)
    except ControllerDied:
        pass
    else:
        raise AssertionError("it went on without its controller")
    return wait_back(at, old, armed[0])


def wait_back(at: Mover, old: str, armed: float) -> float:
    """Until the host answers at `old` and says that it rolled back."""
    while time.monotonic() < armed + TIMER_S + GRACE_S + 30:
        try:
            at.session.reconnect(old, within_s=3)
            told = program.answers(at.session.run(program.status("eth0")).text)
            if told.get("state") == ("rolled_back",):
                return time.monotonic() - armed
        except CannotTell:
            continue
    raise AssertionError(f"never back on {old}: {at.state()}")


def link_cut(at: Mover, _intruder: Host) -> float:
    """The cable is out from the start of the move until after the timer."""

    def tell(event: str) -> None:
        if event == "started":
            faults.link_down(at.host)
            threading.Timer(TIMER_S + 1, faults.link_up, (at.host,)).start()

    return rolled_back(at.go(at.step(at.wanted(at.target())), tell=tell))


def wrong_gateway(at: Mover, _intruder: Host) -> float:
    """Nobody has the address of the planned gateway."""
    return rolled_back(at.go(at.step(at.wanted(at.target(), gateway=NOBODY))))


def power_cut(at: Mover, _intruder: Host) -> float:
    """The power fails while the move is pending."""

    def tell(event: str) -> None:
        if event == "connected":
            at.host.power_cut()
            at.host.boot()

    return rolled_back(at.go(at.step(at.wanted(at.target())), tell=tell))


def collision(at: Mover, intruder: Host) -> float:
    """Another host takes the address after it was found free."""
    target = at.target()

    def tell(event: str) -> None:
        if event == "armed":
            intruder.exec(f"ip addr add {target}/16 dev eth0 && ip route flush cache")
            intruder.exec(f"ping -c 1 -W 1 -I {target} {LAN.controller}", check=False)
        if event == "waiting":
            intruder.exec(f"ip addr del {target}/16 dev eth0")

    return rolled_back(at.go(at.step(at.wanted(target)), tell=tell))


def rolled_back(result: MoveResult) -> float:
    """The seconds until the old address was proven."""
    assert result.state == "rolled_back", result
    assert result.back_s is not None
    return result.back_s


FAULTS: dict[str, Callable[[Mover, Host], float]] = {
    "no confirm": no_confirm,
    "link cut": link_cut,
    "wrong gateway": wrong_gateway,
    "power cut": power_cut,
    "collision": collision,
}
