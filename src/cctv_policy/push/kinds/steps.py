"""Short ways to say a step or a refusal, and what all kinds of recorder have in common. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cctv_policy.drivers.framing import Reply
from cctv_policy.drivers.linux import keys
from cctv_policy.model import Text
from cctv_policy.push.kinds.scripts import change, quote
from cctv_policy.push.model import Refusal, Script, Step
from cctv_policy.push.phrases import as_is

Outcome = Step | Refusal
TRANSPORT, CLOCK, RUNNING = "A4.1-transport-hardening", "C-clock-sync", "A4.3-continuous-operation"
PASSWORDS = "A3.2-no-default-password"


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """Where the footage of one channel appears: a POSIX extended pattern below a folder."""

    ch: str
    folder: str
    pattern: str = ".*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """How it shows that a recorder records: its services, its channels, the length of a file."""

    units: tuple[str, ...]
    channels: tuple[Watched, ...]
    length_s: float | None = None
    log: str = ""

    @property
    def patience_s(self) -> int:
        """How long new footage may take to appear; it shows while a file is being written."""
        return int(min(180, max(60, 3 * (self.length_s or 0) + 30)))

    def before(self) -> str:
        """Shell text that notes what records now."""
        return "".join(
            f"watch {quote(w.ch)} {quote(w.folder)} {quote(w.pattern)}\n" for w in self.channels
        )

    def after(self) -> str:
        """Shell text that waits until all that recorded records again, and fails otherwise."""
        if not self.channels or not self.units:
            return ""
        return f"recording {self.patience_s} {quote(self.units[0])} {quote(self.log)}\n"

    def restart(self) -> str:
        """Shell text that restarts every service."""
        return "".join(f"restart {quote(unit)}\n" for unit in self.units)

    def change(self, *parts: str, secrets: Mapping[str, str] | None = None) -> Script:
        """A change after which the recorder must record; `parts` restart what they must."""
        return change(
            self.before(), *parts, self.after(), secrets=secrets, timeout_s=self.patience_s + 60
        )


def harden(
    name: str, title: Text, rules: Sequence[str], before: Text, after: Text, action: Script
) -> Step:
    """A step of hardening."""
    return Step(
        id=f"hardening.{name}",
        aspect="hardening",
        title=title,
        rules=tuple(rules),
        before=before,
        after=after,
        action=action,
    )


def refuse(name: str, why: Text, fix: Text) -> Refusal:
    """Something that hardening leaves to a person."""
    return Refusal(id=f"hardening.{name}", aspect="hardening", why=why, fix=fix)


def states(reply: Reply) -> dict[str, dict[str, str]]:
    """systemd's word on the units that hardening asked for, by name."""
    blocks = (keys(block) for block in reply.text("states").split("\n\n"))
    return {block["Id"]: block for block in blocks if block.get("Id")}


RECORDS = Text(zh="每次開機自動啟動，並有新錄影", en="active at every boot, new footage")


def state(unit: str, told: dict[str, str]) -> Text:
    """A unit with systemd's words on it; they are the same in every language."""
    words = (told.get("ActiveState") or "absent", told.get("UnitFileState") or "no unit")
    return as_is(f"{unit} {'/'.join(words)}")


def runs(unit: dict[str, str]) -> bool:
    """Whether a unit runs now and at every boot."""
    return unit.get("ActiveState") == "active" and unit.get("UnitFileState") in (
        "enabled",
        "enabled-runtime",
        "static",
        "alias",
        "generated",
    )
