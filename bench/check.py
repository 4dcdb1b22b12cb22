"""Loading an inventory, and `cctv-policy check` from end to end: processes of their own."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from statistics import median

from tests import district

from bench import crowd
from bench.measure import ROOT, Child, child, conditions, say, table

LOAD = """\
import sys
from pathlib import Path
from cctv_policy.inventory import load_inventory
load_inventory(Path(sys.argv[1]))
"""
IMPORT = "from cctv_policy.inventory import load_inventory"


def run(*, quick: bool) -> str:
    """The table."""
    sizes, rounds = ((50,), 1) if quick else ((200, 1000), 3)
    rows = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            say(f"check: building {size} recorders with {crowd.CAMERAS} cameras")
            root = crowd.build(Path(folder), size)
            inventory, as_of = str(root / "inventory"), district.AS_OF.isoformat()
            python = [sys.executable, "-c"]
            judge = [sys.executable, "-m", "cctv_policy", "check", "--root", str(root)]
            judge += ["--as-of", as_of, "--output", str(root / "report")]
            commands = {
                "import alone": [*python, IMPORT],
                "load the inventory": [*python, LOAD, inventory],
                "`check`, text": judge,
                "`check`, JSON": [*judge, "--format", "json"],
                "`check`, SARIF": [*judge, "--format", "sarif"],
            }
            for name, command in commands.items():
                told = [child(command, cwd=ROOT) for _ in range(1 if size > 200 else rounds)]
                assert told[0].code in (0, 1, 2), told[0].output
                say(f"{name}: {told[0].cpu_s:.1f} s")
                rows.append((f"{size:,}", name, *_medians(told, size)))
    head = ("recorders", "command", "wall s", "CPU s", "CPU ms a recorder", "peak MB")
    where = conditions("gordon-to-regorus")
    return f"{table(head, rows)}\n\nmedians of {rounds} (1,000: one run); {where}"


def _medians(told: list[Child], size: int) -> tuple[str, ...]:
    used = median(t.cpu_s for t in told)
    return (
        f"{median(t.wall_s for t in told):.1f}",
        f"{used:.1f}",
        f"{used / size * 1e3:.1f}",
        f"{median(t.rss_mb for t in told):.0f}",
    )
