"""Personal data on its one way out: to a terminal, in front of the person who asked."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

from cctv_policy.errors import UsageError
from cctv_policy.report.layout import clean, pad, width
from cctv_policy.secretstore import Secret


def identity_argument(command: argparse.ArgumentParser) -> None:
    """The holder's key file."""
    command.add_argument(
        "--identity",
        type=Path,
        metavar="FILE",
        required=True,
        help="a holder's private key: a 0600 file of age-keygen or an OpenSSH Ed25519 key",
    )


def private_arguments(command: argparse.ArgumentParser) -> None:
    """The holder's key file, and the leave to print into a pipe."""
    identity_argument(command)
    command.add_argument(
        "--unsafe-stdout",
        action="store_true",
        help="print personal data even if the output is no terminal (it may end up in a file)",
    )


def refuse_pipe(*, unsafe: bool) -> None:
    """UsageError unless the output is a terminal; ask before anything is decrypted."""
    if not unsafe and not sys.stdout.isatty():
        raise UsageError(
            "個人資料只在終端機顯示，這裡的輸出不是終端機 "
            "(personal data is shown on a terminal only, and this output is none)",
            fix="請勿接管線；必要時加 --unsafe-stdout "
            "(run it without a pipe; --unsafe-stdout if you must)",
        )


def show_private(fields: Mapping[str, Secret], *, unsafe: bool) -> None:
    """Print opened fields, one a line (more for long text), harmless to the terminal."""
    refuse_pipe(unsafe=unsafe)
    column = max((width(name) for name in fields), default=0)
    for name, value in fields.items():
        first, *rest = value.reveal().split("\n")
        print(f"{pad(name, column)}  {clean(first)}")
        for line in rest:
            print(f"{' ' * column}  {clean(line)}")
