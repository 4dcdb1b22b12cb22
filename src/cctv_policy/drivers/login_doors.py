"""One login attempt at one door of a recorder, for the login probe only. Never tries twice.

The password travels as the door wants it (HTTP basic or digest, RTSP, ZoneMinder's API) and is in
no message, exception or log.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message
from enum import StrEnum
from urllib.parse import urlencode
from urllib.request import parse_http_list, parse_keqv_list

from cctv_policy.drivers.base import Secret
from cctv_policy.drivers.probes.web import is_motioneye
from cctv_policy.drivers.probes.wire import NoReplyError, Page, Port, describe, get
from cctv_policy.inventory import Recorder


class Answer(StrEnum):
    """What the door said to the attempt."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    LOCKED = "locked"
    SILENT = "silent"
    """No answer that can be read: taken for a refusal when attempts are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginDoor:
    """A door that asks for a login. `attempt` makes exactly one."""

    name: str
    attempt: Callable[[str, Secret], Answer]


def find(recorder: Recorder, host: str) -> LoginDoor | None:
    """The first door of the recorder that demands a login; asks without one to find out."""
    own = {"zoneminder": (_zoneminder, 80), "motioneye": (_motioneye, 8765)}
    if recorder.driver in own:
        find_door, usual = own[recorder.driver]
        for port in recorder.probes.http or (usual,):
            if door := find_door((host, port)):
                return door
    for tls, ports in ((True, recorder.probes.https), (False, recorder.probes.http)):
        for port in ports:
            if door := _http((host, port), tls):
                return door
    for port in recorder.probes.rtsp:
        if door := _rtsp((host, port), recorder.settings.get("rtsp_path", "/")):
            return door
    return None


def _http(port: Port, tls: bool) -> LoginDoor | None:
    first = _quiet(lambda: get(port, "/", tls=tls))
    if first is None or first.status != 401 or not first.schemes() & {"basic", "digest"}:
        return None

    def attempt(account: str, password: Secret) -> Answer:
        headers = {"Authorization": authorization(first, "GET", "/", account, password)}
        return _answer(_quiet(lambda: get(port, "/", tls=tls, headers=headers)))

    return LoginDoor(name=f"{'https' if tls else 'http'} {port[1]}", attempt=attempt)


def _rtsp(port: Port, path: str) -> LoginDoor | None:
    first = _quiet(lambda: describe(port, path))
    if first is None or first.status != 401 or not first.schemes() & {"basic", "digest"}:
        return None
    url = f"rtsp://{port[0]}:{port[1]}{path}"

    def attempt(account: str, password: Secret) -> Answer:
        value = authorization(first, "DESCRIBE", url, account, password)
        page = _quiet(lambda: describe(port, path, authorization=value))
        # A server may know the user and not the path.
        return Answer.ACCEPTED if page and page.status == 404 else _answer(page)

    return LoginDoor(name=f"rtsp {port[1]}", attempt=attempt)


def _zoneminder(port: Port) -> LoginDoor | None:
    first = _quiet(lambda: get(port, "/zm/api/host/getVersion.json"))
    if first is None or first.status != 401:
        return None
    fields = ("user", "pass", "access_token")
    return LoginDoor(
        name=f"zoneminder api {port[1]}", attempt=_form(port, "/zm/api/host/login.json", fields)
    )


def _motioneye(port: Port) -> LoginDoor | None:
    first = _quiet(lambda: get(port, "/"))
    if first is None or not is_motioneye(first):
        return None
    fields = ("username", "password", "user")
    return LoginDoor(name=f"motioneye {port[1]}", attempt=_form(port, "/login", fields))


def _form(port: Port, path: str, fields: tuple[str, str, str]) -> Callable[[str, Secret], Answer]:
    """A login by POST: names of its two fields, and of what a JSON reply holds when it is taken."""
    user, word, sign = fields

    def attempt(account: str, password: Secret) -> Answer:
        body = urlencode({user: account, word: password.reveal()}).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        page = _quiet(lambda: get(port, path, headers=headers, method="POST", body=body))
        if page is not None and page.status == 200:
            return Answer.ACCEPTED if _holds(page.body, sign) else Answer.SILENT
        return _answer(page)

    return attempt


def _holds(body: bytes, sign: str) -> bool:
    try:
        answer = json.loads(body)
    except ValueError:
        return False
    return isinstance(answer, dict) and bool(answer.get(sign))


def _quiet(ask: Callable[[], Page]) -> Page | None:
    try:
        return ask()
    except NoReplyError:
        return None


def _answer(page: Page | None) -> Answer:
    if page is None:
        return Answer.SILENT
    text = page.body[:4096].lower()
    if page.status in (423, 429) or b"locked" in text or b"too many" in text:
        return Answer.LOCKED
    if page.status in (401, 403):
        return Answer.REFUSED
    return Answer.ACCEPTED if 200 <= page.status < 400 else Answer.SILENT


def authorization(challenge: Page, method: str, uri: str, account: str, password: Secret) -> str:
    """The Authorization header that answers a 401: digest where offered, else basic."""
    fields = _digest_fields(challenge.headers)
    if fields is None:
        return "Basic " + b64encode(f"{account}:{password.reveal()}".encode()).decode()
    name = fields.get("algorithm", "MD5")
    digest = hashlib.sha256 if name.upper().startswith("SHA-256") else hashlib.md5

    def hashed(text: str) -> str:
        return digest(text.encode(), usedforsecurity=False).hexdigest()

    realm, nonce = fields.get("realm", ""), fields.get("nonce", "")
    cnonce = secrets.token_hex(8)
    first = hashed(f"{account}:{realm}:{password.reveal()}")
    if name.lower().endswith("-sess"):
        first = hashed(f"{first}:{nonce}:{cnonce}")
    second = hashed(f"{method}:{uri}")
    parts = {"username": account, "realm": realm, "nonce": nonce, "uri": uri}
    qop = "auth" in [word.strip() for word in fields.get("qop", "").split(",")]
    middle = f"{nonce}:00000001:{cnonce}:auth" if qop else nonce
    parts["response"] = hashed(f"{first}:{middle}:{second}")
    if "opaque" in fields:
        parts["opaque"] = fields["opaque"]
    text = ", ".join(f'{key}="{value}"' for key, value in parts.items())
    text += f", algorithm={name}" if "algorithm" in fields else ""
    return f"Digest {text}" + (f', qop=auth, nc=00000001, cnonce="{cnonce}"' if qop else "")


def _digest_fields(headers: Message) -> dict[str, str] | None:
    for offer in headers.get_all("www-authenticate") or []:
        scheme, _, rest = offer.strip().partition(" ")
        if scheme.lower() == "digest":
            try:
                return {k.lower(): v for k, v in parse_keqv_list(parse_http_list(rest)).items()}
            except ValueError:
                continue
    return None
