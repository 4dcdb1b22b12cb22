"""Collection: every recorder ends in the report, and one bad device degrades only itself."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from cctv_policy import inventory, state
from cctv_policy.collect import CollectReport, Progress, collect
from cctv_policy.collect_one import Ended
from cctv_policy.drivers.base import Context, Heard, Reading
from cctv_policy.drivers.framing import Answer, Reply
from cctv_policy.drivers.machine import LinuxRecorder, Told, Topic
from cctv_policy.errors import UsageError
from cctv_policy.facts import FACTS
from cctv_policy.inventory import Inventory, Recorder
from cctv_policy.inventory.model import CameraLogin
from cctv_policy.state import Door, Observation, Why
from tests.collecting import NOW, Store, district, recorder

Read = Callable[[Recorder, Context], Reading]


class Fake:
    """A driver that does what a test says."""

    kind = "fake"

    def __init__(self, read: Read) -> None:
        self._read = read

    def capabilities(self) -> frozenset[str]:
        return frozenset({"uptime_s", "device.brand"})

    def read(self, recorder: Recorder, context: Context) -> Reading:
        return self._read(recorder, context)


def fine(device: Recorder, context: Context) -> Reading:
    at = context.now().isoformat()
    return Reading(
        doors=(Door(door="ssh", outcome="ok"),),
        observations=tuple(
            Observation(device=device.id, fact=fact, value=value, source="s", door="ssh", at=at)
            for fact, value in {"uptime_s": 5, "device.brand": "Axis"}.items()
        ),
    )


def failing(why: Why) -> Read:
    def read(device: Recorder, context: Context) -> Reading:
        at = context.now().isoformat()
        return Reading(
            doors=(Door(door="ssh", outcome=why.value, detail="so it is"),),
            observations=(
                Observation(
                    device=device.id, fact="uptime_s", unknown=why, source="s", door="ssh", at=at
                ),
            ),
        )

    return read


def run(
    found: Inventory,
    out: Path,
    read: Read = fine,
    secrets: dict[str, str] | None = None,
    **more: Any,
) -> CollectReport:
    settings: dict[str, Any] = {
        "store": Store(secrets or {}),
        "out": out,
        "root": out,
        "now": lambda: NOW,
        "run_id": "run-1",
        "drivers": {"fake": Fake(read)},
    }
    return collect(found, **{**settings, **more})


def test_every_recorder_has_a_document_and_a_report(tmp_path: Path) -> None:
    report = run(district(*(recorder(n) for n in range(1, 8))), tmp_path, concurrency=3)
    assert [t.target for t in report.targets] == [f"nvr-{n}" for n in range(1, 8)]
    assert {t.ended for t in report.targets} == {Ended.OK}
    assert not report.interrupted and report.counts()[Ended.OK] == 7
    documents, errors = state.read_all(tmp_path)
    assert len(documents) == 7 and not errors
    document = documents[0]
    assert (document.run_id, document.site, document.driver) == ("run-1", "alpha-es", "fake")
    assert {d.door: d.outcome for d in document.doors} == {
        "ssh": "ok",
        "snmp": "not_configured",
        "probe": "not_configured",
        "vault": "not_configured",
        "login_probe": "not_configured",
    }


@pytest.mark.parametrize(
    ("why", "ended"),
    [
        (Why.NO_ROUTE, Ended.UNREACHABLE),
        (Why.REFUSED, Ended.UNREACHABLE),
        (Why.FILTERED, Ended.UNREACHABLE),
        (Why.NO_ANSWER, Ended.UNREACHABLE),
        (Why.AUTH_REFUSED, Ended.TURNED_AWAY),
        (Why.HOST_KEY_CHANGED, Ended.TURNED_AWAY),
        (Why.NO_SECRET, Ended.TURNED_AWAY),
        (Why.BUDGET, Ended.OVER_BUDGET),
        (Why.ODD_OUTPUT, Ended.NO_ANSWERS),
    ],
)
def test_ways_to_fail_stay_apart(tmp_path: Path, why: Why, ended: Ended) -> None:
    [target] = run(district(recorder()), tmp_path, failing(why)).targets
    assert target.ended is ended and target.detail == f"ssh: {why} (so it is)"


def test_a_driver_that_raises_degrades_its_device_only(tmp_path: Path) -> None:
    def read(device: Recorder, context: Context) -> Reading:
        if device.id == "nvr-2":
            raise RuntimeError("the password is hunter2")
        return fine(device, context)

    report = run(district(recorder(1), recorder(2), recorder(3)), tmp_path, read)
    assert [t.ended for t in report.targets] == [Ended.OK, Ended.BROKEN, Ended.OK]
    text = (tmp_path / "alpha-es/nvr-2.json").read_text()
    assert "RuntimeError at test_collect.py:" in text and "hunter2" not in text + repr(report)
    document = state.read(tmp_path / "alpha-es/nvr-2.json")
    assert {o.fact: o.unknown for o in document.observations} == {
        "uptime_s": Why.INTERNAL,
        "device.brand": Why.INTERNAL,
    }


def test_a_driver_that_hangs_is_ended_and_the_others_go_on(tmp_path: Path) -> None:
    held = threading.Event()

    def read(device: Recorder, context: Context) -> Reading:
        if device.id in ("nvr-1", "nvr-2"):
            held.wait(20)
        return fine(device, context)

    start = time.monotonic()
    found = district(*(recorder(n) for n in range(1, 6)))
    report = run(found, tmp_path, read, concurrency=2, budget_s=0.3)
    took = time.monotonic() - start
    held.set()
    assert [t.ended for t in report.targets] == [Ended.OVER_BUDGET] * 2 + [Ended.OK] * 3
    assert took < 5
    document = state.read(tmp_path / "alpha-es/nvr-1.json")
    assert {o.unknown for o in document.observations} == {Why.BUDGET}
    time.sleep(0.2)  # the released threads must not write over what the guard wrote
    assert state.read(tmp_path / "alpha-es/nvr-1.json").observations == document.observations


def hearing(read: Callable[[Reply, Recorder], Iterable[Told]]) -> LinuxRecorder:
    """A driver whose answer is fetched at once and read later, as `read` says."""

    def ask(device: Recorder, context: Context, script: str, mark: str) -> Answer:
        del device, context, script
        return Answer(text=f"\n{mark} end\n", mark=mark, asked_at=0, first_at=0)

    topics = (Topic(facts=("accounts",), read=read),)
    return LinuxRecorder(kind="segment", door="ssh", ask=ask, topics=topics)


def test_an_answer_that_cannot_be_read_through_is_ended_and_the_others_are_read(
    tmp_path: Path,
) -> None:
    held = threading.Event()

    def read(reply: Reply, device: Recorder) -> Iterable[Told]:
        del reply
        if device.id in ("nvr-2", "nvr-4"):
            held.wait(20)
        if device.id == "nvr-3":
            raise RuntimeError("the text of a device")
        yield Told(fact="accounts", value=[], source="s")

    start = time.monotonic()
    found = district(*(recorder(n) for n in range(1, 8)))
    report = run(found, tmp_path, concurrency=2, budget_s=0.3, drivers={"fake": hearing(read)})
    took = time.monotonic() - start
    held.set()
    ended = {t.target: t.ended for t in report.targets}
    slow = dict.fromkeys(("nvr-2", "nvr-4"), Ended.OVER_BUDGET)
    assert ended == dict.fromkeys(ended, Ended.OK) | slow | {"nvr-3": Ended.BROKEN}
    assert took < 6
    document = state.read(tmp_path / "alpha-es/nvr-2.json")
    assert {o.unknown for o in document.observations} == {Why.BUDGET}
    assert "text of a device" not in (tmp_path / "alpha-es/nvr-3.json").read_text()
    time.sleep(0.2)  # as above
    assert state.read(tmp_path / "alpha-es/nvr-2.json").observations == document.observations


def test_a_driver_that_breaks_while_it_reads_degrades_its_device_only(tmp_path: Path) -> None:
    class Breaks(LinuxRecorder):
        def hear(self, recorder: Recorder, context: Context) -> Heard:
            if recorder.id == "nvr-1":
                return lambda: {}["the text of a device"]
            return super().hear(recorder, context)

    fields = {name: getattr(hearing(empty), name) for name in ("kind", "door", "ask", "topics")}
    found = district(recorder(1), recorder(2))
    report = run(found, tmp_path, drivers={"fake": Breaks(**fields)})
    assert [t.ended for t in report.targets] == [Ended.BROKEN, Ended.OK]
    text = (tmp_path / "alpha-es/nvr-1.json").read_text()
    assert '"unknown":"internal"' in text and "text of a device" not in text


def empty(reply: Reply, device: Recorder) -> Iterable[Told]:
    del reply, device
    yield Told(fact="accounts", value=[], source="s")


def test_what_a_later_way_needs_is_read_for_it(tmp_path: Path) -> None:
    def read(reply: Reply, device: Recorder) -> Iterable[Told]:
        del reply, device
        row = {"name": "admin", "realm": "os", "role": "admin", "enabled": True}
        yield Told(fact="accounts", value=[row | {"is_default_password": None}], source="s")

    device = recorder(accounts=accounts(("admin", "yes")))
    run(district(device), tmp_path, secrets={"x/admin": "z"}, drivers={"fake": hearing(read)})
    said = state.read(tmp_path / "alpha-es/nvr-1.json").observations
    realms = {o.door: o.value[0]["realm"] for o in said if o.fact == "accounts"}
    assert realms == {"ssh": "os", "vault": "os"}


def test_answers_do_not_pile_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting: list[int] = []

    def read(reply: Reply, device: Recorder) -> Iterable[Told]:
        del reply, device
        waiting.append(len(asked) - len(waiting))
        yield Told(fact="accounts", value=[], source="s")

    driver, asked = hearing(read), []
    inner = driver.ask

    def ask(device: Recorder, context: Context, script: str, mark: str) -> Answer:
        asked.append(device.id)
        return inner(device, context, script, mark)

    for name, value in (("MOST_HEARD", 3), ("PAUSE_S", 0.05), ("TICK_S", 0.02)):
        monkeypatch.setattr(f"cctv_policy.collect.{name}", value)
    found = district(*(recorder(n) for n in range(1, 31)))
    report = run(found, tmp_path, concurrency=2, drivers={"fake": replace(driver, ask=ask)})
    assert report.counts()[Ended.OK] == 30
    assert max(waiting) <= 3 + 2 * 2  # those that wait, and with each thread one asked, one held


def test_no_thread_is_left(tmp_path: Path) -> None:
    run(district(*(recorder(n) for n in range(1, 8))), tmp_path, concurrency=3)
    deadline = time.monotonic() + 5
    while any(t.name == "collect" for t in threading.enumerate()) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not [t for t in threading.enumerate() if t.name == "collect"]


def test_a_recorder_on_the_shelf_owes_nothing(tmp_path: Path) -> None:
    report = run(district(recorder(1), recorder(2, status="in_storage")), tmp_path)
    assert [t.ended for t in report.targets] == [Ended.OK, Ended.NOT_IN_USE]
    assert not (tmp_path / "alpha-es/nvr-2.json").exists()


def test_a_document_that_cannot_be_written_is_reported(tmp_path: Path) -> None:
    (tmp_path / "alpha-es").write_text("in the way")
    [target] = run(district(recorder()), tmp_path).targets
    assert target.ended is Ended.BROKEN and "cannot be written" in target.detail


def test_a_value_that_is_no_json_is_never_written(tmp_path: Path) -> None:
    """A driver's own object may hold a password that it would have dropped."""

    @dataclass
    class Feed:
        password: str = "canary-feed"

    def read(device: Recorder, context: Context) -> Reading:
        good = fine(device, context)
        first = replace(good.observations[0], value={"feed": Feed()})
        return replace(good, observations=(first, *good.observations[1:]))

    [target] = run(district(recorder()), tmp_path, read).targets
    assert target.ended is Ended.BROKEN and "TypeError" in target.detail
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_part_of_the_inventory_can_be_chosen(tmp_path: Path) -> None:
    found = district(recorder(1), recorder(2))
    assert [t.target for t in run(found, tmp_path, only=["nvr-2"]).targets] == ["nvr-2"]
    assert len(run(found, tmp_path, only=["alpha-es"]).targets) == 2
    with pytest.raises(UsageError, match="nvr-9"):
        run(found, tmp_path, only=["nvr-9"])


