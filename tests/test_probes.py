"""Looking from outside: what each surface of a recorder shows without a login."""

from __future__ import annotations

import contextlib
import dataclasses
import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from cctv_policy import inventory
from cctv_policy.drivers import probes
from cctv_policy.drivers.probes import faces, web
from cctv_policy.drivers.probes.rtsp import rtsp_auth
from cctv_policy.drivers.probes.wire import NoReplyError, ask, get, sweep
from cctv_policy.facts import FACTS
from cctv_policy.state import Observation, Why
from tests.collecting import NOW, context, free_port, page, path_of, recorder, server

HOST = "127.0.0.1"
Answer = Callable[[bytes], bytes]


def site(pages: dict[str, bytes], other: bytes = page("404 Not Found")) -> Answer:
    """A web server that knows these paths."""
    return lambda request: pages.get(path_of(request), other)


@contextlib.contextmanager
def seen(answer: Answer) -> Iterator[tuple[web.Seen, list[str]]]:
    """What one look at a web server sees, and the paths it asked for."""
    with server(answer) as (port, asked):
        found = web.look_at((HOST, port), tls=False)
        yield found, [path_of(request) for request in asked]


ZM_OPEN = {"/zm/api/monitors.json": page(body='{"monitors":[{"Monitor":{"Id":"1"}}]}')}
ZM_CLOSED = {
    path: page("401 Unauthorized", '{"success":false,"data":{"name":"Not Authenticated"}}')
    for path in (web.ZM_MONITORS, web.ZM_VERSION)
}
APACHE = {"/": page(body="<title>Apache2 Debian Default Page</title>")}
FORBIDDEN = page("403 Forbidden")
DIGEST = page("401 Unauthorized", www_authenticate='Digest realm="x", nonce="y"')
MOTION_STREAM = {
    "/": page(body="<p>The server did not understand your request.</p>"),
    "/1/stream": page(body="--x", content_type="multipart/x-mixed-replace; boundary=x"),
}


@pytest.mark.parametrize(
    ("pages", "auth"),
    [
        ({"/": page("401 Unauthorized", www_authenticate='Basic realm="x"')}, "basic"),
        ({"/": page("401 Unauthorized", www_authenticate='Digest realm="x", nonce="y"')}, "digest"),
        ({"/": page(body='<input TYPE="password" name="p">')}, "form"),
        ({"/": page(server="motionEye/0.44.0", body="<html>")}, "form"),
        ({"/": page(body="<title>Motion</title>")}, "none"),
        ({"/": page(body="--x", content_type="multipart/x-mixed-replace; boundary=x")}, "none"),
        ({**APACHE, **ZM_OPEN}, "none"),
        ({**APACHE, **ZM_CLOSED}, "form"),
        ({**APACHE, "/zm/": page(body="ZoneMinder <input type='password'>")}, "form"),
        ({**APACHE, "/zm/": page(body="<title>ZM - Console</title>ZoneMinder")}, "none"),
        ({"/": page(body="x"), "/0/config/list": page(body="webcontrol_port = 8080")}, "none"),
        (MOTION_STREAM, "none"),
        ({**MOTION_STREAM, "/1/stream": DIGEST}, "digest"),
        (APACHE, None),
        ({"/": page("500 Oops")}, None),
        ({"/": page("401 Unauthorized", www_authenticate="Bearer")}, None),
    ],
)
def test_kinds_of_login(pages: dict[str, bytes], auth: str | None) -> None:
    with seen(site(pages)) as (found, paths):
        assert found.auth == auth, found
        assert (found.why is None) == (auth is not None)
        assert len(paths) <= 8


@pytest.mark.parametrize(
    ("folder", "name", "open_"),
    [
        (page(body="Index of"), page("404 Not Found"), True),
        (page(body="motion"), page(body="motion"), None),
        (FORBIDDEN, page("404 Not Found"), True),
        (FORBIDDEN, FORBIDDEN, False),
        (page("401 Unauthorized"), page("401 Unauthorized"), False),
        (page("404 Not Found"), page("404 Not Found"), False),
        (page("500 Oops"), FORBIDDEN, None),
    ],
)
def test_zoneminders_recordings_with_login_on(
    folder: bytes, name: bytes, open_: bool | None
) -> None:
    def answer(request: bytes) -> bytes:
        path = path_of(request)
        if path == web.ZM_EVENTS:
            return folder
        if path.startswith(web.ZM_EVENTS):
            return name
        return site({**APACHE, **ZM_CLOSED})(request)

    with seen(answer) as (found, _):
        assert found.auth == "form" and found.recordings_open is open_


