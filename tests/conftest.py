"""Fixtures for all tests. Nothing here needs root or leaves the machine."""

from __future__ import annotations

import pytest


@pytest.fixture(params=["regorus"])
def engine(request: pytest.FixtureRequest) -> str:
    """The engine a test judges with."""
    return str(request.param)
