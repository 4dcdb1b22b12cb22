"""What any Linux recorder tells of itself: clock, hardware, accounts, disks. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

from cctv_policy.drivers.framing import NO_TOOL, CannotTell, Reply, once
from cctv_policy.drivers.machine import Told, Topic
from cctv_policy.inventory import Recorder
from cctv_policy.model import Json
from cctv_policy.state import Why

LONGEST_ROUND_TRIP_S = 30.0
"""A clock that took longer to read says nothing to the second."""
NTP_PROCESSES = frozenset({"chronyd", "ntpd", "systemd-timesyn", "openntpd", "ntpsec", "sntp"})
NTP_UNITS = (
    "chrony.service",
    "ntp.service",
    "ntpsec.service",
    "openntpd.service",
    "systemd-timesyncd.service",
)
_NO_LOGIN = ("nologin", "false", "sync", "halt", "shutdown")
_PSEUDO = re.compile(r"^(proc|sys|dev|run|tmp|snap)(/|$)")
_OWN = re.compile(r"[^/=]+\s+/(proc|sys|dev|run)(/\S*)?\s")
"""A line of fstab that the kernel serves from memory; such mounts are not told (begin.sh)."""
_DF = re.compile(r"(.+?)\s+(\d+)\s+(\d+)\s+(-?\d+)\s+\S+\s+(/.*)$")
_PLACEHOLDERS = re.compile(
    r"(?i)to be filled|default string|system (manufacturer|product)|not (specified|applicable)|"
    r"o\.?e\.?m|^none$|^unknown$|^\W*$"
)


def keys(text: str) -> dict[str, str]:
    """Lines of `key=value`; lines without `=` are ignored."""
    return dict([line.split("=", 1) for line in text.splitlines() if "=" in line])


@once
def clock(reply: Reply) -> dict[str, str]:
    """What the device says of its clock: `now`, `zone`, and the zone by name if it has one."""
    return keys(reply.text("clock"))


@once
def device_now(reply: Reply) -> float:
    """The device's clock when it was asked, UNIX seconds. CannotTell if it did not say."""
    now = clock(reply).get("now", "")
    match = re.match(r"(\d{5,11})(\.\d+)?", now)
    if not match:
        raise CannotTell(Why.ODD_OUTPUT, "the clock is not a number")
    return float(match[0]) if match[2] else float(match[0]) + 0.5  # a date without %N cuts it off


@once
def device_zone(reply: Reply) -> timezone:
    """The device's offset from UTC at the time of asking."""
    match = re.fullmatch(r"([+-])(\d\d)(\d\d)", clock(reply).get("zone", ""))
    if not match:
        raise CannotTell(Why.ODD_OUTPUT, "the zone is not an offset")
    offset = timedelta(hours=int(match[2]), minutes=int(match[3]))
    return timezone(-offset if match[1] == "-" else offset)


def instant(epoch: float, zone: timezone) -> str:
    """A UNIX time as the device would write it."""
    return datetime.fromtimestamp(int(epoch), zone).isoformat()


def read_offset(reply: Reply, _: Recorder) -> Iterator[Told]:
    """Device clock minus ours at the middle of the round trip, in whole seconds."""
    trip = reply.first_at - reply.asked_at
    if not -1 <= trip <= LONGEST_ROUND_TRIP_S:
        raise CannotTell(Why.NO_ANSWER, f"the clock's round trip took {trip:.0f} s")
    offset = device_now(reply) - (reply.asked_at + trip / 2)
    yield Told(
        fact="time.offset_s", value=round(offset), source=f"date (round trip {trip:.2f} s, middle)"
    )


