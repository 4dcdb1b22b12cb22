"""A fleet to push to: small recorders with systemd, sshd, a disk and an address of their own.

Each runs what a push needs and nothing else (some 17 MB, half a second of boot), so that 200 fit
on one machine. A fault is broken and repaired from outside, past network and SSH. What there is to
push: a time service (a file and a service), telnet (a service off), an account that nobody manages
(a user). They record nothing: their one service waits for a camera that is never there.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from ..push.districts import Nvr, district
from .lab import LAN, Host, run, ssh_key
from .layer import File, Item, Layer, Link, mask, unit
from .netcfg import Nic
from .roles import common
from .roles.common import AUDIT, PUSH

STRANGER = "fitter"
STRANGER_HASH = "$6$lab$notahashthatanypasswordgives"
_WORKERS = 3
_OFF = (
    "cron.service", "dbus.service", "dbus.socket", "dev-hugepages.mount", "dev-mqueue.mount",
    "kmod-static-nodes.service", "networking.service", "rsyslog.service", "snmpd.service",
    "syslog.socket", "systemd-journal-flush.service", "systemd-logind.service",
    "systemd-modules-load.service", "systemd-random-seed.service", "systemd-remount-fs.service",
    "systemd-sysctl.service", "systemd-sysusers.service", "systemd-tmpfiles-setup-dev.service",
    "systemd-tmpfiles-setup.service", "systemd-udev-trigger.service", "systemd-udevd.service",
    "systemd-update-utmp-runlevel.service", "systemd-update-utmp.service",
    "systemd-user-sessions.service",
)  # fmt: skip
_GENERATORS = (
    "netplan", "systemd-cryptsetup-generator", "systemd-debug-generator",
    "systemd-fstab-generator", "systemd-getty-generator", "systemd-gpt-auto-generator",
    "systemd-hibernate-resume-generator", "systemd-integritysetup-generator",
    "systemd-rc-local-generator", "systemd-run-generator", "systemd-system-update-generator",
    "systemd-sysv-generator", "systemd-veritysetup-generator",
)  # fmt: skip
"""Each runs at boot and at every daemon-reload."""
_RECORDS = """\
[Unit]
ConditionPathExists=/dev/video0
[Service]
ExecStart=/usr/bin/ffmpeg -nostdin -i /dev/video0 -f segment /srv/recordings/ch1/%%Y%%m%%d.mp4
[Install]
WantedBy=multi-user.target
"""


def build(count: int) -> tuple[Host, ...]:
    """Hosts ``nvr-000`` to ``nvr-<count - 1>``; they are ready when SSH greets on each."""
    ssh_key(AUDIT), ssh_key(PUSH)
    with ThreadPoolExecutor(_WORKERS) as pool:
        hosts = tuple(pool.map(_start, range(count)))
    for host in hosts:
        host.ready(timeout=180)
    return hosts


def _start(number: int) -> Host:
    address = f"10.77.{100 + number // 250}.{number % 250 + 1}/16"
    recorder = common.Recorder(
        name=f"nvr-{number:03}",
        kind="segment",
        nics=(Nic(switch="lan", address=address, gateway=LAN.controller),),
        streams=(),
        ntp=False,
        telnet=True,
    )
    host = recorder.host(Layer(items=_items(recorder)))
    host.start()
    return host


def _items(recorder: common.Recorder) -> tuple[Item, ...]:
    """The usual accounts and keys, one more account, and no service that a push does not need."""
    items = [_with_stranger(item) for item in common.layer(recorder).items]
    generators = (
        Link(path=f"/etc/systemd/system-generators/{name}", target="/dev/null")
        for name in _GENERATORS
    )
    return (*items, *mask(*_OFF), *generators, *unit("cctv-record-ch1.service", _RECORDS))


def _with_stranger(item: Item) -> Item:
    more = {
        "/etc/passwd": f"{STRANGER}:x:1999:1999::/home/{STRANGER}:/bin/sh\n",
        "/etc/group": f"{STRANGER}:x:1999:\n",
        "/etc/shadow": f"{STRANGER}:{STRANGER_HASH}:20000:0:99999:7:::\n",
    }
    if not isinstance(item, File) or item.path not in more:
        return item
    content = f"{item.content!s}{more[item.path]}"
    return File(path=item.path, content=content, mode=item.mode, owner=item.owner)


def folder(hosts: Sequence[Host], root: Path) -> Path:
    """The district's folder with all of them, 25 a school."""
    baseline = {"baseline": {"ntp": [LAN.controller]}}
    nvrs = [Nvr(id=h.name, host=h.address, host_key=h.host_key, extra=baseline) for h in hosts]
    keys = {"lab/audit": ssh_key(AUDIT).read_text(), "lab/push": ssh_key(PUSH).read_text()}
    return district(root, nvrs, keys)


