"""Plans of addresses from recorded answers of real hosts, one system each."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from cctv_policy.drivers.framing import CannotTell
from cctv_policy.inventory import Baseline
from cctv_policy.model import Text
from cctv_policy.push.addressing import ADDRESSING
from cctv_policy.push.model import Refusal, Step

from .situations import (
    NUMBER,
    SYSTEMS,
    edited,
    plan,
    reply,
    text_of,
    the_move,
    the_refusal,
    wanted,
)

EACH = pytest.mark.parametrize("system", SYSTEMS)


@EACH
def test_a_host_on_another_address_gets_one_move(system: str) -> None:
    move = the_move(plan(f"{system}.before", wanted(system)))
    assert (move.system, move.interface) == (system, "eth0")
    assert (move.old, move.new) == (
        f"10.77.9.{NUMBER[system] - 20}/16",
        f"10.77.{NUMBER[system]}.1/16",
    )
    assert move.old_gateway == move.gateway == "10.77.0.1"
    assert bool(move.profile) == (system == "networkmanager")


@EACH
def test_the_edit_makes_the_file_that_the_host_had_after_its_move(system: str) -> None:
    (edit,) = the_move(plan(f"{system}.before", wanted(system))).edits
    before, after = (
        re.search(rf"addressing-file {re.escape(edit.path)}\nfile \w+ 0\n(.*?)\n@@", t, re.S)
        for t in (text_of(f"{system}.before"), text_of(f"{system}.after"))
    )
    assert before and after
    assert edited(before[1], edit) == after[1]


@EACH
def test_a_host_as_wanted_gets_no_step(system: str) -> None:
    assert plan(f"{system}.after", wanted(system)) == []


@EACH
def test_a_host_with_its_ula_gets_no_step_and_loses_it_when_not_wanted(system: str) -> None:
    with_ula = wanted(system, target=2, ula="fd12:3456:789a::10/64")
    assert plan(f"{system}.ula", with_ula) == []
    without = wanted(system, target=2, host=f"10.77.{NUMBER[system]}.2")
    move = the_move(plan(f"{system}.ula", without))
    assert move.old == move.new
    assert move.edits


@EACH
def test_right_files_but_another_address_up_is_a_step(system: str) -> None:
    def lost(text: str) -> str:
        return text.replace(f"inet 10.77.{NUMBER[system]}.1/16", "inet 10.77.9.77/16")

    move = the_move(plan(f"{system}.after", wanted(system, host="10.77.9.77"), lost))
    assert move.edits == ()


@EACH
def test_a_leftover_public_ipv6_address_is_a_step(system: str) -> None:
    def advertised(text: str) -> str:
        line = "inet6 2001:288:1::5/64 scope global dynamic mngtmpaddr"
        return text.replace("    inet6 fe80", f"    {line}\n    inet6 fe80").replace(
            "\n       valid_lft forever preferred_lft forever\n\n@@recorded rc 0\n\n@@recorded "
            "addressing-routes",
            f"\n    {line}\n\n@@recorded rc 0\n\n@@recorded addressing-routes",
            1,
        )

    wish = wanted(system, host=f"10.77.{NUMBER[system]}.1")
    (step,) = plan(f"{system}.after", wish, advertised)
    assert isinstance(step, Step)
    assert "2001:288:1::5/64" in step.before.en


def test_the_step_says_before_and_after() -> None:
    (step,) = plan("networkd.before", wanted("networkd"))
    assert isinstance(step, Step)
    assert step.before.en == "10.77.9.2/16; gateway 10.77.0.1; dns 10.77.0.1"
    assert step.after.en == "10.77.22.1/16; gateway 10.77.0.1; dns 10.77.0.1"
    assert step.rules == ("A3.1-no-public-ip",)


def test_without_a_wanted_network_nothing_is_asked_or_planned() -> None:
    wish = wanted("networkd")
    bare = replace(wish, recorder=replace(wish.recorder, baseline=Baseline()))
    assert ADDRESSING.script(bare) == ":"
    assert list(ADDRESSING.plan(reply(text_of("networkd.before")), bare)) == []


REFUSED = {
    "other_system": lambda t: t.replace(" configuring", " unmanaged"),
    "stacked": lambda t: t.replace("\nuevent\n", "\nuevent\nupper_br0\n"),
    "pending": lambda t: t.replace("state=none", "state=pending"),
    "no_tool": lambda t: t.replace("systemd-run\n", ""),
    "addresses": lambda t: t.replace(
        "    inet6 fe80", "    inet 10.77.9.200/16 scope global secondary eth0\n    inet6 fe80"
    ),
    "dhcp": lambda t: t.replace(
        "brd 10.77.255.255 scope global eth0", "brd 10.77.255.255 scope global dynamic eth0"
    ),
    "taken": lambda t: t.replace("rc=1", "rc=0"),
    "unknown_config": lambda t: t.replace("Name=eth0", "Name=e*"),
}


@pytest.mark.parametrize("code", REFUSED)
def test_what_is_not_understood_is_refused(code: str) -> None:
    found = plan("networkd.before", wanted("networkd"), REFUSED[code])
    assert the_refusal(found) == f"addressing.{code}"


def test_a_lease_is_replaced_only_with_consent() -> None:
    consent = wanted("networkd", replace_dhcp=True)
    assert the_move(plan("networkd.before", consent, REFUSED["dhcp"]))


def test_a_door_that_is_no_address_of_the_device_is_refused() -> None:
    for host in ("nvr.example-es.edu.tw", "163.20.1.1"):
        found = plan("networkd.before", wanted("networkd", host=host))
        assert the_refusal(found) == "addressing.door"


def test_an_ipv6_management_address_is_refused() -> None:
    wish = wanted("networkd", address="fd00::5", prefix=64, gateway=None)
    assert the_refusal(plan("networkd.before", wish)) == "addressing.ipv6_only"


def test_faults_of_the_address_plan_come_instead_of_a_step() -> None:
    text = Text(zh="重複", en="twice")
    fault = Refusal(id="addressing.collision", aspect="addressing", why=text, fix=text)
    wish = replace(wanted("networkd"), address_faults=(fault,))
    assert plan("networkd.before", wish) == [fault]


@EACH
def test_an_answer_that_is_cut_off_anywhere_makes_no_step(system: str) -> None:
    """A plan from half an answer could lose a device; the last sections hold the veto."""
    text = text_of(f"{system}.before")
    end = text.index("@@recorded addressing-taken")
    for at in range(40, end, 97):
        with pytest.raises((CannotTell, ValueError, LookupError)):
            plan(f"{system}.before", wanted(system), lambda t, at=at: t[:at])


@EACH
def test_a_section_that_is_missing_makes_no_step(system: str) -> None:
    text = text_of(f"{system}.before")
    names = set(re.findall(r"@@recorded (addressing-\w+)", text)) - {"addressing-file"}
    for name in names:
        with pytest.raises(CannotTell):
            plan(f"{system}.before", wanted(system), lambda t, n=name: t.replace(n, "other"))
