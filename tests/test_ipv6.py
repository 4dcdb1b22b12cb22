"""A recorder that has IPv6 alone: every door, the probes' URLs, and what rule 5 says of it."""

from __future__ import annotations

import contextlib
import getpass
import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from cctv_policy import inventory
from cctv_policy.cli import run
from cctv_policy.drivers import probes
from cctv_policy.errors import InventoryError
from cctv_policy.inventory import load_inventory
from tests.collecting import context, page, recorder, server, write_school
from tests.district import AS_OF, NVR, District
from tests.snmpd import needs_snmpd, snmpd
from tests.sshd import needs_sshd, sshd

HERE = "::1"
pytestmark = pytest.mark.skipif(not socket.has_ipv6, reason="no IPv6")


@needs_snmpd
@needs_sshd
def test_ssh_and_snmp_over_ipv6_alone_tell_the_recorder(tmp_path: Path) -> None:
    for name in ("ssh", "agent", "secrets"):
        (tmp_path / name).mkdir(mode=0o700)
    with (
        sshd(tmp_path / "ssh", HERE) as door,
        snmpd(tmp_path / "agent", "rocommunity6 canary-six", address=HERE) as agent,
    ):
        pin = " ".join((tmp_path / "ssh" / "host.pub").read_text().split()[:2])
        login = {"host": HERE, "port": str(door.port), "user": getpass.getuser(), "key": "a/ssh"}
        snmp = {"version": "v2c", "port": str(agent), "community": "a/community"}
        entry = {"driver": "segment", "connect": {**login, "host_keys": [pin]}, "snmp": snmp}
        for name, value in {
            "ssh": (tmp_path / "ssh" / "user").read_text(), "community": "canary-six",
        }.items():  # fmt: skip
            (tmp_path / "secrets" / "a").mkdir(exist_ok=True, mode=0o700)
            (tmp_path / "secrets" / "a" / name).touch(mode=0o600)
            (tmp_path / "secrets" / "a" / name).write_text(value)
        root = write_school(tmp_path / "district", entry)
        words = ["collect", "--root", str(root), "--secrets", str(tmp_path / "secrets")]
        assert run(words) == 0
    told = json.loads((root / "state" / "alpha-es" / "nvr-1.json").read_text())
    doors = {d["door"]: d["outcome"] for d in told["doors"]}
    assert doors["ssh"] == doors["snmp"] == "ok", doors


@pytest.fixture
def faces() -> Iterator[tuple[dict[str, int], dict[str, list[bytes]]]]:
    """A web page, a stream and a telnet port on ::1: their ports, and what each was asked."""

    def stream(_: bytes) -> bytes:
        reply = page("401 Unauthorized", www_authenticate='Digest realm="r", nonce="n"')
        return reply.replace(b"HTTP/1.1", b"RTSP/1.0", 1)

    answers = {
        "http": lambda _: page("401 Unauthorized", www_authenticate='Basic realm="nvr"'),
        "rtsp": stream,
        "telnet": lambda _: b"login: ",
    }
    with contextlib.ExitStack() as stack:
        opened = {n: stack.enter_context(server(answers[n], HERE)) for n in answers}
        yield {n: o[0] for n, o in opened.items()}, {n: o[1] for n, o in opened.items()}


def test_probes_from_outside_put_the_address_into_brackets(
    faces: tuple[dict[str, int], dict[str, list[bytes]]],
) -> None:
    ports, asked = faces
    looked = inventory.Probes(hosts=(HERE,), **{name: (port,) for name, port in ports.items()})
    reading = probes.read(recorder(probes=looked), context(), [])
    told = {o.fact: o.value for o in reading.observations if o.unknown is None}
    assert reading.doors[0].outcome == "ok"
    assert told["services.http_auth"] == "basic" and told["services.http"] is True
    assert told["services.rtsp_auth"] == "digest"
    assert told["services.telnet"] is True
    assert all(f"\r\nHost: [::1]:{ports['http']}\r\n".encode() in a for a in asked["http"])
    url = f"DESCRIBE rtsp://[::1]:{ports['rtsp']}/".encode()
    assert asked["rtsp"] and all(a.startswith(url) for a in asked["rtsp"])


@pytest.mark.parametrize("host", ["fe80::1%eth0", "[::1]", "::1/128", "fd00::1:", "fd00:::1"])
def test_an_address_that_is_no_plain_literal_is_refused(host: str, tmp_path: Path) -> None:
    snmp = {"version": "v2c", "host": host, "community": "a/community"}
    root = write_school(tmp_path, {"driver": "snmp", "snmp": snmp})
    with pytest.raises(InventoryError) as caught:
        load_inventory(root / "inventory")
    assert "bad_address" in str(caught.value) or "bad_host" in str(caught.value)
    if "%" in host:
        assert "leave out the part from % on" in str(caught.value)


@pytest.mark.parametrize(
    ("addresses", "outcome"),
    [
        (["fd12:3456::10", "fe80::10%eth0"], "pass"),
        (["2001:288:1234::10", "fe80::10%eth0"], "fail"),
        (["fd12:3456::10", "2001:288:1234::10"], "fail"),
        (["2002:a314:105::1"], "fail"),
        (["fe80::10%eth0"], "unknown"),
        (["2001:db8::10"], "unknown"),
        (["::"], "unknown"),
    ],
)
def test_rule_5_judges_a_recorder_that_has_ipv6_alone(
    addresses: list[str], outcome: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    district = District(evidence={NVR: {"interfaces": [{"addresses": addresses}]}})
    root = district.write(tmp_path / "district")
    run(["check", "--root", str(root), "--as-of", AS_OF.isoformat(), "--format", "json", "--all"])
    results = json.loads(capsys.readouterr().out)["results"]
    (found,) = [
        r for r in results if r["rule"] == "A3.1-no-public-ip" and r["subject"]["id"] == NVR
    ]
    assert found["outcome"] == outcome, found["causes"]
