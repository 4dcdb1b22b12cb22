"""Where collection takes named secrets from: a folder only its owner can read, or the environment.

A value leaves here only as `Secret`; every message names the secret, never its value.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
import stat
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Protocol

from cctv_policy.errors import SecretError

ENVIRONMENT_PREFIX = "CCTV_SECRET_"
OPA_TOKEN_VARIABLE = "CCTV_POLICY_OPA_TOKEN"  # noqa: S105 - the name of a variable
MAX_BYTES = 64 * 1024
_STEP = r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"
_NAME = re.compile(rf"{_STEP}(?:/{_STEP}){{0,7}}")


class Secret:
    """A secret value that shows itself nowhere: not in repr, str, format, pickle or JSON."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The value, for the one call that hands it to the device."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(…)"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("a secret is never pickled")


def without_secrets(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment for a child that needs no secret: git, a shell, ssh-keygen."""
    return {
        name: value
        for name, value in environ.items()
        if not name.startswith(ENVIRONMENT_PREFIX) and name != OPA_TOKEN_VARIABLE
    }


def named_file(value: str, told_by: str) -> Path:
    """The path of a key or token file; `told_by` names the option or variable it came from.

    SecretError, which does not repeat it, if `value` may be the secret instead of a file's name.
    """
    if KEY_ITSELF.search(value) or ("/" not in value and not Path(value).exists()):
        raise SecretError(
            f"{told_by} 不是現有檔案的路徑 ({told_by} is not the path of a file that is there)",
            fix="金鑰存成 0600 的檔案，這裡填路徑；若填的是金鑰本身，請換新金鑰 "
            "(keep the key in a file of mode 600 and name its path; if the key itself stood here, "
            "replace it)",
        )
    return Path(value)


KEY_ITSELF = re.compile(r"AGE-SECRET-KEY-|-----BEGIN", re.IGNORECASE)


class SecretMissingError(SecretError):
    """The store does not have the secret; another store may."""


class SecretStore(Protocol):
    """What collection needs of any vault."""

    def get(self, name: str) -> Secret:
        """The secret called `name`; SecretError (with the name only) if it cannot be had."""
        ...


def checked_name(name: str) -> str:
    """`name` if it can name a secret; SecretError otherwise."""
    if not _NAME.fullmatch(name):
        raise SecretError(
            f"{name!r} 不能作為密碼名稱 ({name!r} cannot be the name of a secret)",
            fix="請用英數字、點、連字號與底線，各段以 / 分隔 "
            "(use letters, digits, dot, dash and underscore, with / between the parts)",
        )
    return name


class FolderStore:
    """One file a secret, at its name below a folder; folder and files belong to the owner alone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, name: str) -> Secret:
        """Content of `<folder>/<name>` without one final line break.

        Refuses links, special files, files of others, and files or a folder that anybody else may
        read or write.
        """
        path = self.folder / checked_name(name)
        what = f"secret {name!r}"
        try:
            _refuse_if_open(self.folder.stat(), what, self.folder, "chmod 700")
            if path.resolve(strict=True) != self.folder.resolve() / name:
                raise SecretError(f"{what} 在連結之後 ({what} is behind a link)", where=str(path))
        except FileNotFoundError:
            raise _missing(what, path) from None
        except OSError as error:
            raise _unreadable(what, path, error) from None
        return _decoded(read_private(path, what), what, str(path))


def read_private(path: Path, what: str) -> bytes:
    """Up to MAX_BYTES + 1 of a file that belongs to its owner alone; `what` names it in errors.

    Refuses a link, a special file, a file of another user and one that others may read or write.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        raise _missing(what, path) from None
    except OSError as error:
        raise _unreadable(what, path, error) from None
    try:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise SecretError(f"{what} 不是一般檔案 ({what} is not a plain file)", where=str(path))
        _refuse_if_open(found, what, path, "chmod 600")
        return os.read(handle, MAX_BYTES + 1)
    finally:
        os.close(handle)


def _missing(what: str, path: Path) -> SecretMissingError:
    fix = f"put it into {path} (owner only, mode 600)"
    return SecretMissingError(f"{what} 不存在 ({what} is not there)", where=str(path), fix=fix)


def _unreadable(what: str, path: Path, error: OSError) -> SecretError:
    return SecretError(
        f"無法讀取 {what} ({what} cannot be read: {error.strerror})", where=str(path)
    )


def _refuse_if_open(found: os.stat_result, what: str, path: Path, command: str) -> None:
    if found.st_uid not in (os.geteuid(), 0):
        raise SecretError(
            f"{what}：擁有者不是您 ({what}: owned by user {found.st_uid}, not by you)",
            where=str(path),
            fix="只接受您自己的檔案 (only the owner's own files are taken)",
        )
    if stat.S_IMODE(found.st_mode) & 0o077:
        raise SecretError(
            f"{what}：他人可以讀寫 "
            f"({what}: others may read or write it: mode {stat.S_IMODE(found.st_mode):o})",
            where=str(path),
            fix=f"{command} {path}",
        )


def _decoded(data: bytes, what: str, where: str) -> Secret:
    if len(data) > MAX_BYTES:
        raise SecretError(f"{what} 過大 ({what} is larger than {MAX_BYTES} bytes)", where=where)
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise SecretError(
            f"{what} 不是 UTF-8 文字 ({what} is not UTF-8 text)", where=where
        ) from None
    return Secret(text.removesuffix("\n").removesuffix("\r"))


class EnvironmentStore:
    """`CCTV_SECRET_<NAME>`: upper case, anything but letters and digits written as `_`."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    def get(self, name: str) -> Secret:
        """Value of the variable; an empty one is an empty secret."""
        variable = ENVIRONMENT_PREFIX + re.sub(r"[^A-Z0-9]", "_", checked_name(name).upper())
        if variable not in self._environ:
            raise SecretMissingError(
                f"密碼 {name!r} 沒有設定 (secret {name!r} is not set)", fix=f"set {variable}"
            )
        return Secret(self._environ[variable])


class FirstOf:
    """Several stores, asked in turn: the first that has the secret answers.

    A secret that a store has but must not give (open permissions) is an error, no reason to go on.
    """

    def __init__(self, *stores: SecretStore) -> None:
        self._stores = stores

    def get(self, name: str) -> Secret:
        """The first store's value; SecretMissingError, naming every way to supply it."""
        ways: list[str] = []
        for store in self._stores:
            try:
                return store.get(name)
            except SecretMissingError as missing:
                ways.append(missing.fix)
        raise SecretMissingError(
            f"沒有任何存放處有密碼 {name!r} (secret {name!r} is in no store)",
            fix=", or ".join(ways),
        )


class ReadOnce:
    """A store for one run: each secret is read once, however many devices share it."""

    def __init__(self, store: SecretStore) -> None:
        self._get = cache(store.get)

    def get(self, name: str) -> Secret:
        """As the store gave it the first time; what it raises is not kept."""
        return self._get(name)


class Fingerprints:
    """Tells equal secrets apart from different ones, for one run only.

    The key is random and dies with the run, so nothing that is kept can be guessed against.
    """

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def of(self, secret: Secret) -> bytes:
        """HMAC-SHA-256 of the secret under the run's key. Keep it in memory; never write it."""
        return hmac.digest(self._key, secret.reveal().encode(), hashlib.sha256)
