"""No history of faults locks anybody out; and the same exploration finds out algorithms that do."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest

from cctv_policy.rotation import DEFAULT, DeviceClosedError, Job, Login, Report, State, generate
from cctv_policy.vault import Vault
from tests.soak import long_form_only

from .device import FakeDevice
from .explorer import AT, explore


@pytest.mark.parametrize("resets", [False, True])
@pytest.mark.parametrize("recorder", [False, True])
def test_two_faults_lock_nobody_out(resets: bool, recorder: bool) -> None:
    found = explore(2, make=lambda: FakeDevice(resets=resets), recorder=recorder)
    assert (found.locked_out, found.over_budget, found.stuck) == (0, 0, 0), found
    assert found.histories > 1_500


def test_two_faults_lock_nobody_out_of_a_device_nobody_knew() -> None:
    found = explore(2, make=lambda: FakeDevice(resets=True), known=False)
    assert (found.locked_out, found.over_budget, found.stuck) == (0, 0, 0), found


@pytest.mark.soak
@long_form_only
@pytest.mark.parametrize(("resets", "recorder"), [(False, False), (True, False), (False, True)])
def test_three_faults_lock_nobody_out(resets: bool, recorder: bool) -> None:
    found = explore(3, make=lambda: FakeDevice(resets=resets), recorder=recorder)
    print(found)
    assert (found.locked_out, found.over_budget, found.stuck) == (0, 0, 0), found


def change_then_save(
    job: Job, vault: Vault, device: Any, _dependents: list[Any], world: Any
) -> Report:
    """The shortcut that everybody writes first."""
    lease = vault.acquire(job.device, world.holder, force=True)
    entry = vault.read(job.secret)
    new = generate(DEFAULT, job.account, world.randbelow)
    with suppress(DeviceClosedError):
        device.change(entry.current, new)
        if device.login(new) is Login.OK:
            vault.write(job.secret, entry.with_pending(new).promoted(AT), lease=lease)
            return Report(job=job, state=State.ROTATED)
    return Report(job=job, state=State.UNKNOWN)


def save_then_change(
    job: Job, vault: Vault, device: Any, _dependents: list[Any], world: Any
) -> Report:
    """The other shortcut: the old value is overwritten before the new one is proven."""
    lease = vault.acquire(job.device, world.holder, force=True)
    entry = vault.read(job.secret)
    new = generate(DEFAULT, job.account, world.randbelow)
    old, naked = entry.current, type(entry)(version=entry.version)
    vault.write(job.secret, naked.with_pending(new).promoted(AT), lease=lease)
    with suppress(DeviceClosedError):
        device.change(old, new)
        if device.login(new) is Login.OK:
            return Report(job=job, state=State.ROTATED)
    return Report(job=job, state=State.UNKNOWN)


@pytest.mark.parametrize("shortcut", [change_then_save, save_then_change])
def test_the_exploration_finds_the_lock_outs_of_the_shortcuts(shortcut: Any) -> None:
    def guarded(*arguments: Any) -> Report:
        try:
            return shortcut(*arguments)
        except Exception:
            return Report(job=arguments[0], state=State.VAULT)

    found = explore(1, rotator=guarded)
    assert found.locked_out > 0 and found.example
