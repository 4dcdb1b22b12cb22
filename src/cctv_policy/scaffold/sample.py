"""`init --sample`: a made-up district with recorded evidence and a year of records in git.

One school does everything as the document asks; another breaks it in a few ways that `check`
finds. Keys and names are made up when the sample is written; its keystore lies beside the
repository's files, which a real one never does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path

import pyrage
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cctv_policy import state
from cctv_policy.calendars import quarter
from cctv_policy.gitwrite import commit_all, import_history, init_repository
from cctv_policy.inventory import Inventory, School, load_inventory
from cctv_policy.periods import Period, period_end
from cctv_policy.records import as_data
from cctv_policy.scaffold import chapters as ch
from cctv_policy.scaffold import keeping
from cctv_policy.scaffold.district import HOOKS, Wanted, refuse_full, write_files
from cctv_policy.scaffold.evidence import write_sample
from cctv_policy.scaffold.story import Record, Sealer, Staff, Story, clock, in_order
from cctv_policy.sealing import Keystore, open_keystore, seal
from cctv_policy.secretstore import Secret
from cctv_policy.strictyaml import dump

KEYSTORE = ".keystore"
"""Beside the files and not in git: for a sample only."""
GOOD, BROKEN = "qingxi-es", "yunling-jh"
STAFF = {
    GOOD: Staff(custodian="P-0101", head="P-0102", principal="P-0103", escort="P-0104"),
    BROKEN: Staff(custodian="P-0201", head="P-0202", principal="P-0203", escort="P-0204"),
}
DISTRICT = "P-0901"
"""Who approves for the district."""
_DAYS = 500
_DAY = timedelta(days=1)


def new_sample(root: Path, now: datetime) -> None:
    """Write the sample district into the new or empty folder `root`, as of `now`, with history.

    UsageError if the folder holds files; GitError without git.
    """
    refuse_full(root)
    write_sample(root, now)
    inventory = load_inventory(root / "inventory")
    name = inventory.district.name
    write_files(
        root,
        Wanted(
            id=inventory.district.id,
            name_zh=name.zh,
            name_en=name.en,
            pack=inventory.district.pack,
        ),
        example=False,
    )
    today = now.date()
    first = today - _DAYS * _DAY
    keystore = new_keystore(root, STAFF, first, today)
    accounts = admin_accounts(root / "state")
    init_repository(root, hooks=HOOKS)
    at = clock(first, 7)
    commit_all(root, "A district's repository", author="cctv-policy", at=at, verify=False)
    import_history(root, in_order(_stories(inventory, today, sealer(keystore), accounts)))


def new_keystore(root: Path, staff: Mapping[str, Staff], first: date, last: date) -> Keystore:
    """Two replicas, two holders a school with fresh keys, and a batch for every month of each.

    `staff` by school. The holders' keys lie in the keystore's folder, as `<school>-<role>.key`.
    """
    folder = root / KEYSTORE
    folder.mkdir(mode=0o700, exist_ok=True)
    holders = []
    for site, people in staff.items():
        for role, person in (("custodian", people.custodian), ("principal", people.principal)):
            identity = pyrage.x25519.Identity.generate()
            key = folder / f"{site}-{role}.key"
            key.touch(mode=0o600)
            key.write_text(f"{identity}\n", encoding="ascii")
            holders.append(
                {
                    "name": f"{site}-{role}",
                    "person": person,
                    "role": role,
                    "recipient": str(identity.to_public()),
                    "schools": [site],
                }
            )
    replicas = [{"label": name, "path": f"{KEYSTORE}/{name}"} for name in ("office", "principal")]
    settings = {
        "schema": "cctv-policy/keystore/1",
        "id": "sample-keystore",
        "replicas": replicas,
        "holders": holders,
    }
    (root / "keystore.yaml").write_text(dump(settings), encoding="utf-8")
    keystore = open_keystore(root)
    for replica in keystore.replicas:
        replica.create()
    for site in staff:
        for prefix in ("REQ", "INC"):
            for day in _months(first, last):
                keystore.new_batch(site, keystore.settings.batch(prefix, day))
    return keystore


def sealer(keystore: Keystore) -> Sealer:
    """What a story seals with."""

    def sealed(site: str, ident: str, fields: Mapping[str, str], on: date, later: bool) -> Record:
        clear = {name: Secret(value) for name, value in fields.items()}
        block = seal(keystore, site=site, record_id=ident, clear=clear, on=on, later=later)
        return dict(as_data(block))

    return sealed


def _months(first: date, last: date) -> Iterator[date]:
    day = first.replace(day=1)
    while day <= last:
        yield day
        day = (day + 31 * _DAY).replace(day=1)


def admin_accounts(folder: Path) -> dict[str, list[Record]]:
    """School → its devices' administrator accounts, from the evidence."""
    found: dict[str, list[Record]] = {}
    documents, _ = state.read_all(folder)
    for document in documents:
        for told in document.observations:
            for account in told.value if told.fact == "accounts" and told.value else ():
                entry = {"device_id": told.device, "account": account["name"]}
                known = found.setdefault(document.site, [])
                if account["role"] == "admin" and account["enabled"] and entry not in known:
                    known.append(entry)
    return found


