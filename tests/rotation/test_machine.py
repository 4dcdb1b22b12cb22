"""R1 to R20 of the design, one after the other, against devices that misbehave in one way each.

R1 is in test_exploration.py and the lab's kills; R14 and R18 are a push's (tests/push/credentials),
R15 the vault's file (tests/vault/test_agefile.py).
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cctv_policy.errors import VaultError
from cctv_policy.rotation import (
    Change,
    Dependent,
    DeviceClosedError,
    Job,
    Profile,
    Report,
    State,
    WrongDeviceError,
    rotate,
)
from cctv_policy.secretstore import Secret
from cctv_policy.vault import Entry, Lease, same
from tests.vault.files import Two
from tests.vault.memory import MemoryVault

from .device import FIRST, FakeDevice, FakeRecorder, world

NAME = "school/cam-1/admin"
AT = "2026-11-27T10:00:00+08:00"
JOB = Job(device="cam-1", account="operator", secret=NAME)


def known(device: FakeDevice) -> MemoryVault:
    """A vault that knows the device's password."""
    vault = MemoryVault()
    vault.write(NAME, Entry(identity=device.serial).with_pending(Secret(FIRST)).promoted(AT))
    return vault


def run(
    device: Any, vault: Any, *dependents: Dependent, job: Job = JOB, around: Any = None
) -> Report:
    """One run of the real machine."""
    inner = getattr(device, "inner", device)
    return rotate(job, vault, device, list(dependents), around or world(inner))


def works(device: FakeDevice, vault: MemoryVault) -> bool:
    """Whether the vault's current value is the device's."""
    return vault.get(NAME).reveal() == device.password


def test_a_rotation_proves_the_new_value_and_that_the_old_one_is_refused() -> None:
    device = FakeDevice()
    vault = known(device)
    assert run(device, vault).state is State.ROTATED
    assert works(device, vault) and device.password != FIRST
    entry = vault.read(NAME)
    assert entry.pending is None and same(entry.previous[0], Secret(FIRST))
    assert device.shown[-1] == FIRST and device.wrong == 1
    assert entry.mark == "" and entry.identity == "SN-1"


def test_each_run_makes_another_value_and_the_earlier_ones_are_kept() -> None:
    device = FakeDevice()
    vault = known(device)
    for seed in range(8):
        assert run(device, vault, around=world(device, seed)).state is State.ROTATED
    entry = vault.read(NAME)
    assert len({s.reveal() for s in entry.candidates()}) == 1 + len(entry.previous) >= 5


class Failing(MemoryVault):
    """Its writes fail where `when` says so."""

    def __init__(self, when: Any) -> None:
        super().__init__()
        self.when = when

    def write(self, name: str, entry: Entry, *, lease: Lease | None = None) -> Entry:
        if lease and self.when(self.read(name), entry):
            raise VaultError("No space left on device")
        return super().write(name, entry, lease=lease)


def test_r2_a_pending_value_that_cannot_be_stored_is_never_sent() -> None:
    device = FakeDevice()
    vault = Failing(lambda old, new: new.pending is not None and old.pending is None)
    vault.content = known(device).content
    report = run(device, vault)
    assert report.state is State.VAULT and "No space" in report.detail
    assert device.password == FIRST and not device.changes


def test_r3_a_promotion_that_cannot_be_stored_is_made_up_by_the_next_run() -> None:
    device = FakeDevice()
    vault = Failing(lambda old, new: old.pending is not None and new.pending is None)
    vault.content = known(device).content
    assert run(device, vault).state is State.VAULT
    changed = device.password
    assert changed != FIRST
    vault.when = lambda *_: False
    assert run(device, vault).state is State.ROLLED_FORWARD
    assert device.password == changed and works(device, vault)


def test_r4_a_reply_that_is_lost_after_the_change_changes_nothing_for_the_outcome() -> None:
    device = FakeDevice(drops=lambda operation: operation == "change")
    vault = known(device)
    assert run(device, vault).state is State.ROTATED
    assert works(device, vault)


