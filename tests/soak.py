"""Whether the long forms of tests run: CCTV_SOAK=1 (`make soak`). Any other value is no."""

from __future__ import annotations

import os

SOAK = os.environ.get("CCTV_SOAK") == "1"
