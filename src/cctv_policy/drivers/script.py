"""The one POSIX shell script that a device is asked to run, put together for its kind.

The pieces are `sh/*.sh`. A script goes to `sh -s` on standard input, holds no secret, writes
nothing on the device, and runs each privileged command as `sudo -n` with the exact arguments of
`sudoers/<kind>`.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

_MARK = "@MARK@"
_SQUEEZED = '[ -z "$squeezed" ] || printf "\\n%s gzip\\n" "$mark"\n'


@cache
def piece(name: str) -> str:
    """One of `sh/*.sh` without its comments."""
    lines = (
        files("cctv_policy.drivers").joinpath("sh", f"{name}.sh").read_text("utf-8").splitlines()
    )
    return (
        "\n".join(line.strip() for line in lines if line.strip() and line.strip()[0] != "#") + "\n"
    )


def given(settings: Mapping[str, str]) -> str:
    """Assignments of shell variables, quoted."""
    return "".join(f"{name}={shlex.quote(value)}\n" for name, value in settings.items())


def opening(mark: str) -> str:
    """What every script starts with: `section`, `finish`, `pack`, the clock; framed by `mark`."""
    return piece("begin").replace(_MARK, mark)


def compose(kind: str, mark: str, settings: Mapping[str, str]) -> str:
    """The script of one kind, framed with `mark`; `settings` become shell variables `set_<name>`.

    The two parts' output is packed into large pieces: a packet for every line would cost the
    collector more than the login does. The second may be long; behind the line `<mark> gzip` it is
    squeezed (framing.unpack), with `set_plain` it is not. The whole work is one function that is
    called on the last line: a script that arrives cut off does nothing.
    """
    known = {f"set_{name.replace('-', '_')}": value for name, value in settings.items()}
    body = (
        f"{given(known)}{opening(mark)}{piece('fold')}"
        f"{{\n{piece('linux')}{_SQUEEZED}}} | pack\n{{\n{piece(kind)}finish\n}} | squeeze\n"
    )
    return f"main() {{\n{body}}}\nmain </dev/null 2>/dev/null\n"
