"""The state document: what the doors of one collection target said, and when. One JSON file a
target.

A document is a list of observations. An observation carries a value of the fact's type (facts.py)
or the reason why it could not be told; nothing is filled in. Documents are written atomically and
are never edited; a digest over the canonical JSON names them in findings. They hold no secret and
no picture.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from cctv_policy.errors import StateError
from cctv_policy.model import Json

SCHEMA = "cctv-policy/state/1"


class Why(StrEnum):
    """Why a fact could not be told. Doors fail in ways that stay distinguishable."""

    NO_ROUTE = "no_route"
    REFUSED = "refused"
    FILTERED = "filtered"
    AUTH_REFUSED = "auth_refused"
    HOST_KEY_CHANGED = "host_key_changed"
    HOST_KEY_UNPINNED = "host_key_unpinned"
    NO_ANSWER = "no_answer"
    ODD_OUTPUT = "odd_output"
    NO_SECRET = "no_secret"
    NOT_PERMITTED = "not_permitted"
    NOT_SUPPORTED = "not_supported"
    NOT_CONFIGURED = "not_configured"
    NOT_FOUND = "not_found"
    LOCKED = "locked"
    BUDGET = "budget"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One fact of one device by one door. Exactly one of `value` and `unknown` is meant.

    `device` is the inventory id (recorder, camera or site). `at` is the controller's ISO instant.
    `partial`: the value is real but not all of it could be read (for example a list cut short).
    """

    device: str
    fact: str
    value: Json = None
    unknown: Why | None = None
    detail: str = ""
    partial: bool = False
    source: str
    """What was asked: the command, the OID, the URL's path, the answer sheet's file and line."""
    door: str
    """By which way: ssh, snmp, local, manual, probe, vault, inventory."""
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """How one way to the device went: `ok`, or why not."""

    door: str
    outcome: str
    detail: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class StateDocument:
    """Everything one run learnt from one target (a recorder and the cameras behind it, or a
    site).
    """

    target: str
    site: str
    driver: str
    run_id: str
    started_at: str
    collected_at: str
    tool_version: str
    doors: tuple[Door, ...]
    observations: tuple[Observation, ...]
    path: str = field(default="", compare=False)
    digest: str = field(default="", compare=False)


def _observation_json(o: Observation) -> dict[str, Json]:
    if o.unknown is not None:
        return {
            "device": o.device, "fact": o.fact, "unknown": o.unknown.value, "detail": o.detail,
            "source": o.source, "door": o.door, "at": o.at,
        }  # fmt: skip
    if o.partial:
        return {
            "device": o.device, "fact": o.fact, "value": o.value, "partial": True,
            "source": o.source, "door": o.door, "at": o.at,
        }  # fmt: skip
    return {
        "device": o.device, "fact": o.fact, "value": o.value,
        "source": o.source, "door": o.door, "at": o.at,
    }  # fmt: skip


def _door_json(d: Door) -> dict[str, Json]:
    # asdict copies deeply: as dear as all observations together
    return {"door": d.door, "outcome": d.outcome, "detail": d.detail, "seconds": d.seconds}


def to_json(document: StateDocument) -> dict[str, Json]:
    """The document as JSON, in the order a person reads it."""
    return {
        "schema": SCHEMA,
        "target": document.target,
        "site": document.site,
        "driver": document.driver,
        "run_id": document.run_id,
        "started_at": document.started_at,
        "collected_at": document.collected_at,
        "tool_version": document.tool_version,
        "doors": [_door_json(door) for door in document.doors],
        "observations": [_observation_json(o) for o in document.observations],
    }


