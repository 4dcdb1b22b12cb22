"""SNMP: tables become facts, the ways to fail stay apart; against a real snmpd if there is one."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cctv_policy import inventory
from cctv_policy.drivers import snmp
from cctv_policy.drivers import snmp_tables as tables
from cctv_policy.drivers.base import Reading
from cctv_policy.drivers.snmp_ping import answered_request, discovery, ping, question
from cctv_policy.drivers.snmp_tables import OddError
from cctv_policy.facts import FACTS
from cctv_policy.state import Why
from tests.collecting import context, recorder
from tests.snmpd import needs_snmpd, snmpd

SECRETS = {
    "x/auth": "authpass123",
    "x/priv": "privpass123",
    "x/wrong": "wrongpass99",
    "x/community": "public-ro",
    "x/factory": "private",
}
V3: dict[str, Any] = {"version": "v3", "user": "cctvmon", "auth": "x/auth", "priv": "x/priv"}
V2C: dict[str, Any] = {"version": "v2c", "community": "x/community"}
LONG_KEYS = {
    ("sha512", "aes256"): ("long1", "SHA-512", "AES-256"),
    ("sha256", "aes256c"): ("long2", "SHA-256", "AES-256-C"),
    ("sha", "aes256"): ("long3", "SHA", "AES-256"),
    ("sha", "aes256c"): ("long4", "SHA", "AES-256-C"),
    ("md5", "aes192"): ("long5", "MD5", "AES-192"),
    ("md5", "aes192c"): ("long6", "MD5", "AES-192-C"),
}
"""The inventory's words → a user of the agent whose privacy key is longer than 128 bits."""


@pytest.fixture(scope="module")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with snmpd(
        tmp_path_factory.mktemp("snmpd"),
        'createUser cctvmon SHA-256 "authpass123" AES "privpass123"',
        'createUser other SHA-512 "authpass123" AES "privpass123"',
        *(
            f'createUser {user} {auth} "authpass123" {priv} "privpass123"'
            for user, auth, priv in LONG_KEYS.values()
        ),
        *(f"rouser {user} authpriv" for user, *_ in LONG_KEYS.values()),
        "rouser cctvmon authpriv",
        "rouser other authpriv",
        "rocommunity public-ro",
        "rocommunity private",
    ) as port:
        yield port


def read(port: int, budget_s: float = 20, **access: Any) -> Reading:
    device = recorder(
        driver="snmp", snmp=inventory.Snmp(**{"host": "127.0.0.1", "port": port, **access})
    )
    reading = snmp.DRIVER.read(device, context(SECRETS, budget_s=budget_s, now=_now))
    for o in reading.observations:
        if o.unknown is None:
            FACTS[o.fact].check(o.value)
    assert {o.fact for o in reading.observations} == snmp.DRIVER.capabilities()
    return reading


def _now() -> datetime:
    return datetime.now(UTC)


@needs_snmpd
@pytest.mark.parametrize(
    "access",
    [V3, V2C, {**V3, "user": "other", "auth_protocol": "sha512"}],
)
def test_a_real_agent_tells_this_machine(agent: int, access: dict[str, Any]) -> None:
    reading = read(agent, **access)
    told = {o.fact: o for o in reading.observations}
    assert reading.doors[0].outcome == "ok", reading.doors
    addresses = {a["address"] for i in told["interfaces"].value for a in i["addresses"]}
    assert "127.0.0.1" in addresses
    assert abs(told["time.offset_s"].value) <= 2
    assert told["uptime_s"].value > 0


@needs_snmpd
@pytest.mark.parametrize(("auth", "priv"), LONG_KEYS)
def test_every_long_privacy_key_can_be_named(agent: int, auth: str, priv: str) -> None:
    user = LONG_KEYS[auth, priv][0]
    protocols = {"auth_protocol": auth, "priv_protocol": priv}
    [door] = read(agent, **{**V3, "user": user, **protocols}).doors
    assert door.outcome == "ok", door


@needs_snmpd
@pytest.mark.slow
def test_the_other_way_to_draw_out_a_key_is_named_in_the_refusal(agent: int) -> None:
    access = {**V3, "user": "long3", "auth_protocol": "sha", "priv_protocol": "aes256c"}
    [door] = read(agent, **access).doors
    assert door.outcome == Why.AUTH_REFUSED and "priv_protocol with c or without" in door.detail


@needs_snmpd
def test_an_agent_with_communities_says_so_to_its_v3_user(agent: int) -> None:
    told = {o.fact: o.value for o in read(agent, **V3).observations}
    value = {"v1": True, "v2c": True, "v3": True, "community_default": None}
    assert told["services.snmp"] == value


