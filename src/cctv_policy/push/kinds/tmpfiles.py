"""Retention by systemd-tmpfiles: motion and the segment recorder, which delete nothing themselves.

A rule's age counts from the time of change only if it says `m:`. Held files get a line of type `x`
each, in a file of its own that every change of holds writes anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cctv_policy.drivers.channels import Lane
from cctv_policy.drivers.framing import Reply
from cctv_policy.drivers.linux import device_zone
from cctv_policy.drivers.recordings import DAY
from cctv_policy.drivers.retention import age_s, covers, finds
from cctv_policy.model import Text
from cctv_policy.push.kinds.scripts import change, feed, quote
from cctv_policy.push.kinds.shelves import Stock, shelf, slack, smallest
from cctv_policy.push.kinds.steps import Watched, state, states
from cctv_policy.push.kinds.window import Decision, Shelf, decide, held_ends, span
from cctv_policy.push.model import Hold, Refusal, Step, Wanted
from cctv_policy.push.phrases import as_is, row

MIN, CAPACITY, MAX = "A4.3-retention-min", "A4.3-retention-capacity", "A4.4-destroy-within-max"
HOLDS = "A4.4-legal-hold-valid"
OURS = "/etc/tmpfiles.d/cctv-retention.conf"
HELD = "/etc/tmpfiles.d/cctv-hold.conf"
TIMER = "systemd-tmpfiles-clean.timer"
AGE_BY = 250
"""The version of systemd from which on `m:` is understood."""


_NOTHING_HELD = Text(zh="沒有保全中的影像", en="no footage is protected")
_LINE = re.compile(
    r"(?P<head>(?P<kind>\S+)\s+(?P<path>\"(?:[^\"\\]|\\.)*\"|\S+)\s+\S+\s+\S+\s+\S+\s+)(?P<age>\S+)"
)
"""A line of tmpfiles.d up to its age."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One line that deletes by age."""

    file: str
    line: str
    path: str
    days: float
    cron: bool = False


def rules(reply: Reply) -> Iterator[Rule]:
    """Every rule of systemd-tmpfiles and cron on this machine."""
    for entry in reply.lines("rules"):
        file, _, line = entry.partition(":")
        match = _LINE.match(line)
        if match and match["kind"][0] in "dDevqQ":
            seconds = age_s(match["age"])
            if seconds is not None:
                yield Rule(file=file, line=line, path=_plain(match["path"]), days=seconds / DAY)
    for entry in reply.lines("jobs"):
        file, _, line = entry.partition(":")
        found = re.search(r"\bfind\s+(?:-[HL]\s+)?[\"']?(/[^\s\"']*)", line)
        for days in finds(line, found[1] if found else "/"):
            yield Rule(file=file, line=line, path=found[1] if found else "/", days=days, cron=True)


def plan(
    reply: Reply,
    wanted: Wanted,
    found: Stock,
    patterns: dict[str, Watched],
) -> Iterator[Step | Refusal]:
    """Holds first; then one window for each folder that a rule can tell apart."""
    yield from holds(reply, wanted, found, patterns)
    folders = list(dict.fromkeys(lane.folder for lane in found.lanes if lane.enabled))
    every = list(rules(reply))
    for folder in folders:
        lanes = [lane for lane in found.lanes if covers(folder, lane.folder)]
        current = [r.days for r in every if covers(r.path, folder)]
        if states(reply).get(TIMER, {}).get("ActiveState") != "active":
            current = [r.days for r in every if r.cron and covers(r.path, folder)]
        one = shelf(reply, found, lanes, wanted, where=folder, current=int(min(current, default=0)))
        if one is not None:
            room = smallest(found, one.wanted)
            decision = decide(
                one,
                now=found.now,
                room=room,
                allow_shorter=wanted.allow_shorter,
                zone=device_zone(reply),
            )
            yield from decision.refusals
            yield from _own_crontabs(reply, folder, decision.days)
            yield from window(reply, wanted, one, decision, every)


def window(
    reply: Reply, wanted: Wanted, one: Shelf, decision: Decision, every: Sequence[Rule]
) -> Iterator[Step]:
    """Rules that keep what was decided: shorter ones raised, the folder's own set, cron's off."""
    folder, days = one.where, decision.days
    if days == 0:
        return
    modern = int(reply.text("version").strip() or 0) >= AGE_BY
    age = f"m:{days}d" if modern else f"{days}d"
    parts: list[str] = []
    before: list[Text] = []
    own = False
    for rule in every:
        if not covers(rule.path, folder):
            continue
        exact = rule.path.rstrip("/") == folder.rstrip("/")
        if rule.cron and rule.days < days:
            parts.append(feed(f"swap {quote(rule.file)}", rule.line, f"#cctv-policy# {rule.line}"))
            before.append(
                Text(
                    zh=f"{rule.file} 於 {rule.days:g} 日後刪除",
                    en=f"{rule.file} deletes after {rule.days:g} days",
                )
            )
        elif not rule.cron:
            new = aged(rule.line, age)
            plain = modern and exact and not re.search(r"\sm:\S+\s*$", rule.line)
            if rule.days < days or (exact and rule.days != days) or plain:
                parts.append(feed(f"swap {quote(rule.file)}", rule.line, new))
                before.append(as_is(f"{rule.file}: {rule.line}"))
            own = own or exact
    if not own and not any(not r.cron and r.days == days and covers(r.path, folder) for r in every):
        parts.append(feed(f"add_lines {OURS}", f"e {tmpfiles_path(folder)} - - - {age}"))
        before.append(Text(zh="沒有自己的規則", en="no rule of its own"))
    timer = states(reply).get(TIMER, {})
    if timer.get("ActiveState") != "active":
        parts.append(f"unit_on {TIMER}\n")
        before.append(state(TIMER, timer))
    if not parts:
        return
    clean = f"quietly systemd-tmpfiles --clean --prefix={quote(folder)} || true\n"
    yield Step(
        id=f"retention.window.{folder.strip('/').replace('/', '-')}",
        aspect="retention",
        title=Text(zh="設定保存天數", en="Set how long footage is kept"),
        rules=(MIN, CAPACITY, MAX),
        before=row(before),
        after=Text(
            zh=f"{folder} 保存 {days} 日（{age}），每日清理",
            en=f"{folder} keeps {days} days ({age}), cleaned every day",
        ),
        action=change(guard(wanted, HELD), *parts, clean, timeout_s=600),
        destroys=decision.destroys,
    )


