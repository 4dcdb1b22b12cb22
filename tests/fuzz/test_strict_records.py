"""The fuzz target runs: a few thousand inputs always, 200,000 and more with CCTV_SOAK=1."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from cctv_policy.strictyaml import dump
from tests.records.samples import SAMPLES
from tests.soak import SEED, SOAK

pytest.importorskip("atheris")
HERE = Path(__file__).parent
RUNS, PATIENCE_S = (250_000, 14_400) if SOAK else (3_000, 300)


def corpus(folder: Path) -> None:
    """Seeds: a right record of each kind, whole and its first lines, and small hand-made files."""
    for prefix, record in SAMPLES.items():
        text = dump(record)
        (folder / prefix).write_text(text, "utf-8")
        (folder / f"{prefix}-head").write_text("".join(text.splitlines(True)[:4]), "utf-8")
    for case in sorted((HERE.parent / "yaml_cases").rglob("*.case")):
        (folder / case.stem).write_bytes(case.read_bytes())


@pytest.mark.soak
def test_no_input_crashes_and_all_parsers_agree(tmp_path: Path) -> None:
    corpus(tmp_path)
    options = ["-dict=tests/fuzz/yaml.dict", f"-artifact_prefix={tmp_path}/", "-max_len=600"]
    bounds = [f"-runs={RUNS}", f"-seed={SEED}", "-timeout=10", "-rss_limit_mb=1500"]
    command = [sys.executable, "-m", "tests.fuzz.strict_records", str(tmp_path), *options, *bounds]
    done = subprocess.run(
        command, cwd=HERE.parent.parent, capture_output=True, text=True, timeout=PATIENCE_S
    )
    assert done.returncode == 0, done.stderr[-3_000:]
    count = re.search(r"^Done ([0-9]+) runs", done.stderr, re.MULTILINE)
    assert count and int(count[1]) >= RUNS, done.stderr[-1_000:]
    print(count[0])
