"""A made-up district of many schools with a year of records in git, as of one day.

Every school is in order: its devices, its roster and ledger, its inspections, requests, letters,
faults and incidents; a custodian who left, footage on hold and footage no longer held, copies kept
and destroyed, and an old request whose keys the real destruction took away. A `Plant` breaks one
rule at one school.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cctv_policy import state
from cctv_policy.calendars import quarter
from cctv_policy.clerk.schools import District
from cctv_policy.gitwrite import commit_all, import_history, init_repository
from cctv_policy.inventory import School, load_inventory
from cctv_policy.records import record_path
from cctv_policy.retention import plan, purge
from cctv_policy.scaffold import chapters as ch
from cctv_policy.scaffold import keeping
from cctv_policy.scaffold.sample import admin_accounts, new_keystore, sealer, seen
from cctv_policy.scaffold.story import Record, Staff, Story, clock, in_order, merged
from cctv_policy.sealing import Keystore
from cctv_policy.state import Door, Observation, StateDocument, Why
from cctv_policy.strictyaml import dump
from tests import district as healthy

AS_OF = healthy.AS_OF
TODAY = AS_OF.date()
FIRST = TODAY - timedelta(days=400)
"""The day each school's records begin, in 2025: the first whole quarter is in 2026."""
PACK = "tw-ntpc-school"
DAY = timedelta(days=1)
EDUCATION = "P-9000"
"""Who approves for the district, at every school."""
LISTED, DESTROYED = (TODAY - n * timedelta(days=1) for n in (22, 20))
"""The day on which what may go is listed and approved, and that on which its keys go."""
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


DESTRUCTION = "DST-115-0001"
"""Each school's one."""


def former(story: Story) -> str:
    """Who operated the recorder before and left."""
    return f"{story.staff.custodian[:-2]}05"


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

    stories: dict[str, Story] = {}
    for number, school in enumerate(sorted(inventory.schools, key=lambda s: s.id), 1):
        sealed = sealer(keystore)
        story = Story(site=school.id, staff=people[school.id], seal=sealed, key_of=key_of)
        tell(story, school, accounts[school.id], _plant(plants, number))
        stories[school.id] = story
    _commit(root, stories, until=clock(LISTED, 8))
    _list_what_may_go(root, stories)
    _commit(root, stories, until=clock(DESTROYED, 8))
    _destroy(root, keystore, stories)
    _commit(root, stories, until=AS_OF)
    assert not any(story.changes for story in stories.values()), "told of the future"


def _commit(root: Path, stories: Mapping[str, Story], *, until: datetime) -> None:
    """Commit what was told of the time until then."""
    import_history(root, [c for c in in_order(stories.values()) if c.at < until])
    for story in stories.values():
        story.changes = [c for c in story.changes if c.at >= until]


def _list_what_may_go(root: Path, stories: Mapping[str, Story]) -> None:
    """A destruction at each school, of what the program's own plan says may go."""
    district = District(root, clock(LISTED, 8))
    for site, story in stories.items():
        found = plan(district.school(site))
        assert found.eligible_from is not None, site
        targets = [candidate.id for candidate in found.due]
        keeping.destruction(story, LISTED, targets, found.eligible_from, EDUCATION)


def _destroy(root: Path, keystore: Keystore, stories: Mapping[str, Story]) -> None:
    """Carry out every destruction on the keystore, and commit the certificates."""
    at = clock(DESTROYED, 14)
    district = District(root, at)
    for site, story in stories.items():
        witnesses = (story.staff.custodian, story.staff.head)
        purge(keystore, district.school(site), DESTRUCTION, witnesses=witnesses, now=at)
        if int(site[-2:]) % 2:
            _delete(story, "REQ-114-0001", "REG-114-0001")
    commit_all(root, DESTRUCTION, author="cctv-policy", at=at, verify=False)


def _delete(story: Story, *idents: str) -> None:
    """The files of destroyed records go too, at half of the schools; approvals stay for good."""
    gone = [record_path(ident, story.site) for ident in idents]
    story.write(clock(before(10), 9), dict.fromkeys(gone), message=" ".join(idents))


def _plant(plants: Sequence[Plant], number: int) -> Plant:
    return plants[number - 1] if number <= len(plants) else Plant(rule=0)


def tell(story: Story, school: School, accounts: list[dict[str, Any]], plant: Plant) -> None:
    """A school's year, chapter by chapter, in the order of time."""
    chapters: dict[str, Act] = {
        "roster": lambda s, school: roster(s, school, accounts),
        "policy": lambda s, _: _policy(s),
        "ledger": lambda s, school: ch.ledger(s, school, FIRST + DAY),
        "inspections": _inspections,
        "old": _old,
        "early": lambda _s, _: None,
        "held": _held,
        "released": _released,
        "handover": _handover,
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


def roster(
    story: Story,
    school: School,
    accounts: Sequence[Record],
    change: Mapping[int, Mapping[str, Any]] = ch.NO_CHANGES,
) -> None:
    """Everybody in the roster, with something changed at the given entries (from 0)."""
    s = story.staff
    jobs = (
        (s.custodian, "事務組長", "總務處", ["manage", "operate", "approve_officer"]),
        (s.head, "總務主任", "總務處", ["repair", "approve_unit_head", "escort"]),
        (s.principal, "校長", "校長室", ["approve_principal"]),
        (s.escort, "學務組長", "學務處", ["escort"]),
        (former(story), "資訊組長", "教務處", ["operate"]),
        (EDUCATION, "資訊教育科長", "教育局", ["approve_district"]),
    )
    named = {0: accounts, 4: _account(story, school)}
    entries = [
        merged(ch.roster_entry(story, *job, FIRST, named.get(n, ())), change.get(n, {}))
        for n, job in enumerate(jobs)
    ]
    story.commit(clock(FIRST, 8), *entries, message="roster")


def _account(story: Story, school: School) -> list[Record]:
    """The account of who left; the recorder does not have it any more."""
    return [{"device_id": school.recorders[0].id, "account": "it"}]


def _old(story: Story, school: School) -> None:
    """A request of which all that remains is due for destruction; its copy went long ago."""
    ident = ch.request(story, before(397), window(school, 399))
    keeping.dispose(story, _copy_of(story, ident), before(250))


def _held(story: Story, school: School) -> None:
    """A case of bullying: its footage is held until today, and looked at twice."""
    seen = window(school, 312)
    kept = _copy_of(story, ch.request(story, before(310), seen))
    held = keeping.hold(story, before(308), school.recorders[0], seen, [kept])
    for day, until in ((190, 25), (30, -120)):
        for record in (held, kept):
            keeping.review(story, record, before(day), before(until), "調查尚未終結")


def _released(story: Story, school: School) -> None:
    """A hold that ended, after which its copy was destroyed."""
    seen = window(school, 202)
    kept = _copy_of(story, ch.request(story, before(200), seen))
    held = keeping.hold(story, before(198), school.recorders[0], seen, [kept])
    keeping.release(story, held, before(130), "調查終結")
    keeping.dispose(story, kept, before(120), reason="hold_released")


def _copy_of(story: Story, case: str) -> str:
    copy: str = story.read(case)["outcome"]["kept_copy"]
    return copy


def _handover(story: Story, school: School) -> None:
    """Who operated the recorder leaves; what was held then is handed over too."""
    s = story.staff
    items = {"holds": ["HLD-115-0001", "HLD-115-0002"]}
    keeping.handover(
        story,
        before(150),
        former(story),
        s.custodian,
        school.recorders,
        _account(story, school),
        items=items,
    )
    keeping.leave_roster(story, "CUS-114-0005", before(150), EDUCATION)


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
