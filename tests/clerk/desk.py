"""A school's office for one test: inventory, evidence, keystore, roster, keys, git, and a server.

The server is a bare repository with the real pre-receive hook; its clock is the test's.
"""

from __future__ import annotations

import contextlib
import io
import re
import sys
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from cctv_policy import cli
from cctv_policy.cli import shared
from cctv_policy.sealing import open_keystore
from cctv_policy.strictyaml import dump
from tests import district
from tests.district import District
from tests.records.people import DISTRICT, entry, key_of
from tests.records.repo import Repo
from tests.sealing.store import keystore_data

SITE = district.SITE
MONDAY = "2026-03-02T09:00:00+08:00"
SOURCE = Path(__file__).parents[2] / "src"
PERSONAL = {
    "applicant_name": "陳堃",
    "id_number": "A100000001",
    "phone": "0912-345-678",
    "reason": "腳踏車於車棚遭竊，為維護財產權益請求調閱",
    "viewer": "陳堃",
}
"""Invented; the number is one of the synthetic ones."""
STAFF = {
    "P-0001": ("事務組長", ["manage", "operate", "approve_officer"]),
    "P-0002": ("總務主任", ["approve_unit_head", "escort", "repair"]),
    "P-0003": ("校長", ["approve_principal"]),
    "P-0004": ("學務組長", ["escort"]),
    "P-0009": ("資訊教育科長", ["approve_district"]),
}

OFFICES = {"P-0003": "校長室", "P-0004": "學務處", "P-0009": "教育局"}
"""Where those sit who are not of 總務處."""
HOOK = """#!{python}
import os, sys
sys.path.insert(0, "{source}")
from datetime import datetime
from pathlib import Path
from cctv_policy.records.check import pre_receive

now = datetime.fromisoformat(Path("{clock}").read_text())
faults = pre_receive(Path.cwd(), sys.stdin, os.environ, now=now)
for fault in faults:
    print(fault)
sys.exit(bool(faults))
"""


class Typed(io.TextIOWrapper):
    """Standard input with something in it."""

    def isatty(self) -> bool:
        return False


class Office:
    """One clone of a district's repository and who sits before it."""

    def __init__(self, folder: Path, root: Path, monkeypatch: Any) -> None:
        self.folder, self.root, self.monkeypatch = folder, root, monkeypatch
        self.now = MONDAY
        self.clock = folder / "clock"
        monkeypatch.setattr(shared, "now", lambda: datetime.fromisoformat(self.now))

    def key(self, person: str) -> Path:
        """The person's private key file."""
        return self.folder / "ssh" / person

    def run(
        self, *words: str, me: str = "P-0001", given: Mapping[str, Any] | None = None
    ) -> tuple[int, str, str]:
        """One command, its answers from stdin: exit code, stdout, stderr."""
        stdin = Typed(io.BytesIO(dump(given).encode() if given else b""), encoding="utf-8")
        self.monkeypatch.setattr(sys, "stdin", stdin)
        more = ["--from", "-"] if given else []
        return self.plain(*words, "--as", me, *more)

    def plain(self, *words: str) -> tuple[int, str, str]:
        """One command of somebody whose name it does not ask for; as `run`."""
        self.clock.write_text(self.now)
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = cli.run([*words, "--root", str(self.root)])
        return code, out.getvalue(), err.getvalue()

    def do(self, *words: str, me: str = "P-0001", given: Mapping[str, Any] | None = None) -> str:
        """As `run`, and it works; stdout."""
        code, out, err = self.run(*words, me=me, given=given)
        assert code == 0, err
        return out

    def new(self, *words: str, **given: Any) -> str:
        """As `do`, and the id of the first record."""
        return Path(self.do(*words, given=given or None).split("\n")[0]).stem

    def at(self, moment: str) -> None:
        """Let the time be `2026-03-02 10:00`."""
        self.now = f"{moment.replace(' ', 'T')}:00+08:00"

    @property
    def repo(self) -> Repo:
        repo = Repo.__new__(Repo)
        repo.folder = self.root
        return repo

    def files(self) -> Iterator[Path]:
        """Every file below the district's folder, git's own too."""
        return (p for p in self.root.rglob("*") if p.is_file())


def roster() -> list[dict[str, Any]]:
    """The staff as roster entries."""
    found = []
    for number, (person, (title, functions)) in enumerate(STAFF.items(), 1):
        district_ = person == "P-0009"
        site = DISTRICT if district_ else SITE
        one = entry("P-0001", 1 if district_ else number, title=title, functions=functions)
        key = entry(person if person != "P-0004" else "P-0004", 1)["git_identity"]
        where = {"office": OFFICES.get(person, "總務處")}
        found.append(one | where | {"person": person, "site_id": site, "git_identity": key})
    found[3] |= {"deputy_of": "P-0003"}
    return found


def open_office(folder: Path, monkeypatch: Any, **described: Any) -> Office:
    """A district's folder under git, everything in it committed, with a server."""
    root = District.of({"as_of": MONDAY, **described}).write(folder / "district")
    _in_chinese(root)
    _keys(folder)
    _keystore(folder, root)
    server = Repo(folder / "server.git", "--bare")
    hook = server.folder / "hooks" / "pre-receive"
    clock = folder / "clock"
    hook.write_text(HOOK.format(python=sys.executable, source=SOURCE, clock=clock))
    hook.chmod(0o755)
    clock.write_text(MONDAY)
    repo = Repo(root)
    repo.put(*roster())
    repo.commit("start", at="2026-02-20T09:00:00+08:00")
    repo.git("remote", "add", "origin", str(server.folder))
    repo.git("push", "-q", "-u", "origin", "main")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    return Office(folder, root, monkeypatch)


def _in_chinese(root: Path) -> None:
    """Places as a clerk's screen and paper show them."""
    (school,) = (root / "inventory" / "schools").iterdir()
    text = school.read_text(encoding="utf-8")
    named = re.sub(r'place: "?gate"?', 'place: "校門口"', text)
    named = re.sub(r'(?m)^( *)(brand: "?Supermicro"?)$', r'\1\2\n\1place: "總務處機櫃"', named)
    school.write_text(named, encoding="utf-8")


def _keys(folder: Path) -> None:
    keys = folder / "ssh"
    keys.mkdir(mode=0o700)
    for person in STAFF:
        private = key_of(person)
        text = private.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
        public = private.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
        (keys / person).write_bytes(text)
        (keys / person).chmod(0o600)
        (keys / f"{person}.pub").write_bytes(public + b"\n")


def _keystore(folder: Path, root: Path) -> None:
    data = keystore_data(folder / "keys")
    for holder in data["holders"]:
        if "schools" in holder:
            holder["schools"] = [SITE]
    (root / "keystore.yaml").write_text(dump(data))
    for replica in open_keystore(root).replicas:
        replica.create()
