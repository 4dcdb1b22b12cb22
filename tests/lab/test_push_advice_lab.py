"""What docs/push.md says to do about a refusal, done on a real recorder: then it is planned.

Hardening and retention, by the scripts of a push as root on the recorder. What to do after each end
of a rotation is in test_push_recovery_lab.py, of a move in test_readdress_recovery_lab.py, of a run
in test_push_interrupted_lab.py and test_push_fleet_lab.py.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from cctv_policy.inventory import Account
from cctv_policy.push.hardening import Hardening
from cctv_policy.push.model import Hold, Plan, Retention, Script, Wanted
from cctv_policy.push.retention import RetentionAspect
from tests.soak import long_form_only

from . import faults
from .archive import TAIPEI, Archive, Old
from .lab import LAN, ssh_key
from .netcfg import Nic
from .pushing import Bench, wanted
from .roles import layer
from .roles.common import AUDIT, PUSH, Kind, Recorder, Stream

pytestmark = pytest.mark.lab
FOLDER = "/srv/recordings/ch1"


def built(kind: Kind, name: str, number: int, channels: int = 1, **more: Any) -> Bench:
    """A recorder whose cameras are not there: what it keeps is planted."""
    ssh_key(AUDIT), ssh_key(PUSH)
    nic = Nic(switch="lan", address=f"10.77.13.{number}/16", gateway=LAN.controller)
    streams = tuple(
        Stream(address=f"10.77.53.{number}", path=f"ch{n + 1}") for n in range(channels)
    )
    recorder = Recorder(name=name, kind=kind, nics=(nic,), streams=streams, **more)
    host = recorder.host(layer(recorder, datetime.now(TAIPEI)))
    host.start()
    host.ready()
    return Bench(recorder=recorder, host=host, aspects=(Hardening(), RetentionAspect()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A recorder and what is wanted of it."""

    bench: Bench
    wanted: Wanted

    def does(self, command: str) -> None:
        """What a person does on the recorder."""
        self.bench.host.exec(command)

    def plan(self, **changes: Any) -> Plan:
        """Now, with changes of what is wanted."""
        return self.bench.plan(replace(self.wanted, **changes))

    def steps(self, **changes: Any) -> set[str]:
        """What a push would do now; the refusals too."""
        plan = self.plan(**changes)
        return {step.id for step in plan.steps} | {f"no {r.id}" for r in plan.refusals}

    def does_step(self, name: str) -> None:
        """One step of the plan; without cameras no recorder would end a whole push well."""
        (step,) = (step for step in self.plan(retention=()).steps if step.id == name)
        assert isinstance(step.action, Script)
        done = self.bench.run(step.action)
        assert done.rc == 0, done.text


@pytest.fixture(scope="module")
def segment(lab: None) -> Iterator[Site]:
    """Keeps everything for ever."""
    old = (Old(channel=1, days_ago=20), Old(channel=1, days_ago=400))
    bench = built("segment", "advice1", 1, retention_days=None, archive=Archive(days=2, old=old))
    yield Site(bench=bench, wanted=wanted(bench.recorder, bench.host))
    bench.host.stop()


@pytest.fixture(scope="module")
def motion(lab: None) -> Iterator[Site]:
    """Two channels in one folder, pages without a login."""
    bench = built(
        "motion", "advice2", 2, channels=2, retention_days=None, auth=False, archive=Archive(days=1)
    )
    yield Site(bench=bench, wanted=wanted(bench.recorder, bench.host))
    bench.host.stop()


WINDOW = "retention.window.srv-recordings-ch1"


def test_a_disk_that_is_too_small_is_replaced_by_the_one_named(segment: Site) -> None:
    for_long = (Retention(ch="ch1", days=300, min_days=14, max_days=500),)
    plan = segment.plan(retention=for_long, allow_shorter=True)
    (refusal,) = [r for r in plan.refusals if r.id == "retention.capacity"]
    named = next(word for word in refusal.fix.en.split("buy a disk of ")[1].split() if word)
    segment.does(
        f"mkdir /mnt/new; mount -t tmpfs -o size={named}T,mode=755 tmpfs /mnt/new;"
        "cp -a --sparse=always /srv/recordings/. /mnt/new; mount --bind /mnt/new /srv/recordings"
    )
    assert WINDOW in segment.steps(retention=for_long, allow_shorter=True)
    segment.does("umount /srv/recordings /mnt/new")


