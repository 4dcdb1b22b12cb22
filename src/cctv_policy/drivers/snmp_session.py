"""Talking SNMP: one thread with one asyncio loop for all devices, v1, v2c and v3 (USM).

Everything is read with GET and GETBULK (GETNEXT for v1); nothing is ever set. A user, a key or a
community is tried once: the first refusal ends the session. `SnmpError` says which kind of no.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import functools
import threading
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from pyasn1.type import univ  # type: ignore[import-untyped]
from pysnmp.hlapi.v3arch import asyncio as hlapi
from pysnmp.proto import errind, rfc1902, rfc1905

from cctv_policy.drivers.base import Secret
from cctv_policy.state import Why

T = TypeVar("T")
Oid = tuple[int, ...]
Value = int | bytes | str
"""Integers of any kind, octet strings, object identifiers as dotted text."""

PARALLEL = 20
TIMEOUT_S = 2
RETRIES = 3
MAX_REPETITIONS = 25
MAX_ROWS = 2_000
ENGINES = 32
"""Distinct credentials kept ready at a time; an engine costs about 60 ms and 1 MB."""

AUTH_PROTOCOLS: dict[str, Oid] = {
    "MD5": hlapi.USM_AUTH_HMAC96_MD5,
    "SHA": hlapi.USM_AUTH_HMAC96_SHA,
    "SHA-224": hlapi.USM_AUTH_HMAC128_SHA224,
    "SHA-256": hlapi.USM_AUTH_HMAC192_SHA256,
    "SHA-384": hlapi.USM_AUTH_HMAC256_SHA384,
    "SHA-512": hlapi.USM_AUTH_HMAC384_SHA512,
}
PRIV_PROTOCOLS: dict[str, Oid] = {
    "DES": hlapi.USM_PRIV_CBC56_DES,
    "AES": hlapi.USM_PRIV_CFB128_AES,
    "AES-192": hlapi.USM_PRIV_CFB192_AES_BLUMENTHAL,
    "AES-256": hlapi.USM_PRIV_CFB256_AES_BLUMENTHAL,
    "AES-192-C": hlapi.USM_PRIV_CFB192_AES,
    "AES-256-C": hlapi.USM_PRIV_CFB256_AES,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Where an agent is and how to speak to it; secrets only as `Secret`."""

    host: str
    port: int = 161
    version: str = "v3"
    user: str = ""
    auth_protocol: str = "SHA-256"
    auth: Secret | None = None
    priv_protocol: str = "AES"
    priv: Secret | None = None
    community: Secret | None = None


class SnmpError(Exception):
    """Why the agent's answer is not to be had. The text holds no secret."""

    def __init__(self, why: Why, detail: str) -> None:
        super().__init__(detail)
        self.why = why
        self.detail = detail


_REFUSALS: dict[type[errind.ErrorIndication], str] = {
    errind.UnknownUserName: "the agent does not know the user",
    errind.UnknownSecurityName: "the agent does not know the user",
    errind.WrongDigest: "the agent rejects the authentication key",
    errind.AuthenticationFailure: "the agent rejects the authentication key",
    errind.AuthenticationError: "the agent rejects the authentication key",
    errind.DecryptionError: "the agent cannot decrypt: wrong privacy key",
    errind.UnsupportedSecurityLevel: "the agent wants another security level for the user",
    errind.UnknownCommunityName: "the agent does not know the community",
    errind.NoAccessEntry: "the user may read nothing",
    errind.NoGroupName: "the user may read nothing",
}


def _failure(error: object) -> SnmpError:
    if isinstance(error, errind.RequestTimedOut):
        return SnmpError(Why.NO_ANSWER, f"no answer in {TIMEOUT_S} s, {1 + RETRIES} times")
    for kind, text in _REFUSALS.items():
        if isinstance(error, kind):
            return SnmpError(Why.AUTH_REFUSED, text)
    if isinstance(error, errind.NotInTimeWindow):
        return SnmpError(Why.ODD_OUTPUT, "the agent's clock or boot count jumps")
    return SnmpError(Why.ODD_OUTPUT, f"SNMP {type(error).__name__}")


