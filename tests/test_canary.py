"""Canary: known secrets go through a whole collection and come out nowhere."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

from tests.collecting import page, server
from tests.snmpd import needs_snmpd, snmpd

CANARIES = {
    "x/admin": "canary-admin-5f1c",
    "x/community": "canary-community-77",
    "x/auth": "canary-auth-key-91ab",
    "x/priv": "canary-priv-key-c03e",
    "x/raise": "canary-raised-1d2e",
}
CHILD = """
    import logging, sys, traceback
    from datetime import UTC, datetime
    from pathlib import Path

    children = []
    sys.addaudithook(lambda event, args: children.append((event, args)) if event in (
        "subprocess.Popen", "os.exec", "os.posix_spawn", "os.fork", "os.system") else None)
    logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)

    from cctv_policy import inventory
    from cctv_policy.collect import collect
    from cctv_policy.drivers import DRIVERS
    from cctv_policy.progress import ProgressLine
    from cctv_policy.secretstore import FolderStore
    from tests.collecting import district, recorder

    folder, out, http, agent = sys.argv[1:]
    store = FolderStore(Path(folder))

    class Raises:
        kind = "raises"
        def capabilities(self): return frozenset({"uptime_s"})
        def read(self, recorder, context):
            secret = context.secrets("x/raise")
            raise RuntimeError(f"{secret} {secret!r} was refused: {secret.reveal()}")

    accounts = (inventory.Account(account="admin", role="admin", secret="x/admin"),)
    probes = inventory.Probes(hosts=("127.0.0.1",), http=(int(http),), login_probe=True)
    v3 = inventory.Snmp(version="v3", host="127.0.0.1", port=int(agent), user="cctvmon",
                        auth="x/auth", priv="x/priv")
    v2 = inventory.Snmp(version="v2c", host="127.0.0.1", port=int(agent), community="x/community")
    found = district(
        recorder(1, driver="raises", accounts=accounts, probes=probes, snmp=v3, brand="QNAP"),
        recorder(2, driver="snmp", snmp=v2, accounts=accounts),
        recorder(3, driver="snmp", snmp=v3, accounts=accounts),
        recorder(4, driver="manual", accounts=accounts, answers="gone.yaml"),
    )
    report = collect(
        found, store=store, out=Path(out), root=Path(out), now=lambda: datetime.now(UTC),
        run_id="r", drivers={**DRIVERS, "raises": Raises()}, progress=ProgressLine(sys.stderr),
        ledger=Path(out) / "ledger.jsonl", budget_s=15,
    )
    print(report)
    for name in ("x/none", "../x"):
        try:
            store.get(name)
        except Exception:
            traceback.print_exc()
    print("CHILDREN", children)
"""


@needs_snmpd
def test_secrets_appear_nowhere(tmp_path: Path) -> None:
    folder, out = tmp_path / "secrets", tmp_path / "out"
    (folder / "x").mkdir(parents=True)
    folder.chmod(0o700)
    for name, value in CANARIES.items():
        (folder / name).write_text(value)
        (folder / name).chmod(0o600)
    out.mkdir()

    def answer(_: bytes) -> bytes:
        return page("401 Unauthorized", www_authenticate='Basic realm="nvr"')

    agent_folder = tmp_path / "agent"
    agent_folder.mkdir()
    user = f'createUser cctvmon SHA-256 "{CANARIES["x/auth"]}" AES "{CANARIES["x/priv"]}"'
    lines = (user, "rouser cctvmon authpriv", f"rocommunity {CANARIES['x/community']}")
    with server(answer) as (http, asked), snmpd(agent_folder, *lines) as agent:
        done = subprocess.run(
            [sys.executable, "-X", "dev", "-c", textwrap.dedent(CHILD),
             str(folder), str(out), str(http), str(agent)],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    written = {path: path.read_text() for path in out.rglob("*") if path.is_file()}
    assert len(written) == 5  # four documents and the ledger
    assert '"services.snmp","value"' in written[out / "alpha-es/nvr-2.json"]  # it did log in
    assert '"interfaces","value"' in written[out / "alpha-es/nvr-3.json"]
    everything = {"stdout": done.stdout, "stderr": done.stderr, **written}
    for place, text in everything.items():
        for name, value in CANARIES.items():
            assert value not in text, f"{name} in {place}"
    assert "RuntimeError at <string>:" in written[out / "alpha-es/nvr-1.json"]
    assert "CHILDREN []" in done.stdout
    assert any(b"Authorization" in request for request in asked)  # the login probe's own attempt
    assert not any(CANARIES["x/admin"].encode() in request for request in asked)
