"""motionEye: its page and motion's streams below it answer this machine alone; days per camera.

motionEye deletes by itself and knows no hold: held files are made immutable. Passwords are the
affair of credentials.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from cctv_policy.drivers.framing import Reply
from cctv_policy.drivers.linux import device_zone
from cctv_policy.drivers.motion_conf import is_on, lanes, listed, parse_files
from cctv_policy.model import Text
from cctv_policy.push.kinds import motion, tmpfiles
from cctv_policy.push.kinds.scripts import feed, piece, quote
from cctv_policy.push.kinds.shelves import Stock, shelf, smallest, stock
from cctv_policy.push.kinds.steps import (
    RECORDS,
    RUNNING,
    TRANSPORT,
    Outcome,
    Recording,
    harden,
    runs,
    state,
    states,
)
from cctv_policy.push.kinds.window import decide
from cctv_policy.push.model import Refusal, Script, Step, Wanted
from cctv_policy.push.phrases import row

UNIT = "motioneye.service"
PORT = "8765"
HELD = "/var/lib/cctv-policy/held"


def snapshot(wanted: Wanted) -> str:
    """Shell text: the configuration without logins; the folders of the cameras."""
    place = wanted.recorder.settings.get("config", "/etc/motioneye")
    return f"set_config={quote(place)}\n{piece('motion')}"


def recording(reply: Reply) -> Recording:
    """motionEye's service starts motion; each camera has a folder of its own."""
    conf = motion.setup(reply)
    return Recording(
        units=(UNIT,),
        channels=tuple(motion.watched(conf, "motionEye")),
        length_s=motion.longest(conf),
    )


def repair(reply: Reply, _: Wanted) -> Iterator[Outcome]:
    """Enabled and running."""
    unit = states(reply).get(UNIT, {})
    if runs(unit):
        return
    yield harden(
        "recording",
        Text(zh="啟用錄影服務", en="Keep the recording service on"),
        [RUNNING],
        before=state(UNIT, unit),
        after=RECORDS,
        action=recording(reply).change(f"unit_on {UNIT}\n"),
    )


def close(reply: Reply, wanted: Wanted) -> Iterator[Outcome]:
    """The page and every stream answer this machine alone; declared ports stay, and it is said."""
    conf, declared = motion.setup(reply), {str(p) for p in wanted.recorder.declared_ports}
    base = conf.main_path.rpartition("/")[0]
    files = parse_files(reply.text("config"))
    server = dict(files.get(f"{base}/motioneye.conf", []))
    port, listen = server.get("port", PORT), server.get("listen", "0.0.0.0")  # noqa: S104
    open_page = not (listen.startswith("127.") or listen == "::1")
    edits, kept = [], []
    before: list[Text] = []
    after: list[Text] = []
    if open_page and port in declared:
        kept.append(port)
    elif open_page:
        edits.append(feed(f"set_key {quote(f'{base}/motioneye.conf')} listen", "127.0.0.1"))
        before.append(Text(zh=f"網頁 {port}：{listen}", en=f"page {port}: listens on {listen}"))
        after.append(Text(zh=f"網頁 {port}：僅本機", en=f"page {port}: this machine"))
    for path in conf.cameras:
        own = conf.of(path)
        stream = own.get("stream_port", "0")
        if stream in ("", "0") or is_on(own, "stream_localhost", "on"):
            continue
        if stream in declared:
            kept.append(stream)
            continue
        edits.append(feed(f"set_key {quote(path)} stream_localhost", "on"))
        before.append(Text(zh=f"串流 {stream}：所有位址", en=f"stream {stream}: every address"))
        after.append(Text(zh=f"串流 {stream}：僅本機", en=f"stream {stream}: this machine"))
    yield from motion.said_of_declared(kept)
    if edits:
        yield harden(
            "web",
            Text(zh="網頁與串流只接受本機連線", en="Pages answer this machine alone"),
            [TRANSPORT],
            before=row(before),
            after=row(after),
            action=recording(reply).change(*edits, f"restart {UNIT}\n"),
        )


def retain(reply: Reply, wanted: Wanted) -> Iterator[Step | Refusal]:
    """Holds first; then the days of each camera, all in one step, for each restart is a gap."""
    conf, archives = motion.setup(reply), listed(reply)
    found = stock(reply, list(lanes(conf, {}, "motionEye")), archives)
    yield from _holds(reply, wanted, found)
    edits: list[str] = []
    before: list[Text] = []
    after: list[Text] = []
    destroys: list[Text] = []
    for lane, path in zip(found.lanes, conf.cameras, strict=False):
        own = conf.of(path)
        one = shelf(
            reply,
            found,
            [lane],
            wanted,
            where=f"Camera{lane.ch}",
            current=lane.configured_days or 0,
        )
        if one is None:
            continue
        decision = decide(
            one,
            now=found.now,
            room=smallest(found, one.wanted),
            allow_shorter=wanted.allow_shorter,
            zone=device_zone(reply),
        )
        yield from decision.refusals
        days = decision.days
        if days and days != one.current:
            edits += _days(path, own.get("picture_output", "off"), days)
            before.append(_keeps(lane.ch, one.current))
            after.append(_keeps(lane.ch, days))
            destroys += decision.destroys
            edits.append(f"printf '%s %s\\n' {days} {quote(lane.folder)} >>\"$work/clean\"\n")
    if edits:
        yield Step(
            id="retention.window",
            aspect="retention",
            title=Text(zh="設定保存天數", en="Set how long footage is kept"),
            rules=(tmpfiles.MIN, tmpfiles.CAPACITY, tmpfiles.MAX),
            before=row(before),
            after=row(after),
            action=_with_time(
                recording(reply), _guard(wanted), *edits, f"restart {UNIT}\n", "cleaned\n"
            ),
            destroys=tuple(destroys),
        )


def _keeps(ch: str, days: int) -> Text:
    return Text(
        zh=f"攝影機 {ch} 保存 {days} 日" if days else f"攝影機 {ch} 永久保存",
        en=f"camera {ch} keeps {f'{days} days' if days else 'for ever'}",
    )


def _days(path: str, pictures: str, days: int) -> list[str]:
    keys = ["# @preserve_movies"]
    if pictures.lower() not in ("off", "no", "false", "0", ""):
        keys.append("# @preserve_pictures")
    return [feed(f"set_key {quote(path)} {quote(key)}", str(days)) for key in keys]


def _with_time(how: Recording, *parts: str) -> Script:
    """motionEye cleans a minute after it starts."""
    script = how.change(*parts)
    return replace(script, timeout_s=script.timeout_s + 120)


def _guard(wanted: Wanted) -> str:
    """A window is not set while a hold is not protected."""
    return tmpfiles.guard(wanted, HELD)


def _holds(reply: Reply, wanted: Wanted, found: Stock) -> Iterator[Step]:
    """As for systemd-tmpfiles, and every file immutable."""
    yield from tmpfiles.holds(reply, wanted, found, {}, place=HELD, freeze=True)
