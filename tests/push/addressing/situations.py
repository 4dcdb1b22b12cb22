"""Recorded answers of lab hosts, and a recorder that wants an address."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from cctv_policy.drivers.framing import Answer, Reply, cut
from cctv_policy.inventory import Baseline, Connect, Name, Network, Recorder
from cctv_policy.push.addressing import ADDRESSING
from cctv_policy.push.model import Edit, Move, Refusal, Step, Wanted
from tests.push.districts import school_of

REPLIES = Path(__file__).with_name("replies")
SYSTEMS = ("ifupdown", "networkd", "netplan", "networkmanager")
NUMBER = {system: 21 + n for n, system in enumerate(SYSTEMS)}
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIF8nt3RHk9OkU03tzbOTbqcLIDqm6EnxO1t3/3NhdTgL"
NAME = Name(zh="範例", en="example")


def text_of(case: str) -> str:
    """One recorded answer."""
    return (REPLIES / f"{case}.txt").read_text(encoding="utf-8")


def reply(text: str) -> Reply:
    """A recorded answer, cut into sections."""
    return cut(Answer(text=text, mark="@@recorded", asked_at=0, first_at=0))


def wanted(system: str, *, host: str = "", target: int = 1, **network: object) -> Wanted:
    """A recorder that wants 10.77.(21…24).<target>, as the recorded hosts were told."""
    settings: dict[str, object] = {
        "system": system,
        "interface": "eth0",
        "address": f"10.77.{NUMBER[system]}.{target}",
        "prefix": 16,
        "gateway": "10.77.0.1",
        "dns": ("10.77.0.1",),
    }
    recorder = Recorder(
        id="r1",
        driver="segment",
        status="in_use",
        commissioned_on=date(2026, 1, 1),
        connect=Connect(
            host=host or f"10.77.9.{NUMBER[system] - 20}",
            user="cctv-audit",
            key="a/b",
            host_keys=(KEY,),
        ),
        baseline=Baseline(network=Network(**settings | network)),  # type: ignore[arg-type]
    )
    school = school_of(recorder, id="street-es")
    return Wanted(school=school, recorder=recorder, retention=())


def plan(
    case: str, wish: Wanted, change: Callable[[str], str] = lambda text: text
) -> list[Step | Refusal]:
    """The plan for a recorded answer, changed a little."""
    return list(ADDRESSING.plan(reply(change(text_of(case))), wish))


def the_move(found: list[Step | Refusal]) -> Move:
    """The move of a plan of one step."""
    (step,) = found
    assert isinstance(step, Step), step
    assert isinstance(step.action, Move)
    return step.action


def the_refusal(found: list[Step | Refusal]) -> str:
    """The id of the only refusal."""
    (refusal,) = found
    assert isinstance(refusal, Refusal), refusal
    assert refusal.why.zh and refusal.fix.zh
    return refusal.id


def edited(text: str, edit: Edit) -> str:
    """What the device makes of a file."""
    lines = text.splitlines(keepends=True)
    return "".join([*lines[: edit.first - 1], edit.text, *lines[edit.last :]])
