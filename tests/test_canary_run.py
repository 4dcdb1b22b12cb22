"""Canary: a whole scan with the secrets of an encrypted vault, a real sshd, a real snmpd, children.

Every secret is somewhere that it works: the key logs in, the community and the SNMP keys are the
agent's, the passwords are in the vault, one in the environment. None may come out.
"""

from __future__ import annotations

import getpass
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest

from cctv_policy import pipeline
from cctv_policy.errors import VaultError
from cctv_policy.periods import TAIPEI
from cctv_policy.report import FORMATS
from cctv_policy.secretstore import Secret
from cctv_policy.strictyaml import dump
from cctv_policy.vault import Entry, open_vault
from tests.canary import Watch, found_in
from tests.collecting import page, server
from tests.records.repo import Repo
from tests.snmpd import needs_snmpd, snmpd
from tests.sshd import needs_sshd, sshd
from tests.vault.files import Two

pytestmark = [needs_snmpd, needs_sshd]
SCHEMA = "cctv-policy/inventory/1"
IN_ENVIRONMENT = "canary-environment-3b7e"
SECRETS = {
    "alpha-es/nvr-1/admin": "canary-admin/5f1c+?",
    "alpha-es/nvr-1/snmp-auth": "canary-auth-key-91ab",
    "alpha-es/nvr-1/snmp-priv": "canary-priv-key-c03e",
    "alpha-es/nvr-2/community": "canary-community-77",
    "alpha-es/nvr-3/ssh": "canary-that-is-no-key-4d5e",
    "alpha-es/nvr-4/raise": "canary-raised-1d2e",
}
TOOL = """
import json, os, sys
log = os.open(sys.argv[1], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
def look(event, args):
    if event == "subprocess.Popen":
        env = dict(os.environ if args[3] is None else args[3])
        os.write(log, (json.dumps([str(args[1]), str(env)]) + "\\n").encode())
sys.addaudithook(look)

from cctv_policy import pipeline
from cctv_policy.cli import main
from cctv_policy.drivers import DRIVERS

class Raises:
    kind = "raises"
    def capabilities(self):
        return frozenset({"interfaces"})
    def read(self, recorder, context):
        secret = context.secrets("alpha-es/nvr-4/raise")
        raise RuntimeError(recorder, secret, secret.reveal(), str(os.environ))

DRIVERS["raises"] = Raises()
if sys.argv[2] == "broken":
    def judge(*args, **more):
        word = os.environ["CCTV_SECRET_ALPHA_ES_NVR_5_ADMIN"]
        raise ValueError(f"{word} {os.environ}") from KeyError(word)
    pipeline.judge = judge
main(sys.argv[3:])
"""
"""The command, with every child's argv and environment noted, and two faults of ours planted."""


@dataclass(frozen=True, kw_only=True)
class District:
    """A folder with everything that a scan needs, and what is secret of it."""

    root: Path
    identity: Path
    secrets: Mapping[str, str]
    asked: Sequence[bytes]
    """The HTTP requests so far."""

    def documents(self) -> dict[str, str]:
        """Everything that a run wrote, by file."""
        files = (p for p in (self.root / "state").rglob("*") if p.is_file())
        return {str(path): path.read_text() for path in files}


@dataclass(frozen=True, kw_only=True)
class Ran:
    """What one run left behind."""

    code: int
    stdout: str
    stderr: str
    children: str = field(repr=False)
    seen: bytes = field(repr=False)
    """Command lines and environments of all processes of this machine, while it ran."""


def recorder(number: int, driver: str, **more: object) -> dict[str, object]:
    camera = {"id": f"cam-{number}", "ch": "1", "area": "campus", "place": "校門口"}
    return {
        "id": f"nvr-{number}", "driver": driver, "status": "in_use",
        "commissioned_on": "2024-08-20", **more, "cameras": [camera],
    }  # fmt: skip


