"""Writing git: new repositories with the settings that records need, and commits.

git does not fsync a commit unless told to, and does not check what it is sent; both are switched
on here. The user's own configuration still names the author of later commits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cctv_policy.gitcommand import feed, run

BRANCH = "main"
_DURABLE = {
    "core.fsync": "all",
    "core.fsyncMethod": "fsync",
    "transfer.fsckObjects": "true",
    "core.autocrlf": "false",
    "core.precomposeUnicode": "true",
}
_SERVER = _DURABLE | {
    "receive.denyNonFastForwards": "true",
    "receive.denyDeletes": "true",
    "core.logAllRefUpdates": "true",
    "gc.reflogExpire": "never",
    "gc.reflogExpireUnreachable": "never",
}


def init_repository(root: Path, *, hooks: str) -> None:
    """A repository at `root`, which may hold files, with durable settings; GitError."""
    root.mkdir(parents=True, exist_ok=True)
    run(["git", "-C", str(root), "init", "-q", "-b", BRANCH], {})
    _configure(root, _DURABLE | {"core.hooksPath": hooks})


def init_server(folder: Path) -> None:
    """A bare repository that refuses forced pushes and deleted branches; GitError."""
    folder.mkdir(parents=True, exist_ok=True)
    run(["git", "-C", str(folder), "init", "-q", "--bare", "-b", BRANCH], {})
    _configure(folder, _SERVER)


def commit_all(
    root: Path, message: str, *, author: str, at: datetime | None = None, verify: bool = True
) -> str:
    """Commit everything below `root` as `author` (a word that is no name); the commit's id.

    `at` sets both dates, for histories that are made up. Without `verify` no hook is asked.
    """
    extra = {
        "GIT_AUTHOR_NAME": author,
        "GIT_AUTHOR_EMAIL": f"{author.lower()}@example.invalid",
        "GIT_COMMITTER_NAME": author,
        "GIT_COMMITTER_EMAIL": f"{author.lower()}@example.invalid",
    }
    if at is not None:
        extra |= dict.fromkeys(("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"), at.isoformat())
    run(["git", "-C", str(root), "add", "-A"], extra)
    unchecked = [] if verify else ["--no-verify"]
    run(["git", "-C", str(root), "commit", "-q", *unchecked, "-m", message], extra)
    return run(["git", "-C", str(root), "rev-parse", "HEAD"], extra).decode().strip()


def _configure(root: Path, settings: dict[str, str]) -> None:
    for name, value in settings.items():
        run(["git", "-C", str(root), "config", name, value], {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One commit of a made-up history; a file of None is deleted."""

    at: datetime
    author: str
    message: str
    files: Mapping[str, bytes | None]


def import_history(root: Path, changes: Iterable[Change]) -> None:
    """Commit `changes` one after the other on the branch of `root`, fast, and check them out."""
    head = run(["git", "-C", str(root), "rev-parse", "HEAD"], {}).decode().strip()
    stream = b"".join(_commit(change, head if n == 0 else "") for n, change in enumerate(changes))
    feed(["git", "-C", str(root), "fast-import", "--quiet", "--done"], stream + b"done\n")
    run(["git", "-C", str(root), "reset", "-q", "--hard", BRANCH], {})


def _commit(change: Change, parent: str) -> bytes:
    who = f"{change.author} <{change.author.lower()}@example.invalid>"
    when = f"{int(change.at.timestamp())} +0800"
    head = f"commit refs/heads/{BRANCH}\nauthor {who} {when}\ncommitter {who} {when}\n".encode()
    parts = [head, _data(change.message.encode())]
    parts += [f"from {parent}\n".encode()] if parent else []
    for path, data in change.files.items():
        if data is None:
            parts.append(f"D {path}\n".encode())
        else:
            parts += [f"M 100644 inline {path}\n".encode(), _data(data)]
    return b"".join([*parts, b"\n"])


def _data(data: bytes) -> bytes:
    return f"data {len(data)}\n".encode() + data + b"\n"
