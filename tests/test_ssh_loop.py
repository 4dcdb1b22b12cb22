"""Connections that take turns in one thread: none holds up another, none is held up for ever."""

from __future__ import annotations

import socket
import subprocess
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

import paramiko
import pytest
from greenlet import greenlet
from paramiko.common import MSG_CHANNEL_REQUEST, MSG_KEXINIT

from cctv_policy.drivers import ssh, ssh_loop
from cctv_policy.drivers.framing import CannotTell
from cctv_policy.drivers.ssh_loop import Line, Loop
from cctv_policy.state import Why

from .test_ssh import MARK, WHOLE, Server, connect, context, listening, printing, sshd


def pair(loop: Loop) -> tuple[socket.socket, Line]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        near = socket.create_connection(server.getsockname())
        far, _ = server.accept()
    far.settimeout(5)
    return far, Line.of(near, loop)


def test_bytes_that_came_together_are_handed_out_in_the_pieces_asked_for() -> None:
    loop, seen = Loop(), list[bytes]()
    far, line = pair(loop)

    def read() -> None:
        seen.extend(line.recv(4) for _ in range(4))

    def talk() -> None:
        reader = greenlet(read)
        reader.switch()
        while reader:
            assert line.wait(time.monotonic() + 5)
            reader.switch()

    with far, line:
        far.sendall(b"abcdef")
        threading.Timer(0.2, far.sendall, (b"g",)).start()
        threading.Timer(0.4, far.shutdown, (socket.SHUT_WR,)).start()
        loop.run(talk, 5)
    assert seen == [b"abcd", b"ef", b"g", b""]


def test_what_was_written_goes_in_one_go_and_not_before_the_wait() -> None:
    loop = Loop()
    far, line = pair(loop)

    def talk() -> bool:
        assert line.send(b"ab") == 2 and line.send(b"cd") == 2
        far.setblocking(False)
        with pytest.raises(BlockingIOError):
            far.recv(9)
        return line.wait(time.monotonic() + 0.2)

    with far, line:
        began = time.monotonic()
        assert loop.run(talk, 5) is False
        assert 0.2 <= time.monotonic() - began < 2
        assert far.recv(9) == b"abcd"


def test_a_device_that_does_not_read_stops_nobody_and_gets_the_rest_later() -> None:
    loop, size = Loop(), 8 << 20
    (far, line), (other_far, other) = pair(loop), pair(loop)
    refused = threading.Event()

    def write() -> bool:
        line.send(b"x" * size)
        assert not line.wait(time.monotonic() + 0.3)  # full, and nothing comes back
        refused.set()
        return line.wait(time.monotonic() + 10)

    def answer() -> bool:
        return other.wait(time.monotonic() + 5)

    with far, line, other_far, other, ThreadPoolExecutor(2) as pool:
        written, answered = pool.submit(loop.run, write, 15), pool.submit(loop.run, answer, 10)
        other_far.sendall(b"y")
        assert answered.result(2)
        assert refused.wait(5)
        got = 0
        while got < size:
            got += len(far.recv(1 << 20))
        far.sendall(b"z")
        assert written.result(5)


def test_a_device_that_never_stops_talking_has_its_time_and_no_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ssh_loop, "_CHUNK", 4096)  # so that more has always come
    loop = Loop()
    (far, line), (other_far, other) = pair(loop), pair(loop)
    far.settimeout(None)

    def listen() -> int:
        seen, most, end = [0], 0, time.monotonic() + 2

        def read() -> None:
            while piece := line.recv(32):
                seen[0] += len(piece)

        reader = greenlet(read)
        reader.switch()
        while line.wait(end):
            before = seen[0]
            reader.switch()
            most = max(most, seen[0] - before)
        return most

    def answer() -> bool:
        return other.wait(time.monotonic() + 1)

    with (
        far, line, other_far, other, ThreadPoolExecutor(1) as pool,
        subprocess.Popen(["yes"], stdout=far.fileno(), stderr=subprocess.DEVNULL) as flood,
    ):  # fmt: skip
        began = time.monotonic()
        heard = pool.submit(loop.run, listen, 10)
        time.sleep(0.5)
        other_far.sendall(b"y")
        assert loop.run(answer, 5)
        assert heard.result() == 16 * 4096 and time.monotonic() - began < 4
        flood.kill()


def loops() -> int:
    return sum(thread.name == "collect-ssh" for thread in threading.enumerate())


