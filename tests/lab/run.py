"""All tests of the lab, three sealed labs side by side: ``python -m tests.lab.run [ARGUMENT…]``.

Arguments go to pytest. The modules that only look share one street of recorders; every other
has a lab of its own. With CCTV_SOAK=1 only the modules that have a long form run. A lab's output is
printed whole when it has ended, and every closing line once more at the end.
Exit 1 if any lab failed. Root, as ``enter.sh``.
"""

from __future__ import annotations

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from tests.soak import SOAK

HERE = Path(__file__).parent
SIDE_BY_SIDE = 3  # recorders mostly wait: two cores carry three labs
LONG = (
    "test_readdress_lab", "test_rotation_lab", "test_push_whole_lab", "test_push_street_lab",
    "test_rotation_kill_lab",
)  # fmt: skip
"""Five to ten minutes each, the longest first: one that began last would run on alone."""
LOOKING = ("test_lab", "test_drivers_lab", "test_probes_lab", "test_scan_lab", "test_snmp_lab")


def labs() -> list[tuple[str, list[Path]]]:
    """A name and the test modules of each lab, the longest first."""
    long, looking = ([HERE / f"{name}.py" for name in names] for names in (LONG, LOOKING))
    others = sorted(set(HERE.glob("test_*.py")) - {*looking, *long})
    alone = [(module.stem, [module]) for module in (*long, *others)]
    if SOAK:
        return [(name, [module]) for name, [module] in alone if has_long_form(module)]
    return [("looking", looking), *alone]


def has_long_form(module: Path) -> bool:
    """Whether the module asks which form is wanted."""
    return "from tests.soak import" in module.read_text("utf-8")


def run(name: str, modules: list[Path], arguments: list[str]) -> tuple[int, str, str]:
    """Exit code, closing line, output of one lab's pytest."""
    began = time.monotonic()
    done = subprocess.run(
        [HERE / "enter.sh", sys.executable, "-m", "pytest", *arguments, *modules],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    last = (done.stdout.strip() or "no output").splitlines()[-1]
    seconds = time.monotonic() - began
    return done.returncode, f"{name} ({seconds:.0f} s): {last}", done.stdout


def main(arguments: list[str]) -> int:
    """Run all labs; 0 if every one passed."""
    closing: list[str] = []
    failed = False
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        pending = [pool.submit(run, name, modules, arguments) for name, modules in labs()]
        for future in as_completed(pending):
            code, line, output = future.result()
            print(f"\n##### {line.split(':')[0]}\n{output}", flush=True)
            closing.append(line)
            failed = failed or code != 0
    print("", *closing, sep="\n")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
