"""The very machine this runs on, as a recorder: no network, no root, no sudo.

A plain machine has no channels; they are unknown with the reason, never invented. With
`settings: {archive: /folder}` each folder below it is a channel, as with the `segment` driver.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator

from cctv_policy.drivers import exposure, linux, network, segment
from cctv_policy.drivers.base import Context
from cctv_policy.drivers.channels import tell_storage
from cctv_policy.drivers.framing import Answer, CannotTell, Reply
from cctv_policy.drivers.machine import LinuxRecorder, Told, Topic, cannot
from cctv_policy.inventory import Recorder
from cctv_policy.secretstore import without_secrets
from cctv_policy.state import Why


def ask(recorder: Recorder, context: Context, script: str, mark: str) -> Answer:
    """Run the script with this machine's `sh`; CannotTell if there is none."""
    del recorder
    asked_at = context.now().timestamp()
    stopped: Why | None = None
    detail = ""
    script = f"set_no_sudo=1\nset_plain=1\n{script}"
    try:
        done = subprocess.run(
            ["sh", "-s"],
            input=script.encode(),
            capture_output=True,
            timeout=context.budget_s,
            env=without_secrets(os.environ),
        )
    except subprocess.TimeoutExpired as late:
        text, stopped = late.stdout or b"", Why.NO_ANSWER
        detail = f"not ready within {context.budget_s:g} s"
    except OSError as error:
        raise CannotTell(Why.NOT_SUPPORTED, f"no shell: {error.strerror}") from None
    else:
        text = done.stdout
    return Answer(
        text=text.decode("utf-8", "replace"),
        mark=mark,
        asked_at=asked_at,
        first_at=context.now().timestamp(),
        stopped=stopped,
        detail=detail,
    )


def read_archive(reply: Reply, recorder: Recorder) -> Iterator[Told]:
    """Channels below the archive's folder and its disk; without one there is neither to tell."""
    if recorder.settings.get("archive"):
        yield from tell_storage(reply, recorder)
        yield from segment.read_channels(reply, recorder)
        return
    detail = "this machine is no recorder (no settings.archive)"
    for fact in ("channels", "storage"):
        yield cannot(fact, Why.NOT_CONFIGURED, "inventory", detail)


def read_offset(reply: Reply, recorder: Recorder) -> Iterator[Told]:
    """Never told: this machine's clock cannot be checked against itself."""
    del reply, recorder
    raise CannotTell(Why.NOT_SUPPORTED, "the clock of this machine cannot check itself")


DRIVER = LinuxRecorder(
    kind="local",
    door="local",
    ask=ask,
    settings=frozenset({"archive"}),
    topics=(
        Topic(facts=("time.offset_s",), read=read_offset),
        *linux.CLOCK,
        linux.HOST,
        linux.ACCOUNTS,
        *network.TOPICS,
        exposure.TOPIC,
        Topic(facts=("channels", "storage"), read=read_archive),
    ),
)
