"""What a push says to a person: plans, results, verdicts; zh-TW first."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from cctv_policy.model import Json, Outcome, Text
from cctv_policy.push.model import Plan, Refusal, Step
from cctv_policy.push.results import DeviceEnded, DeviceResult
from cctv_policy.push.said import in_chinese
from cctv_policy.push.verdicts import Verdicts, changed
from cctv_policy.report.layout import clean
from cctv_policy.report.words import OUTCOMES

ENDED: Mapping[DeviceEnded, Text] = {
    DeviceEnded.AS_WANTED: Text(zh="已符合，無須變更", en="as wanted, nothing to do"),
    DeviceEnded.PLANNED: Text(zh="待變更", en="to be changed"),
    DeviceEnded.CHANGED: Text(zh="已變更並讀回確認", en="changed, and read back"),
    DeviceEnded.REFUSED: Text(zh="有項目拒絕執行", en="something is refused"),
    DeviceEnded.FAILED: Text(zh="失敗", en="failed"),
    DeviceEnded.STALE: Text(zh="與核准的計畫不同，未變更", en="not the plan approved, untouched"),
    DeviceEnded.UNKNOWN: Text(zh="結果不明", en="unknown"),
    DeviceEnded.LOCKED: Text(zh="另一次推送進行中", en="another run is at work"),
    DeviceEnded.UNREACHABLE: Text(zh="無法登入，未變更", en="not reached, untouched"),
    DeviceEnded.INTERRUPTED: Text(zh="中途停止", en="stopped between steps"),
    DeviceEnded.SKIPPED: Text(zh="未執行", en="not touched"),
}
STEP_ENDED: Mapping[str, Text] = {
    "done": Text(zh="完成", en="done"),
    "failed": Text(zh="失敗", en="failed"),
    "unknown": Text(zh="結果不明", en="unknown"),
    "not_done": Text(zh="未執行", en="not done"),
    "interrupted": Text(zh="中止", en="stopped before"),
}
REASONS: Mapping[str, Text] = {
    "refused": Text(zh="連接埠拒絕連線", en="the port refuses"),
    "filtered": Text(zh="連線逾時，可能被防火牆阻擋", en="no answer to a connection: a firewall?"),
    "no_route": Text(zh="網路上找不到此設備", en="nothing on the network has this address"),
    "no_answer": Text(zh="連線中斷或逾時沒有回應", en="the line broke, or no answer in time"),
    "auth_refused": Text(zh="不接受推送帳號的金鑰", en="the push account's key is not accepted"),
    "host_key_changed": Text(zh="主機金鑰與清冊不同", en="another host key than the inventory's"),
    "host_key_unpinned": Text(zh="清冊沒有主機金鑰", en="the inventory has no host key"),
    "not_permitted": Text(zh="推送帳號不能使用 sudo", en="the push account may not use sudo"),
    "no_secret": Text(zh="找不到推送帳號的金鑰", en="the push account's key is not there"),
    "plan_changed": Text(zh="設備、清冊或保全已變動", en="device, inventory or holds changed"),
    "lock": Text(zh="另一次推送鎖定此設備", en="another run has locked the device"),
    "step": Text(zh="步驟沒有成功", en="a step did not end well"),
    "read_back": Text(zh="讀回的結果與計畫不同", en="what is read back is not what was set"),
    "cannot_tell": Text(zh="設備回覆不足以判斷", en="the device did not say enough"),
    "odd_output": Text(zh="設備回覆無法解讀", en="the answer cannot be read"),
    "budget": Text(zh="超過時間上限", en="the time was over"),
    "internal": Text(zh="程式錯誤", en="a fault of this program"),
    "worker_died": Text(zh="執行程序中途結束", en="the worker ended in the middle"),
    "canary": Text(
        zh="同型號的第一台沒有成功", en="the first device of its model did not end well"
    ),
    "none_reached": Text(
        zh="同型號的前幾台都連不上",
        en="none of the first devices of its model could be reached, so none was tried",
    ),
    "breaker": Text(zh="太多設備失敗，已停止", en="too many devices broke, the run stopped"),
    "interrupted": Text(zh="推送被中止", en="the run was stopped"),
    "not_reached": Text(zh="尚未輪到", en="its turn did not come"),
}
_RESUME = Text(
    zh="排除原因後，以 push apply --resume 續行", en="when the cause is gone, push apply --resume"
)
NEXT: Mapping[DeviceEnded, Text] = {
    DeviceEnded.STALE: Text(zh="重新規劃並核准", en="plan and approve again"),
    DeviceEnded.FAILED: _RESUME,
    DeviceEnded.UNREACHABLE: _RESUME,
    DeviceEnded.UNKNOWN: Text(
        zh="以 push apply --resume 續行：會先讀取設備現況",
        en="push apply --resume: it reads what is there first",
    ),
    DeviceEnded.LOCKED: Text(
        zh="若該次推送已中斷，以 push apply --resume 加上其編號續行；否則稍候幾分鐘再推送",
        en="if that run died, push apply --resume with its id; else push again in some minutes",
    ),
    DeviceEnded.INTERRUPTED: Text(zh="以 push apply --resume 續行", en="push apply --resume"),
    DeviceEnded.SKIPPED: Text(
        zh="以 push apply --resume 續行；只有第一台故障時，加上 --limit 先做其他設備",
        en="push apply --resume; if the first device alone is broken, with --limit for the others",
    ),
}
"""What a person can do next, as docs/push.md has it."""
_HELD = re.compile(r"run (\S+), for at most (\d+) s\s*")
_NAMES = ("canary", "none_reached")
"""Their detail is the devices meant."""
_TOLD_BELOW = ("step", "cannot_tell", "plan_changed", "breaker", "interrupted")
"""The lines of steps and refusals say it, in the reader's language."""
_DESTROYS_SHOWN = 20


