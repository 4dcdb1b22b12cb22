"""Plans of hardening, from snapshots of real lab recorders."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from cctv_policy.inventory import Snmp
from cctv_policy.push.hardening import Hardening
from cctv_policy.push.model import Aspect, Plan, Script
from cctv_policy.push.planning import make_plan
from cctv_policy.push.retention import RetentionAspect

from .cases import HERE, load, plan, with_recorder

HARDENING, RETENTION = Hardening(), RetentionAspect()
GOOD = sorted(str(p.parent.relative_to(HERE)) for p in HERE.glob("*/good/reply.txt"))
CASES = sorted(str(p.parent.relative_to(HERE)) for p in HERE.glob("*/*/reply.txt"))


def ids(plan: Plan) -> list[str]:
    return [step.id.removeprefix("hardening.") for step in plan.steps]


@pytest.mark.parametrize("case", GOOD)
def test_a_healthy_recorder_is_as_wanted(case: str) -> None:
    found = plan(case, HARDENING)
    # As packaged, ZoneMinder and Apache forget within two weeks.
    assert ids(found) == (["logs"] if case == "zoneminder/good" else [])
    assert found.refusals == ()


BROKEN = {
    "motion": ["recording", "ntp", "telnet", "snmp", "web"],
    "motioneye": ["ntp", "telnet", "snmp", "web"],
    "zoneminder": ["ntp", "telnet", "snmp", "login", "database", "web", "logs"],
    "segment": ["ntp", "telnet", "snmp"],
}


@pytest.mark.parametrize("kind", sorted(BROKEN))
def test_every_fault_of_a_broken_recorder_has_its_step(kind: str) -> None:
    found = plan(f"{kind}/broken", HARDENING)
    assert ids(found) == BROKEN[kind]
    assert found.refusals == ()


def test_a_wrong_zone_is_set_and_old_names_are_said_to_stay() -> None:
    reply, wanted = load("motion/good")
    (clock,) = reply.sections["clock"]
    utc = clock.text.replace("Asia/Taipei", "UTC").replace("+0800", "+0000")
    sections = dict(reply.sections) | {"clock": (clock._replace(text=utc),)}
    (step,) = make_plan(replace(reply, sections=sections), wanted, (HARDENING,)).steps
    assert step.id == "hardening.timezone"
    assert "footage recorded before keeps the names it has" in step.after.en


@pytest.mark.parametrize("kind", sorted(BROKEN))
@pytest.mark.parametrize("aspect", [HARDENING, RETENTION], ids=["hardening", "retention"])
def test_a_plan_speaks_each_language_alone(kind: str, aspect: Aspect) -> None:
    reply, wanted = load(f"{kind}/broken")
    found = make_plan(reply, replace(wanted, allow_shorter=True), (aspect,))
    assert found.steps
    for step in found.steps:
        for text in (step.title, step.before, step.after, *step.destroys):
            assert text.en.isascii(), text
            words = "" if text.zh == text.en else re.sub(r"/[^；]*", "", text.zh)
            assert not re.search(r"[a-z]{3,} [a-z]{2,} [a-z]{2,}", words), text


def test_a_step_says_before_and_after_in_words() -> None:
    web = plan("motion/broken", HARDENING).steps[-1]
    assert (
        web.before.en
        == "webcontrol 8080: every address, no login; stream 8081: every address, no login"
    )
    assert web.after.en == "webcontrol 8080: this machine, login; stream 8081: this machine, login"
    assert web.after.zh == "webcontrol 8080：僅本機、須登入；stream 8081：僅本機、須登入"


def test_the_managed_login_is_named_and_not_in_the_script() -> None:
    web = plan("motion/broken", HARDENING).steps[-1]
    assert isinstance(web.action, Script)
    assert dict(web.action.secrets) == {"login": "lab/admin"}
    assert "admin:$login" in web.action.sh


def test_without_a_managed_account_pages_are_bound_and_the_login_is_refused() -> None:
    reply, wanted = load("motion/broken")
    found = make_plan(reply, with_recorder(wanted, accounts=()), (HARDENING,))
    assert found.steps[-1].after.en.startswith("webcontrol 8080: this machine, no login")
    assert [r.id for r in found.refusals] == ["hardening.login"]


def test_a_declared_port_stays_open_with_a_login_and_a_person_is_told() -> None:
    reply, wanted = load("motion/broken")
    found = make_plan(reply, with_recorder(wanted, declared_ports=(8081,)), (HARDENING,))
    assert "stream 8081: every address, login" in found.steps[-1].after.en
    assert [r.id for r in found.refusals] == ["hardening.http-8081"]


def test_a_managed_community_stays_and_factory_ones_go() -> None:
    reply, wanted = load("motion/broken")
    v2c = Snmp(version="v2c", community="lab/community")
    found = make_plan(reply, with_recorder(wanted, snmp=v2c), (HARDENING,))
    (snmp,) = (s for s in found.steps if s.id == "hardening.snmp")
    assert isinstance(snmp.action, Script)
    assert "drop_communities /etc/snmp/snmpd.conf factory" in snmp.action.sh


def test_what_the_baseline_leaves_out_is_left_alone() -> None:
    reply, wanted = load("motion/broken")
    bare = replace(wanted.recorder.baseline, timezone=None, ntp=())
    found = make_plan(reply, with_recorder(wanted, baseline=bare), (HARDENING,))
    assert "timezone" not in ids(found) and "ntp" not in ids(found)
    assert [r.id for r in found.refusals] == ["hardening.ntp"]


@pytest.mark.parametrize("case", CASES)
def test_a_reply_cut_off_anywhere_makes_no_plan_by_guessing(case: str) -> None:
    """Every section taken out: the plan has fewer steps or says that it cannot tell, never more."""
    reply, wanted = load(case)
    whole = set(ids(make_plan(reply, wanted, (HARDENING,))))
    for name in reply.sections:
        less = {k: v for k, v in reply.sections.items() if k != name}
        found = make_plan(replace(reply, sections=less), wanted, (HARDENING,))
        assert set(ids(found)) <= whole, name
