"""The wheel: built, installed into a fresh environment, used from another folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built by the build backend itself, which needs no network."""
    folder = tmp_path_factory.mktemp("dist")
    build = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", build, str(folder)], cwd=ROOT, check=True)
    [path] = folder.glob("*.whl")
    return path


def test_the_wheel_carries_what_the_tool_needs(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for wanted in (
        "cctv_policy/_bundle/policies/cctv/main.rego",
        "cctv_policy/_bundle/policies/regulations/tw-ntpc-school.yaml",
        "cctv_policy/_bundle/inventory/district.yaml",
        "cctv_policy/_bundle/inventory/evidence/recorded/qingxi-es/qingxi-nvr-1.json",
        "cctv_policy/_bundle/checks/test_district.py",
        "cctv_policy/data/default_credentials.csv",
        "cctv_policy/drivers/sh/linux.sh",
        "cctv_policy/drivers/sudoers/motion",
        "cctv_policy/py.typed",
    ):
        assert wanted in names, wanted
    assert not [name for name in names if "__pycache__" in name or name.startswith("tests/")]


def test_the_installed_tool_works_from_any_folder(wheel: Path, tmp_path: Path) -> None:
    """The dependencies are those of this environment, the package is the wheel's."""
    target = tmp_path / "site"
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(target)
    here = tmp_path / "elsewhere"
    here.mkdir()

    def tool(*arguments: str) -> bytes:
        # -I would hide the wheel; -P keeps the current folder out. An editable install comes later.
        return subprocess.run(
            [sys.executable, "-P", "-m", "cctv_policy", *arguments],
            cwd=here,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(target)},
            check=True,
            capture_output=True,
            timeout=120,
        ).stdout

    where = subprocess.run(
        [sys.executable, "-P", "-c", "import cctv_policy; print(cctv_policy.__file__)"],
        cwd=here,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(target)},
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert where.startswith(str(target))
    told = json.loads(tool("demo", "--format", "json"))
    assert told["pack"]["id"] == "tw-ntpc-school"
    assert b"A4.3-retention-min" in tool("rules")
    tool("bundle", "-o", "bundle.tar.gz")
    assert [path.name for path in here.iterdir()] == ["bundle.tar.gz"]
