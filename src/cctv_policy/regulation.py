"""What a regulation asks, where and when: packs merged, the stricter value wins (spec §1.6).

`resolve` picks one pack with everything it extends, and the packs that refine it for an area (a
kindergarten inside a school); how their values merge is told in levels.py.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Unpack
from zoneinfo import ZoneInfo

from cctv_policy.addresses import AddressPolicy
from cctv_policy.errors import PackError
from cctv_policy.levels import Level, Param, Place, entries, in_force, narrowed, place_of, shown
from cctv_policy.model import Json, Text
from cctv_policy.packfile import load_packs
from cctv_policy.packs import Clause, Entry, Pack, Parameter, Selector
from cctv_policy.periods import DayCount, Period, local_date, required_from

__all__ = ["Param", "Place", "Regulation", "Retention", "RuleUse", "load_packs", "resolve"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """四(三), 四(四) together: what must and what may be kept."""

    kind: str
    """min_only, max_only, min_max, exact, or none."""
    minimum: Param
    maximum: Param
    tolerance: Param
    max_by_justification: Param


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleUse:
    """Whether a rule is judged under a regulation, and the clauses it checks."""

    rule_id: str
    on: bool
    clauses: tuple[Clause, ...] = ()
    """Most specific document first."""
    notes: tuple[str, ...] = ()
    """Codes: `off_ignored` when a pack tried to switch off what a document it extends demands."""

    @property
    def clause_ids(self) -> tuple[str, ...]:
        """Ids of the clauses as documents print them, e.g. 三(一)."""
        return tuple(clause.id for clause in self.clauses)


@dataclass(frozen=True, slots=True, kw_only=True)
class Regulation:
    """One pack with all it extends. Every question raises PackError for an unknown name."""

    id: str
    version: str
    title: Text
    levels: tuple[Level, ...]
    """Broad to narrow."""
    table: Mapping[str, Parameter] = field(repr=False)
    _known: dict[Hashable, Param | None] = field(default_factory=dict, repr=False, compare=False)
    """Answers given already: a district asks the same for thousands of channels."""

    @property
    def packs(self) -> tuple[Pack, ...]:
        """Every document that takes part, broad to narrow, overrides left out."""
        return tuple(level.pack for level in self.levels if not level.override)

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """Every clause of every document, broad to narrow, in the documents' order."""
        return tuple(clause for pack in self.packs for clause in pack.clauses)

    @property
    def rules(self) -> Mapping[str, RuleUse]:
        """Every rule a document maps a clause to or switches, by id."""
        uses: dict[str, RuleUse] = {}
        for pack in (level.pack for level in self.levels if not level.refines):
            for clause in pack.clauses:
                for rule in clause.rules:
                    broader = uses[rule].clauses if rule in uses else ()
                    uses[rule] = RuleUse(rule_id=rule, on=True, clauses=(clause, *broader))
            for rule, on in pack.rules.items():
                use = uses.get(rule, RuleUse(rule_id=rule, on=on))
                if use.on and not on:
                    use = replace(use, notes=("off_ignored",))
                uses[rule] = replace(use, on=use.on or on)
        return MappingProxyType(uses)

    def cautions(self, cited: Collection[str] = ()) -> tuple[Text, ...]:
        """One sentence per document whose own text was not read (`text_seen: false`).

        The documents extended always count; one that refines them for an area only if `cited`,
        the ids of packs that findings name, holds it.
        """
        return tuple(
            Text(
                zh=f"「{pack.title.zh}」({pack.id})未見原文，可信度：{_ZH[pack.source.confidence]}",
                en=f"{pack.title.en} ({pack.id}): the text itself was not seen; "
                f"confidence {pack.source.confidence}",
            )
            for pack, refines in ((level.pack, level.refines) for level in self.levels)
            if not pack.source.text_seen and (not refines or pack.id in cited)
        )

    def param(self, name: str, *, on: date, **place: Unpack[Place]) -> Param:
        """The value that holds at `place` on a day; null for a nullable one nobody sets."""
        found = self._find(name, on, place)
        if found is not None:
            return found
        if not self._parameter(name).nullable:
            raise PackError(
                f"沒有規範包為 {on} 設定 `{name}` (no pack sets `{name}` for {on})",
                where=self.id,
                fix="請在規範包中設定，或 extends `base` "
                "(set it in the pack, or let the pack extend `base`)",
            )
        return Param(
            name=name,
            value=None,
            pack="",
            effective_from=None,
            source="",
            confidence="high",
            text_seen=True,
        )

    def timeline(self, name: str, **place: Unpack[Place]) -> tuple[tuple[date | None, Json], ...]:
        """`(effective_from, value)` over all dates, oldest first; None as a date means always."""
        starts = {date.min}
        self._parameter(name)
        for _, entry in entries(self.levels, name, place):
            if entry.effective_from:
                starts.add(entry.effective_from)
            if entry.effective_to:
                starts.add(entry.effective_to + timedelta(days=1))
        steps: list[tuple[date | None, Json]] = []
        for start in sorted(starts):
            found = self._find(name, start, place)
            value = found.value if found else None
            if (steps and steps[-1][1] != value) or (not steps and value is not None):
                steps.append((None if start == date.min else start, value))
        return tuple(steps)

    def retention(self, *, on: date, **place: Unpack[Place]) -> Retention:
        """Minimum and maximum at a place on a day; PackError when they contradict each other."""
        low = self.param("retention_min", on=on, **place)
        high = self.param("retention_max", on=on, **place)
        declared = self.param("retention_kind", on=on, **place).value
        both = low.value is not None and high.value is not None
        if both and _length(low.value) > _length(high.value):
            raise PackError(
                "最短保存期間長於最長保存期間 "
                f"(retention_min {low.value} of {low.pack} is longer than retention_max "
                f"{high.value} of {high.pack}{_since(on)})",
                where=f"{self.id} {shown(place)}".rstrip(),
                fix="請更正規範包或覆寫值，更正前不評定任何項目 "
                "(correct the pack or the override; nothing is judged until then)",
            )
        if declared == "exact" and (not both or _length(low.value) != _length(high.value)):
            raise PackError(
                "retention_kind 為 exact，但上下限不同 "
                f"(retention_kind is exact, but {low.value} and {high.value} differ{_since(on)})",
                where=f"{self.id} {shown(place)}".rstrip(),
                fix="請把 retention_min 與 retention_max 設為相同期間 "
                "(set retention_min and retention_max to the same period)",
            )
        derived = {(True, True): "min_max", (True, False): "min_only", (False, True): "max_only"}
        key = (low.value is not None, high.value is not None)
        return Retention(
            kind="exact" if declared == "exact" else derived.get(key, "none"),
            minimum=low,
            maximum=high,
            tolerance=self.param("exact_tolerance", on=on, **place),
            max_by_justification=self.param("max_by_justification", on=on, **place),
        )

    def required_from(self, as_of: datetime, **place: Unpack[Place]) -> datetime | None:
        """The oldest instant whose footage is owed (§1.6), None when no minimum is in force."""
        day = local_date(as_of)
        timeline = self.timeline("retention_min", **place)
        return required_from(
            as_of,
            [(start, Period.parse(value) if value else None) for start, value in timeline],
            day_count=DayCount(self.param("day_count", on=day, **place).value),
            tz=self.zone(on=day, **place),
        )

    def zone(self, *, on: date, **place: Unpack[Place]) -> ZoneInfo:
        """The time zone recorders must keep (rule C-clock-sync) and days are counted in."""
        return ZoneInfo(self.param("timezone", on=on, **place).value)

    def address_policy(self, *, on: date, **place: Unpack[Place]) -> AddressPolicy:
        """What addresses.classify needs."""
        return AddressPolicy(
            allowed_private_cidrs=tuple(self.param("allowed_private_cidrs", on=on, **place).value),
            labels=self.param("labels", on=on, **place).value,
        )

    def with_overrides(
        self,
        overrides: Mapping[str, Json],
        *,
        where: str,
        school: str | None = None,
        camera: str | None = None,
    ) -> Regulation:
        """This regulation with a school's or camera's own values, which may only tighten it.

        A value is plain, or `{value, effective_from, note}`. `where` names the file for messages.
        PackError for an unknown parameter, a bad value, or a minimum above the maximum.
        """
        selector = Selector(school=(school,) if school else (), camera=(camera,) if camera else ())
        params = {
            name: (_override(self._parameter(name, where), value, where),)
            for name, value in overrides.items()
        }
        pack = replace(
            self.levels[-1].pack,
            id=f"override:{camera or school or where}",
            extends=(),
            defaults=False,
            selector=selector,
            clauses=(),
            params=params,
            rules={},
            path=where,
        )
        level = Level(pack=pack, selector=selector, refines=True, override=True)
        tightened = replace(self, levels=(*self.levels, level), _known={})
        tightened.check(places=[Place(school=school, camera=camera)])
        return tightened

    def check(self, places: Collection[Place] = ()) -> None:
        """Refuse a regulation that contradicts itself anywhere a selector can tell apart (§1.6)."""
        selected = [Place(), *(place_of(s) for s in set(self._selectors()))]
        for place in (narrowed(s, p) for s in selected for p in (Place(), *places)):
            for name in ("retention_min", "retention_max", "retention_kind"):
                for start, _ in self.timeline(name, **place):
                    self.retention(on=start or date.min, **place)
        for name, parameter in self.table.items():
            if not parameter.nullable:
                self.param(name, on=date.max)

    def _selectors(self) -> Iterator[Selector]:
        for level in self.levels:
            yield level.pack.selector
            for values in level.pack.params.values():
                yield from (entry.selector for entry in values)

    def _parameter(self, name: str, where: str = "") -> Parameter:
        if name not in self.table:
            raise PackError(
                f"沒有參數 `{name}` (no parameter `{name}`)",
                where=where or self.id,
                fix="見 policies/regulations/parameters.yaml "
                "(policies/regulations/parameters.yaml lists them)",
            )
        return self.table[name]

    def _find(self, name: str, on: date, place: Place) -> Param | None:
        key = (name, on, tuple(sorted((k, v) for k, v in place.items() if v)))
        if key not in self._known:
            self._known[key] = in_force(self.levels, self._parameter(name), on, place)
        return self._known[key]


