"""SNMP against the street's real snmpd: v3 on the healthy hosts, a factory community on one."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

import pytest

from cctv_policy import inventory
from cctv_policy.drivers import snmp
from cctv_policy.drivers.base import Context, Secret
from cctv_policy.facts import FACTS
from cctv_policy.state import Observation, Why

from . import faults
from .recorders import Street

pytestmark = pytest.mark.lab

V3: dict[str, Any] = {"version": "v3", "auth": "lab/auth", "priv": "lab/priv"}


def context(values: dict[str, str], budget_s: float = 20) -> Context:
    return Context(
        secrets=lambda name: Secret(values[name]),
        now=lambda: datetime.now(UTC),
        monotonic=time.monotonic,
        budget_s=budget_s,
        defaults={},
    )


def read(street: Street, name: str, **changed: Any) -> tuple[str, dict[str, Observation]]:
    """The door's outcome and the observations, asked with the host's own user."""
    own = street.recorder(name).secrets
    values = {"lab/auth": own.snmp_auth, "lab/priv": own.snmp_priv, "lab/wrong": "not the one 1"}
    asked = {**V3, "host": street.hosts[name].address, "user": own.snmp_user, **changed}
    recorder = inventory.Recorder(
        id=name,
        driver="snmp",
        status="in_use",
        commissioned_on=datetime(2024, 8, 1, tzinfo=UTC).date(),
        snmp=inventory.Snmp(**asked),
    )
    reading = snmp.DRIVER.read(recorder, context({**values, "lab/public": "public"}))
    for o in reading.observations:
        if o.unknown is None:
            FACTS[o.fact].check(o.value)
    return reading.doors[0].outcome, {o.fact: o for o in reading.observations}


@pytest.mark.parametrize("name", ["mo-good", "me-good", "zm-good", "seg-good"])
def test_a_healthy_host_tells_everything(street: Street, name: str) -> None:
    outcome, told = read(street, name)
    assert outcome == "ok"
    addresses = {
        address["address"]
        for interface in told["interfaces"].value
        for address in interface["addresses"]
    }
    assert street.hosts[name].address in addresses
    assert abs(told["time.offset_s"].value) <= 2
    assert told["uptime_s"].value >= 0
    assert "Linux" in told["device.firmware"].value
    assert told["device.mac"].value


def test_only_the_host_with_a_community_lets_the_old_versions_in(street: Street) -> None:
    good, broken = (
        read(street, name)[1]["services.snmp"].value for name in ("seg-good", "seg-broken")
    )
    assert good == {"v1": False, "v2c": False, "v3": True, "community_default": False}
    assert broken["v1"] and broken["v2c"]


def test_the_recordings_disk_is_a_volume(street: Street) -> None:
    _, told = read(street, "seg-good")
    mounts = {volume["mount"]: volume for volume in told["storage"].value}
    assert any(mount.startswith("/srv") for mount in mounts), mounts


def test_a_full_disk_is_not_called_ok(street: Street) -> None:
    _, told = read(street, "seg-broken")
    [volume] = [v for v in told["storage"].value if v["mount"].startswith("/srv")]
    assert volume["state"] != "ok"


def test_a_public_address_is_seen(street: Street) -> None:
    _, told = read(street, "mo-broken")
    addresses = str(told["interfaces"].value)
    assert "163.20.77.20" in addresses and "10.77.0.20" in addresses


def test_a_wrong_clock_is_measured(street: Street) -> None:
    _, told = read(street, "mo-broken")
    offset = told["time.offset_s"]
    assert offset.unknown is None and 590 <= offset.value <= 610, offset


@pytest.mark.parametrize(
    ("changed", "detail"),
    [
        ({"user": "nobody"}, "does not know the user"),
        ({"auth": "lab/wrong"}, "rejects the authentication key"),
        ({"priv": "lab/wrong"}, "wrong privacy key"),
        ({"version": "v2c", "user": None, "auth": None, "priv": None, "community": "lab/wrong"},
         "wrong community"),
    ],
)  # fmt: skip
def test_wrong_credentials_are_told_apart(
    street: Street, changed: dict[str, Any], detail: str
) -> None:
    outcome, told = read(street, "mo-good", **changed)
    assert outcome == Why.AUTH_REFUSED
    assert all(o.unknown is Why.AUTH_REFUSED and detail in o.detail for o in told.values())


def test_a_factory_community_reads_like_any_other(street: Street) -> None:
    changed = {"version": "v2c", "user": None, "auth": None, "priv": None}
    outcome, _ = read(street, "seg-broken", **changed, community="lab/public")
    assert outcome == "ok"


def test_a_silent_host_and_a_closed_port_are_told_apart(street: Street) -> None:
    host = street.hosts["me-good"]
    faults.link_down(host)
    try:
        outcome, told = read(street, "me-good")
    finally:
        faults.link_up(host)
    assert outcome in (Why.NO_ANSWER, Why.NO_ROUTE)
    assert all(o.unknown == outcome for o in told.values())
    assert read(street, "mo-good", port=1161)[0] == Why.REFUSED
