"""A small aspect that works on any Linux host: the time zone's two files. For tests of the core."""

from __future__ import annotations

from collections.abc import Iterator

from cctv_policy.drivers.framing import Reply
from cctv_policy.model import Text
from cctv_policy.push.model import AspectName, Refusal, Script, Step, Wanted
from cctv_policy.push.phrases import as_is

ZONE = "Asia/Taipei"
READ = """\
section hardening-zone cat /etc/timezone
section hardening-link readlink /etc/localtime
"""
SET = """\
ln -sfn /usr/share/zoneinfo/Asia/Taipei /etc/localtime.new
mv -T /etc/localtime.new /etc/localtime
printf 'Asia/Taipei\\n' >/etc/timezone
chmod 644 /etc/timezone
"""


class ClockAspect:
    """As kinds' hardening, but with nothing that needs systemd."""

    @property
    def name(self) -> AspectName:
        return "hardening"

    def script(self, wanted: Wanted) -> str:
        return READ

    def plan(self, reply: Reply, wanted: Wanted) -> Iterator[Step | Refusal]:
        zone = reply.text("hardening-zone").strip()
        link = reply.text("hardening-link").strip()
        if zone != ZONE or not link.endswith(f"/{ZONE}"):
            yield Step(
                id="hardening.timezone",
                aspect="hardening",
                title=Text(zh="時區", en="time zone"),
                rules=("C-clock-sync",),
                before=as_is(zone),
                after=as_is(ZONE),
                action=Script(sh=SET),
            )
