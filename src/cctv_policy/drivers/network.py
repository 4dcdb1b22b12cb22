"""What a Linux recorder tells of its network: addresses, sockets, tunnels. Pure: reply → facts."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from cctv_policy.drivers.framing import CannotTell, Reply, once
from cctv_policy.drivers.linux import processes
from cctv_policy.drivers.machine import Told, Topic
from cctv_policy.inventory import Recorder
from cctv_policy.model import Json
from cctv_policy.state import Why

_DHCP_CLIENTS = frozenset({"udhcpc", "dhcpcd"})
TELNET, SSH = 23, 22
NOT_WEB = frozenset(
    {
        "sshd", "dropbear", "chronyd", "ntpd", "systemd-resolve", "snmpd", "rpcbind", "mariadbd",
        "mysqld", "postgres", "telnetd", "inetd", "systemd", "master", "exim4", "cupsd",
    }
)  # fmt: skip
"""Programs that listen on TCP and are certain not to be a web page."""
DATABASES = frozenset({3306, 5432, 27017, 6379})
_LINK = re.compile(r"\d+: ([^:\s]+?)(?:@\S+)?: <([^>]*)>(.*)")
_STATE = re.compile(r"\bstate (\S+)")
_ETHER = re.compile(r"\s+link/ether ([0-9a-f:]{17})")
_INET = re.compile(r"\s+(inet6?) ([0-9a-fA-F.:%]+)(\S*)(.*)")
_PEER = re.compile(r"\s+peer \S+?/(\d+)")
_PROCESS = re.compile(r'\(\("([^"]+)"')
_SILENCE = re.compile(r"\blastrcv:(\d+)")


def read_interfaces(reply: Reply, _: Recorder) -> Iterator[Told]:
    """Every interface with its switch, its cable and all its addresses; the MACs besides."""
    text = reply.text("addresses")
    modern = bool(re.match(r"\s*\d+: ", text))
    lease = bool(_DHCP_CLIENTS & processes(reply)) if reply.all("processes") else True
    found = parse_ip_addr(text, lease=lease) if modern else parse_ifconfig(text)
    if not found:
        raise CannotTell(Why.ODD_OUTPUT, "no interface in the answer")
    source = "ip addr" if modern else "ifconfig -a"
    yield Told(fact="interfaces", value=found, source=source)
    macs = sorted({i["mac"] for i in found if i["mac"] and i["mac"] != "00:00:00:00:00:00"})
    yield Told(fact="device.mac", value=macs, source=source)


def parse_ip_addr(text: str, *, lease: bool = False) -> list[dict[str, Json]]:
    """Of `ip addr` (iproute2, busybox). `lease`: a client runs that leaves no mark on addresses."""
    found: list[dict[str, Json]] = []
    for line in text.splitlines():
        if head := _LINK.match(line):
            flags = head[2].split(",")
            state = _STATE.search(head[3])
            found.append(
                {
                    "name": head[1],
                    "admin_up": "UP" in flags,
                    "oper_up": _oper_up(state[1] if state else "", flags),
                    "mac": None,
                    "addresses": [],
                }
            )
        elif found and (mac := _ETHER.match(line)):
            found[-1]["mac"] = mac[1]
        elif found and (inet := _INET.match(line)):
            found[-1]["addresses"].append(_address(inet, lease=lease))
    return found


def _oper_up(state: str, flags: list[str]) -> bool | None:
    if state in ("UP", "DOWN", "LOWERLAYERDOWN", "DORMANT", "NOTPRESENT"):
        return state == "UP"
    return "LOWER_UP" in flags


def _address(inet: re.Match[str], *, lease: bool) -> dict[str, Json]:
    rest = inet[4]
    if peer := _PEER.match(rest):
        prefix: str | None = peer[1]
    else:
        prefix = inet[3].removeprefix("/") or None
    words = rest.split()
    return {
        "address": inet[2],
        "prefixlen": int(prefix) if prefix else None,
        "origin": _origin(inet[1], prefix, words, lease=lease),
    }


def _origin(family: str, prefix: str | None, words: list[str], *, lease: bool) -> str:
    """Who gave the address: the kernel marks leases and router advertisements with a lifetime."""
    if "scope" in words and words[words.index("scope") + 1] == "link":
        return "link"
    if family == "inet6" and ({"mngtmpaddr", "temporary", "kernel_ra"} & set(words)):
        return "slaac"
    if "dynamic" in words:
        return "slaac" if family == "inet6" and prefix != "128" else "dhcp"
    return "unknown" if lease else "static"


def parse_ifconfig(text: str) -> list[dict[str, Json]]:
    """Of `ifconfig -a` (busybox, net-tools)."""
    found: list[dict[str, Json]] = []
    for block in re.split(r"\n(?=\S)", text):
        head = re.match(r"(\S+?):?\s", block)
        if not head:
            continue
        mac = re.search(r"(?:HWaddr|ether) ([0-9A-Fa-f:]{17})", block)
        pairs = re.findall(r"inet6? (?:addr: ?)?([0-9a-fA-F.:]+)(?:/(\d+))?", block)
        masks = re.findall(r"(?:Mask:|netmask )(\d+\.\d+\.\d+\.\d+)", block)
        found.append(
            {
                "name": head[1],
                "admin_up": bool(re.search(r"\bUP\b", block)),
                "oper_up": bool(re.search(r"\bRUNNING\b", block)),
                "mac": mac[1].lower() if mac else None,
                "addresses": [
                    {
                        "address": address,
                        "prefixlen": int(bits)
                        if bits
                        else _bits(masks)
                        if "." in address
                        else None,
                        "origin": "link" if address.lower().startswith("fe80:") else "unknown",
                    }
                    for address, bits in pairs
                ],
            }
        )
    return found


def _bits(masks: list[str]) -> int | None:
    return sum(bin(int(part)).count("1") for part in masks[0].split(".")) if masks else None


def parse_sockets(text: str) -> list[dict[str, Json]]:
    """Of `ss -Hlntu[p]`, or of the kernel's tables; a wildcard of both families is `::`."""
    if text.lstrip().startswith("order "):
        return kernel_sockets(text)
    found: list[dict[str, Json]] = []
    for line in text.splitlines():
        words = line.split(None, 6)
        if len(words) < 6 or words[0] not in ("tcp", "udp"):
            continue
        address, _, port = words[4].rpartition(":")
        address = address.partition("%")[0].strip("[]")
        process = _PROCESS.search(words[6]) if len(words) > 6 else None
        if port.isdigit() and 0 < int(port) < 65536:
            found.append(
                {
                    "proto": words[0],
                    "address": "::" if address == "*" else address,
                    "port": int(port),
                    "process": process[1] if process else None,
                }
            )
    return found


