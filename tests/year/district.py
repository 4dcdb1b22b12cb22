"""A made-up district of many schools with a year of records in git, as of one day.

Every school is in order: its devices, its roster and ledger, its inspections, requests, letters,
faults and incidents. A `Plant` breaks one rule at one school; holds, handovers and deletions are
where a plant needs them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cctv_policy import state
from cctv_policy.calendars import quarter
from cctv_policy.gitwrite import commit_all, import_history, init_repository
from cctv_policy.inventory import School, load_inventory
from cctv_policy.scaffold import chapters as ch
from cctv_policy.scaffold.sample import admin_accounts, new_keystore, sealer, seen
from cctv_policy.scaffold.story import Staff, Story, clock, in_order
from cctv_policy.state import Door, Observation, StateDocument, Why
from cctv_policy.strictyaml import dump
from tests import district as healthy

AS_OF = healthy.AS_OF
TODAY = AS_OF.date()
FIRST = TODAY - timedelta(days=400)
"""The day each school's records begin, in 2025: the first whole quarter is in 2026."""
PACK = "tw-ntpc-school"
DAY = timedelta(days=1)
Act = Callable[[Story, School], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plant:
    """What is wrong at one school: `rule` is the number of the rule that it breaks."""

    rule: int
    evidence: Mapping[str, Any] = field(default_factory=dict)
    """Fact → value, laid over the recorder's healthy evidence."""
    router: Mapping[str, Any] = field(default_factory=dict)
    inventory: Mapping[str, Any] = field(default_factory=dict)
    """Laid over the recorder's entry in the inventory."""
    school: Mapping[str, Any] = field(default_factory=dict)
    """Laid over the school's file in the inventory."""
    act: Act | None = None
    """Written after everything else."""
    instead: Mapping[str, Act | None] = field(default_factory=dict)
    """Chapter → what is written in its place; None leaves it out."""


def site(number: int) -> str:
    """The id of a school."""
    return f"school-{number:02}"


def staff(number: int) -> Staff:
    """The people of a school."""
    custodian, head, principal, escort = (f"P-{number:02}{k:02}" for k in (1, 2, 3, 4))
    return Staff(custodian=custodian, head=head, principal=principal, escort=escort)


def build(root: Path, plants: Sequence[Plant], schools: int) -> None:
    """Write the district below `root`; plant n is at school n + 1, the rest is in order."""
    _write_inventory(root, plants, schools)
    for number in range(1, schools + 1):
        state.write(_evidence(number, _plant(plants, number)), root / "state")
    inventory = load_inventory(root / "inventory", as_of=TODAY)
    people = {site(number): staff(number) for number in range(1, schools + 1)}
    keystore = new_keystore(root, people, FIRST, TODAY)
    accounts = admin_accounts(root / "state")
    (root / ".gitignore").write_text("/.keystore/\n", encoding="utf-8")
    (root / "records").mkdir()
    (root / "records" / "README.md").write_text("Records\n", encoding="utf-8")
    init_repository(root, hooks=".githooks")
    commit_all(root, "district", author="cctv-policy", at=clock(FIRST, 7), verify=False)
    keys: dict[str, Ed25519PrivateKey] = {}

    def key_of(person: str) -> Ed25519PrivateKey:
        return keys.setdefault(person, Ed25519PrivateKey.generate())

    stories = []
    for number, school in enumerate(sorted(inventory.schools, key=lambda s: s.id), 1):
        sealed = sealer(keystore)
        story = Story(site=school.id, staff=people[school.id], seal=sealed, key_of=key_of)
        tell(story, school, accounts[school.id], _plant(plants, number))
        stories.append(story)
    import_history(root, in_order(stories))


def _plant(plants: Sequence[Plant], number: int) -> Plant:
    return plants[number - 1] if number <= len(plants) else Plant(rule=0)


def tell(story: Story, school: School, accounts: list[dict[str, Any]], plant: Plant) -> None:
    """A school's year, chapter by chapter, in the order of time."""
    chapters: dict[str, Act] = {
        "roster": lambda s, _: ch.roster(s, FIRST, accounts={s.staff.custodian: accounts}),
        "policy": lambda s, _: _policy(s),
        "ledger": lambda s, school: ch.ledger(s, school, FIRST + DAY),
        "inspections": _inspections,
        "request": lambda s, school: _request(s, school, 90),
        "rejected": lambda s, school: _rejected(s, school, 80),
        "agency": lambda s, school: _agency(s, school, 70),
        "fault": lambda s, school: _fault(s, school, 60),
        "incident": lambda s, _: _incident(s, 40),
    }
    for name, act in chapters.items():
        chosen = plant.instead.get(name, act)
        if chosen is not None:
            chosen(story, school)
    if plant.act is not None:
        plant.act(story, school)


def before(days: int) -> date:
    """The day so many days before the one judged."""
    return TODAY - days * DAY


def window(school: School, days: int) -> ch.Seen:
    """Footage of that day."""
    return seen(school, before(days))


def _policy(story: Story, **changes: Any) -> None:
    ch.policy(story, FIRST, PACK, "1", **changes)


def _inspections(story: Story, school: School) -> None:
    for day in visits():
        ch.inspection(story, day, school.recorders)


def visits() -> list[date]:
    """A day in each quarter since the beginning."""
    days, day = [FIRST + 20 * DAY], quarter(FIRST).last + DAY
    while (visit := day + 45 * DAY) <= TODAY:
        days.append(visit)
        day = quarter(day).last + DAY
    return days


def _request(story: Story, school: School, days: int, **changes: Any) -> str:
    return ch.request(story, before(days), window(school, days + 2), **changes)


def _rejected(story: Story, school: School, days: int) -> None:
    ch.rejected(story, before(days), window(school, days + 2))


def _agency(story: Story, school: School, days: int, **changes: Any) -> None:
    ch.agency(story, before(days), window(school, days + 2), **changes)


def _fault(story: Story, school: School, days: int, **changes: Any) -> None:
    recorder = school.recorders[0]
    ch.fault(story, before(days), recorder, recorder.cameras[0].ch, **changes)


def _incident(story: Story, days: int, **changes: Any) -> None:
    ch.incident(story, before(days), "misuse", **changes)


def _write_inventory(root: Path, plants: Sequence[Plant], schools: int) -> None:
    folder = root / "inventory" / "schools"
    folder.mkdir(parents=True)
    schema = "cctv-policy/inventory/1"
    name = {"zh": "虛構區", "en": "Made-up"}
    district = {"schema": schema, "id": "year", "name": name, "pack": PACK}
    (root / "inventory" / "district.yaml").write_text(dump(district), encoding="utf-8")
    for number in range(1, schools + 1):
        data = {
            "schema": schema,
            "id": site(number),
            "name": {"zh": f"虛構第{number}國小", "en": f"Made-up Elementary {number}"},
            "moe_code": f"9{number:05}",
            "city": "ntpc",
            "site_type": "elementary",
            "custodian_changes": [],
            "areas": [{"id": "campus", "type": "campus", "name": {"zh": "校園", "en": "campus"}}],
            "recorders": [_recorder(number) | dict(_plant(plants, number).inventory)],
        } | dict(_plant(plants, number).school)
        (folder / f"{site(number)}.yaml").write_text(dump(data), encoding="utf-8")


def _recorder(number: int) -> dict[str, Any]:
    nvr = f"nvr-{number:02}"
    host = f"10.66.{number}.5"
    connect = healthy.inventory_recorder()["connect"]
    camera = healthy.camera(id=f"cam-{number:02}", address=f"10.66.{number}.21")
    there = connect | {"host": host, "key": f"{site(number)}/{nvr}/ssh"}
    return healthy.inventory_recorder(id=nvr, connect=there, cameras=[camera])


def _evidence(number: int, plant: Plant) -> StateDocument:
    nvr, cam = f"nvr-{number:02}", f"cam-{number:02}"
    facts = {
        nvr: healthy.healthy_recorder()
        | {
            "interfaces": [healthy.interface(f"10.66.{number}.5")],
            "channels": [healthy.channel(camera_id=cam)],
        }
        | dict(plant.evidence),
        cam: healthy.healthy_camera() | {"interfaces": [healthy.interface(f"10.66.{number}.21")]},
        site(number): {"exposure.router": healthy.router(**plant.router)},
    }
    at = healthy.ago(hours=1)
    told = [
        Observation(
            device=device,
            fact=fact,
            value=None if isinstance(value, Why) else value,
            unknown=value if isinstance(value, Why) else None,
            source="generated",
            door="ssh",
            at=at,
        )
        for device, said in facts.items()
        for fact, value in said.items()
    ]
    return StateDocument(
        target=nvr,
        site=site(number),
        driver="motion",
        run_id="year",
        started_at=at,
        collected_at=at,
        tool_version="0.1.0",
        doors=(Door(door="ssh", outcome="ok"),),
        observations=tuple(told),
    )
