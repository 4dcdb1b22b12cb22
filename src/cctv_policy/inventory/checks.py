"""What one field cannot say: rules over a whole school and over the whole district."""

from __future__ import annotations

import datetime as dt
import difflib
import ipaddress
import re
from collections.abc import Callable, Collection
from functools import lru_cache
from typing import Any

from cctv_policy.inventory.model import Event, Network, Recorder, School, Snmp
from cctv_policy.strictyaml import Document, Fault, dotted

Path = tuple[str | int, ...]

DOORLESS = ("local", "manual")
"""Drivers that need neither `connect` nor `snmp`."""

_SECRET_FIELDS = re.compile(
    r"pass(wd|word|phrase|code)?s?|pwd|pw|pin|token|api_?key|private_?key|"
    r"(secret|community|key)_?(value|string|data)|.*_(password|passphrase|token)",
    re.IGNORECASE,
)
_SECRET_TEXT = re.compile(r"-----BEGIN|\$(1|2[aby]|5|6|y)\$|://[^/@\s]*:[^/@\s]+@")


def secrets_in_clear(document: Document) -> list[Fault]:
    """Fields and texts that look like a secret itself; the message never holds the value."""
    found: list[Fault] = []
    waiting: list[tuple[Any, Path]] = [(document.data, ())]
    while waiting:
        node, where = waiting.pop()
        is_map = isinstance(node, dict)
        for step, child in node.items() if is_map else enumerate(node):
            looks = isinstance(child, str) and _SECRET_TEXT.search(child)
            if looks or (is_map and _names_a_secret(step)):
                what = "a secret, or a field for one"
                fix = "remove it, change that secret on the device, write its vault name instead"
                found.append(document.fault("secret_in_clear", (*where, step), what, fix))
            elif isinstance(child, dict | list):
                waiting.append((child, (*where, step)))
    return found


@lru_cache(maxsize=1024)
def _names_a_secret(name: str) -> bool:
    """Asked for the same few names thousands of times."""
    return bool(_SECRET_FIELDS.fullmatch(name))


def school_faults(
    document: Document,
    school: School,
    *,
    as_of: dt.date | None,
    drivers: Collection[str] | None,
) -> list[Fault]:
    """Every contradiction inside one school's file."""
    found: list[Fault] = []

    def add(code: str, where: Path, what: str, fix: str = "") -> None:
        found.append(document.fault(code, where, what, fix))

    areas = [a.id for a in school.areas]
    for i in _repeats(areas):
        add("duplicate_id", ("areas", i, "id"), "this area is declared above")
    for i, override in enumerate(school.overrides):
        if override.area is not None and override.area not in areas:
            add("unknown_area", ("overrides", i, "area"), f"areas here: {', '.join(areas)}")
    for r, recorder in enumerate(school.recorders):
        where: Path = ("recorders", r)
        _doors(recorder, where, add, drivers)
        _dates(recorder, where, add, as_of)
        _channels(recorder, where, add, areas)
        if recorder.baseline.network:
            _network(recorder.baseline.network, (*where, "baseline", "network"), add)
    _addresses(school, add)
    return found


Add = Callable[..., None]


def _repeats(items: list[Any]) -> list[int]:
    return [i for i, item in enumerate(items) if item in items[:i]]


def _doors(recorder: Recorder, where: Path, add: Add, drivers: Collection[str] | None) -> None:
    if drivers is not None and recorder.driver not in drivers:
        near = difflib.get_close_matches(recorder.driver, drivers, n=1)
        fix = f"did you mean `{near[0]}`?" if near else f"known: {', '.join(sorted(drivers))}"
        add("unknown_driver", (*where, "driver"), "no driver of that name", fix)
    if recorder.snmp:
        _snmp(recorder, recorder.snmp, (*where, "snmp"), add)
    if not recorder.in_use:
        return
    if recorder.driver not in DOORLESS and not recorder.connect and not recorder.snmp:
        add("no_door", where, "neither `connect` nor `snmp`", "add one, or use driver manual")
    if recorder.driver == "manual" and not recorder.answers:
        add("missing_field", (*where, "driver"), "driver manual needs `answers`")
    for i in _repeats([a.account for a in recorder.accounts]):
        add("duplicate_account", (*where, "accounts", i, "account"), "declared above")


def _snmp(recorder: Recorder, snmp: Snmp, where: Path, add: Add) -> None:
    if not snmp.host and not recorder.connect:
        add("missing_field", where, "`host` is required without `connect`")
    if snmp.version == "v3":
        for name in ("user", "auth", "priv"):
            if getattr(snmp, name) is None:
                add("missing_field", where, f"`{name}` is required for v3 (authPriv)")
        if snmp.community is not None:
            add("bad_value", (*where, "community"), "v3 has no community")
    else:
        if snmp.community is None:
            add("missing_field", where, "`community` is required for v2c")
        for name in ("user", "auth", "priv"):
            if getattr(snmp, name) is not None:
                add("bad_value", (*where, name), f"v2c has no `{name}`")


