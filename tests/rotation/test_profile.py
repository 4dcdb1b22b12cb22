"""Passwords that devices take: the profile, and making one."""

from __future__ import annotations

import random

import pytest

from cctv_policy.rotation.profile import DEFAULT, Profile, faults, generate, variants
from cctv_policy.rotation.states import WORDS, State
from cctv_policy.secretstore import Secret


def test_a_thousand_made_passwords_hold_to_the_profile_and_differ() -> None:
    rng = random.Random(7)
    made = [generate(DEFAULT, "cctvmon", rng.randrange).reveal() for _ in range(1_000)]
    assert len(set(made)) == 1_000
    for text in made:
        assert len(text) == 15 and faults(DEFAULT, "cctvmon", text) == ()
        assert text[0].isalnum() and text[-1].isalnum()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("aK7-pQ2mXr9LwTz4", "length"),
        ("aK7-pQ2mXr9LwT", "length"),
        ("aK7pQ2mXr9LwTz4", "symbol"),
        ("aK7-pQ2mXr9 wTz", "character"),
        ("aK7-pQ2mXr9$wTz", "character"),
        ("aK7-pQ2mX123wTz", "word"),
        ("aK7-pADMINr9wTz", "word"),
        ("aK7-pCctvMon9Tz", "word"),
        ("aK7-pQQQXr9LwTz", "run"),
        ("aK7-pQabcr9LwTz", "run"),
        ("aK7-pQ2mX987wTz", "run"),
        ("-aK7pQ2mXr9LwTz", "edge"),
        ("ak7-pq2mxr9lwtz", "upper"),
        ("AK7-PQ2MXR9LWTZ", "lower"),
        ("aKx-pQymXrzLwTz", "digit"),
    ],
)
def test_what_devices_refuse_is_told(text: str, code: str) -> None:
    assert code in faults(DEFAULT, "cctvmon", text)


@pytest.mark.parametrize("text", ["aK7-pQ2mXr9LwTz", "zz9-aa8.Km2QpR4"])
def test_two_in_a_row_are_allowed(text: str) -> None:
    assert faults(DEFAULT, "cctvmon", text) == ()


def test_lower_case_without_symbols_is_made_where_a_device_takes_no_more() -> None:
    profile = Profile(length=10, symbols="", folds_case=True)
    rng = random.Random(3)
    for _ in range(200):
        text = generate(profile, "admin", rng.randrange).reveal()
        assert len(text) == 10 and text.isalnum() and text == text.lower()


def test_what_is_said_of_a_device_comes_first_then_known_truncations_longest_first() -> None:
    profile = Profile(truncations=(8, 12), folds_case=True)
    found = [s.reveal() for s in variants(profile, Secret("aK7-pQ2mXr9LwTz"))]
    assert found == ["ak7-pq2mxr9lwtz", "aK7-pQ2mXr9L", "aK7-pQ2m"]


def test_a_profile_that_allows_nothing_is_an_error_and_no_loop() -> None:
    with pytest.raises(ValueError, match="hardly any"):
        generate(Profile(length=3, forbidden=tuple("abcdefghijklmnopqrstuvwxyz0123456789")), "x",
                 random.Random(1).randrange)  # fmt: skip


def test_every_state_is_told_in_both_languages_with_a_next_step_unless_all_is_well() -> None:
    assert set(WORDS) == set(State)
    for state, words in WORDS.items():
        assert words.what.zh and words.what.en
        assert bool(words.fix.zh) == bool(words.fix.en)
        assert words.fix.en or state in (State.ROTATED, State.ROLLED_FORWARD)
