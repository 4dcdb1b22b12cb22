"""The facts that evidence may carry: name, strict type, and how several doors' answers are joined.

The names are those of the spec's §1.3. A driver reports each fact as an `Observation` (state.py)
with a value of exactly this shape, or with the reason why it could not tell. A field that a driver
cannot tell inside a value is `None` (never a default); the rules read `None` as unknown.

Instants are ISO 8601 with offset, dates ISO 8601, as the device reported them (not yet corrected
by its clock offset). Sizes are bytes, durations say their unit in the name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from cctv_policy.model import Json, Text


def _is_instant(text: str) -> str:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError("needs an offset, for example 2026-11-22T08:00:00+08:00")
    if not 1970 <= instant.year < 2200:
        raise ValueError("no year of this system's life")
    return text


def _is_filmed(text: str) -> str:
    if datetime.fromisoformat(text).year < 2000:
        raise ValueError("footage from before 2000: the clock was not set")
    return text


def _one_each(channels: list[Channel]) -> list[Channel]:
    if len({channel.ch for channel in channels}) < len(channels):
        raise ValueError("a channel is told twice")
    return channels


def _is_date(text: str) -> str:
    date.fromisoformat(text)
    return text


Instant = Annotated[str, AfterValidator(_is_instant)]
Day = Annotated[str, AfterValidator(_is_date)]
Port = Annotated[int, Field(ge=1, le=65535)]
Filmed = Annotated[Instant, AfterValidator(_is_filmed)]
"""When footage was recorded, by the device's clock."""
Days = Annotated[int, Field(ge=0, le=10**9)]
Offset = Annotated[int, Field(ge=-(10**10), le=10**10)]
"""Seconds; a clock that stands at 1970 is some 1.8e9 behind."""


def _later(one: str, other: str) -> bool:
    return datetime.fromisoformat(one) > datetime.fromisoformat(other)


