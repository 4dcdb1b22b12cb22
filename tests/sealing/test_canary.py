"""Canary: a name, an identity number, a telephone and a reason go through sealing, failing checks,
a push to a real hook, drilling, showing and destroying, and come out nowhere but on the one output
that was asked for. Private keys come out nowhere at all.
"""

import subprocess
import sys
import traceback
from pathlib import Path

import pytest

from cctv_policy.errors import SealingError
from cctv_policy.history import read_history
from cctv_policy.records import load_records, record_path
from cctv_policy.records.check import check_change
from cctv_policy.sealing import custody, seal
from tests.records.repo import Repo
from tests.records.samples import SITE, sample
from tests.retention.office import DST, NOW, Office
from tests.sealing.store import CLEAR, DAY, block, revealed

HOOK = """#!{python}
import os, sys
from datetime import datetime
from pathlib import Path
from cctv_policy.records.check import pre_receive

faults = pre_receive(Path.cwd(), sys.stdin, os.environ, now=datetime.fromisoformat("{now}"))
for fault in faults:
    print(fault)
sys.exit(bool(faults))
"""
CANARIES = revealed(CLEAR)


def objects(repo: Path) -> bytes:
    """Every git object, decompressed, reachable or not."""
    listed = subprocess.run(
        ["git", "-C", str(repo), "cat-file", "--batch-all-objects", "--batch", "--unordered"],
        capture_output=True,
        check=True,
    )
    return listed.stdout


def everything(folder: Path) -> bytes:
    """Every file below a folder but the holders' own private keys."""
    files = (p for p in folder.rglob("*") if p.is_file() and p.parent.name != "keys")
    return b"\n".join(str(p).encode() + b"\n" + p.read_bytes() for p in files)


def spy(command: list[str], root: Path) -> tuple[str, list[str]]:
    """Output of a command, and the argv and environment of it and of every child it started."""
    code = (
        "import sys\n"
        "sys.addaudithook(lambda e, a: e == 'subprocess.Popen' and print('ARGV', a[1], a[3], "
        "file=sys.stderr))\n"
        "from cctv_policy.cli import main\n"
        "main(sys.argv[1:])\n"
    )
    words = [sys.executable, "-c", code, *command, "--root", str(root)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr, words


def refusal(keystore) -> str:
    """A refused sealing as the most talkative traceback shows it, with all locals."""
    try:
        seal(keystore, site=SITE, record_id="REQ-115-0003", clear=CLEAR, on=DAY)
    except SealingError as error:
        shown = traceback.TracebackException.from_exception(error, capture_locals=True)
        return "".join(shown.format())
    raise AssertionError("it was sealed with a replica away")


@pytest.fixture
def office(tmp_path):
    office = Office(tmp_path)
    data = sample("REQ")
    data["sealed"] = block(office.keystore, "REQ-115-0001", on=DAY)
    office.repo.put(data)
    office.repo.commit("REQ-115-0001", at="2026-03-03T09:00:00+08:00")
    return office


def test_personal_data_and_keys_appear_nowhere(office, tmp_path, capfd):
    said: list[str] = []
    root = office.repo.folder
    server = Repo(tmp_path / "server.git", "--bare")
    hook = server.folder / "hooks" / "pre-receive"
    hook.write_text(HOOK.format(python=sys.executable, now=NOW.isoformat()))
    hook.chmod(0o755)
    office.repo.git("remote", "add", "origin", str(server.folder))
    env = {"PYTHONPATH": str(Path(__file__).parents[2] / "src")}
    office.repo.git("push", "-q", "origin", "main", env=env)

    # clear values in a file, a message, a branch name and a file's name: refused, not repeated
    base = office.repo.head()
    office.repo.git("checkout", "-qb", "wrong")
    wrong = sample("REQ", id="REQ-115-0002", requesting_unit=CANARIES["phone"])
    wrong |= {"reason": CANARIES["reason"], "applicant_name": CANARIES["applicant_name"]}
    office.repo.write(record_path("REQ-115-0002", SITE), wrong)
    office.repo.write(f"records/{SITE}/{CANARIES['id_number']}.yaml", "x: 1\n")
    head = office.repo.commit(f"電話 {CANARIES['phone']}", at="2026-03-03T09:00:00+08:00")
    with pytest.raises(RuntimeError) as refused:
        office.repo.git(
            "push", "-q", "origin", f"wrong:refs/heads/{CANARIES['id_number']}", env=env
        )
    answered = str(refused.value).split(":", 1)[1]
    assert answered.count("pii_in_clear") >= 3
    # git itself repeats the branch's name to the one who pushed it; the hook does not
    said += [line for line in answered.splitlines() if line.startswith("remote:")]
    said += [str(f) for f in check_change(root, base, head, now=NOW)]
    records = load_records(root, "wrong")
    said += [str(f) for f in records.faults]
    said += [str(f) for f in read_history(records).faults]
    said.append(repr(records.faults))
    office.repo.git("checkout", "-q", "main")
    office.repo.git("branch", "-qD", "wrong")
    subprocess.run(
        ["git", "-C", str(root), "reflog", "expire", "--expire=all", "--all"], check=True
    )
    subprocess.run(["git", "-C", str(root), "gc", "-q", "--prune=now"], check=True)

    # exceptions while clear values are in hand
    (tmp_path / "store-b").rename(tmp_path / "away")
    said.append(refusal(office.keystore))
    (tmp_path / "away").rename(tmp_path / "store-b")

    # commands: listing, verifying, drilling, refusing a pipe
    identity = str(tmp_path / "keys" / "custodian")
    for command in (
        ["keys", "list"],
        ["keys", "verify"],
        ["keys", "drill", "--holder", "custodian", "--identity", identity],
        ["keys", "rewrap", "--identity", identity],
        ["keys", "show", f"{SITE}/REQ-115-0001", "--identity", identity],
    ):
        output, words = spy(command, root)
        said += [output, *words]
    said.append(repr(custody(office.keystore, load_records(root))))
    office.purge()
    office.repo.commit(DST, at="2026-03-03T14:00:00+08:00")
    office.repo.git("push", "-q", "origin", "main", env=env)
    said += list(capfd.readouterr())

    told = "\n".join(said).encode()
    stored = everything(tmp_path / "store-a") + everything(tmp_path / "store-b")
    stored += everything(root) + objects(root) + everything(server.folder) + objects(server.folder)
    secrets = [
        line
        for file in (tmp_path / "keys").iterdir()
        for line in file.read_text().splitlines()
        if line.startswith("AGE-SECRET")
        or (len(line) > 60 and "KEY" not in line and line[0] != "#")
    ]
    assert len(secrets) >= 4
    for value in [*CANARIES.values(), *secrets]:
        assert value.encode() not in told
        assert value.encode() not in stored
    # and the one place where it may appear does show it
    shown, _ = spy(["keys", "show", f"{SITE}/REQ-115-0001", "--identity", identity,
                    "--unsafe-stdout"], root)  # fmt: skip
    assert all(value in shown for value in CANARIES.values())
