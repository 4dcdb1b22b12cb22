"""Builds a district's folder for a test: inventory and state documents as real files.

A test says what differs from a healthy school; everything else is in order, fresh and complete.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cctv_policy import state
from cctv_policy.state import Door, Observation, StateDocument, Why
from cctv_policy.strictyaml import dump

AS_OF = datetime.fromisoformat("2026-11-22T10:00:00+08:00")
HOST_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIF8nt3RHk9OkU03tzbOTbqcLIDqm6EnxO1t3/3NhdTgL"
SITE = "test-es"
NVR = "nvr"
CAMERA = "cam-1"


def ago(as_of: datetime = AS_OF, **amount: float) -> str:
    """An instant before `as_of`, as evidence writes it."""
    return (as_of - timedelta(**amount)).isoformat()


def channel(as_of: datetime = AS_OF, **changes: Any) -> dict[str, Any]:
    """A healthy channel: 20 days of footage, recording now."""
    healthy = {
        "ch": "1",
        "camera_id": CAMERA,
        "enabled": True,
        "mode": "continuous",
        "oldest_at": ago(as_of, days=20),
        "newest_at": ago(as_of, minutes=2),
        "gaps": [],
        "wrapped": True,
        "configured_days": 16,
        "projected_days": 25,
        "locked_files": [],
        "signal": True,
    }
    return healthy | changes


def account(as_of: datetime = AS_OF, **changes: Any) -> dict[str, Any]:
    """An admin account whose password was rotated."""
    healthy = {
        "name": "admin",
        "realm": "web",
        "role": "admin",
        "enabled": True,
        "is_default_password": False,
        "check_method": "device_hash",
        "last_password_change": ago(as_of, days=60),
    }
    return healthy | changes


def interface(*addresses: str, **changes: Any) -> dict[str, Any]:
    """An interface that is up and carries `addresses`."""
    carried = [{"address": a, "prefixlen": None, "origin": "static"} for a in addresses]
    return {"name": "eth0", "admin_up": True, "oper_up": True, "addresses": carried} | changes


def router(as_of: datetime = AS_OF, **changes: Any) -> dict[str, Any]:
    """A router that was read a week ago and forwards nothing."""
    healthy = {
        "checked_at": ago(as_of, days=7),
        "port_forwards": [],
        "dmz_host": None,
        "static_nat": [],
    }
    return healthy | changes


def healthy_recorder(as_of: datetime = AS_OF) -> dict[str, Any]:
    """Every fact of a recorder in order."""
    return {
        "software": {"kind": "motion", "version": "4.5.1", "running": True, "enabled": True},
        "interfaces": [interface("192.168.10.5")],
        "exposure.upnp_enabled": False,
        "exposure.upnp_mappings": [],
        "exposure.ddns_enabled": False,
        "exposure.p2p_enabled": False,
        "exposure.tunnels": [],
        "accounts": [account(as_of)],
        "channels": [channel(as_of)],
        "storage": [
            {"mount": "/srv", "size_bytes": 10**12, "free_bytes": 10**11, "state": "ok"},
        ],
        "time.offset_s": 0,
        "time.ntp_enabled": True,
        "time.tz": "Asia/Taipei",
        "sockets": [{"proto": "tcp", "address": "0.0.0.0", "port": 22, "process": None}],
        "services.telnet": False,
        "services.http": False,
        "services.https": True,
        "services.ssh": True,
        "services.http_auth": "digest",
        "services.rtsp_auth": "digest",
        "services.snmp": {"v1": False, "v2c": False, "v3": True, "community_default": False},
        "services.recordings_open": False,
        "services.database_open": False,
        "services.debug_ports": [],
        "seen": [],
    }


def healthy_camera(as_of: datetime = AS_OF) -> dict[str, Any]:
    """Every fact of a camera in order."""
    return {
        "interfaces": [interface("192.168.10.21")],
        "accounts": [account(as_of, realm="camera")],
        "services.telnet": False,
        "services.http": False,
        "services.http_auth": "digest",
        "services.rtsp_auth": "digest",
    }


def inventory_recorder(**changes: Any) -> dict[str, Any]:
    """A motion recorder with one camera, in service since 2024."""
    healthy = {
        "id": NVR,
        "driver": "motion",
        "status": "in_use",
        "commissioned_on": "2024-08-20",
        "brand": "Supermicro",
        "connect": {
            "host": "192.168.10.5",
            "user": "cctv-audit",
            "key": "test-es/nvr/ssh",
            "host_keys": [HOST_KEY],
        },
        "cameras": [camera()],
    }
    return healthy | changes


def camera(**changes: Any) -> dict[str, Any]:
    """The camera of channel 1."""
    healthy = {
        "id": CAMERA,
        "ch": "1",
        "area": "campus",
        "place": "gate",
        "brand": "Axis",
        "address": "192.168.10.21",
    }
    return healthy | changes


@dataclass(kw_only=True)
class District:
    """What a test's district differs in; `write` makes the folder."""

    as_of: datetime = AS_OF
    pack: str = "tw-ntpc-school"
    school: dict[str, Any] = field(default_factory=dict)
    recorders: list[dict[str, Any]] = field(default_factory=lambda: [inventory_recorder()])
    evidence: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Device id → fact → value. A value `{"unknown": why}` is an answer that could not be given,
    `{"absent": true}` takes the fact away, `{"at": instant, "value": …}` dates it."""
    without: tuple[str, ...] = ()
    """Devices of which there is no evidence at all."""

    def facts(self) -> dict[str, dict[str, Any]]:
        """Device id → fact → value, with the changes laid over the healthy ones."""
        healthy: dict[str, dict[str, Any]] = {SITE: {"exposure.router": router(self.as_of)}}
        for recorder in self.recorders:
            healthy[recorder["id"]] = healthy_recorder(self.as_of)
            for cam in recorder["cameras"]:
                healthy[cam["id"]] = healthy_camera(self.as_of)
        for device, changes in self.evidence.items():
            healthy.setdefault(device, {}).update(copy.deepcopy(changes))
        return {device: facts for device, facts in healthy.items() if device not in self.without}

    def observations(self) -> list[Observation]:
        """The facts as observations, collected an hour before `as_of`."""
        collected = ago(self.as_of, hours=1)
        found = []
        for device, facts in self.facts().items():
            for fact, value in facts.items():
                if not (isinstance(value, dict) and value.get("absent")):
                    found.append(_observation(device, fact, value, collected))
        return found

    def write(self, root: Path) -> Path:
        """Make `root/inventory` and `root/state`; `root`."""
        schools = root / "inventory" / "schools"
        schools.mkdir(parents=True, exist_ok=True)
        schema = "cctv-policy/inventory/1"
        district = {
            "schema": schema,
            "id": "test-district",
            "name": {"zh": "測試", "en": "Test"},
            "pack": self.pack,
        }
        school = {
            "schema": schema,
            "id": SITE,
            "name": {"zh": "測試國小", "en": "Test Elementary"},
            "moe_code": "999999",
            "city": "ntpc",
            "site_type": "elementary",
            "areas": [
                {"id": "campus", "type": "campus", "name": {"zh": "校園", "en": "campus"}},
                {
                    "id": "kindergarten",
                    "type": "kindergarten",
                    "name": {"zh": "幼兒園", "en": "kindergarten"},
                },
            ],
        } | self.school
        school["recorders"] = self.recorders
        (root / "inventory" / "district.yaml").write_text(dump(district), encoding="utf-8")
        (schools / f"{SITE}.yaml").write_text(dump(school), encoding="utf-8")
        state.write(self.document(), root / "state")
        return root

    def document(self, **changes: Any) -> StateDocument:
        """All observations in one state document."""
        collected = ago(self.as_of, hours=1)
        return StateDocument(
            **{
                "target": NVR,
                "site": SITE,
                "driver": "motion",
                "run_id": "test",
                "started_at": collected,
                "collected_at": collected,
                "tool_version": "test",
                "doors": (Door(door="ssh", outcome="ok"),),
                "observations": tuple(self.observations()),
            }
            | changes
        )


def _observation(device: str, fact: str, value: Any, collected: str) -> Observation:
    extra: dict[str, Any] = {}
    if isinstance(value, Mapping) and value.keys() & {"unknown", "at", "door", "partial"}:
        extra = {key: value[key] for key in ("at", "door", "partial", "detail") if key in value}
        if "unknown" in value:
            extra["unknown"] = Why(value["unknown"])
        value = value.get("value")
    return Observation(
        **{"device": device, "fact": fact, "value": value, "source": "test", "door": "ssh", "at": collected}
        | extra
    )


def load_json(path: Path) -> Any:
    """A JSON file."""
    return json.loads(path.read_text(encoding="utf-8"))
