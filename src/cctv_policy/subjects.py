"""Inventory + evidence + regulation → one rule input per subject.

Rego gets finished values only: instants as epoch seconds (the device's own already corrected by its
clock offset), owed and lawful ages as instants, addresses with their class. It compares; it
computes no date and parses no text. The shape of an input:

    {"as_of_s": int, "subject": {kind, id, site, …inventory}, "facts": {name: value},
     "gaps": {name: {"code", "values"}}, "params": {name: value}, "rules": {id: [needed facts]}}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from unicodedata import normalize

from cctv_policy.addresses import AddressPolicy, classify
from cctv_policy.channels import channel_facts
from cctv_policy.clock import clock_facts
from cctv_policy.evidence import Fact, Said, join
from cctv_policy.inventory import Camera, Inventory, Recorder, School
from cctv_policy.model import EvidenceRef, Json, ParamUse, Subject, SubjectKind
from cctv_policy.periods import midnight
from cctv_policy.regulation import Regulation
from cctv_policy.scope import Scope, Scopes
from cctv_policy.state import Observation, StateDocument
from cctv_policy.vendors import makers
from cctv_policy.waivers import Waivers, waiver_fact


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleInput:
    """One subject ready to be judged, and what a report needs to explain the verdict."""

    subject: Subject
    document: Mapping[str, Json]
    refs: Mapping[str, tuple[EvidenceRef, ...]]
    params: Mapping[str, ParamUse]
    by_channel: Mapping[str, Mapping[str, ParamUse]] = field(default_factory=dict)
    """The parameters of each channel's own area, where the subject has channels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Everything subjects are made from, for one run."""

    inventory: Inventory
    documents: Sequence[StateDocument]
    regulation: Regulation
    as_of: datetime
    params: tuple[str, ...]
    """Names of the parameters that the rules in force read."""


def epoch(instant: datetime) -> int:
    """Whole epoch seconds."""
    return int(instant.timestamp())


def rule_inputs(world: World) -> Iterator[RuleInput]:
    """Every subject of the inventory: each school, its recorders, their cameras; nothing
    left out.
    """
    said = said_by_device(world.documents)
    places = Scopes.of(world.regulation, world.as_of, world.params)
    for school in world.inventory.schools:
        yield from _school(school, world, places, said)


def recorder_as_of(
    school: School, recorder: Recorder, told: Sequence[Said], places: Scopes
) -> RuleInput:
    """The rule input of one recorder from what was told of it alone, as of `places.as_of`."""
    scopes = places.school(school)
    facts = join(told, as_of=places.as_of, max_age=scopes[""].max_age)
    return _recorder(school, recorder, scopes, facts)


def said_by_device(documents: Sequence[StateDocument]) -> dict[str, list[Said]]:
    """Device id → everything that was said of it."""
    said: dict[str, list[Said]] = {}
    for document in documents:
        for observation in document.observations:
            said.setdefault(observation.device, []).append((document, _dated(observation)))
    return said


def _dated(observation: Observation) -> Observation:
    """A router record is as old as the look at the router, however late its sheet was handed in."""
    if observation.fact != "exposure.router" or not isinstance(observation.value, dict):
        return observation
    checked_at = str(observation.value.get("checked_at"))
    try:
        datetime.fromisoformat(checked_at)
    except ValueError:
        return observation  # the fact's own type says so: malformed
    return replace(observation, at=checked_at)


def _school(
    school: School, world: World, places: Scopes, said: Mapping[str, list[Said]]
) -> Iterator[RuleInput]:
    scopes = places.school(school)
    scope = scopes[""]
    shared = join(said.get(school.id, []), as_of=world.as_of, max_age=scope.max_age)

    def facts_of(device: Recorder | Camera) -> dict[str, Fact]:
        told = [*said.get(device.id, []), *_declared(device, world.as_of)]
        return shared | join(told, as_of=world.as_of, max_age=scope.max_age)

    evidence = {r.id: facts_of(r) for r in school.recorders}
    evidence |= {c.id: facts_of(c) for r in school.recorders for c in r.cameras}
    yield _site(school, scope, shared, evidence)
    for recorder in school.recorders:
        yield _recorder(school, recorder, scopes, evidence[recorder.id])
        for camera in recorder.cameras:
            yield _camera(school, recorder, camera, scopes[camera.area], evidence[camera.id])


