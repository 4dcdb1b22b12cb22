"""A request from the counter to its closing, by flags, on a real repository with the real hook."""

from __future__ import annotations

import hashlib
import shlex
import subprocess
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from cctv_policy import pipeline
from cctv_policy.history import read_history
from cctv_policy.model import Outcome
from cctv_policy.records import load_records
from cctv_policy.records.chain import chains_of
from tests.clerk.desk import PERSONAL, SITE, Office, open_office

SCAN = hashlib.sha256(b"scan").hexdigest()
NEW = shlex.split(
    "request new --branch main --applicant-category teacher --requesting-unit 三年二班"
    " --camera cam-1 --necessity-confirmed 是 --notice-accepted 是 --signature paper"
)


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    return open_office(tmp_path, monkeypatch)


def asked(office: Office, *words: str) -> str:
    """A new request; its id."""
    window = ["--window", "115/03/01 10:00 至 10:30", "--scan", SCAN]
    given = {k: v for k, v in PERSONAL.items() if k != "viewer"}
    out = office.do(*NEW, *window, *words, given=given)
    return Path(out.split("\n")[0]).stem


def approved(office: Office, record: str) -> None:
    for person, hour in (("P-0001", 10), ("P-0002", 11), ("P-0003", 12)):
        office.at(f"2026-03-02 {hour}:00")
        key = str(office.key(person))
        office.do("approve", record, "--key", key, "--branch", "main", me=person)


def viewed(office: Office, record: str) -> None:
    office.at("2026-03-03 09:30")
    session = ["--session", "115/03/03 09:00 至 09:20", "--escort", "P-0004"]
    share = ["--branch", "main"]
    given: dict[str, Any] = {"viewer": PERSONAL["viewer"]}
    office.do(
        "request", "view", record, *session, "--purpose-code", "property", *share, given=given
    )


def kept(office: Office, record: str) -> None:
    office.at("2026-03-03 10:00")
    words = (
        f"copy new --source {record} --file-sha256 {SCAN} --bytes 123456 --location 總務處保險櫃"
    )
    words += " --media-id USB-115-01 --encrypted 是 --key-id media-115-01 --branch main"
    office.do(*words.split())


def test_a_request_from_the_counter_to_its_closing(office: Office) -> None:
    record = asked(office)
    assert record == "REQ-115-0001"
    approved(office, record)
    viewed(office, record)
    kept(office, record)
    office.at("2026-03-04 09:00")
    office.do("request", "close", record, "--branch", "main", "--push")

    records = load_records(office.root)
    assert records.faults == ()
    assert records.records[SITE, record].data["status"] == "closed"
    assert chains_of(records)[SITE, record].complete
    history = read_history(records)
    assert history.known and not history.faults
    assert office.repo.head() == office.repo.head("origin/main")

    run = pipeline.judge(office.root, as_of=datetime.fromisoformat("2026-03-05T10:00:00+08:00"))
    found = {f.rule.number: f.outcome for f in run.findings if f.subject.id.endswith(record)}
    numbers = (24, 26, 27, 28, 29, 30, 31, 36, 40, 41)
    wanted = dict.fromkeys(numbers, Outcome.PASS)
    assert {n: found[n] for n in numbers} == wanted
    assert found[25] is Outcome.NOT_APPLICABLE


def test_nothing_personal_is_anywhere_but_sealed(office: Office) -> None:
    approved(office, asked(office))
    viewed(office, "REQ-115-0001")
    said = office.repo.git("log", "--all", "--format=%an %ae %s %D").encode()
    texts = [said, *(p.read_bytes() for p in office.files())]
    command = ["git", "-C", str(office.root), "cat-file", "--batch-all-objects", "--batch"]
    blobs = subprocess.run(command, capture_output=True, check=True).stdout
    for value in PERSONAL.values():
        assert not any(value.encode() in text for text in (*texts, blobs)), value
