"""age keys: private ones from a file of their owner, public ones from vault.yaml."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pyrage import DecryptError, IdentityError, RecipientError, decrypt, encrypt, x25519

from cctv_policy.errors import VaultError
from cctv_policy.secretstore import read_private

IDENTITY_VARIABLE = "CCTV_POLICY_IDENTITY"
"""Environment variable with the *path* of the identity file."""


class WrongKeyError(VaultError):
    """The identity file does not open it."""


class Keys:
    """The private keys of this person. Shows none of them."""

    __slots__ = ("_identities", "public")

    def __init__(self, identities: Sequence[x25519.Identity]) -> None:
        self._identities = list(identities)
        self.public = tuple(str(identity.to_public()) for identity in self._identities)

    def __repr__(self) -> str:
        return "Keys(…)"

    def open(self, data: bytes, where: str) -> bytes:
        """Decrypted; WrongKeyError, or VaultError if it is damaged."""
        if not data.startswith(b"age-encryption.org/v1\n"):
            raise VaultError(
                "不是 age 檔案 (is not an age file)", where=where, fix="cctv-policy vault recover"
            )
        try:
            return bytes(decrypt(data, self._identities))
        except DecryptError as error:
            if "No matching keys" in str(error):
                raise WrongKeyError(
                    "您的金鑰打不開這個金庫 (your key does not open this vault)",
                    where=where,
                    fix=f"name a recipient's identity file (--identity or {IDENTITY_VARIABLE})",
                ) from None
            raise VaultError(
                "已損毀：無法解密 (is damaged: decryption fails)",
                where=where,
                fix="cctv-policy vault recover",
            ) from None


def read_keys(path: Path) -> Keys:
    """The identity file (age-keygen's form: `#` comments, `AGE-SECRET-KEY-1…`), mode 0600."""
    data = read_private(path, "the identity file")
    identities = []
    for number, line in enumerate(data.decode("utf-8", "replace").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        try:
            identities.append(x25519.Identity.from_str(line.strip()))
        except IdentityError:
            raise VaultError(
                "不是 age 私鑰 (not an age private key)",
                where=f"{path}:{number}",
                fix="每行一把 AGE-SECRET-KEY-1…，如 `age-keygen` 所寫 "
                "(each line is one AGE-SECRET-KEY-1…, as `age-keygen` writes it)",
            ) from None
    if not identities:
        raise VaultError(
            "檔案中沒有私鑰 (no private key in it)", where=str(path), fix="age-keygen -o FILE"
        )
    return Keys(identities)


def seal(data: bytes, recipients: Sequence[str]) -> bytes:
    """Encrypted for all `recipients` (age1…)."""
    return bytes(encrypt(data, [public_key(key) for key in recipients]))


def public_key(text: str) -> x25519.Recipient:
    """ValueError if it is not an age public key."""
    try:
        return x25519.Recipient.from_str(text)
    except RecipientError:
        raise ValueError("not an age public key (age1…)") from None


def count_recipients(data: bytes) -> int:
    """For how many keys a file is encrypted, as its header tells anybody."""
    head = data.partition(b"\n---")[0]
    return sum(line.startswith(b"-> X25519 ") for line in head.split(b"\n"))


def new_identity() -> tuple[str, str]:
    """(private, public), made by age's own random source."""
    identity = x25519.Identity.generate()
    return str(identity), str(identity.to_public())
