"""The long forms of tests: ``CCTV_SOAK=1`` (`make soak`) runs them. Any other value is no.

A test with a long form has the marker `soak`. Counts decide how long it is, never a clock, and
what is drawn comes from `SEED`: the same run again, or another one with CCTV_SOAK_SEED.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import seed, settings

SOAK = os.environ.get("CCTV_SOAK") == "1"
SEED = int(os.environ.get("CCTV_SOAK_SEED", "20261127"))

long_form_only = pytest.mark.skipif(not SOAK, reason="the long form: CCTV_SOAK=1")


def drawn(*, short: int, long: int, **others: Any) -> Callable[[Any], Any]:
    """A hypothesis test of `short` examples, in its long form of `long`; `others` are settings."""

    def decorate(test: Any) -> Any:
        size = long if SOAK else short
        test = settings(**{"max_examples": size, "deadline": None, **others})(test)
        return pytest.mark.soak(seed(SEED)(test) if SOAK else test)

    return decorate
