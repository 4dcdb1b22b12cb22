"""The command as a person meets it: help, exit codes, messages, and where its output goes."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tarfile
from datetime import datetime, timedelta
from importlib import import_module
from io import StringIO
from pathlib import Path

import pytest

from cctv_policy import __version__, cli, pipeline
from cctv_policy.cli import run, show
from cctv_policy.errors import CctvPolicyError
from cctv_policy.report import FORMATS
from tests import reference
from tests.district import AS_OF, CAMERA, NVR, District, camera

COMMANDS = tuple(reference.commands())
WHEN = AS_OF.isoformat()
LOOKED_AT = {
    "exposure.upnp_enabled": False,
    "exposure.upnp_mappings": [],
    "exposure.ddns_enabled": False,
    "exposure.p2p_enabled": False,
    "exposure.tunnels": [],
    "services.snmp": {"v1": False, "v2c": False, "v3": False, "community_default": False},
    "services.recordings_open": False,
    "services.database_open": False,
    "services.debug_ports": [],
}
"""What only a person or a sheet can say of a camera."""


@pytest.fixture
def healthy(tmp_path: Path) -> Path:
    return District(evidence={CAMERA: LOOKED_AT}).write(tmp_path / "district")


@pytest.fixture
def exposed(tmp_path: Path) -> Path:
    interfaces = {"interfaces": [{"addresses": ["163.20.1.5"]}]}
    return District(evidence={NVR: interfaces}).write(tmp_path / "district")


def check(root: Path, *more: str) -> int:
    return run(["check", "--root", str(root), "--as-of", WHEN, *more])


def tool(*arguments: str, **more: object) -> subprocess.CompletedProcess[bytes]:
    """The command as a process of its own."""
    source = str(Path(cli.__file__).parents[2])
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": source, **more.pop("env", {})}  # type: ignore[dict-item]
    return subprocess.run(
        [sys.executable, "-m", "cctv_policy", *arguments],
        env=environment,
        capture_output=True,
        timeout=120,
        **more,  # type: ignore[call-overload]
    )


@pytest.mark.parametrize("command", [(), *((c,) for c in COMMANDS)])
def test_every_command_has_help(
    command: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        run([*command, "--help"])
    assert end.value.code == 0
    out = capsys.readouterr().out
    assert out.startswith(" ".join(["usage: cctv-policy", *command]))
    assert all(c in out for c in COMMANDS) if not command else "--help" in out


@pytest.mark.parametrize("group", cli.GROUPS)
def test_a_command_loads_the_groups_that_add_to_it(group: str) -> None:
    top = argparse.ArgumentParser()
    commands = top.add_subparsers()
    import_module(f"cctv_policy.cli.{group}").add(commands)
    assert tuple(commands.choices) == cli.GROUPS[group]


def test_collect_loads_no_records_and_check_no_network() -> None:
    for command, runs, other in (
        ("collect", "collect", "cctv_policy.records"),
        ("check", "pipeline", "cctv_policy.collect"),
    ):
        code = f"import sys; from cctv_policy import cli; cli.parser({command!r}); "
        code += f"import cctv_policy.{runs}; sys.exit({other!r} in sys.modules)"
        assert not subprocess.run([sys.executable, "-c", code]).returncode


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        run(["--version"])
    assert end.value.code == 0
    assert capsys.readouterr().out == f"cctv-policy {__version__}\n"


def test_nothing_wrong_is_0(healthy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check(healthy) == 0, capsys.readouterr().out


def test_a_violation_is_1(exposed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check(exposed) == 1
    assert "163.20.1.5" in capsys.readouterr().out


def test_the_projects_own_checkout_can_be_judged(capsys: pytest.CaptureFixture[str]) -> None:
    """Its sample inventory lies beside the packs that this installation has already."""
    assert check(Path(__file__).parents[1]) in (1, 2), capsys.readouterr().err


def test_no_evidence_is_2(healthy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check(healthy, "--state", str(healthy / "nothing")) == 2
    assert "無法判定" in capsys.readouterr().out


def test_evidence_that_has_aged_is_2(healthy: Path) -> None:
    later = (AS_OF + timedelta(days=30)).isoformat()
    assert run(["check", "--root", str(healthy), "--as-of", later]) == 2


def test_a_broken_evidence_file_is_told_and_is_no_pass(
    healthy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    [document] = (healthy / "state").rglob("*.json")
    document.write_text("{")
    assert check(healthy) == 2
    assert "證據檔無法使用" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "COMMAND"),
        (["chek"], "invalid choice: 'chek'"),
        (["check", "--format", "pdf"], "invalid choice: 'pdf'"),
        (["check", "--as-of", "yesterday"], "時間的寫法如 2026-11-22T10:00+08:00"),
        (["check", "--engine", "opaque"], "invalid choice: 'opaque'"),
        (["collect", "--concurrency", "0"], "not a number from 1 to 1000"),
        (["collect", "--concurrency", "１０"], "not a number from 1 to 1000"),
        (["bundle"], "--output"),
        (["check", "--all=yes"], "不接受值 (argument --all: ignored explicit argument"),
        (["check", "--as-of", "115/13/01"], "參數 --as-of：時間的寫法如 2026-11-22"),
        (["check", "--format"], "參數 --format 後面要有一個值 (argument --format: expected one"),
        (["bundle"], "缺少必要的參數：--output/-o (the following arguments are required"),
        (["check", "--nothing"], "有不認識的參數 (unrecognized arguments: --nothing)"),
        (["records", "gone"], "不在可用的選項中"),
    ],
)
def test_a_command_line_that_cannot_be_understood_is_64(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        run(arguments)
    told = capsys.readouterr()
    assert end.value.code == 64
    assert says in told.err
    assert told.out == ""


def refused(arguments: list[str], capsys: pytest.CaptureFixture[str], code: int = 64) -> str:
    """The message of a run that ends with `code` and prints nothing else."""
    assert run(arguments) == code
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("cctv-policy: ")
    assert "Traceback" not in told.err
    return told.err


def test_a_folder_without_inventory_is_64(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = refused(["check", "--root", str(tmp_path)], capsys)
    assert "district.yaml" in said


def test_every_fault_of_an_inventory_is_told_with_its_line(
    healthy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    school = healthy / "inventory" / "schools" / "test-es.yaml"
    text = school.read_text(encoding="utf-8")
    text = text.replace("elementary", "castle").replace("in_use", "broken")
    school.write_text(text, encoding="utf-8")
    said = refused(["inventory", "--root", str(healthy)], capsys)
    assert said.count("inventory/schools/test-es.yaml:") >= 2
    assert "bad_choice" in said


def test_an_unknown_pack_is_64(healthy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = refused(["check", "--root", str(healthy), "--pack", "tw-atlantis"], capsys)
    assert "tw-atlantis" in said


def test_an_unknown_rule_is_64(capsys: pytest.CaptureFixture[str]) -> None:
    assert "cctv-policy rules" in refused(["rules", "A9.9-none"], capsys)


def test_an_unknown_school_is_64(healthy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "nowhere-es" in refused(
        ["collect", "--root", str(healthy), "--limit", "nowhere-es"], capsys
    )


def test_an_engine_that_is_not_there_is_70(
    healthy: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CCTV_POLICY_OPA_TOKEN", "a-token-of-this-test")
    said = refused(
        ["check", "--root", str(healthy), "--engine", "opa", "--opa-url", "http://127.0.0.1:9"],
        capsys,
        code=70,
    )
    assert "127.0.0.1:9" in said
    assert "a-token-of-this-test" not in said


def test_a_fault_of_the_tool_is_70(
    healthy: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise CctvPolicyError("the sky fell", where="cloud", fix="look up")

    monkeypatch.setattr(pipeline, "judge", broken)
    assert check(healthy) == 70
    assert capsys.readouterr().err == "cctv-policy: cloud: the sky fell\n  → look up\n"


@pytest.mark.parametrize("name", sorted(FORMATS))
@pytest.mark.parametrize("lang", ["zh-TW", "en"])
def test_every_format_goes_to_a_file(exposed: Path, tmp_path: Path, name: str, lang: str) -> None:
    target = tmp_path / f"report.{name}"
    assert check(exposed, "--format", name, "--lang", lang, "--output", str(target)) == 1
    assert "A3.1-no-public-ip" in target.read_text(encoding="utf-8")
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


def test_a_link_is_written_through_and_stays_a_link(exposed: Path, tmp_path: Path) -> None:
    target, link = tmp_path / "report", tmp_path / "stdout"
    target.write_text("old")
    link.symlink_to(target)  # as /dev/stdout is one
    assert check(exposed, "--output", str(link)) == 1
    assert link.is_symlink()
    assert "A3.1-no-public-ip" in target.read_text(encoding="utf-8")


def test_a_report_that_cannot_be_written_leaves_the_old_one(
    exposed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "taken"
    target.mkdir()
    (target / "old").write_text("old")
    said = refused(
        ["check", "--root", str(exposed), "--as-of", WHEN, "--output", str(target)], capsys
    )
    assert "cannot write the report" in said and str(target) in said
    assert (target / "old").read_text() == "old"
    assert not list(tmp_path.glob(".*"))


def test_a_folder_that_is_not_there_is_64(
    exposed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = str(tmp_path / "gone" / "report.txt")
    assert "No such file" in refused(
        ["check", "--root", str(exposed), "--as-of", WHEN, "-o", target], capsys
    )


def test_as_of_without_an_offset_is_taipei_time(
    exposed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["check", "--root", str(exposed), "--as-of", "2026-11-22T10:00", "--format", "json"])
    told = json.loads(capsys.readouterr().out)
    assert datetime.fromisoformat(told["as_of"]) == AS_OF


def test_demo_always_exits_0_in_every_format(capsys: pytest.CaptureFixture[str]) -> None:
    for name in FORMATS:
        assert run(["demo", "--format", name]) == 0
        assert capsys.readouterr().out


def test_demo_shows_a_few_screens_and_all_on_request(capsys: pytest.CaptureFixture[str]) -> None:
    run(["demo"])
    short = capsys.readouterr().out
    run(["demo", "--all"])
    assert short.count("✗F 不符 [") == show.DEMO_FINDINGS
    assert len(short.splitlines()) < 320
    assert len(capsys.readouterr().out) > 2 * len(short)


def test_the_sample_is_a_district_to_play_with(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "my district"
    assert run(["init", "--sample", str(folder)]) == 0
    assert f"cd '{folder}' && cctv-policy check" in capsys.readouterr().out
    assert run(["check", "--root", str(folder)]) == 1
    assert run(["inventory", "--root", str(folder)]) == 0
    assert run(["init", "--sample", str(folder)]) == 64


def test_collect_and_scan_ask_a_district_of_this_machine(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recorder = {
        "id": NVR,
        "driver": "local",
        "status": "in_use",
        "commissioned_on": "2024-08-20",
        "cameras": [camera()],
    }
    root = District(recorders=[recorder], without=(NVR,)).write(tmp_path / "d")
    assert run(["collect", "--root", str(root)]) == 0
    assert (
        json.loads((root / "state" / "test-es" / f"{NVR}.json").read_bytes())["driver"] == "local"
    )
    capsys.readouterr()
    assert run(["scan", "--root", str(root), "--limit", NVR, "--format", "json"]) in (1, 2)
    assert json.loads(capsys.readouterr().out)["schema"] == "cctv-policy/run/1"


@pytest.mark.parametrize("lang", ["zh-TW", "en"])
def test_rules_and_packs_are_listed(lang: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rules", "--lang", lang]) == 0
    assert "A4.3-retention-min" in capsys.readouterr().out
    assert run(["rules", "17", "--lang", lang]) == 0
    assert "P14D" in capsys.readouterr().out
    assert run(["packs", "--lang", lang]) == 0
    assert "tw-ntpc-school" in capsys.readouterr().out


def test_the_bundle_is_the_same_every_time(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = tmp_path / "a.tar.gz", tmp_path / "b.tar.gz"
    assert run(["bundle", "-o", str(first)]) == run(["bundle", "-o", str(second)]) == 0
    assert first.read_bytes() == second.read_bytes()
    with tarfile.open(first) as packed:
        assert "/.manifest" in packed.getnames()
    assert "cannot write" in (
        capsys.readouterr() and refused(["bundle", "-o", str(tmp_path / "no" / "c")], capsys)
    )


@pytest.mark.parametrize(
    "locale", [{"LANG": "C", "LC_ALL": "C"}, {"PYTHONIOENCODING": "cp950"}, {"PYTHONUTF8": "0"}]
)
def test_chinese_is_printed_whatever_the_locale(locale: dict[str, str]) -> None:
    done = tool("rules", "5", env=locale)
    assert done.returncode == 0, done.stderr
    assert "監錄系統禁止置於真實網路位址" in done.stdout.decode("utf-8")


def test_a_reader_that_goes_away_is_no_crash() -> None:
    source = str(Path(cli.__file__).parents[2])
    done = subprocess.run(
        ["sh", "-c", '"$1" -m cctv_policy rules; echo "code $?" >&2', "sh", sys.executable],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": source},
        stdout=_closed_pipe(),
        stderr=subprocess.PIPE,
        timeout=60,
        check=False,
    )
    assert done.stderr.decode() == "code 130\n"


def _closed_pipe() -> int:
    reader, writer = os.pipe()
    os.close(reader)
    return writer


def test_the_tool_works_from_any_folder_and_without_being_installed(tmp_path: Path) -> None:
    done = tool("demo", "--format", "json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["pack"]["id"] == "tw-ntpc-school"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("typed", ["A123456789", "AGE-SECRET-KEY-1QQQQ", "0912-345-678"])
def test_a_number_or_a_key_typed_where_it_does_not_belong_is_not_repeated(
    typed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        run(["keys", "verify", typed])
    assert ended.value.code == 64
    said = capsys.readouterr()
    assert typed not in said.out + said.err
    assert "有不認識的參數 (unrecognized arguments: (…))" in said.err


@pytest.mark.parametrize("typed", ["A123456789", "AGE-SECRET-KEY-1QQQQ", "0912-345-678"])
def test_nor_is_it_where_an_id_belongs(
    typed: str, healthy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["collect", "--root", str(healthy), "--limit", typed]) == 64
    said = capsys.readouterr()
    assert typed not in said.out + said.err
    assert "清冊中沒有 (…)" in said.err


def test_a_hook_that_is_given_no_push_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", StringIO(""))
    assert run(["hook", "pre-receive"]) == 64
    assert "沒有收到任何推送 (nothing was pushed" in capsys.readouterr().err


def test_due_of_a_school_that_is_not_there_is_64(
    healthy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["due", "--root", str(healthy), "--school", "nope"]) == 64
    assert "nope: 清冊中沒有這所學校 (no such school)" in capsys.readouterr().err


def test_due_without_evidence_says_what_it_does_not_list(
    healthy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["due", "--root", str(healthy), "--state", str(healthy / "nothing")]) == 0
    unseen = "沒有影像的證據，未列到期日"
    assert unseen in capsys.readouterr().err
    assert run(["due", "--root", str(healthy), "--as-of", WHEN]) == 0
    assert unseen not in capsys.readouterr().err


def test_due_of_one_school_has_its_key_drills(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = str(tmp_path / "sample")
    assert run(["init", "--sample", root]) == 0
    assert run(["due", "--root", root, "--school", "qingxi-es"]) == 0
    lines = [line for line in capsys.readouterr().out.splitlines() if "金鑰演練" in line]
    assert lines and all(" qingxi-es" in line for line in lines)
