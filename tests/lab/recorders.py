"""The street: eight recorders, a healthy and a broken one of each kind, and what is broken.

``PLANTED`` is the answer sheet: what a scan of the street has to find, no more on the
healthy ones and no less on the broken ones.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

from . import faults
from .archive import TAIPEI, Archive, Gap, Old
from .cameras import Camera
from .lab import LAN, WAN, Host, open_lab, ssh_key, tool, toolbox
from .netcfg import Nic
from .roles import layer
from .roles.common import AUDIT, PUSH, Recorder, Stream

CLOCK_OFFSET_S = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One planted violation. ``channel`` is the recorder's own name for it, None = the device.

    ``why`` is for people; ``rule`` is the id of the specification.
    """

    rule: str
    device: str
    why: str
    channel: str | None = None


def planted(device: str, *found: tuple[str, str] | tuple[str, str, str]) -> tuple[Fault, ...]:
    """Faults of one device from (rule, why[, channel])."""
    return tuple(
        Fault(device=device, rule=rule, why=why, channel=channel[0] if channel else None)
        for rule, why, *channel in found
    )


PLANTED: tuple[Fault, ...] = (
    *planted(
        "mo-broken",
        ("A3.1-no-public-ip", "eth0 has 163.20.77.20"),
        ("A3.2-no-default-password", "motion's admin page asks for no password"),
        ("A4.1-transport-hardening", "admin page over plain http on every address"),
        ("A4.3-continuous-operation", "5 h missing, 3 days ago", "2"),
        ("C-clock-sync", "clock 10 min ahead, no NTP"),
    ),
    *planted(
        "me-broken",
        ("A3.2-no-default-password", "admin with the shipped empty password"),
        ("A4.1-transport-hardening", "8765 over plain http on every address"),
        ("A4.3-retention-min", "9 days of footage", "1"),
        ("A4.3-retention-min", "9 days of footage", "2"),
        ("A4.3-retention-capacity", "preserve_movies 9", "1"),
        ("A4.3-retention-capacity", "preserve_movies 9", "2"),
        ("A4.3-continuous-operation", "camera gone for 6 h", "2"),
    ),
    *planted(
        "zm-broken",
        ("A3.2-no-default-password", "authentication off, admin/admin"),
        ("A4.1-transport-hardening", "plain http, /zm/cache/events open, 3306 on every address"),
        ("A4.4-destroy-within-max", "one event of 400 days ago", "1"),
    ),
    *planted(
        "seg-broken",
        ("A4.1-transport-hardening", "SNMP community public, telnet, anonymous camera stream"),
        ("A4.3-continuous-operation", "disk full for 6 h", "ch1"),
        ("A4.3-continuous-operation", "disk full for 6 h", "ch2"),
        ("A4.4-destroy-within-max", "one file of 400 days ago", "ch2"),
        ("A4.3-retention-capacity", "the full disk holds hours", "ch1"),
        ("A4.3-retention-capacity", "the full disk holds hours", "ch2"),
        ("A3.2-no-default-password", "camera 2 has the factory password 12345"),
    ),
)


def lan(number: int) -> Nic:
    """A port on the school's private network."""
    return Nic(switch="lan", address=f"10.77.0.{number}/16", gateway=LAN.controller)


def cameras(password: str) -> tuple[Camera, ...]:
    """Three processes: a rack of good cameras, one that has gone, one that asks nothing."""
    rack = tuple(f"10.77.50.{number}/16" for number in range(11, 25))
    return (
        Camera(name="cam-rack", addresses=rack, password=password),
        Camera(name="cam-gone", addresses=("10.77.50.98/16",), password=password),
        Camera(name="cam-open", addresses=("10.77.50.99/16",), auth="none", password="12345"),
    )


