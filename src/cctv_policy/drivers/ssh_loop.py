"""Many SSH connections in one thread. Each goes on when bytes have come for it.

What talks over a connection (login, script) is a greenlet that calls `Loop.wait` where it would
block. When bytes have come for one, the loop lets a moment pass for others to get theirs: several
in a row find the code in the processor's caches, and a device's bytes come in fewer pieces.
"""

from __future__ import annotations

import os
import queue
import selectors
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from typing import Generic, TypeVar

from greenlet import getcurrent, greenlet

T = TypeVar("T")
GATHER_S = 0.002
"""How long the loop waits for others to get bytes too, for each of the others."""
GATHER_MOST_S = 0.06
"""A login asks and waits a dozen times: half a second at most for one among many."""
LINGER_S = 1.0
"""A loop without connections ends after this."""
LATE_S = 1.0
"""A talk keeps its time itself; one that is this much over it has stopped its loop."""
_CHUNK = 1 << 16
_FETCHES = 16


class Line(socket.socket):
    """A connected socket for one side that talks and one that reads, both greenlets of a loop.

    It fetches whatever has come, and sends in one go what was written since the last wait.
    """

    _ahead = b""
    _unsent = b""
    _more = 0
    """How often it may fetch before others have a turn; 0 where all that had come was fetched."""

    _loop: Loop

    @classmethod
    def of(cls, line: socket.socket, loop: Loop) -> Line:
        """Take over a connection; `line` is closed to others."""
        own = cls(line.family, line.type, line.proto, fileno=line.detach())
        own.setblocking(False)
        own._loop = loop
        return own

    def wait(self, end: float) -> bool:
        """Send what was written and let others go on until something has come: True; or until
        `end` (monotonic seconds): False. For the greenlet that talks.
        """
        return self._loop.wait(self, end)

    def close(self) -> None:
        """Nobody waits for it any more."""
        self._loop.forget(self)
        super().close()

    def recv(self, size: int, flags: int = 0) -> bytes:
        """At most `size` bytes; none at the end. Where nothing has come, the greenlet that waits
        for the reader goes on instead (ssh_transport.Transport.read_until).
        """
        ahead = self._ahead
        while not ahead:
            if not self._more:
                getcurrent().parent.switch()
                self._more = _FETCHES
            try:
                ahead = super().recv(_CHUNK, flags)
            except BlockingIOError:
                self._more = 0
                continue
            if not ahead:
                return b""
            self._more = self._more - 1 if len(ahead) == _CHUNK else 0
        self._ahead = ahead[size:]
        return ahead[:size]

    def send(self, data: bytes, flags: int = 0) -> int:  # type: ignore[override]
        """Keep it for `flush`, which the loop calls."""
        del flags
        self._unsent += data
        return len(data)

    def flush(self) -> bool:
        """Send what was written; True if some of it must wait. A broken line tells its reader."""
        try:
            while self._unsent:
                self._unsent = self._unsent[super().send(self._unsent) :]
        except BlockingIOError:
            return True
        except OSError:
            self._unsent = b""
        return False


@dataclass(slots=True, eq=False)
class _Talk(Generic[T]):
    """One piece of work in the loop; its thread waits for `done`."""

    work: Callable[[], T]
    done: threading.Event = field(default_factory=threading.Event)
    result: list[T] = field(default_factory=list)
    error: BaseException | None = None

    def run(self) -> None:
        try:
            self.result.append(self.work())
        except BaseException as error:  # goes on in the thread that asked
            self.error = error
        self.done.set()


@dataclass(slots=True, eq=False)
class _Waiting:
    """A greenlet that waits for a line."""

    line: Line
    talk: greenlet
    end: float
    events: int = 0


class Loop:
    """One thread in which talks take turns; it runs while there are any. `current` gives it."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._woken, self._waker = socket.socketpair()
        self._woken.setblocking(False)
        self._waker.setblocking(False)
        self._selector.register(self._woken, selectors.EVENT_READ)
        self._new: queue.SimpleQueue[_Talk[object]] = queue.SimpleQueue()
        self._waiting: dict[Line, _Waiting] = {}
        self._lock = threading.Lock()
        self._runs = False
        self._hub = getcurrent()

    def run(self, work: Callable[[], T], seconds: float) -> T:
        """Do `work` in the loop; returns or raises what it does. For another thread.

        Raises TimeoutError when it is not over LATE_S after its time: then it does not wait where
        it should, and no other talk gets a turn. The next ones get another loop.
        """
        talk = _Talk(work)
        self._new.put(talk)  # type: ignore[arg-type]
        with self._lock:
            if not self._runs:
                self._runs = True
                threading.Thread(target=self._turn, name="collect-ssh", daemon=True).start()
        with suppress(BlockingIOError):  # it has been told already
            self._waker.send(b"\0")
        if not talk.done.wait(seconds + LATE_S):
            if current() is self:
                _current.cache_clear()
            raise TimeoutError
        if talk.error is not None:
            raise talk.error
        return talk.result[0]

    def wait(self, line: Line, end: float) -> bool:
        """See Line.wait."""
        waiting = self._waiting.get(line)
        if waiting is None:
            self._waiting[line] = waiting = _Waiting(line, getcurrent(), end)
        waiting.talk, waiting.end = getcurrent(), end
        self._watch(waiting, unsent=line.flush())
        return bool(self._hub.switch())

    def forget(self, line: Line) -> None:
        """See Line.close."""
        if self._waiting.pop(line, None):
            self._selector.unregister(line)

    def _watch(self, waiting: _Waiting, *, unsent: bool) -> None:
        events = selectors.EVENT_READ | (selectors.EVENT_WRITE if unsent else 0)
        if not waiting.events:
            self._selector.register(waiting.line, events, waiting)
        elif waiting.events != events:
            self._selector.modify(waiting.line, events, waiting)
        waiting.events = events

    def _turn(self) -> None:
        self._hub = getcurrent()
        while True:
            ready = self._selector.select(self._rest())
            if not ready and not self._waiting:
                with self._lock:
                    if self._new.empty():
                        self._runs = False
                        return
            if ready and len(self._waiting) > 1:
                time.sleep(min(GATHER_S * (len(self._waiting) - 1), GATHER_MOST_S))
                ready = self._selector.select(0)
            for key, events in ready:
                if key.data is None:
                    self._woken.recv(_CHUNK)
                else:
                    self._go_on(key.data, events)
            while not self._new.empty():
                greenlet(self._new.get().run).switch()
            now = time.monotonic()
            for waiting in [w for w in self._waiting.values() if w.end <= now]:
                waiting.talk.switch(False)

    def _rest(self) -> float:
        ends = [waiting.end for waiting in self._waiting.values()]
        return max(min(ends) - time.monotonic(), 0.0) if ends else LINGER_S

    def _go_on(self, waiting: _Waiting, events: int) -> None:
        if events & selectors.EVENT_WRITE:
            self._watch(waiting, unsent=waiting.line.flush())
        if events & selectors.EVENT_READ:
            waiting.talk.switch(True)


def current() -> Loop:
    """The loop of this process."""
    return _current(os.getpid())


@cache
def _current(process: int) -> Loop:
    del process  # a fork has no threads of ours
    return Loop()
