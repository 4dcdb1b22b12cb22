"""A district's folder as retention needs it: schools' records, terms, device facts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from cctv_policy import pipeline, state
from cctv_policy.errors import UsageError
from cctv_policy.inventory import Inventory, load_inventory
from cctv_policy.model import Json
from cctv_policy.records import RecordSet, load_latest
from cctv_policy.retention.obstacles import School
from cctv_policy.retention.terms import minimums_of
from cctv_policy.scope import Scope, Scopes
from cctv_policy.subjects import World, rule_inputs


class District:
    """Inventory, regulation and records of one folder, at one moment."""

    def __init__(self, root: Path, as_of: datetime) -> None:
        self.root, self.as_of = root, as_of
        self.inventory: Inventory = load_inventory(root / "inventory", as_of=as_of.date())
        policies = pipeline.load_policies(
            self.inventory.district.pack, packs=root / "policies" / "regulations"
        )
        self.regulation = policies.regulation
        self.params = tuple(sorted({name for rule in policies.rules for name in rule.params}))
        self.scopes = Scopes.of(self.regulation, as_of, self.params)
        self.records: RecordSet = load_latest(root)

    def scope(self, site: str) -> Scope:
        """The regulation at a school, or the district's for one that is not in the inventory."""
        known = {school.id: school for school in self.inventory.schools}
        return self.scopes.school(known[site])[""] if site in known else self.scopes.district()

    def sites(self) -> list[str]:
        """Every school that has records."""
        return sorted({site for site, _ in self.records.records})

    def school(self, site: str) -> School:
        """One school's records; UsageError if it has none."""
        if site not in self.sites():
            fix = f"有紀錄的學校 (schools with records: {', '.join(self.sites()) or 'none'})"
            raise UsageError("沒有這所學校的紀錄 (no records of this school)", where=site, fix=fix)
        return School(
            records=self.records,
            site=site,
            root=self.root,
            today=self.as_of.date(),
            minimums=minimums_of(self.scope(site)),
        )

    def devices(self, folder: Path | None = None) -> Iterator[tuple[str, str, Mapping[str, Json]]]:
        """(school, recorder, rule facts) of every recorder; what cannot be told is not in them."""
        documents, _ = state.read_all(folder or self.root / "state")
        world = World(
            inventory=self.inventory,
            documents=documents,
            regulation=self.regulation,
            as_of=self.as_of,
            params=self.params,
        )
        recorders = {recorder.id for _, recorder in self.inventory.recorders()}
        for made in rule_inputs(world):
            if made.subject.id in recorders:
                yield made.subject.site, made.subject.id, made.document["facts"]