def plans(results: Sequence[DeviceResult], places: Mapping[str, str], lang: str) -> Iterator[str]:
    """Lines that show each device's plan. `places`: where a recorder is, by its id."""
    for result in sorted(results, key=lambda r: r.recorder):
        yield head(result, places, lang)
        if result.plan is not None:
            yield from plan_lines(result.plan, lang)
    yield totals(results, lang)


def head(result: DeviceResult, places: Mapping[str, str], lang: str) -> str:
    """The line a device starts with."""
    place = places.get(result.recorder, "")
    text = f"{result.recorder} {place}: {ENDED[result.ended].get(lang)}"
    return clean(text + because(result.reason, result.detail, lang))


def because(reason: str, detail: str, lang: str) -> str:
    """The reason's code, which docs/push.md explains, and its sentence; or nothing."""
    if not reason and not detail:
        return ""
    sentence = REASONS.get(reason, Text(zh="", en=""))
    if lang == "en":
        words = [sentence.en, detail] if reason in _NAMES or not detail else [detail]
        return f" ({reason} {': '.join(w for w in words if w)}".rstrip() + ")"
    if held := _HELD.fullmatch(detail):
        detail = f"推送編號 {held[1]}，最多再 {held[2]} 秒"
    words = [sentence.zh, "" if reason in _TOLD_BELOW else in_chinese(detail)]
    return f"（{'：'.join(w for w in words if w)}；{reason}）"


def next_step(ended: DeviceEnded, lang: str) -> Iterator[str]:
    """The line that says what to do now, where there is something."""
    if ended in NEXT:
        yield f"    → {NEXT[ended].get(lang)}"


def plan_lines(plan: Plan, lang: str) -> Iterator[str]:
    """Steps as a diff, what they destroy, and what is refused."""
    for number, step in enumerate(plan.steps, 1):
        yield from _step(number, step, lang)
    for refusal in plan.refusals:
        yield from _refusal(refusal, lang)


def _step(number: int, step: Step, lang: str) -> Iterator[str]:
    rules = ", ".join(step.rules)
    yield clean(f"  {number}. {step.title.get(lang)} [{step.id}] {rules}".rstrip())
    yield from (clean(f"     - {line}") for line in step.before.get(lang).splitlines() or [""])
    yield from (clean(f"     + {line}") for line in step.after.get(lang).splitlines() or [""])
    if step.destroys:
        count = len(step.destroys)
        yield Text(
            zh=f"     ! 將永久刪除 {count} 項影像：",
            en=f"     ! destroys {count} recordings for ever:",
        ).get(lang)
        yield from (clean(f"       ! {gone.get(lang)}") for gone in step.destroys[:_DESTROYS_SHOWN])
        if count > _DESTROYS_SHOWN:
            more = count - _DESTROYS_SHOWN
            yield Text(zh=f"       ! …另 {more} 項", en=f"       ! … and {more} more").get(lang)


def _refusal(refusal: Refusal, lang: str) -> Iterator[str]:
    lead = (
        Text(zh="無法判斷", en="cannot tell") if refusal.unknown else Text(zh="不做", en="refused")
    )
    yield clean(f"  × {lead.get(lang)} [{refusal.id}]: {refusal.why.get(lang)}")
    yield clean(f"    → {refusal.fix.get(lang)}")


def totals(results: Iterable[DeviceResult], lang: str) -> str:
    """How many ended how."""
    counts = Counter(result.ended for result in results)
    parts = [f"{counts[e]} {ENDED[e].get(lang)}" for e in DeviceEnded if counts[e]]
    return Text(zh="合計：", en="total: ").get(lang) + ("；" if lang != "en" else "; ").join(parts)


def done(
    results: Sequence[DeviceResult],
    places: Mapping[str, str],
    before: Verdicts,
    after: Verdicts,
    lang: str,
) -> Iterator[str]:
    """Lines that show what was done on each device, and what the rules said before and after."""
    moved = changed(before, after)
    for result in sorted(results, key=lambda r: r.recorder):
        yield head(result, places, lang)
        for step in result.steps:
            why = step.en if lang == "en" else step.zh
            line = f"  {STEP_ENDED[step.ended].get(lang)} [{step.id}] {why}"
            yield clean(line.rstrip())
        if result.plan is not None and result.ended not in (DeviceEnded.STALE,):
            yield from (each for r in result.plan.refusals for each in _refusal(r, lang))
        yield from next_step(result.ended, lang)
        for rule, was, now in moved.get(result.recorder, ()):
            yield f"  {rule}: {OUTCOMES[was].get(lang)} → {OUTCOMES[now].get(lang)}"
        fails = [r for r, o in after.get(result.recorder, {}).items() if o is Outcome.FAIL]
        if fails:
            lead = Text(zh="  仍不符合：", en="  still failing: ").get(lang)
            yield lead + ", ".join(sorted(fails))
    yield totals(results, lang)


def status(standing: Mapping[str, Json], lang: str) -> Iterator[str]:
    """How each device of a run stands, from its log."""
    for recorder, event in sorted(standing.items()):
        ended = DeviceEnded(event["ended"])
        line = f"{recorder}: {ENDED[ended].get(lang)}"
        yield clean(line + because(event["reason"], event["detail"], lang))
        for step in event["steps"]:
            if step["ended"] != "done":
                why = step["en"] if lang == "en" else step["zh"]
                line = f"  {STEP_ENDED[step['ended']].get(lang)} [{step['id']}] {why}"
                yield clean(line.rstrip())
        yield from next_step(ended, lang)