def resolve(
    packs: Mapping[str, Pack], pack_id: str, *, known_rules: Collection[str] | None = None
) -> Regulation:
    """The regulation of one pack. PackError for an unknown pack, parent or rule, a cycle, or a
    minimum above a maximum: nothing may be judged then."""
    if pack_id not in packs:
        raise PackError(
            f"沒有規定套件「{pack_id}」 (unknown pack `{pack_id}`)",
            fix=f"現有套件 (known packs: {', '.join(sorted(packs)) or 'none'})",
        )
    chain = _linear(packs, pack_id, ())
    levels = [Level(pack=pack, selector=pack.selector) for pack in chain]
    levels += _refinements(packs, pack_id)
    levels.sort(key=lambda level: level.pack.selector.rank)
    head = packs[pack_id]
    regulation = Regulation(
        id=head.id,
        version=head.version,
        title=head.title,
        levels=tuple(levels),
        table=head.table,
    )
    unknown = sorted(set(regulation.rules) - set(known_rules)) if known_rules is not None else []
    if unknown:
        raise PackError(f"沒有這些規則 (no such rule: {', '.join(unknown)})", where=head.path)
    regulation.check()
    return regulation


_ZH = {"high": "高", "medium": "中", "low": "低"}


def _linear(packs: Mapping[str, Pack], pack_id: str, above: tuple[str, ...]) -> list[Pack]:
    """A pack after all it extends, each once."""
    if pack_id in above:
        raise PackError(
            "`extends` 形成循環 "
            f"(`extends` goes round in a circle: {' → '.join((*above, pack_id))})",
            where=packs[above[-1]].path,
        )
    pack = packs[pack_id]
    chain: list[Pack] = []
    for parent in pack.extends:
        if parent not in packs:
            raise PackError(
                f"extends 的 `{parent}` 不是規範包 (extends `{parent}`, which is no pack)",
                where=pack.path,
            )
        for each in _linear(packs, parent, (*above, pack_id)):
            if each not in chain:
                chain.append(each)
    return [*chain, pack]


