"""Cameras looked at from outside: rules 8, 10 and 13 get facts of the camera itself."""

from __future__ import annotations

import dataclasses
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cctv_policy import inventory
from cctv_policy.cli import run
from cctv_policy.drivers import probes
from cctv_policy.errors import InventoryError
from cctv_policy.inventory import load_inventory
from cctv_policy.state import Why
from tests.collecting import context, free_port, page, recorder, server, write_school

DIGEST = page("401 Unauthorized", www_authenticate='Digest realm="r", nonce="n"')
OPEN = page("200 OK", body="v=0\r\n", content_type="application/sdp")


def rtsp(reply: bytes) -> bytes:
    return reply.replace(b"HTTP/1.1", b"RTSP/1.0", 1)


def camera(number: int, **changed: Any) -> inventory.Camera:
    """A camera on an address of the loopback that is its own."""
    fields = {
        "id": f"cam-{number}", "ch": str(number), "area": "campus", "place": "gate",
        "address": f"127.0.0.{number + 10}", "probes": inventory.CameraProbes(),
    }  # fmt: skip
    return inventory.Camera(**{**fields, **changed})


@pytest.fixture
def open_and_closed() -> Iterator[tuple[int, dict[int, list[bytes]]]]:
    """Two cameras' streams on one port number: the first plays for all, the second has none."""
    with server(lambda _: rtsp(OPEN), "127.0.0.11") as (port, first):
        with socket.create_server(("127.0.0.12", port)):
            pass  # the number is free there too
        yield port, {1: first}


def looked(port: int, **more: Any) -> inventory.CameraProbes:
    """Nothing but this stream, and ports that are closed."""
    shut = (free_port(),)
    ports = {"http": shut, "https": shut, "rtsp": (port,)}
    return inventory.CameraProbes(**{**ports, **more})


def test_each_camera_is_told_apart(open_and_closed: tuple[int, dict[int, list[bytes]]]) -> None:
    port, asked = open_and_closed
    cameras = (camera(1, probes=looked(port)), camera(2, probes=looked(port)))
    reading = probes.read(recorder(cameras=cameras), context(), [])
    told = {(o.device, o.fact): o for o in reading.observations}
    assert {device for device, _ in told} == {"cam-1", "cam-2"}
    assert len(told) == 2 * len(probes.OF_A_CAMERA)
    assert told["cam-1", "services.rtsp_auth"].value == "none"
    assert told["cam-2", "services.rtsp_auth"].value == "absent"
    assert told["cam-2", "services.telnet"].value is False
    assert "127.0.0.11" in told["cam-1", "services.rtsp_auth"].source
    assert asked[1][0].startswith(f"DESCRIBE rtsp://127.0.0.11:{port}/".encode())
    assert not any(b"Authorization" in request for request in asked[1])


def test_the_stream_s_own_path_is_asked_for() -> None:
    with server(lambda _: rtsp(DIGEST), "127.0.0.13") as (port, asked):
        one = camera(3, probes=looked(port, rtsp_path="/live/7"))
        reading = probes.read(recorder(cameras=(one,)), context(), [])
    told = {o.fact: o.value for o in reading.observations}
    assert told["services.rtsp_auth"] == "digest"
    assert [a.split()[1] for a in asked] == [f"rtsp://127.0.0.13:{port}/live/7".encode()]


def test_a_camera_that_nobody_asked_to_look_at_is_left_alone() -> None:
    alone = (camera(4, probes=None), camera(5, address=None, analog=True, probes=None))
    assert not probes.configured(recorder(cameras=alone))
    assert probes.read(recorder(cameras=alone), context(), []).observations == ()


def test_without_time_for_the_cameras_they_are_not_begun() -> None:
    with server(lambda _: rtsp(OPEN), "127.0.0.16") as (port, asked):
        one = camera(6, probes=looked(port))
        reading = probes.read(recorder(cameras=(one,)), context(budget_s=5), [])
    assert {o.unknown for o in reading.observations} == {Why.BUDGET}
    assert not asked


def test_probes_of_a_camera_without_an_address_are_a_fault(tmp_path: Path) -> None:
    blind = {"id": "cam-1", "ch": "1", "area": "campus", "place": "gate", "probes": {}}
    snmp = {"version": "v2c", "host": "127.0.0.1", "community": "a/community"}
    root = write_school(tmp_path, {"driver": "snmp", "snmp": snmp, "cameras": [blind]})
    with pytest.raises(InventoryError, match="`probes` needs the camera's `address`"):
        load_inventory(root / "inventory")


def test_rules_10_and_13_judge_a_camera_that_was_looked_at(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with server(lambda _: rtsp(OPEN), "127.0.0.17") as (port, _):
        ports = dataclasses.asdict(looked(port))
        listed = {name: [str(p) for p in found] for name, found in ports.items() if found}
        login = {"user": "viewer", "secret": "a/camera", "rotated_on": "2025-02-03"}
        one = {
            "id": "cam-7", "ch": "1", "area": "campus", "place": "gate", "address": "127.0.0.17",
            "probes": listed, "login": login,
        }  # fmt: skip
        snmp = {"version": "v2c", "host": "127.0.0.1", "port": "1", "community": "a/community"}
        school = {"driver": "snmp", "snmp": snmp, "cameras": [one]}
        root = write_school(tmp_path / "district", school, custodian_changes=["2026-08-01"])
        folder = tmp_path / "secrets"
        (folder / "a").mkdir(parents=True)
        folder.chmod(0o700)
        for name in ("camera", "community"):
            (folder / "a" / name).touch(mode=0o600)
            (folder / "a" / name).write_text("Kestrel.Owl-93")
        run(["scan", "--root", str(root), "--secrets", str(folder), "--format", "json", "--all"])
    results = {
        r["rule"]: r for r in json.loads(capsys.readouterr().out)["results"]
        if r["subject"]["id"] == "cam-7"
    }  # fmt: skip
    hardening, age = results["A4.1-transport-hardening"], results["A3.2-credential-age"]
    assert hardening["outcome"] == "fail"
    assert [c["code"] for c in hardening["causes"]] == ["rtsp_no_login"]
    assert age["outcome"] == "fail"
    assert [c["code"] for c in age["causes"]] == ["not_since_handover"]
