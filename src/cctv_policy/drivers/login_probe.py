"""The opt-in login probe: does a factory password still work? (rule 8)

A wrong login can lock a recorder, so: only where the inventory consents and `probe_enabled` is set,
only for accounts that no other way could tell, one attempt per device and account in 24 hours, none
after the first refusal on a device, never more than `probe_max_attempts` on a device in 24 hours.
Every attempt is in the ledger, on disk, before it is made.
"""

from __future__ import annotations

import fcntl
import json
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from cctv_policy import defaults, inventory
from cctv_policy.drivers import login_doors
from cctv_policy.drivers.base import Context, Reading, Secret
from cctv_policy.drivers.login_doors import Answer, LoginDoor
from cctv_policy.drivers.managed import vendors
from cctv_policy.inventory import Recorder
from cctv_policy.model import Json
from cctv_policy.state import Door, Observation, Why

ONCE_PER = timedelta(hours=24)


class NoAttemptError(Exception):
    """The ledger does not allow an attempt, or cannot be relied on. Says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One line of the ledger. `candidate` is a position in the list of factory passwords."""

    at: datetime
    device: str
    account: str
    door: str
    candidate: int
    result: str
    """`begun`, then what came of it on a second line."""


class Ledger:
    """Every login probe ever made, as JSON lines; shared by all runs on this controller.

    What cannot be read, is held by another run, or lies in the future allows nothing.
    """

    _mine = threading.Lock()

    def __init__(self, path: Path) -> None:
        self.path = path

    def begin(self, attempt: Attempt, *, max_attempts: int) -> None:
        """Write the attempt down, durably, if it is allowed; NoAttemptError if not."""
        with self._open() as file:
            made = [a for a in _read(file) if a.device == attempt.device and a.result == "begun"]
            if any(a.at > attempt.at for a in made):
                raise NoAttemptError("the ledger has attempts from the future: check the clock")
            recent = [a for a in made if attempt.at - a.at < ONCE_PER]
            if any(a.account == attempt.account for a in recent):
                raise NoAttemptError("this account was probed in the last 24 hours")
            if len(recent) >= max_attempts:
                raise NoAttemptError(f"{max_attempts} attempts on this device in 24 hours")
            _append(file, attempt)

    def end(self, attempt: Attempt) -> None:
        """Add what came of an attempt."""
        with self._open() as file:
            _append(file, attempt)

    def count(self, device: str, account: str) -> int:
        """How many attempts were made on the account so far."""
        with self._open() as file:
            return sum(
                a.device == device and a.account == account and a.result == "begun"
                for a in _read(file)
            )

    @contextmanager
    def _open(self) -> Iterator[IO[str]]:
        with self._mine:
            try:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
                file = os.fdopen(handle, "r+", encoding="utf-8")
            except OSError as error:
                raise NoAttemptError(f"the ledger cannot be opened: {error.strerror}") from None
            with file:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except OSError:
                    raise NoAttemptError("another run holds the ledger") from None
                yield file


def _read(file: IO[str]) -> list[Attempt]:
    file.seek(0)
    try:
        return [
            Attempt(**{**entry, "at": datetime.fromisoformat(entry["at"])})
            for entry in map(json.loads, file)
        ]
    except (ValueError, TypeError, KeyError):
        raise NoAttemptError("the ledger is damaged: repair it or move it away") from None


def _append(file: IO[str], attempt: Attempt) -> None:
    entry = {
        "at": attempt.at.isoformat(),
        "device": attempt.device,
        "account": attempt.account,
        "door": attempt.door,
        "candidate": attempt.candidate,
        "result": attempt.result,
    }
    file.seek(0, os.SEEK_END)
    file.write(json.dumps(entry) + "\n")
    file.flush()
    os.fsync(file.fileno())


