"""The quarterly drill: does each holder's key still open the oldest and the newest sealed block?

Its result is a file in git, `keys/drills/<holder>/<date>.yaml`, without personal data.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cctv_policy.errors import SealingError
from cctv_policy.records import Header, RecordSet, Stored
from cctv_policy.sealing.custody import BLOCKS, blocks, certified
from cctv_policy.sealing.holder import Identity
from cctv_policy.sealing.keystore import Keystore, share_of
from cctv_policy.sealing.seal import unseal
from cctv_policy.sealing.settings import Holder
from cctv_policy.strictyaml import Document, dump, parse

FOLDER = "keys/drills"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drill:
    """What one holder could open on one day."""

    holder: str
    person: str
    on: dt.date
    opened: tuple[str, ...]
    """`<site>/<record id>`, oldest and newest of each school."""
    failed: tuple[str, ...]
    """`<site>/<record id> <code>`."""

    @property
    def passed(self) -> bool:
        return bool(self.opened) and not self.failed


def drill(
    keystore: Keystore, records: RecordSet, holder: Holder, identity: Identity, *, on: dt.date
) -> Drill:
    """Open the oldest and the newest block of every school of a holder; the text is dropped."""
    opened, failed = [], []
    for stored in _ends(keystore, records, holder):
        record = stored.value
        name = f"{stored.site}/{stored.id}"
        try:
            assert isinstance(record, Header)  # noqa: S101 - _ends gives readable records only
            for later, block in enumerate(BLOCKS):
                if (found := getattr(record, block, None)) is not None:
                    _own_share(keystore, holder, identity, stored.site, found.batch)
                    unseal(keystore, record, identity, later=bool(later))
            opened.append(name)
        except SealingError as error:
            failed.append(f"{name} {error.code}")
    return Drill(
        holder=holder.name,
        person=holder.person,
        on=on,
        opened=tuple(opened),
        failed=tuple(failed),
    )


def _own_share(
    keystore: Keystore, holder: Holder, identity: Identity, site: str, batch: str
) -> None:
    """SealingError unless the key is this holder's, not only some holder's."""
    name = share_of(holder, site, batch).name
    for replica in keystore.replicas:
        data = replica.get(name) if replica.online() else None
        if data is not None and identity.open(data) is not None:
            return
    what = f"the key does not open the share of {holder.name}"
    raise SealingError(what, code="sealed_not_holder", where=f"{site}/{batch}")


def _ends(keystore: Keystore, records: RecordSet, holder: Holder) -> Iterator[Stored]:
    """Per school: the record sealed first and the one sealed last, of those not destroyed."""
    gone = {(w.site, w.record_id) for w in certified(records, tuple(blocks(records)))}
    schools: dict[str, list[Stored]] = {}
    for key, stored in records.records.items():
        sealed = any(isinstance(stored.data.get(name), dict) for name in BLOCKS)
        held = holder in keystore.settings.holders_of(stored.site)
        if sealed and held and stored.ok and key not in gone:
            schools.setdefault(stored.site, []).append(stored)
    for _, found in sorted(schools.items()):
        found.sort(key=lambda s: (str(s.data.get("created_at")), s.id))
        yield found[0]
        if len(found) > 1:
            yield found[-1]


def write_drill(root: Path, result: Drill) -> Path:
    """The result as a file in git; one a holder and day, the last try counts."""
    file = root / FOLDER / result.holder / f"{result.on}.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    data = {
        "schema": "cctv-policy/drill/1",
        "holder": result.holder,
        "person": result.person,
        "on": result.on,
        "passed": result.passed,
        "opened": list(result.opened),
        "failed": list(result.failed),
    }
    file.write_text(dump(data), encoding="utf-8")
    return file


def last_drill(root: Path, holder: str) -> dt.date | None:
    """The day of a holder's last drill that passed; None if there was none."""
    for file in sorted((root / FOLDER / holder).glob("20*.yaml"), reverse=True):
        document = parse(file.read_bytes(), path=file.name)
        if isinstance(document, Document) and document.data.get("passed") == "true":
            return dt.date.fromisoformat(file.stem)
    return None
