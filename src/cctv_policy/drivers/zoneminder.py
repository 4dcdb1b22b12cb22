"""ZoneMinder (1.36): its database for what was recorded, the disk for whether it is still there.

A day of events whose folder is gone counts as gone. A folder of footage that no event names is a
channel `orphaned`: nobody finds it in the web page, and no filter deletes it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timezone

from cctv_policy.drivers import exposure, linux, network
from cctv_policy.drivers.cameras import Feed, feed_of, is_factory, tell_cameras
from cctv_policy.drivers.channels import Lane, tell_spans, volumes_of
from cctv_policy.drivers.framing import CannotTell, Reply
from cctv_policy.drivers.linux import (
    device_now,
    device_zone,
    instant,
    keys,
    os_accounts,
    unit_states,
)
from cctv_policy.drivers.machine import LinuxRecorder, Told, Topic
from cctv_policy.drivers.motion import software
from cctv_policy.drivers.network import reachable, sockets
from cctv_policy.drivers.playback import played, requests, spans, when
from cctv_policy.drivers.recordings import Span, parse_listing
from cctv_policy.drivers.segment import ask
from cctv_policy.drivers.zoneminder_db import (
    MODES,
    Day,
    Rows,
    days,
    judge,
    logins,
    purge,
    rows,
    rows_of,
    span,
)
from cctv_policy.inventory import Recorder
from cctv_policy.model import Json
from cctv_policy.state import Why

SOURCE = "database zm"
EVENTS = "/var/cache/zoneminder/events"


def database(reply: Reply) -> Rows:
    """All rows; CannotTell without an account that may read."""
    return rows(reply.text("database"))


def config(table: Rows) -> dict[str, str]:
    """The settings that were asked for."""
    return {r[0]: r[1] for r in table.get("config", [])}


def feeds(table: Rows) -> list[Feed]:
    """The monitors' streams."""
    found = (
        feed_of(r[0], r[5], r[6].removeprefix(":"), software="ZoneMinder")
        for r in table.get("monitor", [])
    )
    return [feed for feed in found if feed]


def read_channels(reply: Reply, recorder: Recorder) -> Iterator[Told]:
    """A channel for each monitor, and one for footage that no event names."""
    table = database(reply)
    found, source = _on_disk(reply, days(table))
    stored = {r[0]: r[1] for r in table.get("storage", [])}
    lanes = list(_lanes(table, stored))
    spans = [span(lane.ch, found, table) for lane in lanes]
    usable = min((purge(table, lane.ch)[1] for lane in lanes), default=1.0)
    for lane, lost in _orphans(reply, table):
        lanes.append(lane)
        spans.append(lost)
    source = f"{SOURCE} (finished events){source}"
    yield from tell_spans(reply, recorder, lanes, spans, source=source, usable=usable)


def read_storage(reply: Reply, _: Recorder) -> Iterator[Told]:
    """The volumes of the storages; only the usual one if the database does not tell."""
    try:
        folders = [r[1].rstrip("/") for r in database(reply).get("storage", [])]
    except CannotTell:
        folders = []
    yield volumes_of(reply, folders or [EVENTS])


def _lanes(table: Rows, stored: dict[str, str]) -> Iterator[Lane]:
    status = {r[0]: (r[1], float(r[2]) if r[2] != "NULL" else 0.0) for r in table.get("status", [])}
    streams = {feed.ch: feed for feed in feeds(table)}
    count, last = (int(v) for v in table["total"][0])
    for r in table.get("monitor", []):
        ch, function, on = r[0], r[3], r[4] == "1"
        mode = MODES.get(function)
        locked = [float(x[1]) for x in table.get("locked", []) if x[0] == ch]
        word, fps = status.get(ch, ("Unknown", 0.0))
        yield Lane(
            ch=ch,
            enabled=on and mode not in (None, "off"),
            mode=mode,
            length_s=float(r[7]) if r[7].isdigit() else None,
            folder=stored.get(r[8], EVENTS).rstrip("/"),
            feed=streams.get(ch),
            configured_days=purge(table, ch)[0],
            signal={"Connected": fps > 0, "Running": False, "NotRunning": False}.get(word),
            wrapped=False if count == last else None,
            locked=locked,
        )


