"""A whole push to a broken recorder of each kind: planned, dry, held, done, cleaned, searched.

The tests are one story in this order, on hosts that they share; alone, only the first can pass.

1. `push plan` and pyinfra's `--dry` change no file, row, unit or network setting of any host.
2. A legal hold that comes between plan and yes stops what was planned.
3. What is done is what was planned, operation by operation: ours on three, pyinfra's on one.
4. The recorders' own cleaners take what may not be kept and leave what is held.
5. No secret is anywhere but where it must be.
"""

from __future__ import annotations

import json
import re
import subprocess
import time
from collections import Counter
from collections.abc import Iterator, Mapping

import pytest

from tests.canary import Watch, found_in

from . import broken, whole
from .canary import PLACES, in_logs, leaks, on_disk
from .lab import Host, ssh_key
from .recorders import Street
from .roles.common import PUSH
from .traces import MOVES, Traces, moved, traces
from .whole import BY_PYINFRA, District

pytestmark = pytest.mark.lab
Steps = Mapping[str, list[str]]
"""Recorder → ids of steps, in order."""
LEAST = 4000
"""Files, rows and settings that a look at four hosts sees at least."""
CONTROL_S = 150
"""How long the hosts are left alone, at most, until all has moved that moved in a plan."""


@pytest.fixture(scope="module")
def street(lab: None) -> Street:
    return whole.build()


@pytest.fixture(scope="module")
def district(street: Street, tmp_path_factory: pytest.TempPathFactory) -> District:
    return whole.district(street, tmp_path_factory.mktemp("whole"))


@pytest.fixture(scope="module")
def planted(street: Street) -> Mapping[str, list[str]]:
    """The footage of the past, oldest first, as it was before anything was pushed."""
    return {r.name: whole.archive(r, street.hosts[r.name]) for r in street.recorders}


@pytest.fixture(scope="module")
def watch() -> Watch:
    return Watch()


def planned(text: str) -> Steps:
    """The steps in the answer of `push plan --json`."""
    return {r["recorder"]: [s["id"] for s in r["plan"]["steps"]] for r in json.loads(text)}


def detected(text: str) -> Steps:
    """The steps in pyinfra's table of changes."""
    found: dict[str, list[str]] = {}
    table = text.partition("--> Detected changes:")[2].partition("--> ")[0]
    for line in table.splitlines():
        row = re.fullmatch(r" +([a-z0-9.-]+): .* \d+ \(([\w, ]+)\) +-? *", line)
        if row and row[1] != "push":
            for host in row[2].split(", "):
                found.setdefault(host, []).append(row[1])
    return found


def carried_out(text: str) -> Steps:
    """The steps that pyinfra says it did, by host."""
    found: dict[str, list[str]] = {}
    step = ""
    for line in text.splitlines():
        if begun := re.match(r"--> Starting operation: ([a-z0-9.-]+): ", line):
            step = begun[1]
        elif (ended := re.match(r" +\[(\w+)\] +Success", line)) and step not in ("", "push"):
            found.setdefault(ended[1], []).append(step)
    return found


def logged(district: District) -> Iterator[dict[str, object]]:
    """The devices of the newest run's log."""
    log = max((district.root / "push-log").glob("*.jsonl"))
    events = (json.loads(line) for line in log.read_text().splitlines())
    return (event for event in events if event["event"] == "device")


def log_in(street: Street) -> None:
    """Once on each host, as a push does, for nothing."""
    for host in street.hosts.values():
        subprocess.run(
            ["ssh", "-F", "none", "-i", str(ssh_key(PUSH)), "-o", "UserKnownHostsFile=/dev/null",
             "-o", "StrictHostKeyChecking=no", f"{PUSH}@{host.address}", "sudo -n /bin/sh -s"],
            input="true\n", text=True, check=True, capture_output=True,
        )  # fmt: skip


def often(met: Counter[str]) -> set[str]:
    """Without what moves by itself too rarely to be waited for."""
    return {name for name in met if not name.startswith("rarely")}


