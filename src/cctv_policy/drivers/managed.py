"""Factory passwords without a login: the managed secrets held against the list (rule 8).

The secret that the store holds for an account *is* the account's password as far as the district
knows; whether the device agrees is for the drivers and the login probe to say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from cctv_policy import defaults, inventory
from cctv_policy.drivers.base import Context, Reading, Secret
from cctv_policy.errors import SecretError
from cctv_policy.inventory import Inventory, Recorder
from cctv_policy.model import Json
from cctv_policy.secretstore import Fingerprints, SecretStore
from cctv_policy.state import Door, Observation, Why

TAIPEI = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Index:
    """On how many devices each secret of the inventory is in use; lives in memory for one run."""

    fingerprints: Fingerprints
    devices: Counter[bytes]

    def others(self, secret: Secret) -> int:
        """On how many devices beside this one."""
        return max(0, self.devices[self.fingerprints.of(secret)] - 1)


def index(inventory: Inventory, store: SecretStore) -> Index:
    """Count every account's secret over the whole inventory; a missing one counts nowhere."""
    fingerprints = Fingerprints()
    devices: Counter[bytes] = Counter()
    for _, recorder in inventory.recorders():
        own: set[bytes] = set()
        for account in recorder.accounts:
            try:
                own.add(fingerprints.of(store.get(account.secret)))
            except SecretError:
                continue
        devices.update(own)
    return Index(fingerprints=fingerprints, devices=devices)


def read(
    recorder: Recorder, context: Context, index: Index, said: Sequence[Observation]
) -> Reading:
    """The accounts of the inventory with what their managed secret proves.

    `said` is what the device's own doors told: it gives an account its realm there and the MACs.
    """
    start = context.monotonic()
    realms = _realms(said, recorder.id)
    macs = _macs(said, recorder)
    missing: list[str] = []
    accounts: list[Json] = []
    for account in recorder.accounts:
        try:
            secret = context.secrets(account.secret)
        except SecretError:
            missing.append(account.secret)
            accounts.append(_account(account, realms, None, None))
            continue
        verdict = _verdict(recorder, account, secret, macs)
        accounts.append(_account(account, realms, verdict, index.others(secret)))
    detail = f"no secret: {', '.join(missing)}" if missing else ""
    return Reading(
        doors=(
            Door(
                door="vault",
                outcome=Why.NO_SECRET.value if missing else "ok",
                detail=detail,
                seconds=context.monotonic() - start,
            ),
        ),
        observations=(
            Observation(
                device=recorder.id,
                fact="accounts",
                value=accounts,
                detail=detail,
                source=f"managed secrets against {defaults.LIST.name}",
                door="vault",
                at=context.now().isoformat(),
            ),
        ),
    )


def vendors(recorder: Recorder) -> list[str]:
    """Under which names the list may know the recorder: its software, its brand, who built it."""
    return [name for name in (recorder.driver, recorder.brand, recorder.oem) if name]


def _verdict(
    recorder: Recorder, account: inventory.Account, secret: Secret, macs: Sequence[str]
) -> bool | None:
    """Whether it is a factory password; None where the list cannot know (rule 8: unknown)."""
    names = vendors(recorder)
    matches = [
        match
        for name in names or [""]
        if (match := defaults.is_factory(name, account.account, secret.reveal(), macs=macs))
    ]
    if any(match.proven for match in matches):
        return True
    if matches:  # looks like a label, and the unit's MAC is not known
        return None
    if account.rotated_on:
        return False
    known = any(defaults.knows(name) for name in names)
    label = any(defaults.has_label_password(name, account.account) for name in names)
    return False if known and not label else None


def _account(
    account: inventory.Account,
    realms: dict[str, str],
    verdict: bool | None,
    others: int | None,
) -> Json:
    day = account.rotated_on
    changed = datetime(day.year, day.month, day.day, tzinfo=TAIPEI).isoformat() if day else None
    return {
        "name": account.account,
        "realm": realms.get(account.account, "device"),
        "role": account.role,
        "enabled": None,
        "is_default_password": verdict,
        "check_method": "managed_secret" if verdict is not None else None,
        "last_password_change": changed,
        "factory_label": None,
        "probe": None,
        "shared_with": others,
    }


_REALMS_BEST_FIRST = ("web", "device", "os", "database", "snmp")


def _realms(said: Sequence[Observation], device: str) -> dict[str, str]:
    """Account name → where the device says it lives, so that both doors mean the same account."""
    found: dict[str, list[str]] = {}
    for o in said:
        if o.device == device and o.fact == "accounts" and isinstance(o.value, list):
            for account in o.value:
                realm = account.get("realm", "device")
                if realm in _REALMS_BEST_FIRST:
                    found.setdefault(account["name"], []).append(realm)
    return {name: min(realms, key=_REALMS_BEST_FIRST.index) for name, realms in found.items()}


def _macs(said: Sequence[Observation], recorder: Recorder) -> list[str]:
    told = [
        mac
        for o in said
        if o.device == recorder.id and o.fact == "device.mac" and isinstance(o.value, list)
        for mac in o.value
    ]
    return [*recorder.mac, *told]
