"""First secrets, the breaker, and ONVIF's token, without a recorder."""

from __future__ import annotations

import base64
import hashlib
import random
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from cctv_policy.inventory import Account, Recorder
from cctv_policy.model import Text
from cctv_policy.push.credentials import breaker, onvif
from cctv_policy.push.credentials.execute import execute_rotation
from cctv_policy.push.credentials.first import make_first
from cctv_policy.push.credentials.shell import REFUSED
from cctv_policy.push.model import Rotation, Script, Step, Wanted
from cctv_policy.push.phrases import as_is
from cctv_policy.push.session import Done, Ended, Outcome, Tools
from cctv_policy.rotation import DEFAULT, State
from cctv_policy.rotation.profile import faults
from cctv_policy.secretstore import EnvironmentStore, Secret
from cctv_policy.vault import Entry
from tests.push.districts import school_of
from tests.vault.files import Two, keys_of
from tests.vault.memory import MemoryVault

AT = "2026-11-27T10:00:00+08:00"


def recorder(driver: str) -> Recorder:
    return Recorder(
        id="nvr-1", driver=driver, status="in_use", commissioned_on=date(2024, 8, 1),
        accounts=(Account(account="admin", role="admin", secret="s/admin"),),
    )  # fmt: skip


def test_an_administrator_without_a_secret_gets_a_pending_one_once() -> None:
    vault, none = MemoryVault(), EnvironmentStore({})
    below = random.Random(1).randrange
    assert make_first(vault, none, [recorder("motion")], below) == ("s/admin",)
    entry = vault.read("s/admin")
    assert entry.current is None and entry.pending
    assert faults(DEFAULT, "admin", entry.pending.reveal()) == ()
    assert make_first(vault, none, [recorder("motion")], below) == ()
    assert make_first(MemoryVault(), none, [recorder("segment")], below) == ()


def test_a_secret_that_some_store_has_is_left_alone() -> None:
    vault = MemoryVault()
    known = EnvironmentStore({"CCTV_SECRET_S_ADMIN": "x"})
    assert make_first(vault, known, [recorder("motion")], random.Random(1).randrange) == ()
    assert vault.read("s/admin") == Entry()


def test_r14_two_alarms_in_a_run_stop_its_rotations(tmp_path: Path) -> None:
    assert breaker.alarmed(tmp_path, "run1") == ()
    breaker.note(tmp_path, "run1", "nvr-1", State.ROTATED)
    breaker.note(tmp_path, "run1", "nvr-1", State.UNREACHABLE)
    breaker.note(tmp_path, "run1", "nvr-2", State.UNKNOWN)
    breaker.note(tmp_path, "run1", "nvr-2", State.BUDGET)
    assert breaker.alarmed(tmp_path, "run1") == ("nvr-2",)
    breaker.note(tmp_path, "run1", "nvr-3", State.LOCKED)
    assert breaker.stops(breaker.alarmed(tmp_path, "run1"), 1000)
    assert breaker.alarmed(tmp_path, "run2") == ()


def test_r14_more_than_two_in_a_hundred_stop_a_small_run_at_once() -> None:
    assert not breaker.stops((), 1)
    assert breaker.stops(("nvr-1",), 49)
    assert not breaker.stops(("nvr-1",), 50)
    assert breaker.stops(("nvr-1", "nvr-2"), 5000)
    assert not breaker.stops(("nvr-1",), 0)


class Refusing:
    """A recorder's shell that refuses every login; the fake only counts who asked."""

    host = "10.0.0.1"

    def __init__(self) -> None:
        self.asked = 0

    def run(self, wanted: Script, values: Mapping[str, Secret] | None = None) -> Done:
        self.asked += 1
        return Done(rc=REFUSED if values else 0, text="0123456789abcdef")


def test_r14_one_in_doubt_stops_the_passwords_of_a_small_run_and_not_of_the_next(
    tmp_path: Path,
) -> None:
    two = Two(tmp_path)
    two.open().create()
    (tmp_path / "vault.yaml").write_text(two.settings)
    keys_of(tmp_path, two.mine)

    def turn(name: str, run_id: str, devices: int) -> tuple[Outcome, int]:
        one = replace(recorder("segment"), id=name, accounts=(operator(name),))
        known = two.open().read(f"s/{name}")
        if known.current is None:
            entry = known.with_pending(Secret("Set-before-0001")).promoted(AT)
            two.open().write(f"s/{name}", entry)
        session = Refusing()
        tools = Tools(
            store=EnvironmentStore({}), root=tmp_path, run_id=run_id,
            now=lambda: datetime.fromisoformat(AT), sleep=lambda _: None,
            options={"vault": "vault.yaml", "devices": str(devices),
                     "identity": str(tmp_path / f"key-{two.mine[1][-8:]}.txt")},
        )  # fmt: skip
        step = Step(
            id="credentials.os.operator1", aspect="credentials", title=Text(zh="", en=""),
            rules=(), before=as_is(""), after=as_is(""),
            action=Rotation(account="operator1", secret=f"s/{name}"),
        )  # fmt: skip
        assert isinstance(step.action, Rotation)
        done = execute_rotation(session, step, step.action, a_wanted(one), tools)  # type: ignore[arg-type]
        return done, session.asked

    first, asked = turn("nvr-1", "run1", 40)
    assert first.ended is Ended.UNKNOWN and asked
    second, asked = turn("nvr-2", "run1", 40)
    assert second.ended is Ended.FAILED and not asked
    assert second.why and "nvr-1 的密碼狀態不明" in second.why.zh
    again, _ = turn("nvr-1", "run2", 40)
    assert again.ended is Ended.UNKNOWN
    other, asked = turn("nvr-2", "run2", 40)
    assert other.ended is Ended.UNKNOWN and asked, "nvr-1 is no news any more"
    third, asked = turn("nvr-3", "run3", 200)
    fourth, _ = turn("nvr-4", "run3", 200)
    fifth, asked = turn("nvr-5", "run3", 200)
    assert third.ended is fourth.ended is Ended.UNKNOWN
    assert fifth.ended is Ended.FAILED and not asked


def operator(name: str) -> Account:
    return Account(account="operator1", role="operator", secret=f"s/{name}")


def a_wanted(one: Recorder) -> Wanted:
    return Wanted(school=school_of(one), recorder=one, retention=())


def test_the_token_of_a_login_is_the_digest_that_onvif_asks_for_and_not_the_password() -> None:
    fresh = onvif.Fresh(nonce=b"0123456789abcdef", created="2026-11-27T02:00:00Z")
    body = onvif.get_users("admin", Secret("canary-<&>"), fresh).reveal()
    wanted = hashlib.sha1(
        b"0123456789abcdef" + b"2026-11-27T02:00:00Z" + b"canary-<&>", usedforsecurity=False
    ).digest()
    found = re.search(r"PasswordDigest\">([^<]+)<", body)
    assert found and base64.b64decode(found[1]) == wanted
    assert "canary" not in body


def test_a_new_password_is_escaped_and_asked_for_by_the_old_one() -> None:
    fresh = onvif.Fresh(nonce=b"n" * 16, created="2026-11-27T02:00:00Z")
    body = onvif.set_user("admin", Secret("canary-old"), Secret("a<b&c"), fresh).reveal()
    assert "a&lt;b&amp;c" in body and "canary-old" not in body