def test_files_that_are_young_by_name_and_old_by_time_are_corrected_or_moved(segment: Site) -> None:
    young = f"{datetime.now(TAIPEI) - timedelta(days=1):%Y%m%d-%H%M%S}.mp4"
    segment.does(f"truncate -s 9M {FOLDER}/{young}; touch -d '-30 days' {FOLDER}/{young}")
    assert "no retention.doubtful" in segment.steps()
    segment.does(f"touch -d '-1 day' {FOLDER}/{young}")
    assert "no retention.doubtful" not in segment.steps()
    segment.does(f"touch -d '-30 days' {FOLDER}/{young}; mv {FOLDER}/{young} /root")
    assert "no retention.doubtful" not in segment.steps()


def test_a_clock_that_is_off_is_set(segment: Site) -> None:
    faults.skew(segment.bench.host, -7200)
    assert "no retention.cannot_tell" in segment.steps()
    faults.skew(segment.bench.host, 0)
    assert "no retention.cannot_tell" not in segment.steps()


@pytest.mark.parametrize(
    ("name", "missing"),
    [("ntp", "/usr/sbin/chronyd"), ("timezone", "/usr/share/zoneinfo/Asia/Taipei")],
)
def test_the_package_named_is_installed(segment: Site, name: str, missing: str) -> None:
    segment.does("ln -sfn /usr/share/zoneinfo/Asia/Tokyo /etc/localtime; systemctl stop chrony")
    segment.does(f"mv {missing} {missing}.away")
    assert f"no hardening.{name}" in segment.steps()
    segment.does(f"mv {missing}.away {missing}")
    assert f"hardening.{name}" in segment.steps()
    segment.does("ln -sfn /usr/share/zoneinfo/Asia/Taipei /etc/localtime; systemctl start chrony")


def test_what_could_not_be_put_back_is_named_and_its_copy_is_kept(segment: Site) -> None:
    """The disk is full when a step fails; room is made, the copy put back, pushed again."""
    nvr = segment.wanted.recorder
    changed = replace(nvr, baseline=replace(nvr.baseline, ntp=("10.77.0.2",)))
    before = segment.bench.host.exec("cat /etc/chrony/chrony.conf").stdout
    drop_in = "/etc/systemd/system/chrony.service.d"
    segment.does(
        "cp -a /etc/chrony /run/kept; mount -t tmpfs -o size=32k,mode=755 tmpfs /etc/chrony;"
        f"cp -a /run/kept/chrony.conf /etc/chrony; mkdir -p {drop_in};"
        "printf '[Service]\\nExecStartPre=+sh -c \"cat /dev/zero >/etc/chrony/full; exit 1\"\\n'"
        f" >{drop_in}/fault.conf; systemctl stop chrony"
    )
    (step,) = segment.plan(recorder=changed, retention=()).steps
    assert isinstance(step.action, Script)
    done = segment.bench.run(step.action)
    assert done.rc and done.text.endswith(
        "chrony.service does not start; not put back: /etc/chrony/chrony.conf"
    ), done.text
    assert segment.bench.host.exec("cat /etc/chrony/chrony.conf").stdout != before

    segment.does(f"rm /etc/chrony/full {drop_in}/fault.conf; systemctl daemon-reload")
    segment.does("cp -a /var/lib/cctv-policy/before/etc/chrony/chrony.conf /etc/chrony")
    assert segment.bench.host.exec("cat /etc/chrony/chrony.conf").stdout == before
    segment.bench.apply(replace(segment.wanted, recorder=changed, retention=()))
    segment.does("umount /etc/chrony; systemctl restart chrony")


def test_six_hours_later_the_window_can_grow(segment: Site) -> None:
    segment.does(f"mkdir /root/kept; mv {FOLDER}/*.mp4 /root/kept")
    segment.does(f"echo 'e {FOLDER} - - - m:9d' >/etc/tmpfiles.d/nine.conf")
    assert "no retention.not_measured" in segment.steps()
    segment.does(f"mv /root/kept/*.mp4 {FOLDER}")  # two days of footage and more
    found = segment.steps(allow_shorter=True)
    assert WINDOW in found and not {f for f in found if f.startswith("no retention")}
    segment.does("rm /etc/tmpfiles.d/nine.conf")


def test_until_allow_shorter_is_given_only_what_is_past_the_maximum_goes(segment: Site) -> None:
    bench = segment.bench
    kept = (Retention(ch="ch1", days=16, min_days=14, max_days=365),)

    def ages() -> list[int]:
        told = bench.host.exec(f"find {FOLDER} -name '*.mp4' -printf '%T@\\n'").stdout.split()
        return sorted(int((time.time() - float(t)) / 86400) for t in told)[-2:]

    assert ages() == [19, 399]
    assert "no retention.shorter" in segment.steps(retention=kept)
    bench.apply(replace(segment.wanted, retention=kept))
    assert ages() == [1, 19]
    assert segment.steps(retention=kept) == {"no retention.shorter"}
    bench.apply(replace(segment.wanted, retention=kept, allow_shorter=True))
    assert ages() == [1, 1]
    assert segment.steps(retention=kept) == set()


