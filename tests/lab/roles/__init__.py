"""What makes a bare host a recorder: one module per kind, each a function to a Layer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from ..layer import Layer
from . import common, motion, motioneye, segment, zoneminder
from .common import Kind, Recorder

ROLES: dict[Kind, Callable[[Recorder, datetime], Layer]] = {
    "motion": motion.layer,
    "motioneye": motioneye.layer,
    "zoneminder": zoneminder.layer,
    "segment": segment.layer,
}


def layer(recorder: Recorder, now: datetime) -> Layer:
    """Everything on the disk of this recorder, its archive ending at ``now`` (aware)."""
    return common.layer(recorder) + ROLES[recorder.kind](recorder, now)
