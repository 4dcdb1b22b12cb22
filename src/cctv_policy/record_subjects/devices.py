"""What a school's devices told, as records are compared with it (spec §1.2: D with R).

Instants of a device are corrected by its clock offset; without an offset that can be used, they are
not used either.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from cctv_policy.evidence import Fact, Said, join
from cctv_policy.inventory import Camera, Recorder, School
from cctv_policy.model import Json
from cctv_policy.periods import Period, local_date
from cctv_policy.scope import Scope, Scopes
from cctv_policy.subjects import recorder_as_of

_ASKED = frozenset({"accounts", "channels", "events", "log", "seen", "time.offset_s", "device.mac"})
"""Facts that some rule on records compares with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The oldest footage of a channel, corrected, as of when the recorder was asked."""

    oldest: datetime
    asked: datetime
    locked: tuple[datetime, ...]

    @property
    def keeps(self) -> timedelta:
        """How long the channel keeps footage before it is overwritten, as observed."""
        return self.asked - self.oldest


@dataclass(frozen=True)
class Devices:
    """The devices of one school, and what was told of them."""

    school: School | None
    said: Mapping[str, Sequence[Said]]
    scope: Scope

    @property
    def all(self) -> Iterator[Recorder | Camera]:
        """Recorders in use and the network cameras behind them."""
        for recorder in self.school.recorders if self.school else ():
            if recorder.in_use:
                yield recorder
                yield from (camera for camera in recorder.cameras if not camera.analog)

    def recorder(self, device: str) -> Recorder | None:
        """A recorder of the inventory by its id."""
        recorders = self.school.recorders if self.school else ()
        return next((r for r in recorders if r.id == device), None)

    @cached_property
    def places(self) -> dict[str, tuple[Recorder, str]]:
        """Camera id → its recorder and channel."""
        recorders = self.school.recorders if self.school else ()
        return {camera.id: (r, camera.ch) for r in recorders for camera in r.cameras}

    def camera(self, device: str, ch: str) -> str | None:
        """The camera on a recorder's channel."""
        found = ((name, r.id, c) for name, (r, c) in self.places.items())
        return next((name for name, r_id, c in found if (r_id, c) == (device, ch)), None)

    @cached_property
    def _joined(self) -> dict[str, dict[str, Fact]]:
        return {}

    def facts(self, device: str) -> dict[str, Fact]:
        """Everything usable or not that was told of a device, by fact."""
        if device not in self._joined:
            told = [one for one in self.said.get(device, ()) if one[1].fact in _ASKED]
            self._joined[device] = join(told, as_of=self.scope.as_of, max_age=self.scope.max_age)
        return self._joined[device]

    def fact(self, device: str, name: str) -> Fact | None:
        """A fact with a whole value; None if it is missing or may not be relied on."""
        found = self.facts(device).get(name)
        return found if found and not found.code else None

    def asked(self, fact: Fact) -> datetime:
        """When the best door told a fact."""
        return datetime.fromisoformat(fact.refs[0].collected_at)

    def offset(self, device: str) -> timedelta | None:
        """How far the device's clock is ahead; None if unknown or too far to judge ages by it."""
        found = self.fact(device, "time.offset_s")
        if found is None:
            return None
        limit = Period.parse(self.scope.value("clock_max_offset_for_retention"))
        offset = timedelta(seconds=found.value)
        return offset if abs(offset) <= timedelta(days=limit.days, seconds=limit.seconds) else None

    def held(self, device: str, ch: str) -> Held | None:
        """What a channel holds; None if nothing usable was told."""
        channels, offset = self.fact(device, "channels"), self.offset(device)
        if channels is None or offset is None:
            return None
        told = next((c for c in channels.value if c["ch"] == ch), None)
        if told is None or told.get("oldest_at") is None:
            return None
        locked = [f["recorded_at"] for f in told.get("locked_files") or []]
        return Held(
            oldest=datetime.fromisoformat(told["oldest_at"]) - offset,
            asked=self.asked(channels),
            locked=tuple(datetime.fromisoformat(at) - offset for at in locked),
        )

    def seen(self) -> list[dict[str, Json]] | None:
        """CCTV devices that anybody saw on the school's network; None if nobody looked."""
        if self.school is None:
            return None
        doors = [self.school.id, *(r.id for r in self.school.recorders)]
        facts = [f for f in (self.facts(door).get("seen") for door in doors) if f]
        usable = [f for f in facts if f.code in ("", "partial")]
        return [s for f in usable for s in f.value] if usable else None

    def addresses(self) -> set[str]:
        """Names and addresses that the inventory gives its devices."""
        found: set[str] = set()
        for recorder in self.school.recorders if self.school else ():
            found |= {recorder.id, *(c.id for c in recorder.cameras)}
            found |= {recorder.connect.host} if recorder.connect else set()
            found |= {c.address for c in recorder.cameras if c.address}
        return found

    def macs(self) -> Iterator[tuple[str, str]]:
        """Device and MAC address, as the devices in use tell it."""
        for device in self.all:
            told = self.fact(device.id, "device.mac")
            yield from ((device.id, mac.lower()) for mac in (told.value if told else ()))

    def on_day(self, recorder: Recorder, day: date, window: int) -> dict[str, Json] | None:
        """The rule input of a recorder as it was asked nearest to a day; None if not near enough.

        Only evidence of that asking counts, so it is judged as of then.
        """
        near: dict[datetime, list[Said]] = {}
        for document, observation in self.said.get(recorder.id, ()):
            at = _instant(observation.at)
            if at and abs((local_date(at) - day).days) <= window and at <= self.scope.as_of:
                near.setdefault(at, []).append((document, observation))
        asked = [at for at, told in near.items() if any(o.fact == "channels" for _, o in told)]
        if self.school is None or not asked:
            return None
        chosen = min(asked, key=lambda at: (abs((local_date(at) - day).days), -at.timestamp()))
        told = [one for at, some in near.items() if abs(at - chosen) <= _ONE_ASKING for one in some]
        last = max(_instant(o.at) or chosen for _, o in told)
        places = Scopes.of(self.scope.regulation, last, self.scope.names)
        return dict(recorder_as_of(self.school, recorder, told, places).document)


_ONE_ASKING = timedelta(minutes=30)
"""What a run learns of one recorder is told within this."""


def _instant(text: str) -> datetime | None:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    return instant if instant.tzinfo else None
