"""Holds laid over what recorders have (四(四)): held footage may be older than the maximum."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from cctv_policy.model import Json, SubjectKind
from cctv_policy.record_subjects.desk import epoch, hold_active
from cctv_policy.records import RecordSet
from cctv_policy.records.cases import LegalHold
from cctv_policy.subjects import RuleInput

Span = tuple[int, int]
_NEXT_S = 3600
"""The hole behind held footage begins within this of the hold's end."""


def with_holds(inputs: Iterable[RuleInput], records: RecordSet, today: date) -> Iterator[RuleInput]:
    """The same inputs; of recorders, what is held today is marked as held."""
    spans: dict[tuple[str, str, str], list[Span]] = {}
    for stored in records.of("HLD"):
        hold = stored.value
        if isinstance(hold, LegalHold) and hold_active(hold, today):
            for part in hold.scope:
                key = (stored.site, part.device_id, part.ch)
                spans.setdefault(key, []).append((epoch(part.from_), epoch(part.to)))
    for item in inputs:
        yield _marked(item, spans) if item.subject.kind is SubjectKind.RECORDER else item


def _marked(item: RuleInput, spans: Mapping[tuple[str, str, str], Sequence[Span]]) -> RuleInput:
    subject, facts = item.subject, item.document["facts"]
    if "channels" not in facts:
        return item
    held = {ch: s for (site, device, ch), s in spans.items() if (site, device) == _of(item)}
    if not held:
        return item
    channels = [_channel(c, held[c["ch"]]) if c["ch"] in held else c for c in facts["channels"]]
    document = {**item.document, "facts": {**facts, "channels": channels}}
    return replace(item, document=document, subject=replace(subject, facts=document))


def _of(item: RuleInput) -> tuple[str, str]:
    return item.subject.site, item.subject.id


def _channel(channel: dict[str, Json], spans: Sequence[Span]) -> dict[str, Json]:
    """A channel whose locked files and oldest footage say whether a hold covers them."""
    locked = channel["locked"]
    if locked is not None:
        locked = [f | {"held": _covers(spans, f["recorded_s"])} for f in locked]
    found = channel | {"locked": locked}
    oldest = channel["oldest_s"]
    if oldest is None or not _covers(spans, oldest):
        return found
    until = max(end for start, end in spans if start <= oldest <= end)
    later = [
        g for g in channel["gaps"] or () if g["start_s"] <= until + _NEXT_S and g["end_s"] > oldest
    ]
    after = min(later, key=lambda g: g["end_s"], default=None)
    overdue = channel["lawful_s"] is not None and oldest < channel["lawful_s"]
    return found | {
        "unheld_s": after and after["end_s"],
        "unheld_at": after and after["end"],
        "rest_unknown": overdue and after is None,
    }


def _covers(spans: Sequence[Span], at: int) -> bool:
    return any(start <= at <= end for start, end in spans)
