"""Records the sample district's evidence: `python -m tests.sample` writes it.

Every school shows what its file in inventory/schools says of it. Answers are written as the
drivers write them (facts, sources, doors; compare tests/drivers/*/facts.json); those of answer
sheets, router sheets and the vault come from the drivers themselves. Everything is made up, nothing
is random: the same script gives the same bytes, which tests/test_demo.py holds it to.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cctv_policy import state
from cctv_policy.drivers import DRIVERS, managed, manual, probes
from cctv_policy.drivers.base import Context, Secret
from cctv_policy.inventory import Inventory, Recorder, School, load_inventory
from cctv_policy.state import Door, Observation, StateDocument, Why

SAMPLE = Path(__file__).resolve().parents[1] / "inventory"
RECORDED = datetime.fromisoformat("2026-11-22T10:00:00+08:00")
RUN = "sample"
TERA = 10**12

Facts = dict[str, Any]


def ago(**amount: float) -> str:
    """An instant before the evidence was recorded."""
    return (RECORDED - timedelta(**amount)).isoformat()


class Made:
    """A secret store of made-up passwords; the given ones stand for passwords as delivered."""

    def __init__(self, delivered: Mapping[str, str]) -> None:
        self.delivered = delivered

    def get(self, name: str) -> Secret:
        """The password of that name; always the same."""
        made = hashlib.sha256(f"made up: {name}".encode()).hexdigest()[:20]
        return Secret(self.delivered.get(name, made))


STORE = Made({"xiaoying-kg/xiaoying-nvr-1/admin": ""})
CONTEXT = Context(
    secrets=STORE.get,
    now=lambda: RECORDED,
    monotonic=lambda: 0.0,
    budget_s=30,
    defaults={},
    root=SAMPLE,
)


def channel(ch: str, camera: str, days: float, **changes: Any) -> Facts:
    """A channel that records all the time, with footage of `days` days."""
    return {
        "ch": ch,
        "camera_id": camera,
        "enabled": True,
        "mode": "continuous",
        "oldest_at": ago(days=days),
        "newest_at": ago(minutes=4),
        "gaps": [],
        "wrapped": None,
        "configured_days": 16,
        "projected_days": 24,
        "locked_files": [],
        "signal": True,
    } | changes


def gap(start_days: float, hours: float) -> Facts:
    """A hole of so many hours that began so many days ago."""
    begun = RECORDED - timedelta(days=start_days)
    return {"start": begun.isoformat(), "end": (begun + timedelta(hours=hours)).isoformat()}


def interface(name: str, address: str, number: int, **changes: Any) -> Facts:
    """An interface with one fixed address and its link-local one."""
    mac = f"02:00:5e:10:00:{number:02x}"
    return {
        "name": name,
        "admin_up": True,
        "oper_up": True,
        "mac": mac,
        "addresses": [
            {"address": address, "prefixlen": 24, "origin": "static"},
            {"address": f"fe80::5eff:fe10:{number:x}", "prefixlen": 64, "origin": "link"},
        ],
    } | changes


LOOPBACK: Facts = {
    "name": "lo",
    "admin_up": True,
    "oper_up": True,
    "mac": None,
    "addresses": [
        {"address": "127.0.0.1", "prefixlen": 8, "origin": "static"},
        {"address": "::1", "prefixlen": 128, "origin": "static"},
    ],
}


def account(name: str, realm: str, role: str, default: bool | None, method: str | None) -> Facts:
    """An account as a driver tells it."""
    return {
        "name": name,
        "realm": realm,
        "role": role,
        "enabled": True,
        "is_default_password": default,
        "check_method": method,
    }


OS = [
    account("root", "os", "admin", False, "device_flag") | {"password_locked": True},
    account("cctv-audit", "os", "user", False, "device_flag") | {"password_locked": True},
]


def socket(port: int, process: str, proto: str = "tcp") -> Facts:
    """A socket that others can reach."""
    return {"proto": proto, "address": "0.0.0.0", "port": port, "process": process}


def linux(recorder: Recorder, number: int, channels: list[Facts], **changes: Any) -> Facts:
    """What a Linux recorder in order tells by SSH."""
    host = recorder.connect.host if recorder.connect else "10.66.1.11"
    ssh_port = recorder.connect.port if recorder.connect else 22
    return {
        "time.offset_s": 0,
        "time.tz": "Asia/Taipei",
        "time.ntp_enabled": True,
        "uptime_s": 86400 * 61 + 4211,
        "interfaces": [LOOPBACK, interface("eth0", host, number)],
        "device.mac": [f"02:00:5e:10:00:{number:02x}"],
        "sockets": [socket(ssh_port, "sshd"), socket(323, "chronyd", "udp")],
        "services.telnet": False,
        "services.ssh": True,
        "services.database_open": False,
        "exposure.upnp_enabled": False,
        "exposure.upnp_mappings": [],
        "exposure.ddns_enabled": False,
        "exposure.p2p_enabled": False,
        "exposure.tunnels": [],
        "channels": channels,
        "storage": [
            {"mount": "/srv", "size_bytes": 8 * TERA, "free_bytes": TERA // 4, "state": "ok"}
        ],
        "seen": [
            {"address": camera.address, "hint": f"{recorder.driver} channel {camera.ch}"}
            for camera in recorder.cameras
            if camera.address
        ],
        "services.http": False,
        "services.http_auth": "absent",
        "accounts": OS,
    } | changes


SOURCES = {
    "time.offset_s": "date (round trip 0.03 s, middle)",
    "time.tz": "/etc/localtime",
    "time.ntp_enabled": "systemctl show, ps: chrony.service, chronyd",
    "uptime_s": "/proc/uptime",
    "interfaces": "ip addr",
    "device.mac": "ip addr",
    "device.firmware": "dpkg-query",
    "sockets": "ss -lntup",
    "services.telnet": "ss -lntup",
    "services.ssh": "ss -lntup",
    "services.database_open": "ss -lntup",
    "channels": "find (finished files)",
    "storage": "df, /proc/mounts",
    "software": "systemctl show, dpkg-query",
}
EXPOSURE = "ps, enabled services, ss, ip addr"
OWN = {
    "motion": "/etc/motion",
    "motioneye": "/etc/motioneye",
    "zoneminder": "zoneminder's database",
    "segment": "systemctl show (ExecStart)",
    "local": "/etc/passwd, passwd -S -a",
}


def source(recorder: Recorder, fact: str) -> str:
    """What a driver names as its source."""
    if fact.startswith("exposure."):
        return EXPOSURE
    if recorder.driver == "zoneminder" and fact == "channels":
        return f"{OWN['zoneminder']} (finished events), folders on disk"
    own = OWN.get(recorder.driver, "")
    return f"{own}, /etc/passwd, passwd -S -a" if fact == "accounts" else SOURCES.get(fact, own)


def told(device: str, facts: Facts, door: str, name: Callable[[str], str]) -> list[Observation]:
    """Facts as observations; a `Why` instead of a value is an answer that could not be given."""
    return [
        Observation(
            device=device,
            fact=fact,
            value=None if isinstance(value, Why) else value,
            unknown=value if isinstance(value, Why) else None,
            source=name(fact),
            door=door,
            at=ago(seconds=20),
        )
        for fact, value in facts.items()
    ]


def by_ssh(recorder: Recorder, facts: Facts) -> list[Observation]:
    """The recorder's own answers; those of the machine itself come by the door `local`."""
    door = "local" if recorder.driver == "local" else "ssh"
    return told(recorder.id, facts, door, lambda fact: source(recorder, fact))