@needs_snmpd
def test_an_agent_for_v3_only_proves_it(tmp_path: Path) -> None:
    user = 'createUser cctvmon SHA-256 "authpass123" AES "privpass123"'
    with snmpd(tmp_path, user, "rouser cctvmon authpriv") as port:
        told = {o.fact: o.value for o in read(port, **V3).observations}
    value = {"v1": False, "v2c": False, "v3": True, "community_default": False}
    assert told["services.snmp"] == value


@needs_snmpd
def test_a_factory_community_that_works_is_said(agent: int) -> None:
    told = {o.fact: o.value for o in read(agent, **{**V2C, "community": "x/factory"}).observations}
    assert told["services.snmp"]["community_default"] is True


@needs_snmpd
@pytest.mark.parametrize(
    ("access", "detail"),
    [
        ({**V3, "user": "nobody"}, "does not know the user"),
        ({**V3, "auth": "x/wrong"}, "rejects the authentication key"),
        ({**V3, "auth_protocol": "md5"}, "rejects the authentication key"),
    ],
)
def test_refusals_are_told_apart(agent: int, access: dict[str, Any], detail: str) -> None:
    [door] = read(agent, **access).doors
    assert door.outcome == Why.AUTH_REFUSED and detail in door.detail


@needs_snmpd
@pytest.mark.slow
@pytest.mark.parametrize(
    ("access", "detail"),
    [({**V3, "priv": "x/wrong"}, "privacy key"), ({**V2C, "community": "x/wrong"}, "community")],
)
def test_an_agent_that_is_there_but_silent_refuses(
    agent: int, access: dict[str, Any], detail: str
) -> None:
    [door] = read(agent, **access).doors
    assert door.outcome == Why.AUTH_REFUSED and detail in door.detail


@needs_snmpd
def test_two_keys_of_one_user_name_do_not_mix(agent: int) -> None:
    assert read(agent, **{**V3, "auth": "x/wrong"}).doors[0].outcome == Why.AUTH_REFUSED
    assert read(agent, **V3).doors[0].outcome == "ok"
    assert read(agent, **{**V3, "auth": "x/wrong"}).doors[0].outcome == Why.AUTH_REFUSED


@needs_snmpd
def test_a_factory_community_answers_the_ping(agent: int) -> None:
    pong = ping("127.0.0.1", agent, ("public", "private"), timeout_s=1)
    assert pong.answered == {"v3", "v1:1", "v2c:1"}


def test_a_closed_port_is_refused_at_once() -> None:
    [door] = read(1, **V2C).doors
    assert door.outcome == Why.REFUSED and door.seconds < 1


def test_a_missing_secret_is_named_and_nothing_is_asked() -> None:
    [door] = read(1, **{**V2C, "community": "x/none"}).doors
    assert door.outcome == Why.NO_SECRET and "x/none" in door.detail