def read_zone(reply: Reply, _: Recorder) -> Iterator[Told]:
    """The zone's name where the device has one, else its offset (`+08:00`)."""
    told = clock(reply)
    name = told.get("link", "").partition("zoneinfo/")[2] or told.get("name", "")
    name = name.removeprefix("posix/").removeprefix("right/")
    if re.fullmatch(r"[A-Za-z]+(/[A-Za-z0-9_+-]+){0,2}", name):
        yield Told(fact="time.tz", value=name, source="/etc/localtime")
    else:
        device_zone(reply)
        zone = told["zone"]
        yield Told(fact="time.tz", value=f"{zone[:3]}:{zone[3:]}", source="date +%z")


def read_ntp(reply: Reply, _: Recorder) -> Iterator[Told]:
    """Whether something that sets the clock is running."""
    units = unit_states(reply)
    active = [name for name in NTP_UNITS if units.get(name, {}).get("ActiveState") == "active"]
    running = NTP_PROCESSES & processes(reply)
    source = "systemctl show, ps: " + (", ".join([*active, *sorted(running)]) or "no time service")
    yield Told(fact="time.ntp_enabled", value=bool(active or running), source=source)


@once
def processes(reply: Reply) -> set[str]:
    """Names of the running processes."""
    names = set(reply.text("processes").split("\n"))  # one in hundreds differs: first make it small
    return {name.strip().rsplit("/", 1)[-1] for name in names if name.strip()}


@once
def unit_states(reply: Reply) -> dict[str, dict[str, str]]:
    """systemd's word on the units that were asked for; empty on a device without systemd."""
    if any(section.rc == NO_TOOL for section in reply.all("units")):
        return {}
    blocks = (keys(block) for block in reply.text("units").split("\n\n"))
    return {block["Id"]: block for block in blocks if block.get("Id")}


def read_host(reply: Reply, _: Recorder) -> Iterator[Told]:
    """Maker and model as the firmware tells them, and how long it has been up."""
    host = keys(reply.text("host"))
    model = host.get("product_name", "") or host.get("tree", "")
    for fact, value in (("device.brand", host.get("sys_vendor", "")), ("device.model", model)):
        if value.strip() and not _PLACEHOLDERS.search(value):
            yield Told(fact=fact, value=value.strip(), source="firmware tables (DMI, device tree)")
        else:
            yield Told(
                fact=fact,
                value=None,
                unknown=Why.NOT_FOUND,
                source="firmware tables (DMI, device tree)",
                detail="the maker filled nothing in",
            )
    yield Told(fact="uptime_s", value=int(float(host["uptime"].split()[0])), source="/proc/uptime")


def os_accounts(reply: Reply) -> list[dict[str, Json]]:
    """Accounts that can log in to the operating system, never with a hash.

    A locked password is no factory password; an empty one is. What a set password is, nobody can
    tell without its hash, which stays on the device: `is_default_password` is None then.
    """
    admins = {
        name
        for line in reply.text("admins").splitlines()
        for name in line.rsplit(":", 1)[-1].split(",")
    }
    users = [line.split(":") for line in reply.lines("users")]
    users = [user for user in users if user[2].rsplit("/", 1)[-1] not in _NO_LOGIN]
    states = _password_states(reply, {user[0] for user in users})
    found: list[dict[str, Json]] = []
    for name, uid, _ in users:
        state, changed = states.get(name, ("", None))
        default = {"NP": True, "L": False, "LK": False}.get(state)
        found.append(
            {
                "name": name,
                "realm": "os",
                "role": "admin" if uid == "0" or name in admins else "user",
                "enabled": True,
                "is_default_password": default,
                "check_method": None if default is None else "device_flag",
                "password_locked": state in ("L", "LK") if state else None,
                "last_password_change": changed if state not in ("L", "LK") else None,
            }
        )
    return found


def _password_states(reply: Reply, names: set[str]) -> dict[str, tuple[str, str | None]]:
    """Of `passwd -S -a`: account → P, NP or L, and the day of the last change (UTC midnight)."""
    found: dict[str, tuple[str, str | None]] = {}
    for line in reply.optional("passwords").splitlines():
        if line.partition(" ")[0] not in names:  # nine in ten cannot log in
            continue
        words = line.split()
        if len(words) >= 3 and words[1] in ("P", "PS", "NP", "L", "LK"):
            found[words[0]] = (words[1], _day(words[2]))
    return found


