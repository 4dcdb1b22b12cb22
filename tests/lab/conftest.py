"""Fixtures of the lab. Outside ``enter.sh`` nothing here is collected at all.

There is no skip: whoever asks for the lab (CCTV_LAB=1, which enter.sh sets) gets it or a
failure that names what is missing.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from ipaddress import IPv4Network
from itertools import count

import pytest

IN_LAB = os.environ.get("CCTV_LAB") == "1"
collect_ignore_glob = [] if IN_LAB else ["test_*.py"]

if IN_LAB:
    from .lab import LAN, Host, open_lab, ssh_key
    from .netcfg import Nic, System
    from .recorders import RECORDING, Street, build_street, wait_recording
    from .roles import common

    FREE = IPv4Network("10.77.9.0/24")  # for hosts that single tests start

    @pytest.fixture(scope="session")
    def lab() -> None:
        """The sealed network with its two switches."""
        open_lab()

    @pytest.fixture(scope="session")
    def street(lab: None) -> Street:
        """The eight recorders, each that can has live footage. Shared: do not break it."""
        built = build_street()
        wait_recording(built, RECORDING)
        return built

    @pytest.fixture
    def bare_host(lab: None) -> Iterator[Callable[..., Host]]:
        """Start fresh hosts without a recorder, ``bare_host("netplan")``; gone after the test."""
        hosts: list[Host] = []

        def start(system: System = "static") -> Host:
            number = next(NUMBERS)
            nic = Nic(switch="lan", address=f"{FREE[number]}/16", gateway=LAN.controller)
            recorder = common.Recorder(
                name=f"bare{number}", kind="segment", nics=(nic,), streams=(), system=system
            )
            host = recorder.host(common.layer(recorder))
            host.start()
            hosts.append(host)
            host.ready()
            return host

        ssh_key(common.AUDIT), ssh_key(common.PUSH)
        yield start
        for host in hosts:
            host.stop()

    NUMBERS = count(1)
