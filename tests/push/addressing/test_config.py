"""The four editors: what they write, what they keep, what they refuse to touch."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from cctv_policy.push.addressing import ifupdown, netplan, networkd
from cctv_policy.push.addressing.config import NotUnderstoodError, Settings, resolv_conf
from cctv_policy.push.addressing.planning import EDITORS
from cctv_policy.push.addressing.reading import ConfigFile, Situation

from .situations import edited

SETTINGS = Settings(
    interface="eth0", address="10.1.2.10/24", gateway="10.1.2.1", ula=None, dns=("10.1.2.53",)
)
ULA = Settings(interface="eth0", address="10.1.2.10/24", gateway=None, ula="fd00:1::10/64", dns=())
PATHS = {
    "ifupdown": "/etc/network/interfaces",
    "networkd": "/etc/systemd/network/10-eth0.network",
    "netplan": "/etc/netplan/01.yaml",
    "networkmanager": "/etc/NetworkManager/system-connections/eth0.nmconnection",
}


def situation(files: Iterable[ConfigFile]) -> Situation:
    return Situation(
        interface="eth0",
        v4=("163.20.1.5/24",),
        v6=(),
        leased=False,
        elsewhere=frozenset(),
        routes=(),
        link=frozenset(),
        manager="",
        profile=("uuid", PATHS["networkmanager"]),
        network_file=PATHS["networkd"],
        tools=frozenset(),
        files={file.path: file for file in files},
        pending=False,
        taken=None,
    )


def file(system: str, text: str) -> ConfigFile:
    return ConfigFile(
        path=PATHS[system], sha256="0" * 64, lines=tuple(text.splitlines(keepends=True))
    )


def rewritten(system: str, text: str, settings: Settings = SETTINGS) -> str:
    """What the file becomes; a second round must change nothing."""
    (edit,) = EDITORS[system](situation([file(system, text)]), settings)
    after = edited(text, edit)
    assert EDITORS[system](situation([file(system, after)]), settings) == ()
    return after


def refused(system: str, text: str) -> str:
    with pytest.raises(NotUnderstoodError) as caught:
        EDITORS[system](situation([file(system, text)]), SETTINGS)
    return caught.value.why.en


IFUPDOWN = """\
# by the installer
source /etc/network/interfaces.d/*
auto lo
iface lo inet loopback

auto eth0
iface eth0 inet static
    # the port by the window
    address 163.20.1.5
    netmask 255.255.255.0
    gateway 163.20.1.1
    mtu 1400

iface eth0 inet6 auto
    privext 2

auto eth1
iface eth1 inet dhcp"""


def test_ifupdown_keeps_what_is_not_the_address() -> None:
    after = rewritten("ifupdown", IFUPDOWN)
    assert "163.20" not in after
    assert "inet6" not in after
    for kept in (
        "# by the installer",
        "# the port by the window",
        "mtu 1400",
        "iface eth1 inet dhcp",
    ):
        assert kept in after
    assert (
        "    address 10.1.2.10/24\n    gateway 10.1.2.1\n    dns-nameservers 10.1.2.53\n" in after
    )
    assert "echo 1 > /proc/sys/net/ipv6/conf/$IFACE/disable_ipv6" in after


def test_ifupdown_with_a_ula_has_a_stanza_for_it() -> None:
    after = rewritten("ifupdown", IFUPDOWN, ULA)
    assert "iface eth0 inet6 static\n    address fd00:1::10/64\n    accept_ra 0\n" in after
    assert "disable_ipv6 ] || echo 0" in after


@pytest.mark.parametrize(
    "line", ["    up iptables-restore /etc/fw", "    wpa-psk @masked@", "    bridge_ports eth1",
             "    vlan-raw-device eth9", "    address 1.2.3.4 \\"],
)  # fmt: skip
def test_ifupdown_refuses_options_it_does_not_know(line: str) -> None:
    said = refused("ifupdown", IFUPDOWN.replace("    mtu 1400", line))
    assert "does not understand" in said


def test_ifupdown_refuses_files_from_elsewhere_and_two_owners() -> None:
    assert "source" in refused("ifupdown", "source /opt/net/*\niface eth0 inet manual\n")
    assert "none" in refused("ifupdown", "iface eth1 inet manual\n")
    assert "mapping" in refused("ifupdown", "mapping eth0\niface eth0 inet manual\n")


NETWORKD = """\
[Match]
Name=eth0

[Network]
Address=163.20.1.5/24
Gateway=163.20.1.1
DNS=8.8.8.8
NTP=time.stdtime.gov.tw
IPv6AcceptRA=yes

[Link]
MTUBytes=1400"""


def test_networkd_keeps_what_is_not_the_address() -> None:
    after = rewritten("networkd", NETWORKD)
    assert "163.20" not in after
    assert "8.8.8.8" not in after
    assert "NTP=time.stdtime.gov.tw\n" in after
    assert after.endswith("[Link]\nMTUBytes=1400")
    assert "Address=10.1.2.10/24\nGateway=10.1.2.1\nDNS=10.1.2.53\nDHCP=no\n" in after


def test_networkd_keeps_name_servers_where_none_are_wanted() -> None:
    after = rewritten("networkd", NETWORKD, ULA)
    assert "DNS=8.8.8.8" in after
    assert "Address=fd00:1::10/64" in after
    assert "LinkLocalAddressing=ipv6" in after
    assert "Gateway" not in after


@pytest.mark.parametrize(
    ("old", "new"),
    [("Name=eth0", "Name=eth*"), ("NTP=", "DHCPServer="), ("[Link]", "[Route]"), ("NTP=", "VLAN="),
     ("Name=eth0", "Name=eth0\nMACAddress=00:11:22:33:44:55"), ("[Network]", "[Networks]")],
)  # fmt: skip
def test_networkd_refuses_what_it_does_not_know(old: str, new: str) -> None:
    refused("networkd", NETWORKD.replace(old, new))


def test_networkd_refuses_drop_ins() -> None:
    path = f"{PATHS['networkd']}.d/x.conf"
    dropin = ConfigFile(path=path, sha256="", lines=("[Network]\n",))
    with pytest.raises(NotUnderstoodError):
        networkd.edits(situation([file("networkd", NETWORKD), dropin]), SETTINGS)


NETPLAN = """\
network:
  version: 2
  renderer: networkd
  ethernets:
    eth0:
      # the port by the window
      dhcp4: no
      addresses:
        - 163.20.1.5/24
      # to the internet
      routes:
        - to: default
          via: 163.20.1.1
      nameservers:
        addresses: [8.8.8.8, 8.8.4.4]

      mtu: 1400
    eth1:
      dhcp4: true
"""


def test_netplan_keeps_what_is_not_the_address() -> None:
    after = rewritten("netplan", NETPLAN)
    assert "163.20" not in after
    assert "8.8" not in after
    assert after.endswith("      mtu: 1400\n    eth1:\n      dhcp4: true\n")
    assert "# the port by the window" in after
    assert '      addresses: ["10.1.2.10/24"]\n' in after
    assert "      link-local: []\n" in after


def test_netplan_keeps_name_servers_where_none_are_wanted() -> None:
    after = rewritten("netplan", NETPLAN, ULA)
    assert "addresses: [8.8.8.8, 8.8.4.4]" in after
    assert '["10.1.2.10/24", "fd00:1::10/64"]' in after
    assert "via" not in after


def test_netplan_without_a_last_line_break() -> None:
    text = "network:\n  ethernets:\n    eth0:\n      addresses: [163.20.1.5/24]"
    assert rewritten("netplan", text).startswith(
        "network:\n  ethernets:\n    eth0:\n      addresses"
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [("renderer: networkd", "renderer: NetworkManager"), ("mtu: 1400", "auth: {password: x}"),
     ("mtu: 1400", "set-name: lan"), ("to: default", "to: 10.0.0.0/8"),
     ("  version: 2", "  bonds: {}"),
     ("eth0:", "eth9:"), ("version: 2", "version: ["),
     ("addresses: [8.8.8.8, 8.8.4.4]", "search: [x]")],
)  # fmt: skip
def test_netplan_refuses_what_it_does_not_know(old: str, new: str) -> None:
    refused("netplan", NETPLAN.replace(old, new))


def test_netplan_refuses_an_entry_in_braces_and_one_in_two_files() -> None:
    refused("netplan", "network: {ethernets: {eth0: {dhcp4: true}}}\n")
    other = ConfigFile(path="/etc/netplan/99.yaml", sha256="", lines=(NETPLAN,))
    with pytest.raises(NotUnderstoodError):
        netplan.edits(situation([file("netplan", NETPLAN), other]), SETTINGS)


NM = """\
[connection]
id=Wired connection 1
uuid=6a0d5c4e-3f5b-4f37-9a52-0d9c8f1f4f52
type=ethernet
interface-name=eth0

[802-1x]
password=@masked@

[ipv4]
method=auto
dns=8.8.8.8;
dns-search=edu.tw;

[ipv6]
addr-gen-mode=stable-privacy
method=auto
"""


def test_networkmanager_keeps_what_is_not_the_address() -> None:
    after = rewritten("networkmanager", NM)
    assert "8.8.8.8" not in after
    assert "dns-search=edu.tw;\n" in after
    assert "password=@masked@" in after, "the line is not touched: the device keeps its own"
    assert "[ipv4]\nmethod=manual\naddress1=10.1.2.10/24,10.1.2.1\ndns=10.1.2.53;\n" in after
    assert after.endswith("[ipv6]\nmethod=disabled\n")


def test_networkmanager_without_the_sections_gets_them() -> None:
    text = "[connection]\ntype=ethernet\ninterface-name=eth0"
    after = rewritten("networkmanager", text, ULA)
    assert "[ipv4]\nmethod=manual\naddress1=10.1.2.10/24\n" in after
    assert "[ipv6]\nmethod=manual\naddress1=fd00:1::10/64\n" in after


@pytest.mark.parametrize(
    ("old", "new"),
    [("type=ethernet", "type=wifi"), ("interface-name=eth0", "interface-name=eth1"),
     ("interface-name=eth0\n", ""), ("type=ethernet", "type=ethernet\nmaster=br0"),
     ("dns-search=edu.tw;", "route1=10.0.0.0/8,10.1.2.9")],
)  # fmt: skip
def test_networkmanager_refuses_what_it_does_not_know(old: str, new: str) -> None:
    refused("networkmanager", NM.replace(old, new))


def test_a_masked_line_is_never_written() -> None:
    """The smallest edit would have to write the password's line again."""
    text = NM.replace("dns-search=edu.tw;", "dns-options=@masked@")
    assert "password" in refused("networkmanager", text)


def test_links_and_carriage_returns_are_never_edited() -> None:
    for system in PATHS:
        odd = ConfigFile(path=PATHS[system], sha256="", lines=(), plain=False)
        with pytest.raises(NotUnderstoodError):
            EDITORS[system](situation([odd]), SETTINGS)


def test_resolv_conf_names_exactly_the_wanted_servers() -> None:
    path = "/etc/resolv.conf"
    text = "search edu.tw\nnameserver 8.8.8.8\noptions edns0\nnameserver 8.8.4.4\n"
    before = ConfigFile(path=path, sha256="x", lines=tuple(text.splitlines(keepends=True)))
    found = resolv_conf(before, ("10.1.2.53",))
    assert found is not None
    assert edited(text, found) == "search edu.tw\nnameserver 10.1.2.53\noptions edns0\n"
    assert resolv_conf(before, ()) is None
    made = resolv_conf(None, ("10.1.2.53",))
    assert made is not None
    assert (made.sha256, made.text) == ("", "nameserver 10.1.2.53\n")
    link = ConfigFile(path=path, sha256="", lines=(), plain=False)
    assert resolv_conf(link, ("10.1.2.53",)) is None


def test_ifupdown_finds_its_interface_in_a_file_of_the_folder() -> None:
    main = ConfigFile(path=ifupdown.MAIN, sha256="m", lines=("source interfaces.d/*\n",))
    own = ConfigFile(
        path="/etc/network/interfaces.d/eth0", sha256="o", lines=("iface eth0 inet dhcp\n",)
    )
    (edit,) = ifupdown.edits(situation([main, own]), SETTINGS)
    assert edit.path == own.path
