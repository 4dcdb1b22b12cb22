"""A vault in memory with the same rules, for explorations that need many thousand of them."""

from __future__ import annotations

from cctv_policy.secretstore import Secret, checked_name
from cctv_policy.vault import Entry, Lease, Listed, base
from cctv_policy.vault.document import Content


class MemoryVault:
    """The contract of base.Vault; held to it by test_contract.py like the real ones."""

    def __init__(self) -> None:
        self.content = Content()

    def get(self, name: str) -> Secret:
        return base.current_of(name, self.read(name))

    def read(self, name: str) -> Entry:
        return self.content.entry(checked_name(name))

    def write(self, name: str, entry: Entry, *, lease: Lease | None = None) -> Entry:
        self.content = self.content.with_entry(name, entry, lease)
        return self.content.entry(name)

    def listed(self) -> tuple[Listed, ...]:
        return tuple(base.listed(n, e) for n, e in sorted(self.content.entries.items()))

    def acquire(self, device: str, holder: str, *, force: bool = False) -> Lease:
        self.content, lease = self.content.with_lease(device, holder, force=force)
        return lease

    def check(self, lease: Lease) -> None:
        self.content.check(lease)

    def release(self, lease: Lease) -> None:
        self.content = self.content.without_lease(lease)
