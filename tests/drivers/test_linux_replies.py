"""Replies of Linux tools in their forms: addresses, sockets, accounts, disks, deletion rules."""

from __future__ import annotations

from datetime import date

import pytest

from cctv_policy.drivers import exposure, linux, network, retention
from cctv_policy.drivers.cameras import Feed, feed_of, is_factory, signal
from cctv_policy.drivers.framing import Answer, CannotTell, Reply, cut
from cctv_policy.drivers.machine import Topic
from cctv_policy.drivers.motion_conf import name_pattern, parse_setup
from cctv_policy.drivers.motioneye import judge as judge_motioneye
from cctv_policy.drivers.segment import parse_services
from cctv_policy.drivers.zoneminder_db import judge as judge_zoneminder
from cctv_policy.drivers.zoneminder_db import purge, rows
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
        fstab="/dev/sdz1 /srv/lost ext4 defaults 0 2\n/dev/sr0 /cd iso9660 ro,noauto 0 0\n",
    )
    found = {mount: v["state"] for mount, v in linux.volumes(given).items()}
    assert found == {
        "/": "ok",
        "/srv/rec one": "full",
        "/srv/two": "read_only",
        "/srv/raid": "failed",
        "/srv/lost": "failed",
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


def feed(url: str, userpass: str = "") -> Feed:
    found = feed_of("1", url, userpass, software="test")
    assert found is not None
    return found


def test_a_camera_s_login_is_taken_out_of_its_url() -> None:
    one = feed("rtsp://admin:p%40ss@10.0.0.9:8554/ch1")
    assert (one.host, one.port, one.user, one.password) == ("10.0.0.9", 8554, "admin", "p@ss")
    assert "p@ss" not in repr(one)
    assert feed("rtsp://10.0.0.9/ch1", "root:x:y").password == "x:y"
    assert feed("rtsp://[fd00::9]/1").literal == "fd00::9"
    assert feed("rtsp://cam.local/1").literal is None and feed("rtsp://10.0.0.9/1").user is None
    assert feed_of("1", "/dev/video0", software="test") is None
    assert feed_of("1", "rtsp://[broken/", software="test") is None


def test_a_camera_password_is_held_against_the_list() -> None:
    assert is_factory("AXIS", "root", "pass") is True
    assert is_factory(None, "admin", "12345") is True
    assert is_factory(None, "admin", "long-and-own-2931") is None
    assert is_factory("VIVOTEK", "root", "long-and-own-2931") is False
    assert is_factory(None, "admin", "") is True


def test_the_picture_is_judged_by_when_data_last_came() -> None:
    one = feed("rtsp://10.0.0.9/1")
    peer = ("10.0.0.9", 554)
    assert signal(one, [one], {peer: [12]}) is True
    assert signal(one, [one], {peer: [200_000]}) is False
    assert signal(one, [one], {peer: [40_000]}) is None
    assert signal(one, [one], {}) is False
    assert signal(one, [one, one], {peer: [12]}) is None
    assert signal(one, [one], None) is None


MOTION = """\
/etc/motion/motion.conf:# comment
/etc/motion/motion.conf:target_dir /var/lib/motion
/etc/motion/motion.conf:movie_filename %Y%m%d/%t-%v-%Y%m%d%H%M%S
/etc/motion/motion.conf:camera_dir /etc/motion/conf.d
/etc/motion/conf.d/a.conf:camera_id 12
/etc/motion/conf.d/a.conf:netcam_url rtsp://10.0.0.9/1
"""


def test_motion_files_are_read_with_what_they_include() -> None:
    import re

    setup = parse_setup(MOTION)
    (path,) = setup.cameras
    conf = setup.of(path)
    assert conf["camera_id"] == "12" and conf["target_dir"] == "/var/lib/motion"
    pattern = re.compile(name_pattern(conf, "12"))
    assert pattern.match("20261122/12-01-20261122100000.mp4")
    assert not pattern.match("20261122/2-01-20261122100000.mp4")
    with pytest.raises(CannotTell):
        name_pattern({"movie_filename": "%v-%Y%m%d"}, "1")


def test_a_camera_folder_out_of_reach_is_not_permitted() -> None:
    with pytest.raises(CannotTell) as caught:
        parse_setup(MOTION.replace("camera_dir /etc", "camera_dir /opt"))
    assert caught.value.why is Why.NOT_PERMITTED


def test_motioneye_passwords_are_judged_without_a_login() -> None:
    assert judge_motioneye("admin", "") == (True, "config")
    assert judge_motioneye("admin", "$argon2id$v=19$m=65536") == (None, None)
    sha1_of_12345 = "8cb2237d0679ca88db6464eac60da96345513964"
    assert judge_motioneye("admin", sha1_of_12345) == (True, "device_hash")
    assert judge_motioneye("admin", "f" * 40) == (False, "device_hash")


def test_zoneminder_passwords_are_judged_without_a_login() -> None:
    import bcrypt

    def stored(word: str) -> str:
        return bcrypt.hashpw(word.encode(), bcrypt.gensalt(4)).decode().replace("$2b", "$2y")

    assert judge_zoneminder("admin", stored("admin")) == (True, "device_hash")
    assert judge_zoneminder("boss", stored("boss")) == (True, "device_hash")
    assert judge_zoneminder("admin", stored("own-2931")) == (False, "device_hash")
    assert judge_zoneminder("admin", "factory") == (True, "device_hash")
    assert judge_zoneminder("admin", "*4ACFE3202A5FF5CF467898FC58AAB1D615029441") == (None, None)


def test_zoneminder_filters_are_days_kept_and_a_share_of_the_disk() -> None:
    age = '{"terms":[{"attr":"StartDateTime","op":"<","val":"-16 day"}]}'
    full = '{"terms":[{"attr":"DiskPercent","op":">=","val":95}]}'
    other = (
        '{"terms":[{"attr":"MonitorId","op":"=","val":"2"},'
        '{"attr":"Date","op":"<","val":"-1 week"}]}'
    )
    text = (
        "config\tZM_OPT_USE_AUTH\t1\ntotal\t1\t1\n"
        f"filter\ta\t1\t1\t{age}\nfilter\tb\t1\t1\t{full}\nfilter\tc\t1\t1\t{other}\n"
        f"filter\tasleep\t1\t0\t{age.replace('16', '2')}\n"
    )
    assert purge(rows(text), "1") == (16, 0.95)
    assert purge(rows(text), "2") == (7, 0.95)
    with pytest.raises(CannotTell):
        rows("config\tx\t1\n")


UNIT = """\
Id=cctv-record-ch1.service
ActiveState=active
UnitFileState=enabled
ExecStart={ path=/usr/bin/ffmpeg ; argv[]=/usr/bin/ffmpeg -i ${CAM} -f segment -segment_time 60 \
-strftime 1 /srv/recordings/ch1/%Y%m%d-%H%M%S.mp4 ; ignore_errors=no ; start_time=[n/a] }
Environment=
EnvironmentFiles=/etc/cctv-segment/ch1.env (ignore_errors=no)
"""


def test_a_service_s_camera_may_stand_in_its_environment_file() -> None:
    told = "/etc/cctv-segment/ch1.env:CAM='rtsp://admin:12345@10.0.0.9/1'\n"
    (one,) = parse_services(UNIT, told)
    assert (one.ch, one.folder, one.length_s, one.active) == (
        "ch1", "/srv/recordings/ch1", 60.0, True,
    )  # fmt: skip
    assert one.feed is not None and one.feed.host == "10.0.0.9"
    assert "12345" not in repr(one)
    (unread,) = parse_services(UNIT)
    assert unread.feed is None
