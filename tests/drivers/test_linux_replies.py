"""Replies of Linux tools in their forms: addresses, sockets, accounts, disks, deletion rules."""

from __future__ import annotations

from datetime import date

import pytest

from cctv_policy.drivers import exposure, linux, network, retention
from cctv_policy.drivers.framing import Answer, CannotTell, Reply, cut
from cctv_policy.drivers.machine import Topic
from cctv_policy.inventory import Recorder
from cctv_policy.model import Json
from cctv_policy.state import Why

NVR = Recorder(id="nvr", driver="local", status="in_use", commissioned_on=date(2026, 1, 1))
CLOCK = "now=1795312830.5\nzone=+0800\nlink=/usr/share/zoneinfo/Asia/Taipei\n"


def reply(**sections: str | tuple[str, int]) -> Reply:
    """A complete reply; a section is its text, or its text and exit code."""
    out = ""
    for name, given in sections.items():
        text, code = given if isinstance(given, tuple) else (given, 0)
        out += f"\n@@t {name}\n{text}\n@@t rc {code}\n"
    return cut(
        Answer(text=f"{out}\n@@t end\n", mark="@@t", asked_at=1795312800.0, first_at=1795312801.0)
    )


def facts(topic: Topic, given: Reply) -> dict[str, Json]:
    return {t.fact: t.value for t in topic.read(given, NVR)}


IP_ADDR = """\
1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000
    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
    inet 127.0.0.1/8 scope host lo
2: eth0@if7: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default
    link/ether 02:00:5e:10:01:0a brd ff:ff:ff:ff:ff:ff link-netnsid 0
    inet 10.1.1.5/24 brd 10.1.1.255 scope global dynamic eth0
    inet 169.254.7.7/16 scope link eth0
    inet6 2001:288::1234/64 scope global dynamic mngtmpaddr noprefixroute
    inet6 2001:288::9/128 scope global dynamic noprefixroute
    inet6 fd00:1::5/64 scope global
    inet6 fe80::1/64 scope link proto kernel_ll
3: eth1: <NO-CARRIER,BROADCAST,MULTICAST,UP> mtu 1500 qdisc mq state DOWN group default
    link/ether 02:00:5e:10:01:0b brd ff:ff:ff:ff:ff:ff
    inet 163.20.1.9/24 scope global eth1
4: eth2: <BROADCAST,MULTICAST> mtu 1500 qdisc noop state DOWN group default
    link/ether 02:00:5e:10:01:0c brd ff:ff:ff:ff:ff:ff
5: tun0: <POINTOPOINT,MULTICAST,NOARP,UP,LOWER_UP> mtu 1500 state UNKNOWN
    link/none
    inet 10.8.0.2 peer 10.8.0.1/32 scope global tun0
"""


def test_ip_addr_tells_switch_cable_mac_and_where_each_address_comes_from() -> None:
    lo, eth0, eth1, eth2, tun0 = network.parse_ip_addr(IP_ADDR)
    assert lo["mac"] is None and eth0["name"] == "eth0" and eth0["mac"] == "02:00:5e:10:01:0a"
    origins = {a["address"]: (a["prefixlen"], a["origin"]) for a in eth0["addresses"]}
    assert origins == {
        "10.1.1.5": (24, "dhcp"),
        "169.254.7.7": (16, "link"),
        "2001:288::1234": (64, "slaac"),
        "2001:288::9": (128, "dhcp"),
        "fd00:1::5": (64, "static"),
        "fe80::1": (64, "link"),
    }
    assert (eth1["admin_up"], eth1["oper_up"]) == (True, False)
    assert (eth2["admin_up"], eth2["oper_up"]) == (False, False)
    assert tun0["addresses"][0]["address"] == "10.8.0.2"


def test_a_lease_that_leaves_no_mark_is_not_called_static() -> None:
    found = network.parse_ip_addr(IP_ADDR, lease=True)
    assert found[2]["addresses"][0]["origin"] == "unknown"


IFCONFIG = """\
eth0      Link encap:Ethernet  HWaddr 02:00:5E:10:01:0A
          inet addr:192.168.1.64  Bcast:192.168.1.255  Mask:255.255.255.0
          inet6 addr: fe80::1/64 Scope:Link
          UP BROADCAST RUNNING MULTICAST  MTU:1500  Metric:1

lo        Link encap:Local Loopback
          inet addr:127.0.0.1  Mask:255.0.0.0
          UP LOOPBACK RUNNING  MTU:65536  Metric:1
"""


