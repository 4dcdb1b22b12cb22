"""The content of the age file: entries and leases, and which copy is the newer one. Pure.

`serial` counts writes; `ancestors` are the digests of the states before, newest first, so that two
copies that went apart (each written alone) are told from one that is merely behind.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from cctv_policy.vault.base import Lease, LeaseHeldError, admitted, lost
from cctv_policy.vault.entry import Entry, from_json, merged, to_json

SCHEMA = "cctv-policy/vault-file/1"
ANCESTORS = 64
NOTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The lease on a device as stored; holder `` when it was given back."""

    holder: str
    generation: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Everything in the vault."""

    serial: int = 0
    recipients: tuple[str, ...] = ()
    """Public keys it is encrypted for, sorted."""
    ancestors: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    """Writes that reached one copy only, by permission."""
    entries: Mapping[str, Entry] = field(default_factory=dict)
    leases: Mapping[str, Held] = field(default_factory=dict)

    def entry(self, name: str) -> Entry:
        """The entry, or an empty one."""
        return self.entries.get(name, Entry())

    def with_entry(self, name: str, entry: Entry, lease: Lease | None) -> Content:
        """The write of one entry, checked (base.admitted)."""
        if lease:
            self.check(lease)
        taken = admitted(name, self.entry(name), entry, lease)
        return replace(self, entries={**self.entries, name: taken})

    def with_lease(self, device: str, holder: str, *, force: bool) -> tuple[Content, Lease]:
        """A new lease. LeaseHeldError if another holder has one and `force` is not given."""
        held = self.leases.get(device, Held(holder="", generation=0))
        if held.holder and held.holder != holder and not force:
            raise LeaseHeldError(device, held.holder)
        lease = Lease(device=device, holder=holder, generation=held.generation + 1)
        return self._held(lease, holder), lease

    def without_lease(self, lease: Lease) -> Content:
        """The lease given back; the same content if it is not in force."""
        return self._held(lease, "") if self._in_force(lease) else self

    def check(self, lease: Lease) -> None:
        """LeaseLostError unless it is in force."""
        if not self._in_force(lease):
            raise lost(lease)

    def next(self, recipients: tuple[str, ...], note: str = "") -> Content:
        """The successor of this state, as it will be written."""
        notes = (*self.notes, note)[-NOTES:] if note else self.notes
        return replace(self, serial=self.serial + 1, recipients=recipients, notes=notes)

    def after(self, before: Content) -> Content:
        """With `before` and its ancestors behind it."""
        return replace(self, ancestors=(digest(before), *before.ancestors)[:ANCESTORS])

    def _held(self, lease: Lease, holder: str) -> Content:
        held = Held(holder=holder, generation=lease.generation)
        return replace(self, leases={**self.leases, lease.device: held})

    def _in_force(self, lease: Lease) -> bool:
        held = self.leases.get(lease.device)
        return held == Held(holder=lease.holder, generation=lease.generation)


def follows(newer: Content, older: Content) -> bool:
    """Whether `older` is the same state or an ancestor. False: the two went apart."""
    return digest(newer) == digest(older) or digest(older) in newer.ancestors


def joined(one: Content, other: Content) -> Content:
    """`one` with every secret that only `other` knows kept as a previous value."""
    names = {*one.entries, *other.entries}
    entries = {
        name: merged(one.entries[name], other.entry(name))
        if name in one.entries
        else other.entries[name]
        for name in sorted(names)
    }
    leases = dict(one.leases)
    for device, held in other.leases.items():
        generation = max(held.generation, leases.get(device, held).generation)
        leases[device] = replace(leases.get(device, held), generation=generation)
    return replace(one, serial=max(one.serial, other.serial), entries=entries, leases=leases)


def digest(content: Content) -> str:
    """Names a state; leaves the vault only inside of it."""
    return hashlib.sha256(encode(content)).hexdigest()[:32]


def encode(content: Content) -> bytes:
    """In clear: only for what is encrypted at once."""
    data = {
        "schema": SCHEMA,
        "serial": content.serial,
        "recipients": list(content.recipients),
        "ancestors": list(content.ancestors),
        "notes": list(content.notes),
        "entries": {name: to_json(entry) for name, entry in sorted(content.entries.items())},
        "leases": {
            device: {"holder": held.holder, "generation": held.generation}
            for device, held in sorted(content.leases.items())
        },
    }
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


def decode(data: bytes) -> Content:
    """ValueError (without what it holds) if it is not the content of a vault."""
    try:
        found: dict[str, Any] = json.loads(data)
        if found["schema"] != SCHEMA:
            raise ValueError("another schema")
        return Content(
            serial=int(found["serial"]),
            recipients=tuple(found["recipients"]),
            ancestors=tuple(found["ancestors"]),
            notes=tuple(found["notes"]),
            entries={name: from_json(entry) for name, entry in found["entries"].items()},
            leases={device: Held(**held) for device, held in found["leases"].items()},
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ValueError("not the content of a vault") from None
