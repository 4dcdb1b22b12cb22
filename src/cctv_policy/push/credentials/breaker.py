"""The rotations of a run stop after two alarms, or more than 2 % of its devices, in any worker.

The alarms of the last run are in `state/push/rotation-alarms`: run, device, state. No secret.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Sequence
from pathlib import Path

from cctv_policy.rotation import State

FILE = "state/push/rotation-alarms"
MOST_ALARMS = 2
MOST_SHARE = 0.02


def stops(alarms: Sequence[str], devices: int) -> bool:
    """Whether no further password may change (R14). `devices` of the run; 0: nobody knows."""
    share = bool(devices) and len(alarms) > MOST_SHARE * devices
    return share or len(alarms) >= MOST_ALARMS


def alarmed(root: Path, run_id: str) -> tuple[str, ...]:
    """Devices of this run whose rotation ended in an alarm, each once."""
    try:
        lines = (root / FILE).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return ()
    found = [line.split() for line in lines]
    return tuple(dict.fromkeys(words[1] for words in found if words[:1] == [run_id]))


def note(root: Path, run_id: str, device: str, state: State, *, before: str = "") -> None:
    """Remember an alarm; other outcomes are none.

    `before` is the mark that an earlier run left: a device that was in doubt already is no news,
    and must not keep the others from their turn for ever.
    """
    if not state.alarming or (before in set(State) and State(before).alarming):
        return
    path = root / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write(f"{run_id} {device} {state.value}\n")
        file.flush()
        os.fsync(file.fileno())
