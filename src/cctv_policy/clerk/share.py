"""What a command wrote, committed on its own branch and pushed.

The clock is looked at first: a date that lies before the last commit, or far behind it, is a wrong
clock, and everything written by it would be refused later (or worse, believed).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from cctv_policy.clerk import gitwork
from cctv_policy.clerk.office import Office
from cctv_policy.errors import ClerkError, NotShared
from cctv_policy.records import parse_id, parse_path, record_path
from cctv_policy.records.ids import ID_PATTERN, SITE_PATTERN

if TYPE_CHECKING:
    from cctv_policy.clerk.question import Prompter
    from cctv_policy.clerk.run import Done

BEHIND = timedelta(days=1)
AHEAD = timedelta(days=200)
"""Every quarter has an inspection: a repository that is silent for longer is rather a clock."""
TRIES = 5


def check_clock(office: Office) -> None:
    """ClerkError if this machine's clock contradicts the last commit (B34)."""
    said = gitwork.git(office.root, "log", "-1", "--format=%ct", "HEAD")
    if said.code or not said.out.isdigit():
        return
    last = datetime.fromtimestamp(int(said.out), tz=UTC)
    if office.now < last - BEHIND or office.now > last + AHEAD:
        where = f"電腦時間 {office.now:%Y-%m-%d}，最後一次提交 {last.astimezone():%Y-%m-%d}"
        fix = "先校正電腦時間；若時間確實無誤，加上 --clock-is-right"
        raise ClerkError(
            "電腦時間與紀錄的歷史不符，未寫入任何檔案 (clock and history differ)",
            where=where,
            fix=fix,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sharing:
    """How far a command goes beyond writing."""

    branch: str | None = None
    """Where to commit; None: on a branch of its own, or on the working branch one is on."""
    push: bool = False
    renumber: bool = True
    """Whether another number may be taken; never once something is signed."""

    def look(self, office: Office) -> None:
        """Before anything is asked: is there a repository, and what have the others?"""
        if office.repository is None:
            raise ClerkError(
                "這個資料夾不是 git 版本庫，無法提交 (not a git repository, cannot commit)",
                fix="去掉 --commit，或先 git init",
            )
        if self.push and not gitwork.has_remote(office.root):
            raise ClerkError(
                "沒有設定遠端（origin），無法送出 (no remote to push to)",
                fix="去掉 --push，或 git remote add origin …",
            )
        if self.push:
            gitwork.fetch(office.root)  # offline: the push will say so


def find(office: Office, record_id: str) -> None:
    """Go to the branch of a record that does not lie here, if the remote has one."""
    if office.bytes_of(record_path(record_id, office.site)) is None:
        branch = f"{office.site}/{record_id}"
        refs = (f"refs/heads/{branch}", f"refs/remotes/origin/{branch}")
        if any(gitwork.git(office.root, "rev-parse", "-q", "--verify", r).code == 0 for r in refs):
            said = gitwork.git(office.root, "switch", "-q", branch)
            if said.code:
                fix = "先完成或放棄其他未提交的更動（git status）"
                raise ClerkError(
                    f"{record_id} 在分支 {branch}，但無法切換 (cannot go to that branch)",
                    details=[said.err],
                    fix=fix,
                )


_RECORD_BRANCH = re.compile(rf"{SITE_PATTERN}/{ID_PATTERN}")


def leave_other_branch(office: Office, sharing: Sharing, target: str | None) -> None:
    """Go where the command will commit, before anything is written.

    The branch of another record is left for the main one: one record, one branch, one review.
    """
    now = gitwork.current_branch(office.root)
    if sharing.branch:
        gitwork.go_to_branch(office.root, sharing.branch)
    elif _RECORD_BRANCH.fullmatch(now) and now != f"{office.site}/{target}":
        gitwork.go_to_branch(office.root, gitwork.main_branch(office.root))


def branch_of(office: Office, sharing: Sharing, record_id: str) -> str:
    """The branch to commit on: the one asked for, one's own working branch, or the record's."""
    now = gitwork.current_branch(office.root)
    if sharing.branch:
        return sharing.branch
    if now and now != gitwork.main_branch(office.root):
        return now
    return f"{office.site}/{record_id}"


def share(
    office: Office, write: Callable[[], Done], sharing: Sharing, prompter: Prompter | None
) -> Done:
    """Write, commit and push; take the next number where the remote has this one already."""
    notes: list[str] = []
    for _ in range(TRIES):
        started = (gitwork.current_branch(office.root), _head(office))
        done = write()
        branch = branch_of(office, sharing, done.ids[0])
        commit(office, done.paths, branch)
        if not sharing.push:
            return replace(done, notes=(*done.notes, *notes, f"已提交在分支 {branch} (committed)"))
        pushed = send(office, branch)
        if pushed.state == "shared":
            return replace(done, notes=(*done.notes, *notes, f"已送出分支 {branch} (shared)"))
        may = sharing.renumber and pushed.state != "offline"
        taken = _taken(office, done.paths) if may else []
        if not taken:
            _not_shared(pushed, branch)
        _take_back(office, started, branch)
        if prompter is not None and not prompter.agree(
            f"{'、'.join(taken)} 已被他人使用。改用下一個號碼？ (taken; use the next number?)"
        ):
            raise ClerkError("已取消，未保留任何檔案 (cancelled; nothing was kept)")
        notes.append(
            f"{'、'.join(taken)} 已被他人使用，改用下一個號碼 (taken; the next one was used)"
        )
    raise ClerkError(
        "號碼一再被他人使用，未保留任何檔案 (the number is always taken)",
        fix="稍後再試",
    )


def commit(office: Office, paths: Sequence[str], branch: str) -> None:
    """Commit the files with a message of ids only."""
    ids = dict.fromkeys(str(p.id) for path in paths if (p := parse_path(path)))
    gitwork.commit(office, paths, f"{office.site} {' '.join(ids)}", branch=branch)


def send(office: Office, branch: str) -> gitwork.Pushed:
    """Push; if only others' other records came first, merge them and push again."""
    for _ in range(TRIES):
        pushed = gitwork.push(office.root, branch)
        if pushed.state != "behind" or not gitwork.fetch(office.root):
            return pushed
        merged = gitwork.git(office.root, "merge", "-q", "-m", "merge", f"origin/{branch}")
        if merged.code:
            gitwork.git(office.root, "merge", "--abort")
            return pushed
    return pushed


def deliver(office: Office, branch: str) -> None:
    """Push a branch; NotShared if the remote did not take it."""
    pushed = send(office, branch)
    if pushed.state != "shared":
        _not_shared(pushed, branch)


def _not_shared(pushed: gitwork.Pushed, branch: str) -> None:
    what = {
        "offline": "已提交在本機，尚未送出：遠端沒有回應",
        "refused": "已提交在本機，尚未送出：遠端的檢查未通過",
        "behind": "已提交在本機，尚未送出：遠端有不同的內容",
    }[pushed.state]
    fix = (
        "稍後執行 cctv-policy records share --push"
        if pushed.state == "offline"
        else ("依上列說明更正後再送；不確定時請洽教育局資訊人員")
    )
    raise NotShared(what, where=f"分支 {branch}", fix=fix, details=pushed.details)


def _taken(office: Office, paths: Sequence[str]) -> list[str]:
    """Ids of our files that a branch of the remote has with other content."""
    repository = office.repository
    assert repository is not None  # noqa: S101 - `look` made sure
    found = []
    for name, oid in repository.refs().items():
        if not name.startswith("refs/remotes/"):
            continue
        for path in paths:
            place = parse_path(path)
            entries = [e.oid for e in repository.tree(oid, path) if e.path == path]
            for _, data in repository.blobs(entries):
                if place and data != office.bytes_of(path) and parse_id(str(place.id)):
                    found.append(str(place.id))
    return sorted(set(found))


def _head(office: Office) -> str:
    return gitwork.git(office.root, "rev-parse", "--verify", "-q", "HEAD").out


def _take_back(office: Office, started: tuple[str, str], branch: str) -> None:
    """Undo the commit that was not accepted: its files, and its branch if it was new."""
    was, head = started
    said = gitwork.git(office.root, "reset", "-q", "--keep", head)
    if said.code:
        raise ClerkError(
            "無法收回未被接受的提交 (the refused commit cannot be taken back)",
            details=[said.err],
            fix="請洽教育局資訊人員",
        )
    if was and was != branch:
        gitwork.git(office.root, "switch", "-q", was)
        gitwork.git(office.root, "branch", "-q", "-D", branch)
    else:
        gitwork.git(office.root, "merge", "-q", "--ff-only", f"origin/{branch}")
