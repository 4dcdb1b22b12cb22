"""SNMP: addresses, interfaces, disks, clock and uptime of any agent; beside SSH or alone.

Standard MIBs only: IF-MIB, IP-MIB (ipAddressTable with RFC 4001 addresses, ipAddrTable where that
is all there is), HOST-RESOURCES-MIB. The first GET is the login; after a refusal nothing is asked.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cctv_policy.defaults import DEFAULT_COMMUNITIES
from cctv_policy.drivers import snmp_tables as tables
from cctv_policy.drivers.base import Context, Reading
from cctv_policy.drivers.snmp_ping import ping
from cctv_policy.errors import SecretError
from cctv_policy.inventory import Recorder
from cctv_policy.model import Json
from cctv_policy.state import Door, Observation, Why

if TYPE_CHECKING:
    from cctv_policy.drivers.snmp_session import Access, Session

SYS_DESCR = "1.3.6.1.2.1.1.1.0"
HR_UPTIME = "1.3.6.1.2.1.25.1.1.0"
HR_DATE = "1.3.6.1.2.1.25.1.2.0"

PING_S = 1.6
"""How long to look for an agent before the login; a live one answers at once."""

_SOURCES = {
    "device.firmware": "sysDescr",
    "device.mac": "ifPhysAddress",
    "services.snmp": "vacmSecurityToGroupTable",
    "interfaces": "ifTable, ifXTable, ipAddressTable",
    "storage": "hrStorageTable, hrFSTable",
    "time.offset_s": "hrSystemDate",
    "uptime_s": "hrSystemUptime",
}
AUTH_NAMES = {"sha256": "SHA-256", "sha512": "SHA-512", "sha": "SHA", "md5": "MD5"}
PRIV_NAMES = {
    "aes128": "AES",
    "aes192": "AES-192",
    "aes256": "AES-256",
    "aes192c": "AES-192-C",
    "aes256c": "AES-256-C",
    "des": "DES",
}
"""The inventory's word → net-snmp's. `c`: a key too short for the cipher is drawn out as Cisco does
it (Reeder), without it as net-snmp does (Blumenthal); with sha256 and sha512 none is too short."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """One agent's replies, and the controller's clock around the question for the time."""

    scalars: dict[str, tables.Value]
    asked_at: datetime
    round_trip_s: float
    interfaces: tables.Table
    names: tables.Table
    addresses: tables.Table
    old_addresses: tables.Table
    storage: tables.Table
    mounts: tables.Table
    groups: tables.Table
    access: Access


def _what_it_drops(access: Access) -> str:
    """What is wrong when an agent that is there says nothing."""
    if access.version != "v3":
        return "community"
    drawn_out = access.auth_protocol in ("SHA", "MD5") and access.priv_protocol.startswith("AES-")
    return "privacy key, or priv_protocol with c or without" if drawn_out else "privacy key"


class SnmpDriver:
    """Any device with an SNMP agent."""

    kind = "snmp"

    def capabilities(self) -> frozenset[str]:
        """What the standard MIBs can tell."""
        return frozenset(_SOURCES)

    def read(self, recorder: Recorder, context: Context) -> Reading:
        """Ask the agent everything, with the recorder's own user or community, once."""
        start = context.monotonic()
        try:
            access = access_of(recorder, context)
        except SecretError as error:
            return self._nothing(recorder, context, Why.NO_SECRET, error.what, start)
        if access is None:
            return self._nothing(recorder, context, Why.NOT_CONFIGURED, "", start)
        from cctv_policy.drivers.snmp_session import SnmpError, poller

        pong = ping(access.host, access.port, (), timeout_s=min(PING_S, context.budget_s))
        if pong.why in (Why.REFUSED, Why.NO_ROUTE):
            return self._nothing(recorder, context, pong.why, pong.detail, start)
        left = context.budget_s - (context.monotonic() - start)
        try:
            raw = poller().run(access, lambda session: _ask(session, access, context.now), left)
        except SnmpError as failure:
            why, detail = failure.why, failure.detail
            if why is Why.NO_ANSWER and pong.answered:
                # An agent that is there drops what it cannot decrypt, and any unknown community.
                what = _what_it_drops(access)
                why, detail = Why.AUTH_REFUSED, f"the agent is there but silent: wrong {what}?"
            return self._nothing(recorder, context, why, detail, start)
        seconds = context.monotonic() - start
        return Reading(
            doors=(Door(door="snmp", outcome="ok", seconds=seconds),),
            observations=tuple(_observations(recorder.id, raw, context.now().isoformat())),
        )

    def _nothing(
        self, recorder: Recorder, context: Context, why: Why, detail: str, start: float
    ) -> Reading:
        at = context.now().isoformat()
        seconds = context.monotonic() - start
        return Reading(
            doors=(Door(door="snmp", outcome=why.value, detail=detail, seconds=seconds),),
            observations=tuple(
                Observation(
                    device=recorder.id,
                    fact=fact,
                    unknown=why,
                    detail=detail,
                    source=source,
                    door="snmp",
                    at=at,
                )
                for fact, source in _SOURCES.items()
            ),
        )