def by_itself(street: Street, before: Traces, wanted: Counter[str]) -> Counter[str]:
    """What moves with nobody there but logins: until all `wanted` was seen, or the time is over."""
    log_in(street)
    met: Counter[str] = Counter()
    deadline = time.monotonic() + CONTROL_S
    while often(wanted) - met.keys() and time.monotonic() < deadline:
        time.sleep(5)
        found, rest = moved(before, traces(street))
        assert not rest, "\n".join(rest)
        met |= found
    return met


def test_plan_and_dry_write_nothing(street: Street, district: District) -> None:
    traces(street)  # MariaDB opens each of its tables once
    files = district.files()
    before = traces(street)
    assert len(before) > LEAST
    plan = district.run("push", "plan", "--json", "-vvv")
    assert plan.returncode == 1, plan.stderr
    after_plan = traces(street)
    assert district.files() == files
    dry = district.pyinfra("--dry", "-vvv")
    assert dry.returncode == 0, dry.stdout + dry.stderr
    after_dry = traces(street)
    written = district.files()
    assert {name for name in written if written[name] != files.get(name)} == {"state/known_hosts"}

    by_plan, rest = moved(before, after_plan)
    assert not rest, "\n".join(rest)
    by_dry, rest = moved(after_plan, after_dry)
    assert not rest, "\n".join(rest)
    control = by_itself(street, after_dry, by_plan | by_dry)
    print(f"{len(before)} things looked at on {len(street.hosts)} hosts; moved, by")
    for name in (move.name for move in MOVES):
        print(f"plan {by_plan[name]:3} dry {by_dry[name]:3} nobody {control[name]:3}  {name}")
    assert not often(by_plan | by_dry) - control.keys(), "not seen to move by itself"

    steps = planned(plan.stdout)
    assert len(steps) == 4 and all(len(ids) > 6 for ids in steps.values())
    aspects = {id_.partition(".")[0] for ids in steps.values() for id_ in ids}
    assert aspects == {"hardening", "retention", "credentials", "addressing"}
    assert detected(dry.stdout + dry.stderr) == steps


def test_a_hold_that_comes_before_the_yes_stops_what_was_planned(
    street: Street, district: District, planted: Mapping[str, list[str]]
) -> None:
    assert all(len(pieces) > 300 for pieces in planted.values())
    before = traces(street)
    code, said = district.asked(
        lambda: whole.hold(street, district), "push", "apply", "--only", "retention"
    )
    assert code == 1, said
    ended = {event["recorder"]: event["ended"] for event in logged(district)}
    assert ended == dict.fromkeys(planted, "stale"), said
    _, rest = moved(before, traces(street))  # it was collected too: probes are logged
    probed = re.compile(r"\w+ (journal|file /var/log)\b.*")
    assert not [line for line in rest if not probed.match(line)], "\n".join(rest)


def test_what_is_done_is_what_was_planned(
    district: District, planted: Mapping[str, list[str]], watch: Watch
) -> None:
    steps = planned(district.run("push", "plan", "--json").stdout)
    assert all("retention.holds" in ids for name, ids in steps.items()), steps
    ours = [name for name in planted if name != BY_PYINFRA]
    limit = [word for name in ours for word in ("--limit", name)]
    with watch.watching():
        done = district.run("push", "apply", "--yes", "-vvv", *limit)
        by_pyinfra = district.pyinfra("-y", "-vvv")
    print(done.stdout[-5000:])
    devices = {event["recorder"]: event for event in logged(district)}
    for name in ours:
        told = devices[name]["steps"]
        assert isinstance(told, list)
        wanted = [(id_, "done") for id_ in steps[name]]
        assert [(s["id"], s["ended"]) for s in told] == wanted, devices[name]
    text = by_pyinfra.stdout + by_pyinfra.stderr
    assert by_pyinfra.returncode == 0, text[-5000:]
    assert carried_out(text) == {BY_PYINFRA: steps[BY_PYINFRA]}
    assert planned(district.run("push", "plan", "--json").stdout) == {n: [] for n in planted}


