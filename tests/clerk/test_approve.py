"""Approving, rejecting, deputies and paper; each refusal says why and what to do."""

from __future__ import annotations

import subprocess
from datetime import datetime
from pathlib import Path

import pytest

from cctv_policy.records import load_records
from cctv_policy.records.chain import chains_of
from cctv_policy.records.check import check_change
from tests.clerk.desk import SITE, Office, open_office
from tests.clerk.test_request_flow import SCAN, asked

MAIN = ("--branch", "main")


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    return open_office(tmp_path, monkeypatch)


def say(office: Office, record: str, person: str, *words: str) -> tuple[int, str, str]:
    key = str(office.key(person))
    return office.run("approve", record, "--key", key, *MAIN, *words, me=person)


def accepted(office: Office) -> list[object]:
    now = datetime.fromisoformat(office.now)
    return list(check_change(office.root, "origin/main", "HEAD", now=now))


def test_a_rejection_is_recorded_with_its_reason_sealed(office: Office) -> None:
    record = asked(office)
    office.at("2026-03-02 10:00")
    assert say(office, record, "P-0001")[0] == 0
    key = ("--key", str(office.key("P-0002")))
    code, _, err = office.run("request", "reject", record, *key, *MAIN, me="P-0002")
    assert code == 64 and "駁回理由" in err
    given = {"reason": "與個人權益無涉，不予同意"}
    office.do("request", "reject", record, *key, *MAIN, me="P-0002", given=given)
    stored = load_records(office.root).records[SITE, record]
    assert stored.data["status"] == "rejected"
    assert stored.data["sealed_later"]["fields"] == ["decision_reason"]
    assert accepted(office) == []
    assert say(office, record, "P-0003")[0] == 64
    office.do("request", "close", record, *MAIN)
    assert accepted(office) == []


def test_a_deputy_and_a_sheet_of_paper(office: Office) -> None:
    record = asked(office)
    office.at("2026-03-02 10:00")
    assert say(office, record, "P-0001")[0] == 0
    paper = ("--paper", SCAN, "--person", "P-0002", "--at", "115/03/02 10:00")
    assert say(office, record, "P-0001", *paper)[0] == 0
    code, _, err = say(office, record, "P-0002", "--acting-for", "P-0003")
    assert code == 64 and "no_deputy" in err and "→ 先由校長與教育局核准名冊" in err
    assert say(office, record, "P-0004", "--acting-for", "P-0003")[0] == 0
    records = load_records(office.root)
    assert chains_of(records)[SITE, record].complete
    assert records.records[SITE, record].data["status"] == "approved"
    assert accepted(office) == []


def test_each_refusal_says_what_to_do(office: Office) -> None:
    record = asked(office, "--applicant", "P-0001")
    office.at("2026-03-02 10:00")
    for person, words, code, fix in (
        ("P-0001", (), "self_approval", "改由代理人核准"),
        ("P-0002", (), "wrong_role", "由名冊中當日具該職務者核准"),
        ("P-0003", ("--role", "principal"), "approval_missing", "先由前一關核准"),
        ("P-0003", ("--role", "district"), "wrong_step", "不需要這一關"),
    ):
        ended, _, err = say(office, record, person, *words)
        assert ended == 64 and code in err and fix in err, err
    key = str(office.key("P-0002"))
    ended, _, err = office.run("approve", record, "--key", key, *MAIN, me="P-0003")
    assert ended == 64 and "未寫入任何檔案" in err
    assert not list(office.root.rglob("approvals/*"))


def test_somebody_elses_key_and_an_unknown_one_are_refused(office: Office) -> None:
    record = asked(office)
    office.at("2026-03-02 10:00")
    other = str(office.key("P-0002"))
    code, _, err = office.run("approve", record, "--key", other, *MAIN)
    assert code == 64 and "wrong_person" in err and "請用自己的金鑰" in err
    new = office.folder / "new"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(new)], check=True)
    code, _, err = office.run("approve", record, "--key", str(new), *MAIN)
    assert code == 64 and "unknown_key" in err and "ssh-keygen -lf" in err


def test_the_roster_of_what_was_accepted_decides(office: Office) -> None:
    """An office that the clone gave itself does not count."""
    record = asked(office)
    [entry] = office.root.rglob("CUS-115-0004.yaml")
    text = entry.read_text().replace('- "escort"', '- "escort"\n  - "approve_officer"')
    entry.write_text(text)
    office.at("2026-03-02 10:00")
    code, _, err = say(office, record, "P-0004")
    assert code == 64 and "wrong_role" in err


def test_an_agents_key_signs_for_a_public_key_file(office: Office, tmp_path: Path) -> None:
    record = asked(office)
    office.at("2026-03-02 10:00")
    socket = tmp_path / "agent"
    agent = subprocess.Popen(["ssh-agent", "-D", "-a", str(socket)], stdout=subprocess.DEVNULL)
    try:
        while not socket.exists():
            assert agent.poll() is None
        office.monkeypatch.setenv("SSH_AUTH_SOCK", str(socket))
        subprocess.run(["ssh-add", "-q", str(office.key("P-0001"))], check=True)
        public = tmp_path / "mine.pub"
        public.write_text(office.key("P-0001").with_suffix(".pub").read_text())
        office.do("approve", record, "--key", str(public), *MAIN)
    finally:
        agent.terminate()
        agent.wait(10)
    assert accepted(office) == []
