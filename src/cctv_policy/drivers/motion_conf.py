"""The configuration files of motion and motionEye, and what one camera of them amounts to. Pure.

motion: `motion.conf`, one file for each camera, one setting a line. motionEye adds its own settings
as comments (`# @preserve_movies 14`). Passwords stay inside this module's values; see cameras.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from cctv_policy.drivers.cameras import Feed, feed_of
from cctv_policy.drivers.channels import Lane, Mode
from cctv_policy.drivers.framing import CannotTell, Reply
from cctv_policy.drivers.recordings import Take, is_footage, parse_listing
from cctv_policy.state import Why

Conf = dict[str, str]
DEFAULT_FILENAME = "%v-%Y%m%d%H%M%S"
DEFAULT_FOLDER = "/var/lib/motion"
_OUTPUTS = ("movie_filename", "picture_filename", "snapshot_filename", "timelapse_filename")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Setup:
    """The whole configuration: the main file and one for each camera that it includes."""

    main: Conf
    main_path: str
    cameras: Mapping[str, Conf]

    def of(self, path: str) -> Conf:
        """One camera's settings with the main file's below them."""
        return {**self.main, **self.cameras[path]}


def parse_files(text: str) -> dict[str, list[tuple[str, str]]]:
    """Of `grep -r . FOLDER`: path → settings in order. motionEye's own are called `@name`."""
    found: dict[str, list[tuple[str, str]]] = {}
    for line in text.splitlines():
        path, colon, setting = line.partition(":")
        if not colon or not path.endswith(".conf"):
            continue
        match = re.match(r"\s*(?:#\s*(?=@))?(@?\w+)(?:[ \t=]+(.*?))?\s*$", setting)
        settings = found.setdefault(path, [])
        if match:
            settings.append((match[1], (match[2] or "").strip("\"' ")))
    return found


def parse_setup(text: str) -> Setup:
    """The configuration that motion reads: CannotTell if it has no main file."""
    files = parse_files(text)
    main_path = next((p for p in files if p.endswith("/motion.conf")), "")
    if not main_path:
        raise CannotTell(Why.NOT_FOUND, "no motion.conf")
    base = main_path.rpartition("/")[0]
    main = dict(files[main_path])
    cameras: dict[str, Conf] = {}
    for key, value in files[main_path]:
        if key in ("camera", "thread"):
            path = value if value.startswith("/") else f"{base}/{value}"
            cameras[path] = dict(_file(files, path))
        elif key == "camera_dir":
            below = value.rstrip("/") + "/"
            for path in sorted(p for p in files if p.startswith(below)):
                cameras[path] = dict(files[path])
            if not value.startswith(base):
                raise CannotTell(Why.NOT_PERMITTED, "camera_dir lies outside of the folder we read")
    main = {k: v for k, v in main.items() if k not in ("camera", "thread")}
    return Setup(main=main, main_path=main_path, cameras=cameras or {main_path: {}})


def _file(files: Mapping[str, list[tuple[str, str]]], path: str) -> list[tuple[str, str]]:
    if path not in files:
        raise CannotTell(Why.NOT_PERMITTED, "a camera's file lies outside of the folder we read")
    return files[path]


def number_of(conf: Conf, path: str, position: int) -> str:
    """The camera's number: as set, else as in `camera-N.conf`, else its position."""
    named = re.search(r"(\d+)[^/\d]*\.conf$", path)
    return conf.get("camera_id") or conf.get("@id") or (named[1] if named else str(position))


def is_on(conf: Conf, key: str, default: str = "off") -> bool:
    """motion's booleans."""
    return conf.get(key, default).lower() in ("on", "yes", "true", "1")


def mode_of(conf: Conf) -> Mode:
    """Without any output it is off; motion writes all the time only with emulate_motion."""
    picture = conf.get("picture_output", "off").lower()
    if not is_on(conf, "movie_output", "on") and picture in ("off", "no", "false", "0"):
        return "off"
    if conf.get("@working_schedule") and is_on(conf, "@working_schedule_enabled", "on"):
        return "schedule"
    return "continuous" if is_on(conf, "emulate_motion") else "motion"


def length_of(conf: Conf) -> float | None:
    """Seconds of one file; None without limit."""
    text = conf.get("movie_max_time") or conf.get("max_movie_time") or "120"
    return float(text) if text.isdigit() and text != "0" else None


def feed_in(conf: Conf, ch: str, software: str) -> Feed | None:
    """The camera's stream; a device file (/dev/video0) is none."""
    url = conf.get("netcam_url") or conf.get("netcam_high_url") or ""
    return feed_of(ch, url, conf.get("netcam_userpass", ""), software=software)


