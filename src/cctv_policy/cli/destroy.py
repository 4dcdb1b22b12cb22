"""`destroy plan|approve-check|run|verify`: keys of records whose term is over (docs/records.md).

`destroy new`, which writes the list, is a clerk's command.
"""

from __future__ import annotations

import argparse
import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cctv_policy.clerk.registry import NOUNS
from cctv_policy.cli.desk import verbs
from cctv_policy.cli.shared import instant, now
from cctv_policy.errors import UsageError
from cctv_policy.records import load_latest
from cctv_policy.records.cases import Destruction
from cctv_policy.sealing import open_keystore

if TYPE_CHECKING:
    from cctv_policy.cli.shared import Commands
    from cctv_policy.retention.plan import Plan


def add(commands: Commands) -> None:
    """The commands of this group."""
    plan = _verb(commands, "plan", "which records may go, and why the others may not 銷毀計畫")
    plan.add_argument("--school", metavar="ID", required=True)
    plan.set_defaults(command=_plan)
    check = _verb(commands, "approve-check", "whether a destruction may be carried out 核對")
    _named(check)
    check.set_defaults(command=_check)
    run = _verb(commands, "run", "destroy the keys, prove it, write the certificate 執行")
    _named(run)
    run.add_argument(
        "--confirm", metavar="ID", help="the destruction's id again (asked on a terminal)"
    )
    run.set_defaults(command=_run)
    again = _verb(commands, "verify", "prove again that what was destroyed is gone 查驗")
    again.add_argument("only", nargs="*", metavar="SCHOOL/ID", help="default: all that are done")
    again.set_defaults(command=_verify)


def _verb(commands: Commands, name: str, text: str) -> argparse.ArgumentParser:
    command = verbs(commands, "destroy", NOUNS["destroy"].en).add_parser(
        name, help=text, description=text
    )
    command.add_argument(
        "--root", type=Path, default=Path(), metavar="DIR", help="the district's folder"
    )
    command.add_argument("--as-of", type=instant, metavar="TIME", help=argparse.SUPPRESS)
    return command


def _named(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "id", metavar="SCHOOL/ID", help="例如 pingxi-es/DST-115-0001 (e.g. pingxi-es/DST-115-0001)"
    )
    command.add_argument(
        "--witness",
        action="append",
        default=[],
        metavar="P-0001",
        help="who stands beside it; twice, both of the record's supervised_by",
    )


def _parted(text: str) -> tuple[str, str]:
    site, _, record_id = text.partition("/")
    if not record_id:
        raise UsageError(
            "請寫學校與紀錄 (name school and record)",
            fix="例如 pingxi-es/DST-115-0001 (e.g. pingxi-es/DST-115-0001)",
        )
    return site, record_id


def _moment(arguments: argparse.Namespace) -> datetime:
    chosen: datetime | None = arguments.as_of
    return chosen or now().replace(microsecond=0)


def _plan(arguments: argparse.Namespace) -> int:
    from cctv_policy.clerk.schools import District
    from cctv_policy.retention import plan

    found = plan(District(arguments.root, _moment(arguments)).school(arguments.school))
    _tell(found)
    return 0


def _tell(found: Plan) -> None:
    for candidate in found.due:
        classes = ",".join(candidate.classes)
        print(f"{candidate.id}  from {candidate.eligible_from} 起可銷毀  class {classes} 年")
    for record_id, faults in found.blocked:
        print(f"{record_id}  stays 保留: {'; '.join(f'{f.code} {f.what}'.strip() for f in faults)}")
    day: date | None = found.eligible_from
    print(f"{len(found.due)} may go 可銷毀, {len(found.blocked)} stay 保留; nothing was changed")
    if day is not None:
        print(f"eligible_from: {day}\ntargets: [{', '.join(c.id for c in found.due)}]")


def _check(arguments: argparse.Namespace) -> int:
    from cctv_policy.clerk.schools import District
    from cctv_policy.retention import refusals

    site, record_id = _parted(arguments.id)
    school = District(arguments.root, _moment(arguments)).school(site)
    record = school.records.records.get((site, record_id))
    value = record.value if record else None
    named = arguments.witness or (value.supervised_by if isinstance(value, Destruction) else ())
    found = refusals(school, record_id, named)
    for fault in found:
        print(fault)
    if not found:
        print(f"{arguments.id}: may be carried out 可執行")
    return 1 if found else 0


def _run(arguments: argparse.Namespace) -> int:
    from cctv_policy.clerk.schools import District
    from cctv_policy.retention import purge

    site, record_id = _parted(arguments.id)
    moment = _moment(arguments)
    school = District(arguments.root, moment).school(site)
    keystore = open_keystore(arguments.root)
    given = arguments.confirm
    if given is None and sys.stdin.isatty():
        given = input(f"This cannot be undone 無法復原. Type {record_id} to destroy the keys: ")
    if given != record_id:
        what = "not confirmed; nothing was destroyed 未確認，未銷毀任何金鑰"
        raise UsageError(what, where=arguments.id, fix=f"--confirm {record_id}")
    done = purge(keystore, school, record_id, witnesses=arguments.witness, now=moment)
    proven = done.certificate
    print(
        f"{len(proven.keys)} keys 金鑰, {len(proven.batches)} batches 批次 gone from "
        f"{', '.join(proven.replicas)} 已自各金鑰庫清除並查驗"
    )
    print(f"commit the certificate 請提交具結: {done.path}")
    return 0


def _verify(arguments: argparse.Namespace) -> int:
    from cctv_policy.retention import verify

    found = verify(
        open_keystore(arguments.root), load_latest(arguments.root), only=tuple(arguments.only)
    )
    for seen in found:
        wrong = [f"{label} offline 離線" for label in seen.proof.offline]
        wrong += [f"{label}: {name}" for label, name in seen.proof.left]
        wrong += [f"{target}: an approval does not verify 簽章不符" for target in seen.unsigned]
        wrong += [] if seen.approved else ["its approvals do not verify 核准簽章不符"]
        wrong += [] if seen.claimed else ["no certificate 無具結"]
        good = f"gone from {', '.join(seen.proof.looked)} 已清除"
        print(f"{seen.site}/{seen.id}  {'; '.join(wrong) or good}")
    if not found:
        print("no destruction is done yet 尚無已完成的銷毀")
        return 2
    if any(seen.proof.left or not seen.approved or seen.unsigned for seen in found):
        return 1
    return 0 if all(seen.good for seen in found) else 2
