"""The wheel: built, installed into a fresh environment, used from another folder."""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
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
    """A fresh environment with the wheel; its dependencies are those of the running one."""
    fresh, here = tmp_path / "venv", tmp_path / "elsewhere"
    here.mkdir()
    subprocess.run([sys.executable, "-m", "venv", str(fresh)], check=True)
    python = str(fresh / "bin" / "python")
    install = [python, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", str(wheel)]
    subprocess.run(install, check=True)
    [packages] = fresh.glob("lib/python*/site-packages")
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")

    def tool(*arguments: str, program: str = str(fresh / "bin" / "cctv-policy")) -> str:
        return subprocess.run(
            [program, *arguments],
            cwd=here,
            env={"PATH": "/usr/bin:/bin", "LANG": "C"},
            check=True,
            capture_output=True,
            timeout=120,
        ).stdout.decode()

    where = tool("-c", "import cctv_policy; print(cctv_policy.__file__)", program=python)
    assert where.startswith(str(fresh))
    told = json.loads(tool("demo", "--format", "json"))
    assert told["pack"]["id"] == "tw-ntpc-school"
    assert "晴溪國小" in tool("demo")
    assert "A4.3-retention-min" in tool("rules")
    tool("bundle", "-o", "bundle.tar.gz")
    assert [path.name for path in here.iterdir()] == ["bundle.tar.gz"]
