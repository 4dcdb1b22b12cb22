"""The gate that keeps personal data out of clear text (spec rules 59, 60).

No message repeats what was found.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import cache
from typing import Any

from cctv_policy import identity
from cctv_policy.records.ids import parse_path
from cctv_policy.records.kinds import KINDS, Kind
from cctv_policy.strictyaml import Document, Fault, parse

Path = tuple[str | int, ...]

_NO_TEXT = re.compile(
    r"data|signature|prev|key_id|.*sha256|.*hash|serial|mac|asset_no|.*letter_no|received_no|"
    r"reply_no|list_no|approval_no|disposal_no|contract_no|report_no|media_id|key_fpr"
)
"""Fields whose digits are no person's: hashes, ciphertext, serial and document numbers. An identity
number with a right checksum is refused in the document numbers all the same."""
_OPAQUE = re.compile(r"data|signature|prev|key_id|.*sha256|.*hash|key_fpr")
_COMMENT = re.compile(r"(?:^|\s)#(.*)")
_FIX = "move it into `sealed`; if it was ever pushed, report an incident (pii_in_git)"


def take_clear(document: Document, kind: Kind) -> tuple[Document, list[Fault]]:
    """`document` without ✱ fields that were written in clear, and a fault for each of them."""
    found: list[Fault] = []
    data: dict[str, Any] = document.data
    for first, steps in _starred(kind.prefix):
        if first in data:
            data = _without(document, data, (), steps, found)
    return Document(path=document.path, data=data, lines=document.lines), found


@cache
def _starred(prefix: str) -> list[tuple[str, list[str]]]:
    """The ✱ fields of a kind: the first name of each, and the steps to it."""
    steps = [name.split(".") for name in KINDS[prefix].starred]
    return [(path[0].removesuffix("[]"), path) for path in steps]


def _without(
    document: Document, node: Any, where: Path, steps: list[str], found: list[Fault]
) -> Any:
    """A copy of `node` without the field that `steps` lead to."""
    step, many = steps[0].removesuffix("[]"), steps[0].endswith("[]")
    if not isinstance(node, dict) or step not in node:
        return node
    child, at = node[step], (*where, step)
    if len(steps) == 1:
        what = "personal data in clear"
        found.append(document.fault("pii_in_clear", at, what, _FIX))
        return {k: v for k, v in node.items() if k != step}
    if many and isinstance(child, list):
        items = [_without(document, c, (*at, i), steps[1:], found) for i, c in enumerate(child)]
        return {**node, step: items}
    return {**node, step: _without(document, child, at, steps[1:], found)}


def numbers_in(document: Document, text: str, *, allow: Collection[str] = ()) -> list[Fault]:
    """Identity and telephone numbers in the clear values and the comments of a file."""
    if not identity.may_hold(text):
        return []
    found: list[Fault] = []
    for where, name, value in _texts(document.data, (), ""):
        if _OPAQUE.fullmatch(name):
            continue
        what = number_in(value, allow=allow, phones=not _NO_TEXT.fullmatch(name))
        if what:
            found.append(document.fault("pii_in_clear", where, what, _FIX))
    lines = {fault.line for fault in found}
    for number, line in enumerate(text.split("\n"), 1):
        comment = _COMMENT.search(line)
        if comment and number not in lines and (what := number_in(comment[1], allow=allow)):
            path, what = document.path, f"{what} in a comment"
            fault = Fault(path=path, line=number, code="pii_in_clear", what=what, fix=_FIX)
            found.append(fault)
    return found


def number_in(text: str, *, allow: Collection[str] = (), phones: bool = True) -> str | None:
    """What kind of personal number stands in `text`, in words; None if none does.

    A number that only has the pattern of an identity number and not its checksum is no finding:
    one in ten random tokens of that form has it by chance (spec rule 59).
    """
    for hit in identity.find(text, allow=allow):
        if hit.kind == "phone":
            if phones:
                return f"a telephone number ({hit.masked})"
        elif hit.checksum_ok:
            return f"an identity number ({hit.masked})"
    return None


@cache
def _clear_field(prefix: str) -> re.Pattern[str]:
    """A line that may be a ✱ field of that kind in clear."""
    names = "|".join(sorted({n.split(".")[-1] for n in KINDS[prefix].starred})) or "(?!)"
    return re.compile(rf"^[ -]*[\"']?(?:{names})[\"']?\s*:", re.MULTILINE)


def clear_in_text(data: bytes, path: str, *, allow: Collection[str] = ()) -> str | None:
    """What kind of personal data stands in clear in a blob of any time, in words; None if none.

    A record is read properly only if its text looks suspicious; what is not a record is searched
    for numbers alone.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    suspicious = identity.may_hold(text)
    place = parse_path(path)
    if place is None:
        return number_in(text, allow=allow) if suspicious else None
    kind = KINDS[place.id.prefix]
    suspicious = suspicious or bool(_clear_field(kind.prefix).search(text))
    if not suspicious:
        return None
    document = parse(data, path=path)
    if not isinstance(document, Document):
        return number_in(text, allow=allow)
    _, clear = take_clear(document, kind) if place.role is None else (document, [])
    found = [*clear, *numbers_in(document, text, allow=allow)]
    return found[0].what if found else None


def _texts(node: Any, where: Path, name: str) -> Iterator[tuple[Path, str, str]]:
    """Every text with its place and the name of its field; field names are texts too."""
    if isinstance(node, dict):
        for key, child in node.items():
            if len(key) > 7:
                yield where, "", key
            yield from _texts(child, (*where, key), key)
    elif isinstance(node, list):
        for i, child in enumerate(node):
            yield from _texts(child, (*where, i), name)
    elif isinstance(node, str):
        yield where, name, node
