"""Every other command by flags, on a real repository; what they write passes the hook's check."""

from __future__ import annotations

import hashlib
import json
import shlex
from datetime import datetime
from pathlib import Path

import pytest

from cctv_policy import pipeline
from cctv_policy.clerk.registry import ACTIONS
from cctv_policy.model import Outcome
from cctv_policy.records import KINDS, load_records
from cctv_policy.records.chain import chains_of
from cctv_policy.records.check import check_change
from tests.clerk.desk import PERSONAL, SITE, STAFF, Office, open_office

SCAN = hashlib.sha256(b"scan").hexdigest()
COMMIT = ["--branch", "main"]


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    return open_office(tmp_path, monkeypatch)


def new(office: Office, line: str, **given: object) -> str:
    return office.new(*shlex.split(line), *COMMIT, **given)


def accepted(office: Office, base: str = "origin/main") -> list[object]:
    now = datetime.fromisoformat(office.now)
    return list(check_change(office.root, base, "HEAD", now=now))


OF = {
    "request": "REQ",
    "agency": "AGY",
    "register": "REG",
    "copy": "KEP",
    "inspection": "INS",
    "fault": "FLT",
    "roster": "CUS",
    "handover": "HND",
    "hold": "HLD",
    "incident": "INC",
    "destroy": "DST",
    "waiver": "WVR",
    "asset": "AST",
    "policy": "POL",
}


def test_personal_fields_are_asked_as_such_and_are_no_flags() -> None:
    for action in ACTIONS:
        starred = KINDS[OF[action.noun]].starred
        for question in action.questions:
            name = question.path or question.name
            if name != "-" and action.verb != "view":
                assert question.secret == (name in starred), (action.noun, name)


def test_a_fault_and_an_inspection_agree_with_the_evidence(office: Office) -> None:
    [state] = (office.root / "state" / SITE).glob("nvr.json")
    boxes = "--host-ok 是 --recording-ok 是 --retention-ok 是 --video-clear 否"
    fault = new(
        office,
        "fault new --device-id cam-1 --symptom-code image_unclear",
        detail="鏡頭髒污",
    )
    record = new(
        office,
        f"inspection new --recorder nvr {boxes} --rechecker P-0002 --fault {fault}",
        remarks="已通知廠商",
    )
    data = load_records(office.root).records[SITE, record].data
    assert data["quarter"] == "2026Q1"
    assert data["faults"] == [fault]
    assert data["device_evidence_ref"] and json.loads(state.read_text())
    assert data["observed_oldest"][0]["recorder"] == "nvr"

    office.at("2026-03-03 09:00")
    office.do(
        *shlex.split(f"fault repair {fault} --storage-replaced 否 --credential-reset 否"), *COMMIT
    )
    office.do("fault", "close", fault, *COMMIT)
    assert accepted(office) == []
    run = pipeline.judge(office.root, as_of=datetime.fromisoformat("2026-03-03T10:00+08:00"))
    found = {(f.rule.number, f.subject.id): f.outcome for f in run.findings}
    assert found[49, f"{SITE}/{record}"] is Outcome.PASS
    assert found[52, f"{SITE}/{fault}"] is Outcome.PASS


def test_boxes_are_never_ticked_unseen(office: Office) -> None:
    code, _, err = office.run("inspection", "new", "--recorder", "nvr", "--video-clear", "是")
    assert code == 64
    assert "--host-ok" in err and "--retention-ok" in err


def test_an_agency_is_answered(office: Office) -> None:
    letter = (
        "agency new --agency-name 新北市政府警察局瑞芳分局 --agency-type police"
        " --letter-form electronic"
        " --letter-no 新北警瑞刑字第1150000001號 --letter-date 115/03/01"
        " --legal-basis 刑事訴訟法第230條"
        f" --letter {SCAN} --camera cam-1 --window '115/03/01 10:00 至 10:30' --access-mode copy"
    )
    record = new(office, letter, purpose="偵辦竊盜案", use="作為證據", officer_name="林測試")
    office.at("2026-03-02 10:00")
    key = str(office.key("P-0003"))
    office.do("approve", record, "--key", key, *COMMIT, me="P-0003")
    new(office, f"agency decide {record} --result consent", reason="符合法令，同意調閱")
    office.at("2026-03-02 12:00")
    view = (
        f"agency view {record} --session '115/03/02 11:00 至 11:20' --escort P-0004"
        f" --purpose-code law_enforcement --copy-sha256 {SCAN} --copy-bytes 123456"
        f" --media-id DVD-115-01 --handed-at '115/03/02 11:30' --receipt {SCAN}"
        f" --identity {office.folder}/keys/custodian"
    )
    given = {"viewer": "林測試", "recipient": "林測試", "necessity": "作為證據所必要"}
    new(office, view, **given)
    new(
        office,
        f"copy new --source {record} --file-sha256 {SCAN} --bytes 1 --location 總務處"
        " --encrypted 是 --key-id media-115-01 --access P-0001 --access P-0003",
    )
    new(office, f"agency reply {record} --reply-no 新北測總字第1150000002號")
    new(office, f"agency close {record}")
    assert accepted(office) == []
    run = pipeline.judge(office.root, as_of=datetime.fromisoformat("2026-03-03T10:00+08:00"))
    found = {f.rule.number: f.outcome for f in run.findings if f.subject.id.endswith(record)}
    numbers = (32, 33, 34, 35, 36, 40, 41)
    assert {n: found[n] for n in numbers} == dict.fromkeys(numbers, Outcome.PASS)


