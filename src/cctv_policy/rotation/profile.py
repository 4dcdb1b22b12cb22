"""What a device can take as a password, and making one. Pure: randomness is an argument.

The default suits every recorder whose manual was read: exactly 15 characters (Hanwha takes 8 to 15,
Hikvision 8 to 16), letters and digits and one of `-_.`, no character three times in a row, no run
of three (`abc`, `321`), neither the account's name nor `admin` nor `123`. About 88 bits.
"""

from __future__ import annotations

import string
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from cctv_policy.secretstore import Secret

RandBelow = Callable[[int], int]
"""`secrets.randbelow`: a uniform number from 0 to n - 1."""

_ALNUM = string.ascii_letters + string.digits
_TRIES = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """The password rules of one kind of device."""

    length: int = 15
    symbols: str = "-_."
    forbidden: tuple[str, ...] = ("admin", "123")
    longest_run: int = 2
    """Of equal or neighbouring characters."""
    lock_count: int = 5
    """Wrong logins after which an account locks (many recorders, and the guideline: 5)."""
    settle_s: tuple[int, ...] = (5, 10, 20, 30)
    """Waits between looks at a device that applies a change late."""
    truncations: tuple[int, ...] = (8, 12)
    """Lengths to which this kind is known to cut a password without saying so."""
    folds_case: bool = False
    """Whether this kind stores lower case only: it is given nothing else then."""

    @property
    def budget(self) -> int:
        """Logins that may go wrong before a person must look: two fewer than lock it."""
        return max(1, self.lock_count - 2)


DEFAULT = Profile()


def generate(profile: Profile, account: str, randbelow: RandBelow) -> Secret:
    """A password by the profile, uniformly among all that the profile allows."""
    for _ in range(_TRIES):
        text = _candidate(profile, randbelow)
        if not faults(profile, account, text):
            return Secret(text)
    raise ValueError("the profile allows hardly any password")


def faults(profile: Profile, account: str, text: str) -> tuple[str, ...]:
    """Why `text` is no password by the profile; codes without the text."""
    low = text.lower()
    words = [w for w in (*profile.forbidden, account.lower()) if len(w) > 1]
    checks = {
        "length": len(text) != profile.length,
        "character": any(c not in _ALNUM + profile.symbols for c in text),
        "symbol": bool(profile.symbols) and not any(c in profile.symbols for c in text),
        "lower": not any(c.islower() for c in text),
        "upper": profile.folds_case == any(c.isupper() for c in text),
        "digit": not any(c.isdigit() for c in text),
        "edge": text[:1] in profile.symbols or text[-1:] in profile.symbols,
        "word": any(word in low for word in words),
        "run": _longest_run(low) > profile.longest_run,
    }
    return tuple(code for code, wrong in checks.items() if wrong)


def variants(profile: Profile, secret: Secret) -> tuple[Secret, ...]:
    """What devices of this kind may have made of `secret` without saying so, likeliest first."""
    text = secret.reveal()
    made = [text.lower()] if profile.folds_case and text != text.lower() else []
    made += [text[:cut] for cut in sorted(profile.truncations, reverse=True) if cut < len(text)]
    return tuple(Secret(value) for value in made)


def _candidate(profile: Profile, randbelow: RandBelow) -> str:
    """One symbol, not at an end (shells and forms trip over those), the rest letters and digits."""
    chars = [_ALNUM[randbelow(len(_ALNUM))] for _ in range(profile.length)]
    if profile.symbols:
        place = 1 + randbelow(profile.length - 2)
        chars[place] = profile.symbols[randbelow(len(profile.symbols))]
    text = "".join(chars)
    return text.lower() if profile.folds_case else text


def _longest_run(text: str) -> int:
    """The longest stretch of equal, rising or falling neighbours."""
    longest, current, last = 1, 1, None
    for one, other in pairwise(text):
        step = ord(other) - ord(one)
        if step in (-1, 0, 1) and one.isalnum() and other.isalnum():
            current = current + 1 if step == last else 2
            last = step
        else:
            current, last = 1, None
        longest = max(longest, current)
    return longest
