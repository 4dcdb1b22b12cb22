"""Cases and faults as rule inputs, for what asks an engine directly: parity and mutation."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from cctv_policy import pipeline, state
from cctv_policy.inventory import load_inventory
from cctv_policy.model import Json
from tests import district, faults
from tests.district import District
from tests.test_cases import CASES, steps


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One rule input, and what its verdicts must be: rule id → allowed outcomes, causes, notes."""

    name: str
    document: Mapping[str, Json]
    wanted: Mapping[str, tuple[frozenset[str], frozenset[str] | None, frozenset[str] | None]]

    def holds(self, verdicts: Mapping[str, Json]) -> bool:
        """Whether the verdicts are the wanted ones."""
        for rule, (outcomes, causes, notes) in self.wanted.items():
            told = verdicts.get(rule, {"outcome": "error", "causes": [], "notes": []})
            if told["outcome"] not in outcomes:
                return False
            if causes is not None and {c["code"] for c in told["causes"]} != causes:
                return False
            if notes is not None and {c["code"] for c in told["notes"]} != notes:
                return False
        return True


@cache
def policies(pack: str) -> pipeline.Policies:
    """The policies that ship, read once a pack."""
    return pipeline.load_policies(pack)


def documents(built: District, root: Path) -> dict[str, dict[str, Json]]:
    """Subject id → rule input, as a run over the files below `root` asks it."""
    run = pipeline.judge_evidence(
        load_inventory(root / "inventory", as_of=built.as_of.date()),
        *state.read_all(root / "state"),
        policies(built.pack),
        root=root,
        as_of=built.as_of,
    )
    found: dict[str, dict[str, Json]] = {}
    for finding in run.findings:
        document = found.setdefault(finding.subject.id, {**finding.subject.facts, "rules": {}})
        document["rules"][finding.rule.id] = list(finding.rule.needs)
    return found


@cache
def load() -> list[Asked]:
    """Every subject of every case and fault; made once, not to be changed."""
    with tempfile.TemporaryDirectory() as folder:
        return [*_cases(Path(folder)), *_faults(Path(folder))]


def _ids() -> dict[int, str]:
    return {rule.number: rule.id for rule in policies("tw-ntpc-school").catalog.rules.values()}


def _cases(folder: Path) -> Iterator[Asked]:
    ids = _ids()
    for path in CASES:
        for number, step in enumerate(steps(path)):
            built = District.of(step)
            root = built.write(folder / f"{path.stem}-{number}")
            for subject, document in documents(built, root).items():
                wanted = {
                    ids[int(match[1])]: (
                        frozenset({"fail" if outcome == "waived" else outcome}),
                        frozenset(row["causes"]) if "causes" in row else None,
                        frozenset(row["notes"]) if "notes" in row else None,
                    )
                    for row in step["expect"]
                    if subject in (of := row.get("of", district.NVR), f"{district.SITE}/{of}")
                    for key, outcome in row.items()
                    if (match := re.fullmatch(r"R(\d+)", key))
                }
                yield Asked(name=f"{path.stem}/{subject}", document=document, wanted=wanted)


def _faults(folder: Path) -> Iterator[Asked]:
    ids = _ids()
    never = (frozenset({"fail", "unknown"}), None, None)
    for number, fault in enumerate(faults.load()):
        root = folder / f"fault-{number}"
        built = faults.write(fault, root)
        for subject, document in documents(built, root).items():
            ours = subject == fault.get("of", district.NVR)
            wanted: dict[str, Any] = {ids[n]: never for n in fault["rules"]} if ours else {}
            yield Asked(name=f"{fault['name']}/{subject}", document=document, wanted=wanted)
