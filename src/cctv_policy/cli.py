"""The command `cctv-policy`: arguments in, exit code out; every error of the tool is told here.

Exit codes (stable): 0 clean · 1 violations · 2 only unknown or error · 64 usage or unusable input ·
70 the tool itself failed · 130 interrupted.
"""

from __future__ import annotations

import argparse
import logging
import os
import shlex
import shutil
import sys
import uuid
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from cctv_policy import __version__, bundle, pipeline
from cctv_policy.catalogue_text import explain_rule, list_packs, list_rules
from cctv_policy.engine import ENGINES, OpaSettings
from cctv_policy.errors import CctvPolicyError, UsageError
from cctv_policy.evaluate import exit_code
from cctv_policy.inventory import load_inventory
from cctv_policy.model import Run
from cctv_policy.periods import TAIPEI
from cctv_policy.report import FORMATS

if TYPE_CHECKING:
    from cctv_policy.collect import CollectReport

EX_USAGE = 64
EX_SOFTWARE = 70
EX_INTERRUPTED = 130

DEMO_FINDINGS = 8
"""A few screens; --all shows every one."""


def main(argv: Sequence[str] | None = None) -> None:
    """Run one command and exit."""
    try:
        code = run(sys.argv[1:] if argv is None else list(argv))
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = EX_INTERRUPTED
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        code = EX_INTERRUPTED
    sys.exit(code)


def run(argv: Sequence[str]) -> int:
    """Parse and run; the exit code. Only errors that are not the tool's own leave as exceptions."""
    _utf8_output()
    arguments = parser().parse_args(argv)
    try:
        return int(arguments.command(arguments))
    except CctvPolicyError as error:
        print(f"cctv-policy: {error}", file=sys.stderr)
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
        self.exit(EX_USAGE, f"{self.prog}: {message}\n")


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = _Parser(
        prog="cctv-policy",
        description="Shows whether a district's school CCTV holds to its document, clause by "
        "clause.",
        epilog="Start with `cctv-policy demo`; then `cctv-policy scan` in a district's folder. "
        "Exit codes: 0 clean, 1 violations, 2 only unknown or error, 64 usage, 70 the tool failed.",
    )
    top.add_argument("--version", action="version", version=f"cctv-policy {__version__}")
    commands = top.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _add_demo(commands)
    _add_collect(commands)
    _add_check(commands)
    _add_scan(commands)
    _add_rules(commands)
    _add_packs(commands)
    _add_inventory(commands)
    _add_bundle(commands)
    return top


Commands = argparse._SubParsersAction  # the only name argparse has for it


def _root(command: argparse.ArgumentParser) -> None:
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


def _judging(command: argparse.ArgumentParser) -> None:
    command.add_argument("--pack", metavar="ID", help="regulation pack (default: the inventory's)")
    command.add_argument(
        "--as-of",
        type=_instant,
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


def _reporting(command: argparse.ArgumentParser) -> None:
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
        "--top", type=_positive, metavar="N", help="text: only the N gravest findings"
    )
    command.add_argument(
        "--output", "-o", type=Path, metavar="FILE", help="write the report here instead of stdout"
    )


def _collecting(command: argparse.ArgumentParser) -> None:
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
    command.add_argument("--concurrency", type=_positive, metavar="N", help="devices at a time")
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


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a time; write it like 2026-11-22T10:00+08:00"
        ) from None
    return instant if instant.tzinfo else instant.replace(tzinfo=TAIPEI)