_DECLARED = StateDocument(
    target="inventory",
    site="",
    driver="inventory",
    run_id="",
    started_at="",
    collected_at="",
    tool_version="",
    doors=(),
    observations=(),
)


def _declared(device: Recorder | Camera, as_of: datetime) -> list[Said]:
    """What the inventory itself says of the device's make; it is as fresh as the run."""
    macs = list(device.mac) if isinstance(device, Recorder) else [device.mac] if device.mac else []
    values = {
        "device.brand": device.brand,
        "device.model": device.model,
        "device.oem": device.oem,
        "device.firmware": device.firmware,
        "device.mac": macs or None,
    }
    return [
        (
            _DECLARED,
            Observation(
                device=device.id,
                fact=fact,
                value=value,
                source=f"{device.source}:{device.line}",
                door="inventory",
                at=as_of.isoformat(),
            ),
        )
        for fact, value in values.items()
        if value is not None
    ]


def _is_fresh(facts: Mapping[str, Fact]) -> bool:
    """Whether some door other than the inventory told something usable about the device itself."""
    return any(
        not fact.code and any(ref.door not in ("inventory", "vault") for ref in fact.refs)
        for name, fact in facts.items()
        if name != "exposure.router"
    )


def _input(
    kind: SubjectKind,
    device: School | Recorder | Camera,
    site: str,
    described: dict[str, Json],
    facts: Mapping[str, Fact],
    values: dict[str, Json],
    scope: Scope,
) -> RuleInput:
    document = {
        "as_of_s": int(scope.as_of.timestamp()),
        "subject": {"kind": kind.value, "id": device.id, "site": site, **described},
        "facts": values,
        "gaps": {
            name: {"code": fact.code, "values": {"fact": name, "detail": fact.detail}}
            for name, fact in facts.items()
            if fact.code
        },
        "params": scope.values,
    }
    subject = Subject(
        kind=kind,
        id=device.id,
        site=site,
        facts=document,
        source=device.source,
        line=device.line,
    )
    refs = {name: fact.refs for name, fact in facts.items()}
    return RuleInput(subject=subject, document=document, refs=refs, params=scope.uses)


def _values(facts: Mapping[str, Fact], scope: Scope) -> dict[str, Json]:
    """Facts with a usable value, in the shape the rules compare."""
    addresses = scope.addresses
    values = {n: f.value for n, f in facts.items() if not f.code or f.code == "partial"}
    if "interfaces" in values:
        values["interfaces"] = _classified(values["interfaces"], addresses)
    if "accounts" in values:
        offset_s = _device_offset(facts["accounts"], values.get("time.offset_s", 0))
        values["accounts"] = [_account(a, offset_s) for a in values["accounts"]]
    if "exposure.upnp_mappings" in values:
        values["exposure.upnp_mappings"] = _mapped(values["exposure.upnp_mappings"], addresses)
    if "exposure.router" in values:
        values["exposure.router"] = _router(values["exposure.router"], addresses)
    if "sockets" in values:
        values["sockets"] = [
            s | {"class": classify(s["address"], addresses).klass.value} for s in values["sockets"]
        ]
    for name in ("device.brand", "device.oem", "device.firmware"):
        if name in values:
            values[name] = normalize("NFKC", values[name]).casefold().strip()
    values["makers"] = makers(values, scope.values)
    return values


def _classified(interfaces: list[dict[str, Json]], policy: AddressPolicy) -> list[dict[str, Json]]:
    """One entry an address, with its class (spec §1.4) and the interface it is on."""
    entries: list[dict[str, Json]] = []
    for interface in interfaces:
        for address in interface["addresses"]:
            judged = classify(address["address"], policy)
            entries.append(
                {
                    "interface": interface["name"],
                    "admin_up": interface["admin_up"],
                    "oper_up": interface["oper_up"],
                    "address": address["address"],
                    "normalised": judged.normalised,
                    "origin": address.get("origin"),
                    "class": judged.klass.value,
                    "labels": " ".join(judged.labels),
                }
            )
    return entries