class _Value(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Address(_Value):
    """One address of an interface, as the device says it (classified in addresses.py)."""

    address: str
    prefixlen: int | None = None
    origin: Literal["static", "dhcp", "slaac", "link", "unknown"] | None = None


class Interface(_Value):
    name: str
    admin_up: bool | None
    oper_up: bool | None
    role: str | None = None
    mac: str | None = None
    addresses: list[Address]


class Mapping(_Value):
    """A port mapping: outside port to inside address and port."""

    external_port: Port | None = None
    internal_address: str
    internal_port: Port | None = None
    protocol: str | None = None


class Router(_Value):
    """What somebody read off the site's router, and when."""

    checked_at: Instant
    port_forwards: list[Mapping]
    dmz_host: str | None
    static_nat: list[Mapping]


class Account(_Value):
    """An account of the recorder or its operating system. Never carries a secret or a hash."""

    name: str
    realm: str = "device"
    """Where the account lives: `device`, `os`, `web`, `database`, `snmp`, `camera:<id>`."""
    role: str | None
    enabled: bool | None
    is_default_password: bool | None
    """True: proven to be a factory password (also: empty, equal to the name, unchanged label)."""
    check_method: (
        Literal["managed_secret", "device_flag", "device_hash", "config", "login_probe", "manual"]
        | None
    ) = None
    last_password_change: Instant | None = None
    factory_label: bool | None = None
    """The initial password is a random label of this unit (counts as default until changed)."""
    probe: Literal["refused", "accepted", "locked"] | None = None
    password_locked: bool | None = None
    """No password opens the account (a key still may): none can age or be a default."""
    shared_with: int | None = None
    """On how many other devices the same managed secret is in use."""


class Gap(_Value):
    """A hole in the recording: from the end of one finished file to the start of the next."""

    start: Filmed
    end: Filmed
    ref: str | None = None
    """Record that explains it (fault, maintenance, power), if any."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if _later(self.start, self.end):
            raise ValueError("the gap ends before it starts")
        return self


class LockedFile(_Value):
    recorded_at: Filmed
    ref: str | None = None


class Channel(_Value):
    """One recording channel; everything from finished files or the recorder's own database."""

    ch: str
    camera_id: str | None = None
    enabled: bool | None
    mode: Literal["continuous", "motion", "schedule", "off"] | None
    oldest_at: Filmed | None
    newest_at: Filmed | None
    gaps: list[Gap] | None
    wrapped: bool | None = None
    """Whether storage has overwritten or deleted footage of this channel since its start."""
    configured_days: Days | None = None
    """Days the recorder is set to keep; 0 means without limit; None not told."""
    projected_days: Days | None = None
    """Days that fit: capacity ÷ measured bytes a day of all channels on the volume."""
    locked_files: list[LockedFile] | None = None
    signal: bool | None = None
    """The recorder has a picture of the camera now."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.oldest_at and self.newest_at and _later(self.oldest_at, self.newest_at):
            raise ValueError("the oldest footage is later than the newest")
        return self


class Volume(_Value):
    """A recording volume."""

    mount: str
    size_bytes: Annotated[int, Field(ge=0)]
    free_bytes: Annotated[int, Field(ge=0)]
    state: Literal["ok", "full", "failed", "read_only"] | None


class Socket(_Value):
    """A listening socket as the kernel says, not as a configuration file says."""

    proto: Literal["tcp", "udp"]
    address: str
    port: Port
    process: str | None = None


class Snmp(_Value):
    v1: bool | None
    v2c: bool | None
    v3: bool | None
    community_default: bool | None
    """A community from the list of factory communities (public, private …) is accepted."""


class Software(_Value):
    kind: str
    version: str | None
    running: bool | None
    enabled: bool | None


class LogCoverage(_Value):
    covers_from: Instant | None
    covers_to: Instant | None


class Event(_Value):
    """Something the recorder's log says was done. Session tokens are never stored."""

    type: Literal["login", "login_failed", "playback", "export", "config"]
    at: Instant
    account: str | None
    ch: str | None = None
    start: Instant | None = None
    end: Instant | None = None


class SeenDevice(_Value):
    """A CCTV device somebody saw on the segment: by a recorder's camera list, ONVIF, or a walk."""

    address: str
    mac: str | None = None
    hint: str | None = None


class Merge(StrEnum):
    """How the answers of several doors become one (see evidence.py)."""

    EQUAL = "equal"
    """All answers must be the same, or the fact is contradictory."""
    WORST = "worst"
    """Reachable or open by any door is reachable; an unsafe answer is never outvoted."""
    NEAR = "near"
    """Integers within `NEAR_TOLERANCE`; the first door's answer is taken."""
    ADDRESSES = "addresses"
    """Same set of usable addresses; the most detailed answer is taken."""
    ACCOUNTS = "accounts"
    """Union by realm and name; a proven default password wins, a told value beats None."""
    UNION = "union"
    """Union of the lists."""
    CHANNELS = "channels"
    """The best door's answer, unless another door's footage says otherwise."""
    TEXTS = "texts"
    """Every different text, joined by ` / `: a maker named by any door is named."""
    FIRST = "first"
    """The best door that could tell (evidence.DOORS)."""


NEAR_TOLERANCE = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class FactSpec:
    """Shape and joining of one fact.

    `empty_is_unknown`: an empty list proves nothing (spec §1.1).
    """

    name: str
    type: Any
    """The Python type whose JSON form a value has."""
    check: Callable[[Json], object]
    from_text: Callable[[Json], Json]
    """The value as JSON from a tree whose leaves are text (answer sheets); ValidationError
    if not one.
    """
    merge: Merge = Merge.EQUAL
    empty_is_unknown: bool = False
    max_age_param: str = "evidence_max_age_days"


def _spec(
    name: str,
    type_: Any,
    merge: Merge = Merge.EQUAL,
    *,
    empty_is_unknown: bool = False,
    max_age_param: str = "evidence_max_age_days",
) -> FactSpec:
    adapter: TypeAdapter[object] = TypeAdapter(type_, config=None)
    return FactSpec(
        name=name,
        type=type_,
        check=lambda value: adapter.validate_python(value, strict=True),
        from_text=lambda tree: adapter.dump_python(
            adapter.validate_python(tree, strict=False), mode="json"
        ),
        merge=merge,
        empty_is_unknown=empty_is_unknown,
        max_age_param=max_age_param,
    )


_ALL: Sequence[FactSpec] = (
    _spec("device.brand", str, Merge.TEXTS),
    _spec("device.model", str, Merge.FIRST),
    _spec("device.oem", str, Merge.TEXTS),
    _spec("device.firmware", str, Merge.FIRST),
    _spec("device.mac", list[str], Merge.UNION),
    _spec("software", Software, Merge.FIRST),
    _spec("interfaces", list[Interface], Merge.ADDRESSES, empty_is_unknown=True),
    _spec("exposure.upnp_enabled", bool, Merge.WORST),
    _spec("exposure.upnp_mappings", list[Mapping], Merge.UNION),
    _spec("exposure.ddns_enabled", bool, Merge.WORST),
    _spec("exposure.p2p_enabled", bool, Merge.WORST),
    _spec("exposure.tunnels", list[str], Merge.UNION),
    _spec("exposure.router", Router, Merge.FIRST, max_age_param="router_max_age_days"),
    _spec("accounts", list[Account], Merge.ACCOUNTS, empty_is_unknown=True),
    _spec(
        "channels",
        Annotated[list[Channel], AfterValidator(_one_each)],
        Merge.CHANNELS,
        empty_is_unknown=True,
    ),
    _spec("storage", list[Volume], Merge.FIRST, empty_is_unknown=True),
    _spec("storage.reset_at", Instant, Merge.FIRST),
    _spec("time.offset_s", Offset, Merge.NEAR),
    _spec("time.ntp_enabled", bool, Merge.EQUAL),
    _spec("time.tz", str, Merge.EQUAL),
    _spec("sockets", list[Socket], Merge.FIRST, empty_is_unknown=True),
    _spec("services.telnet", bool, Merge.WORST),
    _spec("services.http", bool, Merge.WORST),
    _spec("services.https", bool, Merge.WORST),
    _spec("services.ssh", bool, Merge.WORST),
    _spec("services.http_auth", Literal["none", "basic", "digest", "form", "absent"], Merge.WORST),
    _spec("services.rtsp_auth", Literal["none", "basic", "digest", "absent"], Merge.WORST),
    _spec("services.snmp", Snmp, Merge.WORST),
    _spec("services.recordings_open", bool, Merge.WORST),
    _spec("services.database_open", bool, Merge.WORST),
    _spec("services.debug_ports", list[Port], Merge.UNION),
    _spec("services.mgmt_addresses", list[str], Merge.UNION),
    _spec("uptime_s", int, Merge.FIRST),
    _spec("log", LogCoverage, Merge.FIRST),
    _spec("events", list[Event], Merge.FIRST),
    _spec("seen", list[SeenDevice], Merge.UNION),
)

FACTS: dict[str, FactSpec] = {spec.name: spec for spec in _ALL}

SAFEST_FIRST: dict[str, tuple[str, ...]] = {
    "services.http_auth": ("absent", "digest", "form", "basic", "none"),
    "services.rtsp_auth": ("absent", "digest", "basic", "none"),
}
"""Order of the enumerated facts that are joined by WORST: the last one named wins."""

RECORD_LABELS: dict[str, Text] = {
    "form": Text(zh="紀錄檔的格式", en="the record's form"),
    "request": Text(zh="調閱申請", en="the access request"),
    "approvals": Text(zh="核准", en="the approvals"),
    "sessions": Text(zh="調閱場次", en="the viewings"),
    "register": Text(zh="調閱登記", en="the register"),
    "kept": Text(zh="留存複本之有無", en="whether a copy was kept"),
    "copies_out": Text(zh="對外複製情形", en="the copies released"),
    "art10": Text(zh="個資法第10條請求", en="the request under PDPA art. 10"),
    "agency": Text(zh="公務機關調閱", en="the agency request"),
    "copy": Text(zh="留存複本", en="the kept copy"),
    "hold": Text(zh="保全紀錄", en="the legal hold"),
    "inspection": Text(zh="保養紀錄", en="the inspection"),
    "inspections": Text(zh="各季檢查", en="the inspections of each quarter"),
    "repair": Text(zh="報修情形", en="report and repair"),
    "entry": Text(zh="名冊資料", en="the roster entry"),
    "custodians": Text(zh="管理人員名冊", en="the roster"),
    "handover": Text(zh="交接紀錄", en="the handover"),
    "incident": Text(zh="事件紀錄", en="the incident"),
    "ledger": Text(zh="財產帳", en="the ledger"),
    "policy": Text(zh="校內作法", en="the written policy"),
    "requests_kept": Text(zh="申請單之保存", en="whether request forms are kept"),
    "register_kept": Text(zh="登記簿之保存", en="whether the register is kept"),
    "changes": Text(zh="紀錄之更改", en="changes of records"),
    "deletions": Text(zh="紀錄之刪除", en="deletions of records"),
    "entered": Text(zh="登錄日期", en="the day of entry"),
    "admins": Text(zh="管理者帳號與名冊", en="administrator accounts beside the roster"),
    "leaver": Text(zh="離職人員之帳號", en="the leaver's accounts"),
    "held": Text(zh="保全中之影像", en="the held footage"),
    "secured": Text(zh="影像之保全", en="whether the footage is secured"),
    "playback": Text(zh="主機操作紀錄與登記簿", en="recorders' logs beside the register"),
    "sealing": Text(zh="個人資料之加密", en="how personal data is sealed"),
    "form_request": Text(zh="申請單列印格式", en="the printed request form"),
    "form_inspection": Text(zh="保養紀錄簿列印格式", en="the printed inspection book"),
    "that_day": Text(zh="檢查當日的設備狀態", en="what the recorders told on that day"),
    "pii": Text(zh="版本歷史中的個人資料", en="personal data in the history"),
}
"""Facts of records, made by record_subjects/ from the records and what git says of them."""

LABELS: dict[str, Text] = {
    "device.brand": Text(zh="設備廠牌", en="the brand"),
    "device.model": Text(zh="設備型號", en="the model"),
    "device.oem": Text(zh="代工廠牌", en="the OEM"),
    "device.firmware": Text(zh="韌體版本", en="the firmware"),
    "device.mac": Text(zh="網路卡號", en="the MAC addresses"),
    "software": Text(zh="錄影軟體", en="the recording software"),
    "interfaces": Text(zh="網路介面與位址", en="interfaces and addresses"),
    "exposure.upnp_enabled": Text(zh="UPnP 狀態", en="the UPnP state"),
    "exposure.upnp_mappings": Text(zh="UPnP 對應", en="the UPnP mappings"),
    "exposure.ddns_enabled": Text(zh="DDNS 狀態", en="the DDNS state"),
    "exposure.p2p_enabled": Text(zh="廠商雲端(P2P)狀態", en="the vendor cloud (P2P) state"),
    "exposure.tunnels": Text(zh="對外通道", en="tunnels to the outside"),
    "exposure.router": Text(zh="路由器設定", en="the router's settings"),
    "accounts": Text(zh="帳號", en="the accounts"),
    "channels": Text(zh="錄影頻道", en="the channels"),
    "storage": Text(zh="儲存空間", en="the storage"),
    "storage.reset_at": Text(zh="儲存重置時間", en="the storage reset time"),
    "time.offset_s": Text(zh="時鐘誤差", en="the clock offset"),
    "time.ntp_enabled": Text(zh="自動校時", en="the NTP state"),
    "time.tz": Text(zh="時區", en="the time zone"),
    "sockets": Text(zh="開放的連接埠", en="the listening sockets"),
    "services.telnet": Text(zh="telnet 服務", en="telnet"),
    "services.http": Text(zh="未加密的管理網頁", en="plain-HTTP administration"),
    "services.https": Text(zh="加密的管理網頁", en="HTTPS administration"),
    "services.ssh": Text(zh="SSH 服務", en="SSH"),
    "services.http_auth": Text(zh="管理網頁的登入方式", en="the web login kind"),
    "services.rtsp_auth": Text(zh="影像串流的登入方式", en="the stream login kind"),
    "services.snmp": Text(zh="SNMP 服務", en="SNMP"),
    "services.recordings_open": Text(zh="免登入下載錄影", en="open recording downloads"),
    "services.database_open": Text(zh="對外開放的資料庫", en="an open database"),
    "services.debug_ports": Text(zh="除錯連接埠", en="debug ports"),
    "services.mgmt_addresses": Text(zh="可管理的位址", en="addresses with management"),
    "uptime_s": Text(zh="開機時間", en="the uptime"),
    "log": Text(zh="操作紀錄涵蓋期間", en="the log coverage"),
    "events": Text(zh="操作紀錄", en="the log events"),
    "seen": Text(zh="網段上的監錄設備", en="CCTV devices seen on the segment"),
    "coverage": Text(zh="設備清冊", en="the inventory's devices"),
    "waiver": Text(zh="豁免紀錄", en="the waiver"),
} | RECORD_LABELS
"""What a report calls each fact, the facts of sites and records included."""
