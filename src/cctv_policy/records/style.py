"""One way to write a record that does not change what it says.

Every scalar keeps its spelling (a time that was written without seconds stays so), because
approvals are given to the spelling (records/digest.py).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from cctv_policy.records.approval import Approval
from cctv_policy.records.common import Header
from cctv_policy.records.write import as_data


def styled(data: Mapping[str, Any], value: Header | Approval) -> dict[str, Any]:
    """`data` (text only) in the order and with the kinds of scalars of its model `value`."""
    styled_: dict[str, Any] = _styled(data, as_data(value))
    return styled_


def _styled(said: Any, typed: Any) -> Any:
    if isinstance(said, Mapping) and isinstance(typed, Mapping):
        names = [n for n in typed if n in said] + [n for n in said if n not in typed]
        return {name: _styled(said[name], typed.get(name)) for name in names}
    if isinstance(said, list) and isinstance(typed, list):
        return [_styled(a, b) for a, b in zip(said, typed, strict=True)]
    plain_day = isinstance(typed, dt.date) and not isinstance(typed, dt.datetime)
    return typed if plain_day or isinstance(typed, bool | int) else said