def _stories(
    inventory: Inventory, today: date, sealed: Sealer, accounts: Mapping[str, list[Record]]
) -> list[Story]:
    schools = {school.id: school for school in inventory.schools}
    keys: dict[str, Ed25519PrivateKey] = {}

    def key_of(person: str) -> Ed25519PrivateKey:
        return keys.setdefault(person, Ed25519PrivateKey.generate())

    def story(site: str) -> Story:
        begun = Story(site=site, staff=STAFF[site], seal=sealed, key_of=key_of)
        _begin(begun, schools[site], inventory, today, accounts.get(site, []))
        return begun

    good, broken = story(GOOD), story(BROKEN)
    _in_order(good, schools[GOOD], today)
    _in_breach(broken, schools[BROKEN], today)
    return [good, broken]


def _begin(
    story: Story, school: School, inventory: Inventory, today: date, accounts: list[Record]
) -> None:
    first = today - _DAYS * _DAY
    main = school.recorders[0].id
    named = {
        story.staff.custodian: accounts,
        former(story): [{"device_id": main, "account": "it"}],
    }
    also: tuple[ch.Job, ...] = (
        (former(story), "資訊組長", "教務處", ["operate"]),
        (DISTRICT, "資訊教育科長", "教育局", ["approve_district"]),
    )
    ch.roster(story, first, accounts=named, also=also if story.site == GOOD else ())
    ch.policy(story, first, inventory.district.pack, "1")
    ch.ledger(story, school, first + _DAY)


def _inspections(today: date) -> Iterator[date]:
    """A day in each whole quarter since the beginning; in the running one if it is far enough."""
    day = quarter(today - _DAYS * _DAY).last + _DAY
    while (visit := day + 58 * _DAY) <= today:
        yield visit
        day = quarter(day).last + _DAY


def _in_order(story: Story, school: School, today: date) -> None:
    """Everything as the document asks."""
    for day in _inspections(today):
        ch.inspection(story, day, school.recorders)
    main = school.recorders[0]
    old = _old(story, school, today)
    held = _held(story, school, today)
    _handed_over(story, school, today, held)
    ch.request(story, today - 90 * _DAY, seen(school, today - 92 * _DAY))
    ch.rejected(story, today - 80 * _DAY, seen(school, today - 82 * _DAY))
    ch.agency(story, today - 70 * _DAY, seen(school, today - 72 * _DAY))
    ch.fault(story, today - 60 * _DAY, main, main.cameras[0].ch)
    ch.incident(story, today - 40 * _DAY, "misuse")
    _listed(story, today, old)


def former(story: Story) -> str:
    """Who operated the recorder before and left."""
    return f"{story.staff.custodian[:-2]}05"


def _old(story: Story, school: School, today: date) -> str:
    """A request of last year, whose copy went long ago."""
    ident = ch.request(story, today - 397 * _DAY, seen(school, today - 399 * _DAY))
    keeping.dispose(story, _copy_of(story, ident), today - 250 * _DAY)
    return ident


def _held(story: Story, school: School, today: date) -> str:
    """A case of bullying: its footage is held until today, and was looked at again."""
    wanted = seen(school, today - 202 * _DAY)
    kept = _copy_of(story, ch.request(story, today - 200 * _DAY, wanted))
    held = keeping.hold(story, today - 198 * _DAY, school.recorders[0], wanted, [kept])
    for record in (held, kept):
        due = today + 60 * _DAY
        keeping.review(story, record, today - 100 * _DAY, due, "調查尚未終結")
    return held


def _copy_of(story: Story, case: str) -> str:
    copy: str = story.read(case)["outcome"]["kept_copy"]
    return copy


def _handed_over(story: Story, school: School, today: date, held: str) -> None:
    """Who operated the recorder is transferred; what is held is handed over too."""
    day, leaver = today - 150 * _DAY, former(story)
    account = {"device_id": school.recorders[0].id, "account": "it"}
    keeping.handover(
        story,
        day,
        leaver,
        story.staff.custodian,
        school.recorders,
        [account],
        items={"holds": [held]},
    )
    keeping.leave_roster(story, story.entry_of(leaver), day, DISTRICT)


def _listed(story: Story, today: date, old: str) -> None:
    """The old request and its register line are on an approved list; nothing is destroyed yet."""
    request = story.read(old)
    lines = [viewing["register"] for viewing in request["viewing"]]
    closed = date.fromisoformat(request["closed_on"])
    eligible = period_end(closed, Period.parse("P1Y")) + _DAY
    keeping.destruction(story, today - 10 * _DAY, [old, *lines], eligible, DISTRICT)


def _in_breach(story: Story, school: School, today: date) -> None:
    """A quarter missed, a fault nobody repaired, footage shown too early, no copy kept."""
    missed = quarter(quarter(today).first - _DAY)
    for day in _inspections(today):
        if day not in missed:
            ch.inspection(story, day, school.recorders)
    main = school.recorders[0]
    early = {"at": clock(today - 64 * _DAY, 11)}
    ch.request(
        story, today - 65 * _DAY, seen(school, today - 66 * _DAY), roles={"principal": early}
    )
    ch.request(story, today - 50 * _DAY, seen(school, today - 51 * _DAY), copy=None)
    ch.fault(story, today - 45 * _DAY, main, main.cameras[1].ch, repaired_at=None)


def seen(school: School, day: date, cameras: int = 1) -> ch.Seen:
    """Half an hour of the first cameras of a school's first recorder."""
    some = school.recorders[0].cameras[:cameras]
    return ch.Seen(cameras=some, start=clock(day, 10), end=clock(day, 10, 30))