def _mapped(mappings: list[dict[str, Json]], policy: AddressPolicy) -> list[dict[str, Json]]:
    """Port mappings with the class and normal form of the inside address, to compare with
    the device's.
    """
    entries: list[dict[str, Json]] = []
    for mapping in mappings:
        judged = classify(mapping["internal_address"], policy)
        told = {"external_port": None, "internal_port": None} | mapping
        entries.append(told | {"normalised": judged.normalised, "class": judged.klass.value})
    return entries


def _router(router: dict[str, Json], policy: AddressPolicy) -> dict[str, Json]:
    """The router record; its DMZ host becomes `dmz`, a list of at most one mapping of all ports."""
    host = router["dmz_host"]
    dmz = [] if host is None else [{"internal_address": host}]
    return router | {
        "port_forwards": _mapped(router["port_forwards"], policy),
        "static_nat": _mapped(router["static_nat"], policy),
        "dmz": _mapped(dmz, policy),
    }


_OWN_CLOCK = ("vault", "inventory", "manual")
"""Doors that tell the day of a change by a person's calendar, not by the device's clock."""


def _device_offset(accounts: Fact, offset_s: int) -> int:
    """What to take off the accounts' instants: the device's clock offset if only the device
    told them.
    """
    return 0 if any(ref.door in _OWN_CLOCK for ref in accounts.refs) else offset_s


def _account(account: dict[str, Json], offset_s: int) -> dict[str, Json]:
    changed = account.get("last_password_change")
    changed_s = int(datetime.fromisoformat(changed).timestamp()) - offset_s if changed else None
    return (
        {"factory_label": None, "probe": None, "shared_with": None}
        | account
        | {"changed_s": changed_s}
    )


def _recorder(
    school: School, recorder: Recorder, scopes: Mapping[str, Scope], facts: dict[str, Fact]
) -> RuleInput:
    scope = scopes[""]
    values = _values(facts, scope)
    if "channels" in values:
        reset = values.get("storage.reset_at")
        values["channels"] = channel_facts(
            values["channels"],
            recorder,
            scopes,
            offset_s=values.get("time.offset_s", 0),
            told_at=datetime.fromisoformat(facts["channels"].refs[0].collected_at),
            observed_reset=datetime.fromisoformat(reset) if reset else None,
        )
    values["clock"] = clock_facts(values.get("time.offset_s"), values.get("time.tz"), scope)
    described: dict[str, Json] = {
        "status": recorder.status,
        "driver": recorder.driver,
        "analog": False,
        "commissioned_on": recorder.commissioned_on.isoformat(),
        "commissioned_s": int(midnight(recorder.commissioned_on).timestamp()),
        "commissioned_until_s": epoch(midnight(recorder.commissioned_on + timedelta(days=1))),
        "custodian_changes_s": _changes(school),
    }
    item = _input(SubjectKind.RECORDER, recorder, recorder.site, described, facts, values, scope)
    areas = {camera.ch: scopes[camera.area].uses for camera in recorder.cameras}
    return replace(item, by_channel=areas)


def _camera(
    school: School, recorder: Recorder, camera: Camera, scope: Scope, facts: dict[str, Fact]
) -> RuleInput:
    added = camera.added_on.on if camera.added_on else recorder.commissioned_on
    described: dict[str, Json] = {
        "status": recorder.status,
        "analog": camera.analog,
        "recorder": recorder.id,
        "ch": camera.ch,
        "commissioned_on": added.isoformat(),
        "commissioned_s": int(midnight(added).timestamp()),
        "commissioned_until_s": epoch(midnight(added + timedelta(days=1))),
        "custodian_changes_s": _changes(school),
    }
    values = _values(facts, scope)
    return _input(SubjectKind.CAMERA, camera, camera.site, described, facts, values, scope)


def _changes(school: School) -> list[int] | None:
    """The days on which the custodian changed; None where nobody says."""
    if school.custodian_changes is None:
        return None
    return [epoch(midnight(day)) for day in school.custodian_changes]


