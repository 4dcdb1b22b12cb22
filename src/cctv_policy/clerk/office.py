"""One school's office at one moment: who is at the desk, and what the desk can look up.

Records are read from the working tree, where a clerk's own unfinished work lies. A path is only
ever made from a checked id.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path

from cctv_policy.errors import ClerkError, GitError
from cctv_policy.gitobjects import Repository
from cctv_policy.inventory import Camera, Inventory, Recorder, School
from cctv_policy.model import Text
from cctv_policy.periods import local_date
from cctv_policy.records import KINDS, Place, Read, parse_id, parse_path, read_file, record_path
from cctv_policy.records.ids import ROOT
from cctv_policy.records.people import RosterEntry
from cctv_policy.retention.obstacles import School as Terms
from cctv_policy.strictyaml.loader import LIMITS

TITLES: dict[str, Text] = {
    "manage": Text(zh="管理", en="manage"),
    "operate": Text(zh="操作", en="operate"),
    "repair": Text(zh="維修", en="repair"),
    "escort": Text(zh="陪同", en="escort"),
    "approve_officer": Text(zh="承辦人核准", en="approve as officer"),
    "approve_unit_head": Text(zh="處室主管核准", en="approve as head of unit"),
    "approve_principal": Text(zh="校(園)長核准", en="approve as principal"),
    "approve_district": Text(zh="教育局核准", en="approve for the district"),
}
"""What the functions of the roster are called."""


@dataclass(frozen=True, kw_only=True)
class Office:
    """A district's folder as one school's clerk sees it."""

    root: Path
    inventory: Inventory
    site: str
    person: str
    """Who is at the desk: `P-0001`."""
    now: datetime
    state: Path | None = None
    """Where the evidence lies; None: `root/state`."""

    @property
    def today(self) -> date:
        return local_date(self.now)

    @cached_property
    def school(self) -> School:
        return next(s for s in self.inventory.schools if s.id == self.site)

    @property
    def recorders(self) -> list[Recorder]:
        return [r for r in self.school.recorders if r.in_use]

    @property
    def cameras(self) -> list[Camera]:
        return [camera for recorder in self.recorders for camera in recorder.cameras]

    @cached_property
    def repository(self) -> Repository | None:
        """None where the folder is not under git."""
        try:
            return Repository.open(self.root)
        except GitError as error:
            if error.code == "no_repository":
                return None
            raise

    @cached_property
    def roster(self) -> list[RosterEntry]:
        """The entries of this school and of the district's approvers, as they lie here."""
        found = []
        for path in sorted((self.root / ROOT).glob("*/*/CUS-*.yaml")):
            read = self._read(path.relative_to(self.root).as_posix())
            if read and isinstance(read.value, RosterEntry):
                entry = read.value
                if entry.site_id == self.site or "approve_district" in entry.functions:
                    found.append(entry)
        return found

    def serving(self, *functions: str, on: date | None = None) -> list[RosterEntry]:
        """Entries in force on a day (today) that have one of the functions, or any at all."""
        day = on or self.today
        return [
            e
            for e in self.roster
            if e.from_ <= day
            and (e.to is None or day <= e.to)
            and (not functions or set(functions) & set(e.functions))
        ]

    def title_of(self, person: str) -> str:
        """Office and title of a person, for the screen; the name stays sealed."""
        entries = [e for e in self.roster if e.person == person]
        return f"{entries[-1].office} {entries[-1].title}" if entries else ""

    @cached_property
    def terms(self) -> Terms | None:
        """This school's records at HEAD with their terms; None if it has none."""
        from cctv_policy.clerk.schools import District  # reads everything: only `destroy` pays

        district = District(self.root, self.now)
        return district.school(self.site) if self.site in district.sites() else None

    def ids(self, prefix: str) -> list[str]:
        """The ids of this school's records of a kind that lie here, in order."""
        folder = self.root / ROOT / self.site
        names = (path.stem for path in folder.glob(f"*/{prefix}-*.yaml"))
        return sorted((n for n in names if parse_id(n)), key=_in_order)

    def read(self, record_id: str) -> Read:
        """A record of this school; ClerkError if it is not there or cannot be used."""
        if parse_id(record_id) is None:
            raise ClerkError("案號格式不對 (not an id of this kind)", fix="如 REQ-115-0001")
        read = self._read(record_path(record_id, self.site))
        if read is None:
            raise ClerkError(
                f"{self.site} 沒有 {record_id}",
                fix="cctv-policy records list 可查案號；同事剛登記的要先取得：git pull",
            )
        if read.value is None:
            details = [str(fault) for fault in read.faults]
            raise ClerkError(
                f"{record_id} 的檔案有誤，無法使用 (the file is wrong and cannot be used)",
                details=details,
            )
        return read

    def approvals(self, record_id: str) -> list[Read]:
        """The approval files of a record in the order of their steps."""
        stem = record_path(record_id, self.site).removesuffix(".yaml")
        folder = self.root / stem / "approvals"
        paths = sorted(folder.glob("*.yaml")) if folder.is_dir() else []
        found = (self._read(p.relative_to(self.root).as_posix()) for p in paths)
        return [read for read in found if read is not None]

    def every(self, prefix: str) -> Iterator[Read]:
        """This school's readable records of a kind."""
        for record_id in self.ids(prefix):
            read = self._read(record_path(record_id, self.site))
            if read is not None and read.value is not None:
                yield read

    def _read(self, path: str) -> Read | None:
        place = parse_path(path)
        if place is None:
            return None
        data = self.bytes_of(path)
        return None if data is None else read_file(data, path=path, place=place)

    def bytes_of(self, path: str) -> bytes | None:
        """A record's file as it lies here; None if there is none. Links are not followed."""
        file = self.root / path
        try:
            if file.is_symlink() or not file.is_file():
                return None
            with file.open("rb") as stream:
                return stream.read(LIMITS.max_bytes + 1)
        except OSError as error:
            raise ClerkError(f"讀不到檔案：{error.strerror}", where=str(file)) from None

    @staticmethod
    def digest_of(path: str) -> str | None:
        """The SHA-256 of a file outside the repository, e.g. a scan; None if it cannot be read."""
        try:
            with Path(path).expanduser().open("rb") as stream:
                return hashlib.file_digest(stream, "sha256").hexdigest()
        except (OSError, ValueError):
            return None


def _in_order(record_id: str) -> tuple[int, int]:
    parts = parse_id(record_id)
    return (parts.year, parts.number) if parts else (0, 0)


def kind_title(place: Place) -> str:
    """What a record's kind is called."""
    return KINDS[place.id.prefix].title.zh
