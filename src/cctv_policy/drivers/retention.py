"""Rules on the machine that delete recordings by age: systemd-tmpfiles and cron. Pure: reply →
days.

`systemd-tmpfiles` measures age by the newest of the times of change, access and inode unless the
rule says `m:`. For footage that nobody touches all three are the time of recording, so a plain
`14d` keeps 14 days as well; it keeps longer what somebody plays back or copies. Both forms are what
the recorder is *set* to keep; what it really keeps is `oldest_at`.
"""

from __future__ import annotations

import re

from cctv_policy.drivers.framing import CannotTell, Reply
from cctv_policy.drivers.linux import unit_states

_UNITS_S = {
    "us": 1e-6, "ms": 1e-3, "s": 1, "sec": 1, "m": 60, "min": 60, "h": 3600, "hr": 3600,
    "d": 86_400, "w": 604_800, "": 1,
}  # fmt: skip

_SPAN = re.compile(r"(\d+)\s*([a-z]*)")
_FIND = re.compile(r"\bfind\s+(?:-[HL]\s+)?[\"']?(/[^\s\"']*)")


def configured_days(reply: Reply, folder: str) -> int | None:
    """Days that rules on `folder` keep; 0 if no rule deletes there; None if that cannot be seen."""
    days: list[int] = []
    seen_all = True
    for rules in (_tmpfiles, _cron, _crontabs):
        try:
            days += rules(reply, folder)
        except CannotTell:
            seen_all = False
    if days:
        return min(days)
    return 0 if seen_all else None


def _tmpfiles(reply: Reply, folder: str) -> list[int]:
    """Ages of lines like `d /srv/recordings 2750 rec rec m:14d`, if the cleaner runs at all."""
    timer = unit_states(reply).get("systemd-tmpfiles-clean.timer", {})
    if timer.get("ActiveState") != "active":
        return []
    found = []
    for words in map(str.split, reply.text("tmpfiles").splitlines()):
        if len(words) >= 6 and words[0][0] in "dDevqQ" and covers(words[1], folder):
            seconds = age_s(words[5])
            if seconds is not None:
                found.append(int(seconds // 86_400))
    return found


def covers(path: str, folder: str) -> bool:
    """Whether a rule on `path` reaches what lies in `folder`."""
    base = path.rstrip("/*").rstrip("/")
    return folder == base or folder.startswith(base + "/")


def age_s(text: str) -> float | None:
    """`14d`, `m:2w`, `~10d12h`; None for `-`, which is no age."""
    span = text.rpartition(":")[2].lstrip("~")
    parts = _SPAN.findall(span)
    if not parts or any(unit not in _UNITS_S for _, unit in parts):
        return None
    return sum(int(number) * _UNITS_S[unit] for number, unit in parts)


def _cron(reply: Reply, folder: str) -> list[int]:
    return finds(reply.text("cron"), folder)


def _crontabs(reply: Reply, folder: str) -> list[int]:
    """The accounts' own crontabs, which may not be for us to see."""
    return finds(reply.text("crontabs"), folder)


def finds(text: str, folder: str) -> list[int]:
    """`find FOLDER … -mtime +N -delete` deletes what is older than N+1 days; `-mmin` in minutes."""
    found = []
    for line in text.splitlines():
        command = _FIND.search(line)
        deletes = "-delete" in line or re.search(r"\brm\b", line)
        if not command or not deletes or not covers(command[1], folder):
            continue
        if days := re.search(r"-mtime\s+\+(\d+)", line):
            found.append(int(days[1]) + 1)
        elif minutes := re.search(r"-mmin\s+\+(\d+)", line):
            found.append(int(minutes[1]) // 1440)
    return found
