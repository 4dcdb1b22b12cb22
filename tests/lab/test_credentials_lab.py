"""The credentials aspect on real recorders: plan, apply, and a second plan that is empty."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from cctv_policy.push.credentials import Credentials, execute_rotation
from cctv_policy.push.model import Plan, Rotation, Script, Wanted
from cctv_policy.push.planning import make_plan
from cctv_policy.push.session import Ended, Tools
from cctv_policy.secretstore import EnvironmentStore, Secret
from cctv_policy.vault import Entry
from cctv_policy.vault.agefile import FileVault
from tests.canary import Watch
from tests.vault.files import Two, keys_of

from .archive import TAIPEI
from .rotating import CHECKS, Built, build, first_password, wanted
from .ssh_session import SshSession, connect_to

pytestmark = pytest.mark.lab
AT = "2026-11-27T10:00:00+08:00"


def plan(one: Built, wish: Wanted) -> Plan:
    aspect = Credentials()
    reply = SshSession(connect_to(one.host)).snapshot(aspect, wish)
    return make_plan(reply, wish, [aspect])


@pytest.fixture
def district(tmp_path: Path) -> tuple[Two, Path, dict[str, str]]:
    """A vault with its vault.yaml, and what the worker is told of it."""
    two = Two(tmp_path)
    two.open().create()
    keys_of(tmp_path, two.mine)
    path = tmp_path / "vault.yaml"
    path.write_text(two.settings)
    key = tmp_path / f"key-{two.mine[1][-8:]}.txt"
    return two, path, {"vault": str(path), "identity": str(key)}


def apply(one: Built, wish: Wanted, options: dict[str, str], root: Path) -> Plan:
    """Every step, each of which must succeed; the plan that was carried out."""
    found = plan(one, wish)
    tools = Tools(
        store=EnvironmentStore({}), root=root, run_id="run1", options=options,
        now=lambda: datetime.now(TAIPEI), sleep=time.sleep,
    )  # fmt: skip
    session = SshSession(connect_to(one.host))
    for step in found.steps:
        if isinstance(step.action, Rotation):
            outcome = execute_rotation(session, step, step.action, wish, tools)
            assert outcome.ended is Ended.DONE, (step.id, outcome)
        else:
            assert isinstance(step.action, Script)
            done = session.run(step.action)
            assert done.rc == 0, (step.id, done.text)
    return found


def know(vault: FileVault, wish: Wanted, one: Built) -> None:
    snmp = wish.recorder.snmp
    names = [account.secret for account in wish.recorder.accounts]
    names += [snmp.auth, snmp.priv] if snmp and snmp.auth and snmp.priv else []
    for name in names:
        secret = Secret(first_password(one, name))
        vault.write(name, Entry().with_pending(secret).promoted(AT))


@pytest.mark.parametrize("kind", ["segment", "motion", "motioneye", "zoneminder"])
def test_every_account_is_rotated_once_and_no_secret_is_seen_anywhere(
    lab: None,
    district: tuple[Two, Path, dict[str, str]],
    tmp_path: Path,
    kind: str,
    capfd: pytest.CaptureFixture[str],
) -> None:
    two, _, options = district
    one = build(kind)  # type: ignore[arg-type]
    wish = wanted(one)
    vault = two.open()
    know(vault, wish, one)
    if kind != "segment":
        realm = kind
        deadline = time.monotonic() + 120
        old = first_password(one, "lab/admin")
        while not CHECKS[realm](one.host, old) and time.monotonic() < deadline:
            time.sleep(1)
    before = plan(one, wish)
    text = repr(before)
    watch = Watch()
    with watch.watching():
        done = apply(one, wish, options, tmp_path)
    rotations = [step for step in done.steps if isinstance(step.action, Rotation)]
    assert len(rotations) == {"segment": 3, "motion": 4, "motioneye": 4, "zoneminder": 5}[kind]
    after = plan(one, wish)
    assert after.steps == (), [(step.id, step.before) for step in after.steps]
    for listed in vault.listed():
        assert listed.has_current and not listed.has_pending and listed.generations == 1
    if kind != "segment":
        assert CHECKS[kind](one.host, vault.get("lab/admin").reveal())
    values = [
        secret.reveal()
        for listed in vault.listed()
        for secret in vault.read(listed.name).candidates()
    ]
    seen = b"\n".join(watch.seen)
    said = "".join(capfd.readouterr()) + text + repr(after)
    journal = one.host.exec("journalctl --no-pager -o cat; cat /var/log/auth.log 2>/dev/null; true")
    for value in values:
        assert value.encode() not in seen, "in a command line or an environment"
        assert value not in said and value not in repr(vault) + repr(vault.listed())
        assert value not in journal.stdout
    assert watch.looks > 20
    # a custodian who changes later makes all of it due again
    later = replace(wish.school, custodian_changes=(date(2027, 1, 1),))
    assert len(plan(one, replace(wish, school=later)).steps) == len(rotations)
    one.host.stop()


def test_a_password_that_somebody_changed_since_is_seen(
    lab: None, district: tuple[Two, Path, dict[str, str]], tmp_path: Path
) -> None:
    two, _, options = district
    one = build("segment")
    wish = wanted(one)
    know(two.open(), wish, one)
    apply(one, wish, options, tmp_path)
    one.host.exec("chpasswd", stdin="operator1:Set-by-hand.88\n")
    (step,) = plan(one, wish).steps
    assert step.id == "credentials.os.operator1" and "changed since" in step.before.en
    one.host.stop()


def test_accounts_nobody_manages_are_reported_and_switched_off_when_asked(
    lab: None, district: tuple[Two, Path, dict[str, str]], tmp_path: Path
) -> None:
    two, _, options = district
    one = build("segment")
    one.host.exec("useradd -m -s /bin/sh leaver && echo leaver:Left-Word.1 | chpasswd")
    wish = wanted(one)
    know(two.open(), wish, one)
    refusals = {refusal.id: refusal for refusal in plan(one, wish).refusals}
    assert "credentials.os.leaver" in refusals
    assert "--disable-unknown-accounts" in refusals["credentials.os.leaver"].fix.en
    # the collecting and the pushing account are in the inventory of a real district
    connect = connect_to(one.host)
    from cctv_policy.inventory.model import PushAccount

    from .roles.common import AUDIT, PUSH

    nvr = replace(
        wish.recorder,
        connect=replace(connect, user=AUDIT, push=PushAccount(user=PUSH, key="lab/push/ssh")),
    )
    asked = replace(wish, recorder=nvr, disable_unknown_accounts=True)
    done = apply(one, asked, options, tmp_path)
    assert [s.id for s in done.steps if "off" in s.id] == ["credentials.off.os.leaver"]
    assert plan(one, asked).steps == () and plan(one, asked).refusals == ()
    shadow = one.host.exec("getent shadow leaver").stdout.split(":")
    assert shadow[1].startswith("!") and shadow[7] == "1"
    one.host.stop()
