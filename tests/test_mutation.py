"""The tests notice wrong rules: a sample of mutants here, a larger one in `make soak`.

`make mutation` runs all of them.
"""

from __future__ import annotations

import pytest

from tests import opa
from tests.mutation import mutants, run
from tests.soak import SEED, SOAK

SAMPLE = ["--sample", "200" if SOAK else "24", "--seed", str(SEED if SOAK else 20261122)]


def test_every_listed_survivor_is_still_a_mutant() -> None:
    found = {(m.path, m.was, m.now) for m in mutants.of(run.SHIPPED / "cctv")}
    assert not run.survivors() - found


@pytest.mark.opa
@pytest.mark.slow
@pytest.mark.soak
@pytest.mark.skipif(opa.find() is None, reason="there is no opa: `make tools` builds it (needs Go)")
def test_wrong_changes_to_the_rules_are_noticed(capsys: pytest.CaptureFixture[str]) -> None:
    ended = run.main(SAMPLE)
    print(capsys.readouterr().out)
    assert ended == 0
