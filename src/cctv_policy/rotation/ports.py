"""What rotation needs of a device, of those that keep a copy of its password, and of the world."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from cctv_policy.errors import CctvPolicyError
from cctv_policy.rotation.profile import RandBelow
from cctv_policy.secretstore import Secret


class DeviceClosedError(CctvPolicyError):
    """The device did not answer, or the line broke: what was asked may or may not have happened."""


class WrongDeviceError(CctvPolicyError):
    """Another host key, certificate or serial than the known one. Nothing secret was sent."""


class Login(StrEnum):
    """What the device said to one login."""

    OK = "ok"
    REFUSED = "refused"
    LOCKED = "locked"


class Change(StrEnum):
    """What the device said to a change. Only a login proves anything."""

    ACCEPTED = "accepted"
    DECLINED = "declined"


class Device(Protocol):
    """One account on one device. Each method opens a session of its own.

    Any of them may raise DeviceClosedError or WrongDeviceError.
    """

    @property
    def resets(self) -> bool:
        """Whether `change` works without the old value (root on the host may do that)."""
        ...

    def identity(self) -> str:
        """Who answers: serial, machine id, host key. Sends no secret."""
        ...

    def ready(self) -> str:
        """`` if the account may be changed now, else why not (in English): it does not record, its
        clock is wrong, the second administrator cannot log in. Changes nothing."""
        ...

    def login(self, secret: Secret) -> Login:
        """One login. OK only if the device also refuses to go without one."""
        ...

    def change(self, old: Secret | None, new: Secret) -> Change:
        """Set `new`. `old` is None only where `resets`."""
        ...


class Dependent(Protocol):
    """Something that keeps its own copy of the password: a recorder for its camera."""

    def apply(self, secret: Secret) -> None:
        """Store `secret` there; safe to repeat. DeviceClosedError if it cannot be."""
        ...

    def verify(self) -> bool:
        """Whether it works with what is stored: the picture comes, recording advances."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """Everything that is not a value: the machine itself reads no clock and makes no randomness."""

    holder: str
    """This run (vault.holder.this_process)."""
    at: str
    """Now, for people (ISO with offset)."""
    randbelow: RandBelow
    wait: Callable[[float], None]
    is_gone: Callable[[str], bool]
    """Whether the holder of a lease is known to run no more."""
