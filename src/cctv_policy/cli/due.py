"""`due` and `hold preview`: what must be done when, and what a hold would cost."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cctv_policy.cli.desk import verbs
from cctv_policy.cli.shared import instant, now
from cctv_policy.errors import UsageError
from cctv_policy.report.layout import pad, width

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cctv_policy.clerk.schools import District
    from cctv_policy.cli.shared import Commands
    from cctv_policy.records.cases import LegalHold
    from cctv_policy.retention.hold import Part, Preview


def add(commands: Commands) -> None:
    """The commands of this group."""
    _add_due(commands)
    _add_preview(commands)


def _folders(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--root", type=Path, default=Path(), metavar="DIR", help="the district's folder"
    )
    command.add_argument(
        "--state", type=Path, metavar="DIR", help="where the evidence is (default: ROOT/state)"
    )
    command.add_argument("--as-of", type=instant, metavar="TIME", help="default: now")
    command.add_argument("--lang", choices=("zh-TW", "en"), default="zh-TW")


def _add_due(commands: Commands) -> None:
    text = "what is due when: copies, holds, terms, drills, footage 到期事項"
    command = commands.add_parser("due", help=text, description=text)
    command.add_argument("--days", type=_days, default=30, metavar="N", help="look ahead (30)")
    command.add_argument("--school", metavar="ID", help="only this school")
    _folders(command)
    command.set_defaults(command=_due)


def _days(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > 3650:
        raise argparse.ArgumentTypeError(
            f"{text!r} 不是 0 到 3650 的日數 ({text!r} is no number of days from 0 to 3650)"
        )
    return int(text)


def _due(arguments: argparse.Namespace) -> int:
    from cctv_policy.clerk.schools import District
    from cctv_policy.retention import due as engine
    from cctv_policy.sealing import load_settings
    from cctv_policy.sealing.settings import FILE

    as_of = arguments.as_of or now().replace(microsecond=0)
    district = District(arguments.root, as_of)
    _refuse_unknown(arguments.school, district)
    found = [d for site in district.sites() for d in engine.due(district.school(site))]
    in_use = {r.id for _, r in district.inventory.recorders() if r.in_use}
    unseen = []
    for site, recorder, facts in district.devices(arguments.state):
        found += engine.footage_due(site, recorder, facts)
        owed = recorder in in_use and arguments.school in (None, site)
        if owed and not facts.get("channels"):
            unseen.append(recorder)
    if unseen:
        print(_UNSEEN[arguments.lang].format(", ".join(unseen)), file=sys.stderr)
    if (arguments.root / FILE).exists():
        found += engine.drills_due(arguments.root, load_settings(arguments.root), as_of.date())
    if arguments.school:
        found = [d for d in found if {arguments.school, "-"} & set(d.site.split(", "))]
    listed = engine.within(found, as_of.date(), arguments.days)
    words = {kind: text.get(arguments.lang) for kind, text in engine.KINDS.items()}
    column = max((width(words[d.kind]) for d in listed), default=0)
    for d in listed:
        late = "!" if d.on < as_of.date() and d.kind != "term_over" else " "
        print(f"{late} {d.on}  {pad(words[d.kind], column)}  {d.site}  {d.subject}")
    if not listed:
        print({"zh-TW": "期間內沒有到期事項", "en": "nothing is due"}[arguments.lang])
    return 0


_UNSEEN = {
    "zh-TW": "沒有影像的證據，未列到期日（請先執行 cctv-policy collect）：{}",
    "en": "no evidence of footage, so its dates are not listed (cctv-policy collect): {}",
}


def _refuse_unknown(school: str | None, district: District) -> None:
    known = {one.id for one in district.inventory.schools} | set(district.sites())
    if school and school not in known:
        names = ", ".join(sorted(known))
        raise UsageError(
            "清冊中沒有這所學校 (no such school)", where=school, fix=f"已知 (known: {names})"
        )


def _add_preview(commands: Commands) -> None:
    text = "what a hold would cost the recorder in days of footage 保全試算"
    command = verbs(commands, "hold", "holds 保全").add_parser(
        "preview", help=text, description=f"{text}. Nothing is changed on any device."
    )
    command.add_argument("recorder", metavar="RECORDER", help="its id in the inventory")
    command.add_argument(
        "--footage",
        action="append",
        required=True,
        nargs=3,
        metavar=("CHANNEL", "FROM", "TO"),
        help="e.g. 3 2026-11-20T10:00 2026-11-20T12:00; may be given several times",
    )
    _folders(command)
    command.set_defaults(command=_preview)


def _parts(arguments: argparse.Namespace) -> Iterator[Part]:
    from cctv_policy.retention.hold import Part

    for ch, since, until in arguments.footage:
        try:
            start, end = instant(since), instant(until)
        except argparse.ArgumentTypeError as error:
            raise UsageError(str(error)) from None
        if end <= start:
            raise UsageError(
                "影像的結束早於開始 (the footage ends before it starts)", where=f"channel {ch}"
            )
        yield Part(ch=ch, since=start, until=end)


def _preview(arguments: argparse.Namespace) -> int:
    from cctv_policy.clerk.schools import District
    from cctv_policy.retention.hold import preview

    as_of: datetime = arguments.as_of or now().replace(microsecond=0)
    parts = list(_parts(arguments))
    district = District(arguments.root, as_of)
    for site, recorder, facts in district.devices(arguments.state):
        if recorder == arguments.recorder:
            scope = district.scope(site)
            needed = (scope.min_days or 0) + int(scope.value("capacity_margin_days") or 0)
            held = list(_held(district, site, recorder))
            told = preview(recorder, facts, parts, held, needed_days=needed)
            print(_told(told, arguments.lang))
            return {True: 0, False: 1, None: 2}[told.enough]
    known = ", ".join(r.id for _, r in district.inventory.recorders())
    raise UsageError(
        "沒有這台錄影主機 (no such recorder)",
        where=arguments.recorder,
        fix=f"已知 (known: {known})",
    )


def _held(district: District, site: str, recorder: str) -> Iterator[Part]:
    from cctv_policy.retention.hold import Part

    if site not in district.sites():
        return
    holds: list[LegalHold] = district.school(site).holds
    for hold in holds:
        for span in hold.scope if hold.locked_on_device else ():
            if span.device_id == recorder:
                yield Part(ch=span.ch, since=span.from_, until=span.to)


_THERE = {
    "all": {"zh-TW": "錄影完整", "en": "all of it is there"},
    "part": {"zh-TW": "錄影不完整", "en": "only part of it is there"},
    "none": {"zh-TW": "錄影已不存在", "en": "it is not there any more"},
    "unknown": {"zh-TW": "無法得知錄影是否存在", "en": "it cannot be told whether it is there"},
    "no_channel": {"zh-TW": "主機無此頻道", "en": "the recorder has no such channel"},
}


def _told(told: Preview, lang: str) -> str:
    zh = lang == "zh-TW"
    lines = []
    for cost in told.costs:
        part = cost.part
        days = "?" if cost.locked_days is None else f"{cost.locked_days:.2f}"
        size = "" if cost.locked_bytes is None else f" ({cost.locked_bytes / 1e9:.1f} GB)"
        there = _THERE[cost.there][lang]
        span = f"{part.ch}  {part.since:%Y-%m-%d %H:%M} – {part.until:%Y-%m-%d %H:%M}"
        lines.append(
            f"{span}  {there}；占用 {days} 天容量{size}"
            if zh
            else f"{span}  {there}; takes {days} days of capacity{size}"
        )
    if told.days_after is None:
        lines.append("缺少容量證據，無法試算" if zh else "capacity is not known: no answer")
        return "\n".join(lines)
    before, after, needed = told.days_before, f"{told.days_after:.1f}", told.needed_days
    if zh:
        verdict = "足夠" if told.enough else "不足"
        lines.append(f"可保存天數 {before} → {after}；至少需 {needed}：{verdict}")
    else:
        verdict = "enough" if told.enough else "NOT ENOUGH"
        lines.append(f"days that fit {before} → {after}; {needed} needed: {verdict}")
    if not told.enough:
        lines.append(
            "建議先匯出留存複本（含雜湊值），不要鎖定主機檔案"
            if zh
            else "export a kept copy with its hash instead of locking files on the recorder"
        )
    return "\n".join(lines)
