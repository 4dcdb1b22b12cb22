"""Running git: one environment for all, and its complaints as cases (see gitobjects.py)."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from cctv_policy.errors import GitError
from cctv_policy.secretstore import without_secrets

_SETTINGS = (
    "core.quotePath=false",
    "core.fsmonitor=false",
    "log.showSignature=false",
    "log.mailmap=false",
    "log.follow=false",
    "diff.renames=false",
    "diff.ignoreSubmodules=none",
    "diff.orderFile=/dev/null",
    "protocol.allow=never",
    "maintenance.auto=false",
)

CORRUPT_FIX = "run `git fsck`; fetch the repository again from another copy"


def options() -> list[str]:
    """What every git command is given, whatever the user has configured."""
    pairs = [word for setting in _SETTINGS for word in ("-c", setting)]
    return ["--no-pager", "--no-replace-objects", "--no-optional-locks", *pairs]


def _environment(extra: Mapping[str, str]) -> dict[str, str]:
    mine = without_secrets(os.environ)
    kept = {k: v for k, v in mine.items() if not k.startswith(("GIT_", "LC_", "LANG"))}
    kept |= {"LC_ALL": "C", "GIT_NO_REPLACE_OBJECTS": "1", "GIT_NO_LAZY_FETCH": "1"}
    return kept | {"GIT_TERMINAL_PROMPT": "0", **extra}


def start(
    command: Sequence[str], extra: Mapping[str, str], stdin: IO[bytes] | None = None
) -> subprocess.Popen[bytes]:
    """git with its output to be read as it comes; with `stdin`, its complaints are not kept."""
    try:
        return subprocess.Popen(
            command,
            stdin=stdin if stdin is not None else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE if stdin is None else subprocess.DEVNULL,
            env=_environment(extra),
        )
    except FileNotFoundError:
        raise no_git() from None


def run(
    command: Sequence[str],
    extra: Mapping[str, str],
    *,
    allowed: Sequence[int] = (0,),
    cwd: Path | None = None,
) -> bytes:
    """git's whole output; GitError unless it ends with one of `allowed`."""
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            env=_environment(extra),
            cwd=cwd,
            check=False,
        )
    except FileNotFoundError:
        raise no_git() from None
    if done.returncode not in allowed:
        raise error(done.stderr.decode("utf-8", "replace"), _where(command))
    return done.stdout


def feed(command: Sequence[str], data: bytes) -> None:
    """git with `data` on its standard input; GitError unless it ends well."""
    try:
        done = subprocess.run(
            command, input=data, capture_output=True, env=_environment({}), check=False
        )
    except FileNotFoundError:
        raise no_git() from None
    if done.returncode:
        raise error(done.stderr.decode("utf-8", "replace"), _where(command))


def ask(command: Sequence[str], extra: Mapping[str, str], folder: Path) -> int:
    """0 for yes, 1 for no; anything else is an error."""
    done = subprocess.run(command, capture_output=True, env=_environment(extra), check=False)
    if done.returncode > 1 and b"Not a valid" not in done.stderr:
        raise error(done.stderr.decode("utf-8", "replace"), folder)
    return done.returncode


def _where(command: Sequence[str]) -> Path:
    if "-C" in command:
        return Path(command[command.index("-C") + 1])
    return Path(command[1].removeprefix("--git-dir="))


def no_git() -> GitError:
    return GitError(
        "沒有安裝 git (git is not installed)",
        code="no_git",
        fix="請安裝 git 2.34 以上 (install git 2.34 or newer)",
    )


def no_repository(folder: Path) -> GitError:
    fix = (
        "請指定儲存庫的最上層資料夾，或在該處執行 `git init` "
        "(name the repository's top folder, or run `git init` there)"
    )
    return GitError(
        "不是 git 儲存庫 (not a git repository)", code="no_repository", where=str(folder), fix=fix
    )


_CASES: tuple[tuple[str, str, str, str], ...] = (
    (
        r"dubious ownership",
        "wrong_owner",
        "儲存庫屬於另一位使用者 (the repository belongs to another user)",
        "git config --global --add safe.directory <folder>",
    ),
    (
        r"not a git repository|cannot change to",
        "no_repository",
        "不是 git 儲存庫 (not a git repository)",
        "請指定儲存庫的最上層資料夾，或在該處執行 `git init` "
        "(name the repository's top folder, or run `git init` there)",
    ),
    (
        r"unknown revision|bad revision|ambiguous argument|Not a valid object name",
        "no_such_revision",
        "沒有這個版本 (there is no such revision)",
        "請先取得，或改指定其他版本 (fetch it, or name another)",
    ),
    (
        r"corrupt|truncated|bad object|missing|unable to read|could not read|inflate|"
        r"not a valid|unable to load|failed to read|index file|transport|not a tree|not found",
        "corrupt",
        "物件遺失或損毀 (objects are missing or damaged)",
        CORRUPT_FIX,
    ),
)


def error(said: str, folder: Path) -> GitError:
    """git's complaint as one of our cases; its own words hold names of branches, so not those."""
    for pattern, code, what, fix in _CASES:
        if re.search(pattern, said, re.IGNORECASE):
            return GitError(what, code=code, where=str(folder), fix=fix)
    return GitError(
        "git 執行失敗 (git failed)",
        code="failed",
        where=str(folder),
        fix="請執行 `git fsck` (run `git fsck`)",
    )
