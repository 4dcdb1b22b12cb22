"""First passwords: hardening switches logins on with a secret that has to be somewhere before."""

from __future__ import annotations

from collections.abc import Iterable

from cctv_policy.inventory import Recorder
from cctv_policy.push.credentials.accounts import WEB
from cctv_policy.push.credentials.realms import profile_of
from cctv_policy.rotation import generate
from cctv_policy.rotation.profile import RandBelow
from cctv_policy.secretstore import SecretMissingError, SecretStore
from cctv_policy.vault import Entry, Vault


def make_first(
    vault: Vault, known: SecretStore, recorders: Iterable[Recorder], randbelow: RandBelow
) -> tuple[str, ...]:
    """Give each administrator of a recorder's software a pending secret where no store has one.

    Names of what was made. It becomes current once a rotation has seen it log in.
    """
    made = []
    for recorder in recorders:
        for account in recorder.accounts:
            if recorder.driver in WEB and account.role == "admin":
                try:
                    known.get(account.secret)
                except SecretMissingError:
                    entry = vault.read(account.secret)
                    if entry == Entry(version=entry.version):
                        profile = profile_of(recorder.driver, recorder.baseline.login_rules)
                        secret = generate(profile, account.account, randbelow)
                        vault.write(account.secret, entry.with_pending(secret))
                        made.append(account.secret)
    return tuple(made)