def recorders(password: str) -> tuple[Recorder, ...]:
    """The eight, healthy first in each pair; camera ``password`` is shared by the rack."""

    def streams(*numbers: int) -> tuple[Stream, ...]:
        return tuple(
            Stream(address=f"10.77.50.{n}", path="ch1", password="12345" if n == 99 else password)
            for n in numbers
        )

    public = Nic(switch="wan", address="163.20.77.20/24", gateway=WAN.controller)
    inside = Nic(switch="lan", address="10.77.0.20/16", name="eth1")
    old = (Old(channel=1, days_ago=400),)
    stopped = Archive(ended=((1, 6), (2, 6)), old=(Old(channel=2, days_ago=400),))
    return (
        Recorder(name="mo-good", kind="motion", system="ifupdown",
                 nics=(lan(10),), streams=streams(11, 12)),
        Recorder(name="mo-broken", kind="motion", system="ifupdown",
                 nics=(public, inside), streams=streams(13, 14), auth=False, admin_on_lan=True,
                 ntp=False, clock_offset_s=CLOCK_OFFSET_S,
                 archive=Archive(gaps=(Gap(channel=2, days_ago=3, hours=5),))),
        Recorder(name="me-good", kind="motioneye", system="networkd",
                 nics=(lan(30),), streams=streams(15, 16)),
        Recorder(name="me-broken", kind="motioneye", system="networkd",
                 nics=(lan(40),), streams=streams(17, 98), auth=False, admin_on_lan=True,
                 retention_days=9, archive=Archive(days=9, ended=((2, 6),))),
        Recorder(name="zm-good", kind="zoneminder", system="netplan",
                 nics=(lan(50),), streams=streams(18, 19)),
        Recorder(name="zm-broken", kind="zoneminder", system="netplan",
                 nics=(lan(60),), streams=streams(20, 21), auth=False, admin_on_lan=True,
                 open_cache=True, database_socket=True, retention_days=None,
                 archive=Archive(old=old)),
        Recorder(name="seg-good", kind="segment", system="nm",
                 nics=(lan(70),), streams=streams(22, 23)),
        Recorder(name="seg-broken", kind="segment", system="nm",
                 nics=(lan(80),), streams=streams(24, 99), snmp_community="public", telnet=True,
                 retention_days=None, disk_full=True, archive=stopped),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Street:
    """Eight running recorders and their cameras. Everything a scan may be told is here."""

    recorders: tuple[Recorder, ...]
    cameras: tuple[Camera, ...]
    hosts: dict[str, Host] = field(repr=False)
    camera_password: str = field(repr=False)
    faults: tuple[Fault, ...] = PLANTED

    @property
    def known_hosts(self) -> str:
        """A known_hosts file that pins all eight."""
        return "".join(f"{host.known_hosts_line}\n" for host in self.hosts.values())

    def recorder(self, name: str) -> Recorder:
        """By name; KeyError if there is none."""
        return {recorder.name: recorder for recorder in self.recorders}[name]


def build_street() -> Street:
    """Start cameras and recorders; returns when SSH answers on all and the clock fault is set.

    Footage appears some seconds later (``wait_recording``). The archives end now.
    """
    street = only(*(recorder.name for recorder in recorders("")))
    street.cameras[1].unplug()
    faults.skew(street.hosts["mo-broken"], CLOCK_OFFSET_S, "motion")
    return street


def only(*names: str) -> Street:
    """The cameras and some of the recorders, without the faults that come after the start."""
    open_lab()
    start_clock()
    ssh_key(AUDIT), ssh_key(PUSH)
    password = secrets.token_hex(8)
    rack = cameras(password)
    for camera in rack:
        camera.start()
    street = tuple(recorder for recorder in recorders(password) if recorder.name in names)
    hosts = {}
    for recorder in street:
        host = recorder.host(layer(recorder, datetime.now(TAIPEI)))
        host.start()
        hosts[recorder.name] = host
    for host in hosts.values():
        host.ready()
    return Street(recorders=street, cameras=rack, hosts=hosts, camera_password=password)


@cache
def start_clock() -> None:
    """An NTP server on the controller's addresses, from the machine's own clock; one a lab."""
    conf = toolbox() / "etc/chrony/chrony.conf"
    networks = "".join(f"allow {switch.network}\n" for switch in (LAN, WAN))
    (toolbox() / "run/chrony").mkdir(mode=0o700, exist_ok=True)
    conf.write_text(f"local stratum 8\nbindcmdaddress /\ncmdport 0\n{networks}")
    tool("chronyd", "-x", "-u", "root")


NEWEST = {
    "motion": "find /var/lib/motion -name '{n}-*.mp4' -newer /etc/hostname -size +40k",
    "motioneye": "find /var/lib/motioneye/Camera{n} -name '*.mp4' -newer /etc/hostname -size +40k",
    "zoneminder": "mysql -N zm -e 'select Id from Events where MonitorId={n} and Frames>20"
    " and Length<3600 and EndDateTime is not null'",
    "segment": "find /srv/recordings/ch{n} -name '*.mp4' -newer /etc/hostname -size +40k",
}


def recorded(recorder: Recorder, host: Host, channel: int) -> list[str]:
    """Finished or growing live footage of one channel (not the archive)."""
    command = NEWEST[recorder.kind].format(n=channel)
    return host.exec(command, check=False).stdout.split()


def wait_recording(
    street: Street, channels: dict[str, tuple[int, ...]], timeout: float = 120
) -> None:
    """Until each named recorder has live footage on each channel; AssertionError otherwise."""
    deadline = time.monotonic() + timeout
    missing = [(name, channel) for name, numbers in channels.items() for channel in numbers]
    while missing and time.monotonic() < deadline:
        missing = [
            (name, channel)
            for name, channel in missing
            if not recorded(street.recorder(name), street.hosts[name], channel)
        ]
        time.sleep(1)
    assert not missing, f"no live footage on {missing}"


RECORDING: dict[str, tuple[int, ...]] = {
    "mo-good": (1, 2),
    "mo-broken": (1, 2),
    "me-good": (1, 2),
    "me-broken": (1,),
    "zm-good": (1, 2),
    "zm-broken": (1, 2),
    "seg-good": (1, 2),
}
