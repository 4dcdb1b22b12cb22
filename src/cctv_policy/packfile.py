"""Regulation packs from files: policies/regulations/<pack id>.yaml → Pack (spec §4.3).

`parameters.yaml` beside them says which parameters exist. Every fault of every file is reported at
once, with file, line and key, as one PackError; nothing here decides what holds (regulation.py).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from cctv_policy import strictyaml
from cctv_policy.errors import PackError
from cctv_policy.model import Text
from cctv_policy.packs import Clause, Entry, Pack, Parameter, Selector, Source
from cctv_policy.parameter_types import Kind, Stricter
from cctv_policy.strictyaml import Bool, Document, Fault, IsoDate, Paragraph, Str, StrictModel

PARAMETERS_FILE = "parameters.yaml"
LIMITS = strictyaml.Limits(max_bytes=256 * 1024, max_nodes=20_000)

Confidence = Literal["high", "medium", "low"]


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


OneOrMore = Annotated[
    list[Str],
    BeforeValidator(_listed),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]


class ParameterFile(StrictModel):
    """One row of parameters.yaml."""

    kind: Literal[tuple(Kind)]  # type: ignore[valid-type]
    stricter: Literal[tuple(Stricter)]  # type: ignore[valid-type]
    zh: Str
    en: Str
    unit: Str = ""
    nullable: Bool = False
    choices: list[Str] = Field(default_factory=list)
    rules: list[Str] = Field(default_factory=list)


class TextFile(StrictModel):
    zh: Str
    en: Str


class SelectorFile(StrictModel):
    """Where the pack or entry applies; leave out what does not matter."""

    city: OneOrMore = Field(default_factory=list)
    school: OneOrMore = Field(default_factory=list)
    site_type: OneOrMore = Field(default_factory=list)
    area_type: OneOrMore = Field(default_factory=list)
    camera: OneOrMore = Field(default_factory=list)


class SourceFile(StrictModel):
    """The document behind the pack. `text_seen: false` prints a caution in reports."""

    title: Str
    doc_no: Str = ""
    url: Str = ""
    confidence: Confidence
    text_seen: Bool
    note: Paragraph = ""


class ClauseFile(StrictModel):
    """A clause with the rules that check it, or `procedural`: why no rule does."""

    id: Str
    text: Paragraph = ""
    rules: list[Str] = Field(default_factory=list)
    procedural: Str = ""


class EntryFile(StrictModel):
    """One value; source, confidence and text_seen are the pack's unless said otherwise."""

    value: Any
    effective_from: IsoDate | None = None
    effective_to: IsoDate | None = None
    selector: SelectorFile = Field(default_factory=SelectorFile)
    source: Str | None = None
    confidence: Confidence | None = None
    text_seen: Bool | None = None
    note: Str = ""


class PackFile(StrictModel):
    """A regulation pack of cctv-policy."""

    pack: Str
    version: Str
    title: TextFile
    extends: list[Str] = Field(default_factory=list)
    defaults: Bool = False
    selector: SelectorFile = Field(default_factory=SelectorFile)
    source: SourceFile
    clauses: list[ClauseFile] = Field(default_factory=list)
    params: dict[str, list[EntryFile]] = Field(default_factory=dict)
    rules: dict[str, Literal["on", "off"]] = Field(default_factory=dict)


def load_packs(*folders: Path, known_rules: Collection[str] | None = None) -> dict[str, Pack]:
    """Every pack of the folders by id; a later folder may not redefine a pack of an earlier one.

    A copy to the byte redefines nothing: a checkout of this project has its own packs below it.
    The first folder holds parameters.yaml. With `known_rules`, a rule id outside them is a fault.
    PackError lists every fault of every file.
    """
    table = load_parameters(folders[0], known_rules=known_rules)
    packs: dict[str, Pack] = {}
    faults: list[Fault] = []
    paths = [p for f in folders for p in sorted(f.glob("*.yaml")) if p.name != PARAMETERS_FILE]
    if not paths:
        raise PackError(
            "找不到規定套件 (no regulation pack found)", where=", ".join(map(str, folders))
        )
    for path in paths:
        pack = _read_pack(path, table, known_rules)
        if isinstance(pack, list):
            faults += pack
        elif pack.id in packs:
            other = Path(packs[pack.id].path)
            if path.read_bytes() != other.read_bytes():
                faults.append(_fault(path, "bad_value", "pack", f"{pack.id} is already in {other}"))
        else:
            packs[pack.id] = pack
    _raise(faults)
    return packs


def load_parameters(
    folder: Path, *, known_rules: Collection[str] | None = None
) -> dict[str, Parameter]:
    """parameters.yaml of a folder by name; PackError lists every fault."""
    path = folder / PARAMETERS_FILE
    document = _parse(path)
    faults: list[Fault] = []
    table: dict[str, Parameter] = {}
    lines: dict[str | int, dict[tuple[str | int, ...], int]] = {}
    for where, line in document.lines.items():
        if where:
            lines.setdefault(where[0], {})[where[1:]] = line
    for name, row in document.data.items():
        data = row if isinstance(row, dict) else {}
        part = Document(path=document.path, data=data, lines=lines.get(name, {}))
        bound = strictyaml.bind(part, ParameterFile)
        if isinstance(bound, list):
            faults += bound
            continue
        faults += _unknown_rules(document, bound.rules, (name, "rules"), known_rules)
        table[name] = Parameter(
            name=name,
            kind=Kind(bound.kind),
            stricter=Stricter(bound.stricter),
            label=Text(zh=bound.zh, en=bound.en),
            rules=tuple(bound.rules),
            unit=bound.unit,
            nullable=bound.nullable,
            choices=tuple(bound.choices),
        )
    _raise(faults)
    return table