@contextlib.contextmanager
def udp(answer: bytes | None) -> Iterator[int]:
    """A UDP port that answers everything with `answer`, or nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
        link.bind(("127.0.0.1", 0))
        link.settimeout(0.05)
        stop = threading.Event()

        def serve() -> None:
            while not stop.is_set():
                with contextlib.suppress(TimeoutError):
                    _, sender = link.recvfrom(65_535)
                    if answer is not None:
                        link.sendto(answer, sender)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield link.getsockname()[1]
        finally:
            stop.set()
            thread.join()


@pytest.mark.parametrize("answer", [None, b"", b"\x30", b"\x30\x80\xff", b"\x00" * 2000])
def test_silence_and_rubbish_end_within_the_budget(answer: bytes | None) -> None:
    with udp(answer) as port:
        [door] = read(port, budget_s=1.2, **V2C).doors
    assert door.outcome in (Why.NO_ANSWER, Why.BUDGET) and door.seconds < 4


def test_a_ping_is_a_message_and_its_answer_is_recognised() -> None:
    assert answered_request(question("v1", "public", 77)) is None  # a question is no answer
    response = question("v2c", "public", 77).replace(b"\xa0", b"\xa2")
    assert answered_request(response) == 77
    assert answered_request(discovery(99)) == 99
    for cut in range(len(response)):
        assert answered_request(response[:cut]) is None


@pytest.mark.parametrize(
    ("index", "address"),
    [
        ((1, 4, 10, 1, 2, 3), "10.1.2.3"),
        ((2, 16, 0xFD, *[0] * 14, 2), "fd00::2"),
        ((3, 8, 169, 254, 0, 1, 0, 0, 0, 2), "169.254.0.1"),
        ((4, 20, 0xFE, 0x80, *[0] * 13, 1, 0, 0, 0, 3), "fe80::1"),
        ((1, 4, 10, 1, 2), None),
        ((1, 4, 10, 1, 2, 999), None),
        ((16, 3, 97, 98, 99), None),
        ((), None),
    ],
)
def test_addresses_are_decoded_as_rfc_4001_says(
    index: tuple[int, ...], address: str | None
) -> None:
    assert tables.inet_address(index) == address


def test_broadcast_rows_are_no_addresses_and_odd_rows_make_it_partial() -> None:
    rows = {(1, 4, 10, 0, 0, 5): 2, (1, 4, 10, 0, 0, 255): 2, (9, 1, 1): 2}
    prefix = "1.3.6.1.2.1.4.32.1.5.2.1.4.10.0.0.0.24"
    found = tables.addresses(
        {
            tables.IP_INDEX: rows,
            tables.IP_TYPE: {(1, 4, 10, 0, 0, 255): 3},
            tables.IP_PREFIX: {(1, 4, 10, 0, 0, 5): prefix},
            tables.IP_ORIGIN: {(1, 4, 10, 0, 0, 5): 4},
        }
    )
    assert found.by_interface == {
        2: [{"address": "10.0.0.5", "prefixlen": 24, "origin": "dhcp"}]
    }  # fmt: skip
    assert "9.1.1" in found.odd


def test_the_old_table_is_ipv4_and_says_that_ipv6_cannot_be_seen() -> None:
    found = tables.old_addresses(
        {
            tables.OLD_INDEX: {(192, 168, 1, 5): 1},
            tables.OLD_MASK: {(192, 168, 1, 5): b"\xff\xff\xff\x00"},
        }
    )
    assert found.by_interface[1][0]["address"] == "192.168.1.5"
    assert found.by_interface[1][0]["prefixlen"] == 24


def disk(size: int, used: int, units: int = 4096, mount: bytes = b"/srv/rec") -> Any:
    return {
        tables.HR_TYPE: {(1,): tables.FIXED_DISK},
        tables.HR_DESCR: {(1,): mount},
        tables.HR_UNITS: {(1,): units},
        tables.HR_SIZE: {(1,): size},
        tables.HR_USED: {(1,): used},
    }


NO_MOUNTS: Any = {tables.FS_MOUNT: {}, tables.FS_ACCESS: {}}


@pytest.mark.parametrize(
    ("size", "used", "state"),
    [(1000, 100, "ok"), (1000, 950, None), (1000, 1000, "full"), (1000, 960, None)],
)
def test_a_disk_in_the_reserved_range_is_not_called_ok(
    size: int, used: int, state: str | None
) -> None:
    [volume], odd = tables.volumes(disk(size, used), NO_MOUNTS)
    assert volume["state"] == state and not odd
    FACTS["storage"].check([volume])


def test_impossible_disks_are_odd_and_system_mounts_are_none() -> None:
    assert tables.volumes(disk(-5, 1), NO_MOUNTS)[1]
    assert tables.volumes(disk(5, 9), NO_MOUNTS)[1]
    assert tables.volumes(disk(5, 1, mount=b"/dev/shm"), NO_MOUNTS) == ([], "")


def test_a_read_only_mount_is_said() -> None:
    mounts: Any = {tables.FS_MOUNT: {(7,): b"/srv/rec"}, tables.FS_ACCESS: {(7,): 2}}
    assert tables.volumes(disk(10, 1), mounts)[0][0]["state"] == "read_only"


@pytest.mark.parametrize(
    ("octets", "told"),
    [
        ("07ea0b1608000000 2b0800", "2026-11-22T08:00:00+08:00"),
        ("07ea0b1608000005 2d0330", "2026-11-22T08:00:00.500000-03:48"),
        ("07ea0b16080000 00", None),
    ],
)
def test_dates_carry_their_zone_or_are_not_told(octets: str, told: str | None) -> None:
    moment = tables.date_and_time(bytes.fromhex(octets))
    assert (moment.isoformat() if moment else None) == told


@pytest.mark.parametrize(
    "octets", ["", "07ea", "07ea0d16080000002b0800", "07ea0b16080000003d0800", "00" * 11]
)
def test_what_is_no_date_is_odd(octets: str) -> None:
    with pytest.raises(OddError):
        tables.date_and_time(bytes.fromhex(octets))
