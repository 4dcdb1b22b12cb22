"""Whom a push is about and what each should be like: inventory, regulation and holds of now."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cctv_policy import pipeline
from cctv_policy.collect import refuse_unknown
from cctv_policy.errors import UsageError
from cctv_policy.inventory import Inventory, load_inventory
from cctv_policy.push.model import AspectName, Wanted
from cctv_policy.push.wanted import read_holds, wanted_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What was asked for. `limit`: ids of schools and recorders; `only`: aspects; none: all."""

    root: Path
    limit: tuple[str, ...] = ()
    left: tuple[str, ...] | None = None
    """Recorders that a run to be resumed did not finish; None: it is no such run."""
    only: tuple[AspectName, ...] = ()
    allow_shorter: bool = False
    disable_unknown_accounts: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """Whom a run is about."""

    wanted: Mapping[str, Wanted]
    read_only: tuple[str, ...]
    """In use, but without a push account: never changed, and told so."""
    places: Mapping[str, str]
    """Recorder → the school's name and the address, for people."""


def targets(request: Request, *, now: datetime, lang: str) -> Targets:
    """What each device should be like, by inventory, regulation and holds of this moment.

    UsageError for ids that do not exist or a selection of nothing.
    """
    inventory = load_inventory(request.root / "inventory", as_of=now.date())
    policies = pipeline.load_policies(
        inventory.district.pack, packs=request.root / "policies" / "regulations"
    )
    all_wanted = wanted_of(
        inventory,
        policies.regulation,
        read_holds(request.root),
        as_of=now,
        allow_shorter=request.allow_shorter,
        disable_unknown_accounts=request.disable_unknown_accounts,
    )
    picked = set(_picked(inventory, request.limit))
    if request.left is not None:
        picked &= set(request.left)
    wanted = {name: each for name, each in all_wanted.items() if name in picked}
    in_use = [r.id for _, r in inventory.recorders() if r.in_use and r.connect]
    read_only = tuple(name for name in in_use if name in picked and name not in wanted)
    if not wanted:
        raise UsageError(
            "沒有可推送的主機 (no recorder to push to)",
            where=str(request.root / "inventory"),
            fix="在清冊 connect 下填寫 push 帳號 (give recorders in use a `push` account below"
            " `connect`; docs/push.md)",
        )
    return Targets(wanted=wanted, read_only=read_only, places=_places(wanted.values(), lang))


def _picked(inventory: Inventory, limit: Collection[str]) -> Iterator[str]:
    refuse_unknown(inventory, limit)
    for school, recorder in inventory.recorders():
        if not limit or school.id in limit or recorder.id in limit:
            yield recorder.id


def _places(wanted: Iterable[Wanted], lang: str) -> dict[str, str]:
    found = {}
    for each in wanted:
        connect = each.recorder.connect
        name = each.school.name.en if lang == "en" else each.school.name.zh
        found[each.recorder.id] = f"({name}, {connect.host if connect else ''})"
    return found
