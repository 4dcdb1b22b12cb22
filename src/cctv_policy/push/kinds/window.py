"""How many days a recorder keeps, what that destroys, and when a person must decide. Pure.

四(三), 四(四): at least the minimum, at most the maximum. Footage under a hold, or younger than the
minimum by its name or by its time of change, is never destroyed; lawful footage only when asked to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import NamedTuple

from cctv_policy.drivers.recordings import DAY
from cctv_policy.model import Text
from cctv_policy.push.model import Hold, Refusal, Retention
from cctv_policy.push.phrases import as_is, row

CLOCK_TOLERANCE_S = 3600
DISKS_TB = (1, 2, 4, 6, 8, 10, 12, 16, 20, 24)


class Piece(NamedTuple):
    """Footage that one deletion takes away. Times are UNIX seconds by the recorder's clock."""

    ch: str
    end: float
    """When it was finished: what cleaners count from."""
    size: int
    named: float | None
    """Its start by its name."""
    held: bool
    files: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Footage that one rule deletes. `current`: days it keeps now, 0 for ever."""

    where: str
    current: int
    wanted: tuple[Retention, ...]
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A volume and what all its channels write on it; `days` None where that is not known yet."""

    size: int
    channels: int
    bytes_a_day: float | None
    days: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """`days` to keep from now on (`current` if nothing changes), and what is refused."""

    days: int
    destroys: tuple[Text, ...] = ()
    refusals: tuple[Refusal, ...] = ()


def need(want: Retention) -> int:
    """Days to keep: as wanted, but a day more than the minimum unless that is the maximum too."""
    if want.max_days is not None and _exact(want):
        return want.max_days
    return max(want.days, want.min_days + 1)


def most(want: Retention) -> int | None:
    """The longest window that is lawful: cleaners come once a day, so a day below the maximum."""
    if want.max_days is None or _exact(want):
        return want.max_days
    return want.max_days - 1


def _exact(want: Retention) -> bool:
    """Minimum and maximum leave no room for both margins."""
    return want.max_days is not None and want.max_days < want.min_days + 2


def decide(
    shelf: Shelf, *, now: float, room: Room | None, allow_shorter: bool, zone: tzinfo
) -> Decision:
    """The window of one shelf. Whatever is in doubt leaves it as it is, and says so."""
    least = max(want.min_days for want in shelf.wanted)
    limits = [limit for want in shelf.wanted if (limit := most(want)) is not None]
    cap = min(limits, default=None)
    days = max(map(need, shelf.wanted))
    if cap is not None and days > cap:
        return _stays(shelf, [_contradiction(shelf, days, cap)])
    if doubtful := contradicted(shelf.pieces, least, now=now):
        return _stays(shelf, [_doubt(shelf, doubtful, zone)])
    refusals = list(_too_small(shelf, days, room))
    shorter = shelf.current == 0 or shelf.current > days
    if shorter and not allow_shorter:
        lawful = list(going(shelf.pieces, days, now=now, cap=cap))
        if lawful or shelf.current:
            refusals.append(_shorter(shelf, days, lawful, zone))
    if not refusals:
        return Decision(days=days, destroys=tuple(listed(going(shelf.pieces, days, now=now), zone)))
    # What is refused, is; what nobody may keep goes all the same.
    if cap is None or 0 < shelf.current <= cap:
        return _stays(shelf, refusals)
    gone = tuple(listed(going(shelf.pieces, cap, now=now), zone))
    return Decision(days=cap, destroys=gone, refusals=tuple(refusals))


def _stays(shelf: Shelf, refusals: list[Refusal]) -> Decision:
    return Decision(days=shelf.current, refusals=tuple(refusals))


def going(
    pieces: Iterable[Piece], days: int, *, now: float, cap: int | None = None
) -> Iterator[Piece]:
    """What a window of `days` destroys; with `cap`, only what is younger than that many days."""
    for piece in pieces:
        if piece.held or piece.end >= now - days * DAY:
            continue
        if cap is None or piece.end >= now - cap * DAY:
            yield piece


def contradicted(pieces: Iterable[Piece], least: int, *, now: float) -> list[Piece]:
    """What is young by its name and old by its time of change: no cleaner may judge it."""
    young = now - least * DAY
    return [
        piece
        for piece in pieces
        if not piece.held and piece.named is not None and piece.end < young <= piece.named
    ]


def held_by(holds: Sequence[Hold], ch: str, end: float, slack: float) -> bool:
    """Whether footage that ended at `end` is held; it began at most `slack` seconds before."""
    return any(
        start <= end and end - slack <= until
        for hold in holds
        if hold.ch in ("", "*", ch)
        for start, until in [span(hold)]
    )


def held_ends(holds: Sequence[Hold], ch: str, ends: Iterable[float], slack: float) -> set[float]:
    """The ends of those files that are held, of all files of a channel (UNIX seconds).

    A file is held by `held_by`, or if it is the first one that ended after a hold, within half
    a day and the slack: its length is not known, and it may be longer than today's setting says.
    """
    known = sorted(set(ends))
    held = {end for end in known if held_by(holds, ch, end, slack)}
    for hold in holds:
        if hold.ch in ("", "*", ch):
            until = span(hold)[1]
            held.update([end for end in known if until <= end <= until + slack + DAY / 2][:1])
    return held


