"""The digest that an approval is given to: a record's substance, one spelling of it (rule 29)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from cctv_policy.records.kinds import Kind, substance


def substance_sha256(kind: Kind, data: Mapping[str, Any]) -> str:
    """SHA-256 of the substance of a record's data (every scalar as text) as sorted, compact JSON.

    Changing the substance changes the digest and voids earlier approvals; the record's life
    (status, viewings, outcome) goes on without touching it.
    """
    text = json.dumps(
        substance(kind, data), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    return hashlib.sha256(text.encode()).hexdigest()
