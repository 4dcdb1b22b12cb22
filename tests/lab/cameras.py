"""Cameras on the lab's switches: processes of camera.py in namespaces of their own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from .camera import Auth
from .lab import RUN, add_port, image, run, set_address, wait_gone
from .netcfg import Nic


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """One process that serves ``addresses`` (with prefix length) on port 554."""

    name: str
    addresses: tuple[str, ...]
    auth: Auth = "digest"
    user: str = "admin"
    password: str = field(default="", repr=False)
    switch: str = "lan"

    @property
    def place(self) -> Path:
        """Its folder on the controller."""
        return RUN / "cameras" / self.name

    def start(self) -> None:
        """Namespace, addresses, process; it listens some 0.3 s later."""
        self.place.mkdir(parents=True)
        run("ip", "netns", "add", self.name)
        run("ip", "-n", self.name, "link", "set", "lo", "up")
        first, *more = self.addresses
        nic = Nic(switch=self.switch, address=first)
        add_port(self.name, nic, self.port)
        set_address(self.name, nic)
        for address in more:
            run("ip", "-n", self.name, "addr", "add", address, "dev", "eth0")
        secret = self.place / "password"
        secret.write_text(self.password + "\n")
        self.play()

    @property
    def port(self) -> str:
        """The switch's side of its cable."""
        return f"{self.name}.0"[-15:]

    def play(self) -> None:
        """Start the server process (again)."""
        program = Path(__file__).with_name("camera.py")
        process = subprocess.Popen(
            (
                "ip", "netns", "exec", self.name, sys.executable, str(program),
                "--clip", str(image() / "usr/share/cctv-lab/clip.h264"),
                "--auth", self.auth, "--user", self.user,
                "--password-file", str(self.place / "password"),
            ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=(self.place / "log").open("ab"),
            start_new_session=True,
        )  # fmt: skip
        (self.place / "pid").write_text(str(process.pid))

    def kill(self) -> None:
        """The camera dies; its address still answers, the port is refused."""
        pid = int((self.place / "pid").read_text())
        os.kill(pid, signal.SIGKILL)
        wait_gone(pid)

    def unplug(self) -> None:
        """Pull its cable: no answer at all."""
        run("ip", "link", "set", self.port, "down")

    def plug(self) -> None:
        """Put the cable back."""
        run("ip", "link", "set", self.port, "up")
