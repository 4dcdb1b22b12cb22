"""The list of factory passwords, and what counts as one."""

from __future__ import annotations

import pytest

from cctv_policy import defaults
from cctv_policy.defaults import Kind, is_factory


def test_the_list_has_a_source_for_every_row() -> None:
    assert len(defaults.entries()) > 120
    assert all(entry.source and entry.vendor for entry in defaults.entries())


@pytest.mark.parametrize(
    ("vendor", "account", "secret", "kind"),
    [
        ("Hikvision", "admin", "", Kind.EMPTY),
        (None, "operator", "operator", Kind.EQUALS_ACCOUNT),
        ("Bosch", "Admin", "admin", Kind.EQUALS_ACCOUNT),
        ("Hikvision", "admin", "12345", Kind.VENDOR),
        ("hikvision digital technology", "admin", "12345", Kind.VENDOR),
        ("LILIN", "admin", "pass", Kind.VENDOR),
        ("Samsung", "admin", "4321", Kind.VENDOR),
        ("zoneminder", "zmuser", "zmpass", Kind.VENDOR),
        ("Bosch", "admin", "meinsm", Kind.OTHER_VENDOR),
        ("never heard of", "admin", "888888", Kind.OTHER_VENDOR),
        (None, "root", "xc3511", Kind.OTHER_VENDOR),
    ],
)
def test_a_factory_password_is_known(
    vendor: str | None, account: str, secret: str, kind: Kind
) -> None:
    match = is_factory(vendor, account, secret)
    assert match is not None and match.kind is kind and match.proven


def test_a_generated_password_is_not() -> None:
    assert is_factory("Hikvision", "admin", "kX4-mQ7_tR2.bN9") is None


def test_the_match_never_carries_the_secret() -> None:
    assert "12345" not in repr(is_factory("Hikvision", "admin", "12345")).replace("fw < 5.3", "")
    assert "12345" not in repr(defaults.entries()[0])


def test_a_label_is_proven_by_the_units_own_mac() -> None:
    match = is_factory("QNAP", "admin", "245EBE4A0B1C", macs=["24:5e:be:4a:0b:1c"])
    assert match is not None and match.kind is Kind.LABEL and match.proven
    assert is_factory("QNAP", "admin", "245EBE4A0B1C", macs=["24:5e:be:00:00:00"]) is None


def test_the_shape_of_a_label_alone_proves_nothing() -> None:
    match = is_factory("EZVIZ", "admin", "QWERTZ")
    assert match is not None and match.kind is Kind.LABEL and not match.proven


def test_what_the_list_cannot_know_is_said() -> None:
    assert defaults.knows("Dahua") and not defaults.knows("Unheard Of Systems")
    assert not defaults.knows(None) and not defaults.knows("")
    assert defaults.has_label_password("QNAP", "admin")
    assert not defaults.has_label_password("Dahua", "admin")
