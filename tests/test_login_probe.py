"""The opt-in login probe: at most one wrong login a day, written down before it is made."""

from __future__ import annotations

import base64
import fcntl
import hashlib
import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cctv_policy import inventory
from cctv_policy.drivers import login_probe
from cctv_policy.drivers.base import Reading
from cctv_policy.drivers.login_probe import Attempt, Ledger, NoAttemptError
from cctv_policy.facts import FACTS
from cctv_policy.state import Observation
from tests.collecting import NOW, context, page, recorder, server

FACTORY = "ms1234"  # Milesight has one row in the list


def basic(password: str) -> Callable[[bytes], bytes]:
    """A door with HTTP basic."""
    right = base64.b64encode(f"admin:{password}".encode())

    def answer(request: bytes) -> bytes:
        if right in request:
            return page(body="welcome")
        return page("401 Unauthorized", www_authenticate='Basic realm="nvr"')

    return answer


def digest(password: str, algorithm: str) -> Callable[[bytes], bytes]:
    """A door with HTTP digest that checks the answer as RFC 7616 says."""
    hashed = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}[algorithm]

    def h(text: str) -> str:
        return hashed(text.encode()).hexdigest()

    def answer(request: bytes) -> bytes:
        found = dict(re.findall(r'(\w+)="?([^",\r\n]+)', request.decode().partition("Digest ")[2]))
        if found:
            first, second = h(f"admin:nvr:{password}"), h("GET:/")
            middle = f"n0nce:{found['nc']}:{found['cnonce']}:auth"
            if found["response"] == h(f"{first}:{middle}:{second}"):
                return page(body="welcome")
        challenge = f'Digest realm="nvr", nonce="n0nce", qop="auth", algorithm={algorithm}'
        return page("401 Unauthorized", www_authenticate=challenge)

    return answer


def device(port: int, **changed: Any) -> inventory.Recorder:
    fields: dict[str, Any] = {
        "brand": "Milesight",
        "accounts": (inventory.Account(account="admin", role="admin", secret="x/admin"),),
        "probes": inventory.Probes(hosts=("127.0.0.1",), http=(port,), login_probe=True),
    }
    return recorder(1, **{**fields, **changed})


def probe(
    found: inventory.Recorder, ledger: Path, *, said: tuple[Observation, ...] = (), most: int = 2
) -> Reading:
    return login_probe.read(
        found, context(), ledger=Ledger(ledger), max_attempts=most, said=said
    )  # fmt: skip


def account(reading: Reading) -> dict[str, Any]:
    [o] = reading.observations
    FACTS["accounts"].check(o.value)
    [found] = o.value
    return dict(found)


@pytest.mark.parametrize(
    "door", [basic, lambda p: digest(p, "MD5"), lambda p: digest(p, "SHA-256")]
)
def test_an_accepted_factory_password_is_proven(
    tmp_path: Path, door: Callable[[str], Callable[[bytes], bytes]]
) -> None:
    with server(door(FACTORY)) as (port, asked):
        found = account(probe(device(port), tmp_path / "ledger"))
    assert found["is_default_password"] is True and found["probe"] == "accepted"
    assert found["check_method"] == "login_probe"
    assert sum(b"Authorization:" in request for request in asked) == 1


@pytest.mark.parametrize("door", [basic, lambda p: digest(p, "MD5")])
def test_a_refusal_disproves_the_only_candidate(
    tmp_path: Path, door: Callable[[str], Callable[[bytes], bytes]]
) -> None:
    with server(door("another")) as (port, asked):
        found = account(probe(device(port), tmp_path / "ledger"))
    assert found["is_default_password"] is False and found["probe"] == "refused"
    assert sum(b"Authorization:" in request for request in asked) == 1


def test_a_refusal_says_nothing_where_the_list_has_more(tmp_path: Path) -> None:
    with server(basic("another")) as (port, _):
        found = account(probe(device(port, brand="LTS"), tmp_path / "ledger"))
    assert found["is_default_password"] is None and found["probe"] == "refused"


def test_one_attempt_a_day_also_over_runs(tmp_path: Path) -> None:
    with server(basic("another")) as (port, asked):
        probe(device(port), tmp_path / "ledger")
        again = probe(device(port), tmp_path / "ledger")
    assert not again.observations and "24 hours" in again.doors[0].detail
    assert sum(b"Authorization:" in request for request in asked) == 1


def test_the_first_refusal_ends_it_for_the_device(tmp_path: Path) -> None:
    accounts = tuple(
        inventory.Account(account=name, role="admin", secret=f"x/{name}")
        for name in ("666666", "888888", "admin")
    )
    with server(basic("another")) as (port, asked):
        probe(device(port, brand="Dahua", accounts=accounts), tmp_path / "ledger", most=9)
    assert sum(b"Authorization:" in request for request in asked) == 1


