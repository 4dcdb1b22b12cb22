"""A run → text of some format. One module a format; the CLI's choices are the keys of `FORMATS`.

`render` is pure and total: it reads nothing but the run, and no value in the run makes it raise.
"""

from __future__ import annotations

from typing import Protocol

from cctv_policy.model import Run
from cctv_policy.report import github, json, junit, markdown, sarif, text


class Format(Protocol):
    """What a module of this package provides."""

    def render(
        self,
        run: Run,
        *,
        lang: str,
        colour: bool = False,
        width: int | None = None,
        everything: bool = False,
        top: int | None = None,
    ) -> str:
        """The report, ending in a line end.

        `lang`: `zh-TW` or `en`. `colour`: terminal colours may be used. `width`: columns of the
        terminal, None if there is none. `everything`: also list what is in order, where the format
        leaves it out otherwise (text, markdown: schools; sarif: results). `top`: so many findings
        are enough, the gravest (text only; the others are for machines or cut themselves).
        """


FORMATS: dict[str, Format] = {
    "text": text,
    "json": json,
    "sarif": sarif,
    "junit": junit,
    "markdown": markdown,
    "github": github,
}
