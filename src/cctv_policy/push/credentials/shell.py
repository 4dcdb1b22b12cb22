"""An account of a recorder as the rotation machine sees it (rotation.Device): scripts as root."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cctv_policy.drivers.framing import CannotTell
from cctv_policy.push.credentials.realms import Realm
from cctv_policy.push.kinds.scripts import change, piece, quote
from cctv_policy.push.session import Done, Session
from cctv_policy.rotation import Change, DeviceClosedError, Login, WrongDeviceError
from cctv_policy.secretstore import Secret
from cctv_policy.state import Why

REFUSED, LOCKED, DECLINED = 10, 11, 12
"""Exit codes of credentials.sh."""
TIMEOUT_S = 120


def ask(
    session: Session,
    settings: Mapping[str, str],
    body: str,
    values: Mapping[str, Secret] | None = None,
) -> Done:
    """Run `body` on top of the library. DeviceClosedError or WrongDeviceError."""
    known = "".join(f"{name}={quote(value)}\n" for name, value in settings.items())
    script = change(piece("credentials"), known, body, timeout_s=TIMEOUT_S)
    try:
        return session.run(script, values)
    except CannotTell as problem:
        kind = WrongDeviceError if problem.why is Why.HOST_KEY_CHANGED else DeviceClosedError
        raise kind(f"{problem.why.value} {problem.detail}".strip()) from None


@dataclass(slots=True, kw_only=True)
class ShellAccount:
    """See rotation.Device. Each login is a new session on the recorder itself."""

    session: Session
    realm: Realm
    account: str
    place: str
    """Folder of the configuration, or what else the shell needs to find the account."""
    more: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Secret] = field(default_factory=dict)
    """Further secrets by shell variable."""

    @property
    def resets(self) -> bool:
        return True

    def identity(self) -> str:
        """The machine's own id; the host key was compared by the connection."""
        done = ask(self.session, {}, "cat /etc/machine-id\ntaken\n")
        found = done.text.strip()
        if done.rc or not found:
            raise DeviceClosedError("主機沒有 /etc/machine-id (the machine has no /etc/machine-id)")
        return found.splitlines()[-1]

    def ready(self) -> str:
        """Always: the push account, which logs in with a key, is the second administrator."""
        return ""

    def login(self, secret: Secret) -> Login:
        done = self._run("login", {"secret": secret})
        if done.rc == 0:
            return Login.OK
        if done.rc == REFUSED:
            return Login.REFUSED
        if done.rc == LOCKED:
            return Login.LOCKED
        raise DeviceClosedError(last_words(done))

    def change(self, old: Secret | None, new: Secret) -> Change:  # noqa: ARG002 - root needs none
        done = self._run("set", {"new": new, **self.realm.digests(new)})
        if done.rc == 0:
            return Change.ACCEPTED
        if done.rc == DECLINED:
            return Change.DECLINED
        raise DeviceClosedError(last_words(done))

    def _run(self, verb: str, values: Mapping[str, Secret]) -> Done:
        settings = {
            "realm": self.realm.name,
            "account": self.account,
            "place": self.place,
            **self.more,
        }
        body = f"{verb}_{self.realm.name}\ntaken\n"
        return ask(self.session, settings, body, {**self.values, **values})


def mark(session: Session, settings: Mapping[str, str], day: str) -> None:
    """Leave on the recorder that an account was rotated (aspect.py reads it)."""
    done = ask(session, settings, f"mark_rotated {quote(day)}\n")
    if done.rc:
        raise DeviceClosedError(last_words(done))


def last_words(done: Done) -> str:
    """What a script said at its end, without the line of its undoing."""
    told = (line for line in done.text.splitlines() if line.strip())
    lines = [line for line in told if line != "put back as it was"]
    return lines[-1][-200:] if lines else f"exit code {done.rc}"
