"""motionEye (0.4x): a web page and a cleaner over motion, in whose files it keeps its own settings.

As delivered the administrator's password is empty and works. Set passwords are argon2 hashes (older
versions: SHA-1): the first cannot be compared here, so it is unknown whether it is a factory
password of somebody else; the second is compared with the whole list.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterator

from cctv_policy import defaults
from cctv_policy.drivers import exposure, linux, network
from cctv_policy.drivers.cameras import tell_cameras
from cctv_policy.drivers.channels import STORAGE, tell_channels
from cctv_policy.drivers.framing import Reply
from cctv_policy.drivers.linux import os_accounts
from cctv_policy.drivers.machine import LinuxRecorder, Told, Topic, untold
from cctv_policy.drivers.motion import software
from cctv_policy.drivers.motion_conf import Conf, feeds, lanes, listed, parse_files, parse_setup
from cctv_policy.drivers.network import no_web_page, reachable, sockets
from cctv_policy.drivers.segment import ask
from cctv_policy.inventory import Recorder

SOURCE = "/etc/motioneye"
PORT = "8765"


def read_software(reply: Reply, _: Recorder) -> Iterator[Told]:
    """Its unit, and the version that its package folder names."""
    found = re.search(r"(?m)^motioneye-([\w.]+)\.dist-info$", reply.text("version"))
    version = found[1] if found else None
    value = software(reply, "motioneye", "motioneye.service", version)
    yield Told(fact="software", value=value, source="systemctl show, dist-info")
    if version:
        yield Told(fact="device.firmware", value=f"motionEye {version}", source="dist-info")


def read_channels(reply: Reply, recorder: Recorder) -> Iterator[Told]:
    """Channels from the configuration, what they hold from the files."""
    setup, archives = parse_setup(reply.text("config")), listed(reply)
    found = list(lanes(setup, archives, "motionEye"))
    yield from tell_channels(reply, recorder, found, archives)


def read_cameras(reply: Reply, recorder: Recorder) -> Iterator[Told]:
    """The cameras of the configuration."""
    found = feeds(parse_setup(reply.text("config")), "motionEye")
    yield from tell_cameras(recorder, found, SOURCE)


def server(reply: Reply) -> Conf:
    """motioneye.conf, the web server's settings; empty if there is none (all as delivered)."""
    files = parse_files(reply.text("config"))
    return next((dict(v) for p, v in files.items() if p.endswith("/motioneye.conf")), {})


def read_services(reply: Reply, _: Recorder) -> Iterator[Told]:
    """Its page asks by form and never speaks TLS; motion's own streams below it may ask nothing."""
    setup, listening = parse_setup(reply.text("config")), sockets(reply)
    source = f"ss, {SOURCE}"
    page = reachable(listening, int(server(reply).get("port", PORT)))
    open_streams = any(
        conf.get("stream_auth_method", "0") in ("0", "disabled")
        and reachable(listening, int(conf.get("stream_port", "0") or 0))
        for conf in map(setup.of, setup.cameras)
    )
    kind = "none" if open_streams else "form" if page else "absent"
    yield Told(fact="services.http_auth", value=kind, source=source)
    if page or open_streams:
        yield Told(fact="services.http", value=True, source=source)
    elif no_web_page(listening):
        yield Told(fact="services.http", value=False, source=source)


def read_accounts(reply: Reply, _: Recorder) -> Iterator[Told]:
    """Its two accounts and the operating system's."""
    main = parse_setup(reply.text("config")).main
    accounts = os_accounts(reply)
    for key, name, role in (("admin", "admin", "admin"), ("normal", "user", "viewer")):
        stored = main.get(f"@{key}_password", "")
        account = main.get(f"@{key}_username") or name
        verdict, method = judge(account, stored)
        accounts.append(
            {
                "name": account,
                "realm": "web",
                "role": role,
                "enabled": True,
                "is_default_password": verdict,
                "check_method": method,
            }
        )
    yield Told(fact="accounts", value=accounts, source=f"{SOURCE}, /etc/passwd, passwd -S -a")


def judge(account: str, stored: str) -> tuple[bool | None, str | None]:
    """Whether a stored password is a factory password, and how we know. `stored` is dropped."""
    if not stored:
        return True, "config"
    if stored.startswith("$"):
        return None, None
    known = {entry.password for entry in defaults.entries() if not entry.derived} | {account}
    hashes = [hashlib.sha1(word.encode(), usedforsecurity=False).hexdigest() for word in known]
    return any(hmac.compare_digest(stored.encode(), h.encode()) for h in [*hashes, *known]), (
        "device_hash"
    )


DRIVER = LinuxRecorder(
    kind="motioneye",
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
        untold("log", "motionEye keeps no record of who viewed what"),
    ),
)