@pytest.mark.parametrize(
    ("movies", "open_"),
    [
        (page(body='{"mediaList": []}'), True),
        (page("401 Unauthorized"), False),
        (page("500 x"), None),
    ],
)
def test_motioneyes_recordings(movies: bytes, open_: bool | None) -> None:
    pages = {"/": page(server="motionEye/0.43.1"), web.MOTIONEYE_MOVIES: movies}
    with seen(site(pages)) as (found, _):
        assert found.recordings_open is open_


def test_sending_to_https_is_no_plain_admin() -> None:
    with seen(site({"/": page("301 Moved", location="https://10.0.0.1/")})) as (found, paths):
        assert found.speaks and found.only_to_https and paths == ["/"]


@pytest.mark.parametrize(
    "target", ["http://203.0.113.9/", "//203.0.113.9/", "http://127.0.0.1:1/", "ftp://x/"]
)
def test_a_redirect_elsewhere_is_never_followed(target: str) -> None:
    with seen(site({"/": page("302 Found", location=target)})) as (_, paths):
        assert all(path.startswith(("/zm", "/0/", "/")) for path in paths)
        assert "203" not in "".join(paths)


def test_a_redirect_on_the_same_port_is_followed_once() -> None:
    pages = {"/": page("302 Found", location="/login"), "/login": page(body='type="password"')}
    with seen(site(pages)) as (found, paths):
        assert found.auth == "form" and paths[:2] == ["/", "/login"]


def test_what_is_no_http_is_said() -> None:
    with seen(lambda _: b"SSH-2.0-x\r\n") as (found, _):
        assert not found.speaks and found.why is Why.ODD_OUTPUT


def test_a_port_that_drips_or_floods_is_cut_off() -> None:
    with server(lambda _: b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 3_000_000) as (port, _):
        assert len(get((HOST, port), "/").body) < 100_000
    with socket.create_server((HOST, 0)) as silent:
        start = time.monotonic()
        with pytest.raises(NoReplyError) as caught:
            ask((HOST, silent.getsockname()[1]), b"x", timeout_s=0.3)
        assert caught.value.why is Why.NO_ANSWER and time.monotonic() - start < 2


def test_a_sweep_tells_open_refused_and_no_route_apart() -> None:
    closed = free_port()
    with server(lambda _: b"") as (port, _):
        found = sweep([(HOST, port), (HOST, closed), ("no.such.host.invalid", 80)], timeout_s=2)
    assert found == {
        (HOST, port): None,
        (HOST, closed): Why.REFUSED,
        ("no.such.host.invalid", 80): Why.NO_ROUTE,
    }


def rtsp(status: str, **headers: str) -> Answer:
    return lambda _: page(status, **headers).replace(b"HTTP/1.1", b"RTSP/1.0", 1)


@pytest.mark.parametrize(
    ("answer", "auth"),
    [
        (rtsp("200 OK"), "none"),
        (rtsp("401 Unauthorized", www_authenticate='Digest realm="r", nonce="n"'), "digest"),
        (rtsp("401 Unauthorized", www_authenticate='Basic realm="r"'), "basic"),
        (rtsp("404 Not Found"), Why.ODD_OUTPUT),
        (lambda _: b"hello\r\n\r\n", Why.ODD_OUTPUT),
    ],
)
def test_rtsp_without_login(answer: Answer, auth: str | Why) -> None:
    with server(answer) as (port, asked):
        told = rtsp_auth(HOST, (port,), {(HOST, port): None}, None)
        assert (told.why or told.value) == auth
        assert all(request.startswith(b"DESCRIBE rtsp://127.0.0.1:") for request in asked)


def test_rtsp_that_says_not_found_first_is_asked_for_a_real_path() -> None:
    def answer(request: bytes) -> bytes:
        found = b"/Streaming/Channels/101" in request
        return rtsp("200 OK" if found else "404 Not Found")(request)

    with server(answer) as (port, _):
        assert rtsp_auth(HOST, (port,), {(HOST, port): None}, None).value == "none"


def test_rtsp_that_is_closed_is_absent() -> None:
    assert rtsp_auth(HOST, (554,), {(HOST, 554): Why.REFUSED}, None).value == "absent"
    assert rtsp_auth(HOST, (554,), {(HOST, 554): Why.FILTERED}, None).why is Why.FILTERED


@pytest.fixture
def usual(monkeypatch: pytest.MonkeyPatch) -> None:
    """No usual ports: the tests' machine may have its own services there."""
    for name in ("TELNET", "DEBUG"):
        monkeypatch.setattr(faces, name, (free_port(),))
    monkeypatch.setattr(faces, "DATABASE", (free_port(),))