_LISTENS = {"tcp": "0A", "udp": "07"}


def kernel_sockets(text: str) -> list[dict[str, Json]]:
    """Of `order L|B` and lines of /proc/net/{tcp,tcp6,udp,udp6}, each behind its table's name.

    An address is words of 32 bits in the device's own byte order: L little-endian, B big-endian.
    """
    head, _, rest = text.lstrip().partition("\n")
    step = {"order L": -1, "order B": 1}.get(head.strip())
    if step is None:
        raise CannotTell(Why.ODD_OUTPUT, "the byte order of the device is not told")
    found: list[dict[str, Json]] = []
    for line in rest.splitlines():
        match = _KERNEL_SOCKET.match(line)
        if not match or match["state"] != _LISTENS[match["proto"]]:
            continue
        raw = bytes.fromhex(match["address"])
        packed = b"".join(raw[i : i + 4][::step] for i in range(0, len(raw), 4))
        proto, port = match["proto"], int(match["port"], 16)
        address = str(ipaddress.ip_address(packed))
        found.append({"proto": proto, "address": address, "port": port, "process": None})
    return found


_KERNEL_SOCKET = re.compile(
    r"(?P<proto>tcp|udp)6? +\d+: (?P<address>[0-9A-F]{8}|[0-9A-F]{32}):(?P<port>[0-9A-F]{4})"
    r" [0-9A-F]+:[0-9A-F]{4} (?P<state>[0-9A-F]{2}) "
)


def reachable(sockets: list[dict[str, Json]], port: int, proto: str = "tcp") -> bool:
    """Whether anything but this machine itself can reach the port."""
    return any(
        s["port"] == port and s["proto"] == proto and not is_loopback(s["address"]) for s in sockets
    )


def is_loopback(address: str) -> bool:
    """127/8 and ::1, also in IPv4-mapped form."""
    return address == "::1" or address.removeprefix("::ffff:").startswith("127.")


@once
def sockets(reply: Reply) -> list[dict[str, Json]]:
    """All listening sockets; CannotTell if there is none (SSH itself listens, so ss failed)."""
    found = parse_sockets(reply.text("listening"))
    if not found:
        raise CannotTell(Why.ODD_OUTPUT, "ss lists no socket at all")
    return found


def no_web_page(sockets: list[dict[str, Json]]) -> bool:
    """Whether it is certain that nothing which others can reach is a web page."""
    return all(
        s["process"] in NOT_WEB
        for s in sockets
        if s["proto"] == "tcp" and not is_loopback(s["address"])
    )


def read_sockets(reply: Reply, _: Recorder) -> Iterator[Told]:
    """Sockets and the services that are certain from them alone."""
    found = sockets(reply)
    source = "ss -lntup" if any(s["process"] for s in found) else "ss -lntu"
    yield Told(fact="sockets", value=found, source=source)
    for fact, ports in (
        ("services.telnet", {TELNET}),
        ("services.ssh", {SSH}),
        ("services.database_open", DATABASES),
    ):
        yield Told(fact=fact, value=any(reachable(found, port) for port in ports), source=source)


def streams(reply: Reply) -> dict[tuple[str, int], list[int]]:
    """Established connections by the other end: milliseconds since data last came, one for each."""
    found: dict[tuple[str, int], list[int]] = {}
    peer: tuple[str, int] | None = None
    for line in reply.lines("streams"):
        if not line[0].isspace():
            words = line.split()
            address, _, port = (words[3] if len(words) > 3 else "").rpartition(":")
            address = address.partition("%")[0].strip("[]").removeprefix("::ffff:")
            peer = (address, int(port)) if port.isdigit() else None
        elif peer:
            silence = _SILENCE.search(line)
            found.setdefault(peer, []).append(int(silence[1]) if silence else 0)
            peer = None
    return found


TOPICS = (
    Topic(facts=("interfaces", "device.mac"), read=read_interfaces),
    Topic(
        facts=("sockets", "services.telnet", "services.ssh", "services.database_open"),
        read=read_sockets,
    ),
)
