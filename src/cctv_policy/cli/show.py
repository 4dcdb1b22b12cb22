"""`demo`, `rules`, `packs`, `inventory`, `bundle`: what there is."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from cctv_policy import bundle, pipeline
from cctv_policy.catalogue_text import explain_rule, list_packs, list_rules
from cctv_policy.cli.shared import now, reporting_arguments, write_report
from cctv_policy.inventory import load_inventory

if TYPE_CHECKING:
    from cctv_policy.cli.shared import Commands

DEMO_FINDINGS = 8
"""A few screens; --all shows every one."""


def add(commands: Commands) -> None:
    """The commands of this group."""
    _add_demo(commands)
    _add_rules(commands)
    _add_packs(commands)
    _add_inventory(commands)
    _add_bundle(commands)


def _add_demo(commands: Commands) -> None:
    command = commands.add_parser(
        "demo",
        help="judge this machine and a sample district; needs no network, no server, no root",
        description="Scans this machine with the local driver, joins the sample district's "
        f"recorded evidence, and judges all with the embedded engine; shows the {DEMO_FINDINGS} "
        "gravest findings. A show: it always exits 0.",
    )
    reporting_arguments(command)

    def run_demo(arguments: argparse.Namespace) -> int:
        from cctv_policy import demo

        write_report(demo.run(now()), arguments, whole_table=arguments.format == "text")
        return 0

    command.set_defaults(command=run_demo, top=DEMO_FINDINGS)


def _add_rules(commands: Commands) -> None:
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
            sys.stdout.write(explain_rule(loaded, arguments.rule, arguments.lang, now().date()))
        else:
            sys.stdout.write(list_rules(loaded, arguments.lang))
        return 0

    command.set_defaults(command=rules)


def _add_packs(commands: Commands) -> None:
    command = commands.add_parser("packs", help="list the regulation packs")
    command.add_argument("--lang", choices=("zh-TW", "en"), default="zh-TW")

    def packs(arguments: argparse.Namespace) -> int:
        sys.stdout.write(list_packs(bundle.folder("policies") / "regulations", arguments.lang))
        return 0

    command.set_defaults(command=packs)


def _add_inventory(commands: Commands) -> None:
    command = commands.add_parser(
        "inventory",
        help="check the inventory files and say what they hold",
        description="Reads ROOT/inventory; every fault is named with file and line.",
    )
    command.add_argument("--root", type=Path, default=Path(), metavar="DIR")

    def inventory(arguments: argparse.Namespace) -> int:
        loaded = load_inventory(arguments.root / "inventory", as_of=now().date())
        recorders = list(loaded.recorders())
        cameras = sum(1 for _ in loaded.cameras())
        print(
            f"{loaded.district.id}: 學校 schools {len(loaded.schools)}，"
            f"錄影主機 recorders {len(recorders)}，攝影機 cameras {cameras}，"
            f"規範包 pack {loaded.district.pack}"
        )
        return 0

    command.set_defaults(command=inventory)


def _add_bundle(commands: Commands) -> None:
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
