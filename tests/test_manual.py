"""Answer sheets: good ones become dated evidence, bad ones say file and line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from cctv_policy import inventory
from cctv_policy.drivers import manual
from cctv_policy.drivers.base import Reading
from cctv_policy.facts import FACTS
from cctv_policy.state import Observation, Why
from tests.collecting import context, district, recorder

SHEET = """\
schema: cctv-policy/answers/1
recorder: nvr-1
answered_by: P-0007
answered_on: 2026-11-20
answers:
  device.brand: Dahua
  services.telnet: false
  uptime_s: 86400
  interfaces:
    - name: LAN1
      admin_up: true
      oper_up: null
      addresses: [{address: 10.1.2.3, prefixlen: 24, origin: static}]
  accounts:
    - {name: admin, role: admin, enabled: true, is_default_password: false}
    - {name: "888888", role: admin, enabled: false, is_default_password: null}
  channels: null
cameras:
  cam-1:
    services.rtsp_auth: digest
evidence:
  - {kind: photo, sha256: SHA, note: 設定畫面}
signature: sheet.yaml.sig
""".replace("SHA", "ab" * 32)

ROUTER = """\
schema: cctv-policy/router/1
site: alpha-es
checked_by: P-0007
checked_at: 2026-11-02T10:00:00+08:00
port_forwards:
  - {external_port: 8000, internal_address: 10.1.2.3, internal_port: 80, protocol: tcp}
