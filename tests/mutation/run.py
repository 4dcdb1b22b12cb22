"""How many wrong changes to the Rego do the tests notice? `python -m tests.mutation.run --help`.

A mutant is killed if `opa test` fails on its package, on those that use it and on the entry point,
or if a case or fault of the corpus no longer has its verdict (regorus). What does not compile is no
mutant. Survivors are listed, with the reason why no test can tell them, in survivors.yaml.
"""

from __future__ import annotations

import argparse
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

from ruamel.yaml import YAML

from cctv_policy import catalog
from cctv_policy.engine.regorus_engine import Regorus
from cctv_policy.errors import EngineError
from tests import corpus, opa
from tests.mutation import mutants
from tests.mutation.mutants import Mutant

SHIPPED = Path(__file__).parents[2] / "policies"
GOAL = 0.95
GENERATED = ("router/router.rego",)
_NO_MUTANT = (
    "rego_parse_error",
    "rego_compile_error",
    "rego_type_error",
    "rego_unsafe_var_error",
    "rego_recursion_error",
)


def survivors() -> set[tuple[str, str, str]]:
    """The survivors that are known, each with its reason."""
    path = Path(__file__).with_name("survivors.yaml")
    listed = YAML(typ="safe").load(path.read_text("utf-8")) if path.exists() else None
    assert all(entry["why"] for entry in listed or [])
    return {(entry["path"], entry["was"], entry["now"]) for entry in listed or []}


@cache
def _asked() -> list[corpus.Asked]:
    return [asked for asked in corpus.load() if asked.wanted]


def _files(root: Path, mutant: Mutant) -> list[Path]:
    """The Rego that can notice: all of it for a library, else the rule, libraries, entry point."""
    paths = sorted(root.rglob("*.rego"))
    if not mutant.path.startswith("rules/"):
        return paths
    folder = root / Path(mutant.path).parent
    return [p for p in paths if p.is_relative_to(folder) or not p.is_relative_to(root / "rules")]


def judge(root: Path, mutant: Mutant) -> str:
    """`opa` or `corpus` (killed by), `survived`, or `none` if it does not compile.

    `root` is a copy of policies/cctv that nobody edits meanwhile.
    """
    with tempfile.TemporaryDirectory() as folder:
        for path in _files(root, mutant):
            copy = Path(folder) / path.relative_to(root)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, copy)
        changed = Path(folder) / mutant.path
        changed.write_text(mutant.apply(changed.read_text("utf-8")), "utf-8")
        done = subprocess.run(
            [str(opa.find()), "test", "--timeout=30s", folder],
            capture_output=True,
            text=True,
            check=False,
        )
    if any(code in done.stderr + done.stdout for code in _NO_MUTANT):
        return "none"
    if done.returncode:
        return "opa"
    return "survived" if _corpus_holds(root, mutant) else "corpus"


def _corpus_holds(root: Path, mutant: Mutant) -> bool:
    loaded = catalog.load(root.parent)
    name = f"cctv/{mutant.path}"
    changed = {**loaded.modules, name: mutant.apply(loaded.modules[name])}
    try:
        engine = Regorus(replace(loaded, modules=changed))
        return all(asked.holds(engine.verdicts(asked.document)) for asked in _asked())
    except EngineError:
        return False


def run(root: Path, chosen: Sequence[Mutant], jobs: int) -> dict[Mutant, str]:
    """What became of each."""
    with ProcessPoolExecutor(jobs) as pool:
        ends = pool.map(partial(judge, root), chosen, chunksize=4)
        return dict(zip(chosen, ends, strict=True))


def _unchanged(chosen: Sequence[Mutant]) -> list[Mutant]:
    """A mutant that is none, of every file: its tests pass before anything is changed."""
    paths = sorted({m.path for m in chosen})
    return [Mutant(path=p, line=0, kind="", was="# METADATA", now="# METADATA") for p in paths]


def table(ended: dict[Mutant, str]) -> str:
    """One line a file and one for all."""
    lines = [f"{'file':60} {'mutants':>8} {'killed':>7} {'opa':>5} {'corpus':>7} {'alive':>6}"]
    by_file: dict[str, Counter[str]] = {}
    for mutant, end in ended.items():
        by_file.setdefault(mutant.path, Counter())[end] += 1
    by_file["all"] = sum(by_file.values(), Counter())
    for path, ends in by_file.items():
        killed, alive = ends["opa"] + ends["corpus"], ends["survived"]
        share = f"{killed / max(1, killed + alive):.1%}"
        numbers = f"{killed + alive:8} {share:>7} {ends['opa']:5} {ends['corpus']:7} {alive:6}"
        lines.append(f"{Path(path).name:60} {numbers}")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """0 if the goal is met and every survivor is listed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", type=int, help="only so many, drawn with --seed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", default="", help="only files whose path contains this")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(shutil.copytree(SHIPPED, Path(folder) / "policies")) / "cctv"
        chosen = [m for m in mutants.of(root) if asked.only in m.path and m.path not in GENERATED]
        if asked.sample and asked.sample < len(chosen):
            chosen = random.Random(asked.seed).sample(chosen, asked.sample)
        _asked()  # once, before the workers fork
        for unchanged, end in run(root, _unchanged(chosen), asked.jobs).items():
            assert end == "survived", f"{unchanged.path} fails its tests unchanged"
        ended = run(root, chosen, asked.jobs)
    print(table(ended))
    alive = [m for m, end in ended.items() if end == "survived"]
    known = survivors()
    strange = [m for m in alive if (m.path, m.was, m.now) not in known]
    for m in strange:
        print(f"alive, not listed: {m.path}:{m.line + 1} {m.kind}\n  was {m.was}\n  now {m.now}")
    judged = sum(end != "none" for end in ended.values())
    return int(bool(strange) or judged - len(alive) < GOAL * judged)


if __name__ == "__main__":
    sys.exit(main())