def test_a_small_device_with_ifconfig_only_is_understood() -> None:
    given = reply(addresses=IFCONFIG, processes="udhcpc\n")
    found = facts(network.TOPICS[0], given)
    eth0 = found["interfaces"][0]
    assert eth0["addresses"][0] == {
        "address": "192.168.1.64", "prefixlen": 24, "origin": "unknown",
    }  # fmt: skip
    assert eth0["admin_up"] and eth0["oper_up"] and found["device.mac"] == ["02:00:5e:10:01:0a"]


SS = """\
tcp   LISTEN 0 128 0.0.0.0:22 0.0.0.0:* users:(("sshd",pid=1,fd=3))
tcp   LISTEN 0 4096 *:80 *:* users:(("apache2",pid=2,fd=4),("apache2",pid=3,fd=4))
tcp   LISTEN 0 80 127.0.0.1:3306 0.0.0.0:*
tcp   LISTEN 0 80 [::ffff:127.0.0.1]:6379 *:*
udp   UNCONN 0 0 127.0.0.53%lo:53 0.0.0.0:*
udp   UNCONN 0 0 [fe80::1]%eth0:546 [::]:*
"""


def test_sockets_are_read_with_wildcards_zones_and_processes() -> None:
    found = network.parse_sockets(SS)
    assert [(s["address"], s["port"], s["process"]) for s in found] == [
        ("0.0.0.0", 22, "sshd"),
        ("::", 80, "apache2"),
        ("127.0.0.1", 3306, None),
        ("::ffff:127.0.0.1", 6379, None),
        ("127.0.0.53", 53, None),
        ("fe80::1", 546, None),
    ]
    told = facts(network.TOPICS[1], reply(listening=SS))
    assert told["services.ssh"] and not told["services.telnet"]
    assert told["services.database_open"] is False


def test_no_socket_at_all_is_an_odd_answer_not_a_closed_machine() -> None:
    with pytest.raises(CannotTell) as caught:
        facts(network.TOPICS[1], reply(listening=""))
    assert caught.value.why is Why.ODD_OUTPUT


def test_a_tunnel_counts_by_process_service_or_interface() -> None:
    base = {"addresses": IP_ADDR, "listening": SS, "started": "ssh.service\n"}
    told = facts(exposure.TOPIC, reply(**base, processes="sshd\ncloudflared\n"))
    assert told["exposure.tunnels"] == ["cloudflared", "tun0"]
    assert told["exposure.upnp_enabled"] is False and told["exposure.upnp_mappings"] == []
    base["started"] = "S20ddclient\nopenvpn@client.service\n"
    told = facts(exposure.TOPIC, reply(**base, processes="sshd\n"))
    assert told["exposure.ddns_enabled"] is True and "openvpn" in told["exposure.tunnels"]


def test_something_that_listens_for_ssdp_is_upnp() -> None:
    listening = SS + "udp UNCONN 0 0 0.0.0.0:1900 0.0.0.0:*\n"
    given = reply(addresses=IP_ADDR, listening=listening, started="", processes="sshd\n")
    assert facts(exposure.TOPIC, given)["exposure.upnp_enabled"] is True


def test_the_clock_is_compared_with_the_middle_of_the_round_trip() -> None:
    assert facts(linux.OFFSET, reply(clock=CLOCK))["time.offset_s"] == 30


@pytest.mark.parametrize("now", ["now=%s.%N", "now=", "now=yesterday", ""])
def test_a_clock_that_is_no_number_is_odd(now: str) -> None:
    with pytest.raises(CannotTell):
        facts(linux.OFFSET, reply(clock=f"{now}\nzone=+0800"))


@pytest.mark.parametrize(
    ("clock", "zone"),
    [
        (CLOCK, "Asia/Taipei"),
        ("now=1\nzone=+0800\nlink=\nname=Asia/Taipei", "Asia/Taipei"),
        ("now=1\nzone=+0800\nlink=\nposix=CST-8", "+08:00"),
        ("now=1\nzone=-0330\nlink=/etc/zone", "-03:30"),
    ],
)
def test_the_time_zone_is_a_name_or_an_offset(clock: str, zone: str) -> None:
    assert facts(linux.CLOCK[0], reply(clock=clock))["time.tz"] == zone


def test_os_accounts_have_the_state_of_their_password_and_no_hash() -> None:
    given = reply(
        users="root:0:/bin/bash\nkid:1000:/bin/sh\nnobody:65534:/usr/sbin/nologin\nop:1001:/bin/sh",
        admins="sudo:x:27:op",
        passwords="root L 2026-01-01 0 99999 7 -1\n"
        "kid NP 1970-01-01 0 1 7 -1\nop P 03/02/2026 0 1 7 -1",
    )
    found = {a["name"]: a for a in linux.os_accounts(given)}
    assert set(found) == {"root", "kid", "op"}
    assert found["root"]["is_default_password"] is False and found["root"]["role"] == "admin"
    assert found["root"]["last_password_change"] is None
    assert found["kid"]["is_default_password"] is True and found["kid"]["role"] == "user"
    assert found["op"]["is_default_password"] is None and found["op"]["role"] == "admin"
    assert found["op"]["last_password_change"] == "2026-03-02T00:00:00+00:00"


