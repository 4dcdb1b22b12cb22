"""What a later version of a record may change (spec rule 46): life, not substance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cctv_policy.model import Text
from cctv_policy.records.kinds import Kind, Steps
from cctv_policy.strictyaml import register

register(
    {
        "record_changed": Text(
            zh="紀錄成立後內容遭更改", en="a record was changed after it was made"
        ),
        "record_emptied": Text(zh="紀錄遭清空或毀損", en="a record was emptied or damaged"),
        "record_deleted": Text(zh="紀錄遭刪除", en="a record was deleted"),
        "number_reused": Text(zh="編號重複使用", en="a number was used again"),
        "approval_changed": Text(zh="核准檔遭更改或刪除", en="an approval was changed or deleted"),
    },
    {
        "record_changed": "take the change back; what must be corrected goes into `amendments`",
        "record_emptied": "bring the file back: `git restore --source COMMIT~ FILE`",
        "record_deleted": "bring the file back; only an approved destruction (DST) lets one go",
        "number_reused": "give the new record the next free number",
        "approval_changed": "take the change back; another approval is a file of its own",
    },
)

LOGS = ("viewing", "reviews", "actions")
"""Lists that only grow."""
OPEN = ("draft", "submitted", "received")
"""Statuses in which a record that nobody has approved may still be corrected."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Objection:
    """One thing a change may not do."""

    code: str
    key: str = ""
    """Field; empty for the whole record."""


def objections(
    kind: Kind,
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    *,
    approved: bool,
    merged: bool = False,
) -> list[Objection]:
    """What `new` does to `old` that no version may do; both are data as read (text only).

    `approved`: whether an approval was there before. `merged`: the change of a merge against one
    of its parents, which may bring several legal changes at once.
    """
    if not old:
        return []  # it was unreadable before: any repair is welcome
    if not new:
        return [Objection(code="record_emptied")]
    found = _amendments(old, new)
    if kind.closed and old.get(kind.closed) is not None:
        names = _different(old, new, except_for=("amendments", *_after_closing(kind, old)))
        return found + [Objection(code="record_changed", key=name) for name in names]
    if not merged or old.get("status") != new.get("status"):
        found += _status(kind, old, new, merged=merged)
    free = bool(kind.chain) and not approved and old.get("status") in OPEN
    amended = {a.get("field") for a in _added(old, new, "amendments") if isinstance(a, dict)}
    if not free:
        names = _different(old, new, except_for=("amendments", *kind.lifecycle))
        found += [Objection(code="record_changed", key=n) for n in names if n not in amended]
    for name in kind.lifecycle:
        before, after = old.get(name), new.get(name)
        kept = _starts_with(after, before) if name in LOGS else name not in kind.once
        if before not in (None, []) and before != after and not kept and name not in amended:
            found.append(Objection(code="record_changed", key=name))
    return found


def _after_closing(kind: Kind, old: Mapping[str, Any]) -> tuple[str, ...]:
    """The status may still go its last step, e.g. rejected on the day of closing → closed."""
    return ("status",) if kind.statuses and old.get("status") != "closed" else ()


def _amendments(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Objection]:
    if _starts_with(new.get("amendments"), old.get("amendments", [])):
        return []
    return [Objection(code="record_changed", key="amendments")]


def _status(
    kind: Kind, old: Mapping[str, Any], new: Mapping[str, Any], *, merged: bool
) -> list[Objection]:
    if not kind.statuses:
        return []
    before, after = str(old.get("status")), str(new.get("status"))
    legal = reachable(kind.statuses, before) if merged else kind.statuses.get(before, ())
    if before == after or after in legal:
        return []
    return [Objection(code="bad_status", key="status")]


def reachable(steps: Steps, start: str) -> set[str]:
    """Every status that can follow `start`, at once or later."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        for status in steps.get(waiting.pop(), ()):
            if status not in found:
                found.add(status)
                waiting.append(status)
    return found


def _different(
    old: Mapping[str, Any], new: Mapping[str, Any], *, except_for: Sequence[str]
) -> list[str]:
    names = dict.fromkeys([*old, *new])
    return [n for n in names if n not in except_for and old.get(n) != new.get(n)]


def _starts_with(new: Any, old: Any) -> bool:
    if not old:
        return True
    return isinstance(new, list) and isinstance(old, list) and new[: len(old)] == old


def _added(old: Mapping[str, Any], new: Mapping[str, Any], name: str) -> list[Any]:
    before, after = old.get(name) or [], new.get(name) or []
    return list(after[len(before) :]) if isinstance(after, list) else []
