"""`records` and the books: check, count, restyle, list; the register rebuilt byte for byte."""

from __future__ import annotations

import shlex
import shutil
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from cctv_policy.clerk import papers
from cctv_policy.clerk.notice import NOTES
from cctv_policy.clerk.office import Office as Desk
from cctv_policy.clerk.strongbox import Strongbox
from cctv_policy.inventory import Inventory, Recorder, load_inventory
from tests.clerk.desk import PERSONAL, SITE, SOURCE, Office, open_office
from tests.clerk.test_request_flow import approved, asked, viewed

FAULT = "fault new --device-id cam-1 --symptom-code other"


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    return open_office(tmp_path, monkeypatch)


def records(office: Office, *words: str) -> tuple[int, str, str]:
    """`records` takes no person."""
    import contextlib
    import io

    from cctv_policy import cli

    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = cli.run(["records", *words, "--root", str(office.root)])
    return code, out.getvalue(), err.getvalue()


def test_what_is_checked_counted_and_restyled(office: Office) -> None:
    office.do(*shlex.split(FAULT))
    assert records(office, "check")[0] == 0
    assert f"{SITE}\tFLT 故障報修\t民國115年\t-\t1" in records(office, "stats")[1]
    assert office.do("records", "list", "FLT") == "FLT-115-0001\t2026-03-02\t-\tcam-1\n"

    path = office.root / f"records/{SITE}/115/FLT-115-0001.yaml"
    canonical = path.read_bytes()
    path.write_bytes(b"\xef\xbb\xbf" + canonical.replace(b"\n", b"\r\n"))
    code, out, _ = records(office, "check")
    assert code == 1 and "FLT-115-0001" in out
    assert records(office, "fmt", "--check")[0] == 1
    assert records(office, "fmt") == (0, f"records/{SITE}/115/FLT-115-0001.yaml\n", "")
    assert path.read_bytes() == canonical
    assert records(office, "fmt")[1] == ""


def test_a_folder_without_any_file_of_records_is_not_in_order(office: Office) -> None:
    shutil.rmtree(office.root / "records")
    code, out, err = records(office, "check", "--no-history")
    assert code == 64 and not out
    assert "no file below records/" in err and "--root" in err


@pytest.mark.parametrize("end", [b"\r\n", b"\r"])
def test_b08_line_ends_of_other_systems_are_told_and_repaired(office: Office, end: bytes) -> None:
    office.do(*shlex.split(FAULT))
    path = office.root / f"records/{SITE}/115/FLT-115-0001.yaml"
    canonical = path.read_bytes()
    path.write_bytes(canonical.replace(b"\n", end))
    code, out, _ = records(office, "check")
    assert code == 1 and "FLT-115-0001.yaml:1: line_ending" in out and "→ save with LF" in out
    assert records(office, "fmt")[0] == 0
    assert path.read_bytes() == canonical
    assert records(office, "check")[0] == 0


def test_what_was_accepted_is_never_restyled(office: Office) -> None:
    [entry] = office.root.rglob("CUS-115-0004.yaml")
    entry.write_text(entry.read_text().replace('title: "', 'title:   "'))
    office.repo.commit("odd", at=office.now)
    before = entry.read_bytes()
    assert records(office, "fmt")[1] == "" and entry.read_bytes() == before


def test_a_shallow_clone_says_unknown(office: Office) -> None:
    shallow = office.folder / "shallow"
    office.repo.commit("more", at=office.now)
    url = f"file://{office.root}"
    office.repo.git("clone", "-q", "--depth", "1", url, str(shallow))
    other = Office(office.folder, shallow, office.monkeypatch)
    code, _, err = records(other, "check")
    assert code == 2 and "無法判斷有無刪改" in err


def test_check_with_a_base_says_what_a_server_would(office: Office) -> None:
    office.do(*shlex.split(FAULT), "--branch", "main")
    assert records(office, "check", "--base", "origin/main")[0] == 0
    office.at("2025-01-01 09:00")
    code, out, _ = records(office, "check", "--base", "origin/main")
    assert code == 1 and "future" in out


def seated(office: Office) -> tuple[Desk, Strongbox]:
    """The custodian at the desk, with the own key."""
    inventory = load_inventory(office.root / "inventory")
    now = datetime.fromisoformat(office.now)
    desk = Desk(root=office.root, inventory=inventory, site=SITE, person="P-0001", now=now)
    return desk, Strongbox(office=desk, identity=office.folder / "keys" / "custodian")


def test_an_inspection_book_says_where_its_recorder_stands(office: Office) -> None:
    yes = "--host-ok 是 --recording-ok 是 --retention-ok 是 --video-clear 是"
    office.do(*shlex.split(f"inspection new --recorder nvr {yes}"))
    desk, box = seated(office)

    def captions() -> list[str]:
        return [b.caption for b in papers.inspection_books(desk, ["INS-115-0001"], box)]

    assert captions() == [f"{desk.school.name.zh}　總務處機櫃"]
    [recorder] = desk.school.recorders
    twins = (recorder, replace(recorder, id="nvr-2", cameras=()))
    desk = replace(desk, inventory=_with(desk, twins))
    assert captions() == [f"{desk.school.name.zh}　總務處機櫃（nvr）"]
    desk = replace(desk, inventory=_with(desk, ()))
    assert captions() == [f"{desk.school.name.zh}　nvr"]


def _with(desk: Desk, recorders: tuple[Recorder, ...]) -> Inventory:
    return replace(desk.inventory, schools=(replace(desk.school, recorders=recorders),))


def test_forms_are_made_of_records_and_open_in_memory(office: Office) -> None:
    record = asked(office)
    approved(office, record)
    viewed(office, record)
    desk, box = seated(office)
    form = papers.request_form(desk, record, box)
    assert (form.applicant, form.id_number) == (PERSONAL["applicant_name"], PERSONAL["id_number"])
    assert form.principal_signature.name == "校長室 校長"
    assert form.principal_signature.note == "電子簽章"
    assert papers.retention_days(desk) == 14

    book = office.folder / "book.ods"
    words = ["forms", "print", "register", "-o", str(book)]
    office.do(*words, "--identity", str(box.identity))
    first = book.read_bytes()
    assert book.stat().st_mode & 0o777 == 0o600
    office.do(*words, "--identity", str(box.identity))
    assert book.read_bytes() == first
    inside = office.root / "book.ods"
    code, _, err = office.run("forms", "print", "register", "-o", str(inside))
    assert code == 64 and "不可放在紀錄庫內" in err and not inside.exists()


def test_the_notes_that_are_accepted_are_those_of_the_form() -> None:
    template = (SOURCE / "cctv_policy/forms/templates/request.typ").read_text(encoding="utf-8")
    assert all(note in template for note in NOTES)


def test_b17_an_id_that_is_none_opens_nothing(office: Office) -> None:
    for bad in ("../../x", "REQ-115-7", "/etc/passwd", "CON", "REQ-115-0001\x00", "req-115-0001"):
        code, _, err = office.run("show", bad, "--clear")
        assert code == 64 and "案號格式不對" in err
