"""One target: ask it by every configured way, and make one state document of the answers.

`ask` needs the device, `finish` our own processor alone.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cache
from itertools import zip_longest
from pathlib import Path

from cctv_policy import __version__, state, trail
from cctv_policy.drivers import login_probe, managed, manual, probes, snmp
from cctv_policy.drivers.base import Context, Driver, Heard, Reading
from cctv_policy.drivers.machine import LinuxRecorder
from cctv_policy.inventory import Recorder, School
from cctv_policy.secretstore import SecretStore
from cctv_policy.state import Door, Observation, StateDocument, Why

ROUTER_SUFFIX = ".router"
"""A school's router has a document of its own; no id can hold a dot."""


class Ended(StrEnum):
    """How one target ended. There is no way to be missing."""

    OK = "ok"
    """Every configured door answered and every fact it can tell was told."""
    PARTIAL = "partial"
    """Something was told and something was not."""
    UNREACHABLE = "unreachable"
    TURNED_AWAY = "turned_away"
    """It answered but did not let us in, or was not the machine we know."""
    NO_ANSWERS = "no_answers"
    """It was reached, or its sheet was found, and nothing usable came of it."""
    OVER_BUDGET = "over_budget"
    BROKEN = "broken"
    """Our own fault: a driver raised, or the document could not be written."""
    NOT_FINISHED = "not_finished"
    """The run was interrupted before this target had its document."""
    NOT_IN_USE = "not_in_use"
    """On the shelf or decommissioned: no evidence is owed."""


_ENDED_BY_DOOR: dict[str, Ended] = {
    Why.NO_ROUTE: Ended.UNREACHABLE,
    Why.REFUSED: Ended.UNREACHABLE,
    Why.FILTERED: Ended.UNREACHABLE,
    Why.NO_ANSWER: Ended.UNREACHABLE,
    Why.AUTH_REFUSED: Ended.TURNED_AWAY,
    Why.HOST_KEY_CHANGED: Ended.TURNED_AWAY,
    Why.HOST_KEY_UNPINNED: Ended.TURNED_AWAY,
    Why.LOCKED: Ended.TURNED_AWAY,
    Why.NO_SECRET: Ended.TURNED_AWAY,
    Why.BUDGET: Ended.OVER_BUDGET,
    Why.INTERNAL: Ended.BROKEN,
}
_NOT_OWED = (Why.NOT_CONFIGURED, Why.NOT_SUPPORTED)
"""A fact nobody could expect from this device by this door."""
_OUTSIDE = ("probe", "vault", "login_probe")
"""Doors that need no word from the device itself."""


_OWN_DOOR = ("local", "manual", "snmp")
"""Drivers that do not come by SSH."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetReport:
    """How one target ended, in a few words; the document at `path` has the rest."""

    target: str
    site: str
    driver: str
    ended: Ended
    detail: str = ""
    seconds: float = 0.0
    told: int = 0
    untold: int = 0
    path: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What all targets of a run share."""

    store: SecretStore
    out: Path
    root: Path
    now: Callable[[], datetime]
    budget_s: float
    run_id: str
    index: managed.Index
    ledger: login_probe.Ledger | None
    probe_max_attempts: int
    drivers: Mapping[str, Driver]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way to learn something: `ask` is called unless `facts` is empty (not configured)."""

    door: str
    facts: Collection[str]
    ask: Callable[[Context], Reading | Heard]


@dataclass(slots=True, kw_only=True)
class Job:
    """One target in work. `take` decides who may end it: the thread that reads or the guard."""

    school: School
    recorder: Recorder | None
    """None: the school's router sheet."""
    started_at: str = ""
    began: float = 0.0
    since: float = math.inf
    """When the thread that has it now got it (monotonic seconds); inf: it waits to be read."""
    asked_s: float | None = None
    """Seconds that asking took, once it is over."""
    readings: list[Reading | Heard] = field(default_factory=list)
    """One for each way; what has been heard is read when somebody wants to know (`said`)."""
    _taken: threading.Lock = field(default_factory=threading.Lock)

    @property
    def target(self) -> str:
        """Id of the document."""
        return self.recorder.id if self.recorder else f"{self.school.id}{ROUTER_SUFFIX}"

    @property
    def driver(self) -> str:
        """Kind of the recorder."""
        return self.recorder.driver if self.recorder else manual.DRIVER.kind

    def read(self, first: int | None = None) -> list[Reading]:
        """What all ways have told, or the `first` ones."""
        for place, reading in enumerate(self.readings[:first]):
            if not isinstance(reading, Reading):
                self.readings[place] = reading()
        return [r for r in self.readings[:first] if isinstance(r, Reading)]

    def said(self, first: int | None = None) -> list[Observation]:
        """Every observation of `read`."""
        return [o for reading in self.read(first) for o in reading.observations]

    def take(self) -> bool:
        """True for the first caller only."""
        return self._taken.acquire(blocking=False)

    @property
    def taken(self) -> bool:
        """Whether somebody ends it or has."""
        return self._taken.locked()

    def report(self, ended: Ended, detail: str = "") -> TargetReport:
        """A report without a document."""
        return TargetReport(
            target=self.target,
            site=self.school.id,
            driver=self.driver,
            ended=ended,
            detail=detail,
            seconds=round(self._seconds(), 3),
        )

    def _seconds(self) -> float:
        if self.asked_s is not None:
            return self.asked_s
        return time.monotonic() - self.began if self.began else 0.0