def read(
    recorder: Recorder,
    context: Context,
    *,
    ledger: Ledger | None,
    max_attempts: int,
    said: Sequence[Observation],
) -> Reading:
    """Try one factory password on each account that nobody could tell, within the limits above."""
    if ledger is None or not recorder.probes.login_probe:
        return _reading(recorder, context, Why.NOT_CONFIGURED.value, "", [])
    host = (recorder.probes.hosts or (recorder.connect.host if recorder.connect else "",))[0]
    wanted = [a for a in recorder.accounts if not _told(a, recorder.id, said)]
    wanted = [a for a in wanted if candidates(recorder, a.account)]
    if not wanted:
        return _reading(recorder, context, "ok", "no account left to probe", [])
    door = login_doors.find(recorder, host) if host else None
    if door is None:
        return _reading(recorder, context, Why.NOT_SUPPORTED.value, "no door asks for a login", [])
    found: list[Json] = []
    for account in sorted(wanted, key=lambda a: a.role != "admin"):
        try:
            answer, only = _attempt(recorder, account, door, ledger, max_attempts, context)
        except NoAttemptError as refused:
            why = Why.NOT_PERMITTED.value
            return _reading(recorder, context, "ok" if found else why, str(refused), found)
        found.append(_account(account, answer, only))
        if answer is Answer.LOCKED:
            return _reading(recorder, context, Why.LOCKED.value, "the account is locked", found)
        if answer is not Answer.ACCEPTED:  # the first refusal ends it for this device
            break
    return _reading(recorder, context, "ok", "", found)


def candidates(recorder: Recorder, account: str) -> list[Secret]:
    """The literal factory passwords of this recorder's vendor for the account, without repeats."""
    listed = {
        entry.password: None
        for name in vendors(recorder)
        for entry in defaults.of_vendor(name)
        if not entry.derived and entry.account.casefold() == account.casefold()
    }
    return [Secret(password) for password in listed]


def _told(account: inventory.Account, device: str, said: Sequence[Observation]) -> bool:
    return any(
        a["name"] == account.account and a.get("is_default_password") is not None
        for o in said
        if o.device == device and o.fact == "accounts" and isinstance(o.value, list)
        for a in o.value
    )


def _attempt(
    recorder: Recorder,
    account: inventory.Account,
    door: LoginDoor,
    ledger: Ledger,
    max_attempts: int,
    context: Context,
) -> tuple[Answer, bool]:
    """(What the door said, whether the list has only this one candidate)."""
    listed = candidates(recorder, account.account)
    candidate = ledger.count(recorder.id, account.account) % len(listed)

    def entry(result: str) -> Attempt:
        return Attempt(
            at=context.now(),
            device=recorder.id,
            account=account.account,
            door=door.name,
            candidate=candidate,
            result=result,
        )

    ledger.begin(entry("begun"), max_attempts=max_attempts)
    answer = door.attempt(account.account, listed[candidate])
    with suppress(NoAttemptError):  # it counts as made; what came of it is in the evidence
        ledger.end(entry(answer.value))
    return answer, len(listed) == 1


def _account(account: inventory.Account, answer: Answer, only: bool) -> Json:
    """Accepted proves a factory password; refused disproves it only where there is no other."""
    verdict: bool | None = None
    if answer is Answer.ACCEPTED:
        verdict = True
    elif answer is Answer.REFUSED and only:
        verdict = False
    return {
        "name": account.account,
        "realm": "device",
        "role": account.role,
        "enabled": None,
        "is_default_password": verdict,
        "check_method": "login_probe" if verdict is not None else None,
        "last_password_change": None,
        "factory_label": None,
        "probe": None if answer is Answer.SILENT else answer.value,
        "shared_with": None,
    }


def _reading(
    recorder: Recorder, context: Context, outcome: str, detail: str, accounts: list[Json]
) -> Reading:
    observations = (
        Observation(
            device=recorder.id,
            fact="accounts",
            value=accounts,
            detail=detail,
            source="one login with a factory password",
            door="login_probe",
            at=context.now().isoformat(),
        ),
    )
    return Reading(
        doors=(Door(door="login_probe", outcome=outcome, detail=detail),),
        observations=observations if accounts else (),
    )
