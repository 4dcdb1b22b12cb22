"""The simplest recorder: one ffmpeg unit per camera, systemd-tmpfiles deletes."""

from __future__ import annotations

from datetime import datetime, timedelta

from ..archive import PIECE_BYTES
from ..layer import Dir, Disk, File, Item, Layer, unit
from .common import Recorder

PLACE = "/srv/recordings"
OWNER = "rec:rec"

UNIT = """\
[Unit]
Description=Record camera {channel}
After=network.target

[Service]
User=rec
Group=rec
ExecStart=/usr/bin/ffmpeg -nostdin -loglevel warning -rtsp_transport tcp -timeout 5000000 \
-i {url} -c copy -f segment -segment_time 20 -segment_atclocktime 1 -reset_timestamps 1 \
-strftime 1 {place}/ch{channel}/%%Y%%m%%d-%%H%%M%%S.mp4
Restart=always
RestartSec=2

[Install]
WantedBy=multi-user.target
"""


def layer(recorder: Recorder, now: datetime) -> Layer:
    """Units, folders and archive of every channel. There is no admin page."""
    items: list[Item] = []
    for channel, stream in enumerate(recorder.streams, start=1):
        text = UNIT.format(channel=channel, url=stream.url_with_login, place=PLACE)
        items.append(Dir(path=f"{PLACE}/ch{channel}", mode=0o2750, owner=OWNER))
        items += unit(f"cctv-record-ch{channel}.service", text)
        items += footage(recorder, channel, now)
    items += retention(recorder)
    return Layer(items=tuple(items), disks=(Disk(path=PLACE, full=recorder.disk_full),))


def retention(recorder: Recorder) -> tuple[Item, ...]:
    """``m:``, because with the default ages nothing is ever deleted (ctime)."""
    if recorder.retention_days is None:
        return ()
    text = "".join(
        f"d {PLACE}/ch{channel} 2750 rec rec m:{recorder.retention_days}d\n"
        for channel in range(1, len(recorder.streams) + 1)
    )
    return (File(path="/etc/tmpfiles.d/cctv-retention.conf", content=text),)


def footage(recorder: Recorder, channel: int, now: datetime) -> tuple[Item, ...]:
    """The channel's archive: names by the device's clock, file times by the true one."""
    skew = timedelta(seconds=recorder.clock_offset_s)
    return tuple(
        File(
            path=f"{PLACE}/ch{channel}/{start + skew:%Y%m%d-%H%M%S}.mp4",
            size=PIECE_BYTES,
            mtime=end.timestamp(),
            owner=OWNER,
        )
        for start, end in recorder.archive.pieces(channel, now)
    )
