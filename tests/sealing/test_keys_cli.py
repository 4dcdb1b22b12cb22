"""`cctv-policy keys …` as its user meets it."""

import os
import pty
import stat
import subprocess
import sys

import pytest

from cctv_policy import cli
from tests.records.samples import SITE, sample
from tests.sealing.store import district


@pytest.fixture
def root(tmp_path):
    keystore, _ = district(tmp_path, sample("REQ"))
    return str(keystore.root)


def test_from_nothing_to_a_keystore(tmp_path, capsys):
    folder = tmp_path / "keys"
    folder.mkdir(mode=0o700)
    for name in ("one", "two"):
        assert cli.run(["keys", "identity", str(folder / name)]) == 0
    one, two = capsys.readouterr().out.split()
    assert stat.S_IMODE((folder / "one").stat().st_mode) == 0o600
    assert cli.run(["keys", "identity", str(folder / "one")]) == 64
    (tmp_path / "keystore.yaml").write_text(
        f"""schema: "cctv-policy/keystore/1"
id: "sample"
replicas:
  - label: "a"
    path: "a"
  - label: "b"
    path: "b"
holders:
  - name: "one"
    person: "P-0001"
    role: "custodian"
    recipient: "{one}"
  - name: "two"
    person: "P-0009"
    role: "district"
    recipient: "{two}"
"""
    )
    assert cli.run(["keys", "init", "--root", str(tmp_path)]) == 64  # ids have two characters
    text = (tmp_path / "keystore.yaml").read_text()
    text = text.replace('label: "a"', 'label: "office-a"').replace('"b"', '"office-b"')
    (tmp_path / "keystore.yaml").write_text(text)
    assert cli.run(["keys", "init", "--root", str(tmp_path)]) == 0
    words = ["--from", "2026-11", "--months", "3"]
    assert cli.run(["keys", "batch", "--root", str(tmp_path), "--school", SITE, *words]) == 0
    names = sorted(p.name for p in (tmp_path / "keys/periods" / SITE).iterdir())
    assert names == ["2027-11-1.pub", "2027-12-1.pub", "2028-01-1.pub"]


def test_a_missing_replica_is_never_made_by_accident(root, tmp_path, capsys):
    (tmp_path / "store-b").rename(tmp_path / "away")
    assert cli.run(["keys", "init", "--root", root]) == 64
    assert "mount it" in capsys.readouterr().err
    assert cli.run(["keys", "init", "--root", root, "--new", "office-b"]) == 0
    assert cli.run(["keys", "copy", "--root", root]) == 0


def test_list_verify_and_drill(root, tmp_path, capsys):
    assert cli.run(["keys", "list", "--root", root]) == 0
    assert "custodian, district, principal" in capsys.readouterr().out
    assert cli.run(["keys", "verify", "--root", root]) == 1  # the district's stand-in block
    assert "ntpc-edu" in capsys.readouterr().out
    drill = ["keys", "drill", "--root", root, "--holder", "custodian", "--identity"]
    assert cli.run([*drill, str(tmp_path / "keys" / "custodian")]) == 0
    assert cli.run([*drill, str(tmp_path / "keys" / "district")]) == 1
    (tmp_path / "store-b").rename(tmp_path / "away")
    assert cli.run(["keys", "verify", "--root", root]) == 2


def test_a_key_file_that_others_may_read_is_refused(root, tmp_path, capsys):
    (tmp_path / "keys" / "custodian").chmod(0o644)
    words = ["keys", "rewrap", "--root", root, "--identity", str(tmp_path / "keys" / "custodian")]
    assert cli.run(words) == 64
    assert "chmod 600" in capsys.readouterr().err


def show(root, tmp_path, *more):
    command = [sys.executable, "-m", "cctv_policy", "keys", "show", f"{SITE}/REQ-115-0001"]
    return [*command, "--root", root, "--identity", str(tmp_path / "keys" / "custodian"), *more]


def test_personal_data_is_not_printed_into_a_pipe(root, tmp_path):
    done = subprocess.run(show(root, tmp_path), capture_output=True, text=True, check=False)
    assert done.returncode == 64
    assert "明文" not in done.stdout + done.stderr and "terminal" in done.stderr
    done = subprocess.run(
        show(root, tmp_path, "--unsafe-stdout"), capture_output=True, text=True, check=False
    )
    assert "reason 明文" in done.stdout


def test_personal_data_is_printed_on_a_terminal(root, tmp_path):
    parent, child = pty.openpty()
    done = subprocess.run(show(root, tmp_path), stdout=child, stderr=child, check=False)
    os.close(child)
    text = os.read(parent, 65536).decode()
    os.close(parent)
    assert done.returncode == 0, text
    assert "reason 明文" in text and "phone 明文" in text
