"""paramiko's client without its thread: who waits for a connection reads it (see ssh_loop.py).

`Transport.run`, paramiko's own reader, is a greenlet. It goes on where the one that talks over the
connection waits. Importing this loads paramiko.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Container
from typing import TYPE_CHECKING

import paramiko
from greenlet import getcurrent, greenlet
from paramiko.packet import Packetizer

from cctv_policy.drivers.ssh_loop import Line

if TYPE_CHECKING:
    from paramiko.message import Message

ANSWER_S = 20.0
"""For a request whose caller names no time of its own; what is left of `end` caps every time."""


def _algorithms(pinned: Container[str]) -> tuple[str, ...]:
    def name(algorithm: str) -> str:
        return "ssh-rsa" if algorithm.startswith("rsa-sha2-") else algorithm

    known: tuple[str, ...] = paramiko.Transport._preferred_keys  # type: ignore[attr-defined]
    return tuple(a for a in known if name(a) in pinned)


class _Packetizer(Packetizer):
    def start_handshake(self, timeout: float) -> None:
        """No thread that ends a slow one: who waits does."""
        del timeout


class _Event(threading.Event):
    """One that nobody waits for in another thread: to wait for it is to read on."""

    def __init__(self, transport: Transport) -> None:  # without the lock of its base
        self._transport = transport
        self._happened = False

    def is_set(self) -> bool:
        return self._happened

    def set(self) -> None:
        self._happened = True

    def clear(self) -> None:
        self._happened = False

    def wait(self, timeout: float | None = None) -> bool:
        """Whether it happened in time; without a time of the caller's, TimeoutError if not."""
        happened = self._transport.read_until(self.is_set, timeout or ANSWER_S)
        if not happened and timeout is None:
            raise TimeoutError
        return happened


class _Channel(paramiko.Channel):
    """Reads on where paramiko waits for its thread."""

    transport: Transport

    def recv(self, nbytes: int) -> bytes:
        self._read_until(lambda: self.recv_ready() or self.eof_received or self.closed)
        return super().recv(nbytes)

    def send(self, s: bytes | bytearray) -> int:
        self._read_until(self.send_ready)
        return super().send(s)

    def _read_until(self, ready: Callable[[], object]) -> None:
        if not self.transport.read_until(ready, self.gettimeout() or ANSWER_S):
            raise TimeoutError


class Transport(paramiko.Transport):
    """One connection, for a talk of a loop. Keeps what a device says out of every log.

    AES-GCM comes first: it needs no second pass for the MAC. The others stay, for old devices. Of
    host keys, only `pinned` types are asked for; an RSA key signs under three names. Nothing waits
    beyond `end` (monotonic seconds), and nothing but for the loop: others have no turn meanwhile.
    """

    _preferred_ciphers = tuple(
        sorted(
            paramiko.Transport._preferred_ciphers,  # type: ignore[attr-defined]
            key=lambda name: "gcm" not in name,
        )
    )

    def __init__(self, line: Line, pinned: Container[str], end: float) -> None:
        super().__init__(line, packetizer_class=_Packetizer)
        self._preferred_keys = _algorithms(pinned)
        self._line = line
        self._end = end
        self._reader = greenlet(self.run)

    def start(self) -> None:
        """Instead of a thread: greet, up to where it has to read."""
        self._reader.switch()

    def is_alive(self) -> bool:
        return bool(self._reader)

    def event(self) -> threading.Event:
        """One that something which is read will set."""
        return _Event(self)

    def read_until(self, ready: Callable[[], object], seconds: float) -> bool:
        """Read what comes until `ready`; False if that was not in time or the connection ended."""
        end = min(time.monotonic() + seconds, self._end)
        while not ready():
            if not self._reader or not self._line.wait(end):
                return bool(ready())
            self._reader.switch()
        return True

    def close(self) -> None:
        self._line.flush()
        super().close()
        self._line.close()
        while self._reader:
            self._reader.switch()  # it finds the line closed

    def open_session(
        self,
        window_size: int | None = None,
        max_packet_size: int | None = None,
        timeout: float | None = None,
    ) -> paramiko.Channel:
        channel = super().open_session(window_size, max_packet_size, timeout)
        channel.__class__ = _Channel
        channel.event = self.event()
        channel.status_event = self.event()
        return channel

    def _send_user_message(self, data: Message) -> None:
        """Paramiko waits here for the end of another key exchange, and then for a new channel."""
        self._settle(self.clear_to_send.is_set)
        super()._send_user_message(data)  # type: ignore[misc]
        if getcurrent() is not self._reader:
            self._settle(lambda: not self.channel_events)

    def _settle(self, ready: Callable[[], bool]) -> None:
        """Raises what ended the connection, or TimeoutError; paramiko would sleep and look again.
        The reader cannot wait for itself: what it has to answer between two keys ends it.
        """
        if ready() or (getcurrent() is not self._reader and self.read_until(ready, ANSWER_S)):
            return
        raise TimeoutError if self.is_active() else self.get_exception() or EOFError()

    def _filter_algorithm(self, type_: str) -> tuple[str, ...]:
        """Paramiko asks twenty times a login; nothing is ever disabled here."""
        return tuple(getattr(self, f"_preferred_{type_}"))

    def _log(self, level: int, msg: object, *args: object) -> None:
        """Each step and each debug message of the device."""
        del level, msg, args

    def _parse_debug(self, m: Message) -> None:
        del m
