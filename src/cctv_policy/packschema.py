"""JSON Schema of a regulation pack for editors, from the loader's model and parameters.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cctv_policy.model import Json
from cctv_policy.packfile import PackFile
from cctv_policy.packs import Parameter
from cctv_policy.parameter_types import Kind

_PERIOD = r"^P(?=[0-9T])([0-9]+Y)?([0-9]+M)?([0-9]+W)?([0-9]+D)?(T(?=[0-9])([0-9]+[HMS])+)?$"


def pack_schema(table: Mapping[str, Parameter]) -> dict[str, Any]:
    """The schema of a pack whose parameters are those of `table`."""
    schema = PackFile.model_json_schema()
    schema["properties"]["params"] = {
        "type": "object",
        "additionalProperties": False,
        "properties": {name: _entries(parameter) for name, parameter in table.items()},
    }
    return schema


def _entries(parameter: Parameter) -> Json:
    unit = f" ({parameter.unit})" if parameter.unit else ""
    rules = f" — {', '.join(parameter.rules)}" if parameter.rules else ""
    value = _value(parameter)
    return {
        "title": f"{parameter.label.zh}{unit}",
        "description": f"{parameter.label.en}; stricter: {parameter.stricter}{rules}",
        "type": "array",
        "items": {"$ref": "#/$defs/EntryFile", "properties": {"value": value}},
    }


def _value(parameter: Parameter) -> Json:
    text: Json = {"type": "string"}
    word: Json = {"enum": list(parameter.choices)} if parameter.choices else text
    kinds: dict[Kind, Json] = {
        Kind.PERIOD: {"type": "string", "pattern": _PERIOD},
        Kind.COUNT: {"type": "integer", "minimum": 0},
        Kind.SWITCH: {"type": "boolean"},
        Kind.WORD: word,
        Kind.TEXT: text,
        Kind.WORDS: {"type": "array", "items": word, "uniqueItems": True},
        Kind.PRIVATE_CIDRS: {"type": "array", "items": text, "minItems": 1},
        Kind.LABELLED_CIDRS: {
            "type": "object",
            "additionalProperties": {"type": "array", "items": text},
        },
    }
    value = kinds[parameter.kind]
    return {"anyOf": [value, {"type": "null"}]} if parameter.nullable else value
