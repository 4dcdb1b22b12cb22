"""Inventory → state documents: every recorder is asked once, and every one ends in the report.

A recorder is asked by one thread with one budget. Another thread reads the answers and writes the
documents, some in a row, so a run holds no documents. A device that breaks its driver, hangs or is
not there degrades only itself (collect_one.py says what is asked of one target).
"""

from __future__ import annotations

import math
import queue
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cctv_policy import collect_one
from cctv_policy.collect_one import Ended, Job, Settings, TargetReport
from cctv_policy.drivers import DRIVERS, managed
from cctv_policy.drivers.base import Driver
from cctv_policy.drivers.login_probe import Ledger
from cctv_policy.errors import UsageError
from cctv_policy.inventory import Inventory
from cctv_policy.secretstore import ReadOnce, SecretStore

TICK_S = 0.25
PAUSE_S = 0.5
"""How long answers are gathered before they are read: in a row, each costs half of what it costs
alone, between the work of others."""
MOST_HEARD = 100
"""Answers that wait to be read; who has one more waits with it, for it may be megabytes."""
GRACE_S = 1.0
"""A driver keeps the budget itself; the guard ends what is this much over it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """One step: how far the run is, and what just ended."""

    done: int
    total: int
    last: TargetReport


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectReport:
    """Every selected target of the inventory, in its order."""

    run_id: str
    started_at: str
    finished_at: str
    interrupted: bool
    targets: tuple[TargetReport, ...]

    def counts(self) -> dict[Ended, int]:
        """How many targets ended how; zeros too."""
        found = Counter(target.ended for target in self.targets)
        return {ended: found[ended] for ended in Ended}


def collect(
    inventory: Inventory,
    *,
    store: SecretStore,
    out: Path,
    root: Path,
    now: Callable[[], datetime],
    run_id: str,
    concurrency: int | None = None,
    budget_s: float | None = None,
    only: Collection[str] = (),
    progress: Callable[[Progress], None] = lambda _: None,
    ledger: Path | None = None,
    probe_max_attempts: int = 2,
    drivers: Mapping[str, Driver] = DRIVERS,
) -> CollectReport:
    """Ask every recorder of `inventory` and write a state document for each below `out`.

    `only`: ids of schools and recorders. `root`: the district's repository (answer sheets lie
    there). `ledger`: the file of login probes made so far; None allows no such probe (parameter
    `probe_enabled`). `concurrency` and `budget_s` (seconds a device) default to the district's.
    Ctrl-C ends the run: documents written stay valid and the report says what is missing. Raises
    UsageError for an unknown id or driver, and nothing for what devices do.
    """
    refuse_unknown(inventory, only)
    jobs = [job for job in _jobs(inventory) if not only or _chosen(job, only)]
    _refuse_undriven(jobs, drivers)
    limits = inventory.district.collect
    store = ReadOnce(store)
    settings = Settings(
        store=store,
        out=out,
        root=root,
        now=now,
        budget_s=budget_s or limits.device_budget_s,
        run_id=run_id,
        index=managed.index(inventory, store),
        ledger=Ledger(ledger) if ledger else None,
        probe_max_attempts=probe_max_attempts,
        drivers=drivers,
    )
    started_at = now().isoformat()
    pool = _Pool(jobs, settings, progress)
    interrupted = pool.work(min(concurrency or limits.concurrency, len(jobs)))
    return CollectReport(
        run_id=run_id,
        started_at=started_at,
        finished_at=now().isoformat(),
        interrupted=interrupted,
        targets=tuple(pool.reports.get(job.target) or _not_finished(job) for job in jobs),
    )


def _jobs(inventory: Inventory) -> Iterator[Job]:
    for school in inventory.schools:
        for recorder in school.recorders:
            yield Job(school=school, recorder=recorder)
        if school.router and any(recorder.in_use for recorder in school.recorders):
            yield Job(school=school, recorder=None)


def _chosen(job: Job, only: Collection[str]) -> bool:
    return job.school.id in only or (job.recorder is not None and job.recorder.id in only)


def refuse_unknown(inventory: Inventory, only: Collection[str]) -> None:
    """UsageError if one of `only` is neither a school's nor a recorder's id."""
    known = {school.id for school in inventory.schools}
    known |= {recorder.id for _, recorder in inventory.recorders()}
    if unknown := sorted(set(only) - known):
        names = ", ".join(unknown)
        raise UsageError(
            f"清冊中沒有 {names} (no school or recorder called {names})",
            fix="請用清冊中的代號 (use ids of the inventory: cctv-policy inventory)",
        )


def _refuse_undriven(jobs: Sequence[Job], drivers: Mapping[str, Driver]) -> None:
    for job in jobs:
        recorder = job.recorder
        if recorder and recorder.in_use and recorder.driver not in drivers:
            raise UsageError(
                f"沒有這種驅動程式 (no driver called {recorder.driver!r})",
                where=f"{recorder.source}:{recorder.line}",
                fix=f"known: {', '.join(sorted(drivers))}",
            )


def _not_finished(job: Job) -> TargetReport:
    return job.report(Ended.NOT_FINISHED, "the run was interrupted")


class _Pool:
    """Threads that ask devices, one that reads what they answered, and a guard that takes jobs away
    from stuck threads.
    """

    def __init__(
        self, jobs: list[Job], settings: Settings, progress: Callable[[Progress], None]
    ) -> None:
        self.reports: dict[str, TargetReport] = {}
        self._settings = settings
        self._progress = progress
        self._total = len(jobs)
        self._waiting: queue.SimpleQueue[Job] = queue.SimpleQueue()
        self._heard: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        """None: there will be no more."""
        self._ended: queue.SimpleQueue[TargetReport] = queue.SimpleQueue()
        self._running: dict[str, Job] = {}
        self._all_heard = threading.Event()
        self._news = threading.Event()
        self._reader: threading.Thread | None = None
        for job in jobs:
            self._waiting.put(job)

    def work(self, threads: int) -> bool:
        """Until every job has its report; True if interrupted."""
        try:
            self._start_reader()
            for _ in range(threads):
                _daemon(self._ask_on).start()
            while len(self.reports) < self._total:
                self._news.wait(TICK_S)
                self._news.clear()
                self._take_ended()
                self._guard()
        except KeyboardInterrupt:
            self._stop()
            return True
        finally:
            self._heard.put(None)
        return False

    def _take_ended(self) -> None:
        while not self._ended.empty():
            self._note(self._ended.get())

    def _guard(self) -> None:
        limit = time.monotonic() - self._settings.budget_s - GRACE_S
        for job in list(self._running.values()):
            if job.since < limit and job.take():
                self._note(collect_one.over_budget(job, self._settings))
                if job.asked_s is None:
                    _daemon(self._ask_on).start()
                else:
                    self._start_reader()

    def _stop(self) -> None:
        """Hand out nothing more; who is writing may finish, the others must not write any more."""
        while not self._waiting.empty():
            self._waiting.get_nowait()
        for job in list(self._running.values()):
            if job.take():
                self.reports[job.target] = _not_finished(job)
        deadline = time.monotonic() + GRACE_S
        while self._running.keys() - self.reports.keys() and time.monotonic() < deadline:
            try:
                report = self._ended.get(timeout=TICK_S)
            except queue.Empty:
                continue
            self.reports[report.target] = report

    def _note(self, report: TargetReport) -> None:
        self._running.pop(report.target, None)
        self.reports[report.target] = report
        self._progress(Progress(done=len(self.reports), total=self._total, last=report))

    def _ask_on(self) -> None:
        """Ask one device after the other."""
        while True:
            try:
                job = self._waiting.get_nowait()
            except queue.Empty:
                return
            job.began = job.since = time.monotonic()
            self._running[job.target] = job
            try:
                collect_one.ask(job, self._settings)
            except Exception as error:  # a fault of ours must end this target only
                self._ended.put(job.report(Ended.BROKEN, collect_one.kind_of(error)))
                continue
            job.since = math.inf
            if job.taken:  # the guard has ended it and started another thread
                return
            while self._heard.qsize() >= MOST_HEARD:
                time.sleep(TICK_S)
            self._heard.put(job)
            if self._waiting.empty() and not any(
                other.asked_s is None for other in list(self._running.values())
            ):
                self._all_heard.set()

    def _start_reader(self) -> None:
        self._reader = _daemon(self._read_on)
        self._reader.start()

    def _read_on(self) -> None:
        """Read answers, some in a row."""
        job = self._heard.get()
        while job:
            self._all_heard.wait(PAUSE_S)
            while job:
                self._read(job)
                if threading.current_thread() is not self._reader:  # the guard started another
                    return
                try:
                    job = self._heard.get_nowait()
                except queue.Empty:
                    break
            self._news.set()
            if job:
                job = self._heard.get()

    def _read(self, job: Job) -> None:
        job.since = time.monotonic()
        try:
            report = collect_one.finish(job, self._settings)
        except Exception as error:  # a fault of ours must end this target only
            report = job.report(Ended.BROKEN, collect_one.kind_of(error))
        if report is not None:
            job.readings.clear()  # it is written; hundreds of devices' answers need not be kept
            self._ended.put(report)


def _daemon(work: Callable[[], None]) -> threading.Thread:
    """A device that never lets its thread go must not keep the process alive."""
    return threading.Thread(target=work, name="collect", daemon=True)
