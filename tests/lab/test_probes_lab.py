"""Looking at the street from outside: what each recorder shows to somebody without a login."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from cctv_policy import inventory
from cctv_policy.drivers import login_probe, probes
from cctv_policy.drivers.base import Context, Secret
from cctv_policy.facts import FACTS
from cctv_policy.state import Observation, Why

from .recorders import Street

pytestmark = pytest.mark.lab

HTTP = {"mo": (8080, 8081), "me": (8765,), "zm": (80,), "seg": (80,)}
DRIVERS = {"mo": "motion", "me": "motioneye", "zm": "zoneminder", "seg": "segment"}
OTHER = {"mo-broken": "10.77.0.20"}


def recorder(street: Street, name: str, **changed: Any) -> inventory.Recorder:
    kind = name.partition("-")[0]
    return inventory.Recorder(
        id=name,
        driver=DRIVERS[kind],
        status="in_use",
        commissioned_on=datetime(2024, 8, 1, tzinfo=UTC).date(),
        accounts=(inventory.Account(account="admin", role="admin", secret=f"lab/{name}"),),
        probes=inventory.Probes(
            hosts=(street.hosts[name].address,), http=HTTP[kind], **changed
        ),
    )  # fmt: skip


def context() -> Context:
    return Context(
        secrets=lambda name: Secret(name),
        now=lambda: datetime.now(UTC),
        monotonic=time.monotonic,
        budget_s=30,
        defaults={},
    )


@cache
def _look(street_id: int, name: str) -> dict[str, Observation]:
    street = STREETS[street_id]
    said = [
        Observation(
            device=name,
            fact="interfaces",
            value=[{"name": "eth1", "admin_up": True, "oper_up": True,
                    "addresses": [{"address": OTHER[name]}]}],
            source="test",
            door="ssh",
            at=datetime.now(UTC).isoformat(),
        )
    ] if name in OTHER else []  # fmt: skip
    reading = probes.read(recorder(street, name), context(), said)
    for o in reading.observations:
        if o.unknown is None:
            FACTS[o.fact].check(o.value)
    return {o.fact: o for o in reading.observations}


STREETS: dict[int, Street] = {}


def look(street: Street, name: str) -> dict[str, Any]:
    """Fact → value, or the reason why not."""
    STREETS[id(street)] = street
    found = _look(id(street), name)
    return {fact: o.value if o.unknown is None else o.unknown for fact, o in found.items()}


@pytest.mark.parametrize(
    ("name", "fact", "value"),
    [
        ("mo-broken", "services.http", True),
        ("mo-broken", "services.http_auth", "none"),
        ("mo-broken", "services.recordings_open", False),
        ("me-broken", "services.http", True),
        ("me-broken", "services.http_auth", "form"),
        ("me-broken", "services.recordings_open", False),
        ("zm-broken", "services.http", True),
        ("zm-broken", "services.http_auth", "none"),
        ("zm-broken", "services.recordings_open", True),
        ("zm-broken", "services.database_open", True),
        ("seg-broken", "services.telnet", True),
        ("zm-good", "services.http", False),
        ("zm-good", "services.https", True),
        ("zm-good", "services.http_auth", "form"),
        ("zm-good", "services.recordings_open", False),
        ("zm-good", "services.database_open", False),
        ("seg-good", "services.telnet", False),
        ("seg-good", "services.http", False),
        ("seg-good", "services.http_auth", "absent"),
        ("seg-good", "services.rtsp_auth", "absent"),
        ("mo-good", "services.http", False),
        ("me-good", "services.http", False),
        ("mo-good", "services.debug_ports", []),
    ],
)
def test_what_is_shown_without_a_login(street: Street, name: str, fact: str, value: object) -> None:
    found = look(street, name)
    assert found[fact] == value, found


def test_a_factory_community_is_taken_only_where_planted(street: Street) -> None:
    broken, good = (look(street, name)["services.snmp"] for name in ("seg-broken", "seg-good"))
    assert broken["v1"] and broken["v2c"] and broken["community_default"]
    assert good == {"v1": None, "v2c": None, "v3": True, "community_default": False}


def test_management_is_found_on_the_second_interface(street: Street) -> None:
    assert look(street, "mo-broken")["services.mgmt_addresses"] == ["163.20.77.20", "10.77.0.20"]


def test_the_cameras_themselves_tell_their_login(street: Street) -> None:
    """One of the rack, one that asks nothing, one whose cable is out."""
    addresses = {"rack": "10.77.50.11", "open": "10.77.50.99", "gone": "10.77.50.98"}
    cameras = tuple(
        inventory.Camera(
            id=name, ch=name, area="campus", place="gate", address=address,
            probes=inventory.CameraProbes(rtsp=(554,), rtsp_path="/ch1"),
        )
        for name, address in addresses.items()
    )  # fmt: skip
    device = replace(recorder(street, "seg-good"), probes=inventory.Probes(), cameras=cameras)
    found = probes.read(device, context(), []).observations
    told = {(o.device, o.fact): o for o in found}
    assert told["rack", "services.rtsp_auth"].value == "digest"
    assert told["open", "services.rtsp_auth"].value == "none"
    assert told["rack", "services.telnet"].value is False
    assert {o.unknown for o in found if o.device == "gone"} <= {Why.NO_ROUTE, Why.FILTERED,
                                                               Why.NO_ANSWER}  # fmt: skip


def test_the_login_probe_tries_once_and_never_again_that_day(
    street: Street, tmp_path: Path
) -> None:
    """motionEye with its empty password takes it."""
    ledger = login_probe.Ledger(tmp_path / "ledger.jsonl")
    device = recorder(street, "me-broken", login_probe=True)

    def probe() -> Any:
        return login_probe.read(device, context(), ledger=ledger, max_attempts=2, said=[])

    first, second = probe(), probe()
    [account] = first.observations[0].value
    assert (account["probe"], account["is_default_password"]) == ("accepted", True)
    assert not second.observations and "24 hours" in second.doors[0].detail