def cameras(recorder: Recorder, skip: Iterable[str] = ()) -> list[Observation]:
    """What a recorder's settings tell of its cameras: address and login."""
    found: list[Observation] = []
    name = OWN.get(recorder.driver, "")
    for camera in recorder.cameras:
        if camera.analog or camera.id in skip:
            continue
        address = {"address": camera.address, "prefixlen": None, "origin": None}
        seen = {"name": "rtsp", "admin_up": True, "oper_up": None, "addresses": [address]}
        login = account("root", "camera", "admin", False, "config")
        facts: Facts = {"interfaces": [seen], "accounts": [login]}
        found += told(camera.id, facts, "ssh", lambda _: name)
    return found


def probe(recorder: Recorder, **changes: Any) -> list[Observation]:
    """What a stranger on the network sees: nothing that is open, unless `changes` say so."""
    host = recorder.connect.host if recorder.connect else recorder.probes.hosts[0]
    ports = probes.ports_of(recorder.probes)
    rtsp = bool(recorder.probes.rtsp)
    facts: Facts = {
        "services.telnet": False,
        "services.http": False,
        "services.https": False,
        "services.http_auth": "absent",
        "services.rtsp_auth": "digest" if rtsp else "absent",
        "services.recordings_open": False,
        "services.database_open": False,
        "services.debug_ports": [],
        "services.mgmt_addresses": [],
        "services.snmp": {"v1": False, "v2c": False, "v3": False, "community_default": False},
    } | {key.replace("__", "."): value for key, value in changes.items()}
    web = ", ".join(map(str, (*ports.http, *ports.https)))
    sources = {
        "services.telnet": f"tcp {', '.join(map(str, ports.telnet))}",
        "services.database_open": f"tcp {', '.join(map(str, probes.DATABASE))}",
        "services.debug_ports": f"tcp {', '.join(map(str, ports.debug))}",
        "services.rtsp_auth": f"DESCRIBE on {', '.join(map(str, ports.rtsp))}",
        "services.snmp": "udp 161, GET sysUpTime",
    }
    return told(
        recorder.id, facts, "probe", lambda fact: f"{host}: {sources.get(fact, f'GET / on {web}')}"
    )


