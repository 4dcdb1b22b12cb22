"""METADATA is the only source: OPA reads the same, and it names all a rule reads and answers."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from cctv_policy import bundle, catalog
from cctv_policy.catalog import Catalog
from cctv_policy.engine.regorus_engine import Regorus
from cctv_policy.errors import CatalogError
from cctv_policy.facts import FACTS
from cctv_policy.model import Rule
from tests import corpus, opa

POLICIES = bundle.folder("policies")
CATALOG: Catalog = catalog.load(POLICIES)
RULES = list(CATALOG.rules.values())
each_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)

BESIDE = {
    "C-clock-sync": {"time.ntp_enabled", "clock"},
    "C-banned-vendor": {"device.oem", "device.firmware", "device.model", "makers"},
    "A4.3-continuous-operation": {"clock"},
    "A4.3-retention-min": {"clock"},
    "A4.4-destroy-within-max": {"clock"},
    "A4.3-retention-capacity": {"clock", "time.offset_s"},
    "A3.2-admin-accounts-accounted": {"accounts"},
}
"""Facts that a rule reads and does not need: for notes only, made from needed ones, or (OEM) told
by few; through a shared library also what that rule has no use for.
"""


def _code(path: str) -> str:
    """Rego without comments."""
    text = CATALOG.modules[path]
    return "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))


def _with_libraries(path: str) -> str:
    """The code of a module and of the libraries it imports, the gate aside."""
    code = _code(path)
    for topic in re.findall(r"import data\.cctv\.lib\.(\w+)", code):
        if topic != "gate":
            code += "\n" + _with_libraries(f"cctv/lib/{topic}/{topic}.rego")
    return code


@pytest.mark.opa
@pytest.mark.skipif(opa.find() is None, reason="there is no opa: `make tools` builds it (needs Go)")
def test_opa_reads_the_same_metadata() -> None:
    done = subprocess.run(
        [str(opa.find()), "inspect", "--annotations", "--format=json", str(POLICIES / "cctv")],
        capture_output=True,
        check=True,
    )
    found = {}
    for entry in json.loads(done.stdout)["annotations"]:
        name = Path(entry["location"]["file"])
        if name.parent.parent.name == "rules" and not name.stem.endswith("_test"):
            found[name.stem] = entry["annotations"]
    assert found.keys() == CATALOG.rules.keys()
    for rule in RULES:
        ours = catalog._annotation(CATALOG.modules[rule.source])
        theirs = {key: value for key, value in found[rule.id].items() if key != "scope"}
        assert ours["custom"] == theirs["custom"], rule.id
        assert ours["title"] == theirs["title"]
        assert ours.get("description", "") == theirs.get("description", "")


@each_rule
def test_every_parameter_that_is_read_is_declared(rule: Rule) -> None:
    code = _with_libraries(rule.source)
    read = set(re.findall(r"input\.params\.(\w+)", code))
    read |= set(re.findall(r'"params", "(\w+)"', code))
    read |= set(re.findall(r'param\.\w+\("(\w+)"\)', code))
    assert read <= set(rule.params)


@each_rule
def test_every_fact_that_is_read_is_needed_or_known_to_be_beside(rule: Rule) -> None:
    code = _with_libraries(rule.source)
    read = set(re.findall(r"input\.facts\.(\w+)", code))
    read |= set(re.findall(r'input\.facts\["([\w.]+)"\]', code))
    assert read - set(rule.needs) <= BESIDE.get(rule.id, set())
    assert set(rule.needs) <= FACTS.keys() | catalog.DERIVED


@each_rule
def test_every_code_has_its_sentences_and_every_sentence_its_code(rule: Rule) -> None:
    told = set(rule.reasons) | set(rule.notes)
    literal = set(re.findall(r'"code": "(\w+)"', _code(rule.source)))
    assert literal <= told
    own = told - CATALOG.shared_reasons.keys()
    assert own <= set(re.findall(r'"(\w+)"', _with_libraries(rule.source)))


def test_every_answer_on_the_corpus_has_a_sentence_whose_blanks_are_filled() -> None:
    engine = Regorus(CATALOG)
    seen = set()
    for asked in corpus.load():
        for rule_id, verdict in engine.verdicts(asked.document).items():
            rule = CATALOG.rules[rule_id]
            said = [(rule.reasons[c["code"]].text, c) for c in verdict["causes"]]
            said += [(rule.notes[c["code"]], c) for c in verdict["notes"]]
            for text, cause in said:
                seen.add((rule_id, cause["code"]))
                for sentence in (text.zh, text.en):
                    blanks = set(re.findall(r"{(\w+)}", sentence))
                    assert blanks <= cause["values"].keys(), (rule_id, cause)
    assert len(seen) > 80


def test_digest_names_the_modules_and_tests_are_left_out(tmp_path: Path) -> None:
    assert not [path for path in CATALOG.modules if path.endswith("_test.rego")]
    for name, text in CATALOG.modules.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert catalog.load(tmp_path).digest == CATALOG.digest
    (tmp_path / "cctv" / "main_test.rego").write_text("package x", encoding="utf-8")
    assert catalog.load(tmp_path).digest == CATALOG.digest
    main = tmp_path / "cctv" / "main.rego"
    main.write_text(main.read_text("utf-8") + "\n# changed\n", encoding="utf-8")
    assert catalog.load(tmp_path).digest != CATALOG.digest


NAME = "cctv/rules/C-clock-sync/C-clock-sync.rego"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("# METADATA", "# METADATEN", "no METADATA"),
        ("#   severity: medium", "#   severity: dreadful", "severity"),
        ("#   number: 23", "#   nummer: 23", "number"),
        ("time.tz]", "time.zone]", "unknown facts"),
        ('rules["C-clock-sync"]', 'rules["C-clock"]', "same name"),
        ("#   basis: V", "#   basis: V\n#   colour: red", "colour"),
    ],
)
def test_a_rule_that_cannot_be_read_stops_the_run(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    for name, text in CATALOG.modules.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        assert name != NAME or old in text
        text = text.replace(old, new, 1) if name == NAME else text
        (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(CatalogError, match=said):
        catalog.load(tmp_path)


@pytest.mark.parametrize("gone", ["cctv", "cctv/rules"])
def test_a_folder_without_rules_stops_the_run(tmp_path: Path, gone: str) -> None:
    for name, text in CATALOG.modules.items():
        if not name.startswith(gone + "/"):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(CatalogError):
        catalog.load(tmp_path)
