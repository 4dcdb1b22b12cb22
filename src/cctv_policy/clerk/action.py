"""What a command is: questions, and the records that follow from the answers.

A new kind of record needs its questions and, where a record is more than its answers, a function
from answers to data; everything else (numbers, sealing, checks, writing, git) is common.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cctv_policy.clerk.office import Office
from cctv_policy.clerk.question import Answers, Question
from cctv_policy.errors import ClerkError
from cctv_policy.model import Text
from cctv_policy.records import Prefix, Read


@dataclass(frozen=True, kw_only=True)
class Work:
    """One run of an action."""

    office: Office
    answers: Answers
    before: Read | None
    """The record it is about; None for a new one."""
    take: Callable[[Prefix], str]
    """The next free id of a kind; asked twice it gives two."""
    previous: Callable[[str], bytes | None]
    """The file of a record, wherever this clone has it, by its id."""

    @property
    def at(self) -> str:
        return self.office.now.replace(microsecond=0).isoformat()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One record that an action writes."""

    id: str
    data: Mapping[str, Any]
    """A new record without its header, or all of the next version of one."""
    clear: Mapping[str, str] = field(default_factory=dict)
    """✱ fields to be sealed with a new record."""
    later: Mapping[str, str] = field(default_factory=dict)
    """✱ fields to be added to `sealed_later`."""
    before: Read | None = None
    """What it replaces."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One command."""

    noun: str
    verb: str
    title: Text
    questions: tuple[Question, ...]
    make: Callable[[Work], Sequence[Part]]
    about: tuple[Prefix, ...] = ()
    """The kinds of record it takes the id of; empty: it makes a new record."""
    ready: Callable[[Office, Read], None] = lambda _o, _r: None
    """ClerkError if the record is not in a state for it; asked before any question."""


def split(questions: Sequence[Question], answers: Answers) -> tuple[dict[str, Any], dict[str, str]]:
    """Answers as (data of the record, ✱ fields), each where its question says."""
    data: dict[str, Any] = {}
    clear: dict[str, str] = {}
    for question in questions:
        path = question.path or question.name
        if question.name not in answers or path == "-":
            continue
        value = answers[question.name]
        if question.secret:
            clear[path] = value
            continue
        *outer, last = path.split(".")
        node = data
        for step in outer:
            node = node.setdefault(step, {})
        node[last] = value
    return data, clear


def fresh(prefix: Prefix, questions: Sequence[Question]) -> Callable[[Work], Sequence[Part]]:
    """`make` for kinds whose record is just its answers."""

    def make(work: Work) -> Sequence[Part]:
        data, clear = split(questions, work.answers)
        return [Part(id=work.take(prefix), data=data, clear=clear)]

    return make


def changed(work: Work, changes: Mapping[str, Any], later: Mapping[str, str] | None = None) -> Part:
    """The record with some fields replaced; None takes a field away."""
    before = work.before
    assert before is not None  # noqa: S101 - the action has `about`
    return next_version(before, changes, later)


def next_version(
    before: Read, changes: Mapping[str, Any], later: Mapping[str, str] | None = None
) -> Part:
    """Any record with some fields replaced."""
    data = {k: v for k, v in {**before.data, **changes}.items() if v is not None}
    return Part(id=str(before.place.id), data=data, later=later or {}, before=before)


def status_among(*allowed: str, why: str) -> Callable[[Office, Read], None]:
    """`ready` for records that have one of these statuses."""

    def ready(_: Office, read: Read) -> None:
        status = str(read.data.get("status"))
        if status not in allowed:
            from cctv_policy.clerk.choices import STATUSES

            now = STATUSES.get(status, status)
            raise ClerkError(f"{read.place.id} 目前是「{now}」：{why}")

    return ready


def open_only(read: Read) -> None:
    """ClerkError for a closed record."""
    closed = read.kind.closed
    if closed and read.data.get(closed) is not None:
        raise ClerkError(
            f"{read.place.id} 已結案，不可再改；要更正請洽資訊人員 (is closed: amendments only)"
        )
