"""The school × rule table as data: what each cell shows, which schools are worth a row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from cctv_policy.model import Outcome, Rule, Run, worst
from cctv_policy.report.detail import QUIET
from cctv_policy.report.words import SYMBOLS


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """The worst outcome of one rule at one school, and how many verdicts share it."""

    outcome: Outcome
    count: int

    def __str__(self) -> str:
        return SYMBOLS[self.outcome] + (str(self.count) if self.count > 1 else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """Rules in catalogue order, schools in the run's; `hidden` counts the schools left out."""

    rules: tuple[Rule, ...]
    sites: tuple[str, ...]
    cells: Mapping[tuple[str, str], Cell]
    hidden: int

    def cell(self, site: str, rule: Rule) -> str:
        """The cell's text; `.` where the rule judged nothing there."""
        found = self.cells.get((site, rule.id))
        return str(found) if found else "."


def matrix(run: Run, *, everything: bool) -> Matrix:
    """The table of a run; without `everything`, schools with only pass and n/a are just counted.

    A school of the run without any verdict is always shown: its empty row is the news.
    """
    outcomes: dict[tuple[str, str], list[Outcome]] = defaultdict(list)
    for f in run.findings:
        outcomes[f.subject.site, f.rule.id].append(f.outcome)
    cells = {key: _cell(found) for key, found in outcomes.items()}
    judged = {site for site, _ in cells}
    noisy = {site for (site, _), cell in cells.items() if cell.outcome not in QUIET}
    every = [*run.sites, *sorted(judged - run.sites.keys())]
    shown = [s for s in every if everything or s in noisy or s not in judged]
    rules = {f.rule.id: f.rule for f in run.findings}
    return Matrix(
        rules=tuple(sorted(rules.values(), key=lambda r: (r.number, r.id))),
        sites=tuple(shown),
        cells=cells,
        hidden=len(every) - len(shown),
    )


def _cell(outcomes: list[Outcome]) -> Cell:
    outcome = worst(outcomes)
    return Cell(outcome=outcome, count=outcomes.count(outcome))
