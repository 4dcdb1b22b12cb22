"""`init` and `hook`: a district's repository, and what its git hooks ask."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from cctv_policy import pipeline
from cctv_policy.cli.shared import now
from cctv_policy.errors import UsageError

if TYPE_CHECKING:
    from cctv_policy.cli.shared import Commands
    from cctv_policy.scaffold import Wanted
    from cctv_policy.strictyaml import Fault


def add(commands: Commands) -> None:
    """The commands of this group."""
    _add_init(commands)
    _add_hook(commands)


def _add_init(commands: Commands) -> None:
    command = commands.add_parser(
        "init",
        help="make a district's own repository, a sample one, or the server it is pushed to",
        description="Writes inventory, records, checks, CI workflows, templates for reviews and "
        "git hooks into a new folder and makes the first commit. --sample writes a living example "
        "with history instead; --server a bare repository whose hook refuses tampering.",
        epilog="Then: cd DIR && cctv-policy check",
    )
    command.add_argument("folder", type=Path, metavar="DIR", help="a new or empty folder")
    what = command.add_mutually_exclusive_group()
    what.add_argument("--sample", action="store_true", help="a made-up district with history")
    what.add_argument("--server", action="store_true", help="the bare repository to push to")
    command.add_argument(
        "--id", metavar="ID", help="the district's id (default: the folder's name)"
    )
    command.add_argument("--name-zh", metavar="TEXT", help="its name in Chinese (default: the id)")
    command.add_argument("--name-en", metavar="TEXT", help="its name in English (default: the id)")
    command.add_argument(
        "--pack",
        default="tw-ntpc-school",
        metavar="ID",
        help="regulation pack (default: tw-ntpc-school; `cctv-policy packs` lists them)",
    )
    command.set_defaults(command=_init)


def _init(arguments: argparse.Namespace) -> int:
    from cctv_policy import scaffold

    folder: Path = arguments.folder
    if arguments.server:
        scaffold.new_server(folder)
        print(f"{folder}: 可推送的中央儲存庫 a bare repository; git remote add origin {folder}")
        return 0
    if arguments.sample:
        scaffold.new_sample(folder, now().replace(microsecond=0))
    else:
        pipeline.load_policies(arguments.pack)
        scaffold.new_district(folder, _wanted(arguments))
    print(f"{folder}: 已建立儲存庫 a repository with its first commit")
    print(f"cd {shlex.quote(str(folder))} && cctv-policy check")
    return 0


def _wanted(arguments: argparse.Namespace) -> Wanted:
    from cctv_policy.inventory.fields import is_id
    from cctv_policy.scaffold import Wanted as New

    ident = arguments.id or arguments.folder.resolve().name.lower()
    if not is_id(ident):
        raise UsageError(
            f"{ident!r} 不能作為轄區代號 ({ident!r} cannot be the id of a district)",
            where="--id",
            fix="請用小寫字母、數字與連字號，以字母開頭 "
            "(use small letters, digits and dashes, beginning with a letter)",
        )
    names = {"name_zh": arguments.name_zh or ident, "name_en": arguments.name_en or ident}
    for option, text in names.items():
        if not text.isprintable() or set(text) & set('"\\{}') or len(text) > 60:
            raise UsageError(
                "名稱最多 60 字，不含引號、大括號與反斜線 "
                "(a name is up to 60 characters without quotes, braces or backslashes)",
                where=f"--{option.replace('_', '-')}",
            )
    return New(id=ident, pack=arguments.pack, **names)


def _add_hook(commands: Commands) -> None:
    command = commands.add_parser(
        "hook",
        help="what git hooks call: pre-receive, pre-commit, commit-msg",
        description="Called by the hooks that `init` writes. pre-receive judges every commit of a "
        "push and refuses it whole; pre-commit the staged records; commit-msg the message.",
    )
    which = command.add_subparsers(title="hooks", required=True, metavar="HOOK")
    which.add_parser("pre-receive", help="reads `old new ref` lines").set_defaults(
        command=_pre_receive
    )
    which.add_parser("pre-commit", help="the staged records").set_defaults(command=_pre_commit)
    message = which.add_parser("commit-msg", help="the message in FILE")
    message.add_argument("file", type=Path, metavar="FILE")
    message.set_defaults(command=_commit_msg)


def _pre_receive(_: argparse.Namespace) -> int:
    from cctv_policy.records.check import pre_receive

    lines = sys.stdin.readlines()
    if not lines:
        raise UsageError(
            "沒有收到任何推送 (nothing was pushed, so nothing was judged)",
            fix="由 git 呼叫；標準輸入每行為 old new ref (git calls it with lines `old new ref`)",
        )
    return _refused(pre_receive(Path.cwd(), lines, os.environ, now=now()))


def _pre_commit(_: argparse.Namespace) -> int:
    from cctv_policy.records import load_records

    return _refused(load_records(Path.cwd(), index=True).faults)


def _commit_msg(arguments: argparse.Namespace) -> int:
    from cctv_policy.records.pii import number_in
    from cctv_policy.strictyaml import Fault

    try:
        text = arguments.file.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise UsageError(
            f"無法讀取訊息 (cannot read the message: {error.strerror})", where=str(arguments.file)
        ) from None
    what = number_in(text)
    if not what:
        return 0
    fix = "write ids only, for example REQ-115-0007"
    return _refused([Fault(path="message", line=0, code="pii_in_clear", what=what, fix=fix)])


def _refused(faults: list[Fault] | tuple[Fault, ...]) -> int:
    """Every reason on stderr; 1 if there is any."""
    for fault in faults:
        print(fault, file=sys.stderr)
    if faults:
        print(f"拒絕：{len(faults)} 項錯誤 refused: {len(faults)} faults", file=sys.stderr)
    return int(bool(faults))
