"""Text to nested dicts of text, straight from the YAML parser's events; nothing is resolved.

Two parsers can be underneath, ruamel.yaml's own and its C extension. What is refused with the C
parser is read again by the other, so the faults do not depend on what is installed. A file in our
writer's own form needs neither (canonical.py).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ruamel.yaml import YAML, events
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from cctv_policy.strictyaml.canonical import Path, read_canonical
from cctv_policy.strictyaml.faults import Fault, shown
from cctv_policy.strictyaml.prefilter import MAX_BYTES, banned_character, decode

try:
    from _ruamel_yaml import CParser  # type: ignore[import-not-found]
except ImportError:  # a platform without the wheel: slower, same answers
    CParser = None

HAS_C = CParser is not None

Node = Any
"""dict[str, Node], list[Node], str, or None for a plain `null`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a file may cost; the defaults are for one record or one school."""

    max_bytes: int = MAX_BYTES
    max_nodes: int = 2_000
    max_depth: int = 8


LIMITS = Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One file: `data` holds text only, `lines` the 1-based line of every path in it."""

    path: str
    data: dict[str, Node]
    lines: Mapping[Path, int]

    def line_of(self, where: Path) -> int:
        """The line of `where`, or of the nearest thing around it that exists."""
        while where and where not in self.lines:
            where = where[:-1]
        return self.lines.get(where, 1)

    def fault(self, code: str, where: Path, what: str, fix: str = "") -> Fault:
        """A fault at `where` in this file."""
        line = self.line_of(where)
        return Fault(path=self.path, line=line, code=code, key=dotted(where), what=what, fix=fix)


def dotted(where: Path) -> str:
    """`("recorders", 0, "connect")` as `recorders[0].connect`."""
    out = ""
    for step in where:
        if isinstance(step, int):
            out += f"[{step}]"
        else:
            out += f".{shown(step)}" if out else shown(step)
    return out


def parse(
    data: bytes, *, path: str, limits: Limits = LIMITS, lines: bool = False
) -> Document | list[Fault]:
    """The one mapping in `data`, or every fault found; never raises on what `data` holds.

    `path` is only what messages call the file. Structural faults are collected until the parser
    itself gives up. `lines`: whoever needs many of them has them found in the same pass.
    """
    text = decode(data, path=path, max_bytes=limits.max_bytes)
    if isinstance(text, list):
        return text
    found: dict[Path, int] | None = {} if lines else None
    short = read_canonical(
        text, max_nodes=limits.max_nodes, max_depth=limits.max_depth, lines=found
    )
    if short:
        later = _Lines(text, limits) if found is None else found
        return Document(path=path, data=short, lines=later)
    return _parsed(text, path, limits)


class _Lines(Mapping[Path, int]):
    """The lines of a file in our writer's form, found when a fault asks for one."""

    def __init__(self, text: str, limits: Limits) -> None:
        self._text, self._limits = text, limits

    @cached_property
    def _found(self) -> Mapping[Path, int]:
        found: dict[Path, int] = {}
        limits = self._limits
        read_canonical(
            self._text, max_nodes=limits.max_nodes, max_depth=limits.max_depth, lines=found
        )
        return found

    def __getitem__(self, where: Path) -> int:
        return self._found[where]

    def __iter__(self) -> Iterator[Path]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


def _parsed(text: str, path: str, limits: Limits) -> Document | list[Fault]:
    """The faster parser's document, or the other one's."""
    if HAS_C:
        try:
            document = _Build(path=path, limits=limits).run(_c_events(text))
        except YAMLError:
            document = []
        if isinstance(document, Document):
            return document
    return parse_pure(text, path=path, limits=limits)


