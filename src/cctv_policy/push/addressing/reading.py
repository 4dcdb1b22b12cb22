"""What a device said of its addresses, cut into values. Pure: reply → Situation."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass

from cctv_policy.drivers.framing import CannotTell, Reply
from cctv_policy.drivers.network import parse_ip_addr
from cctv_policy.model import Json
from cctv_policy.state import Why

MASKED = "@masked@"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigFile:
    """One configuration file: `lines` with their line breaks, masked where a password may be."""

    path: str
    sha256: str
    lines: tuple[str, ...]
    plain: bool = True
    """False: a link, or text with carriage returns; it is never edited."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What is, as far as a move needs it. Addresses are text with prefix length."""

    interface: str
    v4: tuple[str, ...]
    """Global IPv4 addresses of the interface, in order."""
    v6: tuple[str, ...]
    """IPv6 addresses of the interface beyond link-local."""
    leased: bool
    """An IPv4 address of the interface came by DHCP."""
    elsewhere: frozenset[str]
    """Addresses of the device's other interfaces, without prefix length."""
    routes: tuple[tuple[str, str], ...]
    """Default routes: (gateway or "", interface)."""
    link: frozenset[str]
    """Names below /sys/class/net/<interface>, and `type=<DEVTYPE>`."""
    manager: str
    """Which system has the interface, by its own word: "" none, "a, b" several."""
    profile: tuple[str, str]
    """NetworkManager's (uuid, file) of the active connection; ("", "")."""
    network_file: str
    """networkd's file of the interface; ""."""
    tools: frozenset[str]
    files: Mapping[str, ConfigFile]
    pending: bool
    taken: bool | None
    """Another host answers for the wanted address; None: could not be asked."""

    def gateway(self) -> str | None:
        """The IPv4 gateway of the default route on this interface."""
        for gateway, interface in self.routes:
            if interface == self.interface and gateway and ":" not in gateway:
                return gateway
        return None

    def nameservers(self) -> tuple[str, ...]:
        """Of /etc/resolv.conf, if it is a plain file."""
        file = self.files.get("/etc/resolv.conf")
        words = [line.split() for line in file.lines] if file and file.plain else []
        return tuple(w[1] for w in words if len(w) > 1 and w[0] == "nameserver")


def read(reply: Reply, interface: str) -> Situation:
    """The situation of one interface. CannotTell if it, or anything a move needs, is not told."""
    links = parse_ip_addr(reply.text("addressing-addresses"))
    own = [link for link in links if link["name"] == interface]
    if not own:
        raise CannotTell(Why.NOT_FOUND, f"no interface {interface}")
    addresses = [a for a in own[0]["addresses"] if a["origin"] != "link"]
    managers = reply.text("addressing-managers")
    files = {file.path: file for file in _files(reply)}
    taken = re.search(r"rc=(\d)", reply.text("addressing-taken"))
    return Situation(
        interface=interface,
        v4=tuple(_text(a) for a in addresses if ":" not in a["address"]),
        v6=tuple(_text(a) for a in addresses if ":" in a["address"]),
        leased=any(a["origin"] == "dhcp" and ":" not in a["address"] for a in addresses),
        elsewhere=frozenset(
            a["address"] for link in links if link["name"] != interface for a in link["addresses"]
        ),
        routes=tuple(_routes(reply.text("addressing-routes"))),
        link=frozenset(reply.lines("addressing-link")),
        manager=_manager(managers, interface),
        profile=_profile(managers, interface),
        network_file=_after(managers, "network_file="),
        tools=frozenset(reply.lines("addressing-tools")),
        files=files,
        pending="state=none" not in reply.text("addressing-state"),
        taken={"0": True, "1": False}.get(taken[1] if taken else ""),
    )


def _text(address: Mapping[str, Json]) -> str:
    return str(ipaddress.ip_interface(f"{address['address']}/{address['prefixlen']}"))


def _routes(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for line in text.splitlines():
        words = line.split()
        if words[:1] != ["default"] or "dev" not in words[:-1]:
            continue
        via = words[words.index("via") + 1] if "via" in words[:-1] else ""
        found.append((via, words[words.index("dev") + 1]))
    return found


def _files(reply: Reply) -> list[ConfigFile]:
    found: list[ConfigFile] = []
    for section in reply.all("addressing-file"):
        try:
            text = reply.check(section)
        except CannotTell as problem:
            if problem.why is Why.NOT_FOUND:
                continue
            raise
        head, _, body = text.partition("\n")
        words = head.split()
        plain = words[0] == "file" and words[2:] == ["0"]
        sha = words[1] if words[0] == "file" else ""
        lines = tuple(body.splitlines(keepends=True)) if plain else ()
        found.append(ConfigFile(path=section.argument, sha256=sha, lines=lines, plain=plain))
    return found


def _after(text: str, key: str) -> str:
    found = re.search(rf"(?m)^{re.escape(key)}(.*)$", text)
    return found[1].strip() if found else ""


def _profile(managers: str, interface: str) -> tuple[str, str]:
    for line in re.findall(r"(?m)^nm=(.*)$", managers):
        parts = [p.replace("\\:", ":") for p in re.split(r"(?<!\\):", line)]
        if len(parts) == 3 and parts[1] == interface:
            return parts[0], parts[2]
    return "", ""


def _manager(managers: str, interface: str) -> str:
    """By each system's own word; netplan is networkd with a file that netplan has written."""
    found: list[str] = []
    if _profile(managers, interface)[0]:
        found.append("networkmanager")
    words = _after(managers, "networkd=").split()
    if len(words) > 4 and words[4] not in ("unmanaged", "n/a"):
        by_netplan = "netplan" in _after(managers, "network_file=")
        found.append("netplan" if by_netplan else "networkd")
    if _after(managers, "ifupdown=").partition("=")[0] == interface:
        found.append("ifupdown")
    return ", ".join(found)
