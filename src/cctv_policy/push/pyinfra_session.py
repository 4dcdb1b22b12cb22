"""A root shell on one recorder through pyinfra's SSH connector.

The line is dialled here, so that "refused", "filtered" and "no route" keep their names, and handed
to pyinfra, which checks the host key against an explicit known_hosts file. Commands run on a
channel of the connector's client, not through `run_shell_command`: that one asks for a sudo
password on the terminal, dies on bytes that are not UTF-8, and knows no limit of output.
"""

from __future__ import annotations

import secrets
import socket
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from pyinfra.api.exceptions import ConnectError
from pyinfra.api.host import Host

from cctv_policy.drivers.base import Context
from cctv_policy.drivers.framing import Answer, CannotTell, Reply, cut
from cctv_policy.drivers.ssh import CONNECT_S, dial, login_key, run_script
from cctv_policy.inventory import Connect
from cctv_policy.push import script as scripts
from cctv_policy.push.model import Aspect, Script, Wanted
from cctv_policy.push.session import Done, Tools
from cctv_policy.secretstore import Secret
from cctv_policy.state import Why

READ_S = 60
"""Seconds for one snapshot."""
_RETRY_S = 0.5
_TIMES = {"channel_timeout": 10, "banner_timeout": 20, "auth_timeout": 20}
_MESSAGES = (
    ("authentication error", Why.AUTH_REFUSED, "the key is not accepted"),
    ("does not match", Why.HOST_KEY_CHANGED, "the device shows another key than the pinned one"),
    ("not found in known_hosts", Why.HOST_KEY_CHANGED, "the device shows a key of another type"),
    ("timed out", Why.NO_ANSWER, "no answer in time"),
    ("banner", Why.NO_ANSWER, "connected, but no SSH greeting came"),
)
"""What pyinfra's texts mean. The texts themselves go no further."""


class PyinfraSession:
    """See session.Session; `connect` first, `close` always."""

    def __init__(self, host: Host, connect: Connect, tools: Tools) -> None:
        self._host = host
        self._connect = connect
        self._tools = tools

    @property
    def host(self) -> str:
        """The address it is connected to."""
        return self._connect.host

    def connect(self) -> None:
        """One login with one key. Raises CannotTell; a refused key is not tried again."""
        push = self._connect.push
        if push is None:
            raise CannotTell(Why.NOT_CONFIGURED, "no push account in the inventory")
        key = login_key(push.key, self._tools.store.get)
        line = self._dial()
        data: Any = self._host.connector.data  # host.data is not read again after init
        data["ssh_hostname"] = self._connect.host
        data["ssh_paramiko_connect_kwargs"] = {**_TIMES, "sock": line, "pkey": key}
        try:
            self._host.connect(raise_exceptions=True, show_errors=False)
        except ConnectError as error:
            self._drop(line)
            raise _turned_away(error) from None
        except Exception as error:  # paramiko hands on whatever a greeting did to its reader
            self._drop(line)
            raise CannotTell(Why.NO_ANSWER, f"the login broke ({type(error).__name__})") from None

    def _dial(self) -> socket.socket:
        """Nothing secret is sent by then, so a lost first packet may be tried once more."""
        try:
            return dial(self._connect, CONNECT_S)
        except CannotTell as problem:
            if problem.why is not Why.REFUSED:
                raise
        self._tools.sleep(_RETRY_S)
        return dial(self._connect, CONNECT_S)

    def read(self, wanted: Wanted, aspects: Iterable[Aspect]) -> Reply:
        """The device as it is. Raises CannotTell; nothing is changed."""
        mark = new_mark()
        return cut(self._send(scripts.snapshot(mark, aspects, wanted), mark, READ_S))

    def run(self, script: Script, values: Mapping[str, Secret] | None = None) -> Done:
        """Run one script to its end. CannotTell: nobody knows how it ended."""
        given = {
            variable: self._tools.store.get(name).reveal()
            for variable, name in script.secrets.items()
        }
        given |= {variable: secret.reveal() for variable, secret in (values or {}).items()}
        mark = new_mark()
        reply = cut(self._send(scripts.step(mark, script, given), mark, script.timeout_s))
        return scripts.ended(reply, given)

    def _send(self, text: str, mark: str, budget_s: float) -> Answer:
        client: Any = getattr(self._host.connector, "client", None)
        transport = client.get_transport() if client else None
        if transport is None or not transport.is_active():
            raise CannotTell(Why.NO_ANSWER, "the line is gone")
        answer = run_script(
            transport,
            self._context(budget_s),
            text,
            mark,
            _countdown(budget_s),
            command=scripts.COMMAND,
        )
        if answer.code and f"\n{mark} " not in f"\n{answer.text}":
            raise scripts.turned_away(answer.code)
        return answer

    def _context(self, budget_s: float) -> Context:
        none: Mapping[str, object] = {}
        return Context(
            secrets=self._tools.store.get,
            now=self._tools.now,
            monotonic=time.monotonic,
            budget_s=budget_s,
            defaults=none,
            root=self._tools.root,
        )

    def reconnect(self, host: str, *, within_s: float) -> None:
        """Close, and log in at `host` with the same pins, trying for a time.

        Another host key or a refused login ends it at once: then it is not our machine.
        """
        self.close()
        self._connect = replace(self._connect, host=host)
        end = time.monotonic() + within_s
        while True:
            try:
                self.connect()
            except CannotTell as problem:
                final = problem.why in (Why.HOST_KEY_CHANGED, Why.AUTH_REFUSED, Why.NO_SECRET)
                if final or time.monotonic() > end:
                    raise
                self._tools.sleep(_RETRY_S)
            else:
                return

    def close(self) -> None:
        """pyinfra's own disconnect leaves socket and thread behind."""
        client: Any = getattr(self._host.connector, "client", None)
        if client is not None:
            self._drop(None)
            with suppress(Exception):
                client.close()
        self._host.connected = False

    def _drop(self, line: socket.socket | None) -> None:
        data: Any = self._host.connector.data
        line = line or (data["ssh_paramiko_connect_kwargs"] or {}).get("sock")
        if line is not None:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            line.close()


def new_mark() -> str:
    """Random for each script, so that no file on the device can imitate it."""
    return f"@@{secrets.token_hex(12)}"


def _countdown(budget_s: float) -> Callable[[float], float]:
    end = time.monotonic() + budget_s

    def left(most: float) -> float:
        rest = end - time.monotonic()
        if rest <= 0:
            raise CannotTell(Why.BUDGET, f"{budget_s:g} s are used up")
        return min(most, rest)

    return left


def _turned_away(error: ConnectError) -> CannotTell:
    said = str(error).lower()
    for words, why, detail in _MESSAGES:
        if words in said:
            return CannotTell(why, detail)
    return CannotTell(Why.NO_ANSWER, "the connection broke in the key exchange or login")
