"""The kinds of account on a recorder: how the shell names them, what a change needs. Pure.

All but the camera's are changed by root, so that a change needs no old value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from cctv_policy.inventory import LoginRules, Recorder
from cctv_policy.model import Text
from cctv_policy.rotation import Profile
from cctv_policy.secretstore import Secret

HASH_ROUNDS = 10
"""bcrypt's cost as PHP's password_hash sets it."""


def _no_digest(_: Secret) -> Mapping[str, Secret]:
    return {}


def _argon2(new: Secret) -> Mapping[str, Secret]:
    """As motionEye's own library makes it."""
    from argon2 import PasswordHasher

    return {"digest": Secret(PasswordHasher().hash(new.reveal()))}


def _bcrypt(new: Secret) -> Mapping[str, Secret]:
    """As PHP's password_verify takes it; with it a new secret for links and tokens."""
    import secrets

    import bcrypt

    digest = bcrypt.hashpw(new.reveal().encode(), bcrypt.gensalt(HASH_ROUNDS)).decode()
    return {
        "digest": Secret(digest.replace("$2b$", "$2y$", 1)),
        "hash_secret": Secret(secrets.token_hex(24)),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Realm:
    """One kind of account."""

    name: str
    """Of the shell functions login_…, set_…, stored_…"""
    words: Text
    digests: Callable[[Secret], Mapping[str, Secret]] = _no_digest
    """What the device stores instead of the value, by shell variable."""
    profile: Profile = field(default_factory=lambda: Profile(settle_s=(2, 5)))


REALMS: Mapping[str, Realm] = {
    realm.name: realm
    for realm in (
        Realm(name="os", words=Text(zh="作業系統帳號", en="account of the operating system")),
        Realm(name="motion", words=Text(zh="motion 網頁帳號", en="login to motion's pages")),
        Realm(
            name="motioneye",
            words=Text(zh="motionEye 帳號", en="motionEye account"),
            digests=_argon2,
        ),
        Realm(
            name="zoneminder",
            words=Text(zh="ZoneMinder 帳號", en="ZoneMinder account"),
            digests=_bcrypt,
        ),
        Realm(name="database", words=Text(zh="資料庫帳號", en="login to the database")),
        Realm(
            name="camera",
            words=Text(zh="攝影機與主機中的登入", en="login of a camera and its recorder's copy"),
            profile=Profile(),
        ),
        Realm(name="snmp", words=Text(zh="SNMP v3 使用者", en="SNMP v3 user")),
    )
}


def profile_of(realm: str, rules: LoginRules) -> Profile:
    """The profile of one device: its kind of account, and what the inventory says of it."""
    return replace(
        REALMS[realm].profile,
        length=rules.length,
        symbols="-_." if rules.symbols else "",
        folds_case=rules.lower_case,
        lock_count=rules.lock_count,
    )


def config_folder(recorder: Recorder) -> str:
    """Where motion or motionEye is configured."""
    usual = "/etc/motioneye" if recorder.driver == "motioneye" else "/etc/motion"
    return recorder.settings.get("config", usual)
