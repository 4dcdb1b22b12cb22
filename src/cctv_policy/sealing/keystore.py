"""A district's keystore: its settings, its replicas, and the public keys of batches in git.

    keys/periods/<site>/<batch>.pub     in git: what records of a school and month are sealed for

A batch belongs to one school: its custodian opens the own school's records and no other's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyrage

from cctv_policy.errors import SealingError
from cctv_policy.sealing.block import tag, wrap
from cctv_policy.sealing.replica import Replica
from cctv_policy.sealing.settings import Holder, Settings, load_settings

PUBLIC = "keys/periods"


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A batch's secret encrypted to one holder, as the replica's listing names it."""

    site: str
    batch: str
    holder: str
    tag: str

    @property
    def name(self) -> str:
        return f"periods/{self.site}/{self.batch}/{self.holder}.{self.tag}.age"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrap:
    """The key of one sealed block, as the replica's listing names it."""

    site: str
    batch: str
    record_id: str
    key_id: str

    @property
    def name(self) -> str:
        return f"wraps/{self.site}/{self.batch}/{self.record_id}.{self.key_id}.age"


@dataclass(frozen=True, slots=True, kw_only=True)
class Keystore:
    """What `open_keystore` gives."""

    root: Path
    settings: Settings
    replicas: tuple[Replica, ...]

    def check(self) -> None:
        """SealingError unless every replica is there."""
        for replica in self.replicas:
            replica.check()

    def public_file(self, site: str, batch: str) -> Path:
        """Where git has the public key of a batch."""
        return self.root / PUBLIC / site / f"{batch}.pub"

    def public_key(self, site: str, batch: str) -> str:
        """The public key of a batch, the same in git and in every replica; else SealingError."""
        file = self.public_file(site, batch)
        fix = f"`cctv-policy keys batch --school {site}`, and commit {PUBLIC}/"
        try:
            text = file.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            what = f"there is no batch {batch} of {site} yet"
            raise SealingError(what, code="sealed_no_batch", where=str(file), fix=fix) from None
        for replica in self.replicas:
            if replica.get(f"periods/{site}/{batch}/public") != text.encode():
                what = f"the key differs from that in replica {replica.label}"
                fix = "take back the change of the file; nobody could open what is sealed for it"
                code = "sealed_batch_differs"
                raise SealingError(what, code=code, where=str(file), fix=fix)
        return text

    def new_batch(self, site: str, batch: str) -> Path | None:
        """Make a batch's key pair; the public half's file to commit, None if there is one.

        The secret half exists encrypted only: one share for each holder on every replica.
        """
        file = self.public_file(site, batch)
        self.check()
        known = {r.get(f"periods/{site}/{batch}/public") for r in self.replicas}
        if file.exists() and None not in known:
            self.public_key(site, batch)
            return None
        if file.exists() and known == {None}:
            what, fix = "git has the batch and no replica does", "it was destroyed, or is lost"
            raise SealingError(what, code="sealed_batch_differs", where=str(file), fix=fix)
        fresh = known == {None}
        public = self._publish(site, batch) if fresh else self._finish(site, batch, known)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(public + "\n", encoding="ascii")
        return file

    def _publish(self, site: str, batch: str) -> str:
        """A new pair on every replica: shares first, the public key last."""
        holders = enough(self.settings.holders_of(site), site)
        for replica in self.replicas:
            for name in replica.names(f"periods/{site}/{batch}"):
                replica.delete(name)  # of a run that was killed before it published anything
        pair = pyrage.x25519.Identity.generate()
        public = str(pair.to_public())
        for holder in holders:
            data = wrap(str(pair).encode(), [holder.recipient])
            share = share_of(holder, site, batch)
            for replica in self.replicas:
                replica.put(share.name, data)
        for replica in self.replicas:
            replica.put(f"periods/{site}/{batch}/public", public.encode())
        return public

    def _finish(self, site: str, batch: str, known: set[bytes | None]) -> str:
        """The public key of a batch that was published on some replicas, now on all."""
        found = sorted(k for k in known if k is not None)
        if len(found) > 1:
            what = f"the replicas hold different keys of batch {batch} of {site}"
            fix = "one replica is not a copy of the other; compare them before anything is sealed"
            raise SealingError(what, code="sealed_batch_differs", fix=fix)
        for replica in self.replicas:
            if replica.get(f"periods/{site}/{batch}/public") is None:
                replica.put(f"periods/{site}/{batch}/public", found[0])
        return found[0].decode()

    def shares(self, replica: Replica, site: str = "") -> Iterator[Share]:
        """Every share that a replica holds, of one school or all."""
        for name in replica.names(f"periods/{site}" if site else "periods"):
            parts = name.split("/")
            words = parts[-1].split(".")
            if len(parts) == 4 and len(words) == 3 and words[2] == "age":
                yield Share(site=parts[1], batch=parts[2], holder=words[0], tag=words[1])

    def wraps(self, replica: Replica, site: str = "") -> Iterator[Wrap]:
        """Every record key that a replica holds, of one school or all."""
        for name in replica.names(f"wraps/{site}" if site else "wraps"):
            parts = name.split("/")
            words = parts[-1].split(".")
            if len(parts) == 4 and len(words) == 3 and words[2] == "age":
                yield Wrap(site=parts[1], batch=parts[2], record_id=words[0], key_id=words[1])


def share_of(holder: Holder, site: str, batch: str) -> Share:
    """The share a holder must have of a batch."""
    return Share(site=site, batch=batch, holder=holder.name, tag=tag(holder.recipient))


def enough(holders: tuple[Holder, ...], site: str) -> tuple[Holder, ...]:
    """`holders` if there are two or more; one lost key must not lose the records."""
    if len(holders) < 2:
        what = f"{site} has fewer than two holders"
        fix = "name them in keystore.yaml"
        raise SealingError(what, code="sealed_no_recipients", where=site, fix=fix)
    return holders


def open_keystore(root: Path) -> Keystore:
    """The keystore of the district in `root`. SealingError for faults of keystore.yaml; that a
    replica is offline is told when it is used.
    """
    settings = load_settings(root)
    replicas = tuple(
        Replica(label=place.label, keystore=settings.id, folder=(root / place.path).resolve())
        for place in settings.replicas
    )
    return Keystore(root=root, settings=settings, replicas=replicas)