class Session:
    """Reads from one agent."""

    def __init__(self, engine: Any, auth: Any, target: Any, *, bulk: bool) -> None:
        self._send = functools.partial(
            _ask, engine=engine, auth=auth, target=target, context=hlapi.ContextData()
        )
        self._bulk = bulk

    async def get(self, *oids: str) -> dict[str, Value]:
        """The scalars the agent has; missing ones are left out. Raises SnmpError."""
        try:
            rows = await self._send(hlapi.get_cmd, oids)
        except _NoSuchName:  # v1 refuses the whole request for one missing variable
            found: dict[str, Value] = {}
            for oid in oids if len(oids) > 1 else ():
                found |= await self.get(oid)
            return found
        return {oid: value for oid, value in rows if value is not None}

    async def walk(self, *columns: str) -> dict[str, dict[Oid, Value]]:
        """Columns of a table: column → index → value. Raises SnmpError."""
        found: dict[str, dict[Oid, Value]] = {column: {} for column in columns}
        at = dict(zip(columns, columns, strict=True))
        while at:
            wanted = tuple(at)
            rows = await self._next(tuple(at.values()), len(wanted))
            if not rows:
                break
            at = _advance(found, at, wanted, rows)
        return found

    async def _next(self, oids: Sequence[str], width: int) -> list[tuple[str, Value | None]]:
        if self._bulk:
            repetitions = MAX_REPETITIONS if width <= 2 else 10  # keeps a reply in one datagram
            return await self._send(
                functools.partial(hlapi.bulk_cmd, ignoreNonIncreasingOid=False),
                oids,
                (0, repetitions),
            )
        try:
            return await self._send(hlapi.next_cmd, oids)
        except _NoSuchName:
            return []


class _NoSuchName(Exception):  # noqa: N818
    """v1's way to say: not there."""


def _advance(
    found: dict[str, dict[Oid, Value]],
    at: dict[str, str],
    wanted: tuple[str, ...],
    rows: list[tuple[str, Value | None]],
) -> dict[str, str]:
    """Sort one reply's rows into `found`; the columns that go on, and from where."""
    going = dict(at)
    for number, (oid, value) in enumerate(rows):
        column = wanted[number % len(wanted)]
        if column not in going:
            continue
        if value is None or not oid.startswith(column + "."):
            del going[column]
            continue
        if _numbers(oid) <= _numbers(going[column]):
            raise SnmpError(Why.ODD_OUTPUT, f"the agent walks in circles at {oid}")
        going[column] = oid
        found[column][_numbers(oid[len(column) + 1 :])] = value
        if len(found[column]) > MAX_ROWS:
            raise SnmpError(Why.ODD_OUTPUT, f"more than {MAX_ROWS} rows in {column}")
    return going


def _numbers(oid: str) -> Oid:
    return tuple(int(part) for part in oid.split("."))


async def _ask(
    command: Callable[..., Awaitable[Any]],
    oids: Sequence[str],
    before: tuple[int, ...] = (),
    *,
    engine: Any,
    auth: Any,
    target: Any,
    context: Any,
) -> list[tuple[str, Value | None]]:
    variables = [hlapi.ObjectType(hlapi.ObjectIdentity(oid)) for oid in oids]
    try:
        error, status, _, rows = await command(
            engine, auth, target, context, *before, *variables, lookupMib=False
        )
    except errind.ErrorIndication as raised:
        raise _failure(raised) from None
    except Exception as raised:  # what the library makes of a malformed reply; may quote it
        raise SnmpError(Why.ODD_OUTPUT, f"reply not understood: {type(raised).__name__}") from None
    if error:
        raise _failure(error)
    if int(status) == 2:
        raise _NoSuchName
    if int(status) in (6, 16):
        raise SnmpError(Why.NOT_PERMITTED, "the agent lets this user read nothing here")
    if int(status):
        raise SnmpError(Why.ODD_OUTPUT, f"error status {int(status)}")
    return [(str(name), _plain(value)) for name, value in rows]