def guard(wanted: Wanted, place: str) -> str:
    """Shell text that stops a window from being set while a hold is not protected."""
    refs = sorted({hold.ref for hold in wanted.holds})
    return "".join(
        f"grep -qsF {quote(f'# hold {ref} ')} {place} || fail 'hold {ref} is not protected'\n"
        for ref in refs
    )


def aged(line: str, age: str) -> str:
    """A rule with another age; the rest of the line stays."""
    return _LINE.sub(lambda m: m["head"] + age, line, count=1)


def tmpfiles_path(path: str) -> str:
    """A path as the lines `e` and `x` want it: a glob that means itself, inside a quoted word."""
    text = _escaped(path)
    return path if text == path and not re.search(r"\s", path) else f'"{text}"'


def _escaped(path: str) -> str:
    glob = re.sub(r"([\[\]*?\\])", r"\\\1", path)
    return glob.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")


def _plain(word: str) -> str:
    """The path that a line names; tmpfiles_path the other way round."""
    if word.startswith('"'):
        word = re.sub(r"\\(.)", r"\1", word[1:-1])
    return re.sub(r"\\(.)", r"\1", word).replace("%%", "%")


def _own_crontabs(reply: Reply, folder: str, days: int) -> Iterator[Refusal]:
    """An account's own crontab is nobody's to edit but its own."""
    for entry in reply.optional("own").splitlines():
        if any(found < days for found in finds(entry.partition(":")[2], folder)):
            yield Refusal(
                id="retention.crontab",
                aspect="retention",
                why=Text(
                    zh=f"某帳號的 crontab 會提早刪除 {folder} 的錄影",
                    en=f"an account's crontab deletes footage of {folder} too early",
                ),
                fix=Text(zh="以 crontab -e 移除該行", en="take the line out with crontab -e"),
            )


def hold_header(hold: Hold, lane: Lane) -> str:
    """The line that says what is protected, with its times."""
    start, end = span(hold)
    return f"# hold {hold.ref} channel {lane.ch} {start} {end + int(slack(lane))}"


def held_lanes(wanted: Wanted, found: Stock) -> list[tuple[Hold, Lane]]:
    """Every hold with each channel it reaches."""
    return [
        (hold, lane)
        for hold in wanted.holds
        for lane in found.lanes
        if hold.ch in ("", "*", lane.ch)
    ]


def holds(
    reply: Reply,
    wanted: Wanted,
    found: Stock,
    patterns: dict[str, Watched],
    *,
    place: str = HELD,
    freeze: bool = False,
) -> Iterator[Step]:
    """A line for every held file, written on the device from its own list of files.

    What is held and older than a day must have its line already; what is younger gets it with the
    next change, long before any rule reaches it.
    """
    pairs = held_lanes(wanted, found)
    now = reply.optional("held").splitlines()
    have = sorted(line for line in now if line.startswith("# hold "))
    want = sorted(hold_header(hold, lane) for hold, lane in pairs)
    missing = any(_unprotected(found, hold, lane, now) for hold, lane in pairs)
    if have == want and not missing:
        return
    parts = ["hold_begin\n"]
    for hold, lane in pairs:
        start, end = span(hold)
        watched = patterns.get(lane.ch, Watched(ch=lane.ch, folder=lane.folder))
        parts.append(
            f"hold_files {quote(hold_header(hold, lane))} {quote(lane.folder)}"
            f" {quote(watched.pattern)} {start} {end} {int(slack(lane))}\n"
        )
    parts.append(f"hold_end {place} {'freeze' if freeze else ''}\n")
    gone = {line.split()[2] for line in have} - {hold.ref for hold in wanted.holds}
    yield Step(
        id="retention.holds",
        aspect="retention",
        title=Text(zh="保護保全中的影像", en="Protect footage under a hold"),
        rules=(HOLDS, MAX),
        before=row(map(as_is, have), otherwise=_NOTHING_HELD),
        after=row(map(as_is, want), otherwise=_NOTHING_HELD),
        action=change(*parts, timeout_s=300),
        destroys=tuple(Text(zh=f"解除保全：{ref}", en=f"released: {ref}") for ref in sorted(gone)),
    )


def _unprotected(found: Stock, hold: Hold, lane: Lane, lines: Sequence[str]) -> bool:
    known = set(lines)
    takes = found.takes[lane.ch]
    ends = held_ends([hold], lane.ch, [take.end for take in takes], slack(lane))
    return any(
        take.end in ends
        and take.end < found.now - DAY
        and hold_line(f"{lane.folder.rstrip('/')}/{take.path}") not in known
        for take in takes
    )


def hold_line(path: str) -> str:
    """As `hold_files` in sh/change.sh writes it: always quoted."""
    return f'x "{_escaped(path)}"'
