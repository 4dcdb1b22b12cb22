"""Short texts of a plan in both languages: what needs no words, and several in a row. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from cctv_policy.model import Text


def as_is(text: str) -> Text:
    """A value that reads the same in every language: an address, a line of a file."""
    return Text(zh=text, en=text)


def row(parts: Iterable[Text], *, otherwise: Text | None = None) -> Text:
    """Several in one line; `otherwise` if there are none."""
    found = list(parts) or [otherwise or as_is("")]
    return Text(zh="；".join(p.zh for p in found), en="; ".join(p.en for p in found))