def test_an_unknown_driver_is_said_before_anything_is_asked(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"alpha-es\.yaml:11.*no driver called 'weird'"):
        run(district(recorder(1, driver="weird")), tmp_path)


def test_progress_is_told_for_each(tmp_path: Path) -> None:
    seen: list[Progress] = []
    run(district(recorder(1), recorder(2)), tmp_path, progress=seen.append)
    assert [(p.done, p.total) for p in seen] == [(1, 2), (2, 2)]


def test_the_routers_sheet_is_a_document_of_its_own(tmp_path: Path) -> None:
    report = run(district(recorder(1), router="gone.yaml"), tmp_path)
    assert [(t.target, t.ended) for t in report.targets] == [
        ("nvr-1", Ended.OK),
        ("alpha-es.router", Ended.NO_ANSWERS),
    ]
    [o] = state.read(tmp_path / "alpha-es/alpha-es.router.json").observations
    assert (o.device, o.fact, o.unknown) == ("alpha-es", "exposure.router", Why.NOT_FOUND)


def test_an_answer_sheet_adds_what_no_door_tells(tmp_path: Path) -> None:
    sheet = """schema: cctv-policy/answers/1
recorder: nvr-1
answered_by: P-1
answered_on: 2026-11-20
answers: {}
cameras:
  cam-1: {exposure.p2p_enabled: false}
"""
    (tmp_path / "sheet.yaml").write_text(sheet)
    [target] = run(district(recorder(1, answers="sheet.yaml")), tmp_path).targets
    assert target.ended is Ended.OK
    said = state.read(tmp_path / "alpha-es/nvr-1.json").observations
    [o] = [o for o in said if o.door == "manual"]
    assert (o.device, o.fact, o.value) == ("cam-1", "exposure.p2p_enabled", False)


