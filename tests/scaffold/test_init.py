"""`init`: a repository that works at once, hooks that refuse, a server that cannot be fooled."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from cctv_policy.cli import run
from cctv_policy.records import PREFIXES
from cctv_policy.records.load import load_records
from cctv_policy.strictyaml import parse
from tests.records.samples import sample

ID = "F123456784"
"""A synthetic identity number with a right check digit."""


def git(folder: Path, *words: str, ok: bool = True) -> str:
    """git as a person at that folder, with this installation's command on the PATH."""
    import sys

    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    who = {"GIT_AUTHOR_NAME": "P-0001", "GIT_AUTHOR_EMAIL": "p-0001@example.invalid"}
    who |= {k.replace("AUTHOR", "COMMITTER"): v for k, v in who.items()}
    clean = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    done = subprocess.run(
        ["git", "-C", str(folder), *words],
        capture_output=True,
        text=True,
        env=clean | who | {"PATH": path, "GIT_CONFIG_GLOBAL": "/dev/null"},
        check=False,
    )
    assert (done.returncode == 0) is ok, done.stderr
    return done.stdout + done.stderr


@pytest.fixture
def district(tmp_path: Path) -> Path:
    folder = tmp_path / "my-district"
    assert run(["init", str(folder), "--name-zh", "晴雲教育局", "--name-en", "Qingyun"]) == 0
    return folder


def test_a_new_district_is_judged_at_once_and_nothing_is_green(
    district: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert run(["check", "--root", str(district), "--lang", "en"]) == 2
    assert "unknown" in capsys.readouterr().out
    assert run(["inventory", "--root", str(district)]) == 0
    assert "my-district" in capsys.readouterr().out


def test_everything_is_committed_and_the_settings_keep_it(district: Path) -> None:
    assert git(district, "status", "--porcelain") == ""
    assert git(district, "config", "core.fsync").strip() == "all"
    assert git(district, "config", "core.hooksPath").strip() == ".githooks"
    names = git(district, "ls-files").split()
    for name in (
        ".github/workflows/cctv.yml",
        ".gitea/workflows/cctv.yml",
        ".gitlab-ci.yml",
        ".github/CODEOWNERS",
        ".github/PULL_REQUEST_TEMPLATE/request.md",
        ".github/PULL_REQUEST_TEMPLATE/inspection.md",
        ".githooks/pre-commit",
        "checks/test_district.py",
        "inventory/district.yaml",
    ):
        assert name in names
    assert "@" not in (district / "inventory" / "district.yaml").read_text()


def test_b08_git_itself_keeps_the_line_ends_whatever_the_editor_wrote(district: Path) -> None:
    path = "records/example-es/115/AST-115-0001.yaml"
    (district / path).parent.mkdir(parents=True)
    (district / path).write_bytes(b"a: 1\r\nb: 2\r\n")
    git(district, "-c", "core.autocrlf=true", "add", path)
    assert git(district, "check-attr", "eol", path).strip() == f"{path}: eol: lf"
    assert "i/lf" in git(district, "ls-files", "--eol", path)


def test_its_yaml_is_strict_yaml_too(district: Path) -> None:
    for path in (district / "inventory").rglob("*.yaml"):
        assert not isinstance(parse(path.read_bytes(), path=path.name), list)


def test_the_hooks_refuse_personal_data_in_a_record_and_in_a_message(district: Path) -> None:
    record = district / "records" / "example-es" / "115" / "AST-115-0001.yaml"
    record.parent.mkdir(parents=True)
    record.write_text(f"schema_version: '1'\nname: {ID}\n", encoding="utf-8")
    git(district, "add", "-A")
    told = git(district, "commit", "-q", "-m", "AST-115-0001", ok=False)
    assert "pii_in_clear" in told and ID not in told
    git(district, "reset", "-q", "--hard")
    told = git(district, "commit", "-q", "--allow-empty", "-m", f"for {ID}", ok=False)
    assert "pii_in_clear" in told and ID not in told
    git(district, "commit", "-q", "--allow-empty", "-m", "AST-115-0001")


def test_the_server_accepts_the_first_push_and_refuses_force_and_deletion(
    district: Path, tmp_path: Path
) -> None:
    server = tmp_path / "server.git"
    assert run(["init", "--server", str(server)]) == 0
    git(district, "remote", "add", "origin", str(server))
    git(district, "push", "-q", "origin", "main")
    (district / "README.md").write_text("more\n", encoding="utf-8")
    git(district, "commit", "-q", "-a", "-m", "README")
    git(district, "push", "-q", "origin", "main")
    git(district, "reset", "-q", "--hard", "HEAD~1")
    git(district, "push", "-q", "--force", "origin", "main", ok=False)
    git(district, "push", "-q", "--delete", "origin", "main", ok=False)
    data = sample("AST") | {"id": "AST-115-0001", "site_id": "example-es", "name": "x"}
    record = district / "records" / "example-es" / "115" / "AST-115-0001.yaml"
    record.parent.mkdir(parents=True)
    record.write_text(f"name: {data['name']}\n", encoding="utf-8")
    git(district, "add", "-A")
    git(district, "commit", "-q", "--no-verify", "-m", "AST-115-0001")
    git(district, "pull", "-q", "--no-rebase", "--no-edit", "origin", "main")
    told = git(district, "push", "-q", "origin", "main", ok=False)
    assert "AST-115-0001.yaml" in told


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--id", "My District"], "cannot be the id"),
        (["--pack", "no-such-pack"], "no-such-pack"),
        (["--name-zh", 'a"b'], "--name-zh"),
        (["--id", "x-1", "--name-en", "a\nb"], "--name-en"),
    ],
)
def test_wrong_words_are_explained_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], told: str
) -> None:
    folder = tmp_path / "new"
    assert run(["init", str(folder), *words]) == 64
    assert told in capsys.readouterr().err
    assert not folder.exists()


def test_a_folder_with_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    for words in ([], ["--sample"], ["--server"]):
        assert run(["init", str(tmp_path), *words]) == 64
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]


def test_the_sample_has_a_history_of_many_kinds_and_nothing_personal_in_clear(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "sample"
    assert run(["init", "--sample", str(folder)]) == 0
    records = load_records(folder)
    assert not records.faults
    assert {key[1][:3] for key in records.records} == set(PREFIXES), "every kind once"
    assert len(records.records) >= 30
    assert int(git(folder, "rev-list", "--count", "HEAD")) > 40
    for word in (ID, "王小明", "周大偉", "書包"):
        told = git(folder, "log", "-p", "--all", "--pickaxe-all", f"-S{word}", "--format=%H")
        assert told.strip() == "", word
    capsys.readouterr()
    assert run(["records", "check", "--root", str(folder)]) == 0, capsys.readouterr()
