"""Every way in which an engine may fail to judge is an EngineError that names no secret."""

from __future__ import annotations

import json
import secrets
import socket
import tarfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from cctv_policy import bundle, pipeline
from cctv_policy.catalog import Catalog
from cctv_policy.engine import OpaSettings, open_engine
from cctv_policy.engine.base import checked
from cctv_policy.engine.opa_server import OpaServer
from cctv_policy.engine.regorus_engine import Regorus
from cctv_policy.errors import EngineError
from cctv_policy.model import Json
from tests import corpus, opa
from tests.district import District

TOKEN = secrets.token_hex(32)


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return corpus.policies("tw-ntpc-school").catalog


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Json:
    built = District()
    return corpus.documents(built, built.write(tmp_path_factory.mktemp("one")))["nvr"]


@contextmanager
def _answering(
    status: int, body: bytes, *, delay_s: float = 0.0
) -> Iterator[tuple[str, list[str]]]:
    """A server that gives every question the same answer; the paths that it was asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.path)
            self.rfile.read(int(self.headers["Content-Length"]))
            time.sleep(delay_s)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", asked
    finally:
        server.shutdown()
        server.server_close()


def _refused(catalog: Catalog, settings: OpaSettings, document: Json) -> str:
    """The message; no part of the token is in it."""
    with pytest.raises(EngineError) as caught, open_engine("opa", catalog, settings) as engine:
        engine.verdicts(document)
    said = f"{caught.value} {caught.value!r} {settings!r}"
    assert TOKEN[:12] not in said
    assert caught.value.__cause__ is None
    assert "192.168.10.5" not in said  # nor of the input
    return str(caught.value)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://192.0.2.1:8181", "plain http"),
        ("http://opa.example:8181", "plain http"),
        ("http://localhost.example:8181", "plain http"),
        ("http://[2001:db8::1]:8181", "plain http"),
        ("ftp://127.0.0.1", "not the address"),
        ("https://", "not the address"),
        ("127.0.0.1:8181", "not the address"),
        ("http://127.0.0.1:8181/v1/data", "not the address"),
    ],
)
def test_an_address_that_is_refused(catalog: Catalog, document: Json, url: str, said: str) -> None:
    assert said in _refused(catalog, OpaSettings(url=url, token=TOKEN), document)


def test_a_server_that_is_down(catalog: Catalog, document: Json) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
        assert "does not answer" in _refused(catalog, OpaSettings(url=url, token=TOKEN), document)


def test_a_slow_server(catalog: Catalog, document: Json) -> None:
    with _answering(200, b'{"result": {}}', delay_s=3) as (url, _):
        settings = OpaSettings(url=url, token=TOKEN, timeout_s=0.2)
        begun = time.monotonic()
        assert "does not answer" in _refused(catalog, settings, document)
        assert time.monotonic() - begun < 2.5


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (200, b"{}", "no verdict"),
        (200, b'{"result": null}', "no verdict"),
        (200, b'{"result": {}}', "no verdict"),
        (200, b'{"result": []}', "no verdict"),
        (200, b'{"result": {"rules": []}}', "no verdict"),
        (200, b"[]", "no verdict"),
        (200, b"<html>login</html>", "does not answer"),
        (200, b"", "does not answer"),
        (200, b'{"result": {"revision": "other", "rules": {}}}', "other policies"),
        (200, b'{"result": {"rules": {}}}', "other policies"),
        (401, b'{"code": "unauthorized"}', "401"),
        (403, b"", "403"),
        (500, b'{"message": "eval", "errors": [{"message": "divide by zero"}]}', "divide by zero"),
        (503, b"<html>", "503"),
    ],
)
def test_an_answer_that_is_none(
    catalog: Catalog, document: Json, status: int, body: bytes, said: str
) -> None:
    with _answering(status, body) as (url, asked):
        assert said in _refused(catalog, OpaSettings(url=url, token=TOKEN), document)
    assert {path.split("?")[0] for path in asked} == {"/v1/data/cctv/verdicts"}
    assert all("strict-builtin-errors=true" in path for path in asked)
    assert len(asked) == 1  # a question is never asked twice


@pytest.mark.parametrize(
    "verdict", [None, [], {}, {"outcome": "ok"}, {"outcome": "waived"}, {"outcome": "error"}]
)
def test_a_verdict_that_is_none(verdict: Json) -> None:
    answer = {"revision": "r", "rules": {"A": verdict}}
    with pytest.raises(EngineError, match="not a verdict"):
        checked(answer, digest="r", engine="here")


@pytest.mark.opa
def test_a_real_server_refuses_a_wrong_token(
    opa_server: opa.Server, catalog: Catalog, document: Json
) -> None:
    for token in (TOKEN, ""):
        settings = replace(opa_server.settings, token=token)
        assert "HTTP 401" in _refused(catalog, settings, document)


@pytest.mark.opa
def test_a_real_server_with_other_policies(
    opa_server: opa.Server, catalog: Catalog, document: Json
) -> None:
    said = _refused(replace(catalog, digest="0" * 64), opa_server.settings, document)
    assert "other policies" in said
    assert opa_server.settings.token not in said


@pytest.mark.opa
@pytest.mark.usefixtures("opa_server")
def test_a_real_server_without_our_entry_point(
    tmp_path: Path, catalog: Catalog, document: Json
) -> None:
    """A bundle without main.rego: OPA answers 200 and no result."""
    policies = tmp_path / "policies"
    for name, text in catalog.modules.items():
        if name != "cctv/main.rego":
            (policies / name).parent.mkdir(parents=True, exist_ok=True)
            (policies / name).write_text(text, encoding="utf-8")
    authz = next((bundle.folder("policies") / "system").rglob("authz.rego"))
    copy = policies / authz.relative_to(bundle.folder("policies"))
    copy.parent.mkdir(parents=True)
    copy.write_text(authz.read_text("utf-8"), encoding="utf-8")
    with opa.serve(tmp_path, policies=policies) as server:
        assert "no verdict" in _refused(catalog, server.settings, document)


@pytest.mark.opa
@pytest.mark.usefixtures("opa_server")
def test_a_real_server_that_ends(tmp_path: Path, catalog: Catalog, document: Json) -> None:
    with (
        opa.serve(tmp_path) as server,
        open_engine("opa", catalog, server.settings) as engine,
    ):
        assert engine.verdicts(document)
        server.process.kill()
        server.process.wait()
        with pytest.raises(EngineError, match="does not answer"):
            engine.verdicts(document)


def test_proxies_and_netrc_are_not_asked(
    catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login x password y\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with (
        _answering(401, b"{}") as (url, asked),
        OpaServer(catalog, OpaSettings(url=url, token=TOKEN)) as engine,
        pytest.raises(EngineError, match="401"),
    ):
        engine.verdicts({})
    assert asked


@pytest.mark.parametrize(
    "text",
    ["package cctv\n\nverdicts := ", "package cctv\n\nother := 1", "package elsewhere\n\nx := 1"],
)
def test_regorus_with_policies_that_are_none(catalog: Catalog, document: Json, text: str) -> None:
    broken = replace(catalog, modules={"cctv/main.rego": text})
    with pytest.raises(EngineError) as caught:
        Regorus(broken).verdicts(document)
    assert "backtrace" not in str(caught.value).lower()
    assert "192.168.10.5" not in str(caught.value)


def test_two_engines_of_the_same_policies_do_not_see_each_other(
    catalog: Catalog, document: Json
) -> None:
    """They share what was compiled: neither the question nor the revision of the other."""
    first, second = Regorus(catalog), Regorus(replace(catalog, digest="0" * 64))
    wanted = first.verdicts(document)
    assert second.verdicts({"rules": {}}) == {}
    assert second.verdicts(document) == wanted == first.verdicts(document)


def test_regorus_with_another_revision_than_asked_for(catalog: Catalog, document: Json) -> None:
    engine = Regorus(catalog)
    engine._digest = "0" * 64
    with pytest.raises(EngineError, match="other policies"):
        engine.verdicts(document)


def test_regorus_stops_at_an_error_instead_of_going_on(catalog: Catalog, document: Json) -> None:
    text = 'package cctv\n\nverdicts := {"revision": data.cctv_revision, "rules": {"A": 1 / 0}}'
    with pytest.raises(EngineError):
        Regorus(replace(catalog, modules={"cctv/main.rego": text})).verdicts(document)


def test_regorus_on_another_thread_than_its_own(catalog: Catalog, document: Json) -> None:
    """A Rust panic ends as an EngineError, or the answer is right; nothing in between."""
    engine = Regorus(catalog)
    wanted = engine.verdicts(document)
    got: list[object] = []

    def ask() -> None:
        try:
            got.append(engine.verdicts(document) == wanted)
        except EngineError:
            got.append(True)

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    assert got == [True]


def test_the_bundle_is_the_same_each_time(tmp_path: Path, catalog: Catalog) -> None:
    one, other = tmp_path / "one.tar.gz", tmp_path / "other.tar.gz"
    assert pipeline.write_bundle(one) == pipeline.write_bundle(other) == catalog.digest
    assert one.read_bytes() == other.read_bytes()
    with tarfile.open(one) as archive:
        names = archive.getnames()
        packed = archive.extractfile(next(m for m in archive if m.name.endswith(".manifest")))
        assert packed is not None
        manifest = json.load(packed)
    assert manifest["revision"] == catalog.digest
    assert not [name for name in names if "_test" in name]
    assert {f"/{name}" for name in catalog.modules} < set(names)
