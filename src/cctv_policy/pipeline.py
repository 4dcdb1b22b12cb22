"""The whole path in one place: a district's folder → a judged run. Called by cli and pytest_plugin.

inventory + evidence + records → subjects → evaluate → Run
"""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cctv_policy import __version__, bundle, catalog, state, trail, waivers
from cctv_policy.catalog import Catalog
from cctv_policy.engine import Engine, OpaSettings, open_engine
from cctv_policy.errors import CctvPolicyError, SealingError, StateError, UsageError
from cctv_policy.evaluate import evaluate
from cctv_policy.forms import fidelity
from cctv_policy.forms.source import ROWS_A_SHEET
from cctv_policy.history import read_history
from cctv_policy.inventory import Inventory, load_inventory
from cctv_policy.model import Finding, Json, Rule, Run, Text
from cctv_policy.record_subjects import Beside, record_inputs
from cctv_policy.record_subjects.footage import Ask
from cctv_policy.record_subjects.holds import with_holds
from cctv_policy.record_subjects.keys import Holder
from cctv_policy.records import RecordSet, load_latest
from cctv_policy.regulation import Regulation, load_packs, resolve
from cctv_policy.scope import Scope, Scopes
from cctv_policy.state import StateDocument
from cctv_policy.subjects import World, rule_inputs, waiver_inputs


@dataclass(frozen=True, slots=True, kw_only=True)
class Policies:
    """What is judged by: the rules, the regulation, and the rules of it that this version has."""

    catalog: Catalog
    regulation: Regulation

    @property
    def rules(self) -> list[Rule]:
        """The rules in force, in the catalogue's order."""
        on = {rule_id for rule_id, use in self.regulation.rules.items() if use.on}
        return sorted(
            (rule for rule in self.catalog.rules.values() if rule.id in on),
            key=lambda rule: rule.number,
        )

    @property
    def not_built(self) -> list[str]:
        """Rules that the regulation demands and that this version cannot judge yet."""
        return sorted(
            rule_id
            for rule_id, use in self.regulation.rules.items()
            if use.on and rule_id not in self.catalog.rules
        )

    @property
    def unjudged_clauses(self) -> list[str]:
        """Clauses that name rules in force of which this version has none."""
        built = {rule.id for rule in self.rules}
        return [
            clause.id
            for clause in self.regulation.clauses
            if clause.rules and not built & set(clause.rules)
        ]


def load_policies(
    pack: str, *, policies: Path | None = None, packs: Path | None = None
) -> Policies:
    """The policies that ship with this installation, or those of another folder.

    `packs`: a further folder of regulation packs (a district's own). PackError, CatalogError.
    """
    folder = policies or bundle.folder("policies")
    own = [packs] if packs is not None and packs.is_dir() else []
    known = load_packs(folder / "regulations", *own)
    return Policies(catalog=catalog.load(folder), regulation=resolve(known, pack))


def judge(
    root: Path,
    *,
    as_of: datetime,
    pack: str | None = None,
    engine: str = "regorus",
    opa: OpaSettings | None = None,
    state_folder: Path | None = None,
    policies: Path | None = None,
    run_id: str = "",
) -> Run:
    """Judge a district's folder: `inventory/`, `state/` and `records/` below `root`.

    `as_of` is the moment judged for, with an offset. `pack` defaults to the inventory's. Reports
    name `run_id`. Raises a CctvPolicyError for whatever keeps the whole run from being judged.
    """
    inventory = load_inventory(root / "inventory", as_of=as_of.date())
    loaded = _policies(root, inventory, pack, policies)
    documents, broken = state.read_all(state_folder or root / "state")
    return judge_evidence(
        inventory,
        documents,
        broken,
        loaded,
        root=root,
        as_of=as_of,
        engine=engine,
        opa=opa,
        state_folder=state_folder,
        run_id=run_id,
    )


def _policies(
    root: Path, inventory: Inventory, pack: str | None, policies: Path | None = None
) -> Policies:
    return load_policies(
        pack or inventory.district.pack,
        policies=policies,
        packs=root / "policies" / "regulations" if policies is None else None,
    )


def prepare(
    root: Path,
    *,
    as_of: datetime,
    pack: str | None = None,
    engine: str = "regorus",
    opa: OpaSettings | None = None,
) -> None:
    """Raise now what would keep `judge` from judging later: inventory, pack or engine.

    A district that collects for an hour is told before, not after.
    """
    inventory = load_inventory(root / "inventory", as_of=as_of.date())
    loaded = _policies(root, inventory, pack)
    with open_engine(engine, loaded.catalog, opa) as judge_:
        judge_.verdicts({"rules": {}})


