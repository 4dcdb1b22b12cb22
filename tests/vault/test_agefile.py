"""The age file in two places: full disks, power cuts, lost copies, wrong keys, leavers."""

from __future__ import annotations

import errno
import stat
from contextlib import suppress
from pathlib import Path

import pytest

from cctv_policy.errors import SecretError, VaultError
from cctv_policy.secretstore import Secret
from cctv_policy.vault import Entry, StaleError, same
from cctv_policy.vault.agefile import FileVault
from cctv_policy.vault.document import digest
from cctv_policy.vault.keys import WrongKeyError, new_identity, read_keys, seal

from .disk import FakeDisk, PowerCutError
from .files import Two, keys_of

NAME = "school/nvr-1/admin"
AT = "2026-11-27T10:00:00+08:00"
OLD, NEW = Secret("canary-old-77"), Secret("canary-new-78")


@pytest.fixture
def two(tmp_path: Path) -> Two:
    """A vault with one entry, on the real disk."""
    made = Two(tmp_path)
    made.open().create()
    made.open().write(NAME, Entry().with_pending(OLD).promoted(AT))
    return made


def test_the_files_are_encrypted_and_belong_to_their_owner(two: Two) -> None:
    for copy in two.copies:
        data = copy.read_bytes()
        assert data.startswith(b"age-encryption.org/v1") and b"canary" not in data
        assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert len(list(two.tmp_path.rglob("*.part"))) == 0


def test_each_recipient_opens_it_and_nobody_else(two: Two) -> None:
    other = FileVault(two.copies, two.recipients, keys_of(two.tmp_path, two.other))
    assert same(other.get(NAME), OLD)
    stranger = FileVault(two.copies, two.recipients, keys_of(two.tmp_path, new_identity()))
    with pytest.raises(VaultError, match="your key does not open"):
        stranger.get(NAME)


def test_a_writer_whose_key_is_no_recipient_is_refused_before_writing(tmp_path: Path) -> None:
    two = Two(tmp_path)
    two.recipients = [two.other[1], new_identity()[1]]
    with pytest.raises(WrongKeyError):
        try:
            two.open().create()
        except VaultError as error:
            assert "your key does not open" in str(error)
            raise WrongKeyError("seen") from None
    assert not any(copy.exists() for copy in two.copies)


def _written(disk: FakeDisk, two: Two) -> FakeDisk:
    """The disk with OLD as the current value, all of it synced."""
    two.open(disk=disk).create()
    two.open(disk=disk).write(NAME, Entry().with_pending(OLD).promoted(AT))
    return disk


def _steps_of_one_write(two: Two) -> int:
    disk = _written(FakeDisk(), two)
    before = disk.steps
    two.open(disk=disk).write(NAME, two.open(disk=disk).read(NAME).with_pending(NEW))
    return disk.steps - before


def test_a_power_cut_at_any_step_leaves_the_old_or_the_new_state_whole(tmp_path: Path) -> None:
    two = Two(tmp_path)
    total = _steps_of_one_write(two)
    seen: set[str] = set()
    for cut in range(1, total + 1):
        for reached in (False, True):
            disk = _written(FakeDisk(), two)
            entry = two.open(disk=disk).read(NAME)
            first = disk.steps

            def fail(step: int, _operation: str, _path: Path, at: int = first + cut) -> None:
                if step == at:
                    raise PowerCutError

            disk.fail = fail
            with suppress(PowerCutError):
                two.open(disk=disk).write(NAME, entry.with_pending(NEW))
            again = two.open(disk=disk.after_power_cut(reached=reached))
            found = again.read(NAME)
            assert same(found.current, OLD)
            assert found.pending is None or same(found.pending, NEW)
            seen.add("new" if found.pending else "old")
            written = again.write(NAME, found.with_pending(Secret("canary-later")))
            assert same(again.read(NAME).current, OLD) and written.pending
    assert seen == {"old", "new"} and total > 15


@pytest.mark.parametrize("code", [errno.EIO, errno.ENOSPC, errno.EROFS])
def test_an_error_of_the_disk_at_any_step_loses_nothing(tmp_path: Path, code: int) -> None:
    two = Two(tmp_path)
    for bad in range(1, _steps_of_one_write(two) + 1):
        disk = _written(FakeDisk(), two)
        entry = two.open(disk=disk).read(NAME)
        first = disk.steps

        def fail(step: int, operation: str, _path: Path, at: int = first + bad) -> None:
            if step == at and not (code != errno.EIO and operation == "read"):
                raise OSError(code, "the disk says no")

        disk.fail = fail
        failed = ""
        try:
            two.open(disk=disk).write(NAME, entry.with_pending(NEW))
        except VaultError as error:
            failed = str(error)
        disk.fail = None
        found = two.open(disk=disk).read(NAME)
        assert same(found.current, OLD)
        if not failed:
            assert same(found.pending, NEW)
        elif "so nothing is changed" in failed:
            assert found.pending is None, failed
        assert not failed or "→" in failed


