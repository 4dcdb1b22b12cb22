"""Carries out one rotation step of a plan: vault, machine, marker on the recorder."""

from __future__ import annotations

import os
import secrets
from dataclasses import replace
from pathlib import Path

from cctv_policy.errors import PushError, SecretError
from cctv_policy.inventory import Recorder
from cctv_policy.model import Text
from cctv_policy.push.addressing.inventory_edit import rotated
from cctv_policy.push.credentials import breaker
from cctv_policy.push.credentials.accounts import Target, targets
from cctv_policy.push.credentials.camera import OnvifCamera, StoredCopy
from cctv_policy.push.credentials.realms import REALMS, config_folder, profile_of
from cctv_policy.push.credentials.shell import ShellAccount, mark
from cctv_policy.push.model import Rotation, Step, Wanted
from cctv_policy.push.said import in_chinese
from cctv_policy.push.session import Ended, Outcome, Session, Tools
from cctv_policy.rotation import (
    WORDS,
    Dependent,
    Device,
    DeviceClosedError,
    Job,
    Report,
    State,
    Surroundings,
    rotate,
)
from cctv_policy.vault import Vault, open_vault
from cctv_policy.vault.holder import is_gone, this_process

ENDED = {
    State.UNKNOWN: Ended.UNKNOWN,
    State.UNREACHABLE: Ended.UNKNOWN,
    State.LOCKED: Ended.UNKNOWN,
    State.BUDGET: Ended.UNKNOWN,
    State.DEPENDENT_FAILED: Ended.UNKNOWN,
}
"""States after which nobody can say what the device has; the others are done or failed."""


def execute_rotation(
    session: Session, step: Step, rotation: Rotation, wanted: Wanted, tools: Tools
) -> Outcome:
    """See push.session.ExecuteRotation. `tools.options["vault"]` names vault.yaml."""
    alarms = breaker.alarmed(tools.root, tools.run_id)
    if breaker.stops(alarms, int(tools.options.get("devices", "0"))):
        names = ", ".join(alarms)
        return _failed(
            f"{names} 的密碼狀態不明，這次執行不再更換其他密碼",
            f"the passwords of {names} are in doubt, so no other is rotated in this run",
        )
    named = tools.options.get("vault", "")
    if not named:
        return _failed("未指定保管庫（--vault）", "no vault was given (--vault vault.yaml)")
    try:
        vault = open_vault(
            tools.root / named,
            identity=_path(tools.options.get("identity")),
            environ=os.environ,
            single_copy=tools.options.get("single_copy", ""),
        )
        target = find(step, rotation, wanted)
        before = vault.read(target.secret).mark
        report = rotate_target(session, target, wanted, vault, tools)
    except SecretError as error:
        return _failed(error.what, error.what)
    breaker.note(tools.root, tools.run_id, wanted.recorder.id, report.state, before=before)
    note = _followed(report, wanted, tools) if report.state.well else ""
    return outcome(replace(report, detail=note) if note else report)


def _followed(report: Report, wanted: Wanted, tools: Tools) -> str:
    """The inventory's `rotated_on` follows, for review; why it does not, else ``."""
    path = tools.root / wanted.school.source
    if not wanted.school.source:
        return ""
    day = tools.now().date().isoformat()
    try:
        rotated(path, wanted.recorder.id, report.job.secret, day)
    except PushError as error:
        return f"rotated_on is not in the inventory: {error.what}"
    return ""


def find(step: Step, rotation: Rotation, wanted: Wanted) -> Target:
    """The target that a step was planned for; its realm is the first part of the id."""
    wanted_id = step.id.removeprefix("credentials.")
    for os_names in (frozenset[str](), frozenset({rotation.account})):
        for target in targets(wanted.recorder, os_names):
            if target.id == wanted_id and target.secret == rotation.secret:
                return target
    raise SecretError(
        f"清冊中已無 {wanted_id} (the inventory has no {wanted_id} any more)",
        fix="請重新規劃 (plan again)",
    )


def rotate_target(
    session: Session, target: Target, wanted: Wanted, vault: Vault, tools: Tools
) -> Report:
    """The machine on one target; where all is well the recorder gets its marker."""
    device, dependents = device_of(session, target, wanted.recorder, vault, tools)
    options = tools.options
    job = Job(
        device=wanted.recorder.id,
        account=target.account,
        secret=target.secret,
        profile=profile_of(target.realm, target.rules),
        fresh_budget="fresh_budget" in options,
        reset_unknown="reset_unknown" in options,
        take_over="take_over" in options,
    )
    at = tools.now()
    world = Surroundings(
        holder=this_process(),
        at=at.isoformat(timespec="seconds"),
        randbelow=secrets.randbelow,
        wait=tools.sleep,
        is_gone=is_gone,
    )
    report = rotate(job, vault, device, dependents, world)
    if report.state.well:
        try:
            mark(session, _marker(target, wanted.recorder), at.date().isoformat())
        except DeviceClosedError:
            return Report(job=job, state=report.state, detail="the marker could not be left")
    return report


def device_of(
    session: Session, target: Target, recorder: Recorder, vault: Vault, tools: Tools
) -> tuple[Device, tuple[Dependent, ...]]:
    """The account as the machine sees it, and what keeps a copy of its password."""
    if target.realm == "camera":
        camera = OnvifCamera(
            session=session,
            address=target.place,
            port=int(target.more["port"]),
            user=target.account,
            now=tools.now,
        )
        copy = StoredCopy(
            session=session,
            driver=recorder.driver,
            place=config_folder(recorder),
            address=target.place,
            user=target.account,
        )
        return camera, (copy,)
    account = ShellAccount(
        session=session,
        realm=REALMS[target.realm],
        account=target.account,
        place=target.place,
        more=target.more,
        values={"other": vault.get(target.other)} if target.other else {},
    )
    return account, ()


def _marker(target: Target, recorder: Recorder) -> dict[str, str]:
    """What the shell needs to know of a target to name and fill its marker."""
    camera = target.realm == "camera"
    return {
        "realm": target.realm,
        "account": target.account,
        "place": config_folder(recorder) if camera else target.place,
        "address": target.place if camera else "",
        "driver": recorder.driver,
    }


def outcome(report: Report) -> Outcome:
    """A report as the outcome of a step, in words."""
    words = WORDS[report.state]
    zh = f"（{in_chinese(report.detail)}）" if report.detail else ""
    detail = f" ({report.detail})" if report.detail else ""
    why = Text(
        zh=f"{words.what.zh}{zh}" + (f"；{words.fix.zh}" if words.fix.zh else ""),
        en=f"{words.what.en}{detail}" + (f"; {words.fix.en}" if words.fix.en else ""),
    )
    if report.state.well:
        return Outcome(ended=Ended.DONE, why=why)
    return Outcome(ended=ENDED.get(report.state, Ended.FAILED), why=why)


def _failed(zh: str, en: str) -> Outcome:
    return Outcome(ended=Ended.FAILED, why=Text(zh=zh, en=en))


def _path(text: str | None) -> Path | None:
    return Path(text) if text else None
