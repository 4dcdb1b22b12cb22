"""What a person sees while devices are being asked: one line on a terminal, plain lines
elsewhere.
"""

from __future__ import annotations

from typing import TextIO

from cctv_policy.collect import CollectReport, Progress
from cctv_policy.collect_one import Ended


class ProgressLine:
    """Call it with every step.

    On a terminal it rewrites one line; elsewhere it names what failed.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._terminal = stream.isatty()

    def __call__(self, step: Progress) -> None:
        """Show one step."""
        last = step.last
        text = f"[{step.done}/{step.total}] {last.target}: {last.ended}"
        if self._terminal:
            self._stream.write(f"\r\x1b[K{text}")
        elif last.ended is not Ended.OK or step.done == step.total:
            self._stream.write(f"{text} {last.detail}".rstrip() + "\n")
        self._stream.flush()

    def finish(self, report: CollectReport) -> None:
        """The counts of the whole run."""
        counts = ", ".join(f"{n} {ended}" for ended, n in report.counts().items() if n)
        lead = "\r\x1b[K" if self._terminal else ""
        self._stream.write(f"{lead}collected: {counts}\n")
