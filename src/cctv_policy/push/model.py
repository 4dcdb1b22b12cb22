"""What a plan is made of: wanted state, steps, refusals. Pure data, no secrets.

A step says what a person must know (before, after, what it destroys) and how it is done. It never
holds a secret: a script names the secrets it needs, and they reach the device on standard input.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from cctv_policy.drivers.framing import Reply
from cctv_policy.inventory import Recorder, School
from cctv_policy.model import Text

AspectName = Literal["hardening", "retention", "credentials", "addressing"]
"""In the order in which a plan is applied: what can cut the connection comes last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """Days of footage wanted on one channel; `max_days` None where nothing forbids more."""

    ch: str
    days: int
    min_days: int
    max_days: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Footage that may not be destroyed, from an unreleased legal hold (ISO times with offset)."""

    ref: str
    ch: str
    start: str
    end: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Something wanted that this plan will not do, and what a person can do about it."""

    id: str
    aspect: AspectName
    why: Text
    fix: Text
    unknown: bool = False
    """Not decided against, but undecidable: the device did not say enough."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What one recorder should be like, from inventory, regulation and records."""

    school: School
    recorder: Recorder
    retention: tuple[Retention, ...]
    holds: tuple[Hold, ...] = ()
    allow_shorter: bool = False
    """The operator said that footage may be destroyed by a shorter window (--allow-shorter)."""
    disable_unknown_accounts: bool = False
    address_faults: tuple[Refusal, ...] = ()
    """What the district's address plan says against this recorder's wanted address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """Shell text run as root by `sh -s`: text and secrets arrive on standard input, never in argv.

    It runs under `set -eu` in `/`, umask 077: the first command that fails ends it, and what it
    printed last is the reason a person is told. `secrets` maps a shell variable to a secret's name;
    the variable is set, not exported: use it with builtins and here-documents only. The script must
    be safe to run twice, and at any point after it was cut off.
    """

    sh: str
    secrets: Mapping[str, str] = field(default_factory=dict)
    timeout_s: int = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """A change of one secret by the two-phase state machine (cctv_policy.rotation)."""

    account: str
    secret: str
    """Name in the vault."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """Lines of one configuration file of the device: `first` to `last` (from 1) become `text`.

    Done on the device, and only if the file's SHA-256 is still `sha256`; so lines that hold a
    secret are never read here. `last` = `first` - 1 only inserts. `sha256` is empty for a file that
    is not there yet.
    """

    path: str
    sha256: str
    first: int
    last: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A change of address under commit-confirm (cctv_policy.push.addressing)."""

    interface: str
    old: str
    new: str
    """Address with prefix length; equal to `old` where only other settings change."""
    system: Literal["ifupdown", "networkd", "netplan", "networkmanager"]
    edits: tuple[Edit, ...]
    gateway: str | None
    ula: str | None
    """Further IPv6 address with prefix length; None: no IPv6 but link-local."""
    old_gateway: str | None
    profile: str = ""
    """NetworkManager's uuid of the connection."""


Action = Script | Rotation | Move


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One change of one recorder."""

    id: str
    """Stable, e.g. `retention.window`."""
    aspect: AspectName
    title: Text
    rules: tuple[str, ...]
    """Rules it serves."""
    before: Text
    after: Text
    action: Action
    destroys: tuple[Text, ...] = ()
    """Footage that will be gone afterwards, for the operator's eyes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything that applying would do to one recorder; no steps: it is as wanted."""

    recorder: str
    steps: tuple[Step, ...]
    refusals: tuple[Refusal, ...]


class Aspect(Protocol):
    """One thing that can be made right on a recorder: a module of `push/` with these."""

    @property
    def name(self) -> AspectName:
        """Its place in the order."""
        ...

    def script(self, wanted: Wanted) -> str:
        """Shell text that reads what `plan` needs, in `section`s, as root; it changes nothing.

        It runs in a subshell after `drivers/sh/begin.sh`; names of sections start with the aspect's
        own (all aspects share one reply). It must not print a secret: what is compared is hashed
        or masked on the device.
        """
        ...

    def plan(self, reply: Reply, wanted: Wanted) -> Iterable[Step | Refusal]:
        """What must change. Pure. CannotTell if the reply does not say enough to decide.

        The plan for a device that is as wanted is empty: `before`, `after` and `action` of a step
        depend on nothing that moves by itself (no times, no free bytes), for the plan that a person
        approved is compared with the one made at the moment of applying.
        """
        ...
