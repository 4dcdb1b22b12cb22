"""`keys`: the keystore of sealed records — made, handed on, drilled, verified (docs/keys.md)."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from cctv_policy.cli.private import (
    identity_argument,
    private_arguments,
    refuse_pipe,
    show_private,
)
from cctv_policy.cli.shared import now, positive
from cctv_policy.errors import SealingError, UsageError
from cctv_policy.records import Header, load_latest
from cctv_policy.sealing import custody, load_identity, open_keystore, unseal, verify
from cctv_policy.sealing.discard import REST, Leftover, discard, leftovers
from cctv_policy.sealing.drill import drill, write_drill
from cctv_policy.sealing.holder import new_identity
from cctv_policy.sealing.shares import copy_missing, rewrap

if TYPE_CHECKING:
    from cctv_policy.cli.shared import Commands

Run = Callable[[argparse.Namespace], int]


def add(commands: Commands) -> None:
    """The commands of this group."""
    group = commands.add_parser(
        "keys",
        help="the keys of sealed personal data: make, hand on, drill, verify",
        description="The keystore named in ROOT/keystore.yaml. docs/keys.md leads through it.",
    )
    actions = group.add_subparsers(title="actions", required=True, metavar="ACTION")
    pair = _action(actions, "identity", "make a holder's key pair, print the public half", _pair)
    pair.add_argument("file", type=Path, metavar="FILE", help="where the private half goes (0600)")
    make = _rooted(actions, "init", "make the replicas that keystore.yaml names", _init)
    make.add_argument(
        "--new",
        action="append",
        default=[],
        metavar="LABEL",
        help="this replica's disk is lost: make it again, then `keys copy`",
    )
    batch = _rooted(actions, "batch", "make the keys of coming months", _batch)
    batch.add_argument("--school", action="append", metavar="ID", required=True)
    batch.add_argument(
        "--from", dest="first", type=_month, metavar="YYYY-MM", help="first month (default: this)"
    )
    batch.add_argument("--months", type=positive, default=1, metavar="N", help="how many (1)")
    _rooted(actions, "list", "list batches, their keys and who holds them", _list)
    _rooted(actions, "verify", "compare replicas, records and holders; decrypts nothing", _verify)
    change = _rooted(actions, "rewrap", "let the shares follow keystore.yaml's holders", _rewrap)
    identity_argument(change)
    _rooted(actions, "copy", "give each replica what the other has and it lacks", _copy)
    rest = _rooted(actions, "discard", "list keys of no record; with --yes remove them", _discard)
    rest.add_argument("--yes", action="store_true", help="remove what may go; there is no way back")
    test = _rooted(actions, "drill", "open the oldest and the newest block with a key", _drill)
    test.add_argument("--holder", required=True, metavar="NAME", help="whose key it is")
    identity_argument(test)
    show = _rooted(actions, "show", "show a record's sealed fields on this terminal", _show)
    show.add_argument("record", metavar="SCHOOL/ID", help="e.g. pingxi-es/REQ-115-0001")
    private_arguments(show)


def _action(actions: Commands, name: str, text: str, run: Run) -> argparse.ArgumentParser:
    command = actions.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.")
    command.set_defaults(command=run)
    return command


def _rooted(actions: Commands, name: str, text: str, run: Run) -> argparse.ArgumentParser:
    command = _action(actions, name, text, run)
    command.add_argument(
        "--root", type=Path, default=Path(), metavar="DIR", help="the district's folder"
    )
    return command


def _month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"月份的寫法如 2026-11 ({text!r} is no month like that)"
        ) from None


def _pair(arguments: argparse.Namespace) -> int:
    print(new_identity(arguments.file))
    return 0


def _init(arguments: argparse.Namespace) -> int:
    keystore = open_keystore(arguments.root)
    there = [r.label for r in keystore.replicas if r.online()]
    away = [r.label for r in keystore.replicas if r.label not in there]
    if there and (lost := [label for label in away if label not in arguments.new]):
        what = f"replica {lost[0]} is not there, but {there[0]} is"
        fix = f"mount it; only if its disk is lost: `keys init --new {lost[0]}`"
        raise SealingError(what, code="replica_offline", where=str(arguments.root), fix=fix)
    for replica in keystore.replicas:
        made = replica.create()
        print(f"{replica.label}  {replica.folder}  {'made 已建立' if made else 'there 已存在'}")
    return 0


def _batch(arguments: argparse.Namespace) -> int:
    keystore = open_keystore(arguments.root)
    day = arguments.first or now().date().replace(day=1)
    kinds = ["REQ", *(c.kind for c in keystore.settings.classes)]
    for _ in range(arguments.months):
        for site in arguments.school:
            for batch in sorted({keystore.settings.batch(kind, day) for kind in kinds}):
                file = keystore.new_batch(site, batch)
                print(f"{site}  {batch}  {file or 'there 已存在'}")
        day = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    print("git add keys/periods  # commit the public keys 公鑰須提交")
    return 0


def _list(arguments: argparse.Namespace) -> int:
    keystore = open_keystore(arguments.root)
    found = custody(keystore, load_latest(arguments.root))
    for site, batch in sorted({(s.site, s.batch) for s in found.shares}):
        holders = sorted({s.holder for s in found.shares if (s.site, s.batch) == (site, batch)})
        keys = sum(1 for w in found.found if (w.site, w.batch) == (site, batch))
        print(f"{site}  {batch}  {keys} keys 金鑰  {', '.join(holders)}")
    for label in found.offline:
        print(f"{label}: offline 離線", file=sys.stderr)
    return 2 if found.offline else 0


def _verify(arguments: argparse.Namespace) -> int:
    keystore = open_keystore(arguments.root)
    result = verify(keystore, load_latest(arguments.root), today=now().date())
    for fault in result.faults:
        print(fault)
    found, count = result.custody, len(result.faults)
    print(
        f"{len(found.wanted)} blocks 加密區塊, {len(found.certified)} destroyed 已銷毀, "
        f"replicas 金鑰庫: {', '.join(found.online) or '-'}; {count} faults 問題"
    )
    if found.offline:
        return 2
    return 1 if count else 0


def _rewrap(arguments: argparse.Namespace) -> int:
    keystore, identity = open_keystore(arguments.root), load_identity(arguments.identity)
    removed: set[str] = set()
    for change in rewrap(keystore, identity):
        word = "+" if change.added else "-"
        share = change.share
        print(f"{word} {share.site}  {share.batch}  {share.holder}", flush=True)
        if not change.added:
            removed.add(share.holder)
    if removed:
        print(
            f"{', '.join(sorted(removed))}: may have kept what could be opened until now; change "
            "the device passwords too 離任者可能留有先前可開啟的內容，並請更換設備密碼"
        )
    return 0


def _copy(arguments: argparse.Namespace) -> int:
    keystore = open_keystore(arguments.root)
    found = custody(keystore, load_latest(arguments.root), read=True)
    count = 0
    for label, name in copy_missing(found):
        count += 1
        print(f"{label}  {name}", flush=True)
    print(f"{count} files copied 已補齊")
    return 0


def _discard(arguments: argparse.Namespace) -> int:
    keystore = open_keystore(arguments.root)
    found = leftovers(custody(keystore, load_latest(arguments.root)), now=now())
    for left in found:
        w = left.wrap
        print(f"{w.site}  {w.batch}  {w.record_id} {w.key_id}  {_leftover(left)}")
    if arguments.yes:
        count = sum(1 for _ in discard(keystore, found))
        print(f"{count} keys removed from every replica 已自每個金鑰庫移除")
    elif any(left.removable for left in found):
        print(
            "nothing was removed; `git fetch --all` first, then --yes "
            "尚未移除；請先 git fetch --all，再加 --yes"
        )
    return 0


def _leftover(left: Leftover) -> str:
    if left.named:
        return (
            "stays: a version of a record names it; see `destroy` "
            "保留：有紀錄版本使用此金鑰，須依銷毀程序"
        )
    if not left.rested:
        return (
            f"stays: younger than {REST.days} days, its record may not be shared yet "
            f"保留：未滿 {REST.days} 日，紀錄可能尚未分享"
        )
    return "may go 可移除"


def _drill(arguments: argparse.Namespace) -> int:
    keystore = open_keystore(arguments.root)
    holder = next((h for h in keystore.settings.holders if h.name == arguments.holder), None)
    if holder is None:
        fix = f"known: {', '.join(h.name for h in keystore.settings.holders)}"
        raise UsageError(
            "keystore.yaml 中沒有這位持有人 (no such holder in keystore.yaml)", fix=fix
        )
    identity = load_identity(arguments.identity)
    records = load_latest(arguments.root)
    result = drill(keystore, records, holder, identity, on=now().date())
    _lines("opened 已開啟", result.opened)
    _lines("FAILED 失敗", result.failed)
    if not result.opened and not result.failed:
        print("no sealed record to open yet 尚無加密紀錄")
        return 2
    print(write_drill(arguments.root, result))
    return 0 if result.passed else 1


def _lines(word: str, names: Iterable[str]) -> None:
    for name in names:
        print(f"{word}  {name}")


def _show(arguments: argparse.Namespace) -> int:
    refuse_pipe(unsafe=arguments.unsafe_stdout)
    site, _, record_id = arguments.record.partition("/")
    stored = load_latest(arguments.root).records.get((site, record_id))
    if stored is None or not isinstance(stored.value, Header):
        raise UsageError(
            "沒有這筆可讀的紀錄 (no such readable record)",
            fix="請寫成 pingxi-es/REQ-115-0001 (write it like pingxi-es/REQ-115-0001)",
        )
    keystore = open_keystore(arguments.root)
    identity = load_identity(arguments.identity)
    for later in (False, True):
        fields = unseal(keystore, stored.value, identity, later=later)
        show_private(fields, unsafe=arguments.unsafe_stdout)
    return 0
