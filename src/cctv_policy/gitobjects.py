"""What lies in a git repository, read with the git command line; never the working tree.

Filters, line-end conversion, symbolic links and uncommitted edits change the working tree; objects
they cannot change. git runs with none of the caller's GIT_* variables, no replace objects, no
pager, no network and no locale; every answer is NUL-separated. Trouble is a GitError whose `code`
names the case: no_git, no_repository, no_commits, no_such_revision, wrong_owner, corrupt, failed.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from cctv_policy.errors import GitError
from cctv_policy.gitcommand import CORRUPT_FIX, ask, error, no_repository, options, run, start

EMPTY = re.compile(r"0{40}(?:0{24})?")
"""The id of nothing: what a new branch comes from and a deleted one goes to."""
QUARANTINE = (
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_QUARANTINE_PATH",
)
"""What a pre-receive hook is told about the objects that were pushed but not yet accepted."""

TREE = "040000"
"""The mode of a folder."""

_OID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_MAX_CORRUPT = 50
_UNSEEN = tuple(bytes([letter]) for letter in b"Sabcdefghijklmnopqrstuvwxyz")
"""Marks of `ls-files -v`: skip-worktree, and in small letters assume-unchanged."""
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One file (or folder) of a tree, or a file of the index."""

    mode: str
    """`100644` for an ordinary file, TREE for a folder."""
    oid: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One file that a commit has otherwise than one of its parents."""

    status: str
    """A added, M changed, D deleted, T another type."""
    old_mode: str
    new_mode: str
    old: str
    """Blob before; zeros if none."""
    new: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """One commit with its differences from every parent; a merge's are those of all of them."""

    oid: str
    parents: tuple[str, ...]
    committed_at: int
    """Epoch seconds, as the committer's clock said."""
    authored_at: int
    message: str
    changes: tuple[Change, ...]

    @property
    def is_merge(self) -> bool:
        return len(self.parents) > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """A repository whose top folder (or bare folder) is `folder`."""

    folder: Path
    git_dir: Path
    common_dir: Path
    """Shared by all working trees; caches go here."""
    bare: bool
    shallow: bool
    """Part of the history was not fetched: what history says is unknown (spec §0.10)."""
    partial: bool
    """Objects may be missing because they were not fetched."""
    extra: Mapping[str, str]

    @classmethod
    def open(cls, folder: Path, *, quarantine: Mapping[str, str] | None = None) -> Repository:
        """The repository at `folder` itself, not one above it. GitError if there is none.

        `quarantine` is the environment of a pre-receive hook, of which only QUARANTINE is used.
        """
        folder = folder.resolve()
        extra = {name: v for name in QUARANTINE if (v := (quarantine or {}).get(name))}
        wanted = ["--absolute-git-dir", "--git-common-dir", "--is-bare-repository"]
        wanted += ["--is-shallow-repository", "--is-inside-git-dir", "--show-prefix"]
        said = run(["git", "-C", str(folder), *options(), "rev-parse", *wanted], extra)
        lines = said.decode("utf-8", "surrogateescape").split("\n")
        git_dir = Path(lines[0])
        within = lines[4] == "true" and git_dir.resolve() != folder
        if within or "".join(lines[5:]):
            raise no_repository(folder)
        common = (folder / lines[1]).resolve()
        partial = b"true" in run(
            ["git", "-C", str(folder), "config", "--get-regexp", r"^remote\..*\.promisor$"],
            extra,
            allowed=(0, 1),
        )
        return cls(
            folder=folder,
            git_dir=git_dir,
            common_dir=common,
            bare=lines[2] == "true",
            shallow=lines[3] == "true",
            partial=partial,
            extra=extra,
        )

    def resolve(self, rev: str) -> str:
        """The commit id that `rev` names."""
        command = self._git("rev-parse", "--verify", "--quiet", "--end-of-options")
        found = run([*command, f"{rev}^{{commit}}"], self.extra, allowed=(0, 1, 128))
        text = found.decode("ascii", "replace").strip()
        if _OID.fullmatch(text):
            return text
        if rev == "HEAD":
            what, fix = "there is no commit yet", "commit the records first"
            raise GitError(what, code="no_commits", where=str(self.folder), fix=fix)
        what, fix = "there is no such revision", "fetch it, or name another"
        raise GitError(what, code="no_such_revision", where=str(self.folder), fix=fix)

    def tree(self, rev: str, *under: str) -> list[Entry]:
        """Every file of a commit, or those below the folders `under`."""
        command = self._git("ls-tree", "-r", "-z", "--full-tree", "--end-of-options", rev)
        data = run([*command, "--", *under] if any(under) else command, self.extra)
        return [_entry(line) for line in data.split(b"\0") if line]

    def children(self, trees: Iterable[str], *, marked: bytes = b"") -> Iterator[list[Entry]]:
        """What lies directly in each tree, in order; of a tree without the bytes `marked` nothing.

        A tree is an id, or `REV^{tree}`. GitError if one is missing or damaged.
        """
        wanted, done = list(trees), 0
        for oid, data in self._batch(wanted, "tree"):
            if data is None:
                break
            done += 1
            yield list(_children(data, len(oid) // 2)) if marked in data else []
        if done < len(wanted):
            what = "a folder's object is missing or damaged"
            raise GitError(what, code="corrupt", where=str(self.folder), fix=CORRUPT_FIX)

    def index(self, *under: str) -> list[Entry]:
        """Every file staged for the next commit; of a conflict all sides."""
        command = [*self._git("ls-files", "--stage", "-z", "--full-name"), "--"]
        data = run([*command, *(under or ["."])], self.extra, cwd=self.folder)
        return [_entry(line) for line in data.split(b"\0") if line]

    def staged(self, rev: str, under: str) -> list[str]:
        """Paths below `under` that the index has otherwise than the commit `rev`."""
        command = self._git("diff-index", "--cached", "--name-only", "-z", rev)
        data = run([*command, "--", under], self.extra, cwd=self.folder)
        return [name.decode("utf-8", "surrogateescape") for name in data.split(b"\0") if name]

    def touched(self, under: str) -> set[str]:
        """Paths below `under` whose file here may differ from HEAD's; a folder's ends in a slash.

        Also those that git ignores, and those that the index was told not to look at.
        """
        here = [f"--work-tree={self.folder}", "-c", "core.trustctime=true"]
        here += ["-c", "core.checkStat=default"]  # else an edit of the same size could pass unseen
        status = self._git(*here, "status", "--porcelain", "-z", "--untracked-files=all")
        status += ["--ignored=matching", "--no-renames", "--ignore-submodules=none", "--", under]
        flags = [*self._git(*here, "ls-files", "-v", "-z", "--full-name"), "--", under]
        said = run(status, self.extra, cwd=self.folder).split(b"\0")
        told = run(flags, self.extra, cwd=self.folder).split(b"\0")
        names = [line[3:] for line in said] + [line[2:] for line in told if line[:1] in _UNSEEN]
        return {name.decode("utf-8", "surrogateescape") for name in names if name}

    def blobs(self, oids: Iterable[str]) -> Iterator[tuple[str, bytes | None]]:
        """Contents of blobs, in order; None for one that is missing or unreadable."""
        left = list(oids)
        for _ in range(_MAX_CORRUPT):
            done = 0
            for oid, data in self._batch(left, "blob"):
                done += 1
                yield oid, data
            if done == len(left):
                return
            yield left[done], None  # git dies of a corrupt object; go on behind it
            left = left[done + 1 :]
        what = f"more than {_MAX_CORRUPT} objects cannot be read"
        raise GitError(what, code="corrupt", where=str(self.folder), fix=CORRUPT_FIX)

    def _batch(self, oids: Sequence[str], kind: str) -> Iterator[tuple[str, bytes | None]]:
        """Id and contents of each object; None for one that is missing or of another kind."""
        with tempfile.TemporaryFile() as asked:
            asked.write("".join(f"{oid}\n" for oid in oids).encode())
            asked.seek(0)
            command = self._git("cat-file", "--batch", "--buffer")
            with start(command, self.extra, stdin=asked) as process:
                assert process.stdout is not None  # noqa: S101 - asked for in _start
                yield from _objects(process.stdout, kind.encode())

    def commits(self, rev: str, *, without: Sequence[str] = ()) -> Iterator[Commit]:
        """Commits reachable from `rev` and from none of `without`, parents first.

        Every commit is compared with every parent (`-m`): a merge can hide a change that no
        ordinary commit shows.
        """
        fields = "%x01%H%x00%P%x00%ct%x00%at%x00%B%x00"
        command = self._git("log", "-z", "--raw", "-m", "--root", "-r", "--no-abbrev")
        command += ["--no-renames", "--no-ext-diff", "--no-color", "--no-notes", "--topo-order"]
        command += ["--reverse", "--encoding=UTF-8", f"--format={fields}", "--end-of-options"]
        command += [rev, *(f"^{oid}" for oid in without), "--"]
        with start(command, self.extra) as process:
            assert process.stdout is not None  # noqa: S101 - asked for in _start
            yield from _commits(_tokens(process.stdout))
            if process.wait():
                raise error(self._stderr(process), self.folder)

    @staticmethod
    def _stderr(process: subprocess.Popen[bytes]) -> str:
        return process.stderr.read().decode("utf-8", "replace") if process.stderr else ""

    def is_ancestor(self, older: str, newer: str) -> bool:
        """Whether everything in `older` is also in the history of `newer`."""
        command = self._git("merge-base", "--is-ancestor", older, newer)
        return ask(command, self.extra, self.folder) == 0

    def merge_base(self, one: str, other: str) -> str | None:
        """The newest commit that both histories have; None if they have none."""
        command = self._git("merge-base", one, other)
        return run(command, self.extra, allowed=(0, 1)).decode("ascii").strip() or None

    def has(self, oid: str) -> bool:
        """Whether the object is here."""
        return ask(self._git("cat-file", "-e", oid), self.extra, self.folder) == 0

    def every_blob(self, *, at_most: int) -> list[str]:
        """Every file content there is up to a size, of any branch or none."""
        form = "--batch-check=%(objectname) %(objecttype) %(objectsize)"
        command = self._git("cat-file", "--batch-all-objects", "--unordered", form)
        lines = (line.split() for line in run(command, self.extra).decode("ascii").splitlines())
        return [oid for oid, kind, size in lines if kind == "blob" and int(size) <= at_most]

    def refs(self) -> dict[str, str]:
        """Every branch and tag with its commit."""
        command = self._git("for-each-ref", "--format=%(refname)%00%(objectname)%00")
        parts = run(command, self.extra).decode("utf-8", "surrogateescape").split("\0")
        pairs = zip(parts[0::2], parts[1::2], strict=False)
        return {name.lstrip("\n"): oid for name, oid in pairs if oid}

    def times(self, oids: Sequence[str]) -> dict[str, int]:
        """When commits were made, in epoch seconds, by their committers' clocks."""
        if not oids:
            return {}
        command = self._git("log", "--no-walk=unsorted", "--format=%H %ct", "--end-of-options")
        lines = run([*command, *oids], self.extra).decode("ascii").split("\n")
        return {oid: int(at) for oid, _, at in (line.partition(" ") for line in lines if line)}

    def default_branch(self) -> str | None:
        """The branch that the repository this was cloned from has checked out; in a bare one its
        own. None if nothing says so.
        """
        if self.bare:
            return self.branch()
        command = self._git("symbolic-ref", "-q", "refs/remotes/origin/HEAD")
        said = run(command, self.extra, allowed=(0, 1)).decode("utf-8", "surrogateescape").strip()
        return f"refs/heads/{said.removeprefix('refs/remotes/origin/')}" if said else None

    def branch(self) -> str | None:
        """The branch that is checked out; None with a detached HEAD."""
        said = run(self._git("symbolic-ref", "-q", "HEAD"), self.extra, allowed=(0, 1))
        return said.decode("utf-8", "surrogateescape").strip() or None

    def _git(self, *words: str) -> list[str]:
        return ["git", f"--git-dir={self.git_dir}", *options(), *words]


def _entry(line: bytes) -> Entry:
    """A line of ls-tree (`mode type oid`) or of ls-files (`mode oid stage`)."""
    head, _, path = line.partition(b"\t")
    words = head.decode("ascii").split()
    oid = words[2] if words[1] in ("blob", "commit", "tree") else words[1]
    return Entry(mode=words[0], oid=oid, path=path.decode("utf-8", "surrogateescape"))


def _children(data: bytes, size: int) -> Iterator[Entry]:
    """The entries of a tree object whose ids have `size` bytes."""
    at = 0
    while at < len(data):
        end = data.index(b"\0", at)
        mode, _, name = data[at:end].partition(b" ")
        at = end + 1 + size
        yield Entry(
            mode=mode.decode("ascii").zfill(6),
            oid=data[end + 1 : at].hex(),
            path=name.decode("utf-8", "surrogateescape"),
        )


def _objects(stream: IO[bytes], kind: bytes) -> Iterator[tuple[str, bytes | None]]:
    while head := stream.readline():
        words = head.split()
        if len(words) == 2 and words[1] == b"missing":
            yield words[0].decode("ascii", "replace"), None
            continue
        if len(words) != 3:
            return
        size = int(words[2])
        data = stream.read(size)
        if len(data) < size or stream.read(1) != b"\n":
            return
        yield words[0].decode("ascii", "replace"), data if words[1] == kind else None


def _tokens(stream: IO[bytes]) -> Iterator[bytes]:
    """What stands between NULs."""
    rest = b""
    while chunk := stream.read(_CHUNK):
        *whole, rest = (rest + chunk).split(b"\0")
        yield from whole
    if rest:
        yield rest


def _commits(tokens: Iterator[bytes]) -> Iterator[Commit]:
    """Commits from the tokens of `git log`; of a merge, one part for each parent that differs."""
    head: list[bytes] = []
    changes: list[Change] = []
    for token in tokens:
        if token.startswith(b"\x01"):
            part = [token[1:], *(next(tokens) for _ in range(4))]
            if head and part[0] != head[0]:
                yield _commit(head, changes)
                changes = []
            head = part
        elif token.lstrip(b"\n").startswith(b":"):
            changes.append(_change(token.lstrip(b"\n"), next(tokens)))
    if head:
        yield _commit(head, changes)


def _commit(head: list[bytes], changes: list[Change]) -> Commit:
    oid, parents, committed, authored, message = head
    return Commit(
        oid=oid.decode("ascii"),
        parents=tuple(parents.decode("ascii").split()),
        committed_at=int(committed or 0),
        authored_at=int(authored or 0),
        message=message.decode("utf-8", "replace").strip("\n"),
        changes=tuple(dict.fromkeys(changes)),
    )


def _change(meta: bytes, path: bytes) -> Change:
    old_mode, new_mode, old, new, status = meta[1:].decode("ascii").split()
    return Change(
        status=status[0],
        old_mode=old_mode,
        new_mode=new_mode,
        old=old,
        new=new,
        path=path.decode("utf-8", "surrogateescape"),
    )