def _read_pack(
    path: Path, table: Mapping[str, Parameter], known_rules: Collection[str] | None
) -> Pack | list[Fault]:
    document = _parse(path)
    bound = strictyaml.bind(document, PackFile)
    if isinstance(bound, list):
        return bound
    faults = _clause_faults(document, bound, known_rules)
    if bound.pack != path.stem:
        faults.append(document.fault("bad_value", ("pack",), f"the file is {path.name}"))
    params: dict[str, tuple[Entry, ...]] = {}
    for name, entries in bound.params.items():
        if name not in table:
            what = f"no parameter {strictyaml.dotted((name,))}"
            faults.append(document.fault("unknown_field", ("params", name), what))
            continue
        params[name] = _entries(document, bound.source, table[name], entries, faults)
    return faults or Pack(
        id=bound.pack,
        version=bound.version,
        title=Text(zh=bound.title.zh, en=bound.title.en),
        extends=tuple(bound.extends),
        defaults=bound.defaults,
        selector=_selector(bound.selector),
        source=Source(**bound.source.model_dump()),
        clauses=tuple(
            Clause(
                pack=bound.pack,
                id=clause.id,
                text=clause.text,
                rules=tuple(clause.rules),
                procedural=clause.procedural,
            )
            for clause in bound.clauses
        ),
        params=params,
        rules={rule: switch == "on" for rule, switch in bound.rules.items()},
        path=str(path),
        table=table,
    )


def _entries(
    document: Document,
    source: SourceFile,
    parameter: Parameter,
    entries: list[EntryFile],
    faults: list[Fault],
) -> tuple[Entry, ...]:
    out: list[Entry] = []
    for index, item in enumerate(entries):
        where = ("params", parameter.name, index)
        try:
            value = parameter.read(item.value)
        except ValueError as error:
            faults.append(document.fault("bad_value", (*where, "value"), str(error)))
            continue
        entry = Entry(
            value=value,
            effective_from=item.effective_from,
            effective_to=item.effective_to,
            selector=_selector(item.selector),
            source=item.source or " ".join(filter(None, (source.title, source.doc_no))),
            confidence=item.confidence or source.confidence,
            text_seen=source.text_seen if item.text_seen is None else item.text_seen,
            note=item.note,
        )
        if item.effective_from and item.effective_to and item.effective_to < item.effective_from:
            faults.append(document.fault("bad_value", where, "ends before it begins"))
        if any(
            (e.selector, e.effective_from) == (entry.selector, entry.effective_from) for e in out
        ):
            what = "two values from the same date for the same place"
            faults.append(document.fault("bad_value", where, what, "delete one"))
        out.append(entry)
    return tuple(out)


def _clause_faults(
    document: Document, pack: PackFile, known_rules: Collection[str] | None
) -> list[Fault]:
    faults = _unknown_rules(document, list(pack.rules), ("rules",), known_rules)
    seen: set[str] = set()
    for index, clause in enumerate(pack.clauses):
        where = ("clauses", index)
        if bool(clause.rules) == bool(clause.procedural):
            what = "a clause has either rules, or procedural: why none checks it"
            faults.append(document.fault("bad_value", where, what))
        if clause.id in seen:
            faults.append(document.fault("bad_value", where, "this clause id is there already"))
        seen.add(clause.id)
        faults += _unknown_rules(document, clause.rules, (*where, "rules"), known_rules)
    return faults


def _unknown_rules(
    document: Document,
    rules: list[str],
    where: tuple[str | int, ...],
    known_rules: Collection[str] | None,
) -> list[Fault]:
    if known_rules is None:
        return []
    unknown = [rule for rule in rules if rule not in known_rules]
    return [document.fault("unknown_field", where, f"no rule {rule}") for rule in unknown]


def _selector(file: SelectorFile) -> Selector:
    return Selector(**{key: tuple(value) for key, value in file.model_dump().items()})


def _parse(path: Path) -> Document:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise PackError(f"無法讀取 (cannot be read: {error.strerror})", where=str(path)) from None
    document = _document(data, str(path))
    if isinstance(document, list):
        _raise(document)
        raise PackError("無法讀取 (cannot be read)", where=str(path))
    return document


@lru_cache(maxsize=64)
def _document(data: bytes, path: str) -> Document | list[Fault]:
    """The parsed file, not to be changed; kept, for a scan reads the packs more than once."""
    return strictyaml.parse(data, path=path, limits=LIMITS)


def _fault(path: Path, code: str, key: str, what: str) -> Fault:
    return Fault(path=str(path), line=1, code=code, key=key, what=what)


def _raise(faults: list[Fault]) -> None:
    if faults:
        raise PackError(
            "\n".join(map(str, faults)),
            fix="格式見 docs/packs.md (it shows the form of a regulation pack)",
        )
