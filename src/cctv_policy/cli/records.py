"""`records`: list, check, count, restyle and share what lies in records/."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from cctv_policy.cli import desk, shared
from cctv_policy.errors import ClerkError, UsageError
from cctv_policy.records import KINDS, PREFIXES

if TYPE_CHECKING:
    from cctv_policy.cli.shared import Commands
    from cctv_policy.strictyaml import Fault


def add(commands: Commands) -> None:
    """The commands of this group."""
    verbs = desk.verbs(
        commands, "records", "the records as files: list, check, count, share 紀錄檔"
    )
    _add_list(verbs)
    _add_check(verbs)
    _add_stats(verbs)
    _add_fmt(verbs)
    _add_share(verbs)


def _root(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--root", type=Path, default=Path(), metavar="DIR", help="district's folder"
    )


def _add_list(verbs: Commands) -> None:
    command = verbs.add_parser("list", help="a school's records of a kind 列出紀錄")
    kinds = ", ".join(f"{p} {KINDS[p].title.zh}" for p in PREFIXES)
    command.add_argument("kind", choices=PREFIXES, metavar="KIND", help=kinds)
    desk.office_arguments(command)

    def list_(arguments: argparse.Namespace) -> int:
        from cctv_policy.clerk.ledger import listed

        for line in listed(desk.office_of(arguments, anybody=True), arguments.kind):
            print(line)
        return 0

    command.set_defaults(command=list_)


def _add_check(verbs: Commands) -> None:
    command = verbs.add_parser(
        "check",
        help="every file, approval and the history; what a server would refuse 檢查紀錄",
        description="Exits 1 with faults, 2 if history cannot be looked at. With --base, whether "
        "the commits since then may be accepted, as the pre-receive hook decides it.",
    )
    _root(command)
    command.add_argument("--base", metavar="REV", help="judge the change from REV to --new")
    command.add_argument("--new", metavar="REV", default="HEAD", help="with --base (default: HEAD)")
    command.add_argument(
        "--no-history", action="store_true", help="only the files as they lie here"
    )

    def check(arguments: argparse.Namespace) -> int:
        from cctv_policy.clerk import ledger
        from cctv_policy.records.check import check_change

        if arguments.base:
            faults = check_change(arguments.root, arguments.base, arguments.new, now=shared.now())
            return _told(faults, f"{arguments.base}..{arguments.new}")
        found = ledger.check(arguments.root, history=not arguments.no_history)
        if not found.files:
            raise UsageError(
                "records/ 下沒有任何檔案可檢查 (no file below records/ to check)",
                where=str(arguments.root),
                fix="以 --root 指定縣市的資料夾 (name the district's folder with --root)",
            )
        code = _told(found.faults, f"{found.files} 個檔案")
        if found.unknown:
            print(found.unknown, file=sys.stderr)
        return code or (2 if found.unknown else 0)

    command.set_defaults(command=check)


def _told(faults: list[Fault] | tuple[Fault, ...], what: str) -> int:
    for fault in faults:
        print(fault)
    print(f"{what}：" + (f"{len(faults)} 項不符" if faults else "沒有發現問題"), file=sys.stderr)
    return 1 if faults else 0


def _add_stats(verbs: Commands) -> None:
    command = verbs.add_parser("stats", help="how many of each kind, year and status 統計")
    _root(command)

    def stats(arguments: argparse.Namespace) -> int:
        from cctv_policy.clerk import ledger
        from cctv_policy.records.load import load_here

        for line in ledger.stats(load_here(arguments.root)):
            print(line)
        return 0

    command.set_defaults(command=stats)


def _add_fmt(verbs: Commands) -> None:
    command = verbs.add_parser(
        "fmt",
        help="canonical layout and line ends of files that are not accepted yet 整理格式",
    )
    _root(command)
    command.add_argument("--check", action="store_true", help="change nothing; exit 1 if any would")

    def fmt(arguments: argparse.Namespace) -> int:
        from cctv_policy.clerk.ledger import restyle

        changed = restyle(arguments.root, write=not arguments.check)
        for path in changed:
            print(path)
        return 1 if changed and arguments.check else 0

    command.set_defaults(command=fmt)


def _add_share(verbs: Commands) -> None:
    command = verbs.add_parser(
        "share",
        help="commit what lies uncommitted, and push 提交並送出",
        description="For what an earlier command could not commit or send.",
    )
    desk.office_arguments(command)
    command.add_argument("--branch", metavar="NAME", help="commit here (default: the current one)")
    command.add_argument("--push", action="store_true", help="push too")

    def share(arguments: argparse.Namespace) -> int:
        from cctv_policy.clerk import gitwork
        from cctv_policy.clerk import share as sharing
        from cctv_policy.clerk.ledger import unshared

        office = desk.office_of(arguments)
        paths = unshared(office.root)
        branch = arguments.branch or gitwork.current_branch(office.root)
        if paths:
            sharing.commit(office, paths, branch)
        if arguments.push:
            if not gitwork.has_remote(office.root):
                raise ClerkError("沒有設定遠端（origin），無法送出 (no remote to push to)")
            sharing.deliver(office, branch)
        for path in paths:
            print(path)
        print("沒有未提交的紀錄" if not paths else f"已提交在分支 {branch}", file=sys.stderr)
        return 0

    command.set_defaults(command=share)
