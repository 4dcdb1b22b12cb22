"""What every vault promises; `tests/vault/contract.py` holds each backend to it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

from cctv_policy.errors import VaultError
from cctv_policy.secretstore import Secret, SecretMissingError
from cctv_policy.vault.entry import Entry


class StaleError(VaultError):
    """Somebody else wrote the entry since it was read. Nothing was written."""


class LeaseHeldError(VaultError):
    """Another run works on the device. `holder` says which (see holder.py)."""

    def __init__(self, device: str, holder: str) -> None:
        super().__init__(
            f"另一次執行正在處理 {device} (another run holds {device}: {holder})",
            fix="請等它結束；若確定已不在執行，請加 --take-over 接手 "
            "(wait until it has ended; if it "
            "can no longer be running, take the device over with --take-over)",
        )
        self.holder = holder


class LeaseLostError(VaultError):
    """The lease was taken over: this run must not touch the device any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """The right to change the secrets of one device. Each new lease has a higher generation."""

    device: str
    holder: str
    generation: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What may be shown of an entry: everything but values."""

    name: str
    version: int
    has_current: bool
    has_pending: bool
    generations: int
    changed_at: str
    mark: str


class Vault(Protocol):
    """Named secrets with their history. Errors are VaultError and name the secret, no value."""

    def get(self, name: str) -> Secret:
        """The current value. SecretMissingError if there is none; reads never need a lease."""
        ...

    def read(self, name: str) -> Entry:
        """The whole entry; version 0 if it was never written."""
        ...

    def write(self, name: str, entry: Entry, *, lease: Lease | None = None) -> Entry:
        """Store it durably on every copy, read it back, and return it with its new version.

        `entry.version` is the version that was read: StaleError if there is another by now.
        LeaseLostError if `lease` is not in force. After any other error the stored entry is either
        the old or the new one, whole.
        """
        ...

    def listed(self) -> tuple[Listed, ...]:
        """Every entry by name."""
        ...

    def acquire(self, device: str, holder: str, *, force: bool = False) -> Lease:
        """A lease on the device. LeaseHeldError if another holder has it, unless `force`."""
        ...

    def check(self, lease: Lease) -> None:
        """LeaseLostError unless `lease` is in force."""
        ...

    def release(self, lease: Lease) -> None:
        """Give it back; nothing happens if it was lost."""
        ...


def current_of(name: str, entry: Entry) -> Secret:
    """What `get` answers."""
    if entry.current is None:
        raise SecretMissingError(
            f"金庫中沒有密碼 {name!r} (secret {name!r} is not in the vault)",
            fix=f"cctv-policy vault put {name}",
        )
    return entry.current


def admitted(name: str, stored: Entry, entry: Entry, lease: Lease | None) -> Entry:
    """The entry as it may replace `stored`; StaleError or LeaseLostError if it may not."""
    if stored.version != entry.version:
        raise StaleError(
            f"密碼 {name!r} 已被另一次執行更改 "
            f"(secret {name!r} was changed by another run: version "
            f"{stored.version}, read {entry.version})",
            fix="請再執行一次 (run again)",
        )
    if lease and stored.generation > lease.generation:
        raise lost(lease)
    generation = lease.generation if lease else stored.generation
    return replace(entry, version=stored.version + 1, generation=generation)


def lost(lease: Lease) -> LeaseLostError:
    """The error for a lease that is not in force."""
    return LeaseLostError(
        f"{lease.device} 的租約已被另一次執行接手 "
        f"(the lease on {lease.device} was taken over by another run)",
        fix="請等該次執行結束 (let that run finish)",
    )


def listed(name: str, entry: Entry) -> Listed:
    """An entry without its values."""
    return Listed(
        name=name,
        version=entry.version,
        has_current=entry.current is not None,
        has_pending=entry.pending is not None,
        generations=len(entry.previous),
        changed_at=entry.changed_at,
        mark=entry.mark,
    )
