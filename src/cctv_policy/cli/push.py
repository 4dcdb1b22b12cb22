"""`push plan`, `push apply`, `push status`: make recorders as they should be."""

from __future__ import annotations

import argparse
import json
import os
import sys
import uuid
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cctv_policy.cli.shared import device_arguments, now, positive, secret_store, single_copy
from cctv_policy.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cctv_policy.cli.shared import Commands
    from cctv_policy.inventory import Recorder
    from cctv_policy.push.crew import Crew, Settings
    from cctv_policy.push.results import DeviceResult
    from cctv_policy.push.run import Apply
    from cctv_policy.push.targets import Request, Targets
    from cctv_policy.push.verdicts import Verdicts

ASPECTS = ("hardening", "retention", "credentials", "addressing")
EX_INTERRUPTED = 130


def add(commands: Commands) -> None:
    """The commands of this group."""
    group = commands.add_parser(
        "push",
        help="make recorders as they should be: plan, apply, status",
        description="Changes recorders to what inventory and regulation want. `plan` only reads.",
    )
    verbs = group.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _add_plan(verbs)
    _add_apply(verbs)
    _add_status(verbs)


def _add_plan(verbs: Commands) -> None:
    command = verbs.add_parser(
        "plan",
        help="show what apply would do; writes nothing on any device",
        description="Reads every recorder and shows what would change, what would be destroyed and "
        "what is refused. Exits 0 if all is as wanted, 1 if something is to be done or refused, 2 "
        "if a device could not be read.",
    )
    _selection(command)
    command.add_argument("--json", action="store_true", help="the plans as JSON")
    command.set_defaults(command=_plan)


def _add_apply(verbs: Commands) -> None:
    command = verbs.add_parser(
        "apply",
        help="plan, ask, change, read back, collect and judge again",
        description="Shows the plan, asks, then changes one device of each model, 5 %% of the "
        "rest, and all; stops when a first device or too many others break. Exits 0 if all is as "
        "wanted, 1 if something is refused or failed, 2 if devices were not reached or are "
        "unknown.",
    )
    _selection(command)
    command.add_argument("--yes", action="store_true", help="do not ask")
    command.add_argument(
        "--rollback",
        type=positive,
        metavar="SECONDS",
        help="after how long a device takes an address back that was not confirmed (20 to 900)",
    )
    for name, text in _ROTATION.items():
        command.add_argument(f"--{name}", action="store_true", help=text)
    command.add_argument(
        "--allow-single-copy",
        action="store_true",
        help="rotations: go on although a copy of the vault is missing; recorded in the vault",
    )
    command.add_argument(
        "--resume", metavar="RUN", help="go on with a run: the devices that it did not finish"
    )
    command.set_defaults(command=_apply)


def _add_status(verbs: Commands) -> None:
    command = verbs.add_parser("status", help="how a run's devices stand, from its log")
    _root(command)
    command.add_argument("run", nargs="?", metavar="RUN", help="the run's id (default: the last)")
    command.set_defaults(command=_status)


def _root(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--root",
        type=Path,
        default=Path(),
        metavar="DIR",
        help="the district's folder, with inventory/ and records/ (default: here)",
    )
    command.add_argument("--lang", choices=("zh-TW", "en"), default="zh-TW")


def _selection(command: argparse.ArgumentParser) -> None:
    _root(command)
    device_arguments(command)
    command.add_argument(
        "--only",
        action="append",
        default=[],
        choices=ASPECTS,
        help="only this aspect (may be given several times)",
    )
    command.add_argument(
        "--allow-shorter",
        action="store_true",
        help="retention windows may be lowered; the plan shows what that destroys",
    )
    command.add_argument(
        "--disable-unknown-accounts",
        action="store_true",
        help="disable accounts that the inventory does not name; otherwise they are reported",
    )
    command.add_argument(
        "--verbose", "-v", action="count", default=0, help="-vvv: also the libraries' own log"
    )


_ROTATION = {
    "fresh-budget": "rotations: the device's lock time has passed, logins may be tried again",
    "reset-unknown": "rotations: set a new password where no kept one logs in, if the device can",
    "take-over": "rotations: the run that holds a device's lease in the vault is gone",
}


def _request(arguments: argparse.Namespace) -> Request:
    from cctv_policy.push.targets import Request

    return Request(
        root=arguments.root,
        limit=tuple(arguments.limit),
        only=tuple(arguments.only),
        allow_shorter=arguments.allow_shorter,
        disable_unknown_accounts=arguments.disable_unknown_accounts,
    )


def _settings(arguments: argparse.Namespace, run_id: str) -> Settings:
    from cctv_policy.push.crew import Settings, default_concurrency

    return Settings(
        root=arguments.root,
        secrets=arguments.secrets,
        vault=arguments.vault,
        identity=arguments.identity,
        run_id=run_id,
        concurrency=arguments.concurrency or default_concurrency(),
        verbose=arguments.verbose,
        options=_options(arguments),
    )


