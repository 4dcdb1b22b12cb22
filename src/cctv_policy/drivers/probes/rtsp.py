"""RTSP without a login: does a DESCRIBE get the stream's description, or a demand to log in?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cctv_policy.drivers.probes.told import Told, not_told, silent_of
from cctv_policy.drivers.probes.wire import NoReplyError, Port, describe
from cctv_policy.state import Why

PATHS = ("/", "/ch1", "/live", "/Streaming/Channels/101", "/cam/realmonitor?channel=1&subtype=0")
"""Where recorders keep a first stream; a server may say "not found" before it says "log in"."""


def rtsp_auth(
    host: str, ports: Sequence[int], state: Mapping[Port, Why | None], path: str | None
) -> Told:
    """none, basic, digest or absent over all `ports`; the weakest answer counts.

    `path` is the stream's path if the inventory knows it.
    """
    source = f"DESCRIBE on {', '.join(map(str, ports))}"
    open_ = [port for port in ports if state[(host, port)] is None]
    silent = silent_of(host, ports, state)
    found: list[str] = []
    odd: tuple[Why, str] | None = None
    for port in open_:
        try:
            answer = _ask((host, port), (path,) if path else PATHS)
        except NoReplyError as error:
            odd = (error.why, error.detail)
            continue
        if answer:
            found.append(answer)
        else:
            odd = (Why.ODD_OUTPUT, "no stream at any usual path")
    if "none" in found:
        return Told(value="none", source=source)
    if odd:
        return Told(why=odd[0], detail=odd[1], source=source)
    if silent:
        return not_told(silent, source)
    return Told(
        value="basic" if "basic" in found else "digest" if found else "absent", source=source
    )


def _ask(port: Port, paths: Sequence[str]) -> str | None:
    for path in paths:
        page = describe(port, path if path.startswith("/") else f"/{path}")
        if page.status == 200:
            return "none"
        if page.status == 401:
            schemes = page.schemes()
            return "basic" if "basic" in schemes else "digest" if "digest" in schemes else None
    return None
