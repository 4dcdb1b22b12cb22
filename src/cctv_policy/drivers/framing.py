"""How a device's answer to the collection script is cut into sections (see script.py). No I/O here.

The script prints, for every section, `<mark> <name> <argument>`, the output, and `<mark> rc
<code>`; at the very end `<mark> end`. What follows a line `<mark> gzip` is squeezed. The mark is
random for each run, so no file on the device can imitate it.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, NamedTuple, TypeVar

from cctv_policy.state import Why

T = TypeVar("T")
NOT_PERMITTED = 77
"""Code of a section that needs a right which the account does not have."""
NOT_FOUND = 78
"""Code of a section about something this device does not have."""
NO_TOOL = 127
"""The shell's own code for a command that does not exist."""


class CannotTell(Exception):  # noqa: N818 - no error of the tool: an answer
    """A fact cannot be told, for one of the reasons of state.Why. Never leaves the drivers."""

    def __init__(self, why: Why, detail: str = "") -> None:
        super().__init__(why.value, detail)
        self.why = why
        self.detail = detail


class Section(NamedTuple):
    """One command's output and exit code; `rc` is None when the answer stops inside the section."""

    name: str
    argument: str
    text: str
    rc: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a door brought back: raw text, and how the way there and back went.

    `asked_at` and `first_at` are the controller's UNIX times when the script had been sent and when
    the first mark came back; the device read its clock in between.
    """

    text: str
    mark: str
    asked_at: float
    first_at: float
    stopped: Why | None = None
    """Why reading ended before the end mark (time, size), if a reason is known."""
    detail: str = ""
    code: int | None = None
    """Exit code of the whole command, if the door knows it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer cut into sections, by name; several sections may share a name."""

    sections: Mapping[str, tuple[Section, ...]]
    complete: bool
    missing: CannotTell
    """What to say of a section that is not there."""
    asked_at: float
    first_at: float
    read: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)
    """What has been read out of it already, by the reader's name (see `once`)."""

    def all(self, name: str) -> tuple[Section, ...]:
        """Every section of that name, also those that failed."""
        return self.sections.get(name, ())

    def text(self, name: str) -> str:
        """Output of the one section of that name.

        Raises CannotTell if it is missing, cut off, not permitted, or failed without output.
        """
        found = self.all(name)
        if not found:
            raise self.missing
        return check(found[0], self.missing)

    def check(self, section: Section) -> str:
        """The section's output, or CannotTell if its code says that the output is no answer."""
        return check(section, self.missing)

    def lines(self, name: str) -> list[str]:
        """The non-empty lines of `text`."""
        return [line for line in self.text(name).splitlines() if line.strip()]

    def optional(self, name: str) -> str:
        """Output of a section that may be missing or fail; empty then."""
        try:
            return self.text(name)
        except CannotTell:
            return ""


def once(reader: Callable[[Reply], T]) -> Callable[[Reply], T]:
    """A reader that several topics ask: it reads a reply once. Nobody may change what it gives.

    A reply that it cannot read is read again by each topic, which then says why by itself.
    """
    name = f"{reader.__module__}.{reader.__name__}"

    @wraps(reader)
    def read(reply: Reply) -> T:
        if name not in reply.read:
            reply.read[name] = reader(reply)
        found: T = reply.read[name]
        return found

    return read


def check(section: Section, missing: CannotTell) -> str:
    """The section's output, or CannotTell if its code says that the output is no answer."""
    what = f"{section.name} {section.argument}".strip()
    if section.rc is None:
        raise CannotTell(missing.why, f"{what}: the answer stops in the middle")
    if section.rc == NOT_PERMITTED:
        raise CannotTell(
            Why.NOT_PERMITTED, f"{what}: the account may not read it (docs/drivers.md)"
        )
    if section.rc == NOT_FOUND:
        raise CannotTell(Why.NOT_FOUND, what)
    if section.rc == NO_TOOL:
        raise CannotTell(Why.NOT_SUPPORTED, f"{what}: the device has no such command")
    if section.rc and not section.text.strip():
        raise CannotTell(Why.ODD_OUTPUT, f"{what}: exit code {section.rc}")
    return section.text


def unpack(raw: bytes, mark: str, limit: int) -> tuple[bytes, bool]:
    """The answer's bytes as they were before they were squeezed, and whether all fit in `limit`.

    A member that is cut off gives what it holds; one that cannot be read gives nothing, so that its
    sections are missing.
    """
    head, _, squeezed = raw.partition(f"\n{mark} gzip\n".encode())
    parts, room = [head], limit - len(head)
    while squeezed and room > 0:
        member = zlib.decompressobj(wbits=31)
        try:
            parts.append(member.decompress(squeezed, room))
        except zlib.error:
            break
        if member.unconsumed_tail:
            return b"".join(parts), False
        room -= len(parts[-1])
        squeezed = member.unused_data
    return b"".join(parts), room > 0


def cut(answer: Answer) -> Reply:
    """Cut an answer into sections.

    Text before the first mark (a login greeting) is dropped. Raises CannotTell if there is no mark.
    """
    head, *parts = ("\n" + answer.text.replace("\r\n", "\n")).split(f"\n{answer.mark} ")
    if not parts:
        why = answer.stopped or Why.ODD_OUTPUT
        size = len(head.strip())
        raise CannotTell(why, answer.detail or f"{size} characters without a mark of ours")
    sections: dict[str, tuple[Section, ...]] = {}
    for section in _sections(parts):
        sections[section.name] = (*sections.get(section.name, ()), section)
    complete = parts[-1].strip() == "end"
    why = answer.stopped or Why.ODD_OUTPUT
    detail = answer.detail or ("no such section" if complete else "the answer ends early")
    return Reply(
        sections=sections,
        complete=complete,
        missing=CannotTell(why, detail),
        asked_at=answer.asked_at,
        first_at=answer.first_at,
    )


def _sections(parts: list[str]) -> Iterator[Section]:
    opened: tuple[str, str, str] | None = None
    for part in (*parts, "end"):
        head, _, text = part.partition("\n")
        name, _, argument = head.strip().partition(" ")
        if opened is not None:
            rc = int(argument) if name == "rc" and argument.isdigit() else None
            yield Section(*opened, rc)
        opened = None if name in ("rc", "end") else (name, argument, text)
