"""Keys of no record: what may go, what never goes, and that what went is gone everywhere."""

import os
import subprocess
from datetime import datetime, timedelta

import pytest

from cctv_policy import cli
from cctv_policy.errors import GitError, SealingError
from cctv_policy.records import load_latest, load_records
from cctv_policy.sealing import custody
from cctv_policy.sealing.discard import REST, discard, leftovers
from tests.records.repo import Repo
from tests.records.samples import SITE, sample
from tests.sealing.store import BATCH, block, make, really_sealed

WRITTEN = datetime.fromisoformat("2026-03-02T09:00:00+08:00")
LATER = WRITTEN + REST + timedelta(seconds=1)


@pytest.fixture
def keystore(tmp_path):
    made = make(tmp_path, BATCH)
    repo = Repo(made.root)
    repo.put(really_sealed(made, sample("REQ")))
    repo.commit("record")
    return made


@pytest.fixture
def lost(keystore):
    """A block that was sealed and never written into a file."""
    found = block(keystore, "REQ-115-0009")
    age(keystore)
    return found


def age(keystore, at=WRITTEN) -> None:
    for replica in keystore.replicas:
        for name in replica.names("wraps"):
            os.utime(replica.folder / name, (at.timestamp(), at.timestamp()))


def seen(keystore, now=LATER):
    """Record id → (may go, named), of each leftover."""
    found = leftovers(custody(keystore, load_latest(keystore.root)), now=now)
    return {left.wrap.record_id: (left.removable, left.named) for left in found}


def test_a_key_of_no_record_may_go_after_a_month_and_is_gone_everywhere(keystore, lost):
    assert seen(keystore, WRITTEN + REST) == {"REQ-115-0009": (False, False)}
    assert seen(keystore) == {"REQ-115-0009": (True, False)}
    found = leftovers(custody(keystore, load_records(keystore.root)), now=LATER)
    assert [w.key_id for w in discard(keystore, found)] == [lost["key_id"]]
    assert seen(keystore) == {}
    rest = [replica.names("wraps") for replica in keystore.replicas]
    assert rest[0] == rest[1] and len(rest[0]) == 1


def test_one_young_copy_keeps_it(keystore, lost):
    name = next(n for n in keystore.replicas[1].names("wraps") if "0009" in n)
    os.utime(keystore.replicas[1].folder / name, (LATER.timestamp(), LATER.timestamp()))
    assert seen(keystore) == {"REQ-115-0009": (False, False)}


@pytest.mark.parametrize("where", ["branch", "dropped", "staged", "untracked", "deleted"])
def test_a_key_that_anything_names_stays(keystore, lost, where):
    repo = Repo(keystore.root)
    record = sample("REQ", id="REQ-115-0009", sealed=lost)
    if where in ("branch", "dropped", "deleted"):
        repo.git("switch", "-q", "-c", "other")
        repo.put(record)
        repo.commit("other")
    if where == "deleted":
        repo.git("rm", "-q", "records/pingxi-es/115/REQ-115-0009.yaml")
        repo.commit("deleted")
        repo.git("switch", "-q", "-C", "main")
    elif where in ("branch", "dropped"):
        repo.git("switch", "-q", "main")
    if where == "dropped":
        repo.git("branch", "-q", "-D", "other")
    if where in ("staged", "untracked"):
        repo.put(record)
    if where == "staged":
        repo.git("add", "-A")
        (keystore.root / "records/pingxi-es/115/REQ-115-0009.yaml").unlink()
    assert seen(keystore) == {"REQ-115-0009": (False, True)}
    found = leftovers(custody(keystore, load_latest(keystore.root)), now=LATER)
    assert list(discard(keystore, found)) == []


def test_with_a_replica_away_nothing_is_said(keystore, lost, tmp_path):
    (tmp_path / "store-b").rename(tmp_path / "away")
    with pytest.raises(SealingError) as caught:
        seen(keystore)
    assert caught.value.code == "replica_offline"


def test_a_shallow_clone_cannot_tell(keystore, lost, tmp_path):
    whole = Repo(keystore.root)
    whole.commit("second")
    url, clone = f"file://{keystore.root}", keystore.root.parent / "clone"
    subprocess.run(["git", "clone", "-q", "--depth", "1", url, clone], check=True)
    (clone / "keystore.yaml").write_bytes((keystore.root / "keystore.yaml").read_bytes())
    assert cli.run(["keys", "discard", "--yes", "--root", str(clone)]) != 0
    assert any("0009" in name for name in keystore.replicas[0].names("wraps"))


def test_a_damaged_object_cannot_tell(keystore, lost):
    repo = Repo(keystore.root)
    oid = repo.git("rev-parse", "HEAD:records/pingxi-es/115/REQ-115-0001.yaml")
    file = keystore.root / ".git" / "objects" / oid[:2] / oid[2:]
    found = custody(keystore, load_latest(keystore.root))
    file.chmod(0o644)
    data = file.read_bytes()
    file.write_bytes(data[: len(data) // 2])
    with pytest.raises((SealingError, GitError)):
        leftovers(found, now=LATER)


def test_a_folder_without_git_cannot_tell(keystore, lost):
    (keystore.root / ".git").rename(keystore.root.parent / "git")
    with pytest.raises(GitError):
        seen(keystore)


def test_the_command_lists_first_and_removes_only_when_told(keystore, lost, capsys):
    words = ["keys", "discard", "--root", str(keystore.root)]
    assert cli.run(words) == 0
    said = capsys.readouterr().out
    assert f"{SITE}  {BATCH}  REQ-115-0009" in said and "may go 可移除" in said
    assert "nothing was removed" in said
    assert len(keystore.replicas[0].names("wraps")) == 2
    assert cli.run([*words, "--yes"]) == 0
    assert "1 keys removed" in capsys.readouterr().out
    assert cli.run(words) == 0
    assert capsys.readouterr().out == ""