def _on_disk(reply: Reply, found: Sequence[Day]) -> tuple[list[Day], str]:
    """Days whose folder is there; all of them, and a remark, where we may not look."""
    try:
        folders = _folders(reply)
    except CannotTell:
        return list(found), ", files not looked at"
    return [d for d in found if f"{d.monitor}/{d.day}" in folders], ", folders on disk"


def _folders(reply: Reply) -> dict[str, int]:
    """`monitor/day` → number of links (more than 2: it has folders of events in it)."""
    found = {}
    for record in reply.text("days").strip("\n").split("//"):
        links, _, path = record.partition("/")
        if path.count("/") == 1 and links.isdigit():
            found[path] = int(links)
    return found


def _orphans(reply: Reply, table: Rows) -> Iterator[tuple[Lane, Span]]:
    known = {f"{r[0]}/{r[2]}" for r in table.get("day", [])}
    try:
        folders = _folders(reply)
    except CannotTell:
        return
    zone = device_zone(reply)
    starts = [
        start
        for path, links in folders.items()
        if links > 2 and path not in known and (start := _midnight(path, zone)) is not None
    ]
    if starts:
        lane = Lane(
            ch="orphaned", enabled=False, mode=None, length_s=None, folder=EVENTS, configured_days=0
        )
        yield (
            lane,
            Span(
                files=len(starts),
                oldest=min(starts),
                newest=None,
                gaps=None,
                bytes_total=0,
                bytes_a_day=None,
            ),
        )


def _midnight(path: str, zone: timezone) -> float | None:
    try:
        day = date.fromisoformat(path.partition("/")[2])
    except ValueError:
        return None
    return datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()


def read_cameras(reply: Reply, recorder: Recorder) -> Iterator[Told]:
    """The cameras of the monitors."""
    yield from tell_cameras(recorder, feeds(database(reply)), f"{SOURCE}, Monitors")


def read_software(reply: Reply, _: Recorder) -> Iterator[Told]:
    """Its unit, and the version of its database."""
    version = config(database(reply)).get("ZM_DYN_CURR_VERSION")
    value = software(reply, "zoneminder", "zoneminder.service", version)
    yield Told(fact="software", value=value, source=f"systemctl show, {SOURCE}")
    if version:
        yield Told(fact="device.firmware", value=f"ZoneMinder {version}", source=SOURCE)


def read_services(reply: Reply, _: Recorder) -> Iterator[Told]:
    """The web page by the sockets, its login by ZM_OPT_USE_AUTH."""
    listening = sockets(reply)
    http, https = reachable(listening, 80), reachable(listening, 443)
    yield Told(fact="services.http", value=http, source="ss")
    yield Told(fact="services.https", value=https, source="ss")
    auth = config(database(reply)).get("ZM_OPT_USE_AUTH")
    kind = "absent" if not (http or https) else "form" if auth == "1" else "none"
    yield Told(fact="services.http_auth", value=kind, source=f"ss, {SOURCE}, ZM_OPT_USE_AUTH")


