"""The ways an SSH connection can end, against servers on the loopback. Each keeps its own name."""

from __future__ import annotations

import base64
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from io import StringIO

import paramiko
import pytest

from cctv_policy.drivers import segment, ssh
from cctv_policy.drivers.base import Context, Secret
from cctv_policy.drivers.framing import CannotTell
from cctv_policy.errors import SecretError
from cctv_policy.inventory import Connect, Recorder
from cctv_policy.state import Why

HOST_KEY = paramiko.ECDSAKey.generate()
OTHER_KEY = paramiko.ECDSAKey.generate()
USER_KEY = paramiko.ECDSAKey.generate()
MARK = "@@0123456789ab"


def pem(key: paramiko.PKey) -> str:
    text = StringIO()
    key.write_private_key(text)
    return text.getvalue()


def pin(key: paramiko.PKey) -> str:
    return f"{key.get_name()} {base64.b64encode(key.asbytes()).decode()}"


@dataclass
class Server(paramiko.ServerInterface):
    """Takes one key and answers a command by `work`; counts what it was shown."""

    work: Callable[[paramiko.Channel], None]
    accepted: bytes = USER_KEY.asbytes()
    at_login: Callable[[], int] = lambda: paramiko.AUTH_SUCCESSFUL
    """What the right key brings."""
    logins: int = 0
    keys_shown: int = 0
    commands: list[bytes] = field(default_factory=list)

    def get_allowed_auths(self, username: str) -> str:
        return "publickey"

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        self.keys_shown += 1
        good = key.asbytes() == self.accepted and username == "cctv-audit"
        return self.at_login() if good else paramiko.AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return paramiko.OPEN_SUCCEEDED

    def check_channel_exec_request(self, channel: paramiko.Channel, command: bytes) -> bool:
        self.commands.append(command)
        threading.Thread(target=self.work, args=(channel,), daemon=True).start()
        return True


