"""From a recorder's lanes and files to shelves: what a rule deletes, what is held. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from cctv_policy.drivers.channels import Lane, projected
from cctv_policy.drivers.framing import CannotTell, Reply
from cctv_policy.drivers.linux import device_now, device_zone, volume_of, volumes
from cctv_policy.drivers.motion_conf import below
from cctv_policy.drivers.recordings import (
    LONGEST_FILE_S,
    Span,
    Take,
    is_footage,
    named_start,
    survey,
)
from cctv_policy.model import Text
from cctv_policy.push.kinds.window import CLOCK_TOLERANCE_S, Piece, Room, Shelf, held_ends, span
from cctv_policy.push.model import Hold, Refusal, Retention, Wanted
from cctv_policy.state import Why


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """What a recorder holds: its lanes, their files, and what they amount to."""

    lanes: tuple[Lane, ...]
    takes: Mapping[str, tuple[Take, ...]]
    spans: Mapping[str, Span]
    rooms: Mapping[str, Room]
    now: float


def slack(lane: Lane) -> float:
    """By how much earlier than its end a file of this lane may begin, at most."""
    return 2 * lane.length_s + 60 if lane.length_s else LONGEST_FILE_S


def stock(reply: Reply, lanes: Sequence[Lane], archives: Mapping[str, Sequence[Take]]) -> Stock:
    """Everything that retention must know of the files of a recorder."""
    now, zone = device_now(reply), device_zone(reply)
    takes = {
        lane.ch: tuple(below(archives, lane.folder) if lane.takes is None else lane.takes)
        for lane in lanes
    }
    spans = {
        lane.ch: survey(takes[lane.ch], now=now, zone=zone, length_s=lane.length_s)
        for lane in lanes
    }
    found = rooms(reply, lanes, [spans[lane.ch] for lane in lanes])
    return Stock(lanes=tuple(lanes), takes=takes, spans=spans, rooms=found, now=now)


def rooms(
    reply: Reply, lanes: Sequence[Lane], spans: Sequence[Span], *, usable: float = 1.0
) -> dict[str, Room]:
    """Channel → its volume with what all channels write there."""
    mounted = volumes(reply)
    fit = projected(lanes, spans, mounted, usable=usable)
    found: dict[str, Room] = {}
    for lane in lanes:
        volume = volume_of(lane.folder, mounted)
        if volume is None or not lane.enabled:
            continue
        same = [
            s.bytes_a_day
            for other, s in zip(lanes, spans, strict=True)
            if other.enabled and volume_of(other.folder, mounted) is volume
        ]
        known = None if None in same else sum(rate or 0 for rate in same)
        found[lane.ch] = Room(
            size=volume["size_bytes"],
            channels=len(same),
            bytes_a_day=known or None,
            days=fit.get(lane.ch),
        )
    return found


def pieces(reply: Reply, found: Stock, lane: Lane, holds: Sequence[Hold]) -> Iterator[Piece]:
    """The finished files of one lane. What is no footage counts too: cleaners ask nobody."""
    zone = device_zone(reply)
    takes = found.takes[lane.ch]
    ends = held_ends(holds, lane.ch, [take.end for take in takes], slack(lane))
    for take in takes:
        named = named_start(take.path, zone) if is_footage(take.path) else None
        held = take.end in ends
        yield Piece(ch=lane.ch, end=take.end, size=take.size, named=named, held=held)


def shelf(
    reply: Reply, found: Stock, lanes: Sequence[Lane], wanted: Wanted, *, where: str, current: int
) -> Shelf | None:
    """What one rule deletes of these lanes; None where nothing is wanted for any of them."""
    asked = [r for r in wanted.retention if r.ch in {lane.ch for lane in lanes}]
    if not asked:
        return None
    return Shelf(
        where=where,
        current=current,
        wanted=tuple(asked),
        pieces=tuple(p for lane in lanes for p in pieces(reply, found, lane, wanted.holds)),
    )


def smallest(found: Stock, asked: Sequence[Retention]) -> Room | None:
    """The room of these channels that holds the fewest days; unknown ones first."""
    those = [found.rooms[r.ch] for r in asked if r.ch in found.rooms]
    return min(those, key=lambda room: -1 if room.days is None else room.days, default=None)


def trusted_clock(reply: Reply) -> None:
    """CannotTell if the recorder's clock is so wrong that ages of files are meaningless."""
    off = device_now(reply) - (reply.asked_at + reply.first_at) / 2
    if abs(off) > CLOCK_TOLERANCE_S:
        raise CannotTell(
            Why.ODD_OUTPUT, f"the clock is off by {off / 3600:.0f} h; footage has no certain age"
        )


def bad_holds(wanted: Wanted) -> Iterator[Refusal]:
    """A hold for a channel that the inventory does not have protects nothing that we know of."""
    known = {camera.ch for camera in wanted.recorder.cameras}
    for hold in wanted.holds:
        start, end = span(hold)
        if (hold.ch and hold.ch != "*" and hold.ch not in known) or end < start:
            yield Refusal(
                id="retention.hold",
                aspect="retention",
                why=Text(
                    zh=f"保全紀錄 {hold.ref} 的頻道 {hold.ch} 或時段不存在於這台主機",
                    en=f"hold {hold.ref} names channel {hold.ch} or a time that is not here",
                ),
                fix=Text(zh="修正保全紀錄的範圍", en="correct the scope of the hold"),
            )
