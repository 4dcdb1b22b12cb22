"""A crowd for benchmarks: many real sshd and snmpd on loopback addresses of the sealed lab.

sshd number *i* listens on ``127.10.x.y:22``, snmpd on ``127.11.x.y:161``; each sshd has a
host key of its own and each snmpd an engine id of its own. All end with the lab.

``crowd`` is the same number of addresses in front of one real recorder: each answers what a
recorder answers, not what a machine with a thousand sshd would.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from cctv_policy.drivers.script import compose

from . import recorders
from .lab import LabError, require_sealed, run, ssh_key, toolbox
from .roles.common import AUDIT, Secrets

WORKERS = 4

SSHD = """\
HostKey /fleet/{name}.key
ListenAddress {address}:22
PidFile none
AuthorizedKeysFile /fleet/authorized_keys
PasswordAuthentication no
UsePAM no
UseDNS no
StrictModes no
MaxStartups 200
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SshServer:
    """Log in as ``cctv-audit`` with ``lab.ssh_key(AUDIT)``."""

    address: str
    host_key: str

    @property
    def known_hosts_line(self) -> str:
        """The line that pins it."""
        return f"{self.address} {self.host_key}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SnmpServer:
    """SNMP v3 authPriv (SHA-256, AES) with ``secrets``, and v2c with ``community``."""

    address: str
    secrets: Secrets = field(repr=False)
    community: str = "lab-only"


def address(net: int, index: int) -> str:
    """The index-th address of 127.<net>.0.0/16."""
    if not 0 <= index < 60_000:
        raise LabError(f"no such fleet member: {index}")
    return f"127.{net}.{index // 250}.{index % 250 + 1}"


@cache
def ground() -> Path:
    """The tool box with what the servers share: account, key, folders, devices."""
    require_sealed()
    root = toolbox()
    (root / "fleet").mkdir(exist_ok=True)
    (root / "run/sshd").mkdir(exist_ok=True)
    run("mount", "-t", "devpts", "devpts", str(root / "dev/pts"))
    with (root / "etc/passwd").open("a") as passwd, (root / "etc/shadow").open("a") as shadow:
        passwd.write(f"{AUDIT}:x:2001:2001::/tmp:/bin/sh\n")
        shadow.write(f"{AUDIT}:*:20000:0:99999:7:::\n")
    key = ssh_key(AUDIT).with_suffix(".pub").read_text()
    (root / "fleet/authorized_keys").write_text(key)
    return root


def start_sshd(count: int) -> tuple[SshServer, ...]:
    """Start servers 0..count-1 and wait until each has daemonised."""
    ground()
    with ThreadPoolExecutor(WORKERS) as pool:
        return tuple(pool.map(one_sshd, range(count)))


def one_sshd(index: int) -> SshServer:
    """Key, configuration, server (it returns once it listens)."""
    server = _prepare(ground(), index)
    run("chroot", str(ground()), "/usr/sbin/sshd", "-f", f"/fleet/ssh{index}.conf")
    return server


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """The healthy segment recorder behind many addresses."""

    servers: tuple[SshServer, ...]
    doors: int
    """The process that lets in: CPU of the devices is its own and its children's."""
    replay_key: Path
    """Who logs in with it is told what the recorder said once, after as long as it took then: as
    if each address had a processor of its own. With the usual key the recorder itself answers."""