def connections(host: Host) -> int:
    """How many TCP connections the host has taken since it was switched on."""
    told = run("nsenter", f"--net=/run/netns/{host.name}", "cat", "/proc/net/snmp")
    head, values = (line.split() for line in told.splitlines() if line.startswith("Tcp:"))
    return int(values[head.index("PassiveOpens")])


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One way to fail: shell text as root on the host, and how a push must call it."""

    name: str
    breaks: str
    repairs: str
    ended: str
    reason: str
    said: str = ""
    """A word of the report's line."""

    def plant(self, host: Host) -> None:
        """Break it. The host's ports and its disk are the only things touched."""
        host.exec(self.breaks)
        run("ip", "neigh", "flush", "to", host.address)  # nothing remembers where it was

    def repair(self, host: Host) -> None:
        """As it was before; SSH greets again."""
        host.exec(self.repairs)
        deadline = time.monotonic() + 20
        host.ready(timeout=deadline - time.monotonic())


def _drop_in(text: str) -> str:
    place = "/etc/systemd/system/chrony.service.d"
    return f"mkdir -p {place}; printf '[Service]\\n{text}\\n' >{place}/fault.conf"


_NO_DROP_IN = (
    "rm /etc/systemd/system/chrony.service.d/fault.conf; systemctl daemon-reload;"
    "systemctl stop chrony.service; systemctl reset-failed chrony.service || :"
)
_NEW_KEY = (
    "cd /etc/ssh; mkdir kept; mv ssh_host_* kept; ssh-keygen -q -t ed25519 -N '' -f"
    " ssh_host_ed25519_key; systemctl restart ssh"
)
_FULL = (
    "cp -a /etc/chrony /run/chrony-kept; mount -t tmpfs -o size=32k tmpfs /etc/chrony;"
    "cp -a /run/chrony-kept/chrony.conf /etc/chrony; head -c 64k /dev/zero >/etc/chrony/full || :"
)
_UNDOES = (
    "cd /etc/systemd/system;"
    "printf '[Path]\\nPathChanged=/etc/chrony/chrony.conf\\n' >undo.path;"
    "printf '[Service]\\nType=oneshot\\nExecStart=sed -i /^server/d /etc/chrony/chrony.conf\\n'"
    " >undo.service; systemctl daemon-reload; systemctl start undo.path"
)

QUICK: tuple[Fault, ...] = (
    Fault(
        name="no route",
        breaks="ip link set eth0 down",
        repairs=f"ip link set eth0 up; ip route replace default via {LAN.controller}",
        ended="unreachable",
        reason="no_route",
    ),
    Fault(
        name="connection refused",
        breaks="systemctl stop ssh",
        repairs="systemctl start ssh",
        ended="unreachable",
        reason="refused",
    ),
    Fault(
        name="another host key",
        breaks=_NEW_KEY,
        repairs="cd /etc/ssh; mv -f kept/* .; rmdir kept; systemctl restart ssh",
        ended="unreachable",
        reason="host_key_changed",
    ),
    Fault(
        name="key not accepted",
        breaks=f"mv /home/{PUSH}/.ssh/authorized_keys /home/{PUSH}/.ssh/kept",
        repairs=f"mv /home/{PUSH}/.ssh/kept /home/{PUSH}/.ssh/authorized_keys",
        ended="unreachable",
        reason="auth_refused",
    ),
    Fault(
        name="sudo refused",
        breaks="mv /etc/sudoers.d/cctv-push /root/kept",
        repairs="mv /root/kept /etc/sudoers.d/cctv-push",
        ended="unreachable",
        reason="not_permitted",
    ),
    Fault(
        name="disk full",
        breaks=_FULL,
        repairs="umount /etc/chrony",
        ended="failed",
        reason="step",
        said="No space left on device",
    ),
    Fault(
        name="read-only file system",
        breaks="mount --bind /etc/chrony /etc/chrony; mount -o remount,ro,bind /etc/chrony",
        repairs="umount /etc/chrony",
        ended="failed",
        reason="step",
        said="Read-only file system",
    ),
    Fault(
        name="something on the device undoes it",
        breaks=_UNDOES,
        repairs="cd /etc/systemd/system; systemctl stop undo.path; rm undo.path undo.service;"
        "systemctl daemon-reload",
        ended="failed",
        reason="read_back",
        said="hardening.ntp",
    ),
    Fault(
        name="the line breaks in a step",
        breaks=_drop_in(f"ExecStartPre=-+/usr/bin/pkill -KILL -u {PUSH} sshd"),
        repairs=_NO_DROP_IN,
        ended="unknown",
        reason="step",
        said="no_answer",
    ),
)
"""Each shows in less than five seconds."""

SLOW: tuple[Fault, ...] = (
    *QUICK,
    Fault(
        name="no answer to a connection",
        breaks="ip route add blackhole 10.77.0.1; ip route flush cache",
        repairs="ip route del blackhole 10.77.0.1",
        ended="unreachable",
        reason="filtered",
    ),
    Fault(
        name="SSH hangs before its greeting",
        breaks="systemctl kill -s STOP ssh",
        repairs="systemctl kill -s CONT ssh",
        ended="unreachable",
        reason="no_answer",
    ),
    Fault(
        name="a step hangs",
        breaks=_drop_in("TimeoutStartSec=infinity\\nExecStartPre=/bin/sleep 3600"),
        repairs=_NO_DROP_IN,
        ended="unknown",
        reason="step",
        said="no_answer",
    ),
)
"""All; the last three show in ten seconds to a minute."""