def accounts(*rows: tuple[str, str | None]) -> tuple[inventory.Account, ...]:
    return tuple(
        inventory.Account(
            account=name,
            role="admin",
            secret=f"x/{name}",
            rotated_on=NOW.date() if rotated else None,
        )
        for name, rotated in rows
    )


def vault(tmp_path: Path, found: Inventory, secrets: dict[str, str], read: Read = fine) -> Any:
    run(found, tmp_path, read, secrets)
    [o] = [
        o
        for o in state.read(tmp_path / "alpha-es/nvr-1.json").observations
        if o.fact == "accounts" and o.door == "vault"
    ]
    FACTS["accounts"].check(o.value)
    return {a["name"]: a for a in o.value}


@pytest.mark.parametrize(
    ("brand", "rotated", "secret", "verdict"),
    [
        ("Dahua", None, "admin", True),
        ("Dahua", "yes", "", True),
        ("Dahua", "yes", "12345", True),
        ("Dahua", None, "kX4-mQ7_tR2.bN9", False),
        ("Unheard Of", None, "kX4-mQ7_tR2.bN9", None),
        ("Unheard Of", "yes", "kX4-mQ7_tR2.bN9", False),
        ("QNAP", None, "kX4-mQ7_tR2.bN9", None),
        ("EZVIZ", "yes", "QWERTZ", None),
    ],
)
def test_a_managed_secret_is_held_against_the_list(
    tmp_path: Path, brand: str, rotated: str | None, secret: str, verdict: bool | None
) -> None:
    device = recorder(brand=brand, accounts=accounts(("admin", rotated)))
    found = vault(tmp_path, district(device), {"x/admin": secret})["admin"]
    assert found["is_default_password"] is verdict
    assert found["check_method"] == (None if verdict is None else "managed_secret")
    assert bool(found["last_password_change"]) is bool(rotated)


