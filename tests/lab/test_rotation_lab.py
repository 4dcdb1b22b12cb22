"""Passwords of real recorders change: the new one works, the old one does not, footage goes on."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from cctv_policy.push.credentials.accounts import Target
from cctv_policy.push.credentials.execute import rotate_target
from cctv_policy.push.session import Tools
from cctv_policy.rotation import State
from cctv_policy.secretstore import EnvironmentStore, Secret
from cctv_policy.vault import Entry, Vault
from tests.vault.files import Two
from tests.vault.memory import MemoryVault

from .archive import TAIPEI
from .recorders import recorded
from .rotating import (
    CHECKS,
    Built,
    build,
    first_password,
    snmp_takes,
    target,
    wanted,
    zm_takes,
    zm_token,
)
from .ssh_session import SshSession, connect_to

pytestmark = pytest.mark.lab
AT = "2026-11-27T10:00:00+08:00"


@pytest.fixture(scope="module")
def built(lab: None) -> Iterator[dict[str, Built]]:
    """One recorder of each kind; started when first asked for."""
    found: dict[str, Built] = {}
    yield found
    for one in found.values():
        one.host.stop()


def of(built: dict[str, Built], kind: str) -> Built:
    if kind not in built:
        built[kind] = build(kind)  # type: ignore[arg-type]
    return built[kind]


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    two = Two(tmp_path)
    two.open().create()
    return two.open()


def tools(tmp_path: Path, **options: str) -> Tools:
    return Tools(
        store=EnvironmentStore({}),
        root=tmp_path,
        run_id="run1",
        now=lambda: datetime.now(TAIPEI),
        sleep=time.sleep,
        options=options,
    )


def turn(one: Built, wish: Target, vault: Vault, tmp_path: Path, **options: str) -> State:
    session = SshSession(connect_to(one.host))
    report = rotate_target(session, wish, wanted(one), vault, tools(tmp_path, **options))
    print(report.state, report.detail)
    return report.state


def know(vault: Vault, wish: Target, one: Built) -> None:
    for name in filter(None, (wish.secret, wish.other)):
        vault.write(
            name,
            Entry(version=vault.read(name).version)
            .with_pending(Secret(first_password(one, name)))
            .promoted(AT),
        )


@pytest.mark.parametrize(
    ("kind", "start"),
    [
        ("segment", "os."),
        ("motion", "motion."),
        ("motion", "os."),
        ("motioneye", "motioneye."),
        ("zoneminder", "zoneminder."),
        ("zoneminder", "database."),
    ],
)
def test_a_password_changes_and_the_old_one_is_refused(
    built: dict[str, Built], vault: Vault, tmp_path: Path, kind: str, start: str
) -> None:
    one = of(built, kind)
    wish = target(one, start)
    know(vault, wish, one)
    check = CHECKS[wish.realm]
    one.host.wait_for("true")
    old = first_password(one, wish.secret)
    deadline = time.monotonic() + 90
    while not check(one.host, old) and time.monotonic() < deadline:
        time.sleep(1)
    assert check(one.host, old), "the recorder was not built as it should be"
    assert turn(one, wish, vault, tmp_path) is State.ROTATED
    new = vault.get(wish.secret).reveal()
    assert new != old and check(one.host, new) and not check(one.host, old)
    # and back again by the same way, so that other tests find it as it was built
    assert turn(one, wish, vault, tmp_path) is State.ROTATED
    assert not check(one.host, new) and check(one.host, vault.get(wish.secret).reveal())
    entry = vault.read(wish.secret)
    assert [s.reveal() for s in entry.previous] == [new, old]


def test_both_passwords_of_an_snmp_user_change_one_after_the_other(
    built: dict[str, Built], vault: Vault, tmp_path: Path
) -> None:
    one = of(built, "segment")
    auth, priv = target(one, "snmp.cctvmon.auth"), target(one, "snmp.cctvmon.priv")
    know(vault, auth, one)
    old = [first_password(one, name) for name in (auth.secret, priv.secret)]
    assert snmp_takes(one, *old)
    assert turn(one, auth, vault, tmp_path) is State.ROTATED
    assert snmp_takes(one, vault.get(auth.secret).reveal(), old[1])
    assert turn(one, priv, vault, tmp_path) is State.ROTATED
    assert snmp_takes(one, vault.get(auth.secret).reveal(), vault.get(priv.secret).reveal())
    assert not snmp_takes(one, *old)
    assert not snmp_takes(one, vault.get(auth.secret).reveal(), old[1])


def test_tokens_of_zoneminder_die_with_the_old_password(
    built: dict[str, Built], vault: Vault, tmp_path: Path
) -> None:
    one = of(built, "zoneminder")
    wish = target(one, "zoneminder.")
    word = "Known-Word.4417"
    assert turn(one, wish, vault, tmp_path) is State.ROTATED, "nobody knew it: root sets it"
    word = vault.get(wish.secret).reveal()
    token = zm_token(one.host, word)
    assert zm_takes(one.host, token)
    time.sleep(1.1)  # ZoneMinder compares whole seconds
    assert turn(one, wish, vault, tmp_path) is State.ROTATED
    assert not zm_takes(one.host, token)
    assert zm_takes(one.host, zm_token(one.host, vault.get(wish.secret).reveal()))
    secret = one.host.exec(
        "mysql -N zm -e \"select Value from Config where Name='ZM_AUTH_HASH_SECRET'\""
    ).stdout.strip()
    assert len(secret) == 48


def test_a_password_set_by_hand_is_unknown_until_a_person_allows_a_reset(
    built: dict[str, Built], vault: Vault, tmp_path: Path
) -> None:
    one = of(built, "segment")
    wish = target(one, "os.")
    know(vault, wish, one)
    one.host.exec("chpasswd", stdin="operator1:Set-by-hand.77\n")
    assert turn(one, wish, vault, tmp_path) is State.UNKNOWN
    assert turn(one, wish, vault, tmp_path, reset_unknown="", fresh_budget="") is State.ROTATED
    assert CHECKS["os"](one.host, vault.get(wish.secret).reveal())


def test_footage_goes_on_after_the_changes(built: dict[str, Built]) -> None:
    for kind in ("motion", "motioneye", "zoneminder"):
        one = of(built, kind)
        one.host.exec("touch /etc/hostname")
        stamp = time.monotonic() + 90
        before = set(recorded(one.recorder, one.host, 1)) if kind == "zoneminder" else set()
        while not set(recorded(one.recorder, one.host, 1)) - before:
            assert time.monotonic() < stamp, f"{kind} records no more"
            time.sleep(1)


def test_another_machine_at_the_address_is_sent_nothing(
    built: dict[str, Built], vault: Vault, tmp_path: Path
) -> None:
    one = of(built, "segment")
    wish = target(one, "os.")
    know(vault, wish, one)
    entry = vault.read(wish.secret)
    vault.write(wish.secret, replace(entry, identity="0123456789abcdef0123456789abcdef"))
    assert turn(one, wish, vault, tmp_path) is State.WRONG_DEVICE


def watches(one: Built, password: str) -> bool:
    """A player on the recorder's wire opens the camera's stream with the password."""
    stream = one.recorder.streams[0]
    url = f"rtsp://{stream.user}:{password}@{stream.address}:554/ch1"
    done = one.host.exec(f"timeout 20 ffprobe -v error -rtsp_transport tcp -i {url}", check=False)
    return done.returncode == 0


def camera_of(one: Built, vault: Vault) -> Target:
    """The camera's login as a target; the vault knows its password."""
    stream = one.recorder.streams[0]
    vault.write("lab/camera", Entry().with_pending(Secret(stream.password)).promoted(AT))
    return Target(
        id="camera.cam1", realm="camera", account=stream.user, secret="lab/camera",
        place=stream.address, more={"port": "80"},
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["segment", "motion", "motioneye", "zoneminder"])
def test_a_camera_and_its_recorders_copy_change_together_and_footage_goes_on(
    lab: None, vault: Vault, tmp_path: Path, kind: str
) -> None:
    one = build(kind)  # type: ignore[arg-type]
    wish = camera_of(one, vault)
    old = vault.get("lab/camera").reveal()
    deadline = time.monotonic() + 120
    while not recorded(one.recorder, one.host, 1) and time.monotonic() < deadline:
        time.sleep(1)
    assert watches(one, old)
    assert turn(one, wish, vault, tmp_path) is State.ROTATED
    new = vault.get("lab/camera").reveal()
    assert watches(one, new) and not watches(one, old)
    one.host.stop()


def test_a_camera_whose_recorder_does_not_record_afterwards_gets_its_old_password_back(
    lab: None, vault: Vault, tmp_path: Path
) -> None:
    one = build("segment")
    wish = camera_of(one, vault)
    old = vault.get("lab/camera").reveal()
    assert turn(one, wish, MemoryVault(), tmp_path) is State.NO_SECRET
    folder = "/srv/recordings/ch1"
    was = one.host.exec(f"stat -c '%U:%G %a' {folder}").stdout.split()
    one.host.exec(f"chown root:root {folder}; chmod 700 {folder}")
    assert turn(one, wish, vault, tmp_path) is State.ROLLED_BACK
    assert watches(one, old) and vault.get("lab/camera").reveal() == old
    unit = one.host.exec("cat /etc/systemd/system/cctv-record-ch1.service").stdout
    assert f"admin:{old}@" in unit
    one.host.exec(f"chown {was[0]} {folder}; chmod {was[1]} {folder}")
    assert turn(one, wish, vault, tmp_path) is State.ROTATED, "and once it can record, it changes"
    one.host.stop()
