"""Several files written as one: all of them, or none, also after a power cut in between.

What is about to be written stands in a journal beside git first. The next command that takes the
lock finishes it: if every new file arrived the journal only goes, else the old state comes back.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
from collections.abc import Sequence
from pathlib import Path

from cctv_policy.clerk.draft import Draft
from cctv_policy.clerk.office import Office
from cctv_policy.errors import ClerkError, RecordError
from cctv_policy.records import parse_path
from cctv_policy.records.ids import ROOT
from cctv_policy.records.write import place

_JOURNAL = "clerk-journal.json"


def desk_folder(office: Office) -> Path:
    """Where lock and journal lie: inside `.git`, or beside the records where there is no git."""
    repository = office.repository
    return repository.common_dir / "cctv-policy" if repository else office.root / ".cctv-policy"


def write_all(office: Office, drafts: Sequence[Draft]) -> list[str]:
    """Write every draft; the paths. ClerkError if one cannot be, and then none is."""
    journal = desk_folder(office) / _JOURNAL
    many = len(drafts) > 1
    if many:
        _write_journal(journal, drafts)
    done: list[Draft] = []
    try:
        for draft in drafts:
            if draft.old is not None and office.bytes_of(draft.path) != draft.old:
                raise ClerkError(
                    "檔案在輸入期間被改過，未寫入 (changed meanwhile)",
                    where=draft.path,
                    fix="請再試一次",
                )
            place(office.root / draft.path, draft.data, new=draft.old is None)
            done.append(draft)
    except (RecordError, ClerkError) as error:
        for draft in reversed(done):
            _undo(office.root, draft.path, draft.data, draft.old)
        if isinstance(error, ClerkError):
            raise
        raise ClerkError(f"無法寫入：{error.what}", where=error.where, fix=_FIX) from None
    finally:
        with contextlib.suppress(OSError):
            journal.unlink(missing_ok=True)
    return [draft.path for draft in drafts]


_FIX = "請檢查磁碟空間與權限；原有檔案未變動"


def recover(office: Office) -> list[str]:
    """Undo what an earlier command left half done; the ids concerned. Call with the lock held."""
    for spare in (office.root / ROOT / office.site).glob("*/.*.yaml.????????"):
        spare.unlink(missing_ok=True)
    journal = desk_folder(office) / _JOURNAL
    try:
        rows = json.loads(journal.read_bytes())
    except FileNotFoundError:
        return []
    except (OSError, ValueError):  # torn: nothing was written after it
        journal.unlink(missing_ok=True)
        return []
    here = [_sha(office.bytes_of(row["path"])) for row in rows]
    undone: list[str] = []
    if any(found != row["new"] for found, row in zip(here, rows, strict=True)):
        for found, row in zip(here, rows, strict=True):
            if found == row["new"] and parse_path(row["path"]):
                old = base64.b64decode(row["old"]) if row["old"] else None
                _undo(office.root, row["path"], None, old)
                undone.append(Path(row["path"]).stem)
    journal.unlink(missing_ok=True)
    return undone


def _write_journal(journal: Path, drafts: Sequence[Draft]) -> None:
    rows = [
        {
            "path": draft.path,
            "new": _sha(draft.data),
            "old": base64.b64encode(draft.old).decode() if draft.old is not None else "",
        }
        for draft in drafts
    ]
    try:
        journal.parent.mkdir(parents=True, exist_ok=True)
        with journal.open("w", encoding="ascii") as stream:
            json.dump(rows, stream)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        with contextlib.suppress(OSError):
            journal.unlink(missing_ok=True)
        raise ClerkError(f"無法寫入：{error.strerror}", where=str(journal), fix=_FIX) from None


def _undo(root: Path, path: str, data: bytes | None, old: bytes | None) -> None:
    """Put the old file back, or take the new one away, if it is still what was written."""
    file = root / path
    if data is not None and file.read_bytes() != data:
        return
    if old is None:
        file.unlink(missing_ok=True)
    else:
        place(file, old, new=False)


def _sha(data: bytes | None) -> str:
    return "" if data is None else hashlib.sha256(data).hexdigest()
