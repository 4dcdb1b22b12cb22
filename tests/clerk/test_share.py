"""Numbers, branches, clocks and broken disks: what is shared is whole, and nothing gets lost."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from cctv_policy.clerk import gitwork
from cctv_policy.clerk.lock import boot_id, locked
from cctv_policy.errors import ClerkError
from cctv_policy.records import load_records
from cctv_policy.records.load import load_folder
from tests.clerk.desk import SITE, Office, open_office
from tests.clerk.terminal import Person

FAULT = "fault new --device-id cam-1 --symptom-code other"
ME = ("--as", "P-0001")


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    return open_office(tmp_path, monkeypatch)


def clone(office: Office, name: str) -> Office:
    """A second clone of the same server, at another desk."""
    root = office.folder / name
    office.repo.git("clone", "-q", str(office.folder / "server.git"), str(root))
    return Office(office.folder, root, office.monkeypatch)


def fault(office: Office, *words: str) -> tuple[int, str, str]:
    return office.run(*shlex.split(FAULT), *words)


def test_a_record_has_a_branch_of_its_own_and_a_message_of_ids(office: Office) -> None:
    out = office.do(*shlex.split(FAULT), "--commit", "--push")
    assert out.strip() == f"records/{SITE}/115/FLT-115-0001.yaml"
    assert office.repo.git("branch", "--show-current") == f"{SITE}/FLT-115-0001"
    assert office.repo.git("log", "-1", "--format=%s%b") == f"{SITE} FLT-115-0001"
    assert office.repo.git("log", "-1", "--format=%an %ae") == f"P-0001 p-0001@{SITE}.invalid"
    office.repo.git("switch", "-q", "main")
    second = office.do(*shlex.split(FAULT), "--commit")
    assert second.strip().endswith("FLT-115-0002.yaml")


def test_only_the_commands_own_files_are_committed(office: Office) -> None:
    (office.root / "inventory" / "district.yaml").open("a").write("# later\n")
    office.repo.git("add", "inventory")
    office.do(*shlex.split(FAULT), "--commit")
    assert office.repo.git("show", "--name-only", "--format=") == (
        f"records/{SITE}/115/FLT-115-0001.yaml"
    )


@pytest.mark.parametrize("branch", [("--commit",), ("--branch", "main")])
def test_b29_the_second_clone_takes_the_next_number(office: Office, branch: Any) -> None:
    other = clone(office, "other")
    assert fault(office, *branch, "--push")[0] == 0
    other.at("2026-03-02 09:05")
    fetch = gitwork.fetch
    calls = []

    def later(folder: Path) -> bool:  # at first it has not heard of the other's
        calls.append(folder)
        return fetch(folder) if len(calls) > 1 else True

    office.monkeypatch.setattr(gitwork, "fetch", later)
    code, out, err = fault(other, *branch, "--push")
    assert code == 0, err
    assert "FLT-115-0002" in out and "FLT-115-0001 已被他人使用" in err
    first = (office.root / f"records/{SITE}/115/FLT-115-0001.yaml").read_bytes()
    kept = other.root / f"records/{SITE}/115/FLT-115-0001.yaml"
    assert not kept.exists() or kept.read_bytes() == first


def test_b29_a_person_is_asked_before_the_number_changes(office: Office) -> None:
    other = clone(office, "other")
    assert fault(office, "--branch", "main", "--push")[0] == 0
    other.at("2026-03-02 09:05")
    url = str(office.folder / "server.git")
    other.repo.git("config", "remote.origin.fetch", "+refs/heads/none:refs/remotes/origin/none")
    clerk = Person(other, *shlex.split(FAULT), *ME, "--branch", "main", "--push")
    for question in ("發現日期", "發現人", "情形說明", "報修時間", "維修廠商"):
        clerk.answer(question, "")
    other.repo.git("config", "remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*")
    clerk.answer("替代措施", "")
    clerk.answer("FLT-115-0001 已被他人使用。改用下一個號碼？", "n")
    clerk.expect("已取消")
    assert clerk.end() == 64
    assert (
        other.repo.git("rev-parse", "HEAD") == other.repo.git("ls-remote", url, "main").split()[0]
    )


def test_b29_two_processes_in_one_folder_take_two_numbers(office: Office) -> None:
    code = "import sys\nfrom cctv_policy import cli\ncli.main(sys.argv[1:])"
    words = [*shlex.split(FAULT), "--root", str(office.root), *ME, "--clock-is-right"]
    running = [
        subprocess.Popen(
            [sys.executable, "-c", code, *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    said = [process.communicate(timeout=120)[0] for process in running]
    assert [process.returncode for process in running] == [0, 0, 0]
    assert len({line for text in said for line in text.split()}) == 3
    assert load_folder(office.root).faults == ()


def test_b31_a_lock_of_a_dead_process_holds_nobody_up(office: Office) -> None:
    lock = office.root / ".git" / "cctv-policy" / "clerk.lock"
    lock.parent.mkdir(exist_ok=True)
    lock.write_text("999999 some-other-boot\n")
    assert fault(office)[0] == 0
    assert lock.read_text() == f"{os.getpid()} {boot_id()}\n"


def test_b31_a_living_holder_is_named(tmp_path: Path) -> None:
    file = tmp_path / "lock"
    with locked(file), pytest.raises(ClerkError, match=str(os.getpid())), locked(file, wait_s=0.1):
        pass


def test_b31_a_read_only_folder_is_left_as_it_was(office: Office) -> None:
    target = office.root / "records" / SITE / "115"
    words = [*shlex.split(FAULT), "--root", str(office.root), *ME, "--clock-is-right"]
    command = [sys.executable, "-m", "cctv_policy", *words]
    if os.geteuid() == 0:  # root writes anywhere, but not on a read-only mount
        mount = f"mount --bind {target} {target} && mount -o remount,ro,bind {target} && "
        command = ["unshare", "-m", "sh", "-c", mount + shlex.join(command)]
    else:
        target.chmod(0o500)
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert done.returncode == 64 and "無法寫入" in done.stderr, done.stderr
    assert not list((office.root / "records").rglob("*FLT*"))


def test_b31_a_full_disk_leaves_nothing_half_written(office: Office) -> None:
    """A file size limit of this process makes the write fail as a full disk does."""
    script = (
        "import resource, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (64, 64))\n"
        "from cctv_policy import cli\ncli.main(sys.argv[1:])"
    )
    words = [*shlex.split(FAULT), "--root", str(office.root), *ME, "--clock-is-right"]
    done = subprocess.run(
        [sys.executable, "-B", "-c", script, *words],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert done.returncode == 64, done.stderr
    assert "無法寫入" in done.stderr and "Traceback" not in done.stderr
    assert not list((office.root / "records").rglob("*FLT*"))


def test_b31_a_command_killed_between_two_files_is_undone(office: Office) -> None:
    """Killed after the register's line was written and before the request's next version."""
    from tests.clerk.test_request_flow import approved, asked

    record = asked(office)
    approved(office, record)
    script = (
        "import os, signal, sys\n"
        "from datetime import datetime\n"
        "from cctv_policy import cli\n"
        "from cctv_policy.cli import shared\n"
        "from cctv_policy.clerk import write\n"
        "shared.now = lambda: datetime.fromisoformat('2026-03-03T09:30:00+08:00')\n"
        "place = write.place\n"
        "def dying(target, data, *, new):\n"
        "    if not new: os.kill(os.getpid(), signal.SIGKILL)\n"
        "    return place(target, data, new=new)\n"
        "write.place = dying\n"
        "cli.main(sys.argv[1:])"
    )
    words = [
        "request",
        "view",
        record,
        "--session",
        "115/03/03 09:00 至 09:20",
        "--escort",
        "P-0004",
    ]
    words += ["--purpose-code", "property", "--root", str(office.root), *ME, "--from", "-"]
    done = subprocess.run(
        [sys.executable, "-c", script, *words],
        input='viewer: "陳堃"\n',
        text=True,
        capture_output=True,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    line = office.root / f"records/{SITE}/115/REG-115-0001.yaml"
    assert line.is_file()
    office.at("2026-03-03 10:00")
    code, out, err = fault(office)
    assert code == 0 and "FLT-115-0001" in out and "REG-115-0001" in err
    assert not line.exists()
    assert load_records(office.root).records[SITE, record].data["status"] == "approved"


def test_b32_without_a_remote_everything_else_works(office: Office) -> None:
    office.repo.git("remote", "set-url", "origin", "/nowhere/at/all.git")
    code, _, err = fault(office, "--push")
    assert code == 75
    assert "FLT" in office.repo.git("show", "--name-only", "--format=")
    assert "尚未送出：遠端沒有回應" in err and "records share --push" in err
    office.repo.git("remote", "set-url", "origin", str(office.folder / "server.git"))
    office.do("records", "share", "--push")
    assert office.repo.git("ls-remote", "origin", f"{SITE}/FLT-115-0001")


def test_b32_a_hanging_remote_has_a_time_limit(office: Office, monkeypatch: Any) -> None:
    monkeypatch.setattr(gitwork, "TIME_LIMIT_S", 1.0)
    monkeypatch.setenv("GIT_SSH_COMMAND", "sleep 60;")
    office.repo.git("remote", "set-url", "origin", "ssh://nobody@203.0.113.1/x.git")
    started = time.monotonic()
    code, _, err = fault(office, "--push")
    assert code == 75 and "沒有回應" in err
    assert time.monotonic() - started < 20


def test_b32_what_the_server_refuses_is_told(office: Office) -> None:
    office.do(*shlex.split(FAULT), "--branch", "main")
    path = office.root / f"records/{SITE}/115/FLT-115-0001.yaml"
    path.write_text(path.read_text().replace("other", "no_power"))
    office.repo.commit("x", at=office.now)
    code, _, err = office.run("records", "share", "--push")
    assert code == 75 and "record_changed" in err


@pytest.mark.parametrize("year", ["2025", "2027"])
def test_b34_a_clock_wrong_by_a_year_is_refused(office: Office, year: str) -> None:
    office.now = f"{year}-03-02T09:00:00+08:00"
    code, _, err = fault(office)
    assert code == 64 and "電腦時間與紀錄的歷史不符" in err
    assert not list((office.root / "records").rglob("*FLT*"))


def test_a_contradiction_is_told_and_the_answers_are_kept(office: Office) -> None:
    clerk = Person(office, *shlex.split(FAULT), *ME)
    clerk.answer("發現日期", "今天")
    clerk.answer("發現人", "")
    clerk.answer("情形說明", "")
    clerk.answer("報修時間", "115/03/01 08:00")  # before it was found
    clerk.answer("維修廠商", "0912-345-678 王")
    clerk.answer("替代措施", "")
    clerk.expect("date_order")
    clerk.expect("pii_in_clear")
    clerk.answer("發現日期（如 115/03/01；Enter＝同前）", "115/03/01")
    for question in ("發現人", "情形說明", "報修時間"):
        clerk.answer(question, "")
    clerk.answer("維修廠商", "測試電機行")
    clerk.answer("替代措施", "")
    clerk.expect("FLT-115-0001.yaml")
    assert clerk.end() == 0
    data = load_folder(office.root).records[SITE, "FLT-115-0001"].data
    assert data["reported_at"].startswith("2026-03-01T08:00") and data["vendor"] == "測試電機行"


def test_a_folder_without_git_is_written_all_the_same(office: Office) -> None:
    shutil.rmtree(office.root / ".git")
    assert fault(office)[0] == 0
    code, _, err = fault(office, "--commit")
    assert code == 64 and "不是 git 版本庫" in err
    assert len(list(office.root.rglob("FLT-*"))) == 1


def test_a_new_record_leaves_the_branch_of_another(office: Office) -> None:
    office.do(*shlex.split(FAULT), "--commit")
    office.do(*shlex.split(FAULT), "--commit")
    assert office.repo.git("branch", "--show-current") == f"{SITE}/FLT-115-0002"
    assert not list(office.root.rglob("FLT-115-0001.yaml"))
    words = ["--storage-replaced", "否", "--credential-reset", "否", "--commit"]
    office.do("fault", "repair", "FLT-115-0001", *words)
    assert office.repo.git("branch", "--show-current") == f"{SITE}/FLT-115-0001"
