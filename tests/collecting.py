"""What the tests of collection share: a small inventory, a context, and servers on loopback."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from cctv_policy import inventory
from cctv_policy.drivers.base import Context, Secret
from cctv_policy.errors import SecretError
from cctv_policy.inventory import Inventory, Recorder
from cctv_policy.strictyaml import dump

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def recorder(number: int = 1, **changed: Any) -> Recorder:
    """A recorder in use with one camera; anything can be changed."""
    fields: dict[str, Any] = {
        "id": f"nvr-{number}",
        "driver": "fake",
        "status": "in_use",
        "commissioned_on": date(2024, 8, 1),
        "site": "alpha-es",
        "source": "inventory/schools/alpha-es.yaml",
        "line": 10 + number,
        "cameras": (
            inventory.Camera(id=f"cam-{number}", ch="1", area="campus", place="gate"),
        ),
    }  # fmt: skip
    return Recorder(**{**fields, **changed})


def district(*recorders: Recorder, router: str | None = None) -> Inventory:
    """One school with these recorders."""
    name = inventory.Name(zh="測試國小", en="Test Elementary")
    school = inventory.School(
        schema="cctv-policy/inventory/1",
        id="alpha-es",
        name=name,
        moe_code="999699",
        city="ntpc",
        site_type="elementary",
        areas=(inventory.Area(id="campus", type="campus", name=name),),
        router=router,
        recorders=recorders,
    )
    return Inventory(
        district=inventory.District(
            schema="cctv-policy/inventory/1", id="test", name=name, pack="tw-ntpc-school"
        ),
        schools=(school,),
    )


class Store:
    """Secrets in memory."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = values

    def get(self, name: str) -> Secret:
        """The secret; SecretError if there is none of that name."""
        if name not in self.values:
            raise SecretError(f"secret {name!r} is in no store")
        return Secret(self.values[name])


def context(
    values: Mapping[str, str] | None = None,
    *,
    budget_s: float = 20,
    root: Path = Path(),
    now: Callable[[], datetime] = lambda: NOW,
) -> Context:
    """A context with these secrets and a fixed time."""
    return Context(
        secrets=Store(values or {}).get,
        now=now,
        monotonic=time.monotonic,
        budget_s=budget_s,
        defaults={},
        root=root,
    )


@contextlib.contextmanager
def server(
    answer: Callable[[bytes], bytes], host: str = "127.0.0.1"
) -> Iterator[tuple[int, list[bytes]]]:
    """A TCP server, one answer to each connection: its port, and what it was asked."""
    asked: list[bytes] = []
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, 0), family=family) as listening:
        listening.settimeout(0.05)
        stop = threading.Event()

        def serve() -> None:
            while not stop.is_set():
                try:
                    link, _ = listening.accept()
                except TimeoutError:
                    continue
                with link, contextlib.suppress(OSError):
                    link.settimeout(1)
                    data = link.recv(65_536)
                    if data:
                        asked.append(data)
                        link.sendall(answer(data))

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield listening.getsockname()[1], asked
        finally:
            stop.set()
            thread.join()


def page(status: str = "200 OK", body: str = "", **headers: str) -> bytes:
    """An HTTP reply; `www_authenticate` becomes `www-authenticate`."""
    lines = [f"HTTP/1.1 {status}", *(f"{k.replace('_', '-')}: {v}" for k, v in headers.items())]
    return ("\r\n".join([*lines, "", ""]) + body).encode()


def path_of(request: bytes) -> str:
    """The path that an HTTP request asks for."""
    return request.split(b" ", 2)[1].decode()


def free_port(host: str = "127.0.0.1") -> int:
    """A port nobody listens on (right now)."""
    with socket.create_server((host, 0)) as listening:
        port: int = listening.getsockname()[1]
    return port


def write_school(root: Path, recorder: dict[str, Any], **more: Any) -> Path:
    """A district of one school with one recorder."""
    name = {"zh": "甲國小", "en": "Alpha"}
    schema = "cctv-policy/inventory/1"
    camera = {"id": "cam-1", "ch": "1", "area": "campus", "place": "校門口"}
    recorder = {
        "id": "nvr-1", "status": "in_use", "commissioned_on": "2024-08-20", **recorder,
        "cameras": recorder.get("cameras", [camera]),
    }  # fmt: skip
    school = {
        "schema": schema, "id": "alpha-es", "name": name, "moe_code": "999701", "city": "ntpc",
        "site_type": "elementary", "areas": [{"id": "campus", "type": "campus", "name": name}],
        "recorders": [recorder], **more,
    }  # fmt: skip
    (root / "inventory" / "schools").mkdir(parents=True)
    (root / "inventory" / "schools" / "alpha-es.yaml").write_text(dump(school))
    district = {"schema": schema, "id": "test", "name": name, "pack": "tw-ntpc-school"}
    (root / "inventory" / "district.yaml").write_text(dump(district))
    return root
