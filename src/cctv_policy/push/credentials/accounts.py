"""Which secrets of a recorder are rotated: inventory → targets. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from cctv_policy.drivers.snmp import AUTH_NAMES, PRIV_NAMES
from cctv_policy.inventory import LoginRules, Recorder
from cctv_policy.push.credentials.realms import config_folder

WEB = ("motion", "motioneye", "zoneminder")
"""Drivers whose software has accounts of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One secret of one account, and where it lives on the recorder."""

    id: str
    realm: str
    account: str
    secret: str
    place: str = ""
    more: Mapping[str, str] = field(default_factory=dict)
    other: str = ""
    """Name of a second secret that a login needs as well."""
    admin: bool = False
    declared_on: dt.date | None = None
    """The inventory's `rotated_on`."""
    rules: LoginRules = field(default_factory=LoginRules)


def targets(recorder: Recorder, os_names: frozenset[str]) -> Iterator[Target]:
    """Every managed secret in the order in which they are rotated.

    `os_names`: the accounts of the operating system. Where the software has accounts of its own, an
    inventory account is one of those, unless it is the operating system's by name and no
    administrator; ZoneMinder's database account is a `service`.
    """
    place = config_folder(recorder)
    for account in recorder.accounts:
        realm = _realm(recorder, account.account, account.role, os_names)
        yield Target(
            id=f"{realm}.{account.account}",
            realm=realm,
            account=account.account,
            secret=account.secret,
            place=place,
            admin=account.role == "admin",
            declared_on=account.rotated_on,
            rules=recorder.baseline.login_rules,
        )
    yield from _snmp(recorder)
    yield from _cameras(recorder)


def _cameras(recorder: Recorder) -> Iterator[Target]:
    """Each camera's login once, by address: the recorder's copy changes with it."""
    for camera in recorder.cameras:
        if camera.login and camera.address:
            yield Target(
                id=f"camera.{camera.id}",
                realm="camera",
                account=camera.login.user,
                secret=camera.login.secret,
                place=camera.address,
                more={"port": str(camera.login.onvif_port)},
                declared_on=camera.login.rotated_on,
                rules=camera.login.rules,
            )


def _realm(recorder: Recorder, name: str, role: str, os_names: frozenset[str]) -> str:
    if recorder.driver not in WEB:
        return "os"
    if recorder.driver == "zoneminder" and role == "service":
        return "database"
    if name in os_names and (role != "admin" or name == "root"):
        return "os"
    return recorder.driver


def _snmp(recorder: Recorder) -> Iterator[Target]:
    snmp = recorder.snmp
    if snmp is None or snmp.version != "v3" or not (snmp.user and snmp.auth and snmp.priv):
        return
    more = {
        "auth_type": AUTH_NAMES[snmp.auth_protocol],
        "priv_type": PRIV_NAMES[snmp.priv_protocol],
    }
    for place, secret, other in (
        ("auth", snmp.auth, snmp.priv),
        ("priv", snmp.priv, snmp.auth),
    ):
        yield Target(
            id=f"snmp.{snmp.user}.{place}",
            realm="snmp",
            account=snmp.user,
            secret=secret,
            place=place,
            more=more,
            other=other,
            rules=recorder.baseline.login_rules,
        )
