"""Addressing: a recorder moves to its planned private address, or is back on its old one.

The device does the move by itself (`sh/cctv-readdress.sh`) and takes it back unless it is
confirmed from the new address in time, also after a power cut.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from cctv_policy.drivers.framing import Reply
from cctv_policy.push.addressing.planning import plan
from cctv_policy.push.addressing.program import piece
from cctv_policy.push.model import AspectName, Refusal, Step, Wanted


@dataclass(frozen=True, slots=True)
class _Addressing:
    """The aspect (model.Aspect); its moves are carried out by `moving.py`."""

    name: AspectName = "addressing"

    def script(self, wanted: Wanted) -> str:
        """Reads the network of the wanted interface; asks by ARP for the wanted address."""
        network = wanted.recorder.baseline.network
        if network is None:
            return ":"
        given = f"net_if={shlex.quote(network.interface)} net_new={shlex.quote(network.address)}\n"
        return f"{given}{piece('taken')}{piece('read')}"

    def plan(self, reply: Reply, wanted: Wanted) -> Iterator[Step | Refusal]:
        """One move, nothing, or a refusal."""
        return plan(reply, wanted)


ADDRESSING = _Addressing()
