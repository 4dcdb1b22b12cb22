"""What only the whole district's address plan shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from cctv_policy.addresses import PRIVATE_RANGES, AddressPolicy
from cctv_policy.inventory import (
    Area,
    Baseline,
    Camera,
    Connect,
    District,
    Inventory,
    Name,
    Network,
    Probes,
    Recorder,
    School,
)
from cctv_policy.push.addressing.address_plan import check

NAME = Name(zh="範例", en="example")
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIF8nt3RHk9OkU03tzbOTbqcLIDqm6EnxO1t3/3NhdTgL"


def recorder(name: str, address: str, *, line: int = 10, host: str = "163.20.1.5") -> Recorder:
    gateway = address.rpartition(".")[0] + ".254"
    network = Network(
        system="networkd", interface="eth0", address=address, prefix=24, gateway=gateway
    )
    return Recorder(
        id=name,
        driver="segment",
        status="in_use",
        commissioned_on=date(2026, 1, 1),
        connect=Connect(host=host, user="u", key="a/b", host_keys=(KEY,)),
        baseline=Baseline(network=network),
        source=f"inventory/schools/{name[:1]}-es.yaml",
        line=line,
        site=f"{name[:1]}-es",
    )


def school(name: str, *recorders: Recorder, ranges: tuple[str, ...] = ()) -> School:
    return School(
        schema="cctv-policy/inventory/1",
        id=name,
        name=NAME,
        moe_code="999990",
        city="ntpc",
        site_type="elementary",
        areas=(Area(id="campus", type="campus", name=NAME),),
        address_ranges=ranges,
        recorders=recorders,
        source=f"inventory/schools/{name}.yaml",
    )


def codes(*schools: School, allowed: tuple[str, ...] = PRIVATE_RANGES) -> dict[str, list[str]]:
    district = District(schema="cctv-policy/inventory/1", id="d", name=NAME, pack="base")
    inventory = Inventory(district=district, schools=schools)
    found = check(inventory, lambda _: AddressPolicy(allowed_private_cidrs=allowed))
    return {name: [r.id.removeprefix("addressing.") for r in each] for name, each in found.items()}


def test_a_sound_plan_has_no_refusal() -> None:
    one = school("a-es", recorder("a1", "10.1.1.10"), ranges=("10.1.1.0/24",))
    two = school("b-es", recorder("b1", "10.1.2.10", host="163.20.1.6"), ranges=("10.1.2.0/24",))
    assert codes(one, two) == {}


def test_two_schools_may_not_plan_the_same_address() -> None:
    found = codes(
        school("a-es", recorder("a1", "10.1.1.10")),
        school("b-es", recorder("b1", "10.1.1.10", host="163.20.1.6")),
    )
    assert found == {"a1": ["collision"], "b1": ["collision"]}


def test_the_refusal_names_both_files_and_lines() -> None:
    district = District(schema="cctv-policy/inventory/1", id="d", name=NAME, pack="base")
    schools = (
        school("a-es", recorder("a1", "10.1.1.10", line=31)),
        school("b-es", recorder("b1", "10.1.1.11", line=47, host="10.1.1.10")),
    )
    inventory = Inventory(district=district, schools=schools)
    policy = AddressPolicy(allowed_private_cidrs=PRIVATE_RANGES)
    (refusal,) = check(inventory, lambda _: policy)["a1"]
    assert "inventory/schools/a-es.yaml:31" in refusal.why.en
    assert "b1 (connect.host, inventory/schools/b-es.yaml:47)" in refusal.why.en


def test_doors_probes_gateways_and_own_cameras_collide() -> None:
    one = recorder("a1", "10.1.1.10")
    other = recorder("a2", "10.1.1.11", host="163.20.1.6")
    probed = replace(other, probes=Probes(hosts=("10.1.1.10",)))
    assert codes(school("a-es", one, probed)) == {"a1": ["collision"]}
    router = recorder("a3", "10.1.1.254", host="163.20.1.7")
    assert codes(school("a-es", one, router))["a3"] == ["collision"]
    camera = Camera(id="c1", ch="1", area="campus", place="door", address="10.1.1.10")
    with_camera = replace(other, cameras=(camera,))
    assert codes(school("a-es", one, with_camera)) == {"a1": ["collision"]}
    elsewhere = replace(with_camera, baseline=Baseline())
    assert codes(school("a-es", one), school("b-es", elsewhere)) == {}, "behind its own router"


def test_a_device_on_the_shelf_claims_nothing() -> None:
    stored = replace(recorder("b1", "10.1.1.10"), status="in_storage")
    assert codes(school("a-es", recorder("a1", "10.1.1.10")), school("b-es", stored)) == {}


def test_an_address_outside_the_own_range_or_in_anothers_is_refused() -> None:
    one = school("a-es", recorder("a1", "10.1.2.10"), ranges=("10.1.1.0/24",))
    two = school("b-es", recorder("b1", "10.1.2.11", host="163.20.1.6"), ranges=("10.1.2.0/24",))
    assert codes(one, two) == {"a1": ["outside_range", "other_school"]}


def test_what_the_regulation_does_not_allow_as_private_is_refused() -> None:
    found = codes(school("a-es", recorder("a1", "192.168.1.10")), allowed=("10.0.0.0/8",))
    assert found == {"a1": ["reserved"]}
