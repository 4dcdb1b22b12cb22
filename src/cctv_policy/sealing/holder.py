"""A holder's private key: from a file that only its owner can read, never from an argument."""

from __future__ import annotations

import os
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

    def text(self) -> bytes:
        """The one X25519 secret, to be wrapped for another holder."""
        (key,) = self._keys
        return str(key).encode()

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


def new_identity(file: Path) -> str:
    """Write a new age key to a file of its owner alone, never over one; the public half."""
    pair = pyrage.x25519.Identity.generate()
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as stream:
            stream.write(f"# public key: {pair.to_public()}\n{pair}\n")
            stream.flush()
            os.fsync(stream.fileno())
    except FileExistsError:
        what, fix = "there is a file already", "name another; a key is never overwritten"
        raise SealingError(what, code="bad_identity", where=str(file), fix=fix) from None
    except OSError as error:
        what = f"cannot be written: {error.strerror}"
        raise SealingError(what, code="bad_identity", where=str(file)) from None
    return str(pair.to_public())


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