@lru_cache(maxsize=1024)
def _day(text: str) -> str | None:
    """Most accounts of most devices share the day on which their system was installed."""
    for form in ("%Y-%m-%d", "%m/%d/%Y"):
        try:
            day = datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError:
            continue
        return day.isoformat() if day.year > 1970 else None
    return None


def read_accounts(reply: Reply, _: Recorder) -> Iterator[Told]:
    """The operating system's accounts, for recorders whose software has none of its own."""
    yield Told(fact="accounts", value=os_accounts(reply), source="/etc/passwd, passwd -S -a")


@once
def volumes(reply: Reply) -> dict[str, dict[str, Json]]:
    """Every disk that is mounted (or should be), by mount point. See facts.Volume."""
    options = {_unescape(w[1]): w for w in map(str.split, reply.lines("mounts")) if len(w) >= 4}
    found: dict[str, dict[str, Json]] = {}
    for line in reply.lines("df")[1:]:
        match = _DF.match(line)
        if not match or _PSEUDO.match(match[5][1:]):
            continue
        size, free = int(match[2]) * 1024, max(int(match[4]), 0) * 1024
        mount = options.get(match[5], [])
        found[match[5]] = {
            "mount": match[5],
            "size_bytes": size,
            "free_bytes": free,
            "state": _state(reply, mount, size, free),
        }
    disks = [line for line in reply.optional("fstab").splitlines() if not _OWN.match(line)]
    for words in map(str.split, disks):
        wanted = len(words) >= 4 and words[1].startswith("/") and "noauto" not in words[3]
        if wanted and _unescape(words[1]) not in options and words[2] != "swap":
            mount_point = _unescape(words[1])
            lost = {"size_bytes": 0, "free_bytes": 0, "state": "failed"}
            found[mount_point] = {"mount": mount_point, **lost}
    return found


def _state(reply: Reply, mount: list[str], size: int, free: int) -> str | None:
    """failed: the file system or its array reports errors; read_only; full: under 0.1 % free."""
    if not mount:
        return None
    flags, device = mount[3].split(","), mount[0].rsplit("/", 1)[-1]
    errors = dict(line.split() for line in reply.optional("ext4").splitlines() if " " in line)
    if errors.get(f"/sys/fs/ext4/{device}/errors_count", "0") != "0":
        return "failed"
    array = re.search(rf"(?m)^{re.escape(device)} : (.+)\n(.*)", reply.optional("mdstat"))
    if array and ("(F)" in array[1] or re.search(r"\[[U_]*_[U_]*\]", array[2])):
        return "failed"
    if "ro" in flags:
        return "failed" if "emergency_ro" in flags else "read_only"
    if free * 1000 < size or free < 1 << 20:
        return "full"
    return "ok" if reply.all("ext4") else None


def _unescape(text: str) -> str:
    if "\\" not in text:
        return text
    return re.sub(r"\\([0-7]{3})", lambda m: chr(int(m[1], 8)), text)


def volume_of(path: str, mounted: dict[str, dict[str, Json]]) -> dict[str, Json] | None:
    """The volume a folder lies on."""
    fitting = [m for m in mounted if path == m or path.startswith(m.rstrip("/") + "/")]
    return mounted[max(fitting, key=len)] if fitting else None


OFFSET = Topic(facts=("time.offset_s",), read=read_offset)
CLOCK = (
    Topic(facts=("time.tz",), read=read_zone),
    Topic(facts=("time.ntp_enabled",), read=read_ntp),
)
HOST = Topic(facts=("device.brand", "device.model", "uptime_s"), read=read_host)
ACCOUNTS = Topic(facts=("accounts",), read=read_accounts)
