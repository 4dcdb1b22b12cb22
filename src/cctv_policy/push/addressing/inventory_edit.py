"""After a confirmed move the inventory follows: a changed file for review, never a commit.

Only the scalars that named the old address are replaced, at their place in the text, so comments
and layout stay as they are.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from cctv_policy.errors import PushError
from cctv_policy.inventory.load import LIMITS
from cctv_policy.strictyaml import Document, parse

_DOORS = (("connect", "host"), ("snmp", "host"), ("probes", "hosts"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One scalar of the file: its line and the field it belongs to."""

    line: int
    field: str


def follow(path: Path, recorder: str, old: str, new: str) -> tuple[Change, ...]:
    """Write `new` where the recorder's entry in `path` says `old` as a door; what was changed.

    The file is replaced whole or not at all. PushError, and an untouched file, if it cannot be
    read, has no such recorder, or would not be the same inventory but for these addresses.
    """
    with _alone(path):
        before = _read(path)
        spots = list(_spots(before, recorder, old, path))
        after = before
        for start, end, _ in sorted(spots, reverse=True, key=lambda spot: spot[0]):
            after = after[:start] + _like(before[start:end], new) + after[end:]
        if spots:
            _only_addresses(before, after, old, new, path)
            _replace(path, after)
    return tuple(change for _, _, change in spots)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Two devices of one school may end their moves at the same time."""
    try:
        handle = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise PushError(f"cannot be read: {error.strerror}", where=str(path)) from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode()
    except (OSError, UnicodeDecodeError):
        raise PushError("cannot be read", where=str(path)) from None


def _spots(text: str, recorder: str, old: str, path: Path) -> Iterator[tuple[int, int, Change]]:
    """Start, end and field of every scalar that names `old` as a door of the recorder."""
    entry = _entry(_compose(text, path), recorder)
    if entry is None:
        raise PushError(f"no recorder {recorder}", where=str(path))
    for group, name in _DOORS:
        node = _value(_value(entry, group), name)
        for scalar in node.value if node is not None and node.id == "sequence" else [node]:
            if scalar is not None and scalar.value == old:
                start, end = scalar.start_mark, scalar.end_mark
                yield start.index, end.index, Change(line=start.line + 1, field=f"{group}.{name}")


def _compose(text: str, path: Path) -> Any:
    try:
        return YAML(typ="safe", pure=True).compose(text)
    except YAMLError:
        raise PushError("is not YAML any more", where=str(path)) from None


def _entry(root: Any, recorder: str) -> Any:
    recorders = _value(root, "recorders")
    for entry in recorders.value if recorders is not None else ():
        name = _value(entry, "id")
        if name is not None and name.value == recorder:
            return entry
    return None


def _value(node: Any, key: str) -> Any:
    if node is None or node.id != "mapping":
        return None
    return next((value for name, value in node.value if name.value == key), None)


def _like(token: str, new: str) -> str:
    """`new` in the quotes that the old value had."""
    return f"{token[0]}{new}{token[0]}" if token[:1] in ("'", '"') else new


def _only_addresses(before: str, after: str, old: str, new: str, path: Path) -> None:
    """The proof: both texts are the same document once `old` and `new` are the same word."""
    documents = [parse(t.encode(), path=str(path), limits=LIMITS) for t in (before, after)]
    plain = [_same(d.data, old, new) for d in documents if isinstance(d, Document)]
    if len(plain) != 2 or plain[0] != plain[1]:
        raise PushError(
            "would not stay the same file but for the address",
            where=str(path),
            fix=f"write {new} in place of {old} by hand",
        )


def _same(node: Any, old: str, new: str) -> Any:
    if isinstance(node, dict):
        return {key: _same(value, old, new) for key, value in node.items()}
    if isinstance(node, list):
        return [_same(value, old, new) for value in node]
    return new if node == old else node


def _replace(path: Path, text: str) -> None:
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as stream:
            os.fchmod(stream.fileno(), path.stat().st_mode & 0o7777)
            stream.write(text.encode())
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise PushError(f"cannot be written: {error.strerror}", where=str(path)) from None