def ask(job: Job, settings: Settings) -> None:
    """Ask the target by every way. Nothing is asked of a recorder that is not in use."""
    job.started_at = settings.now().isoformat()
    if job.recorder is None or job.recorder.in_use:
        for way in _ways(job, settings):
            job.readings.append(_asked(way, job, settings))
    job.asked_s = time.monotonic() - job.began


def finish(job: Job, settings: Settings) -> TargetReport | None:
    """Read what was heard and write the document; None if the guard took the job meanwhile."""
    job.read()
    if not job.take():
        return None
    if job.recorder and not job.recorder.in_use:
        return job.report(Ended.NOT_IN_USE, job.recorder.status)
    return _written(job, settings)


def over_budget(job: Job, settings: Settings) -> TargetReport:
    """End a job whose thread is stuck: what was told so far counts, the rest was not in time."""
    detail = f"not finished in {settings.budget_s:.0f} s"
    job.readings = [
        reading
        if isinstance(reading, Reading)
        else _nothing(way, job, settings, Why.BUDGET, detail)
        for way, reading in zip_longest(_ways(job, settings), job.readings)
    ]
    return _written(job, settings)


def _ways(job: Job, settings: Settings) -> Iterator[Way]:
    """The ways of a target, best first; none stops the next."""
    recorder = job.recorder
    if recorder is None:
        yield Way(
            door="manual",
            facts=("exposure.router",),
            ask=lambda context: manual.read_router(job.school, context),
        )
        return
    driver = settings.drivers[recorder.driver]
    yield Way(
        door=driver.kind if driver.kind in _OWN_DOOR else "ssh",
        facts=driver.capabilities(),
        ask=lambda c: (
            driver.hear(recorder, c)
            if isinstance(driver, LinuxRecorder)
            else driver.read(recorder, c)
        ),
    )
    if recorder.driver != snmp.DRIVER.kind:
        yield Way(
            door="snmp",
            facts=snmp.DRIVER.capabilities() if recorder.snmp else (),
            ask=lambda c: snmp.DRIVER.read(recorder, c),
        )
    yield Way(
        door="probe",
        facts=probes.FACTS if probes.configured(recorder) else (),
        ask=lambda c: probes.read(recorder, c, job.said()),
    )
    if recorder.answers and recorder.driver != manual.DRIVER.kind:
        yield Way(
            door="manual",
            facts=manual.DRIVER.capabilities(),
            ask=lambda c: manual.DRIVER.read(recorder, c),
        )

    def vault(context: Context) -> Heard:
        before = len(job.readings)
        return lambda: managed.read(recorder, context, settings.index, job.said(before))

    yield Way(
        door="vault",
        facts=("accounts",) if managed.manages(recorder) else (),
        ask=vault,
    )
    ledger = settings.ledger
    consent = ledger is not None and recorder.probes.login_probe and recorder.accounts
    yield Way(
        door="login_probe",
        facts=("accounts",) if consent else (),
        ask=lambda c: login_probe.read(
            recorder, c, ledger=ledger, max_attempts=settings.probe_max_attempts, said=job.said()
        ),
    )


