"""What a push says to a person: plans, results, verdicts; zh-TW first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from cctv_policy.model import Json, Outcome, Text
from cctv_policy.push.model import Plan, Refusal, Step
from cctv_policy.push.results import DeviceEnded, DeviceResult
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
    why = " ".join(word for word in (result.reason, result.detail) if word)
    text = f"{result.recorder} {place}: {ENDED[result.ended].get(lang)}"
    return clean(f"{text} ({why})" if why else text)


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
        why = " ".join(word for word in (event["reason"], event["detail"]) if word)
        line = f"{recorder}: {ENDED[DeviceEnded(event['ended'])].get(lang)}"
        yield clean(f"{line} ({why})" if why else line)
        for step in event["steps"]:
            if step["ended"] != "done":
                why = step["en"] if lang == "en" else step["zh"]
                line = f"  {STEP_ENDED[step['ended']].get(lang)} [{step['id']}] {why}"
                yield clean(line.rstrip())
