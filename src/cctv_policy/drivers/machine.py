"""What the drivers of Linux recorders have in common: ask once, then let each topic read the reply.

A topic is a pure function from the reply to the facts it can tell. It raises CannotTell for what
cannot be told; that, and a reply it cannot read, becomes the topic's facts with the reason. So one
broken section costs its own facts and no others.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from cctv_policy.drivers.base import Context, Heard, Reading
from cctv_policy.drivers.framing import Answer, CannotTell, Reply, cut
from cctv_policy.drivers.script import compose
from cctv_policy.inventory import Recorder
from cctv_policy.model import Json
from cctv_policy.state import Door, Observation, Why


class Told(NamedTuple):
    """One fact as a topic tells it; `device` is empty for the recorder itself."""

    fact: str
    value: Json
    source: str
    partial: bool = False
    unknown: Why | None = None
    detail: str = ""
    device: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """Some facts and the function that reads them out of a reply."""

    facts: tuple[str, ...]
    read: Callable[[Reply, Recorder], Iterable[Told]]


def untold(fact: str, detail: str) -> Topic:
    """A fact that such a recorder never tells, and why not."""

    def read(reply: Reply, recorder: Recorder) -> Iterable[Told]:
        del reply, recorder
        raise CannotTell(Why.NOT_SUPPORTED, detail)

    return Topic(facts=(fact,), read=read)


def cannot(fact: str, why: Why, source: str, detail: str = "", *, device: str = "") -> Told:
    """A fact that cannot be told, and why."""
    return Told(fact=fact, value=None, source=source, unknown=why, detail=detail, device=device)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinuxRecorder:
    """A driver made of a script and topics (see base.Driver). `ask` is the door to the device."""

    kind: str
    door: str
    topics: tuple[Topic, ...]
    ask: Callable[[Recorder, Context, str, str], Answer]
    settings: frozenset[str] = field(default=frozenset())
    """Names of Recorder.settings that the script understands."""
    _facts: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        facts = frozenset(fact for topic in self.topics for fact in topic.facts)
        object.__setattr__(self, "_facts", facts)

    def capabilities(self) -> frozenset[str]:
        """The facts that the topics can tell when all goes well."""
        return self._facts

    def read(self, recorder: Recorder, context: Context) -> Reading:
        """Ask the device once. Never raises for what it does; it changes nothing there."""
        return self.hear(recorder, context)()

    def hear(self, recorder: Recorder, context: Context) -> Heard:
        """The half of `read` that needs the device; what comes back is the other half."""
        started = context.monotonic()
        at = context.now().isoformat(timespec="seconds")
        answer: Answer | CannotTell
        try:
            answer = self._ask(recorder, context)
        except CannotTell as problem:
            answer = problem
        except Exception as error:  # a fault of ours costs this device its facts, not the run
            answer = CannotTell(Why.INTERNAL, type(error).__name__)
        seconds = round(context.monotonic() - started, 3)
        return lambda: self._reading(answer, recorder, at, seconds)

    def _ask(self, recorder: Recorder, context: Context) -> Answer:
        mark = f"@@{secrets.token_hex(12)}"
        known: Mapping[str, str] = {
            name: value for name, value in recorder.settings.items() if name in self.settings
        }
        return self.ask(recorder, context, compose(self.kind, mark, known), mark)

    def _reading(
        self, answer: Answer | CannotTell, recorder: Recorder, at: str, seconds: float
    ) -> Reading:
        try:
            told, failure = self._told(answer, recorder)
        except CannotTell as problem:
            told, failure = self.silent(problem), problem
        except Exception as error:  # see hear
            failure = CannotTell(Why.INTERNAL, type(error).__name__)
            told = self.silent(failure)
        door = Door(
            door=self.door,
            outcome=failure.why.value if failure else "ok",
            detail=failure.detail if failure else "",
            seconds=seconds,
        )
        return Reading(doors=(door,), observations=self.observations(told, recorder, at))

    def _told(
        self, answer: Answer | CannotTell, recorder: Recorder
    ) -> tuple[list[Told], CannotTell | None]:
        if isinstance(answer, CannotTell):
            raise answer
        reply = cut(answer)
        return list(self.tell(reply, recorder)), None if reply.complete else reply.missing

    def silent(self, problem: CannotTell) -> list[Told]:
        """All facts unknown for one reason."""
        return [
            cannot(fact, problem.why, self.door, problem.detail)
            for fact in sorted(self.capabilities())
        ]

    def tell(self, reply: Reply, recorder: Recorder) -> Iterator[Told]:
        """Every fact of `capabilities`, told or not, and what is known of the cameras."""
        for topic in self.topics:
            mentioned: set[str] = set()
            why, detail = Why.NOT_SUPPORTED, "not told by this device"
            try:
                for told in topic.read(reply, recorder):
                    if not told.device:
                        mentioned.add(told.fact)
                    yield told
            except CannotTell as problem:
                why, detail = problem.why, problem.detail
            except (ValueError, LookupError, TypeError, OverflowError) as error:
                why, detail = Why.ODD_OUTPUT, f"not as expected ({type(error).__name__})"
            for fact in topic.facts:
                if fact not in mentioned:
                    yield cannot(fact, why, self.kind, detail)

    def observations(
        self, told: Iterable[Told], recorder: Recorder, at: str
    ) -> tuple[Observation, ...]:
        """What was told, as evidence."""
        return tuple(
            Observation(
                device=t.device or recorder.id,
                fact=t.fact,
                value=t.value,
                unknown=t.unknown,
                detail=t.detail,
                partial=t.partial,
                source=t.source,
                door=self.door,
                at=at,
            )
            for t in told
        )
