"""Strict YAML: the subset every file of a district is written in, and its faults as data.

bytes → `parse` → Document (text only, with lines) → `bind` → a typed model, or a list of Fault.
"""

from cctv_policy.strictyaml.bind import STRICT, StrictModel, bind
from cctv_policy.strictyaml.faults import SENTENCES, Fault, register, sentence, shown
from cctv_policy.strictyaml.loader import LIMITS, Document, Limits, dotted, parse
from cctv_policy.strictyaml.types import (
    Bool,
    Filled,
    Int,
    IsoDate,
    IsoDateTime,
    Paragraph,
    Period,
    Str,
    int_between,
    matching,
    refuse,
    text_of,
)
from cctv_policy.strictyaml.writer import dump

__all__ = [
    "LIMITS",
    "SENTENCES",
    "STRICT",
    "Bool",
    "Document",
    "Fault",
    "Filled",
    "Int",
    "IsoDate",
    "IsoDateTime",
    "Limits",
    "Paragraph",
    "Period",
    "Str",
    "StrictModel",
    "bind",
    "dotted",
    "dump",
    "int_between",
    "matching",
    "parse",
    "refuse",
    "register",
    "sentence",
    "shown",
    "text_of",
]
