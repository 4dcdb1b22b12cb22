"""Who played or took away footage, from Apache's log as `sh/zoneminder.sh` prints it. Pure.

A line is `time TAB client TAB user TAB method TAB path`, the time as Apache writes it. The device
has put the name of the session's user where the session's token stood; tokens never leave it. A
client's address only serves to join a request to the login before it, and is dropped here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from urllib.parse import parse_qs, urlsplit

from cctv_policy.drivers.zoneminder_db import Rows

Kind = Literal["playback", "export"]
_FILE = re.compile(r"/zm/cache/events/(?:[^/]+/)*(\d+)/[^/]+\.(?:mp4|avi|mpg|tar|zip|tgz)$")
_SAME_S = 600
"""Requests of one person for one event within this are one playback: a player asks many times."""
_LOGIN_S = 5
"""A login is logged within this of the request that made it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One line of the log."""

    at: float
    client: str
    user: str
    method: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """One playback or export; `event` is ZoneMinder's number, None where no log names it."""

    kind: Kind
    at: float
    account: str | None
    event: str | None


def when(text: str) -> float:
    """UNIX time of a time as Apache writes it; ValueError if it is none."""
    return datetime.strptime(text, "%d/%b/%Y:%H:%M:%S %z").timestamp()


def requests(text: str) -> Iterator[Request]:
    """The lines that are whole; a time that cannot be read leaves its line out."""
    for line in text.splitlines():
        parts = line.split("\t")
        if len(parts) != 5:
            continue
        try:
            at = when(parts[0])
        except ValueError:
            continue
        yield Request(at=at, client=parts[1], user=parts[2], method=parts[3], path=parts[4])


def played(told: Sequence[Request], logins: Sequence[tuple[float, str]]) -> list[Played]:
    """Playbacks and exports in order of time, each once.

    `logins` are the times and accounts of granted logins. Who has no session any more is who logged
    in from the same client last; None if nobody did.
    """
    ordered = sorted(told, key=lambda r: r.at)
    names = dict(_by_client(ordered, logins))
    found: list[Played] = []
    last: dict[tuple[str, str | None, str | None], float] = {}
    for request in ordered:
        what = _what(request)
        if what is None:
            continue
        kind, event = what
        account = request.user or _known(names.get(request.client, ()), request.at)
        key = (kind, event, account or request.client)
        if request.at - last.get(key, float("-inf")) > _SAME_S:
            found.append(Played(kind=kind, at=request.at, account=account, event=event))
        last[key] = request.at
    return found


def _what(request: Request) -> tuple[Kind, str | None] | None:
    """What a request did to which event; None if it showed no recording."""
    parts = urlsplit(request.path)
    if file := _FILE.search(parts.path):
        return "export", file[1]
    asked = parse_qs(parts.query)
    view, event = asked.get("view", [""])[0], asked.get("eid", [""])[0]
    number = event if event.isdigit() else None
    if view in ("event", "view_video", "video") and request.method == "GET" and number:
        return "playback", number
    if view == "archive":
        return "export", number
    return None


def _by_client(
    told: Sequence[Request], logins: Sequence[tuple[float, str]]
) -> Mapping[str, list[tuple[float, str]]]:
    """Client → who logged in from there, and when."""
    found: dict[str, list[tuple[float, str]]] = {}
    for at, account in sorted(logins):
        posts = [r for r in told if r.method == "POST" and abs(r.at - at) <= _LOGIN_S]
        clients = {r.client for r in posts}
        if len(clients) == 1:  # two at once: nobody can tell who was who
            found.setdefault(clients.pop(), []).append((at, account))
    return found


def _known(logins: Sequence[tuple[float, str]], at: float) -> str | None:
    before = [account for since, account in logins if since <= at + _LOGIN_S]
    return before[-1] if before else None


def spans(table: Rows) -> dict[str, tuple[str, float, float | None]]:
    """ZoneMinder's event number → monitor, start, end (None while it is being recorded)."""
    return {
        r[0]: (r[1], float(r[2]), float(r[3]) if r[3] not in ("", "NULL") else None)
        for r in table.get("played", [])
    }
