"""Records written one after the other, as a school would: numbers, digests, signatures, commits.

A story is made up. It is what `init --sample` shows and what the tests of a whole year judge; the
records themselves go through the same models, digests and signatures as real ones.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cctv_policy.gitwrite import Change
from cctv_policy.periods import TAIPEI
from cctv_policy.records import KINDS, Approval, approval_path, as_data
from cctv_policy.records import record_path as path_of
from cctv_policy.records.chain import payload, signed
from cctv_policy.records.digest import substance_sha256
from cctv_policy.records.ids import Role
from cctv_policy.records.sshsig import fingerprint, public_blob, sign
from cctv_policy.strictyaml import Document, dump, parse

Record = dict[str, Any]
Sealer = Callable[[str, str, Mapping[str, str], date, bool], Record]
"""(school, record id, clear fields, day, whether it is the second block) → the sealed block."""
EMPTY_SHA256 = hashlib.sha256(b"").hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """Who does what at a school, as person ids."""

    custodian: str
    head: str
    principal: str
    escort: str


@dataclass(kw_only=True)
class Story:
    """One school's records as they come; `changes` is what git will be told."""

    site: str
    staff: Staff
    seal: Sealer
    key_of: Callable[[str], Ed25519PrivateKey]
    changes: list[Change] = field(default_factory=list)
    _files: dict[str, bytes] = field(default_factory=dict)
    _numbers: dict[tuple[str, int], int] = field(default_factory=dict)

    def new_id(self, prefix: str, day: date) -> str:
        """The next id of a kind in the ROC year of `day`."""
        year = day.year - 1911
        number = self._numbers.get((prefix, year), 0) + 1
        self._numbers[prefix, year] = number
        return f"{prefix}-{year}-{number:04}"

    def header(self, record_id: str, at: datetime, by: str = "") -> Record:
        """The common header."""
        return {
            "schema_version": "1",
            "id": record_id,
            "site_id": self.site,
            "created_at": stamp(at),
            "created_by": by or self.staff.custodian,
        }

    def sealed(self, record_id: str, day: date, **fields: str) -> Record:
        """The sealed block that is written with a record."""
        return self.seal(self.site, record_id, fields, day, False)

    def sealed_later(self, record_id: str, day: date, **fields: str) -> Record:
        """The second block; dots in a field's name are written as two underscores."""
        clear = {name.replace("__", "."): value for name, value in fields.items()}
        return self.seal(self.site, record_id, clear, day, True)

    def commit(self, at: datetime, *records: Record, by: str = "", message: str = "") -> None:
        """Write records, in one commit; an existing one gets its next version."""
        files = {path_of(r["id"], r["site_id"]): dump(_told(r)).encode() for r in records}
        self.write(at, files, by=by, message=message or " ".join(r["id"] for r in records))

    def write(
        self, at: datetime, files: Mapping[str, bytes | None], *, by: str = "", message: str
    ) -> None:
        """Any files, in one commit; None deletes."""
        by = by or self.staff.custodian
        self.changes.append(Change(at=at, author=by, message=message, files=dict(files)))
        for path, data in files.items():
            if data is None:
                self._files.pop(path, None)
            else:
                self._files[path] = data

    def read(self, record_id: str) -> Record:
        """What the last version of a record says."""
        document = parse(self._files[path_of(record_id, self.site)], path=record_id)
        return dict(document.data) if isinstance(document, Document) else {}

    def entry_of(self, person: str) -> str:
        """The id of a person's first entry in the roster."""
        files = (p for p in self._files if "/CUS-" in p and "/approvals/" not in p)
        ids = (path.rsplit("/", 1)[1].removesuffix(".yaml") for path in sorted(files))
        return next(ident for ident in ids if self.read(ident)["person"] == person)

    def approve(self, record_id: str, role: Role, person: str, at: datetime, **more: Any) -> None:
        """One approval file, signed with the person's key."""
        path = approval_path(record_id, self.site, role)
        home = path.rsplit("/", 1)[0]
        earlier = sorted(p for p in self._files if p.startswith(home) and p < path)
        given: dict[str, Any] = {
            "schema_version": "1",
            "id": record_id,
            "site_id": self.site,
            "role": role,
            "person": person,
            "decision": "approve",
            "at": at,
            "method": "digital",
            "request_sha256": substance_sha256(KINDS[record_id[:3]], self.read(record_id)),
            "prev": tuple(hashlib.sha256(self._files[p]).hexdigest() for p in earlier),
            "signature": "AAAA",
        }
        unsigned = Approval(**(given | more))
        done = signed(
            unsigned, sign(self.key_of(unsigned.attested_by or person), payload(unsigned))
        )
        data = dump(as_data(done)).encode()
        self.write(at, {path: data}, by=person, message=f"{record_id} {role}")

    def last_line(self, day: date) -> tuple[int, str]:
        """The register's last number of that ROC year and the hash of its last line."""
        year = day.year - 1911
        number = self._numbers.get(("REG", year), 0)
        if not number:
            return 0, EMPTY_SHA256
        data = self._files.get(path_of(f"REG-{year}-{number:04}", self.site), b"")
        return number, hashlib.sha256(data).hexdigest()


def merged(record: Record, changes: Mapping[str, Any]) -> Record:
    """`record` with `changes` laid over it: mappings are merged, None takes a field away."""
    both = dict(record)
    for name, value in changes.items():
        old = both.get(name)
        both[name] = (
            merged(old, value) if isinstance(old, dict) and isinstance(value, Mapping) else value
        )
    return _told(both)


def _told(record: Mapping[str, Any]) -> Record:
    return {name: value for name, value in record.items() if value is not None}


def clock(day: date, hour: int, minute: int = 0) -> datetime:
    """A time of a day in Taipei."""
    return datetime.combine(day, time(hour, minute), TAIPEI)


def stamp(at: datetime) -> str:
    """An instant as records write it, to the minute."""
    return at.astimezone(TAIPEI).isoformat(timespec="minutes")


def key_print(key: Ed25519PrivateKey) -> str:
    """`SHA256:…` of its public half, as the roster names it."""
    return fingerprint(public_blob(key.public_key()))


def in_order(stories: Iterable[Story]) -> list[Change]:
    """The changes of all schools by time; those of one school keep their order."""
    return sorted((c for story in stories for c in story.changes), key=lambda c: c.at)
