"""One SSH connection, one login, one script: the door to every recorder that runs Linux.

Host keys are pinned in the inventory and checked before anything secret is sent. Nothing of the
user's own SSH set-up is used: no agent, no key files, no known_hosts. The steps fail apart, so that
"no route", "refused", "filtered", "another host key", "login refused", "no answer in time" and "odd
output" stay different answers.
"""

from __future__ import annotations

import base64
import errno
import io
import math
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cctv_policy.drivers import ssh_loop
from cctv_policy.drivers.base import Context, Secret
from cctv_policy.drivers.framing import Answer, CannotTell, unpack
from cctv_policy.drivers.ssh_loop import Line
from cctv_policy.errors import SecretError
from cctv_policy.inventory import Connect
from cctv_policy.state import Why

if TYPE_CHECKING:
    import paramiko

    from cctv_policy.drivers.ssh_transport import Transport

CONNECT_S = 10.0
BANNER_S = 15.0
LOGIN_S = 20.0
OUTPUT_LIMIT = 48 << 20
"""Bytes of one answer: about 700,000 recording files."""
COMMAND = "exec /bin/sh -s"
_CHUNK = 1 << 16
_NO_GREETING = "connected, but no SSH greeting came"


def ask(connect: Connect, context: Context, script: str, mark: str) -> Answer:
    """Run `script` on the device and return what it printed. Raises CannotTell.

    An answer that stops half-way (time, size, a lost line) is returned with `stopped` set.
    """
    end = context.monotonic() + context.budget_s

    def left(most: float) -> float:
        rest = end - context.monotonic()
        if rest <= 0:
            raise CannotTell(Why.BUDGET, f"{context.budget_s:g} s are used up")
        return min(most, rest)

    key = login_key(connect.key, context.secrets)
    loop = ssh_loop.current()
    line = Line.of(dial(connect, left(CONNECT_S)), loop)

    def talk() -> Answer:
        with _logged_in(line, connect, key, left) as transport:
            return run_script(transport, context, script, mark, left)

    try:
        return loop.run(talk, max(end - context.monotonic(), 0.0))
    except TimeoutError:
        raise CannotTell(Why.BUDGET, f"{context.budget_s:g} s are used up") from None


@contextmanager
def _logged_in(
    line: Line, connect: Connect, key: paramiko.PKey, left: Callable[[float], float]
) -> Iterator[Transport]:
    """The pinned key and one login; closed afterwards. Raises CannotTell."""
    with closing(line):
        end = time.monotonic() + left(math.inf)
        transport = _greet(line, connect, left(BANNER_S), end)
        try:
            _login(transport, connect, key, left(LOGIN_S))
            yield transport
        finally:
            transport.close()


def login_key(name: str, secrets: Callable[[str], Secret]) -> paramiko.PKey:
    """The private key of that secret name, parsed once per process. Raises CannotTell."""
    try:
        return parsed_key(secrets(name).reveal())
    except SecretError:
        raise CannotTell(Why.NO_SECRET, f"no secret named {name}") from None
    except ValueError:
        raise CannotTell(
            Why.NO_SECRET, f"the secret {name} is not an unencrypted private key"
        ) from None


@lru_cache(maxsize=256)
def parsed_key(text: str) -> paramiko.PKey:
    """A private key in OpenSSH or PEM form. ValueError (without the text) if it is not one."""
    import paramiko

    for kind in (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey):
        try:
            return kind.from_private_key(io.StringIO(text))
        except (paramiko.SSHException, ValueError, IndexError, TypeError, UnicodeDecodeError):
            continue
    raise ValueError("not a private key")


def dial(connect: Connect, timeout: float) -> socket.socket:
    """A TCP connection; the ways it can fail have names of their own."""
    try:
        line = socket.create_connection((connect.host, connect.port), timeout=timeout)
    except TimeoutError:
        raise CannotTell(Why.FILTERED, f"no reply to a connection within {timeout:.0f} s") from None
    except socket.gaierror:
        raise CannotTell(Why.NO_ROUTE, "the host name has no address") from None
    except OSError as error:
        refused = error.errno in (errno.ECONNREFUSED, errno.ECONNRESET)
        why = Why.REFUSED if refused else Why.NO_ROUTE
        raise CannotTell(why, error.strerror or type(error).__name__) from None
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return line


def _greet(line: Line, connect: Connect, timeout: float, end: float) -> Transport:
    """Key exchange, and the host key compared with the pins. Nothing secret has been sent yet."""
    from cctv_policy.drivers.ssh_transport import Transport

    pins = dict(pin.split(" ", 1) for pin in connect.host_keys)
    if not pins:
        raise CannotTell(Why.HOST_KEY_UNPINNED, "no host key in the inventory")
    transport = Transport(line, pins, end)
    try:
        _negotiate(transport, timeout)
        _compare(transport.get_remote_server_key(), connect.host_keys)
    except CannotTell:
        transport.close()
        raise
    except Exception as error:  # paramiko raises what a stranger's bytes did to its reader
        transport.close()
        raise _no_greeting(error) from None
    return transport


def _negotiate(transport: Transport, timeout: float) -> None:
    """Key exchange."""
    done = transport.event()
    transport.start_client(event=done)
    if not done.wait(timeout):
        greeted = "the key exchange did not end in time"
        raise CannotTell(Why.NO_ANSWER, greeted if transport.remote_version else _NO_GREETING)
    if not transport.is_active():
        raise transport.get_exception() or EOFError()


