"""The part of ONVIF that the lab's camera speaks: who it is, its users, and a new password.

Device service, SOAP 1.2 with a WS-Security UsernameToken (digest), as ONVIF Core 5.9.4 has it. The
answers to wrong logins count: after five the account is locked for 30 seconds, like many cameras.
Recorders that still try the old password over RTSP do not count here.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import re
import time
from pathlib import Path
from typing import Any

LOCK_AFTER, LOCK_S = 5, 30
SERIAL = "LABCAM"


class Onvif:
    """`access` is what the RTSP side looks at; a new password goes to `stored` first."""

    def __init__(self, access: Any, stored: Path) -> None:
        self.access, self.stored = access, stored
        self.wrong, self.locked_until = 0, 0.0

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request a connection."""
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            size = int(re.search(r"(?i)content-length: *(\d+)", head)[1])  # type: ignore[index]
            body = (await reader.readexactly(size)).decode()
            status, answer = self.answer(body)
            text = f"<Envelope><Body>{answer}</Body></Envelope>"
            writer.write(
                f"HTTP/1.1 {status}\r\nContent-Type: application/soap+xml\r\n"
                f"Content-Length: {len(text)}\r\nConnection: close\r\n\r\n{text}".encode()
            )
            await writer.drain()
        except (OSError, ValueError, TypeError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    def answer(self, body: str) -> tuple[str, str]:
        if "GetSystemDateAndTime" in body:
            return "200 OK", "<GetSystemDateAndTimeResponse/>"
        if time.monotonic() < self.locked_until:
            return "400 Bad Request", "<Fault><Value>ter:AccountLocked</Value></Fault>"
        if not self.opens(body):
            self.wrong += 1
            if self.wrong >= LOCK_AFTER:
                self.wrong, self.locked_until = 0, time.monotonic() + LOCK_S
            return "400 Bad Request", "<Fault><Value>ter:NotAuthorized</Value></Fault>"
        self.wrong = 0
        if "GetUsers" in body:
            return (
                "200 OK",
                f"<GetUsersResponse><Username>{self.access.user}</Username></GetUsersResponse>",
            )
        if match := re.search(r"<[^>]*SetUser[ >].*?<[^>]*Password[^>]*>([^<]*)</", body, re.S):
            new = match[1].replace("&lt;", "<").replace("&amp;", "&")
            if not 8 <= len(new) <= 15:
                return "400 Bad Request", "<Fault><Value>ter:PasswordTooLong</Value></Fault>"
            self.stored.write_text(new + "\n")
            self.access.password = new
            for session in list(self.access.sessions):
                session.close()
            return "200 OK", "<SetUserResponse/>"
        return "400 Bad Request", "<Fault><Value>ter:ActionNotSupported</Value></Fault>"

    def opens(self, body: str) -> bool:
        """UsernameToken: Base64(SHA1(nonce + created + password))."""
        found = {
            name: (re.search(rf"<[^>]*{name}\b[^>]*>([^<]*)</", head) or [None, ""])[1]
            for head in [body.partition("Body>")[0]]
            for name in ("Username", "Password", "Nonce", "Created")
        }
        nonce = base64.b64decode(found["Nonce"] or "")
        text = nonce + (found["Created"] or "").encode() + self.access.password.encode()
        wanted = base64.b64encode(hashlib.sha1(text, usedforsecurity=False).digest()).decode()
        return found["Username"] == self.access.user and hmac.compare_digest(
            wanted, found["Password"] or ""
        )
