"""The questions on a real terminal: wrong answers are explained and asked again."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from cctv_policy.records import load_records
from cctv_policy.records.load import load_folder
from cctv_policy.sealing import load_identity, open_keystore, unseal
from tests.clerk.desk import PERSONAL, SITE, Office, open_office
from tests.clerk.terminal import Person

SCAN = hashlib.sha256(b"scan").hexdigest()
ME = ("--as", "P-0001")


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    return open_office(tmp_path, monkeypatch)


def test_a_request_is_asked_for_line_by_line(office: Office) -> None:
    clerk = Person(office, "request", "new", *ME, "--commit")
    clerk.answer("申請人身分", "9")
    clerk.expect("✗ 不在清單中")
    clerk.answer("申請人身分", "5")  # guardian
    clerk.answer("申請人", "")
    clerk.expect("✗ 此欄必填")
    clerk.answer("申請人", PERSONAL["applicant_name"])
    clerk.answer("申請日期", "115/02/30")
    clerk.expect("✗ 沒有這一天")
    clerk.answer("申請日期", "2026/3/2")
    clerk.expect("✗ 看不懂的日期")
    clerk.answer("申請日期", "民國１１５年３月２日")
    clerk.expect("＝ 民國115年3月2日（2026-03-02）")
    clerk.answer("證號種類", "")
    clerk.answer("身分證號", "A100000002")
    clerk.expect("✗ 檢核碼不符")
    clerk.answer("身分證號", "ａ100000001")
    clerk.answer("聯絡電話", "打給我")
    clerk.expect("✗ 電話格式不對")
    clerk.answer("聯絡電話", PERSONAL["phone"])
    clerk.answer("與當事人關係", "2")
    clerk.answer("當事人", "陳小測")
    clerk.answer("代理關係證明文件", "1")
    clerk.answer("證明文件查驗人", "")
    clerk.answer("查驗日期", "")
    clerk.answer("是否已查證親權", "是")
    clerk.answer("調閱單位", "三年二班")
    clerk.answer("攝影機地點", "1")
    clerk.answer("攝影機地點", "")
    clerk.answer("調閱監視畫面時段", "115/03/01 10:30 至 10:00")
    clerk.expect("✗ 結束時間不晚於開始時間")
    clerk.answer("調閱監視畫面時段", "115/03/01 10:00 至 10:30")
    clerk.expect("＝ 民國115年3月1日 10:00")
    clerk.answer("調閱監視畫面時段", "")
    clerk.answer("申請事由", "看一下")
    clerk.expect("✗ 太短")
    clerk.answer("申請事由", PERSONAL["reason"])
    clerk.answer("是否為維護個人權益所必要", "y")
    clerk.answer("申請人是否已閱讀附註", "y")
    clerk.answer("申請人簽章方式", "")
    clerk.answer("申請人簽章時間", "115/03/02 08:50")
    clerk.answer("已簽申請單掃描檔", "/no/such/scan")
    clerk.expect("✗ 找不到或讀不到這個掃描檔")
    cmdline = clerk.cmdline
    clerk.answer("已簽申請單掃描檔", SCAN)
    clerk.expect(f"已提交在分支 {SITE}/REQ-115-0001")
    assert clerk.end() == 0

    assert not any(value.encode() in cmdline for value in PERSONAL.values())
    stored = load_records(office.root).records[SITE, "REQ-115-0001"]
    assert stored.faults == ()
    assert office.repo.git("log", "-1", "--format=%s") == f"{SITE} REQ-115-0001"
    identity = load_identity(office.folder / "keys" / "custodian")
    clear = unseal(open_keystore(office.root), stored.value, identity)
    assert clear["id_number"].reveal() == "A100000001"
    assert clear["phone"].reveal() == PERSONAL["phone"]


def test_boxes_with_evidence_are_offered_and_asked(office: Office) -> None:
    clerk = Person(office, "inspection", "new", *ME)
    clerk.answer("受檢主機", "1")
    clerk.expect("設備證據 民國115年3月2日")
    clerk.answer("檢查日期", "")
    for box in ("監視主機是否正常運作", "錄影監材是否正常運轉", "影像資料是否保存14日以上"):
        clerk.answer(f"{box}（是／否；Enter＝是）", "")
    clerk.answer("視訊是否清晰", "")
    clerk.expect("✗ 此欄必填")
    clerk.answer("視訊是否清晰", "是")
    clerk.answer("保養檢查人", "")
    clerk.answer("複查人", "2")
    clerk.answer("備考", "")
    clerk.expect("INS-115-0001.yaml")
    assert clerk.end() == 0
    data = load_folder(office.root).records[SITE, "INS-115-0001"].data
    assert len(data["device_evidence_ref"]) == 64
    assert data["rechecker"] == "P-0002"


def test_without_fresh_evidence_the_boxes_stay_empty(office: Office) -> None:
    office.at("2026-03-20 09:00")
    clerk = Person(office, "inspection", "new", *ME)
    clerk.answer("受檢主機", "1")
    clerk.answer("檢查日期", "")
    clerk.answer("監視主機是否正常運作（是／否）", "")
    clerk.expect("✗ 此欄必填")
    clerk.process.kill()
    clerk.end()
    assert not list(office.root.rglob("INS-*"))


@pytest.mark.parametrize("locale", ["C", "POSIX", "zh_TW.Big5", "en_US.ISO-8859-1"])
def test_b33_no_locale_makes_a_question_fail(office: Office, locale: str) -> None:
    env = {"LC_ALL": locale, "LANG": locale, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    clerk = Person(office, "fault", "new", *ME, env=env)
    clerk.answer("發現日期", "今天")
    clerk.answer("發現人", "")
    clerk.answer("故障設備", "1")
    clerk.answer("故障情形", "影像不清")
    clerk.answer("情形說明", b"\xff\xfe")
    clerk.expect("✗ 讀不懂的文字編碼")
    clerk.answer("", "鏡頭髒污")
    clerk.answer("報修時間", "")
    clerk.answer("維修廠商", "堃𠮷電機")
    clerk.answer("替代措施", "")
    clerk.expect("FLT-115-0001.yaml")
    assert clerk.end() == 0
    assert load_folder(office.root).records[SITE, "FLT-115-0001"].data["vendor"] == "堃𠮷電機"


def test_personal_data_is_shown_to_a_terminal_only(office: Office) -> None:
    window = "115/03/01 10:00 至 10:30"
    words = "request new --applicant-category teacher --requesting-unit 三年二班 --camera cam-1"
    words += f" --necessity-confirmed 是 --notice-accepted 是 --scan {SCAN}"
    given = {k: v for k, v in PERSONAL.items() if k != "viewer"}
    office.do(*words.split(), "--window", window, given=given)
    identity = str(office.folder / "keys" / "custodian")
    code, out, err = office.run("show", "REQ-115-0001", "--identity", identity)
    assert code == 64 and "不把解密的個資寫到管線" in err and PERSONAL["phone"] not in out
    clear = office.do("show", "REQ-115-0001", "--clear")
    assert "身分證號：（已加密）" in clear
    piped = office.do("show", "REQ-115-0001", "--identity", identity, "--unsafe-stdout")
    assert PERSONAL["id_number"] in piped
    eyes = Person(office, "show", "REQ-115-0001", "--identity", identity)
    eyes.expect(f"申請事由：{PERSONAL['reason']}")
    assert eyes.end() == 0
