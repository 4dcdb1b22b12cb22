"""The inventory follows a move: only the addresses change, everything else stays to the byte."""

from __future__ import annotations

from pathlib import Path

import pytest

from cctv_policy.errors import PushError
from cctv_policy.push.addressing.inventory_edit import Change, follow

TEXT = """\
# 範例國小
schema: cctv-policy/inventory/1
recorders:
  - id: nvr-1   # by the door
    connect: {host: 163.20.1.5, user: cctv-audit}   # public, moves soon
    snmp:
        host: "163.20.1.5"
    probes:
      hosts: [163.20.1.5, '10.9.9.9']
    brand: 163.20.1.5
  - id: nvr-2
    connect:
      host: 163.20.1.5
"""


def inventory(tmp_path: Path, text: str = TEXT) -> Path:
    path = tmp_path / "example-es.yaml"
    path.write_bytes(text.encode())
    return path


def test_only_the_doors_of_the_recorder_change(tmp_path: Path) -> None:
    path = inventory(tmp_path)
    path.chmod(0o640)
    changes = follow(path, "nvr-1", "163.20.1.5", "10.1.1.10")
    assert changes == (
        Change(line=5, field="connect.host"),
        Change(line=7, field="snmp.host"),
        Change(line=9, field="probes.hosts"),
    )
    after = path.read_text(encoding="utf-8")
    pairs = zip(TEXT.splitlines(), after.splitlines(), strict=True)
    assert [new for old, new in pairs if old != new] == [
        "    connect: {host: 10.1.1.10, user: cctv-audit}   # public, moves soon",
        '        host: "10.1.1.10"',
        "      hosts: [10.1.1.10, '10.9.9.9']",
    ]
    assert path.stat().st_mode & 0o777 == 0o640
    assert [p.name for p in tmp_path.iterdir()] == ["example-es.yaml"]


def test_a_second_time_changes_nothing(tmp_path: Path) -> None:
    path = inventory(tmp_path)
    follow(path, "nvr-1", "163.20.1.5", "10.1.1.10")
    after = path.read_bytes()
    assert follow(path, "nvr-1", "163.20.1.5", "10.1.1.10") == ()
    assert path.read_bytes() == after


def test_a_missing_last_line_break_stays_missing(tmp_path: Path) -> None:
    path = inventory(tmp_path, TEXT.removesuffix("\n"))
    follow(path, "nvr-2", "163.20.1.5", "10.1.1.10")
    assert path.read_bytes().endswith(b"      host: 10.1.1.10")


@pytest.mark.parametrize("text", ["recorders: [\n", "recorders: []\n", "a: {b: 1}\n"])
def test_a_file_that_is_not_as_expected_is_left_alone(tmp_path: Path, text: str) -> None:
    path = inventory(tmp_path, text)
    with pytest.raises(PushError):
        follow(path, "nvr-1", "163.20.1.5", "10.1.1.10")
    assert path.read_text() == text


def test_an_anchor_that_others_use_is_left_alone(tmp_path: Path) -> None:
    """What strict YAML refuses was never an inventory; nothing is written into it."""
    text = TEXT.replace("connect:\n      host: 163.20.1.5", "connect: &c\n      host: 163.20.1.5")
    path = inventory(tmp_path, text)
    with pytest.raises(PushError):
        follow(path, "nvr-2", "163.20.1.5", "10.1.1.10")
    assert path.read_text(encoding="utf-8") == text


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(PushError):
        follow(tmp_path / "no.yaml", "nvr-1", "163.20.1.5", "10.1.1.10")