def _refinements(packs: Mapping[str, Pack], pack_id: str) -> list[Level]:
    """Packs made for an area whose nearest parent is this one; what it selects is not repeated."""
    if packs[pack_id].defaults:
        return []
    head = packs[pack_id].selector
    found: list[Level] = []
    for other in (packs[each] for each in sorted(packs)):
        if other.selector.area_type and [p.id for p in _linear(packs, other.id, ())][-2:-1] == [
            pack_id
        ]:
            new = {
                key: value if value != getattr(head, key) else ()
                for key, value in asdict(other.selector).items()
            }
            found.append(Level(pack=other, selector=Selector(**new), refines=True))
    return found


def _override(parameter: Parameter, given: Json, where: str) -> Entry:
    fields = given if isinstance(given, dict) and "value" in given else {"value": given}
    try:
        start = fields.get("effective_from")
        return Entry(
            value=parameter.read(fields["value"]),
            effective_from=date.fromisoformat(start) if isinstance(start, str) else start,
            source=where,
            confidence="high",
            text_seen=True,
            note=str(fields.get("note", "")),
        )
    except ValueError as error:
        raise PackError(
            f"覆寫 `{parameter.name}` 有誤 (override of `{parameter.name}`: {error})", where=where
        ) from None


def _since(on: date) -> str:
    return f" on {on}" if on > date.min else ""


def _length(text: str) -> int:
    return Period.parse(text).average_seconds