def _plain(value: Any) -> Value | None:
    if isinstance(value, (rfc1905.NoSuchObject, rfc1905.NoSuchInstance, rfc1905.EndOfMibView)):
        return None
    if isinstance(value, univ.ObjectIdentifier):
        return str(value)
    if isinstance(value, rfc1902.OctetString):
        return bytes(value.asOctets())
    try:
        return int(value)
    except (TypeError, ValueError):
        return None


class Poller:
    """The loop's thread and its engines. One a process is enough; see `poller`."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._engines: OrderedDict[tuple[object, ...], Any] = OrderedDict()
        self._used: dict[int, int] = {}
        self._slots = asyncio.Semaphore(PARALLEL)
        threading.Thread(target=self._loop.run_forever, name="snmp", daemon=True).start()

    def run(
        self, access: Access, work: Callable[[Session], Coroutine[Any, Any, T]], budget_s: float
    ) -> T:
        """Do `work` with a session to the agent, from any other thread. Raises SnmpError."""
        future = asyncio.run_coroutine_threadsafe(self._with_session(access, work), self._loop)
        try:
            return future.result(max(0.1, budget_s))
        except concurrent.futures.TimeoutError:
            future.cancel()
            raise SnmpError(Why.BUDGET, f"not finished in {budget_s:.0f} s") from None

    async def _with_session(
        self, access: Access, work: Callable[[Session], Coroutine[Any, Any, T]]
    ) -> T:
        async with self._slots:
            engine = self._engine(access)
            self._used[id(engine)] = self._used.get(id(engine), 0) + 1
            try:
                target = await _target(access)
                return await work(
                    Session(engine, _auth(access), target, bulk=access.version != "v1")
                )
            finally:
                self._used[id(engine)] -= 1
                self._drop_idle()

    def _engine(self, access: Access) -> Any:
        """One a credential: pysnmp keeps users by name, so two keys of one name would mix."""
        held = (access.auth, access.priv, access.community)
        key = (
            access.version,
            access.user,
            access.auth_protocol,
            access.priv_protocol,
            *(secret.reveal() if secret else None for secret in held),
        )
        if key not in self._engines:
            self._engines[key] = hlapi.SnmpEngine()
        self._engines.move_to_end(key)
        return self._engines[key]

    def _drop_idle(self) -> None:
        for key, engine in list(self._engines.items()):
            if len(self._engines) <= ENGINES:
                return
            if not self._used.get(id(engine)):
                del self._engines[key]
                self._used.pop(id(engine), None)
                engine.close_dispatcher()


def _auth(access: Access) -> Any:
    if access.version != "v3":
        community = access.community.reveal() if access.community else ""
        return hlapi.CommunityData("it", community, mpModel=1 if access.version == "v2c" else 0)
    return hlapi.UsmUserData(
        access.user,
        authKey=access.auth.reveal() if access.auth else None,
        privKey=access.priv.reveal() if access.priv else None,
        authProtocol=AUTH_PROTOCOLS[access.auth_protocol] if access.auth else None,
        privProtocol=PRIV_PROTOCOLS[access.priv_protocol] if access.priv else None,
    )


async def _target(access: Access) -> Any:
    kind = hlapi.Udp6TransportTarget if ":" in access.host else hlapi.UdpTransportTarget
    try:
        return await kind.create((access.host, access.port), timeout=TIMEOUT_S, retries=RETRIES)
    except Exception as error:  # the library raises what its resolver did
        raise SnmpError(Why.NO_ROUTE, f"address not usable: {type(error).__name__}") from None


@functools.cache
def poller() -> Poller:
    """The process's poller, started when first needed."""
    return Poller()