def test_the_recorders_own_cleaners_keep_what_is_held_and_take_the_rest(
    street: Street, planted: Mapping[str, list[str]]
) -> None:
    for recorder in street.recorders:
        host = street.hosts[recorder.name]
        if recorder.kind in ("motion", "segment"):  # the others clean by themselves
            host.exec("systemctl start systemd-tmpfiles-clean.service")
        by_hand, held, _free, *lawful = planted[recorder.name]
        deadline = time.monotonic() + 120
        while (left := whole.archive(recorder, host)) != [by_hand, held, *lawful]:
            assert time.monotonic() < deadline, (recorder.name, left[:4], planted[recorder.name])
            time.sleep(2)


def secrets(street: Street, district: District) -> Mapping[str, str]:
    """Every secret that was there before or is now; of keys one line, for they are wrapped.

    Only what is long enough to be nothing else: not the cameras' factory password.
    """
    found = {f"{name} before": value for name, value in broken.known(street)}
    found |= {f"{c.name} before": c.password for c in street.cameras}
    vault = district.vault()
    for listed in vault.listed():
        for number, secret in enumerate(vault.read(listed.name).candidates()):
            found[f"{listed.name} {number}"] = secret.reveal()
    ask = "SELECT Value FROM Config WHERE Name = 'ZM_AUTH_HASH_SECRET'"
    found["hash secret"] = street.hosts["zoneminder6"].exec("mysql -N zm", stdin=ask).stdout
    found["vault key"] = district.key.read_text().splitlines()[-1]
    lines = {name: value.strip().splitlines() for name, value in found.items() if value.strip()}
    return {name: text[len(text) // 2] for name, text in lines.items() if len(text[0]) > 7}


def in_processes(watch: Watch, wanted: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """A segment recorder's ffmpeg has its camera's login as an argument: it is built so."""
    for text in watch.seen:
        own = {"cam-7", "street/segment7/camera"} if b"/ffmpeg\0" in text[:40] else set()
        for name in found_in(text, wanted):
            if name.rpartition(" ")[0] not in own:
                yield text[:300].decode(errors="replace"), name


def test_no_secret_is_anywhere_but_where_it_must_be(
    street: Street, district: District, watch: Watch
) -> None:
    wanted = secrets(street, district)
    assert len(wanted) > 25
    district.git("add", "-A")
    district.git("commit", "-q", "-m", "What the push changed")
    objects = district.git("cat-file", "--batch-all-objects", "--batch", "--unordered")
    files = {name: text for name, text in district.files().items() if name != district.key.name}
    assert any(name.startswith("push-log/") for name in files)
    for place, text in {
        "printed": "\n".join(district.said).encode(),
        "git": objects,
        **files,
    }.items():
        assert not found_in(text, wanted), place

    assert watch.looks > 20 and not list(in_processes(watch, wanted))
    seen: Counter[str] = Counter()
    for recorder in street.recorders:
        host = street.hosts[recorder.name]
        found = list(on_disk(host, wanted))
        assert not leaks([*found, *in_logs(host, recorder.kind, wanted)])
        seen.update(name for path, name in found if not path.startswith("/var/lib/cctv-policy"))
        assert host.exec("stat -c %a /var/lib/cctv-policy/before").stdout == "700\n"
        assert not left_behind(host)
    print(f"{len(wanted)} secrets, {watch.looks} looks at processes; places that must have them:")
    print("\n".join(PLACES))
    must = {f"street/{name} 0" for name in (
        "motion4/admin", "motion4/snmp-auth", "motioneye5/snmp-priv", "zoneminder6/database",
        "segment7/camera", "segment7/community",
    )}  # fmt: skip
    assert must <= seen.keys(), "the search does not find what is there"


def left_behind(host: Host) -> str:
    """Files of ours in places for passing things, and what shells and tools remember."""
    return host.exec(
        "find /tmp /var/tmp /root /home /run/cctv-policy* -xdev -type f -size +0"
        " ! -name authorized_keys \\( -newer /etc/hostname -o -name '*hist*' \\) 2>/dev/null; true"
    ).stdout
