"""What a web port shows to somebody who has not logged in: its kind of login, open recordings.

Recognised: ZoneMinder (API, cache folder), motionEye, motion's control and streams, and any page
with a password field or a login of HTTP's own. What is not recognised is not guessed.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from cctv_policy.drivers.probes.wire import NoReplyError, Page, Port, get
from cctv_policy.state import Why

ZM_VERSION = "/zm/api/host/getVersion.json"
ZM_MONITORS = "/zm/api/monitors.json"
ZM_EVENTS = "/zm/cache/events/"
MOTION_REFUSAL = b"The server did not understand your request"
MOTIONEYE_MOVIES = "/movie/1/list/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One web port. `auth` None: not told, and `why` and `detail` say so."""

    port: Port
    tls: bool
    speaks: bool
    """It speaks HTTP (over TLS if `tls`)."""
    only_to_https: bool = False
    """All it does is send the browser to HTTPS."""
    auth: str | None = None
    recordings_open: bool | None = None
    why: Why | None = None
    detail: str = ""
    look: str = ""
    """What its first page looks like (a hash), to tell the same device on another address."""


def look_at(port: Port, *, tls: bool) -> Seen:
    """Everything one web port shows without a login; at most eight requests."""
    try:
        first = get(port, "/", tls=tls)
    except NoReplyError as error:
        return Seen(port=port, tls=tls, speaks=False, why=error.why, detail=error.detail)
    if _to_https(first, tls):
        return Seen(port=port, tls=tls, speaks=True, only_to_https=True, look=look(first))
    seen = list(_surfaces(port, tls, first))
    told = [(auth, recordings) for auth, recordings in seen if auth is not None]
    if not told:
        detail = f"status {first.status}, page not recognised"
        return Seen(
            port=port, tls=tls, speaks=True, why=Why.ODD_OUTPUT, detail=detail, look=look(first)
        )
    order = ("absent", "digest", "form", "basic", "none")
    recordings = [found for _, found in seen if found is not None]
    return Seen(
        port=port,
        tls=tls,
        speaks=True,
        auth=max((auth for auth, _ in told if auth), key=order.index),
        recordings_open=any(recordings) if recordings else None,
        look=look(first),
    )


def look(page: Page) -> str:
    """A hash of what does not change between two visits: status, server, realm, title."""
    title = page.body.lower().partition(b"<title>")[2].partition(b"</title>")[0]
    parts = (
        str(page.status),
        page.headers.get("server", ""),
        (page.headers.get("www-authenticate") or "").partition("nonce")[0],
    )
    return hashlib.sha256("\n".join(parts).encode() + title).hexdigest()


def _to_https(page: Page, tls: bool) -> bool:
    target = page.headers.get("location", "")
    return not tls and 300 <= page.status < 400 and target.lower().startswith("https:")


def _inside(page: Page, port: Port) -> str | None:
    """Where a redirect leads, if it stays on this very port."""
    if not 300 <= page.status < 400:
        return None
    target = urlsplit(page.headers.get("location", ""))
    if target.netloc and target.hostname != port[0]:
        return None
    if target.port not in (None, port[1]) or target.scheme == "https":
        return None
    path = target.path or "/"
    return path if path.startswith("/") else f"/{path}"


def _surfaces(port: Port, tls: bool, first: Page) -> Iterator[tuple[str | None, bool | None]]:
    """(kind of login, recordings open) of each surface of the port that is recognised."""
    inside = _inside(first, port)
    page = _try(port, inside, tls) or first if inside else first
    if is_motioneye(page):
        yield "form", _motioneye_movies(port, tls)
        return
    if MOTION_REFUSAL in page.body:  # motion's stream server says this, with 200, to "/"
        stream = _try(port, "/1/stream", tls)
        yield (_login_of(stream) if stream else None), False
        return
    yield _login_of(page), None
    if first.status != 401:
        yield _zoneminder(port, tls)
        if _motion_control(port, tls):
            yield "none", False  # motion has no page that hands out recordings


def _try(port: Port, path: str, tls: bool) -> Page | None:
    try:
        return get(port, path, tls=tls)
    except NoReplyError:
        return None


def _login_of(page: Page) -> str | None:
    schemes = page.schemes()
    if page.status == 401:
        return "basic" if "basic" in schemes else "digest" if "digest" in schemes else None
    if page.status != 200:
        return None
    body = page.body.lower()
    if b'type="password"' in body or b"type='password'" in body or b"type=password" in body:
        return "form"
    if page.headers.get_content_type() in ("multipart/x-mixed-replace", "image/jpeg"):
        return "none"  # a picture or a stream for everybody
    if b"<title>motion" in body:
        return "none"  # motion's control page: it has no login page of its own
    return None


def is_motioneye(page: Page) -> bool:
    """Its own server name, or its page."""
    server = page.headers.get("server", "").lower()
    return (
        server.startswith("motioneye")
        or b"/static/js/motioneye" in page.body.lower()
        or (b"motioneye" in page.body.lower() and b"loginform" in page.body.lower())
    )


def _motioneye_movies(port: Port, tls: bool) -> bool | None:
    """Whether anybody lists recordings: before 0.44 so when the viewer had no password."""
    page = _try(port, MOTIONEYE_MOVIES, tls)
    if page is None:
        return None
    if page.status == 200:
        return b"mediaList" in page.body or None
    return False if page.status in (401, 403) else None


def _zoneminder(port: Port, tls: bool) -> tuple[str | None, bool | None]:
    monitors = _try(port, ZM_MONITORS, tls)
    auth: str | None = None
    if monitors is not None and monitors.status == 200 and b'"monitors"' in monitors.body:
        return "none", True
    if monitors is not None and monitors.status == 401 and b'"success"' in monitors.body:
        auth = "form"
    else:
        version = _try(port, ZM_VERSION, tls)
        if version is not None and version.status == 401 and b'"success"' in version.body:
            auth = "form"
    if auth is None:
        auth = _zoneminder_console(port, tls)
    return auth, _zoneminder_cache(port, tls, known=auth is not None)


def _zoneminder_console(port: Port, tls: bool) -> str | None:
    """Its start page, for an installation whose API does not answer."""
    page = _try(port, "/zm/", tls)
    if page is None or page.status != 200 or b"zoneminder" not in page.body.lower():
        return None
    return _login_of(page) or "none"


def _zoneminder_cache(port: Port, tls: bool, *, known: bool) -> bool | None:
    """Whether the folder of recordings is served to anybody.

    A server that forbids the folder forbids every name in it, also one that does not exist; one
    that only hides the listing says "not found" for such a name, and hands out what does exist.
    """
    folder = _try(port, ZM_EVENTS, tls)
    if folder is None or folder.status not in (200, 401, 403, 404):
        return None
    if folder.status == 404:
        return False if known else None
    name = _try(port, f"{ZM_EVENTS}1/{secrets.token_hex(8)}.mp4", tls)
    if name is None or name.status not in (401, 403, 404):
        return None  # also a server that says 200 to whatever it is asked, like motion's
    return folder.status != 401 and name.status == 404


def _motion_control(port: Port, tls: bool) -> bool:
    """motion's web control answers its configuration to anybody."""
    page = _try(port, "/0/config/list", tls)
    return page is not None and page.status == 200 and b"webcontrol_port" in page.body