def _dates(recorder: Recorder, where: Path, add: Add, as_of: dt.date | None) -> None:
    start = recorder.commissioned_on
    events: list[tuple[str, Path, Event | None]] = [
        ("storage_reset", (*where, "storage_reset"), recorder.storage_reset),
        ("decommissioned", (*where, "decommissioned"), recorder.decommissioned),
    ]
    for i, camera in enumerate(recorder.cameras):
        events.append(("added_on", (*where, "cameras", i, "added_on"), camera.added_on))
    for name, at, event in events:
        if event and event.on < start:
            add("date_order", (*at, "on"), f"`{name}` is before `commissioned_on`")
    days = [((*where, "commissioned_on"), start)]
    days += [((*at, "on"), event.on) for _, at, event in events if event]
    for i, account in enumerate(recorder.accounts):
        if account.rotated_on:
            days.append(((*where, "accounts", i, "rotated_on"), account.rotated_on))
    for at, day in days:
        if as_of and day > as_of:
            add("future_date", at, f"later than {as_of}, the day of this run")
    if (recorder.status == "decommissioned") != (recorder.decommissioned is not None):
        what = "status decommissioned and `decommissioned` {on, ref} belong together"
        add("missing_field", (*where, "status"), what)


def _channels(recorder: Recorder, where: Path, add: Add, areas: list[str]) -> None:
    if recorder.in_use and not recorder.cameras:
        add("too_few", (*where, "cameras"), "a recorder in use has cameras", "list them")
    for i in _repeats([c.ch for c in recorder.cameras]):
        add("duplicate_channel", (*where, "cameras", i, "ch"), "this channel is taken above")
    for i, camera in enumerate(recorder.cameras):
        at = (*where, "cameras", i)
        if camera.area not in areas:
            near = difflib.get_close_matches(camera.area, areas, n=1)
            fix = f"did you mean `{near[0]}`?" if near else f"areas here: {', '.join(areas)}"
            add("unknown_area", (*at, "area"), "not in `areas` of this school", fix)
        if camera.analog and camera.address:
            add("bad_value", (*at, "address"), "an analog camera has no address")
        if camera.probes and not camera.address:
            add("missing_field", at, "`probes` needs the camera's `address`")


def _network(network: Network, where: Path, add: Add) -> None:
    address = ipaddress.ip_address(network.address)
    if network.prefix > address.max_prefixlen:
        add("bad_value", (*where, "prefix"), f"at most {address.max_prefixlen} here")
        return
    net = ipaddress.ip_network((address, network.prefix), strict=False)
    if network.prefix < address.max_prefixlen - 1 and address in (
        net.network_address,
        net.broadcast_address,
    ):
        add("bad_address", (*where, "address"), "the first or last address of its network")
    if network.gateway is None:
        return
    gateway = ipaddress.ip_address(network.gateway)
    if gateway == address:
        add("bad_address", (*where, "gateway"), "the recorder cannot be its own gateway")
    elif gateway.version != net.version or gateway not in net:
        add("bad_address", (*where, "gateway"), "not inside the recorder's network")


def _addresses(school: School, add: Add) -> None:
    """No two devices of a school share an address; schools may use the same private range."""
    taken: dict[str, str] = {}
    for r, recorder in enumerate(school.recorders):
        if recorder.status in ("in_storage", "decommissioned"):
            continue
        own: dict[str, Path] = {}
        if recorder.baseline.network:
            at: Path = ("recorders", r, "baseline", "network", "address")
            own[recorder.baseline.network.address] = at
        if recorder.connect:
            own[_door(recorder)] = ("recorders", r, "connect", "host")
        for key, at in own.items():
            _claim(taken, key, recorder.id, at, add)
        for i, camera in enumerate(recorder.cameras):
            if camera.address:
                at = ("recorders", r, "cameras", i, "address")
                _claim(taken, camera.address, camera.id, at, add)


def _door(recorder: Recorder) -> str:
    """The connect address; with a forwarded port, two recorders may share the host."""
    assert recorder.connect is not None  # noqa: S101 - asked by the caller
    connect = recorder.connect
    return connect.host if connect.port == 22 else f"[{connect.host}]:{connect.port}"


def _claim(taken: dict[str, str], key: str, owner: str, at: Path, add: Add) -> None:
    if taken.setdefault(key, owner) != owner:
        add("duplicate_address", at, f"`{taken[key]}` has this address too")


def district_faults(schools: list[tuple[Document, School]]) -> list[Fault]:
    """Ids that are used twice in the district; recorders and cameras share one set of ids."""
    found: list[Fault] = []
    sites: dict[str, tuple[Document, Path]] = {}
    devices: dict[str, tuple[Document, Path]] = {}

    def claim(
        taken: dict[str, tuple[Document, Path]], name: str, document: Document, where: Path
    ) -> None:
        first, place = taken.setdefault(name, (document, where))
        if first is not document or place != where:
            at = f"{first.path}:{first.line_of(place)} ({dotted(place)})"
            what, fix = f"already used at {at}", "ids are unique in the district"
            found.append(document.fault("duplicate_id", where, what, fix))

    for document, school in schools:
        claim(sites, school.id, document, ("id",))
        for r, recorder in enumerate(school.recorders):
            claim(devices, recorder.id, document, ("recorders", r, "id"))
            for i, camera in enumerate(recorder.cameras):
                claim(devices, camera.id, document, ("recorders", r, "cameras", i, "id"))
    return found
