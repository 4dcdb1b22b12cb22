"""How the internet could reach a recorder by its own doing: UPnP, DDNS, clouds, tunnels. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cctv_policy.drivers.framing import Reply
from cctv_policy.drivers.linux import processes
from cctv_policy.drivers.machine import Told, Topic, cannot
from cctv_policy.drivers.network import reachable, sockets
from cctv_policy.inventory import Recorder
from cctv_policy.state import Why

TUNNELS = frozenset(
    {
        "autossh",
        "chisel",
        "cloudflared",
        "frpc",
        "nebula",
        "netbird",
        "ngrok",
        "ngrokd",
        "openvpn",
        "pppd",
        "pptp",
        "sstpc",
        "tailscaled",
        "tincd",
        "wireguard-go",
        "zerotier-one",
        "n2n",
        "xl2tpd",
        "charon",
    }
)
DDNS = frozenset(
    {
        "ddclient",
        "ddupdate",
        "inadyn",
        "noip2",
        "noip-duc",
        "duc",
        "oidentd-ddns",
        "cloudflare-ddns",
    }
)
UPNP = frozenset({"miniupnpd", "upnpc", "upnpd", "minidlnad", "gupnp", "linux-igd"})
P2P = frozenset({"p2pserver", "p2pd", "iotc_server", "tutk", "anyka_p2p"})
_TUNNEL_LINK = re.compile(r"^(tun|tap|wg|tailscale|zt|ppp|nebula|sit|teredo|isatap|gre|ipsec|vti)")
_LINKS = re.compile(r"(?m)^\d+: ([^:@\s]+)")
_RUN_LEVEL = re.compile(r"^S\d\d")
SSDP = 1900


def read_exposure(reply: Reply, _: Recorder) -> Iterator[Told]:
    """UPnP, DDNS, vendor clouds and tunnels: by sockets, processes, started services, interfaces.

    `False` means that none of the programs known to do it runs or is started at boot.
    """
    names = processes(reply) | _started(reply)
    listening = sockets(reply)
    links = _LINKS.findall(reply.text("addresses"))
    source = "ps, enabled services, ss, ip addr"
    upnp = bool(UPNP & names) or reachable(listening, SSDP, "udp")
    yield Told(fact="exposure.upnp_enabled", value=upnp, source=source)
    if upnp:
        yield cannot("exposure.upnp_mappings", Why.NOT_SUPPORTED, source, "only the router knows")
    else:
        yield Told(fact="exposure.upnp_mappings", value=[], source=source)
    yield Told(fact="exposure.ddns_enabled", value=bool(DDNS & names), source=source)
    yield Told(fact="exposure.p2p_enabled", value=bool(P2P & names), source=source)
    tunnels = sorted(TUNNELS & names) + [link for link in links if _is_tunnel(link, reply)]
    yield Told(fact="exposure.tunnels", value=tunnels, source=source)


def _started(reply: Reply) -> set[str]:
    """Services started at boot, without suffix, instance and run level."""
    links = set(reply.text("started").splitlines())  # each run level has most of them
    names = [_RUN_LEVEL.sub("", link) for link in links]
    return {name.partition("@")[0].partition(".")[0] for name in names if name}


def _is_tunnel(link: str, reply: Reply) -> bool:
    """A tunnel's interface that is up (sit0, tunl0… exist unused once their module is loaded)."""
    if not _TUNNEL_LINK.match(link):
        return False
    head = re.search(rf"(?m)^\d+: {re.escape(link)}(?:@\S+)?: <([^>]*)>", reply.text("addresses"))
    return bool(head and "UP" in head[1].split(","))


TOPIC = Topic(
    facts=(
        "exposure.upnp_enabled",
        "exposure.upnp_mappings",
        "exposure.ddns_enabled",
        "exposure.p2p_enabled",
        "exposure.tunnels",
    ),
    read=read_exposure,
)