def _asked(way: Way, job: Job, settings: Settings) -> Reading | Heard:
    if not way.facts:
        return _not_configured(way.door)
    left = job.began + settings.budget_s - time.monotonic()
    if left <= 0 and way.door != "vault":  # which asks nothing of the slow device
        return _nothing(way, job, settings, Why.BUDGET, "no time left for this device")
    context = Context(
        secrets=settings.store.get,
        now=settings.now,
        monotonic=time.monotonic,
        budget_s=max(left, 0.0),
        defaults={},
        root=settings.root,
    )
    try:
        answer = way.ask(context)
    except Exception as error:  # one device must not end the run; the text may quote the device
        return _nothing(way, job, settings, Why.INTERNAL, kind_of(error))
    if isinstance(answer, Reading):
        return answer

    def read() -> Reading:
        try:
            return answer()
        except Exception as error:  # as above
            return _nothing(way, job, settings, Why.INTERNAL, kind_of(error))

    return read


def kind_of(error: BaseException) -> str:
    """Type and place of an error of ours, without its text: that may quote a secret."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    place = f" at {Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else ""
    return f"{type(error).__name__}{place}"


@cache
def _not_configured(door: str) -> Reading:
    return Reading(doors=(Door(door=door, outcome=Why.NOT_CONFIGURED.value),), observations=())


def _nothing(way: Way, job: Job, settings: Settings, why: Why, detail: str = "") -> Reading:
    if not way.facts:
        return _not_configured(way.door)
    device = job.recorder.id if job.recorder else job.school.id
    at = settings.now().isoformat()
    return Reading(
        doors=(Door(door=way.door, outcome=why.value, detail=detail),),
        observations=tuple(
            Observation(
                device=device,
                fact=fact,
                unknown=why,
                detail=detail,
                source=way.door,
                door=way.door,
                at=at,
            )
            for fact in sorted(way.facts)
        ),
    )


def _written(job: Job, settings: Settings) -> TargetReport:
    """Write the document of a job that was taken, and say how it went."""
    doors = tuple(door for reading in job.read() for door in reading.doors)
    said = job.said()
    document = StateDocument(
        target=job.target,
        site=job.school.id,
        driver=job.driver,
        run_id=settings.run_id,
        started_at=job.started_at,
        collected_at=settings.now().isoformat(),
        tool_version=__version__,
        doors=doors,
        observations=tuple(said),
    )
    try:
        path = state.write(document, settings.out)
        trail.append(document, settings.out)
    except Exception as error:  # the others are still written; the report names this one
        return job.report(Ended.BROKEN, f"the document cannot be written: {kind_of(error)}")
    told = sum(o.unknown is None for o in said)
    untold = sum(o.unknown is not None and o.unknown not in _NOT_OWED for o in said)
    ended, detail = _ended(doors, whole=not untold and not any(o.partial for o in said))
    report = job.report(ended, detail)
    return TargetReport(
        target=report.target,
        site=report.site,
        driver=report.driver,
        ended=ended,
        detail=detail,
        seconds=report.seconds,
        told=told,
        untold=untold,
        path=str(path),
    )


def _ended(doors: tuple[Door, ...], *, whole: bool) -> tuple[Ended, str]:
    tried = [door for door in doors if door.outcome != Why.NOT_CONFIGURED]
    wrong = [door for door in tried if door.outcome != "ok"]
    detail = "; ".join(
        f"{d.door}: {d.outcome}" + (f" ({d.detail})" if d.detail else "") for d in wrong
    )
    inside = [door for door in doors if door.door not in _OUTSIDE]
    if any(door.outcome == "ok" for door in inside):
        return (Ended.OK if whole and not wrong else Ended.PARTIAL), detail
    first = inside[0].outcome if inside else Why.NOT_CONFIGURED.value
    return _ENDED_BY_DOOR.get(first, Ended.NO_ANSWERS), detail
