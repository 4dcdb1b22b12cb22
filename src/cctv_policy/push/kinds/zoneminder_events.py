"""ZoneMinder's retention: its own filters delete, `Archived` is the hold.

Filters that would delete held or young events are corrected; one filter of ours keeps the window.
"""

# ruff: noqa: S608 - statements are made of numbers and hexadecimal text only

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from cctv_policy.drivers.channels import Lane
from cctv_policy.drivers.framing import CannotTell, Reply
from cctv_policy.drivers.linux import device_now, device_zone
from cctv_policy.drivers.zoneminder_db import MODES, Rows, days, purge, rows, span
from cctv_policy.model import Text
from cctv_policy.periods import TAIPEI
from cctv_policy.push.kinds import tmpfiles
from cctv_policy.push.kinds.scripts import change, feed, piece, quote
from cctv_policy.push.kinds.shelves import Stock, rooms, shelf, smallest
from cctv_policy.push.kinds.window import Piece, Shelf, decide, held_by
from cctv_policy.push.kinds.window import span as hold_span
from cctv_policy.push.model import Hold, Refusal, Step, Wanted
from cctv_policy.push.phrases import row
from cctv_policy.state import Why

EVENTS = "/var/cache/zoneminder/events"
OURS = "cctv-policy"
_DATES = ("StartDateTime", "DateTime", "StartDate", "Date", "EndDateTime", "EndDate")
_FULL = ("DiskPercent", "DiskBlocks", "SystemLoad")


def snapshot(wanted: Wanted) -> str:
    """Shell text: events by hour, filters, and how many held events are not archived yet."""
    counts = "".join(_count(hold) for hold in wanted.holds)
    return f"held_sql={quote(counts)}\n{piece('zoneminder-events')}"


def _monitor(hold: Hold) -> str:
    """A condition on MonitorId; channels of ZoneMinder are numbers."""
    return f"MonitorId = {int(hold.ch)}" if hold.ch.isdigit() else "1"


def _within(hold: Hold, margin_s: int = 0) -> str:
    start, end = hold_span(hold)
    return (
        f"{_monitor(hold)} AND StartDateTime <= FROM_UNIXTIME({end + margin_s}) AND "
        f"(EndDateTime IS NULL OR EndDateTime >= FROM_UNIXTIME({start - margin_s}))"
    )


def _zone_off(reply: Reply) -> int:
    """Seconds between the recorder's zone and Taipei's.

    Events carry the wall time of the zone that they were recorded in. Hardening may have set
    another when a hold is carried out; with this margin it means the same events in both.
    """
    here, wanted = (zone.utcoffset(None) for zone in (device_zone(reply), TAIPEI))
    return 0 if here is None or wanted is None else abs(int((here - wanted).total_seconds()))


def _count(hold: Hold) -> str:
    # What is younger than a day is archived with the next change; see tmpfiles.holds.
    return (
        f"SELECT 'unheld', COUNT(*) FROM Events WHERE Archived = 0 AND {_within(hold)} "
        "AND EndDateTime < NOW() - INTERVAL 1 DAY;\n"
    )


def retain(reply: Reply, wanted: Wanted) -> Iterator[Step | Refusal]:
    """Holds first; then filters."""
    table = rows(reply.text("events"))
    yield from _holds(table, wanted, _zone_off(reply))
    found = _stock(reply, table)
    keep: dict[str, int] = {}
    destroys: list[Text] = []
    for lane in found.lanes:
        one = shelf(
            reply, found, [lane], wanted, where=f"monitor {lane.ch}",
            current=purge(table, lane.ch)[0],
        )  # fmt: skip
        if one is None:
            continue
        one = _with_pieces(one, table, wanted, lane)
        decision = decide(
            one,
            now=found.now,
            room=smallest(found, one.wanted),
            allow_shorter=wanted.allow_shorter,
            zone=device_zone(reply),
        )
        yield from decision.refusals
        if decision.days:
            keep[lane.ch] = decision.days
        destroys += decision.destroys
    if keep:
        yield from _window(table, wanted, keep, destroys)


def _stock(reply: Reply, table: Rows) -> Stock:
    lanes = [
        Lane(
            ch=r[0],
            enabled=r[3] == "1",
            mode=MODES.get(r[2]),
            length_s=float(r[4]) if r[4].isdigit() else None,
            folder=EVENTS,
        )
        for r in table.get("monitor", [])
    ]
    spans = {lane.ch: span(lane.ch, days(table), table) for lane in lanes}
    usable = min((purge(table, lane.ch)[1] for lane in lanes), default=1.0)
    fit = rooms(reply, lanes, [spans[lane.ch] for lane in lanes], usable=usable)
    return Stock(
        lanes=tuple(lanes),
        takes={lane.ch: () for lane in lanes},
        spans=spans,
        rooms=fit,
        now=device_now(reply),
    )


