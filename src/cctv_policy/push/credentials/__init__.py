"""Credentials: accounts of a recorder get passwords of their own, by the two-phase rotation.

`aspect` plans, `execute` carries a step out, `realms` says how each kind of account logs in and is
changed on the device (`push/sh/credentials.sh`).
"""

from cctv_policy.push.credentials.aspect import Credentials
from cctv_policy.push.credentials.execute import execute_rotation

__all__ = ["Credentials", "execute_rotation"]
