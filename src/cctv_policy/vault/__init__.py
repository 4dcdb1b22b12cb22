"""The vault: where the secrets of devices live while they are changed, and never get lost.

One contract (`base.Vault`), two backends: an age file in two places (`agefile`), and the KV store
of HashiCorp Vault or OpenBao (`kv2`). A secret that was ever written stays readable until a later
one is proven on the device.
"""

from cctv_policy.vault.base import (
    Lease,
    LeaseHeldError,
    LeaseLostError,
    Listed,
    StaleError,
    Vault,
)
from cctv_policy.vault.config import VaultConfig, load_config
from cctv_policy.vault.entry import GENERATIONS, Entry, same
from cctv_policy.vault.opening import open_vault, reading_store, stores

__all__ = [
    "GENERATIONS",
    "Entry",
    "Lease",
    "LeaseHeldError",
    "LeaseLostError",
    "Listed",
    "StaleError",
    "Vault",
    "VaultConfig",
    "load_config",
    "open_vault",
    "reading_store",
    "same",
    "stores",
]
