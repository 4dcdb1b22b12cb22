"""motionEye from PyPI (in the image under /opt/motioneye), over Debian's motion."""

from __future__ import annotations

from datetime import datetime, timedelta

from ..archive import PIECE_BYTES
from ..lab import tool
from ..layer import Dir, Disk, File, Item, Layer, unit
from .common import Recorder

PLACE = "/var/lib/motioneye"
OWNER = "motion:motion"
HASH = "import sys,argon2; print(argon2.PasswordHasher().hash(sys.stdin.read()))"

UNIT = """\
[Unit]
Description=motionEye Server
After=network.target local-fs.target

[Service]
User=motion
RuntimeDirectory=motioneye
LogsDirectory=motioneye
Environment=PYTHONPATH=/opt/motioneye
ExecStart=/usr/bin/python3 /opt/motioneye/bin/meyectl startserver -c /etc/motioneye/motioneye.conf
Restart=on-abort

[Install]
WantedBy=multi-user.target
"""


def layer(recorder: Recorder, now: datetime) -> Layer:
    """Server, two cameras, archive; the page listens on localhost, the admin has a password."""
    items: list[Item] = [
        Dir(path="/etc/motioneye", owner=OWNER),
        Dir(path=PLACE, owner=OWNER),
        File(path="/etc/motioneye/motioneye.conf", content=server(recorder), owner=OWNER),
        File(path="/etc/motioneye/motion.conf", content=main(recorder), mode=0o600, owner=OWNER),
    ]
    for channel in range(1, len(recorder.streams) + 1):
        items.append(Dir(path=f"{PLACE}/Camera{channel}", owner=OWNER))
        items.append(camera(recorder, channel))
        items += footage(recorder, channel, now)
    items += unit("motioneye.service", UNIT)
    return Layer(items=tuple(items), disks=(Disk(path=PLACE, full=recorder.disk_full),))


def server(recorder: Recorder) -> str:
    """motioneye.conf."""
    listen = "0.0.0.0" if recorder.admin_on_lan else "127.0.0.1"
    return (
        "conf_path /etc/motioneye\nrun_path /run/motioneye\nlog_path /var/log/motioneye\n"
        f"media_path {PLACE}\nlog_level info\nlisten {listen}\nport 8765\n"
        "motion_control_localhost true\nmotion_control_port 7999\n"
        "motion_check_interval 10\ncleanup_interval 43200\nadd_remove_cameras true\n"
    )


def main(recorder: Recorder) -> str:
    """motion.conf with motionEye's accounts; without ``auth`` both passwords stay empty."""
    admin = hashed(recorder.secrets.admin_password) if recorder.auth else ""
    viewer = hashed(recorder.secrets.database) if recorder.auth else ""
    lines = [
        "# @enabled on",
        f"# @admin_username {recorder.secrets.admin_user}",
        f"# @admin_password {admin}",
        "# @normal_username user",
        f"# @normal_password {viewer}",
        "# @lang en",
        "", "setup_mode off", "webcontrol_port 7999", "webcontrol_interface 1",
        "webcontrol_localhost on", "webcontrol_parms 2", "",
        *(f"camera camera-{n}.conf" for n in range(1, len(recorder.streams) + 1)),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def hashed(password: str) -> str:
    """argon2, made by the library that motionEye itself uses."""
    python = ("env", "PYTHONPATH=/opt/motioneye", "python3", "-c", HASH)
    return tool(*python, stdin=password).strip()


def camera(recorder: Recorder, channel: int) -> File:
    """camera-N.conf: continuous movies, copied as the camera sends them."""
    stream = recorder.streams[channel - 1]
    keep = recorder.retention_days or 0  # 0 = for ever, as shipped
    lines = [
        f"# @id {channel}", "# @enabled on", "# @storage_device custom-path",
        "# @motion_detection on", f"# @preserve_movies {keep}", "# @preserve_pictures 0", "",
        f"camera_name Camera{channel}", f"camera_id {channel}",
        f"netcam_url {stream.url}", f"netcam_userpass {stream.user}:{stream.password}",
        "netcam_params rtsp_transport=tcp,capture_rate=5",
        "width 640", "height 360", "framerate 5",
        f"target_dir {PLACE}/Camera{channel}", "movie_filename %Y-%m-%d/%H-%M-%S",
        "movie_output on", "movie_passthrough on", "movie_codec mp4", "movie_max_time 20",
        "emulate_motion on", "event_gap 30", "picture_output off",
        f"stream_port {9080 + channel}", "stream_localhost on", "stream_auth_method 0",
    ]  # fmt: skip
    path = f"/etc/motioneye/camera-{channel}.conf"
    return File(path=path, content="\n".join(lines) + "\n", mode=0o600, owner=OWNER)


def footage(recorder: Recorder, channel: int, now: datetime) -> tuple[Item, ...]:
    """The channel's archive under motionEye's names, with their folders."""
    skew = timedelta(seconds=recorder.clock_offset_s)
    pieces = [(start + skew, end) for start, end in recorder.archive.pieces(channel, now)]
    place = f"{PLACE}/Camera{channel}"
    folders = tuple(
        Dir(path=f"{place}/{day}", owner=OWNER)
        for day in sorted({f"{start:%Y-%m-%d}" for start, _ in pieces})
    )
    return folders + tuple(
        File(
            path=f"{place}/{start:%Y-%m-%d/%H-%M-%S}.mp4",
            size=PIECE_BYTES,
            mtime=end.timestamp(),
            owner=OWNER,
        )
        for start, end in pieces
    )
