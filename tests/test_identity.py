"""ROC identity numbers (spec §5.4). Every number here is synthetic."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cctv_policy import identity

TODAY = date(2026, 11, 22)
SYNTHETIC = {
    "F123456784": "national",
    "F223456786": "national",
    "A100000001": "national",
    "F800123455": "ui_new",
    "F970123458": "ui_new",
    "FC00123453": "ui_old",
    "FD00123455": "ui_old",
}


@pytest.mark.parametrize(("number", "kind"), SYNTHETIC.items())
def test_valid_numbers_of_the_spec_are_accepted(number, kind):
    assert identity.kind_of(number) == kind
    assert identity.checksum_ok(number)
    assert identity.fault_of(number, kind, as_of=TODAY) is None


@pytest.mark.parametrize("number", SYNTHETIC)
def test_every_other_check_digit_is_refused(number):
    for digit in "0123456789":
        assert identity.checksum_ok(number[:-1] + digit) == (digit == number[-1])


def test_wrong_check_digit_of_t54_is_refused():
    assert identity.fault_of("F123456789", "national", as_of=TODAY) == "checksum"


@pytest.mark.parametrize(
    "number",
    ["", "F12345678", "F1234567840", "F,23456784", "f123456784", "F323456784", "1123456784", "FE0"],
)
def test_other_forms_have_no_kind(number):
    assert identity.kind_of(number) is None
    assert not identity.checksum_ok(number)


@pytest.mark.parametrize(
    "text", ["f123456784", "F 123-456-784", "Ｆ１２３４５６７８４", "F1234　56784", "F1234–56784"]
)
def test_what_people_type_is_normalised(text):
    assert identity.normalise(text) == "F123456784"
    assert identity.fault_of(text, "national", as_of=TODAY) is None


def test_old_resident_number_of_t55_is_accepted_until_the_end_of_2030():
    old = "FC00123453"
    assert identity.fault_of(old, "ui_old", as_of=date(2030, 12, 31)) is None
    assert identity.fault_of(old, "ui_old", as_of=date(2031, 1, 1)) == "old_number"


def test_kind_and_number_must_agree():
    assert identity.fault_of("F800123455", "national", as_of=TODAY) == "form"


def test_passport_has_no_checksum():
    assert identity.fault_of("X1234567", "passport", as_of=TODAY) is None
    assert identity.fault_of("X12", "passport", as_of=TODAY) == "form"
    assert identity.fault_of("ID/2026-77", "other", as_of=TODAY) is None


def kinds(text, **more):
    return [(h.kind, h.checksum_ok) for h in identity.find(text, **more)]


@pytest.mark.parametrize("number", SYNTHETIC)
def test_numbers_are_found_in_text(number):
    for text in (number, f"證號{number}。", f"id={number.lower()}", f"{number[0]} {number[1:]}"):
        assert kinds(text) == [(SYNTHETIC[number], True)], text


def test_pattern_without_checksum_is_told_apart():
    assert kinds("F123456789") == [("national", False)]


@pytest.mark.parametrize(
    "text",
    [
        "0912345678",
        "0912-345-678",
        "+886 912 345 678",
        "02-2495-1010",
        "(02)24951010",
        "電話０９１２３４５６７８",
    ],
)
def test_telephone_numbers_are_found(text):
    assert kinds(text) == [("phone", True)]


@pytest.mark.parametrize(
    "text",
    [
        "REQ-115-0001",
        "2026-03-01T08:30:00+08:00",
        "9f123456784a0b1c2d3e4f5a6b7c8d9e0f1a2b3c",
        "192.168.10.20",
        "1.2.3.0912345678",
        "民國115年3月1日",
        "NVR-0912345678A",
        "00:11:22:aa:bb:cc",
    ],
)
def test_other_digits_are_left_alone(text):
    assert kinds(text) == []


def test_allowed_synthetic_numbers_are_not_reported():
    assert kinds("F123456784 F223456786", allow={"F123456784"}) == [("national", True)]


def test_a_hit_never_shows_the_value():
    (hit,) = identity.find("F123456784")
    assert "123456" not in repr(hit)
    assert hit.masked == "**********"


@given(st.text())
def test_any_text_is_judged_without_error(text):
    identity.checksum_ok(identity.normalise(text))
    hits = list(identity.find(text))
    assert not hits or identity.may_hold(text)
    for kind in identity.KINDS:
        identity.fault_of(text, kind, as_of=TODAY)
