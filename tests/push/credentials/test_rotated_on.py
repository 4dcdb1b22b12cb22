"""The day of a rotation in the inventory: an edit for review that changes nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from cctv_policy.errors import PushError
from cctv_policy.push.addressing.inventory_edit import rotated

TEXT = """\
schema: cctv-policy/inventory/1   # kept
recorders:
  - id: nvr-1
    accounts:
      - account: admin      # the first one
        role: admin
        secret: a/nvr-1/admin  # in the vault
      - {account: view, role: viewer, secret: a/nvr-1/view}
      - account: old
        rotated_on: "2025-01-02"
        role: viewer
        secret: a/nvr-1/old
    cameras:
      - id: cam-1
        login: {user: admin, secret: a/cam-1}
  - id: nvr-2
    accounts:
      - {account: admin, role: admin, secret: a/nvr-1/admin}
"""


@pytest.mark.parametrize(
    ("secret", "line"),
    [
        ("a/nvr-1/admin", "        rotated_on: 2026-11-27"),
        (
            "a/nvr-1/view",
            "      - {account: view, role: viewer, secret: a/nvr-1/view, rotated_on: 2026-11-27}",
        ),
        ("a/nvr-1/old", '        rotated_on: "2026-11-27"'),
        ("a/cam-1", "        login: {user: admin, secret: a/cam-1, rotated_on: 2026-11-27}"),
    ],
)
def test_only_the_day_of_that_account_changes(tmp_path: Path, secret: str, line: str) -> None:
    path = tmp_path / "school.yaml"
    path.write_text(TEXT)
    assert rotated(path, "nvr-1", secret, "2026-11-27") is not None
    before, after = TEXT.splitlines(), path.read_text().splitlines()
    changed = [new for new in after if new not in before]
    assert changed == [line] and len(after) - len(before) in (0, 1)
    assert rotated(path, "nvr-1", secret, "2026-11-27") and path.read_text().splitlines() == after


def test_a_secret_without_a_day_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "school.yaml"
    path.write_text(TEXT)
    assert rotated(path, "nvr-2", "a/nvr-2/snmp", "2026-11-27") is None
    assert path.read_text() == TEXT


def test_a_file_that_is_no_yaml_any_more_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "school.yaml"
    path.write_text("recorders: [\n")
    with pytest.raises(PushError):
        rotated(path, "nvr-1", "a/nvr-1/admin", "2026-11-27")
    assert path.read_text() == "recorders: [\n"