def _site(
    school: School,
    scope: Scope,
    shared: dict[str, Fact],
    evidence: Mapping[str, Mapping[str, Fact]],
) -> RuleInput:
    """A school: which of its devices have fresh evidence, and what else was seen on its segment."""
    devices: list[dict[str, Json]] = []
    for recorder in school.recorders:
        owed = recorder.in_use
        devices.append({"id": recorder.id, "owed": owed, "fresh": _is_fresh(evidence[recorder.id])})
        for camera in recorder.cameras:
            owed = recorder.in_use and not camera.analog
            devices.append({"id": camera.id, "owed": owed, "fresh": _is_fresh(evidence[camera.id])})
    seen = _seen(school, shared, evidence)
    values: dict[str, Json] = {"coverage": devices}
    facts: dict[str, Fact] = {}
    if seen is None:
        facts["seen"] = Fact(name="seen", value=None, code="missing", detail=school.id, refs=())
    else:
        known = {_normal(a, scope.addresses) for a in _known_addresses(school, evidence)}
        values["seen"] = [
            s | {"known": _normal(s["address"], scope.addresses) in known} for s in seen.value
        ]
        facts["seen"] = seen
    return _input(SubjectKind.SITE, school, school.id, {"status": "in_use"}, facts, values, scope)


def _seen(
    school: School, shared: Mapping[str, Fact], evidence: Mapping[str, Mapping[str, Fact]]
) -> Fact | None:
    """What recorders and the site's own evidence saw; None if nobody looked.

    `partial` if one that can look did not get to see.
    """
    told = [f["seen"] for f in (shared, *(evidence[r.id] for r in school.recorders)) if "seen" in f]
    usable = [fact for fact in told if fact.code in ("", "partial")]
    if not usable:
        return None
    failed = [fact for fact in told if fact.code and fact.code not in _CANNOT_LOOK]
    return Fact(
        name="seen",
        value=[entry for fact in usable for entry in fact.value],
        code="partial" if failed else "",
        detail=", ".join(fact.code for fact in failed),
        refs=tuple(ref for fact in usable for ref in fact.refs),
    )


_CANNOT_LOOK = ("not_supported", "not_configured")
"""Reasons of doors that never see other devices; another one's look is as good."""


def _normal(address: str, policy: AddressPolicy) -> str:
    """One spelling an address; what is none (a host name) stays as it is."""
    return classify(address, policy).normalised or address


def _known_addresses(school: School, evidence: Mapping[str, Mapping[str, Fact]]) -> frozenset[str]:
    """Addresses that belong to devices of the inventory: declared, connected to, or observed."""
    known: set[str] = set()
    for recorder in school.recorders:
        known |= {recorder.connect.host} if recorder.connect else set()
        known |= {camera.address for camera in recorder.cameras if camera.address}
        devices: tuple[Recorder | Camera, ...] = (recorder, *recorder.cameras)
        for device in devices:
            interfaces = evidence[device.id].get("interfaces")
            if interfaces and not interfaces.code:
                known |= {a["address"] for i in interfaces.value for a in i["addresses"]}
    return frozenset(known)


def waiver_inputs(waivers: Waivers, scope: Scope) -> Iterator[RuleInput]:
    """Every waiver file as a subject of its own, also one that cannot be read."""
    for file in waivers.files:
        name = file.waiver.id if file.waiver else Path(file.path).stem
        site = file.waiver.site_id if file.waiver else ""
        document = {
            "as_of_s": int(scope.as_of.timestamp()),
            "subject": {"kind": SubjectKind.WAIVER.value, "id": name, "site": site},
            "facts": {"waiver": waiver_fact(file, waivers)},
            "gaps": {},
            "params": scope.values,
        }
        subject = Subject(
            kind=SubjectKind.WAIVER,
            id=name,
            site=site,
            facts=document,
            source=file.path,
            line=file.faults[0].line if file.faults else 1,
        )
        yield RuleInput(subject=subject, document=document, refs={}, params=scope.uses)