def wait_until(so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 8
    while not so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_many_devices_are_asked_by_one_thread_which_ends() -> None:
    wait_until(lambda: not loops())  # those of other tests
    with sshd(Server(printing(WHOLE))) as port, ThreadPoolExecutor(20) as pool:
        answers = [
            pool.submit(ssh.ask, connect(port), context(budget=30), "true\n", MARK)
            for _ in range(40)
        ]
        most = 0
        while not all(answer.done() for answer in answers):
            most = max(most, loops())
            time.sleep(0.02)
    assert {answer.result().text for answer in answers} == {WHOLE} and most == 1
    wait_until(lambda: not loops())


def test_a_silent_device_holds_up_no_other() -> None:
    with (
        listening(lambda line: time.sleep(30)) as silent,
        sshd(Server(printing(WHOLE))) as port,
        ThreadPoolExecutor(2) as pool,
    ):
        waiting = pool.submit(ssh.ask, connect(silent), context(budget=4), "true\n", MARK)
        time.sleep(0.2)
        began = time.monotonic()
        assert ssh.ask(connect(port), context(), "true\n", MARK).text == WHOLE
        assert time.monotonic() - began < 3 and not waiting.done()
        with pytest.raises(CannotTell) as caught:
            waiting.result()
    assert caught.value.why is Why.NO_ANSWER


class NoChannel(Server):
    def check_channel_request(self, kind: str, chanid: int) -> int:
        time.sleep(6)
        return super().check_channel_request(kind, chanid)


class NoCommand(Server):
    def check_channel_exec_request(self, channel: paramiko.Channel, command: bytes) -> bool:
        time.sleep(6)
        return super().check_channel_exec_request(channel, command)


class NoNewKeys(Server):
    """Asks for new keys and leaves it at that: a device that lies."""

    def check_channel_exec_request(self, channel: paramiko.Channel, command: bytes) -> bool:
        transport = channel.get_transport()

        def ask_for_keys() -> None:
            channel.recv(1)
            sleep = {MSG_KEXINIT: lambda message: time.sleep(6)}
            transport._handler_table = {**transport._handler_table, **sleep}
            transport._send_kex_init()

        threading.Thread(target=ask_for_keys, daemon=True).start()
        self.commands.append(command)
        return True


class Forward(Server):
    """Wants an answer on a channel that it has not opened yet."""

    transport: paramiko.Transport

    def check_channel_request(self, kind: str, chanid: int) -> int:
        message = paramiko.Message()
        message.add_byte(bytes([MSG_CHANNEL_REQUEST]))
        message.add_int(0)
        message.add_string("keepalive@openssh.com")
        message.add_boolean(True)
        for transport in threading.enumerate():
            if isinstance(transport, paramiko.Transport) and transport.server_object is self:
                transport._send_message(message)
        time.sleep(6)
        return super().check_channel_request(kind, chanid)


@pytest.mark.parametrize("kind", [NoChannel, NoCommand, NoNewKeys, Forward])
def test_a_device_that_leaves_a_request_open_costs_its_own_time_only(kind: type[Server]) -> None:
    """Paramiko would sleep where it waits for these; here nobody else would have a turn."""
    first = ssh_loop.current()
    with (
        sshd(kind(printing(WHOLE))) as odd,
        sshd(Server(printing(WHOLE))) as port,
        ThreadPoolExecutor(1) as pool,
    ):
        began = time.monotonic()
        waiting = pool.submit(ssh.ask, connect(odd), context(budget=2), "# \n" * (2 << 20), MARK)
        longest = 0.0
        while not waiting.done():
            start = time.monotonic()
            assert ssh.ask(connect(port), context(), "true\n", MARK).text == WHOLE
            longest = max(longest, time.monotonic() - start)
        assert longest < 1 and time.monotonic() - began < 4
    problem = waiting.exception()
    if problem is None:
        assert waiting.result().stopped is Why.NO_ANSWER
    else:
        assert isinstance(problem, CannotTell) and problem.why is Why.NO_ANSWER
    assert ssh_loop.current() is first


def test_a_talk_that_stops_the_loop_ends_with_its_budget_and_others_get_a_new_loop() -> None:
    """A fault of ours that no device can cause: a clock that does not come back."""

    def stuck() -> datetime:
        time.sleep(4)
        return datetime.now(UTC)

    first = ssh_loop.current()
    with sshd(Server(printing(WHOLE))) as port:
        began = time.monotonic()
        with pytest.raises(CannotTell) as caught:
            ssh.ask(connect(port), replace(context(budget=1), now=stuck), "true\n", MARK)
        assert caught.value.why is Why.BUDGET and time.monotonic() - began < 3.5
        assert ssh_loop.current() is not first
        assert ssh.ask(connect(port), context(), "true\n", MARK).text == WHOLE


class NewKeys(Server):
    """Asks for new keys after each megabyte, as `RekeyLimit` of an sshd does."""

    def check_channel_exec_request(self, channel: paramiko.Channel, command: bytes) -> bool:
        channel.get_transport().packetizer.REKEY_BYTES = 1 << 20
        return super().check_channel_exec_request(channel, command)


def test_a_large_answer_comes_whole_through_new_keys_on_the_way() -> None:
    text = WHOLE.replace("now=1.5", "\n".join(f"line {n:09}" for n in range(400_000)))
    with sshd(NewKeys(printing(text))) as port:
        answer = ssh.ask(connect(port), context(budget=60), "# \n" * (1 << 19), MARK)
    assert answer.stopped is None and answer.text == text


def test_an_error_of_a_talk_is_its_callers() -> None:
    loop = Loop()

    def wrong() -> None:
        raise LookupError("here")

    with pytest.raises(LookupError, match="here"):
        loop.run(wrong, 1)


def test_a_line_that_is_closed_is_forgotten() -> None:
    loop = Loop()
    far, line = pair(loop)

    def talk() -> int:
        with closing(line):
            line.wait(time.monotonic())
        return line.fileno()

    with far:
        assert loop.run(talk, 1) == -1
        far.settimeout(2)
        assert far.recv(1) == b""
