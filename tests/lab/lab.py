"""Switches, hosts and the tool box: the machinery of the sealed lab.

Everything lives below ``/run/cctv-lab`` (a tmpfs of the sealed mount namespace), so nothing
has to be cleaned up: when the namespace ends, all is gone. State of a host is on that disk,
so any process inside the namespace can work with it by name.
"""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass, field
from functools import cache
from ipaddress import IPv4Network
from pathlib import Path

from . import netcfg
from .layer import Disk, Layer, fill, write
from .netcfg import Nic

RUN = Path("/run/cctv-lab")
CGROUPS = ("/sys/fs/cgroup/systemd", "/sys/fs/cgroup/unified", "/sys/fs/cgroup")
GUEST_PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class LabError(Exception):
    """The lab itself failed (not the thing under test)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """A bridge without uplink; the controller (the tests) has its first address."""

    name: str
    network: IPv4Network

    @property
    def controller(self) -> str:
        """The address the tests have on this switch; also the hosts' gateway."""
        return str(self.network[1])

    def up(self) -> None:
        """Create it; harmless when it is there."""
        if self.name in (name for _, name in socket.if_nameindex()):
            return
        run("ip", "link", "add", self.name, "type", "bridge")
        run("ip", "addr", "add", f"{self.controller}/{self.network.prefixlen}", "dev", self.name)
        run("ip", "link", "set", self.name, "up")


WAN = Switch(name="wan", network=IPv4Network("163.20.77.0/24"))
LAN = Switch(name="lan", network=IPv4Network("10.77.0.0/16"))
SWITCHES = {switch.name: switch for switch in (WAN, LAN)}


def run(*argv: str, stdin: str | None = None, check: bool = True) -> str:
    """Run a tool of the controller, return its output; LabError with stderr if it fails."""
    done = subprocess.run(argv, input=stdin, capture_output=True, text=True, check=False)
    if check and done.returncode:
        raise LabError(f"{shlex.join(argv)}: exit {done.returncode}: {done.stderr.strip()}")
    return done.stdout


def require_sealed() -> None:
    """Refuse to touch a network that is not the lab's own (see enter.sh)."""
    if os.environ.get("CCTV_LAB") != "1" or not os.path.ismount(RUN):
        raise LabError("not inside the lab: run this through tests/lab/enter.sh")
    routes = Path("/proc/net/route").read_text().splitlines()[1:]
    if any(line.split()[1] == "00000000" for line in routes):
        raise LabError("the lab is not sealed: there is a default route")


def image() -> Path:
    """The root file system all hosts share as their lower layer."""
    return Path(os.environ["CCTV_LAB_IMAGE"]) / "root"


def mount_overlay(place: Path) -> Path:
    """A writable copy of the image below ``place``; returns its root."""
    for part in ("upper", "work", "root"):
        (place / part).mkdir(parents=True, exist_ok=True)
    options = f"lowerdir={image()},upperdir={place}/upper,workdir={place}/work"
    run("mount", "-t", "overlay", "overlay", "-o", options, str(place / "root"))
    return place / "root"


@cache
def toolbox() -> Path:
    """A root for programs of the image that the lab itself runs (chroot TOOLBOX …)."""
    root = mount_overlay(RUN / "toolbox")
    for device in ("null", "urandom", "random", "zero"):
        (root / "dev" / device).touch()
        run("mount", "--bind", f"/dev/{device}", str(root / "dev" / device))
    run("mount", "-t", "proc", "proc", str(root / "proc"))
    (root / "etc/resolv.conf").write_text("")
    return root


def tool(*argv: str, stdin: str | None = None, check: bool = True) -> str:
    """Run a program of the image in the controller's network (ffprobe, snmpget, php…)."""
    return run("chroot", str(toolbox()), *argv, stdin=stdin, check=check)


@cache
def ssh_key(name: str) -> Path:
    """A private key made for this lab only; ``.pub`` is beside it."""
    path = RUN / "keys" / name
    path.parent.mkdir(mode=0o700, exist_ok=True)
    if not path.exists():
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(path))
    return path


