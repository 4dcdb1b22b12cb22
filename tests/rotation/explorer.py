"""Every history of a rotation with up to N faults, by running the real machine again and again.

Each step that reaches the vault or the device may go well, end the process before or after its
effect, or fail before or after its effect. After an end the machine is run anew, up to `resumes`
times. A history is a list of choices; the next one differs in its last choice that can differ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from cctv_policy.errors import VaultError
from cctv_policy.rotation import Change, DeviceClosedError, Job, Login, State, rotate
from cctv_policy.secretstore import Secret
from cctv_policy.vault import Entry, Lease, Listed, Vault
from tests.vault.memory import MemoryVault

from .device import FIRST, FakeDevice, FakeRecorder, world

T = TypeVar("T")
NAME = "school/cam-1/admin"
AT = "2026-11-27T10:00:00+08:00"
RESUMES = 4
WELL, END_BEFORE, END_AFTER, FAIL_BEFORE, FAIL_AFTER = range(5)


class KilledError(BaseException):
    """kill -9. A BaseException: nothing in the machine may catch it and carry on."""


class Choices:
    """The choices of one history: those given, then WELL; `arity` says what there was to choose."""

    def __init__(self, given: tuple[int, ...]) -> None:
        self.given = given
        self.arity: list[int] = []

    def next(self, arity: int) -> int:
        at = len(self.arity)
        self.arity.append(arity)
        return self.given[at] if at < len(self.given) else WELL


@dataclass(slots=True)
class Steps:
    """Puts a fault around each step and looks at the invariant after it."""

    choices: Choices
    look: Callable[[], None] = lambda: None

    def step(self, call: Callable[[], T], error: Exception, *, effect: bool = True) -> T:
        choice = self.choices.next(5 if effect else 3)
        if not effect and choice == END_AFTER:
            choice = FAIL_BEFORE
        if choice == END_BEFORE:
            raise KilledError
        if choice == FAIL_BEFORE:
            raise error
        try:
            result = call()
        finally:
            self.look()
        if choice == END_AFTER:
            raise KilledError
        if choice == FAIL_AFTER:
            raise error
        return result


@dataclass(slots=True)
class FaultyVault:
    """A vault whose every operation may be the last or may fail."""

    inner: MemoryVault
    steps: Steps
    error: VaultError = field(default_factory=lambda: VaultError("the disk says no"))

    def get(self, name: str) -> Secret:
        return self.inner.get(name)

    def read(self, name: str) -> Entry:
        return self.steps.step(lambda: self.inner.read(name), self.error, effect=False)

    def write(self, name: str, entry: Entry, *, lease: Lease | None = None) -> Entry:
        return self.steps.step(lambda: self.inner.write(name, entry, lease=lease), self.error)

    def listed(self) -> tuple[Listed, ...]:
        return self.inner.listed()

    def acquire(self, device: str, holder: str, *, force: bool = False) -> Lease:
        return self.steps.step(lambda: self.inner.acquire(device, holder, force=force), self.error)

    def check(self, lease: Lease) -> None:
        self.steps.step(lambda: self.inner.check(lease), self.error, effect=False)

    def release(self, lease: Lease) -> None:
        self.steps.step(lambda: self.inner.release(lease), self.error)


@dataclass(slots=True)
class FaultyDevice:
    """A device whose every answer may be lost."""

    inner: FakeDevice
    steps: Steps
    error: DeviceClosedError = field(default_factory=lambda: DeviceClosedError("no answer"))

    @property
    def resets(self) -> bool:
        return self.inner.resets

    def identity(self) -> str:
        return self.steps.step(self.inner.identity, self.error, effect=False)

    def ready(self) -> str:
        return self.inner.ready()

    def login(self, secret: Secret) -> Login:
        return self.steps.step(lambda: self.inner.login(secret), self.error)

    def change(self, old: Secret | None, new: Secret) -> Change:
        return self.steps.step(lambda: self.inner.change(old, new), self.error)


@dataclass(slots=True)
class FaultyRecorder:
    """The dependent of a device, with the same faults."""

    inner: FakeRecorder
    steps: Steps
    error: DeviceClosedError = field(default_factory=lambda: DeviceClosedError("no answer"))

    def apply(self, secret: Secret) -> None:
        self.steps.step(lambda: self.inner.apply(secret), self.error)

    def verify(self) -> bool:
        return self.steps.step(self.inner.verify, self.error, effect=False)


@dataclass(slots=True)
class Found:
    """What all histories came to."""

    histories: int = 0
    locked_out: int = 0
    over_budget: int = 0
    stuck: int = 0
    """Even a run without faults, with the budget renewed by a person, did not finish."""
    example: tuple[int, ...] = ()


Rotator = Callable[[Job, Vault, Any, list[Any], Any], Any]


def explore(
    faults: int,
    *,
    rotator: Rotator = rotate,
    make: Callable[[], FakeDevice] = FakeDevice,
    recorder: bool = False,
    known: bool = True,
) -> Found:
    """Run every history with at most `faults` faults."""
    found = Found()
    for given in _histories(
        faults, lambda given: _run(given, found, rotator, make, recorder, known)
    ):
        found.histories += given
    return found


def _histories(faults: int, run: Callable[[tuple[int, ...]], list[int]]) -> Iterator[int]:
    """Depth first over choices: each prefix of faults is followed by WELL to the end."""
    todo: list[tuple[int, ...]] = [()]
    while todo:
        given = todo.pop()
        arity = run(given)
        yield 1
        if sum(choice != WELL for choice in given) < faults:
            for at in range(len(given), len(arity)):
                stem = given + (WELL,) * (at - len(given))
                todo.extend((*stem, choice) for choice in range(1, arity[at]))


def _run(
    given: tuple[int, ...],
    found: Found,
    rotator: Rotator,
    make: Callable[[], FakeDevice],
    with_recorder: bool,
    known: bool,
) -> list[int]:
    vault, device, choices = MemoryVault(), make(), Choices(given)
    recorder = FakeRecorder(camera=device)
    if known:
        vault.write(NAME, Entry(identity=device.serial).with_pending(Secret(FIRST)).promoted(AT))
    job = Job(device="cam-1", account="operator", secret=NAME)
    lost = [False]

    def look() -> None:
        if device.password == FIRST and not known:
            return  # the factory state, which nobody wrote down
        held = {s.reveal() for s in vault.read(NAME).candidates()}
        lost[0] = lost[0] or device.password not in held

    steps = Steps(choices, look)
    around = world(device)
    for _ in range(1 + RESUMES):
        dependents = [FaultyRecorder(recorder, steps)] if with_recorder else []
        try:
            report = rotator(
                job, FaultyVault(vault, steps), FaultyDevice(device, steps), dependents, around
            )
        except KilledError:
            continue
        if report.state.done:
            break
    found.locked_out += lost[0]
    found.over_budget += device.most_wrong > job.profile.budget
    device.wrong = 0  # a person waited for the lock time
    last = rotator(
        Job(device="cam-1", account="operator", secret=NAME, fresh_budget=True),
        vault, device, [recorder] if with_recorder else [], around,
    )  # fmt: skip
    works = vault.read(NAME).current
    good = works is not None and works.reveal() == device.password
    if with_recorder:
        good = good and recorder.verify()
    if not (last.state in (State.ROTATED, State.ROLLED_FORWARD) and good):
        found.stuck += 1
    if (lost[0] or not good) and not found.example:
        found.example = given
    return choices.arity
