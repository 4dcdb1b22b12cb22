"""Builds a district's folder for a test: inventory and state documents as real files.

A test says what differs from a healthy school; everything else is in order, fresh and complete.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyrage

from cctv_policy import state
from cctv_policy.records import record_path
from cctv_policy.state import Door, Observation, StateDocument, Why
from cctv_policy.strictyaml import dump
from tests import record_files
from tests.records.repo import Repo

AS_OF = datetime.fromisoformat("2026-11-22T10:00:00+08:00")
HOST_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIF8nt3RHk9OkU03tzbOTbqcLIDqm6EnxO1t3/3NhdTgL"
SITE = "test-es"
NVR = "nvr"
CAMERA = "cam-1"


def ago(as_of: datetime = AS_OF, **amount: float) -> str:
    """An instant before `as_of`, as evidence writes it."""
    return (as_of - timedelta(**amount)).isoformat()


def channel(as_of: datetime = AS_OF, **changes: Any) -> dict[str, Any]:
    """A healthy channel: 20 days of footage, recording when the recorder was asked."""
    healthy = {
        "ch": "1",
        "camera_id": CAMERA,
        "enabled": True,
        "mode": "continuous",
        "oldest_at": ago(as_of, days=20),
        "newest_at": ago(as_of, hours=1, minutes=2),
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


def _interface(_: datetime, *, addresses: list[str], **changes: Any) -> dict[str, Any]:
    return interface(*addresses, **changes)


def router(as_of: datetime = AS_OF, **changes: Any) -> dict[str, Any]:
    """A router that was read a week ago and forwards nothing."""
    healthy: dict[str, Any] = {
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
    shared = {
        fact: value
        for fact, value in healthy_recorder(as_of).items()
        if fact.startswith(("exposure.", "services."))
    }
    return shared | {
        "interfaces": [interface("192.168.10.21")],
        "accounts": [account(as_of, realm="camera")],
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


ENTRIES: dict[str, Callable[..., dict[str, Any]]] = {
    "channels": channel,
    "accounts": account,
    "interfaces": _interface,
}
"""Facts that are lists: an entry says only what differs from a healthy one."""


def filled(fact: str, value: Any, as_of: datetime) -> Any:
    """A value in full from its short form."""
    if fact == "exposure.router":
        return router(as_of, **value)
    if fact in ENTRIES:
        return [ENTRIES[fact](as_of, **entry) for entry in value]
    return value


def dated(value: Any, as_of: datetime) -> Any:
    """`{ago: {days: 3}}` anywhere stands for that instant, `{day_ago: 3}` for that date."""
    if isinstance(value, list):
        return [dated(inner, as_of) for inner in value]
    match value:
        case {"ago": amount, **others} if not others:
            return ago(as_of, **amount)
        case {"day_ago": days, **others} if not others:
            return (as_of - timedelta(days=days)).date().isoformat()
        case dict():
            return {key: dated(inner, as_of) for key, inner in value.items()}
    return value


_ENVELOPE = frozenset({"unknown", "detail", "partial", "at", "door", "source", "absent", "also"})


def told(fact: str, value: Any, as_of: datetime) -> list[dict[str, Any]]:
    """What a file says of one fact, as fields of one or more observations.

    A plain value is a short form. `{value: short form}` and `{raw: literal}` may carry `at`,
    `door`, `source`, `partial`; `{unknown: why}` is an answer that could not be given,
    `{absent: true}` none at all, `{also: …}` a further answer beside the healthy one.
    """
    value = dated(value, as_of)
    if not (isinstance(value, dict) and value.keys() & (_ENVELOPE | {"value", "raw"})):
        return [{"value": filled(fact, value, as_of)}]
    if value.get("absent"):
        return []
    if "also" in value:
        return [{}, *told(fact, value["also"], as_of)]
    extra = {key: inner for key, inner in value.items() if key in _ENVELOPE}
    if "unknown" in extra:
        return [extra | {"unknown": Why(extra["unknown"])}]
    if "raw" in value:
        return [extra | {"value": value["raw"]}]
    return [extra | ({"value": filled(fact, value["value"], as_of)} if "value" in value else {})]


@dataclass(kw_only=True)
class District:
    """What a test's district differs in; `write` makes the folder."""

    as_of: datetime = AS_OF
    pack: str = "tw-ntpc-school"
    school: dict[str, Any] = field(default_factory=dict)
    recorders: list[dict[str, Any]] = field(default_factory=lambda: [inventory_recorder()])
    evidence: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Device id → fact → what is told of it (see `told`), laid over the healthy evidence."""
    without: tuple[str, ...] = ()
    """Devices of which there is no evidence at all."""
    records: dict[str, Any] = field(default_factory=dict)
    """File below records/ → its content."""
    commits: list[dict[str, Any]] = field(default_factory=list)
    """What git is told, if the district is in git: see `_commit`."""
    holders: list[dict[str, Any]] = field(default_factory=list)
    """Who keystore.yaml names, if there is one."""
    depth: int | None = None
    """How many commits a clone that is judged instead has."""

    @classmethod
    def of(cls, described: Mapping[str, Any]) -> District:
        """The district that a case file describes."""
        as_of = datetime.fromisoformat(described.get("as_of", AS_OF.isoformat()))
        cameras = [camera(**changes) for changes in described.get("cameras", [{}])]
        first = inventory_recorder(cameras=cameras) | described.get("recorder", {})
        others = [inventory_recorder(**changes) for changes in described.get("more_recorders", [])]
        return cls(
            as_of=as_of,
            pack=described.get("pack", "tw-ntpc-school"),
            school=described.get("school", {}),
            recorders=dated([first, *others], as_of),
            evidence=described.get("evidence", {}),
            without=tuple(described.get("without", ())),
            records=record_files.files(dated(dict(described), as_of), SITE),
            commits=[
                commit | {"files": record_files.files(commit | {"base": ""}, SITE)}
                for commit in dated(described.get("commits", []), as_of)
            ],
            depth=described.get("depth"),
            holders=described.get("holders", []),
        )

    def observations(self) -> list[Observation]:
        """All that is told, collected an hour before `as_of` unless it says otherwise."""
        healthy: dict[str, dict[str, Any]] = {SITE: {"exposure.router": router(self.as_of)}}
        for recorder in self.recorders:
            healthy[recorder["id"]] = healthy_recorder(self.as_of)
            for cam in recorder["cameras"]:
                healthy[cam["id"]] = healthy_camera(self.as_of)
        return [
            self._observation(device, fact, {"value": healthy.get(device, {}).get(fact)} | answer)
            for device in healthy | self.evidence
            if device not in self.without
            for fact in healthy.get(device, {}) | self.evidence.get(device, {})
            for answer in self._answers(device, fact)
        ]

    def _answers(self, device: str, fact: str) -> list[dict[str, Any]]:
        changes = self.evidence.get(device, {})
        return told(fact, changes[fact], self.as_of) if fact in changes else [{}]

    def _observation(self, device: str, fact: str, answer: dict[str, Any]) -> Observation:
        usual = {"source": "test", "door": "ssh", "at": ago(self.as_of, hours=1)}
        return Observation(device=device, fact=fact, **usual | answer)

    def write(self, root: Path) -> Path:
        """Make `root/inventory`, `root/state` and, if there are any, `root/records`; `root`."""
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
            "custodian_changes": [],
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
        for name, content in self.records.items():
            path = root / "records" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dump(content), encoding="utf-8")
        state.write(self.document(), root / "state")
        if self.holders:
            (root / "keystore.yaml").write_text(dump(self._keystore()), encoding="utf-8")
        return self._cloned(root) if self.commits else root

    def _keystore(self) -> dict[str, Any]:
        return {
            "schema": "cctv-policy/keystore/1",
            "id": "keys",
            "replicas": [{"label": name, "path": f"../{name}"} for name in ("one", "two")],
            "holders": [
                {
                    "role": "custodian",
                    "recipient": str(pyrage.x25519.Identity.generate().to_public()),
                    **holder,
                }
                for holder in self.holders
            ],
        }

    def _cloned(self, root: Path) -> Path:
        """The folder as a repository with its commits; or a clone of it that has not all."""
        repo = Repo(root)
        for commit in self.commits:
            self._commit(repo, commit)
        if self.depth is None:
            return root
        clone = root / "clone"
        source = f"file://{root.resolve()}"
        repo.git("clone", "-q", f"--depth={self.depth}", source, str(clone))
        return clone

    def _commit(self, repo: Repo, commit: dict[str, Any]) -> None:
        """One commit: `at`; `files` below records/ that it writes (of the case: `records`),
        `delete` names records, `text` other files; `message`; `branch` starts one and leaves it.
        """
        if branch := commit.get("branch"):
            repo.git("checkout", "-q", "-b", branch)
        for name, content in commit["files"].items():
            repo.write(f"records/{name}", content)
        for record in commit.get("delete", []):
            (repo.folder / record_path(record, SITE)).unlink()
        for name, text in commit.get("text", {}).items():
            repo.write(name, text)
        repo.commit(commit.get("message", "change"), at=commit["at"])
        if branch:
            repo.git("checkout", "-q", "main")

    def document(self, **changes: Any) -> StateDocument:
        """All observations in one state document."""
        collected = ago(self.as_of, hours=1)
        usual: dict[str, Any] = {
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
        return StateDocument(**usual | changes)
