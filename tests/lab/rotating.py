"""Recorders for rotations, each with one camera, and proofs that do not use our own scripts."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from ipaddress import IPv4Network
from itertools import count

from cctv_policy.inventory import Account, Camera, Name, School, Snmp
from cctv_policy.inventory import Area as SchoolArea
from cctv_policy.inventory import Recorder as Nvr
from cctv_policy.push.credentials.accounts import Target, targets
from cctv_policy.push.model import Wanted

from .archive import TAIPEI, Archive
from .cameras import Camera as LabCamera
from .lab import LAN, Host, ssh_key, tool
from .netcfg import Nic
from .roles import layer
from .roles.common import AUDIT, PUSH, Kind, Recorder, Stream

FREE = IPv4Network("10.77.12.0/24")
CAMERAS = IPv4Network("10.77.52.0/24")
NUMBERS = count(1)
OPERATOR = "operator1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A running recorder with its camera."""

    recorder: Recorder
    host: Host
    camera: LabCamera


def build(kind: Kind, *, auth: bool = True) -> Built:
    """A recorder of the kind with one camera; SSH answers, an operator's account is there."""
    number = next(NUMBERS)
    ssh_key(AUDIT), ssh_key(PUSH)
    address = str(CAMERAS[number])
    word = secrets.token_hex(6)
    camera = LabCamera(name=f"rotcam{number}", addresses=(f"{address}/16",), password=word)
    camera.start()
    recorder = Recorder(
        name=f"rot{number}",
        kind=kind,
        nics=(Nic(switch="lan", address=f"{FREE[number]}/16", gateway=LAN.controller),),
        streams=(Stream(address=address, path="ch1", password=word),),
        archive=Archive(days=0),
        auth=auth,
    )
    host = recorder.host(layer(recorder, datetime.now(TAIPEI)))
    host.start()
    host.ready()
    host.exec(f"useradd -m -s /bin/sh {OPERATOR}")
    host.exec("chpasswd", stdin=f"{OPERATOR}:Start-Word.0001\n")
    return Built(recorder=recorder, host=host, camera=camera)


def wanted(built: Built, **changes: object) -> Wanted:
    """The inventory of such a recorder: administrator, operator, database, SNMP."""
    keys = built.recorder.secrets
    accounts = [Account(account=OPERATOR, role="operator", secret="lab/operator")]
    if built.recorder.kind != "segment":
        accounts.insert(0, Account(account=keys.admin_user, role="admin", secret="lab/admin"))
    if built.recorder.kind == "zoneminder":
        accounts.append(Account(account="zmuser", role="service", secret="lab/database"))
    snmp = Snmp(version="v3", user=keys.snmp_user, auth="lab/snmp-auth", priv="lab/snmp-priv")
    name = Name(zh="測", en="test")
    nvr = Nvr(
        id=built.recorder.name,
        driver=built.recorder.kind,
        status="in_use",
        commissioned_on=date(2024, 8, 20),
        accounts=tuple(accounts),
        snmp=snmp,
        cameras=(Camera(id=f"{built.recorder.name}-cam", ch="1", area="campus", place="gate"),),
    )
    school = School(
        schema="cctv-policy/inventory/1", id="lab-es", name=name, moe_code="999990", city="ntpc",
        site_type="elementary", areas=(SchoolArea(id="campus", type="campus", name=name),),
        recorders=(nvr,), custodian_changes=(),
    )  # fmt: skip
    return replace(Wanted(school=school, recorder=nvr, retention=()), **changes)  # type: ignore[arg-type]


def target(built: Built, start: str) -> Target:
    """The one target of the recorder whose id starts so."""
    found = targets(wanted(built).recorder, frozenset({OPERATOR}))
    return next(t for t in found if t.id.startswith(start))


def first_password(built: Built, secret: str) -> str:
    """What the recorder was built with."""
    keys = built.recorder.secrets
    return {
        "lab/admin": keys.admin_password,
        "lab/operator": "Start-Word.0001",
        "lab/database": keys.database,
        "lab/snmp-auth": keys.snmp_auth,
        "lab/snmp-priv": keys.snmp_priv,
    }[secret]


def _os(host: Host, word: str) -> bool:
    """Perl's crypt against the shadow file."""
    code = "my $p=<STDIN>; chomp $p; my $h=(getpwnam('operator1'))[1]; exit(crypt($p,$h) ne $h);"
    return (
        host.exec(f'perl -e "{code}"'.replace("$", r"\$"), stdin=word, check=False).returncode == 0
    )


def _motion(host: Host, word: str) -> bool:
    for _ in range(20):
        done = host.exec(
            "curl -s -o /dev/null -m 4 -w '%{http_code}' --digest -K - http://127.0.0.1:8080/",
            stdin=f'user = "admin:{word}"\n', check=False,
        )  # fmt: skip
        if done.stdout != "000":
            return done.stdout == "200"
        time.sleep(0.5)
    return False


def _motioneye(host: Host, word: str) -> bool:
    for _ in range(40):
        done = host.exec(
            "curl -s -m 4 -w '%{http_code}' -K - http://127.0.0.1:8765/login",
            stdin=f'data-urlencode = "username=admin"\ndata-urlencode = "password={word}"\n',
            check=False,
        )
        if not done.stdout.endswith("000"):
            return done.stdout.endswith("200") and '"user"' in done.stdout
        time.sleep(0.5)
    return False


def zm_token(host: Host, word: str) -> str:
    """An access token of ZoneMinder's API, or nothing."""
    done = host.exec(
        "curl -s -k -m 8 -K - https://127.0.0.1/zm/api/host/login.json",
        stdin=f'data-urlencode = "user=admin"\ndata-urlencode = "pass={word}"\n', check=False,
    )  # fmt: skip
    try:
        return str(json.loads(done.stdout).get("access_token", ""))
    except ValueError:
        return ""


def zm_takes(host: Host, token: str) -> bool:
    """Whether a token still opens the API."""
    done = host.exec(
        "curl -s -k -m 8 -o /dev/null -w '%{http_code}' -K -",
        stdin=f'url = "https://127.0.0.1/zm/api/monitors.json?token={token}"\n', check=False,
    )  # fmt: skip
    return done.stdout == "200"


def _database(host: Host, word: str) -> bool:
    host.exec("cat > /root/.rot.cnf", stdin=f'[client]\nuser=zmuser\npassword="{word}"\n')
    done = host.exec("mysql --defaults-file=/root/.rot.cnf -N zm -e 'select 1'", check=False)
    return done.returncode == 0


def snmp_takes(built: Built, auth: str, priv: str) -> bool:
    """net-snmp of the controller, from outside."""
    done = tool(
        "snmpget", "-v3", "-l", "authPriv", "-u", built.recorder.secrets.snmp_user,
        "-a", "SHA-256", "-A", auth, "-x", "AES", "-X", priv, "-t", "1", "-r", "1",
        built.host.address, "1.3.6.1.2.1.1.5.0", check=False,
    )  # fmt: skip
    return built.recorder.name in done


CHECKS: Mapping[str, Callable[[Host, str], bool]] = {
    "os": _os,
    "motion": _motion,
    "motioneye": _motioneye,
    "zoneminder": lambda host, word: bool(zm_token(host, word)),
    "database": _database,
}
