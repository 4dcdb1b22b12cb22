"""A real `opa run --server` for tests: our bundle, a token, default-deny authorization."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cctv_policy import pipeline
from cctv_policy.engine import OpaSettings

VERSION = "1.22.2"
"""The version that tools/opa/go.mod pins; another one on PATH is refused in CI."""


@dataclass(frozen=True, kw_only=True)
class Server:
    """A running server and how to reach it."""

    settings: OpaSettings
    process: subprocess.Popen[bytes]
    log: Path


def find() -> str | None:
    """The `opa` built by `make tools`, or the one on PATH."""
    built = Path(__file__).parents[1] / ".tools" / "opa"
    return str(built) if built.exists() else shutil.which("opa")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def serve(folder: Path, *, policies: Path | None = None) -> Iterator[Server]:
    """Serve `policies` (default: those that ship) until the block ends."""
    binary = find()
    assert binary is not None
    token = secrets.token_hex(32)
    packed = folder / "bundle.tar.gz"
    pipeline.write_bundle(packed, policies=policies)
    port = _free_port()
    log = folder / "opa.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [
                binary,
                "run",
                "--server",
                f"--addr=127.0.0.1:{port}",
                "--authentication=token",
                "--authorization=basic",
                "--skip-version-check",
                "--log-level=error",
                "--bundle",
                str(packed),
            ],
            env={"PATH": os.environ.get("PATH", ""), "CCTV_POLICY_OPA_TOKEN": token},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        settings = OpaSettings(url=f"http://127.0.0.1:{port}", token=token)
        _wait(settings.url, process, log)
        yield Server(settings=settings, process=process, log=log)
    finally:
        process.terminate()
        process.wait(10)


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(200):
        if process.poll() is not None:
            raise RuntimeError(f"opa ended: {log.read_text()}")
        try:
            with urllib.request.urlopen(f"{url}/health", timeout=1):  # noqa: S310
                return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"opa does not answer: {log.read_text()}")
