"""The district's address plan, checked before any device is asked. Pure: inventory → refusals.

What one network's own numbers contradict (gateway outside, first or last address) stops the
inventory from loading already; here is what only the whole district shows.
"""

from __future__ import annotations

import ipaddress
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from cctv_policy.addresses import AddressClass, AddressPolicy, classify
from cctv_policy.inventory import Inventory, Network, Recorder, School
from cctv_policy.model import Text
from cctv_policy.push.model import Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class _Claim:
    """Somebody in the inventory has, or shall have, an address."""

    device: str
    site: str
    what: str
    where: str
    """file:line"""
    local: bool = False
    """Cameras: other schools may use the same private addresses behind their own routers."""


def check(
    inventory: Inventory, policy_of: Callable[[School], AddressPolicy]
) -> dict[str, tuple[Refusal, ...]]:
    """Refusals by recorder, for every recorder in use with a planned address; none: not in it."""
    claims = _claims(inventory)
    found: dict[str, tuple[Refusal, ...]] = {}
    for school, recorder in inventory.recorders():
        network = recorder.baseline.network
        if network is None or not recorder.in_use:
            continue
        refusals = [
            *_reserved(recorder, network, policy_of(school)),
            *_collisions(recorder, network, claims),
            *_ranges(inventory, school, recorder, network),
        ]
        if refusals:
            found[recorder.id] = tuple(refusals)
    return found


def planned(network: Network) -> tuple[str, ...]:
    """The addresses a recorder shall have, without prefix length."""
    return (network.address, *([network.ula.partition("/")[0]] if network.ula else []))


def _claims(inventory: Inventory) -> dict[str, list[_Claim]]:
    claims: dict[str, list[_Claim]] = defaultdict(list)
    for school, recorder in inventory.recorders():
        if not recorder.in_use:
            continue
        for address, what in _addresses(recorder):
            claims[address].append(
                _Claim(
                    device=recorder.id, site=school.id, what=what,
                    where=f"{recorder.source}:{recorder.line}",
                )
            )  # fmt: skip
        for camera in recorder.cameras:
            if camera.address:
                claims[camera.address].append(
                    _Claim(
                        device=camera.id, site=school.id, what="address",
                        where=f"{camera.source}:{camera.line}", local=True,
                    )
                )  # fmt: skip
    return claims


def _addresses(recorder: Recorder) -> Iterator[tuple[str, str]]:
    network, connect, snmp = recorder.baseline.network, recorder.connect, recorder.snmp
    if network:
        yield from ((address, "baseline.network") for address in planned(network))
        if network.gateway:
            yield network.gateway, "baseline.network.gateway"
    if connect and connect.port == 22:
        yield connect.host, "connect.host"
    if snmp and snmp.host and snmp.port == 161:
        yield snmp.host, "snmp.host"
    yield from ((host, "probes.hosts") for host in recorder.probes.hosts)


def _reserved(recorder: Recorder, network: Network, policy: AddressPolicy) -> Iterator[Refusal]:
    for address in planned(network):
        found = classify(address, policy)
        if found.klass is not AddressClass.PRIVATE:
            yield _refusal(
                "reserved", recorder, address,
                f"屬於 {found.klass.value}，不在法規允許的私有範圍",
                f"is {found.klass.value}, outside what the regulation allows as private",
            )  # fmt: skip


def _collisions(
    recorder: Recorder, network: Network, claims: dict[str, list[_Claim]]
) -> Iterator[Refusal]:
    for address in planned(network):
        for claim in claims[address]:
            if claim.device == recorder.id or (claim.local and claim.site != recorder.site):
                continue
            other = f"{claim.device} ({claim.what}, {claim.where})"
            yield _refusal(
                "collision", recorder, address,
                f"與 {other} 重複", f"is also claimed by {other}",
            )  # fmt: skip


def _ranges(
    inventory: Inventory, school: School, recorder: Recorder, network: Network
) -> Iterator[Refusal]:
    for address in planned(network):
        if school.address_ranges and not _inside(address, school.address_ranges):
            own = ", ".join(school.address_ranges)
            yield _refusal(
                "outside_range", recorder, address,
                f"不在本校的位址範圍 {own}", f"is outside the school's own {own}",
            )  # fmt: skip
        for other in inventory.schools:
            if other.id != school.id and _inside(address, other.address_ranges):
                yield _refusal(
                    "other_school", recorder, address,
                    f"屬於 {other.name.zh}（{other.source}）的位址範圍",
                    f"lies in the range of {other.name.en} ({other.source})",
                )  # fmt: skip


def _inside(address: str, ranges: tuple[str, ...]) -> bool:
    return any(ipaddress.ip_address(address) in ipaddress.ip_network(block) for block in ranges)


def _refusal(code: str, recorder: Recorder, address: str, zh: str, en: str) -> Refusal:
    where = f"{recorder.source}:{recorder.line}"
    return Refusal(
        id=f"addressing.{code}",
        aspect="addressing",
        why=Text(
            zh=f"{where}：規劃的位址 {address} {zh}", en=f"{where}: planned address {address} {en}"
        ),
        fix=Text(
            zh="更改 baseline.network 的規劃位址", en="plan another address in baseline.network"
        ),
    )