def _options(arguments: argparse.Namespace) -> dict[str, str]:
    """What moves and rotations understand, by name; only what was given."""
    given = {name.replace("-", "_") for name in _ROTATION}
    found = {name: "yes" for name in sorted(given) if getattr(arguments, name, False)}
    seconds = getattr(arguments, "rollback", None)
    if getattr(arguments, "allow_single_copy", False):
        found["single_copy"] = single_copy(arguments)
    return {**found, **({"rollback_s": str(seconds)} if seconds else {})}


def _first_secrets(arguments: argparse.Namespace, recorders: Iterable[Recorder]) -> None:
    """Hardening switches logins on; their first secrets are in the vault before a worker starts.

    Only after somebody agreed, and only for recorders that are changed.
    """
    if arguments.vault is None:
        return
    import secrets

    from cctv_policy.push.credentials.first import make_first
    from cctv_policy.vault import open_vault

    vault = open_vault(
        arguments.vault,
        identity=arguments.identity,
        environ=os.environ,
        single_copy=single_copy(arguments),
    )
    for name in make_first(vault, secret_store(arguments), recorders, secrets.randbelow):
        _say(f"in the vault for the first time: {name}", f"保管庫新增：{name}", arguments.lang)


def new_run_id(moment: datetime) -> str:
    """Sorts by time, and no two are equal."""
    return f"{moment:%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:6]}"


def _plan(arguments: argparse.Namespace) -> int:
    from cctv_policy.push import wire, words
    from cctv_policy.push.crew import Crew
    from cctv_policy.push.results import exit_code
    from cctv_policy.push.targets import targets

    request = _request(arguments)
    found = targets(request, now=now(), lang=arguments.lang)
    settings = _settings(arguments, new_run_id(now()))
    with Crew(settings, [each.recorder for each in found.wanted.values()]) as crew:
        results = _planned(crew, request, found)
        if results is None:
            return EX_INTERRUPTED
    if arguments.json:
        print(json.dumps([wire.pack(r) for r in results], ensure_ascii=False, indent=1))
    else:
        _print(words.plans(results, found.places, arguments.lang))
        _print(_read_only(found, arguments.lang))
    return exit_code(results)


def _planned(crew: Crew, request: Request, found: Targets) -> list[DeviceResult] | None:
    """Every plan; None if interrupted."""
    from cctv_policy.push import run

    line = ProgressLine("plan")
    with run.gently(crew.stop) as caught:
        results = run.plan(crew, request, found.wanted.values(), line.seen)
    line.end()
    return None if caught else results


def _read_only(found: Targets, lang: str) -> list[str]:
    if not found.read_only:
        return []
    names = ", ".join(found.read_only)
    return [
        f"no push account, only read: {names}" if lang == "en" else f"無推送帳號，僅供讀取：{names}"
    ]


def _apply(arguments: argparse.Namespace) -> int:
    from cctv_policy.push import run, runlog, words
    from cctv_policy.push.crew import Crew
    from cctv_policy.push.targets import targets

    request = _request(arguments)
    run_id = arguments.resume or new_run_id(now())
    if arguments.resume:
        request = _unfinished(request, run_id)
        if not request.left:
            _say("every device of that run is finished", "該次推送的設備均已完成", arguments.lang)
            return 0
    found = targets(request, now=now(), lang=arguments.lang)
    settings = _settings(arguments, run_id)
    with Crew(settings, [wanted.recorder for wanted in found.wanted.values()]) as crew:
        plans = _planned(crew, request, found)
    if plans is None:
        return EX_INTERRUPTED
    _print(words.plans(plans, found.places, arguments.lang))
    _print(_read_only(found, arguments.lang))
    _confirm(plans, arguments)
    changed = {result.recorder for result in plans if result.plan and result.plan.steps}
    recorders = [found.wanted[name].recorder for name in sorted(changed)]
    _first_secrets(arguments, recorders)
    with (
        Crew(settings, recorders) as crew,  # anew: a worker reads the vault once, when it starts
        runlog.opened(arguments.root, run_id, resume=bool(arguments.resume)) as log,
    ):
        return _carried_out(run.Apply(crew, request, log, now), plans, found, run_id, arguments)


