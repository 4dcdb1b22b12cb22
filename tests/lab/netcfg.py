"""How a host gets its addresses: four network systems, and none at all.

Each function returns the items that make a real Debian host come up with the given
addresses. ``static`` writes nothing: the lab sets the addresses before the host boots.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from .layer import File, Item, enable

System = Literal["ifupdown", "netplan", "networkd", "nm", "static"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Nic:
    """One network port: the guest's ``name``, the switch it hangs on, its address."""

    switch: str
    address: str
    name: str = "eth0"
    gateway: str | None = None

    @property
    def ip(self) -> str:
        """The address without its prefix length."""
        return self.address.partition("/")[0]


def items(system: System, nics: tuple[Nic, ...]) -> tuple[Item, ...]:
    """Configuration files and enabled units for one network system."""
    return WRITERS[system](nics)


def ifupdown(nics: tuple[Nic, ...]) -> tuple[Item, ...]:
    """Debian's and Raspbian's classic."""
    parts = ["auto lo\niface lo inet loopback\n"]
    for nic in nics:
        gateway = f"    gateway {nic.gateway}\n" if nic.gateway else ""
        parts.append(
            f"auto {nic.name}\niface {nic.name} inet static\n    address {nic.address}\n{gateway}"
        )
    text = "\n".join(parts)
    return (File(path="/etc/network/interfaces", content=text), *enable("networking.service"))


def networkd(nics: tuple[Nic, ...]) -> tuple[Item, ...]:
    """Appliances. The files must be readable by the account systemd-network."""
    files = tuple(
        File(
            path=f"/etc/systemd/network/10-{nic.name}.network",
            content=f"[Match]\nName={nic.name}\n\n[Network]\nAddress={nic.address}\n"
            + (f"Gateway={nic.gateway}\n" if nic.gateway else ""),
        )
        for nic in nics
    )
    return files + enable("systemd-networkd.service")


def netplan(nics: tuple[Nic, ...]) -> tuple[Item, ...]:
    """Ubuntu, with networkd as its renderer."""
    lines = ["network:", "  version: 2", "  renderer: networkd", "  ethernets:"]
    for nic in nics:
        lines += [f"    {nic.name}:", f"      addresses: [{nic.address}]"]
        if nic.gateway:
            lines.append(f"      routes: [{{to: default, via: {nic.gateway}}}]")
    text = "\n".join(lines) + "\n"
    file = File(path="/etc/netplan/01-lab.yaml", content=text, mode=0o600)
    return (file, *enable("systemd-networkd.service"))


def nm(nics: tuple[Nic, ...]) -> tuple[Item, ...]:
    """NetworkManager key files; it ignores them unless they are 0600."""
    files = tuple(
        File(
            path=f"/etc/NetworkManager/system-connections/{nic.name}.nmconnection",
            mode=0o600,
            content=f"[connection]\nid={nic.name}\ntype=ethernet\ninterface-name={nic.name}\n\n"
            f"[ipv4]\nmethod=manual\naddress1={nic.address}"
            + (f",{nic.gateway}" if nic.gateway else "")
            + "\n\n[ipv6]\nmethod=link-local\n",
        )
        for nic in nics
    )
    return files + enable("NetworkManager.service")


def static(_nics: tuple[Nic, ...]) -> tuple[Item, ...]:
    """Nothing inside the host."""
    return ()


WRITERS: dict[System, Callable[[tuple[Nic, ...]], tuple[Item, ...]]] = {
    "ifupdown": ifupdown,
    "networkd": networkd,
    "netplan": netplan,
    "nm": nm,
    "static": static,
}
