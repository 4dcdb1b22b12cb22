"""pytest checks/: one test a verdict, nothing paid by those who do not use it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import datetime
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType

import pytest

from cctv_policy.errors import InventoryError
from cctv_policy.model import Run

from .report import district

pytest_plugins = ["pytester"]

CHECK = Path(__file__).parents[1] / "checks" / "test_district.py"
INSTALLED = bool(entry_points(group="pytest11", name="cctv_policy"))
PLUGIN = () if INSTALLED else ("-p", "cctv_policy.pytest_plugin")


class Fake(ModuleType):
    """Stands for cctv_policy.pipeline: answers a run that is already judged, and counts."""

    def __init__(self) -> None:
        super().__init__("cctv_policy.pipeline")
        self.asked: list[dict[str, object]] = []
        self.answer: Run | Exception = district.run()

    def judge(self, root: Path, **options: object) -> Run:
        self.asked.append({"root": root, **options})
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Fake:
    module = Fake()
    monkeypatch.setitem(sys.modules, "cctv_policy.pipeline", module)
    return module


@pytest.fixture
def checks(pytester: pytest.Pytester) -> Iterator[pytest.Pytester]:
    folder = pytester.mkdir("checks")
    (folder / "test_district.py").write_text(CHECK.read_text(encoding="utf-8"), encoding="utf-8")
    pytester.makeini("[pytest]\n")
    yield pytester


def run(pytester: pytest.Pytester, *args: str) -> pytest.RunResult:
    return pytester.runpytest(*PLUGIN, "-p", "no:cacheprovider", "checks", *args)


def test_one_test_for_every_rule_and_subject(checks: pytest.Pytester, fake: Fake) -> None:
    result = run(checks, "-v")
    result.assert_outcomes(passed=11, failed=6, skipped=2)
    result.stdout.fnmatch_lines(["checks/test_district.py::A3.1-no-public-ip[[]px-nvr1[]] FAILED*"])
    assert len(fake.asked) == 1


def test_failure_is_the_sentence_of_the_text_report(checks: pytest.Pytester, fake: Fake) -> None:
    result = run(checks, "-k", "A4.3-retention-min and px-nvr1")
    result.assert_outcomes(failed=1, deselected=18)
    told = result.stdout.str()
    assert "fail: ✗F 不符 [重大] 四(三) A4.3-retention-min" in told
    assert "頻道 2 最舊影像為 2026-11-13T07:02:11+08:00，僅 9 日，規定至少 14 日" in told
    assert "retention_min = P14D（tw-ntpc-school，自 2019-05-13 起" in told
    assert "Traceback" not in told


def test_unknown_is_a_failure_and_says_so(checks: pytest.Pytester, fake: Fake) -> None:
    result = run(checks, "-k", "A3.2-no-default-password and px-nvr1")
    result.assert_outcomes(failed=1, deselected=18)
    assert "unknown: ?U 無法判定" in result.stdout.str()


def test_skips_name_the_precondition_or_the_waiver(checks: pytest.Pytester, fake: Fake) -> None:
    told = run(checks, "-rs").stdout.str()
    assert "不適用: 類比攝影機沒有網路位址" in told
    assert "豁免: w-2026-003，至 2026-12-31 止（原判定：不符）" in told


def test_language_is_an_option(checks: pytest.Pytester, fake: Fake) -> None:
    assert (
        "waived: w-2026-003, until 2026-12-31" in run(checks, "-rs", "--cctv-lang=en").stdout.str()
    )


def test_options_reach_the_evaluation(checks: pytest.Pytester, fake: Fake) -> None:
    at = "2026-11-22T08:00:00+08:00"
    given = (f"--cctv-as-of={at}", "--cctv-pack=eu-default", "--cctv-engine=opa")
    run(checks, *given, "--cctv-root=there", "--cctv-state=evidence")
    assert fake.asked == [
        {
            "root": Path("there"),
            "as_of": datetime.fromisoformat(at),
            "pack": "eu-default",
            "engine": "opa",
            "state_folder": Path("evidence"),
        }
    ]


def test_defaults_are_the_rootdir_and_now(checks: pytest.Pytester, fake: Fake) -> None:
    run(checks)
    (asked,) = fake.asked
    as_of = asked.pop("as_of")
    assert isinstance(as_of, datetime)
    assert str(as_of.tzinfo) == "Asia/Taipei"
    assert asked == {"root": checks.path, "pack": None, "engine": "regorus", "state_folder": None}


def test_time_that_cannot_be_read_is_an_error(checks: pytest.Pytester, fake: Fake) -> None:
    result = run(checks, "--cctv-as-of=yesterday")
    result.assert_outcomes(errors=1)
    assert "--cctv-as-of: 'yesterday' 不是時間 ('yesterday' is not a time)" in result.stdout.str()
    assert not fake.asked


def test_time_without_offset_is_taipei_time(checks: pytest.Pytester, fake: Fake) -> None:
    run(checks, "--cctv-as-of=2026-11-22T08:00")
    assert fake.asked[0]["as_of"] == datetime.fromisoformat("2026-11-22T08:00+08:00")


def test_nothing_to_judge_is_an_error(checks: pytest.Pytester, fake: Fake) -> None:
    fake.answer = district.run(findings=())
    result = run(checks)
    result.assert_outcomes(errors=1)
    assert "nothing to judge" in result.stdout.str()


def test_evaluation_that_fails_says_what_to_do(checks: pytest.Pytester, fake: Fake) -> None:
    fake.answer = InventoryError("no school", where="inventory/", fix="add one")
    result = run(checks)
    result.assert_outcomes(errors=1)
    told = result.stdout.str()
    assert "inventory/: no school" in told
    assert "add one" in told
    assert "Traceback" not in told


def test_two_check_modules_share_one_evaluation(checks: pytest.Pytester, fake: Fake) -> None:
    (checks.path / "checks" / "test_again.py").write_text(CHECK.read_text(encoding="utf-8"))
    run(checks).assert_outcomes(passed=22, failed=12, skipped=4)
    assert len(fake.asked) == 1


def test_names_are_ascii_and_unlike(checks: pytest.Pytester, fake: Fake) -> None:
    rule = district.CLOCK
    kinds = [district.SubjectKind.SITE, district.SubjectKind.RECORDER]
    same = [district.finding(rule, district.subject("s", "x", kind)) for kind in kinds]
    wide = district.finding(rule, district.subject("s", "主機"))
    fake.answer = district.run(findings=(*same, wide))
    told = run(checks, "--collect-only", "-q").stdout.str()
    for name in ("[site:x]", "[recorder:x]", "[\\u4e3b\\u6a5f]"):
        assert f"checks/test_district.py::C-clock-sync{name}" in told


def test_costs_nothing_when_not_used(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import sys

        def test_light():
            ours = {m for m in sys.modules if m.startswith("cctv_policy")}
            assert ours <= {"cctv_policy", "cctv_policy.pytest_plugin"}
            assert "pydantic" not in sys.modules
            assert "jsonschema" not in sys.modules
        """
    )
    pytester.runpytest_subprocess(*PLUGIN).assert_outcomes(passed=1)
