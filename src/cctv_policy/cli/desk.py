"""Who sits at the desk: the arguments of every clerk's command, and the office they give."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from cctv_policy.cli import shared
from cctv_policy.errors import ClerkError
from cctv_policy.inventory import Inventory, load_inventory
from cctv_policy.strictyaml import parse

if TYPE_CHECKING:
    from cctv_policy.clerk.office import Office
    from cctv_policy.clerk.question import Given, Question
    from cctv_policy.clerk.share import Sharing
    from cctv_policy.clerk.strongbox import Strongbox
    from cctv_policy.clerk.terminal import Terminal

_MAX_INPUT = 65_536


def verbs(commands: shared.Commands, noun: str, help_: str) -> shared.Commands:
    """The subcommands of a noun, e.g. of `hold`; made by whoever asks first."""
    parser = commands.choices.get(noun)
    if parser is None:
        parser = commands.add_parser(noun, help=help_, description=help_)
        parser.set_defaults(
            verbs=parser.add_subparsers(title="verbs", required=True, metavar="VERB")
        )
    found: shared.Commands = parser.get_default("verbs")
    return found


def office_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--root",
        type=Path,
        default=Path(),
        metavar="DIR",
        help="the district's folder, with inventory/ and records/ (default: here)",
    )
    command.add_argument(
        "--site",
        metavar="ID",
        help="school (default: git config cctv-policy.site, or the only one)",
    )
    command.add_argument(
        "--as",
        dest="me",
        metavar="P-0001",
        help="who you are (default: git config cctv-policy.person)",
    )


def writing_arguments(command: argparse.ArgumentParser) -> None:
    """Of commands that write."""
    command.add_argument(
        "--from",
        dest="from_file",
        metavar="FILE",
        help="answers from a YAML file, - for stdin; personal data comes so, or is asked for",
    )
    command.add_argument("--no-input", action="store_true", help="never ask")
    command.add_argument(
        "--commit",
        action="store_true",
        help="commit on a branch of its own; the message is ids only",
    )
    command.add_argument(
        "--branch", metavar="NAME", help="commit on this branch (git config cctv-policy.branch)"
    )
    command.add_argument("--push", action="store_true", help="commit and push")
    command.add_argument(
        "--clock-is-right", action="store_true", help="write though the last commit is long ago"
    )
    identity_argument(command)


def identity_argument(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--identity",
        type=Path,
        metavar="FILE",
        help="private key of a holder, to open sealed data (git config cctv-policy.identity)",
    )


def office_of(arguments: argparse.Namespace, *, anybody: bool = False) -> Office:
    """The office that the arguments or git's configuration name. `anybody`: for reading only."""
    from cctv_policy.clerk.office import Office

    root: Path = arguments.root
    now = shared.now().replace(microsecond=0)
    inventory = load_inventory(root / "inventory", as_of=now.date())
    site = arguments.site or _setting(root, "site") or _only(inventory)
    if site not in {school.id for school in inventory.schools}:
        known = "、".join(school.id for school in inventory.schools[:8])
        raise ClerkError(
            "盤點資料中沒有這所學校 (no such school in the inventory)", fix=f"--site 可用：{known}"
        )
    person = arguments.me or _setting(root, "person")
    if not person and not anybody:
        fix = "加上 --as P-0001，或 git config cctv-policy.person P-0001（自己的人員代號）"
        raise ClerkError("不知道您是誰 (who are you?)", fix=fix)
    return Office(root=root, inventory=inventory, site=site, person=person or "P-0000", now=now)


def _setting(root: Path, name: str) -> str:
    from cctv_policy.clerk.gitwork import setting

    return setting(root, f"cctv-policy.{name}")


def _only(inventory: Inventory) -> str:
    if len(inventory.schools) == 1:
        return inventory.schools[0].id
    fix = "加上 --site 學校代號，或 git config cctv-policy.site 學校代號"
    raise ClerkError(
        "這個資料夾有多所學校，不知道是哪一所 (several schools here: which one?)", fix=fix
    )


