"""Is there an SNMP agent, and does it take a community? Two datagrams by hand, over plain sockets.

A connected UDP socket hears what ICMP says, so "nothing listens", "no route" and silence stay
apart. The v3 discovery (RFC 3414 §4) needs no user: any v3 agent answers it with a Report.
"""

from __future__ import annotations

import os
import select
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass

from cctv_policy.state import Why

RESPONSE, REPORT = 0xA2, 0xA8
_SYS_UPTIME = bytes.fromhex("300c06082b060102010103000500")
RESEND_S = 0.5
SETTLED_S = 1.0
"""After the first answer the others of a living agent are not far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pong:
    """What came back: the tags of questions that were answered, and what the network said."""

    answered: frozenset[str]
    why: Why | None = None
    """Why nothing came; None if something did."""
    detail: str = ""


def _tlv(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 128:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


def _int(number: int) -> bytes:
    return _tlv(2, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def discovery(request: int) -> bytes:
    """A v3 message without user or engine: an agent answers with a Report that holds its engine."""
    header = _tlv(0x30, _int(request) + _int(65_507) + _tlv(4, b"\x04") + _int(3))
    usm = _tlv(0x30, _tlv(4, b"") + _int(0) + _int(0) + _tlv(4, b"") * 3)
    pdu = _tlv(0xA0, _int(request) + _int(0) + _int(0) + _tlv(0x30, b""))
    scoped = _tlv(0x30, _tlv(4, b"") + _tlv(4, b"") + pdu)
    return _tlv(0x30, _int(3) + header + _tlv(4, usm) + scoped)


def question(version: str, community: str, request: int) -> bytes:
    """GET sysUpTime.0 with v1 or v2c."""
    pdu = _tlv(0xA0, _int(request) + _int(0) + _int(0) + _tlv(0x30, _SYS_UPTIME))
    number = _int({"v1": 0, "v2c": 1}[version])
    return _tlv(0x30, number + _tlv(4, community.encode()) + pdu)


def _read(data: bytes, at: int) -> tuple[int, bytes, int]:
    """Tag, content and end of the element at `at`; ValueError if it does not fit."""
    tag, size, at = data[at], data[at + 1], at + 2
    if size & 0x80:
        width = size & 0x7F
        size, at = int.from_bytes(data[at : at + width], "big"), at + width
    if at + size > len(data):
        raise ValueError("cut short")
    return tag, data[at : at + size], at + size


def answered_request(data: bytes) -> int | None:
    """The request id that a reply answers; None for anything that is no reply."""
    try:
        tag, message, _ = _read(data, 0)
        _, version, at = _read(message, 0)
        if tag != 0x30:
            return None
        if version == b"\x03":
            _, header, _ = _read(message, at)
            return int.from_bytes(_read(header, 0)[1], "big")
        _, _, at = _read(message, at)  # the community
        tag, pdu, _ = _read(message, at)
        return int.from_bytes(_read(pdu, 0)[1], "big") if tag == RESPONSE else None
    except (IndexError, ValueError):
        return None


def ping(host: str, port: int, communities: Sequence[str], *, timeout_s: float) -> Pong:
    """Send a discovery (`v3`) and, for the n-th community, the questions `v1:<n>` and `v2c:<n>`.

    A question is repeated every `RESEND_S` until all are answered or the time is over.
    """
    base = int.from_bytes(os.urandom(3), "big") << 4
    asked: dict[int, tuple[str, bytes]] = {base: ("v3", discovery(base))}
    for number, community in enumerate(communities):
        for version in ("v1", "v2c"):
            request = base + len(asked)
            asked[request] = (f"{version}:{number}", question(version, community, request))
    answered: set[str] = set()
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
        with socket.socket(family, socket.SOCK_DGRAM) as link:
            link.connect(address)
            _talk(link, asked, answered, timeout_s)
    except ConnectionRefusedError:
        if not answered:
            return Pong(answered=frozenset(), why=Why.REFUSED, detail="nothing listens on the port")
    except OSError as error:
        if not answered:
            return Pong(answered=frozenset(), why=Why.NO_ROUTE, detail=error.strerror or "no route")
    if not answered:
        return Pong(answered=frozenset(), why=Why.NO_ANSWER, detail=f"no answer in {timeout_s:g} s")
    return Pong(answered=frozenset(answered))


def _talk(
    link: socket.socket, asked: dict[int, tuple[str, bytes]], answered: set[str], timeout_s: float
) -> None:
    deadline = time.monotonic() + timeout_s
    resend = 0.0
    while (now := time.monotonic()) < deadline and len(answered) < len(asked):
        if now >= resend:
            for name, data in asked.values():
                if name not in answered:
                    link.send(data)
            resend = now + RESEND_S
        if select.select([link], [], [], min(deadline, resend) - now)[0]:
            request = answered_request(link.recv(65_535))
            if request in asked:
                answered.add(asked[request][0])
                deadline = min(deadline, now + SETTLED_S)
