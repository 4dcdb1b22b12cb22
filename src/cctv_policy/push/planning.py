"""Snapshot → plan: what each aspect wants changed, in order. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict

from cctv_policy.drivers.framing import CannotTell, Reply
from cctv_policy.model import Text
from cctv_policy.push.model import Aspect, Plan, Refusal, Step, Wanted
from cctv_policy.push.said import in_chinese


def make_plan(reply: Reply, wanted: Wanted, aspects: Iterable[Aspect]) -> Plan:
    """Everything that would be done; what an aspect cannot decide is a refusal marked unknown."""
    steps: list[Step] = []
    refusals: list[Refusal] = []
    for aspect in aspects:
        for found in _asked(aspect, reply, wanted):
            if isinstance(found, Step):
                steps.append(found)
            else:
                refusals.append(found)
    return Plan(recorder=wanted.recorder.id, steps=tuple(steps), refusals=tuple(refusals))


def _asked(aspect: Aspect, reply: Reply, wanted: Wanted) -> list[Step | Refusal]:
    """An aspect that cannot tell makes no step at all: half an aspect is no plan."""
    try:
        return list(aspect.plan(reply, wanted))
    except CannotTell as problem:
        detail = f"{problem.why.value}: {problem.detail}".rstrip(": ")
        zh = in_chinese(problem.detail) or problem.why.value
    except (ValueError, LookupError, TypeError, OverflowError) as error:
        detail = f"not as expected ({type(error).__name__})"
        zh = f"回覆格式不如預期（{type(error).__name__}）"
    unknown = Refusal(
        id=f"{aspect.name}.cannot_tell",
        aspect=aspect.name,
        why=Text(zh=f"設備回覆不足以判斷（{zh}）", en=f"the device did not say enough ({detail})"),
        fix=Text(
            zh="確認推送帳號可用 sudo，且設備正常運作後再試",
            en="see that the push account may use sudo and that the device works, then try again",
        ),
        unknown=True,
    )
    return [unknown]


def fingerprint(plan: Plan) -> str:
    """What a person approved: steps with what they do; not what they destroy (see `within`)."""
    told = [{k: v for k, v in asdict(step).items() if k != "destroys"} for step in plan.steps]
    text = json.dumps(told, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def destroyed(plan: Plan) -> frozenset[str]:
    """Everything the plan destroys, in English."""
    return frozenset(gone.en for step in plan.steps for gone in step.destroys)
