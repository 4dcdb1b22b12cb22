"""The pyinfra operation of a push: one step. What pyinfra may print of it holds no secret.

Always called with `name=`: without one pyinfra prints every argument.
"""

from __future__ import annotations

from collections.abc import Callable, Generator

from pyinfra.api.command import FunctionCommand
from pyinfra.api.host import Host
from pyinfra.api.operation import operation
from pyinfra.api.state import State

Work = Callable[[Host], bool]
"""Does something on a host; False: it did not succeed, and has said why."""


@operation(is_idempotent=False, idempotent_notice="added only where a plan has the step")
def carry_out(work: Work) -> Generator[FunctionCommand, None, None]:
    """Scripts and secrets are made when it runs, and reach the device on standard input."""

    def call(state: State, host: Host) -> bool:  # noqa: ARG001 - pyinfra looks for both names
        return work(host)

    yield FunctionCommand(call, (), {})
