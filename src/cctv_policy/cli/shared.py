"""Arguments that several commands take, and how a report leaves the command line."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cctv_policy.engine import ENGINES, OpaSettings
from cctv_policy.errors import UsageError
from cctv_policy.model import Run
from cctv_policy.periods import TAIPEI
from cctv_policy.report import FORMATS
from cctv_policy.secretstore import OPA_TOKEN_VARIABLE

if TYPE_CHECKING:
    from cctv_policy.secretstore import SecretStore

    Commands = argparse._SubParsersAction[argparse.ArgumentParser]
    """What a group adds its commands to; argparse has no public name for it."""


def root_argument(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--root",
        type=Path,
        default=Path(),
        metavar="DIR",
        help="the district's folder, with inventory/, state/ and records/ (default: here)",
    )
    command.add_argument(
        "--state", type=Path, metavar="DIR", help="where the evidence is (default: ROOT/state)"
    )


def judging_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("--pack", metavar="ID", help="regulation pack (default: the inventory's)")
    command.add_argument(
        "--as-of",
        type=instant,
        metavar="TIME",
        help="judge for this moment, e.g. 2026-11-22T10:00+08:00 (default: now)",
    )
    command.add_argument(
        "--engine", choices=ENGINES, default="regorus", help="policy engine (default: regorus)"
    )
    command.add_argument(
        "--opa-url",
        metavar="URL",
        default=os.environ.get("CCTV_POLICY_OPA_URL", OpaSettings().url),
        help="the OPA server for --engine opa (CCTV_POLICY_OPA_URL; the token comes from "
        "CCTV_POLICY_OPA_TOKEN, a CA file from CCTV_POLICY_OPA_CA)",
    )


def reporting_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--format", choices=sorted(FORMATS), default="text", help="report format (default: text)"
    )
    command.add_argument(
        "--lang", choices=("zh-TW", "en"), default="zh-TW", help="language (default: zh-TW)"
    )
    command.add_argument(
        "--all", action="store_true", help="list every finding, and what is in order"
    )
    command.add_argument(
        "--top", type=positive, metavar="N", help="text: only the N gravest findings"
    )
    command.add_argument(
        "--output", "-o", type=Path, metavar="FILE", help="write the report here instead of stdout"
    )


def collecting_arguments(command: argparse.ArgumentParser) -> None:
    device_arguments(command)
    command.add_argument(
        "--login-probe",
        action="store_true",
        help="allow the opt-in login probe where the inventory asks for it (one try a day)",
    )
    command.add_argument(
        "--verbose",
        "-v",
        action="count",
        default=0,
        help="say more on stderr: -v every device, -vv also what its doors said, -vvv also the "
        "libraries' own log; secrets appear nowhere",
    )


def device_arguments(command: argparse.ArgumentParser) -> None:
    """Which devices, with which secrets, how many at a time."""
    command.add_argument(
        "--limit",
        action="append",
        default=[],
        metavar="ID",
        help="only this school or recorder (may be given several times)",
    )
    command.add_argument(
        "--secrets",
        type=Path,
        metavar="DIR",
        help="folder with one 0600 file per secret name (default: environment CCTV_SECRET_<NAME>)",
    )
    command.add_argument(
        "--vault", type=Path, metavar="FILE", help="take secrets from this vault (vault.yaml)"
    )
    command.add_argument(
        "--identity",
        type=Path,
        metavar="FILE",
        help="your private age key for the vault, a 0600 file (default: the path in "
        "CCTV_POLICY_IDENTITY)",
    )
    command.add_argument("--concurrency", type=positive, metavar="N", help="devices at a time")


def secret_store(arguments: argparse.Namespace) -> SecretStore:
    """What --secrets, --vault and the environment hold."""
    from cctv_policy.vault import stores  # loads age, which most commands never need

    return stores(
        folder=arguments.secrets,
        vault=arguments.vault,
        identity=arguments.identity,
        environ=os.environ,
    )


def single_copy(arguments: argparse.Namespace) -> str:
    """What is recorded with a write that reaches one copy only; `` if that is not allowed."""
    import getpass

    who = getpass.getuser()
    return f"{now().isoformat(timespec='seconds')} {who}" if arguments.allow_single_copy else ""


def instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"時間的寫法如 2026-11-22T10:00+08:00 ({text!r} is not a time; write it like that)"
        ) from None
    return instant if instant.tzinfo else instant.replace(tzinfo=TAIPEI)


def positive(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= 1000:
        raise argparse.ArgumentTypeError(
            f"須為 1 到 1000 的數字 ({text!r} is not a number from 1 to 1000)"
        )
    return int(text)


def now() -> datetime:
    return datetime.now(TAIPEI)


def opa_settings(arguments: argparse.Namespace) -> OpaSettings:
    return OpaSettings(
        url=arguments.opa_url,
        token=os.environ.get(OPA_TOKEN_VARIABLE, ""),
        ca_file=os.environ.get("CCTV_POLICY_OPA_CA", ""),
    )


def write_report(run_: Run, arguments: argparse.Namespace, *, whole_table: bool = False) -> None:
    """Print or write the report; a file is replaced whole or not at all."""
    terminal = arguments.output is None and sys.stdout.isatty()
    text = FORMATS[arguments.format].render(
        run_,
        lang=arguments.lang,
        colour=terminal and "NO_COLOR" not in os.environ,
        width=shutil.get_terminal_size().columns if terminal else None,
        everything=arguments.all or whole_table,
        top=None if arguments.all else arguments.top,
    )
    if arguments.output is None:
        sys.stdout.write(text)
        return
    try:
        _write(arguments.output, text)
    except OSError as error:
        raise UsageError(
            f"無法寫入報告 (cannot write the report: {error.strerror})", where=str(arguments.output)
        ) from None


def _write(target: Path, text: str) -> None:
    """Replace a file; a pipe, a device or a link is written to and stays (/dev/stdout is one)."""
    if target.is_symlink() or (target.exists() and not target.is_file()):
        target.write_text(text, encoding="utf-8")
        return
    part = target.with_name(f".{target.name}.part")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(target)
    except OSError:
        part.unlink(missing_ok=True)
        raise
