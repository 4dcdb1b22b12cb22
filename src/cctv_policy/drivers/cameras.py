"""Cameras as their recorder sees them: address, login, whether a picture comes. Pure.

The recorder's configuration holds each camera's password. It is compared with the list of factory
passwords in memory and dropped here: nothing that leaves this module carries a user part of a URL.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from cctv_policy import defaults
from cctv_policy.drivers.machine import Told, cannot
from cctv_policy.inventory import Camera, Recorder
from cctv_policy.model import Json
from cctv_policy.state import Why

RTSP = 554
STALE_MS, FRESH_MS = 90_000, 15_000
_ADMINS = frozenset({"admin", "administrator", "root", "service", "supervisor", "888888"})


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Feed:
    """Where a channel's picture comes from. Holds the camera's password until it is judged."""

    ch: str
    host: str
    port: int
    user: str | None
    password: str
    software: str

    @property
    def literal(self) -> str | None:
        """The host, if it is an address and no name."""
        return _literal(self.host)


@lru_cache(maxsize=4096)
def _literal(host: str) -> str | None:
    """Asked for every pair of a feed and a camera."""
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return None


def feed_of(ch: str, url: str, userpass: str = "", *, software: str) -> Feed | None:
    """Take a stream's URL apart. `userpass` is `user:password` where it is set beside the URL."""
    try:
        parts = urlsplit(url)
        host, port, scheme = parts.hostname or "", parts.port, parts.scheme
    except ValueError:
        return None
    if not host:
        return None
    user, password = parts.username, parts.password or ""
    if user is None and userpass:
        user, _, password = userpass.partition(":")
    return Feed(
        ch=ch,
        host=host,
        port=port or {"http": 80, "https": 443}.get(scheme, RTSP),
        user=unquote(user) if user is not None else None,
        password=unquote(password),
        software=software,
    )


def camera_of(recorder: Recorder, ch: str, feed: Feed | None) -> Camera | None:
    """The inventory's camera on this channel: by its channel's name, else by its address."""
    for camera in recorder.cameras:
        if camera.ch == ch:
            return camera
    if feed and feed.literal:
        fitting = [c for c in recorder.cameras if c.address == feed.literal]
        if len(fitting) == 1:
            return fitting[0]
    return None


def tell_cameras(recorder: Recorder, feeds: Sequence[Feed], source: str) -> Iterator[Told]:
    """`seen` of the recorder; interfaces and login of each camera of the inventory."""
    literals = {f.literal: f for f in feeds if f.literal}
    yield Told(
        fact="seen",
        value=[{"address": a, "hint": f"{f.software} channel {f.ch}"} for a, f in literals.items()],
        source=source,
    )
    matched = {camera.id: f for f in feeds if (camera := camera_of(recorder, f.ch, f))}
    for camera in recorder.cameras:
        feed = matched.get(camera.id)
        if feed is not None:
            yield from _tell_camera(camera, feed, source)
        elif not camera.analog:
            detail = "the recorder has no channel for this camera"
            for fact in ("interfaces", "accounts"):
                yield cannot(fact, Why.NOT_FOUND, source, detail, device=camera.id)


def _tell_camera(camera: Camera, feed: Feed, source: str) -> Iterator[Told]:
    if feed.literal is None:
        detail = "the recorder knows the camera by a name, not an address"
        yield cannot("interfaces", Why.NOT_SUPPORTED, source, detail, device=camera.id)
    else:
        addresses = [{"address": feed.literal, "prefixlen": None, "origin": None}]
        seen = {"name": "rtsp", "admin_up": True, "oper_up": None, "addresses": addresses}
        yield Told(fact="interfaces", value=[seen], source=source, device=camera.id)
    if feed.user is None:
        detail = "the recorder uses no login for this camera"
        yield cannot("accounts", Why.NOT_FOUND, source, detail, device=camera.id)
    else:
        account = _account(feed, camera)
        yield Told(fact="accounts", value=[account], source=source, device=camera.id)


def _account(feed: Feed, camera: Camera) -> dict[str, Json]:
    user = feed.user or ""
    verdict = is_factory(camera.brand, user, feed.password, camera.mac)
    return {
        "name": user,
        "realm": "camera",
        "role": "admin" if user.casefold() in _ADMINS else None,
        "enabled": True,
        "is_default_password": verdict,
        "check_method": None if verdict is None else "config",
    }


def is_factory(brand: str | None, account: str, secret: str, mac: str | None = None) -> bool | None:
    """Whether a configured password is a factory password.

    None when the list does not know the brand and does not know the password either: then "not on
    the list" proves nothing.
    """
    match = defaults.is_factory(brand, account, secret, macs=[mac] if mac else [])
    if match is not None:
        return True if match.proven else None
    return False if defaults.knows(brand) else None


def signal(
    feed: Feed | None,
    feeds: Sequence[Feed],
    streams: Mapping[tuple[str, int], list[int]] | None,
) -> bool | None:
    """Whether data comes from the camera now, by the kernel's connections to it.

    None for cameras known by name, and where several channels share one address and not all are
    alive: the connections cannot be told apart.
    """
    if streams is None or feed is None or feed.literal is None:
        return None
    peer = (feed.literal, feed.port)
    sharing = sum(1 for f in feeds if (f.literal, f.port) == peer)
    silences = sorted(streams.get(peer, []))
    if len(silences) < sharing:
        return False if not silences else None
    if silences[sharing - 1] <= FRESH_MS:
        return True
    return False if silences[0] > STALE_MS else None
