"""policies/ → the rules, read from the METADATA comment of each rule's Rego file, and nothing else.

One rule is one folder `cctv/rules/<rule id>/` with one package of the same name. The METADATA
annotation is OPA's own (`opa inspect -a` reads the same); its `custom` block carries what spec
§2's columns say.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from cctv_policy.errors import CatalogError
from cctv_policy.facts import FACTS, RECORD_LABELS
from cctv_policy.model import Reason, Rule, Severity, SubjectKind, Text

ENTRY_POINT = "cctv/verdicts"
"""The one document that an engine is asked for; see policies/cctv/main.rego."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Text(_Strict):
    zh: str
    en: str


class _Reason(_Text):
    fix_zh: str
    fix_en: str


class _Custom(_Strict):
    number: int
    title_en: str
    clause: str
    basis: Literal["N", "V", "S", "O"]
    classes: list[Literal["D", "R", "H", "T"]]
    severity: Severity
    subjects: list[SubjectKind]
    needs: list[str] = []
    params: list[str] = []
    reasons: dict[str, _Reason] = {}
    notes: dict[str, _Text] = {}


class _Metadata(_Strict):
    title: str
    description: str = ""
    custom: _Custom


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalog:
    """The rules by id, the Rego modules by path, and the digest that names this revision of
    both.
    """

    rules: Mapping[str, Rule]
    modules: Mapping[str, str]
    digest: str
    shared_reasons: Mapping[str, Reason]
    """Reasons of the gate, which any rule may answer."""


def load(policies: Path) -> Catalog:
    """Read every rule below `policies/cctv`. Raises CatalogError for anything that is not a rule
    set.

    Test files (`*_test.rego`) are left out: they never reach an engine.
    """
    root = policies / "cctv"
    paths = [p for p in sorted(root.rglob("*.rego")) if not p.name.endswith("_test.rego")]
    modules = {p.relative_to(policies).as_posix(): p.read_text(encoding="utf-8") for p in paths}
    shared = _shared_reasons(modules)
    rules = {rule.id: rule for rule in _rules(modules, shared)}
    if not rules:
        raise CatalogError(
            "政策目錄中沒有任何規則 (there is no rule in the policy folder)",
            where=str(root),
            fix="重新安裝 cctv-policy (install the package again)",
        )
    _check_router(modules, rules)
    return Catalog(rules=rules, modules=modules, digest=_digest(modules), shared_reasons=shared)


ROUTER = "cctv/router/router.rego"
_ROUTER_HEAD = """# METADATA
# title: Router
# description: >-
#   Generated from the rule folders by `make generate`. One line a rule: so a rule is only
#   evaluated when it is asked for; a variable reference would evaluate every rule of the folder.
package cctv.router
"""


def router(rule_ids: Iterable[str]) -> str:
    """The text of the router for these rules."""
    lines = (f'rule("{i}") := data.cctv.rules["{i}"]' for i in rule_ids)
    return "\n\n".join([_ROUTER_HEAD.rstrip(), *sorted(lines)]) + "\n"


def _check_router(modules: Mapping[str, str], rules: Mapping[str, Rule]) -> None:
    if modules.get(ROUTER) != router(rules):
        raise CatalogError(
            "the router does not list the rule folders", where=ROUTER, fix="run `make generate`"
        )


def write_router(policies: Path) -> Path:
    """Write the router of a policy folder; its path."""
    folders = [p.name for p in (policies / "cctv" / "rules").iterdir() if p.is_dir()]
    path = policies / ROUTER
    path.parent.mkdir(exist_ok=True)
    path.write_text(router(folders), encoding="utf-8")
    return path


def _digest(modules: Mapping[str, str]) -> str:
    sha = hashlib.sha256()
    for path, text in sorted(modules.items()):
        sha.update(f"{path}\0{len(text.encode())}\0".encode())
        sha.update(text.encode())
    return sha.hexdigest()


_GATE = "cctv/lib/gate/gate.rego"


class _GateCustom(_Strict):
    reasons: dict[str, _Reason]


def _shared_reasons(modules: Mapping[str, str]) -> dict[str, Reason]:
    """The reasons that any rule may answer, from the gate's METADATA."""
    try:
        custom = _gate(modules[_GATE])
    except (KeyError, ValidationError, YAMLError, ValueError) as error:
        raise CatalogError(f"unusable METADATA: {error}", where=_GATE) from None
    return {code: _reason(r) for code, r in custom.reasons.items()}


@lru_cache(maxsize=1)
def _gate(text: str) -> _GateCustom:
    return _GateCustom.model_validate(_annotation(text).get("custom"))


def _reason(r: _Reason) -> Reason:
    return Reason(text=Text(zh=r.zh, en=r.en), fix=Text(zh=r.fix_zh, en=r.fix_en))


def _rules(modules: Mapping[str, str], shared: Mapping[str, Reason]) -> Iterator[Rule]:
    for path, text in modules.items():
        if path.startswith("cctv/rules/"):
            yield _rule(path, text, shared)


def _rule(path: str, text: str, shared: Mapping[str, Reason]) -> Rule:
    folder = path.split("/")[2]
    if (
        path != f"cctv/rules/{folder}/{folder}.rego"
        or f'package cctv.rules["{folder}"]' not in text
    ):
        raise CatalogError(
            "folder, file and package of a rule must have the same name",
            where=path,
            fix=f'name the file {folder}/{folder}.rego and the package cctv.rules["{folder}"]',
        )
    try:
        meta = _metadata(text)
    except (ValidationError, YAMLError, ValueError) as error:
        raise CatalogError(
            f"unusable METADATA: {error}", where=path, fix="see docs/contributing.md, Adding a rule"
        ) from None
    custom = meta.custom
    if strange := set(custom.needs) - FACTS.keys() - DERIVED:
        raise CatalogError(
            f"needs unknown facts: {sorted(strange)}", where=path, fix="see facts.py"
        )
    return Rule(
        id=folder,
        number=custom.number,
        title=Text(zh=meta.title, en=custom.title_en),
        clause=custom.clause,
        basis=custom.basis,
        classes=tuple(custom.classes),
        severity=custom.severity,
        subjects=tuple(custom.subjects),
        needs=tuple(custom.needs),
        params=tuple(custom.params),
        reasons={**shared, **{code: _reason(r) for code, r in custom.reasons.items()}},
        notes={code: Text(zh=n.zh, en=n.en) for code, n in custom.notes.items()},
        source=path,
    )


DERIVED = frozenset({"coverage", "waiver"}) | RECORD_LABELS.keys()
"""Facts of sites and records, which subjects.py and record_subjects/ make."""


@lru_cache(maxsize=256)
def _metadata(text: str) -> _Metadata:
    """What the file of a rule says of it; kept, for a scan reads all of them more than once."""
    return _Metadata.model_validate(_annotation(text))


def _annotation(text: str) -> dict[str, Any]:
    """The YAML of the first METADATA comment block."""
    lines = iter(text.splitlines())
    for line in lines:
        if line.strip() == "# METADATA":
            break
    else:
        raise ValueError("there is no METADATA comment")
    block = []
    for line in lines:
        if not line.startswith("#"):
            break
        block.append(line.removeprefix("#").removeprefix(" "))
    data = YAML(typ="safe").load(io.StringIO("\n".join(block)))
    if not isinstance(data, dict):
        raise ValueError("METADATA is not a mapping")
    return data
