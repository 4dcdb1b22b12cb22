"""docs/clerk.zh-TW.md played: each `console` block on a real terminal, in order, by who it says.

A comment `<!-- 2026-03-02 09:00 P-0001 -->` before a block sets the clock and the person. Lines
after `$ ` are commands, lines after `> ` are typed, the rest is what the screen shows.
`UPDATE_GOLDENS=1` writes what the screens showed into the page.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cctv_policy.errors import FormError
from cctv_policy.forms.fonts import load_fonts
from tests.clerk.desk import STAFF, Office
from tests.clerk.terminal import TIME_LIMIT_S, Person

PAGE = Path(__file__).parents[2] / "docs" / "clerk.zh-TW.md"
BLOCK = re.compile(
    r"<!-- (?P<at>[0-9-]+ [0-9:]+) (?P<who>P-[0-9]{4}) -->\n```console\n(?P<body>.*?)```\n",
    re.DOTALL,
)
_DIGEST = re.compile(r"SHA-256 [0-9a-f]{12}…")


@dataclass
class Block:
    """One block of the page."""

    at: str
    who: str
    body: str


def blocks() -> list[Block]:
    return [Block(**m.groupdict()) for m in BLOCK.finditer(PAGE.read_text(encoding="utf-8"))]


def homes(office: Office) -> None:
    """A home for each person, with the key and the papers that the page speaks of."""
    for person in STAFF:
        home = office.folder / "home" / person
        (home / ".ssh").mkdir(parents=True)
        shutil.copy(office.key(person), home / ".ssh" / "id_ed25519")
        (home / ".ssh" / "id_ed25519").chmod(0o600)
        for paper in ("申請單.pdf", "影像.mp4"):
            (home / paper).write_text(f"{paper}, a stand-in\n")


@cache
def printable() -> bool:
    """Whether the fonts of the forms are here; in CI they must be."""
    try:
        load_fonts()
    except FormError:
        assert "CI" not in os.environ, "install fonts-cns11643-kai and fonts-noto-cjk"
        return False
    return True


def play(office: Office, block: Block) -> str:
    """The screen of a block; several commands may follow each other."""
    office.at(block.at)
    office.clock.write_text(office.now)
    home = office.folder / "home" / block.who
    office.repo.git("config", "cctv-policy.person", block.who)
    screens = []
    for part in re.split(r"(?m)^\$ ", block.body)[1:]:
        command, *lines = part.split("\n")
        if re.search(r"forms print .*\.pdf", command) and not printable():
            screens.append(f"$ {part}")
            continue
        typed = [line[2:] for line in lines if line.startswith("> ") or line == ">"]
        screens.append(f"$ {command}\n" + _screen(office, home, command, typed))
    return "".join(screens)


def _screen(office: Office, home: Path, command: str, typed: list[str]) -> str:
    words = [str(home / w[2:]) if w.startswith("~/") else w for w in shlex.split(command)]
    assert words[0] in ("cctv-policy", "git"), command
    if words[0] == "git":
        return office.repo.git(*words[1:])
    person = Person(office, *words[1:], env={"HOME": str(home)})
    for line in typed:
        _wait(person)
        person.type(line.replace("~/", f"{home}/"))
    code = person.end()
    assert code == 0, person.screen.decode()
    text = person.screen.decode().replace("\r\n", "\n").replace(f"{home}/", "~/")
    text = "\n".join(line.rstrip() for line in text.split("\n"))
    return _DIGEST.sub("SHA-256 0123456789ab…", text)


def _wait(person: Person) -> None:
    """Until the screen ends with a prompt."""
    until = time.monotonic() + TIME_LIMIT_S
    while not person.screen[person.seen :].endswith(b"> "):
        if not person._more(until):
            shown = person.screen.decode("utf-8", "replace")
            raise AssertionError(f"no prompt; the screen says:\n{shown}")
    person.seen = len(person.screen)
