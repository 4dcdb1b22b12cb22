"""motion from Debian, continuous recording without re-encoding."""

from __future__ import annotations

from datetime import datetime, timedelta

from ..archive import PIECE_BYTES
from ..layer import Dir, Disk, File, Item, Layer, enable
from .common import Recorder

PLACE = "/var/lib/motion"
MAIN = "/etc/motion/motion.conf"


def layer(recorder: Recorder, now: datetime) -> Layer:
    """Configuration, archive and the unit; admin pages on localhost with digest login."""
    items = (
        File(path=MAIN, content=main(recorder), mode=0o640, owner="root:motion"),
        *cameras(recorder),
        *log_folder(recorder),
        Dir(path=PLACE, mode=0o2750, owner="motion:motion"),
        *retention(recorder),
        *footage(recorder, now),
        *enable("motion.service"),
    )
    return Layer(items=items, disks=(Disk(path=PLACE, full=recorder.disk_full),))


def log_folder(recorder: Recorder) -> tuple[Item, ...]:
    """Debian leaves this folder out, and motion then ends at once without a word."""
    if not recorder.log_folder:
        return ()
    return (Dir(path="/var/log/motion", mode=0o2750, owner="motion:adm"),)


def main(recorder: Recorder) -> str:
    """motion.conf."""
    local = "off" if recorder.admin_on_lan else "on"
    login = f"{recorder.secrets.admin_user}:{recorder.secrets.admin_password}"
    method = "2" if recorder.auth else "0"
    lines = [
        "daemon off", "log_file /var/log/motion/motion.log", "log_level 6",
        f"target_dir {PLACE}", "emulate_motion on", "picture_output off",
        "movie_output on", "movie_passthrough on", "movie_codec mp4", "movie_max_time 20",
        "movie_filename %Y%m%d/%t-%v-%Y%m%d%H%M%S",
        "webcontrol_port 8080", f"webcontrol_localhost {local}", "webcontrol_parms 2",
        f"webcontrol_auth_method {method}",
        "stream_port 8081", f"stream_localhost {local}", f"stream_auth_method {method}",
        "camera_dir /etc/motion/conf.d",
    ]  # fmt: skip
    if recorder.auth:
        lines += [f"webcontrol_authentication {login}", f"stream_authentication {login}"]
    return "\n".join(lines) + "\n"


def cameras(recorder: Recorder) -> tuple[Item, ...]:
    """One file per channel."""
    return tuple(
        File(
            path=f"/etc/motion/conf.d/cam{channel}.conf",
            mode=0o640,
            owner="root:motion",
            content=f"camera_name cam{channel}\ncamera_id {channel}\nnetcam_url {stream.url}\n"
            f"netcam_userpass {stream.user}:{stream.password}\n"
            "netcam_params rtsp_transport=tcp,capture_rate=5\n"
            "width 640\nheight 360\nframerate 5\n",
        )
        for channel, stream in enumerate(recorder.streams, start=1)
    )


def retention(recorder: Recorder) -> tuple[Item, ...]:
    """motion deletes nothing itself; ``m:`` because ctime would keep every file."""
    if recorder.retention_days is None:
        return ()
    text = f"d {PLACE} 2750 motion motion m:{recorder.retention_days}d\n"
    return (File(path="/etc/tmpfiles.d/cctv-retention.conf", content=text),)


def footage(recorder: Recorder, now: datetime) -> tuple[Item, ...]:
    """The archive under motion's names: by the device's clock, file times by the true one."""
    skew = timedelta(seconds=recorder.clock_offset_s)
    pieces = [
        (channel, start + skew, end)
        for channel in range(1, len(recorder.streams) + 1)
        for start, end in recorder.archive.pieces(channel, now)
    ]
    folders = tuple(
        Dir(path=f"{PLACE}/{day}", owner="motion:motion")
        for day in sorted({f"{start:%Y%m%d}" for _, start, _ in pieces})
    )
    return folders + tuple(
        File(
            path=f"{PLACE}/{start:%Y%m%d}/{channel}-01-{start:%Y%m%d%H%M%S}.mp4",
            size=PIECE_BYTES,
            mtime=end.timestamp(),
            owner="motion:motion",
        )
        for channel, start, end in pieces
    )