def access_of(recorder: Recorder, context: Context) -> Access | None:
    """Where and how to ask; None if SNMP is not configured. Raises SecretError."""
    from cctv_policy.drivers.snmp_session import Access

    found = recorder.snmp
    host = found and (found.host or (recorder.connect and recorder.connect.host))
    if not found or not host:
        return None
    return Access(
        host=host,
        port=found.port,
        version=found.version,
        user=found.user or "",
        auth_protocol=AUTH_NAMES[found.auth_protocol],
        auth=context.secrets(found.auth) if found.auth else None,
        priv_protocol=PRIV_NAMES[found.priv_protocol],
        priv=context.secrets(found.priv) if found.priv else None,
        community=context.secrets(found.community) if found.community else None,
    )


async def _ask(session: Session, access: Access, now: Callable[[], datetime]) -> Raw:
    asked_at, start = now(), time.monotonic()
    scalars = await session.get(HR_DATE, HR_UPTIME, SYS_DESCR)
    round_trip_s = time.monotonic() - start
    if round_trip_s > 1.0 and HR_DATE in scalars:  # v3 discovery or a resend is in it: ask again
        asked_at, start = now(), time.monotonic()
        scalars |= await session.get(HR_DATE)
        round_trip_s = time.monotonic() - start
    addresses = await session.walk(*tables.IP_ADDRESS)
    return Raw(
        scalars=scalars,
        asked_at=asked_at,
        round_trip_s=round_trip_s,
        interfaces=await session.walk(*tables.IF),
        names=await session.walk(tables.IF_NAME),
        addresses=addresses,
        old_addresses={} if any(addresses.values()) else await session.walk(*tables.IP_OLD),
        storage=await session.walk(*tables.STORAGE),
        mounts=await session.walk(*tables.MOUNTS),
        groups=await session.walk(tables.VACM_GROUP),
        access=access,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    value: Json = None
    why: Why | None = None
    detail: str = ""
    partial: bool = False


def _observations(device: str, raw: Raw, at: str) -> list[Observation]:
    readers: dict[str, Callable[[Raw], _Told]] = {
        "device.firmware": _firmware,
        "device.mac": _macs,
        "interfaces": _interfaces,
        "services.snmp": _versions,
        "storage": _storage,
        "time.offset_s": _offset,
        "uptime_s": _uptime,
    }
    found: list[Observation] = []
    for fact, read in readers.items():
        try:
            told = read(raw)
        except tables.OddError as error:
            told = _Told(why=Why.ODD_OUTPUT, detail=str(error))
        found.append(
            Observation(
                device=device,
                fact=fact,
                value=told.value if told.why is None else None,
                unknown=told.why,
                detail=told.detail,
                partial=told.partial,
                source=_SOURCES[fact],
                door="snmp",
                at=at,
            )
        )
    return found


_NOT_THERE = _Told(why=Why.NOT_SUPPORTED, detail="the agent does not have it")


def _firmware(raw: Raw) -> _Told:
    text = raw.scalars.get(SYS_DESCR)
    if not isinstance(text, bytes) or not text.strip():
        return _NOT_THERE
    return _Told(value=tables.text(text))


def _macs(raw: Raw) -> _Told:
    macs = tables.macs(raw.interfaces)
    return _Told(value=macs) if macs else _NOT_THERE


def _interfaces(raw: Raw) -> _Told:
    new = any(raw.addresses.values())
    found = tables.addresses(raw.addresses) if new else tables.old_addresses(raw.old_addresses)
    if not found.by_interface:
        return _NOT_THERE
    detail = "; ".join(
        filter(None, [found.odd, "" if new else "only ipAddrTable: IPv6 cannot be seen"])
    )
    value = tables.interfaces(raw.interfaces, raw.names, found)
    return _Told(value=value, detail=detail, partial=bool(detail))


def _versions(raw: Raw) -> _Told:
    """Which versions are let in: the agent's own list, or that it took our community."""
    if raw.access.version == "v3":
        shown = tables.versions(raw.groups)
        return _Told(value=shown) if shown else _NOT_THERE
    secret = raw.access.community
    factory = secret is not None and secret.reveal() in DEFAULT_COMMUNITIES
    taken: dict[str, Json] = {"v1": None, "v2c": None, "v3": None, raw.access.version: True}
    return _Told(value={**taken, "community_default": True if factory else None})


def _storage(raw: Raw) -> _Told:
    volumes, odd = tables.volumes(raw.storage, raw.mounts)
    if not volumes:
        return _Told(why=Why.ODD_OUTPUT, detail=odd) if odd else _NOT_THERE
    return _Told(value=volumes, detail=odd, partial=bool(odd))


def _offset(raw: Raw) -> _Told:
    octets = raw.scalars.get(HR_DATE)
    if not isinstance(octets, bytes) or not octets:
        return _NOT_THERE
    device = tables.date_and_time(octets)
    if device is None:
        return _Told(why=Why.NOT_SUPPORTED, detail="the agent's time has no time zone")
    controller = raw.asked_at + timedelta(seconds=raw.round_trip_s / 2)
    return _Told(value=round((device - controller).total_seconds()))


def _uptime(raw: Raw) -> _Told:
    ticks = raw.scalars.get(HR_UPTIME)
    return _Told(value=ticks // 100) if isinstance(ticks, int) else _NOT_THERE


DRIVER = SnmpDriver()
