"""Plans of retention, from snapshots of real lab recorders with 16 days of footage."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from cctv_policy.drivers.framing import Reply
from cctv_policy.push.kinds.zoneminder_events import corrected
from cctv_policy.push.model import Hold, Plan, Script, Wanted
from cctv_policy.push.planning import make_plan
from cctv_policy.push.retention import RetentionAspect

from .cases import load, plan

RETENTION = RetentionAspect()
KINDS = ("motion", "motioneye", "segment", "zoneminder")


def ids(found: Plan) -> list[str]:
    return [step.id.removeprefix("retention.") for step in found.steps]


def asked(wanted: Wanted, **changes: object) -> Wanted:
    kept = tuple(replace(r, **changes) for r in wanted.retention)  # type: ignore[arg-type]
    return replace(wanted, retention=kept)


@pytest.mark.parametrize("kind", KINDS)
def test_a_healthy_recorder_is_as_wanted(kind: str) -> None:
    found = plan(f"{kind}/good", RETENTION)
    assert found.steps == () and found.refusals == ()


@pytest.mark.parametrize("kind", ["motion", "segment", "zoneminder"])
def test_what_is_older_than_the_maximum_goes_and_is_listed(kind: str) -> None:
    reply, wanted = load(f"{kind}/broken")
    found = make_plan(reply, replace(wanted, allow_shorter=True), (RETENTION,))
    gone = [line for step in found.steps for line in step.destroys]
    assert any("2025-10-2" in line.en for line in gone), gone
    assert found.refusals == ()


def test_motioneye_gets_a_longer_window_and_loses_nothing() -> None:
    found = plan("motioneye/broken", RETENTION)
    assert ids(found) == ["window"]
    assert found.steps[0].before.en == "camera 1 keeps 9 days; camera 2 keeps 9 days"
    assert found.steps[0].before.zh == "攝影機 1 保存 9 日；攝影機 2 保存 9 日"
    assert found.steps[0].destroys == ()


@pytest.mark.parametrize("kind", KINDS)
def test_a_shorter_window_needs_the_operators_word(kind: str) -> None:
    reply, wanted = load(f"{kind}/good")
    shorter = asked(wanted, days=5, min_days=3)
    found = make_plan(reply, shorter, (RETENTION,))
    assert found.steps == ()
    assert {r.id for r in found.refusals} == {"retention.shorter"}
    assert "would destroy: channel" in found.refusals[0].why.en
    allowed = make_plan(reply, replace(shorter, allow_shorter=True), (RETENTION,))
    assert allowed.steps and allowed.refusals == ()
    assert sum(len(step.destroys) for step in allowed.steps) >= 20


@pytest.mark.parametrize("kind", KINDS)
def test_held_footage_is_protected_first_and_not_among_what_goes(kind: str) -> None:
    reply, wanted = load(f"{kind}/good")
    ch = wanted.retention[0].ch
    asked_at = datetime.fromtimestamp(reply.asked_at, UTC)
    start, end = asked_at - timedelta(days=11), asked_at - timedelta(days=10)
    hold = Hold(ref="lab/HLD-1", ch=ch, start=start.isoformat(), end=end.isoformat())
    shorter = replace(asked(wanted, days=5, min_days=3), allow_shorter=True)
    without = make_plan(reply, shorter, (RETENTION,))
    found = make_plan(reply, replace(shorter, holds=(hold,)), (RETENTION,))
    if kind != "zoneminder":  # whose database counts on the device what is not archived yet
        assert found.steps[0].id == "retention.holds"
    whole = {line.en for step in without.steps for line in step.destroys}
    rest = {line.en for step in found.steps for line in step.destroys}
    day = (asked_at - timedelta(days=10, hours=12)).date().isoformat()
    assert any(day in line for line in whole)
    assert not any(line.startswith(f"channel {ch}, {day}: 24 ") for line in rest)
    windows = [step for step in found.steps if "window" in step.id]
    assert windows
    assert all(isinstance(s.action, Script) and "hold" in s.action.sh for s in windows)


def told(reply: Reply, section: str, old: str, new: str) -> Reply:
    """The same reply with another text in one section."""
    (found,) = reply.sections[section]
    assert old in found.text
    other = found._replace(text=found.text.replace(old, new, 1))
    return replace(reply, sections={**reply.sections, section: (other,)})


@pytest.mark.parametrize(("zone", "margin_s"), [("+0800", 0), ("+0900", 3600), ("+0000", 28800)])
def test_a_hold_means_the_same_events_though_the_zone_is_set_in_the_same_run(
    zone: str, margin_s: int
) -> None:
    reply, wanted = load("zoneminder/good")
    start, end = 1_795_000_000, 1_795_003_600
    times = (datetime.fromtimestamp(at, UTC).isoformat() for at in (start, end))
    hold = Hold(ref="lab/HLD-1", ch="1", start=next(times), end=next(times))
    reply = told(reply, "clock", "zone=+0800", f"zone={zone}")
    reply = told(reply, "retention-events", "total\t", "unheld\t2\ntotal\t")
    found = make_plan(reply, replace(wanted, holds=(hold,)), (RETENTION,))
    action = found.steps[0].action
    assert found.steps[0].id == "retention.holds" and isinstance(action, Script)
    assert f"StartDateTime <= FROM_UNIXTIME({end + margin_s})" in action.sh
    assert f"EndDateTime >= FROM_UNIXTIME({start - margin_s})" in action.sh


@pytest.mark.parametrize("kind", KINDS)
def test_a_disk_too_small_is_refused_with_the_sum_and_what_to_buy(kind: str) -> None:
    reply, wanted = load(f"{kind}/good")
    found = make_plan(reply, asked(wanted, days=200), (RETENTION,))
    (capacity, *_) = found.refusals
    assert capacity.id == "retention.capacity"
    assert "200 d × 2 ch × " in capacity.why.en and "buy a disk of 1 TB" in capacity.fix.en
    assert found.steps == ()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("hours", [-48, 48])
def test_with_a_wrong_clock_no_window_is_touched(kind: str, hours: int) -> None:
    reply, wanted = load(f"{kind}/broken")
    moved = replace(
        reply,
        asked_at=reply.asked_at + hours * 3600,
        first_at=reply.first_at + hours * 3600,
    )
    found = make_plan(moved, replace(wanted, allow_shorter=True), (RETENTION,))
    assert found.steps == ()
    assert [(r.id, r.unknown) for r in found.refusals] == [("retention.cannot_tell", True)]


@pytest.mark.parametrize("kind", KINDS)
def test_a_hold_on_a_channel_that_is_not_there_stops_everything(kind: str) -> None:
    reply, wanted = load(f"{kind}/broken")
    hold = Hold(ref="lab/HLD-9", ch="nowhere", start="2026-11-01T00:00+08:00",
                end="2026-11-02T00:00+08:00")  # fmt: skip
    found = make_plan(reply, replace(wanted, holds=(hold,), allow_shorter=True), (RETENTION,))
    assert found.steps == () and [r.id for r in found.refusals] == ["retention.hold"]


def test_filters_of_others_are_made_safe() -> None:
    full = '{"terms":[{"val":95,"attr":"DiskPercent","op":">="}],"limit":100}'
    safe, words = corrected(full, 16)
    assert safe and '"attr":"Archived","op":"=","val":"0"' in safe
    assert [word.en for word in words] == ["deletes archived events too"]
    young = '{"terms":[{"val":0,"attr":"Archived","op":"="},' \
        '{"cnj":"and","attr":"StartDateTime","op":"<","val":"-3 day"}]}'  # fmt: skip
    safe, words = corrected(young, 16)
    assert safe and "-16 day" in safe and [word.en for word in words] == ["deletes after 3 days"]
    none, (word,) = corrected('{"terms":[{"attr":"MonitorId","op":"=","val":"1"}]}', 16)
    assert none is None and word.en == "deletes without regard to age"
    _, words = corrected(safe, 16)
    assert words == ()
