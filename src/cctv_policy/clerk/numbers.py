"""The next free number of a kind, over everything this clone knows: files, branches, remotes."""

from __future__ import annotations

from collections.abc import Iterator

from cctv_policy.clerk.office import Office
from cctv_policy.records import Prefix, RecordId, parse_path
from cctv_policy.records.ids import ROOT

_BRANCHES = ("refs/heads/", "refs/remotes/")


def roc_year(office: Office) -> int:
    """The ROC year of today, in which new numbers are taken."""
    return office.today.year - 1911


def next_id(office: Office, prefix: Prefix, *, year: int | None = None) -> str:
    """The number after the highest that is taken anywhere; none is ever taken twice."""
    wanted = year or roc_year(office)
    taken = [0]
    for path in paths(office, wanted):
        place = parse_path(path)
        if place and place.role is None and place.id.prefix == prefix:
            taken.append(place.id.number)
    return str(RecordId(prefix=prefix, year=wanted, number=max(taken) + 1))


def paths(office: Office, year: int) -> Iterator[str]:
    """The paths of this school's records of a year, here and in every branch."""
    folder = f"{ROOT}/{office.site}/{year}"
    yield from (f"{folder}/{p.name}" for p in (office.root / folder).glob("*.yaml"))
    repository = office.repository
    for name, oid in repository.refs().items() if repository else ():
        if name.startswith(_BRANCHES):
            yield from (entry.path for entry in repository.tree(oid, folder))  # type: ignore[union-attr]


def anywhere(office: Office, path: str) -> bytes | None:
    """A file as it lies here, else as any branch has it; None if none has."""
    here = office.bytes_of(path)
    repository = office.repository
    if here is not None or repository is None:
        return here
    for name, oid in sorted(repository.refs().items()):
        if name.startswith(_BRANCHES):
            found = [e.oid for e in repository.tree(oid, path) if e.path == path]
            for _, data in repository.blobs(found):
                if data is not None:
                    return data
    return None
