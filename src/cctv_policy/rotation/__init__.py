"""Rotation: a device gets a new password, and at no moment is there none that is known to work.

`machine.rotate` is the two-phase protocol over two Protocols, a vault and a device (`ports`);
`states` tells each outcome in words.
"""

from cctv_policy.rotation.machine import Job, Report, rotate
from cctv_policy.rotation.ports import (
    Change,
    Dependent,
    Device,
    DeviceClosedError,
    Login,
    Surroundings,
    WrongDeviceError,
)
from cctv_policy.rotation.profile import DEFAULT, Profile, generate
from cctv_policy.rotation.states import WORDS, State

__all__ = [
    "DEFAULT",
    "WORDS",
    "Change",
    "Dependent",
    "Device",
    "DeviceClosedError",
    "Job",
    "Login",
    "Profile",
    "Report",
    "State",
    "Surroundings",
    "WrongDeviceError",
    "generate",
    "rotate",
]
