"""The messages of ONVIF's device service that change a camera's password. Pure.

SOAP 1.2 with a WS-Security UsernameToken: the digest of nonce, time and password, so that the
password of a login is never sent. A new one is sent in the clear, as ONVIF has it: only over the
camera's own wire.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from xml.sax.saxutils import escape

from cctv_policy.secretstore import Secret

_WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity"
_SOAP = "http://www.w3.org/2003/05/soap-envelope"
_DEVICE = "http://www.onvif.org/ver10/device/wsdl"
_SCHEMA = "http://www.onvif.org/ver10/schema"
_TOKEN = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0"  # noqa: S105 - a namespace


@dataclass(frozen=True, slots=True, kw_only=True)
class Fresh:
    """What makes each digest another one: a random nonce, and the time in UTC."""

    nonce: bytes
    created: str


def get_users(user: str, secret: Secret, fresh: Fresh) -> Secret:
    """Asks who has an account: refused without the right password. Changes nothing."""
    return _envelope(user, secret, "<tds:GetUsers/>", fresh)


def set_user(user: str, secret: Secret, new: Secret, fresh: Fresh) -> Secret:
    """Sets the password of the account that asks."""
    body = (
        f"<tds:SetUser><tds:User><tt:Username>{escape(user)}</tt:Username>"
        f"<tt:Password>{escape(new.reveal())}</tt:Password>"
        "<tt:UserLevel>Administrator</tt:UserLevel></tds:User></tds:SetUser>"
    )
    return _envelope(user, secret, body, fresh)


def _envelope(user: str, secret: Secret, body: str, fresh: Fresh) -> Secret:
    text = fresh.nonce + fresh.created.encode() + secret.reveal().encode()
    digest = base64.b64encode(hashlib.sha1(text, usedforsecurity=False).digest()).decode()
    return Secret(
        f'<s:Envelope xmlns:s="{_SOAP}" xmlns:tds="{_DEVICE}" xmlns:tt="{_SCHEMA}"><s:Header>'
        f'<w:Security xmlns:w="{_WSSE}-secext-1.0.xsd" s:mustUnderstand="1"><w:UsernameToken>'
        f"<w:Username>{escape(user)}</w:Username>"
        f'<w:Password Type="{_TOKEN}#PasswordDigest">{digest}</w:Password>'
        f"<w:Nonce>{base64.b64encode(fresh.nonce).decode()}</w:Nonce>"
        f'<u:Created xmlns:u="{_WSSE}-utility-1.0.xsd">{fresh.created}</u:Created>'
        f"</w:UsernameToken></w:Security></s:Header><s:Body>{body}</s:Body></s:Envelope>"
    )
