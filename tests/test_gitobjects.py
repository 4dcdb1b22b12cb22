"""git objects through the command line (B20, B21): contents, every change, and clear errors."""

import os
import subprocess

import pytest

from cctv_policy.errors import GitError
from cctv_policy.gitobjects import Repository
from tests.records.repo import Repo


@pytest.fixture
def repo(tmp_path):
    return Repo(tmp_path / "r")


def code_of(call):
    with pytest.raises(GitError) as caught:
        call()
    assert caught.value.fix, "says what to do next"
    return caught.value.code


def test_tree_and_contents(repo):
    repo.write("records/a/一.yaml", "x: 1\n")
    repo.write("b", b"\0\n\xff")
    repo.commit()
    git = Repository.open(repo.folder)
    tree = git.tree("HEAD")
    assert [(e.mode, e.path) for e in tree] == [("100644", "b"), ("100644", "records/a/一.yaml")]
    assert [e.path for e in git.tree("HEAD", "records")] == ["records/a/一.yaml"]
    assert [data for _, data in git.blobs(e.oid for e in tree)] == [b"\0\n\xff", b"x: 1\n"]
    assert list(git.blobs([])) == []


def test_the_working_tree_is_never_read(repo):
    repo.write("a", "committed\n")
    repo.commit()
    repo.write("a", "edited\n")
    git = Repository.open(repo.folder)
    ((_, data),) = git.blobs(e.oid for e in git.tree("HEAD"))
    assert data == b"committed\n"


def test_the_index_is_what_was_staged(repo):
    repo.write("a", "committed\n")
    repo.commit()
    repo.write("a", "staged\n")
    repo.git("add", "a")
    repo.write("a", "edited\n")
    git = Repository.open(repo.folder)
    ((_, data),) = git.blobs(e.oid for e in git.index())
    assert data == b"staged\n"


def test_every_change_of_every_commit_comes_in_order(repo):
    repo.write("a", "1\n")
    one = repo.commit("one\n\nbody", at="2026-01-01T00:00:00+00:00")
    repo.write("a", "2\n")
    two = repo.commit("two")
    (repo.folder / "a").unlink()
    three = repo.commit("three")
    commits = list(Repository.open(repo.folder).commits("HEAD"))
    assert [c.oid for c in commits] == [one, two, three]
    assert [[(x.status, x.path) for x in c.changes] for c in commits] == [
        [("A", "a")],
        [("M", "a")],
        [("D", "a")],
    ]
    assert commits[0].message == "one\n\nbody"
    assert commits[0].committed_at == 1767225600
    assert commits[1].parents == (one,)


def test_commits_of_a_range_only(repo):
    repo.write("a", "1\n")
    one = repo.commit()
    two = repo.commit("empty")
    assert [c.oid for c in Repository.open(repo.folder).commits(two, without=[one])] == [two]


def test_what_a_merge_drops_is_seen(repo):
    repo.write("a", "1\n")
    repo.commit()
    repo.git("checkout", "-qb", "side")
    repo.write("b", "1\n")
    repo.commit()
    repo.git("checkout", "-q", "main")
    repo.write("c", "1\n")
    repo.commit()
    repo.git("merge", "-q", "-s", "ours", "-m", "merge", "side")
    merge = list(Repository.open(repo.folder).commits("HEAD"))[-1]
    assert merge.is_merge
    assert {(c.status, c.path) for c in merge.changes} == {("D", "b"), ("A", "c")}


def test_hostile_names_and_messages_stay_apart(repo):
    repo.write(":100644 a\nb\x01", "1\n")
    repo.commit("\x01fake\n:100644 100644 x y A")
    (commit,) = Repository.open(repo.folder).commits("HEAD")
    assert [c.path for c in commit.changes] == [":100644 a\nb\x01"]
    assert "fake" in commit.message


def test_the_callers_environment_and_settings_change_nothing(repo, monkeypatch):
    repo.write("a", "1\n")
    repo.commit()
    repo.git("mv", "a", "b")
    repo.commit()
    repo.git("config", "diff.renames", "copies")
    repo.git("config", "log.showSignature", "true")
    repo.git("config", "color.ui", "always")
    repo.git("config", "core.pager", "false")
    monkeypatch.setenv("GIT_DIR", "/nonexistent")
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", "false")
    monkeypatch.setenv("LANG", "zh_TW.Big5")
    commits = list(Repository.open(repo.folder).commits("HEAD"))
    assert {(c.status, c.path) for c in commits[-1].changes} == {("D", "a"), ("A", "b")}


def test_replaced_objects_are_not_believed(repo):
    repo.write("a", "true\n")
    repo.commit()
    true = repo.git("rev-parse", "HEAD:a")
    false = repo.git("hash-object", "-w", str(repo.write("b", "false\n")))
    repo.git("replace", true, false)
    ((_, data),) = Repository.open(repo.folder).blobs([true])
    assert data == b"true\n"


def test_b20_no_repository_no_commit_no_revision(repo, tmp_path):
    (tmp_path / "plain").mkdir()
    assert code_of(lambda: Repository.open(tmp_path / "plain")) == "no_repository"
    assert code_of(lambda: Repository.open(tmp_path / "gone")) == "no_repository"
    git = Repository.open(repo.folder)
    assert code_of(lambda: git.resolve("HEAD")) == "no_commits"
    repo.commit()
    assert code_of(lambda: git.resolve("other")) == "no_such_revision"
    assert code_of(lambda: git.resolve("--all")) == "no_such_revision"
    assert code_of(lambda: list(git.commits("other"))) == "no_such_revision"


