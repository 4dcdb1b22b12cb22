"""`vault`: the passwords of devices — made, listed, shown, entered, exported, recovered."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cctv_policy.cli.shared import now, single_copy
from cctv_policy.errors import UsageError, VaultError
from cctv_policy.model import Text
from cctv_policy.report.layout import clean, pad, width
from cctv_policy.rotation import WORDS, State
from cctv_policy.secretstore import FolderStore, Secret, checked_name, read_private
from cctv_policy.strictyaml import dump
from cctv_policy.vault import Entry, Vault, load_config, open_vault, same
from cctv_policy.vault.agefile import FileVault
from cctv_policy.vault.config import SCHEMA
from cctv_policy.vault.document import decode, encode
from cctv_policy.vault.keys import IDENTITY_VARIABLE, public_key, read_keys, seal
from cctv_policy.vault.opening import identity_path, open_files

if TYPE_CHECKING:
    from cctv_policy.cli.shared import Commands

Run = Callable[[argparse.Namespace], int]

SAY = {
    "made": Text(zh="保管庫已建立：{0}", en="the vault was made: {0}"),
    "stored": Text(zh="已存入 {0}（版本 {1}）", en="stored {0} (version {1})"),
    "same": Text(zh="{0} 沒有變動", en="{0} is as it was"),
    "exported": Text(zh="已加密匯出到 {0}", en="exported, encrypted, to {0}"),
    "recovered": Text(
        zh="每一份都完整且相同：{0} 個密碼，{1} 位持有人",
        en="every copy is whole and the same: {0} secrets, {1} holders",
    ),
    "empty": Text(zh="保管庫是空的", en="the vault is empty"),
    "pending": Text(zh="更換未完成", en="change not complete"),
    "copy": Text(zh="第 {0} 份：{1}", en="copy {0}: {1}"),
    "whole": Text(zh="完好", en="whole"),
    "one_disk": Text(
        zh="注意：兩份在同一顆磁碟，磁碟壞了就都沒了",
        en="note: the copies are on one disk; if it fails, both are gone",
    ),
    "ask": Text(zh="{0} 的密碼（不會顯示）：", en="password of {0} (not shown): "),
    "again": Text(zh="再輸入一次：", en="once more: "),
}
COLUMNS = (
    Text(zh="名稱", en="name"),
    Text(zh="更換時間", en="changed"),
    Text(zh="前代", en="kept"),
    Text(zh="狀態", en="state"),
)


def add(commands: Commands) -> None:
    """The commands of this group."""
    group = commands.add_parser(
        "vault",
        help="the vault of device passwords: make, list, show, enter, export, recover",
        description="The vault that FILE (vault.yaml) describes. docs/vault.md leads through it.",
    )
    actions = group.add_subparsers(title="actions", required=True, metavar="ACTION")
    make = _action(actions, "init", "make the vault, and vault.yaml unless it is there", _init)
    make.add_argument("--copy", action="append", default=[], metavar="PATH", help="a copy's file")
    make.add_argument(
        "--recipient",
        action="append",
        default=[],
        metavar="HOLDER=age1…",
        help="whose public key opens it (at least two)",
    )
    _action(actions, "list", "list names, times and states; never a value", _list)
    show = _action(actions, "show", "show one password on this terminal", _show)
    show.add_argument("name", metavar="NAME")
    show.add_argument("--all", action="store_true", help="also the pending and earlier ones")
    put = _action(actions, "put", "enter the password that a device has now", _put)
    put.add_argument("name", metavar="NAME")
    put.add_argument("--from", dest="source", type=Path, metavar="FILE", help="a 0600 file with it")
    take = _action(actions, "import", "take over a folder of secrets (collect --secrets)", _import)
    take.add_argument("folder", type=Path, metavar="DIR")
    out = _action(actions, "export", "everything, to this terminal or encrypted to a file", _export)
    out.add_argument("--to", type=Path, metavar="FILE", help="write an age file instead")
    out.add_argument(
        "--recipient", action="append", default=[], metavar="age1…", help="who can open it"
    )
    heal = _action(actions, "recover", "make every copy whole, for the holders of today", _recover)
    heal.add_argument("--prefer", type=Path, metavar="PATH", help="the copy that leads")
    heal.add_argument(
        "--from", dest="source", type=Path, metavar="FILE", help="an export or a backup to put back"
    )


def _action(actions: Commands, name: str, text: str, run: Run) -> argparse.ArgumentParser:
    command = actions.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.")
    command.add_argument(
        "--vault",
        type=Path,
        default=Path("vault.yaml"),
        metavar="FILE",
        help="where the vault is described (default: vault.yaml)",
    )
    command.add_argument(
        "--identity",
        type=Path,
        metavar="FILE",
        help=f"your private age key, a 0600 file (default: the path in {IDENTITY_VARIABLE})",
    )
    command.add_argument(
        "--allow-single-copy",
        action="store_true",
        help="write although a copy is missing; recorded in the vault",
    )
    command.add_argument("--lang", choices=("zh-TW", "en"), default="zh-TW", help="language")
    command.set_defaults(command=run)
    return command


def _open(arguments: argparse.Namespace) -> Vault:
    return open_vault(
        arguments.vault,
        identity=arguments.identity,
        environ=os.environ,
        single_copy=single_copy(arguments),
    )


def _files(arguments: argparse.Namespace) -> FileVault:
    config = load_config(arguments.vault)
    if config.server:
        raise UsageError(
            "金庫在伺服器上，副本由伺服器保管 "
            "(the vault is on a server, which keeps its own copies)",
            where=str(arguments.vault),
            fix="請用伺服器自己的快照與復原 (use the server's own snapshot and recovery)",
        )
    return open_files(
        arguments.vault,
        config,
        identity=arguments.identity,
        environ=os.environ,
        single_copy=single_copy(arguments),
    )


def _init(arguments: argparse.Namespace) -> int:
    given = bool(arguments.copy or arguments.recipient)
    path: Path = arguments.vault
    if path.exists() and given:
        raise UsageError(
            "檔案已存在 (is there already)",
            where=str(path),
            fix="請勿再給 --copy、--recipient (leave --copy, --recipient out)",
        )
    if not path.exists():
        _describe(arguments)
    try:
        vault = _files(arguments)
        vault.create()
    except BaseException:  # Ctrl-C too: a description without a vault would stop the next try
        if given:
            path.unlink(missing_ok=True)
        raise
    _say(arguments, "made", ", ".join(str(copy) for copy in vault.copies))
    if len({copy.parent.stat().st_dev for copy in vault.copies}) < len(vault.copies):
        print(SAY["one_disk"].get(arguments.lang), file=sys.stderr)
    return 0


def _describe(arguments: argparse.Namespace) -> None:
    """vault.yaml from the arguments; checked by reading it like anybody else's."""
    recipients = []
    for text in arguments.recipient:
        holder, equals, key = text.partition("=")
        if not equals:
            raise UsageError(
                f"{text!r} 不是收件人 ({text!r} is no recipient)",
                fix="請寫成 持有人=age1… (write HOLDER=age1…)",
            )
        recipients.append({"holder": holder, "key": key})
    identity_path(arguments.identity, os.environ)
    data = {"schema": SCHEMA, "copies": list(arguments.copy), "recipients": recipients}
    try:
        with arguments.vault.open("x", encoding="utf-8") as file:
            file.write(dump(data))
    except OSError as error:
        raise UsageError(
            f"無法寫入 (cannot be written: {error.strerror})", where=str(arguments.vault)
        ) from None


