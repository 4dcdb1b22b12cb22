"""What can be made right on a recorder, in the order in which it is done, and who carries it out.

What can cut the connection comes last: hardening, retention, credentials, addressing.
"""

from __future__ import annotations

from cctv_policy.push.addressing import ADDRESSING
from cctv_policy.push.addressing.execute import execute_move
from cctv_policy.push.credentials import Credentials, execute_rotation
from cctv_policy.push.hardening import Hardening
from cctv_policy.push.model import Aspect
from cctv_policy.push.retention import RetentionAspect
from cctv_policy.push.session import ExecuteMove, ExecuteRotation

ASPECTS: tuple[Aspect, ...] = (Hardening(), RetentionAspect(), Credentials(), ADDRESSING)
MOVE: ExecuteMove | None = execute_move
ROTATION: ExecuteRotation | None = execute_rotation
