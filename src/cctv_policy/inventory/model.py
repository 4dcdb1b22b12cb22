"""What exists in a district: schools, recorders, cameras. The dataclasses are also the schema.

Files are bound to these classes as they stand, so a field is declared once. Fields marked `Filled`
come from the loader, never from a file. Secrets appear by name only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, with_config
from pydantic.json_schema import SkipJsonSchema

from cctv_policy.inventory.fields import (
    Channel,
    Host,
    HostKey,
    Id,
    IpAddress,
    Mac,
    Port,
    PrivateAddress,
    PrivateRange,
    RelativePath,
    SecretName,
    UlaInterface,
    UserName,
    Word,
)
from cctv_policy.strictyaml import STRICT, Bool, Filled, Int, IsoDate, Str, int_between

FilledStr = SkipJsonSchema[Annotated[str, Filled]]
FilledInt = SkipJsonSchema[Annotated[int, Filled]]
SchemaVersion = Literal["cctv-policy/inventory/1"]
SiteType = Literal[
    "elementary",
    "junior_high",
    "senior_high",
    "kindergarten",
    "infant_care",
    "special_education",
    "library",
    "public_space",
    "other",
]
AreaType = Literal[
    "campus",
    "kindergarten",
    "infant_care",
    "special_education",
    "dormitory",
    "public_space",
    "other",
]
"""Closed lists: a mistyped area would silently escape the parameters selected for it."""
Status = Literal["in_use", "in_storage", "under_repair", "decommissioned"]


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A name in both languages."""

    zh: Str
    en: Str


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened to a device on a day, and the record that says so."""

    on: IsoDate
    ref: Str


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class LoginRules:
    """What a device takes as a password; for one that does not take the default."""

    length: Annotated[Int, AfterValidator(int_between(8, 64))] = 15
    symbols: Bool = True
    """One of `-_.`; false: letters and digits only."""
    lower_case: Bool = False
    """The device makes lower case of what it is given."""
    lock_count: Annotated[Int, AfterValidator(int_between(3, 100))] = 5
    """Wrong logins after which it locks an account."""


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class CameraLogin:
    """The account of a camera with which its recorder fetches the picture."""

    user: UserName
    secret: SecretName
    onvif_port: Port = 80
    """Where the camera answers ONVIF, through which its password is changed."""
    rotated_on: IsoDate | None = None
    rules: LoginRules = field(default_factory=LoginRules)


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class CameraProbes:
    """Ports of a camera to look at from outside, without logging in; empty: the usual ones."""

    rtsp: tuple[Port, ...] = ()
    http: tuple[Port, ...] = ()
    https: tuple[Port, ...] = ()
    telnet: tuple[Port, ...] = ()
    debug: tuple[Port, ...] = ()
    rtsp_path: Str | None = None
    """Path of the stream, e.g. `/ch1`. None: the usual ones are tried."""


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """One camera on one channel of its recorder."""

    id: Id
    ch: Channel
    area: Id
    place: Str
    kind: Literal["camera"] = "camera"
    brand: Str | None = None
    model: Str | None = None
    oem: Str | None = None
    firmware: Str | None = None
    mac: Mac | None = None
    address: IpAddress | None = None
    analog: Bool = False
    """Without an address of its own."""
    login: CameraLogin | None = None
    """None: its password is not changed by a push."""
    probes: CameraProbes | None = None
    """None: the camera itself is not looked at from here."""
    mode: Literal["continuous", "motion"] = "continuous"
    added_on: Event | None = None
    """Later than the recorder's commissioning: footage is owed from this day on."""
    retention_days: Annotated[Int, AfterValidator(int_between(1, 366))] | None = None
    """Wanted days where they differ from the recorder's baseline."""
    recorder: FilledStr = ""
    site: FilledStr = ""
    source: FilledStr = ""
    line: FilledInt = 0


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class PushAccount:
    """The account that may change a recorder: root by `sudo -n`, used by `push` alone."""

    user: UserName
    key: SecretName
    """Secret name of the private key."""


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Connect:
    """How to reach a recorder by SSH; a host name or VPN address here is no evidence."""

    host: Host
    port: Port = 22
    user: UserName
    key: SecretName
    """Secret name of the private key."""
    host_keys: Annotated[tuple[HostKey, ...], Field(min_length=1)]
    """`type base64`; any other key is refused, there is no first-use trust."""
    push: PushAccount | None = None
    """None: this recorder is read, never changed."""


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Snmp:
    """How to ask a recorder by SNMP: v3 with authentication and privacy, or v2c."""

    version: Literal["v3", "v2c"]
    host: Host | None = None
    """None: the host of `connect`."""
    port: Port = 161
    user: UserName | None = None
    auth: SecretName | None = None
    auth_protocol: Literal["sha256", "sha512", "sha", "md5"] = "sha256"
    priv: SecretName | None = None
    priv_protocol: Literal["aes128", "aes192", "aes256", "aes192c", "aes256c", "des"] = "aes128"
    """`c`: the key as Cisco makes it (Reeder); without: as net-snmp does (Blumenthal)."""
    community: SecretName | None = None


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Probes:
    """Ports to look at from outside, without logging in."""

    hosts: tuple[Host, ...] = ()
    """Further addresses of the recorder, e.g. a second interface."""
    rtsp: tuple[Port, ...] = ()
    http: tuple[Port, ...] = ()
    https: tuple[Port, ...] = ()
    telnet: tuple[Port, ...] = ()
    debug: tuple[Port, ...] = ()
    login_probe: Bool = False
    """Consent to at most one wrong login per account and day (spec rule 8)."""


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One account on the device and the name of its managed secret."""

    account: UserName
    role: Literal["admin", "operator", "viewer", "service"]
    secret: SecretName
    rotated_on: IsoDate | None = None


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """The wanted address of a recorder's management interface; private by construction."""

    system: Literal["ifupdown", "networkd", "netplan", "networkmanager"]
    interface: UserName
    address: PrivateAddress
    prefix: Annotated[Int, AfterValidator(int_between(1, 128))]
    gateway: PrivateAddress | None = None
    dns: tuple[IpAddress, ...] = ()
    """Empty: name servers are left as they are."""
    ula: UlaInterface | None = None
    """An IPv6 address beside it, `fd…/64`. None: no IPv6 but link-local."""
    replace_dhcp: Bool = False
    """Consent to replace a DHCP lease by this fixed address."""


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """The wanted state that a push makes true. Absent fields are left as they are."""

    network: Network | None = None
    retention_days: Annotated[Int, AfterValidator(int_between(1, 366))] | None = None
    ntp: tuple[Host, ...] = ()
    timezone: Literal["Asia/Taipei"] | None = None
    login_rules: LoginRules = field(default_factory=LoginRules)
    """For all accounts of the recorder; its cameras' logins have their own."""


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Recorder:
    """One NVR, DVR or recording server. `id` is unique among all devices of the district."""

    id: Id
    driver: Word
    status: Status
    commissioned_on: IsoDate
    place: Str | None = None
    brand: Str | None = None
    model: Str | None = None
    oem: Str | None = None
    firmware: Str | None = None
    mac: tuple[Mac, ...] = ()
    storage_reset: Event | None = None
    decommissioned: Event | None = None
    connect: Connect | None = None
    snmp: Snmp | None = None
    probes: Probes = field(default_factory=Probes)
    accounts: tuple[Account, ...] = ()
    declared_ports: tuple[Port, ...] = ()
    """Ports the school says must be open."""
    answers: RelativePath | None = None
    """Answer sheet, alone (driver `manual`) or beside other doors; relative to the repository."""
    settings: Mapping[Word, Str] = field(default_factory=dict)
    """What only this driver understands, e.g. `archive` or `config`; the driver checks it."""
    baseline: Baseline = field(default_factory=Baseline)
    cameras: tuple[Camera, ...] = ()
    site: FilledStr = ""
    source: FilledStr = ""
    line: FilledInt = 0

    @property
    def in_use(self) -> bool:
        """Whether evidence is owed: in use or under repair, not on a shelf or gone."""
        return self.status in ("in_use", "under_repair")

    def retention_days(self, camera: Camera) -> int | None:
        """The wanted days of one camera's footage; None where nothing is wanted."""
        return camera.retention_days or self.baseline.retention_days


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A part of a school that parameters may select, e.g. its attached kindergarten."""

    id: Id
    type: AreaType
    name: Name


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """A parameter the school sets for itself; evaluation ignores what would loosen (spec §1.6)."""

    param: Word
    value: Str
    effective_from: IsoDate
    area: Id | None = None
    reason: Str


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class School:
    """One site with its areas and recorders; one file."""

    schema: SchemaVersion
    id: Id
    name: Name
    moe_code: Annotated[Str, Field(min_length=4)]
    city: Word
    site_type: SiteType
    areas: Annotated[tuple[Area, ...], Field(min_length=1)]
    overrides: tuple[Override, ...] = ()
    address_ranges: tuple[PrivateRange, ...] = ()
    """The school's own part of the district's address plan; wanted addresses must lie in it."""
    router: RelativePath | None = None
    """Evidence of the school's router, relative to the district's repository."""
    custodian_changes: tuple[IsoDate, ...] | None = None
    """Days on which the custodian changed (rule A3.2-credential-age); `[]` says that nobody did.
    Left out: not told, so that the rule stays unknown."""
    recorders: tuple[Recorder, ...]
    source: FilledStr = ""
    line: FilledInt = 0

    def area(self, area_id: str) -> Area:
        """The area of that id; every camera's area exists once the inventory is loaded."""
        return next(a for a in self.areas if a.id == area_id)


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Collect:
    """How hard collection may work."""

    concurrency: Annotated[Int, AfterValidator(int_between(1, 1000))] = 50
    device_budget_s: Annotated[Int, AfterValidator(int_between(1, 600))] = 30
    """Seconds one device may take in all."""


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class District:
    """The district: who it is and which regulation pack holds."""

    schema: SchemaVersion
    id: Id
    name: Name
    pack: Word
    collect: Collect = field(default_factory=Collect)
    source: FilledStr = ""
    line: FilledInt = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """Everything that exists, in file order; at least one school and one recorder."""

    district: District
    schools: tuple[School, ...]

    def recorders(self) -> Iterator[tuple[School, Recorder]]:
        """Every recorder with its school, whatever its status."""
        for school in self.schools:
            for recorder in school.recorders:
                yield school, recorder

    def cameras(self) -> Iterator[tuple[School, Recorder, Camera]]:
        """Every camera with its recorder and school."""
        for school, recorder in self.recorders():
            for camera in recorder.cameras:
                yield school, recorder, camera