def judge_evidence(
    inventory: Inventory,
    documents: Sequence[StateDocument],
    broken: Sequence[StateError],
    policies: Policies,
    *,
    root: Path,
    as_of: datetime,
    engine: str = "regorus",
    opa: OpaSettings | None = None,
    state_folder: Path | None = None,
    run_id: str = "",
) -> Run:
    """Judge evidence that is already in memory; `broken` are state files that could not be used.

    `state_folder` is where the trails of playback are kept: `root/state` unless given.
    """
    rules = policies.rules
    names = tuple(sorted({name for rule in rules for name in rule.params}))
    world = World(
        inventory=inventory,
        documents=documents,
        regulation=policies.regulation,
        as_of=as_of,
        params=names,
    )
    scopes = Scopes.of(policies.regulation, as_of, names)
    district = scopes.district()
    waived = waivers.load(
        root / "records",
        as_of=as_of,
        max_days=int(district.value("waiver_max_days")),
        approvals=tuple(district.value("approval_levels") or ()),
    )
    with open_engine(engine, policies.catalog, opa) as judge_:
        inputs = [*rule_inputs(world), *waiver_inputs(waived, district)]
        if records := _records(root):
            beside = Beside(
                inventory=inventory,
                documents=documents,
                trails=trail.read(state_folder or root / "state", documents),
                history=read_history(records),
                holders=_holders(root),
                printed=_printed(policies.regulation, district),
                ask=_asking(judge_, policies.catalog),
            )
            inputs = list(with_holds(inputs, records, district.today))
            inputs += record_inputs(records, beside, scopes)
        findings = evaluate(inputs, rules, engine=judge_, waivers=waived)
        engine_version = judge_.version
    regulation = policies.regulation
    return Run(
        run_id=run_id,
        as_of=as_of,
        engine=engine,
        engine_version=engine_version,
        policy_digest=policies.catalog.digest,
        pack=regulation.id,
        pack_version=regulation.version,
        pack_title=regulation.title,
        cautions=_cautions(policies, broken, findings),
        input_digest=state.digest([document.digest for document in documents]),
        tool_version=__version__,
        sites={s.id: Text(zh=s.name.zh, en=s.name.en) for s in inventory.schools},
        findings=tuple(findings),
    )


def _holders(root: Path) -> Sequence[Holder] | None:
    """Who keystore.yaml names; None if there is none that can be read."""
    if not (root / "keystore.yaml").is_file():
        return None
    from cctv_policy.sealing.settings import load_settings  # only who seals pays for age

    try:
        holders = load_settings(root).holders
    except SealingError:
        return None
    return [Holder(name=h.name, person=h.person, schools=h.schools) for h in holders]


def _printed(regulation: Regulation, scope: Scope) -> dict[str, Json]:
    """How the forms that this version prints compare with the appendices of the regulation."""
    texts = {clause.id: clause.text for clause in regulation.clauses}
    request, book = texts.get("附錄1", ""), texts.get("附錄2", "")
    days = scope.min_days or 0
    return {
        "form_request": {
            "text": bool(request),
            "missing": fidelity.request_lines_missing(request),
        },
        "form_inspection": {
            "text": bool(book),
            "missing": fidelity.inspection_lines_missing(book, retention_days=days),
            "rows": ROWS_A_SHEET,
        },
    }


def _asking(engine: Engine, known: Catalog) -> Ask:
    """A question to the engine about one rule input, answered with the outcomes of some rules."""

    def ask(document: Mapping[str, Json], rules: Sequence[str]) -> dict[str, str]:
        needs = {id_: list(known.rules[id_].needs) for id_ in rules if id_ in known.rules}
        verdicts = engine.verdicts({**document, "rules": needs})
        return {id_: str(verdicts[id_]["outcome"]) for id_ in needs if id_ in verdicts}

    return ask


def _records(root: Path) -> RecordSet | None:
    """As load_latest; None for a district that keeps no records there."""
    return load_latest(root) if (root / "records").is_dir() else None


def _cautions(
    policies: Policies, broken: Sequence[CctvPolicyError], findings: Sequence[Finding]
) -> tuple[Text, ...]:
    """What a reader of the report must know beside the findings."""
    cited = {param.pack for finding in findings for param in finding.params}
    cautions = list(policies.regulation.cautions(cited))
    if missing := policies.not_built:
        clauses = policies.unjudged_clauses or ["–"]
        cautions.append(
            Text(
                zh=f"本版本尚無法判定 {len(missing)} 條規則，未列入本報告"
                f"（cctv-policy rules 可列出）；完全未判定的條文：{'；'.join(clauses)}",
                en=f"this version cannot judge {len(missing)} rules yet; they are not in this "
                "report (cctv-policy rules lists them). Clauses not judged at all: "
                f"{'; '.join(clauses)}",
            )
        )
    judged = {finding.rule.id for finding in findings}
    if idle := [rule for rule in policies.rules if rule.id not in judged]:
        numbers = ", ".join(f"#{rule.number}" for rule in idle)
        cautions.append(
            Text(
                zh=f"{len(idle)} 條規則沒有判定對象（例如尚無紀錄），未列入本報告：{numbers}",
                en=f"{len(idle)} rules found nothing to judge (for example no records yet) and are "
                f"not in this report: {numbers}",
            )
        )
    cautions += [Text(zh=f"證據檔無法使用：{e}", en=f"evidence file unusable: {e}") for e in broken]
    return tuple(cautions)


AUTHZ = "system/authz/authz.rego"


def write_bundle(path: Path, *, policies: Path | None = None) -> str:
    """Write the Rego policies as an OPA bundle (tar.gz); its revision is the digest returned.

    The bundle carries the authorization policy too: who may ask the server what. The same policies
    give the same bytes. UsageError if the file cannot be written.
    """
    folder = policies or bundle.folder("policies")
    loaded = catalog.load(folder)
    roots = ["cctv", "cctv_revision", "system/authz"]
    files = {
        ".manifest": json.dumps({"revision": loaded.digest, "roots": roots}),
        AUTHZ: (folder / AUTHZ).read_text(encoding="utf-8"),
        "data.json": json.dumps({"cctv_revision": loaded.digest}),
        **loaded.modules,
    }
    packed = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as zipped,
        tarfile.open(fileobj=zipped, mode="w") as archive,
    ):
        for name, text in sorted(files.items()):
            entry = tarfile.TarInfo(f"/{name}")
            data = text.encode()
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    try:
        path.write_bytes(packed.getvalue())
    except OSError as error:
        raise UsageError(
            f"無法寫入 bundle (cannot write the bundle: {error.strerror})", where=str(path)
        ) from None
    return loaded.digest
