"""`cctv-policy collect` from many real sshd, beside other clients on the same servers.

The servers are one real recorder of the lab (two cameras, 16 days of footage, systemd) behind a
thousand addresses: each connection has an sshd of its own inside it, with the address's own host
key (tests/lab/fleet.py, `crowd`). So each answers what a recorder answers, in one of two ways: as
recorders with processors of their own do (a recording of that recorder's answer, after the time
that it took), or all at once on this machine's one core.

Each client is a process of its own with its CPU read from the kernel; the servers are other
processes, read from /proc. "marginal" is (CPU at N − CPU at 20) ÷ (N − 20): without interpreter
start, and as if the processor had always been as fast as in its fastest run (measure.Pace). Runs
in the sealed lab (tests/lab), as root. A client of one process has a core that the devices have
not: beside them it would pay for caches that a real network leaves it. Ansible, which is many
processes, may use all cores.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

from bench import peers
from bench.measure import ROOT, Child, Pace, child, conditions, say, table
from cctv_policy import state
from cctv_policy.drivers.script import compose
from cctv_policy.strictyaml import dump

CONCURRENCY = 50
"""What a district's file allows where it says nothing."""
FEW = 10
"""A bare login costs less where fewer threads get in each other's way; processes most of all."""
START = 20
"""The size that stands for interpreter start."""
USER = "cctv-audit"
SCHEMA = "cctv-policy/inventory/1"


@dataclass(frozen=True, kw_only=True)
class Ground:
    """Where a client finds its hosts, and how to start it."""

    folder: Path
    hosts: list[dict[str, str]]
    key: Path
    replay_key: Path
    """See fleet.Crowd."""
    core: int
    doors: int
    """The process below which every sshd runs."""

    def start(
        self, argv: Sequence[str], *, cwd: Path, env: Mapping[str, str] | None = None
    ) -> Child:
        """Run a client on its core."""
        return child(["taskset", "-c", str(self.core), *argv], cwd=cwd, env=env)

    def slice(self, count: int) -> Path:
        """A file with the first hosts."""
        path = self.folder / f"hosts-{count}.json"
        path.write_text(json.dumps(self.hosts[:count]))
        return path


@dataclass(frozen=True, kw_only=True)
class Cost:
    """One run of one client."""

    client_s: float
    piece_s: float
    """CPU seconds of a fixed piece of work on the client's core meanwhile (measure.Pace)."""
    server_s: float
    wall_s: float
    rss_mb: float
    tree_mb: float


def run(*, quick: bool) -> str:
    """The table; enters the lab by itself."""
    if os.environ.get("CCTV_LAB") != "1":
        return _in_lab(quick=quick)
    from tests.lab import fleet, lab
    from tests.lab.roles.common import AUDIT

    sizes, rounds = ((START, 200), 1) if quick else ((START, 200, 1000), 9)
    say(f"collect: a recorder behind {sizes[-1]} addresses")
    first, *others = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, others or [first])
    crowd = fleet.crowd(sizes[-1])
    os.sched_setaffinity(0, [first, *others])
    with tempfile.TemporaryDirectory() as folder:
        ground = Ground(
            folder=Path(folder),
            hosts=[
                {"address": s.address, "host_key": s.host_key, "user": USER, "id": f"nvr-{n}"}
                for n, s in enumerate(crowd.servers)
            ],
            key=lab.ssh_key(AUDIT),
            replay_key=crowd.replay_key,
            core=first,
            doors=crowd.doors,
        )
        costs = _measure(ground, sizes, rounds)
    head = (
        "client", "hosts", "runs", "client CPU ms a host", "marginal, even pace", "× bare login",
        "device CPU ms", "wall s", "peak MB", "whole tree MB",
    )  # fmt: skip
    where = conditions("paramiko", "pyinfra")
    return (
        f"{table(head, list(_rows(costs)))}\n\n{CONCURRENCY} at a time but where another number "
        f"stands ({FEW} with `sleep`, the same script and Ansible), medians; "
        f"{peers.PINS['ansible']}; {where}"
    )


def _in_lab(*, quick: bool) -> str:
    peers.python("ansible")  # the lab has no way out to fetch it
    command = [str(ROOT / "tests/lab/enter.sh"), sys.executable, "-m", "bench", "collect"]
    done = subprocess.run(
        command + ["--quick"] * quick,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        cwd=ROOT,
    )
    return done.stdout.split("\n\n", 1)[1].strip()


def _measure(ground: Ground, sizes: Sequence[int], rounds: int) -> dict[str, dict[int, list[Cost]]]:
    """Every client at every size, clients in turn: a machine that drifts moves them all."""
    found: dict[str, dict[int, list[Cost]]] = {name: {} for name in CLIENTS}
    for turn in range(rounds):
        for size in (START, START, *sizes):  # a start costs a third of 200 hosts: count it well
            for name, client in CLIENTS.items():
                if turn < _turns(name, size) and size <= LARGEST.get(name, size):
                    cost = _one(name, client, ground, size)
                    found[name].setdefault(size, []).append(cost)
    return found