def write_inventory(root: Path, ssh: int, pin: str, agent: int, http: int) -> None:
    name = {"zh": "甲國小", "en": "Alpha"}
    login = {
        "host": "127.0.0.1", "port": str(ssh), "user": getpass.getuser(),
        "key": "alpha-es/nvr-1/ssh", "host_keys": [pin],
    }  # fmt: skip
    v3 = {
        "version": "v3", "host": "127.0.0.1", "port": str(agent), "user": "cctvmon",
        "auth": "alpha-es/nvr-1/snmp-auth", "priv": "alpha-es/nvr-1/snmp-priv",
    }  # fmt: skip
    v2c = {**dict(list(v3.items())[1:3]), "version": "v2c", "community": "alpha-es/nvr-2/community"}
    account = {"account": "admin", "role": "admin", "secret": "alpha-es/nvr-1/admin"}
    probes = {"http": [str(http)], "login_probe": "true"}
    recorders = [
        recorder(1, "segment", brand="QNAP", connect=login, snmp=v3, probes=probes,
                 accounts=[account]),
        recorder(2, "snmp", snmp=v2c, accounts=[account]),
        recorder(3, "segment", connect={**login, "host": "127.0.0.2", "key": "alpha-es/nvr-3/ssh"}),
        recorder(4, "raises", connect={**login, "host": "127.0.0.3"}),
        recorder(5, "local", accounts=[{**account, "secret": "alpha-es/nvr-5/admin"}]),
    ]  # fmt: skip
    area = {"id": "campus", "type": "campus", "name": name}
    school = {
        "schema": SCHEMA, "id": "alpha-es", "name": name, "moe_code": "999701", "city": "ntpc",
        "site_type": "elementary", "areas": [area], "recorders": recorders,
    }  # fmt: skip
    district = {"schema": SCHEMA, "id": "test", "name": name, "pack": "tw-ntpc-school"}
    (root / "inventory" / "schools").mkdir(parents=True)
    (root / "inventory" / "district.yaml").write_text(dump(district))
    (root / "inventory" / "schools" / "alpha-es.yaml").write_text(dump(school))


def run_tool(district: District, command: str, *argv: str, broken: str = "") -> Ran:
    log = district.root / "children"
    words = [command, *argv, "--root", str(district.root)]
    if command == "scan":
        vault = district.root / "vault.yaml"
        words += ["--vault", str(vault), "--identity", str(district.identity)]
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(p for p in sys.path if p),
        "CCTV_SECRET_ALPHA_ES_NVR_5_ADMIN": IN_ENVIRONMENT,
    }
    watch = Watch(pause_s=0.02)
    with watch.watching():
        done = subprocess.run(
            [sys.executable, "-X", "dev", "-c", TOOL, str(log), broken or "whole", *words],
            capture_output=True, text=True, timeout=120, check=False, env=environment,
        )  # fmt: skip
    own = f"CCTV_SECRET_ALPHA_ES_NVR_5_ADMIN={IN_ENVIRONMENT}".encode()
    others = (text.replace(own, b"") for text in watch.seen if TOOL.encode()[:40] not in text)
    return Ran(
        code=done.returncode,
        stdout=done.stdout,
        stderr=done.stderr,
        children=log.read_text() if log.exists() else "",
        seen=b"\n".join(others),
    )


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Iterator[District]:
    """A district whose secrets all work."""
    root = tmp_path_factory.mktemp("district")
    for name in ("ssh", "agent"):
        (root / name).mkdir()
    vault = Two(root)
    (root / "vault.yaml").write_text(vault.settings)
    user = (
        f'createUser cctvmon SHA-256 "{SECRETS["alpha-es/nvr-1/snmp-auth"]}" AES '
        f'"{SECRETS["alpha-es/nvr-1/snmp-priv"]}"'
    )
    lines = (user, "rouser cctvmon authpriv", f"rocommunity {SECRETS['alpha-es/nvr-2/community']}")

    def answer(_: bytes) -> bytes:
        return page("401 Unauthorized", www_authenticate='Basic realm="nvr"')

    with (
        sshd(root / "ssh") as door,
        snmpd(root / "agent", *lines) as agent,
        server(answer) as (http, asked),
    ):
        key = (root / "ssh" / "user").read_text()
        vault.open().create()
        store = vault.open()
        for name, value in {**SECRETS, "alpha-es/nvr-1/ssh": key}.items():
            store.write(name, Entry().with_pending(Secret(value)).promoted("2026-11-27T10:00Z"))
        pin = " ".join((root / "ssh" / "host.pub").read_text().split()[:2])
        write_inventory(root, door.port, pin, agent, http)
        repo = Repo(root)
        (root / "records").mkdir()
        (root / "records" / ".keep").touch()
        repo.git("add", "records", "inventory")
        repo.git("commit", "-qm", "a district")
        identity = next(root.glob("key-*.txt"))
        secrets = {**SECRETS, "environment": IN_ENVIRONMENT, "age": vault.mine[0]}
        secrets |= {f"key, line {n}": line for n, line in enumerate(key.splitlines()[1:-1])}
        yield District(root=root, identity=identity, secrets=secrets, asked=asked)


@pytest.fixture(scope="module")
def ran(district: District) -> Ran:
    return run_tool(district, "scan", "-vvv", "--login-probe", "--format", "json", "--all")


