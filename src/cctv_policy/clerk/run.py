"""One action from questions to files, and on to git: what every clerk's command has in common."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from cctv_policy.clerk.action import Action, Part, Work
from cctv_policy.clerk.draft import Draft, Unfit, changed_draft, header, new_draft
from cctv_policy.clerk.lock import locked
from cctv_policy.clerk.numbers import anywhere, next_id
from cctv_policy.clerk.office import Office
from cctv_policy.clerk.question import Answers, Given, Memory, Prompter, gather
from cctv_policy.clerk.share import Sharing, share
from cctv_policy.clerk.strongbox import Strongbox
from cctv_policy.clerk.write import desk_folder, recover, write_all
from cctv_policy.errors import ClerkError
from cctv_policy.records import Prefix, RecordId, parse_id
from cctv_policy.records.common import Header

_STAND_IN = {"alg": "aes-256-gcm-siv", "key_id": "0" * 32, "batch": "2000-01-1", "data": "AAAA"}
"""A block to try a record with before any key is made for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a command did."""

    ids: tuple[str, ...]
    """The records that were written, the new one first."""
    paths: tuple[str, ...]
    notes: tuple[str, ...] = ()


@dataclass(kw_only=True)
class _Numbers:
    """Ids taken in one run."""

    office: Office
    taken: dict[Prefix, int] = field(default_factory=dict)

    def take(self, prefix: Prefix) -> str:
        parts = parse_id(next_id(self.office, prefix))
        assert parts is not None  # noqa: S101 - just made
        number = max(parts.number, self.taken.get(prefix, 0) + 1)
        self.taken[prefix] = number
        return str(RecordId(prefix=prefix, year=parts.year, number=number))


def perform(
    action: Action,
    office: Office,
    given: Given,
    *,
    prompter: Prompter | None,
    box: Strongbox,
    target: str | None = None,
    sharing: Sharing | None = None,
) -> Done:
    """Ask, check, write; with `sharing` also commit and push. ClerkError, and nothing is written.

    A number that somebody else took meanwhile is given up for the next one, as long as the remote
    has not accepted it: a new record is unsigned, so nothing is lost but the number.
    """
    lock = desk_folder(office) / "clerk.lock"
    with locked(lock):
        recovered = recover(office)
    if target is not None:
        _about(action, office, target)
    notes = tuple(f"已復原上次中斷的 {one} (undone: an interrupted run)" for one in recovered)
    memory: Memory = {}

    def write(answers: Answers) -> Done:
        with locked(lock):
            done = _write(action, office, answers, box, target)
        return replace(done, notes=notes)

    while True:
        answers = gather(action.questions, given, office, prompter, memory)
        try:
            if sharing is None:
                return write(answers)
            return share(office, partial(write, answers), sharing, prompter)
        except Unfit as unfit:
            if prompter is None:
                raise
            prompter.refuse(
                f"{unfit}\n  請更正；按 Enter 保留原來的答案 (correct it; Enter keeps an answer)"
            )


def _about(action: Action, office: Office, target: str) -> None:
    parts = parse_id(target)
    if parts is None or parts.prefix not in action.about:
        raise ClerkError(
            "案號格式不對 (not an id of this kind)", fix=f"如 {action.about[0]}-115-0001"
        )
    action.ready(office, office.read(target))


def _write(
    action: Action, office: Office, answers: Answers, box: Strongbox, target: str | None
) -> Done:
    """Make the records of an action and write them. Call with the lock held."""
    numbers = _Numbers(office=office)
    before = office.read(target) if target else None
    if before is not None:
        action.ready(office, before)
    work = Work(
        office=office,
        answers=answers,
        before=before,
        take=numbers.take,
        previous=lambda path: anywhere(office, path),
    )
    parts = action.make(work)
    for part in parts:
        _tried(office, part)
    drafts = [_sealed(office, part, box) for part in parts]
    paths = write_all(office, drafts)
    ids = [str(draft.read.place.id) for draft in drafts]
    ordered = tuple(dict.fromkeys([target or ids[0], *ids]))
    return Done(ids=ordered, paths=(*paths, *box.made))


def draft_of(office: Office, part: Part, box: Strongbox) -> Draft:
    """A part as the file it will be; tried with a stand-in before any key is made for it."""
    _tried(office, part)
    return _sealed(office, part, box)


def _tried(office: Office, part: Part) -> None:
    """ClerkError if the part could not be written as it is."""
    block = getattr(part.before.value, "sealed_later", None) if part.before else None
    kept = dict.fromkeys(block.fields, "") if block and part.later else {}
    _draft(office, replace(part, later=kept | dict(part.later)), _stand_in)


def _sealed(office: Office, part: Part, box: Strongbox) -> Draft:
    whole = _resealed(part, box)
    return _draft(office, whole, lambda i, clear, later: box.seal(i, clear, later=later))


def _stand_in(_id: str, clear: Any, _later: bool) -> dict[str, Any]:
    return {**_STAND_IN, "fields": [*clear]}


def _resealed(part: Part, box: Strongbox) -> Part:
    """The part with all fields of its `sealed_later`, those of before too."""
    before = part.before.value if part.before else None
    if part.later and isinstance(before, Header):
        return replace(part, later=box.later(before, part.later))
    return part


Seal = Callable[[str, Any, bool], dict[str, Any]]


def _draft(office: Office, part: Part, seal: Seal) -> Draft:
    """One part as the file it will be, its ✱ fields in blocks made by `seal`."""
    data = dict(part.data)
    if part.before is None:
        data = header(part.id, office.site, _at(office), office.person) | data
    if part.clear:
        data["sealed"] = seal(part.id, part.clear, False)
    if part.later:
        data["sealed_later"] = seal(part.id, part.later, True)
    if part.before is None:
        return new_draft(data)
    old = office.bytes_of(part.before.path)
    assert old is not None  # noqa: S101 - it was read a moment ago, with the lock held
    approved = bool(office.approvals(part.id))
    return changed_draft(part.before, old, data, approved=approved)


def _at(office: Office) -> str:
    return office.now.replace(microsecond=0).isoformat()