def _turns(name: str, size: int) -> int:
    """How often a client is run at most: the goal is a ratio of two, which are run most often."""
    if name in (BARE, MANY, OURS):
        return 9 if size <= 200 else 3
    return 1 if name in LARGEST or size > 200 else 3


def _one(name: str, client: Client, ground: Ground, size: int) -> Cost:
    before = _servers_cpu(ground.doors)
    with Pace(ground.core) as pace:
        told = client(ground, size)
    if told.code:
        raise RuntimeError(f"{name} at {size}: exit {told.code}\n{told.output[-2000:]}")
    say(
        f"{name} {size}: {told.cpu_s:.2f} s CPU ({told.cpu_s / pace.piece_s:.0f} pieces), "
        f"{told.wall_s:.1f} s, {told.rss_mb:.0f} MB"
    )
    return Cost(
        client_s=told.cpu_s,
        piece_s=pace.piece_s,
        server_s=_servers_cpu(ground.doors) - before,
        wall_s=told.wall_s,
        rss_mb=told.rss_mb,
        tree_mb=told.tree_mb,
    )


def _rows(costs: dict[str, dict[int, list[Cost]]]) -> list[Sequence[object]]:
    rows = []
    fastest = min(c.piece_s for found in costs.values() for runs in found.values() for c in runs)
    for name, found in costs.items():
        for size, runs in found.items():
            if size == START:
                continue
            mine, bare = _marginal(found, size), _marginal(costs[BARE], size)
            ratios = sorted(m / b for m, b in zip(mine, bare, strict=False))  # turn by turn
            rows.append(
                (
                    name,
                    f"{size:,}",
                    len(runs),
                    f"{median(r.client_s for r in runs) / size * 1e3:.1f}",
                    f"{median(mine) * fastest * 1e3:.1f}",
                    f"{median(ratios):.2f}"
                    + (f" ({ratios[0]:.2f} to {ratios[-1]:.2f})" if len(ratios) > 1 else ""),
                    f"{median(r.server_s for r in runs) / size * 1e3:.0f}",
                    f"{median(r.wall_s for r in runs):.1f}",
                    f"{median(r.rss_mb for r in runs):.0f}",
                    f"{median(r.tree_mb for r in runs):.0f}",
                )
            )
    return rows


def _marginal(found: dict[int, list[Cost]], size: int) -> list[float]:
    """Pieces of work a host without interpreter start, of each round."""
    start = median(cost.client_s / cost.piece_s for cost in found[START])
    return [(cost.client_s / cost.piece_s - start) / (size - START) for cost in found[size]]


def _servers_cpu(doors: int) -> float:
    """Seconds of all ended sshd and what they ran."""
    time.sleep(1)  # the last ones end
    fields = Path(f"/proc/{doors}/stat").read_text().rpartition(")")[2].split()
    return sum(int(f) for f in fields[11:15]) / os.sysconf("SC_CLK_TCK")


def _script(module: str, concurrency: int = CONCURRENCY) -> Client:
    def run_it(ground: Ground, size: int) -> Child:
        argv = [sys.executable, "-m", f"bench.clients.{module}", str(ground.slice(size))]
        return ground.start([*argv, str(ground.key), str(concurrency)], cwd=ROOT)

    return run_it


def _same_script(name: str) -> Client:
    """What the device's answer costs a client that does not look at it."""
    return lambda ground, size: _bare_with(
        ground, size, compose("segment", "@@bench", {}), key=getattr(ground, name)
    )


def _second(ground: Ground, size: int) -> Child:
    """What it costs a client to wait for a device that is busy: its processor sleeps meanwhile."""
    return _bare_with(ground, size, "sleep 1\n", key=ground.key)


def _bare_with(ground: Ground, size: int, text: str, *, key: Path) -> Child:
    script = ground.folder / "script.sh"
    script.write_text(text)
    argv = [sys.executable, "-m", "bench.clients.bare", str(ground.slice(size)), str(key)]
    return ground.start([*argv, str(FEW), str(script)], cwd=ROOT)


def _ours(name: str, concurrency: int = CONCURRENCY) -> Client:
    return lambda ground, size: _collect(ground, size, getattr(ground, name), concurrency)


def _collect(ground: Ground, size: int, key: Path, concurrency: int) -> Child:
    root = district(ground, size, key)
    argv = ["collect", "--root", str(root), "--secrets", str(root / "secrets")]
    told = ground.start(
        [sys.executable, "-m", "cctv_policy", *argv, "--concurrency", str(concurrency)], cwd=ROOT
    )
    documents, _ = state.read_all(root / "state")
    reached = sum(d.doors[0].outcome == "ok" for d in documents)
    assert reached == size, f"{reached} of {size}: {told.output[-2000:]}"
    return replace(told, code=0)