def add_port(space: str, nic: Nic, port: str) -> None:
    """Plug a namespace's port into its switch; ``port`` is the switch's side."""
    run("ip", "link", "add", port, "type", "veth", "peer", "name", nic.name, "netns", space)
    run("ip", "link", "set", port, "master", nic.switch, "up")


def set_address(space: str, nic: Nic) -> None:
    """Bring a port up with its address from outside (hosts without a network system)."""
    ip = ("ip", "-n", space)
    run(*ip, "addr", "replace", nic.address, "dev", nic.name)
    run(*ip, "link", "set", nic.name, "up")
    if nic.gateway:
        run(*ip, "route", "replace", "default", "via", nic.gateway)


def in_cgroup(name: str) -> str:
    """Shell text that moves itself into a control group of its own: guests share none."""
    group = f"{os.environ['CCTV_LAB_ID']}/{name}"
    return "".join(
        f"if [ -e {base}/cgroup.procs ]; then mkdir -p {base}/{group} && "
        f"echo $$ > {base}/{group}/cgroup.procs; fi; "
        for base in CGROUPS
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """A Debian machine with systemd as PID 1 in a network namespace of its own.

    ``nics[0]`` is the address it is managed by. ``layer`` is what its role puts on its disk.
    The order of life: ``start()`` (build and boot), ``ready()``, then ``power_cut()`` and
    ``boot()`` as often as wanted, ``stop()``.
    """

    name: str
    nics: tuple[Nic, ...]
    system: netcfg.System = "static"
    layer: Layer = field(default_factory=Layer, repr=False)

    @property
    def address(self) -> str:
        """Where SSH and SNMP answer."""
        return self.nics[0].ip

    @property
    def place(self) -> Path:
        """The host's folder on the controller."""
        return RUN / "hosts" / self.name

    @property
    def root(self) -> Path:
        """The host's root file system, seen from the controller."""
        return self.place / "root"

    @property
    def host_key(self) -> str:
        """The public host key (``ssh-ed25519 AAAA…``) to pin."""
        key = (self.root / "etc/ssh/ssh_host_ed25519_key.pub").read_text().split()
        return " ".join(key[:2])

    @property
    def known_hosts_line(self) -> str:
        """The line of a known_hosts file that pins this host."""
        return f"{self.address} {self.host_key}"

    def port(self, index: int = 0) -> str:
        """The switch's side of a port (for link_down and nft)."""
        return f"{self.name}.{index}"[-15:]

    def start(self) -> None:
        """Build the disk and boot; returns at once (see ``ready``)."""
        self.build()
        self.boot()

    def build(self) -> None:
        """Mount the root and write all that makes this host itself."""
        mount_overlay(self.place)
        for number, disk in enumerate(self.layer.disks):
            self.add_disk(number, disk)
        write(self.root, netcfg.items(self.system, self.nics))
        write(self.root, self.layer.items)
        key = self.root / "etc/ssh/ssh_host_ed25519_key"
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", self.name, "-f", str(key))
        for disk in self.layer.disks:
            if disk.full:
                fill(self.root / disk.path.lstrip("/"))

    def add_disk(self, number: int, disk: Disk) -> None:
        """Mount an ext4 disk before boot: a running guest may not open loop devices."""
        backing = self.place / f"disk{number}"
        with backing.open("wb") as file:
            file.truncate(disk.size)
        features = "^has_journal,^resize_inode,uninit_bg"
        run(
            "mkfs.ext4", "-q", "-F", "-m", "0", "-O", features, "-N", "65536",
            "-E", "lazy_itable_init=1,nodiscard", str(backing),
        )  # fmt: skip
        target = self.root / disk.path.lstrip("/")
        target.mkdir(parents=True, exist_ok=True)
        run("mount", "-o", "loop", str(backing), str(target))

    def boot(self) -> None:
        """Switch it on: namespace, cables, nspawn."""
        run("ip", "netns", "add", self.name)
        run("ip", "-n", self.name, "link", "set", "lo", "up")
        for index, nic in enumerate(self.nics):
            add_port(self.name, nic, self.port(index))
            if self.system == "static":
                set_address(self.name, nic)
        nspawn = (
            "systemd-nspawn", "-q", f"--directory={self.root}", f"--machine={self.name}",
            f"--network-namespace-path=/run/netns/{self.name}",
            "--capability=CAP_NET_ADMIN,CAP_NET_RAW", "--register=no", "--keep-unit",
            "--console=pipe", "--link-journal=no", "--resolv-conf=off", "--timezone=off", "--boot",
        )  # fmt: skip
        with (self.place / "console").open("ab") as console:
            process = subprocess.Popen(
                ["/bin/sh", "-ec", in_cgroup(self.name) + 'exec "$@"', "sh", *nspawn],
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=console,
                env={**os.environ, "SYSTEMD_NSPAWN_API_VFS_WRITABLE": "network"},
                start_new_session=True,
            )
        (self.place / "pid").write_text(str(process.pid))

    @property
    def leader(self) -> int:
        """The guest's PID 1 as the controller numbers it; LabError when it is off."""
        found = children(int((self.place / "pid").read_text()))
        if not found:
            raise LabError(f"{self.name} is not running: {self.console(lines=5)}")
        return found[0]

    def console(self, *, lines: int = 20) -> str:
        """The end of what the guest printed on its console."""
        text = (self.place / "console").read_text(errors="replace")
        return "\n".join(text.splitlines()[-lines:])

    def ready(self, timeout: float = 60) -> None:
        """Wait until SSH sends its banner on the managed address; LabError after ``timeout``."""
        deadline = time.monotonic() + timeout
        while not has_banner(self.address):
            if time.monotonic() > deadline:
                raise LabError(f"{self.name} ({self.address}): no SSH\n{self.console()}")
            time.sleep(0.1)

    def exec(
        self, command: str, *, stdin: str | None = None, check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        """Run shell text as root inside, past network and SSH; LabError if it fails."""
        enter = ("nsenter", "-t", str(self.leader), "-a", "env", "-i", GUEST_PATH, "sh", "-c")
        done = subprocess.run(
            (*enter, command), input=stdin, capture_output=True, text=True, check=False
        )
        if check and done.returncode:
            raise LabError(f"{self.name}: {command}: exit {done.returncode}: {done.stderr.strip()}")
        return done

    def wait_for(self, command: str, *, timeout: float = 60) -> str:
        """Run ``command`` inside until it succeeds; its output, or LabError after ``timeout``."""
        deadline = time.monotonic() + timeout
        while (done := self.exec(command, check=False)).returncode:
            if time.monotonic() > deadline:
                raise LabError(f"{self.name}: never true: {command}\n{done.stdout}{done.stderr}")
            time.sleep(0.5)
        return done.stdout

    def power_cut(self) -> None:
        """Off at once, nothing flushed or stopped. The disk stays as it is for ``boot``.

        Its ports are unplugged too, so faults set on them (nft, link_down) end here.
        """
        supervisor = int((self.place / "pid").read_text())
        for child in children(supervisor):
            os.kill(child, signal.SIGKILL)
        wait_gone(supervisor)
        for index in range(len(self.nics)):  # a deleted namespace takes its ports, but later
            run("ip", "link", "del", self.port(index), check=False)
        run("ip", "netns", "del", self.name)

    def stop(self) -> None:
        """Power cut, then take the host away with all its files."""
        self.power_cut()
        run("umount", "-R", str(self.root))
        shutil.rmtree(self.place)


def children(pid: int) -> list[int]:
    """Child processes; none when it has ended."""
    try:
        return [int(n) for n in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def has_banner(address: str, port: int = 22) -> bool:
    """Does an SSH server speak there?"""
    try:
        with socket.create_connection((address, port), timeout=2) as line:
            return line.recv(4) == b"SSH-"
    except OSError:
        return False


def wait_gone(pid: int, timeout: float = 10) -> None:
    """Wait until a child has ended (and reap it); LabError if it does not."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        try:
            if os.waitpid(pid, os.WNOHANG)[0] == pid:
                return
        except ChildProcessError:
            if not Path(f"/proc/{pid}").exists():
                return
        time.sleep(0.02)
    os.kill(pid, signal.SIGKILL)
    raise LabError(f"process {pid} did not end")


def open_lab() -> None:
    """Make the sealed namespace usable: both switches up. Idempotent."""
    require_sealed()
    (RUN / "hosts").mkdir(exist_ok=True)
    for switch in SWITCHES.values():
        switch.up()