def crowd(count: int) -> Crowd:
    """The healthy segment recorder behind addresses 0..count-1.

    Each connection is served by an sshd of its own inside the recorder (see doors.py), with the
    address's own host key.
    """
    street = recorders.only("seg-good")
    recorders.wait_recording(street, {"seg-good": (1, 2)})
    host = street.hosts["seg-good"]
    (host.root / "fleet").mkdir(exist_ok=True)
    (host.root / "run/sshd").mkdir(exist_ok=True)
    usual, replay = (ssh_key(name).with_suffix(".pub").read_text() for name in (AUDIT, "replay"))
    lines = f'{usual}command="/bin/sh /fleet/replay.sh" {replay}'
    (host.root / "fleet/authorized_keys").write_text(lines)
    with ThreadPoolExecutor(WORKERS) as pool:
        servers = tuple(pool.map(lambda index: _prepare(host.root, index), range(count)))
    doors = subprocess.Popen(
        (sys.executable, str(Path(__file__).with_name("doors.py")), str(host.leader), "/fleet"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=(host.place / "doors").open("wb"),
        text=True,
    )
    assert doors.stdin is not None and doors.stdout is not None
    doors.stdin.write("\n".join(server.address for server in servers))
    doors.stdin.close()
    if doors.stdout.readline() != "ready\n":
        raise LabError(f"doors: {(host.place / 'doors').read_text()}")
    _record(host.root / "fleet", servers[0])
    return Crowd(servers=servers, doors=doors.pid, replay_key=ssh_key("replay"))


RECORDED = "@@recorded"
REPLAY = """\
mark=$(sed -n 's/^mark=//p')
part() {{ sed "s/^{RECORDED}/$mark/" /fleet/told.$1; }}
part 0
sleep {seconds:.3f}
part 1 | dd obs=32768 2>/dev/null
part 2 | gzip -c
"""


def _record(fleet: Path, server: SshServer) -> None:
    """Ask the recorder once by ssh, and keep its answer in the parts in which it comes."""
    known = fleet / "known_hosts"
    known.write_text(f"{server.known_hosts_line}\n")
    login = (
        "ssh", "-F", "none", "-i", str(ssh_key(AUDIT)), "-o", f"UserKnownHostsFile={known}",
        f"{AUDIT}@{server.address}", "exec /bin/sh -s",
    )  # fmt: skip
    took = []
    for script in ("", compose("segment", RECORDED, {"plain": "1"})):
        began = time.monotonic()
        told = run(*login, stdin=script)
        took.append(time.monotonic() - began)
    parts = re.split(f"(?=\n{RECORDED} (?:host|units)\n)", told)
    if len(parts) != 3 or not told.endswith(f"{RECORDED} end\n"):
        raise LabError(f"the recorder's answer cannot be kept: {told[-200:]}")
    parts[1] += f"\n{RECORDED} gzip\n"
    for number, part in enumerate(parts):
        (fleet / f"told.{number}").write_text(part)
    seconds = max(0.0, took[1] - took[0])
    (fleet / "replay.sh").write_text(REPLAY.format(RECORDED=RECORDED, seconds=seconds))


def _prepare(root: Path, index: int) -> SshServer:
    """Host key and configuration of one sshd."""
    name, where = f"ssh{index}", address(10, index)
    key = root / "fleet" / f"{name}.key"
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(key))
    (root / "fleet" / f"{name}.conf").write_text(SSHD.format(name=name, address=where))
    public = key.with_suffix(".key.pub").read_text().split()
    return SshServer(address=where, host_key=" ".join(public[:2]))


def start_snmpd(count: int) -> tuple[SnmpServer, ...]:
    """Start agents 0..count-1; they share one user and its pass phrases."""
    ground()
    secrets = Secrets()
    with ThreadPoolExecutor(WORKERS) as pool:
        return tuple(pool.map(lambda index: one_snmpd(index, secrets), range(count)))


def one_snmpd(index: int, secrets: Secrets) -> SnmpServer:
    """Configuration and agent, each with its own persistent folder."""
    root, name = ground(), f"snmp{index}"
    server = SnmpServer(address=address(11, index), secrets=secrets)
    (root / "fleet" / name).mkdir()
    (root / "fleet" / f"{name}.conf").write_text(
        f"agentaddress udp:{server.address}:161\nsysName {name}\n"
        f'createUser {secrets.snmp_user} SHA-256 "{secrets.snmp_auth}" AES "{secrets.snmp_priv}"\n'
        f"rouser {secrets.snmp_user} authpriv\nrocommunity {server.community}\n"
    )
    agent = (
        "chroot", str(root), "/usr/sbin/snmpd", "-C", "-c", f"/fleet/{name}.conf",
        "-p", f"/fleet/{name}/pid", "-Lf", "/dev/null", "-I", "-smux",
    )  # fmt: skip
    done = subprocess.run(
        agent,
        env={**os.environ, "SNMP_PERSISTENT_DIR": f"/fleet/{name}"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise LabError(f"snmpd {name}: {done.stderr}")
    return server