def _with_pieces(one: Shelf, table: Rows, wanted: Wanted, lane: Lane) -> Shelf:
    """Events by the hour: ZoneMinder counts from their start."""
    pieces = tuple(
        Piece(
            ch=lane.ch,
            end=float(r[1]),
            size=int(float(r[4])),
            named=None,
            held=r[2] == "1" or held_by(wanted.holds, lane.ch, float(r[5]), 3600.0 * 2),
            files=int(r[3]),
        )
        for r in table.get("hour", [])
        if r[0] == lane.ch
    )
    return replace(one, pieces=pieces)


def _holds(table: Rows, wanted: Wanted, margin_s: int) -> Iterator[Step]:
    """Archived = 1 for every event of a hold; nothing is ever taken out of the archive here."""
    waiting = sum(int(r[0]) for r in table.get("unheld", []))
    if not waiting:
        return
    statements = [
        f"UPDATE Events SET Archived = 1 WHERE Archived = 0 AND {_within(hold, margin_s)};"
        for hold in wanted.holds
    ]
    yield Step(
        id="retention.holds",
        aspect="retention",
        title=Text(zh="保護保全中的影像", en="Protect footage under a hold"),
        rules=(tmpfiles.HOLDS, tmpfiles.MAX),
        before=Text(zh="保全中的事件尚未封存", en="held events that are not archived"),
        after=row(
            Text(zh=f"{h.ref} 頻道 {h.ch}：封存", en=f"{h.ref} channel {h.ch}: archived")
            for h in wanted.holds
        ),
        action=change(feed("sql", *statements)),
    )


def terms_of(query: str) -> list[dict[str, Any]]:
    """A filter's terms. CannotTell if it is not as ZoneMinder writes it."""
    try:
        found = json.loads(query).get("terms", [])
    except (ValueError, AttributeError):
        raise CannotTell(Why.ODD_OUTPUT, "a filter's query is not JSON") from None
    return [term for term in found if isinstance(term, dict)]


def age_days(term: dict[str, Any]) -> float | None:
    """Days of a term like StartDateTime < -14 day."""
    units = {"hour": 1 / 24, "day": 1.0, "week": 7.0, "month": 30.0, "year": 365.0}
    match = re.fullmatch(
        r"-\s*(\d+)\s*(hour|day|week|month|year)s?", str(term.get("val", "")).strip()
    )
    if term.get("attr") not in _DATES or term.get("op") not in ("<", "<=") or not match:
        return None
    return int(match[1]) * units[match[2]]


def corrected(query: str, least: int) -> tuple[str | None, tuple[Text, ...]]:
    """A deleting filter's query made safe, None if it must not delete; and why, in words.

    It must spare archived events, and delete by age of at least `least` days or because the disk is
    full. No words: it is safe as it is.
    """
    whole = json.loads(query)
    terms = terms_of(query)
    words = []
    ages = [age for term in terms if (age := age_days(term)) is not None]
    full = any(term.get("attr") in _FULL for term in terms)
    mixed = any(str(term.get("cnj", "and")).lower() == "or" for term in terms)
    if mixed or (not ages and not full):
        return None, (Text(zh="不論新舊都刪除", en="deletes without regard to age"),)
    if ages and max(ages) < least and not full:
        for term in terms:
            if age_days(term) is not None:
                term["val"] = f"-{least} day"
        old = f"{max(ages):g}"
        words.append(Text(zh=f"{old} 日後刪除", en=f"deletes after {old} days"))
    if not any(
        t.get("attr") == "Archived" and t.get("op") == "=" and str(t.get("val")) == "0"
        for t in terms
    ):
        archived = {"attr": "Archived", "op": "=", "val": "0"}
        terms.append(archived | ({"cnj": "and"} if terms else {}))
        words.append(Text(zh="連封存的事件也刪除", en="deletes archived events too"))
    whole["terms"] = terms
    return json.dumps(whole, separators=(",", ":")), tuple(words)


def query_for(monitors: list[str], days_: int) -> str:
    """Our filter: older than the window, finished, not archived; of these monitors."""
    terms = [
        {"attr": "Archived", "op": "=", "val": "0"},
        {"cnj": "and", "attr": "StartDateTime", "op": "<", "val": f"-{days_} day"},
        {"cnj": "and", "attr": "EndDateTime", "op": "IS NOT", "val": "NULL"},
    ]
    if monitors:
        terms.append({"cnj": "and", "attr": "MonitorId", "op": "IN", "val": ",".join(monitors)})
    whole = {"terms": terms, "limit": "100", "sort_field": "Id", "sort_asc": "1"}
    return json.dumps(whole, separators=(",", ":"))