@contextmanager
def listening(handle: Callable[[socket.socket], None]) -> Iterator[int]:
    """A TCP port of the loopback whose connections go to `handle`."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def loop() -> None:
            while True:
                try:
                    line, _ = server.accept()
                except OSError:
                    return
                threading.Thread(target=handle, args=(line,), daemon=True).start()

        threading.Thread(target=loop, daemon=True).start()
        yield server.getsockname()[1]


@contextmanager
def sshd(server: Server, key: paramiko.PKey = HOST_KEY) -> Iterator[int]:
    """An SSH server with one host key."""
    transports = []

    def handle(line: socket.socket) -> None:
        transport = paramiko.Transport(line)
        transports.append(transport)
        transport.add_server_key(key)
        try:
            transport.start_server(server=server)
        except (paramiko.SSHException, EOFError, OSError):  # the client may hang up at any time
            transport.close()

    with listening(handle) as port:
        yield port
    for transport in transports:
        transport.close()


def printing(text: str, *, linger: bool = False) -> Callable[[paramiko.Channel], None]:
    """Read the whole script, print `text`, end; with `linger` stay open."""

    def work(channel: paramiko.Channel) -> None:
        with suppress(OSError, EOFError):  # the client may have had enough
            while channel.recv(65536):
                pass
            channel.sendall(text.encode())
            if not linger:
                channel.send_exit_status(0)
                channel.close()

    return work


def context(secret: str = "", budget: float = 5.0) -> Context:
    return Context(
        secrets=lambda name: Secret(secret or pem(USER_KEY)),
        now=lambda: datetime.now(UTC),
        monotonic=time.monotonic,
        budget_s=budget,
        defaults={},
    )


def connect(port: int, *pins: str) -> Connect:
    return Connect(
        host="127.0.0.1", port=port, user="cctv-audit", key="site/nvr/ssh",
        host_keys=pins or (pin(HOST_KEY),),
    )  # fmt: skip


def refusal(port: int, *pins: str, secret: str = "", budget: float = 5.0) -> CannotTell:
    with pytest.raises(CannotTell) as caught:
        ssh.ask(connect(port, *pins), context(secret, budget), "true\n", MARK)
    return caught.value


WHOLE = f"\n{MARK} clock\nnow=1.5\n\n{MARK} rc 0\n\n{MARK} end\n"


def test_the_script_goes_by_standard_input_and_nothing_of_it_into_the_command() -> None:
    server = Server(printing(WHOLE))
    with sshd(server) as port:
        answer = ssh.ask(connect(port), context(), "echo hello\n", MARK)
    assert answer.text == WHOLE and answer.stopped is None
    assert server.commands == [b"exec /bin/sh -s"] and server.keys_shown == 1
    assert 0 <= answer.first_at - answer.asked_at < 2


def test_another_host_key_ends_it_before_any_key_is_shown() -> None:
    server = Server(printing(WHOLE))
    with sshd(server, OTHER_KEY) as port:
        assert refusal(port).why is Why.HOST_KEY_CHANGED
    assert server.keys_shown == 0


def test_a_key_of_another_type_than_the_pinned_one_counts_as_changed() -> None:
    server = Server(printing(WHOLE))
    with sshd(server, paramiko.RSAKey.generate(2048)) as port:
        assert refusal(port).why is Why.HOST_KEY_CHANGED
    assert server.keys_shown == 0


def test_without_a_pin_there_is_no_first_use_trust() -> None:
    server = Server(printing(WHOLE))
    with sshd(server) as port:
        unpinned = connect(port, "x y")
        object.__setattr__(unpinned, "host_keys", ())
        with pytest.raises(CannotTell) as caught:
            ssh.ask(unpinned, context(), "true\n", MARK)
    assert caught.value.why is Why.HOST_KEY_UNPINNED and server.keys_shown == 0


def test_one_of_several_pins_is_enough() -> None:
    with sshd(Server(printing(WHOLE))) as port:
        pins = (pin(OTHER_KEY), pin(HOST_KEY))
        assert ssh.ask(connect(port, *pins), context(), "true\n", MARK).text == WHOLE


def test_a_refused_login_is_tried_once() -> None:
    server = Server(printing(WHOLE), accepted=OTHER_KEY.asbytes())
    with sshd(server) as port:
        problem = refusal(port)
    assert problem.why is Why.AUTH_REFUSED and server.keys_shown == 1


def test_a_device_that_wants_a_second_factor_turns_us_away() -> None:
    server = Server(printing(WHOLE), at_login=lambda: paramiko.AUTH_PARTIALLY_SUCCESSFUL)
    with sshd(server) as port:
        problem = refusal(port)
    assert problem.why is Why.AUTH_REFUSED and "second factor" in problem.detail
    assert server.keys_shown == 1


def test_a_login_that_is_never_answered_ends_with_the_budget() -> None:
    awake = threading.Event()

    def sleep() -> int:
        awake.wait(30)
        return paramiko.AUTH_FAILED

    server = Server(printing(WHOLE), at_login=sleep)
    with sshd(server) as port:
        began = time.monotonic()
        problem = refusal(port, budget=1.5)
        assert time.monotonic() - began < 5
        awake.set()
    assert problem.why is Why.NO_ANSWER and "login in time" in problem.detail
    assert server.keys_shown == 1


def test_a_device_that_hangs_up_at_the_login_has_refused_it() -> None:
    def hang_up() -> int:
        raise EOFError  # ends the server's transport

    server = Server(printing(WHOLE), at_login=hang_up)
    with sshd(server) as port:
        assert refusal(port).why is Why.AUTH_REFUSED
    assert server.keys_shown == 1


def test_a_closed_port_is_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert refusal(port).why is Why.REFUSED


def test_a_host_name_without_address_has_no_route() -> None:
    unknown = Connect(host="nvr.invalid", user="cctv-audit", key="a/b", host_keys=(pin(HOST_KEY),))
    with pytest.raises(CannotTell) as caught:
        ssh.ask(unknown, context(), "true\n", MARK)
    assert caught.value.why is Why.NO_ROUTE


def test_a_silent_port_gives_no_answer_within_the_budget() -> None:
    with listening(lambda line: time.sleep(30)) as port:
        started = time.monotonic()
        assert refusal(port, budget=1.0).why is Why.NO_ANSWER
    assert time.monotonic() - started < 4


def test_a_key_exchange_that_never_ends_gives_no_answer_within_the_budget() -> None:
    def handle(line: socket.socket) -> None:
        line.sendall(b"SSH-2.0-stuck\r\n")
        with suppress(OSError):
            while line.recv(65536):
                pass

    with listening(handle) as port:
        began = time.monotonic()
        found = refusal(port, budget=1.5)
        assert found.why is Why.NO_ANSWER and "key exchange did not end" in found.detail
        assert time.monotonic() - began < 5


def test_a_port_that_hangs_up_gives_no_answer() -> None:
    with listening(lambda line: line.close()) as port:
        assert refusal(port).why is Why.NO_ANSWER


def test_a_web_server_on_the_port_does_not_speak_ssh() -> None:
    def web(line: socket.socket) -> None:
        line.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        line.close()

    with listening(web) as port:
        assert refusal(port).why in (Why.NO_ANSWER, Why.ODD_OUTPUT)


def test_a_command_that_never_ends_is_cut_off_and_keeps_what_it_said() -> None:
    with sshd(Server(printing(WHOLE[:30], linger=True))) as port:
        answer = ssh.ask(connect(port), context(budget=1.5), "true\n", MARK)
    assert answer.stopped is Why.NO_ANSWER and answer.text == WHOLE[:30]


def test_a_command_that_ends_before_it_has_read_the_script_keeps_its_exit_code() -> None:
    """sudo that refuses, a login shell that only says no: not "no answer"."""

    def refuse(channel: paramiko.Channel) -> None:
        channel.recv(1)  # not before the client knows that its command was taken, as sshd
        channel.send_exit_status(1)
        channel.close()

    with sshd(Server(refuse)) as port:
        answer = ssh.ask(connect(port), context(), "# \n" * (2 << 20), MARK)
    assert answer.code == 1 and answer.stopped is None


def test_a_line_that_breaks_in_the_answer_is_no_odd_output() -> None:
    def break_off(channel: paramiko.Channel) -> None:
        channel.recv(1)
        channel.sendall(WHOLE[:30].encode())
        channel.get_transport().close()

    with sshd(Server(break_off)) as port:
        answer = ssh.ask(connect(port), context(), "true\n", MARK)
    assert (answer.stopped, answer.text) == (Why.NO_ANSWER, WHOLE[:30])


def test_endless_output_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ssh, "OUTPUT_LIMIT", 1 << 20)
    with sshd(Server(printing("x" * (3 << 20)))) as port:
        answer = ssh.ask(connect(port), context(), "true\n", MARK)
    assert answer.stopped is Why.ODD_OUTPUT and len(answer.text) < 2 << 20


def test_a_missing_and_a_broken_secret_are_named_but_not_shown() -> None:
    canary = "Canary-4d1f not a key"
    problem = refusal(1, secret=canary)
    assert problem.why is Why.NO_SECRET and "Canary" not in str(problem)

    def missing(name: str) -> Secret:
        raise SecretError("no such secret")

    gone = Context(
        secrets=missing, now=lambda: datetime.now(UTC), monotonic=time.monotonic, budget_s=5,
        defaults={},
    )  # fmt: skip
    with pytest.raises(CannotTell) as caught:
        ssh.ask(connect(1), gone, "true\n", MARK)
    assert caught.value.why is Why.NO_SECRET and "site/nvr/ssh" in caught.value.detail


def test_an_encrypted_key_is_no_usable_secret() -> None:
    text = StringIO()
    paramiko.RSAKey.generate(2048).write_private_key(text, password="x")
    assert refusal(1, secret=text.getvalue()).why is Why.NO_SECRET


def test_keys_of_every_kind_are_parsed_once() -> None:
    for key in (USER_KEY, paramiko.RSAKey.generate(2048)):
        first = ssh.parsed_key(pem(key))
        assert first.asbytes() == key.asbytes() and ssh.parsed_key(pem(key)) is first


def test_a_driver_turns_every_failure_into_facts_with_the_reason() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    nvr = Recorder(
        id="nvr", driver="segment", status="in_use", commissioned_on=date(2026, 1, 1),
        connect=connect(port),
    )  # fmt: skip
    reading = segment.DRIVER.read(nvr, context())
    assert [door.outcome for door in reading.doors] == ["refused"]
    assert {o.fact for o in reading.observations} == segment.DRIVER.capabilities()
    assert {o.unknown for o in reading.observations} == {Why.REFUSED}


def test_output_without_our_mark_is_odd() -> None:
    with sshd(Server(printing("Welcome to NVR-OS\n1) Status 2) Logout\n"))) as port:
        nvr = Recorder(
            id="nvr", driver="segment", status="in_use", commissioned_on=date(2026, 1, 1),
            connect=connect(port),
        )  # fmt: skip
        reading = segment.DRIVER.read(nvr, context())
    assert reading.doors[0].outcome == "odd_output"
    assert {o.unknown for o in reading.observations} == {Why.ODD_OUTPUT}
    assert "Welcome" not in str(reading)


def test_connections_and_threads_are_gone_afterwards() -> None:
    before = threading.active_count()
    with sshd(Server(printing(WHOLE))) as port:
        for _ in range(5):
            ssh.ask(connect(port), context(), "true\n", MARK)
    deadline = time.monotonic() + 5
    while threading.active_count() > before + 1 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert threading.active_count() <= before + 1
