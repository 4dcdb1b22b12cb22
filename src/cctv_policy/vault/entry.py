"""One secret with its history, and the only ways in which it may change. Pure.

No step forgets a value: what was pending or current becomes the newest of `previous`, and older
ones are dropped only when a later one was proven on the device (`promoted`).
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from cctv_policy.secretstore import Secret

GENERATIONS = 6
"""Earlier values kept beside the current one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """The state of one named secret. `version` 0: never written."""

    version: int = 0
    current: Secret | None = None
    pending: Secret | None = None
    """Handed to the device, or about to be; not yet proven there."""
    previous: tuple[Secret, ...] = ()
    """Newest first."""
    identity: str = ""
    """The device that took `current`: another one must not be shown it."""
    tries: int = 0
    """Logins begun since the last one that is known to have been accepted."""
    changed_at: str = ""
    """When `current` became it; for people, no decision rests on it."""
    mark: str = ""
    """What the last run left behind: a state of the rotation, `` when all is well."""
    generation: int = 0
    """Of the lease under which it was written last."""

    def with_pending(self, secret: Secret) -> Entry:
        """About to be handed to the device. A pending value that is there is kept first."""
        return replace(self.set_aside(), pending=secret)

    def set_aside(self) -> Entry:
        """The pending value did not come true (as far as is known): kept among the previous."""
        if self.pending is None:
            return self
        return replace(self, pending=None, previous=_before(self.previous, self.pending))

    def promoted(self, at: str) -> Entry:
        """The pending value is proven on the device: it is the current one."""
        if self.pending is None:
            raise ValueError("nothing is pending")
        older = _before(self.previous, self.current) if self.current else self.previous
        older = tuple(s for s in older if not same(s, self.pending))[:GENERATIONS]
        return replace(self, current=self.pending, pending=None, previous=older, changed_at=at)

    def replaced(self, secret: Secret, at: str) -> Entry:
        """A person says that `secret` is what the device has."""
        return self.with_pending(secret).promoted(at)

    def candidates(self) -> tuple[Secret, ...]:
        """Every value that the device may have, most likely first."""
        firsts = tuple(s for s in (self.pending, self.current) if s)
        return _distinct((*firsts, *self.previous))


def same(one: Secret | None, other: Secret | None) -> bool:
    """Whether two secrets are equal, in constant time."""
    if one is None or other is None:
        return one is other
    return hmac.compare_digest(one.reveal().encode(), other.reveal().encode())


def merged(one: Entry, other: Entry) -> Entry:
    """`one`, with every value that only `other` knows among its previous ones."""
    return replace(one, previous=_distinct((*one.previous, *other.candidates()), one.current))


def _before(previous: Iterable[Secret], newest: Secret) -> tuple[Secret, ...]:
    return _distinct((newest, *previous))


def _distinct(secrets: Iterable[Secret], but: Secret | None = None) -> tuple[Secret, ...]:
    found: list[Secret] = []
    for secret in secrets:
        if not same(secret, but) and not any(same(secret, known) for known in found):
            found.append(secret)
    return tuple(found)


def to_json(entry: Entry) -> dict[str, Any]:
    """In clear: only for what is encrypted at once."""
    return {
        "version": entry.version,
        "current": entry.current.reveal() if entry.current else None,
        "pending": entry.pending.reveal() if entry.pending else None,
        "previous": [secret.reveal() for secret in entry.previous],
        "identity": entry.identity,
        "tries": entry.tries,
        "changed_at": entry.changed_at,
        "mark": entry.mark,
        "generation": entry.generation,
    }


def from_json(data: dict[str, Any]) -> Entry:
    """The reverse. KeyError, TypeError or ValueError (without values) if it is no entry."""
    previous = data["previous"]
    if not isinstance(previous, list):
        raise TypeError("previous is not a list")
    return Entry(
        version=_number(data["version"]),
        current=_secret(data["current"]),
        pending=_secret(data["pending"]),
        previous=tuple(Secret(_text(value)) for value in previous),
        identity=_text(data["identity"]),
        tries=_number(data["tries"]),
        changed_at=_text(data["changed_at"]),
        mark=_text(data["mark"]),
        generation=_number(data["generation"]),
    )


def _secret(value: object) -> Secret | None:
    return None if value is None else Secret(_text(value))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def _number(value: object) -> int:
    if type(value) is not int or value < 0:
        raise TypeError("not a count")
    return value