@pytest.mark.parametrize("delay", [5, 20, 60])
def test_r5_a_change_that_takes_effect_late_is_waited_for_within_the_budget(delay: int) -> None:
    device = FakeDevice(applies_after_s=delay)
    vault = known(device)
    assert run(device, vault).state is State.ROTATED
    assert works(device, vault) and device.most_wrong <= JOB.profile.budget


def test_r5_a_change_that_waits_for_a_restart_keeps_both_values_until_then() -> None:
    device = FakeDevice(applies_at_restart=True)
    vault = known(device)
    assert run(device, vault).state is State.NOT_APPLIED
    entry = vault.read(NAME)
    assert entry.pending and same(entry.current, Secret(FIRST)) and entry.mark == "not_applied"
    device.restart()
    assert run(device, vault).state is State.ROLLED_FORWARD
    assert works(device, vault) and vault.read(NAME).mark == ""


@pytest.mark.parametrize(
    ("shape", "profile"),
    [
        (lambda text: text[:12], Profile()),
        (lambda text: text[:8], Profile(truncations=(8,))),
    ],
)
def test_r6_a_known_truncation_is_found_kept_and_reported(shape: Any, profile: Profile) -> None:
    device = FakeDevice(shape=shape)
    vault = known(device)
    assert run(device, vault, job=replace(JOB, profile=profile)).state is State.BAD_PROFILE
    assert works(device, vault) and device.most_wrong <= profile.budget


def test_r6_a_device_that_is_known_to_fold_case_is_given_lower_case_only() -> None:
    device = FakeDevice(shape=str.lower)
    vault = known(device)
    job = replace(JOB, profile=Profile(folds_case=True))
    assert run(device, vault, job=job).state is State.ROTATED
    assert works(device, vault) and device.password == device.changes[-1]


def test_r6_what_was_written_in_mixed_case_before_that_was_known_is_found() -> None:
    device = FakeDevice(shape=str.lower)
    vault = known(device)
    assert run(device, vault).state is State.BUDGET
    device.wrong = 0  # its lock time has passed
    job = replace(JOB, profile=Profile(folds_case=True), fresh_budget=True)
    assert run(device, vault, job=job).state is State.BAD_PROFILE
    assert works(device, vault)
    assert run(device, vault, job=job, around=world(device, 9)).state is State.ROTATED


def test_r6_an_unknown_truncation_ends_unknown_with_everything_kept() -> None:
    device = FakeDevice(shape=lambda text: text.replace("-", "").replace("_", "").replace(".", ""))
    vault = known(device)
    report = run(device, vault)
    assert report.state in (State.UNKNOWN, State.BUDGET)
    assert report.state.alarming and device.most_wrong <= JOB.profile.budget
    entry = vault.read(NAME)
    assert entry.pending and same(entry.current, Secret(FIRST)) and entry.mark
    before = device.logins
    assert run(device, vault).state is State.BUDGET
    assert device.logins == before


def test_r7_a_device_that_declines_keeps_its_password_and_is_asked_twice_at_most() -> None:
    device = FakeDevice(policy=lambda _: False)
    vault = known(device)
    assert run(device, vault).state is State.DECLINED
    assert works(device, vault) and vault.read(NAME).pending is None
    assert len({shown for shown in device.shown if shown != FIRST}) == 2


def test_r7_a_device_that_declines_the_first_value_takes_the_second() -> None:
    answers = iter([False, True])
    device = FakeDevice(policy=lambda _: next(answers))
    vault = known(device)
    assert run(device, vault).state is State.ROTATED
    assert works(device, vault)


def test_a_device_that_says_declined_and_changes_all_the_same_is_not_believed() -> None:
    device = FakeDevice(says=Change.DECLINED)
    vault = known(device)
    assert run(device, vault).state is State.ROTATED
    assert works(device, vault)


def test_a_device_that_says_accepted_and_changes_nothing_is_not_believed() -> None:
    device = FakeDevice(says=Change.ACCEPTED, policy=lambda _: False)
    vault = known(device)
    assert run(device, vault).state is State.NOT_APPLIED
    assert same(vault.get(NAME), Secret(FIRST)) and device.password == FIRST


