"""From lanes (channels as configured) and files to the facts `channels` and `storage`. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from cctv_policy.drivers import network, retention
from cctv_policy.drivers.cameras import Feed, camera_of, signal
from cctv_policy.drivers.framing import CannotTell, Reply
from cctv_policy.drivers.linux import device_now, device_zone, instant, volume_of, volumes
from cctv_policy.drivers.machine import Told, Topic
from cctv_policy.drivers.recordings import Span, Take, days_that_fit, survey
from cctv_policy.inventory import Recorder
from cctv_policy.model import Json

Mode = Literal["continuous", "motion", "schedule", "off"]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Lane:
    """One channel as it is set up. `takes`: its files, if the folder alone does not tell."""

    ch: str
    enabled: bool | None
    mode: Mode | None
    length_s: float | None
    folder: str
    feed: Feed | None = None
    configured_days: int | None = None
    """By the recorder's own setting; None: by rules of the machine (retention.py)."""
    takes: Sequence[Take] | None = None
    signal: bool | None = None
    """By the recorder's own word; None: by the kernel's connections."""
    wrapped: bool | None = None
    locked: Sequence[float] | None = ()
    """Starts of footage that is kept from deletion; none where the software knows no such thing."""


def tell_channels(
    reply: Reply,
    recorder: Recorder,
    lanes: Sequence[Lane],
    archives: Mapping[str, Sequence[Take]],
) -> Iterator[Told]:
    """Fact `channels`. `archives`: the files below each folder that was listed."""
    now, zone = device_now(reply), device_zone(reply)
    spans = [
        survey(
            _own(lane, archives) if lane.takes is None else lane.takes,
            now=now,
            zone=zone,
            length_s=lane.length_s,
        )
        for lane in lanes
    ]
    yield from tell_spans(reply, recorder, lanes, spans, source="find (finished files)")


def tell_spans(
    reply: Reply,
    recorder: Recorder,
    lanes: Sequence[Lane],
    spans: Sequence[Span],
    *,
    source: str,
    usable: float = 1.0,
) -> Iterator[Told]:
    """The same from spans that are known already. `usable`: see recordings.days_that_fit."""
    mounted = volumes(reply)
    fit = projected(lanes, spans, mounted, usable=usable)
    picture = _signals(reply, lanes)
    channels = [
        _channel(reply, recorder, lane, span)
        | {"projected_days": fit.get(lane.ch), "signal": picture[lane.ch]}
        for lane, span in zip(lanes, spans, strict=True)
    ]
    partial = any(span.cut_short for span in spans)
    yield Told(fact="channels", value=channels, source=source, partial=partial)


def tell_storage(reply: Reply, _: Recorder) -> Iterator[Told]:
    """Fact `storage`: the volumes of the folders that were asked for, or of none (then unknown)."""
    folders = [section.argument for section in reply.all("files") if section.argument]
    if not folders:
        raise CannotTell(reply.missing.why, "the folders of the recordings are not known")
    yield volumes_of(reply, folders)


def volumes_of(reply: Reply, folders: Iterable[str]) -> Told:
    """Fact `storage`: the volumes on which these folders lie."""
    mounted = volumes(reply)
    used = {str(v["mount"]): v for folder in folders if (v := volume_of(folder, mounted))}
    return Told(fact="storage", value=list(used.values()), source="df, /proc/mounts")


STORAGE = Topic(facts=("storage",), read=tell_storage)


def _signals(reply: Reply, lanes: Sequence[Lane]) -> dict[str, bool | None]:
    try:
        streams = network.streams(reply)
    except CannotTell:
        streams = None
    feeds = [lane.feed for lane in lanes if lane.feed]
    return {
        lane.ch: signal(lane.feed, feeds, streams) if lane.signal is None else lane.signal
        for lane in lanes
    }


def _channel(reply: Reply, recorder: Recorder, lane: Lane, span: Span) -> dict[str, Json]:
    zone = device_zone(reply)
    camera = camera_of(recorder, lane.ch, lane.feed)
    days = lane.configured_days
    gaps = span.gaps
    return {
        "ch": lane.ch,
        "camera_id": camera.id if camera else None,
        "enabled": lane.enabled,
        "mode": lane.mode,
        "oldest_at": None if span.oldest is None else instant(span.oldest, zone),
        "newest_at": None if span.newest is None else instant(span.newest, zone),
        "gaps": None
        if gaps is None
        else [{"start": instant(a, zone), "end": instant(b, zone)} for a, b in gaps],
        "wrapped": lane.wrapped,
        "configured_days": retention.configured_days(reply, lane.folder) if days is None else days,
        "locked_files": None
        if lane.locked is None
        else [{"recorded_at": instant(t, zone)} for t in lane.locked],
    }


def _own(lane: Lane, archives: Mapping[str, Sequence[Take]]) -> list[Take]:
    """The files below the lane's folder."""
    for archive, takes in archives.items():
        base = archive.rstrip("/") + "/"
        if lane.folder.rstrip("/") + "/" == base:
            return list(takes)
        if lane.folder.startswith(base):
            below = lane.folder[len(base) :].rstrip("/") + "/"
            return [t for t in takes if t.path.startswith(below)]
    return []


def projected(
    lanes: Sequence[Lane],
    spans: Sequence[Span],
    mounted: dict[str, dict[str, Json]],
    *,
    usable: float = 1.0,
) -> dict[str, int | None]:
    """Days that fit, for each channel: all channels of one volume share it."""
    groups: dict[str, list[tuple[Lane, Span]]] = {}
    for lane, span in zip(lanes, spans, strict=True):
        if volume := volume_of(lane.folder, mounted):
            groups.setdefault(str(volume["mount"]), []).append((lane, span))
    found: dict[str, int | None] = {}
    for mount, members in groups.items():
        volume = mounted[mount]
        days = days_that_fit(
            size=volume["size_bytes"],
            free=volume["free_bytes"],
            held=sum(span.bytes_total for _, span in members),
            rates=[span.bytes_a_day for lane, span in members if lane.enabled],
            usable=usable,
        )
        found |= {lane.ch: days for lane, _ in members if lane.enabled}
    return found
