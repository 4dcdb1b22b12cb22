"""SSH signatures (SSHSIG) made and verified without git: `ssh-keygen -Y verify` agrees.

Only Ed25519, also from a hardware key (`sk-ssh-ed25519`), over SHA-512. Everything else has a code
of its own, so that a refusal says what to change. Format: PROTOCOL.sshsig of OpenSSH.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from cctv_policy.errors import RecordError
from cctv_policy.secretstore import without_secrets

NAMESPACE = "cctv-approval@v1"

_MAGIC = b"SSHSIG"
_PLAIN, _HARDWARE = b"ssh-ed25519", b"sk-ssh-ed25519@openssh.com"
_PRESENT = 0x01


class SignatureRefused(Exception):  # noqa: N818 - a verdict on data, not an error of the tool
    """Why a signature does not count; `code` is a fault code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """The public key a signature carries."""

    blob: bytes
    point: bytes
    application: bytes | None
    """Of a hardware key, e.g. `ssh:`; None for a plain key."""

    @property
    def fingerprint(self) -> str:
        """As `ssh-keygen -l` prints it."""
        return fingerprint(self.blob)


def fingerprint(blob: bytes) -> str:
    """`SHA256:…` of a public key in wire form."""
    digest = base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")
    return f"SHA256:{digest}"


def fingerprint_of_line(line: str) -> str | None:
    """`SHA256:…` of a line of a `.pub` file; None if it holds no Ed25519 key, plain or hardware."""
    words = line.split()
    try:
        blob = base64.b64decode(words[1], validate=True)
        key = _key(blob)
    except (IndexError, binascii.Error, ValueError, SignatureRefused):
        return None
    return key.fingerprint


def verify(signature: str, message: bytes, *, namespace: str = NAMESPACE) -> Key:
    """The key that signed `message`; SignatureRefused with a code if it does not verify.

    `signature` is base64 without armour. Nothing is said about whose key it is.
    """
    try:
        data = base64.b64decode(signature, validate=True)
    except (binascii.Error, ValueError):
        raise SignatureRefused("signature_malformed") from None
    reader = _Reader(data)
    if reader.take(6) != _MAGIC or reader.number() != 1:
        raise SignatureRefused("signature_malformed")
    key_blob, given, reserved, algorithm, inner = (reader.string() for _ in range(5))
    reader.end()
    key = _key(key_blob)
    if given != namespace.encode():
        raise SignatureRefused("signature_namespace")
    if algorithm != b"sha512":
        raise SignatureRefused("signature_hash")
    signed = _signed(message, given, reserved)
    _check(key, inner, signed)
    return key


def sign(key: Ed25519PrivateKey, message: bytes, *, namespace: str = NAMESPACE) -> str:
    """A signature of `message` as base64 without armour, as `ssh-keygen -Y sign` would make it."""
    blob = public_blob(key.public_key())
    signed = _signed(message, namespace.encode(), b"")
    inner = _string(_PLAIN) + _string(key.sign(signed))
    parts = (blob, namespace.encode(), b"", b"sha512", inner)
    data = _MAGIC + (1).to_bytes(4, "big") + b"".join(_string(p) for p in parts)
    return base64.b64encode(data).decode()


def sign_with_agent(key_file: Path, message: bytes, *, namespace: str = NAMESPACE) -> str:
    """As `sign`, by `ssh-keygen`: a key file, a key in the agent, or a hardware key."""
    command = ["ssh-keygen", "-q", "-Y", "sign", "-n", namespace, "-f", str(key_file)]
    try:
        done = subprocess.run(
            command,
            input=message,
            capture_output=True,
            check=False,
            env=without_secrets(os.environ),
        )
    except FileNotFoundError:
        fix = "install OpenSSH 8.2 or newer"
        raise RecordError("沒有安裝 ssh-keygen (ssh-keygen is not installed)", fix=fix) from None
    if done.returncode:
        fix = "touch the hardware key when it blinks; check the key file and its permissions"
        raise RecordError(
            "ssh-keygen 未完成簽章 (ssh-keygen did not sign)", where=str(key_file), fix=fix
        )
    return "".join(done.stdout.decode("ascii").split("\n")[1:-2])


def armour(signature: str) -> str:
    """The text that `ssh-keygen -Y verify -s` reads."""
    rows = [signature[i : i + 70] for i in range(0, len(signature), 70)]
    return "\n".join(["-----BEGIN SSH SIGNATURE-----", *rows, "-----END SSH SIGNATURE-----", ""])


def public_blob(key: Ed25519PublicKey) -> bytes:
    """A public key in wire form."""
    return _string(_PLAIN) + _string(key.public_bytes(Encoding.Raw, PublicFormat.Raw))


def _string(data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + data


def _signed(message: bytes, namespace: bytes, reserved: bytes) -> bytes:
    parts = (namespace, reserved, b"sha512", hashlib.sha512(message).digest())
    return _MAGIC + b"".join(_string(p) for p in parts)


def _key(blob: bytes) -> Key:
    reader = _Reader(blob)
    kind = reader.string()
    if b"-cert-v" in kind:
        raise SignatureRefused("signature_certificate")
    if kind not in (_PLAIN, _HARDWARE):
        raise SignatureRefused("signature_key_type")
    point = reader.string()
    application = reader.string() if kind == _HARDWARE else None
    reader.end()
    return Key(blob=blob, point=point, application=application)


def _check(key: Key, inner: bytes, signed: bytes) -> None:
    reader = _Reader(inner)
    kind, raw = reader.string(), reader.string()
    if kind != (_PLAIN if key.application is None else _HARDWARE):
        raise SignatureRefused("signature_key_type")
    if key.application is not None:
        tail = reader.take(5)
        if not tail[0] & _PRESENT:
            raise SignatureRefused("signature_presence")
        digests = hashlib.sha256(key.application).digest(), hashlib.sha256(signed).digest()
        signed = digests[0] + tail + digests[1]
    reader.end()
    try:
        Ed25519PublicKey.from_public_bytes(key.point).verify(raw, signed)
    except ValueError:
        raise SignatureRefused("signature_malformed") from None
    except InvalidSignature:
        raise SignatureRefused("signature_mismatch") from None


class _Reader:
    """Fields of a length-prefixed message."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, size: int) -> bytes:
        if size > len(self.data) - self.at:
            raise SignatureRefused("signature_malformed")
        self.at += size
        return self.data[self.at - size : self.at]

    def number(self) -> int:
        return int.from_bytes(self.take(4), "big")

    def string(self) -> bytes:
        return self.take(self.number())

    def end(self) -> None:
        if self.at != len(self.data):
            raise SignatureRefused("signature_trailing")