def test_r8_a_locked_account_is_left_alone_until_a_person_says_the_time_has_passed() -> None:
    device = FakeDevice(wrong=5)
    vault = known(device)
    assert run(device, vault).state is State.LOCKED
    assert device.logins == 1 and vault.read(NAME).mark == "locked"
    device.wrong = 0
    assert run(device, vault, job=replace(JOB, fresh_budget=True)).state is State.ROTATED


def test_r8_restarts_do_not_add_up_to_a_lock() -> None:
    device = FakeDevice(password="Set-by-hand-99")
    vault = known(device)
    for _ in range(10):
        assert run(device, vault).state in (State.UNKNOWN, State.BUDGET)
    assert device.most_wrong <= JOB.profile.budget and not device.locked


def test_r9_the_second_controller_is_refused() -> None:
    device = FakeDevice()
    vault = known(device)
    vault.acquire("cam-1", "elsewhere/boot/7/7")
    report = run(device, vault)
    assert report.state is State.BUSY and "elsewhere" in report.detail
    assert device.logins == 0
    assert run(device, vault, job=replace(JOB, take_over=True)).state is State.ROTATED


def test_r9_the_lease_of_a_dead_run_on_this_machine_is_taken_over() -> None:
    device = FakeDevice()
    vault = known(device)
    vault.acquire("cam-1", "here/boot/9/9")
    around = replace(world(device), is_gone=lambda holder: holder == "here/boot/9/9")
    assert run(device, vault, around=around).state is State.ROTATED


def test_r9_who_was_taken_over_stops_before_touching_the_device() -> None:
    device = FakeDevice()
    vault = known(device)

    class Slow(FakeDevice):
        def ready(self) -> str:
            vault.acquire("cam-1", "elsewhere/boot/7/7", force=True)
            return ""

    slow = Slow()
    assert run(slow, vault).state is State.BUSY
    assert slow.password == FIRST and not slow.changes


def test_r10_a_device_put_back_to_an_earlier_state_is_found_among_the_generations() -> None:
    device = FakeDevice()
    vault = known(device)
    run(device, vault)
    device.password = FIRST
    assert run(device, vault, around=world(device, 5)).state is State.ROTATED
    assert works(device, vault) and device.most_wrong <= JOB.profile.budget


def test_r11_another_host_key_ends_it_before_a_secret_is_sent() -> None:
    class Other(FakeDevice):
        def identity(self) -> str:
            raise WrongDeviceError("the device shows another key than the pinned one")

    device = Other()
    vault = known(device)
    assert run(device, vault).state is State.WRONG_DEVICE
    assert not device.shown


def test_r12_another_serial_ends_it_before_a_secret_is_sent() -> None:
    device = FakeDevice()
    vault = known(device)
    device.serial = "SN-2"
    assert run(device, vault).state is State.WRONG_DEVICE
    assert not device.shown


def test_r12_a_device_swapped_after_the_change_is_shown_nothing() -> None:
    device = FakeDevice()
    vault = known(device)

    class Swapped(FakeDevice):
        def change(self, old: Secret | None, new: Secret) -> Change:
            answer = FakeDevice.change(self, old, new)
            self.serial = "SN-2"
            self.shown.clear()
            return answer

    swapped = Swapped()
    assert run(swapped, vault).state is State.WRONG_DEVICE
    assert not swapped.shown and vault.read(NAME).pending
    assert device.password == FIRST


def test_r13_camera_and_recorder_change_together() -> None:
    device = FakeDevice()
    vault, recorder = known(device), FakeRecorder(camera=device)
    assert run(device, vault, recorder).state is State.ROTATED
    assert recorder.verify() and works(device, vault)


def test_r13_where_recording_does_not_advance_all_go_back() -> None:
    device = FakeDevice()
    vault, recorder = known(device), FakeRecorder(camera=device, broken=True)
    assert run(device, vault, recorder).state is State.ROLLED_BACK
    assert device.password == FIRST == recorder.stored
    assert same(vault.get(NAME), Secret(FIRST)) and vault.read(NAME).pending is None


def test_r13_a_recorder_that_is_away_sends_the_camera_back() -> None:
    device = FakeDevice()
    vault, recorder = known(device), FakeRecorder(camera=device, closed=True)
    assert run(device, vault, recorder).state is State.DEPENDENT_FAILED
    assert device.password == FIRST
    recorder.closed = False
    assert run(device, vault, recorder, around=world(device, 3)).state is State.ROTATED
    assert recorder.verify()


