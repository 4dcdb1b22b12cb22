"""`request`, `agency`, `inspection`, …: one command an action of the registry, and `approve`."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cctv_policy.clerk.answers import Digest, Paragraph, WrongAnswer, read_moment
from cctv_policy.clerk.question import Question, gather
from cctv_policy.clerk.registry import ACTIONS, NOUNS
from cctv_policy.cli import desk
from cctv_policy.errors import ClerkError
from cctv_policy.records import PREFIXES, STEPS

if TYPE_CHECKING:
    from cctv_policy.clerk.action import Action
    from cctv_policy.clerk.office import Office
    from cctv_policy.clerk.run import Done
    from cctv_policy.cli.shared import Commands


def add(commands: Commands) -> None:
    """The commands of this group."""
    for action in ACTIONS:
        _add_action(desk.verbs(commands, action.noun, NOUNS[action.noun].en), action)
    _add_approvals(commands)


def _add_action(verbs: Commands, action: Action) -> None:
    text = f"{action.title.en} {action.title.zh}"
    command = verbs.add_parser(action.verb, help=text, description=text)
    if action.about:
        command.add_argument("id", metavar="ID", help=f"e.g. {action.about[0]}-115-0001")
    for question in action.questions:
        if not question.secret:
            command.add_argument(
                question.flag,
                dest=f"q_{question.name}",
                action="append",
                metavar="TEXT",
                help=_help(question),
            )
    desk.office_arguments(command)
    desk.writing_arguments(command)

    def run(arguments: argparse.Namespace) -> int:
        from cctv_policy.clerk.run import perform

        office = desk.ready_office(arguments)
        sharing = desk.sharing_of(arguments)
        if sharing is not None:
            desk.settle(office, sharing, arguments.id if action.about else None)
        done = perform(
            action,
            office,
            desk.answers_of(arguments, action.questions),
            prompter=desk.terminal_of(arguments),
            box=desk.box_of(arguments, office),
            target=arguments.id if action.about else None,
            sharing=sharing,
        )
        return tell(done)

    command.set_defaults(command=run)


def _help(question: Question) -> str:
    """Label in both languages, codes of a closed list, whether it may be given more than once."""
    options = getattr(question.reader, "of", ())
    codes = ", ".join(code for code, _ in options)
    hint = question.reader.hint()
    notes = [codes, hint, "repeatable" if question.many else ""]
    said = "; ".join(filter(None, notes))
    label = f"{question.label} {question.english}"
    return (f"{label} ({said})" if said else label).replace("%", "%%")


def tell(done: Done) -> int:
    """What was written, on stdout; the rest on stderr. Always 0."""
    for path in done.paths:
        print(path)
    for note in done.notes:
        print(note, file=sys.stderr)
    return 0


_REASON = Question(
    name="reason",
    label="駁回理由",
    reader=Paragraph(least=4),
    secret=True,
)


def _add_approvals(commands: Commands) -> None:
    command = commands.add_parser(
        "approve",
        help="approve or reject a record with your signature 核准或駁回",
        description="Writes one signed approval. The key must be yours in the accepted roster.",
    )
    _approval_arguments(command)
    command.add_argument("--decision", choices=("approve", "reject"), default="approve")
    command.set_defaults(command=lambda arguments: _approve(arguments, arguments.decision))
    verbs = desk.verbs(commands, "request", NOUNS["request"].en)
    for verb, text in (("approve", "核准 approve"), ("reject", "駁回 reject, with a reason")):
        one = verbs.add_parser(verb, help=text, description=text)
        _approval_arguments(one)
        one.set_defaults(command=lambda arguments, verb=verb: _approve(arguments, verb))


def _approval_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "id", metavar="ID", help=f"one of {', '.join(PREFIXES)}, e.g. REQ-115-0001"
    )
    command.add_argument("--role", choices=list(STEPS), help="default: the step that is due")
    command.add_argument("--acting-for", metavar="P-0003", help="代理 whom you stand in for")
    command.add_argument(
        "--key",
        type=Path,
        metavar="FILE",
        help="your SSH key, also a .pub file whose key is in the agent or a hardware key "
        "(default: git config cctv-policy.key, ~/.ssh/id_ed25519)",
    )
    command.add_argument(
        "--paper", metavar="SCAN", help="紙本 the scan of the signed sheet, or its SHA-256"
    )
    command.add_argument("--person", metavar="P-0003", help="with --paper: who signed the sheet")
    command.add_argument("--at", metavar="TIME", help="with --paper: when, e.g. '115/03/01 10:00'")
    desk.office_arguments(command)
    desk.writing_arguments(command)


def _approve(arguments: argparse.Namespace, decision: str) -> int:
    from cctv_policy.clerk.approve import Say, approve
    from cctv_policy.clerk.share import share

    office = desk.ready_office(arguments)
    sharing = desk.sharing_of(arguments, renumber=False)
    if sharing is not None:
        desk.settle(office, sharing, arguments.id)
    paper, at = _paper(office, arguments)
    terminal = desk.terminal_of(arguments)
    reason = None
    if decision == "reject" and arguments.id.startswith("REQ"):
        given = desk.answers_of(arguments, [_REASON])
        reason = gather([_REASON], given, office, terminal)["reason"]
    say = Say(
        role=arguments.role,
        decision="reject" if decision == "reject" else "approve",
        acting_for=arguments.acting_for,
        key=_key(arguments),
        reason=reason,
        paper=paper,
        person=arguments.person,
        at=at,
    )
    box = desk.box_of(arguments, office)

    def write() -> Done:
        return approve(office, arguments.id, say, box)

    return tell(share(office, write, sharing, terminal) if sharing else write())


def _paper(office: Office, arguments: argparse.Namespace) -> tuple[str | None, datetime | None]:
    """Digest of the signed sheet and when it was signed; both or neither."""
    given = (arguments.paper, arguments.person, arguments.at)
    if not any(given):
        return None, None
    if not all(given):
        raise ClerkError(
            "紙本核准須同時提供 --paper、--person 與 --at (an approval on paper needs all three)"
        )
    try:
        digest = Digest().read(arguments.paper, office, {})
        return digest, read_moment(arguments.at, office)
    except WrongAnswer as wrong:
        raise ClerkError(f"紙本核准：{wrong}") from None


def _key(arguments: argparse.Namespace) -> Path:
    from cctv_policy.clerk.gitwork import setting

    said = arguments.key or setting(arguments.root, "cctv-policy.key")
    home = Path.home() / ".ssh"
    for file in (said, home / "id_ed25519_sk", home / "id_ed25519"):
        if file and (found := Path(file).expanduser()).is_file():
            return found
    raise ClerkError(
        "找不到簽署用的金鑰 (no signing key found)",
        fix="--key 金鑰檔；沒有的話：ssh-keygen -t ed25519",
    )
