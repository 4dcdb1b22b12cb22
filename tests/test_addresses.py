"""The table of spec §1.4, row by row: first and last address of each range and their neighbours."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cctv_policy.addresses import (
    PRIVATE_RANGES,
    AddressClass,
    AddressPolicy,
    classify,
    classify_all,
    without_ignored,
)

POLICY = AddressPolicy(
    allowed_private_cidrs=PRIVATE_RANGES,
    labels={"tanet": ["163.20.0.0/16", "2001:288::/32"], "hinet": ["203.72.0.0/16"]},
)
RANGES = {
    "10.0.0.0/8": "private",
    "172.16.0.0/12": "private",
    "192.168.0.0/16": "private",
    "fc00::/7": "private",
    "127.0.0.0/8": "loopback",
    "::1/128": "loopback",
    "fe80::/10": "linklocal6",
    "169.254.0.0/16": "linklocal4",
    "100.64.0.0/10": "cgnat",
    "0.0.0.0/32": "unset",
    "::/128": "unset",
    "2002::/16": "transition_public",
    "2001::/32": "transition_public",
    "64:ff9b::/96": "transition_public",
    "192.88.99.0/24": "transition_public",
    "192.0.0.0/24": "special",
    "192.0.2.0/24": "special",
    "198.18.0.0/15": "special",
    "198.51.100.0/24": "special",
    "203.0.113.0/24": "special",
    "224.0.0.0/4": "special",
    "240.0.0.0/4": "special",
    "2001:db8::/32": "special",
    "3fff::/20": "special",
    "100::/64": "special",
    "5f00::/16": "special",
    "fec0::/10": "special",
    "ff00::/8": "special",
    "2001:10::/28": "special",
    "2001:20::/28": "special",
}
NETWORKS = {ip_network(cidr): klass for cidr, klass in RANGES.items()}


def klass(text: str) -> str:
    return str(classify(text, POLICY).klass)


def expected(address: IPv4Address | IPv6Address) -> str:
    """The table again, said with another library; no address with an IPv4 one inside."""
    for network, name in NETWORKS.items():
        if address.version == network.version and address in network:
            return name
    return "public" if address.version == 4 or address in ip_network("2000::/3") else "special"


@pytest.mark.parametrize("cidr", RANGES)
def test_both_ends_of_each_range_belong_to_it(cidr: str) -> None:
    network = ip_network(cidr)
    assert klass(str(network[0])) == RANGES[cidr]
    assert klass(str(network[-1])) == RANGES[cidr]


@pytest.mark.parametrize("cidr", [c for c in RANGES if c not in ("::/128", "::1/128")])
def test_the_neighbours_of_each_range_are_judged_by_their_own_row(cidr: str) -> None:
    network = ip_network(cidr)
    first, last = int(network[0]), int(network[-1])
    kind = type(network[0])
    for number in (first - 1, last + 1):
        if 0 <= number < 2**network.max_prefixlen and not _embeds(kind(number)):
            assert klass(str(kind(number))) == expected(kind(number))


def _embeds(address: IPv4Address | IPv6Address) -> bool:
    return address.version == 6 and (int(address) >> 32 & 0xFFFFFFFF) in (0x5EFE, 0x2005EFE)


@given(st.ip_addresses(v=4))
def test_every_ipv4_address_agrees_with_the_table(address: IPv4Address) -> None:
    assert klass(str(address)) == expected(address)
    assert klass(f"::ffff:{address}") == expected(address)
    assert classify(f"::ffff:{address}", POLICY).normalised == str(address)


@given(st.ip_addresses(v=6))
def test_every_ipv6_address_agrees_with_the_table(address: IPv6Address) -> None:
    carries_ipv4 = int(address) >> 64 == 0 or address in ip_network("64:ff9b:1::/48")
    if not carries_ipv4 and not _embeds(address):
        assert klass(str(address)) == expected(address)
        assert klass(f"{address}%eth0") == expected(address)


@given(st.sampled_from(sorted(RANGES)), st.data())
def test_every_address_inside_a_range_belongs_to_it(cidr: str, data: st.DataObject) -> None:
    network = ip_network(cidr)
    number = data.draw(st.integers(int(network[0]), int(network[-1])))
    assert klass(str(type(network[0])(number))) == RANGES[cidr]


@given(st.text(max_size=50))
def test_any_text_gets_a_class_and_only_addresses_one_of_the_others(text: str) -> None:
    found = classify(text, POLICY)
    if found.klass is AddressClass.MALFORMED:
        assert (found.normalised, found.reason) == ("", "evidence_error")
    else:
        assert ip_address(found.normalised)


@pytest.mark.parametrize(
    "text",
    [
        "163.020.1.5",  # T16
        "10.1",
        "10",
        "0x0a000001",
        "167772161",
        "10.1.1.1/24",
        "fe80::1/64",
        "10.1.1.1:80",
        "[::1]",
        "[::1]:80",
        "nvr.local",
        "",
        " 10.1.1.1",
        "10.1.1.1 ",
        "10.1.1.1\n",
        "10.1.1.1%eth0",
        "fe80::1%",
        "fe80::1%eth 0",
        "::ffff:163.020.1.5",
        "::ffff:300.1.1.1",
        "256.1.1.1",
        "1.2.3.4.5",
        "１０.1.1.1",
        ":::",
        "12345::",
    ],
)
def test_anything_but_one_strict_address_is_malformed(text: str) -> None:
    assert klass(text) == "malformed"


@pytest.mark.parametrize(
    ("text", "reason", "labels"),
    [
        ("2002:a314:105::1", "6to4", ("tanet",)),
        ("2002:0a01:0105::1", "6to4", ()),
        ("2001:0:53aa:64c::1", "teredo", ()),
        ("64:ff9b::163.20.1.5", "nat64", ("tanet",)),
        ("64:ff9b:1:a314:1:500::", "nat64", ("tanet",)),
        ("192.88.99.1", "6to4_relay", ()),
        ("::163.20.1.5", "ipv4_compatible", ("tanet",)),
        ("::ffff:0:163.20.1.5", "ipv4_translated", ("tanet",)),
        ("2001:470::5efe:163.20.1.5", "isatap", ("tanet",)),
        ("2001:470::200:5efe:163.20.1.5", "isatap", ("tanet",)),
    ],
)
def test_addresses_reachable_by_transition_are_public(
    text: str, reason: str, labels: tuple[str, ...]
) -> None:
    found = classify(text, POLICY)
    assert (found.klass, found.reason, found.labels) == ("transition_public", reason, labels)


@pytest.mark.parametrize(
    ("text", "expected_class"),
    [
        ("::10.1.1.5", "special"),
        ("::ffff:0:10.1.1.5", "special"),
        ("64:ff9b:1:a01:1:500::", "special"),  # 10.1.1.5 inside
        ("2001:470::5efe:10.1.1.5", "public"),
        ("fe80::5efe:163.20.1.5", "linklocal6"),  # first match of the table wins
        ("fd00::5efe:163.20.1.5", "private"),
        ("4000::1", "special"),
        ("0.1.2.3", "public"),
    ],
)
def test_an_embedded_address_counts_only_where_no_earlier_row_matches(
    text: str, expected_class: str
) -> None:
    assert klass(text) == expected_class


def test_labels_are_only_put_on_public_addresses() -> None:
    assert classify("163.20.55.9", POLICY).labels == ("tanet",)  # T02
    assert classify("2001:288:1234::5", POLICY).labels == ("tanet",)  # T03
    assert classify("8.8.8.8", POLICY).labels == ()
    wide = AddressPolicy(allowed_private_cidrs=PRIVATE_RANGES, labels={"all": ["0.0.0.0/0"]})
    assert classify("10.1.1.1", wide).labels == ()


def test_a_private_address_outside_a_narrow_allow_list_is_neither_allowed_nor_public() -> None:
    narrow = AddressPolicy(allowed_private_cidrs=("10.0.0.0/8",))
    found = classify("192.168.1.1", narrow)
    assert (found.klass, found.reason) == ("special", "private_not_allowed")
    assert classify("10.1.1.1", narrow).klass == "private"


@pytest.mark.parametrize(
    ("texts", "kept"),
    [
        (["10.1.1.5", "fe80::1%eth0", "127.0.0.1", "::1"], ["10.1.1.5"]),  # T04
        (["169.254.7.7"], ["169.254.7.7"]),  # T06
        (["169.254.7.7", "10.1.1.5"], ["10.1.1.5"]),
        (["169.254.7.7", "fe80::1"], ["169.254.7.7"]),
        (["169.254.7.7", "192.0.2.1"], ["169.254.7.7", "192.0.2.1"]),
        (["0.0.0.0", "163.20.1.5"], ["163.20.1.5"]),
        (["0.0.0.0", "::"], ["0.0.0.0", "::"]),
        (["0.0.0.0", "not-an-address"], ["0.0.0.0", "not-an-address"]),
        (["127.0.0.1"], []),
    ],
)
def test_what_is_ignored_depends_on_the_other_addresses(texts: list[str], kept: list[str]) -> None:
    assert [a.text for a in without_ignored(classify_all(texts, POLICY))] == kept