def test_r16_no_clock_decides_anything() -> None:
    device = FakeDevice()
    vault = known(device)
    for at in ("2038-01-19T03:14:08+08:00", "1970-01-01T00:00:00+08:00"):
        around = replace(world(device, len(at) + int(at[:2])), at=at)
        assert run(device, vault, around=around).state is State.ROTATED
        assert works(device, vault)


def test_r17_ctrl_c_is_resumed() -> None:
    class Stopped(FakeDevice):
        def change(self, old: Secret | None, new: Secret) -> Change:
            FakeDevice.change(self, old, new)
            raise KeyboardInterrupt

    device = Stopped()
    vault = known(device)
    with pytest.raises(KeyboardInterrupt):
        run(device, vault)
    plain = FakeDevice(password=device.password)
    assert run(plain, vault).state is State.ROLLED_FORWARD


def test_r19_a_lost_copy_of_the_vault_stops_the_change_before_it_begins(tmp_path: Path) -> None:
    two = Two(tmp_path)
    two.open().create()
    device = FakeDevice()
    two.open().write(NAME, Entry(identity="SN-1").with_pending(Secret(FIRST)).promoted(AT))
    two.copies[1].unlink()
    report = run(device, two.open())
    assert report.state is State.VAULT and "copy of the vault is missing" in report.detail
    assert device.logins == 0 and device.password == FIRST
    alone = two.open(single_copy="2026-11-27 by P-0001")
    assert run(device, alone).state is State.ROTATED
    assert set(alone.content().notes) == {"2026-11-27 by P-0001"}


def test_r20_a_leaver_among_the_recipients_stops_the_change_before_it_begins(
    tmp_path: Path,
) -> None:
    two = Two(tmp_path)
    two.open().create()
    two.recipients = [two.mine[1]]
    device = FakeDevice()
    report = run(device, two.open())
    assert report.state is State.VAULT and "encrypted for others" in report.detail
    assert device.logins == 0


def test_a_device_that_keeps_the_old_password_alive_is_reported() -> None:
    device = FakeDevice(keeps_old=True)
    vault = known(device)
    assert run(device, vault).state is State.OLD_WORKS
    assert works(device, vault)
    device.keeps_old, device.older = False, set()  # its sessions were ended
    assert run(device, vault, around=world(device, 2)).state is State.ROTATED
    assert works(device, vault)


def test_nothing_is_changed_where_the_recorder_does_not_record() -> None:
    device = FakeDevice(busy="channel 2 does not record")
    vault = known(device)
    report = run(device, vault)
    assert report.state is State.NOT_READY and report.detail == "channel 2 does not record"
    assert device.password == FIRST and vault.read(NAME).pending is None


def test_an_unknown_password_is_asked_for_where_the_device_wants_it() -> None:
    assert run(FakeDevice(), MemoryVault()).state is State.NO_SECRET


def test_root_may_set_the_first_password_without_knowing_the_factory_one() -> None:
    device = FakeDevice(resets=True)
    vault = MemoryVault()
    assert run(device, vault).state is State.ROTATED
    assert works(device, vault)


def test_root_sets_a_new_one_over_an_unknown_one_only_when_a_person_says_so() -> None:
    device = FakeDevice(resets=True, password="Set-by-hand-99")
    vault = known(device)
    assert run(device, vault).state is State.UNKNOWN
    allowed = replace(JOB, reset_unknown=True, fresh_budget=True)
    assert run(device, vault, job=allowed).state is State.ROTATED
    assert works(device, vault)


def test_an_unreachable_device_costs_no_login() -> None:
    class Away(FakeDevice):
        def identity(self) -> str:
            raise DeviceClosedError("no route")

    device = Away()
    report = run(device, known(device))
    assert report.state is State.UNREACHABLE and report.detail == "no route"
    assert device.logins == 0


def test_a_report_shows_no_secret() -> None:
    device = FakeDevice()
    vault = known(device)
    report = run(device, vault)
    for secret in (FIRST, device.password):
        assert secret not in repr(report) and secret not in repr(vault.read(NAME))
