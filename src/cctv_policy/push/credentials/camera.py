"""A camera's password together with the copy that its recorder keeps. Asked from the recorder.

The camera is changed through ONVIF by the recorder's curl, for it may hang on the recorder's own
port. Its identity is the network card that answers (ARP); no secret is sent to find out.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from cctv_policy.push.credentials import onvif
from cctv_policy.push.credentials.shell import DECLINED, LOCKED, REFUSED, ask, last_words
from cctv_policy.push.session import Done, Session
from cctv_policy.rotation import Change, DeviceClosedError, Login
from cctv_policy.secretstore import Secret


@dataclass(slots=True, kw_only=True)
class OnvifCamera:
    """See rotation.Device. Every request is a connection of its own."""

    session: Session
    address: str
    port: int
    user: str
    now: Callable[[], datetime]

    @property
    def resets(self) -> bool:
        return False

    def identity(self) -> str:
        done = self._ask("camera_identity\n", {})
        if done.rc:
            raise DeviceClosedError(last_words(done))
        return done.text.strip().splitlines()[-1]

    def ready(self) -> str:
        """Always: whether it records is asked afterwards, and a change without new footage undone.

        Asked before, a recorder with a stale copy of the password could never be put right.
        """
        return ""

    def login(self, secret: Secret) -> Login:
        body = onvif.get_users(self.user, secret, self._fresh())
        done = self._ask("camera_says GetUsersResponse\n", {"body": body})
        if done.rc == 0:
            return Login.OK
        if done.rc == REFUSED:
            return Login.REFUSED
        if done.rc == LOCKED:
            return Login.LOCKED
        raise DeviceClosedError(last_words(done))

    def change(self, old: Secret | None, new: Secret) -> Change:
        if old is None:
            return Change.DECLINED
        body = onvif.set_user(self.user, old, new, self._fresh())
        done = self._ask("camera_says SetUserResponse\n", {"body": body})
        if done.rc == 0:
            return Change.ACCEPTED
        if done.rc in (REFUSED, DECLINED):
            return Change.DECLINED
        raise DeviceClosedError(last_words(done))

    def _fresh(self) -> onvif.Fresh:
        moment = self.now().astimezone(UTC)
        return onvif.Fresh(nonce=secrets.token_bytes(16), created=f"{moment:%Y-%m-%dT%H:%M:%SZ}")

    def _ask(self, body: str, values: Mapping[str, Secret]) -> Done:
        settings = {"address": self.address, "port": str(self.port)}
        return ask(self.session, settings, body, values)


@dataclass(slots=True, kw_only=True)
class StoredCopy:
    """See rotation.Dependent: the recorder's own copy of the camera's login, and its footage."""

    session: Session
    driver: str
    place: str
    address: str
    user: str

    def apply(self, secret: Secret) -> None:
        done = self._ask(f"copy_{self.driver}\ntaken\n", {"new": secret})
        if done.rc:
            raise DeviceClosedError(last_words(done))

    def verify(self) -> bool:
        """Whether new footage of the camera's channel appears within a minute."""
        done = self._ask(f"advances_{self.driver}\ntaken\n", {})
        return done.rc == 0

    def _ask(self, body: str, values: Mapping[str, Secret]) -> Done:
        settings = {"address": self.address, "account": self.user, "place": self.place}
        return ask(self.session, settings, body, values)
