"""HashiCorp Vault or OpenBao, KV version 2, through hvac (extra `vault`).

`<prefix>/entries/<name>` holds one entry, `<prefix>/leases/<device>` one lease; every write names
the version it replaces (`cas`), so a stale writer loses at the server. An entry's own `version`
is the server's. Replication and durability are the server's business.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from cctv_policy.errors import VaultError
from cctv_policy.secretstore import Secret, checked_name
from cctv_policy.vault import base
from cctv_policy.vault.base import Lease, LeaseHeldError, Listed, StaleError
from cctv_policy.vault.config import Server
from cctv_policy.vault.entry import Entry, from_json, to_json

T = TypeVar("T")
MAX_VERSIONS = 20
"""Of an entry at the server; its own history is inside of each."""
TIMEOUT_S = 15


def connect(server: Server, *, token: Secret, ca: Path | None) -> KvVault:
    """A client of the server. VaultError if hvac is missing or the token is refused."""
    try:
        import hvac
    except ImportError:
        raise VaultError(
            "使用金庫伺服器需要套件 hvac (a vault server needs the package hvac)",
            fix="pip install 'cctv-policy[vault]'",
        ) from None
    verify = str(ca) if ca else True
    client = hvac.Client(url=server.url, token=token.reveal(), verify=verify, timeout=TIMEOUT_S)
    return KvVault(client, server)


class KvVault:
    """The contract of base.Vault over a KV store of version 2."""

    def __init__(self, client: Any, server: Server) -> None:
        self._kv = client.secrets.kv.v2
        self._server = server

    def get(self, name: str) -> Secret:
        return base.current_of(name, self.read(name))

    def read(self, name: str) -> Entry:
        data, version = self._read(f"entries/{checked_name(name)}")
        if data is None:
            return Entry(version=version)
        try:
            return replace(from_json(data), version=version)
        except (KeyError, TypeError, ValueError):
            raise VaultError(
                f"{name!r} 不是金庫的項目 (secret {name!r} is no entry)", where=self._server.url
            ) from None

    def write(self, name: str, entry: Entry, *, lease: Lease | None = None) -> Entry:
        if lease:
            self.check(lease)
        taken = base.admitted(name, self.read(name), entry, lease)
        path = f"entries/{name}"
        new = self._write(path, to_json(taken), cas=entry.version, what=name)
        if new == 1:
            self._ask(
                lambda: self._kv.update_metadata(
                    path=self._path(path), mount_point=self._server.mount, max_versions=MAX_VERSIONS
                )
            )
        stored = self.read(name)
        if stored.version != new or to_json(stored) != to_json(replace(taken, version=new)):
            raise VaultError(
                f"密碼 {name!r} 寫入後讀回不同 (secret {name!r} reads back differently)",
                where=self._server.url,
            )
        return stored

    def listed(self) -> tuple[Listed, ...]:
        names = sorted(self._names("entries/"))
        return tuple(base.listed(name, self.read(name)) for name in names)

    def acquire(self, device: str, holder: str, *, force: bool = False) -> Lease:
        path = f"leases/{checked_name(device)}"
        data, version = self._read(path)
        held = (data or {}).get("holder", "")
        if held and held != holder and not force:
            raise LeaseHeldError(device, held)
        generation = int((data or {}).get("generation", 0)) + 1
        try:
            self._write(
                path, {"holder": holder, "generation": generation}, cas=version, what=device
            )
        except StaleError:
            raise LeaseHeldError(device, "taken at this moment") from None
        return Lease(device=device, holder=holder, generation=generation)

    def check(self, lease: Lease) -> None:
        self._lease_version(lease)

    def release(self, lease: Lease) -> None:
        try:
            version = self._lease_version(lease)
            data = {"holder": "", "generation": lease.generation}
            self._write(f"leases/{lease.device}", data, cas=version, what=lease.device)
        except (base.LeaseLostError, StaleError):
            return

    def _lease_version(self, lease: Lease) -> int:
        data, version = self._read(f"leases/{lease.device}")
        if data != {"holder": lease.holder, "generation": lease.generation}:
            raise base.lost(lease)
        return version

    def _read(self, path: str) -> tuple[dict[str, Any] | None, int]:
        """(data, version); no data where nothing was written or the newest was deleted."""
        import hvac.exceptions

        try:
            found = self._ask(
                lambda: self._kv.read_secret_version(
                    path=self._path(path),
                    mount_point=self._server.mount,
                    raise_on_deleted_version=False,
                )
            )
        except hvac.exceptions.InvalidPath:
            return None, 0
        return found["data"]["data"], int(found["data"]["metadata"]["version"])

    def _write(self, path: str, data: dict[str, Any], *, cas: int, what: str) -> int:
        import hvac.exceptions

        try:
            answer = self._ask(
                lambda: self._kv.create_or_update_secret(
                    path=self._path(path), secret=data, cas=cas, mount_point=self._server.mount
                )
            )
        except hvac.exceptions.InvalidRequest as error:
            if "check-and-set" not in str(error):
                raise VaultError(
                    f"伺服器未接受 {what!r} ({what!r} was not taken)", where=self._server.url
                ) from None
            raise StaleError(
                f"{what!r} 已被另一次執行更改 ({what!r} was changed by another run)",
                fix="請再執行一次 (run again)",
            ) from None
        return int(answer["data"]["version"])

    def _names(self, folder: str) -> Iterator[str]:
        import hvac.exceptions

        try:
            answer = self._ask(
                lambda: self._kv.list_secrets(
                    path=self._path(folder), mount_point=self._server.mount
                )
            )
        except hvac.exceptions.InvalidPath:
            return
        for key in answer["data"]["keys"]:
            if key.endswith("/"):
                yield from self._names(folder + key)
            else:
                yield (folder + key).removeprefix("entries/")

    def _path(self, path: str) -> str:
        return f"{self._server.prefix}/{path}"

    def _ask(self, call: Callable[[], T]) -> T:
        """One request. Its exceptions may quote what was sent, so their text is never passed on."""
        import hvac.exceptions
        import requests

        known = (hvac.exceptions.InvalidPath, hvac.exceptions.InvalidRequest)
        try:
            return call()
        except known:
            raise
        except (hvac.exceptions.Forbidden, hvac.exceptions.Unauthorized):
            what, fix = "the token is refused", "a new token with read and write on the prefix"
        except hvac.exceptions.VaultDown:
            what, fix = "the vault server is sealed", "unseal it"
        except (hvac.exceptions.VaultError, requests.RequestException, ValueError) as error:
            what, fix = f"the vault server does not answer ({type(error).__name__})", "see its log"
        raise VaultError(what, where=self._server.url, fix=fix)
