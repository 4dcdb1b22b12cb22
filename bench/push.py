"""`cctv-policy push` beside plain pyinfra that makes the same changes on the same machines.

The machines are the lab's fleet (tests/lab/pushfleet.py): systemd, sshd, a disk and an address of
their own each. Before every run of a client each is put back by force: chrony off and without its
server, telnet on, an account that nobody manages. Both clients then change a file, switch a service
on and one off, and shut an account. What only a push does is in its cost: a plan that is made twice
more at the device and read back, a lock, waves, and with `apply` the collection and the verdicts
before and after.

Each client is a process with its CPU, and that of all it starts, read from the kernel. "marginal"
is (CPU at N − CPU at START) ÷ (N − START): without interpreter start. The clients have a core that
the machines have not. Runs in the sealed lab, as root.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from bench.measure import ROOT, Child, child, conditions, say, table

if TYPE_CHECKING:
    from tests.lab.lab import Host

CONCURRENCY = 10
"""All devices share a core; see bench/collect.py."""
START = 10
"""The size that stands for interpreter start."""
ROUNDS = int(os.environ.get("CCTV_BENCH_ROUNDS", "3"))
"""A round at 200 takes a quarter of an hour."""
ONLY = ("--only", "hardening", "--only", "credentials", "--disable-unknown-accounts")
BACK = """\
systemctl stop chrony.service 2>/dev/null
rm -rf /var/lib/cctv-policy
sed -i '/^server/d' /etc/chrony/chrony.conf
systemctl unmask chrony.service
systemctl disable chrony.service
systemctl enable telnet.socket
systemctl start telnet.socket
usermod -U -e '' {account}
usermod -s /bin/sh {account}
"""
OURS, PEER = "**`cctv-policy push`**", "pyinfra"


@dataclass(frozen=True, kw_only=True)
class Ground:
    """Where a client finds its machines."""

    folder: Path
    hosts: Sequence[Host]
    core: int

    def start(self, argv: Sequence[str], *, cwd: Path) -> Child:
        """Run a client on its core."""
        return child(["taskset", "-c", str(self.core), *argv], cwd=cwd)

    def back(self, size: int) -> None:
        """The first `size` machines as they were."""
        from tests.lab.pushfleet import STRANGER

        script = BACK.format(account=STRANGER)
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda h: h.exec(script), self.hosts[:size]))

    def changed(self, size: int) -> int:
        """On how many of them the time service runs and telnet does not."""
        ask = "systemctl -q is-active chrony.service && ! systemctl -q is-active telnet.socket"
        with ThreadPoolExecutor(4) as pool:
            codes = pool.map(lambda h: h.exec(ask, check=False).returncode, self.hosts[:size])
        return sum(code == 0 for code in codes)


Work = Callable[[Ground, int], Child]
Costs = dict[tuple[str, str], dict[int, list[Child]]]
"""Client and what it did → size → runs."""


def run(*, quick: bool) -> str:
    """The table; enters the lab by itself."""
    if os.environ.get("CCTV_LAB") != "1":
        return _in_lab(quick=quick)
    from tests.lab import pushfleet
    from tests.lab.lab import open_lab

    sizes, rounds = ((START, 30), 1) if quick else ((START, 200), ROUNDS)
    say(f"push: {sizes[-1]} machines")
    first, *others = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, others or [first])
    open_lab()
    hosts = pushfleet.build(sizes[-1])
    os.sched_setaffinity(0, [first, *others])
    with tempfile.TemporaryDirectory() as folder:
        ground = Ground(folder=Path(folder), hosts=hosts, core=first)
        costs = _measure(ground, sizes, rounds)
    head = (
        "client", "devices", "client CPU ms a device", "marginal", "× pyinfra", "wall s",
        "peak MB", "whole tree MB",
    )  # fmt: skip
    return (
        f"{table(head, list(_rows(costs)))}\n\n{CONCURRENCY} at a time, medians of {rounds}; "
        f"{conditions('paramiko', 'pyinfra')}"
    )


def _in_lab(*, quick: bool) -> str:
    command = [str(ROOT / "tests/lab/enter.sh"), sys.executable, "-m", "bench", "push"]
    done = subprocess.run(
        command + ["--quick"] * quick, stdout=subprocess.PIPE, text=True, check=True, cwd=ROOT
    )
    return done.stdout.split("\n\n", 1)[1].strip()


def _measure(ground: Ground, sizes: Sequence[int], rounds: int) -> Costs:
    """Plan, apply and plan again, clients in turn: a machine that drifts moves them all."""
    found: Costs = {}
    for _ in range(rounds):
        for size in sizes:
            for client, steps in CLIENTS.items():
                ground.back(size)
                for verb, (work, codes) in steps.items():
                    told = work(ground, size)
                    if told.code not in codes:
                        raise RuntimeError(f"{client} {verb}: {told.code}\n{told.output[-2000:]}")
                    say(f"{client} {verb} {size}: {told.cpu_s:.2f} s CPU, {told.wall_s:.0f} s")
                    found.setdefault((client, verb), {}).setdefault(size, []).append(told)
                assert ground.changed(size) == size, f"{client} did not change all of {size}"
    return found


def _rows(costs: Costs) -> list[Sequence[str]]:
    rows: list[Sequence[str]] = []
    for (client, verb), found in costs.items():
        size = max(found)
        mine, peer = _marginal(found, size), _marginal(costs[PEER, verb], size)
        ratio = median(m / p for m, p in zip(mine, peer, strict=True))
        runs = found[size]
        rows.append(
            (
                f"{client} {verb}",
                f"{size:,}",
                f"{median(r.cpu_s for r in runs) / size * 1e3:.0f}",
                f"{median(mine) * 1e3:.0f}",
                f"{ratio:.2f}",
                f"{median(r.wall_s for r in runs):.0f}",
                f"{median(r.rss_mb for r in runs):.0f}",
                f"{median(r.tree_mb for r in runs):.0f}",
            )
        )
    return rows


def _marginal(found: dict[int, list[Child]], size: int) -> list[float]:
    """Seconds a device without interpreter start, of each round."""
    pairs = zip(found[size], found[START], strict=True)
    return [(large.cpu_s - small.cpu_s) / (size - START) for large, small in pairs]


def _push(*arguments: str) -> Work:
    def work(ground: Ground, size: int) -> Child:
        from tests.lab.pushfleet import folder

        root = ground.folder / f"district-{size}"
        if not root.exists():
            folder(ground.hosts[:size], root)
        where = ["--root", str(root), "--secrets", str(root / "secrets")]
        argv = [sys.executable, "-m", "cctv_policy", "push", *arguments, *where, *ONLY]
        return ground.start([*argv, "--concurrency", str(CONCURRENCY)], cwd=ROOT)

    return work


def _pyinfra(*arguments: str) -> Work:
    def work(ground: Ground, size: int) -> Child:
        from tests.lab.lab import LAN
        from tests.lab.pushfleet import STRANGER

        data = ["--data", f"ntp={LAN.controller}", "--data", f"account={STRANGER}"]
        command = str(Path(sys.executable).with_name("pyinfra"))
        deploy = str(ROOT / "bench/clients/same_changes.py")
        return ground.start(
            [
                command,
                *arguments,
                *data,
                "--parallel",
                str(CONCURRENCY),
                _hosts(ground, size),
                deploy,
            ],
            cwd=ground.folder,
        )

    return work


def _hosts(ground: Ground, size: int) -> str:
    """pyinfra's inventory file, with pinned host keys."""
    from tests.lab.lab import ssh_key
    from tests.lab.roles.common import PUSH

    known, path = ground.folder / "known_hosts", ground.folder / f"hosts_{size}.py"
    known.write_text("".join(f"{h.known_hosts_line}\n" for h in ground.hosts))
    data = {
        "ssh_user": PUSH,
        "ssh_key": str(ssh_key(PUSH)),
        "ssh_known_hosts_file": str(known),
        "ssh_strict_host_key_checking": "yes",
        "ssh_allow_agent": False,
        "ssh_look_for_keys": False,
    }
    path.write_text(f"hosts = ({[h.address for h in ground.hosts[:size]]!r}, {data!r})\n")
    return str(path)


AGAIN = "plan, nothing to do"
CLIENTS: dict[str, dict[str, tuple[Work, tuple[int, ...]]]] = {
    PEER: {
        "plan": (_pyinfra("--dry"), (0,)),
        "apply": (_pyinfra("-y"), (0,)),
        AGAIN: (_pyinfra("--dry"), (0,)),
    },
    OURS: {
        "plan": (_push("plan"), (1,)),
        "apply": (_push("apply", "--yes"), (0,)),
        AGAIN: (_push("plan"), (0,)),
    },
}
"""What each does in turn, and the exit codes that mean success."""