def test_a_full_real_disk_changes_nothing_and_says_so(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = [copy.read_bytes() for copy in two.copies]
    vault = two.open()

    def full(_path: Path, _data: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(vault._disk, "create", full)
    with pytest.raises(VaultError, match="nothing is changed") as caught:
        vault.write(NAME, vault.read(NAME).with_pending(NEW))
    assert "No space left" in str(caught.value) and "canary" not in str(caught.value)
    assert [copy.read_bytes() for copy in two.copies] == before


def test_a_lost_copy_is_read_around_and_not_written_around(two: Two) -> None:
    two.copies[0].unlink()
    assert same(two.open().get(NAME), OLD)
    with pytest.raises(VaultError, match="nothing is changed") as caught:
        two.open().write(NAME, two.open().read(NAME).with_pending(NEW))
    assert "--allow-single-copy" in str(caught.value)
    two.open().recover()
    two.open().write(NAME, two.open().read(NAME).with_pending(NEW))


def test_a_single_copy_is_written_by_permission_and_that_is_recorded(two: Two) -> None:
    two.copies[1].unlink()
    two.copies[1].parent.rmdir()
    vault = two.open(single_copy="2026-11-27 by P-0001")
    vault.write(NAME, vault.read(NAME).with_pending(NEW))
    assert vault.content().notes == ("2026-11-27 by P-0001",)
    two.copies[1].parent.mkdir()
    two.open().recover()
    assert two.copies[1].exists() and same(two.open().read(NAME).pending, NEW)


def test_a_copy_that_is_behind_is_brought_up_to_date(two: Two) -> None:
    behind = two.copies[1].read_bytes()
    two.open().write(NAME, two.open().read(NAME).with_pending(NEW))
    two.copies[1].write_bytes(behind)
    assert same(two.open().read(NAME).pending, NEW)
    entry = two.open().read(NAME)
    two.open().write(NAME, entry.promoted(AT))
    states = [digest(copy.content) for copy in two.open().look() if copy.content]
    assert len(states) == 2 and states[0] == states[1]


def test_copies_that_went_apart_are_refused_and_joined_without_loss(two: Two) -> None:
    fork = [copy.read_bytes() for copy in two.copies]
    two.open().write(NAME, two.open().read(NAME).with_pending(NEW).promoted(AT))
    lead = two.copies[0].read_bytes()
    for copy, data in zip(two.copies, fork, strict=True):
        copy.write_bytes(data)
    two.open().write(NAME, two.open().read(NAME).with_pending(Secret("canary-fork")))
    two.copies[0].write_bytes(lead)
    with pytest.raises(VaultError, match="went apart"):
        two.open().get(NAME)
    two.open().recover(prefer=two.copies[0])
    entry = two.open().read(NAME)
    assert same(entry.current, NEW)
    assert {s.reveal() for s in entry.previous} == {"canary-old-77", "canary-fork"}


def test_an_old_backup_put_back_does_not_win_over_the_newer_copy(two: Two) -> None:
    backup = two.copies[0].read_bytes()
    two.open().write(NAME, two.open().read(NAME).with_pending(NEW).promoted(AT))
    two.copies[0].write_bytes(backup)
    assert same(two.open().get(NAME), NEW)


def test_a_leaver_who_is_still_a_recipient_stops_every_write(two: Two) -> None:
    leaver = two.other[1]
    two.recipients = [two.mine[1], new_identity()[1]]
    assert same(two.open().get(NAME), OLD)
    with pytest.raises(VaultError, match="encrypted for others") as caught:
        two.open().acquire("nvr-1", "here")
    assert f"still for {leaver}" in str(caught.value) and "recover" in str(caught.value)
    two.open().recover()
    two.open().acquire("nvr-1", "here")
    gone = FileVault(two.copies, two.recipients, keys_of(two.tmp_path, two.other))
    with pytest.raises(VaultError, match="your key does not open"):
        gone.get(NAME)


def test_a_key_that_was_added_behind_the_list_is_noticed(two: Two) -> None:
    clear = keys_of(two.tmp_path, two.mine).open(two.copies[0].read_bytes(), "")
    data = seal(clear, [*two.recipients, new_identity()[1]])
    for copy in two.copies:
        copy.write_bytes(data)
    with pytest.raises(VaultError, match="more or fewer keys than it says"):
        two.open().get(NAME)


@pytest.mark.parametrize("damage", [b"", b"not age", b"age-encryption.org/v1\n--- x\n"])
def test_a_damaged_copy_is_named(two: Two, damage: bytes) -> None:
    for copy in two.copies:
        copy.write_bytes(damage)
    with pytest.raises(VaultError, match="no copy of the vault can be read") as caught:
        two.open().get(NAME)
    assert str(two.copies[0]) in str(caught.value)


def test_one_flipped_bit_is_noticed(two: Two) -> None:
    data = bytearray(two.copies[0].read_bytes())
    data[-3] ^= 1
    two.copies[0].write_bytes(bytes(data))
    assert same(two.open().get(NAME), OLD)
    assert two.open().look()[0].content is None


def test_a_vault_is_not_made_over_another(two: Two) -> None:
    two.copies[0].unlink()
    with pytest.raises(VaultError, match="there already"):
        two.open().create()


def test_two_processes_do_not_overwrite_each_other(two: Two) -> None:
    first, second = two.open(), two.open()
    entry = first.read(NAME)
    first.write(NAME, entry.with_pending(NEW))
    with pytest.raises(StaleError):
        second.write(NAME, entry.with_pending(Secret("canary-else")))
    second.write("school/nvr-2/admin", Entry().with_pending(NEW))
    assert same(first.read(NAME).pending, NEW)


@pytest.mark.parametrize("mode", [0o640, 0o644, 0o604])
def test_an_identity_file_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "key.txt"
    path.write_text(new_identity()[0])
    path.chmod(mode)
    with pytest.raises(SecretError, match="others may read") as caught:
        read_keys(path)
    assert "AGE-SECRET" not in str(caught.value)


@pytest.mark.parametrize("text", ["", "# nothing\n", "AGE-SECRET-KEY-1OOPS", "age1x\n"])
def test_an_identity_file_without_a_key_is_refused_without_showing_it(
    tmp_path: Path, text: str
) -> None:
    path = tmp_path / "key.txt"
    path.touch(mode=0o600)
    path.write_text(text)
    with pytest.raises(VaultError) as caught:
        read_keys(path)
    assert "OOPS" not in str(caught.value)
