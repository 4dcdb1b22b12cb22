"""Shell text for devices: the pieces of `push/sh/`, and changes made of them. Pure.

A change is one function that is called on the last line, so one that arrives cut off does nothing.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from cctv_policy.push.model import Script

quote = shlex.quote
_END = "END_OF_TEXT"


@cache
def piece(name: str) -> str:
    """`push/sh/<name>.sh`."""
    return files("cctv_policy.push").joinpath("sh", f"{name}.sh").read_text("utf-8")


def change(*parts: str, secrets: Mapping[str, str] | None = None, timeout_s: int = 120) -> Script:
    """A step's script: the library `change.sh`, then `parts`; the first failure undoes all.

    Every variable of `secrets` must be set when it runs.
    """
    given = dict(secrets or {})
    needed = "".join(f'[ -n "${{{name}-}}" ] || fail "no secret {name}"\n' for name in given)
    body = "".join(part if part.endswith("\n") else part + "\n" for part in parts)
    text = f"main() {{\n{piece('change')}\n{needed}{body}}}\nmain\n"
    return Script(sh=text, secrets=given, timeout_s=timeout_s)


def feed(command: str, *lines: str) -> str:
    """A command with these lines on its standard input, as they stand."""
    assert _END not in lines and not any("\n" in line for line in lines)  # noqa: S101
    text = "".join(f"{line}\n" for line in lines)
    return f"{command} <<'{_END}' || exit 1\n{text}{_END}\n"


def feed_secret(command: str, line: str) -> str:
    """The same with one line in which `$name` is a shell variable; it holds nothing else odd."""
    assert not set(line) & set("`\\\n")  # noqa: S101
    return f"{command} <<{_END} || exit 1\n{line}\n{_END}\n"
