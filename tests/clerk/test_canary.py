"""Canary on a clerk's whole way: what is typed comes out on the paper, in the ODS and on a
terminal, and nowhere else: no argument or environment of any child, no file, no git object, no
message, no metadata of the PDF. What CI prints about personal data in clear does not repeat it.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import resource
import shlex
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from cctv_policy.records import record_path
from cctv_policy.report import FORMATS
from cctv_policy.scaffold.district import TEMPLATES
from cctv_policy.strictyaml import dump
from tests.clerk.desk import PERSONAL, SITE, SOURCE, Office, open_office
from tests.clerk.guide import printable
from tests.clerk.terminal import MAIN, Person
from tests.forms import pdf
from tests.records.samples import sample

SCAN = hashlib.sha256(b"scan").hexdigest()
SECRETS = PERSONAL | {"decision_reason": "申請範圍與個人權益無關", "remarks": "已告知當事人家長"}
NEW = (
    "request new --applicant-category teacher --requesting-unit 三年二班 --camera cam-1"
    " --window '115/03/01 10:00 至 10:30' --necessity-confirmed 是 --notice-accepted 是"
    f" --scan {SCAN}"
)


class Watched:
    """An office whose every process is watched; `said` is all that they printed."""

    def __init__(self, office: Office, folder: Path) -> None:
        self.office, self.said = office, [b""]
        self.children = folder / "children"
        self.log = os.open(self.children, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self.home = folder / "home"
        self.temporary = folder / "tmp"
        for one in (self.home, self.temporary):
            one.mkdir()

    def env(self) -> dict[str, str]:
        places = {"HOME": str(self.home), "TMPDIR": str(self.temporary)}
        return {**os.environ, "PYTHONPATH": str(SOURCE), **places}

    def command(
        self, line: str, given: Mapping[str, str] | None = None, *, writes: bool = True
    ) -> bytes:
        """One command from a script; its stdout. Without `writes` it can make no file at all."""
        words = [*shlex.split(line), "--root", str(self.office.root)]
        words += ["--from", "-"] if given else []
        self.office.clock.write_text(self.office.now)
        done = subprocess.run(
            [sys.executable, "-c", MAIN.format(now=self.office.now), *words],
            input=dump(given).encode() if given else b"",
            capture_output=True,
            env=self.env() | {"WATCH": str(self.log if writes else 2)},
            pass_fds=(self.log,),
            preexec_fn=None if writes else _no_files,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
        self.said += [done.stderr, done.stdout if writes else b""]
        return done.stdout

    def terminal(self, line: str) -> Person:
        return Person(self.office, *shlex.split(line), env=self.env(), watch=self.log)


def _no_files() -> None:
    """No regular file can get a first byte any more; pipes can."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


@pytest.fixture
def watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Watched:
    return Watched(open_office(tmp_path, monkeypatch), tmp_path)


