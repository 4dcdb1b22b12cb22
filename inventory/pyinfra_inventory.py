"""The recorders as pyinfra hosts: `pyinfra inventory/pyinfra_inventory.py debug-inventory`.

Groups: recorders, site_<id>, driver_<name>. CCTV_STATE is where known_hosts is written (default:
state/ beside inventory/), CCTV_SSH_KEYS a folder with one private key file a secret name.
"""

import os
from pathlib import Path

from cctv_policy.inventory import load_inventory, pyinfra_groups, write_known_hosts

_here = Path(__file__).resolve().parent
_state = Path(os.environ.get("CCTV_STATE", _here.parent / "state"))
_keys = os.environ.get("CCTV_SSH_KEYS")
_inventory = load_inventory(_here)

globals().update(
    pyinfra_groups(
        _inventory,
        known_hosts=write_known_hosts(_inventory, _state / "known_hosts"),
        keys=Path(_keys) if _keys else None,
    )
)