def cam(number: int, *, rotated: bool = False) -> inventory.Camera:
    login = CameraLogin(
        user="admin", secret=f"c/{number}", rotated_on=NOW.date() if rotated else None
    )
    return inventory.Camera(
        id=f"cam-{number}", ch="1", area="campus", place="gate", brand="Axis", login=login
    )


def test_a_cameras_login_is_told_as_a_recorders_account_is(tmp_path: Path) -> None:
    one, two = recorder(cameras=(cam(1, rotated=True),)), recorder(2, cameras=(cam(2),))
    run(district(one, two), tmp_path, fine, {"c/1": "kX4-mQ7_tR2.bN9", "c/2": "12345"})
    told = {
        o.device: o
        for n in (1, 2)
        for o in state.read(tmp_path / f"alpha-es/nvr-{n}.json").observations
        if o.door == "vault" and o.unknown is None
    }
    assert told.keys() == {"cam-1", "cam-2"}, "no word of recorders without accounts"
    (first,), (second,) = told["cam-1"].value, told["cam-2"].value
    FACTS["accounts"].check(told["cam-1"].value)
    assert (first["realm"], first["is_default_password"]) == ("camera", False)
    assert str(first["last_password_change"]).startswith(NOW.date().isoformat())
    assert second["is_default_password"] is True and second["last_password_change"] is None


