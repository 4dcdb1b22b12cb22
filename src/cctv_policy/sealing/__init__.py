"""Personal data sealed: ciphertext in git, keys in two keystores outside git, holders who can open
it, and keys that can be destroyed (spec §3 ✱, rules 59, 60).
"""

from cctv_policy.sealing.custody import Custody, custody
from cctv_policy.sealing.holder import Identity, batch_secret, load_identity
from cctv_policy.sealing.keystore import Keystore, Share, Wrap, open_keystore
from cctv_policy.sealing.replica import Replica
from cctv_policy.sealing.seal import seal, unseal
from cctv_policy.sealing.settings import Holder, Settings, load_settings
from cctv_policy.sealing.verify import Verification, verify

__all__ = [
    "Custody",
    "Holder",
    "Identity",
    "Keystore",
    "Replica",
    "Settings",
    "Share",
    "Verification",
    "Wrap",
    "batch_secret",
    "custody",
    "load_identity",
    "load_settings",
    "open_keystore",
    "seal",
    "unseal",
    "verify",
]
