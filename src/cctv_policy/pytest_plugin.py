"""pytest: is this district right? One test for every rule and subject.

A module of a district's `checks/` says `district = District()`; pytest then shows
`checks/test_district.py::A3.1-no-public-ip[px-nvr1]` for each verdict. pytest imports this
module at every start, so everything else of the package is imported only when a `District` is
collected.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from cctv_policy.model import Finding, Run


@dataclass(frozen=True, slots=True)
class District:
    """Stands in a check module for all verdicts of the district's repository."""


RUN: pytest.StashKey[Run] = pytest.StashKey()
"""The session's one evaluation."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """What `cctv-policy check` asks for too; every option has the CLI's default."""
    group = parser.getgroup("cctv-policy", "school CCTV compliance (checks/)")
    add = group.addoption
    add("--cctv-as-of", metavar="INSTANT", help="judge as of this time (now)")
    add("--cctv-pack", metavar="ID", help="regulation pack (the inventory's)")
    add("--cctv-engine", metavar="NAME", default="regorus", help="policy engine (regorus)")
    add("--cctv-root", metavar="FOLDER", help="the district's repository (pytest's rootdir)")
    add("--cctv-state", metavar="FOLDER", help="collected evidence (the repository's)")
    add("--cctv-lang", choices=("zh-TW", "en"), default="zh-TW", help="language (zh-TW)")


def pytest_pycollect_makeitem(collector: pytest.Collector, obj: object) -> list[Verdict] | None:
    """A `District` in a check module becomes its verdicts; anything else is left alone."""
    return _collect(collector) if isinstance(obj, District) else None


def _collect(parent: pytest.Collector) -> list[Verdict]:
    """One item a verdict. Nothing to judge, or an evaluation that fails, is a collection error."""
    from cctv_policy.errors import CctvPolicyError

    try:
        findings = judged(parent.config).findings
    except CctvPolicyError as error:
        raise parent.CollectError(str(error)) from None
    if not findings:
        raise parent.CollectError(
            "沒有可評定的對象：沒有結果不等於合格 "
            "(there is nothing to judge: no verdict is not a pass)"
        )
    names = _names(findings)
    return [
        Verdict.from_parent(parent, name=n, finding=f) for n, f in zip(names, findings, strict=True)
    ]


def judged(config: pytest.Config) -> Run:
    """The run that all check modules of this session share; evaluated on first use."""
    if RUN not in config.stash:
        from cctv_policy.pipeline import judge

        option = config.getoption
        state = option("--cctv-state")
        config.stash[RUN] = judge(
            Path(option("--cctv-root") or config.rootpath),
            as_of=_instant(option("--cctv-as-of")),
            pack=option("--cctv-pack"),
            engine=option("--cctv-engine"),
            state_folder=Path(state) if state else None,
        )
    return config.stash[RUN]


def _instant(text: str | None) -> datetime:
    """The option as the CLI reads it: without an offset it is Taipei time. UsageError."""
    from cctv_policy.errors import UsageError
    from cctv_policy.periods import TAIPEI

    if text is None:
        return datetime.now(TAIPEI)
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        fix = "請寫成 2026-11-22T08:00+08:00 (write it like 2026-11-22T08:00+08:00)"
        raise UsageError(
            f"{text!r} 不是時間 ({text!r} is not a time)", where="--cctv-as-of", fix=fix
        ) from None
    return instant if instant.tzinfo else instant.replace(tzinfo=TAIPEI)


def _names(findings: Iterable[Finding]) -> list[str]:
    """`rule[subject]` in ASCII; with the subject's kind where an id alone would be ambiguous."""
    short = [(f, f"{f.rule.id}[{f.subject.id}]") for f in findings]
    seen = Counter(name for _, name in short)
    names = [
        name if seen[name] == 1 else f"{f.rule.id}[{f.subject.kind.value}:{f.subject.id}]"
        for f, name in short
    ]
    return [name.encode("ascii", "backslashreplace").decode() for name in names]


class Verdict(pytest.Item):
    """A verdict as a test: fail, unknown and error fail; n/a and waived are skipped."""

    def __init__(self, *, finding: Finding, **given: object) -> None:
        super().__init__(**given)  # type: ignore[arg-type]
        self.finding = finding

    def runtest(self) -> None:
        """Raise pytest's own outcome with the sentence of the text report."""
        from cctv_policy.model import Outcome
        from cctv_policy.report import detail, text
        from cctv_policy.report.words import OUTCOMES

        finding, lang = self.finding, self.config.getoption("--cctv-lang")
        match finding.outcome:
            case Outcome.PASS:
                return
            case Outcome.NOT_APPLICABLE | Outcome.WAIVED:
                reason = detail.waived(finding, lang) or detail.message(finding, lang)
                pytest.skip(f"{OUTCOMES[finding.outcome].get(lang)}: {reason}")
            case _:
                told = text.finding(finding, lang=lang)
                pytest.fail(f"{finding.outcome.value}: {told}", pytrace=False)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where the subject is declared, and a headline with the clause.

        The headline must not end the node id: pytest would show the id's dots as colons.
        """
        subject = self.finding.subject
        line = subject.line - 1 if subject.line else None
        path = Path(self.config.rootpath, subject.source) if subject.source else self.path
        return path, line, f"{self.name} {self.finding.rule.clause}"
