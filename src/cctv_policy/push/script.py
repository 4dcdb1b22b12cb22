"""The shell scripts of a push: one that reads a device for a plan, one that carries out a step.

Both go to `sh -s` on standard input, framed like collection's (drivers/framing.py). A script that
arrives cut off does nothing: all of it is one function, called on the last line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from cctv_policy.drivers.framing import CannotTell, Reply
from cctv_policy.drivers.script import given
from cctv_policy.drivers.script import opening as begin
from cctv_policy.push.model import Aspect, Script, Wanted
from cctv_policy.push.session import Done
from cctv_policy.state import Why

COMMAND = "sudo -n /bin/sh -s 2>/dev/null"
"""The whole command line on the device: text and secrets are on standard input.

sudo's own complaints are dropped: pyinfra answers them by asking for a password on the terminal.
"""

_VARIABLE = re.compile(r"[a-z_][a-z0-9_]{0,40}")
_STEP = """\
trap '' HUP PIPE
step() (
exec 2>&1
set -eu
{sh})
section step step
finish
"""
"""HUP and PIPE: a step that has begun goes on to its end though the controller has gone."""


def opening(mark: str) -> str:
    """Collection's opening, but plain: a step's end must be seen also if the line breaks in it."""
    return f"set_plain=1\n{begin(mark)}"


def snapshot(mark: str, aspects: Iterable[Aspect], wanted: Wanted) -> str:
    """Reads what the plans of `aspects` need; changes nothing."""
    body = "".join(f"{{\n(\n{aspect.script(wanted)}\n)\n}} | pack\n" for aspect in aspects)
    return f"main() {{\n{opening(mark)}{body}finish\n}}\nmain </dev/null 2>/dev/null\n"


def step(mark: str, script: Script, secrets: Mapping[str, str]) -> str:
    """Carries out `script`; `secrets` are the values by shell variable."""
    for name in secrets:
        if not _VARIABLE.fullmatch(name):
            raise ValueError(f"not a variable for a secret: {name!r}")
    sh = script.sh if script.sh.endswith("\n") else f"{script.sh}\n"
    body = f"set_plain=1\n{opening(mark)}{given(secrets)}{_STEP.format(sh=sh)}"
    return f"main() {{\n{body}}}\nmain </dev/null 2>/dev/null\n"


def ended(reply: Reply, secrets: Mapping[str, str]) -> Done:
    """How a step ended. CannotTell when the answer stops before its end."""
    found = reply.all("step")
    if not found or found[0].rc is None or not reply.complete:
        why = reply.missing
        raise CannotTell(why.why, f"the step's end was not seen: {why.detail}")
    return Done(rc=found[0].rc, text=masked(found[0].text, secrets).strip())


def masked(text: str, secrets: Mapping[str, str]) -> str:
    """`text` without the values, whatever a tool has echoed."""
    for name, value in sorted(secrets.items(), key=lambda item: -len(item[1])):
        for form in {value, *value.splitlines()}:
            if form.strip():
                text = text.replace(form, f"‹{name}›")
    return text


def turned_away(code: int) -> CannotTell:
    """Why nothing of ours came back, from the exit code of COMMAND."""
    if code == 127:
        return CannotTell(Why.NOT_SUPPORTED, "the device has no sudo")
    return CannotTell(Why.NOT_PERMITTED, f"sudo refuses the push account (exit code {code})")