def feeds(setup: Setup, software: str) -> list[Feed]:
    """The streams of all cameras, without looking at files."""
    confs = [(path, setup.of(path)) for path in setup.cameras]
    found = [
        feed_in(conf, number_of(conf, path, n), software)
        for n, (path, conf) in enumerate(confs, start=1)
    ]
    return [feed for feed in found if feed]


def listed(reply: Reply) -> dict[str, list[Take]]:
    """The files below each folder that was listed. CannotTell if one could not be."""
    found = {}
    for section in reply.all("files"):
        found[section.argument] = parse_listing(reply.check(section))
    if not found:
        raise reply.missing
    return found


def lanes(setup: Setup, archives: Mapping[str, Sequence[Take]], software: str) -> Iterator[Lane]:
    """A channel for each camera; cameras that share a folder are told apart by their file names.

    Footage of a shared folder that no camera claims is a channel `other`, not enabled: footage of a
    camera that is gone is footage still.
    """
    confs = [(path, setup.of(path)) for path in setup.cameras]
    numbers = [number_of(conf, path, n) for n, (path, conf) in enumerate(confs, start=1)]
    folders = [conf.get("target_dir", DEFAULT_FOLDER).rstrip("/") for _, conf in confs]
    for (_, conf), ch, folder in zip(confs, numbers, folders, strict=True):
        takes = None
        if folders.count(folder) > 1:
            pattern = re.compile(name_pattern(conf, ch))
            takes = [t for t in below(archives, folder) if pattern.match(t.path)]
        yield Lane(
            ch=ch,
            enabled=is_on(conf, "@enabled", "on"),
            mode=mode_of(conf),
            length_s=length_of(conf),
            folder=folder,
            feed=feed_in(conf, ch, software),
            configured_days=preserved_days(conf),
            takes=takes,
        )
    yield from _leftovers(confs, numbers, folders, archives)


def _leftovers(
    confs: Sequence[tuple[str, Conf]],
    numbers: Sequence[str],
    folders: Sequence[str],
    archives: Mapping[str, Sequence[Take]],
) -> Iterator[Lane]:
    for archive, takes in archives.items():
        shared = [
            re.compile(name_pattern(conf, ch))
            for (_, conf), ch, folder in zip(confs, numbers, folders, strict=True)
            if folder == archive.rstrip("/")
        ]
        own = [
            folder[len(archive.rstrip("/")) + 1 :] + "/"
            for folder in folders
            if folder.startswith(archive.rstrip("/") + "/")
        ]
        if len(shared) == 1:
            continue
        other = [
            t
            for t in takes
            if is_footage(t.path)
            and not t.path.startswith(tuple(own))
            and not any(pattern.match(t.path) for pattern in shared)
        ]
        if other:
            yield Lane(
                ch="other", enabled=False, mode=None, length_s=None, folder=archive, takes=other
            )


def below(archives: Mapping[str, Sequence[Take]], folder: str) -> list[Take]:
    """The files below a folder, with paths from there on."""
    for archive, takes in archives.items():
        base = archive.rstrip("/")
        if folder == base:
            return list(takes)
        if folder.startswith(base + "/"):
            head = folder[len(base) + 1 :] + "/"
            return [
                t._replace(path=t.path.removeprefix(head)) for t in takes if t.path.startswith(head)
            ]
    return []


def name_pattern(conf: Conf, ch: str) -> str:
    """A regular expression for the names of one camera's files (motion's conversion specifiers).

    CannotTell if neither number nor name of the camera is in the name of its movies.
    """
    movie = conf.get("movie_filename", DEFAULT_FILENAME)
    if "%t" not in movie and "%$" not in movie:
        raise CannotTell(
            Why.NOT_SUPPORTED, "cameras share a folder and their file names do not tell them apart"
        )
    names = {conf[key] for key in _OUTPUTS if conf.get(key)} | {movie}
    return "|".join(f"(?:{_pattern(name, ch, conf)})" for name in sorted(names))


_WIDTHS = {"Y": 4, "m": 2, "d": 2, "H": 2, "M": 2, "S": 2, "y": 2, "j": 3}


def _pattern(name: str, ch: str, conf: Conf) -> str:
    out = []
    for part in re.split(r"(%.)", name):
        if len(part) == 2 and part[0] == "%":
            letter = part[1]
            if letter == "t":
                out.append(f"0*{re.escape(ch)}")
            elif letter == "$":
                out.append(re.escape(conf.get("camera_name", "")))
            elif letter in _WIDTHS:
                out.append(rf"\d{{{_WIDTHS[letter]}}}")
            else:
                out.append(r"[^/]*?")
        else:
            out.append(re.escape(part))
    return "".join(out) + r"\.\w+$"


def preserved_days(conf: Conf) -> int | None:
    """motionEye's own retention (0 = for ever); None for plain motion, which has none."""
    days = conf.get("@preserve_movies", "")
    return int(days) if days.isdigit() else None
