"""What the credentials aspect plans from what a recorder tells; the lab has the real recorders."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from cctv_policy.drivers.framing import CannotTell, Reply, Section
from cctv_policy.inventory import Account, Area, Camera, Name, Recorder, School, Snmp
from cctv_policy.inventory.model import CameraLogin
from cctv_policy.push.credentials import Credentials
from cctv_policy.push.credentials.accounts import targets
from cctv_policy.push.model import Refusal, Rotation, Step, Wanted
from cctv_policy.state import Why

NAME = Name(zh="測", en="test")
ADMIN = Account(account="admin", role="admin", secret="s/admin")
OPERATOR = Account(account="operator1", role="operator", secret="s/operator")


def wanted(
    *accounts: Account, driver: str = "motion", changes: tuple[date, ...] = (), **more: Any
) -> Wanted:
    recorder = Recorder(
        id="nvr-1", driver=driver, status="in_use", commissioned_on=date(2024, 8, 1),
        accounts=accounts,
    )  # fmt: skip
    recorder = replace(recorder, **{k: v for k, v in more.items() if k in ("snmp", "cameras")})
    school = School(
        schema="cctv-policy/inventory/1", id="es", name=NAME, moe_code="999990", city="ntpc",
        site_type="elementary", areas=(Area(id="campus", type="campus", name=NAME),),
        recorders=(recorder,), custodian_changes=changes,
    )  # fmt: skip
    asked = bool(more.get("disable"))
    return Wanted(school=school, recorder=recorder, retention=(), disable_unknown_accounts=asked)


def reply(users: str, *told: str) -> Reply:
    def section(name: str, text: str) -> Section:
        return Section(name=name, argument="", text=text, rc=0)

    return Reply(
        sections={
            "credentials-users": (section("credentials-users", users),),
            "credentials-target": tuple(section("credentials-target", line) for line in told),
        },
        complete=True,
        missing=CannotTell(Why.ODD_OUTPUT, ""),
        asked_at=0,
        first_at=0,
    )


def plan(found: Reply, wish: Wanted) -> list[Step | Refusal]:
    return list(Credentials().plan(found, wish))


USERS = "os root\nos operator1\nmotion admin\n"
MANAGED_ROOT = Account(account="root", role="service", secret="s/root", rotated_on=date(2026, 1, 1))


def rotations(steps: list[Step | Refusal]) -> dict[str, str]:
    return {
        s.id: s.before.en for s in steps if isinstance(s, Step) and isinstance(s.action, Rotation)
    }


def test_what_was_never_rotated_is_rotated() -> None:
    found = reply(
        USERS,
        "motion.admin there set never other",
        "os.operator1 there set never other",
        "os.root there set never other",
    )
    steps = rotations(plan(found, wanted(ADMIN, OPERATOR, MANAGED_ROOT)))
    assert list(steps) == ["credentials.motion.admin", "credentials.os.operator1"]


@pytest.mark.parametrize(
    ("told", "changes", "why"),
    [
        ("there set 2026-11-27 same", (), None),
        ("there set 2026-11-27 same", (date(2026, 11, 27),), None),
        ("there set 2026-11-27 same", (date(2026, 11, 28),), "custodian changed on 2026-11-28"),
        ("there set 2026-11-27 other", (), "changed since 2026-11-27"),
        ("there empty 2026-11-27 same", (), "empty or factory"),
        ("there set never other", (), "never rotated"),
    ],
)
def test_a_rotation_is_due_for_a_reason(
    told: str, changes: tuple[date, ...], why: str | None
) -> None:
    found = reply("os x\n", f"motion.admin {told}")
    steps = rotations(plan(found, wanted(ADMIN, changes=changes)))
    assert (why is None) == (not steps)
    assert why is None or why in steps["credentials.motion.admin"]


def test_a_day_in_the_inventory_counts_where_the_recorder_has_no_marker() -> None:
    known = replace(ADMIN, rotated_on=date(2026, 8, 3))
    found = reply("os x\n", "motion.admin there set never other")
    assert rotations(plan(found, wanted(known))) == {}


def test_r18_a_second_administrator_waits_for_the_next_run() -> None:
    second = Account(account="deputy", role="admin", secret="s/deputy")
    found = reply(
        "os x\n", "motion.admin there set never other", "motion.deputy there set never other"
    )
    steps = plan(found, wanted(ADMIN, second))
    assert list(rotations(steps)) == ["credentials.motion.admin"]
    assert any(isinstance(s, Refusal) and "waits" in s.why.en for s in steps)


def test_accounts_nobody_manages_are_told_and_root_is_never_switched_off() -> None:
    found = reply("os root\nos pi\n")
    told = plan(found, wanted())
    assert [s.id for s in told] == ["credentials.os.root", "credentials.os.pi"]
    assert all(isinstance(s, Refusal) for s in told)
    asked = plan(found, wanted(disable=True))
    assert [type(s) for s in asked] == [Refusal, Step]


def test_a_factory_account_of_the_software_is_switched_off_without_asking() -> None:
    found = reply("os x\nmotioneye admin\nmotioneye user\n", "motioneye.admin there set never x")
    steps = plan(found, wanted(ADMIN, driver="motioneye"))
    off = [s for s in steps if s.id == "credentials.off.motioneye.user"]
    assert len(off) == 1 and isinstance(off[0], Step)


def test_an_account_that_is_not_there_is_told() -> None:
    found = reply("os x\n", "os.operator1 absent set never other")
    (stranger, absent) = plan(found, wanted(OPERATOR, driver="segment"))
    assert isinstance(absent, Refusal) and "not on the recorder" in absent.why.en
    assert stranger.id == "credentials.os.x"


@pytest.mark.parametrize(
    ("users", "told"),
    [
        ("", ("motion.admin there set never other",)),
        ("os x\n", ()),
        ("os x\n", ("motion.admin there set",)),
    ],
)
def test_a_recorder_that_does_not_tell_is_unknown(users: str, told: tuple[str, ...]) -> None:
    with pytest.raises(CannotTell):
        plan(reply(users, *told), wanted(ADMIN))


def test_snmp_users_and_cameras_are_targets_too() -> None:
    snmp = Snmp(version="v3", user="mon", auth="s/auth", priv="s/priv")
    login = CameraLogin(user="admin", secret="s/cam")
    camera = Camera(
        id="cam-1", ch="1", area="campus", place="gate", address="10.0.0.9", login=login
    )
    found = list(targets(wanted(snmp=snmp, cameras=(camera,)).recorder, frozenset()))
    assert [t.id for t in found] == ["snmp.mon.auth", "snmp.mon.priv", "camera.cam-1"]
    assert found[0].other == "s/priv" and found[2].place == "10.0.0.9"


def test_the_snapshot_holds_no_secret_and_names_every_target() -> None:
    script = Credentials().script(wanted(ADMIN, OPERATOR))
    assert "tell_target motion.admin motion admin" in script
    assert "s/admin" not in script
