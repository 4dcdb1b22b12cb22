"""Named secrets: where they may lie, who may read them, and that they show themselves nowhere."""

from __future__ import annotations

import json
import os
import pickle
from pathlib import Path

import pytest

from cctv_policy.drivers.base import Secret
from cctv_policy.errors import SecretError
from cctv_policy.secretstore import (
    EnvironmentStore,
    Fingerprints,
    FirstOf,
    FolderStore,
    ReadOnce,
    SecretMissingError,
)

VALUE = "canary-7f3a9e"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A store with one secret of several parts."""
    place = tmp_path / "secrets"
    (place / "site" / "nvr").mkdir(parents=True)
    place.chmod(0o700)
    file = place / "site/nvr/admin"
    file.write_text(f"{VALUE}\n")
    file.chmod(0o600)
    return place


def test_a_file_of_the_owner_is_read_without_its_line_break(folder: Path) -> None:
    assert FolderStore(folder).get("site/nvr/admin").reveal() == VALUE


def test_only_one_line_break_is_taken_off(folder: Path) -> None:
    (folder / "site/nvr/admin").write_text(f" {VALUE} \r\n")
    assert FolderStore(folder).get("site/nvr/admin").reveal() == f" {VALUE} "


def test_an_empty_file_is_an_empty_secret(folder: Path) -> None:
    (folder / "site/nvr/admin").write_text("")
    assert FolderStore(folder).get("site/nvr/admin").reveal() == ""


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644, 0o666])
def test_a_file_that_others_may_touch_is_refused(folder: Path, mode: int) -> None:
    (folder / "site/nvr/admin").chmod(mode)
    with pytest.raises(SecretError, match="others may") as caught:
        FolderStore(folder).get("site/nvr/admin")
    assert VALUE not in str(caught.value) and "chmod 600" in str(caught.value)


def test_a_folder_that_others_may_read_is_refused(folder: Path) -> None:
    folder.chmod(0o755)
    with pytest.raises(SecretError, match="others may"):
        FolderStore(folder).get("site/nvr/admin")


@pytest.mark.parametrize(
    "name", ["../etc/passwd", "/etc/passwd", "a/../b", "", ".", "a//b", "a\n", "-x", "a/" * 9 + "b"]
)
def test_a_name_is_never_a_path_out(folder: Path, name: str) -> None:
    with pytest.raises(SecretError, match="cannot be the name"):
        FolderStore(folder).get(name)


def test_links_folders_and_pipes_are_refused(folder: Path) -> None:
    (folder / "link").symlink_to(folder / "site/nvr/admin")
    os.mkfifo(folder / "pipe", 0o600)
    for name in ("link", "pipe", "site"):
        with pytest.raises(SecretError):
            FolderStore(folder).get(name)


def test_a_linked_folder_is_refused(folder: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o700)
    (elsewhere / "admin").write_text(VALUE)
    (elsewhere / "admin").chmod(0o600)
    (folder / "linked").symlink_to(elsewhere)
    with pytest.raises(SecretError):
        FolderStore(folder).get("linked/admin")


def test_what_is_no_text_or_too_much_is_refused(folder: Path) -> None:
    for content in (b"\xff\xfe", b"x" * 70_000):
        (folder / "site/nvr/admin").write_bytes(content)
        with pytest.raises(SecretError):
            FolderStore(folder).get("site/nvr/admin")


def test_the_environment_is_asked_by_a_plain_variable() -> None:
    store = EnvironmentStore({"CCTV_SECRET_SITE_NVR_1_ADMIN": VALUE})
    assert store.get("site/nvr-1/admin").reveal() == VALUE
    with pytest.raises(SecretMissingError, match="CCTV_SECRET_OTHER"):
        store.get("other")


def test_stores_are_asked_in_turn(folder: Path) -> None:
    store = FirstOf(FolderStore(folder), EnvironmentStore({"CCTV_SECRET_OTHER": "elsewhere"}))
    assert store.get("site/nvr/admin").reveal() == VALUE
    assert store.get("other").reveal() == "elsewhere"
    with pytest.raises(SecretMissingError) as caught:
        store.get("no/such")
    assert "CCTV_SECRET_NO_SUCH" in str(caught.value) and str(folder) in str(caught.value)


def test_a_run_reads_a_secret_once_and_asks_again_for_a_missing_one(folder: Path) -> None:
    store = ReadOnce(FolderStore(folder))
    assert store.get("site/nvr/admin").reveal() == VALUE
    with pytest.raises(SecretMissingError):
        store.get("site/nvr/late")
    for name in ("admin", "late"):
        (folder / "site/nvr" / name).write_text("later\n")
        (folder / "site/nvr" / name).chmod(0o600)
    assert store.get("site/nvr/admin").reveal() == VALUE
    assert store.get("site/nvr/late").reveal() == "later"


def test_an_open_file_is_not_passed_over(folder: Path) -> None:
    (folder / "site/nvr/admin").chmod(0o644)
    with pytest.raises(SecretError, match="others may"):
        FirstOf(FolderStore(folder), EnvironmentStore({})).get("site/nvr/admin")


def test_a_secret_shows_itself_nowhere() -> None:
    secret = Secret(VALUE)
    assert VALUE not in f"{secret}{secret!r}{secret!s}{[secret]}{secret:>30}"
    with pytest.raises(TypeError):
        pickle.dumps(secret)
    with pytest.raises(TypeError):
        json.dumps(secret)


def test_fingerprints_are_equal_within_a_run_only() -> None:
    run = Fingerprints()
    assert run.of(Secret("a")) == run.of(Secret("a")) != run.of(Secret("b"))
    assert run.of(Secret("a")) != Fingerprints().of(Secret("a"))
