"""Two steps, of which the first waits on the device until somebody lets it end. For tests."""

from __future__ import annotations

from collections.abc import Iterator

from cctv_policy.drivers.framing import Reply
from cctv_policy.model import Text
from cctv_policy.push.model import AspectName, Refusal, Script, Step, Wanted
from cctv_policy.push.phrases import as_is

PLACE = "/var/lib/cctv-test"
BEGAN, GO = "/run/cctv-test.began", "/run/cctv-test.go"
WAIT = f"""\
mkdir -p {PLACE}
touch {BEGAN}
n=0
while [ ! -e {GO} ] && [ $n -lt 300 ]; do sleep 0.1; n=$((n + 1)); done
touch {PLACE}/one
"""


class SlowAspect:
    """The files `one` and `two`."""

    @property
    def name(self) -> AspectName:
        return "hardening"

    def script(self, wanted: Wanted) -> str:
        return f"section hardening-slow find /var/lib -maxdepth 2 -path '{PLACE}/*'\n"

    def plan(self, reply: Reply, wanted: Wanted) -> Iterator[Step | Refusal]:
        there = reply.lines("hardening-slow")
        for name, text in (("one", WAIT), ("two", f"touch {PLACE}/two\n")):
            if f"{PLACE}/{name}" not in there:
                yield Step(
                    id=f"hardening.{name}",
                    aspect="hardening",
                    title=Text(zh=name, en=name),
                    rules=(),
                    before=as_is("absent"),
                    after=as_is("there"),
                    action=Script(sh=text, timeout_s=40),
                )