def nothing(recorder: Recorder, why: Why) -> list[Observation]:
    """Nothing was told by SSH, for one reason."""
    facts = dict.fromkeys(sorted(DRIVERS[recorder.driver].capabilities()), why)
    return told(recorder.id, facts, "ssh", lambda _: "ssh")


def document(school: School, recorder: Recorder, said: list[Observation]) -> StateDocument:
    """Everything told of one recorder, with what the vault and its answer sheet add."""
    said = list(said)
    if managed.manages(recorder):
        vault = managed.read(recorder, CONTEXT, INDEX, said)
        said += vault.observations
    if recorder.answers:
        said += manual.DRIVER.read(recorder, CONTEXT).observations
    return _document(recorder.id, school.id, recorder.driver, said)


def router(school: School) -> StateDocument:
    """The school's router sheet."""
    said = list(manual.read_router(school, CONTEXT).observations)
    return _document(f"{school.id}.router", school.id, "manual", said)


def _document(target: str, site: str, driver: str, said: list[Observation]) -> StateDocument:
    doors = {o.door: "ok" for o in said}
    for o in said:
        if o.unknown is not None and all(x.unknown for x in said if x.door == o.door):
            doors[o.door] = o.unknown.value
    return StateDocument(
        target=target,
        site=site,
        driver=driver,
        run_id=RUN,
        started_at=ago(seconds=25),
        collected_at=RECORDED.isoformat(),
        tool_version="0.1.0",
        doors=tuple(Door(door=door, outcome=how) for door, how in doors.items()),
        observations=tuple(said),
    )


def software(kind: str, version: str) -> Facts:
    """Software that runs and starts by itself."""
    return {"kind": kind, "version": version, "running": True, "enabled": True}


def qingxi_1(r: Recorder) -> list[Observation]:
    """All is well: motion behind TLS, SNMP v3 as a second source."""
    rows = [channel("1", "qingxi-cam-01", 16.1), channel("2", "qingxi-cam-02", 16.1)]
    rows.append(channel("3", "qingxi-cam-03", 16.1))
    facts = linux(
        r,
        0x0A,
        rows,
        **{
            "software": software("motion", "4.5.1"),
            "device.firmware": "motion 4.5.1",
            "services.http_auth": "digest",
            "accounts": [*OS, account("admin", "web", "admin", False, "config")],
        },
    )
    snmp = {key: facts[key] for key in ("interfaces", "time.offset_s", "uptime_s", "device.mac")}
    v3 = {"v1": False, "v2c": False, "v3": True, "community_default": False}
    return [
        *by_ssh(r, facts),
        *cameras(r),
        *told(r.id, snmp, "snmp", lambda fact: f"SNMP {fact}"),
        *probe(r, services__https=True, services__http_auth="digest", services__snmp=v3),
    ]


