"""The documentation is true: its commands run, its examples work, its links lead somewhere."""

from __future__ import annotations

import importlib.util
import re
import shlex
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

from cctv_policy import catalog, cli, demo, pipeline
from cctv_policy.catalog import write_router
from cctv_policy.drivers.framing import cut
from cctv_policy.drivers.machine import LinuxRecorder
from cctv_policy.facts import FACTS
from cctv_policy.model import Outcome, Run
from cctv_policy.report import FORMATS
from cctv_policy.scaffold.evidence import write_sample
from tests import reference, sample
from tests.drivers import cases

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
READMES = {"en": ROOT / "README.md", "zh-TW": ROOT / "README.zh-TW.md"}
CONTRIBUTING = ROOT / "docs" / "contributing.md"

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_PAGES = pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)


def blocks(page: Path, language: str) -> list[str]:
    """The code blocks of one language."""
    text = page.read_text(encoding="utf-8")
    return [body for name, body in _BLOCK.findall(text) if name == language]


def commands(page: Path) -> Iterator[list[str]]:
    """Every call of the tool in a shell block, without the shell's own words."""
    for block in blocks(page, "sh"):
        for line in block.splitlines():
            words = shlex.split(line, comments=True)
            if words[:1] == ["cctv-policy"]:
                yield words[1:]


@cache
def judged() -> Run:
    return demo.run(sample.RECORDED)


@_PAGES
def test_links_lead_to_files_and_headings(page: Path) -> None:
    for target in _LINK.findall(page.read_text(encoding="utf-8")):
        if target.startswith(("https://", "http://", "mailto:")):
            continue
        name, _, heading = target.partition("#")
        path = (page.parent / name).resolve() if name else page
        assert path.exists(), f"{page.name}: {target}"
        if heading:
            titles = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
            slugs = {re.sub(r"[^\w\- ]", "", t.lower()).strip().replace(" ", "-") for t in titles}
            assert heading in slugs, f"{page.name}: {target}"


@_PAGES
def test_every_command_line_is_one_the_tool_understands(page: Path) -> None:
    for words in commands(page):
        end = {"|", "||", "&&", "<", ">"}
        own = next((words[:i] for i, word in enumerate(words) if word in end), words)
        own = ["A3.1-no-public-ip" if word == "<id>" else word for word in own]
        cli.parser().parse_args(own)


