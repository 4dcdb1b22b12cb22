"""vault.yaml: where a district's vault is and for whom it is encrypted. Public, may be in git."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, with_config

from cctv_policy.errors import VaultError
from cctv_policy.model import Text
from cctv_policy.strictyaml import STRICT, Fault, Str, bind, parse, refuse, register
from cctv_policy.vault.keys import public_key

SCHEMA = "cctv-policy/vault/1"
register(
    {
        "bad_age_key": Text(zh="不是 age 公鑰", en="not an age public key"),
        "vault_copies": Text(
            zh="保管庫至少要有兩份,各在不同資料夾", en="too few copies of the vault"
        ),
        "vault_recipients": Text(
            zh="保管庫至少要有兩位不同的金鑰持有人", en="too few holders of the vault's keys"
        ),
        "vault_kind": Text(zh="只能擇一:server 或 copies", en="two kinds of vault at once"),
    }
)


def _age_key(text: str) -> str:
    try:
        public_key(text)
    except ValueError as error:
        refuse("bad_age_key", str(error), "copy the line `# public key:` of age-keygen")
    return text


def _no_login(url: str) -> str:
    if "@" in url:
        refuse("bad_value", "no user or password belongs into an address", "use a token file")
    return url


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """One person (or safe) whose key opens the vault."""

    holder: Str
    """A person id of the roster, or the name of a place such as a safe."""
    key: Annotated[Str, AfterValidator(_age_key)]


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A HashiCorp Vault or OpenBao with a KV store of version 2."""

    url: Annotated[Str, AfterValidator(_no_login)]
    mount: Str = "secret"
    prefix: Str = "cctv-policy"
    ca: Str | None = None
    """File with the certificate authority, relative to vault.yaml."""


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class VaultConfig:
    """Either `copies` and `recipients`, or `server`."""

    schema: Literal["cctv-policy/vault/1"]
    copies: Annotated[tuple[Str, ...], Field(max_length=4)] = ()
    """Files of the vault, each in another folder, better on another disk or machine."""
    recipients: Annotated[tuple[Recipient, ...], Field(max_length=16)] = ()
    server: Server | None = field(default=None)


def load_config(path: Path) -> VaultConfig:
    """vault.yaml. VaultError naming file and line if it cannot be used."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise VaultError(
            f"無法讀取 (cannot be read: {error.strerror})",
            where=str(path),
            fix="cctv-policy vault init",
        ) from None
    document = parse(data, path=str(path))
    found = document if isinstance(document, list) else bind(document, VaultConfig)
    faults = found if isinstance(found, list) else _faults(path, found)
    if faults:
        raise VaultError(
            f"有 {len(faults)} 處錯誤 ({len(faults)} fault(s)):\n"
            + "\n".join(f"  {fault}" for fault in faults),
            where=str(path),
            fix="請更正上列各行 (correct the lines above: docs/vault.md)",
        )
    assert isinstance(found, VaultConfig)  # noqa: S101 - narrowing: a list has faults
    return found


def _faults(path: Path, config: VaultConfig) -> list[Fault]:
    def fault(code: str, what: str) -> Fault:
        return Fault(path=str(path), line=1, code=code, what=what)

    if config.server:
        clash = config.copies or config.recipients
        return [fault("vault_kind", "either server, or copies and recipients")] if clash else []
    faults = []
    folders = {str(place(path, copy).parent.resolve()) for copy in config.copies}
    if len(config.copies) < 2 or len(folders) != len(config.copies):
        faults.append(fault("vault_copies", "copies: at least two, each in a folder of its own"))
    keys = {recipient.key for recipient in config.recipients}
    holders = {recipient.holder for recipient in config.recipients}
    if len(config.recipients) < 2 or len(keys) < len(config.recipients):
        faults.append(fault("vault_recipients", "recipients: at least two, each with an own key"))
    if len(holders) < len(config.recipients):
        faults.append(fault("vault_recipients", "recipients: a holder is named twice"))
    return faults


def place(config_path: Path, copy: str) -> Path:
    """A path of vault.yaml, which is relative to that file."""
    return config_path.absolute().parent / Path(copy).expanduser()
