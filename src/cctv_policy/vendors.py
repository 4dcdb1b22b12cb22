"""Whether a label, a firmware string or a MAC address speaks of a listed maker (rule 64)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from cctv_policy.model import Json

_NOT_LATIN = re.compile(r"[^a-z0-9]+")


@lru_cache(maxsize=4096)
def names(text: str, listed: str) -> bool:
    """Whether `text` (NFKC, case-folded) speaks of the maker `listed`.

    Latin names count as whole words, however they are joined (TP-Link, TP Link, TPLINK). Chinese is
    written without spaces, so there any part counts.
    """
    wanted = listed.casefold()
    if not listed.isascii():
        return wanted in text
    words = _NOT_LATIN.sub(" ", text).strip()
    joined = _NOT_LATIN.sub("", wanted)
    return (
        f" {_NOT_LATIN.sub(' ', wanted).strip()} " in f" {words} "
        or joined in words.split(" ")
        or joined == _NOT_LATIN.sub("", text)
    )


def makers(facts: Mapping[str, Json], params: Mapping[str, Json]) -> dict[str, Json]:
    """Source (brand, oem, firmware, model, mac) → the listed names it speaks of.

    `{"brand": {"text": "hikvision", "banned": ["Hikvision"], "suspect": []}}`; sources that nobody
    told are left out.
    """
    found: dict[str, Json] = {}
    for source in ("brand", "oem", "firmware", "model"):
        text = facts.get(f"device.{source}")
        if text is not None:
            folded = text.casefold()
            found[source] = {
                "text": text,
                "banned": _named(folded, params.get("banned_brands")),
                "suspect": _named(folded, params.get("suspect_brands")),
            }
    if macs := facts.get("device.mac"):
        prefixes = params.get("banned_ouis") or []
        hits = [p for p in prefixes if any(m.casefold().startswith(p.casefold()) for m in macs)]
        found["mac"] = {"text": ", ".join(macs), "banned": hits, "suspect": []}
    return found


def _named(text: str, listed: Iterable[str] | None) -> list[str]:
    return [name for name in listed or () if names(text, name)]
