"""Plain sockets with a deadline: which ports answer, and one request with one reply.

Nothing here logs in, follows a redirect or resolves a name that the device sent.
"""

from __future__ import annotations

import errno
import http.client
import io
import selectors
import socket
import ssl
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from email.message import Message

from cctv_policy.state import Why

CONNECT_S = 2.0
REPLY_S = 4.0
MAX_BYTES = 64 * 1024

Port = tuple[str, int]
"""Address and port."""


def sweep(ports: Iterable[Port], *, timeout_s: float = CONNECT_S) -> dict[Port, Why | None]:
    """Connect to every port at once and close again: None is open, else why not."""
    found: dict[Port, Why | None] = {}
    with selectors.DefaultSelector() as selector:
        for port in dict.fromkeys(ports):
            started = _start(port)
            if isinstance(started, Why):
                found[port] = started
            else:
                selector.register(started, selectors.EVENT_WRITE, port)
        deadline = time.monotonic() + timeout_s
        while selector.get_map() and (left := deadline - time.monotonic()) > 0:
            for key, _ in selector.select(left):
                link = key.fileobj
                assert isinstance(link, socket.socket)  # noqa: S101 - what was registered
                found[key.data] = _why(link.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR))
                selector.unregister(link)
                link.close()
        for key in list(selector.get_map().values()):
            found[key.data] = Why.FILTERED
            assert isinstance(key.fileobj, socket.socket)  # noqa: S101
            key.fileobj.close()
    return found


def _start(port: Port) -> socket.socket | Why:
    try:
        family, kind, proto, _, address = socket.getaddrinfo(*port, type=socket.SOCK_STREAM)[0]
        link = socket.socket(family, kind, proto)
    except OSError:
        return Why.NO_ROUTE
    link.setblocking(False)
    code = link.connect_ex(address)
    if code in (0, errno.EINPROGRESS):
        return link
    link.close()
    return _why(code) or Why.NO_ROUTE


def _why(code: int) -> Why | None:
    if code == 0:
        return None
    if code == errno.ECONNREFUSED:
        return Why.REFUSED
    return Why.FILTERED if code == errno.ETIMEDOUT else Why.NO_ROUTE


class NoReplyError(Exception):
    """The port did not answer the question; `why` says how."""

    def __init__(self, why: Why, detail: str) -> None:
        super().__init__(detail)
        self.why = why
        self.detail = detail


def ask(
    port: Port, request: bytes, *, tls: bool = False, timeout_s: float = REPLY_S, until: bytes = b""
) -> bytes:
    """Send `request`; what came back until the other side closed, `until` was seen, the reply was
    64 KiB, or the time was over. Raises NoReplyError if nothing came.
    """
    deadline = time.monotonic() + timeout_s
    reply = b""
    try:
        with (
            socket.create_connection(port, timeout=min(CONNECT_S, timeout_s)) as plain,
            _secured(plain, port[0]) if tls else plain as link,
        ):
            link.sendall(request)
            while len(reply) < MAX_BYTES and not (until and until in reply):
                left = deadline - time.monotonic()
                if left <= 0:
                    break
                link.settimeout(left)
                piece = link.recv(16_384)
                if not piece:
                    break
                reply += piece
    except ConnectionRefusedError:
        raise NoReplyError(Why.REFUSED, "nothing listens on the port") from None
    except ssl.SSLError as error:
        raise NoReplyError(Why.ODD_OUTPUT, f"no TLS: {error.reason}") from None
    except TimeoutError:
        if not reply:
            raise NoReplyError(Why.NO_ANSWER, f"no reply in {timeout_s:g} s") from None
    except OSError as error:
        if not reply:
            raise NoReplyError(Why.NO_ANSWER, error.strerror or "the connection broke") from None
    if not reply:
        raise NoReplyError(Why.NO_ANSWER, "closed without a reply")
    return reply


def _secured(plain: socket.socket, host: str) -> ssl.SSLSocket:
    """TLS without checking the certificate: the question is only whether it speaks TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context.wrap_socket(plain, server_hostname=host)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One reply of HTTP or RTSP."""

    status: int
    headers: Message
    body: bytes

    def schemes(self) -> set[str]:
        """The ways to log in that the reply offers, in lower case."""
        offers = self.headers.get_all("www-authenticate") or []
        return {part for offer in offers for part in offer.lower().replace(",", " ").split()} & {
            "basic",
            "digest",
            "bearer",
            "negotiate",
            "ntlm",
        }


def shown_host(port: Port, default: int) -> str:
    """`host` or `host:port` as it stands in a URL."""
    host = f"[{port[0]}]" if ":" in port[0] else port[0]
    return host if port[1] == default else f"{host}:{port[1]}"


def get(
    port: Port,
    path: str,
    *,
    tls: bool = False,
    headers: Mapping[str, str] | None = None,
    method: str = "GET",
    body: bytes = b"",
) -> Page:
    """One HTTP/1.0 request without a login. Raises NoReplyError, also for what is no HTTP."""
    lines = [
        f"{method} {path} HTTP/1.0",
        f"Host: {shown_host(port, 443 if tls else 80)}",
        "User-Agent: cctv-policy",
        "Accept: */*",
        *(f"{name}: {value}" for name, value in (headers or {}).items()),
    ]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    request = "\r\n".join([*lines, "", ""]).encode() + body
    return parse(ask(port, request, tls=tls), b"HTTP/")


def describe(port: Port, path: str, *, authorization: str = "") -> Page:
    """One RTSP DESCRIBE. Raises NoReplyError, also for what is no RTSP."""
    lines = [
        f"DESCRIBE rtsp://{shown_host(port, 554)}{path} RTSP/1.0",
        "CSeq: 1",
        "User-Agent: cctv-policy",
        "Accept: application/sdp",
        *([f"Authorization: {authorization}"] if authorization else []),
    ]
    return parse(ask(port, "\r\n".join([*lines, "", ""]).encode(), until=b"\r\n\r\n"), b"RTSP/")


def parse(reply: bytes, protocol: bytes) -> Page:
    """A reply as status, headers and body; NoReplyError if it does not speak `protocol`."""
    head, _, body = reply.partition(b"\r\n\r\n")
    first, _, rest = head.partition(b"\r\n")
    words = first.split(None, 2)
    if len(words) < 2 or not words[0].startswith(protocol) or not words[1].isdigit():
        raise NoReplyError(Why.ODD_OUTPUT, f"it does not speak {protocol.decode().rstrip('/')}")
    try:
        headers = http.client.parse_headers(io.BytesIO(rest + b"\r\n\r\n"))
    except http.client.HTTPException:
        raise NoReplyError(Why.ODD_OUTPUT, "headers too long") from None
    return Page(status=int(words[1]), headers=headers, body=body)
