"""What a stranger sees of one address: every fact that a look from outside can tell."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from cctv_policy.defaults import DEFAULT_COMMUNITIES
from cctv_policy.drivers.probes import web
from cctv_policy.drivers.probes.rtsp import rtsp_auth
from cctv_policy.drivers.probes.told import Told, not_told, silent_of, worst
from cctv_policy.drivers.probes.wire import Port, sweep
from cctv_policy.drivers.snmp_ping import ping
from cctv_policy.inventory import CameraProbes, Probes
from cctv_policy.model import Json
from cctv_policy.state import Why

HTTP = (80, 8080)
HTTPS = (443,)
RTSP = (554, 8554)
TELNET = (23, 2323)
DEBUG = (5555, 9527, 9530)
"""Android debug bridge; the debug consoles of Xiongmai boards."""
DATABASE = (3306, 5432)
SNMP_S = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """What is looked at: the inventory's ports, or the usual ones where it names none."""

    http: tuple[int, ...]
    https: tuple[int, ...]
    rtsp: tuple[int, ...]
    telnet: tuple[int, ...]
    debug: tuple[int, ...]

    @property
    def all(self) -> tuple[int, ...]:
        """Every TCP port, once."""
        every = (*self.http, *self.https, *self.rtsp, *self.telnet, *self.debug, *DATABASE)
        return tuple(dict.fromkeys(every))