def parse_pure(text: str, *, path: str, limits: Limits = LIMITS) -> Document | list[Fault]:
    """`parse` of already decoded text without the C extension."""
    build = _Build(path=path, limits=limits)
    try:
        return build.run(_pure_events(text))
    except YAMLError as error:
        return [*build.faults, _syntax(error, path)]
    except (ValueError, IndexError, AttributeError, TypeError):  # defects of the parser
        return [*build.faults, Fault(path=path, line=build.line, code="syntax")]


class _LimitError(Exception):
    """A limit is reached: reading on would cost what the limit forbids."""


@dataclass(slots=True)
class _Frame:
    where: Path
    node: dict[str, Node] | list[Node]
    key: str | None = None
    """In a mapping: the key that waits for its value."""
    keys: dict[str, int] = field(default_factory=dict)


class _Build:
    """One pass over the events of one file, with an explicit stack: depth costs no recursion."""

    def __init__(self, *, path: str, limits: Limits) -> None:
        self.path = path
        self.limits = limits
        self.faults: list[Fault] = []
        self.lines: dict[Path, int] = {}
        self.stack: list[_Frame] = []
        self.root: Node = None
        self.nodes = 0
        self.documents = 0
        self.line = 1

    def run(self, stream: Iterator[Any]) -> Document | list[Fault]:
        try:
            for event in stream:
                self.line = event.start_mark.line + 1
                self.take(event)
        except _LimitError:
            return self.faults
        if not self.documents:
            self.add("not_one_mapping", "the file is empty", "write the fields, or delete the file")
        if self.faults or not isinstance(self.root, dict):
            return self.faults
        return Document(path=self.path, data=self.root, lines=self.lines)

    def add(self, code: str, what: str, fix: str = "", key: Path | None = None) -> None:
        where = dotted(self.where() if key is None else key)
        self.faults.append(
            Fault(path=self.path, line=self.line, code=code, key=where, what=what, fix=fix)
        )

    def where(self) -> Path:
        """The path of the node that comes next."""
        if not self.stack:
            return ()
        top = self.stack[-1]
        if isinstance(top.node, list):
            return (*top.where, len(top.node))
        return top.where if top.key is None else (*top.where, top.key)

    def take(self, event: Any) -> None:
        if isinstance(event, events.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self.add("not_one_mapping", "a second document starts here", "one file, one record")
                raise _LimitError
        elif isinstance(event, events.MappingEndEvent | events.SequenceEndEvent):
            self.stack.pop()
        elif isinstance(event, events.AliasEvent):
            self.add("anchor_forbidden", "an alias (*…)", "write the value out")
            raise _LimitError
        elif isinstance(event, events.NodeEvent):
            self.node(event)

    def node(self, event: Any) -> None:
        self.nodes += 1
        if self.nodes > self.limits.max_nodes:
            self.add("too_many", f"more than {self.limits.max_nodes} entries", "split the file")
            raise _LimitError
        if event.anchor is not None:
            self.add("anchor_forbidden", "an anchor (&…)", "write the value out")
        if event.tag is not None:
            self.add("tag_forbidden", "a tag (!…)", "delete it; the schema knows the type")
        top = self.stack[-1] if self.stack else None
        if top and isinstance(top.node, dict) and top.key is None:
            self.take_key(event, top)
        elif isinstance(event, events.ScalarEvent):
            self.put(self.scalar(event))
        else:
            self.open(event)

    def open(self, event: Any) -> None:
        node: dict[str, Node] | list[Node]
        node = {} if isinstance(event, events.MappingStartEvent) else []
        if len(self.stack) >= self.limits.max_depth:
            self.add("too_deep", f"more than {self.limits.max_depth} levels", "flatten it")
            raise _LimitError
        if not self.stack and isinstance(node, list):
            self.add("not_one_mapping", "the file is a list", "start with a field name")
        where = self.where()
        self.put(node)
        self.stack.append(_Frame(where=where, node=node))

    def put(self, node: Node) -> None:
        """Hang `node` where it belongs; a mapping entry keeps the line of its key."""
        self.lines.setdefault(self.where(), self.line)
        if not self.stack:
            self.root = node
            if not isinstance(node, dict | list):
                self.add("not_one_mapping", "the file is one value", "start with a field name")
            return
        top = self.stack[-1]
        if isinstance(top.node, list):
            top.node.append(node)
        elif top.key is not None:
            top.node[top.key] = node
            top.key = None

    def take_key(self, event: Any, top: _Frame) -> None:
        if not isinstance(event, events.ScalarEvent):
            self.add("bad_key", "a list or mapping as a field name", "write a word")
            raise _LimitError
        text, plain = event.value, not event.style
        if text == "<<":
            self.add("anchor_forbidden", "a merge key <<", "write the fields out")
        elif not _good_key(text, plain):
            self.add("bad_key", "a field name must be a word", "quote it, or name the field")
        self.check_characters(text)
        if text in top.keys:
            first = top.keys[text]
            what = f"on line {first} and again on line {self.line}"
            self.add("duplicate_key", what, "delete one", key=(*top.where, text))
        else:
            top.keys[text] = self.line
            self.lines[(*top.where, text)] = self.line
        top.key = text

    def scalar(self, event: Any) -> str | None:
        text: str = event.value
        if not event.style:
            if text == "null":
                return None
            if text in ("", "~", "Null", "NULL"):
                self.line = self.lines.get(self.where(), self.line)  # parsers differ, keys do not
                self.add("empty_value", "no value", "write the value, or null")
        self.check_characters(text)
        return text

    def check_characters(self, text: str) -> None:
        """What the prefilter bans must not come in as an escape sequence either."""
        if bad := banned_character(text):
            self.add("bad_character", f"character {bad} (as an escape)", "delete it")
        elif not text.isascii() and not unicodedata.is_normalized("NFC", text):
            self.add("not_nfc", "composed and decomposed characters differ", "save as NFC")


_PLAIN_KEY = re.compile(r"[^\W\d][\w.()/-]*")
_NO_WORD = ("null", "true", "false", "yes", "no")


def _good_key(text: str, plain: bool) -> bool:
    """Whether every YAML reader takes this key for text; quoted keys need only be short."""
    if not text or text != text.strip() or len(text) > 64 or "\n" in text:
        return False
    return not plain or (bool(_PLAIN_KEY.fullmatch(text)) and text.lower() not in _NO_WORD)


_TIGHT_COMMENT = re.compile(r"[|>][-+0-9]*#")


def _c_events(text: str) -> Iterator[Any]:
    """libyaml's events; raises YAMLError also on block text that ruamel.yaml reads otherwise."""
    lines = text.split("\n")
    parser = CParser(text)
    try:
        while parser.check_event():
            event = parser.get_event()
            if isinstance(event, events.ScalarEvent) and event.style in ("|", ">"):
                start, end = event.start_mark, event.end_mark
                blank = any(x.isspace() for x in lines[start.line : end.line + 1])
                if blank or _TIGHT_COMMENT.match(lines[start.line], start.column):
                    raise YAMLError("left to the other parser")
            yield event
    finally:
        parser.dispose()


def _pure_events(text: str) -> Iterator[Any]:
    yield from YAML(typ="safe", pure=True).parse(text)


def _syntax(error: YAMLError, path: str) -> Fault:
    """The parser's own complaint; its wording names structure only, never a value."""
    problem, context, line = "", "", 1
    if isinstance(error, MarkedYAMLError):
        problem, context = error.problem or error.context or "", error.context or ""
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
    about = f"{context} {problem}"
    code = "syntax"
    if "tag" in about.split():
        code, problem = "tag_forbidden", "a tag (!…)"
    elif "anchor" in about.split() or "alias" in about.split():
        code, problem = "anchor_forbidden", "an anchor or alias"
    fix = "check the indentation, the colons and the quotes near this line"
    return Fault(path=path, line=line, code=code, what=problem, fix=fix if code == "syntax" else "")