def ready_office(arguments: argparse.Namespace) -> Office:
    """The office of a command that writes: the clock is looked at, the person checked."""
    from cctv_policy.clerk.share import check_clock

    office = office_of(arguments)
    if not arguments.clock_is_right and office.repository is not None:
        check_clock(office)
    return office


def box_of(arguments: argparse.Namespace, office: Office) -> Strongbox:
    from cctv_policy.clerk.strongbox import Strongbox

    said = arguments.identity or _setting(arguments.root, "identity")
    return Strongbox(office=office, identity=Path(said).expanduser() if said else None)


def sharing_of(arguments: argparse.Namespace, *, renumber: bool = True) -> Sharing | None:
    from cctv_policy.clerk.share import Sharing

    if not (arguments.commit or arguments.push or arguments.branch):
        return None
    branch = arguments.branch or _setting(arguments.root, "branch") or None
    return Sharing(branch=branch, push=arguments.push, renumber=renumber)


def settle(office: Office, sharing: Sharing, target: str | None) -> None:
    """See what the others have, and go to the branch of the work, before anything is asked."""
    from cctv_policy.clerk.share import find, leave_other_branch

    sharing.look(office)
    leave_other_branch(office, sharing, target)
    if target is not None:
        find(office, target)


def terminal_of(arguments: argparse.Namespace) -> Terminal | None:
    """Whom to ask; None where nobody sits, or stdin is the file of answers."""
    from cctv_policy.clerk.terminal import Terminal

    if arguments.no_input or arguments.from_file == "-" or not sys.stdin.isatty():
        return None
    return Terminal(sys.stdin.buffer, sys.stderr)


def answers_of(arguments: argparse.Namespace, questions: Sequence[Question]) -> Given:
    """The texts given by file, with those given by flags laid over them."""
    given: dict[str, Sequence[str]] = dict(_from_file(arguments, questions))
    for question in questions:
        said = getattr(arguments, f"q_{question.name}", None)
        if said is not None:
            given[question.name] = said
    return given


def _from_file(arguments: argparse.Namespace, questions: Sequence[Question]) -> Given:
    if arguments.from_file is None:
        return {}
    name = "stdin" if arguments.from_file == "-" else arguments.from_file
    try:
        if arguments.from_file == "-":
            data = sys.stdin.buffer.read(_MAX_INPUT + 1)
        else:
            data = Path(arguments.from_file).read_bytes()
    except OSError as error:
        raise ClerkError(f"讀不到檔案：{error.strerror}", where=name) from None
    document = parse(data, path=name)
    if isinstance(document, list):
        details = [str(fault) for fault in document]
        raise ClerkError(
            "答案檔有誤，未寫入任何檔案 (the answers are wrong; nothing was written)",
            where=name,
            details=details,
        )
    known = {question.name for question in questions}
    found: dict[str, Sequence[str]] = {}
    faults = []
    for key, value in document.data.items():
        texts = value if isinstance(value, list) else [value]
        if key not in known or not all(isinstance(text, str) for text in texts):
            line = document.line_of((key,))
            faults.append(f"第 {line} 行：沒有這個欄位，或不是文字")
        else:
            found[key] = texts
    if faults:
        fix = f"可用：{'、'.join(sorted(known))}"
        raise ClerkError(
            "答案檔有誤，未寫入任何檔案 (the answers are wrong; nothing was written)",
            where=name,
            details=faults,
            fix=fix,
        )
    return found


def day(text: str) -> date:
    """A day of either calendar, for a flag."""
    from cctv_policy.clerk.answers import WrongAnswer, read_day

    try:
        return read_day(text, shared.now().date())
    except WrongAnswer as wrong:
        raise argparse.ArgumentTypeError(str(wrong)) from None