MOUNTS = """\
/dev/sda1 / ext4 rw,relatime 0 0
/dev/sdb1 /srv/rec\\040one ext4 rw 0 0
/dev/sdc1 /srv/two ext4 ro,errors=remount-ro 0 0
/dev/md0 /srv/raid ext4 rw 0 0
proc /proc proc rw 0 0
"""
DF = """\
Filesystem 1024-blocks Used Available Capacity Mounted on
/dev/sda1 1000000 1 900000 1% /
/dev/sdb1 1000000 999999 0 100% /srv/rec one
/dev/sdc1 1000000 1 900000 1% /srv/two
/dev/md0 1000000 1 900000 1% /srv/raid
proc 0 0 0 - /proc
"""
MDSTAT = "md0 : active raid1 sdd1[0] sde1[1](F)\n      1 blocks [2/1] [U_]\n"


def test_disks_that_are_full_read_only_failed_or_missing_say_so() -> None:
    given = reply(
        mounts=MOUNTS,
        df=DF,
        mdstat=MDSTAT,
        ext4="/sys/fs/ext4/sda1/errors_count 0",
        fstab="/dev/sdz1 /srv/lost ext4 defaults 0 2\n/dev/sr0 /cd iso9660 ro,noauto 0 0\n"
        "tmpfs /dev/shm tmpfs nosuid 0 0\nUUID=1-2 /run/media/cam ext4 defaults 0 2\n",
    )
    found = {mount: v["state"] for mount, v in linux.volumes(given).items()}
    assert found == {
        "/": "ok",
        "/srv/rec one": "full",
        "/srv/two": "read_only",
        "/srv/raid": "failed",
        "/srv/lost": "failed",
        "/run/media/cam": "failed",
    }
    assert linux.volumes(given)["/srv/two"]["size_bytes"] == 1_024_000_000


TIMER = "Id=systemd-tmpfiles-clean.timer\nActiveState=active\n"


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        ("d /srv/recordings 2750 rec rec m:14d", 14),
        ("d /srv/recordings 2750 rec rec 14d", 14),
        ("e /srv/recordings/ch1 - - - 2w", 14),
        ("q /srv/recordings/* - - - 1d12h", 1),
        ("d /srv/recordings 2750 rec rec -", 0),
        ("d /srv/other 2750 rec rec 3d", 0),
        ("", 0),
    ],
)
def test_tmpfiles_rules_are_days_kept(rule: str, days: int) -> None:
    given = reply(units=TIMER, tmpfiles=rule, cron="", crontabs="")
    assert retention.configured_days(given, "/srv/recordings/ch1") == days


def test_a_rule_without_its_timer_deletes_nothing() -> None:
    rule = "d /srv/recordings 2750 rec rec m:14d"
    given = reply(units=TIMER.replace("active", "inactive"), tmpfiles=rule, cron="", crontabs="")
    assert retention.configured_days(given, "/srv/recordings") == 0


@pytest.mark.parametrize(
    ("line", "days"),
    [
        ("0 3 * * * root find /srv/recordings -type f -mtime +13 -delete", 14),
        ('5 * * * * root find "/srv" -mmin +43200 -exec rm {} +', 30),
        ("0 3 * * * root find /srv/recordings -mtime +3 -print", 0),
        ("0 3 * * * root find /tmp -mtime +3 -delete", 0),
    ],
)
def test_cron_rules_are_days_kept(line: str, days: int) -> None:
    given = reply(units=TIMER, tmpfiles="", cron=line, crontabs="")
    assert retention.configured_days(given, "/srv/recordings") == days


def test_without_a_look_at_the_crontabs_no_limit_is_not_claimed() -> None:
    given = reply(units=TIMER, tmpfiles="", cron="", crontabs=("", 77))
    assert retention.configured_days(given, "/srv/recordings") is None
    rule = "d /srv/recordings - - - m:16d"
    known = reply(units=TIMER, tmpfiles=rule, cron="", crontabs=("", 77))
    assert retention.configured_days(known, "/srv/recordings") == 16


@pytest.mark.parametrize(
    ("code", "why"),
    [
        (77, Why.NOT_PERMITTED),
        (78, Why.NOT_FOUND),
        (127, Why.NOT_SUPPORTED),
        (2, Why.ODD_OUTPUT),
    ],
)
def test_the_code_of_a_section_says_why_it_is_empty(code: int, why: Why) -> None:
    with pytest.raises(CannotTell) as caught:
        reply(clock=("", code)).text("clock")
    assert caught.value.why is why