def _list(arguments: argparse.Namespace) -> int:
    vault = _open(arguments)
    rows = [tuple(column.get(arguments.lang) for column in COLUMNS)]
    for listed in vault.listed():
        state = SAY["pending"].get(arguments.lang) if listed.has_pending else ""
        if listed.mark in set(State):
            state = WORDS[State(listed.mark)].what.get(arguments.lang)
        rows.append((listed.name, listed.changed_at, str(listed.generations), state))
    if len(rows) == 1:
        _say(arguments, "empty")
    else:
        _table(rows)
    return _copies(vault, arguments) if isinstance(vault, FileVault) else 0


def _copies(vault: FileVault, arguments: argparse.Namespace) -> int:
    """What is wrong with any copy, on stderr; 2 if anything is."""
    copies = vault.look()
    for number, copy in enumerate(copies, start=1):
        said = str(copy.problem or SAY["whole"].get(arguments.lang))
        print(SAY["copy"].get(arguments.lang).format(number, said), file=sys.stderr)
    return 2 if any(copy.problem for copy in copies) else 0


def _table(rows: Sequence[tuple[str, ...]]) -> None:
    sizes = [max(width(clean(row[i])) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        print("  ".join(pad(clean(cell), sizes[i]) for i, cell in enumerate(row)).rstrip())


def _show(arguments: argparse.Namespace) -> int:
    _refuse_pipe()
    vault = _open(arguments)
    if not arguments.all:
        _reveal("", vault.get(arguments.name))
        return 0
    for label, secret in _values(vault.read(arguments.name)):
        _reveal(label, secret)
    return 0


def _values(entry: Entry) -> Iterator[tuple[str, Secret]]:
    if entry.pending:
        yield "pending", entry.pending
    if entry.current:
        yield "current", entry.current
    for number, secret in enumerate(entry.previous, start=1):
        yield f"previous {number}", secret


def _reveal(label: str, secret: Secret) -> None:
    """The one place where a value is printed; harmless to the terminal."""
    lines = secret.reveal().split("\n")
    head = f"{pad(label, 12)}" if label else ""
    for line in lines:
        print(f"{head}{clean(line)}")


def _refuse_pipe() -> None:
    if not sys.stdout.isatty():
        raise UsageError(
            "密碼只在終端機顯示，這裡的輸出不是終端機 "
            "(passwords are shown on a terminal only, and this output is none)",
            fix="請勿接管線；`vault export --to FILE` 可寫成加密檔 "
            "(run it without a pipe; `vault export --to FILE` writes an encrypted file)",
        )


def _put(arguments: argparse.Namespace) -> int:
    name = checked_name(arguments.name)
    vault = _open(arguments)
    entry = vault.read(name)
    secret = _entered(arguments, name)
    _store(arguments, vault, name, entry, secret)
    return 0


def _store(
    arguments: argparse.Namespace, vault: Vault, name: str, entry: Entry, secret: Secret
) -> None:
    if entry.pending is None and same(entry.current, secret) and not entry.mark:
        _say(arguments, "same", name)
        return
    at = now().isoformat(timespec="seconds")
    fresh = Entry(version=entry.version, previous=entry.previous, current=entry.current,
                  pending=entry.pending, generation=entry.generation)  # fmt: skip
    stored = vault.write(name, fresh.replaced(secret, at))
    _say(arguments, "stored", name, stored.version)


def _entered(arguments: argparse.Namespace, name: str) -> Secret:
    """From a file of the owner, or typed twice without being shown; never from an argument."""
    if arguments.source:
        data = read_private(arguments.source, f"secret {name!r}")
        try:
            return Secret(data.decode().removesuffix("\n"))
        except UnicodeDecodeError:
            raise UsageError(
                "不是 UTF-8 文字 (is not UTF-8 text)", where=str(arguments.source)
            ) from None
    if not sys.stdin.isatty():
        raise UsageError(
            "沒有可以輸入的終端機 (there is no terminal to type on)",
            fix="請用 --from 檔案（權限 600） (--from FILE (mode 600))",
        )
    first = getpass.getpass(SAY["ask"].get(arguments.lang).format(name))
    if first != getpass.getpass(SAY["again"].get(arguments.lang)):
        raise UsageError(
            "兩次輸入不同 (the two entries differ)",
            fix="沒有儲存，請再試一次 (nothing was stored; try again)",
        )
    return Secret(first)


def _import(arguments: argparse.Namespace) -> int:
    folder: Path = arguments.folder
    if not folder.is_dir():
        raise UsageError("不是資料夾 (is no folder)", where=str(folder))
    store = FolderStore(folder)
    names = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    found = [(name, store.get(name)) for name in names]  # all are readable, or none is taken
    if not found:
        raise UsageError("裡面沒有任何密碼檔 (has no secret in it)", where=str(folder))
    vault = _open(arguments)
    for name, secret in found:
        _store(arguments, vault, name, vault.read(name), secret)
    return 0


def _export(arguments: argparse.Namespace) -> int:
    if arguments.to is None:
        _refuse_pipe()
        vault = _open(arguments)
        for listed in vault.listed():
            for label, secret in _values(vault.read(listed.name)):
                _reveal(f"{listed.name} {label}  ", secret)
        return 0
    if not arguments.recipient:
        raise UsageError(
            "--to 需要 --recipient age1… (--to needs --recipient age1…)",
            fix="檔案要由誰的金鑰開啟？ (whose key shall open the file?)",
        )
    for key in arguments.recipient:
        try:
            public_key(key)
        except ValueError as error:
            raise UsageError(str(error), where=key) from None
    data = seal(encode(_files(arguments).content()), arguments.recipient)
    try:
        handle = os.open(arguments.to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise UsageError(
            f"無法寫入 (cannot be written: {error.strerror})", where=str(arguments.to)
        ) from None
    _say(arguments, "exported", arguments.to)
    return 0


def _recover(arguments: argparse.Namespace) -> int:
    vault = _files(arguments)
    if arguments.source:
        keys = read_keys(identity_path(arguments.identity, os.environ))
        try:
            data = arguments.source.read_bytes()
            backup = decode(keys.open(data, str(arguments.source)))
        except OSError as error:
            raise UsageError(
                f"無法讀取 (cannot be read: {error.strerror})", where=str(arguments.source)
            ) from None
        except ValueError as error:
            raise VaultError(str(error), where=str(arguments.source)) from None
        content = vault.restore(backup)
    else:
        content = vault.recover(prefer=arguments.prefer.absolute() if arguments.prefer else None)
    _say(arguments, "recovered", len(content.entries), len(content.recipients))
    return 0


def _say(arguments: argparse.Namespace, code: str, *values: object) -> None:
    print(clean(SAY[code].get(arguments.lang).format(*values)))
