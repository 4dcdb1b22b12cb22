"""What a push asks comes back as text, on a machine that has gzip too."""

from __future__ import annotations

import subprocess

from cctv_policy.drivers.framing import Answer, Reply, cut
from cctv_policy.push import script
from cctv_policy.push.model import Script

MARK = "@@plain"


def asked(text: str) -> Reply:
    said = subprocess.run(("sh", "-s"), input=text, capture_output=True, text=True, check=False)
    return cut(Answer(text=said.stdout, mark=MARK, asked_at=0, first_at=0))


def test_a_step_is_read_to_its_end() -> None:
    done = script.ended(asked(script.step(MARK, Script(sh="echo here; exit 3"), {})), {})
    assert (done.rc, done.text) == (3, "here")
