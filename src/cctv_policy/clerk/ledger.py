"""The records as a heap: list, check, count, restyle, and share what lies uncommitted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cctv_policy.clerk import choices, gitwork
from cctv_policy.clerk.office import Office
from cctv_policy.errors import ClerkError
from cctv_policy.history import read_history
from cctv_policy.records import KINDS, RecordSet, load_records, parse_path, read_file
from cctv_policy.records.chain import chains_of
from cctv_policy.records.ids import ROOT
from cctv_policy.records.load import load_here
from cctv_policy.records.style import styled
from cctv_policy.records.write import place
from cctv_policy.strictyaml import Fault, dump

_DAYS = ("closed_on", "inspected_on", "applied_on", "received_on", "found_on", "opened_on", "from")


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a check found."""

    files: int
    faults: tuple[Fault, ...]
    unknown: str = ""
    """Why history could not be looked at; empty if it was."""


def check(root: Path, *, history: bool = True) -> Checked:
    """Every file as it lies here, every chain of approvals, and the whole history."""
    here = load_here(root)
    chains = chains_of(
        here, list(here.approvals)
    )  # nothing speaks against those that nobody signed
    faults = [*here.faults, *(f for chain in chains.values() for f in chain.faults)]
    unknown = ""
    if history:
        committed = load_records(root)
        past = read_history(committed)
        faults += past.faults
        unknown = "" if past.known else "版本歷史不完整（淺層或部分複製），無法判斷有無刪改"
    return Checked(files=here.files, faults=tuple(sorted(set(faults))), unknown=unknown)


def stats(records: RecordSet) -> Iterator[str]:
    """Lines of school, kind, ROC year, status and how many."""
    counts: Counter[tuple[str, str, int, str]] = Counter()
    for stored in records.records.values():
        status = str(stored.data.get("status", ""))
        words = choices.STATUSES.get(status, status)
        counts[stored.site, stored.place.id.prefix, stored.place.id.year, words] += 1
    for (site, prefix, year, status), count in sorted(counts.items()):
        title = KINDS[prefix].title.zh
        yield f"{site}\t{prefix} {title}\t民國{year}年\t{status or '-'}\t{count}"


def listed(office: Office, prefix: str) -> Iterator[str]:
    """Lines of id, day and status of a school's records of a kind; no personal data."""
    for read in office.every(prefix):
        data = read.data
        day = next(
            (str(data[name]) for name in _DAYS if name in data), str(data["created_at"])[:10]
        )
        status = str(data.get("status", ""))
        said = choices.STATUSES.get(status, status)
        more = [str(data[k]) for k in ("source", "person", "device_id", "quarter") if k in data]
        yield "\t".join([str(read.place.id), day, said or "-", *more])


def restyle(root: Path, *, write: bool) -> list[str]:
    """Records whose layout is not the canonical one; with `write` they are made so.

    What was accepted, an approval, and a file with comments are left alone: a signature or the
    register's chain stands on their bytes. Line ends of other systems and a byte order mark go
    everywhere else.
    """
    changed = []
    for file in sorted((root / ROOT).glob("*/*/*.yaml")):
        path = file.relative_to(root).as_posix()
        where = parse_path(path)
        if where is None or where.role or file.is_symlink() or _accepted(root, path):
            continue
        data = file.read_bytes()
        plain = data.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        read = read_file(plain, path=path, place=where)
        text = plain
        if read.value is not None and b"#" not in plain:
            text = dump(styled(read.data, read.value)).encode()
        if text != data:
            changed.append(path)
            if write:
                place(file, text, new=False)
    return changed


def _accepted(root: Path, path: str) -> bool:
    """Whether HEAD has the file just as it lies here."""
    said = gitwork.git(root, "rev-parse", "-q", "--verify", f"HEAD:{path}")
    own = gitwork.git(root, "hash-object", "--no-filters", "--", path)
    return said.code == 0 and said.out == own.out


def unshared(root: Path) -> list[str]:
    """Record files and batch keys that no commit has."""
    said = gitwork.git(root, "status", "--porcelain", "-z", "-uall", "--", ROOT, "keys")
    if said.code:
        raise ClerkError("這個資料夾不是 git 版本庫 (not a git repository)")
    paths = [line[3:] for line in said.out.split("\0") if line]
    return [p for p in paths if parse_path(p) or p.startswith("keys/periods/")]
