"""What is and what is wanted of a recorder's address → one Move, nothing, or a refusal. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from cctv_policy.drivers.framing import Reply
from cctv_policy.inventory import Network
from cctv_policy.model import Text
from cctv_policy.push.addressing import ifupdown, netplan, networkd, networkmanager
from cctv_policy.push.addressing.config import NotUnderstoodError, Settings, resolv_conf
from cctv_policy.push.addressing.reading import Situation, read
from cctv_policy.push.model import Edit, Move, Refusal, Step, Wanted
from cctv_policy.push.phrases import as_is, row

EDITORS: dict[str, Callable[[Situation, Settings], tuple[Edit, ...]]] = {
    "ifupdown": ifupdown.edits,
    "networkd": networkd.edits,
    "netplan": netplan.edits,
    "networkmanager": networkmanager.edits,
}
_TOOLS = {
    "ifupdown": ("ifup", "ifdown", "ifquery"),
    "networkd": ("networkctl",),
    "netplan": ("netplan", "networkctl"),
    "networkmanager": ("nmcli",),
}
_ALWAYS = ("systemd", "systemd-run", "sha256sum", "stat")
_STACKED = ("bonding", "bridge", "wireless", "master", "brport", "phy80211")


def plan(reply: Reply, wanted: Wanted) -> Iterator[Step | Refusal]:
    """The move that makes the recorder's address as wanted. CannotTell if the reply is too thin."""
    network = wanted.recorder.baseline.network
    if network is None:
        return
    if wanted.address_faults:
        yield from wanted.address_faults
        return
    now = read(reply, network.interface)
    settings = Settings(
        interface=network.interface,
        address=f"{network.address}/{network.prefix}",
        gateway=network.gateway,
        ula=network.ula,
        dns=network.dns,
    )
    try:
        _refuse_wanted(network)
        _refuse_device(now, network)
        edits = _edits(now, network, settings)
        if not edits and _as_wanted(now, settings):
            return
        _refuse_move(now, network, wanted)
    except NotUnderstoodError as no:
        yield refusal(no.code, no.why, no.fix)
        return
    yield _step(now, network, settings, edits)


def refusal(code: str, why: Text, fix: Text) -> Refusal:
    """A refusal of this aspect; `code` is the last part of its id."""
    return Refusal(id=f"addressing.{code}", aspect="addressing", why=why, fix=fix)


def _no(code: str, zh: str, en: str, fix_zh: str, fix_en: str) -> NotUnderstoodError:
    return NotUnderstoodError(code, Text(zh=zh, en=en), Text(zh=fix_zh, en=fix_en))


def _refuse_wanted(network: Network) -> None:
    if ":" in network.address:
        raise _no(
            "ipv6_only",
            f"管理位址 {network.address} 是 IPv6，本工具只會搬移 IPv4 管理位址",
            f"the wanted address {network.address} is IPv6; only an IPv4 address is moved",
            "address 寫 IPv4，IPv6 唯一區域位址（ULA）寫在 ula",
            "write IPv4 in `address` and the unique local address in `ula`",
        )


def _refuse_device(now: Situation, network: Network) -> None:
    """What makes this device's network one that is not understood."""
    if now.pending:
        raise _no(
            "pending",
            "上一次搬移尚未確認，設備會自行復原",
            "an earlier move is not confirmed yet; the device rolls back by itself",
            "等計時器到期後再試一次",
            "wait until its timer has run out, then try again",
        )
    missing = [t for t in (*_ALWAYS, *_TOOLS[network.system]) if t not in now.tools]
    if missing:
        raise _no(
            "no_tool",
            f"設備沒有 {', '.join(missing)}，無法安全復原",
            f"the device has no {', '.join(missing)}, so there is no safe way back",
            "請到現場更改位址",
            "change this address on site",
        )
    stacked = [name for name in sorted(now.link) if _is_stacked(name)]
    if stacked:
        raise _no(
            "stacked",
            f"{now.interface} 屬於聚合、橋接、VLAN 或無線介面（{', '.join(stacked)}）",
            f"{now.interface} is part of a bond, bridge, VLAN or Wi-Fi ({', '.join(stacked)})",
            "請到現場更改位址",
            "change this address on site",
        )
    if now.manager != network.system:
        raise _no(
            "other_system",
            f"{now.interface} 由 {now.manager or '不明系統'} 管理，清冊寫的是 {network.system}",
            f"{now.interface} is run by {now.manager or 'nothing known'}, "
            f"the inventory says {network.system}",
            "更正清冊的 baseline.network.system",
            "correct baseline.network.system in the inventory",
        )


