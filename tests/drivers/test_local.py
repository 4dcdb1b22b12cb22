"""The local driver asks this very machine, whatever it is, without network, root or sudo."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from cctv_policy.drivers import DRIVERS
from cctv_policy.drivers.base import Context, Reading, Secret
from cctv_policy.drivers.framing import Answer, cut
from cctv_policy.drivers.script import compose
from cctv_policy.facts import FACTS
from cctv_policy.inventory import Recorder
from cctv_policy.state import Why

KINDS = ("local", "segment", "motion", "motioneye", "zoneminder")


def read(settings: dict[str, str] | None = None, *, budget: float = 30) -> Reading:
    here = Recorder(
        id="here", driver="local", status="in_use", commissioned_on=date(2026, 1, 1),
        settings=settings or {},
    )  # fmt: skip
    context = Context(
        secrets=lambda name: Secret(""), now=lambda: datetime.now(UTC), monotonic=time.monotonic,
        budget_s=budget, defaults={},
    )  # fmt: skip
    return DRIVERS["local"].read(here, context)


def test_every_fact_is_told_or_has_its_reason() -> None:
    reading = read()
    assert [door.outcome for door in reading.doors] == ["ok"]
    assert {o.fact for o in reading.observations} == DRIVERS["local"].capabilities()
    for o in reading.observations:
        assert o.door == "local"
        if o.unknown is None:
            FACTS[o.fact].check(o.value)


def test_a_plain_machine_has_no_channels_and_cannot_check_its_own_clock() -> None:
    told = {o.fact: o for o in read().observations}
    assert told["channels"].unknown is Why.NOT_CONFIGURED
    assert told["time.offset_s"].unknown is Why.NOT_SUPPORTED


def test_folders_of_an_archive_are_channels(tmp_path: Path) -> None:
    now = time.time()
    for channel in ("gate", "hall"):
        (tmp_path / channel).mkdir()
        for hour in range(10, 0, -1):
            end = now - 600 - (hour - 1) * 3600
            file = tmp_path / channel / f"{hour}.mp4"
            file.write_bytes(b"x" * 5000)
            os.utime(file, (end, end))
    told = {o.fact: o for o in read({"archive": str(tmp_path)}).observations}
    channels = told["channels"].value
    assert [c["ch"] for c in channels] == ["gate", "hall"]
    assert all(c["mode"] is None and c["enabled"] for c in channels)
    newest = datetime.fromisoformat(channels[0]["newest_at"]).timestamp()
    assert newest == pytest.approx(now - 600, abs=2)


@pytest.mark.parametrize("folder", ["/", "/etc", "/proc/1", "relative", "/no/such/folder"])
def test_folders_that_are_no_archive_are_not_searched(folder: str) -> None:
    told = {o.fact: o for o in read({"archive": folder}).observations}
    assert told["channels"].unknown is not None


def test_a_setting_cannot_become_shell_text(tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    for evil in (f"/srv'; touch {trap}; '", f"$(touch {trap})", f"`touch {trap}`\n"):
        read({"archive": evil})
    assert not trap.exists()


def test_of_what_is_mounted_the_kernels_own_is_not_told() -> None:
    given = Path("/proc/mounts").read_text().splitlines()
    script = compose("local", "@@t", {"no_sudo": "1", "plain": "1"})
    told = subprocess.run(["sh"], input=script, capture_output=True, text=True, check=True).stdout
    (section,) = cut(Answer(text=told, mark="@@t", asked_at=0, first_at=0)).all("mounts")
    places = [line.split()[1] for line in section.text.splitlines() if line]
    own = re.compile(r"[^/ ]+ /(proc|sys|dev|run)[/ ]")
    assert places == [line.split()[1] for line in given if not own.match(line)]
    assert len(places) < len(given)


def test_too_little_time_is_no_answer() -> None:
    reading = read(budget=0.001)
    assert reading.doors[0].outcome == "no_answer"


@pytest.mark.parametrize("kind", KINDS)
def test_scripts_are_posix_and_do_nothing_when_cut_off(kind: str, tmp_path: Path) -> None:
    script = compose(kind, "@@t", {})
    shell = shutil.which("dash") or "sh"
    assert subprocess.run([shell, "-n"], input=script.encode(), check=False).returncode == 0
    for part in (0.3, 0.6, 0.9, 0.99):
        cut = script[: int(len(script) * part)]
        done = subprocess.run([shell, "-s"], input=cut.encode(), capture_output=True, check=False)
        assert done.stdout == b""


@pytest.mark.parametrize("kind", KINDS[1:])
def test_sudoers_hold_exactly_the_commands_of_the_script(kind: str) -> None:
    folder = Path(__file__).parents[2] / "src/cctv_policy/drivers/sudoers"
    script = compose(kind, "@@t", {})
    rules = [
        line.strip(" ,\\")
        for line in (folder / kind).read_text().splitlines()
        if line.startswith("    /")
    ]
    assert len(rules) >= 5
    for rule in rules:
        command = rule.split()[0]
        assert f"root {command}" in script or f"either {command}" in script
        assert not any(letter in rule for letter in "*?[!"), "sudoers would take it as a pattern"
