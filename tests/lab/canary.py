"""Where a secret's text may be on a recorder, and a search for it in everything else.

A recorder that logs in somewhere must keep the login; `PLACES` is the whole list of where. What is
found in any other file, table, journal or process is a leak.
"""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from tests.canary import found_in

from .lab import Host

PLACES = {
    "motion's logins to its pages and cameras": r"/etc/motion/(motion|conf\.d/cam1)\.conf",
    "motionEye's logins to its cameras": r"/etc/motioneye/camera-1\.conf",
    "ZoneMinder's login to its database": r"/etc/zm/conf\.d/90-lab\.conf",
    "ZoneMinder's cameras and hash secret": r"/var/lib/mysql/(ib\w+|zm/(Monitors|Config)\.ibd)",
    "snmpd's users and communities": r"/etc/snmp/snmpd\.conf",
    "the segment recorder's cameras": r"/etc/systemd/system/cctv-record-ch1\.service",
    "the journal's files, whose entries are searched": r"/var/log/journal/\w+/[\w@.-]+\.journal",
    "one copy of each file as it was before": r"/var/lib/cctv-policy/before/etc/.*",
}
"""Why → the files, by a pattern of the whole path. The copies are for root alone."""


def on_disk(host: Host, secrets: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Path and secret, for every file that the host wrote: upper layer, disks, tmpfs."""
    inside = Path(f"/proc/{host.leader}/root")
    roots = {"": host.place / "upper"}
    roots |= {disk.path: host.root / disk.path[1:] for disk in host.layer.disks}
    roots |= {name: inside / name[1:] for name in ("/run", "/tmp", "/dev/shm")}
    for start, root in roots.items():
        for path in _files(root):
            for name in found_in(_read(path), secrets):
                yield f"{start}/{path.relative_to(root)}", name


def _files(root: Path) -> Iterator[Path]:
    for folder, _, names in os.walk(root):
        for name in names:
            path = Path(folder) / name
            if path.is_file() and not path.is_symlink() and path.stat().st_blocks:
                yield path


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""  # it went while it was looked at


def in_logs(host: Host, kind: str, secrets: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What its journal and its database say, past compression and pages.

    Not what ffmpeg says: journald puts the command line beside it, and a segment recorder's has its
    camera's login by design.
    """
    told = base64.b64decode(host.exec("journalctl -q --all -o export | base64").stdout)
    parts = {"journal": b"\n\n".join(e for e in told.split(b"\n\n") if b"\n_COMM=ffmpeg" not in e)}
    if kind == "zoneminder":
        parts["table Logs"] = host.exec("mysql -N zm -e 'SELECT * FROM Logs'").stdout.encode()
    for name, text in parts.items():
        assert text, f"nothing of {name} was told"
        for secret in found_in(text, secrets):
            yield name, secret


def leaks(found: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """What is none of the places."""
    return [
        (path, name)
        for path, name in found
        if not any(re.fullmatch(place, path) for place in PLACES.values())
    ]
