"""kill -9 of the controller anywhere in a rotation: the next run ends with a login that works."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from cctv_policy.push.credentials.accounts import Target
from cctv_policy.push.wire import pack
from cctv_policy.rotation import DEFAULT, State
from cctv_policy.secretstore import Secret
from cctv_policy.vault import Entry
from tests.vault.files import Two, keys_of

from .rotating import CHECKS, Built, build, first_password, target, wanted
from .test_rotation_lab import AT, camera_of, turn, watches

pytestmark = [pytest.mark.lab, pytest.mark.slow]
SOAK = os.environ.get("CCTV_SOAK") == "1"
POINTS = 48 if SOAK else 5
KINDS = [("segment", "os."), ("motion", "motion.")]
if SOAK:
    KINDS += [("motioneye", "motioneye."), ("zoneminder", "zoneminder."), ("segment", "camera")]


def killed(one: Built, wish: Target, two: Two, kill_at: int) -> tuple[int, dict[str, object]]:
    """One rotation in a process of its own; its exit code and what it said."""
    job = {
        "kill_at": kill_at, "root": str(two.tmp_path), "recipients": two.recipients,
        "copies": [str(copy) for copy in two.copies],
        "key": str(two.tmp_path / f"key-{two.mine[1][-8:]}.txt"),
        "address": one.host.address, "host_key": one.host.host_key,
        "target": pack(wish), "wanted": pack(wanted(one)),
    }  # fmt: skip
    done = subprocess.run(
        (sys.executable, "-m", "tests.lab.rotate_once"),
        input=json.dumps(job), capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode in (0, -signal.SIGKILL), done.stderr[-2000:]
    return done.returncode, json.loads(done.stdout) if done.stdout else {}


def works(one: Built, wish: Target, word: str) -> bool:
    return watches(one, word) if wish.realm == "camera" else CHECKS[wish.realm](one.host, word)


@pytest.mark.parametrize(("kind", "start"), KINDS)
def test_a_controller_killed_anywhere_locks_nobody_out(
    lab: None, tmp_path: Path, kind: str, start: str
) -> None:
    one = build(kind)  # type: ignore[arg-type]
    two = Two(tmp_path)
    keys_of(tmp_path, two.mine)
    two.open().create()
    vault = two.open()
    if start == "camera":
        wish = camera_of(one, vault)
    else:
        wish = target(one, start)
        secret = Secret(first_password(one, wish.secret))
        vault.write(wish.secret, Entry().with_pending(secret).promoted(AT))
    deadline = time.monotonic() + 120
    while not works(one, wish, vault.get(wish.secret).reveal()):
        assert time.monotonic() < deadline, "the recorder was not built as it should be"
        time.sleep(1)
    code, said = killed(one, wish, two, 0)
    assert code == 0 and said["state"] == "rotated", said
    steps = int(str(said["steps"]))
    points = sorted({1 + n * (steps - 1) // (POINTS - 1) for n in range(POINTS)})
    ended: Counter[str] = Counter()
    for point in points:
        code, said = killed(one, wish, two, point)
        entry = vault.read(wish.secret)
        assert entry.tries <= DEFAULT.budget
        assert any(works(one, wish, s.reveal()) for s in entry.candidates()), point
        state = turn(one, wish, vault, tmp_path)
        assert state in (State.ROTATED, State.ROLLED_FORWARD), (point, state)
        assert works(one, wish, vault.get(wish.secret).reveal()), point
        ended[f"{'killed' if code else said['state']}, then {state.value}"] += 1
        print(point, code, said, state.value, flush=True)
    print(kind, start, steps, "steps,", len(points), "points:", dict(ended))
    assert ended.total() == len(points) and any(text.startswith("killed") for text in ended)
    one.host.stop()
