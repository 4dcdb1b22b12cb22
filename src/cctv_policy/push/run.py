"""A whole push: what is wanted → plans → waves → collected and judged again.

Called by the command line; it prints nothing itself and asks nobody anything.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import FrameType

from cctv_policy import __version__
from cctv_policy.model import Json
from cctv_policy.push.crew import Crew
from cctv_policy.push.device import Order
from cctv_policy.push.model import Wanted
from cctv_policy.push.planning import destroyed, fingerprint
from cctv_policy.push.results import DeviceEnded, DeviceResult
from cctv_policy.push.runlog import RunLog
from cctv_policy.push.targets import Request
from cctv_policy.push.verdicts import Verdicts
from cctv_policy.push.waves import Waves

Seen = Callable[[int, int, DeviceResult], None]
"""Told of every device that ended: how many by now, of how many, and how."""


def plan(crew: Crew, request: Request, wanted: Iterable[Wanted], seen: Seen) -> list[DeviceResult]:
    """Every device's plan. Nothing is changed anywhere."""
    orders = [Order(wanted=each, only=request.only) for each in wanted]
    results: list[DeviceResult] = []
    for result in crew.each(orders):
        results.append(result)
        seen(len(results), len(orders), result)
    return results


@dataclass(slots=True)
class Apply:
    """The second half of a run, with what a person approved."""

    crew: Crew
    request: Request
    log: RunLog
    now: Callable[[], datetime]
    waves: Waves = field(init=False)

    def __post_init__(self) -> None:
        self.waves = Waves(self.crew, self._announce)

    def _announce(self, name: str, size: int) -> None:
        self.log.write("wave", name=name, size=size)

    def begin(self, run_id: str, plans: Sequence[DeviceResult]) -> None:
        """The first line of the log."""
        request = self.request
        self.log.write(
            "run",
            run_id=run_id,
            at=self.now().isoformat(timespec="seconds"),
            tool=__version__,
            only=list(request.only),
            limit=list(request.limit),
            allow_shorter=request.allow_shorter,
            disable_unknown_accounts=request.disable_unknown_accounts,
            targets=sorted(result.recorder for result in plans),
        )

    def work(
        self, plans: Sequence[DeviceResult], wanted: Mapping[str, Wanted], seen: Seen
    ) -> list[DeviceResult]:
        """Carry out the plans; devices without steps end as their plan did.

        `wanted` is what is wanted now: a hold placed since the plan makes it `stale`. Its order,
        the inventory's, decides who goes first; the plans come as their devices answered.
        """
        results = [result for result in plans if result.ended is not DeviceEnded.PLANNED]
        for result in results:
            self._note(result)
        orders = []
        planned = {result.recorder: result for result in plans}
        for result in (planned[name] for name in wanted if name in planned):
            if result.ended is DeviceEnded.PLANNED and result.plan is not None:
                orders.append(
                    Order(
                        wanted=wanted[result.recorder],
                        only=self.request.only,
                        approved=fingerprint(result.plan),
                        may_destroy=tuple(sorted(destroyed(result.plan))),
                    )
                )
        for ended, result in enumerate(self.waves.each(orders), 1):
            if result.reason == "stopped":
                result = replace(result, reason=self.waves.halted or "stopped")
            self._note(result)
            results.append(result)
            seen(ended, len(orders), result)
        return results

    def end(self, before: Verdicts, after: Verdicts, code: int) -> None:
        """The last lines of the log: what the rules say, and how the run ended."""
        self.log.write("verdicts", before=plain(before), after=plain(after))
        self.log.write("end", at=self.now().isoformat(timespec="seconds"), code=code)

    def _note(self, result: DeviceResult) -> None:
        self.log.device(result, self.now().isoformat(timespec="seconds"))


def plain(verdicts: Verdicts) -> Json:
    """As JSON."""
    return {name: {rule: o.value for rule, o in rules.items()} for name, rules in verdicts.items()}


@contextmanager
def gently(stop: Callable[[], None]) -> Iterator[list[bool]]:
    """The first Ctrl-C or SIGTERM calls `stop` and is kept in the list; the second is one."""
    caught: list[bool] = []

    def handler(_number: int, _frame: FrameType | None) -> None:
        if caught:
            raise KeyboardInterrupt
        caught.append(True)
        stop()

    before = {n: signal.signal(n, handler) for n in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield caught
    finally:
        for number, old in before.items():
            signal.signal(number, old)
