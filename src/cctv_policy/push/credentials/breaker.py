"""The rotations of a run stop after two alarms, in whichever worker they happened.

The alarms of the last run are in `state/push/rotation-alarms`: run, device, state. No secret.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from cctv_policy.rotation import State

FILE = "state/push/rotation-alarms"
MOST_ALARMS = 2


def alarmed(root: Path, run_id: str) -> tuple[str, ...]:
    """Devices of this run whose rotation ended in an alarm, each once."""
    try:
        lines = (root / FILE).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return ()
    found = [line.split() for line in lines]
    return tuple(dict.fromkeys(words[1] for words in found if words[:1] == [run_id]))


def note(root: Path, run_id: str, device: str, state: State) -> None:
    """Remember an alarm; other outcomes are none."""
    if not state.alarming:
        return
    path = root / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write(f"{run_id} {device} {state.value}\n")
        file.flush()
        os.fsync(file.fileno())
