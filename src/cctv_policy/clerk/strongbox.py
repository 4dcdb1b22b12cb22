"""Personal data of a clerk's records: sealed as they are written, opened for a holder's eyes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from cctv_policy.clerk.office import Office
from cctv_policy.errors import ClerkError, SealingError
from cctv_policy.records import as_data, parse_id
from cctv_policy.records.common import Header
from cctv_policy.sealing import Keystore, load_identity, open_keystore, seal, unseal
from cctv_policy.secretstore import Secret
from cctv_policy.strictyaml import sentence

T = TypeVar("T")


@dataclass(kw_only=True)
class Strongbox:
    """The district's keystore as a command uses it; opened when first needed."""

    office: Office
    identity: Path | None = None
    """A holder's private key file; only for opening."""
    made: list[str] = field(default_factory=list)
    """Files that were made on the way and belong into the commit: public keys of new batches."""
    _keystore: Keystore | None = None

    @property
    def keystore(self) -> Keystore:
        if self._keystore is None:
            self._keystore = _told(lambda: open_keystore(self.office.root))
        return self._keystore

    def seal(self, record_id: str, clear: Mapping[str, str], *, later: bool) -> dict[str, Any]:
        """The block with these fields as data of the record; ClerkError if it cannot be."""
        secrets = {name: Secret(text) for name, text in clear.items()}
        block = _told(lambda: self._seal(record_id, secrets, later))
        data: dict[str, Any] = as_data(block)
        return data

    def _seal(self, record_id: str, secrets: Mapping[str, Secret], later: bool) -> Any:
        parts = parse_id(record_id)
        assert parts is not None  # noqa: S101 - made by numbers.py
        site, today = self.office.site, self.office.today
        batch = self.keystore.settings.batch(parts.prefix, today)
        new = self.keystore.new_batch(site, batch)
        if new is not None:
            self.made.append(new.resolve().relative_to(self.office.root.resolve()).as_posix())
        return seal(
            self.keystore, site=site, record_id=record_id, clear=secrets, on=today, later=later
        )

    def open(self, record: Header) -> dict[str, Secret]:
        """Every sealed field of a record, both blocks; ClerkError if this key may not."""
        if self.identity is None:
            fix = "加上 --identity 私鑰檔，或 git config cctv-policy.identity 私鑰檔"
            raise ClerkError(
                "需要金鑰保管人的私鑰才能解密 (a key holder's private key is needed)", fix=fix
            )
        file = self.identity
        return _told(lambda: self._open(record, file))

    def _open(self, record: Header, file: Path) -> dict[str, Secret]:
        identity = load_identity(file)
        first = unseal(self.keystore, record, identity)
        return first | unseal(self.keystore, record, identity, later=True)

    def later(self, record: Header, clear: Mapping[str, str]) -> dict[str, str]:
        """The fields of a new `sealed_later`: what is in the old one and `clear`."""
        block = getattr(record, "sealed_later", None)
        if block is None:
            return dict(clear)
        opened = self.open(record)
        return {name: opened[name].reveal() for name in block.fields} | dict(clear)


def _told(what: Callable[[], T]) -> T:
    """The result; a refusal of the keystore in a clerk's words."""
    try:
        return what()
    except SealingError as error:
        words = sentence(error.code, "zh-TW")
        details = [str(fault) for fault in error.faults]
        said = f"個資加密或解密未完成：{words}（{error.what}）"
        raise ClerkError(said, where=error.where, fix=error.fix, details=details) from None
