"""The fault fleet (tests/fault_fleet) beside tools that districts could write such rules with.

Four rules, written as carefully as each tool's idiom allows (fault_peers/): 5 no public address,
8 no factory password, 16 at least 14 days, 23 the clock. A cell is one fault and one of these
rules that it must keep from passing. `green` is the failure: a tool that says all is well, or
judges nothing and ends without an error.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from ruamel.yaml import YAML
from tests import district, faults
from tests.district import District

from bench import peers
from bench.measure import ROOT, conditions, say, table
from cctv_policy import pipeline

RULES = (5, 8, 16, 23)
HEALTHY = "healthy"
HERE = ROOT / "bench" / "fault_peers"
ORDER = ("green", "unknown", "fail", "error")

Told = dict[str, dict[int, str]]
"""Name of the evidence file → rule → green, unknown, fail or error."""


def run(*, quick: bool) -> str:
    """The table; a quick run takes every fifth fault."""
    chosen = [
        fault
        for fault in faults.load()
        if set(fault["rules"]) & set(RULES) and fault.get("of", district.NVR) == district.NVR
    ][:: 5 if quick else 1]
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / "evidence"
        folder.mkdir()
        say(f"faults: {len(chosen)} faults of rules {RULES}")
        ours: Told = {HEALTHY: _ours(District(), Path(made) / HEALTHY, None, folder / HEALTHY)}
        for number, fault in enumerate(chosen):
            name = f"f{number}"
            ours[name] = _ours(None, Path(made) / name, fault, folder / name)
        told = {
            "**cctv-policy**": ours,
            f"{peers.PINS['checkov']}, Python checks on JSON": _checkov(folder),
            f"{peers.PINS['napalm']}, `validate`": _napalm(folder),
            f"{peers.PINS['ansible']}, `assert`": _ansible(folder),
            "JSON Schema (jsonschema)": _json_schema(folder),
        }
    cells = [(f"f{n}", r) for n, fault in enumerate(chosen) for r in RULES if r in fault["rules"]]
    kinds = _kinds()
    rows, greens = [], []
    for name, answers in told.items():
        wrong = [rule for rule in RULES if answers[HEALTHY][rule] != "green"]
        assert not wrong, f"{name} does not pass the healthy recorder: {wrong}"
        counts = Counter(answers[file][rule] for file, rule in cells)
        found = [file for file, rule in cells if answers[file][rule] == "green"]
        green_in = Counter(kinds[chosen[int(file[1:])]["name"]] for file in found)
        parts = ", ".join(f"{kind} {green_in[kind]}" for kind in sorted(set(kinds.values())))
        share = f"{counts['green'] / len(cells):.0%}"
        rows.append((name, *(counts[each] for each in ORDER), share, parts))
        green = [n for n, f in enumerate(chosen) if "green" in answers[f"f{n}"].values()]
        kept = [chosen[n]["name"] for n in green if _any(answers[f"f{n}"], chosen[n])]
        greens.append(f"- {name}: " + ("; ".join(kept[:: max(1, len(kept) // 8)][:8]) or "none"))
    head = ("tool", "silent green", "unknown", "fail", "error", "green of all", "green by kind")
    return "\n".join(
        (
            table(head, rows),
            "",
            f"{len(chosen)} faults, {len(cells)} cells; {conditions('jsonschema')}",
            "",
            "Some of the faults that were green:",
            "",
            *greens,
        )
    )


def _kinds() -> dict[str, str]:
    """Name of a fault → the file it stands in."""
    yaml = YAML(typ="safe")
    return {
        fault["name"]: path.stem
        for path in faults.FOLDER.glob("*.yaml")
        for fault in yaml.load(path.read_text(encoding="utf-8"))
    }


def _any(answers: Mapping[int, str], fault: Mapping[str, Any]) -> bool:
    return any(answers[rule] == "green" for rule in RULES if rule in fault["rules"])


def _ours(
    built: District | None, root: Path, fault: Mapping[str, Any] | None, evidence: Path
) -> dict[int, str]:
    """Write the district, judge it, and leave its evidence for the others."""
    if fault is None:
        assert built is not None
        built.write(root)
    else:
        built = faults.write(fault, root)
    assert built.as_of == district.AS_OF
    judged = pipeline.judge(root, as_of=built.as_of)
    evidence.with_suffix(".json").write_bytes(_merged(root / "state" / district.SITE))
    return {
        f.rule.number: {"pass": "green"}.get(f.outcome.value, f.outcome.value)
        for f in judged.findings
        if f.subject.id == district.NVR and f.rule.number in RULES
    }


def _merged(folder: Path) -> bytes:
    """One file of all state documents, or the file as it is where it cannot be read."""
    first = (folder / f"{district.NVR}.json").read_bytes()
    others = [p for p in sorted(folder.glob("*.json")) if p.stem != district.NVR]
    if not others:
        return first
    document = json.loads(first)
    for path in others:
        document["observations"] += json.loads(path.read_bytes())["observations"]
    return json.dumps(document).encode()


def _checkov(folder: Path) -> Told:
    """A file on which no check ran is green: Checkov ends with 0 and says nothing of it."""
    return _halved(sorted(folder.glob("*.json")))


def _halved(files: Sequence[Path]) -> Told:
    """Find the files that end a whole run: those are errors, the others are judged."""
    told = _checkov_of(files)
    if told is not None:
        return told
    if len(files) == 1:
        return {files[0].stem: dict.fromkeys(RULES, "error")}
    middle = len(files) // 2
    return _halved(files[:middle]) | _halved(files[middle:])


def _checkov_of(files: Sequence[Path]) -> Told | None:
    """None if Checkov ended without a report."""
    ids = {f"CKV_CCTV_{rule}": rule for rule in RULES}
    done = subprocess.run(
        [
            str(peers.python("checkov").with_name("checkov")),
            *(part for file in files for part in ("--file", str(file))),
            *("--framework", "json", "--output", "json", "--compact", "--skip-download"),
            *("--external-checks-dir", str(HERE / "checkov_checks"), "--check", ",".join(ids)),
        ],
        # Its worker processes wait for each other for ever when one of them dies.
        env={**os.environ, "CHECKOV_PARALLELIZATION_TYPE": "none"},
        capture_output=True,
        text=True,
        check=False,
    )
    told: Told = {file.stem: dict.fromkeys(RULES, "green") for file in files}
    try:
        report = json.loads(done.stdout)
    except ValueError:
        return None
    for check in report.get("results", {}).get("failed_checks", []):
        told[Path(check["file_path"]).stem][ids[check["check_id"]]] = "fail"
    return told


def _napalm(folder: Path) -> Told:
    done = subprocess.run(
        [str(peers.python("napalm")), str(HERE / "napalm_run.py"), str(folder)],
        capture_output=True,
        text=True,
        check=True,
    )
    answers = json.loads(done.stdout)
    return {
        name: {int(rule): {"pass": "green"}.get(o, o) for rule, o in rules.items()}
        for name, rules in answers.items()
    }


def _ansible(folder: Path) -> Told:
    """A host per file; one that does not reach a task is an error."""
    files = sorted(folder.glob("*.json"))
    inventory = folder.parent / "hosts.ini"
    inventory.write_text("[all]\n" + "".join(f"{p.stem} evidence={p}\n" for p in files))
    command = peers.python("ansible").with_name("ansible-playbook")
    done = subprocess.run(
        [str(command), "-i", str(inventory), str(HERE / "playbook.yml")],
        env={"PATH": "/usr/bin:/bin", "HOME": str(folder.parent), "LC_ALL": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    told: Told = {p.stem: dict.fromkeys(RULES, "error") for p in files}
    rule: int | None = None
    for line in done.stdout.splitlines():
        if task := re.match(r"TASK \[(?:R(\d+)|.*)\]", line):
            rule = int(task[1]) if task[1] else None
        elif rule and (host := re.match(r"(ok|fatal): \[(\w+)\]", line)):
            told[host[2]][rule] = "green" if host[1] == "ok" else "fail"
    return told


def _json_schema(folder: Path) -> Told:
    """JSON Schema cannot compare dates: for rule 16 the configured days stand in."""
    schemas = json.loads((HERE / "schemas.json").read_text())
    checks = {
        rule: Draft202012Validator(
            schemas[str(rule)], format_checker=Draft202012Validator.FORMAT_CHECKER
        )
        for rule in RULES
    }
    told: Told = {}
    for path in folder.glob("*.json"):
        try:
            document = json.loads(path.read_bytes())
        except (ValueError, RecursionError):
            told[path.stem] = dict.fromkeys(RULES, "error")
            continue
        told[path.stem] = {
            rule: "green" if check.is_valid(document) else "fail" for rule, check in checks.items()
        }
    return told