@_PAGES
def test_pages_speak_of_no_machine_and_hold_no_placeholder(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert not re.search(r"/work/|/tmp/|/root/|TODO|FIXME|XXX", text)


def test_the_reference_is_written_from_the_code() -> None:
    assert reference.PAGE.read_text(encoding="utf-8") == reference.page(), (
        "run: python -m tests.reference"
    )


def test_the_reference_names_everything() -> None:
    text = reference.PAGE.read_text(encoding="utf-8")
    policies = pipeline.load_policies("tw-ntpc-school")
    names = [*reference.commands(), *policies.catalog.rules, *policies.not_built, *FORMATS, *FACTS]
    names += [*reference.DRIVERS, *(p.stem for p in packs())]
    for name in names:
        assert f"`{name}`" in text or f"`cctv-policy {name}`" in text, name


def packs() -> list[Path]:
    folder = ROOT / "policies" / "regulations"
    return [p for p in folder.glob("*.yaml") if p.stem != "parameters"]


def test_the_map_names_every_package() -> None:
    stages = (ROOT / "docs/architecture.md").read_text("utf-8")
    packages = {folder.parent.name for folder in (ROOT / "src/cctv_policy").glob("*/__init__.py")}
    assert "push" in packages
    assert {name for name in packages if f"`{name}/`" not in stages} == set()


@pytest.mark.parametrize("lang", READMES)
def test_the_readme_shows_what_the_demo_prints(lang: str) -> None:
    printed = FORMATS["text"].render(judged(), lang=lang, everything=True)
    table, finding = blocks(READMES[lang], "text")
    here = {"en": "this machine", "zh-TW": "這台電腦"}[lang]
    for line in table.splitlines():
        assert line in printed or line.startswith(here), line
    for line in finding.splitlines():
        told = line.split("  2026-")[0]
        assert told in printed, line


@pytest.mark.parametrize("lang", READMES)
def test_the_readme_counts_the_rules(lang: str) -> None:
    count = len(pipeline.load_policies("tw-ntpc-school").rules)
    assert re.search(rf"^{count} ", READMES[lang].read_text(encoding="utf-8"), re.MULTILINE)


def test_the_readmes_sample_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    ends = {}
    for words in commands(READMES["en"]):
        if "sample" in words:
            ends[words[0]] = cli.run(words)
    assert ends == {"init": 0, "check": 1}
    monkeypatch.chdir(tmp_path / "sample")
    assert cli.run(["inventory"]) == 0
    assert cli.run(["check", "--format", "junit", "-o", "report.xml"]) == 1
    assert (tmp_path / "sample" / "report.xml").is_file()


def test_both_readmes_say_the_same() -> None:
    english, chinese = (path.read_text(encoding="utf-8") for path in READMES.values())
    for pattern in (r"^## ", r"^\| ", r"^- ", r"^```"):
        counts = [len(re.findall(pattern, text, re.MULTILINE)) for text in (english, chinese)]
        assert counts[0] == counts[1], pattern
    assert [c[0] for c in commands(READMES["zh-TW"])] == [c[0] for c in commands(READMES["en"])]


def test_the_waiver_of_the_guide_is_one(tmp_path: Path) -> None:
    [text] = [b for b in blocks(ROOT / "docs" / "usage.md", "yaml") if "WVR" in b]
    write_sample(tmp_path / "district", sample.RECORDED)
    [path] = (tmp_path / "district" / "records").rglob("WVR-115-0003.yaml")
    path.write_text(text, encoding="utf-8")
    run = pipeline.judge(tmp_path / "district", as_of=sample.RECORDED)
    assert [f.subject.id for f in run.findings if f.outcome is Outcome.WAIVED] == ["haiwu-nvr-1"]


# -- docs/contributing.md: its examples, done ------------------------------------------------------


def test_the_example_rule_judges(tmp_path: Path) -> None:
    rule, _ = blocks(CONTRIBUTING, "rego")
    [line] = blocks(CONTRIBUTING, "yaml")
    policies = tmp_path / "policies"
    shutil.copytree(ROOT / "policies", policies)
    folder = policies / "cctv" / "rules" / "X1-time-service"
    folder.mkdir()
    (folder / "X1-time-service.rego").write_text(rule, encoding="utf-8")
    pack = policies / "regulations" / "tw-ntpc-school.yaml"
    pack.write_text(pack.read_text(encoding="utf-8") + line, encoding="utf-8")
    write_router(policies)
    assert "X1-time-service" in catalog.load(policies).rules

    write_sample(tmp_path / "district", sample.RECORDED)
    run = pipeline.judge(tmp_path / "district", as_of=sample.RECORDED, policies=policies)
    found = {f.subject.id: f.outcome for f in run.findings if f.rule.id == "X1-time-service"}
    assert found["qingxi-nvr-1"] is Outcome.PASS
    assert found["yunling-nvr-1"] is Outcome.FAIL
    assert found["yunling-nvr-2"] is Outcome.UNKNOWN
    assert found["yunling-nvr-old"] is Outcome.NOT_APPLICABLE


def example(name: str, tmp_path: Path) -> ModuleType:
    """A Python example of the page as a module."""
    [code] = [b for b in blocks(CONTRIBUTING, "python") if b.startswith(f'"""{name}:')]
    path = tmp_path / f"example_{name}.py"
    path.write_text(code, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_example_format_renders(tmp_path: Path) -> None:
    text = example("csv", tmp_path).render(judged(), lang="zh-TW", colour=False, top=3)
    lines = text.splitlines()
    assert lines[0].startswith("school,subject")
    assert len(lines) == len(judged().findings) + 1


def test_the_example_driver_reads(tmp_path: Path) -> None:
    driver = example("dated", tmp_path).DRIVER
    assert isinstance(driver, LinuxRecorder)
    case = cases.load(cases.HERE / "segment" / "healthy")
    text = case.answer.text.replace("/srv/recordings", "/srv/dated")
    answer = type(case.answer)(
        text=text,
        mark=case.answer.mark,
        asked_at=case.answer.asked_at,
        first_at=case.answer.first_at,
    )
    told = {t.fact: t for t in driver.tell(cut(answer), case.recorder) if not t.device}
    assert set(told) == driver.capabilities()
    FACTS["channels"].check(told["channels"].value)
    assert all(channel["oldest_at"] for channel in told["channels"].value)