dmz_host: null
static_nat: []
"""


def read(tmp_path: Path, text: str | bytes, **changed: object) -> Reading:
    data = text.encode() if isinstance(text, str) else text
    (tmp_path / "sheet.yaml").write_bytes(data)
    device = recorder(driver="manual", **{"answers": "sheet.yaml", **changed})
    return manual.DRIVER.read(device, context(root=tmp_path))


def told(reading: Reading) -> dict[tuple[str, str], Observation]:
    return {(o.device, o.fact): o for o in reading.observations}


def test_answers_are_facts_of_the_day_they_were_given(tmp_path: Path) -> None:
    reading = read(tmp_path, SHEET)
    found = told(reading)
    assert reading.doors[0].outcome == "ok" and reading.doors[0].detail == ""
    assert found["nvr-1", "services.telnet"].value is False
    assert found["nvr-1", "uptime_s"].value == 86_400
    assert found["nvr-1", "interfaces"].value[0]["addresses"][0]["prefixlen"] == 24
    assert found["cam-1", "services.rtsp_auth"].value == "digest"
    assert {o.at for o in reading.observations} == {"2026-11-20T00:00:00+08:00"}
    assert found["nvr-1", "services.telnet"].source == "sheet.yaml:7"
    for o in reading.observations:
        if o.unknown is None:
            FACTS[o.fact].check(o.value)


def test_a_told_password_state_says_that_a_person_told_it(tmp_path: Path) -> None:
    accounts = told(read(tmp_path, SHEET))["nvr-1", "accounts"].value
    assert [a["name"] for a in accounts] == ["admin", "888888"]
    assert [a["check_method"] for a in accounts] == ["manual", None]


def test_null_means_looked_and_could_not_tell(tmp_path: Path) -> None:
    assert told(read(tmp_path, SHEET))["nvr-1", "channels"].unknown is Why.NOT_FOUND


@pytest.mark.parametrize(
    ("before", "after", "fact", "line"),
    [
        ("uptime_s: 86400", "uptime_s: secret-77", "uptime_s", 8),
        ("admin_up: true", "admin_up: maybe", "interfaces", 11),
        ("services.telnet: false", "services.telnets: false", "services.telnets", 7),
        ("role: admin, enabled: true", "rolle: admin, enabled: true", "accounts", 15),
        ("prefixlen: 24", "prefixlen: 24.5", "interfaces", 13),
    ],
)
def test_a_bad_answer_spoils_only_itself_and_names_its_line(
    tmp_path: Path, before: str, after: str, fact: str, line: int
) -> None:
    reading = read(tmp_path, SHEET.replace(before, after, 1))
    bad = told(reading)["nvr-1", fact]
    assert bad.unknown is Why.ODD_OUTPUT
    assert bad.detail.startswith(f"sheet.yaml:{line}: "), bad.detail
    assert "secret-77" not in bad.detail
    assert reading.doors[0].detail == "1 answers not usable"
    assert sum(o.unknown is None for o in reading.observations) >= 4


@pytest.mark.parametrize(
    ("text", "where"),
    [
        (SHEET.replace("answered_on: 2026-11-20\n", ""), "sheet.yaml:1: missing_field"),
        (SHEET.replace("2026-11-20", "115-11-20"), "sheet.yaml:4: bad_date"),
        (SHEET + "answers: {}\n", "sheet.yaml:24: duplicate_key"),
        (SHEET.replace("ab" * 32, "abc"), "sheet.yaml:22: bad_text"),
        (SHEET.replace("nvr-1", "nvr-2"), "sheet.yaml:2: other_subject"),
        ("a: [", "sheet.yaml:"),
        (b"\xff\xfe", "sheet.yaml"),
        ("", "sheet.yaml"),
    ],
)
def test_a_bad_sheet_is_unknown_with_file_and_line(
    tmp_path: Path, text: str | bytes, where: str
) -> None:
    reading = read(tmp_path, text)
    assert reading.doors[0].outcome == Why.ODD_OUTPUT
    assert reading.observations
    assert all(o.unknown is Why.ODD_OUTPUT for o in reading.observations)
    assert reading.observations[0].detail.startswith(where), reading.observations[0].detail


def test_a_sheet_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    reading = read(tmp_path, SHEET, answers="gone.yaml")
    assert reading.doors[0].outcome == Why.NOT_FOUND
    assert {o.unknown for o in reading.observations} == {Why.NOT_FOUND}


def test_answers_about_another_schools_camera_are_not_taken(tmp_path: Path) -> None:
    reading = read(tmp_path, SHEET.replace("cam-1", "cam-9"))
    assert not [o for o in reading.observations if o.device.startswith("cam")]
    assert "not a camera of this recorder: sheet.yaml:19" in reading.doors[0].detail


def test_the_router_is_a_fact_of_the_site(tmp_path: Path) -> None:
    (tmp_path / "router.yaml").write_text(ROUTER)
    school = district(recorder(1), recorder(2), router="router.yaml").schools[0]
    [o] = manual.read_router(school, context(root=tmp_path)).observations
    assert o.device == school.id
    FACTS["exposure.router"].check(o.value)
    assert o.at == "2026-11-02T10:00:00+08:00"
    assert o.value["port_forwards"][0]["internal_address"] == "10.1.2.3"


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        ("external_port: 8000", "external_port: 80000", 6),
        ("site: alpha-es", "site: beta-es", 2),
        ("static_nat: []\n", "", 1),
    ],
)
def test_a_bad_router_sheet_is_unknown_with_its_line(
    tmp_path: Path, before: str, after: str, line: int
) -> None:
    (tmp_path / "router.yaml").write_text(ROUTER.replace(before, after))
    school = district(recorder(1), router="router.yaml").schools[0]
    [o] = manual.read_router(school, context(root=tmp_path)).observations
    assert o.unknown is Why.ODD_OUTPUT and o.detail.startswith(f"router.yaml:{line}: "), o.detail


def test_the_sheets_of_the_documentation_are_good(tmp_path: Path) -> None:
    text = (Path(__file__).parents[1] / "docs/collect.md").read_text(encoding="utf-8")
    sheet, router = (part.split("```")[0] for part in text.split("```yaml\n")[1:])
    (tmp_path / "sheet.yaml").write_text(sheet, encoding="utf-8")
    camera = inventory.Camera(id="zhuyu-cam-21", ch="1", area="campus", place="x")
    device = recorder(driver="manual", id="zhuyu-dvr-2", answers="sheet.yaml", cameras=(camera,))
    reading = manual.DRIVER.read(device, context(root=tmp_path))
    assert reading.doors[0].outcome == "ok" and not reading.doors[0].detail
    assert len(reading.observations) == 7
    (tmp_path / "router.yaml").write_text(router, encoding="utf-8")
    school = replace(district(recorder(1), router="router.yaml").schools[0], id="zhuyu-es")
    assert manual.read_router(school, context(root=tmp_path)).doors[0].outcome == "ok"