def read_accounts(reply: Reply, _: Recorder) -> Iterator[Told]:
    """Users of the web page, the database's account, the operating system's.

    With authentication off everybody is the administrator: an account without a password.
    """
    table = database(reply)
    accounts = os_accounts(reply)
    if config(table).get("ZM_OPT_USE_AUTH") != "1":
        accounts.append(_account("(no login)", "web", "admin", True, True, "config"))
    for name, enabled, system, stored in table.get("user", []):
        verdict, method = judge(name, stored)
        role = "admin" if system == "Edit" else "viewer"
        accounts.append(_account(name, "web", role, enabled == "1", verdict, method))
    # conf.d is read after zm.conf, in the order of its names.
    lines = sorted(reply.optional("settings").splitlines(), key=lambda x: ("/conf.d/" in x, x))
    settings = keys("\n".join(line.partition(":")[2] for line in lines))
    user, secret = settings.get("ZM_DB_USER", ""), settings.get("ZM_DB_PASS")
    if user and secret is not None:
        default = is_factory("ZoneMinder", user, secret)
        accounts.append(_account(user, "database", "service", True, default, "config"))
    yield Told(fact="accounts", value=accounts, source=f"{SOURCE}, /etc/zm, /etc/passwd")


def _account(
    name: str, realm: str, role: str, enabled: bool, default: bool | None, method: str | None
) -> dict[str, object]:
    return {
        "name": name,
        "realm": realm,
        "role": role,
        "enabled": enabled,
        "is_default_password": default,
        "check_method": None if default is None else method,
    }


def read_log(reply: Reply, _: Recorder) -> Iterator[Told]:
    """From when on both logs hold: who logged in (table Logs) and what was played (Apache's).

    Apache's begins with the first line of the oldest file that is kept, or with that file's age.
    """
    table, zone = database(reply), device_zone(reply)
    text = reply.text("watched")
    first = next((r[0] for r in table.get("log", [])), "NULL")
    oldest = next(
        (line.partition("\t")[2] for line in text.splitlines() if line.startswith("first\t")), ""
    )
    files = [t for t in parse_listing(reply.text("weblogs")) if "access" in t.path]
    if not files or first == "NULL":
        raise CannotTell(Why.NOT_FOUND, "no access log, or an empty table Logs")
    start = max(float(first), when(oldest) if oldest else min(t.end for t in files))
    active = unit_states(reply).get("apache2.service", {}).get("ActiveState") == "active"
    end = device_now(reply) if active else max((t.end for t in files), default=start)
    value = {"covers_from": instant(start, zone), "covers_to": instant(max(start, end), zone)}
    yield Told(fact="log", value=value, source=f"{SOURCE}, Logs; /var/log/apache2")


def read_events(reply: Reply, _: Recorder) -> Iterator[Told]:
    """Logins, granted and refused, and who played or took away which footage."""
    zone, table = device_zone(reply), database(reply)
    text = reply.text("watched")
    of_events = spans(rows_of(reply.optional("played")))
    told = list(logins(table))
    granted = [(at, account) for at, kind, account in told if kind == "login"]
    value: list[Json] = [
        {"type": kind, "at": instant(at, zone), "account": account} for at, kind, account in told
    ]
    for act in played(list(requests(text)), granted):
        ch, start, end = of_events.get(act.event or "", (None, None, None))
        value.append(
            {
                "type": act.kind,
                "at": instant(act.at, zone),
                "account": act.account,
                "ch": ch,
                "start": instant(start, zone) if start is not None else None,
                "end": instant(end, zone) if end is not None else None,
            }
        )
    cut = "cut" in text.splitlines()
    yield Told(fact="events", value=value, source=f"{SOURCE}, Logs; /var/log/apache2", partial=cut)


DRIVER = LinuxRecorder(
    kind="zoneminder",
    door="ssh",
    ask=ask,
    topics=(
        linux.OFFSET,
        *linux.CLOCK,
        linux.HOST,
        *network.TOPICS,
        exposure.TOPIC,
        Topic(facts=("software", "device.firmware"), read=read_software),
        Topic(facts=("channels",), read=read_channels),
        Topic(facts=("storage",), read=read_storage),
        Topic(facts=("seen",), read=read_cameras),
        Topic(facts=("services.http", "services.https", "services.http_auth"), read=read_services),
        Topic(facts=("accounts",), read=read_accounts),
        Topic(facts=("log",), read=read_log),
        Topic(facts=("events",), read=read_events),
    ),
)
