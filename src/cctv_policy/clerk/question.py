"""Questions and how they are answered: by flags, by a file, or one by one on a terminal."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from cctv_policy.clerk.answers import Reader, WrongAnswer
from cctv_policy.clerk.english import english
from cctv_policy.clerk.office import Office
from cctv_policy.errors import ClerkError

Answers = Mapping[str, Any]
Given = Mapping[str, Sequence[str]]
"""Name → the texts that were given for it; one text unless the question takes many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One thing a command must be told."""

    name: str
    """Its name in files; as a flag with dashes."""
    label: str
    """zh-TW, as on the paper form where that has it."""
    reader: Reader
    many: bool = False
    optional: bool = False
    secret: bool = False
    """A ✱ field: asked, or taken from a file or stdin, never a flag; sealed in the record."""
    path: str = ""
    """Where it goes in the record, with dots; empty: its name. `-`: the action puts it there."""
    asked: bool = True
    """False: never asked for, only taken if given."""
    when: Callable[[Answers], bool] = lambda _: True
    default: Callable[[Office, Answers], str | None] = lambda _o, _a: None
    """The text that Enter stands for; without a terminal it is used as if it had been given."""

    suggest: Callable[[Office, Answers], str | None] = lambda _o, _a: None
    """As `default`, but only for somebody who looks at it: never taken unseen."""

    @property
    def english(self) -> str:
        """The label in English."""
        return english(self.name)

    @property
    def flag(self) -> str:
        return "--" + self.name.replace("_", "-")


def ask(name: str, label: str, reader: Reader, **more: Any) -> Question:
    """A question, in one line where it is a plain one."""
    return Question(name=name, label=label, reader=reader, **more)


class Prompter(Protocol):
    """Whoever can be asked."""

    def ask(self, question: Question, office: Office, so_far: Answers, default: str | None) -> str:
        """The text of one answer; empty for none (or no more)."""

    def refuse(self, why: str) -> None:
        """Say why the answer cannot be used; it is asked for again."""

    def confirm(self, question: Question, value: Any) -> None:
        """Say how the answer was understood."""

    def agree(self, sentence: str) -> bool:
        """Yes or no."""


SAME = "同前"
"""What Enter stands for when a question comes a second time."""
Memory = dict[str, list[str]]


def gather(
    questions: Sequence[Question],
    given: Given,
    office: Office,
    prompter: Prompter | None,
    memory: Memory | None = None,
) -> dict[str, Any]:
    """Every answer by name; what was not told is left out.

    Without a prompter everything that is missing or wrong is said at once (ClerkError). `memory`
    holds what was typed in an earlier round, and is filled with what is typed in this one.
    """
    typed = memory if memory is not None else {}
    found: dict[str, Any] = {}
    faults: list[str] = []
    for question in questions:
        if not question.when(found):
            if given.get(question.name):
                faults.append(
                    f"{question.flag}（{question.label}）：此情形下不可填 (not in this case)"
                )
            continue
        try:
            value = _answer(question, given, office, prompter, found, typed)
        except WrongAnswer as wrong:
            faults.append(f"{question.flag}（{question.label}）：{wrong}")
            continue
        if value not in (None, []):
            found[question.name] = value
    if faults:
        raise ClerkError(
            "資料不齊或有誤，未寫入任何檔案 (incomplete or wrong; nothing was written)",
            details=faults,
        )
    return found


def _answer(
    question: Question,
    given: Given,
    office: Office,
    prompter: Prompter | None,
    found: Answers,
    typed: Memory,
) -> Any:
    texts = list(given.get(question.name, ()))
    default = question.default(office, found)
    if not texts and prompter is not None and question.asked:
        seen = default if default is not None else question.suggest(office, found)
        return _asked(question, office, prompter, found, seen, typed)
    if not texts and default is not None:
        texts = [default]
    if not texts:
        if question.optional or not question.asked:
            return None
        where = "互動輸入、--from 檔案或標準輸入" if question.secret else question.flag
        raise WrongAnswer(f"未填（{where}） (missing)")
    if question.many:
        return [question.reader.read(text, office, found) for text in texts]
    if len(texts) > 1:
        raise WrongAnswer("只能填一個 (one only)")
    return question.reader.read(texts[0], office, found)


def _asked(
    question: Question,
    office: Office,
    prompter: Prompter,
    found: Answers,
    default: str | None,
    typed: Memory,
) -> Any:
    """Ask until the answer can be used; of many, until Enter alone."""
    before = typed.pop(question.name, [])
    texts: list[str] = []
    values: list[Any] = []
    while True:
        offered = None if texts else SAME if before else default
        text = prompter.ask(question, office, found, offered)
        if not text.strip():
            if question.optional or texts:
                break
            prompter.refuse("此欄必填 (required)")
            continue
        new = before if before and text == SAME else [text]
        try:
            read = [question.reader.read(one, office, found) for one in new]
        except WrongAnswer as wrong:
            prompter.refuse(str(wrong))
            continue
        prompter.confirm(question, read[-1])
        texts += new
        values += [value for value in read if value not in values]
        if not question.many or new is before:
            break
    if texts:
        typed[question.name] = texts
    return values if question.many else (values[0] if values else None)
