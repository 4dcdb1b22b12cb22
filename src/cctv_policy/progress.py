"""What a person sees while devices are being asked: one line on a terminal, plain lines
elsewhere.
"""

from __future__ import annotations

from pathlib import Path
from typing import TextIO

from cctv_policy import state
from cctv_policy.collect import CollectReport, Progress
from cctv_policy.collect_one import Ended
from cctv_policy.errors import StateError

WORDS = {
    Ended.OK: "完成",
    Ended.PARTIAL: "部分完成",
    Ended.UNREACHABLE: "無法連線",
    Ended.TURNED_AWAY: "遭拒絕",
    Ended.NO_ANSWERS: "沒有可用的回答",
    Ended.OVER_BUDGET: "逾時",
    Ended.BROKEN: "本工具錯誤",
    Ended.NOT_FINISHED: "未完成",
    Ended.NOT_IN_USE: "未使用",
}
"""How a target ended, before its word in state documents and `docs/collect.md`."""


class ProgressLine:
    """Call it with every step.

    On a terminal it rewrites one line; elsewhere it names what failed. `verbose`: 1 names every
    device on a line of its own, 2 also how each of its doors went.
    """

    def __init__(self, stream: TextIO, *, verbose: int = 0) -> None:
        self._stream = stream
        self._terminal = stream.isatty()
        self._verbose = verbose

    def __call__(self, step: Progress) -> None:
        """Show one step."""
        last = step.last
        text = f"[{step.done}/{step.total}] {last.target}: {WORDS[last.ended]} {last.ended}"
        if self._verbose:
            self._stream.write(f"{text} {last.detail} ({last.seconds:.1f} s)\n")
            if self._verbose > 1 and last.path:
                self._stream.writelines(_doors(Path(last.path)))
        elif self._terminal:
            self._stream.write(f"\r\x1b[K{text}")
        elif last.ended is not Ended.OK or step.done == step.total:
            self._stream.write(f"{text} {last.detail}".rstrip() + "\n")
        self._stream.flush()

    def finish(self, report: CollectReport) -> None:
        """The counts of the whole run."""
        counts = "，".join(
            f"{WORDS[ended]} {ended} {n}" for ended, n in report.counts().items() if n
        )
        lead = "\r\x1b[K" if self._terminal and not self._verbose else ""
        self._stream.write(f"{lead}收集完畢 collected: {counts}\n")


def _doors(path: Path) -> list[str]:
    """How each door of a target went, as its state document says."""
    try:
        doors = state.read(path).doors
    except StateError as error:
        return [f"    {error}\n"]
    return [
        f"    {door.door}: {door.outcome} {door.detail}".rstrip() + f" ({door.seconds:.1f} s)\n"
        for door in doors
    ]
