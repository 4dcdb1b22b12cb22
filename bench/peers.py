"""Virtual environments of the peers, pinned, under the cache; never in the project's own."""

from __future__ import annotations

import subprocess
import venv
from pathlib import Path

from bench.measure import cache, say

PINS = {
    "ansible": "ansible-core==2.19.14",
    "checkov": "checkov==3.3.30",
    "napalm": "napalm==5.2.0",
}


def python(peer: str) -> Path:
    """The interpreter of a peer's environment; made on first use from the package registry."""
    home = cache() / peer
    found = home / "bin" / "python"
    marker = home / PINS[peer]
    if not marker.exists():
        say(f"installing {PINS[peer]}")
        venv.create(home, with_pip=True, clear=True)
        install = (str(found), "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
        subprocess.run((*install, PINS[peer]), check=True)
        marker.touch()
    return found