def qingxi_2(r: Recorder) -> list[Observation]:
    """All is well: ffmpeg segments, cleaned by systemd-tmpfiles."""
    rows = [channel("hall", "qingxi-cam-11", 16.2), channel("stairs", "qingxi-cam-12", 16.2)]
    facts = linux(r, 0x0B, rows, software=software("ffmpeg", "5.1.6"))
    facts["accounts"] = [*OS, account("cctv-admin", "os", "admin", False, "device_flag")]
    return [*by_ssh(r, facts), *cameras(r), *probe(r)]


def haiwu(r: Recorder) -> list[Observation]:
    """A kindergarten channel short of 30 days; an event of 400 days ago that nobody released."""
    old = [{"recorded_at": ago(days=400, hours=3)}]
    rows = [
        channel("1", "haiwu-cam-01", 22.4, configured_days=22),
        channel("2", "haiwu-cam-02", 22.4, configured_days=22, locked_files=old),
        channel("3", "haiwu-cam-03", 31.3, configured_days=31, projected_days=34),
        channel("4", "haiwu-cam-04", 24.6, configured_days=31, projected_days=34),
    ]
    facts = linux(
        r,
        0x14,
        rows,
        **{
            "software": software("zoneminder", "1.36.33"),
            "device.firmware": "ZoneMinder 1.36.33",
            "services.http": True,
            "services.https": False,
            "services.http_auth": "form",
            "accounts": [
                *OS,
                account("admin", "web", "admin", False, "device_hash"),
                account("guard", "web", "viewer", False, "device_hash"),
                account("zmuser", "database", "service", False, "config"),
            ],
            "log": {"covers_from": ago(days=60), "covers_to": ago(minutes=1)},
        },
    )
    seen = probe(r, services__http=True, services__http_auth="form")
    return [*by_ssh(r, facts), *cameras(r), *seen]


def xiaoying(r: Recorder) -> list[Observation]:
    """motionEye as delivered, and a disk for nine days where thirty are owed."""
    rows = [
        channel("1", "xiaoying-cam-01", 9.2, configured_days=30, projected_days=9),
        channel("2", "xiaoying-cam-02", 9.2, configured_days=30, projected_days=9),
        channel("3", "xiaoying-cam-03", 9.1, mode="motion", configured_days=30, projected_days=9)
        | {"wrapped": True},
    ]
    facts = linux(
        r,
        0x1E,
        rows,
        **{
            "software": software("motioneye", "0.43.1"),
            "device.firmware": "motionEye 0.43.1",
            "services.http": True,
            "services.http_auth": "form",
            "accounts": [
                *OS,
                account("admin", "web", "admin", True, "config"),
                account("user", "web", "viewer", True, "config"),
            ],
        },
    )
    seen = probe(r, services__http=True, services__http_auth="form")
    return [*by_ssh(r, facts), *cameras(r), *seen]


def yunling_1(r: Recorder) -> list[Observation]:
    """On the public campus network, the event cache open, the clock off, a hole of 6 hours."""
    rows = [
        channel("1", "yunling-cam-01", 16.3),
        channel("2", "yunling-cam-02", 16.3, gaps=[gap(5.4, 6.2)]),
        channel("3", "yunling-cam-03", 16.3),
    ]
    facts = linux(
        r,
        0x28,
        rows,
        **{
            "software": software("zoneminder", "1.36.33"),
            "interfaces": [
                LOOPBACK,
                interface("eno1", "10.64.1.10", 0x28),
                interface("eno2", "163.20.240.17", 0x29),
            ],
            "time.offset_s": 412,
            "time.ntp_enabled": False,
            "services.http": True,
            "services.https": True,
            "services.http_auth": "form",
            "accounts": [
                *OS,
                account("admin", "web", "admin", False, "device_hash"),
                account("zmuser", "database", "service", True, "config"),
            ],
        },
    )
    return [
        *by_ssh(r, facts),
        *cameras(r),
        *probe(
            r,
            services__http=True,
            services__https=True,
            services__http_auth="form",
            services__recordings_open=True,
            services__mgmt_addresses=["163.20.240.17"],
            services__snmp={"v1": True, "v2c": True, "v3": False, "community_default": False},
        ),
    ]


