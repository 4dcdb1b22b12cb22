"""First secrets, the breaker, and ONVIF's token, without a recorder."""

from __future__ import annotations

import base64
import hashlib
import random
import re
from datetime import date
from pathlib import Path

from cctv_policy.inventory import Account, Recorder
from cctv_policy.push.credentials import breaker, onvif
from cctv_policy.push.credentials.first import make_first
from cctv_policy.rotation import DEFAULT, State
from cctv_policy.rotation.profile import faults
from cctv_policy.secretstore import EnvironmentStore, Secret
from cctv_policy.vault import Entry
from tests.vault.memory import MemoryVault


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
    assert len(breaker.alarmed(tmp_path, "run1")) == breaker.MOST_ALARMS
    assert breaker.alarmed(tmp_path, "run2") == ()


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
