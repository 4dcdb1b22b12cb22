"""What every recorder has: accounts, keys, sudo, SNMP, clock; and the knobs of all faults."""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from ..archive import Archive
from ..lab import LAN, Host, image, ssh_key
from ..layer import Dir, File, Item, Layer, Link, enable, mask, unit
from ..netcfg import Nic, System

Kind = Literal["motion", "motioneye", "zoneminder", "segment"]

AUDIT = "cctv-audit"  # collects: no privileges but its sudoers file
PUSH = "cctv-push"  # changes things: may do everything
ACCOUNTS = {AUDIT: 2001, PUSH: 2002}
SERVICE = "rec:x:901:901::/srv:/usr/sbin/nologin"  # runs the segment recorder
# The drivers' own file wins as soon as they ship one for the kind.
DRIVER_SUDOERS = Path(__file__).parents[3] / "src/cctv_policy/drivers/sudoers"
START_SUDOERS = Path(__file__).with_name("sudoers")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """A camera as a recorder sees it; channel numbers follow the order."""

    address: str
    path: str
    user: str = "admin"
    password: str = field(default="", repr=False)

    @property
    def url(self) -> str:
        """Without login."""
        return f"rtsp://{self.address}:554/{self.path}"

    @property
    def url_with_login(self) -> str:
        """For recorders that keep user and password in the address."""
        return f"rtsp://{self.user}:{self.password}@{self.address}:554/{self.path}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """Passwords of one recorder, made anew for every lab."""

    admin_user: str = "admin"
    admin_password: str = field(default_factory=lambda: secrets.token_hex(8), repr=False)
    snmp_user: str = "cctvmon"
    snmp_auth: str = field(default_factory=lambda: secrets.token_hex(8), repr=False)
    snmp_priv: str = field(default_factory=lambda: secrets.token_hex(8), repr=False)
    database: str = field(default_factory=lambda: secrets.token_hex(8), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorder:
    """One NVR. The defaults are a healthy one; each knob below plants one fault."""

    name: str
    kind: Kind
    nics: tuple[Nic, ...]
    streams: tuple[Stream, ...]
    system: System = "static"
    secrets: Secrets = field(default_factory=Secrets)
    sudoers: Path | None = None  # None: the driver's file, else our start
    archive: Archive = field(default_factory=Archive)
    retention_days: int | None = 16  # None: nothing ever deletes
    auth: bool = True  # off: factory state, no or empty password
    admin_on_lan: bool = False  # plain http for everybody instead of localhost or https
    open_cache: bool = False  # ZoneMinder: recordings readable without login
    database_socket: bool = False  # MariaDB on 3306 of every address, as the package ships
    snmp_community: str | None = None
    telnet: bool = False
    ntp: bool = True
    zone: str = "Asia/Taipei"
    log_folder: bool = True  # off: as motion's package leaves it, not writable for motion
    clock_offset_s: int = 0
    disk_full: bool = False

    def host(self, layer: Layer) -> Host:
        """The machine that carries this recorder."""
        return Host(name=self.name, nics=self.nics, system=self.system, layer=layer)


def layer(recorder: Recorder) -> Layer:
    """The part of the disk that does not depend on the kind."""
    items: tuple[Item, ...] = (
        *identity(recorder.name),
        *accounts(),
        *sudoers(recorder),
        *ssh(),
        snmp(recorder),
        *clock(ntp=recorder.ntp, zone=recorder.zone),
        *(telnet() if recorder.telnet else ()),
        *mask("console-getty.service", "getty@tty1.service", "systemd-pstore.service"),
    )
    return Layer(items=items)


def identity(name: str) -> tuple[Item, ...]:
    """Names and ids a machine has alone."""
    return (
        File(path="/etc/hostname", content=f"{name}\n"),
        File(path="/etc/hosts", content=f"127.0.0.1 localhost\n127.0.1.1 {name}\n"),
        File(path="/etc/machine-id", content=f"{uuid.uuid4().hex}\n", mode=0o444),
        File(path="/etc/resolv.conf", content=f"nameserver {LAN.controller}\n"),
    )


def accounts() -> tuple[Item, ...]:
    """Two accounts with a key and without a password, and one for a service."""
    tables = {name: (image() / "etc" / name).read_text() for name in ("passwd", "group", "shadow")}
    for name, number in ACCOUNTS.items():
        tables["passwd"] += f"{name}:x:{number}:{number}::/home/{name}:/bin/sh\n"
        tables["group"] += f"{name}:x:{number}:\n"
        tables["shadow"] += f"{name}:*:20000:0:99999:7:::\n"
    tables["passwd"] += f"{SERVICE}\n"
    tables["group"] += "rec:x:901:\n"
    items: list[Item] = [
        File(path="/etc/passwd", content=tables["passwd"]),
        File(path="/etc/group", content=tables["group"]),
        File(path="/etc/shadow", content=tables["shadow"], mode=0o640, owner="root:shadow"),
    ]
    for name in ACCOUNTS:
        key = ssh_key(name).with_suffix(".pub").read_text()
        home, owner = f"/home/{name}", f"{name}:{name}"
        items += [
            Dir(path=home, mode=0o750, owner=owner),
            Dir(path=f"{home}/.ssh", mode=0o700, owner=owner),
            File(path=f"{home}/.ssh/authorized_keys", content=key, mode=0o600, owner=owner),
        ]
    return tuple(items)


def sudoers(recorder: Recorder) -> tuple[Item, ...]:
    """What cctv-audit may do as root, and that cctv-push may do all."""
    own = DRIVER_SUDOERS / recorder.kind
    source = recorder.sudoers or (own if own.is_file() else START_SUDOERS)
    return (
        File(path="/etc/sudoers.d/cctv-audit", content=source.read_text(), mode=0o440),
        File(
            path="/etc/sudoers.d/cctv-push", content=f"{PUSH} ALL=(ALL) NOPASSWD: ALL\n", mode=0o440
        ),
    )


def ssh() -> tuple[Item, ...]:
    """Keys only, and enough room for parallel tests."""
    text = "PasswordAuthentication no\nPermitRootLogin no\nUseDNS no\nMaxStartups 100\n"
    return (File(path="/etc/ssh/sshd_config.d/cctv.conf", content=text),)


def snmp(recorder: Recorder) -> File:
    """SNMP v3 authPriv; a community only as a planted fault."""
    keys = recorder.secrets
    text = (
        "agentaddress udp:161\n"
        f'createUser {keys.snmp_user} SHA-256 "{keys.snmp_auth}" AES "{keys.snmp_priv}"\n'
        f"rouser {keys.snmp_user} authpriv\n"
        f"sysName {recorder.name}\n"
        "includeAllDisks 10%\n"
    )
    if recorder.snmp_community:
        text += f"rocommunity {recorder.snmp_community}\n"
    return File(path="/etc/snmp/snmpd.conf", content=text, mode=0o600)


def clock(*, ntp: bool, zone: str) -> tuple[Item, ...]:
    """A time zone; chrony only watches (``-x``), for the kernel clock is not a guest's."""
    server = f"server {LAN.controller} iburst minpoll 4 maxpoll 6\n" if ntp else ""
    return (
        Link(path="/etc/localtime", target=f"/usr/share/zoneinfo/{zone}"),
        File(path="/etc/timezone", content=f"{zone}\n"),
        *mask("systemd-timesyncd.service"),
        File(path="/etc/chrony/chrony.conf", content=f"{server}driftfile /var/lib/chrony/drift\n"),
        File(path="/etc/default/chrony", content='DAEMON_OPTS="-F 0 -x"\n'),
        File(
            path="/etc/systemd/system/chrony.service.d/lab.conf",
            content="[Unit]\nConditionCapability=\n",
        ),
        *(enable("chrony.service") if ntp else mask("chrony.service")),
    )


def telnet() -> tuple[Item, ...]:
    """A real telnet login on port 23."""
    socket = "[Socket]\nListenStream=23\nAccept=yes\n"
    service = "[Service]\nExecStart=-/usr/sbin/telnetd\nStandardInput=socket\n"
    return (
        *unit("telnet.socket", socket, target="sockets.target"),
        File(path="/etc/systemd/system/telnet@.service", content=service),
    )