def district(ground: Ground, size: int, key: Path) -> Path:
    """A district's folder: ten recorders a school, all with the same login."""
    root = ground.folder / f"district-{size}-{key.name}"
    if root.exists():
        return root
    schools = root / "inventory" / "schools"
    schools.mkdir(parents=True)
    name = {"zh": "眾", "en": "crowd"}
    (root / "inventory" / "district.yaml").write_text(
        dump({"schema": SCHEMA, "id": "crowd", "name": name, "pack": "tw-ntpc-school"})
    )
    for number in range(0, size, 10):
        school = {
            "schema": SCHEMA,
            "id": f"s-{number}",
            "name": name,
            "moe_code": f"{number:06}",
            "city": "ntpc",
            "site_type": "elementary",
            "areas": [{"id": "campus", "type": "campus", "name": name}],
            "recorders": [_recorder(host) for host in ground.hosts[number : number + 10]],
        }
        (schools / f"s-{number}.yaml").write_text(dump(school))
    secret = root / "secrets" / "crowd" / "ssh"
    secret.parent.mkdir(parents=True)
    (root / "secrets").chmod(0o700)
    secret.touch(mode=0o600)
    secret.write_text(key.read_text())
    return root


def _recorder(host: dict[str, str]) -> dict[str, object]:
    return {
        "id": host["id"],
        "driver": "segment",
        "status": "in_use",
        "commissioned_on": "2024-08-20",
        "connect": {
            "host": host["address"],
            "user": USER,
            "key": "crowd/ssh",
            "host_keys": [host["host_key"]],
        },
        "cameras": [
            {"id": f"{host['id']}-{ch}", "ch": ch, "area": "campus", "place": "gate"}
            for ch in ("ch1", "ch2")
        ],
    }


def _ansible(*options: str) -> Client:
    return lambda ground, size: _gather_facts(ground, size, options)


def _gather_facts(ground: Ground, size: int, more: Sequence[str]) -> Child:
    """With pipelining, so that one connection a host does it; no interpreter to discover."""
    hosts, known = ground.slice(size), ground.folder / "ansible.known_hosts"
    names = json.loads(hosts.read_text())
    known.write_text("".join(f"{h['address']} {h['host_key']}\n" for h in names))
    inventory = ground.folder / f"ansible-{size}.ini"
    inventory.write_text("[all]\n" + "\n".join(h["address"] for h in names))
    playbook = ground.folder / "facts.yml"
    playbook.write_text("- hosts: all\n  gather_facts: true\n")
    options = (*more, "ControlMaster=no", f"UserKnownHostsFile={known}")
    command = peers.python("ansible").with_name("ansible-playbook")
    return child(
        [str(command), "-i", str(inventory), str(playbook)],
        env={
            "ANSIBLE_FORKS": str(FEW),
            "ANSIBLE_PIPELINING": "True",
            "ANSIBLE_REMOTE_USER": USER,
            "ANSIBLE_PRIVATE_KEY_FILE": str(ground.key),
            "ANSIBLE_SSH_ARGS": " ".join(f"-o {option}" for option in options),
            "ANSIBLE_PYTHON_INTERPRETER": "/usr/bin/python3",
            "ANSIBLE_LOCAL_TEMP": str(ground.folder / "ansible"),
            "ANSIBLE_REMOTE_TMP": "/tmp",
            "ANSIBLE_TIMEOUT": "60",
        },
        cwd=ground.folder,
    )


Client = Callable[[Ground, int], Child]
BARE = f"bare paramiko login + `true`, {FEW} at a time"
MANY = f"the same, {CONCURRENCY} at a time"
WAITS = "bare paramiko login + `sleep 1`"
OURS = "**`cctv-policy collect`**, the whole answer"
SAME = "bare paramiko login + the same script, answer thrown away"
OURS_FEW = f"{OURS}, {FEW} at a time"
REAL = "all devices on one core"
ANSIBLE = "Ansible `gather_facts`, pipelining"
CLIENTS: dict[str, Client] = {
    BARE: _script("bare", FEW),
    MANY: _script("bare"),
    WAITS: _second,
    OURS: _ours("replay_key"),
    OURS_FEW: _ours("replay_key", FEW),
    SAME: _same_script("replay_key"),
    f"{OURS}; {REAL}": _ours("key"),
    f"{SAME}; {REAL}": _same_script("key"),
    "pyinfra, one fact": _script("one_fact"),
    ANSIBLE: _ansible(),
    f"{ANSIBLE}, curve25519 forced": _ansible("KexAlgorithms=curve25519-sha256"),
}
LARGEST = {name: 200 for name in CLIENTS if name.startswith(ANSIBLE) or SAME in name}
"""Their cost a host does not fall with more; Ansible at 1,000 would take a quarter of an hour."""
