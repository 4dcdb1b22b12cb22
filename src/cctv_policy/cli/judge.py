"""`collect`, `check` and `scan`: the evidence, and what it is worth."""

from __future__ import annotations

import argparse
import gc
import logging
import sys
import uuid
from typing import TYPE_CHECKING, Any

from cctv_policy.cli.shared import (
    collecting_arguments,
    judging_arguments,
    now,
    opa_settings,
    reporting_arguments,
    root_argument,
    secret_store,
    write_report,
)
from cctv_policy.inventory import load_inventory

if TYPE_CHECKING:
    from cctv_policy.cli.shared import Commands
    from cctv_policy.collect import CollectReport


def add(commands: Commands) -> None:
    """The commands of this group."""
    _add_collect(commands)
    _add_check(commands)
    _add_scan(commands)


def _add_collect(commands: Commands) -> None:
    command = commands.add_parser(
        "collect",
        help="ask every recorder of the inventory and write the evidence",
        description="Reads every recorder (nothing is changed on any device) and writes one state "
        "document each. Exits 2 if any device could not be read.",
    )
    root_argument(command)
    collecting_arguments(command)

    def run_collect(arguments: argparse.Namespace) -> int:
        from cctv_policy.collect_one import Ended

        ended = {target.ended for target in _collect(arguments).targets}
        return 0 if ended <= {Ended.OK, Ended.PARTIAL} else 2

    command.set_defaults(command=run_collect)


def _add_check(commands: Commands) -> None:
    command = commands.add_parser(
        "check",
        help="judge the evidence that is there",
        description="Judges existing evidence and records against the regulation pack.",
    )
    root_argument(command)
    judging_arguments(command)
    reporting_arguments(command)
    command.set_defaults(command=_check)


def _add_scan(commands: Commands) -> None:
    command = commands.add_parser(
        "scan",
        help="collect, then check",
        description="Collects from every recorder, then judges the evidence.",
    )
    root_argument(command)
    collecting_arguments(command)
    judging_arguments(command)
    reporting_arguments(command)

    def scan(arguments: argparse.Namespace) -> int:
        from cctv_policy import pipeline

        pipeline.prepare(arguments.root, as_of=now(), **_engine(arguments))
        _collect(arguments)
        return _check(arguments)

    command.set_defaults(command=scan)


def _collect(arguments: argparse.Namespace) -> CollectReport:
    from cctv_policy.collect import collect  # loads paramiko and pysnmp, which `check` never needs
    from cctv_policy.progress import ProgressLine

    gc.set_threshold(10_000)  # a device leaves two hundred: look after some fifty
    inventory = load_inventory(arguments.root / "inventory", as_of=now().date())
    if arguments.verbose > 2:
        logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)
    line = ProgressLine(sys.stderr, verbose=arguments.verbose)
    gc.freeze()  # modules and inventory stay: nobody need look through them again for garbage
    report = collect(
        inventory,
        store=secret_store(arguments),
        out=arguments.state or arguments.root / "state",
        root=arguments.root,
        now=now,
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
    from cctv_policy import pipeline  # loads the records, which `collect` never needs
    from cctv_policy.evaluate import exit_code

    judged = pipeline.judge(
        arguments.root,
        as_of=arguments.as_of or now().replace(microsecond=0),
        state_folder=arguments.state,
        run_id=uuid.uuid4().hex[:12],
        **_engine(arguments),
    )
    write_report(judged, arguments)
    return exit_code(judged.findings)


def _engine(arguments: argparse.Namespace) -> dict[str, Any]:
    """By what is judged: pack and engine."""
    return {
        "pack": arguments.pack,
        "engine": arguments.engine,
        "opa": opa_settings(arguments),
    }
