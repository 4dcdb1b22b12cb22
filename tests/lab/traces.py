"""What a host holds, file by file and row by row, and what of it moves though nobody pushes.

`Moves` is the whole list of exceptions. Each has a reason, and a test shows by controls (the host
left alone, a login that does nothing) that it moves by itself.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from .archive import PIECE_BYTES
from .lab import Host
from .recorders import Street
from .roles.common import ACCOUNTS

HOLE = "a hole"
"""Content of a file without a block on its disk: how the lab plants footage of the past."""
PLANTED = f",{PIECE_BYTES},'Medium'"
"""In the rows of ZoneMinder's planted events."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A file. Times are of its content and of its metadata, in ns; reading alone moves neither."""

    mode: int
    owner: tuple[int, int]
    size: int
    times: tuple[int, int]
    content: str


Traces = Mapping[str, object]
"""`HOST KIND NAME` → what is there: a file, a row, a unit, the network, entries of the journal."""


def grew(before: object, after: object) -> bool:
    """Live footage: it came or grew; what was planted, or was there, stays."""
    if before is None:
        return True
    if not isinstance(before, Seen) or not isinstance(after, Seen):
        return False
    same = (before.mode, before.owner) == (after.mode, after.owner)
    folder = stat.S_ISDIR(before.mode)
    return same and (folder or (before.content != HOLE and after.size >= before.size))


def live(before: object, after: object) -> bool:
    """A row of an event: it came, or was not among the planted ones."""
    return before is None or (after is None and PLANTED not in str(before))


def more(before: object, after: object) -> bool:
    """A count that rises."""
    return int(str(after or 0)) >= int(str(before or 0))


def anything(_before: object, _after: object) -> bool:
    """It may come, change and go."""
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Moving:
    """What moves by itself: a pattern of the whole name after the host's, and how it may move."""

    name: str
    pattern: str
    how: Callable[[object, object], bool] = anything


_USER = "|".join(str(number) for number in ACCOUNTS.values())
_FOOTAGE = "/var/lib/motion|/var/lib/motioneye|/var/cache/zoneminder/events|/srv/recordings"
_COUNTED = (
    "Event_Summaries|Events_Hour|Events_Day|Events_Week|Events_Month|Frames|Logs|Stats|"
    "Monitor_Status|Server_Stats|Storage"
)

MOVES: tuple[Moving, ...] = (
    Moving(name="login: sshd, PAM and logind write it down", how=grew,
           pattern=r"file /var/log/(auth\.log|syslog)"),
    Moving(name="login: the same in the journal", how=more,
           pattern=r"journal (sshd|sudo|systemd|systemd-logind|\((systemd|sd-pam)\))"),
    Moving(name="login: files of the journal", pattern=r"file /var/log/journal/[0-9a-f]{32}"
           rf"(/(system|user-({_USER}))\.journal)?"),
    Moving(name="login: the session", pattern=r"file /run/systemd(/sessions|/users|/transient"
           rf"|/units|/journal/streams)?(/(c?\d+(\.ref)?|{_USER}|\d+:\d+|invocation:"
           rf"(user@({_USER})\.service|user-runtime-dir@({_USER})\.service|session-.*\.scope)"
           r"|session-.*\.scope(\.d)?(/.*)?))?"),
    Moving(name="login: the account's runtime folder",
           pattern=rf"file /run/user(/({_USER})(/.*)?)?|unit (user@({_USER})\.service|"
           rf"user-runtime-dir@({_USER})\.service|run-user-({_USER})\.mount)"),
    Moving(name="login: the message of the day", pattern=r"file /run/motd\.dynamic(\.new)?"),
    Moving(name="rarely: cron says that it runs", how=grew,
           pattern=r"file /var/log/cron\.log"),
    Moving(name="rarely: the same in the journal", how=more, pattern="journal CRON"),
    Moving(name="recording: footage comes and grows", how=grew,
           pattern=rf"file ({_FOOTAGE})(/.*)?"),
    Moving(name="rarely: the log of ZoneMinder, in blocks", how=grew,
           pattern=r"file /var/log/zm/\w+\.log"),
    Moving(name="recording: pictures in memory", pattern=r"file /dev/shm/zm\.mmap\.\d+"),
    Moving(name="recording: MariaDB's files, compared row by row",
           pattern=r"file /var/lib/mysql/(ib_logfile0|ibdata1|zm/\w+\.ibd)"),
    Moving(name="recording: events come, planted ones stay", how=live,
           pattern=r"row zm\.Events .*"),
    Moving(name="recording: rows that count events", pattern=rf"row zm\.({_COUNTED}) .*"),
    Moving(name="recording: the next numbers of tables",
           pattern=r"row zm\.schema \) ENGINE=InnoDB AUTO_INCREMENT=.*"),
)  # fmt: skip
"""What begins with `login` a login alone makes; with `recording` or `rarely`, nobody at all."""


