"""Eight recorders as installers leave them, and the district whose push makes them comply.

Two of each kind and of each network system, all on public addresses: pages without a login or a
password that all share, telnet, SNMP `public`, no NTP, footage of 400 days ago. `PLANTED` is what
a scan finds before.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from cctv_policy.secretstore import Secret
from cctv_policy.strictyaml import dump
from cctv_policy.vault import Entry
from tests.vault.files import Two, keys_of

from .archive import TAIPEI, Archive, Old
from .cameras import Camera
from .lab import LAN, WAN, open_lab, run, ssh_key
from .netcfg import Nic, System
from .recorders import Street, start_clock, wait_recording
from .roles import layer
from .roles.common import AUDIT, PUSH, Kind, Recorder, Stream
from .roles.common import Secrets as Passwords
from .street import SCHEMA, entry, router_record

KINDS: tuple[Kind, ...] = ("motion", "motioneye", "zoneminder", "segment") * 2
SYSTEMS: tuple[System, ...] = ("ifupdown", "networkd", "netplan", "nm") * 2
NAMES = {
    "ifupdown": "ifupdown",
    "networkd": "networkd",
    "netplan": "netplan",
    "nm": "networkmanager",
}
NEW_GATEWAY = "10.78.0.1"
FACTORY = "12345"
"""Of the segment recorders' cameras."""
SHARED = "School-Cctv.2020"
"""The installer's, on every recorder that has a login at all."""
HANDOVER = "2026-10-15"
"""The custodian changed; nobody changed a password since."""

RULES = {
    5: "A3.1-no-public-ip",
    8: "A3.2-no-default-password",
    10: "A3.2-credential-age",
    13: "A4.1-transport-hardening",
    17: "A4.3-retention-min",
    18: "A4.3-retention-capacity",
    19: "A4.4-destroy-within-max",
    23: "C-clock-sync",
}


def planted(number: int, kind: Kind) -> frozenset[int]:
    """The rules of which a scan finds a fail on the recorder or its camera before the push.

    17 is never planted: footage that is gone cannot be brought back.
    """
    rules = {5, 13, 19}
    rules |= {8} if number < 4 or kind == "segment" else set()
    rules |= {10} if number >= 4 or kind == "segment" else set()
    if number >= 4:
        rules |= {23}
        rules |= {18} if kind in ("motion", "segment") else set()
    return frozenset(rules)


def name(number: int) -> str:
    """Kind and number."""
    return f"{KINDS[number]}{number}"


def build(
    numbers: Sequence[int] = range(8), change: Callable[[Recorder], Recorder] = lambda r: r
) -> Street:
    """Recorders that run and record; each four in a row are one of each kind and network system.

    `change` may plant more, or less, on each.
    """
    open_lab()
    run("ip", "addr", "replace", f"{NEW_GATEWAY}/16", "dev", WAN.name)  # the router's new leg
    start_clock()
    ssh_key(AUDIT), ssh_key(PUSH)
    rack = tuple(_camera(number) for number in numbers)
    for camera in rack:
        camera.start()
    recorders = tuple(
        change(_recorder(number, camera)) for number, camera in zip(numbers, rack, strict=True)
    )
    hosts = {}
    for recorder in recorders:
        hosts[recorder.name] = recorder.host(layer(recorder, datetime.now(TAIPEI)))
        hosts[recorder.name].start()
    for recorder in recorders:
        hosts[recorder.name].ready()
        if recorder.kind == "segment":
            hosts[recorder.name].exec("useradd -m -s /bin/sh -G sudo admin")
            word = recorder.secrets.admin_password
            hosts[recorder.name].exec(
                "chpasswd && chage -d 2025-01-01 admin", stdin=f"admin:{word}\n"
            )
    street = Street(recorders=recorders, cameras=rack, hosts=hosts, camera_password="")
    wait_recording(street, {r.name: (1,) for r in recorders if r.kind != "motion" or r.log_folder})
    return street


def _camera(number: int) -> Camera:
    word = FACTORY if KINDS[number] == "segment" else secrets.token_hex(8)
    return Camera(name=f"cam-{number}", addresses=(f"10.77.50.{31 + number}/16",), password=word)