def _is_stacked(name: str) -> bool:
    return name in _STACKED or name.startswith(("upper_", "lower_", "type="))


def _edits(now: Situation, network: Network, settings: Settings) -> tuple[Edit, ...]:
    found = list(EDITORS[network.system](now, settings))
    if network.system != "networkmanager":
        servers = resolv_conf(now.files.get("/etc/resolv.conf"), settings.dns)
        found += [servers] if servers else []
    return tuple(found)


def _as_wanted(now: Situation, settings: Settings) -> bool:
    """Whether the interface itself, not only its files, is as wanted."""
    return (
        now.v4 == (settings.address,)
        and not now.leased
        and now.v6 == ((settings.ula,) if settings.ula else ())
        and now.gateway() == settings.gateway
    )


def _refuse_move(now: Situation, network: Network, wanted: Wanted) -> None:
    """What forbids this move of a device that is understood."""
    if len(now.v4) != 1:
        raise _no(
            "addresses",
            f"{now.interface} 有 {len(now.v4)} 個 IPv4 位址（{', '.join(now.v4)}），無法判斷用途",
            f"{now.interface} has {len(now.v4)} IPv4 addresses ({', '.join(now.v4)}); "
            "what they are for cannot be told",
            "先在設備上只留一個位址",
            "leave one address on that interface first",
        )
    if now.leased and not network.replace_dhcp:
        raise _no(
            "dhcp",
            f"{now.interface} 的位址 {now.v4[0]} 由 DHCP 配發",
            f"the address {now.v4[0]} of {now.interface} is a DHCP lease",
            "確定要改為固定位址時，在 baseline.network 寫 replace_dhcp: true",
            "write replace_dhcp: true in baseline.network if a fixed address shall replace it",
        )
    old, new = now.v4[0].partition("/")[0], network.address
    if new != old and (now.taken or new in now.elsewhere):
        raise _no(
            "taken",
            f"{new} 已有其他主機使用",
            f"another host answers for {new} already",
            "查出該主機，或更改規劃的位址",
            "find that host, or plan another address",
        )
    connect = wanted.recorder.connect
    host = connect.host if connect else ""
    if host not in {old, new, *now.elsewhere}:
        raise _no(
            "door",
            f"連線位址 {host} 不是設備自己的位址，搬移後可能連不回來",
            f"connect.host {host} is no address of the device itself; after a move nobody could "
            "tell where it is",
            "connect.host 改寫設備介面上的位址",
            "write the address on the device's own interface into connect.host",
        )


def _step(now: Situation, network: Network, settings: Settings, edits: tuple[Edit, ...]) -> Step:
    move = Move(
        interface=network.interface,
        old=now.v4[0],
        new=settings.address,
        system=network.system,
        edits=edits,
        gateway=settings.gateway,
        ula=settings.ula,
        old_gateway=now.gateway(),
        profile=now.profile[0],
    )
    return Step(
        id="addressing.move",
        aspect="addressing",
        title=Text(
            zh=f"{network.interface} 位址改為 {settings.address}（{network.system}，逾時自動復原）",
            en=f"{network.interface} moves to {settings.address} ({network.system}, rolls back by "
            "itself unless confirmed)",
        ),
        rules=("A3.1-no-public-ip",),
        before=_told(", ".join((*now.v4, *now.v6)), now.gateway(), now.nameservers()),
        after=_told(
            ", ".join([settings.address, *([settings.ula] if settings.ula else [])]),
            settings.gateway,
            settings.dns or now.nameservers(),
        ),
        action=move,
    )


def _told(addresses: str, gateway: str | None, dns: tuple[str, ...]) -> Text:
    way = gateway or "-"
    parts = [as_is(addresses), Text(zh=f"閘道 {way}", en=f"gateway {way}")]
    return row([*parts, as_is(f"dns {', '.join(dns)}")] if dns else parts)
