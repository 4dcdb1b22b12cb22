"""Fixtures for all tests. Nothing here needs root or leaves the machine."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from typing import Any

import pytest

from tests import opa, soak


def pytest_configure() -> None:
    """A shell ignores Ctrl-C for what it starts in the background; tests send it to children."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_report_header() -> str | None:
    """What it takes to have the same run once more."""
    return f"long forms: CCTV_SOAK=1 CCTV_SOAK_SEED={soak.SEED}" if soak.SOAK else None


@pytest.fixture(scope="session")
def opa_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[opa.Server]:
    """A real OPA server with the policies that ship; in CI its absence is a failure."""
    if opa.find() is None:
        if os.environ.get("CI") == "true":
            pytest.fail("there is no opa: run `make tools` first (needs Go)")
        pytest.skip("there is no opa: `make tools` builds it (needs Go)")
    with opa.serve(tmp_path_factory.mktemp("opa")) as server:
        yield server


@pytest.fixture(params=["regorus", pytest.param("opa", marks=pytest.mark.opa)])
def judging(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Keyword arguments for pipeline.judge: once with each engine."""
    if request.param == "regorus":
        return {"engine": "regorus"}
    return {"engine": "opa", "opa": request.getfixturevalue("opa_server").settings}
