"""The command `cctv-policy`: arguments in, exit code out; every error of the tool is told here.

One module a group of commands, each with `add(commands)`; only what a command needs is loaded.
Exit codes (stable): 0 clean · 1 violations · 2 only unknown or error · 64 usage or unusable input ·
70 the tool itself failed · 75 written here, not shared yet · 130 interrupted.
"""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import NoReturn

from cctv_policy import __version__
from cctv_policy.cli.complaints import complaint, told
from cctv_policy.errors import CctvPolicyError

GROUPS: dict[str, tuple[str, ...]] = {
    "show": ("demo", "rules", "packs", "inventory", "bundle"),
    "scaffold": ("init", "hook"),
    "judge": ("collect", "check", "scan"),
    "push": ("push",),
    "clerk": (
        "request", "agency", "register", "copy", "inspection", "fault", "roster", "handover",
        "hold", "incident", "destroy", "waiver", "asset", "policy", "approve",
    ),
    "paper": ("request", "show", "forms"),
    "records": ("records",),
    "keys": ("keys",),
    "destroy": ("destroy",),
    "due": ("due", "hold"),
    "vault": ("vault",),
}  # fmt: skip
"""The modules in the order of `--help`, each with the commands that it adds or adds to. To load all
takes half a second, and most commands need one.
"""

EX_USAGE = 64
EX_SOFTWARE = 70
EX_INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> None:
    """Run one command and exit."""
    try:
        code = run(sys.argv[1:] if argv is None else list(argv))
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = EX_INTERRUPTED
    except KeyboardInterrupt:
        print("已中斷 (interrupted)", file=sys.stderr)
        code = EX_INTERRUPTED
    except Exception as error:
        print(_broken(error), file=sys.stderr)
        code = EX_SOFTWARE
    sys.exit(code)


def _broken(error: BaseException) -> str:
    """Type and places of an error of ours, without its text and without any line's values."""
    steps = traceback.extract_tb(error.__traceback__)
    places = [f"    {Path(s.filename).name}:{s.lineno} {s.name}" for s in steps]
    return "\n".join(
        [
            "cctv-policy: 程式本身出錯，結果不可採用 "
            f"(the tool itself failed: {type(error).__name__})",
            "  → 請把以下各行連同指令回報 (report these lines with the command)",
            *places,
        ]
    )


def run(argv: Sequence[str]) -> int:
    """Parse and run; the exit code. Only errors that are not the tool's own leave as exceptions."""
    _utf8_output()
    arguments = parser(*argv[:1]).parse_args(argv)
    try:
        return int(arguments.command(arguments))
    except CctvPolicyError as error:
        print(f"cctv-policy: {told(error)}", file=sys.stderr)
        return error.exit_code


def _utf8_output() -> None:
    """Chinese output also where the locale is C or a Windows code page; never a crash."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure and (stream.encoding or "").lower().replace("-", "") != "utf8":
            reconfigure(encoding="utf-8", errors="backslashreplace")


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(EX_USAGE, f"{self.prog}: {complaint(message)}\n")


def parser(asked: str = "") -> argparse.ArgumentParser:
    """The command line: what belongs to the command `asked`, or the whole."""
    top = _Parser(
        prog="cctv-policy",
        description="Shows whether a district's school CCTV holds to its document, clause by "
        "clause.",
        epilog="Start with `cctv-policy demo`; then `cctv-policy scan` in a district's folder. "
        "Exit codes: 0 clean, 1 violations, 2 only unknown or error, 64 usage, 70 the tool failed, "
        "75 not shared yet.",
    )
    top.add_argument("--version", action="version", version=f"cctv-policy {__version__}")
    commands = top.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for group in [name for name, own in GROUPS.items() if asked in own] or GROUPS:
        import_module(f"{__name__}.{group}").add(commands)
    return top