def ports_of(probes: Probes | CameraProbes) -> Ports:
    """Telnet and debug ports that are always worth a look are added to the inventory's."""
    return Ports(
        http=probes.http or HTTP,
        https=probes.https or HTTPS,
        rtsp=probes.rtsp or RTSP,
        telnet=tuple(dict.fromkeys((*probes.telnet, *TELNET))),
        debug=tuple(dict.fromkeys((*probes.debug, *DEBUG))),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One address, and what is known of the device behind it."""

    host: str
    ports: Ports
    others: tuple[str, ...] = ()
    """Its further addresses, where its web pages may answer as well."""
    snmp_port: int = 161
    driver: str = ""
    rtsp_path: str | None = None
    """The stream's path; None: the usual ones are tried."""


def look(target: Target) -> tuple[dict[str, Told], Why | None]:
    """Every fact, and why the address as a whole is silent (None: some port answered)."""
    host, ports = target.host, target.ports
    web_ports = (*ports.http, *ports.https)
    with ThreadPoolExecutor(max_workers=4, thread_name_prefix="probe") as pool:
        snmp = pool.submit(_snmp, host, target.snmp_port)
        state = sweep(
            [(host, port) for port in ports.all]
            + [(other, port) for other in target.others for port in web_ports]
        )
        pages = [
            pool.submit(web.look_at, port, tls=port[1] in ports.https)
            for port, why in state.items()
            if why is None and port[1] in web_ports
        ]
        streams = pool.submit(rtsp_auth, host, ports.rtsp, state, target.rtsp_path)
        seen = [page.result() for page in pages]
        own = [s for s in seen if s.port[0] == host]
        told = {
            **_tcp(host, ports, state),
            **_web(host, ports, state, own),
            "services.recordings_open": _recordings(
                target.driver, own, silent_of(host, web_ports, state)
            ),
            "services.rtsp_auth": streams.result(),
            "services.mgmt_addresses": management(host, seen, target.others),
            "services.snmp": snmp.result(),
        }
    silent = all(why not in (None, Why.REFUSED) for p, why in state.items() if p[0] == host)
    return told, (state[(host, ports.all[0])] or Why.FILTERED) if silent else None


def _tcp(host: str, ports: Ports, state: dict[Port, Why | None]) -> dict[str, Told]:
    return {
        "services.telnet": _any_open(host, ports.telnet, state),
        "services.database_open": _any_open(host, DATABASE, state),
        "services.debug_ports": _open_list(host, ports.debug, state),
    }


def _any_open(host: str, ports: Sequence[int], state: dict[Port, Why | None]) -> Told:
    """Open if one is; closed only if every one says so; a silent one leaves it untold."""
    ways = {port: state[(host, port)] for port in ports}
    if any(why is None for why in ways.values()):
        open_ = ", ".join(str(p) for p, why in ways.items() if why is None)
        return Told(value=True, source=f"tcp {open_}")
    silent = silent_of(host, ports, state)
    source = f"tcp {', '.join(map(str, ports))}"
    return not_told(silent, source) if silent else Told(value=False, source=source)


def _open_list(host: str, ports: Sequence[int], state: dict[Port, Why | None]) -> Told:
    open_: list[Json] = [port for port in ports if state[(host, port)] is None]
    silent = silent_of(host, ports, state)
    source = f"tcp {', '.join(map(str, ports))}"
    if silent and not open_:
        return not_told(silent, source)
    return Told(value=open_, source=source, partial=bool(silent))


def _web(
    host: str, ports: Ports, state: dict[Port, Why | None], seen: list[web.Seen]
) -> dict[str, Told]:
    plain = [s for s in seen if not s.tls and s.speaks]
    secure = [s for s in seen if s.tls and s.speaks]
    web_ports = tuple(dict.fromkeys((*ports.http, *ports.https)))
    silent = silent_of(host, web_ports, state)
    http = (
        Told(value=True, source=_urls([s for s in plain if not s.only_to_https]))
        if any(not s.only_to_https for s in plain)
        else _not_any(host, ports.http, state, [s for s in seen if not s.tls and not s.speaks])
    )
    https = (
        Told(value=True, source=_urls(secure))
        if secure
        else _not_any(host, ports.https, state, [s for s in seen if s.tls and not s.speaks])
    )
    return {
        "services.http": http,
        "services.https": https,
        "services.http_auth": worst(seen, silent, f"GET / on {', '.join(map(str, web_ports))}"),
    }


def _urls(seen: Sequence[web.Seen]) -> str:
    return ", ".join(f"{'https' if s.tls else 'http'} {s.port[1]}" for s in seen)


def _not_any(
    host: str, ports: Sequence[int], state: dict[Port, Why | None], odd: Sequence[web.Seen]
) -> Told:
    """No port of the kind serves it: proven only where each refuses or sends to HTTPS."""
    source = f"tcp {', '.join(map(str, ports))}"
    if odd:
        return Told(why=odd[0].why or Why.ODD_OUTPUT, detail=odd[0].detail, source=source)
    silent = silent_of(host, ports, state)
    return not_told(silent, source) if silent else Told(value=False, source=source)


def _recordings(driver: str, seen: Sequence[web.Seen], silent: set[Why]) -> Told:
    """Whether a stranger can download footage. motion has no page that hands out recordings."""
    source = f"GET {web.ZM_EVENTS}, {web.ZM_MONITORS}, {web.MOTIONEYE_MOVIES}"
    told = [s.recordings_open for s in seen if s.recordings_open is not None]
    if any(told):
        return Told(value=True, source=source)
    if silent:
        return not_told(silent, source)
    known = [s for s in seen if s.recordings_open is False or (driver == "motion" and s.auth)]
    if len(known) == len([s for s in seen if not s.only_to_https]):
        return Told(value=False, source=source)
    return Told(why=Why.ODD_OUTPUT, detail="no web surface that is known", source=source)


def management(host: str, seen: Sequence[web.Seen], others: Sequence[str]) -> Told:
    """Where the web surface of this very device answers; another device's page does not count."""
    own = {s.look for s in seen if s.port[0] == host and s.speaks}
    found = dict.fromkeys(s.port[0] for s in seen if s.speaks and s.look in own)
    looked = ", ".join((host, *others))
    return Told(value=list(found), source=f"management ports on {looked}")


def _snmp(host: str, port: int) -> Told:
    source = f"udp {port}: v3 discovery, v1 and v2c with factory communities"
    pong = ping(host, port, DEFAULT_COMMUNITIES, timeout_s=SNMP_S)
    if pong.why is Why.REFUSED:
        value = {"v1": False, "v2c": False, "v3": False, "community_default": False}
        return Told(value=value, source=source)
    if pong.why is not None:
        return Told(why=pong.why, detail=pong.detail, source=source)
    taken = {name.partition(":")[0] for name in pong.answered}
    default = bool(taken & {"v1", "v2c"})
    return Told(
        value={
            # Silence is no proof: the agent may take another community.
            "v1": True if "v1" in taken else None,
            "v2c": True if "v2c" in taken else None,
            "v3": "v3" in taken or None,
            "community_default": default,
        },
        source=source,
    )