def _compare(shown: paramiko.PKey, pins: tuple[str, ...]) -> None:
    offered = f"{shown.get_name()} {base64.b64encode(shown.asbytes()).decode()}"
    if offered not in pins:
        raise CannotTell(Why.HOST_KEY_CHANGED, "the device shows another key than the pinned one")


def _no_greeting(error: Exception) -> CannotTell:
    """What went wrong before the login. The error's text is read, never passed on as it is."""
    import paramiko

    said = str(error).lower()
    if isinstance(error, paramiko.ssh_exception.IncompatiblePeer):
        if "host key" in said:
            return CannotTell(Why.HOST_KEY_CHANGED, "the device has no key of a pinned type")
        return CannotTell(Why.ODD_OUTPUT, "no common algorithm for the connection")
    if "indecipherable" in said or "incompatible version" in said:
        return CannotTell(Why.ODD_OUTPUT, "the port does not speak SSH 2")
    if "banner" in said or isinstance(error, EOFError | TimeoutError):
        return CannotTell(Why.NO_ANSWER, _NO_GREETING)
    return CannotTell(Why.NO_ANSWER, f"the connection broke in the key exchange ({_name(error)})")


def _login(transport: Transport, connect: Connect, key: paramiko.PKey, timeout: float) -> None:
    """One try with one key. Refusal ends it: another try could lock the account."""
    import paramiko

    answered = transport.event()
    problem: Exception | None
    try:
        transport.auth_publickey(connect.user, key, event=answered)
        if not answered.wait(timeout):
            raise CannotTell(Why.NO_ANSWER, "no answer to the login in time")
        if transport.is_authenticated():
            return
        problem = transport.get_exception()
    except CannotTell:
        raise
    except Exception as error:  # see _greet
        problem = error
    if isinstance(problem, paramiko.ssh_exception.PartialAuthentication):
        raise CannotTell(Why.AUTH_REFUSED, f"{connect.user}: the device wants a second factor")
    # A device may also hang up on who is not let in.
    if problem is None or isinstance(problem, paramiko.AuthenticationException | EOFError):
        raise CannotTell(Why.AUTH_REFUSED, f"{connect.user}: the key is not accepted")
    raise CannotTell(Why.NO_ANSWER, f"the line broke in the login ({_name(problem)})")


def run_script(
    transport: paramiko.Transport,
    context: Context,
    script: str,
    mark: str,
    left: Callable[[float], float],
    *,
    command: str = COMMAND,
) -> Answer:
    """Run `command` with `script` on its standard input over a connection that is logged in.

    `left` caps a time by what is left of the budget, or raises CannotTell. Raises CannotTell.
    """
    try:
        channel = transport.open_session(timeout=left(LOGIN_S))
        channel.settimeout(left(LOGIN_S))
        channel.exec_command(command)
        _feed(channel, script)
        asked_at = context.now().timestamp()
    except CannotTell:
        raise
    except Exception as error:  # see _greet
        raise CannotTell(Why.NO_ANSWER, f"no command was taken ({_name(error)})") from None
    return _listen(channel, context, mark, left, asked_at)


def _feed(channel: Any, script: str) -> None:
    """A command that ends before it has read all (sudo refuses) has an answer all the same."""
    try:
        channel.sendall(script.encode())
        channel.shutdown_write()
    except TimeoutError:
        raise
    except OSError:
        if not channel.get_transport().is_active():
            raise


def _listen(
    channel: Any, context: Context, mark: str, left: Callable[[float], float], asked_at: float
) -> Answer:
    """Read to the end of the answer, its time or its limit."""
    chunks: list[bytes] = []
    needle, size, first_at = mark.encode(), 0, 0.0
    stopped: Why | None = None
    detail = ""
    while True:
        try:
            channel.settimeout(left(3600))
            chunk = channel.recv(_CHUNK)
        except (TimeoutError, CannotTell):
            stopped, detail = Why.NO_ANSWER, f"not ready within {context.budget_s:g} s"
            break
        except Exception as error:  # see _greet
            stopped, detail = Why.NO_ANSWER, f"the line broke ({_name(error)})"
            break
        if not chunk:
            break
        if not first_at and needle in (chunks[-1] + chunk if chunks else chunk):
            first_at = context.now().timestamp()
        chunks.append(chunk)
        size += len(chunk)
        if size > OUTPUT_LIMIT:
            break
    code = None if stopped else _exit_code(channel)
    if stopped is None and code is None and not channel.get_transport().is_active():
        stopped, detail = Why.NO_ANSWER, "the line broke"
    whole, fits = unpack(b"".join(chunks), mark, OUTPUT_LIMIT)
    if not fits:
        stopped, detail = Why.ODD_OUTPUT, f"more than {OUTPUT_LIMIT >> 20} MiB"
    return Answer(
        text=whole.decode("utf-8", "replace"),
        mark=mark,
        asked_at=asked_at,
        first_at=first_at or context.now().timestamp(),
        stopped=stopped,
        detail=detail,
        code=code,
    )


def _exit_code(channel: Any) -> int | None:
    """The command's exit code; it comes with the end of the output or not at all."""
    channel.status_event.wait(1.0)
    code = int(channel.exit_status)
    return code if code >= 0 else None


def _name(error: Exception) -> str:
    return type(error).__name__
