"""A squeezed answer is unpacked to what was printed; a broken one never becomes something else."""

from __future__ import annotations

import gzip
import os

import pytest

from cctv_policy.drivers.framing import unpack

MARK = "@@t"
CLOCK = b"\n@@t clock\nnow=1\n\n@@t rc 0\n"
FIRST = b"\n@@t host\nuid=0\n\n@@t rc 0\n"
LAST = b"\n@@t files /srv\n" + os.urandom(64).hex().encode() * 50 + b"\n@@t rc 0\n\n@@t end\n"
LIMIT = 1 << 20


def squeezed(*members: bytes) -> bytes:
    return CLOCK + b"\n@@t gzip\n" + b"".join(gzip.compress(member) for member in members)


def test_members_are_joined_behind_what_came_in_the_clear() -> None:
    assert unpack(squeezed(FIRST, LAST), MARK, LIMIT) == (CLOCK + FIRST + LAST, True)


def test_an_answer_in_the_clear_stays_as_it_is() -> None:
    assert unpack(CLOCK + FIRST, MARK, LIMIT) == (CLOCK + FIRST, True)


def test_a_cut_answer_gives_a_beginning_of_the_whole() -> None:
    raw, whole = squeezed(FIRST, LAST), CLOCK + FIRST + LAST
    for end in range(len(CLOCK) + 20, len(raw), 7):
        part, fits = unpack(raw[:end], MARK, LIMIT)
        assert fits and whole.startswith(part)


def test_a_member_that_cannot_be_read_ends_the_answer() -> None:
    assert unpack(squeezed(FIRST) + b"noise of a shell", MARK, LIMIT) == (CLOCK + FIRST, True)
    broken = squeezed(FIRST).replace(b"\x1f\x8b", b"\x1f\x8c")
    assert unpack(broken, MARK, LIMIT) == (CLOCK, True)


@pytest.mark.parametrize("members", [[b"0" * (LIMIT * 8)], [b"0" * (LIMIT - 100)] * 3])
def test_what_swells_beyond_the_limit_is_cut_and_said_to_be(members: list[bytes]) -> None:
    text, fits = unpack(squeezed(*members), MARK, LIMIT)
    assert not fits and len(text) <= LIMIT
