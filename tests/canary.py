"""What every canary needs: a secret's other spellings, and a watch on all processes."""

from __future__ import annotations

import base64
import urllib.parse
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread


def forms(value: str) -> set[bytes]:
    """The value as it is, and as others write it: base64, percent, hexadecimal."""
    raw = value.encode()
    coded = base64.b64encode(raw).rstrip(b"=")
    return {
        raw, raw.hex().encode(), urllib.parse.quote(value, safe="").encode(),
        coded[: len(coded) - 2], base64.b64encode(b"admin:" + raw)[:-4],
    }  # fmt: skip


def found_in(text: bytes, secrets: Mapping[str, str]) -> list[str]:
    """Names of the secrets that are in it."""
    return [name for name, value in secrets.items() if any(form in text for form in forms(value))]


class Watch:
    """Command lines and environments of every process, here and on the recorders."""

    def __init__(self, *, pause_s: float = 0) -> None:
        self._pause_s = pause_s
        self.seen: set[bytes] = set()
        self.looks = 0
        self._stop = Event()

    def run(self) -> None:
        while not self._stop.wait(self._pause_s):
            self.looks += 1
            for place in Path("/proc").glob("[0-9]*"):  # the guests' processes are here too
                for what in ("cmdline", "environ"):
                    try:
                        self.seen.add((place / what).read_bytes())
                    except OSError:
                        continue

    @contextmanager
    def watching(self) -> Iterator[None]:
        thread = Thread(target=self.run, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._stop.set()
            thread.join(10)