def leaks(district: District, places: Mapping[str, str | bytes]) -> list[tuple[str, str]]:
    """Place and name of every secret that is where it must not be."""
    found = []
    for place, text in places.items():
        data = text.encode() if isinstance(text, str) else text
        found += [(place, name) for name in found_in(data, district.secrets)]
    return found


def test_every_secret_was_used(district: District, ran: Ran) -> None:
    """Or the others below would say nothing."""
    documents = [json.loads(t) for p, t in district.documents().items() if p.endswith(".json")]
    told = {document["target"]: document for document in documents}
    doors = {(t, d["door"]): d["outcome"] for t, doc in told.items() for d in doc["doors"]}
    assert doors["nvr-1", "ssh"] == doors["nvr-1", "snmp"] == doors["nvr-2", "snmp"] == "ok"
    assert doors["nvr-3", "ssh"] == "no_secret" and doors["nvr-4", "ssh"] == "internal"
    assert doors["nvr-5", "vault"] == doors["nvr-1", "vault"] == "ok"
    assert any(b"Authorization" in request for request in district.asked)
    assert "DEBUG:paramiko" in ran.stderr or "DEBUG:" in ran.stderr
    assert ran.code == 1 and json.loads(ran.stdout)["results"]


def test_no_secret_is_in_what_a_scan_says_and_writes(district: District, ran: Ran) -> None:
    places = {"stdout": ran.stdout, "stderr": ran.stderr, **district.documents()}
    assert not leaks(district, places)


def test_no_secret_is_in_the_argv_or_environment_of_a_child(district: District, ran: Ran) -> None:
    assert "git" in ran.children and "sh" in ran.children
    assert not leaks(district, {"children": ran.children, "all processes": ran.seen})


def test_no_secret_is_in_any_report(district: District, ran: Ran) -> None:
    judged = pipeline.judge(district.root, as_of=datetime.now(TAIPEI))
    places = {
        f"{name} {lang}": report.render(judged, lang=lang, everything=True)
        for name, report in FORMATS.items()
        for lang in ("zh-TW", "en")
    }
    assert not leaks(district, places)


def test_a_fault_of_ours_says_where_it_is_and_no_secret(district: District, ran: Ran) -> None:
    broken = run_tool(district, "check", broken="broken")
    assert broken.code == 70
    assert "程式本身出錯" in broken.stderr and "judge.py:" in broken.stderr
    assert "ValueError" in broken.stderr and "Traceback" not in broken.stderr
    assert not leaks(district, {"stdout": broken.stdout, "stderr": broken.stderr})


@pytest.mark.parametrize(
    ("variable", "settings"),
    [
        ("CCTV_POLICY_IDENTITY", "copies: [a/vault.age, b/vault.age]"),
        ("CCTV_POLICY_VAULT_TOKEN_FILE", "server: {url: 'https://localhost:1'}"),
    ],
)
def test_a_key_where_its_path_belongs_is_not_repeated(
    variable: str, settings: str, district: District, tmp_path: Path
) -> None:
    value = district.secrets["age"] if "IDENTITY" in variable else "hvs.canary-token-77c1"
    (tmp_path / "vault.yaml").write_text(f"schema: cctv-policy/vault/1\n{settings}\n")
    if "copies" in settings:
        (tmp_path / "vault.yaml").write_text((district.root / "vault.yaml").read_text())
    words = ["collect", "--root", str(district.root), "--vault", str(tmp_path / "vault.yaml")]
    done = subprocess.run(
        [sys.executable, "-m", "cctv_policy", *words],
        capture_output=True, text=True, timeout=60, check=False,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
             variable: value},
    )  # fmt: skip
    said = done.stdout + done.stderr
    assert done.returncode == 64 and variable in said, said
    assert not found_in(said.encode(), {"it": value})


def test_a_login_in_an_address_is_not_repeated(district: District, tmp_path: Path) -> None:
    password = "canary-in-url-9f"
    url = f"https://opa:{password}@localhost:8181"
    ended = run_tool(district, "check", "--engine", "opa", "--opa-url", url)
    assert ended.code == 70 and not found_in(ended.stderr.encode(), {"it": password})
    text = f"schema: cctv-policy/vault/1\nserver: {{url: 'https://x:{password}@localhost'}}\n"
    (tmp_path / "vault.yaml").write_text(text)
    with pytest.raises(VaultError) as caught:
        open_vault(tmp_path / "vault.yaml", identity=None, environ={})
    assert not found_in(str(caught.value).encode(), {"it": password})