def yunling_2(r: Recorder) -> list[Observation]:
    """Its host key is not the one of the inventory: nothing was sent, nothing is known."""
    return [*nothing(r, Why.HOST_KEY_CHANGED), *probe(r)]


def zhuyu_1(r: Recorder) -> list[Observation]:
    """Only SNMP, and that with the community it was delivered with."""
    facts: Facts = {
        "device.firmware": "Linux TVS-472XT 5.1.8",
        "interfaces": [LOOPBACK, interface("eth0", "172.20.65.10", 0x32)],
        "storage": [
            {"mount": "/share", "size_bytes": 4 * TERA, "free_bytes": 9 * 10**10, "state": None}
        ],
        "time.offset_s": -7,
        "uptime_s": 86400 * 212,
    }
    weak = {"v1": True, "v2c": True, "v3": False, "community_default": True}
    return [
        *told(r.id, facts, "snmp", lambda fact: f"SNMP {fact}"),
        *probe(r, services__http=True, services__http_auth="form", services__snmp=weak),
    ]


def xinghe_here(r: Recorder) -> list[Observation]:
    """A machine of the school that records by itself; its own clock it cannot check."""
    rows = [channel("1", "xinghe-cam-01", 17.5), channel("2", "xinghe-cam-02", 17.5)]
    facts = linux(r, 0x3C, rows)
    facts["time.offset_s"] = Why.NOT_SUPPORTED
    return by_ssh(r, {k: v for k, v in facts.items() if k not in ("services.http", "seen")})


def xinghe_2(r: Recorder) -> list[Observation]:
    """Holes in the footage, a camera that is gone, a debug port left open."""
    rows = [
        channel("front", "xinghe-cam-11", 16.4, gaps=[gap(9.3, 26.0), gap(3.1, 2.4)]),
        channel("back", "xinghe-cam-12", 16.4, newest_at=ago(days=2, hours=7), signal=False),
    ]
    facts = linux(r, 0x3D, rows, software=software("ffmpeg", "5.1.6"))
    facts["accounts"] = [*OS, account("cctv-admin", "os", "admin", False, "device_flag")]
    return [*by_ssh(r, facts), *cameras(r), *probe(r, services__debug_ports=[9229])]


def xinghe_3(r: Recorder) -> list[Observation]:
    """In repair and not on the network."""
    silent = dict.fromkeys(probes.FACTS, Why.NO_ROUTE)
    return [*nothing(r, Why.NO_ROUTE), *told(r.id, silent, "probe", lambda _: "10.66.1.13: tcp")]


SAID: dict[str, Callable[[Recorder], list[Observation]]] = {
    "qingxi-nvr-1": qingxi_1,
    "qingxi-nvr-2": qingxi_2,
    "haiwu-nvr-1": haiwu,
    "xiaoying-nvr-1": xiaoying,
    "yunling-nvr-1": yunling_1,
    "yunling-nvr-2": yunling_2,
    "zhuyu-nvr-1": zhuyu_1,
    "zhuyu-dvr-2": lambda _: [],
    "this-machine": xinghe_here,
    "xinghe-nvr-2": xinghe_2,
    "xinghe-nvr-3": xinghe_3,
}
"""Every recorder of which evidence is owed."""

INVENTORY: Inventory = load_inventory(SAMPLE)
INDEX = managed.index(INVENTORY, STORE)


def documents() -> list[StateDocument]:
    """All documents of the sample."""
    found = [document(s, r, SAID[r.id](r)) for s, r in INVENTORY.recorders() if r.in_use]
    return [*found, *(router(school) for school in INVENTORY.schools if school.router)]


def write(folder: Path) -> list[Path]:
    """Write them below `folder`."""
    return [state.write(document, folder) for document in documents()]


if __name__ == "__main__":
    print(f"{len(write(SAMPLE / 'evidence' / 'recorded'))} state documents")