def _positive(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= 1000:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to 1000")
    return int(text)


def _now() -> datetime:
    return datetime.now(TAIPEI)


def _opa(arguments: argparse.Namespace) -> OpaSettings:
    return OpaSettings(
        url=arguments.opa_url,
        token=os.environ.get("CCTV_POLICY_OPA_TOKEN", ""),
        ca_file=os.environ.get("CCTV_POLICY_OPA_CA", ""),
    )


def _render(run_: Run, arguments: argparse.Namespace, *, whole_table: bool = False) -> None:
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
    part = arguments.output.with_name(f".{arguments.output.name}.part")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(arguments.output)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise UsageError(
            f"cannot write the report: {error.strerror}", where=str(arguments.output)
        ) from None


def _add_demo(commands: Commands) -> None:  # type: ignore[type-arg]
    command = commands.add_parser(
        "demo",
        help="judge this machine and a sample district; needs no network, no server, no root",
        description="Scans this machine with the local driver, joins the sample district's "
        f"recorded evidence, and judges all with the embedded engine; shows the {DEMO_FINDINGS} "
        "gravest findings. A show: it always exits 0.",
    )
    _reporting(command)
    command.add_argument(
        "--into",
        type=Path,
        metavar="DIR",
        help="write the sample there as a district's folder, to be judged with check --root DIR",
    )

    def run_demo(arguments: argparse.Namespace) -> int:
        from cctv_policy import demo

        if arguments.into is not None:
            demo.write_sample(arguments.into, _now().replace(microsecond=0))
            print(f"cctv-policy check --root {shlex.quote(str(arguments.into))}")
            return 0
        _render(demo.run(_now()), arguments, whole_table=arguments.format == "text")
        return 0

    command.set_defaults(command=run_demo, top=DEMO_FINDINGS)


def _add_collect(commands: Commands) -> None:  # type: ignore[type-arg]
    command = commands.add_parser(
        "collect",
        help="ask every recorder of the inventory and write the evidence",
        description="Reads every recorder (nothing is changed on any device) and writes one state "
        "document each. Exits 2 if any device could not be read.",
    )
    _root(command)
    _collecting(command)

    def run_collect(arguments: argparse.Namespace) -> int:
        from cctv_policy.collect_one import Ended

        ended = {target.ended for target in _collect(arguments).targets}
        return 0 if ended <= {Ended.OK, Ended.PARTIAL} else 2

    command.set_defaults(command=run_collect)


def _add_check(commands: Commands) -> None:  # type: ignore[type-arg]
    command = commands.add_parser(
        "check",
        help="judge the evidence that is there",
        description="Judges existing evidence and records against the regulation pack.",
    )
    _root(command)
    _judging(command)
    _reporting(command)
    command.set_defaults(command=_check)


def _add_scan(commands: Commands) -> None:  # type: ignore[type-arg]
    command = commands.add_parser(
        "scan",
        help="collect, then check",
        description="Collects from every recorder, then judges the evidence.",
    )
    _root(command)
    _collecting(command)
    _judging(command)
    _reporting(command)

    def scan(arguments: argparse.Namespace) -> int:
        _collect(arguments)
        return _check(arguments)

    command.set_defaults(command=scan)


def _collect(arguments: argparse.Namespace) -> CollectReport:
    from cctv_policy.collect import collect  # loads paramiko and pysnmp, which `check` never needs
    from cctv_policy.progress import ProgressLine
    from cctv_policy.secretstore import EnvironmentStore, FirstOf, FolderStore

    inventory = load_inventory(arguments.root / "inventory", as_of=_now().date())
    folder = [FolderStore(arguments.secrets)] if arguments.secrets else []
    if arguments.verbose > 2:
        logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)
    line = ProgressLine(sys.stderr, verbose=arguments.verbose)
    report = collect(
        inventory,
        store=FirstOf(*folder, EnvironmentStore(os.environ)),
        out=arguments.state or arguments.root / "state",
        root=arguments.root,
        now=_now,
        run_id=uuid.uuid4().hex[:12],
        concurrency=arguments.concurrency,
        only=arguments.limit,
        progress=line,
        ledger=arguments.root / "state" / "login-probes.jsonl" if arguments.login_probe else None,
    )
    line.finish(report)
    if report.interrupted:
        raise KeyboardInterrupt
    return report


def _check(arguments: argparse.Namespace) -> int:
    judged = pipeline.judge(
        arguments.root,
        as_of=arguments.as_of or _now().replace(microsecond=0),
        pack=arguments.pack,
        engine=arguments.engine,
        opa=_opa(arguments),
        state_folder=arguments.state,
    )
    _render(judged, arguments)
    return exit_code(judged.findings)


def _add_rules(commands: Commands) -> None:  # type: ignore[type-arg]
    command = commands.add_parser(
        "rules",
        help="list the rules with clause and class, or explain one",
        description="Lists every rule of the pack; with an id, explains that rule.",
    )
    command.add_argument("rule", nargs="?", metavar="RULE", help="rule id or number to explain")
    command.add_argument("--pack", default="tw-ntpc-school", metavar="ID")
    command.add_argument("--lang", choices=("zh-TW", "en"), default="zh-TW")

    def rules(arguments: argparse.Namespace) -> int:
        loaded = pipeline.load_policies(arguments.pack)
        if arguments.rule:
            sys.stdout.write(explain_rule(loaded, arguments.rule, arguments.lang, _now().date()))
        else:
            sys.stdout.write(list_rules(loaded, arguments.lang))
        return 0

    command.set_defaults(command=rules)


def _add_packs(commands: Commands) -> None:  # type: ignore[type-arg]
    command = commands.add_parser("packs", help="list the regulation packs")
    command.add_argument("--lang", choices=("zh-TW", "en"), default="zh-TW")

    def packs(arguments: argparse.Namespace) -> int:
        sys.stdout.write(list_packs(bundle.folder("policies") / "regulations", arguments.lang))
        return 0

    command.set_defaults(command=packs)


def _add_inventory(commands: Commands) -> None:  # type: ignore[type-arg]
    command = commands.add_parser(
        "inventory",
        help="check the inventory files and say what they hold",
        description="Reads ROOT/inventory; every fault is named with file and line.",
    )
    command.add_argument("--root", type=Path, default=Path(), metavar="DIR")

    def inventory(arguments: argparse.Namespace) -> int:
        loaded = load_inventory(arguments.root / "inventory", as_of=_now().date())
        recorders = list(loaded.recorders())
        cameras = sum(1 for _ in loaded.cameras())
        print(
            f"{loaded.district.id}: {len(loaded.schools)} schools, {len(recorders)} recorders, "
            f"{cameras} cameras, pack {loaded.district.pack}"
        )
        return 0

    command.set_defaults(command=inventory)


def _add_bundle(commands: Commands) -> None:  # type: ignore[type-arg]
    command = commands.add_parser(
        "bundle",
        help="write the policies as a bundle for an OPA server",
        description="Writes the policies of this version as an OPA bundle (docs/engines.md).",
    )
    command.add_argument("--output", "-o", type=Path, required=True, metavar="FILE")

    def write(arguments: argparse.Namespace) -> int:
        digest = pipeline.write_bundle(arguments.output)
        print(f"{arguments.output} (revision {digest[:12]})")
        return 0

    command.set_defaults(command=write)
