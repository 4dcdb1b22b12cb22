"""The street as a district's folder: inventory with pinned host keys, and secrets beside it."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cctv_policy.strictyaml import dump

from .archive import TAIPEI
from .recorders import Street
from .roles.common import AUDIT, Recorder

SCHEMA = "cctv-policy/inventory/1"


def district(street: Street, root: Path, *, key: Path) -> Path:
    """Write `root/inventory` and `root/secrets` for all recorders of the street; `root`.

    The healthy ones are one school, the broken ones another; nothing here says which is which to
    the scanner but their ids.
    """
    schools = root / "inventory" / "schools"
    schools.mkdir(parents=True)
    (root / "secrets").mkdir(mode=0o700)
    name = {"zh": "街", "en": "street"}
    (root / "inventory" / "district.yaml").write_text(
        dump({"schema": SCHEMA, "id": "street", "name": name, "pack": "tw-ntpc-school"})
    )
    for site, ending in (("good-es", "-good"), ("broken-es", "-broken")):
        router = f"evidence/router/{site}.yaml"
        (root / router).parent.mkdir(parents=True, exist_ok=True)
        (root / router).write_text(dump(router_record(site)))
        school = {
            "schema": SCHEMA,
            "id": site,
            "name": name,
            "moe_code": "999990",
            "city": "ntpc",
            "site_type": "elementary",
            "router": router,
            "custodian_changes": [],
            "areas": [{"id": "campus", "type": "campus", "name": name}],
            "recorders": [
                entry(street, recorder)
                for recorder in street.recorders
                if recorder.name.endswith(ending)
            ],
        }
        (schools / f"{site}.yaml").write_text(dump(school))
    for recorder in street.recorders:
        _secret(root, f"street/{recorder.name}/ssh", key.read_text())
        _secret(root, f"street/{recorder.name}/admin", recorder.secrets.admin_password)
        _secret(root, f"street/{recorder.name}/snmp-auth", recorder.secrets.snmp_auth)
        _secret(root, f"street/{recorder.name}/snmp-priv", recorder.secrets.snmp_priv)
    return root


def router_record(site: str) -> dict[str, Any]:
    """A router that was looked at a week ago and forwards nothing."""
    checked = datetime.now(TAIPEI) - timedelta(days=7)
    return {
        "schema": "cctv-policy/router/1",
        "site": site,
        "checked_by": "P-0001",
        "checked_at": checked.isoformat(timespec="seconds"),
        "port_forwards": [],
        "dmz_host": None,
        "static_nat": [],
    }


def _secret(root: Path, name: str, value: str) -> None:
    path = root / "secrets" / name
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.touch(mode=0o600)
    path.write_text(value)


def entry(street: Street, recorder: Recorder) -> dict[str, Any]:
    """A recorder as the inventory writes it, without its wanted state."""
    host = street.hosts[recorder.name]
    secret = f"street/{recorder.name}"
    found: dict[str, Any] = {
        "id": recorder.name,
        "driver": recorder.kind,
        "status": "in_use",
        "commissioned_on": "2024-08-20",
        "brand": "Debian",
        "connect": {
            "host": host.address,
            "user": AUDIT,
            "key": f"{secret}/ssh",
            "host_keys": [host.host_key],
        },
        "snmp": {
            "version": "v3",
            "user": recorder.secrets.snmp_user,
            "auth": f"{secret}/snmp-auth",
            "priv": f"{secret}/snmp-priv",
        },
        "probes": {"http": [80, 8080, 8081, 8765], "https": [443], "telnet": [23]},
        "cameras": [
            {
                "id": f"{recorder.name}-cam{number}",
                "ch": f"ch{number}" if recorder.kind == "segment" else str(number),
                "area": "campus",
                "place": f"place {number}",
                "brand": "Axis",
                "address": stream.address,
            }
            for number, stream in enumerate(recorder.streams, 1)
        ],
    }
    if recorder.auth:
        found["accounts"] = [
            {
                "account": recorder.secrets.admin_user,
                "role": "admin",
                "secret": f"{secret}/admin",
                "rotated_on": "2026-08-03",
            }
        ]
    return found