def test_channels_with_windows_that_exclude_each_other_get_folders_of_their_own(
    motion: Site,
) -> None:
    short, long = (
        Retention(ch="1", days=5, min_days=0, max_days=7),
        Retention(ch="2", days=16, min_days=14, max_days=30),
    )
    both = {"retention": (short, long), "allow_shorter": True}
    assert "no retention.contradiction" in motion.steps(**both)
    for n in (1, 2):
        motion.does(
            f"cd /var/lib/motion; echo target_dir $PWD/own{n} >>/etc/motion/conf.d/cam{n}.conf;"
            f"install -d -o motion -g motion own{n}; for d in 2*; do mkdir own{n}/$d;"
            f"mv $d/{n}-* own{n}/$d; done"
        )
    own = [f"retention.window.var-lib-motion-own{n}" for n in (1, 2)]
    assert {f for f in motion.steps(**both) if "retention" in f} == set(own)


def test_a_page_without_a_login_gets_the_account_that_is_added(motion: Site) -> None:
    nobody = replace(motion.wanted.recorder, accounts=())
    assert "no hardening.login" in motion.steps(recorder=nobody)
    admin = Account(account="admin", role="admin", secret="lab/admin")
    found = motion.steps(recorder=replace(nobody, accounts=(admin,)))
    assert "hardening.web" in found and "no hardening.login" not in found


@pytest.fixture(scope="module")
def zoneminder(lab: None) -> Iterator[Site]:
    """Its page on the LAN, and an event that is past every maximum."""
    archive = Archive(days=1, old=(Old(channel=1, days_ago=400),))
    bench = built(
        "zoneminder", "advice3", 3, admin_on_lan=True, retention_days=None, archive=archive
    )
    bench.host.wait_for("ss -Hltn 'sport = :80' | grep -q . && mysql zm -e 'select 1'")
    yield Site(bench=bench, wanted=wanted(bench.recorder, bench.host))
    bench.host.stop()


@long_form_only
def test_openssl_is_installed_for_zoneminders_certificate(zoneminder: Site) -> None:
    zoneminder.does("mv /usr/bin/openssl /usr/bin/openssl.away")
    assert "no hardening.https" in zoneminder.steps()
    zoneminder.does("mv /usr/bin/openssl.away /usr/bin/openssl")
    found = zoneminder.steps()
    assert "no hardening.https" not in found and "hardening.web" in found
    zoneminder.does_step("hardening.web")
    listening = zoneminder.bench.host.exec("ss -Hltn 'sport = :443'").stdout
    assert listening and "hardening.web" not in zoneminder.steps()


@long_form_only
def test_what_was_archived_for_a_hold_is_taken_out_in_zoneminder(zoneminder: Site) -> None:
    """After the release it stays, and no push touches it, until a person takes it out."""
    bench = replace(zoneminder.bench, aspects=(RetentionAspect(),))

    def past() -> int:
        query = "SELECT COUNT(*) FROM Events WHERE StartDateTime < NOW() - INTERVAL 365 DAY"
        return int(bench.host.exec("mysql -N zm", stdin=query).stdout)

    def cleaned() -> None:
        """ZoneMinder's own cleaning, which its daemon runs every minute."""
        query = "SELECT Id FROM Filters WHERE Name LIKE 'cctv-policy-max-%'"
        number = bench.host.exec("mysql -N zm", stdin=query).stdout.strip()
        assert number.isdigit(), "one filter, or nothing is cleaned"
        bench.host.exec(f"runuser -u www-data -- timeout 60 zmfilter.pl --filter_id={number}")

    day = datetime.now(TAIPEI)
    hold = Hold(
        ref="lab/HLD-1", ch="1", start=(day - timedelta(days=402)).isoformat(),
        end=(day - timedelta(days=398)).isoformat(),
    )  # fmt: skip
    assert past() == 1
    held = replace(zoneminder.wanted, holds=(hold,), allow_shorter=True)
    bench.apply(held)
    cleaned()
    assert past() == 1
    released = replace(held, holds=())
    bench.apply(released)
    cleaned()
    assert past() == 1 and not bench.plan(released).steps
    bench.host.exec("mysql zm", stdin="UPDATE Events SET Archived = 0 WHERE Archived = 1")
    bench.apply(released)
    cleaned()
    assert past() == 0
