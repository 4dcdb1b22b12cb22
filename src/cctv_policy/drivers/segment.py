"""ffmpeg as a systemd service that writes one file after the other, cleaned by systemd-tmpfiles.

A channel is the folder that a service writes into. Its files' names are judged by recordings.py.
The camera's login stands in the service's command line; it is compared and dropped in cameras.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from cctv_policy.drivers import exposure, linux, network, ssh
from cctv_policy.drivers.base import Context
from cctv_policy.drivers.cameras import Feed, feed_of, tell_cameras
from cctv_policy.drivers.channels import STORAGE, Lane, tell_channels
from cctv_policy.drivers.framing import Answer, CannotTell, Reply, once
from cctv_policy.drivers.linux import keys
from cctv_policy.drivers.machine import LinuxRecorder, Told, Topic, untold
from cctv_policy.drivers.recordings import parse_listing
from cctv_policy.inventory import Recorder
from cctv_policy.state import Why

ARCHIVE = "/srv/recordings"
_COMMAND = re.compile(r"argv\[\]=(.*?) ; (?:ignore_errors|flags)=")
_PATTERN = re.compile(r"/[^/]*%")
_ENVIRONMENT = re.compile(r"(/\S+) \(")
_VARIABLE = re.compile(r"\$\{?(\w+)\}?")
_VERSION = re.compile(r"ffmpeg version (?:\d+:)?(\S+)")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Service:
    """One recording service. `feed` may hold a password until it is judged."""

    name: str
    active: bool
    enabled: bool
    folder: str
    length_s: float | None
    feed: Feed | None

    @property
    def ch(self) -> str:
        """The folder's own name."""
        return self.folder.rstrip("/").rsplit("/", 1)[-1]


def parse_services(text: str, environment: str = "") -> list[Service]:
    """Of `systemctl show`; `environment`: `path:NAME=value` lines of their environment files."""
    found = []
    for block in text.strip().split("\n\n"):
        unit = keys(block)
        command = _COMMAND.search(unit.get("ExecStart", ""))
        if not command:
            continue
        words = _expand(command[1], _variables(unit, environment)).split()
        target = next((w for w in reversed(words) if w.startswith("/")), "")
        if "segment" not in words or "-i" not in words or "/" not in target:
            continue
        folder = _PATTERN.split(target, maxsplit=1)[0]
        ch = folder.rstrip("/").rsplit("/", 1)[-1]
        found.append(
            Service(
                name=unit.get("Id", ""),
                active=unit.get("ActiveState") == "active",
                enabled=unit.get("UnitFileState", "").startswith("enabled"),
                folder=folder,
                length_s=_number(words, "-segment_time"),
                feed=feed_of(ch, words[words.index("-i") + 1], software="ffmpeg"),
            )
        )
    return found


def _variables(unit: dict[str, str], environment: str) -> dict[str, str]:
    """Variables of one unit: its own and those of its environment files."""
    names = _ENVIRONMENT.findall(unit.get("EnvironmentFiles", ""))
    lines = (line.partition(":") for line in environment.splitlines())
    told = [text for path, _, text in lines if path in names]
    pairs = (item.split("=", 1) for item in [*unit.get("Environment", "").split(), *told])
    return {p[0].strip(): p[1].strip().strip("\"'") for p in pairs if len(p) == 2}


def _expand(command: str, variables: dict[str, str]) -> str:
    return _VARIABLE.sub(lambda m: variables.get(m[1], m[0]), command)


def _number(words: list[str], option: str) -> float | None:
    try:
        return float(words[words.index(option) + 1])
    except (ValueError, IndexError):
        return None


@once
def services(reply: Reply) -> list[Service]:
    """The recording services; CannotTell if there is none."""
    found = parse_services(reply.text("recorders"), reply.optional("environment"))
    if not found:
        raise CannotTell(Why.NOT_FOUND, "no service of systemd writes segments with ffmpeg")
    return found


def read_channels(reply: Reply, recorder: Recorder) -> Iterator[Told]:
    """A channel for each service, and one for each folder of the archive that no service fills."""
    try:
        ours = services(reply)
    except CannotTell:
        if recorder.driver == "segment":
            raise
        ours = []
    section = reply.all("files")
    archive = section[0].argument if section else ARCHIVE
    takes = parse_listing(reply.text("files"))
    lanes = [
        Lane(
            ch=s.ch,
            enabled=s.enabled or s.active,
            mode="continuous",
            length_s=s.length_s,
            folder=s.folder,
            feed=s.feed,
        )
        for s in ours
    ]
    known = {lane.folder for lane in lanes}
    for name in sorted({t.path.partition("/")[0] for t in takes if "/" in t.path}):
        folder = f"{archive.rstrip('/')}/{name}"
        if folder not in known and name != "lost+found":
            lanes.append(
                Lane(
                    ch=name,
                    enabled=recorder.driver == "local",
                    mode=None,
                    length_s=None,
                    folder=folder,
                )
            )
    yield from tell_channels(reply, recorder, lanes, {archive: takes})


def read_cameras(reply: Reply, recorder: Recorder) -> Iterator[Told]:
    """The cameras that the services record."""
    feeds = [s.feed for s in services(reply) if s.feed]
    yield from tell_cameras(recorder, feeds, "systemctl show (ExecStart)")


def read_software(reply: Reply, _: Recorder) -> Iterator[Told]:
    """ffmpeg's version; running only if every service is."""
    ours = services(reply)
    version = _VERSION.search(reply.text("version"))
    yield Told(
        fact="software",
        value={
            "kind": "ffmpeg",
            "version": version[1] if version else None,
            "running": all(s.active for s in ours),
            "enabled": all(s.enabled for s in ours),
        },
        source="systemctl show",
    )


def read_services(reply: Reply, _: Recorder) -> Iterator[Told]:
    """It has no web page of its own; whether the machine has one, the sockets tell."""
    if network.no_web_page(network.sockets(reply)):
        yield Told(fact="services.http", value=False, source="ss -lntup")
        yield Told(fact="services.http_auth", value="absent", source="ss -lntup")


def ask(recorder: Recorder, context: Context, script: str, mark: str) -> Answer:
    """By SSH; CannotTell if the inventory has no way to connect."""
    if recorder.connect is None:
        raise CannotTell(Why.NOT_CONFIGURED, "no `connect` in the inventory")
    return ssh.ask(recorder.connect, context, script, mark)


DRIVER = LinuxRecorder(
    kind="segment",
    door="ssh",
    ask=ask,
    settings=frozenset({"archive"}),
    topics=(
        linux.OFFSET,
        *linux.CLOCK,
        linux.HOST,
        linux.ACCOUNTS,
        *network.TOPICS,
        exposure.TOPIC,
        Topic(facts=("software",), read=read_software),
        Topic(facts=("channels",), read=read_channels),
        STORAGE,
        Topic(facts=("seen",), read=read_cameras),
        Topic(facts=("services.http", "services.http_auth"), read=read_services),
        untold("log", "nothing records who viewed what"),
    ),
)
