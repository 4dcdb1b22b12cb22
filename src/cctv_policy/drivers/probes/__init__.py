"""Looking from outside, without any login: what a stranger on the network would see of a device.

Only addresses that the inventory names or the device's own interfaces carry are looked at, only
the ports of the inventory and the few well-known ones of faces.py, each a bounded number of times.
A recorder or a camera is looked at only if its inventory entry has `probes`.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from cctv_policy.drivers.base import Context, Reading
from cctv_policy.drivers.probes.faces import DATABASE, Target, look, management, ports_of
from cctv_policy.inventory import Camera, Probes, Recorder
from cctv_policy.state import Door, Observation, Why

__all__ = ["DATABASE", "FACTS", "configured", "further_addresses", "management", "ports_of", "read"]

FACTS = (
    "services.telnet",
    "services.http",
    "services.https",
    "services.http_auth",
    "services.rtsp_auth",
    "services.recordings_open",
    "services.database_open",
    "services.debug_ports",
    "services.mgmt_addresses",
    "services.snmp",
)
OF_A_CAMERA = tuple(fact for fact in FACTS if fact != "services.mgmt_addresses")
MAX_ADDRESSES = 8
CAMERAS_AT_ONCE = 16
CAMERA_S = 8.0
"""How long a silent camera takes; with less left of the recorder's budget none is begun."""


def configured(recorder: Recorder) -> bool:
    """Whether the inventory asks for a look from outside at it or at one of its cameras."""
    return _itself(recorder) or any(True for _ in _cameras(recorder))


def _itself(recorder: Recorder) -> bool:
    return _host(recorder) is not None and recorder.probes != Probes(
        login_probe=recorder.probes.login_probe
    )


def _cameras(recorder: Recorder) -> Iterator[Camera]:
    return (c for c in recorder.cameras if c.probes is not None and c.address)


def _host(recorder: Recorder) -> str | None:
    if recorder.probes.hosts:
        return recorder.probes.hosts[0]
    if recorder.connect:
        return recorder.connect.host
    return recorder.snmp.host if recorder.snmp else None


def read(recorder: Recorder, context: Context, said: Sequence[Observation]) -> Reading:
    """Look at the recorder, then at its cameras; `said` is what its own doors told, for its
    further addresses.
    """
    start = context.monotonic()
    if not configured(recorder):
        return Reading(
            doors=(Door(door="probe", outcome=Why.NOT_CONFIGURED.value),), observations=()
        )
    host = _host(recorder)
    found: list[Observation] = []
    silent: Why | None = None
    if host is not None and _itself(recorder):
        target = Target(
            host=host,
            ports=ports_of(recorder.probes),
            others=further_addresses(recorder, host, said),
            snmp_port=recorder.snmp.port if recorder.snmp else 161,
            driver=recorder.driver,
            rtsp_path=recorder.settings.get("rtsp_path"),
        )
        told, silent = look(target)
        at = context.now().isoformat()
        found = [told[fact].observation(recorder.id, fact, host, at) for fact in FACTS]
    left = context.budget_s - (context.monotonic() - start)
    found += _cameras_seen(list(_cameras(recorder)), context, left)
    outcome = silent.value if silent else "ok"
    door = Door(door="probe", outcome=outcome, seconds=context.monotonic() - start)
    return Reading(doors=(door,), observations=tuple(found))


def _cameras_seen(
    cameras: Sequence[Camera], context: Context, left: float
) -> Iterator[Observation]:
    """What is seen of each camera, or that there was no time to look."""
    rounds = -(-len(cameras) // CAMERAS_AT_ONCE)
    if not cameras:
        return
    if left < rounds * CAMERA_S:
        at, detail = context.now().isoformat(), "no time left to look at the cameras"
        for camera in cameras:
            for fact in OF_A_CAMERA:
                yield Observation(
                    device=camera.id, fact=fact, unknown=Why.BUDGET, detail=detail,
                    source="probe", door="probe", at=at,
                )  # fmt: skip
        return
    with ThreadPoolExecutor(CAMERAS_AT_ONCE, thread_name_prefix="camera") as pool:
        for camera, (told, _) in zip(cameras, pool.map(look, map(_target, cameras)), strict=True):
            at = context.now().isoformat()
            for fact in OF_A_CAMERA:
                yield told[fact].observation(camera.id, fact, camera.address or "", at)


def _target(camera: Camera) -> Target:
    assert camera.probes is not None and camera.address is not None  # noqa: S101 - _cameras
    return Target(
        host=camera.address,
        ports=ports_of(camera.probes),
        rtsp_path=camera.probes.rtsp_path,
    )


def further_addresses(
    recorder: Recorder, host: str, said: Sequence[Observation]
) -> tuple[str, ...]:
    """The device's other addresses: the inventory's and those its own interfaces carry."""
    told = [
        address["address"].split("%")[0]
        for o in said
        if o.device == recorder.id and o.fact == "interfaces" and isinstance(o.value, list)
        for interface in o.value
        for address in interface["addresses"]
    ]
    found = dict.fromkeys((*recorder.probes.hosts, *(a for a in told if _usable(a))))
    found.pop(host, None)
    return tuple(found)[:MAX_ADDRESSES]


def _usable(text: str) -> bool:
    """An address one can connect to and that is nobody else's by definition."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return not (
        address.is_loopback
        or address.is_link_local
        or address.is_multicast
        or address.is_unspecified
        or text == "255.255.255.255"
    )
