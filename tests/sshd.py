"""A real OpenSSH server on loopback for one user with one key, for git over SSH."""

from __future__ import annotations

import contextlib
import getpass
import os
import shlex
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

PROGRAM = shutil.which("sshd", path="/usr/sbin:/usr/bin:/usr/local/sbin:/sbin")

needs_sshd = pytest.mark.skipif(
    PROGRAM is None and os.environ.get("CI") != "true",
    reason="there is no sshd (the lab has one)",
)
"""In CI its absence is a failure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """How to come in: `git clone url/path` with `environment`."""

    port: int
    command: str

    def url(self, path: Path) -> str:
        return f"ssh://{getpass.getuser()}@127.0.0.1:{self.port}{path}"

    @property
    def environment(self) -> dict[str, str]:
        return {"GIT_SSH_COMMAND": self.command, "GIT_SSH_VARIANT": "ssh"}


@contextlib.contextmanager
def sshd(folder: Path, address: str = "127.0.0.1") -> Iterator[Door]:
    """Run it on one address of this machine; the host key is pinned, nothing else of the user's
    settings is read.
    """
    assert PROGRAM is not None, "there is no sshd: apt install openssh-server"
    folder.chmod(0o700)
    for name in ("host", "user"):
        words = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)]
        subprocess.run(words, check=True)
    (folder / "authorized").write_text((folder / "user.pub").read_text())
    with socket.create_server((address, 0), family=family(address)) as probe:
        port: int = probe.getsockname()[1]
    conf = folder / "sshd_config"
    settings = [
        f"Port {port}",
        f"ListenAddress {address}",
        f"HostKey {folder / 'host'}",
        f"AuthorizedKeysFile {folder / 'authorized'}",
        "PasswordAuthentication no",
        "UsePAM no",
        "StrictModes no",
        "PidFile none",
    ]
    conf.write_text("\n".join([*settings, ""]))
    pinned = folder / "known_hosts"
    pinned.write_text(f"[{address}]:{port} {(folder / 'host.pub').read_text()}")
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)
    log = (folder / "log").open("wb")
    process = subprocess.Popen([PROGRAM, "-D", "-e", "-f", str(conf)], stderr=log)
    try:
        _wait(address, port, folder / "log")
        words = ["ssh", "-F", "none", "-i", str(folder / "user"), "-o", "BatchMode=yes"]
        words += ["-o", f"UserKnownHostsFile={pinned}", "-o", "StrictHostKeyChecking=yes"]
        words += ["-o", "IdentitiesOnly=yes", "-o", "KexAlgorithms=curve25519-sha256"]
        yield Door(port=port, command=shlex.join(words))
    finally:
        process.terminate()
        process.wait()
        log.close()


def family(address: str) -> socket.AddressFamily:
    """IPv4 or IPv6."""
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def _wait(address: str, port: int, log: Path) -> None:
    for _ in range(100):
        with contextlib.suppress(OSError), socket.create_connection((address, port), 1):
            return
        time.sleep(0.05)
    raise RuntimeError(f"sshd does not listen: {log.read_text()}")