def _window(
    table: Rows, wanted: Wanted, keep: dict[str, int], destroys: list[Text]
) -> Iterator[Step]:
    """Others' filters corrected; ours, one for each window, as many as are needed."""
    least = max(keep.values())
    changes: list[tuple[str, str]] = []
    before: list[Text] = []
    after: list[Text] = []
    rest: list[list[str]] = []
    for id_, name, delete, background, query in table.get("rule", []):
        if (delete, background) != ("1", "1"):
            continue
        if name.startswith(OURS):
            rest.append([name, delete, background, query])
            continue
        safe, words = corrected(query, least)
        if not words:
            rest.append([name, delete, background, query])
        elif safe is None:
            changes.append(_off(id_))
            before.append(_filter(name, *words))
            after.append(_filter(name, Text(zh="不再刪除", en="deletes nothing")))
        else:
            changes.append(_query(id_, query, safe))
            before.append(_filter(name, *words))
            after.append(_filter(name, Text(zh="不再刪除這些事件", en="spares them")))
            rest.append([name, delete, background, safe])
    groups: dict[int, list[str]] = {}
    for ch, number in keep.items():
        groups.setdefault(number, []).append(ch)
    every = len(groups) == 1 and set(keep) == {r[0] for r in table.get("monitor", [])}
    want = {
        f"{OURS}-max-{number}d": query_for([] if every else sorted(chs), number)
        for number, chs in groups.items()
    }
    now = {r[1]: (r[0], r[4]) for r in table.get("rule", []) if r[1].startswith(OURS)}
    as_now = {"filter": [[*r[1:]] for r in table.get("rule", [])]}
    served = not changes and all(purge(as_now, ch)[0] == number for ch, number in keep.items())
    if not served:
        for name, (id_, query) in now.items():
            if name not in want or json.loads(query) != json.loads(want[name]):
                changes.append(_drop(id_))
                before.append(_filter(name))
        for name, query in want.items():
            if name not in now or json.loads(now[name][1]) != json.loads(query):
                changes.append(_insert(name, query))
                after.append(_filter(name))
    if not changes:
        return
    refs = [f"SELECT 'unheld', COUNT(*) FROM Events WHERE Archived = 0 AND {_within(h)} "
            "AND EndDateTime < NOW() - INTERVAL 1 DAY;" for h in wanted.holds]  # fmt: skip
    yield Step(
        id="retention.window",
        aspect="retention",
        title=Text(zh="設定保存天數", en="Set how long footage is kept"),
        rules=(tmpfiles.MIN, tmpfiles.CAPACITY, tmpfiles.MAX),
        before=row(
            before, otherwise=Text(zh="沒有依天數刪除的篩選器", en="no filter deletes by age")
        ),
        after=row(
            [
                *after,
                *(
                    Text(zh=f"監視器 {ch}：{n} 日", en=f"monitor {ch}: {n} days")
                    for ch, n in sorted(keep.items())
                ),
            ]
        ),
        action=change(
            feed("all_held", *refs) if refs else "",
            feed("sql_undo", *(back for _, back in changes)),
            feed("sql", *(there for there, _ in changes)),
            "restart zoneminder.service\n",
            *(f"run_filter {quote(name)}\n" for name in want),
            timeout_s=300,
        ),
        destroys=tuple(destroys),
    )


def _filter(name: str, *words: Text) -> Text:
    zh, en = "、".join(w.zh for w in words), ", ".join(w.en for w in words)
    return Text(zh=f"篩選器 {name} {zh}".rstrip(), en=f"filter {name} {en}".rstrip())


def _hex(text: str) -> str:
    return f"CONVERT(X'{text.encode().hex()}' USING utf8mb4)"


def _off(id_: str) -> tuple[str, str]:
    return (
        f"UPDATE Filters SET AutoDelete = 0 WHERE Id = {int(id_)};",
        f"UPDATE Filters SET AutoDelete = 1 WHERE Id = {int(id_)};",
    )


def _query(id_: str, old: str, new: str) -> tuple[str, str]:
    return (
        f"UPDATE Filters SET Query_json = {_hex(new)} WHERE Id = {int(id_)};",
        f"UPDATE Filters SET Query_json = {_hex(old)} WHERE Id = {int(id_)};",
    )


def _drop(id_: str) -> tuple[str, str]:
    """Switched off rather than deleted, so that undoing is the same the other way round."""
    return (
        "UPDATE Filters SET AutoDelete = 0, Background = 0, Name = CONCAT('old ', Name) "
        f"WHERE Id = {int(id_)};",
        "UPDATE Filters SET AutoDelete = 1, Background = 1, Name = SUBSTR(Name, 5) "
        f"WHERE Id = {int(id_)};",
    )


def _insert(name: str, query: str) -> tuple[str, str]:
    return (
        "INSERT INTO Filters (Name, UserId, Query_json, AutoDelete, Background) VALUES "
        f"('{name}', 1, {_hex(query)}, 1, 1);",
        f"DELETE FROM Filters WHERE Name = '{name}' AND Query_json = {_hex(query)};",
    )
