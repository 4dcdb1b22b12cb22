"""Inventory: cases are files under inventory_cases/; the sample district loads and is usable."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import runpy
import shutil
import tempfile
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter
from ruamel.yaml import YAML

from cctv_policy.errors import InventoryError
from cctv_policy.inventory import (
    District,
    Inventory,
    School,
    known_hosts_text,
    load_inventory,
    pyinfra_groups,
    write_known_hosts,
)
from cctv_policy.inventory.fields import is_private
from cctv_policy.strictyaml import SENTENCES, Fault
from tests.soak import drawn

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "inventory"
CASES = Path(__file__).parent / "inventory_cases"
AS_OF = dt.date(2026, 11, 22)
DRIVERS = ("motion", "motioneye", "zoneminder", "segment", "snmp", "local", "manual")


@pytest.fixture(scope="module")
def sample() -> Inventory:
    return load_inventory(SAMPLE, as_of=AS_OF, drivers=DRIVERS)


@pytest.fixture
def district(tmp_path: Path) -> Path:
    """A good inventory of one school that a test may break."""
    return Path(shutil.copytree(CASES / "good", tmp_path / "inventory"))


def faults(folder: Path) -> list[Fault]:
    with pytest.raises(InventoryError) as caught:
        load_inventory(folder, as_of=AS_OF, drivers=DRIVERS)
    found = [f for f in caught.value.faults if isinstance(f, Fault)]
    assert len(found) == len(caught.value.faults)
    assert all(f.code in SENTENCES for f in found)
    return found


def codes(found: list[Fault]) -> list[str]:
    return [f"{f.code}@{f.line}" for f in found]


def blocks() -> list[Any]:
    """(old text, new text, wanted faults) of every block in faults.txt."""
    out = []
    for block in (CASES / "faults.txt").read_text(encoding="utf-8").split("\n\n")[1:]:
        name, old, new, want = block.strip().split("\n")
        out.append(pytest.param(old[2:], new[2:], sorted(want[1:].split()), id=name))
    return out


@pytest.mark.parametrize(("old", "new", "want"), blocks())
def test_fault_has_code_and_line(old: str, new: str, want: list[str], district: Path) -> None:
    file = district / "schools" / "alpha-es.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    at = text.index("network:") if "address: 10.1.1.10" in old else 0  # host comes first
    file.write_text(text[:at] + text[at:].replace(old, new, 1), encoding="utf-8")
    if not want:
        load_inventory(district, as_of=AS_OF, drivers=DRIVERS)
        return
    found = faults(district)
    assert sorted(codes(found)) == want
    assert "unter2" not in str(found)


def test_faults_of_all_files_are_reported_at_once(district: Path) -> None:
    good = (district / "schools" / "alpha-es.yaml").read_text(encoding="utf-8")
    for name in ("beta-es", "gamma-es"):
        text = good.replace("alpha-", f"{name[:-3]}-").replace("in_use", "used")
        (district / "schools" / f"{name}.yaml").write_text(text, encoding="utf-8")
    (district / "district.yaml").write_bytes(b"id: x\r\n")
    (district / "schools" / "delta-es.yaml").write_bytes("name: 國小".encode("cp950"))
    assert [(f.path, f.code) for f in faults(district)] == [
        ("inventory/district.yaml", "line_ending"),
        ("inventory/schools/beta-es.yaml", "bad_choice"),
        ("inventory/schools/delta-es.yaml", "encoding"),
        ("inventory/schools/gamma-es.yaml", "bad_choice"),
    ]


def test_ids_are_unique_across_schools(district: Path) -> None:
    text = (district / "schools" / "alpha-es.yaml").read_text(encoding="utf-8")
    text = text.replace("id: alpha-es", "id: beta-es")
    (district / "schools" / "beta-es.yaml").write_text(text, encoding="utf-8")
    found = faults(district)
    assert codes(found) == ["duplicate_id@10", "duplicate_id@36", "duplicate_id@41"]
    assert "schools/alpha-es.yaml:10" in found[0].what


def test_schools_may_use_the_same_private_range(district: Path) -> None:
    text = (district / "schools" / "alpha-es.yaml").read_text(encoding="utf-8")
    (district / "schools" / "beta-es.yaml").write_text(text.replace("alpha", "beta"), "utf-8")
    assert len(load_inventory(district).schools) == 2


def test_inventory_without_schools_is_an_error(district: Path) -> None:
    (district / "schools" / "alpha-es.yaml").unlink()
    assert codes(faults(district)) == ["empty_inventory@0"]


def test_inventory_without_recorders_is_an_error(district: Path) -> None:
    file = district / "schools" / "alpha-es.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text[: text.index("recorders:")] + "recorders: []\n", encoding="utf-8")
    assert codes(faults(district)) == ["empty_inventory@0"]


def test_missing_folder_is_a_message(tmp_path: Path) -> None:
    assert codes(faults(tmp_path / "nowhere")) == ["missing_file@0", "missing_file@0"]


@pytest.mark.parametrize("name", ["beta.yml", "beta.YAML", "notes.txt"])
def test_file_that_would_be_skipped_is_a_fault(name: str, district: Path) -> None:
    (district / "schools" / name).write_text("id: x\n", encoding="utf-8")
    assert codes(faults(district)) == ["bad_path@0"]


def test_link_and_folder_are_not_schools(district: Path) -> None:
    (district / "schools" / "beta.yaml").symlink_to(district / "schools" / "alpha-es.yaml")
    (district / "schools" / "gamma.yaml").mkdir()
    assert codes(faults(district)) == ["bad_path@0", "bad_path@0"]


def test_file_of_another_kind_is_not_opened(district: Path) -> None:
    (district / "district.yaml").unlink()
    os.mkfifo(district / "district.yaml")
    assert codes(faults(district)) == ["unreadable@0"]


def test_error_text_has_every_line(district: Path) -> None:
    (district / "schools" / "alpha-es.yaml").write_bytes(b"a: 1\nb: x\ta\n")
    with pytest.raises(InventoryError) as caught:
        load_inventory(district)
    assert "1 fault(s) in 1 file(s)" in str(caught.value)
    assert "inventory/schools/alpha-es.yaml:2: bad_character: 含有不允許的字元" in str(caught.value)
    assert "(a tab (U+0009))" in str(caught.value)


def test_dates_need_no_clock(district: Path) -> None:
    file = district / "schools" / "alpha-es.yaml"
    text = file.read_text(encoding="utf-8").replace("rotated_on: 2025", "rotated_on: 2999")
    file.write_text(text, encoding="utf-8")
    assert load_inventory(district).schools


# the sample district --------------------------------------------------------------------------


def test_sample_has_every_kind_of_driver_and_six_schools(sample: Inventory) -> None:
    assert len(sample.schools) >= 6
    assert {r.driver for _, r in sample.recorders()} == set(DRIVERS)
    assert {s.site_type for s in sample.schools} >= {"elementary", "junior_high", "kindergarten"}
    assert all(len(r.cameras) >= 2 for _, r in sample.recorders() if r.in_use)


def test_sample_has_a_kindergarten_on_the_schools_recorder(sample: Inventory) -> None:
    school = next(s for s in sample.schools if s.id == "haiwu-es")
    (recorder,) = school.recorders
    assert {school.area(c.area).type for c in recorder.cameras} == {"campus", "kindergarten"}
    assert [recorder.retention_days(c) for c in recorder.cameras] == [22, 22, 31, 31]


def test_sample_addresses_are_private(sample: Inventory) -> None:
    hosts = [r.connect.host for _, r in sample.recorders() if r.connect]
    assert all(is_private(h) for h in hosts)
    assert all(is_private(c.address) for _, _, c in sample.cameras() if c.address)


def test_source_and_line_point_at_the_declaration(sample: Inventory) -> None:
    for _, recorder, camera in sample.cameras():
        lines = (ROOT / camera.source).read_text(encoding="utf-8").splitlines()
        assert f"id: {camera.id}" in lines[camera.line - 1]
        assert f"- id: {recorder.id}" in lines[recorder.line - 1]
        assert (camera.recorder, camera.site) == (recorder.id, recorder.site)


@pytest.mark.parametrize(
    "file",
    ["district.yaml", *(f"schools/{p.name}" for p in sorted((SAMPLE / "schools").glob("*.yaml")))],
)
def test_editors_accept_the_sample(file: str) -> None:
    text = (SAMPLE / file).read_text(encoding="utf-8")
    first = text.splitlines()[0]
    assert first.startswith("# yaml-language-server: $schema=")
    schema = (SAMPLE / file).parent / first.split("=", 1)[1]
    loader = YAML(typ="safe", pure=True)
    data = json.loads(json.dumps(loader.load(text), default=str))
    jsonschema.validate(data, json.loads(schema.read_text(encoding="utf-8")))


# pyinfra --------------------------------------------------------------------------------------


def test_pyinfra_inventory_has_groups_of_hosts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CCTV_STATE", str(tmp_path))
    monkeypatch.setenv("CCTV_SSH_KEYS", str(tmp_path / "keys"))
    module = runpy.run_path(str(SAMPLE / "pyinfra_inventory.py"))
    groups = {k: v for k, v in module.items() if isinstance(v, list)}
    assert {"recorders", "site_haiwu_es", "driver_motion", "driver_zoneminder"} <= set(groups)
    assert [name for name, _ in groups["site_yunling_jh"]] == ["yunling-nvr-1", "yunling-nvr-2"]
    data = dict(groups["driver_motion"])["yunling-nvr-2"]
    assert (data["ssh_hostname"], data["ssh_port"]) == ("10.64.1.11", 2222)
    assert data["ssh_strict_host_key_checking"] == "yes"
    assert data["ssh_key"] == str(tmp_path / "keys/yunling-jh/yunling-nvr-2/ssh")
    pins = Path(data["ssh_known_hosts_file"]).read_text(encoding="utf-8")
    assert "[10.64.1.11]:2222 ssh-ed25519 AAAA" in pins


def test_only_recorders_in_use_are_hosts(sample: Inventory) -> None:
    names = [n for n, _ in pyinfra_groups(sample, known_hosts=Path("k"))["recorders"]]
    assert "yunling-nvr-old" not in names
    assert "xinghe-nvr-spare" not in names
    assert "this-machine" not in names
    assert "xinghe-nvr-3" in names


def test_known_hosts_is_replaced_whole(sample: Inventory, tmp_path: Path) -> None:
    file = tmp_path / "state" / "known_hosts"
    for _ in range(2):
        assert write_known_hosts(sample, file).read_text("utf-8") == known_hosts_text(sample)
    assert [p.name for p in file.parent.iterdir()] == ["known_hosts"]


# documentation and fuzzing --------------------------------------------------------------------

DOCS = (ROOT / "docs" / "inventory.md").read_text(encoding="utf-8")


def test_documented_school_loads(district: Path) -> None:
    example = DOCS.split("```yaml\n", 1)[1].split("```", 1)[0]
    (district / "schools" / "example-es.yaml").write_text(example, encoding="utf-8")
    assert len(load_inventory(district, as_of=AS_OF, drivers=DRIVERS).schools) == 2


def test_documented_python_runs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    exec(DOCS.split("```python\n", 1)[1].split("```", 1)[0], {})  # noqa: S102 - our own docs
    assert "qingxi-nvr-1" in capsys.readouterr().out


@pytest.mark.parametrize("model", [District, School])
def test_every_field_is_documented(model: type[District | School]) -> None:
    parts = TypeAdapter(model).json_schema()
    for part in (parts, *parts["$defs"].values()):
        for name in part.get("properties", {}):
            assert f"`{name}`" in DOCS, f"{part['title']}.{name}"


def test_every_fault_code_is_documented() -> None:
    tables = [*CASES.glob("*.txt"), *(ROOT / "tests" / "yaml_cases").glob("*/expected.txt")]
    used = {code for t in tables for code in re.findall(r"([a-z_]+)@\d", t.read_text("utf-8"))}
    assert len(used) > 30
    assert [code for code in sorted(used) if f"| `{code}` |" not in DOCS] == []


@drawn(short=60, long=5_000)
@given(data=st.data())
def test_mutated_inventory_loads_or_is_refused(data: st.DataObject) -> None:
    text = (CASES / "good" / "schools" / "alpha-es.yaml").read_text(encoding="utf-8")
    lines = text.splitlines(keepends=True)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(lines) - 1))
        lines[at] = data.draw(
            st.sampled_from(
                ["", "  " + lines[at], lines[at] * 2, lines[at].split(":")[0] + ": null\n"]
                + [lines[at].split(":")[0] + end for end in (": []\n", ": {}\n", ": x\n", ": 1\n")]
            )
        )
    with tempfile.TemporaryDirectory() as folder:
        good = Path(shutil.copytree(CASES / "good", Path(folder) / "inventory"))
        (good / "schools" / "alpha-es.yaml").write_text("".join(lines), encoding="utf-8")
        try:
            assert load_inventory(good, as_of=AS_OF, drivers=DRIVERS).schools
        except InventoryError as error:
            assert error.faults
