"""Inventory, regulation and records → what each recorder should be like. Pure but for `read_holds`.

四(三), 四(四): a window of at least the minimum and a margin, never more than the maximum; footage
under a legal hold (records of kind HLD that are not released) stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from cctv_policy.errors import GitError, PushError
from cctv_policy.inventory import Inventory, Recorder, School
from cctv_policy.push.addressing import address_plan
from cctv_policy.push.model import Hold, Retention, Wanted
from cctv_policy.records import RecordSet, load_records
from cctv_policy.records.cases import LegalHold
from cctv_policy.regulation import Regulation
from cctv_policy.scope import Scope, Scopes

PARAMETERS = ("capacity_margin_days", "day_count")

SiteHold = tuple[str, str, Hold]
"""School, device, hold."""


def wanted_of(
    inventory: Inventory,
    regulation: Regulation,
    holds: Sequence[SiteHold],
    *,
    as_of: datetime,
    allow_shorter: bool = False,
    disable_unknown_accounts: bool = False,
) -> dict[str, Wanted]:
    """Recorder id → wanted, for every recorder in use that has a push account.

    The school inside holds this recorder alone, so that a plan travels light.
    """
    scopes = Scopes.of(regulation, as_of, PARAMETERS)
    faults = address_plan.check(inventory, lambda school: scopes.school(school)[""].addresses)
    found: dict[str, Wanted] = {}
    for school in inventory.schools:
        by_area = scopes.school(school)
        for recorder in school.recorders:
            if recorder.in_use and recorder.connect and recorder.connect.push:
                found[recorder.id] = Wanted(
                    school=replace(school, recorders=(recorder,)),
                    recorder=recorder,
                    retention=tuple(_retention(recorder, by_area)),
                    holds=tuple(_holds(school, recorder, holds)),
                    allow_shorter=allow_shorter,
                    disable_unknown_accounts=disable_unknown_accounts,
                    address_faults=faults.get(recorder.id, ()),
                )
    return found


def _retention(recorder: Recorder, by_area: dict[str, Scope]) -> Iterator[Retention]:
    for camera in recorder.cameras:
        scope = by_area[camera.area]
        low, high = scope.min_days, max_days(scope)
        asked = recorder.retention_days(camera)
        least = None if low is None else low + int(scope.value("capacity_margin_days"))
        days = max((d for d in (asked, least) if d is not None), default=high)
        if days is None:
            continue
        yield Retention(
            ch=camera.ch,
            days=days if high is None else min(days, high),
            min_days=low or 0,
            max_days=high,
        )


def max_days(scope: Scope) -> int | None:
    """Whole days that footage may be kept, the tolerance of an exact period included."""
    since = scope.lawful_since
    return None if since is None else (scope.as_of - since).days


def _holds(school: School, recorder: Recorder, holds: Sequence[SiteHold]) -> Iterator[Hold]:
    """A hold names the recorder and a channel, or the camera itself."""
    cameras = {camera.id: camera.ch for camera in recorder.cameras}
    for site, device, hold in holds:
        if site == school.id and device == recorder.id:
            yield hold
        elif site == school.id and device in cameras:
            yield replace(hold, ch=cameras[device])


def read_holds(root: Path) -> list[SiteHold]:
    """Every legal hold that is not released, committed or only staged. Nothing is guessed:

    PushError for a hold that cannot be read, that git does not know yet, or whose release is staged
    but not committed: footage that must be kept is gone for ever once a window is shorter.
    """
    folder = root / "records"
    if not folder.is_dir():
        return []
    sets = [load_records(root, index=True)]
    try:
        sets.append(load_records(root))
    except GitError as error:
        if error.code != "no_commits":
            raise
    known = {str(path) for records in sets for path in _paths(records)}
    for path in sorted(folder.rglob("HLD-*")):
        name = path.relative_to(root).as_posix()
        if name not in known:
            raise PushError(
                "git 尚未納入此保全紀錄，不推送 (a legal hold that git does not know)",
                where=name,
                fix="先 git add 此檔 (git add it)",
            )
    found = {hold: None for records in sets for hold in _open_holds(records)}
    return list(found)


def _paths(records: RecordSet) -> Iterator[str]:
    yield from (stored.path for stored in records.of("HLD"))


def _open_holds(records: RecordSet) -> Iterator[SiteHold]:
    for stored in records.of("HLD"):
        hold = stored.value
        if not isinstance(hold, LegalHold):
            raise PushError(
                "保全紀錄無法讀取 (a legal hold that cannot be read)",
                where=stored.path,
                fix="cctv-policy records check 會指出錯誤，修正前不推送"
                " (it says what is wrong; nothing is pushed until then)",
            )
        if hold.released_on is not None:
            continue
        for span in hold.scope:
            yield (
                stored.site,
                span.device_id,
                Hold(
                    ref=f"{stored.site}/{stored.id}",
                    ch=span.ch,
                    start=span.from_.isoformat(),
                    end=span.to.isoformat(),
                ),
            )
