"""Ids and paths (B17, B18): one place a record, and nothing else is a place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cctv_policy.records import PREFIXES, approval_path, parse_id, parse_path, record_path
from tests.records.samples import read, sample


def test_a_path_says_school_kind_year_and_number():
    place = parse_path("records/pingxi-es/115/REQ-115-0007.yaml")
    assert (place.site, str(place.id), place.role) == ("pingxi-es", "REQ-115-0007", None)
    place = parse_path("records/pingxi-es/115/REQ-115-0007/approvals/20-unit_head.yaml")
    assert (str(place.id), place.role) == ("REQ-115-0007", "unit_head")


@pytest.mark.parametrize("prefix", PREFIXES)
def test_id_and_path_go_both_ways(prefix):
    path = record_path(f"{prefix}-115-0001", "pingxi-es")
    assert record_path(str(parse_path(path).id), parse_path(path).site) == path
    path = approval_path(f"{prefix}-115-0001", "pingxi-es", "principal")
    assert parse_path(path).role == "principal"


BAD_IDS = [
    "",
    "REQ",
    "REQ-115-1",
    "REQ-115-00001",
    "REQ-115-0000",
    "REQ-89-0001",
    "REQ-2026-0001",
    "req-115-0001",
    "XXX-115-0001",
    "../x",
    "..\\x",
    "/x",
    "C:x",
    "CON",
    "REQ-115-0001.",
    "REQ-115-0001 ",
    "REQ-115-0001\n",
    "REQ-115-0001\x00",
    "REQ-１１５-0001",
    "R" * 300,
]


@pytest.mark.parametrize("text", BAD_IDS)
def test_b17_other_forms_are_no_ids_and_never_become_a_path(text):
    assert parse_id(text) is None
    with pytest.raises(ValueError, match="record id"):
        record_path(text, "pingxi-es")


@pytest.mark.parametrize("site", ["", "..", "a/b", "Pingxi", "學校", "a--b", "-a", "a" * 60])
def test_b17_other_forms_are_no_schools(site):
    with pytest.raises(ValueError, match="site id"):
        record_path("REQ-115-0001", site)


@pytest.mark.parametrize(
    "path",
    [
        "records/pingxi-es/114/REQ-115-0001.yaml",
        "records/pingxi-es/115/REQ-115-0001.yml",
        "records/pingxi-es/115/REQ-115-0001/request.yaml",
        "records/pingxi-es/115/REQ-115-0001/approvals/30-officer.yaml",
        "records/pingxi-es/REQ-115-0001.yaml",
        "records/../records/115/REQ-115-0001.yaml",
        "x/records/pingxi-es/115/REQ-115-0001.yaml",
        "records/pingxi-es/115/REQ-115-0001.yaml\n",
        "records/pingxi-es/115/req-115-0001.yaml",
    ],
)
def test_b17_other_paths_are_no_place_of_a_record(path):
    assert parse_path(path) is None


def test_b18_path_and_content_must_name_the_same_record():
    found = read(sample("REQ"), "records/pingxi-es/115/REQ-115-0002.yaml").faults
    assert [(f.code, f.key) for f in found] == [("id_mismatch", "id")]
    found = read(sample("REQ"), "records/other-es/115/REQ-115-0001.yaml").faults
    assert [(f.code, f.key) for f in found] == [("id_mismatch", "site_id")]


@given(st.text())
def test_any_text_is_judged_without_error(text):
    parse_id(text)
    parse_path(text)