def _unfinished(request: Request, run_id: str) -> Request:
    """What a run did not finish, asked for as that run asked; UsageError for something else."""
    from cctv_policy.push import runlog
    from cctv_policy.push.results import FINISHED, DeviceEnded

    events = runlog.read(request.root, run_id)
    asked = next((event for event in events if event["event"] == "run"), None)
    if asked is None:
        raise UsageError(
            f"{run_id} 的紀錄缺少開頭，無法續行 (its log does not say what was asked for)",
            fix="重新執行 push apply (start a new run)",
        )
    left = [
        name
        for name, event in runlog.standing(events).items()
        if DeviceEnded(event["ended"]) not in FINISHED
    ]
    as_before = replace(
        request,
        left=tuple(left),
        only=tuple(asked["only"]),
        allow_shorter=asked["allow_shorter"],
        disable_unknown_accounts=asked["disable_unknown_accounts"],
    )
    for name in ("only", "allow_shorter", "disable_unknown_accounts"):
        given = getattr(request, name)
        if given and given != getattr(as_before, name):
            raise UsageError(
                f"--{name.replace('_', '-')}：與 {run_id} 當時的要求不同"
                " (that run was asked for something else)",
                fix="省略此選項以照原樣續行，或重新執行"
                " (leave it out to go on as that run was asked, or start a new run)",
            )
    return as_before


def _confirm(plans: Sequence[DeviceResult], arguments: argparse.Namespace) -> None:
    """Ends with UsageError unless somebody agreed. Nothing to do needs no word."""
    if arguments.yes or not any(result.plan and result.plan.steps for result in plans):
        return
    if not sys.stdin.isatty():
        raise UsageError(
            "沒有終端機可以確認，未變更任何設備 (nobody is here to agree, nothing was changed)",
            fix="看過上面的計畫後加上 --yes (read the plan above, then add --yes)",
        )
    english = arguments.lang == "en"
    question = "Carry this out? (yes/no) " if english else "確定執行？（是/否）"
    if input(question).strip().lower() not in ("yes", "是"):
        raise UsageError("未變更任何設備 (nothing was changed)")


def _carried_out(
    apply: Apply,
    plans: Sequence[DeviceResult],
    found: Targets,
    run_id: str,
    arguments: argparse.Namespace,
) -> int:
    from cctv_policy.push import run, words
    from cctv_policy.push.results import exit_code
    from cctv_policy.push.targets import targets

    lang = arguments.lang
    names = sorted(r.recorder for r in plans if r.plan and r.plan.steps)
    apply.begin(run_id, plans)
    before = _verdicts(arguments, names, run_id)
    fresh = targets(apply.request, now=now(), lang=lang).wanted
    line = ProgressLine("apply")
    with run.gently(lambda: apply.waves.halt("interrupted")) as caught:
        results = apply.work(plans, {**found.wanted, **fresh}, line.seen)
    line.end()
    after = {} if caught else _verdicts(arguments, names, run_id)
    code = EX_INTERRUPTED if caught else exit_code(results)
    apply.end(before, after, code)
    _print(words.done(results, found.places, before, after, lang))
    _say(f"log: {apply.log.path}", f"紀錄：{apply.log.path}", lang)
    if code:
        again = f"cctv-policy push apply --resume {run_id}"
        _say(f"to go on: {again}", f"續行：{again}", lang)
    return code


def _verdicts(arguments: argparse.Namespace, names: Sequence[str], run_id: str) -> Verdicts:
    """Collected and judged again: what the run is worth is told by the rules, not by itself."""
    from cctv_policy.push.verdicts import collect_and_judge

    if not names:
        return {}
    store = secret_store(arguments)
    return collect_and_judge(arguments.root, names, store=store, now=now, run_id=run_id)


def _status(arguments: argparse.Namespace) -> int:
    from cctv_policy.push import runlog, words
    from cctv_policy.push.results import FINISHED, DeviceEnded

    run_id = arguments.run or runlog.latest(arguments.root)
    if run_id is None:
        raise UsageError(
            "還沒有推送紀錄 (no run yet)",
            where=str(arguments.root / runlog.FOLDER),
            fix="cctv-policy push apply",
        )
    standing = runlog.standing(runlog.read(arguments.root, run_id))
    print(run_id)
    _print(words.status(standing, arguments.lang))
    return 0 if {DeviceEnded(e["ended"]) for e in standing.values()} <= FINISHED else 1


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        print(line)
    sys.stdout.flush()


def _say(en: str, zh: str, lang: str) -> None:
    print(en if lang == "en" else zh)


class ProgressLine:
    """On a terminal one line of stderr that is rewritten; elsewhere nothing."""

    def __init__(self, verb: str) -> None:
        self._verb = verb
        self._on = sys.stderr.isatty()

    def seen(self, ended: int, of: int, last: DeviceResult) -> None:
        """One device ended."""
        if self._on:
            text = f"{self._verb} [{ended}/{of}] {last.recorder}: {last.ended}"
            sys.stderr.write(f"\r\x1b[K{text}")
            sys.stderr.flush()

    def end(self) -> None:
        """Clear the line."""
        if self._on:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
