"""A record from the counter to its end: closed, a year over, listed, approved, its keys gone."""

from __future__ import annotations

import shlex
from datetime import datetime
from pathlib import Path

import pytest

from cctv_policy.records import load_records
from cctv_policy.records.check import check_change
from tests.clerk.desk import PERSONAL, SITE, Office, open_office
from tests.clerk.terminal import Person
from tests.clerk.test_kinds import SCAN

LIST = (
    "destroy new --list-no 測銷字第1160000001號 --approval-no 測教字第1160000002號"
    " --approver P-0009 --supervisor P-0001 --supervisor P-0002 --branch main"
)


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """A request that was withdrawn and closed on 2026-03-02, a year and a day ago."""
    office = open_office(tmp_path, monkeypatch)
    words = (
        "request new --applicant-category teacher --requesting-unit 三年二班 --camera cam-1"
        " --window '115/03/01 10:00 至 10:30' --necessity-confirmed 是 --notice-accepted 是"
        f" --scan {SCAN} --branch main"
    )
    given = {k: v for k, v in PERSONAL.items() if k != "viewer"}
    assert office.new(*shlex.split(words), **given) == "REQ-115-0001"
    for verb in ("withdraw", "close"):
        office.do("request", verb, "REQ-115-0001", "--branch", "main")
    office.at("2027-03-03 09:00")
    return office


def test_what_is_due_is_listed_approved_and_destroyed(office: Office) -> None:
    office.do(*shlex.split(LIST), "--clock-is-right")
    data = load_records(office.root).records[SITE, "DST-116-0001"].data
    assert data["targets"] == ["REQ-115-0001"]
    assert data["eligible_from"] == "2027-03-03"
    assert data["archive_retention_class"] == "1"
    assert data["method"] == "crypto_shred" and "done_on" not in data
    for person, hour in (("P-0003", 10), ("P-0009", 11)):
        office.at(f"2027-03-03 {hour}:00")
        key = str(office.key(person))
        office.do("approve", "DST-116-0001", "--key", key, "--branch", "main", me=person)
    base, named = office.repo.head(), f"{SITE}/DST-116-0001"
    then = ["--witness", "P-0001", "--witness", "P-0002", "--as-of", "2027-03-03T14:00+08:00"]
    code, out, _ = office.plain("destroy", "approve-check", named, *then)
    assert code == 0, out
    code, _, err = office.plain("destroy", "run", named, *then, "--confirm", "DST-116-0001")
    assert code == 0, err
    head = office.repo.commit("DST-116-0001", at="2027-03-03T14:00:00+08:00")
    now = datetime.fromisoformat("2027-03-03T15:00:00+08:00")
    assert check_change(office.root, base, head, now=now) == []
    assert office.plain("destroy", "verify")[0] == 0


def test_the_list_is_offered_on_a_terminal(office: Office) -> None:
    clerk = Person(office, "destroy", "new", "--as", "P-0001", "--clock-is-right")
    clerk.expect("1. 保存年限 1 年，民國116年3月3日（2027-03-03） 起可銷毀（REQ-115-0001）")
    clerk.answer("", "")
    clerk.answer("檔案保存年限（年）（Enter＝1年）", "")
    clerk.answer("銷毀清冊文號", "測銷字第1160000001號")
    clerk.answer("核准銷毀文號", "測教字第1160000002號")
    clerk.answer("核准日", "")
    clerk.answer("核准人", "2")
    clerk.answer("銷毀方式", "")
    clerk.answer("監毀人", "1")
    clerk.answer("監毀人", "2")
    clerk.answer("監毀人", "")
    clerk.expect("DST-116-0001.yaml")
    assert clerk.end() == 0


@pytest.mark.parametrize(
    ("moment", "more", "told"),
    [
        ("2027-03-02 09:00", "", "今日沒有可銷毀的紀錄"),
        ("2027-03-03 09:00", "--archive-class 3", "保存 3 年尚未期滿"),
        ("2027-03-03 09:00", "--target REQ-115-0002", "不在清單中"),
        ("2027-03-03 09:00", "--archive-class permanent", "不在清單中"),
    ],
)
def test_what_may_not_go_is_on_no_list(office: Office, moment: str, more: str, told: str) -> None:
    office.at(moment)
    before = office.repo.head()
    code, _, err = office.run(*shlex.split(f"{LIST} {more}"), "--clock-is-right")
    assert code == 64 and told in err
    assert office.repo.head() == before and not list(office.root.rglob("DST-*"))


def test_one_supervisor_is_not_enough(office: Office) -> None:
    words = shlex.split(LIST.replace(" --supervisor P-0002", ""))
    code, _, err = office.run(*words, "--clock-is-right")
    assert code == 64 and "supervised_by" in err
    assert not list(office.root.rglob("DST-*"))