def from_json(data: Json, *, path: str = "") -> StateDocument:
    """Read a document back.

    Raises StateError if the schema version is not ours or the envelope is broken. The values
    inside the observations are not judged here: evidence.py grades each by its type.
    """
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        found = data.get("schema") if isinstance(data, dict) else type(data).__name__
        raise StateError(
            f"不是 {SCHEMA} 格式的狀態檔 (not a state document of schema {SCHEMA}: {found!r})",
            where=path,
            fix="以此版本重新收集，或移除此檔 (collect again, or remove the file)",
        )
    try:
        observations = tuple(_observation(o) for o in data["observations"])
        doors = tuple(Door(**door) for door in data["doors"])
        texts = {
            key: _text(data[key])
            for key in (
                "target",
                "site",
                "driver",
                "run_id",
                "started_at",
                "collected_at",
                "tool_version",
            )
        }
        name = digest(data)
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise StateError(
            f"狀態檔損壞 (broken state document: {type(error).__name__} {error})",
            where=path,
            fix="重新收集 (collect again)",
        ) from None
    return StateDocument(**texts, doors=doors, observations=observations, path=path, digest=name)


def _text(value: Json) -> str:
    if not isinstance(value, str):
        raise TypeError(f"text expected, found {value!r}")
    return value


def _flag(value: Json) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"true or false expected, found {value!r}")
    return value


def _observation(data: Json) -> Observation:
    if ("unknown" in data) == ("value" in data):
        raise ValueError("an observation needs exactly one of value and unknown")
    return Observation(
        device=_text(data["device"]),
        fact=_text(data["fact"]),
        value=data.get("value"),
        unknown=Why(data["unknown"]) if "unknown" in data else None,
        detail=_text(data.get("detail", "")),
        partial=_flag(data.get("partial", False)),
        source=_text(data["source"]),
        door=_text(data["door"]),
        at=_text(data["at"]),
    )


def digest(data: Json) -> str:
    """SHA-256 of the canonical JSON (sorted keys, no spaces, UTF-8), in hex."""
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
"""Of JSON's own types only: anything else that a driver hands over by mistake, a feed with its
password, is an error and never written."""


def _lines(data: dict[str, Json]) -> str:
    """JSON with one observation a line: easy to compare, and encoded in one go."""
    whole = _encode(data)
    # No text can hold these: a quote within a text has a backslash before it.
    for mark in ('"doors":[', '"observations":[', '{"device":"'):
        whole = whole.replace(mark, "\n" + mark)
    return whole + "\n"


def write(document: StateDocument, folder: Path) -> Path:
    """Write `<folder>/<site>/<target>.json` atomically: a reader sees the old file or the
    new one.
    """
    site = folder / document.site
    target = site / f"{document.target}.json"
    data = _lines(to_json(document)).encode()
    temporary = f"{site}/.{document.target}.json.{os.getpid()}.{threading.get_ident()}"
    try:
        handle = _create(temporary)
    except FileNotFoundError:
        site.mkdir(parents=True, exist_ok=True)
        handle = _create(temporary)
    try:
        try:
            while data:
                data = data[os.write(handle, data) :]
            os.fsync(handle)
        finally:
            os.close(handle)
        os.replace(temporary, target)  # noqa: PTH105 - a Path for each of thousands is dear
    except BaseException:  # Ctrl-C too: nothing half written stays
        Path(temporary).unlink(missing_ok=True)
        raise
    return target


def _create(path: str) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)


def read(path: Path, *, root: Path | None = None) -> StateDocument:
    """Read one document; StateError says which file and why."""
    where = str(path.relative_to(root) if root else path)
    try:
        data = json.loads(path.read_bytes())
    except OSError as error:
        raise StateError(
            f"無法讀取 (cannot be read: {error.strerror})",
            where=where,
            fix="檢查此檔與權限 (check the file)",
        ) from None
    except (ValueError, RecursionError) as error:
        raise StateError(
            f"不是 JSON (not JSON: {error})", where=where, fix="重新收集 (collect again)"
        ) from None
    return from_json(data, path=where)


def read_all(folder: Path) -> tuple[list[StateDocument], list[StateError]]:
    """All documents below `folder`, and the files that could not be used; the others still
    count.
    """
    documents: list[StateDocument] = []
    errors: list[StateError] = []
    for path in sorted(folder.rglob("*.json")):
        try:
            documents.append(read(path, root=folder))
        except StateError as error:
            errors.append(error)
    return documents, errors


def observations_of(
    documents: Iterable[StateDocument], device: str
) -> list[tuple[StateDocument, Observation]]:
    """What all documents say of one device, with the document that says it."""
    return [(d, o) for d in documents for o in d.observations if o.device == device]
