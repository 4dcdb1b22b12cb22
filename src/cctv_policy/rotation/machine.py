"""The two-phase rotation of one secret. Every run first finds out where the last one stopped.

    0 lease   1 who answers   2 resolve: which kept value logs in   3 ready?   4 make a new value
    5 vault: pending, on every copy   6 change   7 new session with pending   8 dependents
    9 the old value is refused   10 vault: promoted

Invariant after every step, and after every way in which it can fail: some value in the vault logs
in. So no value is dropped before a later one is proven, a device's own word is never trusted, and a
login is written down as a try before it is made, that restarts cannot add up to a lock.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from cctv_policy.errors import VaultError
from cctv_policy.rotation.ports import (
    Change,
    Dependent,
    Device,
    DeviceClosedError,
    Login,
    Surroundings,
    WrongDeviceError,
)
from cctv_policy.rotation.profile import DEFAULT, Profile, generate, variants
from cctv_policy.rotation.states import State
from cctv_policy.secretstore import Secret
from cctv_policy.vault import Entry, Lease, LeaseHeldError, LeaseLostError, Vault, same

REGENERATE = 2
"""How many new values a device may decline in one run."""
_MARKED = frozenset(
    {State.UNKNOWN, State.LOCKED, State.BUDGET, State.NOT_APPLIED, State.DEPENDENT_FAILED}
)
"""States that the next run and `vault list` shall know of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One secret to change, and what the operator allows."""

    device: str
    account: str
    secret: str
    """Its name in the vault."""
    profile: Profile = DEFAULT
    fresh_budget: bool = False
    """A person says that the device's lock time has passed."""
    reset_unknown: bool = False
    """A person allows setting a new value where no kept one logs in, if the device `resets`."""
    take_over: bool = False
    """A person says that the holder of the lease runs no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """How it ended; `detail` is for people and holds no secret."""

    job: Job
    state: State
    detail: str = ""


class _Ended(Exception):  # noqa: N818 - no error: a way to an outcome
    def __init__(self, state: State, detail: str = "") -> None:
        super().__init__(state)
        self.state = state
        self.detail = detail


def rotate(
    job: Job, vault: Vault, device: Device, dependents: Sequence[Dependent], world: Surroundings
) -> Report:
    """Change one secret, or finish what an earlier run began. Never raises what a device did."""
    try:
        lease = _acquire(job, vault, world)
    except LeaseHeldError as held:
        return Report(job=job, state=State.BUSY, detail=held.what)
    except VaultError as error:
        return Report(job=job, state=State.VAULT, detail=error.what)
    state, detail = _Run(job, vault, device, dependents, world, lease).outcome()
    with suppress(VaultError):  # the next run of this machine takes it over from a dead process
        vault.release(lease)
    return Report(job=job, state=state, detail=detail)


def _acquire(job: Job, vault: Vault, world: Surroundings) -> Lease:
    try:
        return vault.acquire(job.device, world.holder, force=job.take_over)
    except LeaseHeldError as held:
        if not world.is_gone(held.holder):
            raise
        return vault.acquire(job.device, world.holder, force=True)


class _Run:
    """One run: the entry as it is stored, and the steps on it."""

    def __init__(
        self,
        job: Job,
        vault: Vault,
        device: Device,
        dependents: Sequence[Dependent],
        world: Surroundings,
        lease: Lease,
    ) -> None:
        self.job, self.vault, self.device, self.world = job, vault, device, world
        self.dependents, self.lease = dependents, lease
        self.entry = Entry()

    def outcome(self) -> tuple[State, str]:
        """Run to an end and leave the mark of it."""
        try:
            self.entry = self.vault.read(self.job.secret)
            ended = self._steps()
        except _Ended as end:
            ended = (end.state, end.detail)
        except DeviceClosedError as error:
            ended = (State.UNREACHABLE, error.what)
        except WrongDeviceError as error:
            ended = (State.WRONG_DEVICE, error.what)
        except LeaseLostError as error:
            return State.BUSY, error.what
        except VaultError as error:
            return State.VAULT, error.what
        mark = ended[0].value if ended[0] in _MARKED else ""
        if mark != self.entry.mark and (mark or ended[0].done):
            with suppress(VaultError):
                self._save(replace(self.entry, mark=mark))
        return ended

    def _steps(self) -> tuple[State, str]:
        self._same_device()
        if self.job.fresh_budget:
            self.entry = replace(self.entry, tries=0)
        if finished := self._resolve():
            return finished
        if why := self.device.ready():
            raise _Ended(State.NOT_READY, why)
        for _ in range(REGENERATE):
            if ended := self._change():
                return ended
        return State.DECLINED, ""

    def _same_device(self) -> None:
        """Before anything secret is sent (R11, R12)."""
        found = self.device.identity()
        if self.entry.identity and found != self.entry.identity:
            raise WrongDeviceError(
                "這不是收下現用密碼的那台設備 (it is not the device that took the current password)"
            )
        self.entry = replace(self.entry, identity=found)

    def _resolve(self) -> tuple[State, str] | None:
        """Which kept value logs in: None once `current` is what the device has."""
        if self.entry.pending and self._login(self.entry.pending):
            return self._finish(State.ROLLED_FORWARD)
        if self.entry.current and self._login(self.entry.current):
            if self.entry.pending:
                self._put_back(self.entry.current)
                self._save(self.entry.set_aside())
            return None
        if self.entry.current is None and self.device.resets:
            return None  # nothing was ever proven on it
        if self._altered():
            return self._finish(State.BAD_PROFILE)
        for older in self.entry.previous:
            if self._login(older):  # the device was put back to an earlier state
                self._put_back(older)
                self._save(self.entry.replaced(older, self.world.at))
                return None
        if self.device.resets and self.job.reset_unknown:
            return None
        if not self.entry.candidates():
            raise _Ended(State.NO_SECRET)
        raise _Ended(State.UNKNOWN)

    def _change(self) -> tuple[State, str] | None:
        """One new value from its making to its proof; None if the device declined it."""
        new = generate(self.job.profile, self.job.account, self.world.randbelow)
        self._save(self.entry.with_pending(new))
        self.vault.check(self.lease)
        said = Change.ACCEPTED
        # A device that goes silent may have done it: only the logins below tell.
        with suppress(DeviceClosedError):
            said = self.device.change(self._known(), new)
        if said is Change.DECLINED and (not self.entry.current or self._login(self.entry.current)):
            self._save(self.entry.set_aside())
            return None
        return self._prove(new)

    def _known(self) -> Secret | None:
        """The value to change from; None where the device resets and none is known to work."""
        return None if self.device.resets else self.entry.current

    def _prove(self, new: Secret) -> tuple[State, str]:
        """A new session with the new value, again and again while the old one still works (R5)."""
        for pause in self._pauses():
            if not self._answers(pause):
                continue
            if self._login(new):
                return self._finish(State.ROTATED)
            if not (self.entry.current and self._login(self.entry.current)):
                if self._altered():
                    return self._finish(State.BAD_PROFILE)
                raise _Ended(State.UNKNOWN)
        self.device.identity()  # says why, if it is away
        return State.NOT_APPLIED, ""

    def _pauses(self) -> Iterator[float]:
        yield 0
        yield from self.job.profile.settle_s

    def _answers(self, pause: float) -> bool:
        """Wait, then see without a secret whether the device is there (it may be restarting)."""
        if pause:
            self.world.wait(pause)
        try:
            found = self.device.identity()
        except DeviceClosedError:
            return False
        if found != self.entry.identity:
            raise WrongDeviceError(
                "更換密碼期間設備變成了另一台 "
                "(it became another device while its password was changed)"
            )
        return True

    def _altered(self) -> bool:
        """Whether the device made something else of the pending value (R6); that is kept then."""
        if not self.entry.pending:
            return False
        for variant in variants(self.job.profile, self.entry.pending):
            if self._login(variant):
                self._save(self.entry.with_pending(variant))
                return True
        return False

    def _finish(self, state: State) -> tuple[State, str]:
        """The pending value logs in: dependents, proof that the old one does not, promotion."""
        if self.dependents and not self._dependents_follow():
            if self.entry.current and self._go_back():
                return State.ROLLED_BACK, ""
            return State.DEPENDENT_FAILED, ""
        if self._old_works():
            state = State.OLD_WORKS
        self._save(self.entry.promoted(self.world.at))
        return state, ""

    def _dependents_follow(self) -> bool:
        pending = self.entry.pending
        try:
            for dependent in self.dependents:
                if pending:
                    dependent.apply(pending)
            return all(dependent.verify() for dependent in self.dependents)
        except DeviceClosedError:
            return False

    def _go_back(self) -> bool:
        """Device and dependents to the current value again (R13). The pending one is kept."""
        current = self.entry.current
        if current is None:
            return False
        with suppress(DeviceClosedError):
            self.device.change(None if self.device.resets else self.entry.pending, current)
        try:
            if not self._login(current):
                return False
            self._put_back(current)
        except DeviceClosedError:
            return False
        self._save(self.entry.set_aside())
        return True

    def _put_back(self, secret: Secret) -> None:
        """Dependents follow the device back to an earlier value."""
        for dependent in self.dependents:
            dependent.apply(secret)

    def _old_works(self) -> bool:
        """The second half of the proof; one login that is meant to be refused."""
        old = self.entry.current
        if old is None or same(old, self.entry.pending):
            return False
        return self._login(old)

    def _login(self, secret: Secret) -> bool:
        """One login, written down as a try before it is made. Ends the run on a lock (R8)."""
        if self.entry.tries >= self.job.profile.budget:
            raise _Ended(State.BUDGET)
        self._save(replace(self.entry, tries=self.entry.tries + 1))
        said = self.device.login(secret)
        if said is Login.LOCKED:
            raise _Ended(State.LOCKED)
        if said is Login.OK:
            self.entry = replace(self.entry, tries=0)
        return said is Login.OK

    def _save(self, entry: Entry) -> None:
        self.entry = self.vault.write(self.job.secret, entry, lease=self.lease)