def test_holds_incidents_handovers_and_the_ledger(office: Office) -> None:
    copy = new(
        office,
        "incident new --type refilming --serious-consequence 否",
        description="調閱時遭翻拍",
    )
    kept = new(
        office,
        f"copy new --source {copy} --camera cam-1 --window '115/03/01 10:00 至 10:30'"
        f" --file-sha256 {SCAN} --bytes 5 --location 總務處 --encrypted 否",
    )
    hold = new(
        office,
        f"hold new --basis statute --citation 性別平等教育法第22條"
        " --approved-by P-0003 --camera cam-1"
        f" --window '115/03/01 10:00 至 10:30' --copy {kept} --locked-on-device 否",
    )
    code, _, err = office.run(
        *shlex.split(
            f"copy dispose {kept} --cause no_longer_needed --approved-by P-0003 --method shred"
            f" --witness P-0002 --proof {SCAN}"
        )
    )
    assert code == 64 and hold in err
    new(office, f"hold review {hold} --keep 是 --why 調查中")
    new(office, f"hold release {hold} --released-by P-0003 --why 調查終結")
    new(office, f"incident update {copy} --action 已要求刪除 --affected 1 --notified-on 今天")
    new(office, f"incident close {copy}")
    new(
        office,
        f"handover new --from-person P-0001 --to-person P-0004 --cause transferred --signed 是"
        f" --ack {SCAN} --rotated nvr --disabled nvr --account p1 --witness P-0003 --hold {hold}",
    )
    asset = new(
        office,
        "asset new --device-id nvr --asset-no 3140403-12-1 --class property --name 網路錄影主機"
        " --brand Supermicro --model SYS --origin-brand-country US"
        " --serial S-1 --acquired-on 113/05/01"
        " --amount-twd 45000 --useful-life-years 5 --source purchase --location 總務處",
    )
    new(office, f"asset move {asset} --last-stocktake-on 今天")
    new(office, f"policy new --adopted-by P-0003 --document {SCAN} --measure 校門口公告錄影")
    new(
        office,
        "register add --session '115/03/02 08:00 至 08:10'"
        " --escort P-0004 --purpose-code inspection --camera cam-1"
        " --window '115/03/01 10:00 至 10:30'",
        viewer=PERSONAL["viewer"],
    )
    new(office, "register void REG-115-0001 --why 誤植")
    waiver = new(
        office,
        "waiver new --rule-id A3.1-no-public-ip --subject nvr --why 防火牆汰換中 --risk medium"
        " --measure 僅允許校內網段 --approved-by P-0003"
        " --approved-role principal --expires-on 115/06/30",
    )
    assert accepted(office) == []
    assert load_records(office.root).faults == ()
    assert waiver == "WVR-115-0001"


def test_a_changed_roster_is_approved_by_principal_and_district(office: Office) -> None:
    pub = office.folder / "ssh" / "P-0004.pub"
    record = new(
        office,
        f"roster add --title 教務主任 --office 教務處 --function escort --key {pub}"
        f" --undertaking-on 今天 --undertaking {SCAN}",
        name="王測試",
    )
    assert record == "CUS-115-0005"
    code, _, err = office.run("approve", record, "--key", str(office.key("P-0001")))
    assert code == 64 and "wrong_role" in err and "→" in err
    for person in ("P-0003", "P-0009"):
        office.do("approve", record, "--key", str(office.key(person)), *COMMIT, me=person)
    assert accepted(office) == []
    assert chains_of(load_records(office.root))[SITE, record].complete
    assert (
        load_records(office.root).records[SITE, record].data["person"] == f"P-{len(STAFF) + 5:04}"
    )