def everything(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file with its name, and every git object of every repository, below a folder."""
    for file in folder.rglob("*"):
        if file.is_file():
            yield str(file), str(file).encode() + b"\n" + file.read_bytes()
    for repository in (folder / "district", folder / "server.git"):
        command = ["git", "-C", str(repository), "cat-file", "--batch-all-objects", "--batch"]
        yield str(repository), subprocess.run(command, capture_output=True, check=True).stdout


def leaks(data: bytes) -> list[str]:
    """The names of what is in there, as UTF-8 or as PDF writes text."""
    return [
        name
        for name, value in SECRETS.items()
        if any(value.encode(code) in data for code in ("utf-8", "utf-16-be", "big5hkscs"))
    ]


def typed(watched: Watched) -> None:
    """A request typed at the counter."""
    clerk = watched.terminal(f"{NEW} --as P-0001 --branch main --push")
    for question, name in (
        ("申請人", "applicant_name"),
        ("申請日期", ""),
        ("證號種類", ""),
        ("身分證號", "id_number"),
        ("聯絡電話", "phone"),
        ("與當事人關係", ""),
        ("申請事由", "reason"),
        ("申請人簽章方式", ""),
        ("申請人簽章時間", ""),
    ):
        if name == "applicant_name":
            clerk.answer(question, SECRETS[name])
            clerk.answer("人員代號", "")
            continue
        clerk.answer(question, SECRETS.get(name, ""))
    clerk.expect("已送出分支 main")
    assert clerk.end() == 0


def test_what_a_clerk_types_comes_out_on_paper_and_terminal_only(
    watched: Watched, tmp_path: Path
) -> None:
    office, identity = watched.office, tmp_path / "keys" / "custodian"
    typed(watched)
    given = {k: v for k, v in PERSONAL.items() if k != "viewer"}
    watched.command(f"{NEW} --as P-0001 --branch main", given)
    for person, hour in (("P-0001", 10), ("P-0002", 11), ("P-0003", 12)):
        office.at(f"2026-03-02 {hour}:00")
        watched.command(
            f"approve REQ-115-0001 --as {person} --key {office.key(person)} --branch main"
        )
    watched.command(
        f"request reject REQ-115-0002 --as P-0001 --key {office.key('P-0001')} --branch main",
        {"reason": SECRETS["decision_reason"]},
    )
    office.at("2026-03-03 09:30")
    watched.command(
        "request view REQ-115-0001 --as P-0001 --session '115/03/03 09:00 至 09:20'"
        " --escort P-0004 --purpose-code property --branch main",
        {"viewer": SECRETS["viewer"]},
    )
    office.at("2026-03-04 09:00")
    watched.command(
        "request close REQ-115-0001 --as P-0001 --branch main --push",
        {"remarks": SECRETS["remarks"]},
    )
    eyes = watched.terminal(f"show REQ-115-0001 --identity {identity}")
    assert eyes.end() == 0
    shown = set(SECRETS) - {"viewer", "decision_reason"}
    assert {*leaks(eyes.screen)} >= shown  # the one screen that was asked for

    if printable():
        paper = watched.command(
            f"forms print REQ-115-0001 --identity {identity} -o /dev/fd/1", writes=False
        )
        _only_in_the_body(paper)

    for place, data in [*everything(tmp_path), ("said", b"\n".join(watched.said))]:
        assert leaks(data) == [], place
    children = watched.children.read_text()
    assert "ssh-keygen" in children and "'push'" in children  # the watch did see them
    assert list(watched.temporary.iterdir()) == []


def _only_in_the_body(paper: bytes) -> None:
    """The paper's values are what one reads on it, and nowhere around it."""
    text = pdf.text(paper)
    for name in ("applicant_name", "id_number", "phone", "reason"):
        assert SECRETS[name] in text, name
    for words in (["pdfinfo", "-"], ["pdfinfo", "-meta", "-"], ["pdfinfo", "-custom", "-"]):
        about = subprocess.run(words, input=paper, capture_output=True, check=True).stdout
        assert leaks(about) == []
        assert not re.search(rb"(?m)^(Author|Subject|Keywords|CreationDate|ModDate):", about)
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(paper)
        file.flush()
        command = ["pdfdetach", "-list", file.name]
        listed = subprocess.run(command, capture_output=True, check=True)
    assert b"0 embedded files" in listed.stdout
    assert leaks(re.sub(rb"(?s)stream\r?\n.*?endstream", b"", paper)) == []


def test_the_register_as_ods_holds_names_in_its_table_only(
    watched: Watched, tmp_path: Path
) -> None:
    watched.command(
        "register add --as P-0001 --session '115/03/02 08:00 至 08:10' --escort P-0004"
        " --purpose-code inspection --camera cam-1 --window '115/03/01 10:00 至 10:30'"
        " --branch main",
        {"viewer": SECRETS["viewer"]},
    )
    identity = tmp_path / "keys" / "custodian"
    target = watched.home / "register.ods"
    watched.command(f"forms print register --identity {identity} -o {target}")
    with zipfile.ZipFile(io.BytesIO(target.read_bytes())) as book:
        found = {name: leaks(book.read(name)) for name in book.namelist()}
        comments = [book.comment, *(one.comment + one.extra for one in book.infolist())]
    assert found.pop("content.xml")
    assert not any(found.values())
    assert not any(map(leaks, comments))
    target.unlink()
    for place, data in everything(tmp_path):
        assert leaks(data) == [], place


def ci_commands() -> list[str]:
    """Every command that the CI files of a new district run, but those that ask devices."""
    found = set()
    for file in (".github/workflows/cctv.yml", ".gitlab-ci.yml", ".gitea/workflows/cctv.yml"):
        text = (TEMPLATES / file).read_text(encoding="utf-8")
        found |= set(re.findall(r"cctv-policy (?:check|records)[^\n|]*", text))
    return sorted(found)


def test_what_ci_prints_of_personal_data_in_clear_does_not_repeat_it(
    watched: Watched, tmp_path: Path
) -> None:
    repo, root = watched.office.repo, watched.office.root
    repo.git("checkout", "-qb", SECRETS["id_number"])
    wrong = sample("REQ", id="REQ-115-0002", requesting_unit=SECRETS["phone"])
    wrong |= {"reason": SECRETS["reason"], "applicant_name": SECRETS["applicant_name"]}
    repo.write(record_path("REQ-115-0002", SITE), wrong)
    torn = f"reason: {SECRETS['reason']}\n  name: {SECRETS['applicant_name']}: [\n"
    (root / "records" / SITE / "115" / "REQ-115-0003.yaml").write_text(torn)
    repo.write(f"records/{SITE}/115/{SECRETS['id_number']}.yaml", "x: 1\n")
    repo.write(f"records/{SITE}/115/{SECRETS['applicant_name']}.yaml", "x: 1\n")
    repo.commit(f"{SECRETS['applicant_name']} {SECRETS['phone']}", at="2026-03-03T09:00:00+08:00")

    commands = ci_commands()
    assert len(commands) >= 3
    commands += [f"cctv-policy check --format {name} -o {tmp_path}/{name}" for name in FORMATS]
    commands += [f"cctv-policy check --format {name}" for name in FORMATS]
    commands += ["cctv-policy records check", "cctv-policy records stats", "cctv-policy due"]
    command = str(Path(sys.executable).with_name("cctv-policy"))
    for line in commands:
        ready = re.sub(r'"?(origin/\$\{\{.*?\}\}|FETCH_HEAD)"?', "origin/main", line)
        done = subprocess.run(
            [command, *shlex.split(ready)[1:]],
            cwd=root,
            capture_output=True,
            env=watched.env(),
            check=False,
        )
        assert done.returncode in (0, 1, 2), done.stderr.decode()
        assert leaks(done.stdout) == [], line
        assert leaks(done.stderr) == [], line
        if "records check" in line:
            assert done.returncode == 1 and b"pii_in_clear" in done.stdout
    for name in FORMATS:
        assert leaks((tmp_path / name).read_bytes()) == [], name
