"""Push against real hosts: plan, apply, read back, and a second run that changes nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from cctv_policy.inventory import Connect, Name, Recorder
from cctv_policy.inventory.model import PushAccount
from cctv_policy.push import crew
from cctv_policy.push.crew import Crew, Settings
from cctv_policy.push.device import Order
from cctv_policy.push.model import Wanted
from cctv_policy.push.planning import fingerprint
from cctv_policy.push.results import DeviceEnded, DeviceResult
from tests.push.districts import school_of

from .lab import Host, ssh_key
from .roles.common import AUDIT, PUSH

pytestmark = pytest.mark.lab
NAME = Name(zh="測", en="test")


def wanted(name: str, address: str, host_key: str) -> Wanted:
    connect = Connect(
        host=address,
        user=AUDIT,
        key="lab/audit",
        host_keys=(host_key,),
        push=PushAccount(user=PUSH, key="lab/push"),
    )
    recorder = Recorder(
        id=name,
        driver="segment",
        status="in_use",
        commissioned_on=date(2024, 8, 1),
        connect=connect,
    )
    school = school_of(recorder)
    return Wanted(school=school, recorder=recorder, retention=())


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(crew, "WORKER", (sys.executable, "-m", "tests.push.clock_worker"))
    folder = tmp_path / "secrets" / "lab"
    folder.mkdir(parents=True, mode=0o700)
    folder.parent.chmod(0o700)
    (folder / "push").touch(mode=0o600)
    (folder / "push").write_text(ssh_key(PUSH).read_text())
    return Settings(
        root=tmp_path,
        secrets=folder.parent,
        run_id="run1",
        concurrency=10,
    )


def plan(workers: Crew, order: Order) -> DeviceResult:
    (result,) = workers.each([order])
    return result


def test_a_plan_is_applied_read_back_and_empty_afterwards(
    bare_host: Callable[..., Host], settings: Settings
) -> None:
    host = bare_host()
    host.exec("ln -sfn /usr/share/zoneinfo/UTC /etc/localtime; echo Etc/UTC > /etc/timezone")
    want = wanted("nvr", host.address, host.host_key)
    with Crew(settings, [want.recorder]) as workers:
        first = plan(workers, Order(wanted=want))
        assert first.ended is DeviceEnded.PLANNED, first
        assert first.plan is not None
        assert [step.id for step in first.plan.steps] == ["hardening.timezone"]
        assert host.exec("cat /etc/timezone").stdout == "Etc/UTC\n"
        approved = fingerprint(first.plan)
        done = plan(workers, Order(wanted=want, approved=approved))
        assert done.ended is DeviceEnded.CHANGED, done
        assert host.exec("cat /etc/timezone").stdout == "Asia/Taipei\n"
        assert plan(workers, Order(wanted=want)).ended is DeviceEnded.AS_WANTED
        again = plan(workers, Order(wanted=want, approved=approved))
        assert (again.ended, again.steps) == (DeviceEnded.AS_WANTED, ())
    assert host.exec("ls /run/cctv-policy-push", check=False).returncode
