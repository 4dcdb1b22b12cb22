"""A district's own repository: its files, its git settings, a server that refuses tampering."""

from __future__ import annotations

from cctv_policy.scaffold.district import Wanted, new_district
from cctv_policy.scaffold.sample import new_sample
from cctv_policy.scaffold.server import new_server

__all__ = ["Wanted", "new_district", "new_sample", "new_server"]
