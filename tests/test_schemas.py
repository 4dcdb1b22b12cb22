"""Published JSON Schemas: those of the classes, for every kind of file that somebody writes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML

from cctv_policy import schemas
from tests.sealing.store import keystore_data

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "schemas"
RENDERED = schemas.render(ROOT / "policies" / "regulations")


@pytest.mark.parametrize("name", RENDERED)
def test_a_published_schema_is_that_of_its_class(name: str) -> None:
    assert (FOLDER / name).read_text(encoding="utf-8") == RENDERED[name], "run `make generate`"


def test_writing_them_again_changes_nothing(tmp_path: Path) -> None:
    schemas.write(tmp_path, ROOT / "policies" / "regulations")
    written = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()}
    assert written == RENDERED


def test_schemas_of_the_inventory_offer_no_field_of_the_loader() -> None:
    text = "".join(text for name, text in RENDERED.items() if name.startswith("inventory-"))
    assert '"line"' not in text
    assert '"source"' not in text


def refuses(name: str, data: Any) -> bool:
    schema = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    return not jsonschema.Draft202012Validator(schema).is_valid(data)


def test_the_schema_of_keystore_yaml_takes_what_the_loader_takes(tmp_path: Path) -> None:
    good = keystore_data(tmp_path, classes=[{"kind": "INC", "years": "5"}])
    assert not refuses("keystore.schema.json", good)
    for change in (
        {"replicas": good["replicas"][:1]},
        {"holders": good["holders"][:1]},
        {"id": "Not An Id"},
        {"extra": "x"},
        {"classes": [{"kind": "INC", "years": "2"}]},
        {"schema": "cctv-policy/keystore/2"},
    ):
        assert refuses("keystore.schema.json", good | change), change


@pytest.mark.parametrize(("page", "name"), [("keys", "keystore"), ("vault", "vault")])
def test_the_example_of_the_docs_fits_its_schema(page: str, name: str) -> None:
    text = (ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8")
    example = text.split("```yaml\n")[1].split("```")[0]
    data = YAML(typ="safe", pure=True).load(example)
    assert not refuses(f"{name}.schema.json", data)