def test_a_missing_secret_is_neither_good_nor_bad(tmp_path: Path) -> None:
    device = recorder(brand="Dahua", accounts=accounts(("admin", None)))
    found = vault(tmp_path, district(device), {})["admin"]
    assert found["is_default_password"] is None and found["shared_with"] is None


def test_equal_secrets_of_several_devices_are_counted(tmp_path: Path) -> None:
    def named(n: int, secret: str) -> Recorder:
        account = inventory.Account(account="admin", role="admin", secret=secret)
        return recorder(n, accounts=(account,))

    found = district(named(1, "a/a"), named(2, "a/b"), named(3, "a/c"))
    told = vault(tmp_path, found, {"a/a": "same", "a/b": "same", "a/c": "other"})
    assert told["admin"]["shared_with"] == 1


def test_a_device_that_used_up_its_time_does_not_hide_what_the_vault_knows(tmp_path: Path) -> None:
    def read(device: Recorder, context: Context) -> Reading:
        time.sleep(0.3)
        return fine(device, context)

    device = recorder(accounts=accounts(("admin", "yes")))
    run(district(device), tmp_path, read, {"x/admin": "z"}, budget_s=0.2)
    said = state.read(tmp_path / "alpha-es/nvr-1.json").observations
    [told] = [o for o in said if o.fact == "accounts" and o.door == "vault"]
    assert told.unknown is None and told.value[0]["last_password_change"]


def test_an_account_gets_the_realm_the_device_gave_it(tmp_path: Path) -> None:
    def read(device: Recorder, context: Context) -> Reading:
        reading = fine(device, context)
        row = {"name": "admin", "realm": "web", "role": "admin", "enabled": True}
        o = Observation(
            device=device.id,
            fact="accounts",
            value=[{**row, "is_default_password": None}],
            source="s",
            door="ssh",
            at=context.now().isoformat(),
        )
        return Reading(doors=reading.doors, observations=(*reading.observations, o))

    device = recorder(accounts=accounts(("admin", "yes")))
    assert vault(tmp_path, district(device), {"x/admin": "z"}, read)["admin"]["realm"] == "web"


CHILD = """
    import sys, time
    from datetime import UTC, datetime
    from pathlib import Path
    from cctv_policy.collect import collect
    from tests.collecting import Store, district, recorder
    from tests.test_collect import Fake, fine

    def read(device, context):
        if device.id != "nvr-1":
            time.sleep(30)
        return fine(device, context)

    out = Path(sys.argv[1])
    report = collect(
        district(*(recorder(n) for n in range(1, 6))), store=Store({}), out=out, root=out,
        now=lambda: datetime.now(UTC), run_id="r", concurrency=2, drivers={"fake": Fake(read)},
        progress=lambda step: print("step", flush=True),
    )
    print(report.interrupted, *(t.ended.value for t in report.targets))
"""


def test_ctrl_c_leaves_valid_documents_and_says_what_is_missing(tmp_path: Path) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(CHILD), str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert child.stdout is not None and child.stdout.readline() == "step\n"
    start = time.monotonic()
    child.send_signal(signal.SIGINT)
    out, _ = child.communicate(timeout=60)
    assert out.split() == ["True", "ok", *["not_finished"] * 4]
    assert time.monotonic() - start < 8  # the stuck threads do not hold the process
    documents, errors = state.read_all(tmp_path)
    assert [d.target for d in documents] == ["nvr-1"] and not errors
    assert not [p for p in tmp_path.rglob("*") if p.name.startswith(".")]


def test_documents_are_json_of_the_schema(tmp_path: Path) -> None:
    run(district(recorder()), tmp_path)
    data = json.loads((tmp_path / "alpha-es/nvr-1.json").read_text())
    assert data["schema"] == state.SCHEMA and data["collected_at"] == NOW.isoformat()
