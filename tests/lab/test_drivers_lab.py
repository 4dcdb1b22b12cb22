"""The drivers on the real software: what healthy ones tell, what broken ones cannot hide."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from cctv_policy.drivers import DRIVERS
from cctv_policy.drivers.base import Context, Reading, Secret
from cctv_policy.facts import FACTS
from cctv_policy.inventory import Camera, Connect
from cctv_policy.inventory import Recorder as Nvr
from cctv_policy.model import Json
from cctv_policy.state import Observation, Why

from . import faults
from .archive import TAIPEI
from .lab import LAN, Host, ssh_key
from .netcfg import Nic
from .recorders import Street
from .roles import layer
from .roles.common import AUDIT, PUSH, Recorder

pytestmark = pytest.mark.lab

SUDOERS = Path(__file__).parents[2] / "src/cctv_policy/drivers/sudoers"
HEALTHY = ("mo-good", "me-good", "zm-good", "seg-good")
KINDS = ("motion", "motioneye", "zoneminder", "segment")
NOT_ON_A_HOST = {"device.brand", "device.model", "services.https"}
UNTOLD_BY_KIND = {
    "zoneminder": set(),
    "motion": {"log"},
    "motioneye": {"log"},
    "segment": {"log"},
}


def context(budget: float = 60) -> Context:
    return Context(
        secrets=lambda name: Secret(ssh_key(AUDIT).read_text()),
        now=lambda: datetime.now(UTC),
        monotonic=time.monotonic,
        budget_s=budget,
        defaults={},
    )


def nvr(recorder: Recorder, host: Host, *, key: str = "", port: int = 22) -> Nvr:
    first = "ch" if recorder.kind == "segment" else ""
    return Nvr(
        id=recorder.name,
        driver=recorder.kind,
        status="in_use",
        commissioned_on=date(2026, 1, 1),
        connect=Connect(
            host=host.address, port=port, user=AUDIT, key="lab/audit/ssh",
            host_keys=(key or host.host_key,),
        ),
        cameras=tuple(
            Camera(
                id=f"{recorder.name}-cam{n}", ch=f"{first}{n}", area="campus", place="gate",
                address=stream.address,
            )
            for n, stream in enumerate(recorder.streams, start=1)
        ),
    )  # fmt: skip


def read(street: Street, name: str) -> Reading:
    recorder = street.recorder(name)
    return DRIVERS[recorder.kind].read(nvr(recorder, street.hosts[name]), context())


def facts(reading: Reading, device: str) -> dict[str, Observation]:
    return {o.fact: o for o in reading.observations if o.device == device}


def value(reading: Reading, device: str, fact: str) -> Json:
    found = facts(reading, device)[fact]
    assert found.unknown is None, (fact, found.unknown, found.detail)
    return found.value


@pytest.mark.parametrize("name", HEALTHY)
def test_a_healthy_recorder_tells_everything_its_driver_promises(street: Street, name: str) -> None:
    reading = read(street, name)
    kind = street.recorder(name).kind
    assert [door.outcome for door in reading.doors] == ["ok"]
    untold = {f for f, o in facts(reading, name).items() if o.unknown or o.partial}
    assert untold <= NOT_ON_A_HOST | UNTOLD_BY_KIND[kind]
    assert set(facts(reading, name)) == DRIVERS[kind].capabilities()
    for o in reading.observations:
        if o.unknown is None:
            FACTS[o.fact].check(o.value)


@pytest.mark.parametrize("name", HEALTHY)
def test_a_healthy_recorder_s_footage_is_told_per_channel(street: Street, name: str) -> None:
    reading = read(street, name)
    channels = value(reading, name, "channels")
    assert len(channels) == 2
    for channel in channels:
        now = datetime.now(UTC)
        oldest, newest = (datetime.fromisoformat(channel[k]) for k in ("oldest_at", "newest_at"))
        assert 15.9 < (now - oldest).total_seconds() / 86400 < 16.1
        assert (now - newest).total_seconds() < 600
        assert [g for g in channel["gaps"] if _hours(g) >= 1] == []
        assert channel["configured_days"] == 16 and channel["projected_days"] > 16
        assert channel["mode"] == "continuous" and channel["signal"] is True
        assert channel["camera_id"].startswith(f"{name}-cam")
    assert value(reading, name, "time.offset_s") in (-1, 0, 1)
    assert value(reading, name, "time.tz") == "Asia/Taipei"
    assert value(reading, name, "time.ntp_enabled") is True
    assert not any(a["is_default_password"] for a in value(reading, name, "accounts"))
    assert {v["state"] for v in value(reading, name, "storage")} == {"ok"}


def test_the_public_address_the_open_page_the_gap_and_the_clock_are_seen(street: Street) -> None:
    reading = read(street, "mo-broken")
    addresses = [
        a["address"] for i in value(reading, "mo-broken", "interfaces") for a in i["addresses"]
    ]
    assert "163.20.77.20" in addresses and "10.77.0.20" in addresses
    assert value(reading, "mo-broken", "services.http_auth") == "none"
    assert abs(value(reading, "mo-broken", "time.offset_s") - 600) <= 2
    assert value(reading, "mo-broken", "time.ntp_enabled") is False
    channels = {c["ch"]: c for c in value(reading, "mo-broken", "channels")}
    assert [round(_hours(g)) for g in channels["2"]["gaps"] if _hours(g) > 1] == [5]
    assert [g for g in channels["1"]["gaps"] if _hours(g) > 1] == []


def test_the_empty_password_nine_days_and_the_lost_camera_are_seen(street: Street) -> None:
    reading = read(street, "me-broken")
    accounts = {(a["realm"], a["name"]): a for a in value(reading, "me-broken", "accounts")}
    assert accounts["web", "admin"]["is_default_password"] is True
    channels = {c["ch"]: c for c in value(reading, "me-broken", "channels")}
    assert {c["configured_days"] for c in channels.values()} == {9}
    assert channels["1"]["signal"] is True and channels["2"]["signal"] is False


def test_the_login_that_is_off_and_the_old_event_are_seen(street: Street) -> None:
    reading = read(street, "zm-broken")
    assert value(reading, "zm-broken", "services.http_auth") == "none"
    assert value(reading, "zm-broken", "services.database_open") is True
    accounts = {(a["realm"], a["name"]): a for a in value(reading, "zm-broken", "accounts")}
    for who in (("web", "admin"), ("web", "(no login)"), ("database", "zmuser")):
        assert accounts[who]["is_default_password"] is True
    channels = {c["ch"]: c for c in value(reading, "zm-broken", "channels")}
    assert channels["1"]["oldest_at"] < channels["2"]["oldest_at"]
    assert channels["1"]["configured_days"] == 0


def test_the_full_disk_telnet_and_the_factory_camera_are_seen(street: Street) -> None:
    reading = read(street, "seg-broken")
    assert [v["state"] for v in value(reading, "seg-broken", "storage")] == ["full"]
    assert value(reading, "seg-broken", "services.telnet") is True
    channels = {c["ch"]: c for c in value(reading, "seg-broken", "channels")}
    assert any(_hours(g) > 300 * 24 for g in channels["ch2"]["gaps"])
    (login,) = value(reading, "seg-broken-cam2", "accounts")
    assert login["is_default_password"] is True


def test_no_secret_of_the_street_is_in_any_observation(street: Street) -> None:
    for recorder in street.recorders:
        reading = DRIVERS[recorder.kind].read(nvr(recorder, street.hosts[recorder.name]), context())
        text = json.dumps([[str(o), str(o.value)] for o in reading.observations])
        for secret in (
            street.camera_password,
            recorder.secrets.admin_password,
            recorder.secrets.database,
            recorder.secrets.snmp_auth,
            "12345",
            "$2y$",
            "$argon2",
        ):
            assert secret not in text, recorder.name


@pytest.mark.parametrize("kind", KINDS)
def test_sudo_allows_the_exact_commands_and_nothing_near_them(street: Street, kind: str) -> None:
    host = next(street.hosts[r.name] for r in street.recorders if r.kind == kind)
    text = (SUDOERS / kind).read_text()
    assert host.exec("visudo -cf /dev/stdin", stdin=text).returncode == 0
    listed = host.exec(f"runuser -u {AUDIT} -- sudo -n -l").stdout
    assert "(root) NOPASSWD:" in listed
    for command in ("id", "find /srv/recordings -delete", "cat /etc/shadow", "ss -K", "sh -c id"):
        denied = host.exec(f"runuser -u {AUDIT} -- sudo -n {command}", check=False)
        assert denied.returncode != 0, command


def test_the_account_of_the_database_can_only_read(street: Street) -> None:
    host = street.hosts["zm-good"]
    for statement in (
        "DELETE FROM zm.Events",
        "UPDATE zm.Users SET Enabled=0",
        "DROP TABLE zm.Logs",
    ):
        denied = host.exec(f"runuser -u {AUDIT} -- mysql -e '{statement}'", check=False)
        assert denied.returncode != 0 and "denied" in denied.stderr


def test_without_sudo_the_footage_is_not_permitted_and_the_rest_is_told(
    lab: None, tmp_path: Path
) -> None:
    nothing = tmp_path / "sudoers"
    nothing.write_text("# no rule at all\n")
    ssh_key(AUDIT), ssh_key(PUSH)
    nic = Nic(switch="lan", address="10.77.9.201/16", gateway=LAN.controller)
    recorder = Recorder(name="mo-plain", kind="motion", nics=(nic,), streams=(), sudoers=nothing)
    host = recorder.host(layer(recorder, datetime.now(TAIPEI)))
    host.start()
    host.ready()
    try:
        reading = DRIVERS["motion"].read(nvr(recorder, host), context())
    finally:
        host.stop()
    told = facts(reading, "mo-plain")
    assert reading.doors[0].outcome == "ok"
    assert told["channels"].unknown is Why.NOT_PERMITTED
    assert told["accounts"].unknown is Why.NOT_PERMITTED
    assert told["interfaces"].unknown is None and told["sockets"].unknown is None


def test_each_way_of_not_getting_in_keeps_its_name(bare_host: Callable[..., Host]) -> None:
    host = bare_host()
    bare = Recorder(name=host.name, kind="segment", nics=host.nics, streams=())

    def ending(recorder: Nvr, budget: float = 8) -> str:
        return DRIVERS["segment"].read(recorder, context(budget)).doors[0].outcome

    assert ending(nvr(bare, host)) == "ok"
    assert ending(nvr(bare, host, port=2222)) == "refused"
    other = ssh_key(AUDIT).with_suffix(".pub").read_text().split()
    assert ending(nvr(bare, host, key=" ".join(other[:2]))) == "host_key_changed"
    host.exec(f"mv /home/{AUDIT}/.ssh/authorized_keys /root/keys")
    assert ending(nvr(bare, host)) == "auth_refused"
    host.exec(f"mv /root/keys /home/{AUDIT}/.ssh/authorized_keys")
    host.exec(f"usermod -s /usr/sbin/nologin {AUDIT}")
    assert ending(nvr(bare, host)) == "odd_output"
    host.exec(f"usermod -s /bin/sh {AUDIT}")
    faults.filtered(host, 22)
    assert ending(nvr(bare, host), budget=3) == "filtered"
    faults.link_down(host)
    assert ending(nvr(bare, host), budget=15) in ("no_route", "filtered")


def _hours(gap: dict[str, str]) -> float:
    span = datetime.fromisoformat(gap["end"]) - datetime.fromisoformat(gap["start"])
    return span.total_seconds() / 3600