def test_never_more_than_the_limit_on_a_device(tmp_path: Path) -> None:
    with server(basic("another")) as (port, asked):
        reading = probe(device(port), tmp_path / "ledger", most=0)
    assert not reading.observations
    assert not any(b"Authorization:" in request for request in asked)


@pytest.mark.parametrize("status", ["423 Locked", "429 Too Many Requests", "401 Unauthorized"])
def test_a_locked_account_is_said_and_nothing_follows(tmp_path: Path, status: str) -> None:
    def answer(request: bytes) -> bytes:
        if b"Authorization" in request:
            return page(status, "This account is locked for 30 minutes")
        return page("401 Unauthorized", www_authenticate='Basic realm="nvr"')

    with server(answer) as (port, _):
        reading = probe(device(port), tmp_path / "ledger")
    assert reading.doors[0].outcome == "locked" and account(reading)["probe"] == "locked"


def test_without_consent_or_ledger_nothing_is_tried(tmp_path: Path) -> None:
    with server(basic(FACTORY)) as (port, asked):
        no = device(port, probes=inventory.Probes(hosts=("127.0.0.1",), http=(port,)))
        assert probe(no, tmp_path / "ledger").doors[0].outcome == "not_configured"
        reading = login_probe.read(device(port), context(), ledger=None, max_attempts=2, said=[])
        assert reading.doors[0].outcome == "not_configured"
    assert asked == [] and not (tmp_path / "ledger").exists()


def test_what_another_way_could_tell_is_not_probed(tmp_path: Path) -> None:
    said = Observation(
        device="nvr-1",
        fact="accounts",
        value=[{"name": "admin", "role": "admin", "enabled": True, "is_default_password": False}],
        source="config",
        door="ssh",
        at=NOW.isoformat(),
    )
    with server(basic(FACTORY)) as (port, asked):
        reading = probe(device(port), tmp_path / "ledger", said=(said,))
    assert asked == [] and not reading.observations


def test_a_page_without_login_is_not_tried(tmp_path: Path) -> None:
    with server(lambda _: page(body="open")) as (port, asked):
        reading = probe(device(port), tmp_path / "ledger")
    assert reading.doors[0].outcome == "not_supported"
    assert not any(b"Authorization:" in request for request in asked)


def attempt(**changed: Any) -> Attempt:
    fields: dict[str, Any] = {
        "at": NOW,
        "device": "nvr-1",
        "account": "admin",
        "door": "http 80",
        "candidate": 0,
        "result": "begun",
    }
    return Attempt(**{**fields, **changed})


def test_the_ledger_is_on_disk_before_the_attempt(tmp_path: Path) -> None:
    seen: list[str] = []
    path = tmp_path / "ledger"

    def answer(request: bytes) -> bytes:
        if b"Authorization" in request:
            seen.append(path.read_text())
        return page("401 Unauthorized", www_authenticate='Basic realm="nvr"')

    with server(answer) as (port, _):
        probe(device(port), path)
    assert json.loads(seen[0])["result"] == "begun"
    assert [json.loads(line)["result"] for line in path.read_text().splitlines()] == [
        "begun",
        "refused",
    ]
    assert FACTORY not in path.read_text() and path.stat().st_mode & 0o777 == 0o600


def test_a_day_later_it_may_be_tried_again(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger")
    ledger.begin(attempt(), max_attempts=2)
    with pytest.raises(NoAttemptError):
        ledger.begin(attempt(at=NOW + timedelta(hours=23, minutes=59)), max_attempts=2)
    ledger.begin(attempt(at=NOW + timedelta(hours=24)), max_attempts=2)
    assert ledger.count("nvr-1", "admin") == 2


@pytest.mark.parametrize("content", ["not json\n", '{"at": "2026"}\n', "[]\n", "\xff\n", '"x"\n'])
def test_a_damaged_ledger_allows_nothing(tmp_path: Path, content: str) -> None:
    (tmp_path / "ledger").write_text(content, encoding="latin-1")
    with pytest.raises(NoAttemptError):
        Ledger(tmp_path / "ledger").begin(attempt(), max_attempts=2)


def test_a_ledger_from_the_future_allows_nothing(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger")
    ledger.begin(attempt(at=NOW + timedelta(days=40)), max_attempts=2)
    with pytest.raises(NoAttemptError, match="future"):
        ledger.begin(attempt(account="other"), max_attempts=2)


def test_a_ledger_held_by_another_run_allows_nothing(tmp_path: Path) -> None:
    path = tmp_path / "ledger"
    with path.open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(NoAttemptError, match="another run"):
            Ledger(path).begin(attempt(), max_attempts=2)


def test_a_ledger_that_cannot_be_written_allows_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(NoAttemptError):
        Ledger(tmp_path / "file" / "ledger").begin(attempt(), max_attempts=2)