def look(**ports: Any) -> tuple[dict[str, Observation], inventory.Recorder]:
    closed = (free_port(),)
    every = {"hosts": (HOST,), "http": closed, "https": closed, "rtsp": closed, **ports}
    device = recorder(
        probes=inventory.Probes(**every), snmp=inventory.Snmp(version="v2c", port=free_port())
    )
    reading = probes.read(device, context(), [])
    for o in reading.observations:
        if o.unknown is None:
            FACTS[o.fact].check(o.value)
    assert {o.fact for o in reading.observations} == set(probes.FACTS)
    return {o.fact: o for o in reading.observations}, device


@pytest.mark.usefixtures("usual")
def test_a_machine_with_nothing_open_tells_all_that() -> None:
    found, _ = look()
    assert {fact: o.value for fact, o in found.items()} == {
        "services.telnet": False,
        "services.http": False,
        "services.https": False,
        "services.http_auth": "absent",
        "services.rtsp_auth": "absent",
        "services.recordings_open": False,
        "services.database_open": False,
        "services.debug_ports": [],
        "services.mgmt_addresses": [],
        "services.snmp": {"v1": False, "v2c": False, "v3": False, "community_default": False},
    }


@pytest.mark.usefixtures("usual")
def test_an_open_recorder_is_seen_as_one() -> None:
    with (
        server(site({**APACHE, **ZM_OPEN})) as (http, _),
        server(lambda _: b"login: ") as (telnet, _),
        server(lambda _: b"") as (debug, _),
    ):
        found, _ = look(http=(http,), telnet=(telnet,), debug=(debug,))
    assert found["services.telnet"].value is True
    assert found["services.http"].value is True
    assert found["services.http_auth"].value == "none"
    assert found["services.recordings_open"].value is True
    assert found["services.debug_ports"].value == [debug]
    assert found["services.mgmt_addresses"].value == [HOST]


@pytest.mark.usefixtures("usual")
def test_a_page_that_is_not_recognised_is_not_guessed() -> None:
    with server(site({"/": page(body="hello")})) as (http, _):
        found, _ = look(http=(http,))
    assert found["services.http"].value is True
    assert found["services.http_auth"].unknown is Why.ODD_OUTPUT
    assert found["services.recordings_open"].unknown is Why.ODD_OUTPUT


def interfaces(*addresses: str) -> Observation:
    rows = [{"name": "e", "admin_up": True, "oper_up": True,
             "addresses": [{"address": a} for a in addresses]}]  # fmt: skip
    return Observation(
        device="nvr-1", fact="interfaces", value=rows, source="s", door="ssh", at=NOW.isoformat()
    )


def test_only_addresses_of_the_device_are_looked_at() -> None:
    device = recorder(probes=inventory.Probes(hosts=("10.0.0.1", "10.0.0.9"), http=(80,)))
    said = interfaces(
        "10.0.0.1", "163.20.1.2", "127.0.0.1", "fe80::1%eth0", "::1", "x", "224.0.0.1"
    )
    other = dataclasses.replace(interfaces("10.9.9.9"), device="nvr-2")
    assert probes.further_addresses(device, "10.0.0.1", [said, other]) == ("10.0.0.9", "163.20.1.2")
    many = interfaces(*(f"10.1.0.{n}" for n in range(50)))
    assert len(probes.further_addresses(device, "10.0.0.1", [many])) == probes.MAX_ADDRESSES


def test_another_machine_on_a_further_address_is_not_taken_for_this_one() -> None:
    own = web.Seen(port=("10.0.0.1", 80), tls=False, speaks=True, auth="form", look="a")
    same = dataclasses.replace(own, port=("10.0.0.2", 80))
    else_ = dataclasses.replace(own, port=("10.0.0.3", 80), look="b")
    told = probes.management("10.0.0.1", [own, same, else_], ["10.0.0.2", "10.0.0.3"])
    assert told.value == ["10.0.0.1", "10.0.0.2"]


def test_a_recorder_is_looked_at_only_if_the_inventory_says_so() -> None:
    connect = inventory.Connect(host="10.0.0.1", user="x", key="x/y", host_keys=("k",))
    assert not probes.configured(recorder(connect=connect))
    asked = inventory.Probes(login_probe=True)
    assert not probes.configured(recorder(connect=connect, probes=asked))
    assert probes.configured(recorder(connect=connect, probes=inventory.Probes(http=(80,))))
