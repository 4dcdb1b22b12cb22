"""Drivers: one module per kind of recorder, checked against one Protocol; this registry names them.

Adding a driver: a module `drivers/<kind>.py`, one line in `DRIVERS`, a folder of recorded cases in
`tests/drivers/<kind>/` (docs/contributing.md shows one from start to end).
"""

from __future__ import annotations

from cctv_policy.drivers import local, manual, motion, motioneye, segment, snmp, zoneminder
from cctv_policy.drivers.base import Driver

DRIVERS: dict[str, Driver] = {
    "motion": motion.DRIVER,
    "motioneye": motioneye.DRIVER,
    "zoneminder": zoneminder.DRIVER,
    "segment": segment.DRIVER,
    "local": local.DRIVER,
    "manual": manual.DRIVER,
    "snmp": snmp.DRIVER,
}
