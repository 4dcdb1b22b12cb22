"""Who plays footage on a real ZoneMinder is told, kept, and never by a token."""

from __future__ import annotations

import json
import re
import ssl
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

import pytest

from cctv_policy import trail
from cctv_policy.drivers import DRIVERS
from cctv_policy.drivers.base import Reading
from cctv_policy.state import StateDocument

from .archive import TAIPEI
from .lab import LAN, Host, ssh_key
from .netcfg import Nic
from .roles import layer
from .roles.common import AUDIT, PUSH, Recorder, Stream
from .test_drivers_lab import context, nvr, value

pytestmark = pytest.mark.lab
NAME = "zm-play"
EVENT = "3"


@pytest.fixture(scope="module")
def recorder(lab: None) -> Iterator[tuple[Recorder, Host]]:
    """One ZoneMinder with its archive; its camera is away."""
    ssh_key(AUDIT), ssh_key(PUSH)
    nic = Nic(switch="lan", address="10.77.9.210/16", gateway=LAN.controller)
    made = Recorder(
        name=NAME,
        kind="zoneminder",
        nics=(nic,),
        streams=(Stream(address="10.77.50.250", path="ch1", password="away"),),
    )
    host = made.host(layer(made, datetime.now(TAIPEI)))
    host.start()
    host.ready()
    host.wait_for("systemctl is-active apache2 zoneminder", timeout=120)
    yield made, host
    host.stop()


class Browser:
    """A person with a web browser."""

    def __init__(self, host: Host) -> None:
        self.cookies = CookieJar()
        tls = ssl.create_default_context()
        tls.check_hostname, tls.verify_mode = False, ssl.CERT_NONE
        self.opener = urllib.request.build_opener(
            urllib.request.HTTPSHandler(context=tls),
            urllib.request.HTTPCookieProcessor(self.cookies),
        )
        self.base = f"https://{host.address}"

    def get(self, path: str, **fields: str) -> tuple[int, str]:
        data = urllib.parse.urlencode(fields).encode() if fields else None
        try:
            with self.opener.open(self.base + path, data, timeout=30) as answer:
                return answer.status, answer.read(200_000).decode("utf-8", "replace")
        except urllib.error.HTTPError as error:
            return error.code, error.read(200_000).decode("utf-8", "replace")

    def login(self, user: str, password: str) -> None:
        _, page = self.get("/zm/index.php?view=login")
        csrf = re.search(r"__csrf_magic[^>]*value=\"([^\"]+)\"", page)
        fields = {"__csrf_magic": csrf[1]} if csrf else {}
        self.get(
            "/zm/index.php", action="login", view="console", username=user, password=password,
            **fields,
        )  # fmt: skip

    @property
    def session(self) -> str:
        return next(c.value or "" for c in self.cookies if c.name == "ZMSESSID")


def acts(reading: Reading) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = value(reading, NAME, "events")
    return [e for e in found if e["type"] in ("playback", "export")]


def test_a_playback_through_the_web_page_is_told_with_its_account_and_footage(
    recorder: tuple[Recorder, Host], tmp_path: Path
) -> None:
    made, host = recorder
    stranger, clerk = Browser(host), Browser(host)
    stranger.get(f"/zm/index.php?view=event&eid={EVENT}")
    clerk.login("admin", made.secrets.admin_password)
    before = time.time()
    status, page = clerk.get(f"/zm/index.php?view=event&eid={EVENT}")
    assert status == 200 and f"eid={EVENT}" in page
    clerk.get(f"/zm/index.php?view=view_video&eid={EVENT}")
    clerk.get("/zm/index.php?view=archive&type=tar.gz&eid=4")
    reading = DRIVERS["zoneminder"].read(nvr(made, host), context())
    told = acts(reading)
    assert [(e["type"], e["account"], e["ch"]) for e in told] == [
        ("playback", "admin", "1"),
        ("export", "admin", "1"),
    ]
    playback = told[0]
    assert abs(datetime.fromisoformat(playback["at"]).timestamp() - before) < 30
    sql = f"select StartDateTime from zm.Events where Id={EVENT}"  # noqa: S608 - our own number
    row = host.exec(f"mysql -N -e '{sql}'").stdout.strip()
    assert playback["start"].replace("T", " ").startswith(row)
    log = value(reading, NAME, "log")
    assert log["covers_from"] <= playback["at"] <= log["covers_to"]
    text = json.dumps([[o.fact, o.value] for o in reading.observations])
    assert clerk.session not in text
    assert "10.77.0.1" not in json.dumps(told)
    kept(reading, tmp_path, clerk.session)


def kept(reading: Reading, folder: Path, session: str) -> None:
    """Two collections leave one line of each event, and no token."""
    document = StateDocument(
        target=NAME, site="school", driver="zoneminder", run_id="1", started_at="",
        collected_at=reading.observations[0].at, tool_version="", doors=reading.doors,
        observations=reading.observations,
    )  # fmt: skip
    (folder / "school").mkdir()
    trail.append(document, folder)
    trail.append(replace(document, run_id="2"), folder)
    text = (folder / "school" / f"{NAME}.trail.jsonl").read_text()
    assert session not in text
    lines = [json.loads(line) for line in text.splitlines()]
    assert len([x for x in lines if "event" in x]) == len(acts(reading))
    found = trail.read(folder, [document])[NAME]
    assert found.acts[0].kind == "playback" and len(found.covers) == 1


def test_without_the_right_to_read_the_log_nothing_is_claimed(
    recorder: tuple[Recorder, Host],
) -> None:
    made, host = recorder
    path = f"/etc/sudoers.d/{AUDIT}"
    host.exec(f"cp {path} /root/sudoers && sed -i '/zcat/d' {path}")
    try:
        reading = DRIVERS["zoneminder"].read(nvr(made, host), context())
    finally:
        host.exec(f"cp /root/sudoers {path}")
    told = {o.fact: o for o in reading.observations if o.device == NAME}
    assert told["events"].unknown is not None and told["log"].unknown is not None
