"""Record the replies of tests/drivers anew, `enter.sh .venv/bin/python -m tests.lab.record`.

Asks the street's recorders with the script of today and writes `reply.txt` and `facts.json` of each
case. Root, some minutes. Read the whole difference before you commit it: a fact that went is a
fault of the script, not of the file.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime

from cctv_policy.drivers import ssh
from cctv_policy.drivers.base import Context, Secret
from cctv_policy.drivers.framing import Answer
from cctv_policy.drivers.script import compose
from cctv_policy.inventory import Connect
from tests.drivers import cases

from .lab import Host, ssh_key
from .recorders import RECORDING, Street, build_street, wait_recording
from .roles.common import AUDIT, Recorder
from .test_playback_lab import Browser

BROKEN = {
    "motion": "public-open-clock-off",
    "motioneye": "empty-password-camera-gone",
    "zoneminder": "login-off-old-event",
    "segment": "disk-full-default-camera",
}
PLAIN = "without-sudo"
RIGHTS = "without-rights"
CANARIES = {
    "admin_password": "Canary-Web-2b9d",
    "database": "Canary-Db-51c0",
    "snmp_auth": "Canary-Auth-90de",
    "snmp_priv": "Canary-Priv-41ac",
}
CAMERA = "Canary-Cam-7f3a"
SETTLED_S = 100
"""After which a recorder that has stopped has been silent long enough to be told so."""


def ask(recorder: Recorder, host: Host) -> Answer:
    """What the recorder prints for its kind's script."""
    context = Context(
        secrets=lambda name: Secret(ssh_key(AUDIT).read_text()),
        now=lambda: datetime.now(UTC),
        monotonic=time.monotonic,
        budget_s=60,
        defaults={},
    )
    connect = Connect(host=host.address, user=AUDIT, key="audit", host_keys=(host.host_key,))
    script = compose(recorder.kind, cases.MARK, {})
    answer = ssh.ask(connect, context, script, cases.MARK)
    assert answer.stopped is None and answer.text.rstrip().endswith(f"{cases.MARK} end")
    return answer


def save(recorder: Recorder, name: str, answer: Answer, camera_password: str) -> None:
    """One case, with a canary for every password of this lab."""
    text = answer.text.replace(camera_password, CAMERA)
    for field, canary in CANARIES.items():
        text = text.replace(getattr(recorder.secrets, field), canary)
    first = "ch" if recorder.kind == "segment" else ""
    about = {
        "asked_at": round(answer.asked_at, 3),
        "first_at": round(answer.first_at, 3),
        "cameras": [
            {"id": f"cam-{n}", "ch": f"{first}{n}", "address": stream.address}
            for n, stream in enumerate(recorder.streams, start=1)
        ],
    }
    folder = cases.HERE / recorder.kind / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "reply.txt").write_text(f"{json.dumps(about)}\n{text}", encoding="utf-8")


def play(recorder: Recorder, host: Host) -> None:
    """Somebody watches an event and takes another away."""
    clerk = Browser(host)
    clerk.login(recorder.secrets.admin_user, recorder.secrets.admin_password)
    clerk.get("/zm/index.php?view=event&eid=3")
    clerk.get("/zm/index.php?view=view_video&eid=3")
    clerk.get("/zm/index.php?view=archive&type=tar.gz&eid=4")


def recorded(street: Street) -> Iterator[tuple[Recorder, str, Answer]]:
    """Every case; the healthy ones lose their rights on the way."""
    for recorder in street.recorders:
        host, kind = street.hosts[recorder.name], recorder.kind
        if recorder.name.endswith("-broken"):
            yield recorder, BROKEN[kind], ask(recorder, host)
            continue
        if kind == "zoneminder":
            play(recorder, host)
        yield recorder, "healthy", ask(recorder, host)
        host.exec("rm /etc/sudoers.d/*")
        if kind == "zoneminder":
            host.exec(f"mysql -e \"DROP USER '{AUDIT}'@'localhost'\"")
        yield recorder, RIGHTS if kind == "zoneminder" else PLAIN, ask(recorder, host)


def main() -> None:
    """All cases of all kinds."""
    street = build_street()
    wait_recording(street, RECORDING)
    time.sleep(SETTLED_S)
    for recorder, name, answer in recorded(street):
        save(recorder, name, answer, street.camera_password)
        print(recorder.kind, name, len(answer.text))
    cases.main()


if __name__ == "__main__":
    main()
