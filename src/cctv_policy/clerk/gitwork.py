"""Branch, commit and push for somebody who has never heard of git.

Branch names and messages carry ids only. Only the files of the command are committed, whatever
else lies about. git asks nothing on the terminal, and a remote has `TIME_LIMIT_S` to answer.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cctv_policy.clerk.office import Office
from cctv_policy.errors import ClerkError
from cctv_policy.gitcommand import no_git
from cctv_policy.secretstore import without_secrets

TIME_LIMIT_S = 30.0
_DROPPED = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "LANG")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """How git ended; `code` is None if it did not answer in time."""

    code: int | None
    out: str
    err: str


def git(
    folder: Path,
    *words: str,
    time_limit_s: float | None = None,
    extra: Sequence[tuple[str, str]] = (),
) -> Said:
    """Run git in `folder`; never raises on how it ends."""
    mine = without_secrets(os.environ)
    kept = {k: v for k, v in mine.items() if k not in _DROPPED and not k.startswith("LC_")}
    kept |= {"LC_ALL": "C.UTF-8", "GIT_TERMINAL_PROMPT": "0", **dict(extra)}
    kept.setdefault("GIT_SSH_COMMAND", "ssh -o BatchMode=yes -o ConnectTimeout=10")
    command = ["git", "-C", str(folder), "--no-pager", "-c", "core.quotePath=false", *words]
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=kept,
            start_new_session=True,  # its ssh must end with it
        )
    except FileNotFoundError:
        raise no_git() from None
    try:
        out, err = process.communicate(timeout=time_limit_s)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return Said(code=None, out="", err="")
    except BaseException:  # Ctrl-C too: a group of its own does not get the terminal's signal
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise
    texts = (data.decode("utf-8", "replace") for data in (out, err))
    return Said(code=process.returncode, out=next(texts).rstrip(), err=next(texts).strip())


def setting(folder: Path, name: str) -> str:
    """A value of git's configuration; empty if there is none."""
    return git(folder, "config", "--get", name).out


def main_branch(folder: Path) -> str:
    """The branch that holds what was accepted."""
    head = git(folder, "symbolic-ref", "-q", "--short", "refs/remotes/origin/HEAD").out
    if head:
        return head.removeprefix("origin/")
    names = git(folder, "for-each-ref", "--format=%(refname:short)", "refs/heads").out.split("\n")
    return next((n for n in ("main", "master") if n in names), names[0] or "main")


def accepted(folder: Path) -> str | None:
    """The revision whose roster decides: what the remote accepted, else the own main branch."""
    branch = main_branch(folder)
    for rev in (f"refs/remotes/origin/{branch}", f"refs/heads/{branch}"):
        if git(folder, "rev-parse", "--verify", "--quiet", rev).code == 0:
            return rev
    return None


def current_branch(folder: Path) -> str:
    """The branch that is checked out; empty with a detached HEAD."""
    return git(folder, "symbolic-ref", "-q", "--short", "HEAD").out


def go_to_branch(folder: Path, branch: str) -> None:
    """Check out `branch`, made from here if there is none; the working files stay as they are."""
    if current_branch(folder) == branch:
        return
    known = git(folder, "rev-parse", "--verify", "--quiet", f"refs/heads/{branch}").code == 0
    said = git(folder, "switch", "-q", *(() if known else ("-c",)), branch)
    if said.code:
        fix = "先完成或放棄其他未提交的更動（git status）"
        raise ClerkError(f"無法切換到分支 {branch}", details=_lines(said.err), fix=fix)


def commit(office: Office, paths: Sequence[str], message: str, *, branch: str | None) -> None:
    """Commit exactly `paths`; ClerkError tells what stands in the way, and the files stay."""
    folder = office.root
    if branch:
        go_to_branch(folder, branch)
    said = git(folder, "add", "--", *paths)
    if not said.code:
        when = office.now.isoformat()
        said = git(
            folder,
            *(*_identity(office), "commit", "-q", "-m", message, "--only", "--", *paths),
            extra=(("GIT_AUTHOR_DATE", when), ("GIT_COMMITTER_DATE", when)),
        )
    if said.code:
        raise ClerkError(
            "檔案已寫入，但無法提交 (written here, but it cannot be committed)",
            details=_lines(said.err),
            fix=_COMMIT_FIX,
        )


_COMMIT_FIX = "排除原因後執行 cctv-policy records share"


def _identity(office: Office) -> list[str]:
    """Who commits: as git is configured, else the opaque person id and nobody's address."""
    person, site = office.person, office.site
    pairs = []
    if not setting(office.root, "user.name"):
        pairs += ["-c", f"user.name={person}"]
    if not setting(office.root, "user.email"):
        pairs += ["-c", f"user.email={person.lower()}@{site}.invalid"]
    return pairs


def has_remote(folder: Path) -> bool:
    """Whether there is anybody to share with."""
    return "origin" in git(folder, "remote").out.split("\n")


def fetch(folder: Path) -> bool:
    """Learn what the others have; False if the remote did not answer."""
    return git(folder, "fetch", "-q", "origin", time_limit_s=TIME_LIMIT_S).code == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """What the remote said."""

    state: str
    """`shared`, `behind` (others were first), `refused` (by its check) or `offline`."""
    details: tuple[str, ...] = ()


def push(folder: Path, branch: str) -> Pushed:
    """Send the branch; nothing is ever forced."""
    said = git(folder, "push", "-q", "-u", "origin", branch, time_limit_s=TIME_LIMIT_S)
    if said.code == 0:
        return Pushed(state="shared")
    if said.code is None:
        return Pushed(state="offline", details=(f"{TIME_LIMIT_S:.0f} 秒內沒有回應",))
    lines = tuple(_lines(said.err))
    if re.search(r"pre-receive hook declined|protected branch|remote rejected", said.err):
        return Pushed(state="refused", details=lines)
    if re.search(r"non-fast-forward|fetch first|\[rejected\]", said.err):
        return Pushed(state="behind", details=lines)
    return Pushed(state="offline", details=lines[:4])


def _lines(text: str) -> list[str]:
    """git's words without its advice; at most a dozen lines."""
    lines = (line.strip() for line in text.split("\n"))
    return [line for line in lines if line and not line.startswith("hint:")][:12]
