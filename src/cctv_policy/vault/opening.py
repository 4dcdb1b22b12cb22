"""vault.yaml to a vault that can be used."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from cctv_policy.errors import VaultError
from cctv_policy.secretstore import (
    EnvironmentStore,
    FirstOf,
    FolderStore,
    Secret,
    SecretStore,
    checked_name,
    named_file,
    read_private,
)
from cctv_policy.vault.agefile import FileVault
from cctv_policy.vault.base import Vault, current_of
from cctv_policy.vault.config import VaultConfig, load_config, place
from cctv_policy.vault.entry import Entry
from cctv_policy.vault.keys import IDENTITY_VARIABLE, read_keys

TOKEN_VARIABLE = "CCTV_POLICY_VAULT_TOKEN_FILE"  # noqa: S105 - a path
"""Environment variable with the *path* of the token file of a vault server."""


def open_vault(
    path: Path,
    *,
    identity: Path | None,
    environ: Mapping[str, str],
    single_copy: str = "",
) -> Vault:
    """The vault that `path` (vault.yaml) describes. VaultError or SecretError if it cannot be.

    `identity`: file with the private key, else the path in CCTV_POLICY_IDENTITY.
    """
    config = load_config(path)
    if config.server is None:
        return open_files(path, config, identity=identity, environ=environ, single_copy=single_copy)
    from cctv_policy.vault.kv2 import connect  # hvac is an extra

    token = environ.get(TOKEN_VARIABLE)
    if not token:
        raise VaultError(
            "沒有金庫伺服器的權杖 (no token for the vault server)",
            where=str(path),
            fix=f"請把權杖檔（權限 600）的路徑放入 {TOKEN_VARIABLE} "
            f"(put the path of the token file (mode 600) into {TOKEN_VARIABLE})",
        )
    file = named_file(token, TOKEN_VARIABLE)
    value = Secret(read_private(file, "the token file").decode().strip())
    ca = place(path, config.server.ca) if config.server.ca else None
    return connect(config.server, token=value, ca=ca)


class _Reading:
    """A vault as a store: a first value that no device has confirmed yet is better than none."""

    def __init__(self, entry_of: Callable[[str], Entry]) -> None:
        self._entry_of = entry_of

    def get(self, name: str) -> Secret:
        """See secretstore.SecretStore."""
        entry = self._entry_of(checked_name(name))
        return entry.current or entry.pending or current_of(name, entry)


def reading_store(path: Path, *, identity: Path | None, environ: Mapping[str, str]) -> SecretStore:
    """A vault for a run that only reads, as it is now. Errors as `open_vault`."""
    vault = open_vault(path, identity=identity, environ=environ)
    whole = vault.content() if isinstance(vault, FileVault) else None  # decrypted once
    return _Reading(whole.entry if whole else vault.read)


def stores(
    *, folder: Path | None, vault: Path | None, identity: Path | None, environ: Mapping[str, str]
) -> SecretStore:
    """Where a run looks for secrets: a vault (rotations keep it true), a folder, environment."""
    found: list[SecretStore] = []
    if vault:
        found.append(reading_store(vault, identity=identity, environ=environ))
    if folder:
        found.append(FolderStore(folder))
    return FirstOf(*found, EnvironmentStore(environ))


def open_files(
    path: Path,
    config: VaultConfig,
    *,
    identity: Path | None,
    environ: Mapping[str, str],
    single_copy: str = "",
) -> FileVault:
    """The embedded vault of a vault.yaml that has no server."""
    return FileVault(
        [place(path, copy) for copy in config.copies],
        [recipient.key for recipient in config.recipients],
        read_keys(identity_path(identity, environ)),
        single_copy=single_copy,
    )


def identity_path(given: Path | None, environ: Mapping[str, str]) -> Path:
    """Where the private key is. VaultError if nobody said."""
    if given is not None:
        return named_file(str(given), "--identity")
    if not environ.get(IDENTITY_VARIABLE):
        raise VaultError(
            "沒有指明金庫的私鑰 (no private key for the vault was named)",
            fix=f"請用 --identity 檔案（權限 600），或把路徑放入 {IDENTITY_VARIABLE} "
            f"(--identity FILE (mode 600), or its path in {IDENTITY_VARIABLE})",
        )
    return named_file(environ[IDENTITY_VARIABLE], IDENTITY_VARIABLE)
