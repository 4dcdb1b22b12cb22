"""Record ids and the one path a record can have (spec §3): `REQ-115-0001`, school `pxes`.

    records/<site_id>/<ROC year>/<ID>.yaml                          the record
    records/<site_id>/<ROC year>/<ID>/approvals/<nn>-<role>.yaml    what was said to it

The path is a function of id and school only: two clerks who take the same number collide in git
instead of merging silently. A path is never opened unless it came from here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Prefix = Literal[
    "REQ", "AGY", "REG", "KEP", "INS", "FLT", "CUS", "HND", "HLD", "INC", "AST", "WVR", "DST", "POL"
]
PREFIXES: tuple[Prefix, ...] = (
    "REQ",
    "AGY",
    "REG",
    "KEP",
    "INS",
    "FLT",
    "CUS",
    "HND",
    "HLD",
    "INC",
    "AST",
    "WVR",
    "DST",
    "POL",
)
Role = Literal["officer", "unit_head", "principal", "district"]
STEPS: dict[Role, int] = {"officer": 10, "unit_head": 20, "principal": 30, "district": 40}
"""Appendix 1 asks for the first three, in this order; `district` is for waivers and the roster."""

ROOT = "records"
ID_PATTERN = rf"(?:{'|'.join(PREFIXES)})-(?:9[0-9]|1[0-9]{{2}})-(?!0000)[0-9]{{4}}"
"""Kind, ROC year 90–199, number 0001–9999."""
SITE_PATTERN = r"[a-z](?:[a-z0-9]|-(?!-)){0,46}[a-z0-9]"

_ID = re.compile(ID_PATTERN)
_SITE = re.compile(SITE_PATTERN)
_APPROVAL = "|".join(f"{step}-{role}" for role, step in STEPS.items())
_FOLDER = re.compile(rf"{ROOT}/{SITE_PATTERN}/(?:9[0-9]|1[0-9]{{2}})")
_PATH = re.compile(
    rf"{ROOT}/({SITE_PATTERN})/(9[0-9]|1[0-9]{{2}})/({ID_PATTERN})"
    rf"(?:\.yaml|/approvals/({_APPROVAL})\.yaml)"
)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class RecordId:
    """An id in its parts."""

    prefix: Prefix
    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.prefix}-{self.year}-{self.number:04}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What a path says about the file there."""

    site: str
    id: RecordId
    role: Role | None = None
    """None for the record itself, else whose approval the file is."""


def parse_id(text: str) -> RecordId | None:
    """The parts of `text`, or None if it is no record id."""
    if not _ID.fullmatch(text):
        return None
    prefix, year, number = text.split("-")
    return RecordId(prefix=_PREFIX[prefix], year=int(year), number=int(number))


_PREFIX: dict[str, Prefix] = {prefix: prefix for prefix in PREFIXES}


def parse_path(path: str) -> Place | None:
    """What the file at `path` (from the repository's root) is; None if nothing of ours."""
    found = _PATH.fullmatch(path)
    record = parse_id(found[3]) if found else None
    if not found or record is None or int(found[2]) != record.year:
        return None
    role = next((r for r in STEPS if found[4] and found[4].endswith(f"-{r}")), None)
    return Place(site=found[1], id=record, role=role)


def folder_of(path: str) -> str | None:
    """The folder of a school's year that `path` lies in, at any depth; None if it lies in none."""
    *home, _ = path.split("/", 3)
    folder = "/".join(home)
    return folder if _FOLDER.fullmatch(folder) else None


def record_path(record_id: str, site: str) -> str:
    """Where the record lies. ValueError for an id or a school that is not of the form above."""
    return f"{_stem(record_id, site)}.yaml"


def approval_path(record_id: str, site: str, role: Role) -> str:
    """Where one approval of the record lies. ValueError as `record_path`."""
    return f"{_stem(record_id, site)}/approvals/{STEPS[role]}-{role}.yaml"


def _stem(record_id: str, site: str) -> str:
    record = parse_id(record_id)
    if record is None or not _SITE.fullmatch(site):
        raise ValueError("not a record id and a site id")
    return f"{ROOT}/{site}/{record.year}/{record}"
