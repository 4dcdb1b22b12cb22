"""A real snmpd on loopback, for the tests that want one."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from cctv_policy.drivers.snmp_ping import ping

PROGRAM = shutil.which("snmpd", path="/usr/sbin:/usr/bin:/usr/local/sbin:/sbin")

needs_snmpd = pytest.mark.skipif(
    PROGRAM is None and os.environ.get("CI") != "true",
    reason="there is no snmpd (the lab has one)",
)
"""In CI its absence is a failure."""


@contextlib.contextmanager
def snmpd(folder: Path, *lines: str, address: str = "127.0.0.1") -> Iterator[int]:
    """Run it with these lines of configuration; its port."""
    assert PROGRAM is not None
    family, agent = socket.AF_INET, f"udp:{address}"
    if ":" in address:
        family, agent = socket.AF_INET6, f"udp6:[{address}]"
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        probe.bind((address, 0))
        port: int = probe.getsockname()[1]
    conf = folder / "snmpd.conf"
    conf.write_text("\n".join([*lines, f"agentaddress {agent}:{port}", ""]))
    environment = {"SNMP_PERSISTENT_DIR": str(folder), "SNMPCONFPATH": str(folder), "MIBS": ""}
    process = subprocess.Popen(
        [PROGRAM, "-f", "-C", "-c", str(conf), "-Ln", "-p", str(folder / "pid")], env=environment
    )
    try:
        for _ in range(50):
            if ping(address, port, (), timeout_s=0.2).answered:
                break
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait()
