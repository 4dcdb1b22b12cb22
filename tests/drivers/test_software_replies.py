"""What the recorders' own files, tables and units say: cameras, logins, filters, services."""

from __future__ import annotations

import re

import pytest

from cctv_policy.drivers.cameras import Feed, feed_of, is_factory, signal
from cctv_policy.drivers.framing import CannotTell
from cctv_policy.drivers.motion_conf import name_pattern, parse_setup
from cctv_policy.drivers.motioneye import judge as judge_motioneye
from cctv_policy.drivers.segment import parse_services
from cctv_policy.drivers.zoneminder_db import judge as judge_zoneminder
from cctv_policy.drivers.zoneminder_db import purge, rows
from cctv_policy.state import Why


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
