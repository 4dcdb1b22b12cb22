"""Factory passwords without a login: the managed secrets held against the list (rule 8).

The secret that the store holds for an account *is* the account's password as far as the district
knows; whether the device agrees is for the drivers and the login probe to say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

from cctv_policy import defaults
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
    """Count every login's secret over the whole inventory; a missing one counts nowhere."""
    fingerprints = Fingerprints()
    devices: Counter[bytes] = Counter()
    for _, recorder in inventory.recorders():
        for logins in _logins(recorder, ()).values():
            own: set[bytes] = set()
            for login in logins:
                try:
                    own.add(fingerprints.of(store.get(login.secret)))
                except SecretError:
                    continue
            devices.update(own)
    return Index(fingerprints=fingerprints, devices=devices)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Login:
    """One managed login of a recorder or a camera, and what the list may know it by."""

    account: str
    secret: str
    rotated_on: date | None
    realm: str
    role: str | None
    vendors: Sequence[str]
    macs: Sequence[str]


def manages(recorder: Recorder) -> bool:
    """Whether the inventory names a managed secret of the recorder or of one of its cameras."""
    return bool(recorder.accounts) or any(camera.login for camera in recorder.cameras)


def read(
    recorder: Recorder, context: Context, index: Index, said: Sequence[Observation]
) -> Reading:
    """The logins of the inventory with what their managed secret proves, cameras' as well.

    `said` is what the device's own doors told: it gives an account its realm there and the MACs.
    """
    start = context.monotonic()
    missing: list[str] = []
    observations = []
    for device, logins in _logins(recorder, said).items():
        without: list[str] = []
        accounts = [_judged(login, context, index, without) for login in logins]
        missing += without
        observations.append(_observed(device, accounts, without, context))
    return Reading(
        doors=(
            Door(
                door="vault",
                outcome=Why.NO_SECRET.value if missing else "ok",
                detail=_lacks(missing),
                seconds=context.monotonic() - start,
            ),
        ),
        observations=tuple(observations),
    )


def _logins(recorder: Recorder, said: Sequence[Observation]) -> dict[str, list[_Login]]:
    """Device id → its managed logins; only devices that have one."""
    realms = _realms(said, recorder.id)
    found: dict[str, list[_Login]] = {}
    if recorder.accounts:
        macs = _macs(said, recorder)
        found[recorder.id] = [
            _Login(
                account=account.account,
                secret=account.secret,
                rotated_on=account.rotated_on,
                realm=realms.get(account.account, "device"),
                role=account.role,
                vendors=vendors(recorder),
                macs=macs,
            )
            for account in recorder.accounts
        ]
    for camera in recorder.cameras:
        if camera.login:
            found[camera.id] = [
                _Login(
                    account=camera.login.user,
                    secret=camera.login.secret,
                    rotated_on=camera.login.rotated_on,
                    realm="camera",
                    role=None,
                    vendors=[name for name in (camera.brand, camera.oem) if name],
                    macs=[camera.mac] if camera.mac else [],
                )
            ]
    return found


def _judged(login: _Login, context: Context, index: Index, missing: list[str]) -> Json:
    """One account; a secret that no store has is added to `missing`."""
    try:
        secret = context.secrets(login.secret)
    except SecretError:
        missing.append(login.secret)
        return _account(login, None, None)
    return _account(login, _verdict(login, secret), index.others(secret))


def _observed(
    device: str, accounts: list[Json], missing: Sequence[str], context: Context
) -> Observation:
    return Observation(
        device=device,
        fact="accounts",
        value=accounts,
        detail=_lacks(missing),
        source=f"managed secrets against {defaults.LIST.name}",
        door="vault",
        at=context.now().isoformat(),
    )


def _lacks(missing: Sequence[str]) -> str:
    return f"no secret: {', '.join(missing)}" if missing else ""


def vendors(recorder: Recorder) -> list[str]:
    """Under which names the list may know the recorder: its software, its brand, who built it."""
    return [name for name in (recorder.driver, recorder.brand, recorder.oem) if name]


def _verdict(login: _Login, secret: Secret) -> bool | None:
    """Whether it is a factory password; None where the list cannot know (rule 8: unknown)."""
    names = login.vendors
    matches = [
        match
        for name in names or [""]
        if (match := defaults.is_factory(name, login.account, secret.reveal(), macs=login.macs))
    ]
    if any(match.proven for match in matches):
        return True
    if matches:  # looks like a label, and the unit's MAC is not known
        return None
    if login.rotated_on:
        return False
    known = any(defaults.knows(name) for name in names)
    label = any(defaults.has_label_password(name, login.account) for name in names)
    return False if known and not label else None


def _account(login: _Login, verdict: bool | None, others: int | None) -> Json:
    day = login.rotated_on
    changed = datetime(day.year, day.month, day.day, tzinfo=TAIPEI).isoformat() if day else None
    return {
        "name": login.account,
        "realm": login.realm,
        "role": login.role,
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
