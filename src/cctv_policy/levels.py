"""Who speaks about a parameter at a place on a day, and who wins (spec §1.6).

Levels run from the nation to the camera. A document's value replaces the product's default; between
documents, and for the overrides of a district's inventory, the stricter value holds and a loosening
one is ignored with the note `override_ignored`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypedDict

from cctv_policy.errors import PackError
from cctv_policy.model import Json, ParamUse
from cctv_policy.packs import Entry, Pack, Parameter, Selector
from cctv_policy.parameter_types import Stricter

OVERRIDE_IGNORED = "override_ignored"


class Place(TypedDict, total=False):
    """Where a parameter is asked for; of a pack chosen by name, what is not said fits."""

    city: str | None
    school: str | None
    site_type: str | None
    area_type: str | None
    camera: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Param:
    """A parameter as it holds at a place on a day, and the document that says so."""

    name: str
    value: Json
    pack: str
    """Id of the pack cited; empty when no pack sets a nullable parameter."""
    effective_from: date | None
    source: str
    confidence: str
    text_seen: bool
    notes: tuple[str, ...] = ()
    """Codes: `override_ignored` when a narrower level tried to loosen it."""
    remark: str = ""
    """The entry's own note in the pack."""
    ignored: tuple[str, ...] = ()
    """Packs and overrides whose looser value was ignored."""

    def use(self) -> ParamUse:
        """As a finding cites it."""
        return ParamUse(
            name=self.name,
            value=self.value,
            pack=self.pack,
            effective_from=self.effective_from.isoformat() if self.effective_from else "",
            confidence=self.confidence,
            text_seen=self.text_seen,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One pack's place in the merge."""

    pack: Pack
    selector: Selector
    """Where it applies; of a refining pack, without what the pack it refines says already."""
    refines: bool = False
    """Not asked for by name: applies only where the place says what its selector wants."""
    override: bool = False
    """From a district's inventory: may only tighten, the product's defaults too."""


def entries(levels: Sequence[Level], name: str, place: Place) -> Iterator[tuple[Level, Entry]]:
    """Entries of a parameter that can apply at a place, on any day, broad to narrow."""
    for level in levels:
        if _applies(level, place):
            for entry in level.pack.params.get(name, ()):
                if _matches(entry.selector, place, stated=True):
                    yield level, entry


def in_force(levels: Sequence[Level], parameter: Parameter, on: date, place: Place) -> Param | None:
    """The value that holds at a place on a day; None when nobody sets the parameter."""
    chosen: dict[str, tuple[Level, Entry]] = {}
    for level, entry in entries(levels, parameter.name, place):
        best = chosen.get(level.pack.id)
        if entry.covers(on) and (best is None or _order(entry) > _order(best[1])):
            chosen[level.pack.id] = (level, entry)
    speaking = list(chosen.values())
    documents = [each for each in speaking if not (each[0].pack.defaults or each[0].override)]
    if not documents:
        documents = [each for each in speaking if each[0].pack.defaults][-1:]
    found: Param | None = None
    for level, entry in [*documents, *(each for each in speaking if each[0].override)]:
        narrow = _param(parameter.name, level.pack, entry)
        found = narrow if found is None else _merge(parameter, found, level, narrow)
    return found


def _merge(parameter: Parameter, broad: Param, level: Level, narrow: Param) -> Param:
    merged = parameter.merge(broad.value, narrow.value)
    if level.override and parameter.stricter is Stricter.SPECIFIC:
        merged = broad.value
    if merged == [] and broad.value and narrow.value:
        raise PackError(
            f"{broad.pack} 與 {narrow.pack} 的 `{narrow.name}` 沒有交集 "
            f"(`{narrow.name}` of {broad.pack} and {narrow.pack} have nothing in common)",
            where=level.pack.path,
        )
    if merged == narrow.value:
        return replace(narrow, notes=broad.notes, ignored=broad.ignored)
    if merged != broad.value:
        return replace(narrow, value=merged, notes=broad.notes, ignored=broad.ignored)
    notes = tuple(dict.fromkeys((*broad.notes, OVERRIDE_IGNORED)))
    return replace(broad, notes=notes, ignored=(*broad.ignored, narrow.pack))


def _applies(level: Level, place: Place) -> bool:
    """Whether a level's pack speaks about a place.

    A pack chosen for a district, but made for another city or kind of site, is a mistake that
    would silently drop its parameters: PackError.
    """
    selector = level.selector
    if not level.refines and not _matches(
        Selector(city=selector.city, site_type=selector.site_type), place, stated=False
    ):
        raise PackError(
            f"規範包 {level.pack.id} 不適用於 {shown(place)} "
            f"(pack {level.pack.id} is not made for {shown(place)})",
            where=level.pack.path,
            fix="請選該縣市與場所類型的規範包 (choose the pack of that city and kind of site)",
        )
    return _matches(selector, place, stated=level.refines)


def _matches(selector: Selector, place: Place, *, stated: bool) -> bool:
    """Whether every key of the selector fits; an unsaid one fits unless it must be `stated`.

    An area is of its own type and of its site's: all of a kindergarten is kindergarten.
    """
    site = place.get("site_type")
    pairs = (
        (selector.city, {place.get("city")}),
        (selector.school, {place.get("school")}),
        (selector.site_type, {site}),
        (selector.area_type, {place.get("area_type"), site}),
        (selector.camera, {place.get("camera")}),
    )
    return all(
        not wanted or (not said.isdisjoint(wanted) if said != {None} else not stated)
        for wanted, said in pairs
    )


def place_of(selector: Selector) -> Place:
    """A place where a selector applies."""
    return Place(
        city=next(iter(selector.city), None),
        school=next(iter(selector.school), None),
        site_type=next(iter(selector.site_type), None),
        area_type=next(iter(selector.area_type), None),
        camera=next(iter(selector.camera), None),
    )


def narrowed(broad: Place, narrow: Place) -> Place:
    """A place with what a narrower one says on top."""
    return Place(**{**broad, **{key: value for key, value in narrow.items() if value}})  # type: ignore[typeddict-item]


def _order(entry: Entry) -> tuple[int, date]:
    return entry.selector.rank, entry.effective_from or date.min


def _param(name: str, pack: Pack, entry: Entry) -> Param:
    return Param(
        name=name,
        value=entry.value,
        pack=pack.id,
        effective_from=entry.effective_from,
        source=entry.source,
        confidence=entry.confidence,
        text_seen=entry.text_seen,
        remark=entry.note,
    )


def shown(place: Place) -> str:
    """A place as messages say it."""
    return " ".join(f"{key}={value}" for key, value in place.items() if value)
