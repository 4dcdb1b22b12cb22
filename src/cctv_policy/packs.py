"""What a regulation pack is (spec §4.3): a document's clauses, dated parameters and rule switches.

packfile.py reads packs from YAML; regulation.py says what holds where and when.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from cctv_policy.model import Json, Text
from cctv_policy.parameter_types import Kind, Stricter, read, stricter_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """What a pack may set, and which value is stricter."""

    name: str
    kind: Kind
    stricter: Stricter
    label: Text
    rules: tuple[str, ...] = ()
    """Rules that read it; empty when the machinery does, for all."""
    unit: str = ""
    nullable: bool = False
    """Whether null ("the document says nothing") is a value; it is the least strict one."""
    choices: tuple[str, ...] = ()

    def read(self, value: Json) -> Json:
        """`value`, as text from YAML or already typed, as JSON of this kind; else ValueError."""
        if value is not None:
            return read(value, self.kind, self.choices)
        if not self.nullable:
            raise ValueError("null is not allowed here")
        return None

    def merge(self, broad: Json, narrow: Json) -> Json:
        """What holds when a broader and a narrower level both speak (§1.6: the stricter)."""
        if broad is None or narrow is None:
            return narrow if broad is None else broad
        return stricter_of(self.stricter, broad, narrow, self.choices)


@dataclass(frozen=True, slots=True, kw_only=True)
class Selector:
    """Where a pack or an entry applies; an empty tuple means everywhere."""

    city: tuple[str, ...] = ()
    school: tuple[str, ...] = ()
    site_type: tuple[str, ...] = ()
    area_type: tuple[str, ...] = ()
    camera: tuple[str, ...] = ()

    @property
    def rank(self) -> int:
        """How specific it is: camera > area_type > site_type > school > city > nation (§1.6)."""
        keys = (self.city, self.school, self.site_type, self.area_type, self.camera)
        return max((i for i, key in enumerate(keys, 1) if key), default=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The document behind a pack, and how far it was read."""

    title: str
    doc_no: str = ""
    url: str = ""
    confidence: str
    text_seen: bool
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One clause of a document: the rules that check it, or why no rule does (`procedural`)."""

    pack: str
    id: str
    text: str
    rules: tuple[str, ...]
    procedural: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One value of a parameter, from a date to a date (both included, None is open)."""

    value: Json
    effective_from: date | None = None
    effective_to: date | None = None
    selector: Selector = field(default_factory=Selector)
    source: str
    confidence: str
    text_seen: bool
    note: str = ""

    def covers(self, on: date) -> bool:
        """Whether the entry is in force on a day."""
        return (self.effective_from or on) <= on <= (self.effective_to or on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """One file of policies/regulations."""

    id: str
    version: str
    title: Text
    extends: tuple[str, ...]
    defaults: bool
    """The product's own defaults: they hold only where no document sets the parameter."""
    selector: Selector
    source: Source
    clauses: tuple[Clause, ...]
    params: Mapping[str, tuple[Entry, ...]]
    rules: Mapping[str, bool]
    path: str
    table: Mapping[str, Parameter] = field(repr=False)
    """Every parameter there is (parameters.yaml)."""
