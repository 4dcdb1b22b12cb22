"""ffmpeg writing segments: its services run, now and at every boot. It has no page to close."""

from __future__ import annotations

from collections.abc import Iterator

from cctv_policy.drivers.channels import Lane
from cctv_policy.drivers.framing import Reply
from cctv_policy.drivers.recordings import parse_listing
from cctv_policy.drivers.segment import ARCHIVE, Service, services
from cctv_policy.model import Text
from cctv_policy.push.kinds import tmpfiles
from cctv_policy.push.kinds.scripts import piece, quote
from cctv_policy.push.kinds.shelves import stock
from cctv_policy.push.kinds.steps import RECORDS, RUNNING, Outcome, Recording, Watched, harden
from cctv_policy.push.model import Refusal, Step, Wanted
from cctv_policy.push.phrases import as_is, row


def snapshot(wanted: Wanted) -> str:
    """Shell text: the services without the cameras' logins; the folder of the recordings."""
    archive = wanted.recorder.settings.get("archive", ARCHIVE)
    return f"{piece('segment')}folders={quote(archive)}\n"


def recording(reply: Reply) -> Recording:
    """Its services, and the folder of each."""
    return _recording(services(reply))


def _recording(found: list[Service]) -> Recording:
    return Recording(
        units=tuple(s.name for s in found),
        channels=tuple(Watched(ch=s.ch, folder=s.folder) for s in found),
        length_s=max((s.length_s for s in found if s.length_s), default=None),
    )


def repair(reply: Reply, _: Wanted) -> Iterator[Outcome]:
    """Every service runs and starts at boot; one that tries again and again is left to a person."""
    found = services(reply)
    off = [s for s in found if not s.enabled]
    if not off:
        return
    yield harden(
        "recording",
        Text(zh="啟用錄影服務", en="Keep the recording services on"),
        [RUNNING],
        before=row(as_is(f"{s.name} {'active' if s.active else 'inactive'}/disabled") for s in off),
        after=RECORDS,
        action=_recording(off).change(*(f"unit_on {quote(s.name)}\n" for s in off)),
    )


def retain(reply: Reply, wanted: Wanted) -> Iterator[Step | Refusal]:
    """systemd-tmpfiles deletes, each channel's folder by itself."""
    ours = services(reply)
    (archive,) = reply.all("files")
    takes = {archive.argument: parse_listing(reply.check(archive))}
    lanes = [
        Lane(ch=s.ch, enabled=True, mode="continuous", length_s=s.length_s, folder=s.folder)
        for s in ours
    ]
    yield from tmpfiles.plan(reply, wanted, stock(reply, lanes, takes), {})