def span(hold: Hold) -> tuple[int, int]:
    """UNIX seconds of a hold's start and end."""
    start, end = (datetime.fromisoformat(text) for text in (hold.start, hold.end))
    return int(start.timestamp()), int(end.timestamp())


def listed(pieces: Iterable[Piece], zone: tzinfo) -> Iterator[Text]:
    """What is destroyed, a line for each channel and day."""
    found: dict[tuple[str, str], list[Piece]] = {}
    for piece in pieces:
        day = datetime.fromtimestamp(piece.end, zone).date().isoformat()
        found.setdefault((piece.ch, day), []).append(piece)
    for (ch, day), those in sorted(found.items()):
        count, size = sum(p.files for p in those), sum(p.size for p in those)
        yield Text(
            zh=f"頻道 {ch}，{day}：{count} 個檔案，{size / 1e6:.0f} MB",
            en=f"channel {ch}, {day}: {count} files, {size / 1e6:.0f} MB",
        )


def _refusal(name: str, why: Text, fix: Text) -> Refusal:
    return Refusal(id=f"retention.{name}", aspect="retention", why=why, fix=fix)


def _contradiction(shelf: Shelf, days: int, cap: int) -> Refusal:
    return _refusal(
        "contradiction",
        Text(
            zh=f"{shelf.where} 需保存 {days} 日，但其中有頻道最長只能保存 {cap} 日",
            en=f"{shelf.where} should keep {days} days, and one of its channels at most {cap}",
        ),
        Text(
            zh="修正清冊的 retention_days；共用資料夾的頻道改用各自的資料夾，且互不包含",
            en="correct retention_days in the inventory, or give the channels folders of their own,"
            " none inside another's",
        ),
    )


def _doubt(shelf: Shelf, pieces: list[Piece], zone: tzinfo) -> Refusal:
    lines = row(listed(pieces, zone))
    return _refusal(
        "doubtful",
        Text(
            zh=f"{shelf.where} 有檔名與修改時間矛盾的錄影檔，可能誤刪（{lines.zh}）",
            en=f"{shelf.where} has footage that is new by its name and old by its time"
            f" ({lines.en})",
        ),
        Text(
            zh="確認主機時鐘，修正這些檔案的修改時間或移出資料夾後再推送",
            en="check the clock; correct these files' times or move them away, then push again",
        ),
    )


def _shorter(shelf: Shelf, days: int, pieces: list[Piece], zone: tzinfo) -> Refusal:
    now = "不刪除" if shelf.current == 0 else f"{shelf.current} 日"
    kept = "for ever" if shelf.current == 0 else f"{shelf.current} days"
    gone = row(listed(pieces, zone), otherwise=as_is("-"))
    return _refusal(
        "shorter",
        Text(
            zh=f"{shelf.where} 由{now}縮短為 {days} 日，將刪除：{gone.zh}",
            en=f"{shelf.where} kept {kept}; {days} days would destroy: {gone.en}",
        ),
        Text(
            zh="確認可刪除後，加上 --allow-shorter 再推送",
            en="if that may go, push again with --allow-shorter",
        ),
    )


def _too_small(shelf: Shelf, days: int, room: Room | None) -> Iterator[Refusal]:
    """By the measured bitrate; where it is not measured, only a longer window is refused."""
    if room is None:
        return
    if room.days is None or room.bytes_a_day is None:
        if 0 < shelf.current < days:
            yield _refusal(
                "not_measured",
                Text(
                    zh=f"{shelf.where} 錄影不足 6 小時，無法計算硬碟是否足夠保存 {days} 日",
                    en=f"{shelf.where} has no six hours of footage on every channel: whether"
                    f" {days} days fit is not known",
                ),
                Text(zh="錄滿 6 小時後再推送", en="push again after six hours of recording"),
            )
        return
    if room.days >= days:
        return
    rate, wants = room.bytes_a_day / 1e9, days * room.bytes_a_day / 1e9
    buy = _buy(wants)
    sum_ = f"{days} d × {room.channels} ch × {rate / room.channels:.2f} GB = {wants:.0f} GB"
    yield _refusal(
        "capacity",
        Text(
            zh=f"{shelf.where} 容量不足：{sum_}，硬碟 {room.size / 1e9:.0f} GB 只夠 {room.days} 日",
            en=f"{shelf.where} is too small: {sum_}; the disk of {room.size / 1e9:.0f} GB holds"
            f" {room.days} days",
        ),
        Text(
            zh=f"更換為 {buy} 以上的硬碟，或降低攝影機位元率",
            en=f"buy a disk of {buy} or more, or lower the cameras' bitrate",
        ),
    )


def _buy(gigabytes: float) -> str:
    """The smallest disk on sale that leaves a fifth free."""
    size = next((s for s in DISKS_TB if s * 1000 >= gigabytes * 1.25), None)
    return f"{size} TB" if size else f"{gigabytes * 1.25 / 1000:.0f} TB"
