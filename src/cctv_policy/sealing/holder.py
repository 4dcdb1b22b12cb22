"""A holder's private key: from a file that only its owner can read, never from an argument."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyrage

from cctv_policy.errors import SealingError
from cctv_policy.sealing.keystore import Keystore
from cctv_policy.secretstore import FolderStore

Key = Any
"""An X25519 or SSH identity of pyrage, which has no types."""
_OPENSSH = "-----BEGIN OPENSSH PRIVATE KEY-----"


class Identity:
    """What opens age files; shows itself nowhere."""

    __slots__ = ("_keys",)

    def __init__(self, keys: list[Key]) -> None:
        self._keys = keys

    def open(self, data: bytes) -> bytes | None:
        """The content of an age file; None if it is for somebody else, or damaged."""
        try:
            return bytes(pyrage.decrypt(data, self._keys))
        except pyrage.DecryptError:
            return None

    def __repr__(self) -> str:
        return "Identity(…)"

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("a private key is never pickled")


def load_identity(file: Path) -> Identity:
    """The keys in a file of age-keygen, or an OpenSSH Ed25519 key without passphrase.

    The file and its folder must be their owner's alone (0600, 0700). SecretError, SealingError.
    """
    text = FolderStore(file.parent.resolve()).get(file.name).reveal()
    try:
        if text.startswith(_OPENSSH):
            return Identity([pyrage.ssh.Identity.from_buffer(f"{text}\n".encode())])
        lines = (line.strip() for line in text.splitlines())
        keys: list[Key] = [
            pyrage.x25519.Identity.from_str(line) for line in lines if line and line[0] != "#"
        ]
    except pyrage.IdentityError:
        keys = []
    if not keys:
        fix = "make one with `cctv-policy keys identity FILE`, or take an ssh-ed25519 key"
        what = "not an age or OpenSSH Ed25519 private key without passphrase"
        raise SealingError(what, code="bad_identity", where=str(file), fix=fix)
    return Identity(keys)


def batch_secret(keystore: Keystore, site: str, batch: str, identity: Identity) -> Identity:
    """The secret of a batch, opened with a holder's key from any replica that has the share."""
    offline = []
    for replica in keystore.replicas:
        if not replica.online():
            offline.append(replica.label)
            continue
        for share in keystore.shares(replica, site):
            data = replica.get(share.name) if share.batch == batch else None
            if data is not None and (secret := identity.open(data)) is not None:
                return Identity([pyrage.x25519.Identity.from_str(secret.decode())])
    what = f"this key opens no share of batch {batch} of {site}"
    fix = "use a holder's key of keystore.yaml; a new holder gets shares by `keys rewrap`"
    if offline:
        what, fix = f"{what}; offline: {', '.join(offline)}", f"mount {offline[0]}; {fix}"
    raise SealingError(what, code="sealed_not_holder", where=f"{site}/{batch}", fix=fix)