def test_b20_a_folder_inside_a_repository_is_not_the_repository(repo):
    repo.write("sub/a", "1\n")
    assert code_of(lambda: Repository.open(repo.folder / "sub")) == "no_repository"
    assert code_of(lambda: Repository.open(repo.folder / ".git" / "refs")) == "no_repository"


def test_b20_bare_worktree_submodule_and_detached_are_readable(repo, tmp_path):
    repo.write("a", "1\n")
    head = repo.commit()
    repo.git("clone", "-q", "--bare", str(repo.folder), str(tmp_path / "bare"))
    bare = Repository.open(tmp_path / "bare")
    assert bare.bare
    assert [e.path for e in bare.tree("HEAD")] == ["a"]
    repo.git("worktree", "add", "-q", "--detach", str(tmp_path / "tree"))
    tree = Repository.open(tmp_path / "tree")
    assert tree.resolve("HEAD") == head
    assert tree.branch() is None
    assert tree.common_dir == repo.folder / ".git"
    other = Repo(tmp_path / "other")
    other.git(
        "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(repo.folder), "inner"
    )
    other.commit()
    inner = Repository.open(other.folder / "inner")
    assert [e.path for e in inner.tree("HEAD")] == ["a"]
    assert {e.mode for e in Repository.open(other.folder).tree("HEAD")} == {"100644", "160000"}


def test_b20_a_shallow_clone_says_so(repo, tmp_path):
    repo.commit("one")
    repo.commit("two")
    repo.git("clone", "-q", "--depth=1", f"file://{repo.folder}", str(tmp_path / "shallow"))
    assert Repository.open(tmp_path / "shallow").shallow
    assert not Repository.open(repo.folder).shallow


def test_b20_a_partial_clone_never_fetches(repo, tmp_path):
    repo.write("a", "1\n")
    repo.commit()
    repo.git("config", "uploadpack.allowFilter", "true")
    source = f"file://{repo.folder}"
    target = tmp_path / "partial"
    repo.git("clone", "-q", "--no-checkout", "--filter=blob:none", source, str(target))
    git = Repository.open(target)
    assert git.partial
    (entry,) = git.tree("HEAD")
    assert list(git.blobs([entry.oid])) == [(entry.oid, None)]


def loose(repo, oid):
    return repo.folder / ".git" / "objects" / oid[:2] / oid[2:]


def test_b21_missing_and_corrupt_blobs_leave_the_others_readable(repo):
    for n in range(10):
        repo.write(f"{n}", f"{n}\n")
    repo.commit()
    git = Repository.open(repo.folder)
    oids = [e.oid for e in git.tree("HEAD")]
    loose(repo, oids[2]).unlink()
    for n in (5, 6, 9):
        loose(repo, oids[n]).chmod(0o600)
        loose(repo, oids[n]).write_bytes(b"no zlib stream")
    found = list(git.blobs(oids))
    assert [oid for oid, _ in found] == oids
    assert [n for n, (_, data) in enumerate(found) if data is None] == [2, 5, 6, 9]


def test_b20_a_missing_tree_and_a_corrupt_pack_are_said(repo):
    repo.write("a/b", "1\n")
    repo.commit()
    tree = repo.git("rev-parse", "HEAD:a")
    loose(repo, tree).unlink()
    assert code_of(lambda: Repository.open(repo.folder).tree("HEAD")) == "corrupt"


def test_b20_a_truncated_pack_is_said(repo):
    repo.write("a/b", "1\n" * 1000)
    repo.commit()
    repo.git("gc", "-q")
    for pack in (repo.folder / ".git/objects/pack").glob("*.pack"):
        pack.chmod(0o600)
        pack.write_bytes(pack.read_bytes()[:40])
    git = Repository.open(repo.folder)
    assert code_of(lambda: list(git.commits("HEAD"))) in ("corrupt", "no_commits")


def test_b20_without_git_the_message_says_so(repo, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert code_of(lambda: Repository.open(repo.folder)) == "no_git"


def test_ancestry_and_refs(repo):
    one = repo.commit("one")
    two = repo.commit("two")
    git = Repository.open(repo.folder)
    assert git.is_ancestor(one, two)
    assert not git.is_ancestor(two, one)
    assert git.refs() == {"refs/heads/main": two}
    assert git.branch() == "refs/heads/main"
    assert git.has(one)
    assert not git.has("1" * 40)


def test_pushed_objects_are_seen_only_through_the_quarantine(repo, tmp_path):
    repo.commit()
    place = tmp_path / "quarantine"
    place.mkdir()
    environ = {
        "GIT_OBJECT_DIRECTORY": str(place),
        "GIT_ALTERNATE_OBJECT_DIRECTORIES": str(repo.folder / ".git/objects"),
    }
    oid = (
        subprocess.run(
            ["git", "-C", str(repo.folder), "hash-object", "-w", "--stdin"],
            input=b"pushed\n",
            env={**os.environ, **environ},
            capture_output=True,
            check=True,
        )
        .stdout.decode()
        .strip()
    )
    assert list(Repository.open(repo.folder).blobs([oid])) == [(oid, None)]
    git = Repository.open(repo.folder, quarantine={**environ, "GIT_DIR": "/nonexistent"})
    assert list(git.blobs([oid])) == [(oid, b"pushed\n")]
