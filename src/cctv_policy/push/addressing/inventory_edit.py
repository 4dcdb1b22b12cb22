"""After a confirmed move or rotation the inventory follows: a changed file for review, no commit.

Only the scalars that named the old address, or the day of the rotation, change at their place in
the text, so comments and layout stay as they are.
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


def rotated(path: Path, recorder: str, secret: str, day: str) -> Change | None:
    """Write `rotated_on: <day>` where the recorder's entry in `path` names `secret`.

    None, and an untouched file, if nothing there has a day of its rotation (SNMP). PushError, and
    an untouched file, if it cannot be read or would not be the same inventory but for this day.
    """
    with _alone(path):
        before = _read(path)
        entry = _entry(_compose(before, path), recorder)
        account = next(_naming(entry, secret), None)
        if account is None:
            return None
        known = _value(account, "rotated_on")
        if known is not None:
            start, end = known.start_mark.index, known.end_mark.index
            after = before[:start] + _like(before[start:end], day) + before[end:]
        else:
            after = _added(before, account, f"rotated_on: {day}")
        _only_days(before, after, path)
        if after != before:
            _replace(path, after)
        return Change(line=account.start_mark.line + 1, field="rotated_on")


def _naming(node: Any, secret: str) -> Iterator[Any]:
    """The accounts and camera logins below `node` that name `secret`."""
    if node is not None and node.id == "mapping":
        named = _value(node, "secret")
        if named is not None and named.value == secret:
            yield node
        for _, value in node.value:
            yield from _naming(value, secret)
    elif node is not None and node.id == "sequence":
        for value in node.value:
            yield from _naming(value, secret)


def _added(text: str, mapping: Any, line: str) -> str:
    """A further key at the end of a mapping, in the mapping's own style."""
    key, value = mapping.value[-1]
    end = value.end_mark.index
    if mapping.flow_style:
        return f"{text[:end]}, {line}{text[end:]}"
    stop = text.find("\n", end)
    stop = len(text) if stop < 0 else stop
    return f"{text[:stop]}\n{' ' * key.start_mark.column}{line}{text[stop:]}"


def _only_days(before: str, after: str, path: Path) -> None:
    """The proof: both texts are the same document but for days of rotation."""
    documents = [parse(t.encode(), path=str(path), limits=LIMITS) for t in (before, after)]
    plain = [_undated(d.data) for d in documents if isinstance(d, Document)]
    if len(plain) != 2 or plain[0] != plain[1]:
        raise PushError(
            "清冊無法自動填入更換日期"
            " (would not stay the same file but for the day of the rotation)",
            where=str(path),
            fix="手動填寫 rotated_on (write it by hand)",
        )


def _undated(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _undated(value) for key, value in node.items() if key != "rotated_on"}
    return [_undated(value) for value in node] if isinstance(node, list) else node


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Two devices of one school may end their moves at the same time."""
    try:
        handle = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise PushError(f"無法讀取 (cannot be read: {error.strerror})", where=str(path)) from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode()
    except (OSError, UnicodeDecodeError):
        raise PushError("無法讀取 (cannot be read)", where=str(path)) from None


def _spots(text: str, recorder: str, old: str, path: Path) -> Iterator[tuple[int, int, Change]]:
    """Start, end and field of every scalar that names `old` as a door of the recorder."""
    entry = _entry(_compose(text, path), recorder)
    if entry is None:
        raise PushError(f"清冊中沒有 {recorder} (no recorder {recorder})", where=str(path))
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
        raise PushError("不再是 YAML (is not YAML any more)", where=str(path)) from None


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
            "清冊無法自動更新位址 (would not stay the same file but for the address)",
            where=str(path),
            fix=f"手動將 {old} 改為 {new} (write {new} in place of {old} by hand)",
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
        raise PushError(
            f"無法寫入 (cannot be written: {error.strerror})", where=str(path)
        ) from None
