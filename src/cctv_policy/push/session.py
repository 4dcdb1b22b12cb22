"""What carries out a plan's steps works with these: a root shell on one recorder, tools, outcomes.

Protocols only. `pyinfra_session.py` has the real one; tests have others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from cctv_policy.model import Text
from cctv_policy.push.model import Move, Rotation, Script, Step, Wanted
from cctv_policy.secretstore import Secret, SecretStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """How a script ended: its exit code and what it printed, secrets of the script masked."""

    rc: int
    text: str


class Session(Protocol):
    """A root shell on one recorder, over the connection whose host key is pinned.

    Everything raises framing.CannotTell where the device does not answer as it must; after `run`
    that means the outcome is not known.
    """

    @property
    def host(self) -> str:
        """The address it is connected to."""
        ...

    def run(self, script: Script, values: Mapping[str, Secret] | None = None) -> Done:
        """Run one script to its end; see model.Script for how.

        `values` are further secrets by shell variable, for what is in no store yet.
        """
        ...

    def reconnect(self, host: str, *, within_s: float) -> None:
        """Close, and log in at `host` with the same pinned keys and account, trying for a time."""
        ...


class Ended(StrEnum):
    """How one step ended."""

    DONE = "done"
    FAILED = "failed"
    """It did not happen, or was taken back; the device is as before the step."""
    UNKNOWN = "unknown"
    """Nobody can say from here; the next run reads what is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How one step ended, and why if not well. `why` holds no secret."""

    ended: Ended
    why: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What steps may need beside the session. `root` is the district's folder."""

    store: SecretStore
    root: Path
    run_id: str
    now: Callable[[], datetime]
    sleep: Callable[[float], None]
    options: Mapping[str, str] = field(default_factory=dict)
    """Further settings from the command line, by name (e.g. `vault`)."""


class ExecuteMove(Protocol):
    """Carries out a change of address under commit-confirm."""

    def __call__(
        self, session: Session, step: Step, move: Move, wanted: Wanted, tools: Tools
    ) -> Outcome:
        """`session` is connected to the new address afterwards if the move was confirmed."""
        ...


class ExecuteRotation(Protocol):
    """Carries out a change of one secret by the two-phase state machine."""

    def __call__(
        self, session: Session, step: Step, rotation: Rotation, wanted: Wanted, tools: Tools
    ) -> Outcome:
        """Resumes what an earlier run left unfinished."""
        ...