def _recorder(number: int, camera: Camera) -> Recorder:
    kind, first = KINDS[number], number < 4
    public = Nic(switch="wan", address=f"163.20.77.{30 + number}/24", gateway=WAN.controller)
    inside = Nic(switch="lan", address=f"10.77.0.{30 + number}/16", name="eth1")
    address = camera.addresses[0].partition("/")[0]
    # ZoneMinder and motionEye would delete at once what a short window does not keep
    short = 9 if not first and kind in ("motion", "segment") else None
    return Recorder(
        name=name(number), kind=kind, nics=(public, inside), system=SYSTEMS[number],
        streams=(Stream(address=address, path="ch1", password=camera.password),),
        secrets=Passwords(admin_password="admin" if first else SHARED), auth=not first,
        admin_on_lan=True, open_cache=True, database_socket=True, log_folder=first,
        snmp_community="public", telnet=True, ntp=False,
        zone="Asia/Taipei" if first else "Asia/Tokyo",
        retention_days=short, archive=Archive(old=(Old(channel=1, days_ago=400),)),
    )  # fmt: skip


Entries = Callable[[dict[str, Any]], dict[str, Any]]


def district(street: Street, root: Path, change: Entries = lambda entry: entry) -> Path:
    """Inventory of two schools, and a vault that knows what the district knows; the key's file.

    `change` may alter a recorder's entry before it is written.
    """
    schools = root / "inventory" / "schools"
    schools.mkdir(parents=True)
    title = {"zh": "街", "en": "street"}
    (root / "inventory" / "district.yaml").write_text(
        dump({"schema": SCHEMA, "id": "street", "name": title, "pack": "tw-ntpc-school"})
    )
    for part, site in enumerate(("north-es", "south-es")):
        router = root / f"evidence/router/{site}.yaml"
        router.parent.mkdir(parents=True, exist_ok=True)
        router.write_text(dump(router_record(site)))
        school = {
            "schema": SCHEMA, "id": site, "name": title, "moe_code": "999990", "city": "ntpc",
            "site_type": "elementary", "router": f"evidence/router/{site}.yaml",
            "custodian_changes": [HANDOVER],
            "areas": [{"id": "campus", "type": "campus", "name": title}],
            "recorders": [change(_entry(street, r)) for r in street.recorders[part::2]],
        }  # fmt: skip
        (schools / f"{site}.yaml").write_text(dump(school))
    return _vault(street, root)


def _entry(street: Street, recorder: Recorder) -> dict[str, Any]:
    """With its push account, its managed logins and its wanted state."""
    number = int(recorder.name[-1])
    own, secret = entry(street, recorder), f"street/{recorder.name}"
    admin = {"account": "admin", "role": "admin", "secret": f"{secret}/admin"}
    if recorder.auth:
        admin["rotated_on"] = "2026-08-03"
    database = (
        [{"account": "zmuser", "role": "service", "secret": f"{secret}/database"}]
        if recorder.kind == "zoneminder"
        else []
    )
    if recorder.kind == "segment":
        own["cameras"][0]["login"] = {"user": "admin", "secret": f"{secret}/camera"}
    network = {
        "system": NAMES[recorder.system], "interface": "eth0", "prefix": 16,
        "address": f"10.78.0.{30 + number}", "gateway": NEW_GATEWAY,
    }  # fmt: skip
    return own | {
        "model": "2020" if number < 4 else "2024",  # each is the first of its model: one wave
        "connect": own["connect"] | {"push": {"user": PUSH, "key": f"{secret}/push"}},
        "accounts": [admin, *database],
        "baseline": {
            "retention_days": 16, "ntp": [LAN.controller], "timezone": "Asia/Taipei",
            "network": network,
        },
    }  # fmt: skip


def known(street: Street) -> Iterator[tuple[str, str]]:
    """What the district's vault holds before: name and value."""
    for recorder in street.recorders:
        secret, keys = f"street/{recorder.name}", recorder.secrets
        yield f"{secret}/ssh", ssh_key(AUDIT).read_text()
        yield f"{secret}/push", ssh_key(PUSH).read_text()
        yield f"{secret}/snmp-auth", keys.snmp_auth
        yield f"{secret}/snmp-priv", keys.snmp_priv
        if recorder.auth or recorder.kind == "segment":
            yield f"{secret}/admin", keys.admin_password
        if recorder.kind == "segment":
            yield f"{secret}/camera", FACTORY
        if recorder.kind == "zoneminder":
            yield f"{secret}/database", keys.database if recorder.auth else "zmpass"


def _vault(street: Street, root: Path) -> Path:
    two = Two(root)
    keys_of(root, two.mine)
    (root / "vault.yaml").write_text(two.settings)
    vault = two.open()
    vault.create()
    for secret, value in known(street):
        vault.write(
            secret, Entry().with_pending(Secret(value)).promoted("2026-08-03T10:00:00+08:00")
        )
    return root / f"key-{two.mine[1][-8:]}.txt"
