"""kill -9 of the controller anywhere in a rotation: the next run ends with a login that works."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from cctv_policy.push.credentials.accounts import Target
from cctv_policy.rotation import DEFAULT, State
from cctv_policy.secretstore import Secret
from cctv_policy.vault import Entry, Vault
from tests.soak import SOAK
from tests.vault.files import Two

from .killed import Turn, a_turn
from .lab import RUN
from .rotating import (
    CHECKS,
    Built,
    build,
    first_password,
    snmp_takes,
    target,
    zm_takes,
    zm_token,
)
from .test_rotation_lab import AT, camera_of, watches

pytestmark = [pytest.mark.lab, pytest.mark.slow]
POINTS, INSIDE = (46, 6) if SOAK else (1, 1)
"""Kills between two things of the controller, and in the midst of the recorder's own script."""
KINDS = [
    ("segment", "os."),
    ("segment", "snmp.cctvmon.auth"),
    ("segment", "snmp.cctvmon.priv"),
    ("motion", "motion."),
    ("motioneye", "motioneye."),
    ("zoneminder", "zoneminder."),
    ("zoneminder", "database."),
    ("segment", "camera"),
]
if SOAK:
    KINDS += [("motion", "camera"), ("motioneye", "camera"), ("zoneminder", "camera")]


@pytest.fixture(scope="module")
def built(lab: None) -> Iterator[dict[str, Built]]:
    """One recorder of each kind for all its accounts; started when first asked for."""
    found: dict[str, Built] = {}
    yield found
    for one in found.values():
        one.host.stop()


@dataclass(slots=True)
class Trial:
    """One account of a recorder, the vault that knows it, and what the kills came to."""

    one: Built
    wish: Target
    two: Two
    words: dict[str, str]
    """Secret name → what the recorder has now; kept from one account to the next."""
    token: str = ""
    logins: str = ""
    ended: Counter[str] = field(default_factory=Counter)

    @property
    def vault(self) -> Vault:
        return self.two.open()

    def works(self, word: str) -> bool:
        """A login by other means than the product's."""
        if self.wish.realm == "camera":
            return watches(self.one, word)
        if self.wish.realm == "snmp":
            other = self.vault.get(self.wish.other).reveal()
            pair = (word, other) if self.wish.place == "auth" else (other, word)
            return snmp_takes(self.one, *pair)
        return CHECKS[self.wish.realm](self.one.host, word)

    def now(self) -> str:
        return self.vault.get(self.wish.secret).reveal()

    def turn(self, kill_at: int = 0, later_s: float = 0.0) -> Turn:
        done = a_turn(self.one, self.wish, self.two, kill_at, later_s)
        self.logins += done.logins
        return done

    def most_wrong(self) -> int:
        """Logins refused one after the other, over all runs: what a device's lock counts."""
        return max(map(len, self.logins.split(".")))

    def kill(self, point: int, later_s: float) -> None:
        """A run that is killed, and the next one, which has to make all good."""
        if self.wish.realm == "zoneminder":
            self.token = zm_token(self.one.host, self.now())
        killed = self.turn(point, later_s)
        entry = self.vault.read(self.wish.secret)
        assert entry.tries <= DEFAULT.budget
        if not later_s:  # else the recorder is in the midst of it: the next run has to wait
            assert any(self.works(s.reveal()) for s in entry.candidates()), (point, "locked out")
        state = self.turn().state
        assert state in (State.ROTATED, State.ROLLED_FORWARD), (point, state)
        assert self.works(self.now()), point
        if self.wish.realm == "zoneminder":
            assert self.token and not zm_takes(self.one.host, self.token), (point, "a token lives")
        self.ended[f"{killed.state or 'killed'}, then {state}"] += 1
        print(point, later_s, killed.logins, self.ended, flush=True)


def begin(one: Built, start: str, words: dict[str, str], two: Two) -> Trial:
    """The vault knows what the recorder has, and the recorder lets it in."""
    vault = two.open()
    wish = camera_of(one, vault) if start == "camera" else target(one, start)
    for name in filter(None, (wish.secret, wish.other)):
        word = words.get(name) or (
            one.camera.password if start == "camera" else first_password(one, name)
        )
        entry = Entry(version=vault.read(name).version)
        vault.write(name, entry.with_pending(Secret(word)).promoted(AT))
    trial = Trial(one, wish, two, words)
    deadline = time.monotonic() + 120
    while not trial.works(trial.now()):
        assert time.monotonic() < deadline, "the recorder was not built as it should be"
        time.sleep(1)
    return trial


def points(whole: Turn) -> Iterator[tuple[int, float]]:
    """Where to kill: evenly over the things, and evenly over the change's own script."""
    last = whole.steps - 1
    yield from ((1 + n * (last - 1) // POINTS, 0.0) for n in range(1, POINTS + 1))
    at, seconds = whole.change
    yield from ((at, seconds * (n + 1) / (INSIDE + 1)) for n in range(INSIDE))


@pytest.mark.parametrize(("kind", "start"), KINDS)
def test_a_controller_killed_anywhere_locks_nobody_out(
    built: dict[str, Built], kind: str, start: str
) -> None:
    if kind not in built:
        built[kind] = build(kind)  # type: ignore[arg-type]
    folder = RUN / "vaults" / f"{kind}-{start}"  # in memory: what is killed is no disk
    folder.mkdir(parents=True)
    two = Two(folder)
    two.open().create()
    trial = begin(built[kind], start, PASSWORDS.setdefault(kind, {}), two)
    since = time.monotonic()
    whole = trial.turn()
    assert whole.state is State.ROTATED and whole.change[0], whole
    for point, later_s in points(whole):
        trial.kill(point, later_s)
    killed = sum(n for text, n in trial.ended.items() if text.startswith("killed"))
    print(
        f"| {kind} {start} | {whole.steps} things | {killed} of {trial.ended.total()} killed "
        f"| 0 locked out | {trial.most_wrong()} wrong logins | "
        f"{time.monotonic() - since:.0f} s | {dict(trial.ended)}"
    )
    assert killed >= max(POINTS - 1, 1) and trial.most_wrong() <= DEFAULT.budget
    for name in filter(None, (trial.wish.secret, trial.wish.other)):
        trial.words[name] = trial.vault.get(name).reveal()


PASSWORDS: dict[str, dict[str, str]] = {}
"""By recorder: what its accounts have after a test."""
