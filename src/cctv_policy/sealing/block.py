"""The two ciphers: all personal fields of a record in one block, and its key in an age file.

Pure but for the system's randomness: keys and nonces are made here and are nobody's argument.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyrage
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

from cctv_policy.errors import SealingError
from cctv_policy.records import Sealed
from cctv_policy.sealing.settings import recipient
from cctv_policy.secretstore import Secret

PAD = 256
"""The length of the clear text is hidden up to this many bytes."""
_NONCE = 12
_LENGTH = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """What a block is bound to; opening it for anything else fails."""

    site: str
    record_id: str
    batch: str
    later: bool
    """Whether it is the record's second block, `sealed_later`."""
    schema: str = "1"

    def data(self, fields: Sequence[str]) -> bytes:
        """The associated data. An id is unique within its school only, so the school is in it."""
        block = "sealed_later" if self.later else "sealed"
        parts = (f"{self.site}/{self.record_id}", self.schema, self.batch, block, ",".join(fields))
        return "|".join(parts).encode()


def encrypt(key: bytes, clear: Mapping[str, Secret], bound: Bound) -> str:
    """Nonce and ciphertext of the fields, base64; equal fields give other bytes every time."""
    text = json.dumps({n: s.reveal() for n, s in clear.items()}, ensure_ascii=False).encode()
    framed = len(text).to_bytes(_LENGTH, "big") + text
    padded = framed + bytes(-len(framed) % PAD)
    nonce = secrets.token_bytes(_NONCE)
    sealed = AESGCMSIV(key).encrypt(nonce, padded, bound.data(list(clear)))
    return base64.b64encode(nonce + sealed).decode()


def decrypt(key: bytes, block: Sealed, bound: Bound) -> dict[str, Secret]:
    """The fields of a block; SealingError `sealed_broken` if anything about it was changed."""
    raw = base64.b64decode(block.data)
    try:
        padded = AESGCMSIV(key).decrypt(raw[:_NONCE], raw[_NONCE:], bound.data(block.fields))
        size = int.from_bytes(padded[:_LENGTH], "big")
        found = json.loads(padded[_LENGTH : _LENGTH + size])
    except (InvalidTag, ValueError):
        what = "the sealed block is not what was written for this record"
        fix = "compare the file with its history; report an incident if it was changed"
        where = f"{bound.site}/{bound.record_id}"
        raise SealingError(what, code="sealed_broken", where=where, fix=fix) from None
    return {name: Secret(value) for name, value in found.items()}


def new_key() -> bytes:
    """A fresh key of one record."""
    return AESGCMSIV.generate_key(256)


def wrap(secret: bytes, recipients: Sequence[str]) -> bytes:
    """`secret` as an age file for each of `recipients`; SealingError if there is none."""
    if not recipients:
        what, fix = "nobody could open it", "name holders in keystore.yaml"
        raise SealingError(what, code="sealed_no_recipients", fix=fix)
    return bytes(pyrage.encrypt(secret, [recipient(r) for r in recipients]))


def key_id(wrapped: bytes) -> str:
    """How a record names its wrap: 32 hex digits of its SHA-256."""
    return hashlib.sha256(wrapped).hexdigest()[:32]


def tag(public_key: str) -> str:
    """A short name of a holder's public key, for file names; a comment after it does not count."""
    return hashlib.sha256(" ".join(public_key.split()[:2]).encode()).hexdigest()[:16]
