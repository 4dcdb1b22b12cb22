"""A device that may do to a password what real ones do: cut it, delay it, lie, drop the line, lock.

Such a device cannot be had on demand, so this is a model of it; the machine under test is real.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field

from cctv_policy.rotation import Change, DeviceClosedError, Login, Surroundings
from cctv_policy.secretstore import Secret

FIRST = "First-Pass-0000"


@dataclass(slots=True, kw_only=True)
class FakeDevice:
    """One account. `wrong` counts refused logins since the last accepted one."""

    password: str = FIRST
    serial: str = "SN-1"
    resets: bool = False
    lock_count: int = 5
    shape: Callable[[str], str] = lambda text: text
    """What it stores of what it is given."""
    policy: Callable[[str], bool] = lambda _: True
    applies_after_s: float = 0
    applies_at_restart: bool = False
    says: Change | None = None
    """What it says to a change, whatever it does."""
    keeps_old: bool = False
    busy: str = ""
    drops: Callable[[str], bool] = lambda _: False
    """Whether the line breaks after the operation had its effect."""
    clock: float = 0
    wrong: int = 0
    most_wrong: int = 0
    logins: int = 0
    shown: list[str] = field(default_factory=list)
    """Every password that was ever sent to it."""
    changes: list[str] = field(default_factory=list)
    older: set[str] = field(default_factory=set)
    _later: tuple[float, str] | None = None

    @property
    def locked(self) -> bool:
        return self.wrong >= self.lock_count

    def identity(self) -> str:
        self._end("identity")
        return self.serial

    def ready(self) -> str:
        return self.busy

    def login(self, secret: Secret) -> Login:
        self._settle()
        self.logins += 1
        self.shown.append(secret.reveal())
        if self.locked:
            return Login.LOCKED
        if hmac.compare_digest(secret.reveal(), self.password) or secret.reveal() in self.older:
            self.wrong = 0
            answer = Login.OK
        else:
            self.wrong += 1
            self.most_wrong = max(self.wrong, self.most_wrong)
            answer = Login.REFUSED
        self._end("login")
        return answer

    def change(self, old: Secret | None, new: Secret) -> Change:
        self._settle()
        self.shown.append(new.reveal())
        knows = old is None if self.resets else old is not None and old.reveal() == self.password
        done = knows and self.policy(new.reveal())
        if done:
            self.changes.append(new.reveal())
            if self.applies_after_s or self.applies_at_restart:
                self._later = (self.clock + self.applies_after_s, new.reveal())
            else:
                self._set(new.reveal())
        self._end("change")
        return self.says or (Change.ACCEPTED if done else Change.DECLINED)

    def restart(self) -> None:
        """Off and on again."""
        if self._later:
            self._set(self._later[1])

    def wait(self, seconds: float) -> None:
        """Time passes for the device, too."""
        self.clock += seconds

    def _settle(self) -> None:
        if self._later and not self.applies_at_restart and self.clock >= self._later[0]:
            self._set(self._later[1])

    def _set(self, text: str) -> None:
        if self.keeps_old:
            self.older.add(self.password)
        self.password, self._later = self.shape(text), None

    def _end(self, operation: str) -> None:
        if self.drops(operation):
            raise DeviceClosedError("the line broke")


@dataclass(slots=True, kw_only=True)
class FakeRecorder:
    """Keeps the camera's password; records only while both agree."""

    camera: FakeDevice
    stored: str = FIRST
    broken: bool = False
    closed: bool = False

    def apply(self, secret: Secret) -> None:
        if self.closed:
            raise DeviceClosedError("the recorder is away")
        self.stored = secret.reveal()

    def verify(self) -> bool:
        return not self.broken and self.stored == self.camera.password


def world(device: FakeDevice, seed: int = 1) -> Surroundings:
    """No real waiting, no real randomness."""
    state = [seed]

    def randbelow(n: int) -> int:
        state[0] = (state[0] * 6364136223846793005 + 1442695040888963407) % 2**64
        return (state[0] >> 33) % n

    return Surroundings(
        holder="here/boot/1/1",
        at="2026-11-27T10:00:00+08:00",
        randbelow=randbelow,
        wait=device.wait,
        is_gone=lambda _: False,
    )
