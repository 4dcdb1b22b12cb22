"""What every vault promises, held against each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cctv_policy.errors import SecretError
from cctv_policy.secretstore import Secret, SecretMissingError
from cctv_policy.vault import (
    GENERATIONS,
    Entry,
    LeaseHeldError,
    LeaseLostError,
    StaleError,
    Vault,
    same,
)
from cctv_policy.vault.agefile import FileVault
from cctv_policy.vault.config import Server
from cctv_policy.vault.keys import new_identity
from cctv_policy.vault.kv2 import connect

from . import kv2_server
from .files import keys_of
from .memory import MemoryVault

NAME = "school/nvr-1/admin"
AT = "2026-11-27T10:00:00+08:00"
VALUE = Secret("canary-4411-first")


@pytest.fixture(params=["agefile", "kv2", "memory"])
def reopen(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Vault]]:
    """Opens the same vault anew, as another run would."""
    if request.param == "memory":
        one = MemoryVault()
        yield lambda: one
    elif request.param == "kv2":
        with kv2_server.running() as server:
            place = Server(url=server.url)
            yield lambda: connect(place, token=Secret(kv2_server.TOKEN), ca=None)
    else:
        mine, other = new_identity(), new_identity()
        copies = [tmp_path / "a" / "vault.age", tmp_path / "b" / "vault.age"]
        for copy in copies:
            copy.parent.mkdir()
        make = lambda: FileVault(copies, [mine[1], other[1]], keys_of(tmp_path, mine))  # noqa: E731
        make().create()
        yield make


@pytest.fixture
def vault(reopen: Callable[[], Vault]) -> Vault:
    """The vault, empty."""
    return reopen()


def test_what_was_never_written_is_missing_and_has_version_0(vault: Vault) -> None:
    assert vault.read(NAME) == Entry()
    with pytest.raises(SecretMissingError, match="vault put school/nvr-1/admin"):
        vault.get(NAME)
    assert vault.listed() == ()


def test_pending_is_stored_and_is_not_yet_the_current_value(
    vault: Vault, reopen: Callable[[], Vault]
) -> None:
    vault.write(NAME, vault.read(NAME).with_pending(VALUE))
    entry = reopen().read(NAME)
    assert same(entry.pending, VALUE) and entry.current is None and entry.version == 1
    with pytest.raises(SecretMissingError):
        reopen().get(NAME)


def test_promoting_makes_it_current_and_keeps_what_was_before(
    vault: Vault, reopen: Callable[[], Vault]
) -> None:
    for value in ("canary-1", "canary-2", "canary-3"):
        entry = vault.write(NAME, vault.read(NAME).with_pending(Secret(value)))
        vault.write(NAME, entry.promoted(AT))
    entry = reopen().read(NAME)
    assert same(reopen().get(NAME), Secret("canary-3"))
    assert [s.reveal() for s in entry.previous] == ["canary-2", "canary-1"]
    assert entry.changed_at == AT and entry.pending is None


def test_a_pending_value_that_gives_way_is_kept(vault: Vault) -> None:
    entry = vault.write(NAME, Entry().with_pending(VALUE))
    entry = vault.write(NAME, entry.with_pending(Secret("canary-second")))
    assert same(entry.pending, Secret("canary-second")) and same(entry.previous[0], VALUE)


def test_more_than_four_generations_are_kept_and_not_without_end(vault: Vault) -> None:
    entry = vault.read(NAME)
    for number in range(12):
        entry = vault.write(NAME, entry.with_pending(Secret(f"canary-{number}")))
        entry = vault.write(NAME, entry.promoted(AT))
    assert GENERATIONS >= 4
    assert [s.reveal() for s in entry.previous] == [
        f"canary-{n}" for n in range(10, 10 - GENERATIONS, -1)
    ]


def test_the_stale_writer_loses_and_changes_nothing(
    vault: Vault, reopen: Callable[[], Vault]
) -> None:
    old = vault.read(NAME)
    reopen().write(NAME, old.with_pending(Secret("canary-winner")))
    with pytest.raises(StaleError, match="another run"):
        vault.write(NAME, old.with_pending(Secret("canary-loser")))
    assert same(reopen().read(NAME).pending, Secret("canary-winner"))
    assert not reopen().read(NAME).previous


def test_a_second_holder_is_refused_until_the_lease_is_given_back(
    vault: Vault, reopen: Callable[[], Vault]
) -> None:
    lease = vault.acquire("nvr-1", "here/boot/1/2")
    with pytest.raises(LeaseHeldError) as caught:
        reopen().acquire("nvr-1", "there/boot/3/4")
    assert caught.value.holder == "here/boot/1/2" and "here/boot/1/2" in str(caught.value)
    reopen().acquire("nvr-2", "there/boot/3/4")
    vault.release(lease)
    assert reopen().acquire("nvr-1", "there/boot/3/4").generation == lease.generation + 1


def test_who_was_taken_over_can_neither_check_nor_write(
    vault: Vault, reopen: Callable[[], Vault]
) -> None:
    lost = vault.acquire("nvr-1", "here/boot/1/2")
    entry = vault.write(NAME, vault.read(NAME).with_pending(VALUE), lease=lost)
    taken = reopen().acquire("nvr-1", "there/boot/3/4", force=True)
    with pytest.raises(LeaseLostError):
        vault.check(lost)
    with pytest.raises(LeaseLostError):
        vault.write(NAME, entry.promoted(AT), lease=lost)
    vault.release(lost)
    reopen().check(taken)
    reopen().write(NAME, entry.promoted(AT), lease=taken)


def test_an_entry_of_a_newer_lease_refuses_the_older_one(vault: Vault) -> None:
    lease = vault.acquire("nvr-1", "here/boot/1/2")
    entry = vault.write(NAME, Entry(), lease=replace(lease))
    assert entry.generation == lease.generation


def test_the_list_shows_no_value(vault: Vault) -> None:
    entry = vault.write(NAME, Entry().with_pending(VALUE).promoted(AT))
    vault.write(NAME, entry.with_pending(Secret("canary-next")))
    (listed,) = vault.listed()
    assert listed.name == NAME and listed.has_current and listed.has_pending
    assert listed.version == 2 and listed.changed_at == AT
    for shown in (repr(listed), repr(vault.read(NAME)), repr(vault), str(entry)):
        assert "canary" not in shown


@pytest.mark.parametrize("value", ["", "é 雲", "x" * 4000, 'a"b\\c\n', "\u2028 line"])
def test_any_text_reads_back_as_it_was(
    vault: Vault, reopen: Callable[[], Vault], value: str
) -> None:
    vault.write(NAME, Entry().with_pending(Secret(value)).promoted(AT))
    assert reopen().get(NAME).reveal() == value


@pytest.mark.parametrize("name", ["", "../x", "a//b", "/a", "a b", "a/" * 9 + "a"])
def test_a_name_that_could_be_a_path_is_refused(vault: Vault, name: str) -> None:
    with pytest.raises(SecretError, match="cannot be the name"):
        vault.read(name)


def test_collection_reads_from_an_embedded_vault(tmp_path: Path) -> None:
    from cctv_policy.vault import reading_store

    mine, other = new_identity(), new_identity()
    keys_of(tmp_path, mine)
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
    (tmp_path / "vault.yaml").write_text(
        "schema: cctv-policy/vault/1\ncopies: [a/vault.age, b/vault.age]\nrecipients:\n"
        f"  - {{holder: one, key: {mine[1]}}}\n  - {{holder: two, key: {other[1]}}}\n"
    )
    copies = [tmp_path / "a" / "vault.age", tmp_path / "b" / "vault.age"]
    vault = FileVault(copies, [mine[1], other[1]], keys_of(tmp_path, mine))
    vault.create()
    vault.write(NAME, Entry().with_pending(VALUE).promoted(AT))
    key = {"CCTV_POLICY_IDENTITY": str(tmp_path / f"key-{mine[1][-8:]}.txt")}
    store = reading_store(tmp_path / "vault.yaml", identity=None, environ=key)
    assert same(store.get(NAME), VALUE)
    with pytest.raises(SecretMissingError, match="vault put"):
        store.get("school/other")
