"""Asking on a terminal. Bytes are read, so that no locale can make an answer fail."""

from __future__ import annotations

import locale
from typing import IO, Any

from cctv_policy.clerk.office import Office
from cctv_policy.clerk.question import Answers, Question
from cctv_policy.errors import ClerkError

MANY_OPTIONS = 30


class Terminal:
    """Questions out, lines in."""

    def __init__(self, source: IO[bytes], out: IO[str]) -> None:
        self.source, self.out = source, out

    def ask(self, question: Question, office: Office, so_far: Answers, default: str | None) -> str:
        options = list(question.reader.options(office, so_far))[:MANY_OPTIONS]
        self._say(self._head(question, dict(options).get(default or "") or default))
        for number, (code, words) in enumerate(options, 1):
            self._say(f"  {number}. {words or code}" + (f"（{code}）" if words else "") + "\n")
        self._say("> ")
        text = self._line()
        if not text.strip() and default is not None:
            return default
        picked = text.strip()
        if options and picked.isascii() and picked.isdigit() and 0 < int(picked) <= len(options):
            return options[int(picked) - 1][0]
        return text

    @staticmethod
    def _head(question: Question, default: str | None) -> str:
        """The question and how to answer it, in zh-TW; a line in English below it."""
        notes, plain = [question.reader.hint()], question.english
        if question.many:
            notes.append("可多筆，空白結束")
            plain += " (several, an empty line ends)"
        elif question.optional:
            notes.append("可空白")
            plain += " (may be empty)"
        if default is not None:
            notes.append(f"Enter＝{default}")
        said = "；".join(filter(None, notes))
        return (
            f"{question.label}（{said}）\n  {plain}\n" if said else f"{question.label}\n  {plain}\n"
        )

    def refuse(self, why: str) -> None:
        self._say(f"  ✗ {why}\n")

    def confirm(self, question: Question, value: Any) -> None:
        if said := question.reader.echo(value):
            self._say(f"  ＝ {said}\n")

    def agree(self, sentence: str) -> bool:
        while True:
            self._say(f"{sentence}（y／n）\n> ")
            word = self._line().strip().lower()
            if word in ("y", "yes", "是"):
                return True
            if word in ("n", "no", "否", ""):
                return False

    def _say(self, text: str) -> None:
        self.out.write(text)
        self.out.flush()

    def _line(self) -> str:
        """The next line that can be read; ClerkError where there is none."""
        while True:
            data = self.source.readline()
            if not data:
                raise ClerkError("輸入中斷，未寫入任何檔案 (the input ended; nothing was written)")
            text = _decoded(data.rstrip(b"\r\n"))
            if text is not None:
                return text
            self.refuse("讀不懂的文字編碼，請改用 UTF-8 終端機再輸入一次 (not UTF-8)")
            self._say("> ")


def _decoded(data: bytes) -> str | None:
    """UTF-8, or Big5 where that is what this machine writes."""
    local = locale.getpreferredencoding(False).lower().replace("-", "")
    for encoding in ("utf-8", "cp950" if local in ("big5", "cp950", "big5hkscs") else "utf-8"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None
