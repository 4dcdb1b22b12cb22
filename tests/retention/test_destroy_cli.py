"""`cctv-policy destroy …` on a district's folder with the sample inventory."""

import shutil
from pathlib import Path

import pytest

from cctv_policy import cli
from tests.records.samples import SITE
from tests.retention.office import DST, Office

INVENTORY = Path(__file__).parents[2] / "inventory"


@pytest.fixture
def office(tmp_path):
    office = Office(tmp_path)
    root = office.repo.folder / "inventory"
    shutil.copytree(INVENTORY / "schools", root / "schools")
    shutil.copy(INVENTORY / "district.yaml", root / "district.yaml")
    return office


def run(office, verb, *words):
    return cli.run(["destroy", verb, "--root", str(office.repo.folder), *words])


def test_plan_check_run_verify(office, capsys):
    name = f"{SITE}/{DST}"
    assert run(office, "plan", "--school", SITE) == 0
    assert "REQ-114-0001  from 2026-02-11" in capsys.readouterr().out
    assert run(office, "approve-check", name) == 0
    assert run(office, "verify") == 2
    witnesses = ["--witness", "P-0001", "--witness", "P-0002"]
    assert run(office, "run", name, *witnesses) == 64  # not confirmed, and no terminal to ask
    assert office.keys_of("REQ-114-0001") == [1, 1]
    assert run(office, "run", name, "--confirm", DST) == 1
    assert "no_witness" in capsys.readouterr().err
    assert run(office, "run", name, *witnesses, "--confirm", DST) == 0
    assert office.keys_of("REQ-114-0001") == [0, 0]
    office.repo.commit(DST)
    assert run(office, "verify") == 0
    assert run(office, "verify", f"{SITE}/DST-115-0009") == 1
    (office.folder / "store-b").rename(office.folder / "away")
    assert run(office, "verify") == 2
