"""motion (4.x): cameras and folders from its configuration, footage from the files themselves.

motion itself keeps footage for ever; what deletes is systemd-tmpfiles or cron (retention.py). It
writes down nowhere who looked at what, so there are no events and no log coverage.
"""

from __future__ import annotations

from collections.abc import Iterator

from cctv_policy.drivers import exposure, linux, network
from cctv_policy.drivers.cameras import is_factory, tell_cameras
from cctv_policy.drivers.channels import STORAGE, tell_channels
from cctv_policy.drivers.framing import Reply
from cctv_policy.drivers.linux import os_accounts, unit_states
from cctv_policy.drivers.machine import LinuxRecorder, Told, Topic, untold
from cctv_policy.drivers.motion_conf import (
    Conf,
    Setup,
    feeds,
    is_on,
    lanes,
    listed,
    parse_setup,
)
from cctv_policy.drivers.network import no_web_page, reachable, sockets
from cctv_policy.drivers.segment import ask
from cctv_policy.inventory import Recorder
from cctv_policy.model import Json

_METHODS = {"0": "none", "1": "basic", "2": "digest", "none": "none"}
_WORST = ("absent", "digest", "basic", "none")
SOURCE = "/etc/motion"


def setup(reply: Reply) -> Setup:
    """The configuration; CannotTell without motion.conf."""
    return parse_setup(reply.text("config"))


def software(reply: Reply, kind: str, unit_name: str, version: str | None) -> dict[str, Json]:
    """What runs, by systemd's word; None where there is no systemd."""
    unit = unit_states(reply).get(unit_name, {})
    return {
        "kind": kind,
        "version": version,
        "running": unit["ActiveState"] == "active" if unit else None,
        "enabled": unit.get("UnitFileState", "").startswith("enabled") if unit else None,
    }


def read_software(reply: Reply, _: Recorder) -> Iterator[Told]:
    """motion's unit and the package's version."""
    version = reply.text("version").strip() or None
    value = software(reply, "motion", "motion.service", version)
    yield Told(fact="software", value=value, source="systemctl show, dpkg-query")
    if version:
        yield Told(fact="device.firmware", value=f"motion {version}", source="dpkg-query")


def read_channels(reply: Reply, recorder: Recorder) -> Iterator[Told]:
    """Channels from the configuration, what they hold from the files."""
    conf, archives = setup(reply), listed(reply)
    found = list(lanes(conf, archives, "motion"))
    yield from tell_channels(reply, recorder, found, archives)


def read_cameras(reply: Reply, recorder: Recorder) -> Iterator[Told]:
    """The cameras of the configuration."""
    yield from tell_cameras(recorder, feeds(setup(reply), "motion"), SOURCE)


def pages(conf: Setup) -> list[tuple[int, str]]:
    """Every port motion serves, with its kind of login."""
    found = [(conf.main.get("webcontrol_port", "0"), _method(conf.main, "webcontrol_auth_method"))]
    for path in conf.cameras:
        own = conf.of(path)
        found.append((own.get("stream_port", "0"), _method(own, "stream_auth_method")))
    return [(int(port), method) for port, method in found if port.isdigit() and port != "0"]


def _method(conf: Conf, key: str) -> str:
    return _METHODS.get(conf.get(key, "0").lower(), "none")


def read_services(reply: Reply, _: Recorder) -> Iterator[Told]:
    """The pages that others can reach, by the sockets; their login by the configuration."""
    conf, listening = setup(reply), sockets(reply)
    open_pages = [(port, method) for port, method in pages(conf) if reachable(listening, port)]
    worst = max((method for _, method in open_pages), key=_WORST.index, default="absent")
    source = f"ss, {SOURCE}"
    tls = is_on(conf.main, "webcontrol_tls") and is_on(conf.main, "stream_tls")
    yield Told(fact="services.http_auth", value=worst, source=source)
    if open_pages:
        yield Told(fact="services.http", value=not tls, source=source)
    elif no_web_page(listening):
        yield Told(fact="services.http", value=False, source=source)


def read_accounts(reply: Reply, _: Recorder) -> Iterator[Told]:
    """motion's one login, and the operating system's accounts.

    A page that others reach and that asks for nothing is an administrator without a password.
    """
    conf = setup(reply)
    method = _method(conf.main, "webcontrol_auth_method")
    port = conf.main.get("webcontrol_port", "0")
    login = conf.main.get("webcontrol_authentication", "")
    accounts = os_accounts(reply)
    if method != "none" and login and port != "0":
        name, password = login.split(":", 1) if ":" in login else (login, "")
        verdict = is_factory("motion", name, password)
        accounts.append(_login(name, False if verdict is None and password else verdict))
    elif port.isdigit() and port != "0" and reachable(sockets(reply), int(port)):
        accounts.append(_login("webcontrol", True))
    yield Told(fact="accounts", value=accounts, source=f"{SOURCE}, /etc/passwd, passwd -S -a")


def _login(name: str, default: bool | None) -> dict[str, Json]:
    return {
        "name": name,
        "realm": "web",
        "role": "admin",
        "enabled": True,
        "is_default_password": default,
        "check_method": None if default is None else "config",
    }


DRIVER = LinuxRecorder(
    kind="motion",
    door="ssh",
    ask=ask,
    settings=frozenset({"config"}),
    topics=(
        linux.OFFSET,
        *linux.CLOCK,
        linux.HOST,
        *network.TOPICS,
        exposure.TOPIC,
        Topic(facts=("software", "device.firmware"), read=read_software),
        Topic(facts=("channels",), read=read_channels),
        STORAGE,
        Topic(facts=("seen",), read=read_cameras),
        Topic(facts=("services.http_auth", "services.http"), read=read_services),
        Topic(facts=("accounts",), read=read_accounts),
        untold("log", "motion keeps no record of who viewed what"),
    ),
)
