"""A device whose tools are busybox's: every fact is that of the GNU tools, or has a reason."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import pytest

from cctv_policy.drivers import local, network
from cctv_policy.drivers.framing import Answer, CannotTell, cut, unpack
from cctv_policy.drivers.machine import Told
from cctv_policy.drivers.script import compose, piece
from cctv_policy.inventory import Camera, Recorder
from cctv_policy.state import Why

BUSYBOX = shutil.which("busybox")
pytestmark = pytest.mark.skipif(
    BUSYBOX is None and os.environ.get("CI") != "true", reason="there is no busybox"
)
MARK = "@@0123456789ab"
USUAL = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
LACKING = {"channels": Why.NOT_SUPPORTED}
"""What busybox has no tool for: its find has no -printf."""
MOVING = ("sockets", "storage", "uptime_s", "accounts")
"""Compared apart: they change by themselves, or root's tools say more."""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, dict[str, Told]]]:
    """What the script of `local` told under `sh` with GNU tools, and with busybox's alone."""
    folder = tmp_path_factory.mktemp("busybox")
    archive = folder / "archive" / "gate"
    archive.mkdir(parents=True)
    for i in range(60):
        at = int(time.time()) - 86_400 + i * 600
        name = time.strftime("%Y-%m-%d_%H-%M-%S.mp4", time.localtime(at))
        (archive / name).write_bytes(bytes(2000))
        os.utime(archive / name, (at + 600, at + 600))
    applets = folder / "applets"
    applets.mkdir()
    assert BUSYBOX is not None
    listed = subprocess.run([BUSYBOX, "--list"], capture_output=True, text=True, check=True)
    for name in listed.stdout.split():
        (applets / name).symlink_to(BUSYBOX)
    script = compose("local", MARK, {"archive": str(archive.parent), "no_sudo": "1"})
    bare = script.replace(USUAL, f"PATH={applets}").replace("/usr/bin/", f"{applets}/")
    assert USUAL in script and str(applets) in bare
    with ExitStack() as stack:
        for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
            if family == socket.AF_INET6 and not socket.has_dualstack_ipv6():
                continue
            stack.enter_context(socket.create_server((address, 0), family=family))
        datagrams = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        datagrams.bind(("0.0.0.0", 0))
        yield {
            "gnu": ask(["sh", "-s"], script, archive.parent),
            "busybox": ask([BUSYBOX, "sh", "-s"], bare, archive.parent),
        }


def ask(shell: list[str], script: str, archive: Path) -> dict[str, Told]:
    asked_at = time.time()
    done = subprocess.run(shell, input=script.encode(), capture_output=True, check=False)
    whole, fits = unpack(done.stdout, MARK, 1 << 26)
    assert fits and not done.stderr, done.stderr
    answer = Answer(text=whole.decode(), mark=MARK, asked_at=asked_at, first_at=time.time())
    recorder = Recorder(
        id="nvr", driver="local", status="in_use", commissioned_on=date(2026, 1, 1),
        settings={"archive": str(archive)},
        cameras=(Camera(id="gate-1", ch="gate", area="campus", place="gate"),),
    )  # fmt: skip
    return {t.fact: t for t in local.DRIVER.tell(cut(answer), recorder)}


def test_every_fact_is_the_same_or_has_a_reason(told: dict[str, dict[str, Told]]) -> None:
    gnu, busybox = told["gnu"], told["busybox"]
    assert gnu.keys() == busybox.keys()
    assert gnu["channels"].unknown is None
    for fact in gnu.keys() - LACKING.keys() - set(MOVING):
        assert (busybox[fact].value, busybox[fact].unknown) == (gnu[fact].value, gnu[fact].unknown)
    for fact, why in LACKING.items():
        assert busybox[fact].unknown is why, busybox[fact]


def test_what_moves_is_the_same_within_reason(told: dict[str, dict[str, Told]]) -> None:
    gnu, busybox = told["gnu"], told["busybox"]
    assert [d["mount"] for d in busybox["storage"].value] == [
        d["mount"] for d in gnu["storage"].value
    ]
    assert abs(busybox["uptime_s"].value - gnu["uptime_s"].value) < 60
    for account in busybox["accounts"].value:
        assert account["is_default_password"] is None  # passwd -S is not there
    names = [[a["name"] for a in one["accounts"].value] for one in (gnu, busybox)]
    assert names[0] == names[1]


def test_the_kernels_sockets_are_those_that_ss_lists(told: dict[str, dict[str, Told]]) -> None:
    """Others on this machine come and go meanwhile; ours stay."""
    seen = [
        {(s["proto"], s["address"], s["port"]) for s in one["sockets"].value}
        for one in (told["gnu"], told["busybox"])
    ]
    assert len(seen[0] & seen[1]) >= 2
    assert all(s["process"] is None for s in told["busybox"]["sockets"].value)


KERNEL = """order {order}
tcp   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid
tcp    0: {loopback}:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1
tcp    1: {lan}:0016 {lan}:C001 01 00000000:00000000 00:00000000 00000000     0        0 1
tcp6    0: {ula}:0050 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 0 0 1
tcp6    1: 00000000000000000000000000000000:0016 00000000000000000000000000000000:0000 0A 0:0 0:0 0
udp  1000: {lan}:00A1 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 1
"""
LITTLE = {
    "order": "L", "loopback": "0100007F", "lan": "0501010A",
    "ula": "010000FD000000000000000005000000",
}  # fmt: skip
BIG = {
    "order": "B", "loopback": "7F000001", "lan": "0A010105",
    "ula": "FD000001000000000000000000000005",
}  # fmt: skip


@pytest.mark.parametrize("machine", [LITTLE, BIG], ids=["little-endian", "big-endian"])
def test_an_address_is_read_in_the_byte_order_of_the_device(machine: dict[str, str]) -> None:
    found = network.parse_sockets(KERNEL.format(**machine))
    assert [(s["proto"], s["address"], s["port"]) for s in found] == [
        ("tcp", "127.0.0.1", 8080),
        ("tcp", "fd00:1::5", 80),
        ("tcp", "::", 22),
        ("udp", "10.1.1.5", 161),
    ]


@pytest.mark.parametrize("order", ["", "X", "LB"])
def test_without_the_byte_order_no_address_is_guessed(order: str) -> None:
    with pytest.raises(CannotTell):
        network.parse_sockets(KERNEL.format(**{**LITTLE, "order": order}))


def test_without_grep_the_rules_that_delete_are_not_told_as_none(tmp_path: Path) -> None:
    settings = {"archive": str(tmp_path), "plain": "1", "no-sudo": "1"}
    for before, code in (("", 0), ("grep() { return 127; }\n", 127)):
        script = before + compose("segment", "@@here", settings)
        done = subprocess.run(["sh", "-s"], input=script, capture_output=True, text=True)
        for name in ("tmpfiles", "cron"):
            section = done.stdout.split(f"@@here {name}\n")[1]
            assert section.split("@@here rc ")[1].split("\n")[0] == str(code)


@pytest.mark.parametrize("grep", ["grep", f"{BUSYBOX} grep"])
def test_a_rule_in_a_file_that_is_not_all_text_is_told(tmp_path: Path, grep: str) -> None:
    rule = "0 3 * * * root find /srv -mtime +3 -delete"
    (tmp_path / "job").write_bytes(f"{rule}\n\0\n".encode())
    (tmp_path / "folder").mkdir()
    rules = next(row for row in piece("linux").splitlines() if row.startswith("rules()"))
    script = f'grep() {{ command {grep} "$@"; }}\n{rules}\nrules find {tmp_path}/none {tmp_path}/*'
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == [rule]
