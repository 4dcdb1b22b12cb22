"""The lab itself is real: it records, answers, fails in the planted ways, and is sealed."""

from __future__ import annotations

import contextlib
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from . import faults, fleet
from .archive import TAIPEI, Archive, Gap, Old
from .lab import RUN, Host, LabError, has_banner, run, ssh_key, tool
from .recorders import CLOCK_OFFSET_S, PLANTED, RECORDING, Street, recorded
from .roles.common import AUDIT, PUSH

pytestmark = pytest.mark.lab

NAMES = (
    "mo-good",
    "mo-broken",
    "me-good",
    "me-broken",
    "zm-good",
    "zm-broken",
    "seg-good",
    "seg-broken",
)
RULE_IDS = Path(__file__).parents[1] / "regulations/rule_ids.txt"


def ssh(host: Host, command: str, *, account: str = AUDIT) -> subprocess.CompletedProcess[str]:
    """Log in as a scanner would: with a key, and only if the host key is the pinned one."""
    pins = RUN / f"pins-{host.name}"
    pins.write_text(host.known_hosts_line + "\n")
    return subprocess.run(
        (
            "ssh", "-F", "none", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes",
            "-o", f"UserKnownHostsFile={pins}", "-o", "KexAlgorithms=curve25519-sha256",
            "-i", str(ssh_key(account)), f"{account}@{host.address}", command,
        ),
        capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip


def fate(address: str, port: int, *, timeout: float = 2) -> str:
    """What a TCP connect comes to."""
    try:
        socket.create_connection((address, port), timeout=timeout).close()
    except ConnectionRefusedError:
        return "refused"
    except TimeoutError:
        return "filtered"
    except OSError as error:
        return {101: "no network", 113: "no route"}[error.errno or 0]
    return "open"


def status(url: str) -> int:
    """The status of a GET without login; the certificate may be anybody's."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        with urllib.request.urlopen(url, timeout=20, context=context) as reply:  # noqa: S310 - ours
            return int(reply.status)
    except urllib.error.HTTPError as error:
        return error.code


def snmp(address: str, *login: str) -> str:
    """sysName by snmpget, or "" without an answer."""
    get = ("snmpget", "-Oqv", "-t", "2", "-r", "1", *login, address, "1.3.6.1.2.1.1.5.0")
    return tool(*get, check=False).strip().strip('"')


def test_nothing_leaves_the_lab(lab: None) -> None:
    assert fate("10.255.0.1", 80) == "no network"
    assert fate("163.20.1.1", 80) == "no network"


@pytest.mark.parametrize("name", [name for name in NAMES if name in RECORDING])
def test_a_recorder_really_records(street: Street, name: str) -> None:
    host, recorder = street.hosts[name], street.recorder(name)
    assert all(recorded(recorder, host, channel) for channel in RECORDING[name])
    assert host.exec("systemctl is-system-running").stdout.strip() == "running"


@pytest.mark.parametrize("name", NAMES)
def test_both_accounts_log_in_with_the_pinned_key(street: Street, name: str) -> None:
    host = street.hosts[name]
    assert ssh(host, "id -un").stdout.strip() == AUDIT
    assert ssh(host, "sudo -n id -un", account=PUSH).stdout.strip() == "root"
    assert ssh(host, "sudo -n id -un").returncode != 0, "the collecting account must stay narrow"


def test_every_host_has_its_own_key(street: Street) -> None:
    assert len({host.host_key for host in street.hosts.values()}) == len(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_snmp_answers_with_privacy_only(street: Street, name: str) -> None:
    host, keys = street.hosts[name], street.recorder(name).secrets
    login = ("-v3", "-u", keys.snmp_user, "-a", "SHA-256", "-A", keys.snmp_auth)
    private = ("-l", "authPriv", "-x", "AES", "-X", keys.snmp_priv)
    assert snmp(host.address, *login, *private) == name
    assert snmp(host.address, *login, "-l", "authNoPriv") == ""
    open_to_all = snmp(host.address, "-v2c", "-c", "public") == name
    assert open_to_all == (name == "seg-broken")


def test_planted_rules_exist(street: Street) -> None:
    known = set(RULE_IDS.read_text().split()) if RULE_IDS.exists() else None
    assert {fault.device for fault in PLANTED} == {
        name for name in NAMES if name.endswith("broken")
    }
    assert known is None or {fault.rule for fault in PLANTED} <= known


def test_the_public_address_is_reachable_from_the_public_side(street: Street) -> None:
    assert street.hosts["mo-broken"].address == "163.20.77.20"
    assert fate("163.20.77.20", 22) == "open"


def test_admin_pages_are_open_only_where_planted(street: Street) -> None:
    assert [fate("10.77.0.10", port) for port in (8080, 8081)] == ["refused"] * 2
    assert status("http://163.20.77.20:8080/0/detection/status") == 200
    assert fate("10.77.0.30", 8765) == "refused"
    assert status("http://10.77.0.40:8765/") == 200
    assert (fate("10.77.0.80", 23), fate("10.77.0.70", 23)) == ("open", "refused")
    assert (fate("10.77.0.60", 3306), fate("10.77.0.50", 3306)) == ("open", "refused")


def test_zoneminder_asks_for_a_login_only_when_healthy(street: Street) -> None:
    assert status("https://10.77.0.50/zm/api/monitors.json") == 401
    assert status("http://10.77.0.60/zm/api/monitors.json") == 200
    assert fate("10.77.0.50", 80) == "refused"


def test_zoneminder_cache_is_open_only_where_planted(street: Street) -> None:
    for name, url, wanted in (
        ("zm-good", "https://10.77.0.50", 403),
        ("zm-broken", "http://10.77.0.60", 200),
    ):
        video = street.hosts[name].exec(
            "cd /var/cache/zoneminder/events; "
            "find 1 -name '*-video.mp4' -newer /etc/hostname | head -1"
        )
        assert status(f"{url}/zm/cache/events/{video.stdout.strip()}") == wanted


def test_the_audit_account_reads_the_database_and_nothing_more(street: Street) -> None:
    host = street.hosts["zm-good"]
    assert int(ssh(host, "mysql -N zm -e 'select count(*) from Events'").stdout) > 700
    assert ssh(host, "mysql zm -e \"update Config set Value='x'\"").returncode != 0


def test_archives_hold_what_was_planted(street: Street) -> None:
    now = datetime.now(TAIPEI)

    def ages(name: str, where: str) -> list[float]:
        listed = street.hosts[name].exec(f"find {where} -name '*.mp4' -printf '%T@\\n'").stdout
        return sorted((now.timestamp() - float(line)) / 86400 for line in listed.split())

    assert 15.9 < ages("mo-good", "/var/lib/motion")[-1] < 16
    assert 15.9 < ages("seg-good", "/srv/recordings/ch1")[-1] < 16
    assert 8.9 < ages("me-broken", "/var/lib/motioneye/Camera1")[-1] < 9
    assert ages("me-broken", "/var/lib/motioneye/Camera2")[0] > 0.24
    assert 399 < ages("seg-broken", "/srv/recordings/ch2")[-1] < 401
    oldest = (
        "mysql -N zm -e 'select datediff(now(), min(StartDateTime)) from Events where MonitorId=1'"
    )
    assert street.hosts["zm-broken"].exec(oldest).stdout.strip() == "400"


def test_the_clock_is_off_only_where_planted(street: Street) -> None:
    def offset(name: str) -> float:
        return float(ssh(street.hosts[name], "date +%s").stdout) - datetime.now(TAIPEI).timestamp()

    assert abs(offset("mo-broken") - CLOCK_OFFSET_S) < 30
    assert all(abs(offset(name)) < 30 for name in NAMES if name != "mo-broken")
    assert "NTP=yes" in ssh(street.hosts["mo-good"], "timedatectl show").stdout
    assert "NTP=no" in ssh(street.hosts["mo-broken"], "timedatectl show").stdout


def test_the_full_disk_is_full(street: Street) -> None:
    free = street.hosts["seg-broken"].exec("df --output=pcent /srv/recordings | tail -1").stdout
    assert free.strip() == "100%"
    host, recorder = street.hosts["seg-broken"], street.recorder("seg-broken")
    assert [recorded(recorder, host, channel) for channel in (1, 2)] == [[], []]


def test_cameras_ask_for_the_password(street: Street) -> None:
    look = ("ffprobe", "-v", "error", "-rtsp_transport", "tcp", "-of", "csv=p=0")
    show = ("-show_entries", "stream=codec_name")

    def probe(url: str) -> str:
        return tool(*look, *show, url, check=False).strip()

    assert probe(f"rtsp://admin:{street.camera_password}@10.77.50.11/ch1") == "h264"
    assert probe("rtsp://admin:12345@10.77.50.11/ch1") == ""
    assert probe("rtsp://10.77.50.99/ch1") == "h264"


@pytest.mark.parametrize("system", ["ifupdown", "netplan", "networkd", "nm", "static"])
def test_every_network_system_brings_a_host_up(bare_host: Callable[..., Host], system: str) -> None:
    host = bare_host(system)
    assert f"{host.address}/16" in host.exec("ip -4 addr show eth0").stdout


def test_unreachable_refused_and_filtered_differ(bare_host: Callable[..., Host]) -> None:
    host = bare_host()
    assert fate("10.77.9.250", 22, timeout=8) == "no route"
    assert fate(host.address, 2222) == "refused"
    faults.filtered(host, 22)
    assert fate(host.address, 22) == "filtered"
    faults.clear(host)
    assert has_banner(host.address)
    faults.refused(host)
    assert fate(host.address, 22) == "refused"
    faults.link_down(host)
    assert fate(host.address, 22) == "filtered", "the switch still knows where it was"


def test_a_power_cut_keeps_the_disk(bare_host: Callable[..., Host]) -> None:
    host = bare_host("networkd")
    before = host.host_key
    host.exec("echo here > /root/note")
    host.power_cut()
    assert not has_banner(host.address)
    host.boot()
    host.ready()
    assert host.exec("cat /root/note").stdout == "here\n"
    assert host.host_key == before


def test_a_stopped_host_leaves_nothing(bare_host: Callable[..., Host]) -> None:
    kept = bare_host()
    gone = bare_host()
    (gone_name, gone_place) = gone.name, gone.place
    gone.stop()
    assert gone_name not in run("ip", "netns", "list")
    assert not gone_place.exists()
    assert str(gone_place) not in Path("/proc/mounts").read_text()
    with pytest.raises((LabError, FileNotFoundError)):
        _ = gone.leader
    assert has_banner(kept.address)
    gone.start()


def test_packets_can_get_lost(bare_host: Callable[..., Host]) -> None:
    host = bare_host()
    faults.loss(host, 50)
    ping = ("ping", "-q", "-i", "0.01", "-c", "200", "-W", "1", host.address)
    reply = tool(*ping, check=False)
    lost = float(reply.partition("% packet loss")[0].split()[-1])
    assert 20 < lost < 80


NESTED = """
from lab import lab, layer, recorders
from lab.roles import common
lab.open_lab()
recorder = common.Recorder(name="doomed", kind="segment", nics=(recorders.lan(99),), streams=())
disk = layer.Layer(disks=(layer.Disk(path="/srv/recordings"),))
host = recorder.host(common.layer(recorder) + disk)
host.start()
host.ready()
print("ready", flush=True)
host.exec("sleep 600")
"""


def test_a_killed_lab_leaves_nothing(lab: None) -> None:
    inner = subprocess.Popen(
        (Path(__file__).with_name("enter.sh"), sys.executable, "-c", NESTED),
        cwd=Path(__file__).parents[1], stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert inner.stdout and inner.stdout.readline() == "ready\n"
    assert doomed()
    assert loops() == 1
    inner.kill()
    inner.wait()
    deadline = time.monotonic() + 10
    while (doomed() or loops()) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert doomed() == []
    assert loops() == 0
    assert "doomed" not in Path("/proc/mounts").read_text() + run("ip", "netns", "list")


def doomed() -> list[str]:
    """Processes of the nested lab, which this one sees under numbers of its own."""
    found = []
    for place in Path("/proc").iterdir():
        if place.name.isdigit():
            with contextlib.suppress(OSError):
                line = (place / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                found += [line] if "doomed" in line else []
    return found


def loops() -> int:
    """Loop devices of the nested lab; those of other labs on this machine do not count."""
    files = Path("/sys/block").glob("loop*/loop/backing_file")
    return sum("doomed" in file.read_text() for file in files)


def test_a_fleet_answers(lab: None) -> None:
    servers = fleet.start_sshd(5)
    assert all(has_banner(server.address) for server in servers)
    assert len({server.host_key for server in servers}) == 5
    agents = fleet.start_snmpd(3)
    for index, agent in enumerate(agents):
        assert snmp(agent.address, "-v2c", "-c", agent.community) == f"snmp{index}"


def test_an_archive_ends_now_without_its_gap() -> None:
    now = datetime(2026, 11, 22, 12, tzinfo=TAIPEI)
    archive = Archive(
        days=2, gaps=(Gap(channel=1, days_ago=1, hours=5),), old=(Old(channel=2, days_ago=400),)
    )
    one, two = list(archive.pieces(1, now)), list(archive.pieces(2, now))
    assert (len(one), len(two)) == (43, 49)
    assert one[-1][1] == two[-1][1] == now
    assert two[0][0] == now - timedelta(days=400)
