"""Folder to Inventory: every file is checked, every fault of every file is reported at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from cctv_policy.errors import InventoryError
from cctv_policy.inventory.checks import district_faults, school_faults, secrets_in_clear
from cctv_policy.inventory.model import Camera, District, Inventory, Recorder, School
from cctv_policy.strictyaml import Document, Fault, Limits, bind, parse

T = TypeVar("T")

LIMITS = Limits(max_nodes=8_000)
"""A school file holds up to some 300 cameras; the size limit of 64 KiB stays."""


def load_inventory(
    folder: Path,
    *,
    as_of: dt.date | None = None,
    drivers: Collection[str] | None = None,
    root: Path | None = None,
) -> Inventory:
    """The inventory in `folder`: `district.yaml` and one `schools/<site_id>.yaml` a school.

    With `as_of`, dates after it are faults; with `drivers`, other driver names are. `source` and
    messages name files relative to `root` (default: the folder above). Raises InventoryError with
    `faults` (list of Fault, by file and line) when anything is wrong.
    """
    faults: list[Fault] = []
    folder = folder.resolve()
    root = root.resolve() if root else folder.parent
    district = _load(root, folder / "district.yaml", District, faults)
    schools: list[tuple[Document, School]] = []
    for file in _school_files(root, folder / "schools", faults):
        loaded = _load(root, file, School, faults)
        if loaded is None:
            continue
        document, school = loaded
        if school.id != file.stem:
            what, fix = "the file has another name than this id", "rename the file or the id"
            faults.append(document.fault("id_mismatch", ("id",), what, fix))
        faults += school_faults(document, school, as_of=as_of, drivers=drivers)
        schools.append(loaded)
    faults += district_faults(schools)
    if not faults and not any(school.recorders for _, school in schools):
        what = "no recorder in any school" if schools else "no school"
        path = _named(root, folder / "schools")
        fix = "write schools/<id>.yaml with at least one recorder"
        faults.append(Fault(path=path, line=0, code="empty_inventory", what=what, fix=fix))
    if faults or district is None:
        raise _error(folder, faults)
    document, found = district
    return Inventory(
        district=replace(found, source=document.path, line=1),
        schools=tuple(_placed(document, school) for document, school in schools),
    )


def _error(folder: Path, faults: list[Fault]) -> InventoryError:
    ordered = sorted(set(faults))
    files = len({f.path for f in ordered})
    return InventoryError(
        f"{files} 個檔案有 {len(ordered)} 處錯誤 ({len(ordered)} fault(s) in {files} file(s))",
        where=str(folder),
        fix="請更正下列各行；什麼都沒有判定 (correct the lines below; nothing was judged)",
        faults=list(ordered),
    )


def _named(root: Path, file: Path) -> str:
    """How messages call `file`."""
    return file.relative_to(root).as_posix() if file.is_relative_to(root) else str(file)


def _school_files(root: Path, schools: Path, faults: list[Fault]) -> list[Path]:
    """The school files in order of name; anything else in the folder is a fault, not skipped."""
    try:
        entries = sorted(schools.iterdir())
    except OSError:
        what, fix = "no folder of schools here", "每校一檔 (one file a school): schools/<id>.yaml"
        path = _named(root, schools)
        faults.append(Fault(path=path, line=0, code="missing_file", what=what, fix=fix))
        return []
    files: list[Path] = []
    for entry in entries:
        if entry.name.startswith(".") or entry.name == "README.md":
            continue
        if entry.suffix == ".yaml" and entry.is_file() and not entry.is_symlink():
            files.append(entry)
            continue
        what, fix = "only plain files <id>.yaml belong here", "rename it or move it away"
        path = _named(root, entry)
        faults.append(Fault(path=path, line=0, code="bad_path", what=what, fix=fix))
    return files


def _load(root: Path, file: Path, model: type[T], faults: list[Fault]) -> tuple[Document, T] | None:
    path = _named(root, file)
    if file.exists() and not file.is_file():
        faults.append(Fault(path=path, line=0, code="unreadable", what="not a plain file"))
        return None
    try:
        with file.open("rb") as stream:
            data = stream.read(LIMITS.max_bytes + 1)
    except FileNotFoundError:
        fix = (
            "以 --root 指定轄區的資料夾，或用 cctv-policy init 建立 "
            "(name the district's folder with --root, or make one: cctv-policy init)"
        )
        faults.append(Fault(path=path, line=0, code="missing_file", fix=fix))
        return None
    except OSError as error:
        what = error.strerror or type(error).__name__
        faults.append(Fault(path=path, line=0, code="unreadable", what=what))
        return None
    document = parse(data, path=path, limits=LIMITS, lines=True)
    if isinstance(document, list):
        faults += document
        return None
    clear = secrets_in_clear(document)
    bound = bind(document, model)
    if isinstance(bound, list):
        places = {f.key for f in clear}
        faults += [*clear, *(f for f in bound if f.key not in places)]
        return None
    faults += clear
    return document, bound


def _placed(document: Document, school: School) -> School:
    """`school` with source, line and owner filled in on everything it holds."""
    recorders = tuple(
        _placed_recorder(document, school.id, i, r) for i, r in enumerate(school.recorders)
    )
    return replace(school, source=document.path, line=1, recorders=recorders)


def _placed_recorder(document: Document, site: str, r: int, recorder: Recorder) -> Recorder:
    cameras: list[Camera] = []
    for i, camera in enumerate(recorder.cameras):
        line = document.line_of(("recorders", r, "cameras", i))
        source = document.path
        owner = recorder.id
        cameras.append(replace(camera, site=site, recorder=owner, source=source, line=line))
    line = document.line_of(("recorders", r))
    return replace(recorder, site=site, source=document.path, line=line, cameras=tuple(cameras))