def traces(street: Street) -> Traces:
    """Everything of every host."""
    found: dict[str, object] = {}
    for recorder in street.recorders:
        host = street.hosts[recorder.name]
        parts = {**files(host), **running(host), **journal(host)}
        if recorder.kind == "zoneminder":
            parts |= database(host)
        found |= {f"{host.name} {name}": what for name, what in parts.items()}
    return found


def files(host: Host) -> Traces:
    """The overlay's upper layer (an image's file that is touched appears there), disks, tmpfs."""
    inside = Path(f"/proc/{host.leader}/root")
    roots = {"": host.place / "upper"}
    roots |= {disk.path: host.root / disk.path[1:] for disk in host.layer.disks}
    roots |= {name: inside / name[1:] for name in ("/run", "/tmp", "/dev/shm")}
    return {
        f"file {start}/{path.relative_to(root)}": seen
        for start, root in roots.items()
        for path in _below(root)
        if (seen := _seen(path))
    }


def _below(root: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(root):
        yield from (Path(folder) / name for name in (*folders, *names))


def _seen(path: Path) -> Seen | None:
    try:
        found = path.lstat()
        content = _content(path, found)
    except OSError:
        return None  # it went while it was looked at
    return Seen(
        mode=found.st_mode, owner=(found.st_uid, found.st_gid), size=found.st_size,
        times=(found.st_mtime_ns, found.st_ctime_ns), content=content,
    )  # fmt: skip


def _content(path: Path, found: os.stat_result) -> str:
    if stat.S_ISLNK(found.st_mode):
        return str(path.readlink())
    if not stat.S_ISREG(found.st_mode):
        return ""
    if found.st_size and not found.st_blocks:
        return HOLE
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def running(host: Host) -> Traces:
    """Units with their processes, and the network."""
    units = host.exec(
        "systemctl show -p Id,ActiveState,UnitFileState,MainPID,NRestarts '*.service' '*.timer' "
        "'*.socket' '*.mount'"
    ).stdout
    found: dict[str, object] = {}
    for block in units.strip().split("\n\n"):
        told = dict(line.partition("=")[::2] for line in block.splitlines())
        found[f"unit {told.pop('Id')}"] = tuple(sorted(told.items()))
    for what in ("ip -o addr", "ip route show table all", "nft list ruleset",
                 "sysctl net.ipv4.conf net.ipv6.conf"):  # fmt: skip
        text = host.exec(f"{what} | sed 's/ *valid_lft.*//'", check=False).stdout
        found[f"network {what}"] = text
    return found


def journal(host: Host) -> Traces:
    """How many entries each program wrote; the journal's own files are looked at by this."""
    text = host.exec("journalctl -q --no-pager -o json --output-fields=SYSLOG_IDENTIFIER").stdout
    names = (json.loads(line).get("SYSLOG_IDENTIFIER", "?") for line in text.splitlines())
    return {f"journal {name}": count for name, count in Counter(names).items()}


def database(host: Host) -> Traces:
    """Every row of every table of ZoneMinder and of MariaDB's own, accounts included."""
    dump = host.exec(
        "mysqldump --skip-dump-date --skip-extended-insert --single-transaction --routines "
        "--events --databases zm mysql"
    ).stdout
    found: dict[str, object] = {}
    place = ""
    for line in dump.splitlines():
        if line.startswith("USE "):
            place = line[5:-2]
        row = re.match(r"INSERT INTO `(\w+)` VALUES \((.*)\);$", line)
        table, text = (row[1], row[2]) if row else ("schema", line)
        print_ = hashlib.sha256(text.encode()).hexdigest()[:12]
        found[f"row {place}.{table} {text[:40]} {print_}"] = text
    return found


def changed(before: Traces, after: Traces) -> Iterator[tuple[str, str]]:
    """What came, went, or is another: host and name."""
    for name in sorted(before.keys() | after.keys()):
        if before.get(name) != after.get(name):
            host, _, rest = name.partition(" ")
            yield host, rest


def moved(before: Traces, after: Traces) -> tuple[Counter[str], list[str]]:
    """How often each exception was met, and everything that no exception covers."""
    met: Counter[str] = Counter()
    rest = []
    for host, name in changed(before, after):
        values = (before.get(f"{host} {name}"), after.get(f"{host} {name}"))
        found = next((m for m in MOVES if re.fullmatch(m.pattern, name) and m.how(*values)), None)
        if found:
            met[found.name] += 1
        else:
            rest.append(f"{host} {name}: {values[0]} → {values[1]}")
    return met, rest
