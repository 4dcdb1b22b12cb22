"""Apache's log to playbacks: each once, by whom, and nothing that opens a session."""

from __future__ import annotations

from datetime import datetime

from cctv_policy.drivers.playback import Played, played, requests

AT = datetime.strptime("27/Nov/2026:10:05:00 +0800", "%d/%b/%Y:%H:%M:%S %z").timestamp()


def line(path: str, *, second: int = 0, user: str = "", client: str = "10.1.1.9", how: str = "GET"):
    minute, second = divmod(second, 60)
    return f"27/Nov/2026:10:{5 + minute:02}:{second:02} +0800\t{client}\t{user}\t{how}\t{path}"


def told(*lines: str, logins=()):
    return played(list(requests("\n".join(lines))), logins)


def test_a_player_s_many_requests_are_one_playback() -> None:
    asked = [line("/zm/?view=event&eid=7", user="wang")]
    asked += [line("/zm/index.php?view=view_video&eid=7", second=s, user="wang") for s in (1, 200)]
    assert told(*asked) == [Played(kind="playback", at=AT, account="wang", event="7")]


def test_the_same_event_later_or_by_another_is_another_playback() -> None:
    again = told(
        line("/zm/?view=event&eid=7", user="wang"),
        line("/zm/?view=event&eid=7", second=601, user="wang"),
        line("/zm/?view=event&eid=7", second=602, user="lin"),
        line("/zm/?view=event&eid=8", second=603, user="wang"),
    )
    assert [(p.account, p.event) for p in again] == [
        ("wang", "7"), ("wang", "7"), ("lin", "7"), ("wang", "8"),
    ]  # fmt: skip


def test_an_archive_and_a_file_from_the_cache_are_exports() -> None:
    found = told(
        line("/zm/?view=archive&type=tar.gz&exportFile=zmExport_1.tar.gz", user="wang"),
        line("/zm/cache/events/1/2026-11-27/9/9-video.mp4"),
    )
    assert [(p.kind, p.account, p.event) for p in found] == [
        ("export", "wang", None), ("export", None, "9"),
    ]  # fmt: skip


def test_live_view_pictures_and_the_console_are_none() -> None:
    assert (
        told(
            line("/zm/?view=watch&mid=1"),
            line("/zm/?view=console"),
            line("/zm/?view=image&eid=7&fid=snapshot"),
            line("/zm/?view=event&eid=x"),
            line("/zm/cache/skins/classic/js/base.js"),
        )
        == []
    )


def test_without_a_session_it_is_who_logged_in_from_the_same_place() -> None:
    asked = [line("/zm/index.php", how="POST"), line("/zm/?view=event&eid=7", second=60)]
    assert told(*asked, logins=[(AT + 1, "wang")])[0].account == "wang"
    assert told(*asked, logins=[(AT + 90, "wang")])[0].account is None
    other = [*asked, line("/zm/index.php", how="POST", client="10.1.1.8")]
    assert told(*other, logins=[(AT + 1, "wang")])[0].account is None


def test_a_broken_line_is_left_out() -> None:
    assert told("x", "a\tb\tc\td\te", line("/zm/?view=event&eid=7")[:-1]) == []
