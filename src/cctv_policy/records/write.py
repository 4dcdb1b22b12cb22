"""Records to canonical YAML and to their one place on disk.

A file is written whole or not at all. What is new is never written over something that is there.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from cctv_policy.errors import RecordError
from cctv_policy.records.approval import Approval
from cctv_policy.records.common import Header
from cctv_policy.records.ids import approval_path, record_path
from cctv_policy.strictyaml import dump


def as_data(value: Any) -> Any:
    """A model as the plain mapping that is written: no empty fields, names as in the file."""
    if is_dataclass(value) and not isinstance(value, type):
        given = ((f, getattr(value, f.name)) for f in fields(value))
        kept = ((f.name, v) for f, v in given if v is not None and (v != () or f.default != ()))
        return {name.removesuffix("_"): as_data(v) for name, v in kept}
    if isinstance(value, tuple | list):
        return [as_data(v) for v in value]
    if isinstance(value, Mapping):
        return {k: as_data(v) for k, v in value.items()}
    return value


def path_of(value: Header | Approval) -> str:
    """Where a record or approval lies, from the repository's root."""
    if isinstance(value, Approval):
        return approval_path(value.id, value.site_id, value.role)
    return record_path(value.id, value.site_id)


def render(value: Header | Approval) -> str:
    """The canonical text of a record or approval; reading it gives an equal one back."""
    return dump(as_data(value))


def write_new(root: Path, value: Header | Approval) -> Path:
    """Write what is not there yet below `root`; RecordError if the number is taken."""
    return place(root / path_of(value), render(value).encode(), new=True)


def write_again(root: Path, value: Header, *, kept: Mapping[str, Any] | None = None) -> Path:
    """Replace a record by its next version; RecordError if there is none to replace.

    `kept`: fields that did not change, as the file has them. They keep its very words, since
    `09:00+08:00` and `09:00:00+08:00` are one moment but two texts, and git compares texts.
    """
    data = {**as_data(value)}
    data |= {name: words for name, words in (kept or {}).items() if name in data}
    return place(root / path_of(value), dump(data).encode(), new=False)


def place(target: Path, data: bytes, *, new: bool) -> Path:
    """`data` at `target` in one step, through a file beside it that never stays behind.

    `new`: never over something that is there; else only over something. RecordError.
    """
    spare = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if not new and not target.is_file():
            raise RecordError(
                "沒有這筆紀錄 (there is no such record)",
                where=str(target),
                fix="請先建立 (create it first)",
            )
        try:
            with spare.open("xb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            if new:
                os.link(spare, target)  # fails where the name is taken, unlike a rename
                spare.unlink()
            else:
                spare.replace(target)
        finally:
            with contextlib.suppress(OSError):
                spare.unlink()
    except FileExistsError:
        fix = "take the next free number; nothing was written"
        raise RecordError(
            "這個編號已被使用 (this number is taken)", where=str(target), fix=fix
        ) from None
    except OSError as error:
        fix = "make room or give permission, then try again; the old file is as it was"
        raise RecordError(
            f"無法寫入 (cannot be written: {error.strerror})", where=str(target), fix=fix
        ) from error
    _sync_folder(target.parent)
    return target


def _sync_folder(folder: Path) -> None:
    """Make the new name itself durable, where the system can."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
